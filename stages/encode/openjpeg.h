// SPDX-License-Identifier: GPL-3.0-or-later
// What both copies want of OpenJPEG: its handles and messages, the standard's settings, and one
// codestream written tile by tile into memory.
#pragma once

#include "base/bytes.h"
#include "base/handle.h"
#include "base/result.h"
#include "image/image.h"
#include "stages/encode/encode.h"

#include <openjpeg.h>

#include <functional>
#include <memory>
#include <string>

namespace linka {

using OpjCodecPtr = std::unique_ptr<opj_codec_t, FreeWith<opj_destroy_codec>>;
using OpjStreamPtr = std::unique_ptr<opj_stream_t, FreeWith<opj_stream_destroy>>;
using OpjImagePtr = std::unique_ptr<opj_image_t, FreeWith<opj_image_destroy>>;

constexpr int user_layers = 12;
constexpr std::size_t stream_buffer = 256 * 1024;

// OpenJPEG's messages, for ours. Only the first error is kept: the rest follow from it.
struct Complaint {
  std::string text;
};
void listen(opj_codec_t* codec, Complaint& complaint);
tl::unexpected<Error> failed(const char* what, const Complaint& complaint);

// A part of the page, in whole pixels.
struct PixelArea {
  int x0, y0, width, height;
};
// The page's tiles in the order of the codestream, and their nominal edge.
int tile_edge(Copy copy);
std::vector<PixelArea> tiles_of(const Image& page, Copy copy);

// The settings of the standard for one of the copies, but for the layers' sizes.
opj_cparameters_t settings(Copy copy, int channels);

// Codes these parts of the page as the tiles of one picture of width x height and appends the
// codestream to `file`. With dropped_planes > 0 OpenJPEG is told, when it has worked out the
// quantiser, that the samples have so many bits more: it then takes steps so many times two as
// large, and writes a header that holds for no decoder until it is put right (user_copy.cpp).
Result<void> append_codestream(const Image& page, const std::vector<PixelArea>& parts, int width,
                               int height, opj_cparameters_t parameters, int dropped_planes,
                               Bytes& file);

}  // namespace linka
