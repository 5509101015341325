// SPDX-License-Identifier: GPL-3.0-or-later
// What cataloguers write around a value: the punctuation of ISBD, brackets, signs of doubt.
#pragma once

#include "model/record.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class FinalPeriod { keep, drop };

// Without the punctuation that leads over to the next part ("Praha :" -> "Praha"), without a
// bracket that has no partner, in single spaces. A final period goes, too, when asked for, but not
// that of an abbreviation or an initial ("Novák, J. K.", "a kol.").
std::string without_isbd(std::string_view text, FinalPeriod period = FinalPeriod::keep);

// A title and its leading article: `count` letters (second indicator), or between << and >>, as
// Aleph marks it. A count that does not end at the end of a word is not believed, and noted.
TitleInfo divided_title(std::string_view title, char count, std::vector<std::string>& notes);

// The dates of 264 $c as printed: "[1927?]" is issued, [1927], questionable; "c1926" a copyright
// date; "1927, c1926" both; "19--" and "1927-1930" stay. What is no such form is kept as it stands
// and noted as doubtful.
std::vector<OriginDate> printed_dates(std::string_view text, std::vector<std::string>& notes);

// The two dates of 008 (positions 6-14) as a span in MARC's own writing, or one date; nothing where
// they say nothing.
std::vector<OriginDate> coded_dates(std::string_view field_008);

// The first four digits in a row; "".
std::string first_year(std::string_view text);

}  // namespace linka
