// SPDX-License-Identifier: GPL-3.0-or-later
// OpenJPEG makes the bare codestream; the boxes around it are ours (jp2_boxes.h), because OpenJPEG
// writes no resolution box. The boxes stand at the head of the answer before the first tile is
// coded, so the codestream is written where it stays.
//
// The page goes to OpenJPEG tile by tile, as one byte a sample. OpenJPEG widens a tile to four
// bytes a sample while it works on it; handing it the whole page would widen the whole page.
//
// The two columns of settings are those of the Czech national standard for the master copy and the
// user copy. The levels are five for every size: a page narrower than 32 pixels has empty bands at
// the lowest levels, which is lawful and which OpenJPEG codes.
//
// The user copy's layers have rates in steps of the square root of 2 down to the last, which
// decides the size of the file. OpenJPEG shares the bytes out between tiles by their area, does not
// count the packet lengths (PLT), and gives a tiny tile a least size a layer. So we count the
// packet lengths ourselves, and measure what came out; if the standard's bound is missed, the aim
// is lowered by what was too much.
#include "stages/encode/encode.h"

#include "base/handle.h"
#include "stages/encode/jp2_boxes.h"

#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace linka {
namespace {

using OpjCodecPtr = std::unique_ptr<opj_codec_t, FreeWith<opj_destroy_codec>>;
using OpjStreamPtr = std::unique_ptr<opj_stream_t, FreeWith<opj_stream_destroy>>;
using OpjImagePtr = std::unique_ptr<opj_image_t, FreeWith<opj_image_destroy>>;

constexpr int levels = 5;
constexpr int user_layers = 12;
constexpr int master_tile = 4096, user_tile = 1024;
constexpr double least_ratio = 6.0;  // of the whole user copy, by the standard
constexpr std::size_t stream_buffer = 256 * 1024;
constexpr int aims = 6;  // tries to meet it; all but tiny pages meet it with the first

// OpenJPEG's messages, for ours. Only the first error is kept: the rest follow from it.
struct Complaint {
  std::string text;
};
void keep_first(const char* message, void* complaint) {
  auto& text = static_cast<Complaint*>(complaint)->text;
  if (text.empty()) text = message;
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
}
void ignore(const char*, void*) {}

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

// ---- streams in memory

// The codestream at the end of `file`; positions count from its first byte.
struct Sink {
  Bytes& file;
  std::size_t base;
  std::size_t at;
};

OPJ_SIZE_T write_some(void* data, OPJ_SIZE_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
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

// Of the resolution reached by so many halvings of the page.
constexpr int precinct_edge(int halvings) {
  return halvings < 2 ? 256 : 128;
}

opj_cparameters_t settings(Copy copy, int channels, double last_rate) {
  opj_cparameters_t p;
  opj_set_default_encoder_parameters(&p);
  p.tile_size_on = OPJ_TRUE;
  p.cp_tdx = p.cp_tdy = copy == Copy::master ? master_tile : user_tile;
  p.prog_order = OPJ_RPCL;
  p.numresolution = levels + 1;
  p.cblockw_init = p.cblockh_init = 64;
  p.mode = 1;  // BYPASS
  p.csty |= 0x01;
  p.res_spec = levels + 1;
  for (int i = 0; i <= levels; ++i) p.prcw_init[i] = p.prch_init[i] = precinct_edge(i);
  p.tp_on = 1;
  p.tp_flag = 'R';
  p.tcp_mct = channels == 3 ? 1 : 0;
  p.cp_disto_alloc = 1;
  if (copy == Copy::master) {
    p.csty |= 0x02 | 0x04;  // SOP, EPH
    p.irreversible = 0;
    p.tcp_numlayers = 1;
    p.tcp_rates[0] = 0;  // everything
  } else {
    // Without SOP and EPH: two percent of the file go to the picture instead.
    p.irreversible = 1;
    p.tcp_numlayers = user_layers;
    for (int i = 0; i < user_layers; ++i)
      p.tcp_rates[i] = static_cast<float>(last_rate * std::exp2((user_layers - 1 - i) / 2.0));
  }
  return p;
}

struct Tiles {
  int edge, across, down;
};
Tiles tiles_of(const Image& page, Copy copy) {
  const int edge = copy == Copy::master ? master_tile : user_tile;
  return {edge, (page.width() + edge - 1) / edge, (page.height() + edge - 1) / edge};
}

// How many bytes the list of packet lengths takes: two bytes for one of up to 16 KiB.
std::size_t packet_list_bytes(const Image& page, Copy copy, int layers) {
  const Tiles tiles = tiles_of(page, copy);
  const auto precincts_along = [&](int size_px, int tile, int halvings) {
    const int in_tile = std::min(tiles.edge, size_px - tile * tiles.edge);
    const int edge = precinct_edge(halvings) << halvings;
    return (in_tile + edge - 1) / edge;
  };
  std::size_t packets = 0;
  for (int tile = 0; tile < tiles.across * tiles.down; ++tile)
    for (int halvings = 0; halvings <= levels; ++halvings)
      packets += static_cast<std::size_t>(
          precincts_along(page.width(), tile % tiles.across, halvings) *
          precincts_along(page.height(), tile / tiles.across, halvings) * layers * page.channels());
  return 2 * packets;
}

// One tile's samples, a plane a channel, as opj_write_tile wants them.
void copy_planes(const Image& page, int x0, int y0, int width, int height, Bytes& planes) {
  const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height);
  const auto channels = static_cast<std::size_t>(page.channels());
  planes.resize(w * h * channels);
  for (std::size_t y = 0; y < h; ++y) {
    const std::uint8_t* from =
        page.row(y0 + static_cast<int>(y)) + static_cast<std::size_t>(x0) * channels;
    std::uint8_t* to = planes.data() + y * w;
    if (channels == 1) {
      std::memcpy(to, from, w);
      continue;
    }
    std::uint8_t *red = to, *green = to + w * h, *blue = to + 2 * w * h;
    for (std::size_t x = 0; x < w; ++x, from += 3) {
      red[x] = from[0];
      green[x] = from[1];
      blue[x] = from[2];
    }
  }
}

Result<void> append_codestream(const Image& page, Copy copy, double last_rate, Bytes& file) {
  opj_cparameters_t parameters = settings(copy, page.channels(), last_rate);
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(page.width());
  component.h = static_cast<OPJ_UINT32>(page.height());
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

  Sink sink{file, file.size(), file.size()};
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_seek_function(stream.get(), seek_written);
  opj_stream_set_skip_function(stream.get(), skip_written);

  Complaint complaint;
  listen(codec.get(), complaint);
  const char* const options[] = {"PLT=YES", nullptr};
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_codec_set_threads(codec.get(), 0) ||  // whatever OPJ_NUM_THREADS says
      !opj_encoder_set_extra_options(codec.get(), options) ||
      !opj_start_compress(codec.get(), image.get(), stream.get()))
    return failed("begin to encode", complaint);

