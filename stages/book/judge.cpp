// SPDX-License-Identifier: GPL-3.0-or-later
// A page against the median of its book. A page stands out when it is further away than a least
// difference that matters (a setting) and than `deviations` times the book's own spread, by the
// median of distances: an even book is judged sharply, an uneven one is left in peace. A score is
// the distance as a share of that limit.
#include "stages/book/parts.h"
#include "stages/book/trend.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

using book::Found;
using book::Trend;

constexpr double same_size = 0.06;
constexpr double much = 1.8;  // times the limit: more than worth knowing
constexpr double highest_score = 100;
constexpr int least_words = 20;
constexpr double lost_to_white = 0.15;  // more of the page pure white than of the book's pages
constexpr double other_tag = 0.08;
constexpr double lying = 0.4;             // of sideways and upside_down
constexpr double clearly_reversed = 0.3;  // of upside_down, when the book is upright

struct Book {
  Trend sharpness, paper, ink, unevenness, white, text_height, text_confidence, upside_down;
  Trend width, height, dpi;
  std::array<Trend, 4> margins[2];  // of left-hand and of right-hand pages
};

bool is_enough(const Trend& t, const BookParams& params) {
  return t.count >= params.least_pages;
}

// Scans of single pages are taken in turns; where they are not, both halves are alike.
std::size_t hand(const PageFacts& f, std::size_t index) {
  if (f.id.side != Side::single) return f.id.side == Side::left ? 0 : 1;
  const double spine = f.measures.gutter_left - f.measures.gutter_right;
  if (std::abs(spine) > 0.15) return spine > 0 ? 1 : 0;
  return index % 2;
}

Book book_of(const std::vector<PageFacts>& pages) {
  std::vector<double> sharpness, paper, ink, unevenness, white, text_height, readable, reversed,
      widths, heights, dpi;
  std::array<std::vector<double>, 4> margins[2];
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const PageFacts& f = pages[i];
    const PageMeasures& m = f.measures;
    widths.push_back(book::page_size(f).width);
    heights.push_back(book::page_size(f).height);
    dpi.push_back(f.source.dpi.x);
    if (f.words >= least_words) readable.push_back(f.text_confidence);
    if (!book::is_text(f)) continue;
    text_height.push_back(m.text_height_mm);
    reversed.push_back(m.upside_down);
    for (std::size_t side = 0; side < 4; ++side)
      margins[hand(f, i)][side].push_back(m.margins_mm[side]);
    if (m.bitonal) continue;
    if (m.sharpness > 0) sharpness.push_back(std::log(m.sharpness));
    if (m.paper_level > 0) paper.push_back(m.paper_level);
    ink.push_back(m.ink_level);
    unevenness.push_back(m.unevenness);
    white.push_back(m.clipped_white);
  }
  Book b;
  b.sharpness = book::trend_of(std::move(sharpness));
  b.paper = book::trend_of(std::move(paper));
  b.ink = book::trend_of(std::move(ink));
  b.unevenness = book::trend_of(std::move(unevenness));
  b.white = book::trend_of(std::move(white));
  b.text_height = book::heap_of(std::move(text_height), 0.2);
  b.text_confidence = book::trend_of(std::move(readable));
  b.upside_down = book::trend_of(std::move(reversed));
  b.width = book::heap_of(std::move(widths), same_size);
  b.height = book::heap_of(std::move(heights), same_size);
  b.dpi = book::heap_of(std::move(dpi), 0.01);
  for (std::size_t h = 0; h < 2; ++h)
    for (std::size_t side = 0; side < 4; ++side)
      b.margins[h][side] = book::trend_of(std::move(margins[h][side]));
  return b;
}

class PageJudge {
 public:
  PageJudge(const PageFacts& facts, const BookParams& params, Found& found)
      : facts_(facts), params_(params), found_(found) {}

  // `least`: the difference that matters, in the values' unit.
  void above(const char* check, double value, const Trend& t, double least, std::string detail = {},
             Urgency urgency = Urgency::look) {
    if (!is_enough(t, params_)) return;
    const double room = std::max(least, params_.deviations * t.spread);
    if (value > t.middle + room)
      add(check, urgency, value, t.middle + room, (value - t.middle) / room, std::move(detail));
  }
  void below(const char* check, double value, const Trend& t, double least, std::string detail = {},
             Urgency urgency = Urgency::look) {
    if (!is_enough(t, params_)) return;
    const double room = std::max(least, params_.deviations * t.spread);
    if (value < t.middle - room)
      add(check, urgency, value, t.middle - room, (t.middle - value) / room, std::move(detail));
  }
  void add(const char* check, Urgency urgency, double value, double limit, double score,
           std::string detail = {}) {
    found_[facts_.id].push_back(
        {check, urgency, value, limit, std::min(score, highest_score), std::move(detail)});
  }

  const PageFacts& facts_;
  const BookParams& params_;
  Found& found_;
};

void judge_light(PageJudge& j, const Book& b) {
  const PageMeasures& m = j.facts_.measures;
  const BookParams& p = j.params_;
  if (m.bitonal) return;
  if (m.paper_level > 0 && m.letters > 0) j.below("dark", m.paper_level, b.paper, p.paper_levels);
  if (!book::is_text(j.facts_)) return;
  j.above("bright", m.ink_level, b.ink, p.ink_levels);
  j.above("clipped", m.clipped_white, b.white, lost_to_white);
  j.above("uneven", m.unevenness, b.unevenness, p.more_uneven);
}

