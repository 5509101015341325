// SPDX-License-Identifier: GPL-3.0-or-later
// The info file of a package: what it is, who made it, which files belong to it.
#pragma once

#include "formats/xml_writer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
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
  // The files of the package, this one included: how many, and a function that calls its argument
  // with each ("/mastercopy/mc_..."), always the same.
  std::size_t item_count = 0;
  std::function<void(const std::function<void(std::string_view)>&)> each_item;
  std::string checksum_file, checksum;  // "/md5_....md5" and its MD5
  std::string note;
  std::uint64_t other_bytes = 0;  // all files but this one
};

// Hands the document to the sink, piece by piece. Its <size> counts itself, in kilobytes rounded
// up.
void write_info(const PackageInfo& info, const XmlWriter::Sink& sink);

}  // namespace linka
