// SPDX-License-Identifier: GPL-3.0-or-later
// A document as written -> the same with everything that goes without saying: what is inherited
// from above, the years of issues, the order of parts, every record in the standard's shape.
#pragma once

#include "title/document_keys.h"

namespace linka {

// Mistakes about years are added to `problems`.
Document completed(ReadDocument read, Problems& problems, Notes& notes);

// What a unit, or a part of it, has of its own accord when nothing is said of it.
void inherit_unit(Record& unit, const Document& document);
void inherit_part(Record& part, RecordLevel level, const Record& unit);

}  // namespace linka
