// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/put.h"

#include "base/clock.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "shelf/layout.h"
#include "shelf/staging.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint staged{"shelf-staged", "after an object is whole and flushed, aside from its place"};

// The inventories of a version, and entries of folders, take room, too.
constexpr std::uint64_t bytes_of_version = 4096, bytes_of_entry = 1024;

struct Source {
  fs::path folder;
  std::vector<StoredFile> files;
  std::uint64_t bytes = 0;
  std::map<std::string, CopiedFile> seen = {};  // of files that were looked at

  // A file is read for it once.
  Result<CopiedFile> digests_of(const StoredFile& file) {
    if (const auto it = seen.find(file.path); it != seen.end()) return it->second;
    auto digests = digest_of(folder / file.path);
    if (digests) seen.emplace(file.path, *digests);
    return digests;
  }
};

Result<Source> source_of(const fs::path& folder) {
  auto tree = tree_of(FolderStorage(folder), "");
  if (!tree) return pass(tree);
  if (!tree->others.empty())
    return fail(ErrorKind::bad_input, "{}: {} is neither a file nor a folder", folder.string(),
                tree->others.front());
  Source out{folder, std::move(tree->files), 0};
  for (const StoredFile& file : out.files) {
    if (!is_logical_path(file.path))
      return fail(ErrorKind::bad_input, "{}: the name of {} is no UTF-8", folder.string(),
                  clean_utf8(file.path));
    out.bytes += file.size_bytes;
  }
  if (out.files.empty())
    return fail(ErrorKind::bad_input, "{}: there is no file in it", folder.string());
  return out;
}

// One attempt to store a version upon what the shelf has now.
class Put {
 public:
  Put(const Shelf& shelf, Source& source, const PutOptions& options, Claim& claim)
      : shelf_(shelf),
        source_(source),
        options_(options),
        claim_(claim),
        path_(object_path(options.id)),
        place_(shelf.objects() / path_),
        built_(claim.folder() / "object") {}

  // False: the object was changed by somebody else meanwhile.
  Result<bool> go() {
    std::error_code code;
    fs::remove_all(built_, code);
    if (fs::exists(fs::symlink_status(place_, code))) {
      // First of the two, so that a version stored between them is seen before it is replaced.
      base_ = read_text(place_ / sidecar_name, 1 << 12).value_or("");
      auto now = shelf_.inventory(options_.id);
      if (!now) return pass(now);
      inventory_ = *std::move(now);
    }
    inventory_.id = options_.id;
    version_ = version_name(inventory_.versions.size());
    if (auto r = copy_files(); !r) return pass(r);
    report_.id = options_.id;
    report_.path = path_;
    if (!inventory_.versions.empty() && inventory_.versions.back().state == next_.state) {
      report_.unchanged = true;
      report_.version = inventory_.head();
      return true;
    }
    report_.version = version_;
    if (auto r = complete(); !r) return pass(r);
    return publish();
  }

  const PutReport& report() const { return report_; }

 private:
  Result<void> copy_files() {
    if (auto r = make_unflushed_folders(built_ / version_); !r) return r;
    report_.files = source_.files.size();
    for (const StoredFile& file : source_.files) {
      const fs::path from = source_.folder / file.path;
      if (inventory_.versions.empty()) {
        if (auto r = take(file, from); !r) return r;
      } else {
        // Most files of a new version are on the shelf already: looked at before they are copied.
        const auto known = source_.digests_of(file);
        if (!known) return pass(known);
        if (inventory_.manifest.contains(known->sha512))
          note(file, *known);
        else if (auto r = take(file, from); !r)
          return r;
      }
      if (options_.progress) options_.progress(++done_, source_.files.size());
    }
    return {};
  }

  void note(const StoredFile& file, const CopiedFile& copied) {
    next_.state[file.path] = copied.sha512;
    report_.bytes += copied.size_bytes;
  }

  Result<void> take(const StoredFile& file, const fs::path& from) {
    const std::string content = version_ + "/content/" + file.path;
    const fs::path to = built_ / content;
    if (auto r = make_unflushed_folders(to.parent_path()); !r) return r;
    const auto copied = copy_digested(from, to);
    if (!copied) return pass(copied);
    if (copied->size_bytes != file.size_bytes)
      return fail(ErrorKind::bad_input, "{}: it is being written by somebody", from.string());
    note(file, *copied);
    std::vector<std::string>& places = inventory_.manifest[copied->sha512];
    if (!places.empty()) {  // the same bytes under another name
      std::error_code code;
      fs::remove(to, code);
      for (fs::path folder = to.parent_path();
           folder != built_ / version_ && fs::remove(folder, code);)
        folder = folder.parent_path();
      return {};
    }
    places.push_back(content);
    inventory_.md5[copied->md5].push_back(content);
    ++report_.new_files;
    report_.new_bytes += copied->size_bytes;
    return {};
  }

