// SPDX-License-Identifier: GPL-3.0-or-later
// What light, text and the edges of the leaves say for a fold at a place of a reduced scan, and how
// much all of it together is worth. Part of the split stage.
#pragma once

#include "image/edges.h"
#include "image/paper.h"
#include "model/book_hint.h"

#include <optional>
#include <vector>

namespace linka::fold {

// A place where the scan may be folded: x at the middle of the rows looked at, pixels.
struct Place {
  double x = 0, slope = 0;
};

// The sheet as far as it is seen from a place: both leaves of a spread, or the one leaf.
struct Sheet {
  double x0 = 0, x1 = 0;  // outer edges at the middle of the rows
  bool left_found = false, right_found = false;
  double width() const { return x1 - x0; }
  bool both_found() const { return left_found && right_found; }
};

struct Evidence {
  Place place;
  double shadow = 0;       // depth of a fading valley as a share of the paper's brightness
  double shadow_rows = 0;  // share of the rows that agree with it
  double line = 0;         // depth of the thin line that an evenly lit fold leaves; share of paper
  bool line_in_margins = false;  // it goes on above or below the text, as no printed rule does
  bool rule = false;             // a printed rule
  double gap_mm = 0;             // band without a letter from head to foot, text on both sides
  double gap_share = 0;          // of the sheet's width
  double other_gap_mm = 0;       // the widest such band elsewhere, as between columns
  double text_left = 0.5;        // share of the letters left of the place
  bool half_blank = false;       // one side is full of text, the other is clean paper
  double balance = 0.5;          // narrower leaf as a share of the sheet
  double dip_mm = 0;             // of the upper or lower edge of the leaves, against straight lines
  int rules_across = 0;          // printed rules that cross the place
  int letters_cut = 0;
  Sheet sheet;
  double aspect = 1;  // width : height of the sheet
};

// The reduced scan with everything that is measured once.
class Scene {
 public:
  Scene(const cv::Mat& grey, double dpi);

  // Folds in shadow, gaps between letters and the middle of the sheet, each once.
  std::vector<Evidence> candidates() const;
  // What speaks for a place that something else names.
  Evidence evidence_at(Place place) const;
  // Where the leaf at the left (or right) edge of the sheet ends if it is `width_px` wide; nudged
  // into the nearest gap, so that no letter is cut.
  std::optional<Place> middle(double width_px) const;

  double dpi() const { return dpi_; }
  double row_middle() const { return rows_.middle(); }
  double sheet_height() const { return height_; }
  bool has_text() const { return skewed_.has_value(); }
  Sheet sheet_about(double x) const;

 private:
  struct Gap {
    double x0 = 0, x1 = 0;
    double width() const { return x1 - x0; }
  };
  void find_text();
  void find_pictures();
  bool in_picture(const Letter& letter) const;
  // Folds between two columns of the picture, as valleys_of gives them.
  std::vector<Line> valleys_between(double x0, double x1, const ValleyParams& params) const;
  void find_edges();
  std::vector<Gap> gaps() const;
  Evidence measured(Place place) const;
  Evidence gap_evidence(const Gap& gap) const;
  std::vector<int> upper_edge(bool lower) const;
  double dip_at(double x) const;
  int rules_across(Place place) const;
  bool half_is_blank(Place place, const Sheet& sheet) const;
  double depth_in(Place place, Rows rows) const;
  double slope() const;

  double dpi_;
  cv::Mat grey_;
  Paper paper_;
  Letters letters_;
  Sight sight_;  // `inside` leaves pictures out
  cv::Mat everywhere_;
  std::optional<double> skewed_;  // clockwise, degrees
  Tilts tilts_;
  Rows rows_;
  std::vector<Gap> gaps_;
  Steps left_, right_;  // right_ seen in the mirror
  double text_x0_ = 0, text_x1_ = 0;
  std::vector<int> top_, bottom_;  // y of the sheet's edges by column; -1 unknown
  double height_ = 0;
};

// Log odds for a spread from the scan alone.
double odds_of(const Evidence& evidence);
// What the hint adds.
double hinted(const Evidence& evidence, const BookHint& hint, double dpi, double sheet_height);
double confidence_of(double odds);

}  // namespace linka::fold
