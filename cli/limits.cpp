// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/limits.h"

#include "base/text.h"
#include "base/translate.h"

#include <charconv>
#include <system_error>

namespace linka {

void add_jobs(CLI::App* verb, int& jobs) {
  takes(verb->add_option("-j,--jobs", jobs,
                         tr("threads; as many as the machine has processors if not given"))
            ->check(whole_number(1, 1024)),
        Value::number);
}

void add_limits(CLI::App* verb, int& jobs, std::string& memory) {
  add_jobs(verb, jobs);
  takes(verb->add_option("--memory", memory,
                         tr("memory to stay within, such as 4G; three quarters of what is free if "
                            "not given")),
        Value::text);
}

Result<std::uint64_t> memory_of(const std::string& text) {
  const std::string bare = lower_ascii(trimmed(text));
  double value = 0;
  const auto [end, code] = std::from_chars(bare.data(), bare.data() + bare.size(), value);
  const std::string unit = trimmed(std::string_view(end, bare.data() + bare.size()));
  double factor = 0;
  if (unit == "g" || unit == "gb" || unit == "gib") factor = 1024.0 * 1024 * 1024;
  if (unit == "m" || unit == "mb" || unit == "mib") factor = 1024.0 * 1024;
  const double bytes = value * factor;
  if (code != std::errc{} || factor == 0 || !(bytes >= 64.0 * 1024 * 1024) || !(bytes < 1e15))
    return fail(ErrorKind::configuration, "{}",
                say(tr("--memory {}: give a size of at least 64M, such as 4G or 1500M"), text));
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace linka
