// SPDX-License-Identifier: GPL-3.0-or-later
// Pages go to units in three rounds: those that a unit or a supplement names by its scans; of the
// rest, in order, as many as each unit counts; and whatever remains to the one unit that says
// neither.
#include "title/plan.h"

#include "base/translate.h"
#include "title/plan_unit.h"
#include "title/scans.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

struct Assigned {
  std::vector<UnitPages> units;
  std::vector<std::size_t> owner;  // of each page: a unit, or nobody
};

std::string called(const Document& document, std::size_t unit) {
  const Unit& u = document.units[unit];
  const std::string label = label_of(document, u);
  return u.where.empty() ? label : label + " (" + u.where + ")";
}

// Enters pages as a unit's; those it holds already stay where they are.
Result<void> claim(const Document& document, std::size_t unit,
                   const std::vector<std::size_t>& pages, const std::vector<PageForPlan>& all,
                   Assigned& out) {
  for (const std::size_t page : pages) {
    if (out.owner[page] == unit) continue;
    if (out.owner[page] != nobody)
      return fail(ErrorKind::bad_input, "the page {} is claimed by two: {} and {}",
                  text_of(all[page].id), called(document, out.owner[page]), called(document, unit));
    out.owner[page] = unit;
    out.units[unit].pages.push_back(page);
  }
  return {};
}

// What units and supplements name by their scans.
Result<void> take_named(const Document& document, const std::vector<PageForPlan>& pages,
                        Assigned& out) {
  const ScanNames names(pages);
  for (std::size_t u = 0; u < document.units.size(); ++u) {
    const Unit& unit = document.units[u];
    if (!unit.scans.empty()) {
      const auto named = names.pages_in(unit.scans);
      if (!named) {
        out.units[u].problems.push_back(named.error().message);
        continue;
      }
      if (auto r = claim(document, u, *named, pages, out); !r) return r;
    }
  }
  for (std::size_t u = 0; u < document.units.size(); ++u)
    for (std::size_t p = 0; p < document.units[u].parts.size(); ++p) {
      const Part& part = document.units[u].parts[p];
      if (part.kind != PartKind::supplement || part.scans.empty()) continue;
      const auto named = names.pages_in(part.scans);
      if (!named) {
        out.units[u].problems.push_back(named.error().message);
        continue;
      }
      if (auto r = claim(document, u, *named, pages, out); !r) return r;
      out.units[u].supplements[p] = *named;
    }
  return {};
}

std::size_t count_of(const Unit& unit) {
  return static_cast<std::size_t>(std::max(0, unit.page_count));
}

// How many of the remaining pages each unit without scans gets; a single one that does not say gets
// what the others leave.
Result<std::vector<std::size_t>> shares(const Document& document, std::size_t free) {
  std::vector<std::size_t> out(document.units.size(), 0), open;
  std::size_t counted = 0;
  for (std::size_t u = 0; u < document.units.size(); ++u) {
    const Unit& unit = document.units[u];
    if (!unit.scans.empty()) continue;
    out[u] = count_of(unit);
    counted += out[u];
    if (out[u] == 0) open.push_back(u);
  }
  if (open.size() > 1)
    return fail(ErrorKind::bad_input,
                "which pages belong to {} and which to {} is not said: give scans or page_count",
                called(document, open[0]), called(document, open[1]));
  if (!open.empty()) out[open[0]] = free > counted ? free - counted : 0;
  // A book alone takes all there is; plan_unit says when that is not what it counts.
  if (document.units.size() == 1 && document.units[0].scans.empty()) out[0] = free;
  return out;
}

Result<void> take_rest(const Document& document, const std::vector<PageForPlan>& pages,
                       Assigned& out) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (out.owner[i] == nobody) free.push_back(i);
  const auto share = shares(document, free.size());
  if (!share) return pass(share);
  std::size_t next = 0;
  for (std::size_t u = 0; u < document.units.size(); ++u)
    for (std::size_t i = 0; i < (*share)[u] && next < free.size(); ++i, ++next) {
      out.owner[free[next]] = u;
      out.units[u].pages.push_back(free[next]);
    }
  for (std::size_t u = 0; u < document.units.size(); ++u)
    if (document.units[u].scans.empty() && !out.units[u].supplements.empty())
      std::sort(out.units[u].pages.begin(), out.units[u].pages.end());
  if (next == free.size()) return {};
  return fail(ErrorKind::bad_input, "{}",
              say(trn("{} page belongs to no unit ({})", "{} pages belong to no unit ({}, ...)",
                      free.size() - next),
                  free.size() - next, text_of(pages[free[next]].id)));
}

