// SPDX-License-Identifier: GPL-3.0-or-later
// A page's text as IIIF annotations: each line or word with its place.
#pragma once

#include "model/page_text.h"

#include <nlohmann/json.hpp>

#include <string>

namespace linka {

enum class TextGrain { line, word };

struct TextPlace {
  std::string id;        // of the annotation page
  std::string canvas;    // what the places are of; its pixels are those of the text
  std::string language;  // "cs"; "" when unknown
};

// An AnnotationPage, in reading order.
nlohmann::json annotations_of(const PageText& text, TextGrain grain, const TextPlace& place);

}  // namespace linka
