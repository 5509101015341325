// SPDX-License-Identifier: GPL-3.0-or-later
// Names of files in a bag: which may stand there at all, and how they are written in manifests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace linka {

// Why a name must not reach a disk: absolute, "..", a drive's letter, control characters, no UTF-8,
// what Windows reserves or cuts off, longer than file systems hold. Nothing: it is harmless.
std::optional<std::string> harm_of_name(std::string_view name);

// RFC 8493, 2.1.3: CR, LF and % as %0D, %0A, %25.
std::string encoded_name(std::string_view name);
// The reverse; nothing when "%" is followed by anything else.
std::optional<std::string> decoded_name(std::string_view text);

// Names that some file system takes for one: they differ in case or in how letters with accents are
// put together, or one is a file and the other a folder.
class NameCollisions {
 public:
  // What the name collides with, if anything. A name is added once.
  std::optional<std::string> add(const std::string& file);

 private:
  std::map<std::string, std::string> folders_, files_;  // folded -> as it stands
};

}  // namespace linka
