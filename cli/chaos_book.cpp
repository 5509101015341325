// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chaos_book.h"

#include "base/files.h"
#include "image/image_io.h"

#include <algorithm>
#include <random>

namespace linka {
namespace {

constexpr const char* record_text = R"(title = "Zkouška"
urnnbn = "urn:nbn:cz:tst001-00000b"
language = "cze"
year = 1927
place = "Praha"
publisher = "Zkušební"
sigla = "ABA001"
institution = "Zkušebna"
)";

constexpr const char* profile_text = R"([ocr]
enabled = false
[book]
vote = false
)";

// Lines of words on light paper.
Image draw_page(std::mt19937_64& random) {
  const auto up_to = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const int width = 180 + up_to(120), height = 240 + up_to(160), margin = 24;
  return Image::make(width, height, 1, {300, 300}, nullptr, [&](std::uint8_t* pixels) {
    const auto row = [&](int y) { return pixels + static_cast<std::ptrdiff_t>(y) * width; };
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) row(y)[x] = static_cast<std::uint8_t>(228 + up_to(8));
    for (int top = margin; top + 8 < height - margin; top += 17)
      for (int x = margin; x < width - margin;) {
        const int end = std::min(x + 8 + up_to(22), width - margin);
        for (int y = top; y < top + 7; ++y) std::fill(row(y) + x, row(y) + end, 40);
        x = end + 8;
      }
  });
}

}  // namespace

Result<SampleBook> draw_book(const std::filesystem::path& folder, std::uint64_t number) {
  SampleBook book{folder / "scans", folder / "title.toml", folder / "profile.toml", {}, {}};
  if (auto r = make_folders(book.scans); !r) return pass(r);
  if (auto r = write_atomically(book.record, std::string_view(record_text)); !r) return pass(r);
  if (auto r = write_atomically(book.profile, std::string_view(profile_text)); !r) return pass(r);
  if (auto r = write_atomically(book.scans / "notes.txt", std::string_view("no scan\n")); !r)
    return pass(r);
  std::mt19937_64 random(number * 7919 + 1);
  const std::size_t pages = 2 + random() % 3;
  Bytes bytes;
  for (std::size_t page = 1; page <= pages + 1; ++page) {
    const std::string name = fmt::format("{:04}.png", page);
    if (page <= pages) {  // the last one is the one before it once more
      auto png = to_png(draw_page(random));
      if (!png) return pass(png);
      bytes = std::move(*png);
    }
    if (auto r = write_atomically(book.scans / name, ByteView(bytes)); !r) return pass(r);
    book.names.insert(name);
  }
  if (number % 3 == 2) {
    bytes.resize(bytes.size() / 2);
    if (auto r = write_atomically(book.scans / "0009.png", ByteView(bytes)); !r) return pass(r);
    book.names.insert("0009.png");
    book.broken.insert("0009.png");
  }
  return book;
}

}  // namespace linka
