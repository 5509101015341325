// SPDX-License-Identifier: GPL-3.0-or-later
// What we write is what we accept: the package builder's work under the package check.
#include "base/digest.h"
#include "base/files.h"
#include "kramerius-export/package.h"
#include "kramerius-export/rules.h"
#include "kramerius-export/rules_test_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace linka {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "linka_built_XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

Record bridge_book() {
  Record r;
  TitleInfo title;
  title.title = "Sto mostů";
  title.sub_title = "& jedna <lávka>";
  r.titles = {title};
  Name author;
  author.primary = true;
  author.parts = {{"family", "Sýkora"}, {"given", "Vít"}};
  author.roles = {"aut"};
  r.names = {author};
  Origin origin;
  origin.places = {"Brno"};
  origin.agents = {"Tiskárna U Sovy"};
  origin.dates = {{DateKind::issued, "1911", "", ""}};
  r.origins = {origin};
  r.languages = {{"cze", ""}};
  r.forms = {{"marcform", "print"}};
  r.locations = {{"BOA001", "II 77.123"}};
  r.identifiers = {{"urnnbn", "urn:nbn:cz:xyz007-00b00k", false}, {"isbn", "80-85892-15-4", false}};
  r.info.source = "BOA001";
  r.info.created = "2025-02-01T08:30:00Z";
  r.info.origin = "human prepared";
  r.sigla = "BOA001";
  return r;
}

PackagePage page(const fs::path& folder, int n) {
  PackagePage p;
  p.facts.id = {{fmt::format("{:04}.tif", n), 0}, Side::single};
  SourceFacts& s = p.facts.source;
  s.file_name = p.facts.id.scan.name;
  s.size_bytes = 4711;
  s.md5 = "0123456789abcdef0123456789abcdef";
  s.modified_at = "2025-01-20T10:00:00Z";
  s.format = "image/tiff";
  s.format_version = "6.0";
  s.compression = "Uncompressed";
  s.byte_order = "little endian";
  s.color_space = "RGB";
  s.width_px = 700;
  s.height_px = 900;
  s.bits_per_sample = {8, 8, 8};
  s.samples_per_pixel = 3;
  s.dpi = {300, 300};
  p.facts.width_px = p.text.width_px = test::master_header().width;
  p.facts.height_px = p.text.height_px = test::master_header().height;
  p.facts.channels = 3;
  p.facts.dpi = {300, 300};
  p.facts.made_at = "2025-01-20T11:00:00Z";
  p.facts.versions = {{"linka", "1"}, {"OpenJPEG", "2.5.0"}, {"Tesseract", "5.3.0"}};
  p.label = fmt::format("[{}]", n);
  p.type = n == 1 ? "titlePage" : "blank";
  p.master = folder / fmt::format("{}_master.jp2", n);
  p.user = folder / fmt::format("{}_user.jp2", n);
  const std::pair<fs::path, std::string> files[] = {{p.master, test::master_header().bytes()},
                                                    {p.user, test::user_header().bytes()}};
  const char* names[] = {"master.jp2", "user.jp2"};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(write_atomically(files[i].first, files[i].second));
    const auto digests = digest_file(files[i].first);
    p.facts.files.push_back({names[i], digests->size_bytes, digests->md5, digests->sha256});
  }
  return p;
}

TEST(Rules, AcceptWhatThePackageBuilderMakes) {
  const char* schemas = std::getenv("LINKA_SCHEMAS");
  for (const char* standard : {"2.2", "2.2-strict", "2.1"}) {
    const Folder folder;
    PackageOptions options;
    options.standard = standard;
    options.program_version = "0.1.0";
    options.folder = folder.path / "out";
    options.created = parse_iso8601("2025-01-20T12:00:00Z");
    const auto built =
        build_package(bridge_book(), {page(folder.path, 1), page(folder.path, 2)}, options);
    ASSERT_TRUE(built) << built.error().message;
    const auto report = check_package(built->path, {schemas ? schemas : ""});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->pages_seen, 2u);
    for (const Finding& f : report->findings) {
      // The compatible form's publisher is the one thing that is reported, and only as a warning.
      const bool publisher = f.severity == Severity::warning && std::string(standard) == "2.2" &&
                             f.message.find("originInfo/publisher") != std::string::npos;
      EXPECT_TRUE(f.severity == Severity::info || publisher)
          << standard << ": " << f.rule << " [" << f.file << "] " << f.message;
    }
  }
}

}  // namespace
}  // namespace linka
