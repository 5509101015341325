// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract's LSTM models read the page; its result iterator is walked here, because its own ALTO
// renderer writes word confidences wrongly and knows nothing of the page's frame.
//
// A page's text must not depend on what was read before it or on which thread. Three things would
// break that: Tesseract learns while it reads (the document dictionary is off, the adaptive state
// cleared after each page), its OpenMP loops race (switched off on every thread that reads), and
// one engine may not serve two threads (engines are lent for one page and come back).
//
// Tesseract's page layout is tuned for 300 dpi, so it sees a page of another resolution at 300;
// every box is mapped back to the page's own pixels.
#include "stages/ocr/ocr.h"

#include "base/digest.h"
#include "base/text.h"
#include "image/convert.h"
#include "image/pix.h"
#include "stages/ocr/page_layout.h"

#include <leptonica/allheaders.h>
#include <omp.h>
#include <opencv2/imgproc.hpp>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

namespace linka {
namespace {

namespace fs = std::filesystem;

constexpr double engine_dpi = 300;      // what Tesseract's layout analysis is tuned for
constexpr double leave_from_dpi = 250;  // between these two nothing is won by resampling
constexpr double leave_to_dpi = 350;
constexpr double credible_from_dpi = 70;  // beyond these Tesseract itself does not believe it
constexpr double credible_to_dpi = 2400;
constexpr double max_side_px = 32000;        // its coordinates are 16 bits wide
constexpr double max_seen_px = 150e6;        // an A0 page at 300 dpi is 139e6
constexpr double min_side_mm = 1;            // no print is smaller
constexpr double min_picture_mm = 4;         // "pictures" smaller than this are specks
constexpr double convincing = 0.7;           // mean confidence of a lost line that is taken back
constexpr std::size_t most_lost_lines = 60;  // more are no lost lines but a picture
constexpr double same_size = 0.15;           // lines of one block whose sizes differ less are equal

// ---- models ------------------------------------------------------------------------------------

bool is_model_name(std::string_view name) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && std::all_of(name.begin(), name.end(), ok);
}

Result<std::vector<std::string>> names_of(const std::string& models) {
  std::vector<std::string> names;
  for (const std::string& part : split_text(models, '+')) {
    const std::string name = trimmed(part);
    if (!is_model_name(name))
      return fail(ErrorKind::configuration,
                  "'{}' is not a list of Tesseract models such as ces+deu", models);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string debian_package(const std::string& model) {
  constexpr std::array<std::array<std::string_view, 2>, 4> scripts = {
      {{"Fraktur", "frak"}, {"Latin", "latn"}, {"Cyrillic", "cyrl"}, {"Greek", "grek"}}};
  const std::string base = fs::path(model).filename();
  for (const auto& [name, code] : scripts)
    if (base == name) return fmt::format("tesseract-ocr-script-{}", code);
  std::string package = "tesseract-ocr-" + lower_ascii(base);
  std::replace(package.begin(), package.end(), '_', '-');
  return package;
}

std::vector<fs::path> folders_to_search(const std::string& given) {
  if (!given.empty()) return {given};
  std::vector<fs::path> folders;
  if (const char* prefix = std::getenv("TESSDATA_PREFIX"); prefix != nullptr && *prefix != '\0')
    folders = {prefix, fs::path(prefix) / "tessdata"};
  folders.insert(folders.end(), {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata",
                                 "/usr/local/share/tessdata"});
  return folders;
}

fs::path file_of(const fs::path& folder, const std::string& model) {
  return folder / (model + ".traineddata");
}

// The first folder that has them all.
Result<fs::path> folder_of(const std::vector<std::string>& models, const std::string& given) {
  const std::vector<fs::path> folders = folders_to_search(given);
  std::error_code ignored;
  const auto has = [&](const fs::path& folder, const std::string& model) {
    return fs::is_regular_file(file_of(folder, model), ignored);
  };
  for (const fs::path& folder : folders)
    if (std::all_of(models.begin(), models.end(),
                    [&](const std::string& model) { return has(folder, model); }))
      return folder;
  fs::path shown = folders.front();
  for (const fs::path& folder : folders)
    if (fs::is_directory(folder, ignored)) {
      shown = folder;
      break;
    }
  for (const std::string& model : models)
    if (!has(shown, model))
      return fail(ErrorKind::missing,
                  "the Tesseract model '{}' is not in {}; on Debian it comes with the package {}",
                  model, shown.string(), debian_package(model));
  return fail(ErrorKind::missing, "the Tesseract models are in no folder together");
}

// ISO 639-2/B of what a model reads; most models are called by ISO 639-2/T. Empty when unknown.
std::string language_of(std::string_view model) {
  constexpr std::array<std::array<std::string_view, 2>, 26> special = {
      {{"ces", "cze"},      {"deu", "ger"}, {"frk", "ger"},      {"Fraktur", "ger"},
       {"deu_frak", "ger"}, {"slk", "slo"}, {"slk_frak", "slo"}, {"deu_latf", "ger"},
       {"fra", "fre"},      {"nld", "dut"}, {"ron", "rum"},      {"ell", "gre"},
       {"mkd", "mac"},      {"sqi", "alb"}, {"eus", "baq"},      {"hye", "arm"},
       {"isl", "ice"},      {"kat", "geo"}, {"msa", "may"},      {"fas", "per"},
       {"cym", "wel"},      {"zho", "chi"}, {"chi_sim", "chi"},  {"chi_tra", "chi"},
       {"osd", ""},         {"equ", ""}}};
  if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos)
    model.remove_prefix(slash + 1);
  for (const auto& [name, code] : special)
    if (model == name) return std::string(code);
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return model.size() == 3 && std::all_of(model.begin(), model.end(), small) ? std::string(model)
                                                                             : std::string();
}

bool reads_fraktur(const std::vector<std::string>& models) {
  return std::any_of(models.begin(), models.end(), [](const std::string& m) {
    return m == "frk" || m.find("frak") != std::string::npos ||
           m.find("Frak") != std::string::npos || m.find("latf") != std::string::npos;
  });
}

// ---- the engine --------------------------------------------------------------------------------

using Engine = std::unique_ptr<tesseract::TessBaseAPI>;

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

Result<Engine> make_engine(const fs::path& folder, const std::string& models) {
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

struct Seen {
  Image grey;
  double scale_x = 1, scale_y = 1;  // pixels seen per page pixel
  double dpi = 0;                   // 0: unknown
};

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

bool carries_text(BlockKind kind) {
  return kind != BlockKind::illustration && kind != BlockKind::line;
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

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

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

std::vector<Box> rows_not_read(tesseract::TessBaseAPI& engine, const std::vector<Box>& covered,
                               double em_px) {
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
  return rows_of_letters(boxes, em_px);
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

void show(tesseract::TessBaseAPI& engine, const Image& grey, double dpi) {
  engine.SetImage(grey.data(), grey.width(), grey.height(), 1, static_cast<int>(grey.row_bytes()));
  if (dpi > 0) engine.SetSourceResolution(static_cast<int>(std::lround(dpi)));
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
                                 const std::vector<ReadBlock>& blocks) {
  const double em = em_of(blocks);
  if (em <= 0) return {};
  const std::vector<Box> covered = covered_by(blocks);
  std::vector<Box> rows = rows_not_read(engine, covered, em);
  if (rows.empty() || rows.size() > most_lost_lines) return {};
  std::vector<ReadLine> lines;
  const Image rest = painted_over(seen.grey, covered);
  show(engine, rest, seen.dpi);
  engine.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  for (const Box& row : rows) {
    const Box room = intersection(
        {row.x0 - em / 2, row.y0 - em / 2, row.x1 + em / 2, row.y1 + em / 2}, seen.grey.box());
    engine.SetRectangle(static_cast<int>(room.x0), static_cast<int>(room.y0),
                        static_cast<int>(room.width()), static_cast<int>(room.height()));
    if (engine.Recognize(nullptr) != 0) continue;
    for (ReadBlock& block : found_by(engine))
      for (ReadLine& line : block.lines)
        if (is_convincing(line)) lines.push_back(std::move(line));
  }
  engine.SetPageSegMode(tesseract::PSM_AUTO);
  return lines;
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
      bytes[language_of(word.language)] += word.content.size();
  std::size_t most = 0;
  for (const auto& [language, n] : bytes)
    if (n > most) {
      most = n;
      block.language = language;
    }
  for (TextLine& line : block.lines)
    for (TextWord& word : line.words)
      if (language_of(word.language) == block.language) word.language.clear();
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

std::vector<TextBlock> blocks_of(tesseract::TessBaseAPI& engine, const Image& page,
                                 const Seen& seen) {
  std::vector<ReadBlock> read = found_by(engine);
  insert_lost_lines(read, lost_lines(engine, seen, read));
  join_torn_lines(read);
  std::vector<TextBlock> blocks;
  const Dpi dpi = seen.dpi > 0 ? page.dpi() : Dpi{engine_dpi, engine_dpi};
  for (const ReadBlock& block : read) {
    TextBlock text = text_block_of(block, {page, seen});
    if (is_worth_keeping(text, dpi)) blocks.push_back(std::move(text));
  }
  return blocks;
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
  std::vector<std::string> names;
  std::string models;  // joined by +
  std::string digest;
  fs::path folder;
  std::mutex guard;
  std::vector<Engine> idle;

  Result<Engine> lend() {
    {
      const std::lock_guard lock(guard);
      if (!idle.empty()) {
        Engine engine = std::move(idle.back());
        idle.pop_back();
        return engine;
      }
    }
    return make_engine(folder, models);
  }
  void take_back(Engine engine) {
    const std::lock_guard lock(guard);
    idle.push_back(std::move(engine));
  }
};

OcrEngines::OcrEngines(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
OcrEngines::OcrEngines(OcrEngines&&) noexcept = default;
OcrEngines& OcrEngines::operator=(OcrEngines&&) noexcept = default;
OcrEngines::~OcrEngines() = default;

Result<OcrEngines> OcrEngines::make(const OcrParams& params) {
  return guarded<OcrEngines>("ocr", [&]() -> Result<OcrEngines> {
    auto inner = std::make_unique<Inner>();
    inner->enabled = params.enabled;
    if (!params.enabled) return OcrEngines(std::move(inner));
    silence_libraries();
    const auto names = names_of(params.models);
    if (!names) return pass(names);
    const auto folder = folder_of(*names, params.tessdata);
    if (!folder) return pass(folder);
    inner->names = *names;
    inner->folder = *folder;
    for (const std::string& name : *names) {
      const auto digests = digest_file(file_of(*folder, name));
      if (!digests) return pass(digests);
      inner->models += (inner->models.empty() ? "" : "+") + name;
      inner->digest += (inner->digest.empty() ? "" : "+") + digests->sha256;
    }
    // The first engine shows now whether the models can be used; a damaged one must not cost a
    // batch.
    auto engine = make_engine(inner->folder, inner->models);
    if (!engine) return pass(engine);
    inner->take_back(std::move(*engine));
    return OcrEngines(std::move(inner));
  });
}

Result<PageText> OcrEngines::read(const Image& page) const {
  return guarded<PageText>("ocr", [&]() -> Result<PageText> {
    if (page.empty()) return fail(ErrorKind::bad_input, "the page has no pixels");
    PageText text;
    text.width_px = page.width();
    text.height_px = page.height();
    if (!inner_->enabled) return text;
    text.engine = "Tesseract";
    text.engine_version = version();
    text.models = inner_->models;

    const Seen seen = seen_by_engine(page);
    const double least = px_from_mm(min_side_mm, seen.dpi > 0 ? seen.dpi : engine_dpi);
    if (std::min(seen.grey.width(), seen.grey.height()) < least) return text;

    auto lent = inner_->lend();
    if (!lent) return pass(lent);
    tesseract::TessBaseAPI& engine = **lent;
    one_openmp_thread();
    show(engine, seen.grey, seen.dpi);
    // An engine that failed is not used again.
    if (engine.Recognize(nullptr) != 0)
      return fail(ErrorKind::internal, "Tesseract gave up on a page of {} x {} px", page.width(),
                  page.height());
    text.blocks = blocks_of(engine, page, seen);
    engine.ClearAdaptiveClassifier();
    engine.Clear();
    inner_->take_back(std::move(*lent));

    mark_hyphens(text, reads_fraktur(inner_->names));
    text.mean_confidence = mean_confidence_of(text);
    return text;
  });
}

std::string OcrEngines::version() const {
  return tesseract::TessBaseAPI::Version();
}

std::string OcrEngines::models_digest() const {
  return inner_->digest;
}

}  // namespace linka
