// SPDX-License-Identifier: GPL-3.0-or-later
// Pages drawn for tests, so that the truth is known: words as dark boxes with the rhythm of text.
#pragma once

#include "image/convert.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <cmath>

namespace linka::drawn {

inline int px(double mm, double dpi) {
  return static_cast<int>(std::lround(px_from_mm(mm, dpi)));
}

// The same numbers on every machine.
struct Numbers {
  unsigned state = 1;
  int next(int below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<int>((state >> 8) % static_cast<unsigned>(below));
  }
};

inline cv::Mat sheet(double width_mm, double height_mm, double dpi, int grey) {
  return cv::Mat(px(height_mm, dpi), px(width_mm, dpi), CV_8UC1, cv::Scalar(grey));
}

// Lines of words of letters in `area_mm`, one line every 5 mm, letters 2 mm high.
inline void text(cv::Mat& page, double dpi, const cv::Rect2d& area_mm, int ink = 40,
                 unsigned seed = 1) {
  Numbers numbers{seed};
  for (double y = area_mm.y; y + 2 < area_mm.y + area_mm.height; y += 5) {
    double x = area_mm.x;
    while (x < area_mm.x + area_mm.width - 4) {
      const int letters = 2 + numbers.next(7);
      for (int i = 0; i < letters && x < area_mm.x + area_mm.width - 1.5; ++i) {
        const int tall = numbers.next(5);  // now and then an ascender or a descender
        const double top = tall == 0 ? y - 0.8 : y, bottom = tall == 1 ? y + 2.8 : y + 2;
        cv::rectangle(page, {px(x, dpi), px(top, dpi)}, {px(x + 1.1, dpi), px(bottom, dpi)},
                      cv::Scalar(ink), cv::FILLED);
        x += 1.6;
      }
      x += 2;
    }
  }
}

// The picture turned clockwise on the screen about its centre, same size.
inline cv::Mat turned(const cv::Mat& page, double clockwise_deg, int fill) {
  const cv::Mat m = cv::getRotationMatrix2D(
      {static_cast<float>(page.cols - 1) / 2.0F, static_cast<float>(page.rows - 1) / 2.0F},
      -clockwise_deg, 1);
  cv::Mat out;
  cv::warpAffine(page, out, m, page.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar(fill));
  return out;
}

// Noise as of a photograph: every sample by itself when `grain_px` is 1, patches otherwise.
inline cv::Mat noise(int width, int height, int grain_px) {
  Numbers numbers{7};
  cv::Mat small((height + grain_px - 1) / grain_px, (width + grain_px - 1) / grain_px, CV_8UC1);
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x)
      small.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(numbers.next(256));
  cv::Mat out;
  cv::resize(small, out, {width, height}, 0, 0, cv::INTER_CUBIC);
  return out;
}

inline Image image(const cv::Mat& page, double dpi) {
  return image_of(page, {dpi, dpi});
}

}  // namespace linka::drawn
