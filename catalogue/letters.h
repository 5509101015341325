// SPDX-License-Identifier: GPL-3.0-or-later
// The character sets that catalogues write.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace linka {

// A letter and the mark after it become one character (Unicode NFC), for the letters of Latin
// script: MARC keeps them apart. Everything else stays.
std::string composed(std::string_view utf8);

// "utf-8" "marc-8" "cp1250" "iso-8859-2": whether it is one that text_from() knows, in any of the
// usual spellings ("windows-1250", "MARC8", "latin2").
bool is_charset(std::string_view name);

// Text of that character set as UTF-8, composed. Errors: bad_input, with the place of the first
// byte that is none of the set; configuration when the set is unknown.
Result<std::string> text_from(std::string_view charset, std::string_view bytes);

}  // namespace linka
