// SPDX-License-Identifier: GPL-3.0-or-later
// Chapters and articles. The table of contents is the best witness: it names them all, and its
// numbers say where; a heading of the same words there confirms it. Without one, headings larger
// than the text speak for themselves.
#include "stages/pagination/numerals.h"
#include "stages/pagination/parts.h"
#include "stages/pagination/reading.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace linka {
namespace {

constexpr double indent_step = 0.018;  // of the page's width: the next level
constexpr double same_size = 0.78;     // as measured, of headings that are set alike
constexpr double agreeing = 0.45;      // edits a letter between an entry and its heading

double difference(std::string_view a, std::string_view b) {
  std::string x = folded(a), y = folded(b);
  if (x.empty() || y.empty()) return 1;
  const std::size_t all = std::max(x.size(), y.size());
  // A heading may be a part of the entry ("I. The mill" and "The mill").
  if (std::min(x.size(), y.size()) >= 6 &&
      (x.find(y) != std::string::npos || y.find(x) != std::string::npos))
    return 0.1;
  return static_cast<double>(edits(x, y)) / static_cast<double>(all);
}

class Drafts {
 public:
  Drafts(const Volume& volume, const std::vector<ProposedPage>& proposed)
      : volume_(volume), proposed_(proposed) {}

  std::vector<ProposedDivision> made() {
    from_contents();
    const bool contents = !out_.empty();
    from_headings(contents);
    std::stable_sort(out_.begin(), out_.end(),
                     [](const auto& a, const auto& b) { return a.first_page < b.first_page; });
    close();
    return std::move(out_);
  }

 private:
  const PageHints& hints(std::size_t i) const { return volume_.pages[i].hints; }
  bool is_contents(std::size_t i) const {
    return !hints(i).entries.empty() && proposed_[i].type == "tableOfContents";
  }

  std::optional<std::size_t> page_with(NumberKind kind, int value) const {
    for (std::size_t i = 0; i < volume_.fitted.size(); ++i) {
      const Fitted& f = volume_.fitted[i];
      if (f.sequence >= 0 && f.counted && f.kind == kind && f.value == value) return i;
      if (f.sequence >= 0 && f.kind == NumberKind::leaf && kind == NumberKind::arabic &&
          f.value == 2 * value)
        return i;
      if (f.sequence >= 0 && f.kind == NumberKind::column && kind == NumberKind::arabic &&
          (f.value == value || f.value + 1 == value))
        return i;
    }
    return {};
  }

  double best_heading(std::size_t i, const std::string& title) const {
    double best = 1;
    for (const HeadingHint& h : hints(i).headings) best = std::min(best, difference(h.text, title));
    return best;
  }

  // Leaders spoil the reading of an entry; the heading where it points to is set large and alone.
  std::string title_of(const EntryHint& entry, std::size_t page) const {
    const HeadingHint* best = nullptr;
    double least = 1;
    for (const HeadingHint& h : hints(page).headings) {
      const double d = difference(h.text, entry.title);
      if (names_a_division(h.text) && h.y < 0.5 && (best == nullptr || d < least)) {
        best = &h;
        least = d;
      }
    }
    if (best == nullptr) return entry.title;
    // "I. The mill" says more than "The mill", two entries read as one do not.
    constexpr std::size_t longest_ordinal = 8;
    const bool says_more = least <= 0.1 && entry.title.size() > best->text.size() &&
                           entry.title.size() <= best->text.size() + longest_ordinal;
    return says_more ? entry.title : best->text;
  }

  // Where the entry's heading stands: where its number says, beside it, or anywhere after the last
  // one.
  std::optional<std::pair<std::size_t, double>> place_of(const EntryHint& entry,
                                                         std::size_t after) const {
    const auto stated = page_with(entry.kind, entry.value);
    if (stated) {
      if (best_heading(*stated, entry.title) < agreeing) return std::pair{*stated, 0.95};
      for (const std::size_t i : {*stated + 1, *stated - 1})
        if (i < volume_.pages.size() && best_heading(i, entry.title) < 0.3)
          return std::pair{i, 0.85};
    }
    for (std::size_t i = after; i < volume_.pages.size(); ++i)
      if (!is_contents(i) && best_heading(i, entry.title) < 0.2) return std::pair{i, 0.75};
    if (stated && !is_contents(*stated)) {
      const bool opens = !hints(*stated).headings.empty() && hints(*stated).headings[0].y < 0.5;
      return std::pair{*stated, opens ? 0.75 : 0.5};
    }
    return {};
  }

  void from_contents() {
    std::vector<double> indents;
    std::size_t after = 0;
    for (std::size_t i = 0; i < volume_.pages.size(); ++i) {
      if (!is_contents(i)) continue;
      for (const EntryHint& entry : hints(i).entries) {
        const auto place = place_of(entry, after);
        if (!place) continue;
        if (place->second >= 0.75) after = place->first;
        ProposedDivision d;
        d.title = title_of(entry, place->first);
        d.first_page = place->first;
        d.confidence = place->second * std::max(0.5, proposed_[i].type_confidence);
        d.from_contents = true;
        if (is_listed(d)) continue;
        out_.push_back(d);
        indents.push_back(entry.x);
      }
    }
    // Levels by indent. One page's left edge may lie a little beside another's.
    if (indents.empty()) return;
    const double left = *std::min_element(indents.begin(), indents.end());
    for (std::size_t k = 0; k < out_.size(); ++k)
      out_[k].level =
          1 +
          std::clamp(static_cast<int>(std::lround((indents[k] - left) / indent_step / 2)), 0, 3);
    squeeze_levels();
  }

