// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file is still the one that was read, by what the file system says of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace linka {

// The time of the last change of the entry (ctime) is the system's: nobody can set it back.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size_bytes = 0;
  std::uint32_t mode = 0;        // kind and permissions, as stat(2)
  std::int64_t modified_ns = 0;  // since 1970
  std::int64_t changed_ns = 0;   // likewise
  bool operator==(const FileStamp&) const = default;

  std::int64_t latest_ns() const { return modified_ns > changed_ns ? modified_ns : changed_ns; }
};

// None when the file cannot be looked at. A link stands for itself or, with `follow`, for what it
// names.
std::optional<FileStamp> stamp_of(const std::filesystem::path& path, bool follow = true);

// Of the file system's clock, which ticks a few hundred times a second: what is written in the same
// tick as a stamp was taken shows no later time.
constexpr std::int64_t file_clock_tick_ns = 20'000'000;
// Whether what changed last at this time could change again and still show it.
bool is_within_tick(std::int64_t latest_ns);

}  // namespace linka
