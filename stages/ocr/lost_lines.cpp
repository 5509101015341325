// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/lost_lines.h"

#include "image/convert.h"
#include "image/pix.h"
#include "stages/ocr/marks.h"
#include "stages/ocr/page_numbers.h"
#include "stages/ocr/words.h"

#include <leptonica/allheaders.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace linka {
namespace {

constexpr std::size_t most_lost_lines = 60;  // more are no lost lines but a picture
constexpr double most_of = 0.7;              // of a block's area: a piece of a turned line
constexpr double usual_em_px = 42;           // 10 pt at engine_dpi

// ---- lines the layout lost ---------------------------------------------------------------------

double em_of(const std::vector<ReadBlock>& blocks) {
  std::vector<double> sizes;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (line.size_px > 0) sizes.push_back(line.size_px);
  return median(std::move(sizes));
}

// A picture with lines of text inside is a frame around them, or the edges of the paper: what else
// is in it may be text as well.
bool is_frame(const Box& picture, const std::vector<ReadBlock>& blocks) {
  constexpr std::size_t many = 5;
  std::size_t inside = 0;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) {
      const Box shared = intersection(line.text.box, picture);
      inside += !shared.empty() && shared.area() > most_of * line.text.box.area();
    }
  return inside >= many;
}

std::vector<Box> covered_by(const std::vector<ReadBlock>& blocks) {
  const Box print = print_of(blocks);
  constexpr double around = 2;  // pixels; what is left of a letter's edge is no letter
  std::vector<Box> boxes;
  const auto add = [&](const Box& b) {
    boxes.push_back({b.x0 - around, b.y0 - around, b.x1 + around, b.y1 + around});
  };
  for (const ReadBlock& block : blocks) {
    if (!carries_text(block.kind) && block.kind != BlockKind::line && !is_frame(block.box, blocks))
      add(block.box);
    for (const ReadLine& line : block.lines)
      if (!is_doubtful(line, print))
        for (const TextWord& word : line.text.words) add(word.box);
  }
  return boxes;
}

std::vector<Box> boxes_of(PIX* ink) {
  const std::unique_ptr<BOXA, DestroyWith<boxaDestroy>> parts(pixConnComp(ink, nullptr, 8));
  std::vector<Box> boxes;
  for (int i = 0; parts != nullptr && i < boxaGetCount(parts.get()); ++i) {
    int x = 0, y = 0, w = 0, h = 0;
    if (boxaGetBoxGeometry(parts.get(), i, &x, &y, &w, &h) == 0)
      boxes.push_back({static_cast<double>(x), static_cast<double>(y), static_cast<double>(x + w),
                       static_cast<double>(y + h)});
  }
  return boxes;
}

// The boxes of connected ink outside of `covered`.
std::vector<Box> ink_not_read(PIX* page_ink, const std::vector<Box>& covered) {
  if (page_ink == nullptr || pixGetDepth(page_ink) != 1) return {};
  const PixPtr ink(pixCopy(nullptr, page_ink));
  if (ink == nullptr) return {};
  for (const Box& b : covered) {
    const BoxPtr box(boxCreate(static_cast<int>(b.x0), static_cast<int>(b.y0),
                               static_cast<int>(b.width()), static_cast<int>(b.height())));
    if (box != nullptr) pixClearInRect(ink.get(), box.get());
  }
  return boxes_of(ink.get());
}

// The commonest grey: what to paint over words that are read.
std::uint8_t paper_of(const Image& grey) {
  std::array<std::size_t, 256> count{};
  for (const std::uint8_t value : grey.bytes()) ++count[value];
  return static_cast<std::uint8_t>(std::max_element(count.begin(), count.end()) - count.begin());
}