  // The inventory, the declaration, and the older versions' files under their names.
  Result<void> complete() {
    ObjectVersion version =
        version_now(options_.message, options_.user_name, options_.user_address);
    version.state = std::move(next_.state);
    next_ = std::move(version);
    inventory_.versions.push_back(next_);
    const auto text = write_inventories(built_, inventory_);
    if (!text) return pass(text);
    sidecar_ = sidecar_text(*text);
    report_.new_bytes += 2 * text->size();
    if (auto r = flush_tree(built_); !r) return r;
    for (std::size_t n = 0; n + 1 < inventory_.versions.size(); ++n)
      if (auto r = keep_version(version_name(n)); !r) return r;
    if (inventory_.versions.size() > 1)
      if (auto r = flush_path(built_); !r) return r;
    staged.reached();
    return {};
  }

  Result<void> keep_version(const std::string& name) {
    const auto tree = tree_of(FolderStorage(place_ / name), "");
    if (!tree) return pass(tree);
    if (auto r = make_unflushed_folders(built_ / name); !r) return r;
    for (const StoredFile& file : tree->files) {
      const fs::path to = built_ / name / file.path;
      if (auto r = make_unflushed_folders(to.parent_path()); !r) return r;
      if (auto r = link_or_copy(place_ / name / file.path, to); !r) return r;
    }
    return flush_tree(built_ / name, FlushFiles::no);
  }

  Result<bool> publish() {
    const StoredVersion stored{next_.created, options_.id, version_,
                               report_.new_bytes + bytes_of_version, report_.new_files};
    if (auto r = claim_.announce(stored, sidecar_); !r) return pass(r);
    if (inventory_.versions.size() == 1) {
      const auto placed = place_new(built_, shelf_.objects(), path_, claim_.folder());
      if (!placed) return pass(placed);
      if (!*placed) return false;
    } else {
      const fs::path old = claim_.folder() / "old";
      if (auto r = place_over(built_, place_, old); !r) return pass(r);
      // Who was thought gone and was not may have stored a version while this one was made.
      const auto was = read_text(old / sidecar_name, 1 << 12);
      if (!was || *was != base_) {
        if (auto r = place_over(old, place_, built_); !r) return pass(r);
        return false;
      }
    }
    if (auto r = claim_.settle(stored); !r) return pass(r);
    return true;
  }

  const Shelf& shelf_;
  Source& source_;
  const PutOptions& options_;
  Claim& claim_;
  const std::string path_;
  const fs::path place_, built_;
  ObjectInventory inventory_;  // as it was, and then as it will be
  ObjectVersion next_;
  std::string base_, sidecar_, version_;
  std::size_t done_ = 0;
  PutReport report_;
};

// What would be stored, nothing written.
Result<PutReport> look(const Shelf& shelf, Source& source, const PutOptions& options) {
  PutReport out;
  out.id = options.id;
  out.path = object_path(options.id);
  out.files = source.files.size();
  out.version = "v1";
  ObjectInventory inventory;
  std::error_code code;
  if (fs::exists(shelf.objects() / out.path, code)) {
    auto now = shelf.inventory(options.id);
    if (!now) return pass(now);
    inventory = *std::move(now);
    out.version = version_name(inventory.versions.size());
  }
  std::map<std::string, std::string> state;
  for (const StoredFile& file : source.files) {
    const auto digests = source.digests_of(file);
    if (!digests) return pass(digests);
    state[file.path] = digests->sha512;
    out.bytes += digests->size_bytes;
    if (inventory.manifest[digests->sha512].empty()) {
      inventory.manifest[digests->sha512] = {file.path};
      ++out.new_files;
      out.new_bytes += digests->size_bytes;
    }
  }
  out.unchanged = !inventory.versions.empty() && inventory.versions.back().state == state;
  if (out.unchanged) out.version = inventory.head();
  return out;
}

}  // namespace

Result<PutReport> put_object(const Shelf& shelf, const fs::path& folder, const PutOptions& options,
                             Claim* claim) {
  if (options.id.empty())
    return fail(ErrorKind::configuration, "an object on the shelf needs an id");
  auto source = source_of(folder);
  if (!source) return pass(source);
  if (options.dry_run) return look(shelf, *source, options);
  const auto lock = shelf.lock(options.id);
  if (!lock) return pass(lock);
  const std::uint64_t need =
      source->bytes + bytes_of_version + bytes_of_entry * source->files.size();
  std::optional<Claim> own;
  if (claim == nullptr) {
    // A new version shares what is there already; how much, only the bytes tell.
    std::uint64_t room = need;
    std::error_code code;
    if (fs::exists(shelf.objects() / object_path(options.id), code)) {
      const auto seen = look(shelf, *source, options);
      if (!seen) return pass(seen);
      if (seen->unchanged) return *seen;
      room = seen->new_bytes + bytes_of_version + bytes_of_entry * source->files.size();
    }
    auto taken = Claim::take(shelf, room, folder.filename().string());
    if (!taken) return pass(taken);
    own.emplace(*std::move(taken));
    claim = &*own;
  } else if (auto r = claim->grow_to(need); !r) {
    return pass(r);
  }
  for (int attempt = 0; attempt < 10; ++attempt) {
    Put put(shelf, *source, options, *claim);
    const auto done = put.go();
    if (!done) return pass(done);
    if (*done) {
      std::error_code code;
      fs::remove_all(claim->folder() / "object", code);
      return put.report();
    }
  }
  return fail(ErrorKind::busy, "{}: others store it all the time", options.id);
}

}  // namespace linka
