// SPDX-License-Identifier: GPL-3.0-or-later
// The reading of pages alone, over a folder of scans with truth: decode, split, deskew, crop, the
// one resampling, even light, OCR. Writes <id>.txt (the pages of a spread one after the other) and
// <id>.cpu (CPU seconds of the OCR) and <id>.words (word, confidence, models of the page), and says
// of each page what was read with which models.
//
//   linka-bench-ocr --set DIR --out DIR [--only PREFIX] [--models LIST] [--kept DIR]
//                   [--uneven]
//
// DIR/cases.json lists the cases: {"cases": [{"id", "image", "text"}, ...]}; those without text are
// passed over. --kept: the finished, evened pages are written there as PNG and, where they already
// are, taken from there, so that one reading can be compared with another on the same pixels.
// --uneven: the light is left as it is.
#include "stages/ocr/ocr.h"

#include "base/digest.h"
#include "base/files.h"
#include "bench/cpu_time.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "stages/crop/crop.h"
#include "stages/decode/decode.h"
#include "stages/deskew/deskew.h"
#include "stages/light/light.h"
#include "stages/split/split.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include <fstream>
#include <iostream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

Result<Image> decoded(const fs::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return pass(bytes);
  auto found = decode(*bytes, 0, {});
  if (!found) return pass(found);
  return std::move(found->image);
}

Result<std::vector<Image>> finished_pages(const fs::path& file, const LightParams& light) {
  const auto scan = decoded(file);
  if (!scan) return pass(scan);
  const auto parts = split(*scan, {});
  if (!parts) return pass(parts);
  std::vector<Image> pages;
  for (const PagePart& part : parts->parts) {
    const auto skew = deskew(*scan, part.region, {});
    if (!skew) return pass(skew);
    const auto cropped = crop(*scan, part.region, skew->angle_deg, {});
    if (!cropped) return pass(cropped);
    const Affine to_page = page_from_scan(scan->size(), scan->dpi(), skew->angle_deg, cropped->box);
    const Size size{static_cast<int>(cropped->box.width() + 0.5),
                    static_cast<int>(cropped->box.height() + 0.5)};
    const auto even = even_light(resampled(*scan, to_page, size, scan->dpi(), 255), light);
    if (!even) return pass(even);
    pages.push_back(*even);
  }
  return pages;
}

Result<std::vector<Image>> pages_of(const fs::path& file, const LightParams& light,
                                    const fs::path& kept, const std::string& id) {
  if (kept.empty()) return finished_pages(file, light);
  const auto name = [&](std::size_t i) { return kept / fmt::format("{}-{}.png", id, i); };
  std::vector<Image> pages;
  for (std::size_t i = 0; fs::exists(name(i)); ++i) {
    const auto page = decoded(name(i));
    if (!page) return pass(page);
    pages.push_back(*page);
  }
  if (!pages.empty()) return pages;
  auto made = finished_pages(file, light);
  if (!made) return pass(made);
  for (std::size_t i = 0; i < made->size(); ++i)
    if (const auto png = to_png((*made)[i]))
      std::ofstream(name(i), std::ios::binary)
          .write(reinterpret_cast<const char*>(png->data()),
                 static_cast<std::streamsize>(png->size()));
  return made;
}

Result<void> read_case(const OcrEngines& engines, const std::vector<Image>& pages,
                       const fs::path& out, const std::string& id) {
  const double begun = cpu_seconds();
  std::vector<PageText> texts;
  for (const Image& page : pages) {
    auto text = engines.read(page);
    if (!text) return pass(text);
    texts.push_back(std::move(*text));
  }
  const double spent = cpu_seconds() - begun;
  std::ofstream file(out / (id + ".txt"));
  std::ofstream words(out / (id + ".words"));
  for (const PageText& text : texts) {
    file << plain_text(text) << "\n";
    for (const TextBlock& block : text.blocks)
      for (const TextLine& line : block.lines)
        for (const TextWord& word : line.words)
          words << fmt::format("{}\t{:.3f}\t{}\n", word.content, word.confidence, text.models);
    std::cout << fmt::format(
                     "{:20} {:12} {:.2f}  words {:4} confidence {:.3f} wrong {:.3f}  {:.2f} s\n",
                     id, text.models, text.models_confidence, word_count(text),
                     text.mean_confidence, text.estimated_word_error, spent)
              << std::flush;
  }
  std::ofstream(out / (id + ".cpu")) << spent << "\n";
  return {};
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;
  CLI::App app("The reading of pages over a folder of scans with truth");
  fs::path set, out, kept;
  std::string only;
  OcrParams params;
  LightParams light;
  bool uneven = false;
  app.add_option("--set", set)->required();
  app.add_option("--out", out)->required();
  app.add_option("--only", only);
  app.add_option("--models", params.models);
  app.add_option("--kept", kept);
  app.add_flag("--uneven", uneven);
  CLI11_PARSE(app, argc, argv);
  cv::setNumThreads(1);
  light.enabled = !uneven;
  std::ifstream in(set / "cases.json");
  const Json cases = Json::parse(in, nullptr, false);
  if (cases.is_discarded() || !cases.contains("cases")) {
    std::cerr << (set / "cases.json").string() << ": cannot be read\n";
    return 4;
  }
  const auto engines = OcrEngines::make(params);
  if (!engines) {
    std::cerr << engines.error().message << "\n";
    return 4;
  }
  fs::create_directories(out);
  if (!kept.empty()) fs::create_directories(kept);
  int failed = 0;
  for (const Json& c : cases["cases"]) {
    const std::string id = c["id"];
    if (!id.starts_with(only) || !c.contains("text") || c["text"].is_null()) continue;
    const auto pages = pages_of(set / std::string(c["image"]), light, kept, id);
    const auto done = pages ? read_case(*engines, *pages, out, id) : Result<void>(pass(pages));
    if (done) continue;
    std::cerr << id << ": " << done.error().message << "\n";
    ++failed;
  }
  return failed == 0 ? 0 : 1;
}
