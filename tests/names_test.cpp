// SPDX-License-Identifier: GPL-3.0-or-later
// One name, one type: two types of one name in one namespace break the program at link time without
// a word (the one-definition rule), so no header may define what another one defines.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace linka {
namespace {
namespace fs = std::filesystem;

// The types that a header defines in namespace linka itself.
std::set<std::string> types_in(std::istream& header) {
  static const std::regex type(R"(^(struct|class|enum class) (\w+)( final)?( : .*)? \{.*)");
  std::set<std::string> out;
  bool ours = false;
  for (std::string line; std::getline(header, line);) {
    if (line == "namespace linka {") ours = true;
    if (line.starts_with("namespace linka::")) ours = false;
    std::smatch match;
    if (ours && std::regex_match(line, match, type)) out.insert(match[2]);
  }
  return out;
}

TEST(Names, NoTwoHeadersDefineOneType) {
  const fs::path root = LINKA_SOURCE_DIR;
  std::map<std::string, std::string> where;
  for (const auto& folder : fs::directory_iterator(root)) {
    const std::string name = folder.path().filename().string();
    if (!folder.is_directory() || name.starts_with('.') || name == "build") continue;
    for (const auto& file : fs::recursive_directory_iterator(folder.path())) {
      if (file.path().extension() != ".h") continue;
      std::ifstream text(file.path());
      const std::string here = fs::relative(file.path(), root).generic_string();
      for (const std::string& type : types_in(text)) {
        const auto [it, fresh] = where.emplace(type, here);
        EXPECT_TRUE(fresh) << type << " is defined in " << it->second << " and in " << here;
      }
    }
  }
  EXPECT_GT(where.size(), 100u);
}

}  // namespace
}  // namespace linka
