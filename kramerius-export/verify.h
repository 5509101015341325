// SPDX-License-Identifier: GPL-3.0-or-later
// Is what lies on the disk what was written? Every digest is made anew: a package by its list of
// checksums, its METS files and its info file, the pages of a batch by their facts and the journal,
// which has the digests of the facts and of each package's info file. In a batch no byte of a page
// or package is outside the chain; of a package alone the info file is, which is said.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "workspace/batch.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace linka {

struct VerifyFault {
  std::string file;     // below the package or the batch
  std::string message;  // a sentence for a person
};

struct VerifyReport {
  std::filesystem::path path;
  std::size_t files = 0;       // read whole and held against a digest
  std::size_t statements = 0;  // digests that were compared; a file may be stated several times
  std::size_t images = 0;      // decoded whole
  std::uint64_t bytes = 0;
  std::vector<VerifyFault> faults;
  std::vector<std::string> not_checked;  // what no digest covers, in words
  std::set<std::string> damaged_pages;   // folders below pages/
};

struct VerifyOptions {
  std::function<Result<void>(ByteView)> decode;  // of JPEG 2000; null: images are not decoded
  std::function<void()> progress;                // after each file; may be null
  std::set<std::string>* decoded = nullptr;  // MD5 of what need not be decoded again; may be null
};

// `info_md5s`: what the journal says of the info file, Replay::package_infos; none or "" when
// nobody knows. Errors: bad_input when there is no such folder; resource when there are too many
// open files or too little memory. Damage, and a disk that cannot read a file, is no error.
Result<VerifyReport> verify_package(const std::filesystem::path& package,
                                    const std::set<std::string>& info_md5s,
                                    const VerifyOptions& options);
// The pages that the journal calls done, and the journal itself; not the packages.
Result<VerifyReport> verify_pages(const Batch& batch, const VerifyOptions& options);

}  // namespace linka
