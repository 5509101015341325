// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract as it was built for this machine, beside the command of the packaged one: the same
// words, boxes and confidences, to the last digit that is written.
#include "base/files.h"
#include "image/image_io.h"
#include "image/pix.h"
#include "stages/ocr/models.h"
#include "stages/ocr/ocr_test_page.h"

#include <gtest/gtest.h>
#include <tesseract/baseapi.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace linka {
namespace {
namespace fs = std::filesystem;

const char* const prose =
    "Kapitola první, v níž se vypráví o tom, kterak pan purkmistr\n"
    "přišel o svůj nový klobouk a co se potom dálo na náměstí.\n"
    "Bylo to roku 1848, dne 12. března, a pršelo jen se lilo. „Kdo\n"
    "to viděl?“ ptal se ponocný; nikdo neodpověděl. Žluťoučký kůň\n"
    "úpěl ďábelské ódy, a tak šli všichni domů (viz str. 27–31).\n\n"
    "Druhého dne ráno se v ulici Na Příkopě objevil muž s deštníkem,\n"
    "jemuž říkali Vavřinec. Měl 3 syny, 2 dcery & jednu krávu.";
const char* const german =
    "Es war einmal ein alter König, der hatte drei Söhne;\n"
    "der jüngste aber war so schön, daß die Sonne selber,\n"
    "die doch so vieles gesehen hat, sich verwunderte.";

struct Case {
  const char* name;
  const char* models;
  double dpi;
  std::vector<Print> prints;
  double noise = 0;  // standard deviation, in greys
};

std::vector<Case> cases() {
  return {
      {"prose",
       "ces",
       300,
       {{20, 15, 0, "DejaVu Serif 11", prose}, {75, 80, 0, "DejaVu Serif 10", "27"}}},
      {"fine", "ces", 400, {{12, 12, 0, "DejaVu Sans 8", prose}}, 12},
      {"columns",
       "ces+deu",
       300,
       {{10, 15, 0, "DejaVu Serif 8", prose}, {95, 15, 0, "DejaVu Serif Italic 8", german}}},
      {"typed", "eng", 300, {{15, 15, 0, "DejaVu Sans Mono 10", german}}, 8},
      {"fraktur", "frk", 300, {{15, 15, 0, "Blankenburg_UNZ1A 14", german}}},
  };
}

Image noisy(const Image& page, double deviation) {
  if (deviation == 0) return page;
  std::mt19937 random(7);
  const auto any = [&] { return static_cast<double>(random()) / 4294967295.0; };
  return Image::make(page.width(), page.height(), 1, page.dpi(), nullptr, [&](std::uint8_t* out) {
    for (const std::uint8_t grey : page.bytes()) {
      const double sum = any() + any() + any() + any() - 2;  // variance 1/3
      *out++ = static_cast<std::uint8_t>(std::clamp(grey + deviation * 1.732 * sum, 0.0, 255.0));
    }
  });
}

std::string read_here(const Case& c, const fs::path& models, const fs::path& picture) {
  tesseract::TessBaseAPI engine;
  if (engine.Init(models.c_str(), c.models, tesseract::OEM_LSTM_ONLY) != 0) return "no engine";
  engine.SetPageSegMode(tesseract::PSM_AUTO);
  const PixPtr pix(pixRead(picture.c_str()));
  if (pix == nullptr) return "no picture";
  engine.SetImage(pix.get());
  const std::unique_ptr<char[]> tsv(engine.GetTSVText(0));
  return tsv == nullptr ? "no text" : tsv.get();
}

std::string read_by_command(const Case& c, const fs::path& models, const fs::path& picture) {
  const fs::path out = picture.parent_path() / "packaged";
  const std::string command = "OMP_THREAD_LIMIT=1 TESSDATA_PREFIX='" + models.string() +
                              "' tesseract '" + picture.string() + "' '" + out.string() + "' -l " +
                              c.models + " --oem 1 --psm 3 tsv 2>&1";
  if (std::system(command.c_str()) != 0) return "the command failed";
  const std::string all = read_text(out.string() + ".tsv").value_or("");
  return all.substr(std::min(all.find('\n') + 1, all.size()));  // without the names of the columns
}

TEST(tuned_tesseract, ReadsAsThePackagedOne) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("linka-tuned-ocr-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto models = models_named(model_names(c.models).value(), "");
    if (!models) {
      std::cout << "not compared: " << c.name << ": " << models.error().message << "\n";
      continue;
    }
    const Image page = noisy(page_of(c.prints, 170, 100, {c.dpi, c.dpi}), c.noise);
    const auto png = to_png(page);
    ASSERT_TRUE(png);
    const fs::path picture = folder / (std::string(c.name) + ".png");
    ASSERT_TRUE(write_atomically(picture, *png));
    const std::string here = read_here(c, models->folder, picture);
    EXPECT_GT(std::count(here.begin(), here.end(), '\n'), 20);
    EXPECT_EQ(here, read_by_command(c, models->folder, picture));
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace linka
