// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract's result iterator is walked here, because its own ALTO renderer writes word confidences
// wrongly and knows nothing of the page's frame.
//
// A page's text must not depend on what was read before it or on which thread. Three things would
// break that: Tesseract learns while it reads (the document dictionary is off, the adaptive state
// cleared after each page), its OpenMP loops race (switched off on every thread that reads), and
// one engine may not serve two threads (engines are lent for one page and come back).
#include "stages/ocr/engine.h"

#include "base/text.h"
#include "image/convert.h"
#include "image/pix.h"
#include "stages/ocr/models.h"

#include <leptonica/allheaders.h>
#include <omp.h>
#include <opencv2/imgproc.hpp>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr double leave_from_dpi = 250;  // between these two nothing is won by resampling
constexpr double leave_to_dpi = 350;
constexpr double credible_from_dpi = 70;  // beyond these Tesseract itself does not believe it
constexpr double credible_to_dpi = 2400;
constexpr double max_side_px = 32000;        // its coordinates are 16 bits wide
constexpr double max_seen_px = 150e6;        // an A0 page at 300 dpi is 139e6
constexpr double convincing = 0.7;           // mean confidence of a lost line that is taken back
constexpr std::size_t most_lost_lines = 60;  // more are no lost lines but a picture
constexpr double most_of = 0.7;              // of a block's area: a piece of a turned line
constexpr double usual_em_px = 42;           // 10 pt at engine_dpi

// Their complaints ("Empty page!!", "Image too small to scale") are no news for anybody; where to
// write them is one setting for the whole process.
void silence_libraries() {
  static std::once_flag once;
  std::call_once(once, [] {
    setMsgSeverity(L_SEVERITY_NONE);
    tesseract::TessBaseAPI().SetVariable("debug_file", "/dev/null");
  });
}

// For the calling thread only. Tesseract asks for its threads by number, which only the limit on
// nesting overrules.
void one_openmp_thread() {
  omp_set_dynamic(0);
  omp_set_num_threads(1);
  omp_set_max_active_levels(0);
}

Result<Engine> made_engine(const fs::path& folder, const std::string& models) {
  silence_libraries();
  one_openmp_thread();
  auto engine = std::make_unique<tesseract::TessBaseAPI>();
  const std::vector<std::string> names = {"tessedit_enable_doc_dict", "tessedit_do_invert",
                                          "classify_enable_learning"};
  const std::vector<std::string> values = {"0", "0", "0"};
  if (engine->Init(folder.c_str(), models.c_str(), tesseract::OEM_LSTM_ONLY, nullptr, 0, &names,
                   &values, false) != 0)
    return fail(ErrorKind::missing, "Tesseract cannot use the models '{}' in {}", models,
                folder.string());
  engine->SetPageSegMode(tesseract::PSM_AUTO);
  return engine;
}

// ---- from the page to what the engine sees -----------------------------------------------------

bool is_credible(double dpi) {
  return dpi >= credible_from_dpi && dpi <= credible_to_dpi;
}

// By one bicubic resampling; to reduce, reduced_grey averages instead.
Seen enlarged(const Image& grey, double dpi) {
  const Size size{std::max(1, static_cast<int>(std::lround(grey.width() * dpi / grey.dpi().x))),
                  std::max(1, static_cast<int>(std::lround(grey.height() * dpi / grey.dpi().y)))};
  cv::Mat pixels;
  cv::resize(view(grey), pixels, cv::Size(size.width, size.height), 0, 0, cv::INTER_CUBIC);
  return {image_of(pixels, {dpi, dpi}), static_cast<double>(size.width) / grey.width(),
          static_cast<double>(size.height) / grey.height(), dpi};
}

// ---- from the engine's answer to ours ----------------------------------------------------------

Box box_at(const tesseract::PageIterator& it, tesseract::PageIteratorLevel level) {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  if (!it.BoundingBox(level, &x0, &y0, &x1, &y1) || x1 <= x0 || y1 <= y0) return {};
  return {static_cast<double>(x0), static_cast<double>(y0), static_cast<double>(x1),
          static_cast<double>(y1)};
}

