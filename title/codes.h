// SPDX-License-Identifier: GPL-3.0-or-later
// Code lists of the Library of Congress that records are checked against.
#pragma once

#include <string>
#include <string_view>

namespace linka {

// MARC relator code ("aut") from the code itself or a common English or Czech word for it; empty
// when it is none.
std::string relator_code(std::string_view code_or_word);
// Bibliographic ISO 639-2 code ("cze") from itself, the terminological one ("ces") or, for the
// languages most met with here, the two-letter one ("cs"); empty when it is none.
std::string language_code(std::string_view code);

}  // namespace linka
