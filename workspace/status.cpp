// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/status.h"

#include "base/text.h"
#include "base/translate.h"
#include "workspace/facts_json.h"

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;

const char* name_of(ScanState state) {
  switch (state) {
    case ScanState::done:
      return "done";
    case ScanState::parked:
      return "parked";
    case ScanState::excluded:
      return "excluded";
    case ScanState::pending:
      return "pending";
    case ScanState::changed:
      return "changed";
    case ScanState::missing:
      break;
  }
  return "missing";
}

std::string in_words(ScanState state) {
  switch (state) {
    case ScanState::done:
      return tr("done");
    case ScanState::parked:
      return tr("parked");
    case ScanState::excluded:
      return tr("left out");
    case ScanState::pending:
      return tr("not done yet");
    case ScanState::changed:
      return tr("changed");
    case ScanState::missing:
      break;
  }
  return tr("missing");
}

bool BatchStatus::green() const {
  return scans_parked == 0 && scans_pending == 0 && scans_missing == 0 &&
         scans_done + scans_excluded > 0;
}

namespace {

// `look`: at the pages' files, too.
ScanStatus status_of_scan(const Batch& batch, const ScanId& id, const InventoryFile* file,
                          const Replay& replayed, bool look) {
  ScanStatus s;
  s.id = id;
  const auto outcome = replayed.outcomes.find(id);
  const bool known = outcome != replayed.outcomes.end();
  if (known) {
    s.pages = outcome->second.pages;
    s.reason = outcome->second.reason;
    s.sha256 = outcome->second.sha256;
  }
  if (const auto excluded = replayed.exclusions.find(id); excluded != replayed.exclusions.end()) {
    s.state = ScanState::excluded;
    s.remark = excluded->second;
    return s;
  }
  if (file == nullptr) {
    s.state = ScanState::missing;
    s.remark = tr("the file is no longer in the folder of scans");
    return s;
  }
  if (!known) {
    s.state = ScanState::pending;
    return s;
  }
  const ScanOutcome& o = outcome->second;
  if (o.size_bytes != file->size_bytes || o.modified_ns != file->modified_ns) {
    s.state = ScanState::changed;
    s.remark = tr("the file has changed since it was digitized");
    return s;
  }
  if (o.parked) {
    s.state = ScanState::parked;
    return s;
  }
  s.state = ScanState::done;
  for (const PageOutcome& page : o.pages) {
    if (page.state == PageState::parked) {
      s.state = ScanState::parked;
      if (s.reason.message.empty()) s.reason = page.reason;
    } else if (std::string lost = look ? lost_of_page(batch, page.id) : ""; !lost.empty()) {
      s.state = ScanState::pending;
      s.remark = std::move(lost);
      return s;
    }
  }
  return s;
}

using ScansSeen = std::map<ScanId, const InventoryFile*>;

// Every scan that is to be accounted for, with its file as far as that is there. `saved`: what the
// last run saw; may be null.
ScansSeen scans_of(const Inventory& inventory, const Inventory* saved, const Replay& replayed) {
  ScansSeen scans;
  for (const InventoryFile& file : inventory.files) {
    if (!file.ignored.empty()) continue;
    int frames = 1;
    if (const auto it = replayed.frames.find(file.name); it != replayed.frames.end() &&
                                                         it->second.size_bytes == file.size_bytes &&
                                                         it->second.modified_ns == file.modified_ns)
      frames = it->second.frames;
    for (int frame = 0; frame < frames; ++frame) scans[ScanId{file.name, frame}] = &file;
  }
  // Everything that was ever taken on is accounted for, also when its file has gone.
  for (const auto& [id, outcome] : replayed.outcomes) scans.try_emplace(id, nullptr);
  for (const auto& [id, count] : replayed.unfinished) scans.try_emplace(id, nullptr);
  // Also what the last run saw and had not come to.
  if (saved != nullptr)
    for (const InventoryFile& file : saved->files)
      if (file.ignored.empty()) scans.try_emplace(ScanId{file.name, 0}, nullptr);
  return scans;
}

// Files of the same content, a sentence for each.
std::vector<std::string> copies_among(const ScansSeen& scans, const Replay& replayed) {
  std::map<std::string, std::vector<std::string>> contents;
  for (const auto& [id, file] : scans) {
    const auto outcome = replayed.outcomes.find(id);
    if (id.frame == 0 && file != nullptr && outcome != replayed.outcomes.end() &&
        !outcome->second.sha256.empty())
      contents[outcome->second.sha256].push_back(id.name);
  }
  std::vector<std::vector<std::string>> copies;
  for (auto& [digest, names] : contents)
    if (names.size() > 1) {
      std::sort(names.begin(), names.end(), natural_less);
      copies.push_back(std::move(names));
    }
  std::sort(copies.begin(), copies.end(),
            [](const auto& a, const auto& b) { return natural_less(a.front(), b.front()); });
  std::vector<std::string> out;
  for (const auto& names : copies)
    out.push_back(
        say(tr("the same content more than once: {}"), fmt::format("{}", fmt::join(names, ", "))));
  return out;
}

void count(BatchStatus& status) {
  for (const ScanStatus& s : status.scans) {
    switch (s.state) {
      case ScanState::done:
        ++status.scans_done;
        break;
      case ScanState::parked:
        ++status.scans_parked;
        break;
      case ScanState::excluded:
        ++status.scans_excluded;
        continue;
      case ScanState::pending:
      case ScanState::changed:
        ++status.scans_pending;
        continue;
      case ScanState::missing:
        ++status.scans_missing;
        continue;
    }
    for (const PageOutcome& p : s.pages)
      if (p.state == PageState::done) ++status.pages_done;
  }
}

// Everything but the packages.
BatchStatus put_together(const Batch& batch, const Inventory& inventory, const Inventory* saved,
                         const Replay& replayed, bool look) {
  BatchStatus status;
  status.damaged_journal_lines = replayed.damaged_lines;
  status.observations = inventory.observations;
  for (const InventoryFile& file : inventory.files)
    if (!file.ignored.empty()) status.ignored.push_back(file);
  const ScansSeen scans = scans_of(inventory, saved, replayed);
  for (const auto& [id, file] : scans)
    status.scans.push_back(status_of_scan(batch, id, file, replayed, look));
  for (std::string& copies : copies_among(scans, replayed))
    status.observations.push_back(std::move(copies));
  std::sort(status.scans.begin(), status.scans.end(),
            [](const auto& a, const auto& b) { return reading_order(a.id, b.id); });
  count(status);
  return status;
}

}  // namespace