Result<void> one_name_each(const Document& document) {
  std::map<std::string, std::size_t> names;
  for (std::size_t u = 0; u < document.units.size(); ++u) {
    const std::string id = package_id(document.units[u].record);
    if (id.empty()) continue;
    const auto [at, fresh] = names.emplace(id, u);
    if (!fresh)
      return fail(ErrorKind::bad_input, "two packages would be called {}: {} and {}", id,
                  called(document, at->second), called(document, u));
  }
  return {};
}

// ---- uuids: one object each, over the whole batch -----------------------------------------------

using Owners = std::map<std::string, std::string>;

void enter(const std::string& uuid, const std::string& what, Owners& owners,
           std::vector<std::string>& doubled) {
  if (uuid.empty()) return;
  const auto [at, fresh] = owners.emplace(uuid, what);
  if (!fresh && at->second != what)
    doubled.push_back(say(tr("the uuid {} is that of two things: {}; {}"), uuid, at->second, what));
}

void enter_parts(const std::vector<PlannedPart>& parts, const std::string& where, Owners& owners,
                 std::vector<std::string>& doubled) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const TitleInfo* t = main_title(parts[i].record);
    const std::string what = fmt::format("{} / {} {}", where, i + 1, t == nullptr ? "" : t->title);
    enter(identifier_of(parts[i].record, "uuid"), what, owners, doubled);
    enter_parts(parts[i].parts, what, owners, doubled);
  }
}

void check_uuids(std::vector<PlannedUnit>& units) {
  Owners owners;
  for (std::size_t u = 0; u < units.size(); ++u) {
    PlannedUnit& unit = units[u];
    if (!unit.plan) continue;
    std::vector<std::string> doubled;
    const PackagePlan& plan = *unit.plan;
    if (plan.title) enter(identifier_of(*plan.title, "uuid"), tr("the title"), owners, doubled);
    if (plan.year) {
      const TitleInfo* t = main_title(*plan.year);
      enter(identifier_of(*plan.year, "uuid"),
            say(tr("the year {} ({})"), t == nullptr ? "" : t->part_number, issue_date(*plan.year)),
            owners, doubled);
    }
    enter(identifier_of(plan.unit, "uuid"), fmt::format("{} ({})", unit.label, unit.id), owners,
          doubled);
    enter_parts(plan.parts, fmt::format("{} ({})", unit.label, unit.id), owners, doubled);
    if (doubled.empty()) continue;
    unit.draft = std::move(*unit.plan);
    unit.plan = tl::unexpected(
        Error{ErrorKind::bad_input, fmt::format("{}", fmt::join(doubled, "; ")), {}});
  }
}

}  // namespace

Result<std::vector<PlannedUnit>> plan_packages(const Document& document,
                                               const std::vector<PageForPlan>& pages,
                                               const std::map<PageId, PageProposal>& proposals,
                                               const PlanOptions& options) {
  return guarded<std::vector<PlannedUnit>>("plan", [&]() -> Result<std::vector<PlannedUnit>> {
    if (document.units.empty())
      return fail(ErrorKind::bad_input, "{}", tr("the record describes no volume and no issue"));
    if (auto r = one_name_each(document); !r) return pass(r);
    Assigned assigned;
    assigned.units.resize(document.units.size());
    assigned.owner.assign(pages.size(), nobody);
    if (auto r = take_named(document, pages, assigned); !r) return pass(r);
    const bool known = std::all_of(assigned.units.begin(), assigned.units.end(),
                                   [](const UnitPages& u) { return u.problems.empty(); });
    // While a unit's scans cannot be told, whose the other pages are cannot be told either.
    if (known || document.units.size() == 1)
      if (auto r = take_rest(document, pages, assigned); !r && known) return pass(r);
    std::vector<PlannedUnit> out;
    for (std::size_t u = 0; u < document.units.size(); ++u)
      out.push_back(
          plan_unit(document, document.units[u], assigned.units[u], pages, proposals, options));
    check_uuids(out);
    return out;
  });
}

}  // namespace linka
