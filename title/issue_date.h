// SPDX-License-Identifier: GPL-3.0-or-later
// Dates of issues and supplements in the one form the national standard takes.
#pragma once

#include <string>
#include <string_view>

namespace linka {

// "01.05.1927", "05.1927", "1927", "05.-06.1927", "01.-07.05.1927" or "28.05.-03.06.1927" from what
// people, tables and catalogues write: "1. 5. 1927", "1927-05-01", "1927-05", "5/1927",
// "1. května 1927", "květen-červen 1927", "1.5.1927 0:00:00". Empty when the text is no such date
// or names a day that the calendar does not have; a year of two digits is none.
std::string issue_date_form(std::string_view text);

}  // namespace linka
