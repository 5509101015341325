// SPDX-License-Identifier: GPL-3.0-or-later
// A finished NDK package as its info file and its main METS describe it: records, files, structure,
// links. Read part by part; the records of pages are kept as a few words each, so that thousands of
// them need little. Nothing is judged here.
#pragma once

#include "base/result.h"
#include "formats/xml_reader.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace linka {

struct PspFile {
  std::string href;   // as it stands, backslashes turned
  std::string group;  // "UC_IMGGRP"
  std::string mime, md5;
  std::uint64_t bytes = 0;
  int line = 0;
};

struct PspFileGroup {
  std::string id;
  int line = 0;
};

// The record of a page, in words.
struct PspPageRecord {
  std::vector<std::string> uuids;  // as they stand, in order
  std::string type;                // of the first part that has one
  std::string number, index;
  std::string placement;  // "left" "right" "singlePage"
  bool represents = false;
  int line = 0;
};

struct PspRecord {
  XmlDocument mods;  // mods:mods, or a collection of them
  int line = 0;
};

struct PspDiv {
  std::string id, type, label, order, order_label;
  std::vector<std::string> records;  // DMDID
  std::vector<std::string> files;    // FILEID of its pointers
  std::vector<PspDiv> below;
  int line = 0;
};

struct PspLink {
  std::string from, to;
  int line = 0;
};

struct Psp {
  std::filesystem::path root;
  std::vector<std::string> info_files, mets_files;  // names in the folder itself, sorted
  std::string info_problem;                         // why the info file cannot be read
  std::string package_id, main_mets;                // as the info file says
  bool has_package_id = false;
  std::string mets_file;     // the one that was read
  std::string mets_problem;  // why there is none, or why it cannot be read

  std::map<std::string, PspRecord> records;           // by dmdSec/@ID; of all but pages
  std::map<std::string, PspPageRecord> page_records;  // by dmdSec/@ID
  std::map<std::string, PspRecord> dublin_cores;      // by dmdSec/@ID; of all but pages
  std::vector<PspFileGroup> groups;
  std::map<std::string, PspFile> files;  // by file/@ID
  std::vector<PspDiv> pages;             // the divs right below the physical root
  std::vector<PspDiv> logical;           // roots of the logical map; one in a good package
  bool has_physical = false, has_logical = false, has_untyped = false, has_links = false;
  std::vector<PspLink> links;
};

// Error only when the folder cannot be read.
Result<Psp> read_psp(const std::filesystem::path& folder);

// mods:mods: the element itself, or the first of a collection.
XmlElement mods_of(const XmlElement& root);
// "6a1b0c1e-..." from a uuid as it may stand in a record: braces, capitals and "uuid:" taken off;
// "" when it is none.
std::string plain_uuid(std::string_view text);

// The number that a text is, from 1 on; 0 when it is none.
int whole_number(std::string_view text);
// A page type that readers of Kramerius see in their language, in whatever case.
bool is_shown_page_type(std::string_view type);

}  // namespace linka
