// SPDX-License-Identifier: GPL-3.0-or-later
// Which models a page is read with: a few of its lines are read with one or two, and their text and
// confidence say the typeface and the language.
#pragma once

#include "image/image.h"
#include "model/geometry.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What is looked for when the models are not named, the likeliest first.
const std::vector<std::string>& candidate_models();

struct Sample {
  std::string text;
  double confidence = 0;
};
// Reads one of the sample lines with a single model.
using ReadSample = std::function<Sample(const std::string& model, std::size_t line)>;

struct ModelChoice {
  std::string models;     // joined by +
  double confidence = 0;  // 0...1
};

// Some lines of print, well spread over the page, the most telling first; not wider than needed.
// `grey` is upright, its paper lighter than its print. Boxes in its pixels.
std::vector<Box> sample_lines(const Image& grey, double dpi);

// `installed`: those of candidate_models() that there are, at least one. `prior`: what the pages
// around were read with, or empty; it is tried first and decides where the page does not say.
ModelChoice choose_models(const std::vector<std::string>& installed, std::size_t lines,
                          const std::string& prior, const ReadSample& read);

// What a text that was read with `models` says of the models it should have been read with; empty
// when it says nothing against them.
std::string better_models(const std::vector<std::string>& installed, const std::string& models,
                          std::string_view text, double confidence);

// 0...1: that `models` suit the text they have read.
double confidence_in(const std::string& models, std::string_view text, double confidence);

}  // namespace linka
