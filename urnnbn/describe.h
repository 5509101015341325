// SPDX-License-Identifier: GPL-3.0-or-later
// A planned package -> what a resolver of URN:NBN is told of its volume or issue, or of a part.
#pragma once

#include "formats/jp2.h"
#include "model/document.h"
#include "model/page_facts.h"
#include "urnnbn/registration.h"

#include <optional>

namespace linka {

// The volume or issue of a plan, or one of its supplements and articles when `part` is not null.
// Numbers are told only when they are valid, a year only when one stands there; the volume has the
// numbers of its work where it has none of its own. uuid and technical metadata are the caller's.
UrnRegistration registration_of(const PackagePlan& plan, const PlannedPart* part);

// Of the page's archival image; `master`: what its file says of itself.
UrnTechnical technical_of(const PageFacts& page, const std::optional<Jp2Properties>& master,
                          std::size_t pages);

// The year that a date of publication names, as a number: "1927" of "[1927]" and "c1927"; "" of
// "1927-1930" and "19--".
std::string one_year(const std::string& date);

}  // namespace linka
