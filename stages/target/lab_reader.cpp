// SPDX-License-Identifier: GPL-3.0-or-later
// lcms2 in floating point on both sides: its integer path rounds L*a*b* to steps that a noise of
// 0.3 L* would feel.
#include "stages/target/lab_reader.h"

#include "base/handle.h"
#include "base/translate.h"

#include <lcms2.h>

#include <type_traits>
#include <vector>

namespace linka {
namespace {

using ContextPtr = std::unique_ptr<std::remove_pointer_t<cmsContext>, FreeWith<cmsDeleteContext>>;
using ProfilePtr = std::unique_ptr<void, FreeWith<cmsCloseProfile>>;
using TransformPtr = std::unique_ptr<void, FreeWith<cmsDeleteTransform>>;

constexpr std::size_t header_bytes = 128;

void be_silent(cmsContext, cmsUInt32Number, const char*) {}

ProfilePtr assumed(cmsContext context, int channels) {
  if (channels == 3) return ProfilePtr(cmsCreate_sRGBProfileTHR(context));
  // IEC 61966-2-1: the curve of sRGB as ICC parametric type 4.
  const cmsFloat64Number srgb[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve* curve = cmsBuildParametricToneCurve(context, 4, srgb);
  if (curve == nullptr) return nullptr;
  ProfilePtr profile(cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return profile;
}

TransformPtr to_lab(cmsContext context, cmsHPROFILE from, int channels) {
  const ProfilePtr lab(cmsCreateLab4ProfileTHR(context, nullptr));
  if (from == nullptr || !lab) return nullptr;
  return TransformPtr(cmsCreateTransformTHR(
      context, from, channels == 3 ? TYPE_RGB_FLT : TYPE_GRAY_FLT, lab.get(), TYPE_Lab_FLT,
      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE | cmsFLAGS_NOOPTIMIZE));
}

}  // namespace

struct LabReader::Transform {
  ContextPtr context;
  TransformPtr apply;
};

LabReader::~LabReader() = default;
LabReader::LabReader(LabReader&&) noexcept = default;

LabReader::LabReader(const Image& image) : transform_(std::make_unique<Transform>()) {
  transform_->context.reset(cmsCreateContext(nullptr, nullptr));
  cmsContext context = transform_->context.get();
  if (context == nullptr) throw std::bad_alloc();
  cmsSetLogErrorHandlerTHR(context, be_silent);
  const int channels = image.channels();
  if (const IccProfile& icc = image.icc(); icc && icc->size() >= header_bytes) {
    const ProfilePtr profile(
        cmsOpenProfileFromMemTHR(context, icc->data(), static_cast<cmsUInt32Number>(icc->size())));
    const cmsColorSpaceSignature space = channels == 3 ? cmsSigRgbData : cmsSigGrayData;
    if (profile && cmsGetColorSpace(profile.get()) == space)
      transform_->apply = to_lab(context, profile.get(), channels);
    embedded_ = transform_->apply != nullptr;
    note_ = embedded_ ? tr("colours by the scan's own profile")
                      : tr("sRGB was assumed: the scan's colour profile cannot be used");
  } else {
    note_ = tr("sRGB was assumed: the scan has no colour profile");
  }
  if (!transform_->apply)
    transform_->apply = to_lab(context, assumed(context, channels).get(), channels);
  if (!transform_->apply) throw std::bad_alloc();
}

cv::Mat LabReader::lab(const cv::Mat& samples) const {
  cv::Mat scaled, out(samples.size(), CV_32FC3);
  samples.convertTo(scaled, CV_32F, 1 / 255.0);
  for (int y = 0; y < scaled.rows; ++y)
    cmsDoTransform(transform_->apply.get(), scaled.ptr(y), out.ptr(y),
                   static_cast<cmsUInt32Number>(scaled.cols));
  return out;
}

Lab LabReader::lab(const cv::Scalar& sample) const {
  const float in[3] = {static_cast<float>(sample[0] / 255), static_cast<float>(sample[1] / 255),
                       static_cast<float>(sample[2] / 255)};
  float out[3] = {};
  cmsDoTransform(transform_->apply.get(), in, out, 1);
  return {out[0], out[1], out[2]};
}

}  // namespace linka
