// SPDX-License-Identifier: GPL-3.0-or-later
// The digests of the files that were read last. A file of several images is read once an image; it
// is digested once, or a book in one file would take a time that grows with the square of its
// pages.
#pragma once

#include "base/bytes.h"
#include "base/digest.h"

#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <string>

namespace linka {

class FileDigests {
 public:
  // Of `bytes`, which are the file of that name, last changed then. From many threads: who asks
  // first computes, the others wait.
  Digests of(const std::string& name, std::int64_t modified_ns, ByteView bytes);

 private:
  struct Known {
    std::string name;
    std::int64_t modified_ns;
    std::size_t size_bytes;
    std::shared_future<Digests> digests;
  };
  std::mutex mutex_;
  std::deque<Known> known_;  // the latest first, a few
};

}  // namespace linka
