// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/web_address.h"

namespace linka {

bool is_web_address(std::string_view text) {
  return (text.starts_with("https://") || text.starts_with("http://")) &&
         text.find_first_of(" \t\r\n\"<>") == text.npos && text.size() > 8;
}

bool is_web_folder(std::string_view text) {
  return is_web_address(text) && text.find_first_of("?#") == text.npos;
}

std::string web_folder(std::string address) {
  if (!address.ends_with('/')) address += '/';
  return address;
}

}  // namespace linka
