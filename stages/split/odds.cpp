// SPDX-License-Identifier: GPL-3.0-or-later
// Light, text and edges each add to the log odds that a place is the fold of a spread. The amounts
// are set by hand from what each sign is worth alone: three are 95 %, and no single sign but a deep
// shadow gets that far.
#include "stages/split/fold.h"

#include <algorithm>
#include <cmath>

namespace linka::fold {
namespace {

constexpr double prior = -2.5;            // of a scan wider than high, before anything is seen
constexpr double least_balance = 0.36;    // the narrower page's share of the sheet
constexpr double wide_gap_mm = 15;        // inner margins together; gutters of columns have 4 to 9
constexpr double wide_gap_share = 0.055;  // of the sheet's width
constexpr double least_text_share = 0.1;  // of the letters, for the page with less of them
constexpr int most_rules_across = 5;  // of a picture over both pages; a table or staves have more
constexpr double impossible = -20;

double light_of(const Evidence& e) {
  double odds = 0;
  if (e.shadow > 0) {
    const double depth = std::clamp((e.shadow - 0.02) * 70, 0.0, 5.0);
    odds = depth * std::clamp((e.shadow_rows - 0.25) / 0.5, 0.0, 1.0);
  }
  if (e.line > 0 && !e.rule) {
    const double depth = std::clamp(0.3 + (e.line - 0.006) * 60, 0.0, 1.5);
    odds = std::max(odds, e.line_in_margins ? depth + 0.7 : depth / 2);
  }
  if (e.rule) odds -= 2;
  return odds;
}

double text_of(const Evidence& e) {
  const double least = std::min(e.text_left, 1 - e.text_left);
  if (e.half_blank) return 2;
  if (least < least_text_share) return e.balance > 0.45 ? -0.5 : -2.5;
  const bool portrait = e.aspect < 1;
  double odds = 0.7;
  const double gap = std::min(e.gap_mm / wide_gap_mm, e.gap_share / wide_gap_share);
  if (e.gap_mm > 0) odds += std::clamp((gap - 0.67) * 7.5, -3.0, portrait ? 0.5 : 2.5);
  if (e.gap_mm <= 0) odds -= 1;
  if (e.other_gap_mm > 0 && e.gap_mm > 0) {
    const double ratio = e.gap_mm / e.other_gap_mm;
    odds += std::clamp((ratio - 1.3) * 2.5, -2.0, portrait ? 0.0 : 1.5);
  }
  return odds;
}

double edges_of(const Evidence& e) {
  double odds = e.balance >= 0.45 ? 1 : e.balance >= 0.42 ? 0.3 : -1;
  odds += std::clamp((e.dip_mm - 0.35) * 3, 0.0, 2.5);
  odds -= std::min(3.0, 1.5 * e.rules_across);
  if (e.aspect < 1.15) odds -= e.aspect < 0.9 ? 2.5 : 1;
  if (e.aspect > 2.2) odds -= 2;
  return odds;
}

}  // namespace

double odds_of(const Evidence& e) {
  if (e.balance < least_balance) return impossible;
  const double cut = e.shadow > 0.1 ? 0 : std::min(6.0, 1.0 * e.letters_cut);
  return prior + light_of(e) + text_of(e) + edges_of(e) - cut;
}

double hinted(const Evidence& e, const BookHint& hint, double dpi, double sheet_height) {
  const bool ruled_through = e.rules_across > most_rules_across;
  double odds = hint.pages == 2 ? (ruled_through ? 0 : 3) : hint.pages == 1 ? -4 : 0;
  if (hint.pages == 1 && std::min(e.text_left, 1 - e.text_left) < least_text_share) odds -= 4;
  if (hint.page_width_mm <= 0) return odds;
  const double leaf = px_from_mm(hint.page_width_mm, dpi);
  const double left = (e.place.x - e.sheet.x0) / leaf - 1,
               right = (e.sheet.x1 - e.place.x) / leaf - 1;
  const double worst = std::max(std::abs(left), std::abs(right));
  const double best = std::min(std::abs(left), std::abs(right));
  const bool tall = hint.page_height_mm > 0 &&
                    std::abs(sheet_height / px_from_mm(hint.page_height_mm, dpi) - 1) > 0.12;
  if (!e.sheet.both_found()) return worst < 0.06 ? odds + 1 : odds;
  if (tall || best > 0.12) return odds - 4;  // another kind of sheet: a foldout, a leaf laid in
  if (worst < 0.06) return odds + 2;
  if (worst > 0.12) return odds - 3;
  return odds;
}

double confidence_of(double odds) {
  return 1 / (1 + std::exp(-odds));
}

}  // namespace linka::fold
