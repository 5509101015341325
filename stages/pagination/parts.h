// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of paginate(), each on what the ones before it found.
#pragma once

#include "stages/pagination/sequence.h"

#include <map>
#include <string>
#include <vector>

namespace linka {

struct Volume {
  const std::vector<NumberedPage>& pages;
  std::vector<Fitted> fitted;
  PaginationParams params;
};

// On how many of the 12 pages before (without it) or from it on the number was read, up to the next
// jump of the numbers or the end of the sequence.
int support_before(const Volume& volume, std::size_t page);
int support_from(const Volume& volume, std::size_t page);

// Ids, labels, how sure.
std::vector<ProposedPage> labelled(const Volume& volume);
std::map<PageId, std::vector<PageFinding>> number_findings(const Volume& volume);
// Fills type and type_confidence.
void propose_types(const Volume& volume, std::vector<ProposedPage>& proposed);
std::vector<ProposedDivision> divisions_of(const Volume& volume,
                                           const std::vector<ProposedPage>& proposed);

}  // namespace linka
