// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/compare.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace linka {

Difference difference(const Image& a, const Image& b) {
  Difference d;
  d.same_shape = !a.empty() && a.size() == b.size() && a.channels() == b.channels();
  if (!d.same_shape) return d;
  const std::size_t n = a.size_bytes();
  if (std::memcmp(a.data(), b.data(), n) == 0) return {true, true, 0, 999};
  double squares = 0;
  int most = 0;
  const std::size_t row = a.row_bytes();
  for (int y = 0; y < a.height(); ++y) {
    const std::uint8_t* p = a.row(y);
    const std::uint8_t* q = b.row(y);
    long long sum = 0;
    for (std::size_t i = 0; i < row; ++i) {
      const int e = std::abs(p[i] - q[i]);
      most = std::max(most, e);
      sum += e * e;
    }
    squares += static_cast<double>(sum);
  }
  d.max_difference = most;
  d.psnr_db = 10 * std::log10(255.0 * 255.0 * static_cast<double>(n) / squares);
  return d;
}

}  // namespace linka
