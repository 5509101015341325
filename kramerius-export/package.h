// SPDX-License-Identifier: GPL-3.0-or-later
// The finished package (PSP) of one volume or issue, as the Czech national standards for monographs
// and periodicals want it:
//
//   tst001-00000a/                     named after the URN:NBN
//     info_tst001-00000a.xml  md5_tst001-00000a.md5  mets_tst001-00000a.xml
//     mastercopy/mc_tst001-00000a_0001.jp2   usercopy/uc_...   alto/alto_...   txt/txt_...
//     amdsec/amd_mets_tst001-00000a_0001.xml
//
// It is built under a temporary name and stands under its own one whole and flushed to the disk, or
// not at all. Same input, same bytes: all times come from the options and the pages' facts. Pages
// are loaded a few at a time and let go, so that a package of any size needs little memory.
#pragma once

#include "base/clock.h"
#include "base/do_many.h"
#include "base/result.h"
#include "formats/plain.h"
#include "model/document.h"
#include "model/page_facts.h"
#include "model/page_text.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct PackagePage {
  PageFacts facts;
  PageText text;
  std::filesystem::path master, user;  // JPEG 2000 files; left where they are
  std::string label, type;             // of a page given without a plan; a plan has its own words
};

// What is known of a planned page. Called once a page, a few pages ahead, in the plan's order but
// as PackageOptions::do_many does them.
using PageSource = std::function<Result<PackagePage>(const PlannedPage&)>;

struct PackageOptions {
  // Of monographs. "2.2": in the form that every validator build takes (publisher in
  // mods:publisher, no mods/@version); "2.2-strict": as the standard's text has it; "2.1": the
  // older version.
  std::string standard = "2.2";
  // Of periodicals: "2.1", or the older "2.0".
  std::string periodical_standard = "2.1";
  bool nested_blocks = false;    // alto/: as AltoOptions::nested
  PlainOptions plain = {};       // how txt/ is written; seams are the builder's own
  bool rights = false;           // the plan's copyright in each page's METS, where it is stated
  std::filesystem::path folder;  // the package becomes folder/<package id>
  bool replace = false;          // an existing package of that name gives way, in one step
  Time created;
  std::string program = "linka", program_version;
  // Told when the package is on the disk and about to get its name, with the MD5 of its info file;
  // an error ends it there. May be null.
  std::function<Result<void>(const std::string&)> announce = nullptr;
  DoMany do_many = one_after_another;  // how a few pages are read and placed; same bytes anyhow
};

struct BuiltPackage {
  std::filesystem::path path;
  std::string id;
  std::size_t pages = 0;
  std::uint64_t bytes = 0;  // of all files
  // Of the info file, which has that of the list of checksums, which has those of all other files.
  std::string info_md5 = {};
};

// Master and user copies are linked, or copied where links are not possible; a file whose digest is
// not the one its facts state is refused. Pages are numbered in the plan's order.
// Errors: bad_input (a record lacks something, more than 9,999 pages, a page's file is missing or
// changed, the package is there already), configuration (unknown standard), io, no_space, whatever
// `source` says. After an error nothing is left.
Result<BuiltPackage> build_package(const PackagePlan& plan, const PageSource& source,
                                   const PackageOptions& options);

// A book of one volume whose pages are all at hand, with the words they carry themselves.
Result<BuiltPackage> build_package(const Record& record, const std::vector<PackagePage>& pages,
                                   const PackageOptions& options);

// A digest of everything a plan says that reaches its package: the same plan gives the same, in
// every run. Errors: bad_input, configuration, as build_package.
Result<std::string> digest_of(const PackagePlan& plan, const PackageOptions& options);

}  // namespace linka
