// SPDX-License-Identifier: GPL-3.0-or-later
// A package that comes from elsewhere, of which one file is not what it should be.
#include "fuzz/targets.h"
#include "kramerius-export/rules.h"
#include "kramerius-export/rules_test_package.h"
#include "kramerius-export/rules_waivers.h"

#include <fstream>

namespace linka::fuzz {
namespace fs = std::filesystem;

// The first byte says which file; the rest takes its place.
void package(ByteView bytes) {
  static test::TestPackage made;
  static const fs::path folder = made.write();
  static const std::vector<fs::path> files = [] {
    std::vector<fs::path> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
  }();
  if (bytes.empty() || files.empty()) return;
  const fs::path& file = files[bytes[0] % files.size()];
  std::ifstream in(file, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  in.close();
  std::ofstream(file, std::ios::binary) << text_of(bytes.subspan(1));
  (void)check_package(folder, {});
  std::ofstream(file, std::ios::binary) << whole;
}

void waivers(ByteView bytes) {
  (void)read_waivers(as_file(bytes, ".toml"));
}

}  // namespace linka::fuzz
