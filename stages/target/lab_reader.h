// SPDX-License-Identifier: GPL-3.0-or-later
// A scan's pixels as L*a*b* under D50, by the scan's own colour profile.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "stages/target/lab.h"

#include <opencv2/core.hpp>

#include <memory>
#include <string>

namespace linka {

// Relative colorimetric, without black point compensation: white of the profile is L* = 100. That
// is how programs that judge targets read a file in a working space. An image without a usable
// profile is read as sRGB, a grey one by sRGB's curve.
class LabReader {
 public:
  explicit LabReader(const Image& image);
  ~LabReader();
  LabReader(LabReader&&) noexcept;
  LabReader& operator=(LabReader&&) = delete;

  // Samples 0...255, CV_32FC1 or CV_32FC3 (R, G, B) -> CV_32FC3 (L*, a*, b*).
  cv::Mat lab(const cv::Mat& samples) const;
  // One colour, samples 0...255; a grey image uses the first.
  Lab lab(const cv::Scalar& sample) const;

  bool by_embedded_profile() const { return embedded_; }
  // What was read and how: "sRGB was assumed: the scan has no colour profile".
  const std::string& note() const { return note_; }

 private:
  struct Transform;
  std::unique_ptr<Transform> transform_;
  bool embedded_ = false;
  std::string note_;
};

}  // namespace linka
