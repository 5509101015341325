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
#include "stages/ocr/leaders.h"
#include "stages/ocr/line_pictures.h"
#include "stages/ocr/lost_lines.h"
#include "stages/ocr/marks.h"
#include "stages/ocr/models.h"

#include <leptonica/allheaders.h>
#include <omp.h>
#include <opencv2/imgproc.hpp>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr double leave_from_dpi = 250;  // between these two nothing is won by resampling
constexpr double leave_to_dpi = 350;
constexpr double credible_from_dpi = 70;  // beyond these Tesseract itself does not believe it
constexpr double credible_to_dpi = 2400;
constexpr double max_side_px = 32000;  // its coordinates are 16 bits wide
constexpr double max_seen_px = 150e6;  // an A0 page at 300 dpi is 139e6

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
  // Learning is off. The rest is work whose outcome nobody asks for: dark lines tried inverted,
  // paragraphs told by their text, print of fixed pitch told from other (that would only part words
  // which are put together into lines again before the LSTM models read them).
  const std::vector<std::string> names = {
      "tessedit_enable_doc_dict", "classify_enable_learning",   "tessedit_do_invert",
      "paragraph_text_based",     "textord_disable_pitch_test",
  };
  const std::vector<std::string> values = {"0", "0", "0", "0", "1"};
  if (engine->Init(folder.c_str(), models.c_str(), tesseract::OEM_LSTM_ONLY, nullptr, 0, &names,
                   &values, false) != 0)
    return unusable_models(folder, models);
  engine->SetPageSegMode(tesseract::PSM_AUTO);
  return engine;
}

int recognize(tesseract::TessBaseAPI& engine) {
  one_openmp_thread();
  const UnpackedLinePictures unpacked;
  return engine.Recognize(nullptr);
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
template <class Iterator>
TextWord word_at(const Iterator& it) {
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

ReadLine line_at(const tesseract::LTRResultIterator& it) {
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

// Lines without words left out.
template <class Iterator>
std::vector<ReadBlock> blocks_of(Iterator& it) {
  std::vector<ReadBlock> blocks;
  // A block without text counts as one word without text.
  do {
    if (it.Empty(tesseract::RIL_BLOCK)) continue;
    if (blocks.empty() || it.IsAtBeginningOf(tesseract::RIL_BLOCK)) {
      ReadBlock& block = blocks.emplace_back();
      block.kind = kind_of(it.BlockType());
      block.box = box_at(it, tesseract::RIL_BLOCK);
    }
    ReadBlock& block = blocks.back();
    if (!carries_text(block.kind) || it.Empty(tesseract::RIL_WORD)) continue;
    if (block.lines.empty() || it.IsAtBeginningOf(tesseract::RIL_TEXTLINE))
      block.lines.push_back(line_at(it));
    TextWord word = word_at(it);
    if (!word.content.empty()) block.lines.back().text.words.push_back(std::move(word));
  } while (it.Next(tesseract::RIL_WORD));
  for (ReadBlock& block : blocks)
    std::erase_if(block.lines, [](const ReadLine& line) { return line.text.words.empty(); });
  std::erase_if(blocks, [](const ReadBlock& block) {
    return carries_text(block.kind) ? block.lines.empty() : block.box.empty();
  });
  return blocks;
}

bool runs_left(const tesseract::LTRResultIterator& it) {
  return !it.Empty(tesseract::RIL_WORD) && it.WordDirection() != tesseract::DIR_NEUTRAL &&
         it.WordDirection() != tesseract::DIR_LEFT_TO_RIGHT;
}

// What the engine found. Its iterator for all scripts goes back to the page's beginning at every
// word to see which way the line runs; where no word runs to the left, the plain one says the same.
std::vector<ReadBlock> found_by(tesseract::TessBaseAPI& engine) {
  const std::unique_ptr<tesseract::ResultIterator> any(engine.GetIterator());
  if (any == nullptr) return {};
  tesseract::LTRResultIterator plain(*any);
  plain.Begin();
  bool left = runs_left(plain);
  while (!left && plain.Next(tesseract::RIL_WORD)) left = runs_left(plain);
  if (left) return blocks_of(*any);
  plain.Begin();
  return blocks_of(plain);
}

Seen scaled_for_engine(const Image& page) {
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

}  // namespace

Seen seen_by_engine(const Image& page) {
  Seen seen = scaled_for_engine(page);
  seen.grey = without_leaders(seen.grey, seen.dpi);
  return seen;
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
  show(engine, seen.grey, seen.dpi);
  engine.SetPageSegMode(tesseract::PSM_AUTO);
  if (recognize(engine) != 0)
    return fail(ErrorKind::internal, "Tesseract gave up on a page of {} x {} px", seen.grey.width(),
                seen.grey.height());
  std::vector<ReadBlock> read = found_by(engine);
  add_lost_lines(engine, seen, read);
  join_marks(read);
  return read;
}

std::vector<ReadLine> read_row(tesseract::TessBaseAPI& engine, const Box& row, const Image& shown) {
  const Box room = intersection(row, shown.box());
  if (room.width() < 1 || room.height() < 1) return {};
  engine.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  engine.SetRectangle(static_cast<int>(room.x0), static_cast<int>(room.y0),
                      static_cast<int>(room.width()), static_cast<int>(room.height()));
  if (recognize(engine) != 0) return {};
  std::vector<ReadLine> lines;
  for (ReadBlock& block : found_by(engine))
    for (ReadLine& line : block.lines) lines.push_back(std::move(line));
  return lines;
}

}  // namespace linka
