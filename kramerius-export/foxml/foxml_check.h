// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of check_foxml: one file, then what the files say of each other.
#pragma once

#include "kramerius-export/foxml/foxml_findings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct CheckedRelation {
  std::string name, target;  // "hasPage", "uuid:..."
  int line = 0;
};

// What the checks across objects need of one.
struct CheckedObject {
  std::string file, pid, model;
  std::vector<CheckedRelation> children;  // own relations, in order
  std::vector<CheckedRelation> pages;     // isOnPage
  std::vector<CheckedRelation> licences;  // target: its name
  std::string urnnbn;
  int index = 0;  // of a page; 0 = none
  std::string full_url, tiles;
};

// One file. Nothing when it is no object; why stands among the findings.
std::optional<CheckedObject> check_object(const std::filesystem::path& folder,
                                          const std::string& file, FoxmlFindings& findings);
// What the objects say of each other. The first object of a PID counts.
void check_tree(const std::vector<CheckedObject>& objects, const FoxmlCheckOptions& options,
                FoxmlFindings& findings);

}  // namespace linka