Image painted_over(const Image& grey, const std::vector<Box>& boxes) {
  const std::uint8_t paper = paper_of(grey);
  return Image::make(grey.width(), grey.height(), 1, grey.dpi(), nullptr, [&](std::uint8_t* out) {
    std::copy(grey.bytes().begin(), grey.bytes().end(), out);
    for (const Box& box : boxes) {
      const Box inside = intersection(box, grey.box());
      if (inside.empty()) continue;
      const auto x0 = static_cast<std::size_t>(inside.x0), x1 = static_cast<std::size_t>(inside.x1);
      for (auto y = static_cast<std::size_t>(inside.y0); y < static_cast<std::size_t>(inside.y1);
           ++y)
        std::fill(out + y * grey.row_bytes() + x0, out + y * grey.row_bytes() + x1, paper);
    }
  });
}

// Now and then whole lines are in none of Tesseract's blocks although they are clearly printed.
// Where rows of letters are left that no word covers, each is read as a line by itself.
std::vector<ReadLine> lost_lines(tesseract::TessBaseAPI& engine, const Seen& seen,
                                 const std::vector<ReadBlock>& blocks,
                                 const std::vector<Box>& ink) {
  const double em = em_of(blocks);
  if (em <= 0) return {};
  const std::vector<Box> covered = covered_by(blocks);
  const std::vector<Box> rows = rows_of_letters(ink, em);
  if (rows.empty() || rows.size() > most_lost_lines) return {};
  std::vector<ReadLine> lines;
  const Image rest = painted_over(seen.grey, covered);
  show(engine, rest, seen.dpi);
  for (const Box& row : rows)
    for (ReadLine& line : read_row(
             engine, {row.x0 - em / 2, row.y0 - em / 2, row.x1 + em / 2, row.y1 + em / 2}, rest))
      if (is_convincing(line)) lines.push_back(std::move(line));
  return lines;
}

std::vector<Box> outside_of(const std::vector<Box>& covered, const std::vector<Box>& ink) {
  std::vector<Box> out;
  std::copy_if(ink.begin(), ink.end(), std::back_inserter(out), [&](const Box& b) {
    return std::none_of(covered.begin(), covered.end(),
                        [&](const Box& c) { return !intersection(b, c).empty(); });
  });
  return out;
}

// A row and half an em around it, in whole pixels of the page.
Box room_of(const Box& row, double em, const Image& page) {
  return intersection({std::floor(row.x0 - em / 2), std::floor(row.y0 - em / 2),
                       std::ceil(row.x1 + em / 2), std::ceil(row.y1 + em / 2)},
                      page.box());
}

cv::Rect rect_of(const Box& b) {
  return {static_cast<int>(b.x0), static_cast<int>(b.y0), static_cast<int>(b.width()),
          static_cast<int>(b.height())};
}

// ---- words in pictures -------------------------------------------------------------------------

// Letters of one row stand on one line; strokes of a drawing end here and there.
bool stand_on_a_line(const std::vector<Box>& letters, double em) {
  constexpr double share = 0.6, uneven = 0.12;
  std::vector<double> feet;
  for (const Box& letter : letters)
    if (letter.height() > 0.25 * em) feet.push_back(letter.y1);
  const double line = median(feet);
  const auto near = std::count_if(
      feet.begin(), feet.end(), [&](double foot) { return std::abs(foot - line) <= uneven * em; });
  return static_cast<double>(near) >= share * static_cast<double>(feet.size());
}

std::vector<Box> inside_of(const Box& whole, const std::vector<Box>& ink) {
  std::vector<Box> inside;
  std::copy_if(ink.begin(), ink.end(), std::back_inserter(inside),
               [&](const Box& b) { return intersection(b, whole) == b; });
  return inside;
}

