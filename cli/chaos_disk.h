// SPDX-License-Identifier: GPL-3.0-or-later
// A small file system that a test may fill, where the system lets us mount one.
#pragma once

#include <cstddef>
#include <filesystem>

namespace linka {

inline constexpr std::size_t chaos_disk_mib = 80;

class ChaosDisk {
 public:
  // Mounts it on a folder that is made, seen by this process and its children alone. Where that is
  // not permitted, is_real() is false and nothing is there to be filled. Call it before any thread
  // is started.
  static ChaosDisk make(const std::filesystem::path& folder);
  ChaosDisk(ChaosDisk&& other) noexcept;
  ChaosDisk& operator=(ChaosDisk&&) = delete;
  ~ChaosDisk();

  bool is_real() const { return real_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Takes all that is free but for so many bytes.
  void fill(std::size_t bytes_left) const;
  void empty() const;

 private:
  explicit ChaosDisk(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
  bool real_ = false;
};

}  // namespace linka
