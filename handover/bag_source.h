// SPDX-License-Identifier: GPL-3.0-or-later
// A bag as it lies on the disk: a folder, a tar (also gzipped) or a zip, read as one list of files
// and then file by file. No link is ever followed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "handover/bag.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct BagEntry {
  std::string name;  // below the bag's own folder, with "/"; harmless
  std::uint64_t bytes = 0;
};

struct BagListing {
  std::vector<BagEntry> files;
  std::string top;               // an archive's one folder; "" of a folder
  std::vector<BagFault> faults;  // links, devices, harmful names, several top folders, bombs
};

class BagSource {
 public:
  // Errors: bad_input when it is neither; io.
  static Result<BagSource> open(const std::filesystem::path& path);

  // Every entry; of archives nothing but the headers is kept. Error: io, bad_input.
  Result<BagListing> list() const;

  // Files in the order in which they lie there, a folder's in that of the list. `wants` says
  // whether a file is read at all; `begin` is told, `take` gets its bytes piece by piece, `ended`
  // follows. A file that holds more or less than the list says, or cannot be read, is told to
  // `ended` as an error. Errors of `begin`, `take` and `ended` end it.
  struct Reader {
    std::function<bool(const std::string& name)> wants;
    std::function<Result<void>(const BagEntry& file)> begin;
    std::function<Result<void>(ByteView piece)> take;
    std::function<Result<void>(const std::string& name, const Result<void>& read)> ended;
  };
  Result<void> read(const BagListing& listing, const Reader& reader) const;

  bool is_folder() const { return folder_; }

 private:
  std::filesystem::path path_;
  bool folder_ = false;
};

}  // namespace linka
