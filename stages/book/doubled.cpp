// SPDX-License-Identifier: GPL-3.0-or-later
// The same page scanned twice has nearly the same hash. Forms, tables and title pages of parts look
// alike without being the same, so the distance is also held against how far the pages of this book
// usually are from their nearest page, and both must have about as many letters and lines.
#include "stages/book/parts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace linka::book {
namespace {

constexpr double share_of_usual = 0.65;  // of the book's usual distance to the nearest page
constexpr int no_hash = 256;
constexpr double same_letters = 0.25;  // a finger or a blurred line takes letters away
constexpr int least_letters = 20;

struct Nearest {
  int distance = no_hash;
  std::size_t page = 0;
};

bool has_print(const PageFacts& f) {
  return f.measures.measured && !f.is_blank && f.measures.hash != decltype(f.measures.hash){};
}

// Stops counting when the distance is beyond `enough`.
int distance(const std::array<std::uint64_t, 4>& a, const std::array<std::uint64_t, 4>& b,
             int enough) {
  int bits = std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]);
  if (bits < enough) bits += std::popcount(a[2] ^ b[2]) + std::popcount(a[3] ^ b[3]);
  return bits;
}

std::vector<Nearest> nearest_of(const std::vector<const PageFacts*>& pages) {
  std::vector<Nearest> out(pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i)
    for (std::size_t j = i + 1; j < pages.size(); ++j) {
      const int enough = std::max(out[i].distance, out[j].distance);
      const int bits = distance(pages[i]->measures.hash, pages[j]->measures.hash, enough);
      if (bits < out[i].distance) out[i] = {bits, j};
      if (bits < out[j].distance) out[j] = {bits, i};
    }
  return out;
}

bool as_much(double a, double b, double share) {
  return std::abs(a - b) <= share * std::max(a, b);
}

bool same_text(const PageMeasures& a, const PageMeasures& b) {
  if (std::max(a.letters, b.letters) < least_letters) return as_much(a.ink_share, b.ink_share, 0.2);
  return as_much(a.letters, b.letters, same_letters) &&
         std::abs(a.text_lines - b.text_lines) <= 2 + std::max(a.text_lines, b.text_lines) / 8;
}

std::string name(const PageFacts& f) {
  return f.id.side == Side::single && f.id.scan.frame == 0 ? f.id.scan.name : text_of(f.id);
}

}  // namespace

void find_doubled(const std::vector<PageFacts>& all, const BookParams& params, Found& found) {
  std::vector<const PageFacts*> pages;
  for (const PageFacts& f : all)
    if (has_print(f)) pages.push_back(&f);
  if (pages.size() < 2) return;
  const std::vector<Nearest> nearest = nearest_of(pages);
  std::vector<int> usual;
  for (const Nearest& n : nearest) usual.push_back(n.distance);
  std::sort(usual.begin(), usual.end());
  double limit = params.doubled_bits;
  // A doubled page is its own nearest; few pages are doubled.
  if (pages.size() >= static_cast<std::size_t>(params.least_pages))
    limit = std::min(limit, share_of_usual * usual[usual.size() / 2]);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const Nearest& n = nearest[i];
    const PageFacts &f = *pages[i], &other = *pages[n.page];
    if (n.distance > limit || !same_text(f.measures, other.measures)) continue;
    // The later one is the one too many, as a rule.
    const bool later = n.page < i;
    const double score = (later ? 1 : 0.8) * (1 + 2 * (limit - n.distance) / std::max(1.0, limit));
    found[f.id].push_back({"doubled", later ? Urgency::hold : Urgency::look,
                           static_cast<double>(n.distance), limit, score, name(other)});
  }
}

}  // namespace linka::book
