// SPDX-License-Identifier: GPL-3.0-or-later
// The page goes to OpenJPEG tile by tile, as one byte a sample. OpenJPEG widens a tile to four
// bytes a sample while it works on it; handing it the whole page would widen the whole page.
//
// The two columns of settings are those of the Czech national standard for the master copy and the
// user copy. The levels are five for every size: a page narrower than 32 pixels has empty bands at
// the lowest levels, which is lawful and which OpenJPEG codes.
#include "stages/encode/openjpeg.h"

#include <algorithm>
#include <cstring>

namespace linka {
namespace {

constexpr int levels = 5;
constexpr int master_tile = 4096, user_tile = 1024;

void keep_first(const char* message, void* complaint) {
  auto& text = static_cast<Complaint*>(complaint)->text;
  if (text.empty()) text = message;
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
}
void ignore(const char*, void*) {}

// The codestream at the end of `file`; positions count from its first byte.
struct Sink {
  Bytes& file;
  std::size_t base;
  std::size_t at;
  Bytes& planes;  // of the tile in hand; OpenJPEG has its own copy of them when it begins to write
};

OPJ_SIZE_T write_some(void* data, OPJ_SIZE_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  Bytes().swap(sink.planes);
  try {
    if (sink.at + count > sink.file.size()) sink.file.resize(sink.at + count);
  } catch (const std::exception&) {
    return static_cast<OPJ_SIZE_T>(-1);
  }
  std::memcpy(sink.file.data() + sink.at, data, count);
  sink.at += count;
  return count;
}
OPJ_BOOL seek_written(OPJ_OFF_T position, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (position < 0 || static_cast<std::size_t>(position) > sink.file.size() - sink.base)
    return OPJ_FALSE;
  sink.at = sink.base + static_cast<std::size_t>(position);
  return OPJ_TRUE;
}
OPJ_OFF_T skip_written(OPJ_OFF_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  return seek_written(static_cast<OPJ_OFF_T>(sink.at - sink.base) + count, user) ? count : -1;
}

// One part's samples, a plane a channel, as opj_write_tile wants them: `Sample` is its unsigned
// integer.
template <class Sample>
void copy_planes(const Image& page, const PixelArea& part, Sample* planes) {
  const auto w = static_cast<std::size_t>(part.width), h = static_cast<std::size_t>(part.height);
  const auto channels = static_cast<std::size_t>(page.channels());
  for (std::size_t y = 0; y < h; ++y) {
    const std::uint8_t* from =
        page.row(part.y0 + static_cast<int>(y)) + static_cast<std::size_t>(part.x0) * channels;
    Sample* to = planes + y * w;
    if (channels == 1) {
      std::copy(from, from + w, to);
      continue;
    }
    Sample *red = to, *green = to + w * h, *blue = to + 2 * w * h;
    for (std::size_t x = 0; x < w; ++x, from += 3) {
      red[x] = from[0];
      green[x] = from[1];
      blue[x] = from[2];
    }
  }
}

void copy_planes(const Image& page, const PixelArea& part, bool wide, Bytes& planes) {
  const std::size_t samples = static_cast<std::size_t>(part.width) *
                              static_cast<std::size_t>(part.height) *
                              static_cast<std::size_t>(page.channels());
  planes.resize(wide ? 2 * samples : samples);
  if (wide)
    copy_planes(page, part, reinterpret_cast<std::uint16_t*>(planes.data()));
  else
    copy_planes(page, part, planes.data());
}

}  // namespace

void listen(opj_codec_t* codec, Complaint& complaint) {
  opj_set_error_handler(codec, keep_first, &complaint);
  opj_set_warning_handler(codec, ignore, nullptr);
  opj_set_info_handler(codec, ignore, nullptr);
}

tl::unexpected<Error> failed(const char* what, const Complaint& complaint) {
  const bool memory = complaint.text.find("emory") != std::string::npos ||
                      complaint.text.find("alloc") != std::string::npos;
  return fail(memory ? ErrorKind::resource : ErrorKind::internal,
              "OpenJPEG could not {} the page: {}", what,
              complaint.text.empty() ? "no reason given" : complaint.text);
}

int tile_edge(Copy copy) {
  return copy == Copy::master ? master_tile : user_tile;
}

std::vector<PixelArea> tiles_of(const Image& page, Copy copy) {
  const int edge = tile_edge(copy);
  std::vector<PixelArea> tiles;
  for (int y = 0; y < page.height(); y += edge)
    for (int x = 0; x < page.width(); x += edge)
      tiles.push_back({x, y, std::min(edge, page.width() - x), std::min(edge, page.height() - y)});
  return tiles;
}

opj_cparameters_t settings(Copy copy, int channels) {
  opj_cparameters_t p;
  opj_set_default_encoder_parameters(&p);
  p.tile_size_on = OPJ_TRUE;
  p.cp_tdx = p.cp_tdy = tile_edge(copy);
  p.prog_order = OPJ_RPCL;
  p.numresolution = levels + 1;
  p.cblockw_init = p.cblockh_init = 64;
  p.mode = 1;  // BYPASS
  p.csty |= 0x01;
  p.res_spec = levels + 1;
  for (int i = 0; i <= levels; ++i) p.prcw_init[i] = p.prch_init[i] = i < 2 ? 256 : 128;
  p.tp_on = 1;
  p.tp_flag = 'R';
  p.tcp_mct = channels == 3 ? 1 : 0;
  if (copy == Copy::master) {
    p.csty |= 0x02 | 0x04;  // SOP, EPH
    p.irreversible = 0;
    p.cp_disto_alloc = 1;
    p.tcp_numlayers = 1;
    p.tcp_rates[0] = 0;  // everything
  } else {
    // Without SOP and EPH: two percent of the file go to the picture instead.
    p.irreversible = 1;
    p.tcp_numlayers = user_layers;
  }
  return p;
}

Result<void> append_codestream(const Image& page, const std::vector<PixelArea>& parts, int width,
                               int height, opj_cparameters_t parameters, int dropped_planes,
                               Bytes& file) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(width);
  component.h = static_cast<OPJ_UINT32>(height);
  component.prec = 8;
  opj_image_cmptparm_t components[] = {component, component, component};
  const OpjImagePtr image(
      opj_image_tile_create(static_cast<OPJ_UINT32>(page.channels()), components,
                            page.channels() == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB));
  const OpjCodecPtr codec(opj_create_compress(OPJ_CODEC_J2K));
  const OpjStreamPtr stream(opj_stream_create(stream_buffer, OPJ_FALSE));
  if (!image || !codec || !stream) return fail(ErrorKind::resource, "not enough memory to encode");
  image->x1 = component.w;
  image->y1 = component.h;

  Bytes planes;
  Sink sink{file, file.size(), file.size(), planes};
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_seek_function(stream.get(), seek_written);
  opj_stream_set_skip_function(stream.get(), skip_written);

  Complaint complaint;
  listen(codec.get(), complaint);
  const char* const options[] = {"PLT=YES", nullptr};
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_codec_set_threads(codec.get(), 0) ||  // whatever OPJ_NUM_THREADS says
      !opj_encoder_set_extra_options(codec.get(), options))
    return failed("begin to encode", complaint);
  for (int c = 0; c < page.channels(); ++c)
    image->comps[c].prec += static_cast<OPJ_UINT32>(dropped_planes);
  if (!opj_start_compress(codec.get(), image.get(), stream.get()))
    return failed("begin to encode", complaint);

  for (std::size_t i = 0; i < parts.size(); ++i) {
    copy_planes(page, parts[i], dropped_planes > 0, planes);
    if (!opj_write_tile(codec.get(), static_cast<OPJ_UINT32>(i), planes.data(),
                        static_cast<OPJ_UINT32>(planes.size()), stream.get()))
      return failed("encode", complaint);
  }
  if (!opj_end_compress(codec.get(), stream.get())) return failed("finish encoding", complaint);
  return {};
}

}  // namespace linka