std::string without_space(std::string_view text) {
  constexpr std::array<std::string_view, 21> spaces = {
      " ",      "\t",     "\n",     "\r",     "\u00a0", "\u1680", "\u2000",
      "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
      "\u2008", "\u2009", "\u200a", "\u200b", "\u202f", "\u3000", "\ufeff"};
  std::string out;
  while (!text.empty()) {
    const auto space = std::find_if(spaces.begin(), spaces.end(),
                                    [&](std::string_view s) { return text.starts_with(s); });
    if (space == spaces.end()) out += text.front();
    text.remove_prefix(space == spaces.end() ? 1 : space->size());
  }
  return out;
}

bool is_letter_at(std::string_view text, std::size_t i) {
  if (i >= text.size()) return false;
  const char c = text[i];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & '\x80') != 0;
}

// The Fraktur models were trained on texts in which the ligatures ch and ck stood as < and >: that
// is what the labels mean, also where the c has been seen and < is only the rest. Fraktur has no
// such signs of its own.
std::string with_ch_and_ck(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool within = is_letter_at(text, i + 1) || (i > 0 && is_letter_at(text, i - 1));
    if (text[i] == '<' && within)
      out += text.substr(i + 1).starts_with('h') ? "c" : "ch";
    else if (text[i] == '>' && is_letter_at(text, i + 1) && i > 0 && is_letter_at(text, i - 1))
      out += "ck";
    else
      out += text[i];
  }
  return out;
}

// The word that the iterator stands on; its content is empty when it is not worth keeping.
TextWord word_at(const tesseract::ResultIterator& it) {
  TextWord word;
  word.box = box_at(it, tesseract::RIL_WORD);
  if (word.box.empty()) return word;
  const std::unique_ptr<char[]> raw(it.GetUTF8Text(tesseract::RIL_WORD));
  if (raw == nullptr) return word;
  word.content = without_space(clean_utf8(raw.get()));
  const double percent = it.Confidence(tesseract::RIL_WORD);
  word.confidence = std::isfinite(percent) ? std::clamp(percent / 100, 0.0, 1.0) : 0;
  bool underlined = false, monospace = false, serif = false, small_caps = false;
  int size = 0, font_id = -1;
  if (const char* family = it.WordFontAttributes(&word.bold, &word.italic, &underlined, &monospace,
                                                 &serif, &small_caps, &size, &font_id))
    word.font_family = clean_utf8(family);
  if (const char* model = it.WordRecognitionLanguage()) word.language = clean_utf8(model);
  if (reads_fraktur(word.language)) word.content = with_ch_and_ck(word.content);
  return word;
}

ReadLine line_at(const tesseract::ResultIterator& it) {
  ReadLine line;
  line.text.box = box_at(it, tesseract::RIL_TEXTLINE);
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  const bool known = it.Baseline(tesseract::RIL_TEXTLINE, &x0, &y0, &x1, &y1);
  line.text.baseline_y = known ? y0 : line.text.box.y1;
  line.end_baseline_y = known ? y1 : line.text.box.y1;
  float height = 0, descenders = 0, ascenders = 0;
  it.RowAttributes(&height, &descenders, &ascenders);
  line.size_px = std::isfinite(height) && height > 0 ? height : 0;
  return line;
}

BlockKind kind_of(tesseract::PolyBlockType type) {
  switch (type) {
    case tesseract::PT_HEADING_TEXT:
      return BlockKind::heading;
    case tesseract::PT_CAPTION_TEXT:
      return BlockKind::caption;
    case tesseract::PT_TABLE:
      return BlockKind::table;
    case tesseract::PT_FLOWING_IMAGE:
    case tesseract::PT_HEADING_IMAGE:
    case tesseract::PT_PULLOUT_IMAGE:
      return BlockKind::illustration;
    case tesseract::PT_HORZ_LINE:
    case tesseract::PT_VERT_LINE:
      return BlockKind::line;
    default:
      return BlockKind::text;
  }
}

