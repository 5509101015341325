// SPDX-License-Identifier: GPL-3.0-or-later
// Who may include whom: the table of docs/architecture.md, held against every #include of the
// project. Tests (*_test.cpp, tests/, bench/, fuzz/) may include anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace linka {
namespace {

namespace fs = std::filesystem;

// Folder -> folders it may include beside itself. A stage is a folder of its own.
const std::map<std::string, std::set<std::string>> layers = {
    {"base", {}},
    {"model", {"base"}},
    {"image", {"base", "model"}},
    {"stages", {"base", "model", "image"}},
    {"profiles", {"base", "model", "image", "stages", "engines"}},
    {"workspace", {"base", "model"}},
    {"formats", {"base", "model"}},
    {"http", {"base"}},
    {"engines", {"base", "model", "image", "formats", "http"}},
    {"title", {"base", "model", "formats"}},
    {"catalogue", {"base", "model", "formats", "http", "title"}},
    {"kramerius-export", {"base", "model", "formats", "title", "workspace"}},
    {"urnnbn", {"base", "model", "formats", "title", "workspace", "http", "kramerius-export"}},
    {"delivery", {"base", "model", "formats", "workspace", "http", "kramerius-export"}},
    {"handover", {"base", "model", "image", "formats", "workspace", "kramerius-export"}},
    {"pipeline",
     {"base", "model", "image", "stages", "profiles", "workspace", "formats", "engines"}},
    {"shelf", {"base"}},
    {"samples", {"base", "model", "image"}},
    {"cli",
     {"base", "model", "image", "stages", "profiles", "workspace", "formats", "engines", "title",
      "catalogue", "kramerius-export", "handover", "urnnbn", "delivery", "shelf", "pipeline"}},
};

// Beginning of a header's name -> who may include it. "stages" means every stage.
struct Library {
  std::string header;
  std::set<std::string> folders;
};
const std::vector<Library> libraries = {
    {"openssl/", {"base"}},
    {"tl/", {"base"}},
    {"spdlog/", {"base"}},
    {"libintl.h", {"base", "cli"}},
    {"nlohmann/",
     {"base", "workspace", "pipeline", "kramerius-export", "catalogue", "handover", "delivery",
      "shelf", "cli", "samples"}},
    {"leptonica/", {"image", "stages"}},
    // pipeline and samples switch OpenCV's own threads off; samples draw with it.
    {"opencv2/", {"image", "stages", "pipeline", "samples", "cli"}},
    {"tiff", {"stages/decode", "samples"}},
    {"lcms2", {"stages/decode", "stages/target", "formats", "samples"}},
    {"jpeglib.h", {"stages/decode"}},
    {"png.h", {"stages/decode"}},
    {"openjpeg.h", {"stages/decode", "stages/encode"}},
    {"tesseract/", {"stages/ocr"}},
    {"nuspell/", {"stages/ocr"}},
    {"omp.h", {"stages/ocr", "pipeline"}},
    {"exiv2/", {"stages/metadata"}},
    {"toml++/",
     {"base", "profiles", "stages/target", "title", "kramerius-export", "catalogue", "urnnbn",
      "delivery"}},
    {"libxml/", {"formats"}},
    {"curl/", {"http"}},
    {"yaz/", {"catalogue"}},
    {"qpdf/", {"formats"}},
    {"archive", {"handover"}},
    {"unicode/", {"handover"}},
    {"tbb/", {"pipeline"}},
    {"oneapi/", {"pipeline"}},
    {"CLI/", {"cli"}},
    {"pango/", {"samples"}},
    {"cairo", {"samples"}},
    {"gtest/", {}},
    {"gmock/", {}},
    {"benchmark/", {}},
};

std::string first_part(std::string_view path) {
  return std::string(path.substr(0, path.find('/')));
}

// "stages/decode" for what lies in a stage, else the top-level folder.
std::string folder_of(std::string_view path) {
  const std::string top = first_part(path);
  if (top != "stages") return top;
  const std::string_view rest = path.substr(top.size() + 1);
  return rest.find('/') == std::string_view::npos ? top : top + "/" + first_part(rest);
}

bool may_include(const std::string& folder, const std::string& other) {
  if (folder == other) return true;
  const auto row = layers.find(first_part(folder));
  return row != layers.end() && row->second.contains(first_part(other));
}

bool may_use(const std::string& folder, const Library& library) {
  return library.folders.contains(folder) || library.folders.contains(first_part(folder));
}

// One sentence for each forbidden include of a file. `path` counts from the project's root.
std::vector<std::string> forbidden_includes(const std::string& path, std::istream& text) {
  std::vector<std::string> found;
  const std::string folder = folder_of(path);
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    const std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || !line.substr(at).starts_with("#include")) continue;
    const std::size_t open = line.find_first_of("<\"", at);
    const std::size_t close = line.find_first_of(">\"", open + 1);
    if (open == std::string::npos || close == std::string::npos) continue;
    const std::string header = line.substr(open + 1, close - open - 1);
    const std::string place = path + ":" + std::to_string(number) + ": ";
    if (line[open] == '"') {
      if (header.find('/') == std::string::npos)
        found.push_back(place + "\"" + header + "\" is not named from the project's root");
      else if (!may_include(folder, folder_of(header)))
        found.push_back(place + folder + " may not include " + header);
      continue;
    }
    for (const Library& library : libraries)
      if (header.starts_with(library.header) && !may_use(folder, library))
        found.push_back(place + folder + " may not use <" + header + ">");
  }
  return found;
}

