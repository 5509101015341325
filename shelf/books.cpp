// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/books.h"

#include "base/clock.h"
#include "base/event_log.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/translate.h"
#include "shelf/layout.h"
#include "shelf/staging.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint claimed{"shelf-claimed", "after room on the shelf was reserved"};
FailPoint announced{"shelf-announced", "after an object was announced, before it gets its place"};
FailPoint told{"shelf-told", "after an object was written down in the books"};
FailPoint tallied{"shelf-tallied", "after the sum in the books was brought up to date"};

constexpr const char* claim_name = "claim.json";

// The sum of the history's first `offset` bytes. It is not flushed: when it is lost or cut, the
// history is read from its beginning.
struct Tally {
  std::uint64_t bytes = 0, offset = 0;
  std::size_t objects = 0, versions = 0;
};

json to_json(const StoredVersion& stored) {
  return {{"at", stored.at},
          {"id", stored.id},
          {"version", stored.version},
          {"bytes", stored.bytes},
          {"files", stored.files}};
}

StoredVersion stored_from(const json& j) {
  return {j.value("at", ""), j.value("id", ""), j.value("version", ""),
          j.value("bytes", std::uint64_t{0}), j.value("files", std::size_t{0})};
}

fs::path history_file(const Shelf& shelf) {
  return shelf.books() / "history.jsonl";
}
fs::path tally_file(const Shelf& shelf) {
  return shelf.books() / "tally.json";
}

void add(Tally& tally, const StoredVersion& stored) {
  tally.bytes += stored.bytes;
  ++tally.versions;
  tally.objects += stored.version == "v1";
}

// The tally, with whatever was written down after it was.
Result<Tally> tally_of(const Shelf& shelf) {
  Tally tally;
  std::error_code code;
  const std::uintmax_t found = fs::file_size(history_file(shelf), code);
  const std::uint64_t size = code ? 0 : found;
  if (const auto text = read_text(tally_file(shelf), 1 << 16)) {
    const json j = json::parse(*text, nullptr, false);
    if (j.is_object() && j.value("offset", std::uint64_t{0}) <= size)
      tally = {j.value("bytes", std::uint64_t{0}), j.value("offset", std::uint64_t{0}),
               j.value("objects", std::size_t{0}), j.value("versions", std::size_t{0})};
  } else if (text.error().kind != ErrorKind::bad_input) {
    return pass(text);
  }
  if (tally.offset == size) return tally;
  std::ifstream in(history_file(shelf), std::ios::binary);
  in.seekg(static_cast<std::streamoff>(tally.offset));
  for (std::string line; std::getline(in, line) && !in.eof();) {
    tally.offset += line.size() + 1;
    if (const json event = event_of_line(line); event.is_object()) add(tally, stored_from(event));
  }
  return tally;
}

Result<void> write_tally(const Shelf& shelf, const Tally& tally) {
  const std::string text = json{{"bytes", tally.bytes},
                                {"offset", tally.offset},
                                {"objects", tally.objects},
                                {"versions", tally.versions}}
                               .dump() +
                           "\n";
  auto written = write_unflushed(tally_file(shelf), text);
  tallied.reached();
  return written;
}

Result<void> write_down(const Shelf& shelf, const StoredVersion& stored) {
  auto log = EventLog::open(history_file(shelf));
  if (!log) return pass(log);
  if (auto r = log->append(to_json(stored)); !r) return r;
  told.reached();
  const auto tally = tally_of(shelf);
  if (!tally) return pass(tally);
  return write_tally(shelf, *tally);
}

bool is_written_down(const Shelf& shelf, const StoredVersion& stored) {
  bool found = false;
  const auto read = each_event(history_file(shelf), [&](const json& event) {
    found = found ||
            (event.value("id", "") == stored.id && event.value("version", "") == stored.version);
  });
  return read && found;
}

json read_claim(const fs::path& folder) {
  const auto text = read_text(folder / claim_name, 1 << 20);
  return text ? json::parse(*text, nullptr, false) : json();
}

// A claim whose owner is gone: what it was about to store either has its place, and is written
// down, or has not, and goes.
Result<void> sweep(const Shelf& shelf, const fs::path& folder) {
  const json claim = read_claim(folder);
  if (claim.is_object() && claim.contains("stored") && claim["stored"].is_object()) {
    const StoredVersion stored = stored_from(claim["stored"]);
    const fs::path place = shelf.objects() / object_path(stored.id);
    if (auto r = put_back(folder / "old", place); !r) return r;
    const auto sidecar = read_text(place / stored.version / sidecar_name, 1 << 12);
    const bool there = sidecar && *sidecar == claim.value("sidecar", "");
    if (there && !is_written_down(shelf, stored))
      if (auto r = write_down(shelf, stored); !r) return r;
    // The name may not have been flushed when the power went.
    if (there)
      if (auto r = flush_path(place.parent_path()); !r) return r;
  }
  std::error_code code;
  fs::remove_all(folder, code);
  return {};
}