// What the engine found, lines without words left out.
std::vector<ReadBlock> found_by(tesseract::TessBaseAPI& engine) {
  std::vector<ReadBlock> blocks;
  const std::unique_ptr<tesseract::ResultIterator> it(engine.GetIterator());
  if (it == nullptr) return blocks;
  // A block without text counts as one word without text.
  do {
    if (it->Empty(tesseract::RIL_BLOCK)) continue;
    if (blocks.empty() || it->IsAtBeginningOf(tesseract::RIL_BLOCK)) {
      ReadBlock& block = blocks.emplace_back();
      block.kind = kind_of(it->BlockType());
      block.box = box_at(*it, tesseract::RIL_BLOCK);
    }
    ReadBlock& block = blocks.back();
    if (!carries_text(block.kind) || it->Empty(tesseract::RIL_WORD)) continue;
    if (block.lines.empty() || it->IsAtBeginningOf(tesseract::RIL_TEXTLINE))
      block.lines.push_back(line_at(*it));
    TextWord word = word_at(*it);
    if (!word.content.empty()) block.lines.back().text.words.push_back(std::move(word));
  } while (it->Next(tesseract::RIL_WORD));
  for (ReadBlock& block : blocks)
    std::erase_if(block.lines, [](const ReadLine& line) { return line.text.words.empty(); });
  std::erase_if(blocks, [](const ReadBlock& block) {
    return carries_text(block.kind) ? block.lines.empty() : block.box.empty();
  });
  return blocks;
}

// ---- lines the layout lost ---------------------------------------------------------------------

double em_of(const std::vector<ReadBlock>& blocks) {
  std::vector<double> sizes;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (line.size_px > 0) sizes.push_back(line.size_px);
  return median(std::move(sizes));
}

std::vector<Box> covered_by(const std::vector<ReadBlock>& blocks) {
  constexpr double around = 2;  // pixels; what is left of a letter's edge is no letter
  std::vector<Box> boxes;
  const auto add = [&](const Box& b) {
    boxes.push_back({b.x0 - around, b.y0 - around, b.x1 + around, b.y1 + around});
  };
  for (const ReadBlock& block : blocks) {
    if (!carries_text(block.kind)) add(block.box);
    for (const ReadLine& line : block.lines)
      for (const TextWord& word : line.text.words) add(word.box);
  }
  return boxes;
}

