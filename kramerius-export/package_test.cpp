// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/package.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <set>
#include <thread>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* id = "tst001-00000a";

Record sample_record() {
  Record r;
  TitleInfo t;
  t.title = "Měsíční mlýn & <voda>";
  t.sub_title = "vyprávění";
  r.titles = {t};
  TitleInfo other = t;
  other.type = "alternative";
  other.title = "Mlýn";
  r.titles.push_back(other);
  Name author;
  author.primary = true;
  author.parts = {{"family", "Nováková"}, {"given", "Anna"}, {"date", "1880-1951"}};
  author.identifier = "xx0000001";
  author.roles = {"aut"};
  Name society;
  society.type = "corporate";
  society.parts = {{"", "Spolek papírníků"}};
  society.roles = {"isb"};
  r.names = {author, society};
  Origin published;
  published.country_codes = {"xr"};
  published.places = {"Praha"};
  published.agents = {"Nakladatel"};
  published.dates = {{DateKind::issued, "1927", "", ""}};
  published.edition = "1. vydání";
  Origin printed;
  printed.event = "manufacture";
  printed.agents = {"Tiskárna"};
  printed.dates = {{DateKind::other, "1926", "", ""}};
  Origin rights;
  rights.event = "copyright";
  rights.dates = {{DateKind::copyright, "1926", "", ""}};
  r.origins = {published, printed, rights};
  r.languages = {{"cze", ""}, {"ger", "summary"}};
  r.forms = {{"marcform", "print"}, {"rdamedia", "bez média"}};
  r.extents = {"312 stran ; 21 cm"};
  r.physical_notes = {"potrhaná vazba"};
  r.abstracts = {"O papíru."};
  r.notes = {"Anna Nováková"};
  Subject s;
  s.authority = "czenas";
  s.topics = {"papír"};
  s.geographic = {"Praha (Česko)"};
  s.temporal = {"20. století"};
  s.names = {"Vrba, Josef"};
  r.subjects = {s};
  r.classifications = {{"udc", "Konspekt", "676"}, {"Konspekt", "", "19"}};
  RelatedItem series;
  series.type = "series";
  series.titles = {t};
  r.related = {series};
  r.locations = {{"ABA001", "54 H 000001"}};
  r.identifiers = {{"urnnbn", "urn:nbn:cz:tst001-00000a", false},
                   {"ccnb", "cnb000000001", false},
                   {"isbn", "0-306-40615-2", false},
                   {"isbn", "0-306-40615-3", true},
                   {"barCode", "1000000001", false}};
  r.info.source = "ABA001";
  r.info.created = "2025-02-01T08:30:00Z";
  r.info.changed = "2025-03-01T09:00:00";
  r.info.identifier = "nkc00000001";
  r.info.identifier_source = "CZ-PrNK";
  r.info.origin = "human prepared";
  r.info.language = "cze";
  r.sigla = "ABA001";
  r.institution = "Smyšlená knihovna";
  r.collection = "Ukázky";
  return r;
}