// The row by itself: what reaches the edge of `room` belongs to the drawing and becomes paper.
Image bare_row(const Image& grey, const Box& room) {
  cv::Mat row = view(grey)(rect_of(room)).clone(), ink, labels, stats, centres;
  cv::threshold(row, ink, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  const int n = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  cv::Mat drawn = cv::Mat::zeros(row.size(), CV_8UC1);
  for (int i = 1; i < n; ++i) {
    const int x0 = stats.at<int>(i, cv::CC_STAT_LEFT), y0 = stats.at<int>(i, cv::CC_STAT_TOP);
    const int x1 = x0 + stats.at<int>(i, cv::CC_STAT_WIDTH);
    const int y1 = y0 + stats.at<int>(i, cv::CC_STAT_HEIGHT);
    if (x0 == 0 || y0 == 0 || x1 == row.cols || y1 == row.rows) drawn.setTo(255, labels == i);
  }
  cv::dilate(drawn, drawn, cv::Mat::ones(5, 5, CV_8UC1));
  row.setTo(cv::mean(row, ink == 0), drawn);
  return image_of(row, grey.dpi());
}

// Surer than print elsewhere has to be: what is drawn is like letters here and there.
bool is_surely_a_name(const ReadLine& line) {
  constexpr double sure = 0.85;
  return is_convincing(line) &&
         std::all_of(line.text.words.begin(), line.text.words.end(), [](const TextWord& word) {
           return word.confidence >= sure && is_surely_print(word);
         });
}

std::optional<ReadLine> name_in(tesseract::TessBaseAPI& engine, const Seen& seen, const Box& row,
                                double em) {
  const Box room = room_of(row, em, seen.grey);
  const Image picture = bare_row(seen.grey, room);
  show(engine, picture, seen.dpi);
  std::vector<ReadLine> lines = read_row(engine, picture.box(), picture);
  if (lines.size() != 1 || !is_surely_a_name(lines.front())) return {};
  ReadLine line = std::move(lines.front());
  const auto on_page = [&](const Box& b) {
    return Box{b.x0 + room.x0, b.y0 + room.y0, b.x1 + room.x0, b.y1 + room.y0};
  };
  line.text.box = on_page(line.text.box);
  for (TextWord& word : line.text.words) word.box = on_page(word.box);
  line.text.baseline_y += room.y0;
  line.end_baseline_y += room.y0;
  return line;
}

// The engine reads nothing of what its layout takes for a picture, be it a map with all its names.
// Each name becomes a block after its picture.
void add_names_in_pictures(tesseract::TessBaseAPI& engine, const Seen& seen,
                           std::vector<ReadBlock>& blocks, PIX* page_ink, double em) {
  constexpr std::size_t fewest_letters = 4;
  constexpr double least_side = 5;  // em, of a picture that has room for names
  const auto has_room = [&](const ReadBlock& block) {
    return block.kind == BlockKind::illustration &&
           std::min(block.box.width(), block.box.height()) >= least_side * em;
  };
  if (std::none_of(blocks.begin(), blocks.end(), has_room)) return;
  std::vector<Box> words;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      for (const TextWord& word : line.text.words) words.push_back(word.box);
  const std::vector<Box> ink = ink_not_read(page_ink, words);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (!has_room(blocks[b])) continue;
    const std::vector<Box> inside = inside_of(blocks[b].box, ink);
    std::vector<Box> rows = rows_of_letters(inside, em, fewest_letters);
    std::erase_if(rows,
                  [&](const Box& row) { return !stand_on_a_line(inside_of(row, inside), em); });
    if (rows.size() > most_lost_lines) continue;
    for (const Box& row : rows)
      if (auto line = name_in(engine, seen, row, em)) {
        ReadBlock name;
        name.box = line->text.box;
        name.lines.push_back(std::move(*line));
        blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(++b), std::move(name));
      }
  }
}

// ---- lines that are turned ---------------------------------------------------------------------

// A piece of the page turned so that what ran up (or down) it runs from left to right.
struct Turned {
  Image grey;
  Box piece;  // of the page
  bool ran_up = true;

