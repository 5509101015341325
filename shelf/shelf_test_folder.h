// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a folder that goes with the test, and files in it.
#pragma once

#include "base/files.h"
#include "base/scratch_folder.h"
#include "shelf/get.h"
#include "shelf/put.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

namespace linka {

class ShelfTestFolder {
 public:
  std::filesystem::path operator/(const std::string& name) const { return scratch_.path() / name; }

 private:
  ScratchFolder scratch_ = *ScratchFolder::temporary("linka-shelf");
};

inline void write_test_file(const std::filesystem::path& path, const std::string& text) {
  ASSERT_TRUE(make_folders(path.parent_path()));
  ASSERT_TRUE(write_atomically(path, std::string_view(text)));
}

// Path below -> content, of all files in a folder.
inline std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      out[std::filesystem::relative(entry.path(), folder).generic_string()] =
          *read_text(entry.path());
  return out;
}

inline PutOptions put_options(const std::string& id) {
  PutOptions options;
  options.id = id;
  options.message = "stored by a test";
  return options;
}

}  // namespace linka
