// SPDX-License-Identifier: GPL-3.0-or-later
// Types of pages, from the strongest sign to the weakest: what a heading says, then what the page
// looks like and where it stands, then what its words are. A page without signs is a normal page.
#include "stages/pagination/parts.h"

#include <algorithm>

namespace linka {
namespace {

constexpr double sure_enough = 0.4;  // weaker proposals are not made
constexpr std::size_t title_within = 12;
constexpr std::size_t least_pages_in_covers = 8;
constexpr int title_words = 90, cover_words = 25, picture_words = 60, caption_words = 15;
constexpr int least_title_words = 8;  // beside a picture: fewer are a caption

class Types {
 public:
  Types(const Volume& volume, std::vector<ProposedPage>& out) : volume_(volume), out_(out) {
    std::vector<double> size, paper, width, height;
    for (const NumberedPage& page : volume.pages) {
      if (page.hints.words >= 60) size.push_back(page.hints.size);
      if (page.paper_level > 0) paper.push_back(page.paper_level);
      width.push_back(page.width_mm);
      height.push_back(page.height_mm);
    }
    size_ = median(size);
    paper_ = median(paper);
    width_ = median(width);
    height_ = median(height);
  }

  void propose() {
    if (out_.empty()) return;
    for (std::size_t i = 0; i < out_.size(); ++i) by_itself(i);
    find_title_page();
    find_imprints();
    find_covers();
    go_on("tableOfContents", [](const NumberedPage& p) { return !p.hints.entries.empty(); });
    go_on("index", [](const NumberedPage& p) { return p.hints.headings.empty(); });
    go_on("advertisement", [](const NumberedPage& p) {
      const auto it = p.hints.types.find("advertisement");
      return it != p.hints.types.end() && it->second >= 0.3;
    });
  }

