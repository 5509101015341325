// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/shelf.h"

#include "shelf/books.h"
#include "shelf/check.h"
#include "shelf/layout.h"
#include "shelf/put.h"
#include "shelf/shelf_test_folder.h"
#include "shelf/staging.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;

constexpr const char* id = "urn:nbn:cz:tst001-00000a";

Shelf new_shelf(const fs::path& root, std::uint64_t quota = 0) {
  auto shelf = Shelf::create(root, {quota, {}});
  EXPECT_TRUE(shelf) << shelf.error().message;
  return *std::move(shelf);
}

void expect_whole(const Shelf& shelf, std::size_t objects) {
  const FolderStorage storage(shelf.objects());
  const auto root = check_root(storage);
  ASSERT_TRUE(root);
  for (const ShelfFinding& finding : root->findings)
    ADD_FAILURE() << finding.code << " " << finding.path << ": " << finding.message;
  EXPECT_EQ(root->objects.size(), objects);
  for (const std::string& path : root->objects) {
    const auto check = check_object(storage, path, true);
    ASSERT_TRUE(check);
    for (const ShelfFinding& finding : check->findings)
      ADD_FAILURE() << finding.code << " " << finding.path << ": " << finding.message;
  }
}

// What `work` returned in a process of its own.
template <class Work>
pid_t in_process(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work() ? 0 : 1);
  return pid;
}

bool ended_well(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ShelfLayout, FollowsTheExamplesOfTheExtension) {
  EXPECT_EQ(object_path("object-01"), "3c0/ff4/240/object-01");
  EXPECT_EQ(object_path("..hor/rib:le-$id"), "487/326/d8c/%2e%2ehor%2frib%3ale-%24id");
  const std::string long_name(300, 'a');
  EXPECT_EQ(object_path(long_name).size(), 12 + 100 + 1 + 64u);
}

TEST(ShelfLayout, NamesOfPackagesBecomeUris) {
  EXPECT_EQ(object_id_of("tst001-00000a"), "urn:nbn:cz:tst001-00000a");
  EXPECT_EQ(object_id_of("12345678-9abc-def0-1234-56789abcdef0"),
            "urn:uuid:12345678-9abc-def0-1234-56789abcdef0");
  EXPECT_EQ(object_id_of("Kniha 1"), "linka:Kniha%201");
}

TEST(Shelf, GivesBackEveryByte) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "package/mastercopy/mc_0001.jp2", std::string(3'000'000, '\x7f'));
  write_test_file(temp / "package/empty", "");
  write_test_file(temp / "package/info.xml", "<info/>");
  const auto put = put_object(shelf, temp / "package", put_options(id));
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->version, "v1");
  EXPECT_EQ(put->files, 3u);
  const auto got = get_object(shelf, id, "", temp / "out");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(files_in(temp / "out"), files_in(temp / "package"));
  EXPECT_TRUE(fs::is_empty(shelf.work())) << "nothing is left of the way there";
  expect_whole(shelf, 1);
}

TEST(Shelf, ANewVersionSharesWhatDidNotChange) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "package/a.jp2", std::string(100'000, 'a'));
  write_test_file(temp / "package/b.xml", "one");
  ASSERT_TRUE(put_object(shelf, temp / "package", put_options(id)));
  const auto first = files_in(temp / "package");
  write_test_file(temp / "package/b.xml", "two");
  write_test_file(temp / "package/copy-of-a.jp2", std::string(100'000, 'a'));
  const auto put = put_object(shelf, temp / "package", put_options(id));
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->version, "v2");
  EXPECT_EQ(put->new_files, 1u);
  EXPECT_LT(put->new_bytes, 10'000u);
  ASSERT_TRUE(get_object(shelf, id, "v1", temp / "v1"));
  ASSERT_TRUE(get_object(shelf, id, "v2", temp / "v2"));
  EXPECT_EQ(files_in(temp / "v1"), first);
  EXPECT_EQ(files_in(temp / "v2"), files_in(temp / "package"));
  expect_whole(shelf, 1);
}

TEST(Shelf, TheSameFilesAgainAreNoNewVersion) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "package/a", "a");
  ASSERT_TRUE(put_object(shelf, temp / "package", put_options(id)));
  const auto again = put_object(shelf, temp / "package", put_options(id));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->unchanged);
  EXPECT_EQ(again->version, "v1");
  EXPECT_EQ(shelf_history(shelf)->size(), 1u);
}

