// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/step_memory.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace linka {
namespace {

// Bytes a pixel: of each of its channels, and beside these.
struct Rate {
  double a_channel, a_pixel;
};
constexpr Rate cutting{1.2, 0.3};  // more than any step before takes, but decoding
constexpr Rate cropping{0, 4};
constexpr Rate reading{0.5, 6}, checking{1, 0.7}, master_copy{9.4, 0}, user_copy{1.8, 0};
// The scan or the page, and the copies as written, which noise makes as large as the page.
constexpr double held_a_channel = 2.2;
constexpr std::uint64_t any_step = 4u << 20;     // tables, text, buffers of files
constexpr std::uint64_t user_tiles = 32u << 20;  // OpenJPEG on a tile of 1024 x 1024, R, G and B
constexpr std::uint64_t engine = 24u << 20;      // Tesseract's own, beside the page
constexpr std::uint64_t a_thread = 12u << 20;    // its stack, its pool, what libraries keep for it

}  // namespace

std::uint64_t StepMemory::largest() const {
  return *std::max_element(steps.begin(), steps.end());
}

StepMemory StepMemory::with_pages_of(double share) const {
  StepMemory out = *this;
  for (std::uint64_t& step : out.steps)
    if (step > 0)
      step = any_step + static_cast<std::uint64_t>(static_cast<double>(step - any_step) * share);
  return out;
}

StepMemory step_memory(Size scan, int channels, std::uint64_t decode_bytes) {
  const double pixels =
      static_cast<double>(std::max(0, scan.width)) * static_cast<double>(std::max(0, scan.height));
  const auto bytes = [&](Rate rate, std::uint64_t beside) {
    return static_cast<std::uint64_t>(pixels * (rate.a_channel * channels + rate.a_pixel)) + beside;
  };
  StepMemory out;
  out.held = bytes({held_a_channel, 0}, 0);
  out.early = std::max({decode_bytes, bytes(cutting, 0), bytes(cropping, 0)}) + any_step;
  const auto step = [&](StageName name) -> std::uint64_t& {
    return out.steps[static_cast<std::size_t>(name)];
  };
  step(StageName::read) = bytes(reading, any_step + engine);
  step(StageName::check) = bytes(checking, any_step);
  step(StageName::master) = bytes(master_copy, any_step);
  step(StageName::user) = bytes(user_copy, any_step + user_tiles);
  return out;
}

std::uint64_t resident_bytes() {
  std::uint64_t all = 0, resident = 0;
  std::ifstream statm("/proc/self/statm");
  statm >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t allocated_bytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::uint64_t fixed_memory(std::uint64_t resident, std::uint64_t engines, int threads) {
  const auto n = static_cast<std::uint64_t>(std::max(1, threads));
  return resident + (n - 1) * engines + n * a_thread;
}

int threads_within(std::uint64_t budget, std::uint64_t resident, std::uint64_t engines,
                   int threads) {
  while (threads > 1 && fixed_memory(resident, engines, threads) > budget / 2) --threads;
  return threads;
}

void keep_memory_small() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

void give_memory_back() { ::malloc_trim(0); }

}  // namespace linka