 private:
  const NumberedPage& page(std::size_t i) const { return volume_.pages[i]; }
  double sign(std::size_t i, const char* type) const {
    const auto it = page(i).hints.types.find(type);
    return it == page(i).hints.types.end() ? 0 : it->second;
  }
  // Place in the volume, 0 at the first page, 1 at the last.
  double place(std::size_t i) const {
    return out_.size() < 2 ? 0 : static_cast<double>(i) / static_cast<double>(out_.size() - 1);
  }
  static double median(std::vector<double>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  // In an index the numbers grow by chance only, and most words have several.
  static bool are_in_order(const PageHints& h) {
    std::size_t growing = 0, several = 0;
    for (std::size_t e = 0; e < h.entries.size(); ++e) {
      growing += e > 0 && h.entries[e].value > h.entries[e - 1].value;
      const std::string& title = h.entries[e].title;
      several += title.find_first_of("0123456789") != std::string::npos;
    }
    return h.entries.size() >= 3 && growing + 1 >= h.entries.size() &&
           2 * several < h.entries.size();
  }

  void call(std::size_t i, const char* type, double confidence) {
    if (confidence <= out_[i].type_confidence) return;
    out_[i].type = type;
    out_[i].type_confidence = confidence;
  }

  bool is_large(std::size_t i) const {
    const double by = volume_.params.odd_size_share;
    return width_ > 0 && (page(i).width_mm > by * width_ || page(i).height_mm > by * height_);
  }

  void by_itself(std::size_t i) {
    out_[i].type = "normalPage";
    out_[i].type_confidence = 0.3;
    const PageHints& h = page(i).hints;
    if (page(i).is_blank) return call(i, "blank", 0.95);
    const bool picture = h.picture_share > 0.35 && h.words < picture_words;
    // The reader may find a part of a plate only; its caption is all there is to read.
    const bool plate = h.picture_share > 0.15 && h.words <= caption_words;
    if (picture || plate) call(i, "illustration", 0.6 + 0.3 * h.picture_share);
    if (is_large(i) && h.words < 2 * picture_words)
      call(i, sign(i, "map") > 0 ? "map" : "illustration", 0.6);
    if ((picture || plate) && sign(i, "map") >= sure_enough) call(i, "map", 0.9);
    if (h.words < picture_words && sign(i, "map") >= 0.55) call(i, "map", 0.7);
    // Parts named at the head of a page. Where they may stand in a book counts.
    constexpr std::pair<const char*, std::pair<double, double>> parts[] = {
        {"tableOfContents", {0, 1}},
        {"index", {0.3, 1}},
        {"preface", {0, 0.35}},
        {"introduction", {0, 0.35}},
        {"dedication", {0, 0.25}},
        {"errata", {0, 1}},
        {"bibliography", {0.3, 1}},
        {"afterword", {0.6, 1}},
        {"conclusion", {0.6, 1}},
        {"appendix", {0.4, 1}},
        {"listOfIllustrations", {0, 1}},
        {"listOfMaps", {0, 1}},
        {"listOfTables", {0, 1}},
        {"imprimatur", {0, 1}},
        {"colophon", {0, 1}},
        {"impressum", {0, 1}},
        {"advertisement", {0.5, 1}}};
    for (const auto& [type, where] : parts) {
      const double says = sign(i, type);
      if (says < 0.5) continue;
      const bool there = out_.size() < 24 || (place(i) >= where.first && place(i) <= where.second);
      if (there) call(i, type, says);
    }
    // "Index" above growing numbers is a table of contents.
    if (sign(i, "index") >= 0.5 && !h.entries.empty() && (place(i) < 0.15 || are_in_order(h)))
      call(i, "tableOfContents", 0.95);
    if (!h.entries.empty() && (place(i) < 0.15 || place(i) > 0.85))
      call(i, "tableOfContents", h.entries.size() >= 6 ? 0.6 : 0.45);
  }

  // Few words, large letters, near the front; the words of an imprint.
  double title_score(std::size_t i) const {
    const PageHints& h = page(i).hints;
    if (page(i).is_blank || h.words < 2 || h.words > title_words) return 0;
    double largest = 0;
    for (const HeadingHint& heading : h.headings) largest = std::max(largest, heading.size);
    largest = std::max(largest, h.size);
    const double large = size_ > 0 ? std::clamp((largest / size_ - 1.2) / 1.2, 0.0, 1.0) : 0.3;
    const double words = std::min(1.0, sign(i, "titlePage") * 1.4);
    const double numbered = volume_.fitted[i].match >= 0 ? 0.4 : 0;
    return std::max(0.0, 0.45 * large + 0.5 * words + (h.words <= 60 ? 0.1 : 0) - numbered -
                             0.01 * static_cast<double>(i));
  }

  void find_title_page() {
    double most = sure_enough;
    std::size_t best = out_.size();
    for (std::size_t i = 0; i < std::min(title_within, out_.size()); ++i)
      if (const double score = is_front_cover(i) ? 0 : title_score(i); score > most)
        most = score, best = i;
    if (best == out_.size()) return;
    title_ = best;
    if (out_[best].type_confidence < 0.85)
      call(best, "titlePage", std::min(0.95, 0.4 + 0.6 * most));
    if (out_[best].type == "illustration" && page(best).hints.words >= least_title_words)
      call(best, "titlePage", std::min(0.95, out_[best].type_confidence + 0.01));
    if (best > 0 && out_[best - 1].type == "illustration") call(best - 1, "frontispiece", 0.97);
  }

  void find_imprints() {
    for (std::size_t i = 0; i < out_.size(); ++i) {
      const double says = sign(i, "impressum");
      if (says < sure_enough || page(i).hints.words > 200 || i == title_) continue;
      const bool front = title_ < out_.size() ? i > title_ && i <= title_ + 3 : i < 6;
      if (front) call(i, "impressum", says);
      if (!front && i + 6 >= out_.size()) call(i, "colophon", says);
    }
    for (std::size_t i = 0; i < out_.size(); ++i)
      if (sign(i, "advertisement") >= 0.5 && place(i) > 0.8 && volume_.fitted[i].match < 0)
        call(i, "advertisement", std::min(0.6, sign(i, "advertisement")));
  }

  // The first and last page, when they are of another stuff than the paper within.
  double cover_score(std::size_t i) const {
    const NumberedPage& p = page(i);
    if (p.hints.words > cover_words || volume_.fitted[i].match >= 0) return 0;
    const bool dark = paper_ > 0 && p.paper_level > 0 && paper_ - p.paper_level > 25;
    const bool no_paper = paper_ > 0 && p.paper_level <= 0 && !p.is_blank;
    const bool larger = width_ > 0 && p.width_mm > 1.02 * width_ && p.height_mm > 1.01 * height_;
    return (dark || no_paper ? 0.55 : 0) + (larger ? 0.2 : 0) + (p.hints.words == 0 ? 0.1 : 0);
  }
  bool is_front_cover(std::size_t i) const {
    return i == 0 && out_.size() >= least_pages_in_covers && cover_score(i) >= 0.5;
  }
  void find_covers() {
    if (out_.size() < least_pages_in_covers) return;
    for (const auto& [i, type] :
         {std::pair{std::size_t{0}, "frontCover"}, std::pair{out_.size() - 1, "backCover"}})
      if (const double score = cover_score(i); score >= 0.5)
        call(i, type, std::max(score, std::min(0.97, out_[i].type_confidence + 0.01)));
  }

  // A part goes on over the pages that follow.
  template <class Like>
  void go_on(const char* type, Like&& like) {
    for (std::size_t i = 1; i < out_.size(); ++i)
      if (out_[i - 1].type == type && out_[i].type == "normalPage" && like(page(i)))
        call(i, type, 0.9 * out_[i - 1].type_confidence);
  }

  const Volume& volume_;
  std::vector<ProposedPage>& out_;
  double size_ = 0, paper_ = 0, width_ = 0, height_ = 0;
  std::size_t title_ = static_cast<std::size_t>(-1);
};

}  // namespace

void propose_types(const Volume& volume, std::vector<ProposedPage>& proposed) {
  Types(volume, proposed).propose();
  // Nothing speaks for anything else.
  for (ProposedPage& page : proposed)
    if (page.type == "normalPage") page.type_confidence = page.sequence >= 0 ? 0.9 : 0.6;
}

}  // namespace linka
