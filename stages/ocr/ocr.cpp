// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract's LSTM models read the page (engine.h). Which of them: those that are named, or those
// that a few lines of the page ask for (choice.h). What the whole page's text then says of its
// language and typeface is believed more than the few lines: when most of it says otherwise the
// page is read once more, and blocks in another language or typeface are read by their own models.
//
// Tesseract's page layout is tuned for 300 dpi, so it sees a page of another resolution at 300;
// every box is mapped back to the page's own pixels.
#include "stages/ocr/ocr.h"

#include "base/digest.h"
#include "base/text.h"
#include "stages/ocr/blocks_kind.h"
#include "stages/ocr/choice.h"
#include "stages/ocr/engine.h"
#include "stages/ocr/estimate.h"
#include "stages/ocr/models.h"
#include "stages/ocr/suggest.h"
#include "stages/ocr/words.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace linka {
namespace {

constexpr double min_side_mm = 1;     // no print is smaller
constexpr double min_picture_mm = 4;  // "pictures" smaller than this are specks
constexpr double same_size = 0.15;    // lines of one block whose sizes differ less are equal
constexpr double better_by = 0.01;    // mean confidence that another model must win a block by
constexpr const char* automatic = "auto";

// ---- reading with models that suit -------------------------------------------------------------

std::string text_of(const ReadBlock& block) {
  std::string text;
  for (const ReadLine& line : block.lines) {
    for (const TextWord& word : line.text.words) text += word.content + " ";
    text += "\n";
  }
  return text;
}

std::size_t letters_of(const std::vector<ReadLine>& lines) {
  std::size_t n = 0;
  for (const ReadLine& line : lines)
    for (const TextWord& word : line.text.words) n += word.content.size();
  return n;
}

// The mean over letters, so that specks read as words count little.
double confidence_of(const std::vector<ReadLine>& lines) {
  double sum = 0;
  for (const ReadLine& line : lines)
    for (const TextWord& word : line.text.words)
      sum += word.confidence * static_cast<double>(word.content.size());
  const std::size_t n = letters_of(lines);
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

// An engine for one page. One that failed is not given back.
class Lent {
 public:
  static Result<Lent> from(EnginePool& pool, const std::string& models) {
    auto engine = pool.lend(models);
    if (!engine) return pass(engine);
    return Lent(pool, models, std::move(*engine));
  }
  Lent(Lent&&) noexcept = default;
  Lent& operator=(Lent&&) = delete;
  ~Lent() {
    if (engine_ != nullptr) pool_->take_back(models_, std::move(engine_));
  }
  tesseract::TessBaseAPI& operator*() const { return *engine_; }
  void drop() { engine_.reset(); }

 private:
  Lent(EnginePool& pool, std::string models, Engine engine)
      : pool_(&pool), models_(std::move(models)), engine_(std::move(engine)) {}
  EnginePool* pool_;
  std::string models_;
  Engine engine_;
};

Result<std::vector<ReadBlock>> read_with(EnginePool& pool, const std::string& models,
                                         const Seen& seen) {
  auto engine = Lent::from(pool, models);
  if (!engine) return pass(engine);
  auto read = read_page(**engine, seen);
  if (!read) engine->drop();
  return read;
}

// Single lines of one page, each engine shown the page once.
class RowReader {
 public:
  RowReader(EnginePool& pool, const Seen& seen) : pool_(pool), seen_(seen) {}
  std::vector<ReadLine> read(const std::string& models, const Box& row) {
    auto found = engines_.find(models);
    if (found == engines_.end()) {
      auto engine = Lent::from(pool_, models);
      if (!engine) return {};
      show(**engine, seen_.grey, seen_.dpi);
      found = engines_.emplace(models, std::move(*engine)).first;
    }
    return read_row(*found->second, row, seen_.grey);
  }

 private:
  EnginePool& pool_;
  const Seen& seen_;
  std::map<std::string, Lent> engines_;
};

ModelChoice chosen_for(EnginePool& pool, const std::vector<std::string>& installed,
                       const std::string& prior, const Seen& seen) {
  const std::vector<Box> rows = sample_lines(seen.grey, seen.dpi);
  RowReader reader(pool, seen);
  return choose_models(installed, rows.size(), prior,
                       [&](const std::string& model, std::size_t i) -> Sample {
                         const std::vector<ReadLine> lines = reader.read(model, rows[i]);
                         ReadBlock block;
                         block.lines = lines;
                         return {text_of(block), confidence_of(lines)};
                       });
}

Box row_of(const ReadLine& line) {
  Box box = line.text.box;
  for (const TextWord& word : line.text.words) box = hull(box, word.box);
  const double around = std::max(2.0, 0.1 * line.size_px);
  return {box.x0 - around, box.y0 - around, box.x1 + around, box.y1 + around};
}

// The line as another model reads it; as it is when that reads nothing.
ReadLine read_again(const ReadLine& line, RowReader& reader, const std::string& models) {
  std::vector<ReadLine> again = reader.read(models, row_of(line));
  if (again.empty()) return line;
  ReadLine best = line;
  best.text.words.clear();
  for (ReadLine& part : again)
    for (TextWord& word : part.text.words) best.text.words.push_back(std::move(word));
  return best;
}

bool reads_better(const std::vector<ReadLine>& now, const std::vector<ReadLine>& before) {
  return 2 * letters_of(now) >= letters_of(before) &&
         confidence_of(now) >= confidence_of(before) + better_by;
}

// The longest line first: a block that is no text at all costs no more than one line.
bool read_block_again(ReadBlock& block, RowReader& reader, const std::string& models) {
  const auto longest = std::max_element(
      block.lines.begin(), block.lines.end(),
      [](const ReadLine& a, const ReadLine& b) { return a.text.box.width() < b.text.box.width(); });
  const std::vector<ReadLine> tried = {read_again(*longest, reader, models)};
  if (!reads_better(tried, {*longest})) return false;
  std::vector<ReadLine> lines;
  for (const ReadLine& line : block.lines)
    lines.push_back(&line == &*longest ? tried.front() : read_again(line, reader, models));
  if (!reads_better(lines, block.lines)) return false;
  block.lines = std::move(lines);
  return true;
}

// What each block should rather have been read with; empty for most.
std::vector<std::string> wishes_of(const std::vector<ReadBlock>& blocks, const std::string& models,
                                   const std::vector<std::string>& installed) {
  std::vector<std::string> wishes;
  for (const ReadBlock& block : blocks)
    wishes.push_back(carries_text(block.kind) ? better_models(installed, models, text_of(block),
                                                              confidence_of(block.lines))
                                              : "");
  return wishes;
}

// The models that more than half of the page's letters ask for; empty when there are none.
std::string wish_of_most(const std::vector<ReadBlock>& blocks,
                         const std::vector<std::string>& wishes) {
  std::map<std::string, std::size_t> letters;
  std::size_t all = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    letters[wishes[i]] += letters_of(blocks[i].lines);
    all += letters_of(blocks[i].lines);
  }
  for (const auto& [wish, n] : letters)
    if (!wish.empty() && 2 * n > all) return wish;
  return "";
}

struct Reading {
  std::vector<ReadBlock> blocks;
  std::string models;
  double confidence = 1;  // in the models
};

void add_models(std::string& models, const std::string& more) {
  const auto names = model_names(models + "+" + more);
  if (names) models = joined_models(*names);
}

std::string text_of(const std::vector<ReadBlock>& blocks) {
  std::string text;
  for (const ReadBlock& block : blocks) text += text_of(block);
  return text;
}

std::vector<ReadLine> lines_of(const std::vector<ReadBlock>& blocks) {
  std::vector<ReadLine> lines;
  for (const ReadBlock& block : blocks)
    lines.insert(lines.end(), block.lines.begin(), block.lines.end());
  return lines;
}

Result<Reading> read_with_what_suits(EnginePool& pool, const std::vector<std::string>& installed,
                                     const std::string& prior, const Seen& seen) {
  const ModelChoice choice = chosen_for(pool, installed, prior, seen);
  Reading out{{}, choice.models, choice.confidence};
  auto read = read_with(pool, out.models, seen);
  if (!read) return pass(read);
  out.blocks = std::move(*read);
  std::vector<std::string> wishes = wishes_of(out.blocks, out.models, installed);
  if (const std::string other = wish_of_most(out.blocks, wishes); !other.empty()) {
    auto again = read_with(pool, other, seen);
    if (!again) return pass(again);
    if (confidence_of(lines_of(*again)) >= confidence_of(lines_of(out.blocks)) + better_by) {
      out.blocks = std::move(*again);
      out.models = other;
      wishes = wishes_of(out.blocks, out.models, installed);
    }
  }
  if (const std::string text = text_of(out.blocks); !text.empty())
    out.confidence = std::max(out.models == choice.models ? choice.confidence : 0,
                              confidence_in(out.models, text, confidence_of(lines_of(out.blocks))));
  RowReader reader(pool, seen);
  for (std::size_t i = 0; i < out.blocks.size(); ++i)
    if (!wishes[i].empty() && read_block_again(out.blocks[i], reader, wishes[i]))
      add_models(out.models, wishes[i]);
  return out;
}

// ---- into the page's own pixels ----------------------------------------------------------------

struct ToPage {
  const Image& page;
  const Seen& seen;

