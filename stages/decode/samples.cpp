// SPDX-License-Identifier: GPL-3.0-or-later
// The writers check nothing: a sample that cannot be written fails the test that reads it.
#include "stages/decode/samples.h"

#include <cstdio>
#include <cstdlib>
// jpeglib.h wants stdio first.
#include <jpeglib.h>
#include <lcms2.h>
#include <openjpeg.h>
#include <png.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace linka::samples {
namespace {

std::size_t sz(std::int64_t v) {
  return static_cast<std::size_t>(v);
}

// A file that grows in memory.
struct Sink {
  Bytes bytes;
  std::size_t at = 0;
};
tmsize_t sink_read(thandle_t h, void* to, tmsize_t n) {
  auto* s = static_cast<Sink*>(h);
  const std::size_t got = s->at < s->bytes.size() ? std::min(sz(n), s->bytes.size() - s->at) : 0;
  std::memcpy(to, s->bytes.data() + s->at, got);
  s->at += got;
  return static_cast<tmsize_t>(got);
}
void put(Sink& s, const void* from, std::size_t n) {
  if (s.bytes.size() < s.at + n) s.bytes.resize(s.at + n);
  std::memcpy(s.bytes.data() + s.at, from, n);
  s.at += n;
}
tmsize_t sink_write(thandle_t h, void* from, tmsize_t n) {
  put(*static_cast<Sink*>(h), from, sz(n));
  return n;
}
toff_t sink_seek(thandle_t h, toff_t to, int whence) {
  auto* s = static_cast<Sink*>(h);
  s->at = (whence == SEEK_CUR ? s->at : whence == SEEK_END ? s->bytes.size() : 0) + to;
  return s->at;
}
int sink_close(thandle_t) {
  return 0;
}
toff_t sink_size(thandle_t h) {
  return static_cast<Sink*>(h)->bytes.size();
}

// Channels [first, first + n) of the columns [x0, x1) of row y, packed highest bit first.
Bytes packed(const Pixels& p, int y, int x0, int x1, int first, int n) {
  Bytes row;
  if (p.bits == 16) {
    for (int x = x0; x < x1; ++x)
      for (int c = first; c < first + n; ++c) {
        const auto v = static_cast<std::uint16_t>(x < p.width && y < p.height ? p.at(x, y, c) : 0);
        row.insert(row.end(), reinterpret_cast<const std::uint8_t*>(&v),
                   reinterpret_cast<const std::uint8_t*>(&v) + 2);
      }
    return row;
  }
  row.assign(sz(((x1 - x0) * n * p.bits + 7) / 8), 0);
  std::size_t bit = 0;
  for (int x = x0; x < x1; ++x)
    for (int c = first; c < first + n; ++c) {
      const std::uint32_t v = x < p.width && y < p.height ? p.at(x, y, c) : 0;
      for (int b = p.bits - 1; b >= 0; --b, ++bit)
        if ((v >> b) & 1u)
          row[bit / 8] = static_cast<std::uint8_t>(row[bit / 8] | (0x80u >> (bit % 8)));
    }
  return row;
}

void write_pixels(TIFF* t, const TiffPage& page) {
  const Pixels& p = page.pixels;
  const int planes = page.separate ? p.samples : 1, n = page.separate ? 1 : p.samples;
  for (int plane = 0; plane < planes; ++plane) {
    if (page.tile == 0) {
      for (int y = 0; y < p.height; ++y) {
        Bytes row = packed(p, y, 0, p.width, plane, n);
        TIFFWriteScanline(t, row.data(), static_cast<std::uint32_t>(y),
                          static_cast<std::uint16_t>(plane));
      }
      continue;
    }
    for (int y0 = 0; y0 < p.height; y0 += page.tile)
      for (int x0 = 0; x0 < p.width; x0 += page.tile) {
        Bytes tile;
        for (int y = y0; y < y0 + page.tile; ++y) {
          const Bytes row = packed(p, y, x0, x0 + page.tile, plane, n);
          tile.insert(tile.end(), row.begin(), row.end());
        }
        TIFFWriteTile(t, tile.data(), static_cast<std::uint32_t>(x0),
                      static_cast<std::uint32_t>(y0), 0, static_cast<std::uint16_t>(plane));
      }
  }
}

void set_text(TIFF* t, ttag_t tag, const std::string& text) {
  if (!text.empty()) TIFFSetField(t, tag, text.c_str());
}

void write_page(TIFF* t, const TiffPage& page) {
  const Pixels& p = page.pixels;
  TIFFSetField(t, TIFFTAG_IMAGEWIDTH, p.width);
  TIFFSetField(t, TIFFTAG_IMAGELENGTH, p.height);
  TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, p.bits);
  TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, p.samples);
  TIFFSetField(t, TIFFTAG_PHOTOMETRIC, page.photometric);
  TIFFSetField(t, TIFFTAG_COMPRESSION, page.compression);
  TIFFSetField(t, TIFFTAG_PLANARCONFIG,
               page.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  if (page.predictor > 0) TIFFSetField(t, TIFFTAG_PREDICTOR, page.predictor);
  if (page.compression == COMPRESSION_JPEG) {
    TIFFSetField(t, TIFFTAG_JPEGQUALITY, 95);
    if (page.photometric == PHOTOMETRIC_YCBCR)
      TIFFSetField(t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  if (page.tile > 0) {
    TIFFSetField(t, TIFFTAG_TILEWIDTH, page.tile);
    TIFFSetField(t, TIFFTAG_TILELENGTH, page.tile);
  } else {
    TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, page.rows_per_strip > 0 ? page.rows_per_strip : p.height);
  }
  if (page.orientation > 0) TIFFSetField(t, TIFFTAG_ORIENTATION, page.orientation);
  if (page.sample_format > 0) TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, page.sample_format);
  if (page.extra_sample) {
    const auto kind = static_cast<std::uint16_t>(*page.extra_sample);
    TIFFSetField(t, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  if (page.x_resolution) TIFFSetField(t, TIFFTAG_XRESOLUTION, *page.x_resolution);
  if (page.y_resolution) TIFFSetField(t, TIFFTAG_YRESOLUTION, *page.y_resolution);
  if (page.resolution_unit > 0) TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, page.resolution_unit);
  if (page.subfile > 0) TIFFSetField(t, TIFFTAG_SUBFILETYPE, page.subfile);
  if (!page.icc.empty())
    TIFFSetField(t, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(page.icc.size()),
                 page.icc.data());
  if (!page.palette.empty()) {
    const std::size_t n = page.palette.size() / 3;
    TIFFSetField(t, TIFFTAG_COLORMAP, page.palette.data(), page.palette.data() + n,
                 page.palette.data() + 2 * n);
  }
  set_text(t, TIFFTAG_MAKE, page.make);
  set_text(t, TIFFTAG_MODEL, page.model);
  set_text(t, TIFFTAG_SOFTWARE, page.software);
  set_text(t, TIFFTAG_DATETIME, page.date_time);
  set_text(t, TIFFTAG_ARTIST, page.artist);
  const bool with_exif = !page.original_date.empty() || !page.serial.empty();
  if (with_exif) TIFFSetField(t, TIFFTAG_EXIFIFD, std::uint64_t{0});
  write_pixels(t, page);
  TIFFWriteDirectory(t);
  if (!with_exif) return;
  std::uint64_t at = 0;
  TIFFCreateEXIFDirectory(t);
  set_text(t, EXIFTAG_DATETIMEORIGINAL, page.original_date);
  set_text(t, EXIFTAG_BODYSERIALNUMBER, page.serial);
  TIFFWriteCustomDirectory(t, &at);
  TIFFSetDirectory(t, 0);
  TIFFSetField(t, TIFFTAG_EXIFIFD, at);
  TIFFRewriteDirectory(t);
}

// Numbers of a TIFF structure, in either byte order.
struct Writer {
  bool big_endian = false;
  Bytes bytes;
  void number(std::uint64_t v, int size) {
    for (int i = 0; i < size; ++i)
      bytes.push_back(static_cast<std::uint8_t>(v >> (8 * (big_endian ? size - 1 - i : i))));
  }
};

// Directory entries with their values behind the directory.
struct Directory {
  struct Entry {
    int tag, type;
    std::uint64_t count;
    std::uint64_t value;  // when it fits
    Bytes outside;
  };
  std::vector<Entry> entries;
  void short_value(int tag, int v) {
    entries.push_back({tag, 3, 1, static_cast<std::uint64_t>(v), {}});
  }
  void long_value(int tag, std::uint64_t v) { entries.push_back({tag, 4, 1, v, {}}); }
  void text(int tag, const std::string& t) {
    if (t.empty()) return;
    Bytes b(t.begin(), t.end());
    b.resize(std::max<std::size_t>(b.size() + 1, 5), 0);
    entries.push_back({tag, 2, b.size(), 0, b});
  }
  std::size_t size() const {
    std::size_t n = 2 + 12 * entries.size() + 4;
    for (const Entry& e : entries) n += (e.outside.size() + 1) / 2 * 2;
    return n;
  }
  void write(Writer& w) const {
    std::uint64_t outside = w.bytes.size() + 2 + 12 * entries.size() + 4;
    w.number(entries.size(), 2);
    for (const Entry& e : entries) {
      w.number(static_cast<std::uint64_t>(e.tag), 2);
      w.number(static_cast<std::uint64_t>(e.type), 2);
      w.number(e.count, 4);
      if (!e.outside.empty()) {
        w.number(outside, 4);
        outside += (e.outside.size() + 1) / 2 * 2;
      } else if (e.type == 3) {
        w.number(e.value, 2);
        w.number(0, 2);
      } else {
        w.number(e.value, 4);
      }
    }
    w.number(0, 4);
    for (const Entry& e : entries) {
      w.bytes.insert(w.bytes.end(), e.outside.begin(), e.outside.end());
      if (e.outside.size() % 2) w.bytes.push_back(0);
    }
  }
};

void begin_tiff(Writer& w) {
  w.bytes.assign(2, w.big_endian ? 'M' : 'I');
  w.number(42, 2);
  w.number(8, 4);
}

void append(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Bytes box(const char* type, const Bytes& body) {
  Writer w{true, {}};
  w.number(body.size() + 8, 4);
  for (int i = 0; i < 4; ++i) w.bytes.push_back(static_cast<std::uint8_t>(type[i]));
  append(w.bytes, body);
  return w.bytes;
}

Bytes resolution_box(const char* type, Dpi dpi) {
  Writer w{true, {}};
  for (const double d : {dpi.y, dpi.x}) {
    w.number(static_cast<std::uint64_t>(std::lround(d * 100)), 2);
    w.number(254, 2);
  }
  w.number(2, 1);
  w.number(2, 1);
  return box(type, w.bytes);
}

Bytes saved(cmsHPROFILE profile) {
  cmsUInt32Number n = 0;
  cmsSaveProfileToMem(profile, nullptr, &n);
  Bytes bytes(n);
  cmsSaveProfileToMem(profile, bytes.data(), &n);
  cmsCloseProfile(profile);
  return bytes;
}

// L* = 100 as version 2 of ICC writes it.
constexpr double white = 0xFF00;

cmsInt32Number darken(const cmsUInt16Number in[], cmsUInt16Number out[], void*) {
  double ink = 0;
  for (int i = 0; i < 4; ++i) ink += in[i] / 65535.0;
  out[0] = static_cast<cmsUInt16Number>((1 - ink / 4) * white);
  out[1] = out[2] = 0x8000;
  return TRUE;
}
cmsInt32Number by_green(const cmsUInt16Number in[], cmsUInt16Number out[], void*) {
  out[0] = static_cast<cmsUInt16Number>(in[1] / 65535.0 * white);
  out[1] = out[2] = 0x8000;
  return TRUE;
}

Bytes table_profile(cmsColorSpaceSignature space, cmsUInt32Number channels,
                    cmsProfileClassSignature kind, cmsSAMPLER16 sampler) {
  cmsHPROFILE p = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(p, 2.4);
  cmsSetDeviceClass(p, kind);
  cmsSetColorSpace(p, space);
  cmsSetPCS(p, cmsSigLabData);
  cmsPipeline* lut = cmsPipelineAlloc(nullptr, channels, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, 2, channels, 3, nullptr);
  cmsStageSampleCLut16bit(table, sampler, nullptr, 0);
  cmsPipelineInsertStage(lut, cmsAT_BEGIN, table);
  cmsWriteTag(p, cmsSigAToB0Tag, lut);
  cmsPipelineFree(lut);
  cmsMLU* name = cmsMLUalloc(nullptr, 1);
  cmsMLUsetASCII(name, "en", "US", "Table of the tests");
  cmsWriteTag(p, cmsSigProfileDescriptionTag, name);
  cmsMLUfree(name);
  return saved(p);
}

}  // namespace

Pixels pixels(int width, int height, int samples, int bits,
              const std::function<std::uint32_t(int x, int y, int c)>& f) {
  Pixels p{width, height, samples, bits, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < samples; ++c) p.values.push_back(f(x, y, c) & ((1u << bits) - 1));
  return p;
}

Pixels noise(int width, int height, int samples, int bits) {
  return pixels(width, height, samples, bits, [](int x, int y, int c) {
    std::uint32_t v = static_cast<std::uint32_t>(x * 73 + y * 151 + c * 57 + 11);
    v = v * 2654435761u;
    return v >> 13;
  });
}

Pixels smooth(int width, int height, int samples) {
  return pixels(width, height, samples, 8, [&](int x, int y, int c) {
    return static_cast<std::uint32_t>(40 + 150 * x / width + 40 * y / height + 8 * c);
  });
}

Bytes tiff(const std::vector<TiffPage>& pages, const char* mode) {
  Sink sink;
  TIFF* t = TIFFClientOpen("sample", mode, &sink, sink_read, sink_write, sink_seek, sink_close,
                           sink_size, nullptr, nullptr);
  for (const TiffPage& page : pages) write_page(t, page);
  TIFFClose(t);
  return sink.bytes;
}
Bytes tiff(const TiffPage& page, const char* mode) {
  return tiff(std::vector<TiffPage>{page}, mode);
}

Bytes old_jpeg_tiff(const Bytes& jpeg, Size size) {
  Writer w;
  begin_tiff(w);
  Directory d;
  d.short_value(256, size.width);
  d.short_value(257, size.height);
  d.entries.push_back({258, 3, 3, 0, {8, 0, 8, 0, 8, 0}});
  d.short_value(259, 6);
  d.short_value(262, 6);
  d.long_value(273, 0);
  d.short_value(277, 3);
  d.short_value(278, size.height);
  d.long_value(279, jpeg.size());
  d.short_value(512, 1);
  d.long_value(513, 0);
  d.long_value(514, jpeg.size());
  d.long_value(530, 2 | (2 << 16));  // made two shorts below
  for (Directory::Entry& e : d.entries)
    if (e.tag == 273 || e.tag == 513) e.value = 8 + d.size();
  d.write(w);
  const std::size_t last_entry = 8 + 2 + 12 * (d.entries.size() - 1);
  w.bytes[last_entry + 2] = 3;
  w.bytes[last_entry + 4] = 2;
  append(w.bytes, jpeg);
  return w.bytes;
}

Bytes png(const PngFile& file) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep data, std::size_t n) {
        auto* to = static_cast<Bytes*>(png_get_io_ptr(p));
        to->insert(to->end(), data, data + n);
      },
      nullptr);
  const Pixels& p = file.pixels;
  png_set_IHDR(png, info, static_cast<png_uint_32>(p.width), static_cast<png_uint_32>(p.height),
               p.bits, file.color_type, file.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!file.palette.empty())
    png_set_PLTE(png, info, reinterpret_cast<png_const_colorp>(file.palette.data()),
                 static_cast<int>(file.palette.size() / 3));
  if (!file.palette_alpha.empty())
    png_set_tRNS(png, info, file.palette_alpha.data(), static_cast<int>(file.palette_alpha.size()),
                 nullptr);
  if (file.transparent_grey) {
    png_color_16 key{};
    key.gray = *file.transparent_grey;
    png_set_tRNS(png, info, nullptr, 1, &key);
  }
  if (file.per_metre_x > 0)
    png_set_pHYs(png, info, static_cast<png_uint_32>(file.per_metre_x),
                 static_cast<png_uint_32>(file.per_metre_y), PNG_RESOLUTION_METER);
  if (!file.icc.empty())
    png_set_iCCP(png, info, "profile", 0, file.icc.data(),
                 static_cast<png_uint_32>(file.icc.size()));
  std::string key = "Software", value = file.software;
  png_text text{};
  text.compression = PNG_TEXT_COMPRESSION_NONE;
  text.key = key.data();
  text.text = value.data();
  if (!value.empty()) png_set_text(png, info, &text, 1);
  png_write_info(png, info);
  std::vector<Bytes> rows;
  std::vector<png_bytep> row_pointers;
  for (int y = 0; y < p.height; ++y) rows.push_back(packed(p, y, 0, p.width, 0, p.samples));
  for (Bytes& row : rows) {
    if (p.bits == 16)  // network byte order
      for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
        std::uint16_t v = 0;
        std::memcpy(&v, &row[i], 2);
        row[i] = static_cast<std::uint8_t>(v >> 8);
        row[i + 1] = static_cast<std::uint8_t>(v);
      }
    row_pointers.push_back(row.data());
  }
  png_write_image(png, row_pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

Bytes jpeg(const JpegFile& file) {
  jpeg_error_mgr errors{};
  jpeg_compress_struct c{};
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&c, &out, &size);
  const Pixels& p = file.pixels;
  c.image_width = static_cast<JDIMENSION>(p.width);
  c.image_height = static_cast<JDIMENSION>(p.height);
  c.input_components = p.samples;
  c.in_color_space = p.samples == 1 ? JCS_GRAYSCALE : p.samples == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, file.quality, TRUE);
  if (p.samples == 4) c.write_Adobe_marker = file.adobe ? TRUE : FALSE;
  if (file.progressive) jpeg_simple_progression(&c);
  c.density_unit = static_cast<UINT8>(file.density_unit);
  c.X_density = static_cast<UINT16>(file.x_density);
  c.Y_density = static_cast<UINT16>(file.y_density);
  jpeg_start_compress(&c, TRUE);
  if (!file.exif.empty()) {
    Bytes marker{'E', 'x', 'i', 'f', 0, 0};
    append(marker, file.exif);
    jpeg_write_marker(&c, JPEG_APP0 + 1, marker.data(), static_cast<unsigned>(marker.size()));
  }
  if (!file.icc.empty())
    jpeg_write_icc_profile(&c, file.icc.data(), static_cast<unsigned>(file.icc.size()));
  for (int y = 0; y < p.height; ++y) {
    Bytes row = packed(p, y, 0, p.width, 0, p.samples);
    JSAMPROW rows[1] = {row.data()};
    jpeg_write_scanlines(&c, rows, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  Bytes bytes(out, out + size);
  std::free(out);
  return bytes;
}

Bytes jp2(const Jp2File& file) {
  const Pixels& p = file.pixels;
  std::vector<opj_image_cmptparm_t> components(sz(p.samples));
  for (opj_image_cmptparm_t& c : components) {
    c.dx = c.dy = 1;
    c.w = static_cast<OPJ_UINT32>(p.width);
    c.h = static_cast<OPJ_UINT32>(p.height);
    c.prec = static_cast<OPJ_UINT32>(p.bits);
  }
  opj_image_t* image = opj_image_create(static_cast<OPJ_UINT32>(p.samples), components.data(),
                                        p.samples >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = static_cast<OPJ_UINT32>(p.width);
  image->y1 = static_cast<OPJ_UINT32>(p.height);
  for (int c = 0; c < p.samples; ++c)
    for (int i = 0; i < p.width * p.height; ++i)
      image->comps[c].data[i] = static_cast<OPJ_INT32>(p.values[sz(i * p.samples + c)]);
  opj_cparameters_t settings;
  opj_set_default_encoder_parameters(&settings);
  settings.tcp_numlayers = 1;
  settings.cp_disto_alloc = 1;
  settings.numresolution = 3;
  settings.tcp_mct = p.samples >= 3 ? 1 : 0;
  if (file.tile > 0) {
    settings.tile_size_on = OPJ_TRUE;
    settings.cp_tdx = settings.cp_tdy = file.tile;
  }
  if (file.parts) {
    settings.tp_on = 1;
    settings.tp_flag = 'R';
    settings.prog_order = OPJ_RPCL;
  }
  Sink sink;
  opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_setup_encoder(codec, &settings, image);
  opj_stream_t* stream = opj_stream_create(1 << 16, OPJ_FALSE);
  opj_stream_set_user_data(stream, &sink, nullptr);
  opj_stream_set_write_function(stream, [](void* from, OPJ_SIZE_T n, void* s) -> OPJ_SIZE_T {
    put(*static_cast<Sink*>(s), from, n);
    return n;
  });
  opj_stream_set_seek_function(stream, [](OPJ_OFF_T to, void* s) -> OPJ_BOOL {
    static_cast<Sink*>(s)->at = sz(to);
    return OPJ_TRUE;
  });
  opj_stream_set_skip_function(stream, [](OPJ_OFF_T n, void* s) -> OPJ_OFF_T {
    static_cast<Sink*>(s)->at += sz(n);
    return n;
  });
  opj_start_compress(codec, image, stream);
  opj_encode(codec, stream);
  opj_end_compress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (file.raw) return sink.bytes;

  Writer header{true, {}};
  header.number(static_cast<std::uint64_t>(p.height), 4);
  header.number(static_cast<std::uint64_t>(p.width), 4);
  header.number(static_cast<std::uint64_t>(p.samples), 2);
  header.number(static_cast<std::uint64_t>(p.bits - 1), 1);
  header.number(0x070000, 3);
  Bytes inner = box("ihdr", header.bytes);
  Bytes color;
  if (!file.icc.empty()) {
    color = {2, 0, 0};
    append(color, file.icc);
  } else {
    color = {1, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(p.samples >= 3 ? 16 : 17)};
  }
  append(inner, box("colr", color));
  if (file.alpha) {
    Writer cdef{true, {}};
    cdef.number(static_cast<std::uint64_t>(p.samples), 2);
    for (int c = 0; c < p.samples; ++c) {
      const bool last = c == p.samples - 1;
      cdef.number(static_cast<std::uint64_t>(c), 2);
      cdef.number(last ? 1 : 0, 2);
      cdef.number(last ? 0 : static_cast<std::uint64_t>(c + 1), 2);
    }
    append(inner, box("cdef", cdef.bytes));
  }
  Bytes res;
  if (file.capture_dpi.known()) append(res, resolution_box("resc", file.capture_dpi));
  if (file.display_dpi.known()) append(res, resolution_box("resd", file.display_dpi));
  if (!res.empty()) append(inner, box("res ", res));
  Bytes out = box("jP  ", {0x0D, 0x0A, 0x87, 0x0A});
  append(out, box("ftyp", {'j', 'p', '2', ' ', 0, 0, 0, 0, 'j', 'p', '2', ' '}));
  append(out, box("jp2h", inner));
  append(out, box("jp2c", sink.bytes));
  return out;
}

Bytes exif(const ExifTags& tags, bool big_endian) {
  Writer w{big_endian, {}};
  begin_tiff(w);
  Directory d;
  d.text(271, tags.make);
  d.text(272, tags.model);
  if (tags.orientation > 0) d.short_value(274, tags.orientation);
  if (tags.dpi > 0) {
    Writer ratio{big_endian, {}};
    ratio.number(static_cast<std::uint64_t>(tags.dpi), 4);
    ratio.number(1, 4);
    for (const int tag : {282, 283}) d.entries.push_back({tag, 5, 1, 0, ratio.bytes});
    d.short_value(296, 2);
  }
  d.text(305, tags.software);
  d.long_value(34665, 0);
  d.entries.back().value = 8 + d.size();
  d.write(w);
  Directory inner;
  inner.text(36867, tags.original_date);
  inner.text(42033, tags.serial);
  inner.short_value(40961, 1);
  inner.write(w);
  return w.bytes;
}

Bytes matrix_profile() {
  return saved(cmsCreate_sRGBProfile());
}

Bytes grey_profile() {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 2.2);
  cmsHPROFILE p = cmsCreateGrayProfile(cmsD50_xyY(), curve);
  cmsFreeToneCurve(curve);
  return saved(p);
}

Bytes cmyk_profile() {
  return table_profile(cmsSigCmykData, 4, cmsSigOutputClass, darken);
}
Bytes table_rgb_profile() {
  return table_profile(cmsSigRgbData, 3, cmsSigInputClass, by_green);
}

}  // namespace linka::samples
