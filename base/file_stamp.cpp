// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file_stamp.h"

#include <sys/stat.h>

#include <ctime>

namespace linka {
namespace {

std::int64_t ns_of(const timespec& t) {
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

std::optional<FileStamp> stamp_of(const std::filesystem::path& path, bool follow) {
  struct stat s {};
  if ((follow ? ::stat(path.c_str(), &s) : ::lstat(path.c_str(), &s)) != 0) return {};
  return FileStamp{s.st_dev,  s.st_ino,         static_cast<std::uint64_t>(s.st_size),
                   s.st_mode, ns_of(s.st_mtim), ns_of(s.st_ctim)};
}

bool is_within_tick(std::int64_t latest_ns) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ns_of(now) - latest_ns < file_clock_tick_ns;
}

}  // namespace linka
