// SPDX-License-Identifier: GPL-3.0-or-later
// Elements of MODS that stand alike wherever a record is written: in a package, and in what a
// catalogue's record becomes. The prefix is "mods", declared by the root.
#pragma once

#include "formats/mods.h"

namespace linka {

// Nothing is written for a title without words.
void write_part(XmlWriter& xml, const TitleInfo& title);
void write_part(XmlWriter& xml, const Name& name, const ModsStyle& style);
void write_part(XmlWriter& xml, const Language& language);
void write_part(XmlWriter& xml, const Classification& classification);
void write_part(XmlWriter& xml, const Identifier& identifier);
void write_part(XmlWriter& xml, const Location& location);

// "mods:dateIssued"
const char* mods_element_of(DateKind kind);

}  // namespace linka
