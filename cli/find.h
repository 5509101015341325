// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator types -> scans and pages of a batch.
#pragma once

#include "base/result.h"
#include "workspace/status.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace linka {

// Scans by file name ("0007.tif"), by the name linka gives ("book.tif+3"), by path, or by the name
// without its ending when that is unambiguous. Error bad_input, naming the first that is not there.
Result<std::vector<ScanId>> find_scans(const BatchStatus& status,
                                       const std::vector<std::string>& names);

// One scan, and of its pages those that were asked for.
struct Asked {
  Batch batch;
  ScanStatus scan;
  std::size_t images = 1;  // that the name stands for; the scan is the first of them
};
// A page by its folder or name, a scan by its name; the batch is the one given or that of the
// working folder. A page that never came to be is told by its scan, without pages.
Result<Asked> find_page(const std::string& page_or_scan, const std::filesystem::path& batch_folder);

// "3..10,15" -> positions counted from 1. Error configuration when it is not such a text.
Result<std::set<std::size_t>> positions_of(const std::string& selection, std::size_t last);

// The batch that holds `start`: `start` itself or the nearest folder above it.
Result<Batch> find_batch(const std::filesystem::path& start);

// A batch's folder stands for its packages.
struct MeantPackages {
  std::vector<std::filesystem::path> packages;
  std::vector<std::filesystem::path> without;  // batches that have none yet
  std::map<std::filesystem::path, std::filesystem::path>
      batch;  // package -> the batch given for it
};
// Error: bad_input when something given is not there.
Result<MeantPackages> packages_meant(const std::vector<std::filesystem::path>& given);

}  // namespace linka
