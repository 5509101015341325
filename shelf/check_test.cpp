// SPDX-License-Identifier: GPL-3.0-or-later
// For every code of OCFL that is looked for: an object or a root broken in that way, and the code
// that is found.
#include "shelf/check.h"

#include "base/digest.h"
#include "shelf/inventory.h"
#include "shelf/layout.h"
#include "shelf/shelf_test_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

// A storage root with one object of two versions, whole until somebody breaks it.
class Root {
 public:
  Root() {
    fs::create_directories(temp_ / "shelf");
    fs::copy(pattern() / "shelf/ocfl", temp_ / "shelf/ocfl", fs::copy_options::recursive);
    root = temp_ / "shelf/ocfl";
    path_ = object_path("urn:x:1");
    object = root / path_;
  }

  // Made once; flushing takes its time.
  static const ShelfTestFolder& pattern() {
    static const ShelfTestFolder temp;
    static const bool made = [] {
      auto shelf = Shelf::create(temp / "shelf", {});
      EXPECT_TRUE(shelf);
      write_test_file(temp / "package/a.xml", "one");
      write_test_file(temp / "package/sub/b.xml", "b");
      EXPECT_TRUE(put_object(*shelf, temp / "package", put_options("urn:x:1")));
      write_test_file(temp / "package/a.xml", "two");
      EXPECT_TRUE(put_object(*shelf, temp / "package", put_options("urn:x:1")));
      return true;
    }();
    EXPECT_TRUE(made);
    return temp;
  }

  static json load(const fs::path& file) { return json::parse(*read_text(file)); }

  static void store(const fs::path& folder, const std::string& text) {
    std::error_code code;
    fs::remove(folder / "inventory.json.sha256", code);
    write(folder / inventory_name, text);
    write(folder / sidecar_name, sidecar_text(text));
  }

  // The object's inventory otherwise, in both places, with the digests that it then has.
  void edit(const std::function<void(json&)>& change) {
    json j = load(object / inventory_name);
    change(j);
    store(object, j.dump());
    store(object / "v2", j.dump());
  }
  void edit_first(const std::function<void(json&)>& change) {
    json j = load(object / "v1" / inventory_name);
    change(j);
    store(object / "v1", j.dump());
  }
  static void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  std::set<std::string> codes() const {
    const FolderStorage storage(root);
    std::set<std::string> out;
    const auto all = check_root(storage);
    EXPECT_TRUE(all);
    for (const ShelfFinding& finding : all->findings) out.insert(finding.code);
    const auto one = check_object(storage, path_, true);
    EXPECT_TRUE(one);
    for (const ShelfFinding& finding : one->findings) out.insert(finding.code);
    return out;
  }

  fs::path root, object;

 private:
  ShelfTestFolder temp_;
  std::string path_;
};

struct Break {
  const char* code;
  const char* how;
  std::function<void(Root&)> deed;
};

