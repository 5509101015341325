// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract: making engines, showing them a page, taking their answer. Everything is in the pixels
// that the engine is shown.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "stages/ocr/page_layout.h"

#include <tesseract/baseapi.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace linka {

constexpr double engine_dpi = 300;  // what Tesseract's layout analysis is tuned for

// A page as the engine sees it: grey, at about engine_dpi, its pixels square, without dot leaders.
struct Seen {
  Image grey;
  double scale_x = 1, scale_y = 1;  // pixels seen per page pixel
  double dpi = 0;                   // 0: unknown
};
Seen seen_by_engine(const Image& page);

using Engine = std::unique_ptr<tesseract::TessBaseAPI>;

// Engines by the models they were made with ("ces", "frk+Fraktur"), made when first asked for and
// kept; each is lent to one page at a time.
class EnginePool {
 public:
  void use(const std::filesystem::path& folder) { folder_ = folder; }  // where the models are
  Result<Engine> lend(const std::string& models);
  void take_back(const std::string& models, Engine engine);

 private:
  std::filesystem::path folder_;
  std::mutex guard_;
  std::map<std::string, std::vector<Engine>> idle_;
};

// The page that the engine's next answers are about.
void show(tesseract::TessBaseAPI& engine, const Image& grey, double dpi);
// All the page's text: the engine's layout, with what it lost and tore put right. Error internal
// when Tesseract gives up; the engine is then not to be used again.
Result<std::vector<ReadBlock>> read_page(tesseract::TessBaseAPI& engine, const Seen& seen);
// The lines in one row of print on the page that is shown; mostly one.
std::vector<ReadLine> read_row(tesseract::TessBaseAPI& engine, const Box& row, const Image& shown);

}  // namespace linka
