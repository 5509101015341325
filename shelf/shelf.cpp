// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/shelf.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/translate.h"
#include "shelf/layout.h"
#include "shelf/staging.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr double patience_s = 900;     // for another writer of the same object
constexpr std::size_t lock_signs = 3;  // of the object's digest: 4096 locks for all objects

std::string settings_text(const ShelfSettings& settings) {
  return json{{"shelf", 1},
              {"quota_bytes", settings.quota_bytes},
              {"mirror", settings.mirror.string()}}
             .dump(2) +
         "\n";
}

Result<ShelfSettings> read_settings(const fs::path& root) {
  const auto text = read_text(root / "shelf.json", 1 << 20);
  if (!text && text.error().kind == ErrorKind::bad_input)
    return fail(ErrorKind::bad_input, "{}: there is no shelf here; linka shelf create makes one",
                root.string());
  if (!text) return pass(text);
  const json j = json::parse(*text, nullptr, false);
  try {
    if (j.is_object() && j.at("shelf") == 1)
      return ShelfSettings{j.at("quota_bytes").get<std::uint64_t>(),
                           j.at("mirror").get<std::string>()};
  } catch (const json::exception&) {
    // said below
  }
  return fail(ErrorKind::bad_input, "{}: shelf.json is damaged, or of a later linka",
              root.string());
}

}  // namespace

Result<Shelf> Shelf::create(const fs::path& root, const ShelfSettings& settings) {
  std::error_code code;
  const auto [path, built] = new_folder(root);
  const bool there = fs::exists(fs::symlink_status(path, code));
  if (there && !(fs::is_directory(path, code) && fs::is_empty(path, code)))
    return fail(ErrorKind::bad_input, "{}: something lies here already", path.string());
  if (auto r = make_folders(path.parent_path()); !r) return pass(r);
  fs::remove_all(built, code);
  for (const fs::path& folder : {built / "ocfl", built / "work", built / "books", built / "audits",
                                 built / "aside", built / "locks"})
    if (auto r = make_folders(folder); !r) return pass(r);
  if (auto r = write_root(built / "ocfl"); !r) return pass(r);
  if (auto r = write_atomically(built / "shelf.json", std::string_view(settings_text(settings)));
      !r)
    return pass(r);
  if (there) fs::remove(path, code);
  if (auto r = unveil_folder(built, path); !r) return pass(r);
  return open(path);
}

Result<Shelf> Shelf::open(const fs::path& root) {
  std::error_code code;
  Shelf shelf(fs::absolute(root, code).lexically_normal());
  auto settings = read_settings(shelf.root_);
  if (!settings) return pass(settings);
  shelf.settings_ = *std::move(settings);
  if (!fs::exists(shelf.objects() / root_declaration, code))
    return fail(ErrorKind::bad_input, "{}: holds no storage root of OCFL 1.1",
                shelf.objects().string());
  return shelf;
}

Result<void> Shelf::change(const ShelfSettings& settings) {
  if (auto r = write_atomically(root_ / "shelf.json", std::string_view(settings_text(settings)));
      !r)
    return r;
  settings_ = settings;
  return {};
}

Result<OwnerLock> Shelf::lock(const std::string& object) const {
  const fs::path folder =
      object.empty() ? books() : root_ / "locks" / sha256_hex(object).substr(0, lock_signs);
  if (auto r = make_folders(folder); !r) return pass(r);
  const double begun = steady_s();
  for (int attempt = 0;; ++attempt) {
    auto lock = OwnerLock::take(folder);
    if (lock || lock.error().kind != ErrorKind::busy) return lock;
    if (steady_s() - begun > patience_s) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(5 + attempt, 100)));
  }
}

Result<ObjectInventory> Shelf::inventory(const std::string& id) const {
  const fs::path folder = objects() / object_path(id);
  // The two files are not read at one moment; a new version may come between.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto text = read_text(folder / inventory_name, most_inventory_bytes);
    if (!text && text.error().kind == ErrorKind::bad_input)
      return fail(ErrorKind::bad_input, "{}: is not on the shelf {}", id, root_.string());
    if (!text) return pass(text);
    const auto sidecar = read_text(folder / sidecar_name, 1 << 12);
    if (sidecar && *sidecar == sidecar_text(*text)) return inventory_from(*text);
  }
  return fail(ErrorKind::bad_input, "{}: its inventory is damaged; linka shelf audit says more",
              id);
}

namespace {

Result<void> visit_below(const Storage& storage, const std::string& folder, int depth,
                         const std::function<Result<void>(const std::string&)>& visit) {
  const auto entries = storage.entries(folder);
  if (!entries) {
    // A folder may go between being named and being looked into.
    if (entries.error().kind == ErrorKind::bad_input && depth > 0) return {};
    return pass(entries);
  }
  const bool object = std::any_of(entries->begin(), entries->end(), [](const StoredEntry& entry) {
    return entry.kind == EntryKind::file && entry.name.starts_with("0=ocfl_object");
  });
  if (object && depth > 0) return visit(folder);
  if (depth > 16) return {};
  for (const StoredEntry& entry : *entries)
    if (entry.kind == EntryKind::folder && !(depth == 0 && entry.name == "extensions"))
      if (auto r = visit_below(storage, joined(folder, entry.name), depth + 1, visit); !r) return r;
  return {};
}

}  // namespace

Result<void> for_each_object(const Storage& storage,
                             const std::function<Result<void>(const std::string&)>& visit) {
  return visit_below(storage, "", 0, visit);
}

}  // namespace linka
