// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a unit -> the same with their pages, kinds and uuids.
#pragma once

#include "title/plan_unit.h"

#include <set>

namespace linka {

class PartPlanner {
 public:
  // The plan's pages are known. `supplements`: places in them, by the place of a supplement in
  // Unit::parts.
  PartPlanner(const Document& document, const PackagePlan& plan,
              const std::map<std::size_t, std::vector<std::size_t>>& supplements,
              std::vector<std::string>& problems, std::vector<std::string>& notes)
      : document_(document),
        plan_(plan),
        supplements_(supplements),
        problems_(problems),
        notes_(notes) {}

  // In the order of their first pages. What is wrong is added to `problems`.
  std::vector<PlannedPart> planned(const std::vector<Part>& parts);
  // Articles and pictures that were given a subject because they had none.
  std::size_t without_subject() const { return without_subject_; }

 private:
  PlannedPart one(const Part& part, std::size_t place, const std::string& position,
                  const PlannedPart* above);
  std::vector<PlannedPart> all(const std::vector<Part>& parts, const std::string& position,
                               const PlannedPart* above);
  void find_pages(const Part& part, std::size_t place, const PlannedPart* above, PlannedPart& out);
  void complete(const Part& part, const PlannedPart* above, PlannedPart& out);
  void give_uuid(const std::string& position, PlannedPart& out);
  void check_supplements(const std::vector<PlannedPart>& parts);
  const Document& document_;
  const PackagePlan& plan_;
  const std::map<std::size_t, std::vector<std::size_t>>& supplements_;
  std::vector<std::string>& problems_;
  std::vector<std::string>& notes_;
  std::size_t without_subject_ = 0;
  std::vector<std::string> labels_;
  std::set<std::size_t> owned_;
};

// "the article \"O vodě\"", for messages.
std::string name_of(const Part& part);

}  // namespace linka