  const Tiles tiles = tiles_of(page, copy);
  Bytes planes;
  for (int i = 0; i < tiles.across * tiles.down; ++i) {
    const int x0 = i % tiles.across * tiles.edge, y0 = i / tiles.across * tiles.edge;
    copy_planes(page, x0, y0, std::min(tiles.edge, page.width() - x0),
                std::min(tiles.edge, page.height() - y0), planes);
    if (!opj_write_tile(codec.get(), static_cast<OPJ_UINT32>(i), planes.data(),
                        static_cast<OPJ_UINT32>(planes.size()), stream.get()))
      return failed("encode", complaint);
  }
  if (!opj_end_compress(codec.get(), stream.get())) return failed("finish encoding", complaint);
  return {};
}

Result<Bytes> file_of(const Image& page, Copy copy, double last_rate, std::size_t expected_bytes) {
  Bytes file = boxes_before_codestream(page);
  const std::size_t codestream_at = file.size();
  file.reserve(codestream_at + expected_bytes);
  if (auto done = append_codestream(page, copy, last_rate, file); !done) return pass(done);
  if (auto done = close_codestream_box(file, codestream_at); !done) return pass(done);
  return file;
}

Result<Bytes> encode_master(const Image& page) {
  // A scan's noise leaves about half; a clean page far less. Pages never touched cost nothing.
  return file_of(page, Copy::master, 0, page.size_bytes() / 2);
}

Result<Bytes> encode_user(const Image& page, double user_rate, std::size_t room_bytes) {
  const auto uncompressed = static_cast<double>(page.size_bytes());
  const double bound = uncompressed / least_ratio - static_cast<double>(room_bytes);
  const auto uncounted = static_cast<double>(boxes_before_codestream(page).size() +
                                             packet_list_bytes(page, Copy::user, user_layers));
  double aim = std::min(uncompressed / user_rate, bound) - uncounted;
  // For the first try, an aim too small to reach is no reason to give up: a blank page gets there.
  if (bound > 0) aim = std::max(aim, bound / 4);
  for (int i = 0; i < aims && aim > 0; ++i) {
    auto file = file_of(page, Copy::user, uncompressed / aim, static_cast<std::size_t>(aim * 1.1));
    if (!file || static_cast<double>(file->size()) <= bound) return file;
    aim -= static_cast<double>(file->size()) - bound;
  }
  return fail(ErrorKind::bad_input,
              "a page of {} x {} pixels is too small for a user copy of a sixth of its size",
              page.width(), page.height());
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