TEST(Shelf, ADryRunWritesNothing) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "package/a", "a");
  const auto before = files_in(temp / "shelf");
  PutOptions options = put_options(id);
  options.dry_run = true;
  const auto put = put_object(shelf, temp / "package", options);
  ASSERT_TRUE(put);
  EXPECT_EQ(put->new_files, 1u);
  EXPECT_EQ(files_in(temp / "shelf"), before);
}

TEST(Shelf, LinksAndNamesThatAreNoTextAreRefused) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "linked/a", "a");
  fs::create_symlink("/etc/passwd", temp / "linked/b");
  EXPECT_EQ(put_object(shelf, temp / "linked", put_options(id)).error().kind, ErrorKind::bad_input);
  write_test_file(temp / "named/\xff\xfe", "a");
  EXPECT_EQ(put_object(shelf, temp / "named", put_options(id)).error().kind, ErrorKind::bad_input);
  EXPECT_TRUE(fs::is_empty(shelf.work()));
  expect_whole(shelf, 0);
}

TEST(Shelf, DamageIsNeverHandedOut) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  write_test_file(temp / "package/a", "a page");
  const auto put = put_object(shelf, temp / "package", put_options(id));
  ASSERT_TRUE(put);
  std::ofstream(shelf.objects() / put->path / "v1/content/a") << "A page";
  EXPECT_FALSE(get_object(shelf, id, "", temp / "out"));
  EXPECT_FALSE(fs::exists(temp / "out"));
  EXPECT_FALSE(get_object(shelf, id, "v2", temp / "out"));
  EXPECT_FALSE(get_object(shelf, "urn:none", "", temp / "out"));
}

TEST(Shelf, ManyWritersAtOnceLoseNone) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  std::vector<pid_t> writers;
  for (int n = 0; n < 8; ++n) {
    const fs::path folder = temp / ("package" + std::to_string(n));
    write_test_file(folder / "number", std::to_string(n));
    write_test_file(folder / "same", "same");
    // Half of them store the same object, the others one each, in folders that they share.
    const std::string name = n % 2 == 0 ? id : "linka:object-" + std::to_string(n);
    writers.push_back(
        in_process([&] { return put_object(shelf, folder, put_options(name)).has_value(); }));
  }
  for (const pid_t writer : writers) EXPECT_TRUE(ended_well(writer));
  expect_whole(shelf, 5);
  const auto inventory = shelf.inventory(id);
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->versions.size(), 4u);
  std::set<std::string> numbers;
  for (std::size_t v = 1; v <= 4; ++v) {
    const fs::path out = temp / ("out" + std::to_string(v));
    ASSERT_TRUE(get_object(shelf, id, "v" + std::to_string(v), out));
    numbers.insert(*read_text(out / "number"));
  }
  EXPECT_THAT(numbers, testing::ElementsAre("0", "2", "4", "6"));
  EXPECT_EQ(shelf_history(shelf)->size(), 8u);
}

TEST(ShelfStaging, FoldersComeWithTheObject) {
  const ShelfTestFolder temp;
  ASSERT_TRUE(make_folders(temp / "objects/abc"));
  ASSERT_TRUE(make_folders(temp / "scratch"));
  write_test_file(temp / "scratch/object/file", "1");
  ASSERT_EQ(*place_new(temp / "scratch/object", temp / "objects", "abc/def/x", temp / "scratch"),
            true);
  EXPECT_EQ(*read_text(temp / "objects/abc/def/x/file"), "1");
  write_test_file(temp / "scratch/object/file", "2");
  EXPECT_EQ(*place_new(temp / "scratch/object", temp / "objects", "abc/def/x", temp / "scratch"),
            false)
      << "somebody else's object is left alone";
  EXPECT_EQ(*read_text(temp / "objects/abc/def/x/file"), "1");
  EXPECT_EQ(*read_text(temp / "scratch/object/file"), "2");
}

