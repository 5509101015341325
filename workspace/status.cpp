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

ScanStatus status_of_scan(const Batch& batch, const ScanId& id, const InventoryFile* file,
                          const Replay& replayed) {
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
    } else if (std::string lost = lost_of_page(batch, page.id); !lost.empty()) {
      s.state = ScanState::pending;
      s.remark = std::move(lost);
      return s;
    }
  }
  return s;
}

}  // namespace

Result<BatchStatus> status_of(const Batch& batch, bool fresh_inventory) {
  BatchStatus status;
  const auto saved = load_inventory(batch);
  // Whichever of the two can be had; the one that was asked for first.
  Result<Inventory> inventory = fresh_inventory || !saved ? take_inventory(batch.scans()) : saved;
  if (!inventory && saved) {
    status.observations.push_back(say(
        tr("the folder of scans cannot be reached ({}); this is what was there at the last run"),
        inventory.error().message));
    inventory = saved;
  }
  if (!inventory) return pass(inventory);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  status.damaged_journal_lines = replayed->damaged_lines;
  for (const std::string& o : inventory->observations) status.observations.push_back(o);

  std::map<ScanId, const InventoryFile*> scans;
  for (const InventoryFile& file : inventory->files) {
    if (!file.ignored.empty()) {
      status.ignored.push_back(file);
      continue;
    }
    int frames = 1;
    if (const auto it = replayed->frames.find(file.name);
        it != replayed->frames.end() && it->second.size_bytes == file.size_bytes &&
        it->second.modified_ns == file.modified_ns)
      frames = it->second.frames;
    for (int frame = 0; frame < frames; ++frame) scans[ScanId{file.name, frame}] = &file;
  }
  // Everything that was ever taken on is accounted for, also when its file has gone.
  for (const auto& [id, outcome] : replayed->outcomes) scans.try_emplace(id, nullptr);
  for (const auto& [id, count] : replayed->unfinished) scans.try_emplace(id, nullptr);
  // Also what the last run saw and had not come to.
  if (saved)
    for (const InventoryFile& file : saved->files)
      if (file.ignored.empty()) scans.try_emplace(ScanId{file.name, 0}, nullptr);

  std::map<std::string, std::vector<std::string>> contents;
  for (const auto& [id, file] : scans) {
    status.scans.push_back(status_of_scan(batch, id, file, *replayed));
    const auto outcome = replayed->outcomes.find(id);
    if (id.frame == 0 && file != nullptr && outcome != replayed->outcomes.end() &&
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
  for (const auto& names : copies)
    status.observations.push_back(
        say(tr("the same content more than once: {}"), fmt::format("{}", fmt::join(names, ", "))));
  std::sort(status.scans.begin(), status.scans.end(),
            [](const auto& a, const auto& b) { return reading_order(a.id, b.id); });
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
  std::error_code code;
  for (fs::directory_iterator it(batch.packages(), code), end; !code && it != end;
       it.increment(code))
    if (!it->path().filename().string().starts_with('.'))
      status.packages.push_back(it->path().filename().string());
  std::sort(status.packages.begin(), status.packages.end());
  return status;
}

}  // namespace linka
