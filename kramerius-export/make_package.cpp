// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/make_package.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/translate.h"
#include "kramerius-export/package.h"
#include "title/plan.h"
#include "title/title.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"
#include "workspace/status.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// The pages that go into packages, in reading order. A scan without pages stands for itself, so
// that it stops the package it belongs to and no other.
struct Chosen {
  std::vector<PageId> pages;
  std::map<PageId, std::string> stops;  // why this one cannot be packaged
  std::vector<std::string> left_out;
};

void choose_pages(const ScanStatus& scan, const Replay& replayed, bool allow_parked,
                  Chosen& chosen) {
  for (const PageOutcome& page : scan.pages) {
    const auto corrected = replayed.page_corrections.find(page.id);
    if (corrected != replayed.page_corrections.end() && !corrected->second.left_out.empty())
      continue;  // a person left it out, with a reason
    if (page.state == PageState::parked) {
      const std::string why = text_of(page.id) + ": " + page.reason.message;
      if (allow_parked) {
        chosen.left_out.push_back(why);
        continue;
      }
      chosen.stops[page.id] = say(tr("{} is parked"), why);
    } else if (scan.state == ScanState::missing) {
      chosen.stops[page.id] =
          say(tr("the scan {} is missing; put it back, or leave it out with linka exclude"),
              text_of(scan.id));
    }
    chosen.pages.push_back(page.id);
  }
}

Chosen choose(const BatchStatus& status, const Replay& replayed, bool allow_parked) {
  Chosen chosen;
  const auto stands_for_itself = [&](const ScanStatus& scan, std::string why) {
    const PageId id{scan.id, Side::single};
    chosen.pages.push_back(id);
    chosen.stops[id] = std::move(why);
  };
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    if (scan.state == ScanState::pending || scan.state == ScanState::changed) {
      const std::string name = text_of(scan.id);
      stands_for_itself(scan, scan.remark.empty()
                                  ? say(tr("{} is not digitized yet; run the batch first"), name)
                                  : say(tr("{}: {}; run the batch first"), name, scan.remark));
      continue;
    }
    if (scan.state == ScanState::parked && scan.pages.empty()) {
      const std::string why = text_of(scan.id) + ": " + scan.reason.message;
      if (allow_parked)
        chosen.left_out.push_back(why);
      else
        stands_for_itself(scan, say(tr("{} is parked"), why));
      continue;
    }
    choose_pages(scan, replayed, allow_parked, chosen);
  }
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

// What planning and the fingerprint of a package need of a page.
struct KnownPage {
  bool is_blank = false;
  std::string fingerprint;
  std::uint64_t bytes = 0;
  std::string problem;  // its facts cannot be read
};

std::map<PageId, KnownPage> look_at(const Batch& batch, const Chosen& chosen) {
  std::map<PageId, KnownPage> out;
  for (const PageId& id : chosen.pages) {
    KnownPage& known = out[id];
    if (chosen.stops.contains(id)) continue;
    const auto facts = load_facts(batch, id);
    if (!facts) {
      known.problem = facts.error().message;
      continue;
    }
    known.is_blank = facts->is_blank;
    std::string all = text_of(id) + " " + facts->made_at + " " + facts->read_at;
    for (const WrittenFile& file : facts->files) {
      all += " " + file.sha256;
      known.bytes += file.size_bytes;
    }
    known.fingerprint = sha256_hex(all);
  }
  return out;
}

// One unit's way to its package.
class Maker {
 public:
  Maker(const Batch& batch, const MakePackageOptions& options, const Chosen& chosen,
        const std::map<PageId, KnownPage>& known, const Replay& replayed)
      : batch_(batch), options_(options), chosen_(chosen), known_(known), replayed_(replayed) {
    p_.standard = options.standard;
    p_.periodical_standard = options.periodical_standard;
    p_.rights = options.rights;
    p_.plain = options.plain;
    p_.nested_blocks = options.nested_blocks;
    p_.folder = batch.packages();
    p_.replace = true;
    p_.created = now();
    p_.program_version = LINKA_VERSION;
  }

  MadePackage make(const PlannedUnit& unit) {
    MadePackage made;
    made.id = unit.id;
    made.label = unit.label;
    made.where = unit.where;
    made.notes = unit.notes;
    if (!made.id.empty()) made.path = batch_.packages() / made.id;
    if (auto done = try_to(unit, made); !done) {
      made.state = PackageState::refused;
      made.error = done.error();
    }
    return made;
  }

 private:
  // Why a page of the plan stops it; empty when none does.
  std::string stopped_by(const PackagePlan& plan) const {
    std::size_t count = 0;
    std::string first;
    for (const PlannedPage& page : plan.pages) {
      const auto stop = chosen_.stops.find(page.id);
      const auto held = options_.held.find(page.id);
      if (stop == chosen_.stops.end() && held == options_.held.end()) continue;
      if (++count == 1) first = stop != chosen_.stops.end() ? stop->second : held->second;
    }
    if (count == 0) return {};
    return say(
        trn("{} page stops this package: {}", "{} pages stop this package, the first: {}", count),
        count, first);
  }