  Box on_page(const Box& b) const {
    return ran_up ? Box{piece.x0 + b.y0, piece.y1 - b.x1, piece.x0 + b.y1, piece.y1 - b.x0}
                  : Box{piece.x1 - b.y1, piece.y0 + b.x0, piece.x1 - b.y0, piece.y0 + b.x1};
  }
};

Turned turned(const Image& page, const Box& piece, bool ran_up) {
  cv::Mat pixels;
  cv::rotate(view(page)(rect_of(piece)), pixels,
             ran_up ? cv::ROTATE_90_CLOCKWISE : cv::ROTATE_90_COUNTERCLOCKWISE);
  return {image_of(pixels, page.dpi()), piece, ran_up};
}

std::optional<ReadLine> read_turned(tesseract::TessBaseAPI& engine, const Seen& seen,
                                    const Box& piece, bool ran_up) {
  const Turned t = turned(seen.grey, piece, ran_up);
  show(engine, t.grey, seen.dpi);
  std::vector<ReadLine> lines = read_row(engine, t.grey.box(), t.grey);
  if (lines.size() != 1 || !is_convincing(lines.front())) return {};
  ReadLine line = std::move(lines.front());
  line.text.box = t.on_page(line.text.box);
  for (TextWord& word : line.text.words) word.box = t.on_page(word.box);
  line.text.baseline_y = line.end_baseline_y = line.text.box.y1;
  return line;
}

double sureness_of(const std::optional<ReadLine>& line) {
  double sum = 0;
  if (line)
    for (const TextWord& word : line->text.words)
      sum += word.confidence * static_cast<double>(word.content.size());
  return sum;
}

// Captions beside plates, titles of wide tables: each such line is a block of its own, at the end.
// The engine finds some of them, in pieces, and reads those that run down upside down.
void add_turned_lines(tesseract::TessBaseAPI& engine, const Seen& seen,
                      std::vector<ReadBlock>& blocks, const std::vector<Box>& ink, double em) {
  std::vector<TurnedRow> rows = turned_rows_of(blocks, em);
  for (const Box& row : turned_rows_of_letters(ink, em))
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const TurnedRow& other) { return !intersection(row, other.box).empty(); }))
      rows.push_back({row, {}});
  if (rows.size() > most_lost_lines) return;
  std::vector<ReadBlock> found;
  std::vector<bool> replaced(blocks.size());
  for (const TurnedRow& row : rows) {
    const Box piece = room_of(row.box, em, seen.grey);
    if (piece.empty()) continue;
    std::optional<ReadLine> up = read_turned(engine, seen, piece, true);
    std::optional<ReadLine> down = read_turned(engine, seen, piece, false);
    std::optional<ReadLine>& best = sureness_of(up) >= sureness_of(down) ? up : down;
    if (!best) continue;
    for (const std::size_t b : row.blocks) replaced[b] = true;
    ReadBlock& block = found.emplace_back();
    block.box = best->text.box;
    block.lines.push_back(std::move(*best));
  }
  const auto is_piece_of = [](const ReadBlock& block, const Box& whole) {
    if (block.lines.size() != 1) return false;
    Box box = block.lines[0].text.words[0].box;
    for (const TextWord& word : block.lines[0].text.words) box = hull(box, word.box);
    const Box shared = intersection(box, whole);
    return !shared.empty() && box.height() < whole.height() &&
           shared.width() * shared.height() > most_of * box.width() * box.height();
  };
  std::vector<Box> wholes;
  for (const ReadBlock& line : found) wholes.push_back(line.box);
  const auto is_piece = [&](const ReadBlock& block) {
    return std::any_of(wholes.begin(), wholes.end(),
                       [&](const Box& whole) { return is_piece_of(block, whole); });
  };
  std::erase_if(found, is_piece);
  for (std::size_t b = 0; b < replaced.size(); ++b)
    replaced[b] = replaced[b] || is_piece(blocks[b]);
  std::size_t at = 0;
  std::erase_if(blocks, [&](const ReadBlock&) { return replaced[at++]; });
  std::move(found.begin(), found.end(), std::back_inserter(blocks));
}

