// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue's record as files that linka and others read.
#pragma once

#include "catalogue/marc.h"
#include "model/record.h"

#include <string>

namespace linka {

// MODS 3.8, a collection of one record. `record` is what record_from_marc() made of `marc`; fields
// that a package's record has no place for (043 336 505 655 787 ..., languages of texts) are
// written from `marc` itself. What a catalogue cannot know (uuid, URN:NBN) is not in it.
std::string mods_text(const Record& record, const MarcRecord& marc);

}  // namespace linka
