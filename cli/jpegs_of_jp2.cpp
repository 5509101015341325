// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/jpegs_of_jp2.h"

#include "cli/handing.h"
#include "image/image_io.h"

#include <algorithm>

namespace linka {

Result<std::vector<Bytes>> jpegs_of_jp2(const std::filesystem::path& jp2,
                                        const std::vector<int>& heights) {
  constexpr int quality = 85;
  const auto image = decoded_jp2(jp2);
  if (!image) return pass(image);
  std::vector<Bytes> pictures;
  for (const int height : heights) {
    const bool smaller = height > 0 && height < image->height();
    const int longer = std::max(image->width(), image->height());
    const auto edge = static_cast<int>(static_cast<double>(longer) * height / image->height());
    auto jpeg = to_jpeg(*image, quality, smaller ? std::max(1, edge) : 0);
    if (!jpeg) return pass(jpeg, jp2.string());
    pictures.push_back(*std::move(jpeg));
  }
  return pictures;
}

}  // namespace linka
