// SPDX-License-Identifier: GPL-3.0-or-later
// What the measures of a page share: its grey pixels, a reduced copy, and the paper, print and
// letters found there.
#pragma once

#include "image/image.h"
#include "image/paper.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

struct PageView {
  Image page;  // as given, its resolution plausible
  Image grey_image;
  cv::Mat grey;    // CV_8UC1, a view of grey_image
  double dpi = 0;  // of `page` and `grey`
  bool bitonal = false;

  Image small_image;
  cv::Mat small;  // CV_8UC1 at small_dpi, a view of small_image
  double small_dpi = 0;
  double scale = 1;  // small pixels per page pixel
  Paper paper;       // of `small`
  Letters letters;
};
PageView page_view(const Image& page);

// Pieces of `grey` with print in them, spread over the text: squares around the letters of `found`
// that stand on lines.
std::vector<cv::Rect> text_patches(const PageView& view, const Letters& found, double edge_mm,
                                   std::size_t most);

// The picture reduced by area averaging, by <= 1; never to nothing.
cv::Mat reduced_by(const cv::Mat& picture, double by);

// The value below which `share` of the values lie; reorders them. 0 when there are none.
double quantile(std::vector<float>& values, double share);

// A surface of second degree through the values, CV_32F, the size of `values`, in the sense of the
// middle of the road: what is far from it (pictures, holes) has no say (iterated least squares with
// Tukey's weights). `mask`: CV_8U, where values count; empty: everywhere.
cv::Mat smooth_surface(const cv::Mat& values, const cv::Mat& mask);

}  // namespace linka
