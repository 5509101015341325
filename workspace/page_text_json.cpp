// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace linka {
using nlohmann::json;
namespace {

// By BlockKind. Names are for ever: what is stored is read by later versions.
constexpr std::array<std::string_view, 13> kind_names = {
    "text",      "heading",  "caption",    "table",       "illustration",
    "line",      "footnote", "marginalia", "page_number", "running_head",
    "catchword", "ornament", "signature"};

// Whole numbers without ".0"; JSON has no infinity.
json of(double value) {
  if (!std::isfinite(value)) return 0;
  const bool whole =
      value == std::trunc(value) && std::abs(value) < 1e15 && !(value == 0 && std::signbit(value));
  return whole ? json(static_cast<std::int64_t>(value)) : json(value);
}
json of(const Box& b) {
  return json::array({of(b.x0), of(b.y0), of(b.x1), of(b.y1)});
}

void put(json& j, const char* key, const std::string& value) {
  if (!value.empty()) j[key] = value;
}
void put(json& j, const char* key, double value) {
  if (value != 0 || std::signbit(value)) j[key] = of(value);
}
void put(json& j, const char* key, bool value) {
  if (value) j[key] = true;
}

json of(const TextWord& word) {
  json j = {{"t", word.content}, {"b", of(word.box)}, {"c", of(word.confidence)}};
  put(j, "font", word.font_family);
  put(j, "pt", word.font_size_pt);
  put(j, "bold", word.bold);
  put(j, "ital", word.italic);
  put(j, "lang", word.language);
  for (const TextAlternative& other : word.alternatives)
    j["alt"].push_back({{"t", other.content}, {"c", of(other.confidence)}});
  return j;
}

json of(const TextLine& line) {
  json j = {{"b", of(line.box)}, {"y", of(line.baseline_y)}, {"w", json::array()}};
  put(j, "hyp", line.hyphen_at_end);
  for (const TextWord& word : line.words) j["w"].push_back(of(word));
  return j;
}

json of(const TextBlock& block) {
  json j = {{"k", kind_names[static_cast<std::size_t>(block.kind)]}, {"b", of(block.box)}};
  put(j, "lang", block.language);
  if (!block.lines.empty()) j["l"] = json::array();
  for (const TextLine& line : block.lines) j["l"].push_back(of(line));
  return j;
}

// These throw what nlohmann throws; page_text_from_json turns that into an Error.
[[noreturn]] void refuse(const char* key) {
  throw json::other_error::create(599, fmt::format("'{}' has a value it cannot have", key),
                                  static_cast<const json*>(nullptr));
}

void get(const json& j, const char* key, std::string& value) {
  if (const auto it = j.find(key); it != j.end()) value = it->get<std::string>();
}
void get(const json& j, const char* key, bool& value) {
  if (const auto it = j.find(key); it != j.end()) value = it->get<bool>();
}
// get<double> would take true for 1.
double number(const json& j, const char* key) {
  if (!j.is_number()) refuse(key);
  return j.get<double>();
}
void get(const json& j, const char* key, double& value) {
  if (const auto it = j.find(key); it != j.end()) value = number(*it, key);
}
void get(const json& j, const char* key, Box& b) {
  const auto it = j.find(key);
  if (it == j.end()) return;
  if (!it->is_array() || it->size() != 4) refuse(key);
  b = {number((*it)[0], key), number((*it)[1], key), number((*it)[2], key), number((*it)[3], key)};
}

const json& list(const json& j, const char* key) {
  static const json none = json::array();
  const auto it = j.find(key);
  if (it == j.end()) return none;
  if (!it->is_array()) refuse(key);
  return *it;
}
const json& object(const json& j, const char* key) {
  if (!j.is_object()) refuse(key);
  return j;
}

TextAlternative alternative_of(const json& j) {
  TextAlternative other;
  get(j, "t", other.content);
  get(j, "c", other.confidence);
  return other;
}

TextWord word_of(const json& j) {
  TextWord word;
  get(j, "t", word.content);
  get(j, "b", word.box);
  get(j, "c", word.confidence);
  get(j, "font", word.font_family);
  get(j, "pt", word.font_size_pt);
  get(j, "bold", word.bold);
  get(j, "ital", word.italic);
  get(j, "lang", word.language);
  for (const json& other : list(j, "alt"))
    word.alternatives.push_back(alternative_of(object(other, "alt")));
  return word;
}

TextLine line_of(const json& j) {
  TextLine line;
  get(j, "b", line.box);
  get(j, "y", line.baseline_y);
  get(j, "hyp", line.hyphen_at_end);
  for (const json& word : list(j, "w")) line.words.push_back(word_of(object(word, "w")));
  return line;
}

BlockKind kind_of(const std::string& name) {
  for (std::size_t i = 0; i < kind_names.size(); ++i)
    if (name == kind_names[i]) return static_cast<BlockKind>(i);
  refuse("k");
}

TextBlock block_of(const json& j) {
  TextBlock block;
  std::string kind(kind_names[0]);
  get(j, "k", kind);
  block.kind = kind_of(kind);
  get(j, "b", block.box);
  get(j, "lang", block.language);
  for (const json& line : list(j, "l")) block.lines.push_back(line_of(object(line, "l")));
  return block;
}

int pixels_of(const json& j) {
  const double value = number(j, "size");
  if (!(value >= 0 && value <= std::numeric_limits<int>::max())) refuse("size");
  return static_cast<int>(value);
}

}  // namespace

json to_json(const PageText& text) {
  json j = {{"size", {text.width_px, text.height_px}}, {"blocks", json::array()}};
  put(j, "confidence", text.mean_confidence);
  put(j, "engine", text.engine);
  put(j, "engine_version", text.engine_version);
  put(j, "models", text.models);
  put(j, "models_confidence", text.models_confidence);
  put(j, "word_error", text.estimated_word_error);
  for (const TextBlock& block : text.blocks) j["blocks"].push_back(of(block));
  return j;
}

Result<PageText> page_text_from_json(const json& j) {
  try {
    PageText text;
    const json& size = list(object(j, "text"), "size");
    if (size.size() != 2) refuse("size");
    text.width_px = pixels_of(size[0]);
    text.height_px = pixels_of(size[1]);
    get(j, "confidence", text.mean_confidence);
    get(j, "engine", text.engine);
    get(j, "engine_version", text.engine_version);
    get(j, "models", text.models);
    get(j, "models_confidence", text.models_confidence);
    get(j, "word_error", text.estimated_word_error);
    for (const json& block : list(j, "blocks"))
      text.blocks.push_back(block_of(object(block, "blocks")));
    return text;
  } catch (const json::exception& e) {
    return fail(ErrorKind::bad_input, "this is no text of a page: {}", e.what());
  }
}

}  // namespace linka