  // Whole pixels, inside the page; empty when nothing is left.
  Box operator()(const Box& box) const {
    const Box outward{std::floor(box.x0 / seen.scale_x), std::floor(box.y0 / seen.scale_y),
                      std::ceil(box.x1 / seen.scale_x), std::ceil(box.y1 / seen.scale_y)};
    const Box inside = intersection(outward, page.box());
    return inside.empty() ? Box{} : inside;
  }
  double y(double value) const { return std::clamp(value / seen.scale_y, 0.0, page.box().y1); }
};

// The size of a row is measured from a few of its letters and jumps by a point or two; lines of one
// block get its median unless they clearly differ from it. Half points.
void name_sizes(TextBlock& block, const ReadBlock& read, double dpi) {
  if (dpi <= 0) return;
  std::vector<double> sizes;
  for (const ReadLine& line : read.lines) sizes.push_back(line.size_px);
  const double usual = median(sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double px = std::abs(sizes[i] - usual) <= same_size * usual ? usual : sizes[i];
    for (TextWord& word : block.lines[i].words)
      word.font_size_pt = std::round(2 * px * 72 / dpi) / 2;
  }
}

// The block's language is that of most of its letters; a word keeps its model only where that reads
// another language.
void name_language(TextBlock& block) {
  std::map<std::string, std::size_t> bytes;
  for (const TextLine& line : block.lines)
    for (const TextWord& word : line.words)
      bytes[language_of_model(word.language)] += word.content.size();
  std::size_t most = 0;
  for (const auto& [language, n] : bytes)
    if (n > most) {
      most = n;
      block.language = language;
    }
  for (TextLine& line : block.lines)
    for (TextWord& word : line.words)
      if (language_of_model(word.language) == block.language) word.language.clear();
}

TextBlock text_block_of(const ReadBlock& read, const ToPage& to_page) {
  TextBlock block;
  block.kind = read.kind;
  for (const ReadLine& read_line : read.lines) {
    TextLine line = read_line.text;
    line.box = to_page(line.box);
    line.baseline_y = to_page.y(line.baseline_y);
    for (TextWord& word : line.words) {
      word.box = to_page(word.box);
      line.box = line.box.empty()   ? word.box
                 : word.box.empty() ? line.box
                                    : hull(line.box, word.box);
    }
    block.box = block.box.empty()  ? line.box
                : line.box.empty() ? block.box
                                   : hull(block.box, line.box);
    block.lines.push_back(std::move(line));
  }
  if (!carries_text(read.kind)) block.box = to_page(read.box);
  name_sizes(block, read, to_page.seen.dpi);
  for (TextLine& line : block.lines)
    std::erase_if(line.words, [](const TextWord& word) { return word.box.empty(); });
  std::erase_if(block.lines, [](const TextLine& line) { return line.words.empty(); });
  name_language(block);
  return block;
}

bool is_worth_keeping(const TextBlock& block, Dpi dpi) {
  if (carries_text(block.kind)) return !block.lines.empty();
  const bool large = block.box.width() >= px_from_mm(min_picture_mm, dpi.x) &&
                     block.box.height() >= px_from_mm(min_picture_mm, dpi.y);
  return !block.box.empty() && (block.kind == BlockKind::line || large);
}

std::vector<TextBlock> blocks_of(const std::vector<ReadBlock>& read, const Image& page,
                                 const Seen& seen) {
  std::vector<TextBlock> blocks;
  const Dpi dpi = seen.dpi > 0 ? page.dpi() : Dpi{engine_dpi, engine_dpi};
  for (const ReadBlock& block : read) {
    TextBlock text = text_block_of(block, {page, seen});
    if (is_worth_keeping(text, dpi)) blocks.push_back(std::move(text));
  }
  return blocks;
}

bool reads_fraktur_too(const std::string& models) {
  const auto names = model_names(models);
  return names && std::any_of(names->begin(), names->end(),
                              [](const std::string& name) { return reads_fraktur(name); });
}

Result<Models> models_meant(const OcrParams& params) {
  if (trimmed(params.models) == automatic)
    return models_installed(candidate_models(), params.tessdata);
  const auto names = model_names(params.models);
  if (!names) return pass(names);
  return models_named(*names, params.tessdata);
}

double mean_confidence_of(const PageText& text) {
  double sum = 0;
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines)
      for (const TextWord& word : line.words) sum += word.confidence;
  const std::size_t n = word_count(text);
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

}  // namespace

