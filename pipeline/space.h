// SPDX-License-Identifier: GPL-3.0-or-later
// How much room on the disk the scans that are still to do will take, from their headers: pixels
// times bytes. What a pixel takes is measured on the pages that the batch has already, else assumed
// from scans measured before.
#pragma once

#include "base/result.h"
#include "pipeline/worker.h"
#include "workspace/journal.h"

#include <cstddef>
#include <cstdint>

namespace linka {

// Left on the disk for the journal, the report and whoever else writes there.
inline constexpr std::uint64_t space_reserve_bytes = 64ull << 20;

struct SpaceNeed {
  std::uint64_t bytes = 0;  // of pages and packages to come
  std::uint64_t pixels = 0;
  std::size_t scans = 0;
  double bytes_per_pixel = 0;
  bool measured = false;  // on pages of this batch
};

// What one pixel of a scan becomes on the disk, all files of its pages together.
double measured_bytes_per_pixel(const Batch& batch, const Replay& replayed);  // 0: too few pages
inline constexpr double assumed_bytes_per_pixel = 2.4;

// A file that cannot be read counts by its size. Of very many files an even choice is looked at.
SpaceNeed space_needed(const Work& work, const Replay& replayed);

// Error no_space, with the numbers, when that is more than the disk of the batch has.
Result<void> check_space(const Batch& batch, const SpaceNeed& need);

}  // namespace linka
