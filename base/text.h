// SPDX-License-Identifier: GPL-3.0-or-later
// Small questions about text that several folders ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// True when a sorts before b as a person counts: "scan2" before "scan10", digits by value. Total:
// names that differ only in leading zeros or case still have one fixed order.
bool natural_less(std::string_view a, std::string_view b);
bool is_utf8(std::string_view text);
// Without control characters that XML 1.0 cannot hold, bad UTF-8 replaced by U+FFFD.
std::string clean_utf8(std::string_view text);
std::string trimmed(std::string_view text);
std::string lower_ascii(std::string_view text);
std::vector<std::string> split_text(std::string_view text, char separator);

}  // namespace linka
