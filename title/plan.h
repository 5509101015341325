// SPDX-License-Identifier: GPL-3.0-or-later
// A document and the pages that were made -> which page belongs to which package, what it is called
// and which parts stand on it. One package that cannot be planned does not hinder the next.
#pragma once

#include "base/result.h"
#include "model/document.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace linka {

// A page of the batch as far as planning needs it.
struct PageForPlan {
  PageId id;
  bool is_blank = false;
};

struct PlannedUnit {
  std::string id;                  // of the package; "" when its URN:NBN is not known
  std::string where;               // Unit::where
  std::string label;               // "Věstník, ročník 3 (1927), číslo 5"
  Result<PackagePlan> plan;        // bad_input: what is wrong with this unit, all at once
  std::vector<std::string> notes;  // what was mended, left open or proposed
  // When there is no plan: as far as it got, to show what was meant. Never to be packaged.
  std::optional<PackagePlan> draft = {};
};

struct PlanOptions {
  bool use_proposals = true;  // labels and types read from the scans where none are given
  bool urn_to_come = false;   // a unit without URN:NBN is planned: it must have a uuid
};

// `pages`: all that are to be packaged, in reading order. `proposals`: by page; may be empty. Pages
// that no unit takes are an error of the whole, unless `document` has one unit without `scans`; so
// are two units that claim one page, or two packages of one name: bad_input naming both.
// The same input always gives the same plans and the same uuids.
Result<std::vector<PlannedUnit>> plan_packages(const Document& document,
                                               const std::vector<PageForPlan>& pages,
                                               const std::map<PageId, PageProposal>& proposals,
                                               const PlanOptions& options);

}  // namespace linka
