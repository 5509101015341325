// SPDX-License-Identifier: GPL-3.0-or-later
// The stages that look at pixels, answered from a model instead: the same functions of the same
// headers, linked in place of stages/split ... stages/encode. Everything else of the program is
// itself: decoding and its checks, metadata, the graph, the supervised worker, the journal, the
// book's judgement, pagination, packaging, validation, the verbs. A new function of such a header
// must have its answer here, or linking says that all of them are there twice.
#include "bench/modelled/times.h"
#include "samples/prose.h"
#include "stages/blank/blank.h"
#include "stages/check/check.h"
#include "stages/crop/crop.h"
#include "stages/deskew/deskew.h"
#include "stages/dewarp/dewarp.h"
#include "stages/encode/encode.h"
#include "stages/light/light.h"
#include "stages/ocr/ocr.h"
#include "stages/split/split.h"

#include <algorithm>

namespace linka {
namespace {

using modelled::AtWork;
using modelled::card_of;
using modelled::PageCard;
using modelled::Stage;

constexpr int line_height_px = 10, letter_width_px = 4, margin_px = 16;

TextWord word_at(const std::string& content, double x, double y, double confidence) {
  TextWord word;
  word.content = content;
  word.box = {x, y, x + letter_width_px * static_cast<double>(content.size()), y + 8};
  word.confidence = confidence;
  word.font_size_pt = 10;
  return word;
}

void end_line(TextBlock& block, TextLine& line) {
  if (line.words.empty()) return;
  line.box = {line.words.front().box.x0, line.words.front().box.y0, line.words.back().box.x1,
              line.words.back().box.y1};
  line.baseline_y = line.box.y1 - 2;
  block.lines.push_back(std::move(line));
  line = {};
}

// A page of prose with its number at the foot: some thirty lines.
PageText text_of_card(const PageCard& card, int width, int height) {
  PageText text;
  text.width_px = width;
  text.height_px = height;
  Random random(card.seed(), 99);
  Storyteller story(ProseLanguage::czech, random);
  TextBlock block;
  block.language = "cze";
  TextLine line;
  double x = margin_px, y = margin_px;
  const double right = width - margin_px, foot = height - 3 * margin_px;
  double sum = 0;
  std::size_t count = 0;
  while (y < foot)
    for (const std::string& content : story.paragraph()) {
      const double room = letter_width_px * static_cast<double>(content.size());
      if (x + room > right) {
        end_line(block, line);
        x = margin_px;
        y += line_height_px;
      }
      if (y >= foot) break;
      const double confidence = random.between(0.86, 0.99);
      line.words.push_back(word_at(content, x, y, confidence));
      x += room + letter_width_px;
      sum += confidence;
      ++count;
    }
  end_line(block, line);
  if (!block.lines.empty()) {
    block.box = {margin_px, margin_px, right, block.lines.back().box.y1};
    text.blocks.push_back(std::move(block));
  }
  if (card.number > 0) {
    TextBlock foot_block;
    foot_block.kind = BlockKind::page_number;
    foot_block.language = "cze";
    line.words.push_back(word_at(std::to_string(card.number), width / 2.0, height - 20, 0.98));
    end_line(foot_block, line);
    foot_block.box = foot_block.lines.front().box;
    text.blocks.push_back(std::move(foot_block));
  }
  text.mean_confidence = count > 0 ? sum / static_cast<double>(count) : 0;
  return text;
}

}  // namespace

Result<SplitResult> split(const Image& scan, const SplitParams&, const BookHint&) {
  const AtWork at_work(Stage::split, card_of(scan));
  SplitResult out;
  out.confidence = 0.98;
  const double width = scan.width(), height = scan.height();
  if (scan.width() < 2 * modelled::page_width_px) {
    out.parts = {{Side::single, quad_of({0, 0, width, height})}};
    out.spread_confidence = 0.02;
    return out;
  }
  out.spread_confidence = 0.98;
  out.fold_top = {width / 2, 0};
  out.fold_bottom = {width / 2, height};
  out.parts = {{Side::left, quad_of({0, 0, width / 2, height})},
               {Side::right, quad_of({width / 2, 0, width, height})}};
  return out;
}

SplitResult split_at(Size scan, Point fold_top, Point fold_bottom) {
  SplitResult out;
  out.confidence = out.spread_confidence = 1;
  out.fold_top = fold_top;
  out.fold_bottom = fold_bottom;
  const double x = (fold_top.x + fold_bottom.x) / 2, height = scan.height;
  out.parts = {{Side::left, quad_of({0, 0, x, height})},
               {Side::right, quad_of({x, 0, static_cast<double>(scan.width), height})}};
  return out;
}

Result<Skew> deskew(const Image& scan, const Quad&, const DeskewParams&) {
  const AtWork at_work(Stage::deskew, card_of(scan));
  return Skew{0, 0.97, 0.01};
}

Result<Crop> crop(const Image& scan, const Quad& region, double, const CropParams&,
                  const BookHint&) {
  const AtWork at_work(Stage::crop, card_of(scan));
  Crop out;
  out.box = box_of(region);
  out.confidence = 0.95;
  out.content = {out.box.x0 + margin_px, out.box.y0 + margin_px, out.box.x1 - margin_px,
                 out.box.y1 - margin_px};
  out.sides = {0.9, 0.9, 0.9, 0.9};
  return out;
}

Result<Dewarp> dewarp(const Image& scan, const Quad&, double, const Box&, const DewarpParams&) {
  const AtWork at_work(Stage::dewarp, card_of(scan));
  return Dewarp{{}, 0.95, 0.1};
}

Result<Image> even_light(const Image& page, const LightParams&) {
  return page;
}
Result<Image> even_background(const Image& page, const LightParams&) {
  return page;
}

Result<Blankness> find_blank(const Image& page, const BlankParams&) {
  const bool blank = card_of(page).blank;
  return Blankness{blank, 0.99, blank ? 0.0001 : 0.06};
}

Result<PageMeasures> measure(const Image& page, const CheckParams&) {
  const PageCard card = card_of(page);
  const AtWork at_work(Stage::check, card);
  Random random(card.seed(), 77);
  PageMeasures m;
  m.measured = true;
  m.paper_level = random.between(222, 232);
  m.noise = random.between(0.9, 1.1);
  m.unevenness = random.between(0.02, 0.06);
  if (card.blank) return m;
  m.sharpness = random.between(4.4, 4.8);
  m.ink_level = random.between(50, 60);
  m.text_height_mm = random.between(1.85, 1.95);
  m.ink_share = random.between(0.05, 0.07);
  m.upside_down = -1;
  m.sideways = -0.9;
  for (std::uint64_t& word : m.hash) word = random.next();
  m.letters = 1400;
  m.text_lines = 28;
  m.text_line_mm = 17;
  m.left_over_skew_confidence = 1;
  m.margins_mm = {1.4, 1.4, 1.4, 2.0};
  return m;
}

struct OcrEngines::Inner {};
OcrEngines::OcrEngines(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
OcrEngines::OcrEngines(OcrEngines&&) noexcept = default;
OcrEngines& OcrEngines::operator=(OcrEngines&&) noexcept = default;
OcrEngines::~OcrEngines() = default;

Result<void> OcrEngines::check(const OcrParams&) {
  return {};
}
Result<OcrEngines> OcrEngines::find(const OcrParams& params) {
  return make(params);
}
std::vector<std::string> OcrEngines::to_load() const {
  return {};
}
Result<void> OcrEngines::load(const std::string&) const {
  return {};
}
Result<OcrEngines> OcrEngines::make(const OcrParams&) {
  return OcrEngines(std::make_unique<Inner>());
}

Result<PageText> OcrEngines::read(const Image& page, const std::string&, const std::string&) const {
  const PageCard card = card_of(page);
  const AtWork at_work(Stage::read, card);
  PageText text = text_of_card(card, page.width(), page.height());
  text.engine = "Tesseract";
  text.engine_version = version();
  text.models = "ces";
  text.models_confidence = 0.99;
  text.estimated_word_error = 0.01;
  return text;
}

std::string OcrEngines::version() const {
  return "modelled";
}
std::string OcrEngines::build() const {
  return version();
}
std::string OcrEngines::models_digest() const {
  return "modelled";
}
std::string OcrEngines::models_digest(const std::string& models) const {
  return models;
}

namespace {
// A master is encoded and looked at again by one thread, one after the other.
thread_local Image last_encoded;
}  // namespace

Result<Bytes> encode(const Image& page, Copy copy, const EncodeParams&, std::size_t) {
  const AtWork at_work(copy == Copy::master ? Stage::master : Stage::user, card_of(page));
  last_encoded = page;
  return copy == Copy::master ? modelled::master_file() : modelled::user_file();
}

Result<Image> decode_jp2(ByteView) {
  return last_encoded;
}

std::string openjpeg_version() {
  return "modelled";
}
std::string openjpeg_build() {
  return "modelled";
}

}  // namespace linka
