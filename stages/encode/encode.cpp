// SPDX-License-Identifier: GPL-3.0-or-later
// OpenJPEG makes the bare codestream; the boxes around it are ours (jp2_boxes.h), because OpenJPEG
// writes no resolution box. The boxes stand at the head of the answer before the first tile of the
// master is coded, so its codestream is written where it stays. The user copy: user_copy.cpp.
#include "stages/encode/encode.h"

#include "stages/encode/jp2_boxes.h"
#include "stages/encode/openjpeg.h"
#include "stages/encode/user_copy.h"

#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace linka {
namespace {

constexpr double least_ratio = 6.0;  // of the whole user copy, by the standard

// ---- streams in memory

struct Source {
  ByteView bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* data, OPJ_SIZE_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const std::size_t n = std::min<std::size_t>(count, source.bytes.size() - source.at);
  if (n == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(data, source.bytes.data() + source.at, n);
  source.at += n;
  return n;
}
OPJ_BOOL seek_read(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (position < 0 || static_cast<std::size_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}
OPJ_OFF_T skip_read(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const auto left = static_cast<OPJ_OFF_T>(source.bytes.size() - source.at);
  if (count < 0) return -1;
  const OPJ_OFF_T n = std::min(count, left);
  if (n == 0 && count > 0) return -1;
  source.at += static_cast<std::size_t>(n);
  return n;
}

// ---- encoding

Result<Bytes> encode_master(const Image& page) {
  Bytes file = boxes_before_codestream(page);
  const std::size_t codestream_at = file.size();
  // A scan's noise leaves about half, more or less. Memory that is never touched costs nothing, and
  // there is room for metadata.
  file.reserve(codestream_at + page.size_bytes());
  auto done = append_codestream(page, tiles_of(page, Copy::master), page.width(), page.height(),
                                settings(Copy::master, page.channels()), 0, file);
  if (!done) return pass(done);
  if (auto closed = close_codestream_box(file, codestream_at); !closed) return pass(closed);
  return file;
}

Result<Bytes> encode_user(const Image& page, double user_rate, std::size_t room_bytes) {
  Bytes file = boxes_before_codestream(page);
  const std::size_t codestream_at = file.size();
  const auto uncompressed = static_cast<double>(page.size_bytes());
  const auto boxes = static_cast<double>(file.size());
  const double most = uncompressed / least_ratio - static_cast<double>(room_bytes) - boxes;
  auto done =
      append_user_codestream(page, std::min(uncompressed / user_rate - boxes, most), most, file);
  if (!done) return pass(done);
  if (auto closed = close_codestream_box(file, codestream_at); !closed) return pass(closed);
  return file;
}

bool is_plausible(Dpi dpi) {
  const auto within = [](double value) { return value >= 1 && value <= 100000; };
  return within(dpi.x) && within(dpi.y);
}

// ---- decoding

Result<Image> image_of(const opj_image_t& decoded) {
  const auto channels = static_cast<int>(decoded.numcomps);
  if (channels != 1 && channels != 3)
    return fail(ErrorKind::unsupported, "the JP2 file has {} components", channels);
  const OPJ_UINT32 width = decoded.comps[0].w, height = decoded.comps[0].h;
  for (int c = 0; c < channels; ++c) {
    const opj_image_comp_t& plane = decoded.comps[c];
    if (plane.w != width || plane.h != height || plane.prec != 8 || plane.sgnd != 0)
      return fail(ErrorKind::unsupported,
                  "component {} of the JP2 file is not of 8 bits and full size", c);
    if (plane.data == nullptr) return fail(ErrorKind::bad_input, "the JP2 file has no pixels");
  }
  IccProfile icc;
  if (decoded.icc_profile_buf != nullptr && decoded.icc_profile_len > 0)
    icc = std::make_shared<const Bytes>(decoded.icc_profile_buf,
                                        decoded.icc_profile_buf + decoded.icc_profile_len);
  const std::size_t samples = static_cast<std::size_t>(width) * height;
  const auto sample = [](OPJ_INT32 value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));  // 9-7 overshoots
  };
  return Image::make(static_cast<int>(width), static_cast<int>(height), channels, {},
                     std::move(icc), [&](std::uint8_t* out) {
                       if (channels == 1) {
                         std::transform(decoded.comps[0].data, decoded.comps[0].data + samples, out,
                                        sample);
                         return;
                       }
                       const OPJ_INT32 *red = decoded.comps[0].data, *green = decoded.comps[1].data,
                                       *blue = decoded.comps[2].data;
                       for (std::size_t i = 0; i < samples; ++i, out += 3) {
                         out[0] = sample(red[i]);
                         out[1] = sample(green[i]);
                         out[2] = sample(blue[i]);
                       }
                     });
}

}  // namespace

Result<Bytes> encode(const Image& page, Copy copy, const EncodeParams& params,
                     std::size_t room_bytes) {
  return guarded<Bytes>("encode", [&]() -> Result<Bytes> {
    if (page.empty()) return fail(ErrorKind::bad_input, "there is no page to encode");
    if (!is_plausible(page.dpi()))
      return fail(ErrorKind::bad_input, "the page's resolution of {} x {} dpi cannot be right",
                  page.dpi().x, page.dpi().y);
    return copy == Copy::master ? encode_master(page)
                                : encode_user(page, params.user_rate, room_bytes);
  });
}

Result<Image> decode_jp2(ByteView jp2) {
  return guarded<Image>("encode", [&]() -> Result<Image> {
    const OpjCodecPtr codec(opj_create_decompress(OPJ_CODEC_JP2));
    const OpjStreamPtr stream(opj_stream_create(stream_buffer, OPJ_TRUE));
    if (!codec || !stream) return fail(ErrorKind::resource, "not enough memory to decode");
    Source source{jp2};
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), jp2.size());
    opj_stream_set_read_function(stream.get(), read_some);
    opj_stream_set_seek_function(stream.get(), seek_read);
    opj_stream_set_skip_function(stream.get(), skip_read);

    Complaint complaint;
    listen(codec.get(), complaint);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* header = nullptr;
    const bool begun = opj_setup_decoder(codec.get(), &parameters) &&
                       opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) &&
                       opj_codec_set_threads(codec.get(), 0) &&
                       opj_read_header(stream.get(), codec.get(), &header);
    const OpjImagePtr image(header);
    if (!begun || !opj_decode(codec.get(), stream.get(), image.get()) ||
        !opj_end_decompress(codec.get(), stream.get())) {
      Error error = failed("decode", complaint).value();
      if (error.kind == ErrorKind::internal) error.kind = ErrorKind::bad_input;
      return tl::unexpected(std::move(error));
    }
    return image_of(*image);
  });
}

std::string openjpeg_version() {
  return opj_version();
}

std::string openjpeg_build() {
#ifdef LINKA_TUNED_OPENJPEG
  return openjpeg_version() + " (tuned: Debian " LINKA_TUNED_OPENJPEG ")";
#else
  return openjpeg_version();
#endif
}

}  // namespace linka
