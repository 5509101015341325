// SPDX-License-Identifier: GPL-3.0-or-later
// What the columns of a table may be called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// The key a column stands for ("number"), by its Czech or English name in any spelling of capitals,
// marks, spaces and underscores ("Číslo", "cislo", "issue"); "" when it is none.
std::string column_key(std::string_view heading);

// The name that is most like a misspelt one; "" when none is close.
std::string nearest_column(std::string_view heading);

}  // namespace linka