std::vector<std::string> forbidden_in(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  return forbidden_includes(path, stream);
}

bool is_source(const fs::path& file) {
  const std::string name = file.filename().string();
  const bool test = name.ends_with("_test.cpp") || name.find("_test_") != std::string::npos;
  return (file.extension() == ".h" || file.extension() == ".cpp") && !test;
}

TEST(Layers, EveryIncludeIsAllowedByTheTable) {
  const fs::path root = LINKA_SOURCE_DIR;
  int files = 0;
  for (const auto& [folder, unused] : layers) {
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      ++files;
      std::ifstream text(entry.path());
      for (const std::string& sentence :
           forbidden_includes(fs::relative(entry.path(), root).generic_string(), text))
        ADD_FAILURE() << sentence;
    }
  }
  EXPECT_GT(files, 50);
}

TEST(Layers, EveryFolderWithCodeHasARow) {
  const std::set<std::string> free = {"bench", "fuzz", "tests", "build"};
  for (const auto& entry : fs::directory_iterator(LINKA_SOURCE_DIR)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory() || name.starts_with('.') || free.contains(name)) continue;
    bool code = false;
    for (const auto& file : fs::recursive_directory_iterator(entry.path()))
      code = code || is_source(file.path());
    if (code) {
      EXPECT_TRUE(layers.contains(name)) << name << "/ holds code and has no row in the table";
    }
  }
}

TEST(Layers, TheTableHasNoCircle) {
  for (const auto& [folder, allowed] : layers)
    for (const std::string& other : allowed) {
      ASSERT_TRUE(layers.contains(other)) << other;
      EXPECT_FALSE(layers.at(other).contains(folder)) << folder << " and " << other;
    }
}

TEST(Layers, AForbiddenIncludeIsNamedWithFileAndLine) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(forbidden_in("base/a.cpp", "// x\n#include \"model/ids.h\"\n"),
              ElementsAre("base/a.cpp:2: base may not include model/ids.h"));
  EXPECT_THAT(
      forbidden_in("stages/crop/crop.cpp", "#include \"stages/deskew/deskew.h\"\n"),
      ElementsAre("stages/crop/crop.cpp:1: stages/crop may not include stages/deskew/deskew.h"));
  EXPECT_THAT(forbidden_in("stages/crop/crop.cpp", "#include <tiffio.h>\n"),
              ElementsAre("stages/crop/crop.cpp:1: stages/crop may not use <tiffio.h>"));
  EXPECT_THAT(forbidden_in("cli/run.cpp", "#include \"verb.h\"\n"), testing::SizeIs(1));
  EXPECT_THAT(
      forbidden_in("stages/decode/tiff.cpp",
                   "#include \"stages/decode/ifd.h\"\n#include <tiffio.h>\n#include <string>\n"),
      IsEmpty());
}

}  // namespace
}  // namespace linka
