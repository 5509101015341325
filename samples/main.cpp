// SPDX-License-Identifier: GPL-3.0-or-later
// linka-samples: makes scans of a book that never was, with the exact truth about them.
#include "samples/book.h"

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Pango draws the pages; fontconfig keeps its caches until the end.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the name is the sanitizer's
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\n";
}

namespace {

constexpr const char* usage =
    "linka-samples FOLDER [--seed N] [--pages N] [--kind book|singles|spreads]\n"
    "              [--lang cs|de|la] [--dpi N] [--mode rgb|grey|bitonal]\n"
    "              [--front N] [--loose-plates yes] [--missing 12,13] [--doubled 40]\n"
    "              [--paper 85x125] [--font FAMILY] [--numbers heads|feet|dashes]\n"
    "              [--extras yes] [--issue yes] [--text-pt N] [--columns N]\n"
    "              [--all text|chapter|verse|plate|title|blank|map|masthead|article]\n"
    "Writes scans of an invented book (0001.tif ...) and truth.json into FOLDER.\n"
    "The same seed makes the same bytes.\n";

std::optional<int> number_in(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::optional<std::vector<int>> numbers_in(std::string_view text) {
  std::vector<int> numbers;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto n = number_in(text.substr(0, comma), 1, 100'000);
    if (!n) return std::nullopt;
    numbers.push_back(*n);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return numbers;
}

std::optional<linka::LeafKind> leaf_kind_named(std::string_view name) {
  using linka::LeafKind;
  constexpr std::pair<std::string_view, LeafKind> kinds[] = {
      {"text", LeafKind::text},   {"chapter", LeafKind::chapter},   {"verse", LeafKind::verse},
      {"plate", LeafKind::plate}, {"title", LeafKind::title},       {"blank", LeafKind::blank},
      {"map", LeafKind::map},     {"masthead", LeafKind::masthead}, {"article", LeafKind::article},
  };
  for (const auto& [word, kind] : kinds)
    if (word == name) return kind;
  return std::nullopt;
}

bool set_option(linka::BookOrder& order, std::string_view name, std::string_view value) {
  using linka::BatchKind, linka::ScanColours;
  if (name == "--seed") {
    const auto n = number_in(value, 0, 1'000'000'000);
    if (n) order.seed = static_cast<std::uint64_t>(*n);
    return n.has_value();
  }
  if (name == "--pages") {
    const auto n = number_in(value, 1, 100'000);
    if (n) order.pages = *n;
    return n.has_value();
  }
  if (name == "--dpi") {
    const auto n = number_in(value, 72, 1200);
    if (n) order.dpi = *n;
    return n.has_value();
  }
  if (name == "--lang") {
    const auto language = linka::language_named(value);
    if (language) order.language = *language;
    return language.has_value();
  }
  if (name == "--kind") {
    order.kind = value == "singles"   ? BatchKind::singles
                 : value == "spreads" ? BatchKind::spreads
                                      : BatchKind::book;
    return value == "book" || value == "singles" || value == "spreads";
  }
  if (name == "--front") {
    const auto n = number_in(value, 0, 200);
    if (n) order.front = *n;
    return n.has_value() && *n % 2 == 0;
  }
  if (name == "--loose-plates") {
    order.loose_plates = value == "yes";
    return value == "yes" || value == "no";
  }
  if (name == "--missing" || name == "--doubled") {
    const auto pages = numbers_in(value);
    if (pages) (name == "--missing" ? order.missing : order.doubled) = *pages;
    return pages.has_value();
  }
  if (name == "--paper") {
    const std::size_t by = std::min(value.find('x'), value.size());
    const auto width = number_in(value.substr(0, by), 60, 400);
    const auto height = number_in(value.substr(std::min(by + 1, value.size())), 80, 600);
    if (width && height) order.paper = {static_cast<double>(*width), static_cast<double>(*height)};
    return width && height;
  }
  if (name == "--font") {
    order.typeface = value;
    return linka::has_font(order.typeface);
  }
  if (name == "--numbers") {
    order.numbers = value == "feet"     ? linka::NumberPlace::feet
                    : value == "dashes" ? linka::NumberPlace::dashes
                                        : linka::NumberPlace::heads;
    return value == "heads" || value == "feet" || value == "dashes";
  }
  if (name == "--text-pt") {
    const auto n = number_in(value, 5, 36);
    if (n) order.setting.text_pt = *n;
    return n.has_value();
  }
  if (name == "--columns") {
    const auto n = number_in(value, 1, 12);
    if (n) order.setting.columns = *n;
    return n.has_value();
  }
  if (name == "--all") {
    order.all = leaf_kind_named(value);
    return order.all.has_value();
  }
  if (name == "--extras" || name == "--issue") {
    (name == "--extras" ? order.extras : order.issue) = value == "yes";
    return value == "yes" || value == "no";
  }
  if (name == "--mode") {
    order.pixels = value == "grey"      ? ScanColours::grey
                   : value == "bitonal" ? ScanColours::bitonal
                                        : ScanColours::rgb;
    return value == "rgb" || value == "grey" || value == "bitonal";
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  linka::BookOrder order;
  std::string folder;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help" || word == "-h") {
      std::fputs(usage, stdout);
      return 0;
    }
    if (word.starts_with("--")) {
      if (i + 1 >= argc || !set_option(order, word, argv[i + 1])) {
        fmt::print(stderr, "linka-samples: bad option {} {}\n{}", word,
                   i + 1 < argc ? argv[i + 1] : "", usage);
        return 2;
      }
      ++i;
    } else if (folder.empty()) {
      folder = word;
    } else {
      fmt::print(stderr, "linka-samples: one folder only, not {}\n", word);
      return 2;
    }
  }
  if (folder.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  const auto made =
      linka::guarded<int>("linka-samples", [&] { return linka::make_book(folder, order); });
  if (!made) {
    fmt::print(stderr, "linka-samples: {}\n", made.error().message);
    return 1;
  }
  fmt::print("{} scans of {} pages in {}\n", *made, order.pages, folder);
  return 0;
}
