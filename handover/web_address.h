// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses on the web, as somebody states them.
#pragma once

#include <string>
#include <string_view>

namespace linka {

// http or https, a host, and no character that would end it in a file: "https://example.org/x".
bool is_web_address(std::string_view text);
// One to which names can be put: without "?" and "#", too.
bool is_web_folder(std::string_view text);
// With "/" at its end.
std::string web_folder(std::string address);

}  // namespace linka
