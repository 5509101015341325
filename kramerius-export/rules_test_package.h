// SPDX-License-Identifier: GPL-3.0-or-later
// A small valid package for tests, made from nothing: every name and number in it is invented, its
// images are headers without pixels. A test breaks one thing before the package is written, and
// sizes, digests and lists are made to fit, so that nothing but that thing is wrong.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace linka::test {

// A JP2 file of headers only.
struct ImageHeader {
  int width = 620, height = 877, components = 3, bits = 8;
  bool reversible = true, bypass = true, sop = true, eph = true, comment = true, roi = false,
       alpha = false;
  int layers = 1, tile = 4096, levels = 5, progression = 2, block = 64;  // progression 2: RPCL
  std::string precincts;  // exponents, lowest resolution first; empty: the asked ones; "-": none
  int pixels_per_metre = 11811;  // 0: no resolution box
  bool complete = true;          // ends with EOC
  int padding = 100;             // bytes of data
  std::string bytes() const;
};
ImageHeader master_header();
ImageHeader user_header();

enum class PackageForm {
  strict_22,
  compatible_22,
  monograph_21,
  volume_of_several,
  periodical_21,
  periodical_20
};

class TestPackage {
 public:
  explicit TestPackage(PackageForm form = PackageForm::strict_22);
  ~TestPackage();
  TestPackage(const TestPackage&) = delete;
  TestPackage& operator=(const TestPackage&) = delete;

  static constexpr const char* id = "xyz007-00b00k";
  // Contents by path. Markers ((md5 path)) and ((size path)) are filled in when it is written; the
  // file of digests and the info file's lists are made then.
  std::map<std::string, std::string> files;
  // Replaces the first `from` in the file; false when it is not there.
  bool replace(const std::string& path, const std::string& from, const std::string& to);
  // Writes everything and returns the package's folder.
  std::filesystem::path write();
  std::filesystem::path folder() const { return folder_ / id; }

 private:
  std::filesystem::path folder_;
};

inline std::string mets_path() {
  return std::string("mets_") + TestPackage::id + ".xml";
}
inline std::string info_path() {
  return std::string("info_") + TestPackage::id + ".xml";
}
inline std::string md5_path() {
  return std::string("md5_") + TestPackage::id + ".md5";
}
// "mastercopy", 1 -> "mastercopy/mc_..._0001.jp2"
std::string page_path(const std::string& folder, int number);

}  // namespace linka::test