// A change of the inventory.
std::function<void(Root&)> inventory(const std::function<void(json&)>& change) {
  return [change](Root& root) { root.edit(change); };
}
std::function<void(Root&)> version(const std::function<void(json&)>& change) {
  return inventory([change](json& j) { change(j["versions"]["v2"]); });
}
// The first digest of the manifest takes a file of this path, too.
std::function<void(Root&)> content_path(const std::string& path) {
  return inventory([path](json& j) { j["manifest"].begin()->push_back(path); });
}
std::function<void(Root&)> logical_path(const std::string& path) {
  return version([path](json& v) { v["state"].begin()->push_back(path); });
}
std::function<void(Root&)> add(const std::string& file) {
  return [file](Root& root) { Root::write(root.object / file, "x"); };
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::vector<Break> breaks() {
  return {
      {"E001", "a file beside the versions", add("notes.txt")},
      {"E001", "a folder beside the versions", add("other/notes.txt")},
      {"E003", "no declaration", [](Root& r) { fs::remove(r.object / object_declaration); }},
      {"E003", "two declarations", add("0=ocfl_object_1.0")},
      {"E006", "another declaration",
       [](Root& r) { fs::rename(r.object / object_declaration, r.object / "0=ocfl_object_9"); }},
      {"E007", "a declaration of another text",
       [](Root& r) { r.write(r.object / object_declaration, "ocfl_object_1.1"); }},
      {"E008", "no version", inventory([](json& j) { j["versions"] = json::object(); })},
      {"E009", "the first version is missing",
       inventory([](json& j) { j["versions"].erase("v1"); })},
      {"E010", "a version between is missing",
       inventory([](json& j) { j["versions"]["v4"] = j["versions"]["v2"]; })},
      {"E012", "numbers in two ways",
       inventory([](json& j) { j["versions"]["v003"] = j["versions"]["v2"]; })},
      {"E015", "a file in a version's folder", add("v2/notes.txt")},
      {"E017", "content in a folder of folders",
       inventory([](json& j) { j["contentDirectory"] = "a/b"; })},
      {"E018", "content in ..", inventory([](json& j) { j["contentDirectory"] = ".."; })},
      {"E020", "content once elsewhere",
       [](Root& r) { r.edit_first([](json& j) { j["contentDirectory"] = "other"; }); }},
      {"E023", "a file that no manifest knows", add("v1/content/more.xml")},
      {"E024", "an empty folder in the content",
       [](Root& r) { fs::create_directories(r.object / "v1/content/empty"); }},
      {"E025", "md5 for addresses", inventory([](json& j) { j["digestAlgorithm"] = "md5"; })},
      {"E025", "a digest that is none",
       inventory([](json& j) { j["manifest"]["abc"] = {"v1/content/x"}; })},
      {"E033", "no JSON",
       [](Root& r) {
         r.store(r.object, "{");
         r.store(r.object / "v2", "{");
       }},
      {"E033", "a key twice",
       [](Root& r) {
         std::string t = *read_text(r.object / inventory_name);
         t.insert(1, "\"id\":\"urn:x:2\",");
         r.store(r.object, t);
         r.store(r.object / "v2", t);
       }},
      {"E036", "no id", inventory([](json& j) { j.erase("id"); })},
      {"E036", "no head", inventory([](json& j) { j.erase("head"); })},
      {"E037", "an empty id", inventory([](json& j) { j["id"] = ""; })},
      {"E038", "another type", inventory([](json& j) { j["type"] = "https://example.org"; })},
      {"E040", "head is not the last", inventory([](json& j) { j["head"] = "v1"; })},
      {"E041", "no manifest", inventory([](json& j) { j.erase("manifest"); })},
      {"E041", "no versions", inventory([](json& j) { j.erase("versions"); })},
      {"E042", "content outside of content", content_path("v1/else/x")},
      {"E044", "versions as a list", inventory([](json& j) { j["versions"] = json::array(); })},
      {"E046", "a version's folder is missing", [](Root& r) { fs::remove_all(r.object / "v1"); }},
      {"E046", "a version that nobody knows", add("v3/inventory.json")},
      {"E047", "a version that is a text", inventory([](json& j) { j["versions"]["v2"] = "v2"; })},
      {"E048", "no time", version([](json& v) { v.erase("created"); })},
      {"E048", "no state", version([](json& v) { v.erase("state"); })},
      {"E049", "a time without a zone",
       version([](json& v) { v["created"] = "2026-01-01T00:00:00"; })},
      {"E049", "a time in the 13th month",
       version([](json& v) { v["created"] = "2026-13-01T00:00:00Z"; })},
      {"E050", "a digest that the manifest does not know",
       version([](json& v) { v["state"][std::string(128, 'a')] = {"x"}; })},
      {"E052", "a path with ..", logical_path("a/../b")},
      {"E052", "a path with an empty element", logical_path("a//b")},
      {"E053", "a path from the top", logical_path("/a")},
      {"E054", "a user without a name", version([](json& v) { v["user"].erase("name"); })},
      {"E054", "a user who is a text", version([](json& v) { v["user"] = "anna"; })},
      {"E056", "an unknown algorithm",
       inventory([](json& j) { j["fixity"]["crc7"] = json::object(); })},
      {"E057", "fixity of a file that is not there",
       inventory([](json& j) { j["fixity"]["md5"][std::string(32, 'a')] = {"v1/content/none"}; })},
      {"E057", "fixity as a text", inventory([](json& j) { j["fixity"]["md5"] = "x"; })},
      {"E058", "no sidecar", [](Root& r) { fs::remove(r.object / sidecar_name); }},
      {"E060", "a sidecar of another inventory",
       [](Root& r) { r.write(r.object / sidecar_name, sidecar_text("x")); }},
      {"E061", "a sidecar of another form",
       [](Root& r) { r.write(r.object / sidecar_name, "inventory.json"); }},
      {"E063", "no inventory", [](Root& r) { fs::remove(r.object / inventory_name); }},
      {"E064", "the last version's inventory is another",
       [](Root& r) {
         const json j = Root::load(r.object / inventory_name);
         r.store(r.object / "v2", j.dump(4));
       }},
      {"E066", "another state then",
       [](Root& r) {
         r.edit_first([](json& j) { j["versions"]["v1"]["state"].begin()->push_back("more"); });
       }},
      {"E067", "a file among the extensions", add("extensions/x")},
      {"E069", "no declaration of the root",
       [](Root& r) { fs::remove(r.root / root_declaration); }},
      {"E070", "a layout without description",
       [](Root& r) {
         r.write(r.root / "ocfl_layout.json",
                 R"({"extension":"0003-hash-and-id-n-tuple-storage-layout"})");
       }},
      {"E071", "a layout that is not registered",
       [](Root& r) {
         r.write(r.root / "ocfl_layout.json", R"({"extension":"mine","description":"x"})");
       }},
      {"E072", "a file between objects",
       [](Root& r) { r.write(r.object.parent_path() / "x", "x"); }},
      {"E073", "an empty folder", [](Root& r) { fs::create_directories(r.root / "abc/def"); }},
      {"E076", "two declarations of the root",
       [](Root& r) { r.write(r.root / "0=ocfl_1.0", "ocfl_1.0\n"); }},
      {"E079", "another declaration of the root",
       [](Root& r) { fs::rename(r.root / root_declaration, r.root / "0=ocfl_9"); }},
      {"E080", "the root's declaration has another text",
       [](Root& r) { r.write(r.root / root_declaration, "x"); }},
      {"E081", "an object newer than its root",
       [](Root& r) {
         fs::remove(r.root / root_declaration);
         r.write(r.root / "0=ocfl_1.0", "ocfl_1.0\n");
       }},
      {"E083", "an object in another's place", inventory([](json& j) { j["id"] = "urn:x:2"; })},
      {"E090", "a link in the content",
       [](Root& r) { fs::create_symlink("/etc/passwd", r.object / "v1/content/link"); }},
      {"E090", "a second name of a file",
       [](Root& r) { fs::create_hard_link(r.object / "v1/content/a.xml", r.root / "../linked"); }},
      {"E092", "a file is missing", [](Root& r) { fs::remove(r.object / "v1/content/a.xml"); }},
      {"E092", "a bit has flipped", [](Root& r) { r.write(r.object / "v1/content/a.xml", "onf"); }},
      {"E093", "another md5", inventory([](json& j) {
         json& md5 = j["fixity"]["md5"];
         const json paths = *md5.begin();
         md5.erase(md5.begin());
         md5[std::string(32, '0')] = paths;
       })},
      {"E094", "a message that is a number", version([](json& v) { v["message"] = 1; })},
      {"E095", "a path that is a folder, too", logical_path("sub")},
      {"E096", "a digest twice", inventory([](json& j) {
         const std::string d = j["manifest"].begin().key();
         j["manifest"][upper(d)] = {"v1/content/y"};
       })},
      {"E097", "a digest of fixity twice", inventory([](json& j) {
         json& md5 = j["fixity"]["md5"];
         md5[upper(md5.begin().key())] = *md5.begin();
       })},
      {"E099", "content with ..", content_path("v1/content/../x")},
      {"E100", "content from the top", content_path("/v1/content/x")},
      {"E101", "content that is a folder, too", content_path("v1/content/sub")},
      {"E102", "an unknown key", inventory([](json& j) { j["colour"] = "red"; })},
      {"E102", "an unknown key of a version", version([](json& v) { v["colour"] = "red"; })},
      {"E103", "an older object than its version",
       inventory([](json& j) { j["type"] = "https://ocfl.io/1.0/spec/#inventory"; })},
      {"E104", "a version of another name",
       inventory([](json& j) { j["versions"]["two"] = j["versions"]["v2"]; })},
      {"E105", "version nought",
       inventory([](json& j) { j["versions"]["v0"] = j["versions"]["v2"]; })},
      {"E106", "a manifest that is a list",
       inventory([](json& j) { j["manifest"] = json::array(); })},
      {"E107", "a digest that no version uses",
       inventory([](json& j) { j["manifest"][std::string(128, 'b')] = {"v1/content/x"}; })},
      {"E110", "another id then",
       [](Root& r) { r.edit_first([](json& j) { j["id"] = "urn:x:9"; }); }},
      {"E111", "fixity that is a list", inventory([](json& j) { j["fixity"] = json::array(); })},
      {"E112", "a file among the root's extensions",
       [](Root& r) { r.write(r.root / "extensions/x", "x"); }},
      {"W001", "numbers with zeros",
       inventory([](json& j) { j["versions"]["v003"] = j["versions"]["v2"]; })},
      {"W002", "a folder in a version's folder", add("v2/other/x")},
      {"W003", "an empty content",
       [](Root& r) {
         fs::remove_all(r.object / "v2/content");
         fs::create_directories(r.object / "v2/content");
       }},
      {"W004", "sha256 for addresses",
       [](Root& r) { r.edit([](json& j) { j["digestAlgorithm"] = "sha256"; }); }},
      {"W005", "an id that is no URI", inventory([](json& j) { j["id"] = "x"; })},
      {"W007", "no message", version([](json& v) { v.erase("message"); })},
      {"W007", "no user", version([](json& v) { v.erase("user"); })},
      {"W008", "a user without an address", version([](json& v) { v["user"].erase("address"); })},
      {"W009", "an address that is no URI",
       version([](json& v) { v["user"]["address"] = "Prague"; })},
      {"W010", "a version without an inventory",
       [](Root& r) {
         fs::remove(r.object / "v1" / inventory_name);
         fs::remove(r.object / "v1" / sidecar_name);
       }},
      {"W011", "another message then",
       [](Root& r) {
         r.edit_first([](json& j) { j["versions"]["v1"]["message"] = "otherwise"; });
       }},
      {"W013", "an extension of one's own", add("extensions/mine/x")},
      {"W016", "a root's extension of one's own",
       [](Root& r) { r.write(r.root / "extensions/mine/x", "x"); }},
  };
}

TEST(OcflCheck, AWholeRootHasNoFinding) {
  const Root root;
  EXPECT_THAT(root.codes(), testing::IsEmpty());
}

TEST(OcflCheck, EveryBreakIsFoundByItsCode) {
  for (const Break& broken : breaks()) {
    Root root;
    broken.deed(root);
    // Without any declaration a folder is no object; as the shelf's books name it, it is looked at.
    EXPECT_THAT(root.codes(), testing::Contains(broken.code)) << broken.how;
  }
}

TEST(OcflCheck, EveryCodeHasABreak) {
  std::set<std::string> broken;
  for (const Break& one : breaks()) broken.insert(one.code);
  for (const std::string& code : ocfl_codes()) EXPECT_TRUE(broken.contains(code)) << code;
  for (const std::string& code : broken)
    EXPECT_THAT(ocfl_codes(), testing::Contains(code)) << "is found and not listed";
}

TEST(OcflCheck, LongTextsAreNoCrash) {
  const std::string much(2'000'000, 'a');
  Root root;
  root.edit([&](json& j) {
    j["id"] = "urn:" + much;
    j["versions"]["v2"]["created"] = much;
    j["versions"][much] = json::object();
    j["versions"]["v2"]["user"]["address"] = much;
  });
  Root::write(root.object / "v1" / sidecar_name, much.substr(0, 60'000));
  EXPECT_THAT(root.codes(), testing::IsSupersetOf({"E049", "E061", "E104", "W009"}));
  const std::string nested(100'000, '[');
  Codes codes;
  check_inventory(nested, codes);
  EXPECT_FALSE(codes.empty());
}

TEST(OcflCheck, OddJsonIsNoCrash) {
  for (const char* text :
       {"", "[]", "1",
        "{\"id\":1,\"type\":[],\"digestAlgorithm\":{},\"head\":2,\"manifest\":{},"
        "\"versions\":{}}",
        "{\"manifest\":{\"x\":[1,null]},\"versions\":{\"v1\":{\"created\":1,\"state\":{\"x\":[1]},"
        "\"user\":{\"name\":1,\"address\":[]},\"message\":{}}}}",
        "{\"versions\":{\"v99999999999999999999\":{}},\"manifest\":{}}", "\xff\xfe"}) {
    Codes codes;
    check_inventory(text, codes);
    EXPECT_FALSE(codes.empty()) << text;
    EXPECT_FALSE(inventory_from(text));
  }
}

}  // namespace
}  // namespace linka
