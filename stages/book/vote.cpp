// SPDX-License-Identifier: GPL-3.0-or-later
// How many pages a scan holds is voted by the scans of nearly its shape, each with what it says
// alone (spread_confidence) and weighing as much as it is sure. The size of a leaf is that of most
// pages, among those whose edges were seen.
//
// The answer must not change when scans are made again by it. So nothing that a hint changes is
// asked: a vote is what the scan says alone, its shape is that of the file, sizes count only from
// scans that no hint about pages can have touched and between sides that were seen (a side that the
// hint gave is never sure), and whether a scan needs the size is asked of the sides, not of the
// size.
#include "stages/book/book.h"
#include "stages/book/trend.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

using book::SizeMm;
using book::Trend;

constexpr double same_shape = 0.15;   // of width and of height
constexpr double least_aspect = 0.7;  // narrower scans are never looked at for a fold
constexpr double plainly_one = 0.05;  // a scan that sees so little of a fold ...
constexpr double plainly_two = 0.9;   // ... and one that sees it so well
constexpr double same_size = 0.06;    // width of the heap of sizes
constexpr double size_step_mm = 0.5;  // so that a few more scans do not change every hint
constexpr std::size_t least_scans = 4;

struct Scan {
  ScanId id;
  SizeMm size;
  double spread = 0;     // what it says alone, 0...1
  bool settled = false;  // by a person or by the profile: votes, and is not told anything
  std::vector<const PageFacts*> pages;

  int own() const { return spread >= 0.5 ? 2 : 1; }
  double weight() const { return settled ? 1 : std::abs(2 * spread - 1); }
};

bool is_decided(const PageFacts& f, const char* what, const char* by) {
  const auto it = f.decided.find(what);
  return it != f.decided.end() && it->second == by;
}

std::vector<Scan> scans_of(const std::vector<PageFacts>& pages) {
  std::map<ScanId, Scan> found;
  for (const PageFacts& f : pages) {
    Scan& scan = found[f.id.scan];
    scan.id = f.id.scan;
    scan.size = book::scan_size(f);
    scan.spread = std::isfinite(f.spread_confidence) ? f.spread_confidence : 0;
    if (scan.size.width < least_aspect * scan.size.height) scan.spread = 0;
    scan.pages.push_back(&f);
  }
  std::vector<Scan> out;
  for (auto& [id, scan] : found) {
    const PageFacts& f = *scan.pages.front();
    const bool two = f.id.side != Side::single;
    const bool by_book = is_decided(f, "pages", "book");
    const bool by_person = is_decided(f, "pages", "person") || is_decided(f, "fold", "person");
    // Two pages that neither the scan nor the book asked for: the profile did.
    if (by_person || (two && !by_book && scan.spread < 0.5)) {
      scan.settled = true;
      scan.spread = two ? 1 : 0;
    }
    out.push_back(std::move(scan));
  }
  return out;
}

bool near(double a, double b) {
  return a > 0 && b > 0 && std::max(a, b) <= (1 + same_shape) * std::min(a, b);
}
bool same_class(const Scan& a, const Scan& b) {
  return near(a.size.width, b.size.width) && near(a.size.height, b.size.height);
}

// What the others of its shape say; 0 = they do not agree, or are too few.
int vote_for(const Scan& scan, const std::vector<Scan>& all, const BookParams& params) {
  double one = 0, two = 0;
  std::size_t scans = 0;
  int pages = 0;
  for (const Scan& other : all) {
    if (&other == &scan || !same_class(scan, other)) continue;
    (other.own() == 2 ? two : one) += other.weight();
    ++scans;
    pages += other.own();
  }
  // This scan is one of the book, too.
  if (scans + 1 < least_scans || pages + 1 < params.least_pages) return 0;
  const double sum = one + two;
  if (sum <= 0) return 0;
  if (two >= params.majority * sum) return 2;
  return one >= params.majority * sum ? 1 : 0;
}

