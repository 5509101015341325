// SPDX-License-Identifier: GPL-3.0-or-later
// Measures against limits. A check speaks only when what it rests on is there: enough letters, a
// picture in shades, a confident angle. "hold" is for what makes a page useless.
#include "stages/check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr int least_letters = 120;       // before text's height says something of the resolution
constexpr double across = 0.5;           // lines run plainly across the page: no picture in dots
constexpr double usual_height_mm = 1.8;  // of small letters
constexpr double sure_skew = 0.5;
constexpr double least_ink = 0.0002;  // below it the page is blank, and known as such
constexpr double much_worse = 1.6;    // times the limit: not a note any more
constexpr double far_off = 1.2;
constexpr double highest_score = 100;

class Findings {
 public:
  // Over the limit is wrong.
  void over(const char* check, double value, double limit, Urgency urgency,
            std::string detail = {}) {
    if (value > limit)
      add(check, value, limit, limit > 0 ? value / limit : highest_score, urgency,
          std::move(detail));
  }
  // Under the limit is wrong.
  void under(const char* check, double value, double limit, Urgency urgency,
             std::string detail = {}) {
    if (value < limit)
      add(check, value, limit, value > 0 ? limit / value : highest_score, urgency,
          std::move(detail));
  }
  void add(const char* check, double value, double limit, double score, Urgency urgency,
           std::string detail = {}) {
    found_.push_back(
        {check, urgency, value, limit, std::min(score, highest_score), std::move(detail)});
  }
  std::vector<PageFinding> take() { return std::move(found_); }

 private:
  std::vector<PageFinding> found_;
};

void judge_light(const PageMeasures& m, const CheckParams& p, Findings& out) {
  if (m.bitonal) return;
  if (m.paper_level > 0) out.under("dark", m.paper_level, p.min_paper, Urgency::look);
  out.over("bright", m.ink_level, p.max_ink, Urgency::look);
  if (m.clipped_white > p.max_clipped_paper)
    out.over("clipped", m.clipped_white, p.max_clipped_paper, Urgency::note);
  else if (m.ink_share > 0 && m.clipped_black > p.max_clipped_ink * m.ink_share)
    out.over("clipped", m.clipped_black, p.max_clipped_ink * m.ink_share, Urgency::note);
  const bool much = m.unevenness > much_worse * p.max_unevenness;
  out.over("uneven", m.unevenness, p.max_unevenness, much ? Urgency::look : Urgency::note);
}

void judge_text(const PageMeasures& m, const CheckParams& p, Findings& out) {
  if (m.sideways > p.max_sideways) {
    out.over("sideways", m.sideways, p.max_sideways, Urgency::hold, fmt::format("{}", m.turn_deg));
  } else {
    out.over("upside-down", m.upside_down, p.max_upside_down, Urgency::hold);
    if (m.left_over_skew_confidence >= sure_skew)
      out.over("skew", std::abs(m.left_over_skew_deg), p.max_skew_deg, Urgency::look);
  }
  if (m.sharpness > 0 && !m.bitonal) {
    // Lines may run together in the blur so that their height is not known.
    const double height = m.text_height_mm > 0 ? m.text_height_mm : usual_height_mm;
    out.under("blur", m.sharpness, 1 / (p.max_edge_width * height), Urgency::look);
  }
  if (m.text_height_mm <= 0) return;
  if (m.letters >= least_letters && m.sideways < -across) {
    // A book may be set in very small or large letters; half or double the usual is no letter.
    const bool far = m.text_height_mm < p.min_text_height_mm / far_off ||
                     m.text_height_mm > p.max_text_height_mm * far_off;
    const Urgency urgency = far ? Urgency::look : Urgency::note;
    out.under("resolution", m.text_height_mm, p.min_text_height_mm, urgency);
    out.over("resolution", m.text_height_mm, p.max_text_height_mm, urgency);
  }
}

}  // namespace

std::vector<PageFinding> judge(const PageMeasures& m, const CheckParams& p) {
  if (!m.measured || !p.enabled) return {};
  Findings out;
  judge_text(m, p, out);
  judge_light(m, p, out);
  out.over("flat-band", std::max(m.flat_share, m.repeated_share), p.max_flat_share, Urgency::hold);
  out.over("covered", m.covered_share, p.max_covered_share, Urgency::hold);
  if (m.ink_share > least_ink)
    out.under("near-blank", m.ink_share, p.near_blank_ink_share, Urgency::note);
  return out.take();
}

std::vector<PageFinding> judge_source(const SourceFacts& source, int channels,
                                      const CheckParams& p) {
  if (!p.enabled) return {};
  Findings out;
  if (channels == 3 && source.icc_name.empty() && source.color_space != "sRGB")
    out.add("no-icc", 0, 1, 1, Urgency::note);
  if (!source.dpi_from_file)
    out.add("no-dpi", source.dpi.x, 0, 1, Urgency::look);
  else
    out.under("low-dpi", std::min(source.dpi.x, source.dpi.y), p.min_dpi, Urgency::look);
  return out.take();
}

}  // namespace linka
