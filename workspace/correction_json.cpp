// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/correction_json.h"

#include "base/text.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace linka {
using nlohmann::json;
namespace {

template <std::size_t N>
std::array<double, N> numbers(const json& j) {
  std::array<double, N> out{};
  for (std::size_t i = 0; i < N; ++i) {
    out[i] = j.at(i).get<double>();
    if (!std::isfinite(out[i])) throw json::other_error::create(501, "not a number", &j);
  }
  return out;
}

}  // namespace

json to_json(const ScanCorrection& c) {
  json j = json::object();
  if (c.turn_deg != 0) j["turn_deg"] = c.turn_deg;
  if (c.pages) j["pages"] = *c.pages;
  if (c.fold_x) j["fold_x"] = *c.fold_x;
  return j;
}

json to_json(const PageCorrection& c) {
  json j = json::object();
  if (c.angle_deg) j["angle_deg"] = *c.angle_deg;
  if (c.box) j["box"] = {c.box->x0, c.box->y0, c.box->x1, c.box->y1};
  if (c.grow_mm) j["grow_mm"] = *c.grow_mm;
  if (!c.models.empty()) j["models"] = clean_utf8(c.models);
  if (c.flatten) j["flatten"] = *c.flatten;
  if (!c.left_out.empty()) j["left_out"] = clean_utf8(c.left_out);
  if (c.accepted) j["accepted"] = true;
  return j;
}

Result<ScanCorrection> scan_correction_from_json(const json& j) {
  try {
    ScanCorrection c;
    c.turn_deg = j.value("turn_deg", 0);
    if (c.turn_deg % 90 != 0 || c.turn_deg < 0 || c.turn_deg >= 360)
      return fail(ErrorKind::bad_input, "a scan cannot be turned by {} degrees", c.turn_deg);
    if (j.contains("pages")) c.pages = j["pages"].get<int>();
    if (j.contains("fold_x")) c.fold_x = numbers<2>(j["fold_x"]);
    return c;
  } catch (const json::exception& e) {
    return fail(ErrorKind::bad_input, "correction: {}", e.what());
  }
}

Result<PageCorrection> page_correction_from_json(const json& j) {
  try {
    PageCorrection c;
    if (j.contains("angle_deg")) c.angle_deg = j["angle_deg"].get<double>();
    if (j.contains("box")) {
      const auto b = numbers<4>(j["box"]);
      c.box = Box{b[0], b[1], b[2], b[3]};
    }
    if (j.contains("grow_mm")) c.grow_mm = numbers<4>(j["grow_mm"]);
    if (j.contains("flatten")) c.flatten = j["flatten"].get<bool>();
    c.models = j.value("models", std::string{});
    c.left_out = j.value("left_out", std::string{});
    c.accepted = j.value("accepted", false);
    return c;
  } catch (const json::exception& e) {
    return fail(ErrorKind::bad_input, "correction: {}", e.what());
  }
}

}  // namespace linka