// All claims; those without an owner are swept. Only for who holds the lock of the books.
Result<std::vector<ShelfClaim>> living_claims(const Shelf& shelf, const fs::path& own) {
  std::vector<ShelfClaim> out;
  std::vector<fs::path> folders;
  std::error_code code;
  for (fs::directory_iterator it(shelf.work(), code), end; !code && it != end; it.increment(code))
    folders.push_back(it->path());
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    if (!fs::is_directory(folder, code)) continue;
    if (folder != own) {
      const auto lock = OwnerLock::take(folder);
      if (lock) {
        if (auto r = sweep(shelf, folder); !r) return pass(r);
        continue;
      }
      if (lock.error().kind == ErrorKind::bad_input) continue;  // it went this moment
      if (lock.error().kind != ErrorKind::busy) return pass(lock);
    }
    const json claim = read_claim(folder);
    if (!claim.is_object()) continue;
    out.push_back({claim.value("what", ""), claim.value("bytes", std::uint64_t{0}),
                   claim.value("since", "")});
  }
  return out;
}

Result<ShelfSums> sums_of(const Shelf& shelf, const fs::path& own) {
  ShelfSums out;
  out.quota_bytes = shelf.settings().quota_bytes;
  auto claims = living_claims(shelf, own);
  if (!claims) return pass(claims);
  out.claims = *std::move(claims);
  for (const ShelfClaim& claim : out.claims) out.reserved_bytes += claim.bytes;
  const auto tally = tally_of(shelf);
  if (!tally) return pass(tally);
  out.used_bytes = tally->bytes;
  out.objects = tally->objects;
  out.versions = tally->versions;
  const auto disk = free_space(shelf.root());
  if (!disk) return pass(disk);
  out.disk_free_bytes = *disk;
  return out;
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f}", static_cast<double>(bytes) / 1e6);
}

Result<void> check_room(const Shelf& shelf, const ShelfSums& sums, std::uint64_t more) {
  if (more <= sums.free_bytes()) return {};
  return fail(ErrorKind::no_space,
              "the shelf {} has no room for {} MB: {} MB are used, {} MB reserved, the quota is {} "
              "MB and the disk has {} MB free",
              shelf.root().string(), megabytes(more), megabytes(sums.used_bytes),
              megabytes(sums.reserved_bytes),
              sums.quota_bytes == 0 ? "-" : megabytes(sums.quota_bytes),
              megabytes(sums.disk_free_bytes));
}

std::string claim_text(const std::string& what, std::uint64_t bytes, json more = json::object()) {
  more["what"] = what;
  more["bytes"] = bytes;
  more["since"] = wall_clock_text();
  return more.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

// A claim goes with its process, and so with the power: nothing of it is flushed until it announces
// an object.
Result<void> write_claim(const fs::path& folder, const std::string& what, std::uint64_t bytes) {
  return write_unflushed(folder / claim_name, claim_text(what, bytes));
}

}  // namespace

std::uint64_t ShelfSums::free_bytes() const {
  const std::uint64_t taken = used_bytes + reserved_bytes;
  // What is reserved is not on the disk yet.
  const std::uint64_t disk =
      disk_free_bytes > reserved_bytes ? disk_free_bytes - reserved_bytes : 0;
  if (quota_bytes == 0) return disk;
  return std::min(disk, quota_bytes > taken ? quota_bytes - taken : 0);
}

Result<ShelfSums> shelf_sums(const Shelf& shelf) {
  const auto lock = shelf.lock("");
  if (!lock) return pass(lock);
  return sums_of(shelf, {});
}

Result<std::vector<StoredVersion>> shelf_history(const Shelf& shelf) {
  std::vector<StoredVersion> out;
  const auto read = each_event(history_file(shelf),
                               [&](const json& event) { out.push_back(stored_from(event)); });
  if (!read) return pass(read);
  return out;
}

std::optional<double> shelf_pace(const std::vector<StoredVersion>& history, const std::string& now,
                                 double days) {
  if (history.empty()) return {};
  const Time today = parse_iso8601(now);
  double oldest = 0, bytes = 0;
  for (const StoredVersion& stored : history) {
    const double age =
        std::chrono::duration<double>(today - parse_iso8601(stored.at)).count() / 86400;
    oldest = std::max(oldest, std::min(age, days));
    if (age >= 0 && age <= days) bytes += static_cast<double>(stored.bytes);
  }
  if (oldest < 1) return {};
  return bytes / oldest;
}

std::optional<double> days_until_full(const ShelfSums& sums, std::optional<double> pace) {
  if (!pace || *pace <= 0) return {};
  return static_cast<double>(sums.free_bytes()) / *pace;
}

