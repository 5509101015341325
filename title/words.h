// SPDX-License-Identifier: GPL-3.0-or-later
// Words as people write them, made comparable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Small letters without Czech and Slovak marks, and only letters and digits: "Číslo vydání" ->
// "cislovydani". Bytes of other scripts stay.
std::string plain(std::string_view text);

// The word of a list that is most like a misspelt one; "" when none is close.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace linka
