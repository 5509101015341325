// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/targets.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace linka::fuzz {
namespace fs = std::filesystem;
namespace {

struct OwnFolder {
  fs::path path;
  OwnFolder() {
    // In memory where that can be: a file that is cut and written again waits for a disk.
    std::error_code none;
    const fs::path memory = "/dev/shm";
    const fs::path above = fs::is_directory(memory, none) ? memory : fs::temp_directory_path();
    std::string pattern = (above / "linka-fuzz-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path = pattern;
  }
  ~OwnFolder() {
    std::error_code code;
    fs::remove_all(path, code);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
};

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{{"header", header},
                                       {"tiff", tiff},
                                       {"jpeg", jpeg},
                                       {"png", png},
                                       {"jp2", jp2},
                                       {"jp2-boxes", jp2_boxes},
                                       {"xml", xml},
                                       {"answer", answer},
                                       {"toml-record", toml_record},
                                       {"csv-record", csv_record},
                                       {"mods-record", mods_record},
                                       {"iso2709", iso2709},
                                       {"marcxml", marcxml},
                                       {"journal", journal},
                                       {"inventory", inventory},
                                       {"page-text", page_text},
                                       {"page-facts", page_facts},
                                       {"correction", correction},
                                       {"names", names},
                                       {"package", package},
                                       {"waivers", waivers},
                                       {"bag-tar", bag_tar},
                                       {"bag-zip", bag_zip},
                                       {"bag-folder", bag_folder},
                                       {"ocfl-inventory", ocfl_inventory},
                                       {"ocfl-object", ocfl_object}};
  return all;
}

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const fs::path& folder_of_this_process() {
  static const OwnFolder folder;
  return folder.path;
}

fs::path as_file(ByteView bytes, std::string_view ending) {
  fs::path path = folder_of_this_process() / ("input" + std::string(ending));
  std::ofstream(path, std::ios::binary)
      .write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

}  // namespace linka::fuzz
