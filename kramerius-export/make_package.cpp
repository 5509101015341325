// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/make_package.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/translate.h"
#include "kramerius-export/package.h"
#include "title/title.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"
#include "workspace/status.h"

#include <nlohmann/json.hpp>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// The pages that go into the package, in reading order, or why there is none.
struct Chosen {
  std::vector<PageId> pages;
  std::vector<std::string> left_out;
};

Result<Chosen> choose(const BatchStatus& status, const Replay& replayed, bool allow_parked) {
  Chosen chosen;
  std::vector<std::string> open, parked;
  for (const ScanStatus& scan : status.scans) {
    switch (scan.state) {
      case ScanState::pending:
      case ScanState::changed:
        open.push_back(text_of(scan.id));
        continue;
      case ScanState::missing:
      case ScanState::excluded:
        // A page whose scan was taken away is still what was digitized; excluded ones are out.
        if (scan.state == ScanState::excluded || scan.pages.empty()) continue;
        break;
      case ScanState::parked:
      case ScanState::done:
        break;
    }
    if (scan.state == ScanState::parked && scan.pages.empty())
      parked.push_back(text_of(scan.id) + ": " + scan.reason.message);
    for (const PageOutcome& page : scan.pages) {
      const auto corrected = replayed.page_corrections.find(page.id);
      if (corrected != replayed.page_corrections.end() && !corrected->second.left_out.empty())
        continue;  // a person left it out, with a reason
      if (page.state == PageState::done)
        chosen.pages.push_back(page.id);
      else
        parked.push_back(text_of(page.id) + ": " + page.reason.message);
    }
  }
  if (!open.empty())
    return fail(
        ErrorKind::bad_input, "{}",
        say(trn("{} scan is not digitized yet ({}); run the batch first",
                "{} scans are not digitized yet ({}, ...); run the batch first", open.size()),
            open.size(), open.front()));
  if (!parked.empty() && !allow_parked)
    return fail(ErrorKind::bad_input, "{}",
                say(trn("{} page is parked ({}); mend it and use linka retry, leave it out with "
                        "linka exclude, or package without it (--without-parked)",
                        "{} pages are parked ({}, ...); mend them and use linka retry, leave them "
                        "out with linka exclude, or package without them (--without-parked)",
                        parked.size()),
                    parked.size(), parked.front()));
  if (chosen.pages.empty())
    return fail(ErrorKind::bad_input, "{}", tr("there is no page to package"));
  chosen.left_out = std::move(parked);
  return chosen;
}

Result<PackagePage> load_page(const Batch& batch, const PageId& id) {
  auto facts = load_facts(batch, id);
  if (!facts) return pass(facts);
  const fs::path folder = batch.page(id);
  const auto text = read_text(folder / "text.json");
  if (!text) return pass(text);
  const json j = json::parse(*text, nullptr, false);
  if (j.is_discarded())
    return fail(ErrorKind::bad_input, "{}: is damaged", (folder / "text.json").string());
  auto page_text = page_text_from_json(j);
  if (!page_text)
    return fail(ErrorKind::bad_input, "{}: is damaged", (folder / "text.json").string());
  for (const WrittenFile& stated : facts->files)
    if (stated.name == "text.json" && stated.sha256 != sha256_hex(*text))
      return fail(
          ErrorKind::bad_input,
          "{}: is no longer what was written; remove this page's folder and start linka run again",
          (folder / "text.json").string());
  PackagePage page;
  page.facts = std::move(*facts);
  page.text = std::move(*page_text);
  page.master = folder / "master.jp2";
  page.user = folder / "user.jp2";
  return page;
}

// Of all that decides the package's bytes but the time it is made.
std::string fingerprint_of(const std::vector<PackagePage>& pages, const std::string& record_text,
                           const std::string& standard) {
  std::string all = standard + "\n" + LINKA_VERSION + "\n" + sha256_hex(record_text) + "\n";
  for (const PackagePage& page : pages) {
    all += text_of(page.facts.id) + " " + page.label + " " + page.type + " " + page.facts.made_at;
    for (const WrittenFile& file : page.facts.files) all += " " + file.sha256;
    all += "\n";
  }
  return sha256_hex(all);
}

}  // namespace

Result<MadePackage> make_package(const Batch& batch, const MakePackageOptions& options) {
  return guarded<MadePackage>("package", [&]() -> Result<MadePackage> {
    const fs::path record_file = batch.record();
    if (record_file.empty())
      return fail(ErrorKind::bad_input, "{}: {}", batch.folder().string(),
                  tr("this batch has no record of its title; give one with --record"));
    const auto record = load_record(record_file);
    if (!record) return pass(record);
    const auto record_text = read_text(record_file);
    if (!record_text) return pass(record_text);

    const auto status = status_of(batch, true);
    if (!status) return pass(status);
    const auto replayed = replay(batch.journal());
    if (!replayed) return pass(replayed);
    const auto chosen = choose(*status, *replayed, options.allow_parked);
    if (!chosen) return pass(chosen);

    std::vector<PackagePage> pages;
    std::vector<PageFacts> facts;
    for (const PageId& id : chosen->pages) {
      auto page = load_page(batch, id);
      if (!page) return pass(page);
      facts.push_back(page->facts);
      pages.push_back(std::move(*page));
    }
    const auto labels = page_labels(record->record, pages.size());
    if (!labels) return pass(labels);
    const auto types = page_types(record->record, facts);
    if (!types) return pass(types);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i].label = (*labels)[i];
      pages[i].type = (*types)[i];
    }

    MadePackage made;
    made.id = package_id(record->record);
    made.path = batch.packages() / made.id;
    made.pages = pages.size();
    made.left_out = chosen->left_out;
    made.notes = record->notes;
    for (const PageFacts& f : facts)
      for (const WrittenFile& file : f.files) made.bytes += file.size_bytes;
    if (options.dry_run) return made;

    const std::string fingerprint = fingerprint_of(pages, *record_text, options.standard);
    std::error_code code;
    const auto last = replayed->packages.find(made.id);
    if (!options.anew && last != replayed->packages.end() && last->second == fingerprint &&
        fs::is_directory(made.path, code)) {
      made.kept = true;
      return made;
    }

    PackageOptions p;
    p.standard = options.standard;
    p.folder = batch.packages();
    p.replace = true;
    p.created = now();
    p.program_version = LINKA_VERSION;
    const auto built = build_package(record->record, pages, p);
    if (!built) return pass(built);
    made.path = built->path;
    made.id = built->id;
    made.bytes = built->bytes;
    auto journal = Journal::open(batch.journal(), "main");
    if (!journal) return pass(journal);
    if (auto r = journal->packaged(made.id, fingerprint); !r) return pass(r);
    return made;
  });
}

}  // namespace linka