struct OcrEngines::Inner {
  bool enabled = true;
  bool automatic = false;
  Models models;
  std::string digest;
  Dictionaries words;
  mutable EnginePool pool;

  struct Choice {
    bool automatic = false;
    std::vector<std::string> names;
  };
  // What a page is read with, or chosen from, by the parameters or by a person's word.
  Result<Choice> choice(const std::string& word) const {
    if (trimmed(word).empty()) return Choice{automatic, models.names};
    const std::string folder = models.folder.string();
    if (trimmed(word) == linka::automatic) {
      const auto found = models_installed(candidate_models(), folder);
      return found ? Result<Choice>(Choice{true, found->names}) : pass(found);
    }
    const auto names = model_names(word);
    if (!names) return pass(names);
    const auto found = models_named(*names, folder);
    return found ? Result<Choice>(Choice{false, found->names}) : pass(found);
  }

  Result<Reading> read(const Seen& seen, const Choice& by, const std::string& prior) const {
    if (by.automatic) return read_with_what_suits(pool, by.names, prior, seen);
    const std::string named = joined_models(by.names);
    auto blocks = read_with(pool, named, seen);
    if (!blocks) return pass(blocks);
    return Reading{std::move(*blocks), named, 1};
  }
};

OcrEngines::OcrEngines(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
OcrEngines::OcrEngines(OcrEngines&&) noexcept = default;
OcrEngines& OcrEngines::operator=(OcrEngines&&) noexcept = default;
OcrEngines::~OcrEngines() = default;

Result<void> OcrEngines::check(const OcrParams& params) {
  if (!params.enabled) return {};
  const auto models = models_meant(params);
  if (!models) return pass(models);
  for (const std::string& name : models->names)
    if (auto whole = check_model(models->folder, name); !whole) return whole;
  return {};
}

Result<OcrEngines> OcrEngines::make(const OcrParams& params) {
  auto engines = find(params);
  if (!engines) return engines;
  for (const std::string& models : engines->to_load())
    if (const auto loaded = engines->load(models); !loaded) return pass(loaded);
  return engines;
}

Result<OcrEngines> OcrEngines::find(const OcrParams& params) {
  return guarded<OcrEngines>("ocr", [&]() -> Result<OcrEngines> {
    auto inner = std::make_unique<Inner>();
    inner->enabled = params.enabled;
    if (!params.enabled) return OcrEngines(std::move(inner));
    inner->automatic = trimmed(params.models) == automatic;
    auto models = models_meant(params);
    if (!models) return pass(models);
    inner->models = std::move(*models);
    inner->pool.use(inner->models.folder);
    for (const std::string& name : inner->models.names) {
      const auto digest = digest_file(model_file(inner->models.folder, name), DigestKind::sha256);
      if (!digest) return pass(digest);
      inner->digest += (inner->digest.empty() ? "" : "+") + *digest;
    }
    if (const std::string lists = inner->words.digest(); !lists.empty())
      inner->digest += "+" + lists;
    return OcrEngines(std::move(inner));
  });
}

std::vector<std::string> OcrEngines::to_load() const {
  if (!inner_->enabled) return {};
  if (inner_->automatic) return inner_->models.names;
  return {joined_models(inner_->models.names)};
}

// Engines made now show whether the models can be used; a damaged one must not cost a batch.
Result<void> OcrEngines::load(const std::string& models) const {
  return guarded<void>("ocr", [&]() -> Result<void> {
    auto engine = inner_->pool.lend(models);
    if (!engine) return pass(engine);
    inner_->pool.take_back(models, std::move(*engine));
    return {};
  });
}

Result<PageText> OcrEngines::read(const Image& page, const std::string& prior,
                                  const std::string& models) const {
  return guarded<PageText>("ocr", [&]() -> Result<PageText> {
    if (page.empty()) return fail(ErrorKind::bad_input, "the page has no pixels");
    PageText text;
    text.width_px = page.width();
    text.height_px = page.height();
    if (!inner_->enabled) return text;
    text.engine = "Tesseract";
    text.engine_version = version();
    const auto choice = inner_->choice(models);
    if (!choice) return pass(choice);
    if (!choice->automatic) text.models = joined_models(choice->names);

    const Seen seen = seen_by_engine(page);
    const double least = px_from_mm(min_side_mm, seen.dpi > 0 ? seen.dpi : engine_dpi);
    if (std::min(seen.grey.width(), seen.grey.height()) < least) return text;

    auto reading = inner_->read(seen, *choice, prior);
    if (!reading) return pass(reading);
    join_closing_marks(reading->blocks);
    drop_garbage(reading->blocks);
    arrange_blocks(reading->blocks);
    const JudgedPage page_judged = judged(reading->blocks, inner_->words);
    text.estimated_word_error =
        estimated_word_error(page_judged, words_not_read(seen.grey, reading->blocks));
    suggest(reading->blocks, page_judged, inner_->words);
    text.blocks = blocks_of(reading->blocks, page, seen);
    text.models = reading->models;
    text.models_confidence = reading->confidence;
    mark_hyphens(text, reads_fraktur_too(text.models));
    text.mean_confidence = mean_confidence_of(text);
    return text;
  });
}

std::string OcrEngines::version() const {
  return tesseract::TessBaseAPI::Version();
}

std::string OcrEngines::build() const {
#ifdef LINKA_TUNED_TESSERACT
  return version() + " (tuned: Debian " LINKA_TUNED_TESSERACT ")";
#else
  return version();
#endif
}

std::string OcrEngines::models_digest() const {
  return inner_->digest;
}

std::string OcrEngines::models_digest(const std::string& models) const {
  if (!inner_->enabled || trimmed(models).empty() || trimmed(models) == automatic) return "";
  const auto choice = inner_->choice(models);
  if (!choice) return "";
  std::string joined;
  for (const std::string& name : choice->names)
    if (const auto digest =
            digest_file(model_file(inner_->models.folder, name), DigestKind::sha256))
      joined += (joined.empty() ? "" : "+") + *digest;
  return joined;
}

}  // namespace linka
