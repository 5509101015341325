// SPDX-License-Identifier: GPL-3.0-or-later
// The likeliest path of a volume's pages over the lines of its numbers, when it is known how much
// each number weighs.
#pragma once

#include "stages/pagination/sequence.h"

#include <vector>

namespace linka {

// What is usual in this volume. Costs are in units of surprise (path.cpp).
struct Customs {
  double counted_plate = 0;  // cost of a plate that counts
  double first_plate = 0.7;  // of one that does not
};
// Where plates do count, the first of some that do not costs as much as a page of text.
constexpr double cost_not_counted_text = 3;

// A page that is mostly a picture.
bool is_picture(const NumberedPage& page);

// As many answers as pages. Weights of hints are 0...1; those of 0 are as if not there.
std::vector<Fitted> likeliest_path(const std::vector<NumberedPage>& pages, const Customs& customs);

}  // namespace linka