// Whether the scan is to be made with the vote in mind.
bool follows(const Scan& scan, int vote, bool size_known, const BookParams& params) {
  if (vote == 0 || scan.settled || scan.size.width < least_aspect * scan.size.height) return false;
  const double sure = scan.own() == 2 ? scan.spread : 1 - scan.spread;
  if (scan.own() == vote) return sure < 1 - params.doubt;
  if (vote == 1) return scan.spread < plainly_two;
  // Nothing at all is seen of a fold: only the leaf's size can tell a cover from a spread.
  return scan.spread >= plainly_one || size_known;
}

double rounded(const Trend& size, int least) {
  return size.count < least ? 0 : std::round(size.middle / size_step_mm) * size_step_mm;
}

// It is not known where one side is, but where the opposite is: the leaf's size tells where the
// page ends.
bool needs_size(const PageFacts& f) {
  for (std::size_t side = 0; side < 4; ++side)
    if (!book::is_side_known(f, side) && book::is_side_known(f, (side + 2) % 4)) return true;
  return false;
}

// --- the models that most pages were read with ---

constexpr double surely_read = 0.8;      // models_confidence of a page that votes
constexpr double hardly_known = 0.6;     // ... and of one that is told
constexpr std::size_t least_words = 40;  // of a page that votes

class ModelVote {
 public:
  explicit ModelVote(const std::vector<Scan>& scans) {
    for (const Scan& scan : scans)
      for (const PageFacts* f : scan.pages) count(*f, +1);
  }
  // What the other scans agree on, when this one has a page that does not know better.
  std::string told(const Scan& scan, const BookParams& params) {
    for (const PageFacts* f : scan.pages) count(*f, -1);
    std::string most;
    int best = 0, sum = 0;
    for (const auto& [models, pages] : votes_) {
      sum += pages;
      if (pages > best) best = pages, most = models;
    }
    for (const PageFacts* f : scan.pages) count(*f, +1);
    if (sum < params.least_pages || best < params.majority * sum) return {};
    const bool asks = std::any_of(scan.pages.begin(), scan.pages.end(),
                                  [&](const PageFacts* f) { return is_asking(*f, most); });
    return asks ? most : "";
  }

 private:
  void count(const PageFacts& f, int step) {
    if (f.models_confidence >= surely_read && f.words >= least_words) votes_[f.ocr_models] += step;
  }
  static bool is_asking(const PageFacts& f, const std::string& most) {
    if (is_decided(f, "models", "person")) return false;
    if (is_decided(f, "models", "book")) return true;
    return f.words > 0 && f.models_confidence < hardly_known && f.ocr_models != most;
  }
  std::map<std::string, int> votes_;
};

}  // namespace

std::map<ScanId, BookHint> hints(const std::vector<PageFacts>& pages, const BookParams& params) {
  std::map<ScanId, BookHint> out;
  if (!params.vote || pages.size() < static_cast<std::size_t>(params.least_pages)) return out;
  const std::vector<Scan> scans = scans_of(pages);
  std::vector<int> votes;
  for (const Scan& scan : scans) votes.push_back(vote_for(scan, scans, params));

  std::vector<double> widths, heights;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    if (follows(scans[i], votes[i], true, params)) continue;
    for (const PageFacts* f : scans[i].pages) {
      if (book::has_sure_width(*f)) widths.push_back(book::page_size(*f).width);
      if (book::has_sure_height(*f)) heights.push_back(book::page_size(*f).height);
    }
  }
  const int least = params.least_pages / 2 + 1;
  const double width = rounded(book::heap_of(widths, same_size), least);
  const double height = rounded(book::heap_of(heights, same_size), least);
  const bool size_known = width > 0 && height > 0;

  for (std::size_t i = 0; i < scans.size(); ++i) {
    const Scan& scan = scans[i];
    if (follows(scan, votes[i], size_known, params)) {
      out[scan.id] = {votes[i], width, height, ""};
    } else if (!follows(scan, votes[i], true, params) && (width > 0 || height > 0) &&
               std::any_of(scan.pages.begin(), scan.pages.end(),
                           [](const PageFacts* f) { return needs_size(*f); })) {
      // The size must not change how many pages there are.
      out[scan.id] = {scan.settled ? 0 : scan.own(), width, height, ""};
    }
  }
  ModelVote models(scans);
  for (const Scan& scan : scans)
    if (std::string told = models.told(scan, params); !told.empty())
      out[scan.id].models = std::move(told);
  return out;
}

}  // namespace linka