Result<BatchStatus> status_of(const Batch& batch, bool fresh_inventory) {
  const auto saved = load_inventory(batch);
  // Whichever of the two can be had; the one that was asked for first.
  Result<Inventory> inventory = fresh_inventory || !saved ? take_inventory(batch.scans()) : saved;
  std::vector<std::string> unreachable;
  if (!inventory && saved) {
    unreachable.push_back(say(
        tr("the folder of scans cannot be reached ({}); this is what was there at the last run"),
        inventory.error().message));
    inventory = saved;
  }
  if (!inventory) return pass(inventory);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  BatchStatus status = put_together(batch, *inventory, saved ? &*saved : nullptr, *replayed, true);
  status.observations.insert(status.observations.begin(), unreachable.begin(), unreachable.end());
  status.packages = packages_standing(batch);
  return status;
}

std::vector<std::string> packages_standing(const Batch& batch) {
  std::vector<std::string> packages;
  std::error_code code;
  for (fs::directory_iterator it(batch.packages(), code), end; !code && it != end;
       it.increment(code))
    if (!it->path().filename().string().starts_with('.'))
      packages.push_back(it->path().filename().string());
  std::sort(packages.begin(), packages.end());
  return packages;
}

Result<BatchStatus> journaled_status_of(const Batch& batch) {
  const auto saved = load_inventory(batch);
  std::error_code code;
  if (!saved && fs::exists(batch.inventory(), code)) return pass(saved);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  // Of a run that was killed before it had a list.
  const Inventory none;
  BatchStatus status = put_together(batch, saved ? *saved : none, nullptr, *replayed, false);
  for (const auto& [id, fingerprint] : replayed->packages) status.packages.push_back(id);
  return status;
}

}  // namespace linka
