// SPDX-License-Identifier: GPL-3.0-or-later
// The small files of a bag: bagit.txt, bag-info.txt, manifests. Read as RFC 8493 writes them, every
// line that is wrong is named.
#pragma once

#include "base/digest.h"
#include "handover/bag.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Lines of a tag file: LF, CR or CR LF end them.
std::vector<std::string> tag_lines(std::string_view text);

// The version that bagit.txt states; "" when it states none.
std::string read_declaration(const std::string& text, std::vector<BagFault>& faults);

// Labels with their values, continued lines joined.
BagInfo read_bag_info(const std::string& text, std::vector<BagFault>& faults);
std::string write_bag_info(const BagInfo& info);
// Values of a label, whatever its case.
std::vector<std::string> values_of(const BagInfo& info, std::string_view label);

struct BagManifest {
  std::string file;                         // "manifest-sha256.txt"
  std::string algorithm;                    // "sha256"
  std::optional<DigestKind> kind;           // none: unknown here
  bool of_tags = false;                     // tagmanifest-*
  std::map<std::string, std::string> list;  // name -> digest, lower case
};
// Nothing when the name is not that of a manifest.
std::optional<BagManifest> manifest_named(const std::string& file);
// The lines into manifest.list. Names that would harm are faults and left out.
void read_manifest(const std::string& text, BagManifest& manifest, std::vector<BagFault>& faults);
std::string write_manifest(const std::map<std::string, std::string>& list);

}  // namespace linka
