// SPDX-License-Identifier: GPL-3.0-or-later
// The finished package (PSP) of one volume, as the Czech national standard for monographs wants it:
//
//   tst001-00000a/                     named after the URN:NBN
//     info_tst001-00000a.xml  md5_tst001-00000a.md5  mets_tst001-00000a.xml
//     mastercopy/mc_tst001-00000a_0001.jp2   usercopy/uc_...   alto/alto_...   txt/txt_...
//     amdsec/amd_mets_tst001-00000a_0001.xml
//
// It is built under a temporary name and stands under its own one whole and flushed to the disk, or
// not at all. Same input, same bytes: all times come from the options and the pages' facts.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "model/page_facts.h"
#include "model/page_text.h"
#include "model/record.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct PackagePage {
  PageFacts facts;
  PageText text;
  std::filesystem::path master, user;  // JPEG 2000 files; left where they are
  std::string label;                   // "[1]"
  std::string type;                    // "titlePage"
};

struct PackageOptions {
  // "2.2": monograph 2.2 in the form that every validator build takes (publisher in mods:publisher,
  // no mods/@version); "2.2-strict": as the standard's text has it; "2.1": the older version.
  std::string standard = "2.2";
  std::filesystem::path folder;  // the package becomes folder/<package id>
  bool replace = false;          // an existing package of that name gives way, in one step
  Time created;
  std::string program = "linka", program_version;
};

struct BuiltPackage {
  std::filesystem::path path;
  std::string id;
  std::size_t pages = 0;
  std::uint64_t bytes = 0;  // of all files
};

// Master and user copies are linked, or copied where links are not possible; a file whose digest is
// not the one its facts state is refused. Pages are numbered in the order given.
// Errors: bad_input (the record lacks something, a page's file is missing or changed, the package
// is there already), configuration (unknown standard), io, no_space. After an error nothing is
// left.
Result<BuiltPackage> build_package(const Record& record, const std::vector<PackagePage>& pages,
                                   const PackageOptions& options);

}  // namespace linka
