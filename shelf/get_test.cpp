// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/get.h"

#include "shelf/check.h"
#include "shelf/layout.h"
#include "shelf/shelf_test_folder.h"

#include <gtest/gtest.h>

namespace linka {
namespace {
namespace fs = std::filesystem;

const std::string id = "urn:nbn:cz:tst001-00000a";

// A shelf with an object of two versions, the second of which renames a file and adds one.
class GetRoot : public testing::Test {
 protected:
  void SetUp() override {
    write_test_file(temp_ / "package/a.xml", "one");
    write_test_file(temp_ / "package/pages/1.jp2", "page");
    ASSERT_TRUE(put_object(shelf_, temp_ / "package", put_options(id)));
    fs::rename(temp_ / "package/a.xml", temp_ / "package/b.xml");
    write_test_file(temp_ / "package/c.xml", "two");
    ASSERT_TRUE(put_object(shelf_, temp_ / "package", put_options(id)));
  }

  std::vector<std::string> faults(const fs::path& root) {
    const FolderStorage storage(root);
    const auto all = check_root(storage);
    const auto object = check_object(storage, object_path(id), true);
    std::vector<std::string> out;
    if (!all || !object || all->objects != std::vector{object_path(id)}) return {"no object"};
    for (const auto& found : {all->findings, object->findings})
      for (const ShelfFinding& one : found) out.push_back(one.code + " " + one.path);
    return out;
  }

  ShelfTestFolder temp_;
  Shelf shelf_ = *Shelf::create(temp_ / "shelf", {});
  const fs::path stored_ = shelf_.objects() / object_path(id), out_ = temp_ / "out";
};

TEST_F(GetRoot, HoldsTheObjectAsItIsStored) {
  const auto got = get_storage_root(shelf_, id, out_, {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->version, "v2");
  EXPECT_EQ(got->files, 3u);
  EXPECT_EQ(files_in(out_ / object_path(id)), files_in(stored_));
  EXPECT_EQ(faults(out_), std::vector<std::string>{});
}

TEST_F(GetRoot, AddsWhatIsSaidOfItAsOneMoreVersion) {
  const auto got = get_storage_root(shelf_, id, out_, [](const ObjectInventory& inventory) {
    return AddedFile{"metadata/premis.xml", inventory.id + " " + inventory.head()};
  });
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(faults(out_), std::vector<std::string>{});
  const auto inventory = inventory_at(FolderStorage(out_), object_path(id));
  ASSERT_TRUE(inventory);
  ASSERT_EQ(inventory->head(), "v3");
  EXPECT_EQ(inventory->versions.back().state.size(), 4u);
  EXPECT_EQ(files_in(out_ / object_path(id)).at("v3/content/metadata/premis.xml"), id + " v2");
  EXPECT_EQ(shelf_.inventory(id)->head(), "v2") << "the shelf's object stays";
}

TEST_F(GetRoot, KeepsAFileOfThatNameThatIsThere) {
  const auto got = get_storage_root(shelf_, id, out_, [](const ObjectInventory&) {
    return AddedFile{"c.xml", "another"};
  });
  ASSERT_TRUE(got);
  EXPECT_EQ(files_in(out_ / object_path(id)), files_in(stored_));
}

TEST_F(GetRoot, IsNotThereWhenAFileOrAnInventoryIsDamaged) {
  for (const char* name :
       {"v1/content/pages/1.jp2", "v1/inventory.json", "v2/inventory.json.sha512"}) {
    const std::string good = *read_text(stored_ / name);
    write_test_file(stored_ / name, "x" + good.substr(1));
    const auto got = get_storage_root(shelf_, id, out_, {});
    EXPECT_FALSE(got) << name;
    EXPECT_FALSE(fs::exists(out_)) << name;
    write_test_file(stored_ / name, good);
  }
  EXPECT_TRUE(get_storage_root(shelf_, id, out_, {}));
  EXPECT_FALSE(get_storage_root(shelf_, id, out_, {})) << "it is there already";
}

}  // namespace
}  // namespace linka
