// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/audit.h"

#include "base/clock.h"
#include "base/event_log.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/translate.h"
#include "shelf/books.h"
#include "shelf/layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint read_object{"shelf-audited", "after an object was read, before that is written down"};
FailPoint noted{"shelf-audit-noted", "after it was written down that an object was read"};

fs::path checked_file(const Shelf& shelf) {
  return shelf.audits() / "checked.jsonl";
}

// When each object was read last, by its path.
using LastReads = std::map<std::string, std::string>;

Result<LastReads> last_reads(const Shelf& shelf, std::size_t& lines) {
  LastReads out;
  const auto read = each_event(checked_file(shelf), [&](const json& event) {
    out[event.value("path", "")] = event.value("at", "");
    ++lines;
  });
  if (!read) return pass(read);
  return out;
}

// Old lines go when they are many.
Result<void> shorten(const Shelf& shelf, const LastReads& reads, std::size_t lines) {
  if (lines < 2 * reads.size() + 1000) return {};
  std::string text;
  for (const auto& [path, at] : reads) text += event_line({{"path", path}, {"at", at}});
  return write_atomically(checked_file(shelf), std::string_view(text));
}

// Sleeps so that no more is read in a second than asked for.
class Pace {
 public:
  explicit Pace(std::uint64_t rate) : rate_(static_cast<double>(rate)), begun_(steady_s()) {}
  void read(std::uint64_t bytes) {
    if (rate_ <= 0) return;
    bytes_ += static_cast<double>(bytes);
    const double early = begun_ + bytes_ / rate_ - steady_s();
    if (early > 0) std::this_thread::sleep_for(std::chrono::duration<double>(early));
    // Time that was not used is not made up for.
    if (early < -1) {
      begun_ = steady_s();
      bytes_ = 0;
    }
  }

 private:
  double rate_, begun_, bytes_ = 0;
};

class Audit {
 public:
  Audit(const Shelf& shelf, const AuditOptions& options)
      : shelf_(shelf), options_(options), storage_(shelf.objects()), pace_(options.rate_bytes_s) {}

  Result<AuditReport> go() {
    const double begun = steady_s();
    report_.started = wall_clock_text();
    const auto lock = OwnerLock::take(shelf_.audits());
    if (!lock) return pass(lock);
    if (auto r = open_mirror(); !r) return pass(r);
    // A writer that died may have left an older object, whose files are those of the newer one.
    if (const auto swept = shelf_sums(shelf_); !swept) return pass(swept);
    auto order = objects_in_order();
    if (!order) return pass(order);
    auto log = EventLog::open(checked_file(shelf_));
    if (!log) return pass(log);
    for (const std::string& path : *order) {
      if (options_.for_s > 0 && steady_s() - begun > options_.for_s) {
        report_.out_of_time = true;
        break;
      }
      const auto there = one(path);
      if (!there) return pass(there);
      if (!*there) continue;
      read_object.reached();
      const std::string at = wall_clock_text();
      if (auto r = log->append({{"path", path}, {"at", at}}); !r) return pass(r);
      noted.reached();
      reads_[path] = at;
      ++report_.checked;
      if (options_.progress) options_.progress(report_.checked, order->size());
    }
    sum_up();
    report_.ended = wall_clock_text();
    report_.elapsed_s = steady_s() - begun;
    return std::move(report_);
  }

 private:
  Result<void> open_mirror() {
    const fs::path path = options_.mirror.empty() ? shelf_.settings().mirror : options_.mirror;
    if (path.empty() || !options_.repair) return {};
    auto mirror = Shelf::open(path);
    if (!mirror) return fail(ErrorKind::configuration, "the mirror: {}", mirror.error().message);
    mirror_.emplace(*std::move(mirror));
    return {};
  }

  Result<std::vector<std::string>> objects_in_order() {
    std::size_t lines = 0;
    auto reads = last_reads(shelf_, lines);
    if (!reads) return pass(reads);
    std::vector<std::string> paths;
    if (options_.only.empty()) {
      auto root = check_root(storage_, false);
      if (!root) return pass(root);
      report_.root = std::move(root->findings);
      paths = std::move(root->objects);
    } else {
      std::error_code code;
      paths = {object_path(options_.only)};
      if (!fs::exists(shelf_.objects() / paths.front(), code))
        return fail(ErrorKind::bad_input, "{}: is not on the shelf {}", options_.only,
                    shelf_.root().string());
    }
    report_.objects = paths.size();
    for (const std::string& path : paths) reads_[path] = "";
    for (const auto& [path, at] : *reads)
      if (const auto it = reads_.find(path); it != reads_.end()) it->second = at;
    if (options_.only.empty())
      if (auto r = shorten(shelf_, *reads, lines); !r) return pass(r);
    std::stable_sort(paths.begin(), paths.end(),
                     [this](const auto& a, const auto& b) { return reads_.at(a) < reads_.at(b); });
    return paths;
  }

  Result<ShelfCheck> checked(const std::string& path) {
    auto check = check_object(storage_, path, true, [this](std::uint64_t bytes) -> Result<void> {
      pace_.read(bytes);
      return {};
    });
    if (check && !check->id.empty() && object_path(check->id) != path)
      check->findings.push_back(
          {"E083", path, say(tr("the object belongs to {}"), object_path(check->id))});
    return check;
  }

  // False: it is not there any more.
  Result<bool> one(const std::string& path) {
    std::error_code code;
    if (!fs::exists(shelf_.objects() / path, code)) return false;
    auto check = checked(path);
    if (check && !check->findings.empty()) {
      // A new version may have taken its place while it was read.
      const auto lock = shelf_.lock(check->id.empty() ? path : check->id);
      if (!lock) return pass(lock);
      check = checked(path);
    }
    if (!check) return pass(check);
    report_.files += check->files;
    report_.bytes += check->bytes;
    if (check->findings.empty()) return true;
    AuditedObject audited;
    audited.whole_now = check->whole();
    if (!audited.whole_now && mirror_) {
      auto repaired = repair_object(shelf_, *mirror_, *std::move(check));
      if (!repaired) return pass(repaired);
      audited = *std::move(repaired);
    } else {
      if (!audited.whole_now)
        audited.not_repaired = tr("there is no mirror to repair it from (--mirror)");
      audited.check = *std::move(check);
    }
    report_.not_whole.push_back(std::move(audited));
    return true;
  }

  void sum_up() {
    for (const auto& [path, at] : reads_) {
      if (at.empty())
        ++report_.never_checked;
      else if (report_.oldest_check.empty() || at < report_.oldest_check)
        report_.oldest_check = at;
    }
    const auto count = [this](const std::vector<ShelfFinding>& findings) {
      for (const ShelfFinding& finding : findings)
        ++(finding.is_error() ? report_.errors : report_.warnings);
    };
    count(report_.root);
    for (const AuditedObject& one : report_.not_whole) {
      count(one.check.findings);
      report_.repaired_files += one.repaired.size();
      report_.damaged_objects += !one.whole_now;
    }
  }

  const Shelf& shelf_;
  const AuditOptions& options_;
  FolderStorage storage_;
  Pace pace_;
  std::optional<Shelf> mirror_;
  LastReads reads_;
  AuditReport report_;
};

}  // namespace

Result<AuditReport> audit_shelf(const Shelf& shelf, const AuditOptions& options) {
  return guarded<AuditReport>("shelf", [&] { return Audit(shelf, options).go(); });
}

}  // namespace linka
