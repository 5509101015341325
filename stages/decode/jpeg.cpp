// SPDX-License-Identifier: GPL-3.0-or-later
// libjpeg leaves a failing call by longjmp. Each call is made through safely(), whose frame and
// whose lambda hold nothing to destroy; what we own lives outside it. libjpeg also fills up what is
// missing in a damaged file with grey and goes on with a warning: such warnings are errors here.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
// jpeglib.h wants stdio first.
#include <jpeglib.h>
// its message codes
#include "base/handle.h"
#include "stages/decode/ifd.h"
#include "stages/decode/reader.h"

#include <jerror.h>

#include <array>
#include <memory>
#include <optional>
#include <type_traits>

namespace linka {
namespace {

// Progressive files have some ten scans. More cost time without end: scans x blocks is bounded.
constexpr int max_scans = 100;
constexpr std::uint64_t max_block_visits = 400'000'000;

struct Errors {
  jpeg_error_mgr base{};
  std::jmp_buf jump{};
  std::array<char, JMSG_LENGTH_MAX> error{};
  int error_code = 0;
  std::array<char, JMSG_LENGTH_MAX> damage{};
  std::array<char, JMSG_LENGTH_MAX> oddity{};
};

Errors& errors_of(j_common_ptr jpeg) {
  return *static_cast<Errors*>(jpeg->client_data);
}

[[noreturn]] void on_error(j_common_ptr jpeg) {
  Errors& e = errors_of(jpeg);
  e.error_code = jpeg->err->msg_code;
  jpeg->err->format_message(jpeg, e.error.data());
  std::longjmp(e.jump, 1);
}

void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  Errors& e = errors_of(jpeg);
  const int code = jpeg->err->msg_code;
  // Bytes too many between the scans of a progressive file mean that a scan was misread; elsewhere
  // they are padding.
  const bool padding = code == JWRN_EXTRANEOUS_DATA &&
                       !(reinterpret_cast<j_decompress_ptr>(jpeg)->progressive_mode &&
                         reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > 0);
  const bool harmless =
      padding || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR || code == JWRN_BOGUS_ICC;
  std::array<char, JMSG_LENGTH_MAX>& text = harmless ? e.oddity : e.damage;
  if (text[0] == 0) jpeg->err->format_message(jpeg, text.data());
}

void print_nothing(j_common_ptr) {}

// From the progress monitor: libjpeg calls it for each row of blocks it reads.
void on_progress(j_common_ptr common) {
  const auto* jpeg = reinterpret_cast<j_decompress_ptr>(common);
  const std::uint64_t blocks = std::uint64_t{jpeg->image_width} * jpeg->image_height / 64 *
                               static_cast<std::uint64_t>(jpeg->num_components);
  const int scan = jpeg->input_scan_number;
  if (scan <= max_scans &&
      (scan < 12 || static_cast<std::uint64_t>(scan) * blocks <= max_block_visits))
    return;
  Errors& e = errors_of(common);
  std::snprintf(e.error.data(), e.error.size(), "it has more than %d scans", scan - 1);
  std::longjmp(e.jump, 1);
}

class Jpeg {
 public:
  Jpeg() {
    decoder_.err = jpeg_std_error(&errors_.base);
    decoder_.client_data = &errors_;
    errors_.base.error_exit = on_error;
    errors_.base.emit_message = on_message;
    errors_.base.output_message = print_nothing;
    progress_.progress_monitor = on_progress;
  }
  ~Jpeg() { jpeg_destroy_decompress(&decoder_); }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;

  // False when libjpeg gave up.
  template <class Call>
  bool safely(Call call) {
    static_assert(std::is_trivially_destructible_v<Call>);
    if (setjmp(errors_.jump) != 0) return false;
    call();
    return true;
  }
  jpeg_decompress_struct& decoder() { return decoder_; }
  const Errors& errors() const { return errors_; }

