// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/write_all.h"

#include <unistd.h>

#include <cerrno>

namespace linka {

int write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace linka
