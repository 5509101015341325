// SPDX-License-Identifier: GPL-3.0-or-later
// The one clock. Everything that reaches a package takes its time from here, so that
// SOURCE_DATE_EPOCH (seconds since 1970, reproducible-builds.org) makes two runs write the same
// bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace linka {

using Time = std::chrono::sys_seconds;

// Wall time, or the value of SOURCE_DATE_EPOCH when that is set and a number.
Time now();
// "2025-03-14T09:15:00Z", always UTC.
std::string iso8601(Time time);
// "2025-03-14"
std::string iso_date(Time time);
// The reverse of iso8601; the epoch when the text is not of that form.
Time parse_iso8601(const std::string& text);

// Wall time with milliseconds, "2025-03-14T09:15:00.250Z". Never follows SOURCE_DATE_EPOCH: for
// logs and journals, not for packages.
std::string wall_clock_text();

// A clock that nobody sets, since some moment in the past: for deadlines and paces.
std::int64_t steady_ms();
double steady_s();

}  // namespace linka
