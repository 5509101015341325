// SPDX-License-Identifier: GPL-3.0-or-later
// Base64 (RFC 4648) as it stands in XML: written in lines, read piece by piece.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace linka {

// Lines of 76 characters, each ending in a line feed; handed on in pieces of whole lines, so that a
// large file is never held twice.
void write_base64(ByteView bytes, const std::function<void(std::string_view)>& sink);
std::string to_base64(ByteView bytes);

// Decodes a text that comes in pieces; white space is passed over.
class Base64Reader {
 public:
  // The bytes that this piece completes are added to `out`. False from the first character on that
  // has no place in base64.
  bool add(std::string_view piece, Bytes& out);
  // Whether what came is whole: nothing foreign, padded as it has to be.
  bool whole() const { return good_ && bits_ == 0; }

 private:
  std::uint32_t value_ = 0;
  int bits_ = 0;     // characters in hand, 0...3
  int padding_ = 0;  // "=" seen
  bool good_ = true;
};

}  // namespace linka
