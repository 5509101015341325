// SPDX-License-Identifier: GPL-3.0-or-later
// The info file of a package: what it is, who made it, which files belong to it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace linka {

struct PackageInfo {
  std::string created;           // date-time
  std::string metadata_version;  // "2.2"
  std::string package_id;
  std::string main_mets;                                    // file name
  std::string validator, validator_version;                 // who checked it
  std::vector<std::pair<std::string, std::string>> titles;  // type ("isbn"), value
  std::string collection, institution;                      // names, may be empty
  std::string creator;                                      // library code
  std::vector<std::string> items;       // "/mastercopy/mc_..." , this file included
  std::string checksum_file, checksum;  // "/md5_....md5" and its MD5
  std::string note;
  std::uint64_t other_bytes = 0;  // all files but this one
};

// The document. Its <size> counts itself, in kilobytes rounded up.
std::string to_info(const PackageInfo& info);

}  // namespace linka
