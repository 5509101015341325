// SPDX-License-Identifier: GPL-3.0-or-later
// BagIt 1.0 (RFC 8493): a folder with the list of its files and their digests, as a folder, a tar
// or a zip. Everything is streamed: a bag in one file is written and read without a second copy.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "handover/lent.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace linka {

enum class BagForm { folder, tar, zip };
// "book" for folder, "book.tar", "book.zip".
std::string bag_file_name(const std::string& name, BagForm form);

// One line of bag-info.txt: label and value.
using BagInfo = std::vector<std::pair<std::string, std::string>>;

// A tag file of one's own beside the payload: "metadata/premis.xml" and its text.
struct BagTag {
  std::string name, text;
};

struct BagOptions {
  BagForm form = BagForm::folder;
  BagInfo info;              // put in front of what is counted here
  std::vector<BagTag> tags;  // names like payload names: relative, with "/"
  std::string agent;         // Bag-Software-Agent: "linka 0.1.0"
  Time made_at = now();
  WorkGoesOn progress = {};  // payload files
};

struct MadeBag {
  std::filesystem::path path;
  std::size_t files = 0;    // of the payload
  std::uint64_t bytes = 0;  // of the payload
  BagInfo info;             // bag-info.txt as written
};

// `folder` as data/<its name>/ of a bag at `out`, whose parent is made. Manifests of SHA-256 and
// SHA-512; written under a temporary name, flushed, renamed. Errors: bad_input (no folder, a link
// or device in it, a name that a reader of bags would refuse, a file that grows meanwhile; `out` is
// there), configuration (a label or tag that cannot be), io, no_space. After an error nothing is
// left.
Result<MadeBag> make_bag(const std::filesystem::path& folder, const std::filesystem::path& out,
                         const BagOptions& options);
// What it would hold, without writing. Errors as make_bag.
Result<MadeBag> plan_bag(const std::filesystem::path& folder, const std::filesystem::path& out,
                         const BagOptions& options);

struct BagFault {
  std::string file;     // in the bag; "" for the bag as a whole
  std::string message;  // a sentence for a person
  bool warning = false;
};

struct BagReport {
  std::filesystem::path path;
  std::string version;                  // "1.0"
  std::size_t files = 0;                // of the payload
  std::uint64_t bytes = 0;              // of the payload
  std::size_t digests = 0;              // compared
  std::vector<std::string> algorithms;  // of manifests that were checked
  BagInfo info;
  std::vector<BagFault> faults;          // sorted by file
  std::vector<std::string> not_checked;  // manifests of unknown algorithms
  bool has_errors() const;
};

struct BagCheckOptions {
  WorkGoesOn progress = {};  // files
};

// Every rule of the RFC that a program can hold a bag against, and every byte. Faults are no error;
// an error is: io, bad_input when `bag` is neither a folder nor a tar or zip.
Result<BagReport> check_bag(const std::filesystem::path& bag, const BagCheckOptions& options = {});

// Checks and brings what was in data/ to `out`, which must not be there or be empty; nothing is
// there unless the report has no errors: bytes are checked while they are written under a
// temporary name. Errors as check_bag, no_space before the first byte, bad_input when `out` is
// there.
Result<BagReport> unbag(const std::filesystem::path& bag, const std::filesystem::path& out,
                        const BagCheckOptions& options = {});

}  // namespace linka
