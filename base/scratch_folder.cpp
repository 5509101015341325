// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/scratch_folder.h"

#include "base/translate.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace linka {
namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::in(const fs::path& parent, const std::string& name) {
  std::string pattern = (parent / (name + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return fail(kind_of_errno(errno), "{}: {}: {}", parent.string(),
                tr("the folder cannot be made"), std::strerror(errno));
  return ScratchFolder(fs::path(pattern));
}

Result<ScratchFolder> ScratchFolder::temporary(const std::string& name) {
  std::error_code code;
  const fs::path folder = fs::temp_directory_path(code);
  return in(code ? fs::path("/tmp") : folder, name);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace linka
