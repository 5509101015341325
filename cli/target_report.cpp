// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/target_report.h"

#include "base/translate.h"
#include "cli/console.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

using nlohmann::json;

constexpr std::size_t worst_shown = 5;

json to_json(const Lab& lab) {
  return json::array({lab.l, lab.a, lab.b});
}

json to_json(const Criterion& c) {
  json j{{"id", c.id},     {"label", c.label},     {"value", c.value}, {"decimals", c.decimals},
         {"unit", c.unit}, {"next_limit", c.limit}};
  j["fadgi"] = c.fadgi ? json(*c.fadgi) : json();
  j["iso"] = c.iso ? json(std::string(1, *c.iso)) : json();
  return j;
}

json to_json(const PatchMeasure& p) {
  return {{"name", p.name},
          {"neutral", p.neutral},
          {"wanted", to_json(p.wanted)},
          {"measured", to_json(p.measured)},
          {"delta_e", p.delta_e},
          {"noise", p.noise},
          {"x", p.centre.x},
          {"y", p.centre.y},
          {"pixels", p.pixels}};
}

json to_json(const EdgeMeasure& e) {
  return {{"box", {e.box.x0, e.box.y0, e.box.x1, e.box.y1}},
          {"direction", e.response.upright ? "x" : "y"},
          {"angle_deg", e.response.angle_deg},
          {"mtf50", e.response.mtf50},
          {"mtf10", e.response.mtf10},
          {"sampling_efficiency", e.response.sampling_efficiency},
          {"greatest_modulation", e.response.greatest_modulation},
          {"response", e.response.response}};
}

json figures_of(const TargetMeasures& m) {
  json f{{"colour_mean", m.delta_e.mean},    {"colour_90", m.delta_e_90},
         {"colour_max", m.delta_e.greatest}, {"tone_mean", m.tone.mean},
         {"tone_max", m.tone.greatest},      {"tone_shift", m.tone_mean_signed},
         {"noise_mean", m.noise.mean},       {"noise_max", m.noise.greatest}};
  if (m.colour) {
    f["white_balance_mean"] = m.white_balance.mean;
    f["white_balance_max"] = m.white_balance.greatest;
  }
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) f[name] = *value;
  };
  add("unevenness", m.unevenness);
  add("mtf50", m.mtf50);
  add("mtf10", m.mtf10);
  add("sampling_efficiency", m.sampling_efficiency);
  add("greatest_modulation", m.greatest_modulation);
  if (m.sampling) {
    f["sampling_x_ppi"] = m.sampling->x;
    f["sampling_y_ppi"] = m.sampling->y;
  }
  if (m.resolution) {
    f["resolution_x_ppi"] = m.resolution->x;
    f["resolution_y_ppi"] = m.resolution->y;
  }
  return f;
}

std::string padded(std::string text, std::size_t columns, bool right) {
  const std::size_t wide = width_of(text);
  const std::string space(columns > wide ? columns - wide : 0, ' ');
  return right ? space + text : text + space;
}

std::string stars(const json& fadgi) {
  if (fadgi.is_null()) return "";
  const int n = fadgi.get<int>();
  return n == 0 ? "-" : std::string(static_cast<std::size_t>(n), '*');
}
std::string letter(const json& iso) {
  return iso.is_null() ? "" : iso.get<std::string>();
}

void print_row(const std::array<std::string, 5>& cells, const std::array<std::size_t, 5>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i == 0 ? "" : "  ") + padded(cells[i], widths[i], i == 1);
  line.erase(line.find_last_not_of(' ') + 1);
  print(line);
}

void print_criteria(const json& document) {
  std::vector<std::array<std::string, 5>> rows{
      {tr("criterion"), tr("value"), tr("better from"), "FADGI", "ISO 19264-1"}};
  for (const json& c : document["criteria"]) {
    const std::string label = c["label"], unit = c["unit"];
    rows.push_back({tr(label.c_str()),
                    fmt::format("{:.{}f}{}{}", c["value"].get<double>(), c["decimals"].get<int>(),
                                unit.empty() ? "" : " ", unit),
                    c["next_limit"], stars(c["fadgi"]), letter(c["iso"])});
  }
  rows.push_back({tr("all together, indicative"), "", "", stars(document["level"]["fadgi"]),
                  letter(document["level"]["iso"])});
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  for (const auto& row : rows) print_row(row, widths);
}

