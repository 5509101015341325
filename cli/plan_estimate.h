// SPDX-License-Identifier: GPL-3.0-or-later
// From a sample of scans to what many pages will take: which scans to look at, what a page takes on
// average, and how sure that is.
#pragma once

#include "workspace/batch.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace linka {

// `count` of the files that hold scans. They are put in order by kind (the name's ending) and size
// and cut into as many even pieces; chance, by `seed`, takes one of each. So small and large scans
// of every common kind are among them, and every scan stands for about as many others. Reading
// order; all when there are no more.
std::vector<InventoryFile> sample_of(const Inventory& inventory, std::size_t count,
                                     std::uint64_t seed);

// What is counted of every page.
enum class Amount { raw, master, user, text, metadata, cpu };
inline constexpr std::size_t amounts = 6;
const char* name_of(Amount amount);  // "raw" "master" "user" "text" "metadata" "cpu"

// One file of the sample: bytes (cpu: seconds), all its pages together.
struct SampledScan {
  std::string name;
  std::string kind;  // "image/tiff, colour"; empty when it was parked
  std::size_t pages = 0;
  std::array<double, amounts> sums{};
  double& of(Amount amount) { return sums[static_cast<std::size_t>(amount)]; }
  double of(Amount amount) const { return sums[static_cast<std::size_t>(amount)]; }
};

struct Range {
  double low = 0, likely = 0, high = 0;
};
Range operator*(const Range& range, double times);

// What one page takes of the amounts together: the ratio of the sums, and between which bounds it
// lies with nine chances of ten, by drawing the sample anew from itself (bootstrap). The bounds say
// how far chance in the choice of scans goes, not how far other material differs. All zero when no
// page came of the sample.
Range per_page(const std::vector<SampledScan>& sample, const std::vector<Amount>& together,
               std::uint64_t seed);
// Pages that one file of scans gives.
Range pages_per_file(const std::vector<SampledScan>& sample, std::uint64_t seed);

// Fewer say little about their spread.
inline constexpr std::size_t least_sample = 8;

enum class Fit { fits, may_not, does_not };
const char* name_of(Fit fit);  // "fits" "may-not" "does-not"
Fit fit_of(const Range& bytes, std::uint64_t room_bytes);

}  // namespace linka