TEST(ShelfBooks, WhatDoesNotFitIsRefusedWithTheNumbers) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf", 50'000);
  write_test_file(temp / "package/a", std::string(60'000, 'a'));
  const auto put = put_object(shelf, temp / "package", put_options(id));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::no_space);
  EXPECT_THAT(put.error().message, testing::HasSubstr("0.1 MB"));
  EXPECT_TRUE(fs::is_empty(shelf.work()));
  expect_whole(shelf, 0);
}

TEST(ShelfBooks, ClaimsCountWhileTheirOwnerLives) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf", 1'000'000);
  {
    auto claim = Claim::take(shelf, 700'000, "one");
    ASSERT_TRUE(claim);
    EXPECT_EQ(shelf_sums(shelf)->reserved_bytes, 700'000u);
    EXPECT_EQ(shelf_sums(shelf)->free_bytes(), 300'000u);
    EXPECT_EQ(Claim::take(shelf, 400'000, "two").error().kind, ErrorKind::no_space);
    EXPECT_FALSE(claim->grow_to(1'000'001));
    EXPECT_TRUE(claim->grow_to(900'000));
    EXPECT_EQ(shelf_sums(shelf)->reserved_bytes, 900'000u);
  }
  EXPECT_EQ(shelf_sums(shelf)->reserved_bytes, 0u);
}

TEST(ShelfBooks, AClaimOfADeadProcessLapses) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf", 1'000'000);
  const pid_t killed = in_process([&] {
    auto claim = Claim::take(shelf, 700'000, "one");
    if (claim) ::_exit(3);  // no destructor runs
    return false;
  });
  int status = 0;
  ::waitpid(killed, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 3);
  EXPECT_FALSE(fs::is_empty(shelf.work()));
  EXPECT_EQ(shelf_sums(shelf)->reserved_bytes, 0u);
  EXPECT_TRUE(fs::is_empty(shelf.work()));
}

TEST(ShelfBooks, ACountFromTheObjectsIsTheSame) {
  const ShelfTestFolder temp;
  const Shelf shelf = new_shelf(temp / "shelf");
  // Much more than the books reckon roundly.
  for (const char text : {'1', '2', '3'}) {
    write_test_file(temp / "package/a", std::string(500'000, text));
    ASSERT_TRUE(put_object(shelf, temp / "package", put_options(id)));
  }
  const auto before = shelf_sums(shelf);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->objects, 1u);
  EXPECT_EQ(before->versions, 3u);
  ASSERT_TRUE(fs::remove(shelf.books() / "history.jsonl"));
  ASSERT_TRUE(recount_shelf(shelf));
  const auto after = shelf_sums(shelf);
  EXPECT_EQ(after->versions, 3u);
  EXPECT_EQ(after->objects, 1u);
  EXPECT_NEAR(static_cast<double>(after->used_bytes), static_cast<double>(before->used_bytes),
              3 * 8192);
}

TEST(ShelfBooks, PaceIsOfTheDaysThatAreKnown) {
  const std::vector<StoredVersion> history{{"2026-01-01T00:00:00Z", "a", "v1", 1000, 1},
                                           {"2026-02-20T00:00:00Z", "b", "v1", 3000, 1},
                                           {"2026-02-25T00:00:00Z", "c", "v1", 3000, 1}};
  EXPECT_NEAR(*shelf_pace(history, "2026-03-02T00:00:00Z"), 200, 1e-9);
  EXPECT_FALSE(shelf_pace({}, "2026-03-02T00:00:00Z"));
  EXPECT_FALSE(shelf_pace({history.back()}, "2026-02-25T01:00:00Z"));
}

TEST(Shelf, NothingIsMadeWhereSomethingLies) {
  const ShelfTestFolder temp;
  write_test_file(temp / "there/a", "a");
  EXPECT_FALSE(Shelf::create(temp / "there", {}));
  EXPECT_FALSE(Shelf::open(temp / "there"));
  EXPECT_FALSE(Shelf::open(temp / "not-there"));
}

}  // namespace
}  // namespace linka
