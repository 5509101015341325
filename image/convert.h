// SPDX-License-Identifier: GPL-3.0-or-later
// Between Image and the libraries' own pictures, and the few conversions every stage wants.
#pragma once

#include "image/image.h"
#include "model/bend.h"

#include <opencv2/core.hpp>

#include <map>
#include <memory>
#include <string>

namespace linka {

// A cv::Mat header over the image's own pixels (CV_8UC1 or CV_8UC3 in R, G, B order): no copy. Read
// only, and only while the image lives.
cv::Mat view(const Image& image);
// A copy of a continuous or strided CV_8UC1 or CV_8UC3 (R, G, B) matrix.
Image image_of(const cv::Mat& pixels, Dpi dpi, IccProfile icc = nullptr);

// Luma (ITU-R BT.601 weights), without the colour profile. Grey images come back as they are.
Image grey_of(const Image& image);

// The grey image at about target_dpi by area averaging, for measuring. Never enlarged. Pixels are
// made square when the scan's are not. `scale` is analysis pixels per scan pixel, each way.
struct Reduced {
  Image grey;
  double scale_x = 1, scale_y = 1;
};
Reduced reduced_grey(const Image& image, double target_dpi);

// The page cut from the scan by one resampling (bicubic), outside the scan filled with `fill`
// (0-255). A transform that only shifts by whole pixels copies them exactly. dpi is the page's.
Image resampled(const Image& scan, const Affine& page_from_scan, Size page, Dpi dpi, int fill);
// The same with the page's bend taken out: page_from_scan as of model/geometry.h, `page_in_turned`
// the box that it cuts. Still one resampling; exactly the function above when the bend is empty.
Image resampled(const Image& scan, const Affine& page_from_scan, const Bend& bend,
                const Box& page_in_turned, Size page, Dpi dpi, int fill);
// Whether `resampled` would copy pixels unchanged.
bool is_exact_copy(const Affine& page_from_scan);

// "OpenCV" and "Leptonica" with their versions.
std::map<std::string, std::string> image_library_versions();

}  // namespace linka
