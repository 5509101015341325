// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/event_log.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "shelf/audit.h"
#include "shelf/staging.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint mending{"shelf-repair", "before a good file takes the place of a damaged one"};
FailPoint mended{"shelf-repaired", "after a good file took the place of a damaged one"};

// Whether the mirror's object can speak for this one: the same object, whole in its names and
// inventories, and with the versions whose folders lie here.
bool can_speak_for(const ShelfCheck& mirror, const Storage& other, const ShelfCheck& found,
                   const Storage& own) {
  if (!mirror.whole() || mirror.path != found.path) return false;
  const auto entries = own.entries(found.path);
  if (!entries) return false;
  std::string last;
  for (const StoredEntry& entry : *entries)
    if (entry.kind == EntryKind::folder && is_version_name(entry.name) &&
        (last.empty() || natural_less(last, entry.name)))
      last = entry.name;
  if (last != mirror.head) return false;
  // Inventories of other times are another object's history, though the files be the same.
  for (const StoredEntry& entry : *entries) {
    if (entry.kind != EntryKind::folder) continue;
    const std::string sidecar = joined(entry.name, sidecar_name);
    if (found.damaged.contains(sidecar)) continue;
    const auto here = own.text(joined(found.path, sidecar), 1 << 12);
    const auto there = other.text(joined(found.path, sidecar), 1 << 12);
    if (here && there && *here != *there) return false;
  }
  return true;
}

class Repair {
 public:
  Repair(const Shelf& shelf, const Shelf& mirror, ShelfCheck found)
      : shelf_(shelf), mirror_(mirror), path_(found.path) {
    out_.check = std::move(found);
    std::string stamp = wall_clock_text();
    std::replace(stamp.begin(), stamp.end(), ':', '-');
    aside_ = shelf.aside() / (stamp + "-" + fs::path(path_).filename().string());
  }

  Result<AuditedObject> go() {
    out_.whole_now = false;
    const auto lock = shelf_.lock(out_.check.id.empty() ? path_ : out_.check.id);
    if (!lock) return pass(lock);
    const FolderStorage own(shelf_.objects()), other(mirror_.objects());
    ShelfCheck now = out_.check;
    const auto mirrored = check_object(other, path_, false);
    if (!mirrored) {
      out_.not_repaired = say(tr("the mirror {} does not have it"), mirror_.root().string());
      return std::move(out_);
    }
    if (!can_speak_for(*mirrored, other, now, own)) {
      out_.not_repaired = say(tr("the mirror {} has another version of it, or is damaged itself"),
                              mirror_.root().string());
      return std::move(out_);
    }
    // Digests can be believed only once the inventories are whole.
    for (int round = 0; round < 2 && !now.whole(); ++round) {
      const bool inventories = std::any_of(now.damaged.begin(), now.damaged.end(),
                                           [](const auto& file) { return file.second.empty(); });
      for (const auto& [file, digest] : now.damaged)
        if (digest.empty() == inventories)
          if (auto r = give_back(file, digest); !r) return pass(r);
      auto again = check_object(own, path_, true);
      if (!again) return pass(again);
      now = *std::move(again);
    }
    out_.whole_now = now.whole();
    if (out_.whole_now)
      out_.not_repaired.clear();
    else if (out_.not_repaired.empty())
      out_.not_repaired = tr("what is wrong is not for a copy to mend");
    return std::move(out_);
  }

 private:
  Result<void> give_back(const std::string& file, const std::string& digest) {
    const fs::path place = shelf_.objects() / path_ / file, good = mirror_.objects() / path_ / file;
    const fs::path kept = aside_ / file, fresh = kept.string() + ".new";
    if (auto r = make_folders(kept.parent_path()); !r) return r;
    std::error_code code;
    fs::remove(fresh, code);
    const auto copied = copy_flushed(good, fresh);
    if (!copied &&
        (copied.error().kind == ErrorKind::no_space || copied.error().kind == ErrorKind::resource))
      return pass(copied);
    if (!copied || (!digest.empty() && copied->sha512 != digest)) {
      fs::remove(fresh, code);
      out_.not_repaired = say(tr("{}: the mirror's copy is damaged, too"), file);
      return {};
    }
    if (auto r = make_folders(place.parent_path()); !r) return r;
    if (const int e = mending.reached())
      return fail(kind_of_errno(e), "{}: {}", place.string(), tr("cannot be repaired"));
    const bool missing = !fs::exists(fs::symlink_status(place, code));
    // What is bad is kept under its name; until then under that of the good one, never nowhere.
    if (!missing) {
      if (auto r = place_over(fresh, place, kept); !r) return r;
    } else {
      fs::rename(fresh, place, code);
      if (code) return fail(kind_of_errno(code.value()), "{}: {}", place.string(), code.message());
      if (auto r = flush_path(place.parent_path()); !r) return r;
    }
    mended.reached();
    if (auto r = flush_path(kept.parent_path()); !r) return r;
    out_.repaired.push_back({path_ + "/" + file, missing ? fs::path() : kept});
    auto log = EventLog::open(shelf_.audits() / "repairs.jsonl");
    if (!log) return pass(log);
    return log->append({{"at", wall_clock_text()},
                        {"file", path_ + "/" + file},
                        {"aside", missing ? "" : kept.string()},
                        {"digest", copied->sha512},
                        {"mirror", mirror_.root().string()}});
  }

  const Shelf& shelf_;
  const Shelf& mirror_;
  const std::string path_;
  fs::path aside_;
  AuditedObject out_;
};

}  // namespace

Result<AuditedObject> repair_object(const Shelf& shelf, const Shelf& mirror, ShelfCheck found) {
  return Repair(shelf, mirror, std::move(found)).go();
}

}  // namespace linka
