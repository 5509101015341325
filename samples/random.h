// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers that are the same on every machine and with every standard library (the engines of
// <random> are fixed by the standard, its distributions are not).
#pragma once

#include <cstdint>

namespace linka {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  // Another `stream` of the same seed is an independent sequence: a page never depends on how many
  // numbers the page before it drew.
  Random(std::uint64_t seed, std::uint64_t stream) : state_(seed * 0x9E3779B97F4A7C15u + stream) {
    state_ = next() ^ (stream << 17);
  }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 ... below 1
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double between(double low, double high) { return low + (high - low) * unit(); }
  // 0 ... n - 1; n > 0
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  bool chance(double probability) { return unit() < probability; }
  // Mean 0, deviation 1, never beyond 3.5: the sum of twelve even ones.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += unit();
    return sum < -3.5 ? -3.5 : (sum > 3.5 ? 3.5 : sum);
  }

 private:
  std::uint64_t state_;
};

}  // namespace linka