void judge_sharpness(PageJudge& j, const Book& b) {
  const PageMeasures& m = j.facts_.measures;
  if (!book::is_text(j.facts_) || m.bitonal || m.sharpness <= 0) return;
  if (!is_enough(b.sharpness, j.params_)) return;
  const double room =
      std::max(-std::log(j.params_.blur_share), j.params_.deviations * b.sharpness.spread);
  const double below = b.sharpness.middle - std::log(m.sharpness);
  if (below > room)
    j.add("blur", Urgency::look, m.sharpness, std::exp(b.sharpness.middle - room),
          std::exp(below - room) * below / room);
}

void judge_size(PageJudge& j, const Book& b) {
  const book::SizeMm size = book::page_size(j.facts_);
  const auto judge = [&](double value, const Trend& t, const char* detail) {
    if (!is_enough(t, j.params_) || value <= 0) return;
    const double room = std::max(j.params_.odd_size_mm, j.params_.deviations * t.spread);
    const double off = std::abs(value - t.middle);
    if (off > room) j.add("odd-size", Urgency::look, value, t.middle, off / room, detail);
  };
  judge(size.width, b.width, "wide");
  judge(size.height, b.height, "high");
}

// Only narrower than the book's: chapters begin low, verses are short, but no text of the book
// comes nearer to the edge than the others'.
void judge_margins(PageJudge& j, const Book& b, std::size_t index) {
  constexpr std::array<const char*, 4> names = {"left", "top", "right", "bottom"};
  if (!book::is_text(j.facts_)) return;
  const auto& trends = b.margins[hand(j.facts_, index)];
  for (std::size_t side = 0; side < 4; ++side) {
    const Trend& t = trends[side];
    if (!is_enough(t, j.params_)) continue;
    const double room = std::max(j.params_.odd_margin_mm, j.params_.deviations * t.spread);
    const double off = t.middle - j.facts_.measures.margins_mm[side];
    if (off > room)
      j.add("odd-margins", Urgency::look, j.facts_.measures.margins_mm[side], t.middle, off / room,
            names[side]);
  }
}

// Letters larger or smaller than the book's may be another type; with another resolution in the
// file, or a page larger by as much, it is the resolution that is wrong.
void judge_scale(PageJudge& j, const Book& b) {
  const PageFacts& f = j.facts_;
  if (!book::is_text(f) || !is_enough(b.text_height, j.params_)) return;
  const double letters = f.measures.text_height_mm / b.text_height.middle;
  if (letters <= 0) return;
  const double least = std::log(j.params_.other_scale), off = std::abs(std::log(letters));
  if (off <= least) return;
  const auto as_letters = [&](double ratio) {
    return ratio > 0 && std::abs(std::log(ratio / letters)) < 0.5 * off;
  };
  const book::SizeMm size = book::page_size(f);
  const bool page_too = b.height.middle > 0 && as_letters(size.height / b.height.middle) &&
                        (b.width.middle <= 0 || as_letters(size.width / b.width.middle));
  const bool tag_too = b.dpi.middle > 0 &&
                       std::abs(f.source.dpi.x / b.dpi.middle - 1) > other_tag &&
                       as_letters(b.dpi.middle / f.source.dpi.x);
  if (!page_too && !tag_too && off <= much * least) return;
  const Urgency urgency = page_too && tag_too ? Urgency::hold : Urgency::look;
  const double limit =
      b.text_height.middle * (letters > 1 ? j.params_.other_scale : 1 / j.params_.other_scale);
  j.add("resolution", urgency, f.measures.text_height_mm, limit,
        (page_too || tag_too ? 2 : 1) * off / least);
}

void judge_text(PageJudge& j, const Book& b) {
  const PageFacts& f = j.facts_;
  if (f.words >= least_words)
    j.below("hard-to-read", f.text_confidence, b.text_confidence, j.params_.less_readable);
  const bool upright = is_enough(b.upside_down, j.params_) && b.upside_down.middle < 0;
  if (upright && book::is_text(f) && f.measures.sideways <= 0 && f.measures.upside_down > 0)
    j.above("upside-down", f.measures.upside_down, b.upside_down, clearly_reversed, {},
            Urgency::hold);
}

}  // namespace

std::map<PageId, std::vector<PageFinding>> judge_book(const std::vector<PageFacts>& pages,
                                                      const BookParams& params) {
  Found found;
  if (pages.size() < 2) return found;
  const Book b = book_of(pages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    PageJudge judge(pages[i], params, found);
    const PageMeasures& m = pages[i].measures;
    const bool lies = m.measured && m.sideways > lying;
    const bool reversed = m.measured && m.upside_down > lying;
    if (!lies) judge_size(judge, b);  // else its sides are exchanged
    if (!m.measured) continue;
    judge_sharpness(judge, b);
    judge_light(judge, b);
    if (!lies && !reversed) judge_margins(judge, b, i);
    judge_scale(judge, b);
    judge_text(judge, b);
  }
  book::find_doubled(pages, params, found);
  book::find_swapped(pages, params, found);
  return found;
}

}  // namespace linka
