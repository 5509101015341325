// SPDX-License-Identifier: GPL-3.0-or-later
// copyrightMD 0.91 (California Digital Library): the rights record that METS may hold.
#pragma once

#include "formats/xml_writer.h"
#include "model/document.h"

#include <string_view>

namespace linka {

// mets:rightsMD with the record inside. The status of a publication that nobody stated is
// "unknown".
void write_rights_section(XmlWriter& xml, std::string_view id, const Rights& rights);

}  // namespace linka