class Package : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("linka-package-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "pages");
    options_.folder = folder_ / "out";
    options_.created = parse_iso8601("2025-03-14T10:20:00Z");
    options_.program_version = "0.1.0";
    for (int i = 0; i < 3; ++i) pages_.push_back(page(i));
  }
  void TearDown() override { fs::remove_all(folder_); }

  // The files hold no JPEG 2000: what a package does with them is independent of that.
  PackagePage page(int i) {
    PackagePage p;
    p.facts.id = {{fmt::format("sken_{:04}.tif", i / 2 + 1), 0},
                  i % 2 == 0 ? Side::left : Side::right};
    if (i == 2) p.facts.id.side = Side::single;
    SourceFacts& s = p.facts.source;
    s.file_name = "balík/" + p.facts.id.scan.name;
    s.size_bytes = 13005540;
    s.md5 = "8b818baa71970f7fe35dddf0df2951cf";
    s.modified_at = "2025-03-13T09:15:00Z";
    s.format = "image/tiff";
    s.format_version = "6.0";
    s.compression = "Uncompressed";
    s.byte_order = "little endian";
    s.color_space = "RGB";
    s.width_px = 3600;
    s.height_px = 2500;
    s.bits_per_sample = {8, 8, 8};
    s.samples_per_pixel = 3;
    s.dpi = {299.72, 300};
    s.dpi_from_file = true;
    p.facts.width_px = 1748;
    p.facts.height_px = 2480;
    p.facts.channels = i == 2 ? 1 : 3;
    p.facts.dpi = {300, 300};
    p.facts.angle_deg = -0.75;
    p.facts.crop = {10, 10, 1758, 2490};
    p.facts.made_at = "2025-03-14T09:15:00Z";
    p.facts.versions = {{"linka", "0.1.0"},      {"OpenJPEG", "2.5.0"}, {"Tesseract", "5.3.0"},
                        {"Leptonica", "1.82.0"}, {"libtiff", "4.5.0"},  {"Exiv2", "0.27.6"}};
    p.text.width_px = 1748;
    p.text.height_px = 2480;
    if (i < 2) {
      p.text.engine = "Tesseract";
      p.text.engine_version = "5.3.0";
      p.text.models = "ces";
      TextWord w;
      w.content = "Příliš";
      w.box = {200, 240, 390, 300};
      w.confidence = 0.9;
      p.text.blocks = {{BlockKind::text, w.box, {{w.box, 295, {w}, false}}, "cze"}};
    }
    p.label = fmt::format("[{}]", i + 1);
    p.type = i == 0 ? "titlePage" : i == 1 ? "preface" : "blank";
    p.master = folder_ / "pages" / fmt::format("{}", i) / "master.jp2";
    p.user = folder_ / "pages" / fmt::format("{}", i) / "user.jp2";
    fs::create_directories(p.master.parent_path());
    for (const fs::path& path : {p.master, p.user}) {
      EXPECT_TRUE(write_atomically(path, fmt::format("not a picture {} {}", i, path.string())));
      const auto d = digest_file(path);
      p.facts.files.push_back({path.filename().string(), d->size_bytes, d->md5, d->sha256});
    }
    return p;
  }

  BuiltPackage built() {
    auto r = build_package(record_, pages_, options_);
    EXPECT_TRUE(r) << r.error().message;
    return r ? *r : BuiltPackage{};
  }
  std::string refused() {
    auto r = build_package(record_, pages_, options_);
    return r ? "" : r.error().message;
  }
  static std::map<std::string, std::string> contents(const fs::path& root) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(root))
      if (entry.is_regular_file())
        out["/" + fs::relative(entry.path(), root).string()] = *read_text(entry.path());
    return out;
  }
  static XmlDocument parsed(const std::string& text) {
    auto d = XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    EXPECT_TRUE(d) << d.error().message;
    return std::move(*d);
  }

  fs::path folder_;
  Record record_ = sample_record();
  std::vector<PackagePage> pages_;
  PackageOptions options_;
};

TEST_F(Package, HoldsEveryFileUnderItsName) {
  const BuiltPackage p = built();
  EXPECT_EQ(p.id, id);
  EXPECT_EQ(p.pages, 3u);
  const auto files = contents(p.path);
  EXPECT_EQ(files.size(), 18u);
  std::uint64_t bytes = 0;
  for (const auto& [name, text] : files) bytes += text.size();
  EXPECT_EQ(p.bytes, bytes);
  for (const char* name :
       {"/mastercopy/mc_tst001-00000a_0001.jp2", "/usercopy/uc_tst001-00000a_0002.jp2",
        "/alto/alto_tst001-00000a_0003.xml", "/txt/txt_tst001-00000a_0001.txt",
        "/amdsec/amd_mets_tst001-00000a_0003.xml", "/mets_tst001-00000a.xml",
        "/md5_tst001-00000a.md5", "/info_tst001-00000a.xml"})
    EXPECT_TRUE(files.contains(name)) << name;
  EXPECT_EQ(files.at("/txt/txt_tst001-00000a_0001.txt"), "Příliš\n");
  EXPECT_EQ(files.at("/txt/txt_tst001-00000a_0003.txt"), "");
  EXPECT_TRUE(fs::equivalent(pages_[0].master, p.path / "mastercopy/mc_tst001-00000a_0001.jp2"));
  EXPECT_EQ(std::distance(fs::directory_iterator(options_.folder), {}), 1);
}

