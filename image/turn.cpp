// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/turn.h"

#include "image/convert.h"

namespace linka {

Image quarter_turned(const Image& image, int degrees) {
  if (image.empty() || degrees == 0) return image;
  cv::Mat turned;
  cv::rotate(view(image), turned,
             degrees == 90    ? cv::ROTATE_90_CLOCKWISE
             : degrees == 180 ? cv::ROTATE_180
                              : cv::ROTATE_90_COUNTERCLOCKWISE);
  const Dpi dpi = image.dpi();
  return image_of(turned, degrees == 180 ? dpi : Dpi{dpi.y, dpi.x}, image.icc());
}

}  // namespace linka
