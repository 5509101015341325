// SPDX-License-Identifier: GPL-3.0-or-later
// What a record describes, held against a batch's scans: as a tree for people and as JSON.
#pragma once

#include "base/result.h"
#include "stages/pagination/pagination.h"
#include "title/plan.h"
#include "title/title.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace linka {

// A page whose label is given and whose printed number reads otherwise.
struct LabelDifference {
  PageId page;
  std::string given, read;
};

struct RecordView {
  std::filesystem::path record;  // empty: there is none, a draft is shown
  Document document;
  std::vector<std::string> notes;  // of the record's reader
  std::vector<PageForPlan> pages;
  std::size_t not_made = 0;  // scans of them that are not digitized yet, each counted as one page
  std::optional<Pagination> read;  // what the pages say themselves
  std::vector<PlannedUnit> units;  // empty when the pages cannot be given to units
  std::string problem;             // why
  std::vector<LabelDifference> differences;

  bool in_order() const;  // every unit has its plan
};

// Fills units, problem and differences. `least_confidence`: how surely a number must have been read
// to be held against what is given.
void plan_structure(RecordView& structure, double least_confidence);

// Puts in what was read on the pages where the record says nothing: labels, kinds of pages,
// chapters or articles.
void propose(RecordView& structure);

void print_structure(const RecordView& structure);
nlohmann::json to_json(const RecordView& structure);

}  // namespace linka