// ---- marks and numbers by their ink
// -------------------------------------------------------------------------------------

// A piece of the page's ink.
struct Cut {
  PixPtr ink;  // null when nothing is left of it
  Box at;
};
Cut cut_out(const PixPtr& ink, const Box& box) {
  if (ink == nullptr || pixGetDepth(ink.get()) != 1) return {};
  const Box whole{0, 0, static_cast<double>(pixGetWidth(ink.get())),
                  static_cast<double>(pixGetHeight(ink.get()))};
  const Box in = intersection(
      {std::floor(box.x0), std::floor(box.y0), std::ceil(box.x1), std::ceil(box.y1)}, whole);
  if (in.empty()) return {};
  const BoxPtr part(boxCreate(static_cast<int>(in.x0), static_cast<int>(in.y0),
                              static_cast<int>(in.width()), static_cast<int>(in.height())));
  return {PixPtr(pixClipRectangle(ink.get(), part.get(), nullptr)), in};
}

void name_marks_of(const PixPtr& ink, std::vector<ReadBlock>& blocks) {
  name_marks(blocks, [&](const Box& box) -> std::vector<Box> {
    const Cut cut = cut_out(ink, box);
    if (cut.ink == nullptr) return {};
    std::vector<Box> boxes = boxes_of(cut.ink.get());
    for (Box& b : boxes)
      b = {b.x0 + cut.at.x0, b.y0 + cut.at.y0, b.x1 + cut.at.x0, b.y1 + cut.at.y0};
    return boxes;
  });
}

// ---- frames ------------------------------------------------------------------------------------

// A picture as large as the page around lines of print is the edge of the paper or its shade, no
// picture. Words on a map or a poster are no such lines.
void drop_paper_edges(std::vector<ReadBlock>& blocks, const Image& page) {
  constexpr double whole = 0.96;  // of the page's width and height
  constexpr int least_lines = 2;
  int lines = 0;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) lines += is_print(line);
  if (lines < least_lines) return;
  std::erase_if(blocks, [&](const ReadBlock& block) {
    return block.kind == BlockKind::illustration && block.box.width() > whole * page.width() &&
           block.box.height() > whole * page.height();
  });
}

// The engine calls any centred line a caption. Without a picture on the page it is none; what it
// is instead is told by its size and place (blocks_kind.h).
void drop_idle_captions(std::vector<ReadBlock>& blocks) {
  const bool any_picture = std::any_of(blocks.begin(), blocks.end(), [](const ReadBlock& block) {
    return block.kind == BlockKind::illustration;
  });
  if (any_picture) return;
  for (ReadBlock& block : blocks)
    if (block.kind == BlockKind::caption) block.kind = BlockKind::text;
}

}  // namespace

void add_lost_lines(tesseract::TessBaseAPI& engine, const Seen& seen,
                    std::vector<ReadBlock>& blocks) {
  drop_paper_edges(blocks, seen.grey);
  drop_idle_captions(blocks);
  const PixPtr page_ink(engine.GetThresholdedImage());
  name_marks_of(page_ink, blocks);
  const std::vector<Box> ink = ink_not_read(page_ink.get(), covered_by(blocks));
  insert_lost_lines(blocks, lost_lines(engine, seen, blocks, ink));
  join_torn_lines(blocks);
  const double em = em_of(blocks);
  compare_numbers_with_ink(blocks, seen.grey, em);
  const std::vector<Box> rest = outside_of(covered_by(blocks), ink);
  add_names_in_pictures(engine, seen, blocks, page_ink.get(), em > 0 ? em : usual_em_px);
  add_page_numbers(engine, seen, blocks, rest, em);
  add_turned_lines(engine, seen, blocks, rest, em > 0 ? em : usual_em_px);
}

}  // namespace linka