Result<std::int64_t> recount_shelf(const Shelf& shelf) {
  const auto lock = shelf.lock("");
  if (!lock) return pass(lock);
  if (const auto claims = living_claims(shelf, {}); !claims) return pass(claims);
  const auto before = tally_of(shelf);
  if (!before) return pass(before);
  std::vector<StoredVersion> found;
  const FolderStorage storage(shelf.objects());
  const auto walked = for_each_object(storage, [&](const std::string& path) -> Result<void> {
    const auto inventory = inventory_at(storage, path);
    if (!inventory) return {};  // an audit names it
    for (std::size_t i = 0; i < inventory->versions.size(); ++i) {
      StoredVersion one{inventory->versions[i].created, inventory->id, version_name(i), 0, 0};
      const auto tree = tree_of(storage, joined(path, one.version));
      if (!tree) continue;
      for (const StoredFile& file : tree->files) {
        one.bytes += file.size_bytes;
        one.files += file.path.starts_with("content/");
      }
      found.push_back(std::move(one));
    }
    return {};
  });
  if (!walked) return pass(walked);
  std::stable_sort(found.begin(), found.end(),
                   [](const StoredVersion& a, const StoredVersion& b) { return a.at < b.at; });
  std::string text;
  Tally tally;
  for (const StoredVersion& one : found) {
    text += event_line(to_json(one));
    add(tally, one);
  }
  tally.offset = text.size();
  // The sum goes first: one that reaches beyond the history is not believed.
  std::error_code code;
  fs::remove(tally_file(shelf), code);
  if (auto r = flush_path(shelf.books()); !r) return pass(r);
  if (auto r = write_atomically(history_file(shelf), std::string_view(text)); !r) return pass(r);
  if (auto r = write_tally(shelf, tally); !r) return pass(r);
  return static_cast<std::int64_t>(tally.bytes) - static_cast<std::int64_t>(before->bytes);
}

Claim::Claim(const Shelf& shelf, fs::path folder, OwnerLock lock, std::uint64_t bytes,
             std::string what)
    : shelf_(shelf),
      folder_(std::move(folder)),
      lock_(std::move(lock)),
      bytes_(bytes),
      what_(std::move(what)) {}

Claim::Claim(Claim&& other) noexcept
    : shelf_(other.shelf_),
      folder_(std::exchange(other.folder_, {})),
      lock_(std::move(other.lock_)),
      bytes_(other.bytes_),
      what_(std::move(other.what_)) {}

Result<Claim> Claim::take(const Shelf& shelf, std::uint64_t bytes, const std::string& what) {
  static std::atomic<unsigned> counter{0};
  const auto books = shelf.lock("");
  if (!books) return pass(books);
  const auto sums = sums_of(shelf, {});
  if (!sums) return pass(sums);
  if (auto r = check_room(shelf, *sums, bytes); !r) return pass(r);
  const LockOwner here = lock_owner_here();
  const fs::path folder =
      shelf.work() / fmt::format("{}-{}-{}-{}", here.host, here.pid, here.pid_started, counter++);
  if (auto r = make_unflushed_folders(folder); !r) return pass(r);
  auto lock = OwnerLock::take(folder);
  if (!lock) return pass(lock);
  if (auto r = write_claim(folder, what, bytes); !r) {
    std::error_code code;
    fs::remove_all(folder, code);
    return pass(r);
  }
  claimed.reached();
  return Claim(shelf, folder, *std::move(lock), bytes, what);
}

Claim::~Claim() {
  if (folder_.empty()) return;
  // After a failure the object may have its place, and nobody has written that down.
  const json claim = read_claim(folder_);
  if (claim.is_object() && claim.contains("stored")) {
    const auto books = shelf_.lock("");
    if (!books) return;  // whoever comes next sweeps it
    if (!sweep(shelf_, folder_)) return;
  }
  std::error_code code;
  fs::remove_all(folder_, code);
}

Result<void> Claim::grow_to(std::uint64_t bytes) {
  if (bytes <= bytes_) return {};
  const auto books = shelf_.lock("");
  if (!books) return pass(books);
  const auto sums = sums_of(shelf_, folder_);
  if (!sums) return pass(sums);
  if (auto r = check_room(shelf_, *sums, bytes - bytes_); !r) return r;
  if (auto r = write_claim(folder_, what_, bytes); !r) return r;
  bytes_ = bytes;
  return {};
}

Result<void> Claim::announce(const StoredVersion& stored, const std::string& sidecar) {
  const json more{{"stored", to_json(stored)}, {"sidecar", sidecar}};
  if (auto r =
          write_atomically(folder_ / claim_name, std::string_view(claim_text(what_, bytes_, more)));
      !r)
    return r;
  auto flushed = flush_path(shelf_.work());
  announced.reached();
  return flushed;
}

Result<void> Claim::settle(const StoredVersion& stored) {
  const auto books = shelf_.lock("");
  if (!books) return pass(books);
  if (auto r = write_down(shelf_, stored); !r) return r;
  bytes_ -= std::min(bytes_, stored.bytes);
  std::error_code code;
  fs::remove_all(folder_ / "old", code);
  return write_claim(folder_, what_, bytes_);
}

}  // namespace linka
