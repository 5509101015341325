// SPDX-License-Identifier: GPL-3.0-or-later
// A package that nobody has touched since it was checked needs no second check: a run that finds
// everything done would else read every byte of it. What the check said is kept in the batch, with
// what the file system says of the package's and the schemas' files and of this program (name,
// inode, size, time of the last change of bytes and of the entry). The latter nobody can set back,
// so whatever is written to a file, under whatever name and date, is noticed. What changes without
// being written, on a dying disk, is what `linka verify` reads for.
#pragma once

#include "kramerius-export/rules.h"
#include "workspace/batch.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>

namespace linka {

// What is kept of one batch's packages, for as long as they are checked.
class CheckedBefore {
 public:
  CheckedBefore(const Batch& batch, const CheckOptions& options);

  // As check_package; reads the package only when that is needed, and remembers what was found when
  // it is no worse than a warning.
  Result<CheckReport> check(const std::filesystem::path& package);

  // Writes down what was found. Where that fails the next run checks again.
  void keep() const;

  // What the file system says of some files.
  struct Seen {
    std::string lines;        // one a file
    std::int64_t latest = 0;  // change of any, ns since 1970
  };

 private:
  std::filesystem::path file_;
  CheckOptions options_;
  std::optional<Seen> rules_;  // what every check depends on; none when that cannot be told
  nlohmann::json answers_;     // by the packages' names
  bool has_new_ = false;
};

}  // namespace linka