  Result<void> try_to(const PlannedUnit& unit, MadePackage& made) {
    if (!unit.plan) return pass(unit.plan);
    const PackagePlan& plan = *unit.plan;
    made.pages = plan.pages.size();
    if (const std::string why = stopped_by(plan); !why.empty()) {
      made.waits = true;
      return tl::unexpected(Error{ErrorKind::bad_input, why, {}});
    }
    const auto plan_digest = digest_of(plan, p_);
    if (!plan_digest) return pass(plan_digest);
    std::string all = *plan_digest + "\n";
    for (const PlannedPage& page : plan.pages) {
      const KnownPage& known = known_.at(page.id);
      if (!known.problem.empty()) return fail(ErrorKind::bad_input, "{}", known.problem);
      made.bytes += known.bytes;
      all += known.fingerprint + "\n";
    }
    made.state = PackageState::planned;
    if (options_.dry_run) return {};
    return build(plan, sha256_hex(all), made);
  }

  Result<void> build(const PackagePlan& plan, const std::string& fingerprint, MadePackage& made) {
    std::error_code code;
    const auto last = replayed_.packages.find(made.id);
    if (!options_.anew && last != replayed_.packages.end() && last->second == fingerprint &&
        fs::is_directory(made.path, code)) {
      made.state = PackageState::kept;
      return {};
    }
    const auto built = build_package(
        plan, [&](const PlannedPage& page) { return load_page(batch_, page.id); }, p_);
    if (!built) return pass(built);
    made.state = PackageState::built;
    made.path = built->path;
    made.id = built->id;
    made.bytes = built->bytes;
    auto journal = Journal::open(batch_.journal(), "main");
    if (!journal) return pass(journal);
    return journal->packaged(made.id, fingerprint);
  }

  const Batch& batch_;
  const MakePackageOptions& options_;
  const Chosen& chosen_;
  const std::map<PageId, KnownPage>& known_;
  const Replay& replayed_;
  PackageOptions p_;
};

// Half-built packages that a killed run left.
void sweep(const fs::path& packages) {
  std::error_code code;
  std::vector<fs::path> stale;
  for (fs::directory_iterator it(packages, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') && name.ends_with(".building")) stale.push_back(it->path());
  }
  for (const fs::path& path : stale) fs::remove_all(path, code);
}

std::vector<std::string> not_described(const fs::path& packages,
                                       const std::vector<PlannedUnit>& units) {
  std::vector<std::string> out;
  std::error_code code;
  for (fs::directory_iterator it(packages, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') || !it->is_directory(code)) continue;
    if (std::none_of(units.begin(), units.end(),
                     [&](const PlannedUnit& unit) { return unit.id == name; }))
      out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> check_only(const std::set<std::string>& only, const std::vector<PlannedUnit>& units) {
  for (const std::string& id : only)
    if (std::none_of(units.begin(), units.end(),
                     [&](const PlannedUnit& unit) { return unit.id == id; }))
      return fail(ErrorKind::bad_input, "no package {} is described in the batch's record", id);
  return {};
}

Result<MadePackages> make(const Batch& batch, const MakePackageOptions& options) {
  const fs::path record_file = batch.record();
  if (record_file.empty())
    return fail(ErrorKind::bad_input, "{}: {}", batch.folder().string(),
                tr("this batch has no record of its title; give one with --record"));
  const auto loaded = load_document(record_file);
  if (!loaded) return pass(loaded);
  const auto status = status_of(batch, true);
  if (!status) return pass(status);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  const Chosen chosen = choose(*status, *replayed, options.allow_parked);
  if (chosen.pages.empty())
    return fail(ErrorKind::bad_input, "{}", tr("there is no page to package"));

  const auto known = look_at(batch, chosen);
  std::vector<PageForPlan> pages;
  for (const PageId& id : chosen.pages) pages.push_back({id, known.at(id).is_blank});
  const auto units = plan_packages(loaded->document, pages, options.proposals, {});
  if (!units) return pass(units);
  if (auto there = check_only(options.only, *units); !there) return pass(there);

  if (!options.dry_run) sweep(batch.packages());
  MadePackages out;
  out.notes = loaded->notes;
  out.left_out = chosen.left_out;
  Maker maker(batch, options, chosen, known, *replayed);
  for (const PlannedUnit& unit : *units)
    if (options.only.empty() || options.only.contains(unit.id))
      out.packages.push_back(maker.make(unit));
  out.not_described = not_described(batch.packages(), *units);
  return out;
}

}  // namespace

const char* name_of(PackageState state) {
  switch (state) {
    case PackageState::built:
      return "built";
    case PackageState::kept:
      return "kept";
    case PackageState::planned:
      return "planned";
    case PackageState::refused:
      break;
  }
  return "refused";
}

Result<MadePackages> make_packages(const Batch& batch, const MakePackageOptions& options) {
  return guarded<MadePackages>("package", [&] { return make(batch, options); });
}

}  // namespace linka
