// SPDX-License-Identifier: GPL-3.0-or-later
// How well a page was read: what linka review --ocr lists and linka retry --ocr-below asks for.
#pragma once

#include "model/page_facts.h"

#include <optional>

namespace linka {

// The share of words that are probably right, 0...1, by the page's estimated word error; where its
// engine gave none, the mean confidence of its words. Nothing of a blank page, and of one on which
// no words were found.
inline std::optional<double> text_quality(const PageFacts& facts) {
  if (facts.is_blank || facts.words == 0) return {};
  return facts.estimated_word_error > 0 ? 1 - facts.estimated_word_error : facts.text_confidence;
}

}  // namespace linka
