// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/get.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/translate.h"
#include "shelf/check.h"
#include "shelf/layout.h"
#include "shelf/staging.h"

namespace linka {
namespace fs = std::filesystem;
namespace {

Error damaged(const std::string& id, const std::string& name) {
  return {ErrorKind::bad_input,
          say(tr("{}: {} is damaged on the shelf; linka shelf audit can repair it"), id, name),
          {}};
}

// Builds a folder by `build` and gives it its name; after an error nothing is there.
Result<void> as_new_folder(const fs::path& to,
                           const std::function<Result<void>(const fs::path& built)>& build) {
  std::error_code code;
  if (fs::exists(fs::symlink_status(to, code)))
    return fail(ErrorKind::bad_input, "{}: something lies here already", to.string());
  const auto [path, built] = new_folder(to);
  fs::remove_all(built, code);
  auto done = make_folders(built);
  if (done) done = build(built);
  if (done) done = flush_tree(built);
  if (done) done = unveil_folder(built, path);
  if (!done) fs::remove_all(built, code);
  return done;
}

// Copies a stored file, which has that digest.
Result<void> copy_stored(const fs::path& from, const fs::path& to, const std::string& digest,
                         const std::string& name, GotObject& got) {
  if (auto r = make_unflushed_folders(to.parent_path()); !r) return r;
  const auto copied = copy_digested(from, to);
  if (!copied) return pass(copied);
  if (copied->sha512 != digest) return tl::unexpected(damaged(got.id, name));
  ++got.files;
  got.bytes += copied->size_bytes;
  return {};
}

// The object with its versions, as `inventory` has them.
Result<void> copy_object(const fs::path& from, const fs::path& to, const ObjectInventory& inventory,
                         GotObject& got, const GetProgress& progress) {
  std::size_t all = 0;
  for (const auto& [digest, paths] : inventory.manifest) all += paths.size();
  for (const auto& [digest, paths] : inventory.manifest)
    for (const std::string& path : paths) {
      if (auto r = copy_stored(from / path, to / path, digest, path, got); !r) return r;
      if (progress) progress(got.files, all);
    }
  std::error_code code;
  for (std::size_t i = 0; i < inventory.versions.size(); ++i) {
    const std::string version = version_name(i);
    if (auto r = make_unflushed_folders(to / version); !r) return r;
    for (const char* name : {inventory_name, sidecar_name})
      if (fs::exists(from / version / name, code))  // an older version need not have them
        if (auto r = copy_digested(from / version / name, to / version / name); !r) return pass(r);
  }
  // The last version's are the object's own, also when a newer one has come meanwhile.
  const fs::path last = to / inventory.head();
  for (const char* name : {inventory_name, sidecar_name})
    if (auto r = copy_digested((fs::exists(last / name, code) ? last : from) / name, to / name); !r)
      return pass(r);
  return write_new(to / object_declaration, declaration_text(object_declaration));
}

Result<void> add_version(const fs::path& object, ObjectInventory inventory,
                         const AddedFile& added) {
  ObjectVersion version = version_now(tr("what is known of the object, for who gets it"));
  version.state = inventory.versions.back().state;
  const std::string path = version_name(inventory.versions.size()) + "/content/" + added.name;
  if (auto r = make_unflushed_folders((object / path).parent_path()); !r) return r;
  if (auto r = write_new(object / path, added.text); !r) return r;
  const auto digests = digest_of(object / path);
  if (!digests) return pass(digests);
  inventory.manifest[digests->sha512].push_back(path);
  inventory.md5[digests->md5].push_back(path);
  version.state[added.name] = digests->sha512;
  inventory.versions.push_back(std::move(version));
  std::error_code code;
  for (const char* name : {inventory_name, sidecar_name, object_declaration})
    fs::remove(object / name, code);
  const auto written = write_inventories(object, inventory);
  return written ? Result<void>{} : pass(written);
}

}  // namespace

Result<GotObject> get_object(const Shelf& shelf, const std::string& id, const std::string& version,
                             const fs::path& to, const GetProgress& progress) {
  const auto inventory = shelf.inventory(id);
  if (!inventory) return pass(inventory);
  const auto index = version_index(*inventory, version);
  if (!index) return pass(index);
  GotObject got{id, version_name(*index), 0, 0};
  const auto& state = inventory->versions[*index].state;
  const fs::path object = shelf.objects() / object_path(id);
  const auto made = as_new_folder(to, [&](const fs::path& built) -> Result<void> {
    for (const auto& [name, digest] : state) {
      const fs::path from = object / inventory->manifest.at(digest).front();
      if (auto r = copy_stored(from, built / name, digest, name, got); !r) return r;
      if (progress) progress(got.files, state.size());
    }
    return {};
  });
  if (!made) return pass(made);
  return got;
}

Result<GotObject> get_storage_root(const Shelf& shelf, const std::string& id, const fs::path& to,
                                   const std::function<AddedFile(const ObjectInventory&)>& about,
                                   const GetProgress& progress) {
  const auto inventory = shelf.inventory(id);
  if (!inventory) return pass(inventory);
  const std::string path = object_path(id);
  GotObject got{id, inventory->head(), 0, 0};
  const auto made = as_new_folder(to, [&](const fs::path& built) -> Result<void> {
    if (auto r = write_root(built); !r) return r;
    if (auto r = copy_object(shelf.objects() / path, built / path, *inventory, got, progress); !r)
      return r;
    if (about)
      if (const AddedFile added = about(*inventory);
          !inventory->versions.back().state.contains(added.name))
        if (auto r = add_version(built / path, *inventory, added); !r) return r;
    // The files have their digests; inventories and names are left.
    const auto check = check_object(FolderStorage(built), path, false);
    if (!check) return pass(check);
    for (const ShelfFinding& finding : check->findings)
      if (finding.is_error()) return tl::unexpected(damaged(id, finding.path));
    return {};
  });
  if (!made) return pass(made);
  return got;
}

}  // namespace linka
