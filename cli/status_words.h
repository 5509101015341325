// SPDX-License-Identifier: GPL-3.0-or-later
// A batch's state for people: shared by the verbs that end in it.
#pragma once

#include "workspace/status.h"

#include <string>
#include <vector>

namespace linka {

// "0007.tif  parked: the file ends early"
std::string line_about(const ScanStatus& scan);
// How a scan is called: its file, and which image of it.
std::string name_for_people(const ScanId& id);
// What was noticed, a sentence each: gaps, the same content twice, damaged lines of the journal.
std::vector<std::string> notes_in_words(const BatchStatus& status);
// The sums, that every scan is accounted for, and whether the batch is complete.
std::vector<std::string> sums_in_words(const BatchStatus& status);

}  // namespace linka
