// SPDX-License-Identifier: GPL-3.0-or-later
// libarchive reads and writes names in the locale's letters. Within this thread, and as long as one
// of these lives, they are UTF-8 whatever the environment says; the language stays.
#pragma once

#include <locale.h>

namespace linka {

class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(nullptr)) {
    ::locale_t base = ::duplocale(before_);
    if (base == nullptr) return;
    own_ = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", base);
    if (own_ == nullptr)
      ::freelocale(base);
    else
      ::uselocale(own_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    if (own_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(own_);
  }

 private:
  ::locale_t before_, own_ = nullptr;
};

}  // namespace linka
