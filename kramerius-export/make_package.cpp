// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/make_package.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/translate.h"
#include "kramerius-export/batch_plan.h"
#include "kramerius-export/package.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

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

// One unit's way to its package.
class Maker {
 public:
  Maker(const Batch& batch, const MakePackageOptions& options, const BatchPages& pages,
        const Replay& replayed)
      : batch_(batch), options_(options), pages_(pages), replayed_(replayed) {
    p_.standard = options.standard;
    p_.periodical_standard = options.periodical_standard;
    p_.rights = options.rights;
    p_.plain = options.plain;
    p_.nested_blocks = options.nested_blocks;
    p_.do_many = options.do_many;
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
  Result<void> try_to(const PlannedUnit& unit, MadePackage& made) {
    if (!unit.plan) return pass(unit.plan);
    const PackagePlan& plan = *unit.plan;
    made.pages = plan.pages.size();
    if (const std::string why = stopped_by(pages_, options_.held, plan); !why.empty()) {
      made.waits = true;
      return tl::unexpected(Error{ErrorKind::bad_input, why, {}});
    }
    const auto plan_digest = digest_of(plan, p_);
    if (!plan_digest) return pass(plan_digest);
    std::string all = *plan_digest + "\n";
    for (const PlannedPage& page : plan.pages) {
      const KnownPage& known = pages_.known.at(page.id);
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
    auto journal = Journal::open(batch_.journal(), "main");
    if (!journal) return pass(journal);
    p_.announce = [&](const std::string& info_md5) {
      return journal->packaging(made.id, info_md5);
    };
    const auto built = build_package(
        plan, [&](const PlannedPage& page) { return load_page(batch_, page.id); }, p_);
    p_.announce = nullptr;
    if (!built) return pass(built);
    made.state = PackageState::built;
    made.path = built->path;
    made.id = built->id;
    made.bytes = built->bytes;
    return journal->packaged(made.id, fingerprint, built->info_md5);
  }

  const Batch& batch_;
  const MakePackageOptions& options_;
  const BatchPages& pages_;
  const Replay& replayed_;
  PackageOptions p_;
};

std::set<std::string> ids_of(const std::vector<PlannedUnit>& units) {
  std::set<std::string> ids;
  for (const PlannedUnit& unit : units) ids.insert(unit.id);
  return ids;
}

std::vector<std::string> not_described(const fs::path& packages,
                                       const std::vector<PlannedUnit>& units) {
  std::vector<std::string> out;
  const std::set<std::string> described = ids_of(units);
  std::error_code code;
  for (fs::directory_iterator it(packages, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') || !it->is_directory(code)) continue;
    if (!described.contains(name)) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> check_only(const std::set<std::string>& only, const std::vector<PlannedUnit>& units) {
  const std::set<std::string> described = ids_of(units);
  for (const std::string& id : only)
    if (!described.contains(id))
      return fail(ErrorKind::bad_input, "no package {} is described in the batch's record", id);
  return {};
}

Result<MadePackages> make(const Batch& batch, const MakePackageOptions& options) {
  const auto loaded = document_of(batch);
  if (!loaded) return pass(loaded);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  const auto pages =
      pages_of_batch(batch, *replayed, options.allow_parked, options.status, options.facts);
  if (!pages) return pass(pages);
  const auto units = plan_packages(loaded->document, pages->pages, options.proposals, {});
  if (!units) return pass(units);
  if (auto there = check_only(options.only, *units); !there) return pass(there);

  if (!options.dry_run) sweep_leftovers(batch.packages());
  MadePackages out;
  out.notes = loaded->notes;
  out.left_out = pages->left_out;
  Maker maker(batch, options, *pages, *replayed);
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
