// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue's record as files that linka and others read.
#pragma once

#include "model/record.h"

#include <string>

namespace linka {

// MODS 3.8, a collection of one record. What a catalogue cannot know (uuid, URN:NBN) is not in it.
std::string mods_text(const Record& record, bool periodical);

}  // namespace linka
