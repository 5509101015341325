// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/ledger.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/translate.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace fs = std::filesystem;

const char* name_of(LedgerFaultKind kind) {
  switch (kind) {
    case LedgerFaultKind::not_counted:
      return "not-counted";
    case LedgerFaultKind::counted_twice:
      return "counted-twice";
    case LedgerFaultKind::no_page:
      return "no-page";
    case LedgerFaultKind::no_reason:
      return "no-reason";
    case LedgerFaultKind::sum:
      return "sum";
    case LedgerFaultKind::changed:
      return "changed";
    case LedgerFaultKind::vanished:
      break;
  }
  return "vanished";
}

bool is_the_programs(LedgerFaultKind kind) {
  return kind != LedgerFaultKind::changed && kind != LedgerFaultKind::vanished;
}

bool Ledger::adds_up() const {
  return std::none_of(faults.begin(), faults.end(),
                      [](const LedgerFault& f) { return is_the_programs(f.kind); });
}

namespace {

class Keeper {
 public:
  Keeper(const Batch& batch, const BatchStatus& status) : batch_(batch), status_(status) {}

  Result<Ledger> keep(bool read_scans,
                      const std::function<void(std::size_t, std::size_t)>& progress) {
    for (const ScanStatus& scan : status_.scans) count(scan);
    count_files();
    add_up();
    find_copies();
    if (read_scans)
      if (auto r = read_again(progress); !r) return pass(r);
    return std::move(ledger_);
  }

 private:
  void fault(LedgerFaultKind kind, std::string name, std::string message) {
    ledger_.faults.push_back({kind, std::move(name), std::move(message), {}, {}});
  }

  void count(const ScanStatus& scan) {
    const std::string name = text_of(scan.id);
    ++ledger_.scans;
    ++scans_of_file_[scan.id.name];
    if (!scans_.insert(scan.id).second)
      fault(LedgerFaultKind::counted_twice, name, say(tr("{}: this scan is counted twice"), name));
    switch (scan.state) {
      case ScanState::done:
        ++ledger_.stored;
        if (scan.pages.empty())
          fault(LedgerFaultKind::no_page, name, say(tr("{}: no page came of this scan"), name));
        break;
      case ScanState::parked:
        ++ledger_.parked;
        if (scan.reason.message.empty())
          fault(LedgerFaultKind::no_reason, name,
                say(tr("{}: it is parked without a reason"), name));
        break;
      case ScanState::excluded:
        ++ledger_.excluded;
        if (scan.remark.empty())
          fault(LedgerFaultKind::no_reason, name,
                say(tr("{}: it is left out without a reason"), name));
        return;
      case ScanState::pending:
      case ScanState::changed:
        ++ledger_.open;
        return;
      case ScanState::missing:
        ++ledger_.missing;
        ledger_.faults.push_back({LedgerFaultKind::vanished,
                                  name,
                                  say(tr("{}: the file is no longer in the folder of scans"), name),
                                  scan.sha256,
                                  {}});
        return;
    }
    for (const PageOutcome& page : scan.pages) count_page(scan, page);
  }

  void count_page(const ScanStatus& scan, const PageOutcome& page) {
    const std::string name = text_of(page.id);
    if (page.id.scan != scan.id)
      fault(LedgerFaultKind::sum, name,
            say(tr("{}: this page is counted with the scan {}"), name, text_of(scan.id)));
    if (!pages_.insert(batch_.page(page.id)).second)
      fault(LedgerFaultKind::counted_twice, name, say(tr("{}: this page is counted twice"), name));
    if (page.state == PageState::done) ++ledger_.pages;
  }

  // What the last run saw; files that came since are counted by the status alone.
  void count_files() {
    const auto inventory = load_inventory(batch_);
    if (!inventory) return;  // of a run that was killed before it had one
    for (const InventoryFile& file : inventory->files) {
      ++ledger_.files;
      if (!file.ignored.empty())
        ++ledger_.no_scans;
      else if (!scans_of_file_.contains(file.name))
        fault(LedgerFaultKind::not_counted, file.name,
              say(tr("{}: nobody accounts for this file"), file.name));
    }
  }

  void add_up() {
    const Ledger& l = ledger_;
    if (l.scans != l.stored + l.parked + l.excluded + l.open + l.missing ||
        l.stored != status_.scans_done || l.parked != status_.scans_parked ||
        l.excluded != status_.scans_excluded || l.open != status_.scans_pending ||
        l.missing != status_.scans_missing || l.pages != status_.pages_done)
      fault(LedgerFaultKind::sum, {},
            say(tr("the sums do not agree: {} scans, but {} stored + {} parked + {} left out + {} "
                   "to do + {} missing"),
                l.scans, l.stored, l.parked, l.excluded, l.open, l.missing));
  }

  // File -> digest of its bytes as they were digitized.
  std::map<std::string, std::string> known_digests() const {
    std::map<std::string, std::string> out;
    for (const ScanStatus& scan : status_.scans)
      if (!scan.sha256.empty() && scan.state != ScanState::missing) out[scan.id.name] = scan.sha256;
    return out;
  }

  void find_copies() {
    std::map<std::string, std::vector<std::string>> files;
    for (const auto& [name, sha256] : known_digests()) files[sha256].push_back(name);
    for (auto& [sha256, names] : files)
      if (names.size() > 1) {
        std::sort(names.begin(), names.end(), natural_less);
        ledger_.copies.push_back(std::move(names));
      }
    std::sort(ledger_.copies.begin(), ledger_.copies.end(),
              [](const auto& a, const auto& b) { return natural_less(a.front(), b.front()); });
  }

  Result<void> read_again(const std::function<void(std::size_t, std::size_t)>& progress) {
    const auto known = known_digests();
    for (const auto& [name, sha256] : known) {
      const fs::path path = batch_.scan_file({name, 0});
      std::error_code code;
      if (!fs::exists(path, code)) continue;  // told as missing, or excluded
      const auto now = digest_file(path);
      if (!now) return pass(now);
      ++ledger_.files_read;
      if (progress) progress(ledger_.files_read, known.size());
      if (now->sha256 == sha256) continue;
      ledger_.faults.push_back({LedgerFaultKind::changed, name,
                                say(tr("{}: the file has other bytes than those that were "
                                       "digitized (SHA-256 {} then, {} "
                                       "now)"),
                                    name, sha256, now->sha256),
                                sha256, now->sha256});
    }
    return {};
  }

  const Batch& batch_;
  const BatchStatus& status_;
  Ledger ledger_;
  std::set<ScanId> scans_;
  std::set<fs::path> pages_;
  std::map<std::string, std::size_t> scans_of_file_;
};

}  // namespace

Result<Ledger> ledger_of(const Batch& batch, const BatchStatus& status, bool read_scans,
                         const std::function<void(std::size_t, std::size_t)>& progress) {
  return Keeper(batch, status).keep(read_scans, progress);
}

}  // namespace linka
