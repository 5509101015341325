// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace linka {

Time now() {
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    char* end = nullptr;
    const long long seconds = std::strtoll(fixed, &end, 10);
    if (end != fixed && *end == '\0') return Time{std::chrono::seconds{seconds}};
  }
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string iso_date(Time time) {
  const std::chrono::year_month_day d{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()),
                     static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

std::string iso8601(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss t{time - day};
  return fmt::format("{}T{:02}:{:02}:{:02}Z", iso_date(time), t.hours().count(),
                     t.minutes().count(), t.seconds().count());
}

std::string wall_clock_text() {
  const auto t = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
  std::string text = iso8601(seconds);
  text.insert(text.size() - 1, fmt::format(".{:03}", (t - seconds).count()));
  return text;
}

Time parse_iso8601(const std::string& text) {
  int y = 0;
  unsigned mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (std::sscanf(text.c_str(), "%d-%u-%uT%u:%u:%uZ", &y, &mo, &d, &h, &mi, &s) != 6) return {};
  const std::chrono::year_month_day date{std::chrono::year{y}, std::chrono::month{mo},
                                         std::chrono::day{d}};
  if (!date.ok()) return {};
  return std::chrono::sys_days{date} + std::chrono::hours{h} + std::chrono::minutes{mi} +
         std::chrono::seconds{s};
}

std::int64_t steady_ms() {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace)
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

double steady_s() {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace)
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace linka
