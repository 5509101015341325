// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes and times as an operator types them: "16TB", "50MB/s", "2h".
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace linka {

// "16TB", "1.5 GiB", "800M", "123456" -> bytes. k, M, G, T and P are powers of 1000, as disks are
// sold; Ki, Mi, Gi, Ti and Pi of 1024. Error configuration, naming the text.
Result<std::uint64_t> bytes_from(const std::string& text);
// The same with an optional "/s" at its end; at least one byte.
Result<std::uint64_t> rate_from(const std::string& text);
// "90s", "30m", "2h", "1d", "45" (seconds) -> seconds, more than none. Error configuration.
Result<double> seconds_from(const std::string& text);

}  // namespace linka