  // The sentence for what went wrong; call after safely() was false or when damage was seen.
  tl::unexpected<Error> failure() const {
    const int code = errors_.error_code;
    if (code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION || code == JERR_ARITH_NOTIMPL ||
        code == JERR_CONVERSION_NOTIMPL)
      return fail(ErrorKind::unsupported, "the JPEG is of a kind we do not read: {}",
                  tag_text(errors_.error.data()));
    return fail(ErrorKind::bad_input, "the JPEG is damaged: {}",
                tag_text(errors_.error[0] != 0 ? errors_.error.data() : errors_.damage.data()));
  }

  Result<void> read_header(ByteView bytes, bool with_markers) {
    auto* d = &decoder_;
    auto* progress = &progress_;
    const bool ok = safely([=] {
      jpeg_create_decompress(d);
      d->progress = progress;
      jpeg_mem_src(d, bytes.data(), static_cast<unsigned long>(bytes.size()));
      if (with_markers) {
        jpeg_save_markers(d, JPEG_APP0 + 1, 0xFFFF);
        jpeg_save_markers(d, JPEG_APP0 + 2, 0xFFFF);
      }
      jpeg_read_header(d, TRUE);
    });
    if (!ok || errors_.damage[0] != 0) return failure();
    return {};
  }

 private:
  Errors errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct decoder_{};
};

std::uint64_t blocks_of(const jpeg_decompress_struct& d) {
  std::uint64_t blocks = 0;
  for (int i = 0; i < d.num_components; ++i)
    blocks += std::uint64_t{d.comp_info[i].width_in_blocks} * d.comp_info[i].height_in_blocks;
  return blocks;
}

// A block takes two bits at least, in progressive files one.
Result<void> check_plausible(const jpeg_decompress_struct& d, std::uint64_t file_bytes) {
  if (d.arith_code) return {};
  const std::uint64_t least_bytes = blocks_of(d) / (d.progressive_mode ? 8 : 4);
  if (least_bytes <= std::max<std::uint64_t>(file_bytes, 1u << 18)) return {};
  return fail(ErrorKind::bad_input, "the image claims {} x {} pixels, which {} bytes cannot hold",
              d.image_width, d.image_height, file_bytes);
}

std::optional<MakingTags> exif_of(const jpeg_decompress_struct& d) {
  constexpr std::array<std::uint8_t, 6> sign{'E', 'x', 'i', 'f', 0, 0};
  for (jpeg_saved_marker_ptr m = d.marker_list; m; m = m->next)
    if (m->marker == JPEG_APP0 + 1 && m->data_length > sign.size() &&
        std::equal(sign.begin(), sign.end(), m->data))
      return making_tags({m->data + sign.size(), m->data_length - sign.size()});
  return {};
}

std::string color_word(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE:
      return "BlackIsZero";
    case JCS_RGB:
      return "RGB";
    case JCS_YCbCr:
      return "YCbCr";
    case JCS_CMYK:
    case JCS_YCCK:
      return "CMYK";
    default:
      return {};
  }
}

SourceFacts facts_of(const jpeg_decompress_struct& d) {
  SourceFacts facts;
  facts.format = "image/jpeg";
  facts.compression = "JPEG";
  facts.byte_order = "big endian";
  facts.color_space = color_word(d.jpeg_color_space);
  facts.stored_width_px = static_cast<int>(d.image_width);
  facts.stored_height_px = static_cast<int>(d.image_height);
  facts.samples_per_pixel = d.num_components;
  facts.bits_per_sample.assign(static_cast<std::size_t>(d.num_components), d.data_precision);
  Dpi jfif;
  if (d.saw_JFIF_marker) {
    facts.format_version = fmt::format("{}.{:02}", d.JFIF_major_version, d.JFIF_minor_version);
    if (d.density_unit == 1) jfif = {double(d.X_density), double(d.Y_density)};
    if (d.density_unit == 2)
      jfif = {dpi_from_metric(d.X_density * 100.0), dpi_from_metric(d.Y_density * 100.0)};
  }
  // A JFIF header of 1 x 1 is what programs leave behind when the resolution is in the Exif block.
  if (jfif.x >= 2 && jfif.y >= 2) facts.dpi = jfif;
  if (const auto exif = exif_of(d)) {
    use_tags(*exif, facts);
    if (facts.format_version.empty() && !exif->exif_version.empty())
      facts.format_version = "Exif " + exif->exif_version;
  }
  return facts;
}

}  // namespace

