// SPDX-License-Identifier: GPL-3.0-or-later
// Bags, and storage roots of OCFL, that come from elsewhere.
#include "base/digest.h"
#include "base/files.h"
#include "fuzz/targets.h"
#include "handover/bag.h"
#include "shelf/check.h"
#include "shelf/get.h"
#include "shelf/inventory.h"
#include "shelf/layout.h"
#include "shelf/put.h"

#include <cstdlib>
#include <fstream>

namespace linka::fuzz {
namespace fs = std::filesystem;
namespace {

void write(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

// Checks a bag, and opens one that is right.
void read(const fs::path& bag) {
  const auto report = check_bag(bag);
  const fs::path out = folder_of_this_process() / "unbagged";
  std::error_code code;
  fs::remove_all(out, code);
  const auto opened = unbag(bag, out);
  // What is refused leaves nothing; what is right is right for both.
  const bool right = report && !report->has_errors();
  if (right != (opened && !opened->has_errors()) || right != fs::exists(out)) std::abort();
  fs::remove_all(out, code);
}

// The file that the first byte says takes the rest as its text, until `look` has looked.
template <class Look>
void in_place_of_one(const std::vector<fs::path>& files, ByteView bytes, Look&& look) {
  if (bytes.empty()) return;
  const fs::path& file = files[bytes[0] % files.size()];
  const std::string whole = read_text(file).value_or("");
  write(file, text_of(bytes.subspan(1)));
  look();
  write(file, whole);
}

std::vector<fs::path> bag_of_one_file() {
  const fs::path bag = folder_of_this_process() / "bag";
  const std::string line = sha256_hex("page\n") + "  data/page.xml\n";
  write(bag / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  write(bag / "bag-info.txt", "Source-Organization: Knihovna\nPayload-Oxum: 5.1\n");
  write(bag / "manifest-sha256.txt", line);
  write(bag / "tagmanifest-sha256.txt", sha256_hex(line) + "  manifest-sha256.txt\n");
  write(bag / "data/page.xml", "page\n");
  return {bag / "bagit.txt", bag / "bag-info.txt", bag / "manifest-sha256.txt",
          bag / "tagmanifest-sha256.txt", bag / "fetch.txt"};
}

// An object of two versions on a shelf, and the files that say what it is.
struct StoredObject {
  static constexpr const char* id = "linka:fuzz";
  Shelf shelf;
  std::vector<fs::path> files;

  static StoredObject make() {
    const fs::path folder = folder_of_this_process() / "shelved";
    PutOptions options;
    options.id = id;
    auto shelf = Shelf::create(folder / "shelf", {});
    for (const char* text : {"one", "two"}) {
      write(folder / "package/page.xml", text);
      if (!shelf || !put_object(*shelf, folder / "package", options)) std::abort();
    }
    const fs::path root = shelf->objects(), object = root / object_path(id);
    return {*std::move(shelf),
            {object / inventory_name, object / sidecar_name, object / object_declaration,
             object / "v1" / inventory_name, object / "v1" / sidecar_name,
             object / "v2" / inventory_name, root / root_declaration, root / "ocfl_layout.json",
             object / "v1/content/page.xml"}};
  }
};

}  // namespace

void bag_tar(ByteView bytes) {
  read(as_file(bytes, ".tar"));
}

void bag_zip(ByteView bytes) {
  read(as_file(bytes, ".zip"));
}

void bag_folder(ByteView bytes) {
  static const std::vector<fs::path> files = bag_of_one_file();
  in_place_of_one(files, bytes, [] { read(files.front().parent_path()); });
  std::error_code code;
  fs::remove(files.back(), code);
}

void ocfl_inventory(ByteView bytes) {
  const std::string text(text_of(bytes));
  Codes codes;
  (void)check_inventory(text, codes);
  // What is believed is written again as it was understood.
  if (const auto inventory = inventory_from(text))
    if (!inventory_from(text_of(*inventory))) std::abort();
}

void ocfl_object(ByteView bytes) {
  static const StoredObject made = StoredObject::make();
  in_place_of_one(made.files, bytes, [] {
    const FolderStorage storage(made.shelf.objects());
    (void)check_root(storage);
    const auto check = check_object(storage, object_path(made.id), true);
    const fs::path out = folder_of_this_process() / "got";
    const auto got = get_object(made.shelf, made.id, "", out);
    if (fs::exists(out) != got.has_value()) std::abort();
    std::error_code code;
    fs::remove_all(out, code);
  });
}

}  // namespace linka::fuzz
