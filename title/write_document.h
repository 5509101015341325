// SPDX-License-Identifier: GPL-3.0-or-later
// A document -> title.toml in its normal form: keys in one order, nothing said twice that is
// inherited, no file beside it needed.
#pragma once

#include "model/document.h"

#include <string>
#include <vector>

namespace linka {

// What load_document() reads from the text is the document again, but for Unit::where.
std::string document_text(const Document& document);

// Labels in short: "[1]-[4], i-xii, 1-312", which labels_of_pattern() reads back where that can be.
std::string pattern_of_labels(const std::vector<std::string>& labels);

}  // namespace linka
