// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/audit.h"

#include "base/clock.h"
#include "shelf/layout.h"
#include "shelf/shelf_test_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;

// Two shelves with the same three objects.
class Pair {
 public:
  Pair() : shelf(copied("shelf")), mirror(copied("mirror")) {}

  // Made once; flushing takes its time. A mirror is a copy, made by whatever copies folders.
  static const ShelfTestFolder& pattern() {
    static const ShelfTestFolder temp;
    static const bool made = [] {
      auto out = Shelf::create(temp / "shelf", {});
      EXPECT_TRUE(out);
      for (const char* text : {"1", "2"})
        for (const char* id : {"urn:x:a", "urn:x:b", "urn:x:c"}) {
          write_test_file(temp / "package/page.jp2", std::string(id) + std::string(20'000, *text));
          write_test_file(temp / "package/same.xml", id);
          EXPECT_TRUE(put_object(*out, temp / "package", put_options(id)));
        }
      return true;
    }();
    EXPECT_TRUE(made);
    return temp;
  }
  Shelf copied(const std::string& name) const {
    fs::copy(pattern() / "shelf", temp / name, fs::copy_options::recursive);
    return *Shelf::open(temp / name);
  }
  static fs::path page(const Shelf& of, const std::string& id) {
    return of.objects() / object_path(id) / "v1/content/page.jp2";
  }
  static void flip(const fs::path& file) {
    std::string text = *read_text(file);
    text[text.size() / 2] ^= 1;
    std::ofstream(file, std::ios::binary) << text;
  }
  AuditReport audit(AuditOptions options = {}) {
    auto report = audit_shelf(shelf, options);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *std::move(report) : AuditReport{};
  }
  AuditOptions with_mirror() const {
    AuditOptions options;
    options.mirror = mirror.root();
    return options;
  }

  ShelfTestFolder temp;
  Shelf shelf, mirror;
};

TEST(ShelfAudit, AWholeShelfIsReadWhole) {
  Pair pair;
  const AuditReport report = pair.audit();
  EXPECT_EQ(report.checked, 3u);
  EXPECT_EQ(report.files, 9u);
  EXPECT_GT(report.bytes, 120'000u);
  EXPECT_EQ(report.errors + report.warnings, 0u);
  EXPECT_EQ(report.never_checked, 0u);
  EXPECT_FALSE(report.oldest_check.empty());
}

TEST(ShelfAudit, DamageIsNamedAndWithoutAMirrorLeftAlone) {
  Pair pair;
  Pair::flip(Pair::page(pair.shelf, "urn:x:b"));
  const std::string bad = *read_text(Pair::page(pair.shelf, "urn:x:b"));
  const AuditReport report = pair.audit();
  ASSERT_EQ(report.not_whole.size(), 1u);
  EXPECT_EQ(report.not_whole[0].check.id, "urn:x:b");
  EXPECT_EQ(report.not_whole[0].check.findings[0].code, "E092");
  EXPECT_EQ(report.damaged_objects, 1u);
  EXPECT_EQ(*read_text(Pair::page(pair.shelf, "urn:x:b")), bad);
}

TEST(ShelfAudit, ADamagedFileComesFromTheMirrorAndTheBadOneIsKept) {
  Pair pair;
  const fs::path page = Pair::page(pair.shelf, "urn:x:b");
  const std::string good = *read_text(page);
  Pair::flip(page);
  const std::string bad = *read_text(page);
  fs::remove(Pair::page(pair.shelf, "urn:x:c"));
  const AuditReport report = pair.audit(pair.with_mirror());
  EXPECT_EQ(report.repaired_files, 2u);
  EXPECT_EQ(report.damaged_objects, 0u);
  EXPECT_EQ(report.errors, 2u) << "what was repaired is told";
  EXPECT_EQ(*read_text(page), good);
  EXPECT_TRUE(fs::exists(Pair::page(pair.shelf, "urn:x:c")));
  std::size_t kept = 0;
  for (const auto& [path, text] : files_in(pair.shelf.aside())) kept += text == bad;
  EXPECT_EQ(kept, 1u);
  EXPECT_EQ(pair.audit().errors, 0u);
}

TEST(ShelfAudit, ADamagedInventoryComesFromTheMirror) {
  Pair pair;
  const fs::path object = pair.shelf.objects() / object_path("urn:x:a");
  const auto before = files_in(object);
  Pair::flip(object / "inventory.json");
  Pair::flip(Pair::page(pair.shelf, "urn:x:a"));
  fs::remove(object / "v1/inventory.json.sha512");
  const AuditReport report = pair.audit(pair.with_mirror());
  EXPECT_EQ(report.damaged_objects, 0u);
  EXPECT_EQ(files_in(object), before);
}

TEST(ShelfAudit, TwoDamagedCopiesMakeNoGoodOne) {
  Pair pair;
  Pair::flip(Pair::page(pair.shelf, "urn:x:b"));
  Pair::flip(Pair::page(pair.mirror, "urn:x:b"));
  const std::string bad = *read_text(Pair::page(pair.shelf, "urn:x:b"));
  const AuditReport report = pair.audit(pair.with_mirror());
  ASSERT_EQ(report.not_whole.size(), 1u);
  EXPECT_EQ(report.damaged_objects, 1u);
  EXPECT_THAT(report.not_whole[0].not_repaired, testing::HasSubstr("mirror"));
  EXPECT_EQ(*read_text(Pair::page(pair.shelf, "urn:x:b")), bad);
}

TEST(ShelfAudit, AMirrorWithAnotherVersionIsNotAsked) {
  Pair pair;
  write_test_file(pair.temp / "package/page.jp2", "another");
  ASSERT_TRUE(put_object(pair.mirror, pair.temp / "package", put_options("urn:x:b")));
  Pair::flip(Pair::page(pair.shelf, "urn:x:b"));
  const AuditReport report = pair.audit(pair.with_mirror());
  EXPECT_EQ(report.damaged_objects, 1u);
  EXPECT_EQ(report.repaired_files, 0u);
}

TEST(ShelfAudit, AFolderThatCountsBeyondAllNumbersIsNoCrash) {
  Pair pair;
  const std::string much = "v" + std::string(40, '9');
  fs::create_directories(pair.shelf.objects() / object_path("urn:x:b") / much);
  const AuditReport report = pair.audit(pair.with_mirror());
  ASSERT_EQ(report.not_whole.size(), 1u);
  EXPECT_EQ(report.not_whole[0].check.findings[0].code, "E046");
  EXPECT_EQ(report.damaged_objects, 1u);
}

TEST(ShelfAudit, WhatWasReadLongestAgoComesFirst) {
  Pair pair;
  AuditOptions one;
  one.only = "urn:x:b";
  EXPECT_EQ(pair.audit(one).checked, 1u);
  // Time for one object only: those that were never read come before b.
  AuditOptions little;
  little.for_s = 1e-9;
  const AuditReport first = pair.audit(little);
  EXPECT_TRUE(first.out_of_time);
  EXPECT_EQ(first.checked, 0u);
  EXPECT_EQ(first.never_checked, 2u);
  std::vector<std::size_t> all;
  AuditOptions rest;
  rest.progress = [&](std::size_t done, std::size_t) { all.push_back(done); };
  EXPECT_EQ(pair.audit(rest).checked, 3u);
  EXPECT_EQ(all.size(), 3u);
  const auto lines = *read_text(pair.shelf.audits() / "checked.jsonl");
  const std::size_t a = lines.find("urn%3ax%3aa"), b = lines.rfind("urn%3ax%3ab");
  EXPECT_LT(a, b);
}

TEST(ShelfAudit, TheRateIsKept) {
  Pair pair;
  AuditOptions options;
  options.rate_bytes_s = 400'000;
  const AuditReport report = pair.audit(options);
  EXPECT_GE(report.elapsed_s, static_cast<double>(report.bytes) / 400'000 * 0.8);
}

TEST(ShelfAudit, AFileBetweenObjectsIsTold) {
  Pair pair;
  write_test_file(pair.shelf.objects() / "abc/lost.jp2", "x");
  const AuditReport report = pair.audit();
  ASSERT_EQ(report.root.size(), 1u);
  EXPECT_EQ(report.root[0].code, "E072");
}

TEST(ShelfAudit, ASecondAuditAtTheSameTimeIsRefused) {
  Pair pair;
  const auto lock = OwnerLock::take(pair.shelf.audits());
  ASSERT_TRUE(lock);
  EXPECT_EQ(audit_shelf(pair.shelf, {}).error().kind, ErrorKind::busy);
}

}  // namespace
}  // namespace linka
