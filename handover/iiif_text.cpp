// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/iiif_text.h"

#include <fmt/format.h>

#include <cmath>

namespace linka {
namespace {

using nlohmann::json;

std::string fragment_of(const Box& box) {
  const double x = std::floor(box.x0), y = std::floor(box.y0);
  return fmt::format("#xywh={:.0f},{:.0f},{:.0f},{:.0f}", x, y, std::ceil(box.x1) - x,
                     std::ceil(box.y1) - y);
}

std::string text_of_line(const TextLine& line) {
  std::string out;
  for (const TextWord& word : line.words) out += (out.empty() ? "" : " ") + word.content;
  return out;
}

}  // namespace

json annotations_of(const PageText& text, TextGrain grain, const TextPlace& place) {
  json items = json::array();
  const auto add = [&](const std::string& content, const Box& box) {
    json body{{"type", "TextualBody"}, {"value", content}, {"format", "text/plain"}};
    if (!place.language.empty()) body["language"] = place.language;
    items.push_back({{"id", fmt::format("{}#{}", place.id, items.size() + 1)},
                     {"type", "Annotation"},
                     {"motivation", "supplementing"},
                     {"textGranularity", grain == TextGrain::line ? "line" : "word"},
                     {"body", std::move(body)},
                     {"target", place.canvas + fragment_of(box)}});
  };
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines) {
      if (line.words.empty()) continue;
      if (grain == TextGrain::line) {
        add(text_of_line(line), line.box);
        continue;
      }
      for (const TextWord& word : line.words) add(word.content, word.box);
    }
  return {{"@context",
           {"http://iiif.io/api/extension/text-granularity/context.json",
            "http://iiif.io/api/presentation/3/context.json"}},
          {"id", place.id},
          {"type", "AnnotationPage"},
          {"items", std::move(items)}};
}

}  // namespace linka
