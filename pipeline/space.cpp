// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/space.h"

#include "base/files.h"
#include "base/translate.h"
#include "pipeline/board.h"
#include "pipeline/sandbox.h"
#include "pipeline/steps.h"
#include "stages/decode/decode.h"
#include "workspace/known_facts.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <new>
#include <thread>

namespace linka {
namespace {

constexpr std::size_t most_headers = 1000;                  // looked at; of more, every so manieth
constexpr std::size_t least_pages = 8;                      // to measure on
constexpr std::size_t most_pages_measured = 200;            // enough to know
constexpr double margin = 1.15;                             // pages still to come may be richer
constexpr std::uint64_t package_bytes_a_scan = 400u << 10;  // METS, ALTO and text of two pages
constexpr std::int64_t longest_look_ms = 120'000;
// A header can claim anything. A blank bitonal page holds some 20,000 pixels in a byte of its file;
// no scan holds more.
constexpr std::uint64_t most_pixels_a_byte = 50'000;

std::uint64_t pixels_of(Size size) {
  return static_cast<std::uint64_t>(std::max(0, size.width)) *
         static_cast<std::uint64_t>(std::max(0, size.height));
}

// What the looker has seen so far; it may die at any scan.
struct Seen {
  std::atomic<std::uint64_t> pixels{0};
  std::atomic<std::size_t> scans{0}, next{0};  // next: index of the file to look at
};

void look_inside(const WorkItem& item, const Tools& tools, Seen& seen) {
  const auto file = MappedFile::open(tools.batch.scan_file({item.file.name, 0}));
  const Result<ScanHeader> header =
      file ? guarded<ScanHeader>("decode",
                                 [&] { return probe(file->bytes(), tools.profile.decode); })
           : Result<ScanHeader>(pass(file));
  if (!header) return;                                                 // it will be parked
  std::uint64_t believed = file->bytes().size() * most_pixels_a_byte;  // of the whole file
  const double most = tools.profile.decode.max_megapixels * 1e6;
  for (std::size_t frame = 0; frame < header->frames.size(); ++frame) {
    const std::uint64_t claimed = pixels_of(header->frames[frame]);
    if (item.frames_done.contains(static_cast<int>(frame))) continue;
    if (static_cast<double>(claimed) > most) continue;  // it will be parked
    const std::uint64_t pixels = std::min(claimed, believed);
    believed -= pixels;
    seen.pixels += pixels;
    ++seen.scans;
  }
}

// Headers are foreign bytes and are read in a process that may crash over them.
void look_from_a_child(const Work& work, std::size_t step, Seen& seen) {
  const std::int64_t begun = steady_ms();
  const auto late = [&] { return steady_ms() - begun > longest_look_ms; };
  while (seen.next < work.items.size() && !late()) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return;
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(1);
      ::dup2(STDERR_FILENO, STDOUT_FILENO);
      Sandbox sandbox;
      sandbox.data_bytes = 2ull << 30;
      sandbox.readable = {work.tools->batch.scans(), work.tools->batch.folder()};
      enter_sandbox(sandbox);
      for (; seen.next < work.items.size(); seen.next += step)
        look_inside(work.items[seen.next], *work.tools, seen);
      ::_exit(0);
    }
    while (::waitpid(child, nullptr, WNOHANG) == 0) {
      if (late()) ::kill(child, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    if (seen.next < work.items.size()) seen.next += step;  // over this one it died
  }
}

}  // namespace

double measured_bytes_per_pixel(const Batch& batch, const Replay& replayed) {
  std::map<ScanId, std::uint64_t> pixels;  // a spread is two pages and one scan
  std::uint64_t bytes = 0;
  std::size_t pages = 0;
  for (const auto& [id, outcome] : replayed.outcomes)
    for (const PageOutcome& page : outcome.pages) {
      if (page.state != PageState::done || pages == most_pages_measured) continue;
      const auto facts = short_facts(batch, page.id);
      if (!facts) continue;
      ++pages;
      const SourceFacts& source = (*facts)->source;
      pixels[id] = pixels_of({source.width_px, source.height_px});
      for (const WrittenFile& file : (*facts)->files) bytes += file.size_bytes;
    }
  std::uint64_t all = 0;
  for (const auto& [id, count] : pixels) all += count;
  if (pages < least_pages || all == 0) return 0;
  return static_cast<double>(bytes) / static_cast<double>(all) * margin;
}

SpaceNeed space_needed(const Work& work, const Replay& replayed) {
  SpaceNeed need;
  need.bytes_per_pixel = measured_bytes_per_pixel(work.tools->batch, replayed);
  need.measured = need.bytes_per_pixel > 0;
  if (!need.measured) need.bytes_per_pixel = assumed_bytes_per_pixel;
  const std::size_t step = work.items.size() / most_headers + 1;
  void* memory =
      ::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return need;
  Seen& seen = *new (memory) Seen;
  look_from_a_child(work, step, seen);
  // What was not looked at counts as what was.
  const std::size_t all = work.items.size(), choice = (all + step - 1) / step;
  const std::size_t looked_at = std::min(choice, (seen.next + step - 1) / step);
  if (looked_at > 0) {
    const double times = static_cast<double>(all) / static_cast<double>(looked_at);
    need.pixels = static_cast<std::uint64_t>(static_cast<double>(seen.pixels) * times);
    need.scans = static_cast<std::size_t>(static_cast<double>(seen.scans) * times);
  }
  ::munmap(memory, sizeof(Seen));
  need.bytes = static_cast<std::uint64_t>(static_cast<double>(need.pixels) * need.bytes_per_pixel) +
               need.scans * package_bytes_a_scan;
  return need;
}

Result<void> check_space(const Batch& batch, const SpaceNeed& need) {
  const auto free = free_space(batch.folder());
  if (!free) return pass(free);
  if (need.scans == 0 || need.bytes + space_reserve_bytes <= *free) return {};
  const auto mib = [](std::uint64_t bytes) { return bytes >> 20; };
  return fail(
      ErrorKind::no_space,
      "{}: this run needs about {} MiB ({} scans of {} megapixels together), but only {} MiB "
      "are free on this disk; make room, run some scans only (--pages), or begin all the "
      "same (--any-space)",
      batch.folder().string(), mib(need.bytes + space_reserve_bytes), need.scans,
      (need.pixels + 999'999) / 1'000'000, mib(*free));
}

}  // namespace linka
