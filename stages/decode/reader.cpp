// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/decode/reader.h"

#include "base/text.h"
#include "stages/decode/upright.h"

#include <algorithm>
#include <climits>
#include <cmath>

namespace linka {
namespace {

// Scanners for maps and slides lie inside, fax at 98 lines too; beyond is a misunderstanding.
constexpr double min_dpi = 50, max_dpi = 4800;
constexpr std::size_t max_notes = 12;
// Decoded images up to this size are made whatever the file's size: they cost nothing.
constexpr std::uint64_t harmless_bytes = 64ull << 20;
// Larger ones must look like scans: even blank paper does not shrink 200 times, for its noise.
constexpr std::uint64_t large_bytes = 256ull << 20;
constexpr double max_large_ratio = 200;
constexpr std::size_t max_text = 200;

bool sane(double dpi) {
  return std::isfinite(dpi) && dpi >= min_dpi && dpi <= max_dpi;
}

void settle_orientation(SourceFacts& facts) {
  if (facts.orientation >= 1 && facts.orientation <= 8) return;
  if (facts.orientation != 0)
    add_note(facts, fmt::format("The orientation {} does not exist; the image is taken as upright.",
                                facts.orientation));
  facts.orientation = 1;
}

void settle_dpi(SourceFacts& facts, const DecodeParams& params) {
  if (sane(facts.dpi.x) && sane(facts.dpi.y)) {
    facts.dpi_from_file = true;
    if (facts.dpi.x != facts.dpi.y)
      add_note(facts, fmt::format("The resolution differs: {:.6g} dots an inch along the rows, "
                                  "{:.6g} across them.",
                                  facts.dpi.x, facts.dpi.y));
    else if (facts.dpi.x == 72 || facts.dpi.x == 96)
      add_note(facts,
               fmt::format("The resolution of {} dpi is what programs write when they do not "
                           "know it.",
                           facts.dpi.x));
  } else {
    facts.dpi_from_file = false;
    if (facts.dpi.x == 0 && facts.dpi.y == 0)
      add_note(facts, fmt::format("The file gives no resolution; {:.6g} dpi is assumed.",
                                  params.default_dpi));
    else
      add_note(facts, fmt::format("The file's resolution of {:.6g} x {:.6g} dpi cannot be right; "
                                  "{:.6g} dpi is assumed.",
                                  facts.dpi.x, facts.dpi.y, params.default_dpi));
    facts.dpi = {params.default_dpi, params.default_dpi};
  }
  if (turns_sideways(facts.orientation)) std::swap(facts.dpi.x, facts.dpi.y);
}

int two_digits(const std::string& t, std::size_t at) {
  if (at + 2 > t.size() || t[at] < '0' || t[at] > '9' || t[at + 1] < '0' || t[at + 1] > '9')
    return -1;
  return (t[at] - '0') * 10 + (t[at + 1] - '0');
}

}  // namespace

Result<Size> checked_size(std::uint64_t width, std::uint64_t height, const DecodeParams& params) {
  if (width == 0 || height == 0)
    return fail(ErrorKind::bad_input, "the image is {} x {} pixels", width, height);
  if (width > max_side_px || height > max_side_px ||
      static_cast<double>(width) * static_cast<double>(height) > params.max_megapixels * 1e6)
    return fail(ErrorKind::unsupported,
                "the image claims {} x {} pixels, more than the {:.6g} megapixels allowed", width,
                height, params.max_megapixels);
  return Size{static_cast<int>(width), static_cast<int>(height)};
}

Size claimed_size(std::uint64_t width, std::uint64_t height) {
  return {static_cast<int>(std::min<std::uint64_t>(width, INT_MAX)),
          static_cast<int>(std::min<std::uint64_t>(height, INT_MAX))};
}

Result<void> plausible(std::uint64_t raw_bytes, std::uint64_t stored_bytes, double max_ratio) {
  if (raw_bytes <= harmless_bytes) return {};
  if (raw_bytes > large_bytes) max_ratio = std::min(max_ratio, max_large_ratio);
  if (static_cast<double>(raw_bytes) <= static_cast<double>(stored_bytes) * max_ratio) return {};
  return fail(ErrorKind::bad_input,
              "the image claims {} MB of pixels in a file of {} bytes; no scan is like this",
              raw_bytes / 1'000'000, stored_bytes);
}

void add_note(SourceFacts& facts, std::string sentence) {
  if (facts.notes.size() < max_notes &&
      std::find(facts.notes.begin(), facts.notes.end(), sentence) == facts.notes.end())
    facts.notes.push_back(std::move(sentence));
}

std::string tag_text(const std::string& raw) {
  std::string text = trimmed(clean_utf8(raw));
  if (text.size() > max_text) text = trimmed(clean_utf8(text.substr(0, max_text)));
  return text;
}

std::string iso_of_exif_date(const std::string& t) {
  const int century = two_digits(t, 0), year = two_digits(t, 2);
  const int month = two_digits(t, 5), day = two_digits(t, 8);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 ||
      century * 100 + year == 0)
    return {};
  const std::string date = fmt::format("{:02}{:02}-{:02}-{:02}", century, year, month, day);
  const int h = two_digits(t, 11), m = two_digits(t, 14), s = two_digits(t, 17);
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return date;
  return fmt::format("{}T{:02}:{:02}:{:02}", date, h, m, s);
}

void set_software(CaptureDevice& device, const std::string& text) {
  device.software = text;
  const std::size_t space = text.find_last_of(' ');
  if (space == std::string::npos || space + 1 >= text.size()) return;
  std::string last = text.substr(space + 1);
  if (last.size() > 1 && (last[0] == 'v' || last[0] == 'V')) last.erase(0, 1);
  const auto part_of_version = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  if (!part_of_version(last.front()) || last.find_first_of("0123456789") == std::string::npos)
    return;
  device.software = trimmed(text.substr(0, space));
  device.software_version = last;
}

double dpi_from_metric(double per_metre) {
  const double dpi = per_metre * 0.0254;
  const double nearest = std::round(dpi);
  // Whole dots a metre round a whole dpi by at most 0.013; tenths of a dot a centimetre by 0.13.
  return std::abs(dpi - nearest) <= 0.03 ? nearest : dpi;
}

Result<ScanImage> draw(SourceFacts facts, const PixelKind& kind, ByteView icc,
                       const RowSource& rows, const DecodeParams& params) {
  settle_orientation(facts);
  settle_dpi(facts, params);
  const Size stored{facts.stored_width_px, facts.stored_height_px};
  const Size size = upright_size(stored, facts.orientation);
  facts.width_px = size.width;
  facts.height_px = size.height;

  Painter painter(kind, icc, facts);
  Result<void> outcome;
  Image image = Image::make(size.width, size.height, painter.channels(), facts.dpi, painter.icc(),
                            [&](std::uint8_t* out) {
                              Upright upright(out, stored, painter.channels(), facts.orientation);
                              for (int y = 0; y < stored.height; ++y) {
                                const auto samples = rows(y);
                                if (!samples) {
                                  outcome = pass(samples);
                                  return;
                                }
                                painter.paint(*samples, upright.row(y), stored.width);
                                upright.placed(y);
                              }
                            });
  if (!outcome) return pass(outcome);
  return ScanImage{std::move(image), std::move(facts)};
}

}  // namespace linka
