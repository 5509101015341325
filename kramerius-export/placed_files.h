// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a package while it is built: their names, their sizes and their digests, reckoned
// while they are written.
#pragma once

#include "base/digest.h"
#include "base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace linka {

struct PlacedFile {
  std::string href;  // "mastercopy/mc_tst001-00000a_0001.jp2"
  std::uint64_t size_bytes = 0;
  std::string md5;
};

// One of the five folders and its group of files in METS.
struct PackageFolder {
  const char *folder, *prefix, *extension;
  const char *group, *use, *mime_type, *id_prefix;
};
inline constexpr std::array<PackageFolder, 5> package_folders{{
    {"mastercopy", "mc", "jp2", "MC_IMGGRP", "Images", "image/jp2", "MC_"},
    {"usercopy", "uc", "jp2", "UC_IMGGRP", "Images", "image/jp2", "UC_"},
    {"alto", "alto", "xml", "ALTOGRP", "Layout", "text/xml", "ALTO_"},
    {"txt", "txt", "txt", "TXTGRP", "Text", "text/plain", "TXT_"},
    {"amdsec", "amd_mets", "xml", "TECHMDGRP", "Technical Metadata", "text/xml", "AMD_"},
}};
inline constexpr std::size_t in_mastercopy = 0, in_usercopy = 1, in_alto = 2, in_txt = 3,
                             in_amdsec = 4;

// "mastercopy/mc_tst001-00000a_0001.jp2"
std::string href_of(std::size_t folder, const std::string& package_id, int ordinal);

// A new file below `root`, written piece by piece. Not flushed to the disk: flush_package does that
// for all at once.
class NewFile {
 public:
  NewFile(const std::filesystem::path& root, std::string href);
  void write(std::string_view piece);
  Result<PlacedFile> close();

 private:
  std::filesystem::path path_;
  std::ofstream out_;
  RunningMd5 md5_;
  PlacedFile file_;
};
Result<PlacedFile> write_new(const std::filesystem::path& root, std::string href,
                             std::string_view text);

// Links a file into the package, or copies it where links are not possible, and reads what lies
// there. Errors: bad_input when there is none.
Result<PlacedFile> link_or_copy(const std::filesystem::path& from,
                                const std::filesystem::path& root, std::string href);

// A folder that is being built: removed with all in it unless it was kept.
class Scaffold {
 public:
  explicit Scaffold(std::filesystem::path path) : path_(std::move(path)) {}
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  ~Scaffold() {
    std::error_code code;
    if (!kept_) std::filesystem::remove_all(path_, code);
  }
  void keep() { kept_ = true; }

 private:
  std::filesystem::path path_;
  bool kept_ = false;
};

// Every folder and every file below `root` that is not linked from elsewhere, to the disk.
Result<void> flush_package(const std::filesystem::path& root);

}  // namespace linka
