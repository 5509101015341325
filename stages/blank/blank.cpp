// SPDX-License-Identifier: GPL-3.0-or-later
// Ink is what is clearly darker than the paper around it, in pieces larger than a speck and away
// from the page's rim, where shadows, the scanner bed and worn edges lie. The other side shining
// through is faint and is not counted. A picture without strokes shows as a dark area that does not
// touch the rim. A page with one clear line of letters is never blank, however little ink that is.
#include "stages/blank/blank.h"

#include "image/convert.h"
#include "image/paper.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 100;
constexpr double rim_mm = 6, rim_share = 0.04;  // the larger counts
constexpr double speck_mm = 0.8;                // smaller pieces both ways are dirt
constexpr double least_contrast = 0.33;         // of the paper; print that shines through has less
constexpr double dark_area = 0.7;               // of the paper's brightness: a picture
constexpr double picture_mm = 8;

struct Piece {
  cv::Rect box;
  int area = 0;
};

std::vector<Piece> pieces_of(const cv::Mat& mask) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8, CV_32S);
  std::vector<Piece> pieces;
  for (int i = 1; i < count; ++i)
    pieces.push_back({{stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)},
                      stats.at<int>(i, cv::CC_STAT_AREA)});
  return pieces;
}

bool touches_rim(const cv::Rect& box, const cv::Size& size) {
  return box.x == 0 || box.y == 0 || box.x + box.width == size.width ||
         box.y + box.height == size.height;
}

}  // namespace

Result<Blankness> find_blank(const Image& page, const BlankParams& params) {
  return guarded<Blankness>("blank", [&]() -> Result<Blankness> {
    if (page.empty()) return fail(ErrorKind::bad_input, "there is no image");
    const Reduced reduced = reduced_grey(with_plausible_dpi(page), measuring_dpi);
    const double dpi = reduced.grey.dpi().x;
    const int w = reduced.grey.width(), h = reduced.grey.height();
    const auto rim = [&](int side) {
      return static_cast<int>(std::max(px_from_mm(rim_mm, dpi), rim_share * side));
    };
    const cv::Rect inner(rim(w), rim(h), w - 2 * rim(w), h - 2 * rim(h));
    Blankness blank;
    if (inner.width < 8 || inner.height < 8) return blank;  // too small to tell

    const Paper paper = paper_of(view(reduced.grey), dpi);
    const cv::Mat strong = paper.print(inner) > least_contrast * 255;
    const int speck = std::max(2, static_cast<int>(std::lround(px_from_mm(speck_mm, dpi))));
    double ink = 0;
    for (const Piece& p : pieces_of(strong)) {
      if (p.box.width < speck && p.box.height < speck) continue;
      // The edge of what lies across the rim.
      if (touches_rim(p.box, inner.size()) && (p.box.width < speck || p.box.height < speck))
        continue;
      ink += p.area;
    }
    cv::Mat strong_print(paper.print.size(), CV_8UC1, cv::Scalar(0));
    paper.print(inner).copyTo(strong_print(inner), strong);
    const Letters letters = letters_of(strong_print, dpi);

    std::vector<int> levels;
    const cv::Mat level = paper.level(inner);
    for (int y = 0; y < level.rows; y += 4)
      for (int x = 0; x < level.cols; x += 4) levels.push_back(level.at<std::uint8_t>(y, x));
    const auto bright = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 9 / 10);
    std::nth_element(levels.begin(), bright, levels.end());
    const int picture = static_cast<int>(px_from_mm(picture_mm, dpi));
    for (const Piece& p : pieces_of(level < dark_area * *bright))
      if (!touches_rim(p.box, inner.size()) && p.box.width >= picture && p.box.height >= picture)
        ink += p.area;

    blank.ink_share = std::min(1.0, ink / static_cast<double>(inner.area()));
    const bool text = letters.on_lines >= 4;
    blank.is_blank = blank.ink_share < params.max_ink_share && !text;
    // Ten times more or less ink than the limit is sure.
    const double limit = std::max(params.max_ink_share, 1e-9);
    const double distance = std::abs(std::log10(std::max(blank.ink_share, 1e-9) / limit));
    blank.confidence = std::clamp(distance, 0.0, 1.0);
    if (text && blank.ink_share < params.max_ink_share) blank.confidence = 0.5;
    return blank;
  });
}

}  // namespace linka
