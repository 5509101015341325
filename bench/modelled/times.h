// SPDX-License-Identifier: GPL-3.0-or-later
// How long the stages would have taken: drawn for each page from what was measured on real pages
// (times.json), added up over all processes of a run, and slept through when that is wanted.
#pragma once

#include "base/bytes.h"
#include "image/image.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace linka::modelled {

enum class Stage { split, deskew, crop, dewarp, read, check, master, user };
constexpr std::size_t stage_count = 8;

// What stands in the first pixels of a scan's page instead of print (bench/million draws it).
struct PageCard {
  std::uint32_t batch = 0;
  int number = 0;  // printed at its foot; 0: none
  bool blank = false;
  std::uint64_t seed() const { return (std::uint64_t{batch} << 20) | std::uint32_t(number); }
};
PageCard card_of(const Image& page);
constexpr int page_width_px = 240, page_height_px = 340;

// The files that every page gets: a real master and user copy of a page of that size, from the
// folder that LINKA_MODEL names. The program ends when they are not there.
const Bytes& master_file();
const Bytes& user_file();

// From its making to its end: a modelled stage at work on a page. Draws its time, sleeps
// LINKA_MODEL_PACE (0 if not given) times as long, and notes what the model itself costs.
class AtWork {
 public:
  AtWork(Stage stage, const PageCard& page);
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  ~AtWork();

 private:
  std::int64_t begun_ns_ = 0;
};

}  // namespace linka::modelled
