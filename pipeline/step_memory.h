// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory a scan takes on the line: what it holds while it waits, and what each step works
// with beside that.
#pragma once

#include "model/geometry.h"
#include "pipeline/board.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace linka {

// In bytes; per pixel as bench/memory.cpp measures it, rounded up.
struct StepMemory {
  std::uint64_t held = 0;   // pixels, and what has come of them so far
  std::uint64_t early = 0;  // the largest of the steps up to the cut, which follow each other
  // Of the steps after the cut, which may run at the same time; nothing for the others.
  std::array<std::uint64_t, static_cast<std::size_t>(StageName::count)> steps{};

  std::uint64_t of(StageName step) const { return steps[static_cast<std::size_t>(step)]; }
  // The largest of the steps after the cut.
  std::uint64_t largest() const;
  // At the worst moment when one step runs after another.
  std::uint64_t most_alone() const { return held + std::max(early, largest()); }
  // The same when no page has more than this share of the scan's pixels, 0...1.
  StepMemory with_pages_of(double share) const;
};

// `channels` is 1 or 3. `decode_bytes`: what reading the file takes, itself included; 0 when that
// is over.
StepMemory step_memory(Size scan, int channels, std::uint64_t decode_bytes);

// Of this process: what is in memory now, and what it has asked the C library for.
std::uint64_t resident_bytes();
std::uint64_t allocated_bytes();

// What a run takes beside its scans: the program as it is when the worker is forked from it, and
// for every further thread that reads a page engines of its own.
std::uint64_t fixed_memory(std::uint64_t resident, std::uint64_t engines, int threads);
// As many of `threads` as leave half of the budget to the scans; at least 1.
int threads_within(std::uint64_t budget, std::uint64_t resident, std::uint64_t engines,
                   int threads);

// Has the C library take large pieces from the system one by one and give them back as soon as they
// are free, instead of keeping them for later.
void keep_memory_small();
// Has it give back all that is free by now: an encoder's many small blocks leave hundreds of MiB in
// the library's heaps, from which it then serves large pieces, too. Takes milliseconds, so it is
// called when something large begins.
void give_memory_back();

}  // namespace linka
