// SPDX-License-Identifier: GPL-3.0-or-later
// Where something that is handed on is written: a folder, a tar or a zip under a temporary name,
// which becomes the final one when everything is on the disk.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "handover/bag.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace linka {

class Sink {
 public:
  // `top` is the folder inside an archive. Error: bad_input when `out` is there; io.
  static Result<std::unique_ptr<Sink>> open(const std::filesystem::path& out, BagForm form,
                                            const std::string& top, Time made_at);
  virtual ~Sink() = default;
  // A file of exactly `bytes` bytes, then its pieces, then end().
  virtual Result<void> begin(const std::string& name, std::uint64_t bytes) = 0;
  virtual Result<void> write(ByteView piece) = 0;
  virtual Result<void> end() = 0;
  // A whole file at once.
  Result<void> put(const std::string& name, ByteView bytes);
  Result<void> put(const std::string& name, std::string_view text);
  // The final name. Without it nothing is left.
  virtual Result<void> finish() = 0;
};

}  // namespace linka
