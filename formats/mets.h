// SPDX-License-Identifier: GPL-3.0-or-later
// The METS frame: root and header, sections around foreign records, lists of files, structure maps.
// Prefixes are those the national standard fixes.
#pragma once

#include "formats/xml_writer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct MetsHeader {
  std::string label;               // "Ukázková kniha, 1927"
  std::string type;                // "Monograph"
  std::string created;             // date-time
  std::string creator, archivist;  // library codes
};

struct MetsFile {
  std::string id;  // "MC_0001"
  std::string mime;
  int sequence = 0;
  std::string created;  // date-time
  std::uint64_t size_bytes = 0;
  std::string md5;
  std::string adm_ids;  // "OBJ_002 MIX_002", may be empty
  std::string href;     // relative to the package
};

struct MetsFileGroup {
  std::string id, use;  // "MC_IMGGRP", "Images"
  std::vector<MetsFile> files;
};

// Opens mets:mets and writes the header. The caller goes on and ends with xml.done().
void begin_mets(XmlWriter& xml, const MetsHeader& header);

// Opens a section (mets:dmdSec, mets:techMD, mets:digiprovMD) down to mets:xmlData; end_section
// closes it again. type_version may be empty.
void begin_section(XmlWriter& xml, std::string_view element, std::string_view id,
                   std::string_view type, std::string_view type_version = {});
void end_section(XmlWriter& xml);

void write_file_section(XmlWriter& xml, const std::vector<MetsFileGroup>& groups);
// One file of a group that the caller has opened, for sections too long to hold at once.
void write_file(XmlWriter& xml, const MetsFile& file);
void write_file_pointers(XmlWriter& xml, const std::vector<std::string>& file_ids);

}  // namespace linka
