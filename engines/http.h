// SPDX-License-Identifier: GPL-3.0-or-later
// Asks a service for the text of one page (docs/engines.md says how it is asked).
#pragma once

#include "engines/command.h"

namespace linka {

// Posts the page and gives back the body of the answer. Tries again, with growing waits (or what
// Retry-After says) inside the deadline, when the service is busy (429, 502, 503, 504), refuses the
// connection or drops it. No redirect is followed, so that the token goes nowhere else.
// Errors resource: too late, not reached, still busy; unsupported: any other status, an answer that
// is no XML by its type, too large or broken off.
Result<Bytes> ask_service(const EngineParams& params, const PageRequest& page,
                          std::int64_t deadline_ms, const std::function<bool()>& stop);

}  // namespace linka
