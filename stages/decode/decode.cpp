// SPDX-License-Identifier: GPL-3.0-or-later
// Which reader a file gets is decided by its first bytes. What is plainly something else is refused
// by its name, so that a person knows what to do with it.
#include "stages/decode/decode.h"

#include "stages/decode/reader.h"

#include <algorithm>
#include <string_view>

namespace linka {
namespace {

enum class Format { tiff, jpeg, png, jp2 };

bool begins(ByteView bytes, std::string_view sign, std::size_t at = 0) {
  return bytes.size() >= at + sign.size() &&
         std::equal(sign.begin(), sign.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

const char* foreign_name(ByteView bytes) {
  if (begins(bytes, "%PDF")) return "a PDF document";
  if (begins(bytes, "GIF8")) return "a GIF image";
  if (begins(bytes, "RIFF") && begins(bytes, "WEBP", 8)) return "a WebP image";
  if (begins(bytes, "AT&TFORM")) return "a DjVu document";
  if (begins(bytes, "8BPS")) return "a Photoshop document";
  if (begins(bytes, "II\xBC")) return "a JPEG XR image";
  if (begins(bytes, "EP\x2A")) return "a Microsoft MDI document";
  if (begins(bytes, std::string_view("\0\0\0\x0CJXL ", 8)) || begins(bytes, "\xFF\x0A"))
    return "a JPEG XL image";
  if (begins(bytes, "ftypheic", 4) || begins(bytes, "ftypmif1", 4) || begins(bytes, "ftypavif", 4))
    return "a HEIF image";
  if (begins(bytes, "PK\x03\x04")) return "a ZIP archive";
  if (begins(bytes, "BM")) return "a BMP image";
  return nullptr;
}

Result<Format> format_of(ByteView bytes) {
  using namespace std::string_view_literals;
  if (bytes.empty()) return fail(ErrorKind::bad_input, "the file is empty");
  if (begins(bytes, "II*\0"sv) || begins(bytes, "MM\0*"sv) || begins(bytes, "II+\0"sv) ||
      begins(bytes, "MM\0+"sv))
    return Format::tiff;
  if (begins(bytes, "\xFF\xD8\xFF"sv)) return Format::jpeg;
  if (begins(bytes, "\x89PNG\r\n\x1A\n"sv)) return Format::png;
  if (begins(bytes, "\0\0\0\x0CjP  \r\n\x87\n"sv) || begins(bytes, "\xFF\x4F\xFF\x51"sv))
    return Format::jp2;
  if (const char* name = foreign_name(bytes))
    return fail(ErrorKind::unsupported, "the file is {}; TIFF, JPEG, PNG and JPEG 2000 are read",
                name);
  return fail(ErrorKind::bad_input, "the file is none of TIFF, JPEG, PNG and JPEG 2000");
}

// A file of this size is no scan, and looking at all of it would take longer than anybody waits.
Result<void> check_file_size(ByteView bytes, const DecodeParams& params) {
  if (static_cast<double>(bytes.size()) <= params.max_file_mb * 1e6) return {};
  return fail(ErrorKind::unsupported, "the file has {} MB, more than the {:.6g} MB allowed",
              bytes.size() / 1'000'000, params.max_file_mb);
}

}  // namespace

Result<void> check_limits(Size frame, const DecodeParams& params) {
  const auto size = checked_size(static_cast<std::uint64_t>(std::max(0, frame.width)),
                                 static_cast<std::uint64_t>(std::max(0, frame.height)), params);
  if (!size) return pass(size);
  return {};
}

Result<ScanHeader> probe(ByteView bytes, const DecodeParams& params) {
  return guarded<ScanHeader>("decode", [&]() -> Result<ScanHeader> {
    if (auto ok = check_file_size(bytes, params); !ok) return pass(ok);
    const auto format = format_of(bytes);
    if (!format) return pass(format);
    switch (*format) {
      case Format::tiff:
        return probe_tiff(bytes, params);
      case Format::jpeg:
        return probe_jpeg(bytes, params);
      case Format::png:
        return probe_png(bytes, params);
      case Format::jp2:
        return probe_jp2(bytes, params);
    }
    return fail(ErrorKind::internal, "a format without a reader");
  });
}

Result<ScanImage> decode(ByteView bytes, int frame, const DecodeParams& params) {
  return guarded<ScanImage>("decode", [&]() -> Result<ScanImage> {
    if (auto ok = check_file_size(bytes, params); !ok) return pass(ok);
    const auto format = format_of(bytes);
    if (!format) return pass(format);
    if (*format != Format::tiff && frame != 0)
      return fail(ErrorKind::bad_input, "the file holds one image; there is no image {}",
                  frame + 1);
    switch (*format) {
      case Format::tiff:
        return decode_tiff(bytes, frame, params);
      case Format::jpeg:
        return decode_jpeg(bytes, params);
      case Format::png:
        return decode_png(bytes, params);
      case Format::jp2:
        return decode_jp2(bytes, params);
    }
    return fail(ErrorKind::internal, "a format without a reader");
  });
}

}  // namespace linka
