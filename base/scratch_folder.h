// SPDX-License-Identifier: GPL-3.0-or-later
// A folder for what is needed for a while: whatever is in it goes with the object.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace linka {

class ScratchFolder {
 public:
  // Makes `parent`/`name`-XXXXXX, which nobody else has. Errors (of errno's kind) name the parent.
  static Result<ScratchFolder> in(const std::filesystem::path& parent, const std::string& name);
  // The same among the system's temporary files.
  static Result<ScratchFolder> temporary(const std::string& name);
  // Takes over a folder that is there or will be.
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace linka
