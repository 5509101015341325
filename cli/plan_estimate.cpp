// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/plan_estimate.h"

#include "base/text.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>

namespace linka {
namespace {

constexpr std::size_t drawings = 2000;  // of the sample from itself

std::string kind_by_name(const InventoryFile& file) {
  return lower_ascii(std::filesystem::path(file.name).extension().string());
}

// std::uniform_int_distribution may differ between libraries; this does not.
std::size_t below(std::mt19937_64& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

// The ratio of two sums over the sample, and its bounds.
Range ratio_of(const std::vector<SampledScan>& sample, std::uint64_t seed,
               const std::function<double(const SampledScan&)>& above,
               const std::function<double(const SampledScan&)>& under) {
  double a = 0, b = 0;
  for (const SampledScan& scan : sample) {
    a += above(scan);
    b += under(scan);
  }
  if (b <= 0) return {};
  const double likely = a / b;
  std::mt19937_64 random(seed);
  std::vector<double> seen;
  seen.reserve(drawings);
  for (std::size_t i = 0; i < drawings; ++i) {
    double x = 0, y = 0;
    for (std::size_t k = 0; k < sample.size(); ++k) {
      const SampledScan& scan = sample[below(random, sample.size())];
      x += above(scan);
      y += under(scan);
    }
    if (y > 0) seen.push_back(x / y);
  }
  if (seen.empty()) return {likely, likely, likely};
  std::sort(seen.begin(), seen.end());
  const auto at = [&](double share) {
    return seen[static_cast<std::size_t>(share * static_cast<double>(seen.size() - 1))];
  };
  // A sample spreads less than what it was drawn from, the smaller the less: n - 1 instead of n,
  // and the wider tails of Student's t (to its second order) instead of the normal's.
  const auto n = static_cast<double>(sample.size());
  const double degrees = std::max(1.0, n - 1), z = 1.645;
  const double wider = std::sqrt(n / degrees) * (1 + (z * z + 1) / (4 * degrees));
  return {std::max(0.0, likely - (likely - at(0.05)) * wider), likely,
          likely + (at(0.95) - likely) * wider};
}

}  // namespace

std::vector<InventoryFile> sample_of(const Inventory& inventory, std::size_t count,
                                     std::uint64_t seed) {
  std::vector<InventoryFile> scans;
  for (const InventoryFile& file : inventory.files)
    if (file.ignored.empty()) scans.push_back(file);
  const auto by_name = [](const InventoryFile& a, const InventoryFile& b) {
    return natural_less(a.name, b.name);
  };
  std::sort(scans.begin(), scans.end(), by_name);
  if (scans.size() <= count) return scans;
  std::stable_sort(scans.begin(), scans.end(), [](const auto& a, const auto& b) {
    const std::string kind_a = kind_by_name(a), kind_b = kind_by_name(b);
    return kind_a != kind_b ? kind_a < kind_b : a.size_bytes < b.size_bytes;
  });
  std::mt19937_64 random(seed);
  std::vector<InventoryFile> chosen;
  for (std::size_t piece = 0; piece < count; ++piece) {
    const std::size_t begin = scans.size() * piece / count,
                      end = scans.size() * (piece + 1) / count;
    chosen.push_back(scans[begin + below(random, end - begin)]);
  }
  std::sort(chosen.begin(), chosen.end(), by_name);
  return chosen;
}

const char* name_of(Amount amount) {
  constexpr std::array names{"raw", "master", "user", "text", "metadata", "cpu"};
  return names[static_cast<std::size_t>(amount)];
}

Range operator*(const Range& range, double times) {
  return {range.low * times, range.likely * times, range.high * times};
}

Range per_page(const std::vector<SampledScan>& sample, const std::vector<Amount>& together,
               std::uint64_t seed) {
  return ratio_of(
      sample, seed,
      [&](const SampledScan& scan) {
        double sum = 0;
        for (const Amount amount : together) sum += scan.of(amount);
        return sum;
      },
      [](const SampledScan& scan) { return static_cast<double>(scan.pages); });
}

Range pages_per_file(const std::vector<SampledScan>& sample, std::uint64_t seed) {
  return ratio_of(
      sample, seed, [](const SampledScan& scan) { return static_cast<double>(scan.pages); },
      [](const SampledScan&) { return 1.0; });
}

const char* name_of(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return "fits";
    case Fit::may_not:
      return "may-not";
    case Fit::does_not:
      break;
  }
  return "does-not";
}

Fit fit_of(const Range& bytes, std::uint64_t room_bytes) {
  const auto room = static_cast<double>(room_bytes);
  if (bytes.high <= room) return Fit::fits;
  return bytes.low > room ? Fit::does_not : Fit::may_not;
}

}  // namespace linka
