// SPDX-License-Identifier: GPL-3.0-or-later
// The operator's language. tr("...") is the English sentence or its translation (GNU gettext,
// domain "linka"); say(tr("{} pages"), n) fills in the values. Without a catalogue English stays.
#pragma once

#include <fmt/format.h>
#include <libintl.h>

#include <string>
#include <string_view>

namespace linka {

inline const char* tr(const char* english) {
  return ::dgettext("linka", english);
}
// The form for n things: trn("{} page", "{} pages", n).
inline const char* trn(const char* one, const char* many, unsigned long n) {
  return ::dngettext("linka", one, many, n);
}

template <class... Args>
std::string say(std::string_view text, const Args&... args) {
  return fmt::vformat(text, fmt::make_format_args(args...));
}

}  // namespace linka
