// SPDX-License-Identifier: GPL-3.0-or-later
// A record as found -> the record as the national standard takes it.
#pragma once

#include "model/record.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Mends what has one right form (dates, codes, identifiers, one event an originInfo ...), leaves
// out what a record of that level may not hold, adds what always is so for a printed one. Each
// change of substance is noted. Doing it twice changes nothing more.
void normalise(Record& record, std::vector<std::string>& notes,
               RecordLevel level = RecordLevel::volume);

// A date-time from what catalogues write: "20010213", "990730" (MARC), "20190315103000.0" (MARC
// 005), "2001-02-13", "2001". Empty when the text is no date.
std::string completed_date_time(std::string_view text);

}  // namespace linka
