// SPDX-License-Identifier: GPL-3.0-or-later
// One unit and its pages -> the plan of its package.
#pragma once

#include "title/plan.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace linka {

// What a unit was given of the batch's pages.
struct UnitPages {
  std::vector<std::size_t> pages;  // indices into the batch's pages, in the package's order
  // The same for each supplement that names its own scans, by its place in Unit::parts.
  std::map<std::size_t, std::vector<std::size_t>> supplements;
  std::vector<std::string> problems;  // why they cannot be told
};

// "Věstník, ročník 3 (1927), číslo 5", "Ukázkové dílo. 1. První díl, 1927".
std::string label_of(const Document& document, const Unit& unit);

PlannedUnit plan_unit(const Document& document, const Unit& unit, const UnitPages& taken,
                      const std::vector<PageForPlan>& pages,
                      const std::map<PageId, PageProposal>& proposals, const PlanOptions& options);

}  // namespace linka
