// SPDX-License-Identifier: GPL-3.0-or-later
// Dublin Core beside each MODS record, made from the same values so that the two always agree. The
// document's root declares the prefixes "oai_dc" and "dc".
#pragma once

#include "formats/mods.h"
#include "formats/xml_writer.h"
#include "model/record.h"

namespace linka {

// `held` is what held_at leaves of `record`. Subjects that MODS cannot hold there are still
// written; where the standard demands one and the record has none, the kind of the part stands for
// it.
void write_dc(XmlWriter& xml, const Record& record, const Record& held, const RecordPlace& place);
void write_dc(XmlWriter& xml, const PageRecord& page);

}  // namespace linka