Result<ScanHeader> probe_jpeg(ByteView bytes, const DecodeParams& params) {
  Jpeg jpeg;
  if (auto ok = jpeg.read_header(bytes, false); !ok) return pass(ok);
  const jpeg_decompress_struct& d = jpeg.decoder();
  std::uint64_t need = 0;
  if (checked_size(d.image_width, d.image_height, params))
    need = std::uint64_t{d.image_width} * d.image_height * (d.num_components == 1 ? 1 : 3) +
           (d.progressive_mode ? blocks_of(d) * 64 * sizeof(JCOEF) : 0) + (4u << 20);
  return ScanHeader{"image/jpeg", {claimed_size(d.image_width, d.image_height)}, {need}};
}

Result<ScanImage> decode_jpeg(ByteView bytes, const DecodeParams& params) {
  Jpeg jpeg;
  if (auto ok = jpeg.read_header(bytes, true); !ok) return pass(ok);
  jpeg_decompress_struct& d = jpeg.decoder();
  if (auto size = checked_size(d.image_width, d.image_height, params); !size) return pass(size);
  if (auto ok = check_plausible(d, bytes.size()); !ok) return pass(ok);
  if (auto ok = plausible(std::uint64_t{d.image_width} * d.image_height *
                              static_cast<std::uint64_t>(d.num_components),
                          bytes.size(), 1000);
      !ok)
    return pass(ok);
  SourceFacts facts = facts_of(d);

  PixelKind kind;
  switch (d.jpeg_color_space) {
    case JCS_GRAYSCALE:
      d.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      kind = {.model = ColorModel::rgb, .samples = 3};
      d.out_color_space = JCS_RGB;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      // Adobe's programs store ink upside down and mark their files; the others do not.
      kind = {.model = ColorModel::cmyk, .samples = 4, .inverted = d.saw_Adobe_marker != 0};
      d.out_color_space = JCS_CMYK;
      break;
    default:
      return fail(ErrorKind::unsupported, "the JPEG has {} components of no known colour",
                  d.num_components);
  }

  JOCTET* icc = nullptr;
  unsigned int icc_size = 0;
  if (!jpeg.safely([&] { jpeg_read_icc_profile(&d, &icc, &icc_size); })) return jpeg.failure();
  const std::unique_ptr<JOCTET, FreeWith<std::free>> icc_owner(icc);
  if (!jpeg.safely([&] {
        d.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&d);
      }))
    return jpeg.failure();
  Bytes row(static_cast<std::size_t>(d.output_width) *
            static_cast<std::size_t>(d.output_components));
  auto scan = draw(
      std::move(facts), kind, {icc, icc_size},
      [&](int y) -> Result<const std::uint8_t*> {
        const bool last = y + 1 == static_cast<int>(d.output_height);
        JSAMPROW rows[1] = {row.data()};
        bool got = false;
        const bool ok = jpeg.safely([&] {
          got = jpeg_read_scanlines(&d, rows, 1) == 1;
          if (last) jpeg_finish_decompress(&d);
        });
        if (!ok || !got || jpeg.errors().damage[0] != 0) return jpeg.failure();
        return row.data();
      },
      params);
  if (scan && jpeg.errors().oddity[0] != 0)
    add_note(scan->source, "libjpeg: " + tag_text(jpeg.errors().oddity.data()) + ".");
  return scan;
}

}  // namespace linka