  // An entry of two lines, each with a number, or two tables of contents.
  bool is_listed(const ProposedDivision& d) const {
    return std::any_of(out_.begin(), out_.end(), [&](const ProposedDivision& other) {
      return other.first_page == d.first_page && difference(other.title, d.title) < agreeing;
    });
  }

  // How large the headings are that the contents point to; 0: they point to none.
  double listed_size() const {
    std::vector<double> sizes;
    for (const ProposedDivision& d : out_)
      if (d.from_contents && !hints(d.first_page).headings.empty())
        sizes.push_back(hints(d.first_page).headings.front().size);
    if (sizes.empty()) return 0;
    std::sort(sizes.begin(), sizes.end());
    return sizes[sizes.size() / 2];
  }

  // 1, 3, 3, 1 -> 1, 2, 2, 1
  void squeeze_levels() {
    std::vector<int> used;
    for (const auto& d : out_) used.push_back(d.level);
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (auto& d : out_)
      d.level =
          1 + static_cast<int>(std::lower_bound(used.begin(), used.end(), d.level) - used.begin());
  }

  static bool names_a_division(const std::string& text) {
    const std::string plain = folded(text);
    return std::count_if(plain.begin(), plain.end(), [](char c) { return c >= 'a' && c <= 'z'; }) >=
           3;
  }

  bool is_no_chapter(std::size_t i) const {
    const std::string& t = proposed_[i].type;
    return t == "titlePage" || t == "frontCover" || t == "backCover" || t == "illustration" ||
           t == "frontispiece" || t == "map" || t == "advertisement" || is_contents(i);
  }

  // Sizes of headings, largest first, each clearly smaller than the one before.
  std::vector<double> classes() const {
    std::vector<double> sizes;
    for (std::size_t i = 0; i < volume_.pages.size(); ++i)
      if (!is_no_chapter(i))
        for (const HeadingHint& h : hints(i).headings) sizes.push_back(h.size);
    std::sort(sizes.rbegin(), sizes.rend());
    std::vector<double> out;
    for (double s : sizes)
      if (out.empty() || s < same_size * out.back()) out.push_back(s);
    return out;
  }

  bool is_known(std::size_t i, const std::string& text) const {
    return std::any_of(out_.begin(), out_.end(), [&](const ProposedDivision& d) {
      return d.from_contents && d.first_page + 1 >= i && d.first_page <= i + 1 &&
             (d.first_page == i || difference(d.title, text) < agreeing);
    });
  }

  // The name of an issue, far larger than the headings of its articles, above the first of them.
  bool is_masthead(std::size_t i, const HeadingHint& h) const {
    constexpr double larger = 1.5;
    const std::vector<HeadingHint>& all = hints(i).headings;
    return i == 0 && all.size() > 1 &&
           std::all_of(all.begin(), all.end(), [&](const HeadingHint& o) {
             return &o == &h || (o.y > h.y && o.size > 0 && h.size > larger * o.size);
           });
  }

  // Beside a table of contents only what has a name of its own or is set like what it lists: not
  // every line of it is read.
  void from_headings(bool contents) {
    const std::vector<double> sizes = classes();
    const double listed = listed_size();
    for (std::size_t i = 0; i < volume_.pages.size(); ++i) {
      if (is_no_chapter(i)) continue;
      for (const HeadingHint& h : hints(i).headings) {
        if (!names_a_division(h.text) || is_known(i, h.text) || is_masthead(i, h)) continue;
        const bool part = !type_of_heading(h.text).empty();
        const bool like_listed = listed > 0 && h.size >= same_size * listed && h.y < 0.5;
        if (contents && !part && !like_listed) continue;
        const auto level = std::find_if(sizes.begin(), sizes.end(),
                                        [&](double s) { return h.size >= same_size * s; });
        ProposedDivision d;
        d.title = h.text;
        d.level = part ? 1 : 1 + std::min(3, static_cast<int>(level - sizes.begin()));
        d.first_page = i;
        d.confidence = part ? 0.7 : h.y < 0.4 ? 0.6 : 0.4;
        out_.push_back(d);
      }
    }
  }

  // Each ends before the next one of its level or a higher one.
  void close() {
    for (std::size_t k = 0; k < out_.size(); ++k) {
      ProposedDivision& d = out_[k];
      d.label_of_first = proposed_[d.first_page].label;
      d.last_page = volume_.pages.size() - 1;
      for (std::size_t next = k + 1; next < out_.size(); ++next)
        if (out_[next].level <= d.level) {
          // Two of one page share it.
          d.last_page = std::max(
              d.first_page, out_[next].first_page > 0 ? out_[next].first_page - 1 : d.first_page);
          break;
        }
    }
  }

  const Volume& volume_;
  const std::vector<ProposedPage>& proposed_;
  std::vector<ProposedDivision> out_;
};

}  // namespace

std::vector<ProposedDivision> divisions_of(const Volume& volume,
                                           const std::vector<ProposedPage>& proposed) {
  return Drafts(volume, proposed).made();
}

}  // namespace linka
