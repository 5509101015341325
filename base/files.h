// SPDX-License-Identifier: GPL-3.0-or-later
// Files as a careful program handles them: written whole or not at all, on the disk before we say
// so.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace linka {

// The whole file. Errors name the path; a file over max_bytes is bad_input.
Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = 1ull << 40);
Result<std::string> read_text(const std::filesystem::path& path,
                              std::uint64_t max_bytes = 1u << 28);

// Writes to a temporary name in the same folder, flushes, renames over the final name, flushes the
// folder. After success the bytes survive a power cut; after failure the final name is untouched
// and the temporary file is gone.
Result<void> write_atomically(const std::filesystem::path& path, ByteView bytes);
Result<void> write_atomically(const std::filesystem::path& path, std::string_view text);

// The same without flushing: after a power cut the file may be as it was before, or cut. For what
// whoever reads it can do without.
Result<void> write_unflushed(const std::filesystem::path& path, std::string_view text);

// Writes and flushes a file inside a folder that is itself still under a temporary name; the caller
// flushes and renames the folder.
Result<void> write_flushed(const std::filesystem::path& path, ByteView bytes);

// Gives a finished and flushed folder its final name in the same parent. An older folder of that
// name changes places with it in one step where the file system can do that, and else waits aside
// as
// ".NAME.old" meanwhile; it is removed when the new one is on the disk. After failure one of the
// two has the name, or sweep_leftovers() gives it back.
Result<void> unveil_folder(const std::filesystem::path& built,
                           const std::filesystem::path& final_path);
// ".NAME.old"
std::filesystem::path aside_of(const std::filesystem::path& final_path);
// What a killed writer left in a folder: temporary files and folders (".NAME.tmp", ".new",
// ".building") go, and what waits aside gets its name back when nobody has it. Only for who holds
// the lock. Nothing else is touched; what cannot be removed stays.
void sweep_leftovers(const std::filesystem::path& folder);

// Flushes a file's or a folder's own entry to the disk.
Result<void> flush_path(const std::filesystem::path& path);
// mkdir -p, every new level flushed into its parent.
Result<void> make_folders(const std::filesystem::path& path);
// Bytes a user may still write on the file system that holds path.
Result<std::uint64_t> free_space(const std::filesystem::path& path);

// A read-only view of a whole file in memory (mmap). Movable; the view dies with it.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  ByteView bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// An exclusive advisory lock (flock) on a file, held until the object dies or the process ends,
// however it ends. Error busy when somebody else holds it.
class FileLock {
 public:
  static Result<FileLock> take(const std::filesystem::path& path, bool wait = false);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace linka