TEST_F(Package, TheChecksumFileListsAllButItselfAndTheInfoFile) {
  const auto files = contents(built().path);
  const std::string& text = files.at(fmt::format("/md5_{}.md5", id));
  std::set<std::string> listed;
  EXPECT_TRUE(text.ends_with('\n'));
  for (const std::string& line :
       split_text(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    ASSERT_GT(line.size(), 34u);
    EXPECT_EQ(line.substr(32, 2), " /");
    const std::string name = line.substr(33);
    ASSERT_TRUE(files.contains(name)) << name;
    const std::string& body = files.at(name);
    EXPECT_EQ(line.substr(0, 32),
              md5_hex({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}));
    EXPECT_TRUE(listed.insert(name).second);
  }
  EXPECT_EQ(listed.size(), files.size() - 2);
}

TEST_F(Package, TheInfoFileListsEveryFile) {
  const BuiltPackage p = built();
  const auto files = contents(p.path);
  const XmlDocument info = parsed(files.at(fmt::format("/info_{}.xml", id)));
  std::set<std::string> items;
  for (const XmlElement& item : info.root().child("itemlist").children("item"))
    items.insert(item.text());
  EXPECT_EQ(info.root().child("itemlist").attribute("itemtotal"), "18");
  EXPECT_EQ(items.size(), 18u);
  for (const auto& [name, text] : files) EXPECT_TRUE(items.contains(name)) << name;
  EXPECT_EQ(info.root().child("size").text(), std::to_string((p.bytes + 1023) / 1024));
  const std::string& md5 = files.at(fmt::format("/md5_{}.md5", id));
  EXPECT_EQ(info.root().child("checksum").attribute("checksum"),
            md5_hex({reinterpret_cast<const std::uint8_t*>(md5.data()), md5.size()}));
  EXPECT_EQ(info.root().child("metadataversion").text(), "2.2");
}

TEST_F(Package, ModsAndDublinCoreNameTheSameIdentifiers) {
  const auto files = contents(built().path);
  const XmlDocument mets = parsed(files.at(fmt::format("/mets_{}.xml", id)));
  const auto sections = mets.root().children("dmdSec");
  ASSERT_EQ(sections.size(), 8u);
  std::set<std::string> uuids;
  for (std::size_t i = 0; i < sections.size(); i += 2) {
    std::set<std::string> mods, dc;
    for (const XmlElement& e : sections[i].descendants("mods")[0].children("identifier")) {
      if (e.attribute("invalid") != "yes") mods.insert(e.attribute("type") + ":" + e.text());
      if (e.attribute("type") == "uuid") {
        EXPECT_TRUE(uuids.insert(e.text()).second);
      }
    }
    for (const XmlElement& e : sections[i + 1].descendants("identifier")) dc.insert(e.text());
    EXPECT_EQ(mods, dc);
  }
  EXPECT_EQ(uuids.size(), 4u);
}

TEST_F(Package, EveryReferenceResolves) {
  const auto files = contents(built().path);
  for (const auto& [name, text] : files) {
    if (!name.ends_with(".xml") || name.starts_with("/info") || name.starts_with("/alto")) continue;
    const XmlDocument mets = parsed(text);
    std::set<std::string> ids;
    for (const char* element :
         {"dmdSec", "amdSec", "techMD", "digiprovMD", "fileGrp", "file", "div", "mods"})
      for (const XmlElement& e : mets.root().descendants(element))
        if (e.has("ID")) {
          EXPECT_TRUE(ids.insert(e.attribute("ID")).second) << e.attribute("ID");
        }
    for (const char* element : {"fptr", "div", "smLink", "file"})
      for (const XmlElement& e : mets.root().descendants(element))
        for (const char* ref : {"FILEID", "DMDID", "xlink:from", "xlink:to", "ADMID"}) {
          if (!e.has(ref)) continue;
          for (const std::string& target : split_text(e.attribute(ref), ' '))
            EXPECT_TRUE(ids.contains(target)) << name << " " << target;
        }
    for (const XmlElement& e : mets.root().descendants("FLocat"))
      EXPECT_TRUE(files.contains("/" + e.attribute("xlink:href")));
    // PREMIS links by value.
    std::set<std::string> names;
    for (const char* element :
         {"objectIdentifierValue", "eventIdentifierValue", "agentIdentifierValue"})
      for (const XmlElement& e : mets.root().descendants(element)) names.insert(e.text());
    for (const char* element : {"linkingEventIdentifierValue", "linkingAgentIdentifierValue",
                                "linkingObjectIdentifierValue", "relatedObjectIdentifierValue",
                                "relatedEventIdentifierValue"})
      for (const XmlElement& e : mets.root().descendants(element))
        EXPECT_TRUE(names.contains(e.text())) << name << " " << e.text();
    for (const XmlElement& e : mets.root().descendants("object")) {
      EXPECT_TRUE(e.declares("premis"));
      EXPECT_TRUE(e.declares("xsi"));
    }
  }
}

TEST_F(Package, NoElementAndNoAttributeIsEmpty) {
  for (const auto& [name, text] : contents(built().path)) {
    if (!name.ends_with(".xml") || name.starts_with("/alto")) continue;
    EXPECT_EQ(text.find("=\"\""), std::string::npos) << name;
    const XmlDocument d = parsed(text);
    std::vector<XmlElement> open{d.root()};
    while (!open.empty()) {
      const XmlElement e = open.back();
      open.pop_back();
      const auto children = e.children();
      if (children.empty() && e.text().empty()) {
        EXPECT_FALSE(e.attributes().empty()) << name << " " << e.name();
      }
      open.insert(open.end(), children.begin(), children.end());
    }
  }
}

TEST_F(Package, TheTitlePageStandsForTheBook) {
  const auto genres = [&] {
    const XmlDocument mets = parsed(contents(built().path).at(fmt::format("/mets_{}.xml", id)));
    std::vector<std::string> out;
    for (const XmlElement& e : mets.root().descendants("genre")) out.push_back(e.text());
    return out;
  };
  EXPECT_THAT(genres(), ElementsAre("volume", "reprePage", "page", "page"));
  options_.replace = true;
  pages_[0].type = "normalPage";
  pages_[2].type = "frontCover";
  EXPECT_THAT(genres(), ElementsAre("volume", "page", "page", "reprePage"));
}

TEST_F(Package, TheSameInputGivesTheSameBytes) {
  const auto first = contents(built().path);
  options_.folder = folder_ / "again";
  EXPECT_EQ(first, contents(built().path));
}

// The last piece first: nothing may hang on what was done before.
Result<void> backwards(std::size_t count, const PieceOfWork& work) {
  for (std::size_t i = count; i-- > 0;)
    if (auto done = work(i); !done) return done;
  return {};
}

Result<void> each_on_its_thread(std::size_t count, const PieceOfWork& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([i, &work] { EXPECT_TRUE(work(i)); });
  return {};
}

TEST_F(Package, IsTheSameInWhateverOrderItsPagesAreMade) {
  while (pages_.size() < 40) pages_.push_back(page(static_cast<int>(pages_.size())));
  const auto first = contents(built().path);
  const DoMany ways[] = {backwards, each_on_its_thread};
  for (const DoMany& way : ways) {
    options_.folder = folder_ / fmt::format("again {}", &way - ways);
    options_.do_many = way;
    EXPECT_EQ(first, contents(built().path));
  }
}

TEST_F(Package, SaysWhatIsWrongWithTheFirstOfSeveralPages) {
  options_.do_many = backwards;
  for (const int i : {2, 1}) {
    ASSERT_TRUE(write_atomically(pages_[static_cast<std::size_t>(i)].user, "other bytes"));
    EXPECT_THAT(refused(), HasSubstr(fmt::format("sken_{:04}.tif", i / 2 + 1)));
  }
  EXPECT_TRUE(fs::is_empty(options_.folder));
}

TEST_F(Package, TheFormsOfTheStandardDifferWhereTheyMust) {
  const auto mets = [&](const char* standard) {
    options_.standard = standard;
    options_.folder = folder_ / standard;
    return contents(built().path).at(fmt::format("/mets_{}.xml", id));
  };
  const std::string portable = mets("2.2"), strict = mets("2.2-strict"), older = mets("2.1");
  EXPECT_THAT(portable, HasSubstr("<mods:publisher>Nakladatel"));
  EXPECT_THAT(portable, HasSubstr("<mods:mods ID=\"MODS_VOLUME_0001\">"));
  EXPECT_THAT(portable, HasSubstr("MDTYPEVERSION=\"3.8\""));
  EXPECT_THAT(strict, HasSubstr("<mods:mods ID=\"MODS_VOLUME_0001\" version=\"3.8\">"));
  EXPECT_THAT(strict, HasSubstr("<mods:roleTerm>publisher"));
  EXPECT_THAT(older, HasSubstr("version=\"3.6\""));
  EXPECT_THAT(older, testing::Not(HasSubstr("preface")));
  EXPECT_THAT(refused(), HasSubstr("there already"));
  options_.standard = "3.0";
  EXPECT_THAT(refused(), HasSubstr("\"3.0\" is not known"));
}

TEST_F(Package, TheOlderInfoFileKnowsNoIsmn) {
  record_.identifiers.push_back({"ismn", "979-0-2600-0043-8", false});
  const auto info = [&](const char* standard) {
    options_.standard = standard;
    options_.folder = folder_ / standard;
    return contents(built().path).at(fmt::format("/info_{}.xml", id));
  };
  EXPECT_THAT(info("2.2"), HasSubstr("<titleid type=\"ismn\">"));
  EXPECT_THAT(info("2.1"), testing::Not(HasSubstr("ismn")));
}

TEST_F(Package, AnAssumedResolutionIsNotSaidOfTheScan) {
  const auto resolutions = [&] {
    options_.replace = true;
    const std::string amd =
        contents(built().path).at(fmt::format("/amdsec/amd_mets_{}_0001.xml", id));
    return parsed(amd).root().descendants("xSamplingFrequency").size();
  };
  EXPECT_EQ(resolutions(), 2u);  // of the scan and of the master copy
  pages_[0].facts.source.dpi_from_file = false;
  EXPECT_EQ(resolutions(), 1u);
}

TEST_F(Package, AnExistingPackageIsReplacedOnlyWhenAsked) {
  const BuiltPackage p = built();
  ASSERT_TRUE(write_atomically(p.path / "mark", "x"));
  EXPECT_THAT(refused(), HasSubstr("there already"));
  EXPECT_TRUE(fs::exists(p.path / "mark"));
  options_.replace = true;
  built();
  EXPECT_FALSE(fs::exists(p.path / "mark"));
  EXPECT_EQ(std::distance(fs::directory_iterator(options_.folder), {}), 1);
}

TEST_F(Package, WhatACutOffRunLeftIsSweptAway) {
  fs::create_directories(options_.folder / fmt::format(".{}.building", id) / "mastercopy");
  ASSERT_TRUE(write_atomically(
      options_.folder / fmt::format(".{}.building", id) / "mastercopy" / "junk.jp2", "x"));
  EXPECT_EQ(contents(built().path).size(), 18u);
}

TEST_F(Package, AChangedOrMissingFileIsRefusedAndNothingIsLeft) {
  ASSERT_TRUE(write_atomically(pages_[1].user, "other bytes"));
  EXPECT_THAT(refused(), HasSubstr("no longer what was written"));
  fs::remove(pages_[1].user);
  EXPECT_THAT(refused(), HasSubstr("is not there"));
  EXPECT_TRUE(fs::is_empty(options_.folder));
}

TEST_F(Package, BadInputIsNamed) {
  pages_[1].type = "flyleaf";
  EXPECT_THAT(refused(), HasSubstr("\"flyleaf\""));
  pages_[1] = pages_[0];
  EXPECT_THAT(refused(), HasSubstr("given twice"));
  pages_.clear();
  EXPECT_THAT(refused(), HasSubstr("no page"));
  record_ = {};
  EXPECT_THAT(refused(), HasSubstr("the title, the URN:NBN"));
}

TEST_F(Package, AScannerIsDescribedWholeOrNotAtAll) {
  auto amd = [&] {
    options_.replace = true;
    return contents(built().path).at(fmt::format("/amdsec/amd_mets_{}_0001.xml", id));
  };
  std::string text = amd();
  EXPECT_THAT(text, testing::Not(HasSubstr("ScannerCapture")));
  EXPECT_THAT(text, HasSubstr("<premis:agentType>organization"));
  CaptureDevice& tags = pages_[0].facts.source.device;
  tags.make = "Fiktiv";
  tags.model = "Fiktiv A2";
  tags.software = "FiktivScan";
  tags.software_version = "4.1";
  tags.captured_at = "2025-03-14T08:00";
  text = amd();
  EXPECT_THAT(text, testing::Not(HasSubstr("ScannerCapture")));
  EXPECT_THAT(text, HasSubstr("<premis:agentName>Fiktiv A2<"));
  EXPECT_THAT(text, HasSubstr("<mix:dateTimeCreated>2025-03-14T08:00:00<"));
  record_.scanner.kind = "reflection print scanner";
  record_.scanner.model = "Fiktiv A2";
  record_.scanner.model_number = "A2-300";
  record_.scanner.serial = "000123";
  record_.scanner.sensor = "ColorTriLinear";
  record_.scanner.optical_dpi = 600;
  EXPECT_THAT(amd(), HasSubstr("<mix:scannerModelNumber>A2-300<"));
  record_.scanner.model = "Another";
  EXPECT_THAT(amd(), testing::Not(HasSubstr("ScannerCapture")));
}

TEST_F(Package, EveryXmlIsValidByItsSchema) {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  if (folder == nullptr) GTEST_SKIP() << "LINKA_SCHEMAS names no folder with the XML schemas";
  record_.scanner = {"reflection print scanner", "Fiktiv",     "A2",  "A2-300", "123",
                     "ColorTriLinear",           "FiktivScan", "4.1", 600};
  for (const auto& [standard, mets_xsd, info_xsd] :
       {std::tuple{"2.2", "psp-mets.xsd", "info_mon2.2.xsd"},
        std::tuple{"2.2", "psp-mets-mods36.xsd", "info_mon2.2.xsd"},
        std::tuple{"2.2-strict", "psp-mets.xsd", "info_mon2.2.xsd"},
        std::tuple{"2.1", "psp-mets-mods36.xsd", "info_mon2.1.xsd"}}) {
    auto mets = XmlSchema::load(fs::path(folder) / mets_xsd);
    auto info = XmlSchema::load(fs::path(folder) / info_xsd);
    auto alto = XmlSchema::load(fs::path(folder) / "alto_2.0.xsd");
    ASSERT_TRUE(mets && info && alto);
    options_.standard = standard;
    options_.replace = true;
    for (const std::string rules : {"rda", "aacr"}) {
      record_.info.standard = rules;
      for (const auto& [name, text] : contents(built().path)) {
        if (!name.ends_with(".xml")) continue;
        const XmlDocument document = parsed(text);
        const XmlSchema& schema = name.starts_with("/info")   ? *info
                                  : name.starts_with("/alto") ? *alto
                                                              : *mets;
        for (const std::string& problem : schema.check(document))
          ADD_FAILURE() << standard << " " << name << " " << problem;
      }
    }
  }
}

}  // namespace
}  // namespace linka
