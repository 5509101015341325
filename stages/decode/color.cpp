// SPDX-License-Identifier: GPL-3.0-or-later
// A master copy should hold the scanner's own numbers, so a profile that can travel inside JP2 is
// carried, not applied. The rest cannot travel, and a viewer that ignores them would show wrong
// colours: those are applied here, once, with relative colorimetric intent and black point
// compensation. The sRGB profile that lcms2 builds carries today's date; it is used for computing
// only and its bytes never leave this file.
#include "stages/decode/color.h"

#include "base/handle.h"
#include "base/text.h"
#include "stages/decode/reader.h"

#include <lcms2.h>
#include <lcms2_plugin.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

namespace linka {
namespace {

using ContextPtr = std::unique_ptr<std::remove_pointer_t<cmsContext>, FreeWith<cmsDeleteContext>>;
using ProfilePtr = std::unique_ptr<void, FreeWith<cmsCloseProfile>>;
using TransformPtr = std::unique_ptr<void, FreeWith<cmsDeleteTransform>>;

constexpr std::size_t header_bytes = 128;
// Matrix and curve profiles have some kilobytes; a larger one is not worth carrying on each page.
constexpr std::size_t max_kept_bytes = 1u << 20;

void be_silent(cmsContext, cmsUInt32Number, const char*) {}

// A profile of some hundred bytes can make lcms2 ask for half a gigabyte; no honest one needs this.
constexpr cmsUInt32Number max_alloc_bytes = 64u << 20;

void* allocate(cmsContext, cmsUInt32Number n) {
  return n > max_alloc_bytes ? nullptr : std::malloc(n);
}
void release(cmsContext, void* p) {
  std::free(p);
}
void* reallocate(cmsContext, void* p, cmsUInt32Number n) {
  return n > max_alloc_bytes ? nullptr : std::realloc(p, n);
}

ContextPtr make_context() {
  cmsPluginMemHandler memory{};
  memory.base.Magic = cmsPluginMagicNumber;
  memory.base.ExpectedVersion = 2060;
  memory.base.Type = cmsPluginMemHandlerSig;
  memory.MallocPtr = allocate;
  memory.FreePtr = release;
  memory.ReallocPtr = reallocate;
  ContextPtr context(cmsCreateContext(&memory, nullptr));
  if (!context) throw std::bad_alloc();
  cmsSetLogErrorHandlerTHR(context.get(), be_silent);
  return context;
}

std::string utf8_of(const std::vector<wchar_t>& wide) {
  std::string text;
  for (const wchar_t w : wide) {
    const auto c = static_cast<std::uint32_t>(w);
    if (c == 0) break;
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += static_cast<char>(0xC0 | (c >> 6));
      text += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      text += static_cast<char>(0xE0 | ((c >> 12) & 0x0F));
      text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      text += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return tag_text(text);
}

std::string name_of_profile(cmsHPROFILE profile) {
  const cmsUInt32Number bytes =
      cmsGetProfileInfo(profile, cmsInfoDescription, "en", "US", nullptr, 0);
  if (bytes == 0 || bytes > 4096) return "unnamed";
  std::vector<wchar_t> wide(bytes / sizeof(wchar_t) + 1, L'\0');
  cmsGetProfileInfo(profile, cmsInfoDescription, "en", "US", wide.data(), bytes);
  std::string name = utf8_of(wide);
  return name.empty() ? "unnamed" : name;
}

cmsColorSpaceSignature space_of(ColorModel model) {
  switch (model) {
    case ColorModel::grey:
      return cmsSigGrayData;
    case ColorModel::rgb:
      return cmsSigRgbData;
    case ColorModel::cmyk:
      return cmsSigCmykData;
    case ColorModel::lab:
      return cmsSigLabData;
  }
  return cmsSigGrayData;
}

// What ISO/IEC 15444-1 calls a restricted profile.
bool may_be_kept(cmsHPROFILE profile, ColorModel model, std::size_t size) {
  if (model != ColorModel::grey && model != ColorModel::rgb) return false;
  const cmsProfileClassSignature kind = cmsGetDeviceClass(profile);
  return (kind == cmsSigInputClass || kind == cmsSigDisplayClass) && size <= max_kept_bytes &&
         cmsGetPCS(profile) == cmsSigXYZData && cmsIsMatrixShaper(profile) &&
         !cmsIsTag(profile, cmsSigAToB0Tag);
}

cmsUInt32Number input_format(ColorModel model, int bits) {
  const int space = model == ColorModel::grey   ? PT_GRAY
                    : model == ColorModel::rgb  ? PT_RGB
                    : model == ColorModel::cmyk ? PT_CMYK
                                                : PT_Lab;
  return COLORSPACE_SH(static_cast<cmsUInt32Number>(space)) |
         CHANNELS_SH(static_cast<cmsUInt32Number>(colors_of(model))) |
         BYTES_SH(static_cast<cmsUInt32Number>(bits / 8));
}

ProfilePtr grey_of_srgb(cmsContext context) {
  // IEC 61966-2-1: the curve of sRGB as ICC parametric type 4.
  const cmsFloat64Number srgb[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve* curve = cmsBuildParametricToneCurve(context, 4, srgb);
  if (!curve) return nullptr;
  ProfilePtr profile(cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return profile;
}

TransformPtr to_srgb(cmsContext context, cmsHPROFILE from, const PixelKind& kind) {
  const bool grey = kind.model == ColorModel::grey;
  const ProfilePtr target =
      grey ? grey_of_srgb(context) : ProfilePtr(cmsCreate_sRGBProfileTHR(context));
  if (!target) return nullptr;
  return TransformPtr(cmsCreateTransformTHR(context, from, input_format(kind.model, kind.bits),
                                            target.get(), grey ? TYPE_GRAY_8 : TYPE_RGB_8,
                                            INTENT_RELATIVE_COLORIMETRIC,
                                            cmsFLAGS_BLACKPOINTCOMPENSATION));
}

template <class Sample>
constexpr std::uint32_t full = std::numeric_limits<Sample>::max();

// v over white, a = opacity.
template <class Sample>
Sample over_white(std::uint32_t v, std::uint32_t a, Alpha kind) {
  constexpr std::uint64_t m = full<Sample>;
  if (kind == Alpha::premultiplied)
    return static_cast<Sample>(std::min<std::uint64_t>(m, v + (m - a)));
  return static_cast<Sample>((std::uint64_t{v} * a + m * (m - a) + m / 2) / m);
}

// Colours only, the right way round, on white paper (for CMYK: on no ink).
template <class Sample>
void flatten(const Sample* in, Sample* out, int width_px, const PixelKind& kind) {
  const int colors = colors_of(kind.model);
  const bool ink = kind.model == ColorModel::cmyk;
  for (int x = 0; x < width_px; ++x, in += kind.samples, out += colors)
    for (int c = 0; c < colors; ++c) {
      std::uint32_t v = in[c];
      if (kind.inverted) v = full<Sample> - v;
      if (kind.alpha != Alpha::none) {
        const std::uint32_t a = in[colors];
        if (ink) v = full<Sample> - v;
        v = over_white<Sample>(v, a, kind.alpha);
        if (ink) v = full<Sample> - v;
      }
      out[c] = static_cast<Sample>(v);
    }
}

template <class Sample>
std::uint8_t to_8(Sample v) {
  if constexpr (sizeof(Sample) == 1)
    return v;
  else
    return narrow_sample(v);
}

}  // namespace

struct Painter::Transform {
  ContextPtr context;
  TransformPtr apply;
};

Painter::~Painter() = default;

Painter::Painter(const PixelKind& kind, ByteView icc, SourceFacts& facts)
    : kind_(kind), channels_(kind.model == ColorModel::grey ? 1 : 3) {
  ContextPtr context = make_context();

  ProfilePtr profile;
  if (!icc.empty()) {
    if (icc.size() >= header_bytes && icc.size() <= UINT32_MAX)
      profile.reset(cmsOpenProfileFromMemTHR(context.get(), icc.data(),
                                             static_cast<cmsUInt32Number>(icc.size())));
    if (!profile) {
      add_note(facts, "The colour profile is damaged and was left out.");
    } else {
      facts.icc_name = name_of_profile(profile.get());
      if (cmsGetColorSpace(profile.get()) != space_of(kind.model)) {
        add_note(facts, "The colour profile \"" + facts.icc_name +
                            "\" is for another kind of colour than the pixels and was left out.");
        profile.reset();
      }
    }
  }
  if (profile && may_be_kept(profile.get(), kind.model, icc.size())) {
    icc_ = std::make_shared<const Bytes>(icc.begin(), icc.end());
    return;
  }
  const bool embedded = profile != nullptr;
  if (!profile && kind.model == ColorModel::lab)
    profile.reset(cmsCreateLab4ProfileTHR(context.get(), nullptr));
  if (profile) {
    if (TransformPtr apply = to_srgb(context.get(), profile.get(), kind)) {
      transform_ = std::make_unique<Transform>();
      transform_->apply = std::move(apply);
      add_note(facts, embedded ? "The colours were converted to sRGB by the profile \"" +
                                     facts.icc_name + "\", which a JPEG 2000 file cannot carry."
                               : "The L*a*b* colours were converted to sRGB.");
    } else {
      add_note(facts,
               "The colour profile \"" + facts.icc_name + "\" cannot be applied and was left out.");
    }
  }
  if (transform_) {
    transform_->context = std::move(context);
    return;
  }
  if (kind.model == ColorModel::cmyk)
    add_note(facts, "CMYK without a usable profile was converted to RGB by the plain formula.");
  if (kind.neutral) channels_ = 1;
}

template <class Sample>
void Painter::paint_as(const Sample* in, std::uint8_t* out, int width_px) {
  const int colors = colors_of(kind_.model);
  const auto width = static_cast<std::size_t>(width_px);
  if (transform_ || kind_.model == ColorModel::cmyk || kind_.alpha != Alpha::none) {
    flat_.resize(width * static_cast<std::size_t>(colors));
    auto* flat = reinterpret_cast<Sample*>(flat_.data());
    flatten(in, flat, width_px, kind_);
    if (transform_) {
      cmsDoTransform(transform_->apply.get(), flat, out, static_cast<cmsUInt32Number>(width_px));
      return;
    }
    if (kind_.model == ColorModel::cmyk) {
      for (std::size_t x = 0; x < width; ++x, flat += 4)
        for (int c = 0; c < 3; ++c) {
          constexpr std::uint64_t m = full<Sample>;
          const std::uint64_t light = (m - flat[c]) * (m - flat[3]);
          *out++ = static_cast<std::uint8_t>((light * 255 + m * m / 2) / (m * m));
        }
      return;
    }
    for (std::size_t x = 0; x < width; ++x, flat += colors)
      for (int c = 0; c < channels_; ++c) *out++ = to_8(flat[c]);
    return;
  }
  if (sizeof(Sample) == 1 && kind_.samples == channels_ && !kind_.inverted) {
    std::memcpy(out, in, width * static_cast<std::size_t>(channels_));
    return;
  }
  for (std::size_t x = 0; x < width; ++x, in += kind_.samples)
    for (int c = 0; c < channels_; ++c)
      *out++ = to_8(static_cast<Sample>(kind_.inverted ? full<Sample> - in[c] : in[c]));
}

void Painter::paint(const std::uint8_t* samples, std::uint8_t* out, int width_px) {
  if (kind_.bits == 8)
    paint_as(samples, out, width_px);
  else
    paint_as(reinterpret_cast<const std::uint16_t*>(samples), out, width_px);
}

}  // namespace linka
