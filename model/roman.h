// SPDX-License-Identifier: GPL-3.0-or-later
// Roman numbers in their usual spelling.
#pragma once

#include <string>
#include <string_view>

namespace linka {

// "xiv", in capitals "XIV"; empty for what is below 1 or above 3999.
std::string roman_text(int value, bool capitals);
// 0 when the text is no Roman number in the usual spelling, all small or all capital.
int roman_number(std::string_view text);

}  // namespace linka