// The boxes of connected ink outside of `covered`.
std::vector<Box> ink_not_read(tesseract::TessBaseAPI& engine, const std::vector<Box>& covered) {
  const PixPtr ink(engine.GetThresholdedImage());
  if (ink == nullptr || pixGetDepth(ink.get()) != 1) return {};
  for (const Box& b : covered) {
    const BoxPtr box(boxCreate(static_cast<int>(b.x0), static_cast<int>(b.y0),
                               static_cast<int>(b.width()), static_cast<int>(b.height())));
    if (box != nullptr) pixClearInRect(ink.get(), box.get());
  }
  const std::unique_ptr<BOXA, DestroyWith<boxaDestroy>> parts(pixConnComp(ink.get(), nullptr, 8));
  if (parts == nullptr) return {};
  std::vector<Box> boxes;
  for (int i = 0; i < boxaGetCount(parts.get()); ++i) {
    int x = 0, y = 0, w = 0, h = 0;
    if (boxaGetBoxGeometry(parts.get(), i, &x, &y, &w, &h) == 0)
      boxes.push_back({static_cast<double>(x), static_cast<double>(y), static_cast<double>(x + w),
                       static_cast<double>(y + h)});
  }
  return boxes;
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

bool is_convincing(const ReadLine& line) {
  std::size_t bytes = 0;
  double sum = 0;
  for (const TextWord& word : line.text.words) {
    bytes += word.content.size();
    sum += word.confidence * static_cast<double>(word.content.size());
  }
  return bytes >= 4 && sum >= convincing * static_cast<double>(bytes);
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
  const cv::Rect rect(static_cast<int>(piece.x0), static_cast<int>(piece.y0),
                      static_cast<int>(piece.width()), static_cast<int>(piece.height()));
  cv::Mat pixels;
  cv::rotate(view(page)(rect), pixels,
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
    const Box around{std::floor(row.box.x0 - em / 2), std::floor(row.box.y0 - em / 2),
                     std::ceil(row.box.x1 + em / 2), std::ceil(row.box.y1 + em / 2)};
    const Box piece = intersection(around, seen.grey.box());
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

}  // namespace

Seen seen_by_engine(const Image& page) {
  Image grey = grey_of(page);
  const Dpi dpi = page.dpi();
  const double w = grey.width(), h = grey.height();
  // The largest share of the page's pixels that the engine can take, each way.
  const double fits =
      std::min({1.0, max_side_px / std::max(w, h), std::sqrt(max_seen_px / (w * h))});
  if (!is_credible(dpi.x) || !is_credible(dpi.y)) {
    if (fits == 1) return {std::move(grey)};
    const Reduced small = reduced_grey(grey.with_dpi({1, 1}), fits);
    return {small.grey, small.scale_x, small.scale_y, 0};
  }
  const double finest = std::max(dpi.x, dpi.y), coarsest = std::min(dpi.x, dpi.y);
  if (finest == coarsest && fits == 1 && finest >= leave_from_dpi && finest <= leave_to_dpi)
    return {std::move(grey), 1, 1, finest};

  const double w_inch = w / dpi.x, h_inch = h / dpi.y;
  const double target = std::min({engine_dpi, max_side_px / std::max(w_inch, h_inch),
                                  std::sqrt(max_seen_px / (w_inch * h_inch))});
  if (target > coarsest) return enlarged(grey, target);
  const Reduced small = reduced_grey(grey, target);
  return {small.grey, small.scale_x, small.scale_y, target};
}

Result<Engine> EnginePool::lend(const std::string& models) {
  {
    const std::lock_guard lock(guard_);
    std::vector<Engine>& idle = idle_[models];
    if (!idle.empty()) {
      Engine engine = std::move(idle.back());
      idle.pop_back();
      return engine;
    }
  }
  return made_engine(folder_, models);
}

void EnginePool::take_back(const std::string& models, Engine engine) {
  engine->ClearAdaptiveClassifier();
  engine->Clear();
  const std::lock_guard lock(guard_);
  idle_[models].push_back(std::move(engine));
}

void show(tesseract::TessBaseAPI& engine, const Image& grey, double dpi) {
  engine.SetImage(grey.data(), grey.width(), grey.height(), 1, static_cast<int>(grey.row_bytes()));
  if (dpi > 0) engine.SetSourceResolution(static_cast<int>(std::lround(dpi)));
}

Result<std::vector<ReadBlock>> read_page(tesseract::TessBaseAPI& engine, const Seen& seen) {
  one_openmp_thread();
  show(engine, seen.grey, seen.dpi);
  engine.SetPageSegMode(tesseract::PSM_AUTO);
  if (engine.Recognize(nullptr) != 0)
    return fail(ErrorKind::internal, "Tesseract gave up on a page of {} x {} px", seen.grey.width(),
                seen.grey.height());
  std::vector<ReadBlock> read = found_by(engine);
  const std::vector<Box> ink = ink_not_read(engine, covered_by(read));
  insert_lost_lines(read, lost_lines(engine, seen, read, ink));
  join_torn_lines(read);
  const double em = em_of(read);
  const std::vector<Box> rest = outside_of(covered_by(read), ink);
  add_turned_lines(engine, seen, read, rest, em > 0 ? em : usual_em_px);
  return read;
}

std::vector<ReadLine> read_row(tesseract::TessBaseAPI& engine, const Box& row, const Image& shown) {
  const Box room = intersection(row, shown.box());
  if (room.width() < 1 || room.height() < 1) return {};
  one_openmp_thread();
  engine.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  engine.SetRectangle(static_cast<int>(room.x0), static_cast<int>(room.y0),
                      static_cast<int>(room.width()), static_cast<int>(room.height()));
  if (engine.Recognize(nullptr) != 0) return {};
  std::vector<ReadLine> lines;
  for (ReadBlock& block : found_by(engine))
    for (ReadLine& line : block.lines) lines.push_back(std::move(line));
  return lines;
}

}  // namespace linka