void print_worst(const json& document) {
  std::vector<const json*> patches;
  for (const json& p : document["patches"])
    if (document["colour"].get<bool>() || p["neutral"].get<bool>()) patches.push_back(&p);
  std::stable_sort(patches.begin(), patches.end(), [](const json* a, const json* b) {
    return (*a)["delta_e"].get<double>() > (*b)["delta_e"].get<double>();
  });
  if (patches.size() > worst_shown) patches.resize(worst_shown);
  print(tr("worst patches:"));
  for (const json* p : patches) {
    const auto off = [&](int i) {
      return fmt::format("{:+.1f}", (*p)["measured"][static_cast<std::size_t>(i)].get<double>() -
                                        (*p)["wanted"][static_cast<std::size_t>(i)].get<double>());
    };
    print(say(tr("  {}: dE2000 {}, L* {}, a* {}, b* {}"), (*p)["name"].get<std::string>(),
              fmt::format("{:.2f}", (*p)["delta_e"].get<double>()), off(0), off(1), off(2)));
  }
}

void print_sharpness(const json& document) {
  const json& figures = document["figures"];
  if (figures.contains("mtf10"))
    print(say(tr("sharpness: half at {} and a tenth at {} cycles a pixel, greatest {}"),
              fmt::format("{:.3f}", figures["mtf50"].get<double>()),
              fmt::format("{:.3f}", figures["mtf10"].get<double>()),
              fmt::format("{:.2f}", figures["greatest_modulation"].get<double>())));
  const auto both = [&](const char* x, const char* y) {
    return fmt::format("{:.0f} x {:.0f}", figures[x].get<double>(), figures[y].get<double>());
  };
  if (figures.contains("sampling_x_ppi")) {
    const std::string seen = both("sampling_x_ppi", "sampling_y_ppi");
    const json& stated = document["stated_ppi"];
    if (stated.is_array())
      print(say(tr("sampling: {} pixels an inch; the file says {}"), seen,
                fmt::format("{:.0f} x {:.0f}", stated[0].get<double>(), stated[1].get<double>())));
    else
      print(say(tr("sampling: {} pixels an inch"), seen));
  }
  if (figures.contains("resolution_x_ppi"))
    print(
        say(tr("resolved of it: {} pixels an inch"), both("resolution_x_ppi", "resolution_y_ppi")));
}

}  // namespace

json to_json(const TargetReference& target, const TargetMeasures& m) {
  const Levels levels = levels_of(m);
  json corners = json::array();
  for (const Point& p : m.grid) corners.push_back({p.x, p.y});
  json document{{"target", target.name},
                {"place",
                 {{"corners", corners},
                  {"turned_deg", m.turned_deg},
                  {"skew_deg", m.skew_deg},
                  {"agreement", m.agreement}}},
                {"profile", m.own_profile ? "embedded" : "sRGB assumed"},
                {"colour", m.colour},
                {"figures", figures_of(m)}};
  for (const char* list : {"criteria", "patches", "edges", "notes"}) document[list] = json::array();
  for (const Criterion& c : levels.criteria) document["criteria"].push_back(to_json(c));
  for (const PatchMeasure& p : m.patches) document["patches"].push_back(to_json(p));
  for (const EdgeMeasure& e : m.edges) document["edges"].push_back(to_json(e));
  for (const std::string& note : target.notes) document["notes"].push_back(note);
  for (const std::string& note : m.notes) document["notes"].push_back(note);
  document["level"] = {{"indicative", true},
                       {"fadgi", levels.fadgi ? json(*levels.fadgi) : json()},
                       {"iso", levels.iso ? json(std::string(1, *levels.iso)) : json()}};
  return document;
}

void print_target(const json& document) {
  const json& place = document["place"];
  print(say(
      tr("{}: target \"{}\", turned by {} degrees"), document["scan"].get<std::string>(),
      document["target"].get<std::string>(),
      fmt::format("{:.1f}", place["turned_deg"].get<double>() + place["skew_deg"].get<double>())));
  if (const std::string device = document["device"]; !device.empty())
    print(say(tr("device: {}"), device));
  print_criteria(document);
  print_worst(document);
  print_sharpness(document);
  for (const json& note : document["notes"]) print(say(tr("note: {}"), note.get<std::string>()));
}

}  // namespace linka
