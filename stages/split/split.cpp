// SPDX-License-Identifier: GPL-3.0-or-later
// A spread is told by what parts its pages, and no one sign of it is always there. The light: most
// folds lie in a shadow, a straight valley from head to foot, and even an evenly lit fold leaves a
// faint line in the mean of all rows. The text: a band without a letter from head to foot, wider
// than the gutters between columns are. The edges: the fold lies midway between the outer edges of
// the leaves, and the paper that rises to it makes their upper and lower edges dip. Every place
// that one of them names is judged by all of them together (fold.h, odds.cpp), in log odds, to
// which the book's vote adds its own.
//
// The tilt is first read from the lines of text, so that only few tilts of the fold need trying.
#include "stages/split/split.h"

#include "image/convert.h"
#include "stages/split/fold.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 75;
constexpr int least_px = 48;           // 16 mm; no book is smaller
constexpr double least_aspect = 0.7;   // width : height of scans that are looked at unasked
constexpr double hinted_aspect = 0.4;  // of scans that the hint says hold two pages
constexpr double hinted_middle = 0.5;  // confidence of a fold that only the hint knows
constexpr double forced_middle = 0.1;  // and of one that is only demanded

struct Fold {
  fold::Place place;
  double confidence = 0;
};

// Whether the scan is worth a look: wider than high or nearly so, or the book says so.
bool may_be_spread(const Image& scan, const BookHint& hint) {
  const double w = mm_from_px(scan.width(), scan.dpi().x);
  const double h = mm_from_px(scan.height(), scan.dpi().y);
  if (w < hinted_aspect * h) return false;
  if (w >= least_aspect * h || hint.pages == 2) return true;
  return hint.page_width_mm > 0 && w > 1.8 * hint.page_width_mm;
}

// The middle of a sheet that the hint takes for a spread though no fold is seen.
std::optional<fold::Place> middle_by_hint(const fold::Scene& scene, const BookHint& hint) {
  if (hint.pages != 2) return std::nullopt;
  const auto place = scene.middle(px_from_mm(hint.page_width_mm, scene.dpi()));
  if (!place) return std::nullopt;
  const fold::Evidence e = scene.evidence_at(*place);
  const bool fits = fold::hinted(e, hint, scene.dpi(), scene.sheet_height()) > 0;
  return fits && e.letters_cut == 0 ? place : std::nullopt;
}

SplitResult parted(const Image& scan, const Fold& fold, const Reduced& reduced, double row_middle) {
  const auto at = [&](double y) {
    const double x = fold.place.x + fold.place.slope * (y * reduced.scale_y - row_middle);
    return Point{std::clamp(x / reduced.scale_x, 0.0, static_cast<double>(scan.width())), y};
  };
  SplitResult result = split_at(scan.size(), at(0), at(scan.height()));
  result.confidence = fold.confidence;
  return result;
}

SplitResult halved(const Image& scan) {
  const double middle = scan.width() / 2.0;
  SplitResult result =
      split_at(scan.size(), {middle, 0}, {middle, static_cast<double>(scan.height())});
  result.confidence = forced_middle;
  result.spread_confidence = 0;
  return result;
}

}  // namespace

Result<SplitResult> split(const Image& scan, const SplitParams& params, const BookHint& hint) {
  return guarded<SplitResult>("split", [&]() -> Result<SplitResult> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    SplitResult whole;
    whole.parts.push_back({Side::single, quad_of(scan.box())});
    whole.confidence = 1;
    if (params.mode == "never") return whole;
    const bool always = params.mode == "always";
    const Image plausible = with_plausible_dpi(scan);
    if (!always && !may_be_spread(plausible, hint)) return whole;

    const Reduced reduced = reduced_grey(plausible, measuring_dpi);
    const Size size = reduced.grey.size();
    if (!always && std::min(size.width, size.height) < least_px) return whole;
    if (std::min(size.width, size.height) < least_px) return halved(scan);
    const fold::Scene scene(view(reduced.grey).clone(), reduced.grey.dpi().x);
    Fold best;
    double alone = 0;
    for (const fold::Evidence& e : scene.candidates()) {
      const double odds = fold::odds_of(e);
      const double more = fold::hinted(e, hint, scene.dpi(), scene.sheet_height());
      const double c = fold::confidence_of(odds + more);
      alone = std::max(alone, fold::confidence_of(odds));
      if (c > best.confidence) best = {e.place, c};
    }
    if (best.confidence < params.min_confidence)
      if (const auto place = middle_by_hint(scene, hint)) best = {*place, hinted_middle};
    if (always && best.confidence <= forced_middle) {
      const auto place = scene.middle(0);
      best = {place.value_or(fold::Place{reduced.grey.width() / 2.0, 0}), forced_middle};
    }
    whole.spread_confidence = alone;
    whole.confidence = 1 - best.confidence;
    if (!always && best.confidence < params.min_confidence) return whole;

    SplitResult result = parted(scan, best, reduced, scene.row_middle());
    result.spread_confidence = alone;
    return result;
  });
}

SplitResult split_at(Size scan, Point fold_top, Point fold_bottom) {
  const double w = scan.width, h = scan.height;
  SplitResult result;
  result.parts.push_back({Side::left, {Point{0, 0}, fold_top, fold_bottom, {0, h}}});
  result.parts.push_back({Side::right, {fold_top, {w, 0}, {w, h}, fold_bottom}});
  result.confidence = 1;
  result.spread_confidence = 1;
  result.fold_top = fold_top;
  result.fold_bottom = fold_bottom;
  return result;
}

}  // namespace linka
