// SPDX-License-Identifier: GPL-3.0-or-later
// What a storage root is read through: names, sizes and bytes below one place, '/' between folders,
// "" the place itself. A directory here; another kind of storage is another class.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

enum class EntryKind { file, folder, other };  // other: links, devices, pipes

struct StoredEntry {
  std::string name;
  EntryKind kind = EntryKind::file;
  std::uint64_t size_bytes = 0;
  bool linked = false;  // a file that has more than one name
};

class Storage {
 public:
  virtual ~Storage() = default;
  // By name. Error bad_input when there is no such folder.
  virtual Result<std::vector<StoredEntry>> entries(const std::string& folder) const = 0;
  virtual Result<std::string> text(const std::string& file, std::uint64_t max_bytes) const = 0;
  // All bytes of a file, in order, a piece at a time. An error of `piece` ends it. Errors:
  // bad_input when it is not there, io when the disk cannot read it.
  virtual Result<void> read(const std::string& file,
                            const std::function<Result<void>(ByteView)>& piece) const = 0;
};

class FolderStorage : public Storage {
 public:
  explicit FolderStorage(std::filesystem::path root) : root_(std::move(root)) {}
  Result<std::vector<StoredEntry>> entries(const std::string& folder) const override;
  Result<std::string> text(const std::string& file, std::uint64_t max_bytes) const override;
  Result<void> read(const std::string& file,
                    const std::function<Result<void>(ByteView)>& piece) const override;

 private:
  std::filesystem::path root_;
};

// "a" + "b" -> "a/b"; "" + "b" -> "b".
std::string joined(const std::string& folder, const std::string& name);

// Every file below a folder, paths counted from it, with sizes; folders that hold nothing; and what
// is neither file nor folder.
struct StoredFile {
  std::string path;
  std::uint64_t size_bytes = 0;
  bool linked = false;
};
struct StoredTree {
  std::vector<StoredFile> files;
  std::vector<std::string> empty_folders, others;
};
Result<StoredTree> tree_of(const Storage& storage, const std::string& folder);

}  // namespace linka
