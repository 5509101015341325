// SPDX-License-Identifier: GPL-3.0-or-later
// How many threads and how much memory a verb may use.
#pragma once

#include "base/result.h"
#include "cli/verb.h"

#include <cstdint>
#include <string>

namespace linka {

// --jobs
void add_jobs(CLI::App* verb, int& jobs);
// --jobs, --memory
void add_limits(CLI::App* verb, int& jobs, std::string& memory);

// "4G", "512M", "2.5 GB" -> bytes (of 1024). Error configuration.
Result<std::uint64_t> memory_of(const std::string& text);

}  // namespace linka
