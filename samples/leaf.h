// SPDX-License-Identifier: GPL-3.0-or-later
// One printed leaf: its ink, and exactly what stands where. ScanColours of the leaf, y down.
#pragma once

#include "model/geometry.h"
#include "samples/prose.h"

#include <opencv2/core.hpp>

#include <string>
#include <vector>

namespace linka {

struct LeafWord {
  std::string text;
  std::vector<Box> ink;  // of each sign; together the word's ink
};

struct Leaf {
  cv::Mat ink;  // CV_8UC1, 0 = bare paper ... 255 = full ink
  double dpi = 0;
  std::vector<LeafWord> words;  // reading order
  std::string text;             // lines of the page, LF between, words broken as printed
  std::vector<Box> pictures;
  std::string number;    // as printed; empty when the page shows none
  std::string opens;     // heading of the chapter or article that begins here
  std::string typeface;  // empty: the usual one of the language
  ProseLanguage language = ProseLanguage::czech;
  bool is_blank = false;
};

struct PaperSize {
  double width_mm = 130, height_mm = 200;
};

// What is on a leaf; the order is that of a book.
enum class LeafKind {
  title,
  blank,
  chapter,
  text,
  verse,
  plate,
  contents,
  cover,  // dark cloth; the front one with the title
  map,
  index,
  advertisement,
  masthead,  // the first page of an issue
  article    // of an issue: one ends, another begins below
};
// As the standard calls such a page; covers by where they are.
const char* page_type_of(LeafKind kind, bool first_of_all);

// Where the numbers of pages stand.
enum class NumberPlace {
  heads,   // at the ends of running heads, between dashes at the foot where a chapter opens
  feet,    // alone at the foot
  dashes,  // at the foot between dashes
};

// How running text is set.
struct TypeSetting {
  double text_pt = 10.5;
  int columns = 1;  // a thin rule between them
};

struct LeafPlan {
  LeafKind kind = LeafKind::text;
  int number = 1;   // of the page, from 1; odd = right-hand page
  int chapter = 0;  // for chapter openings and plates
  bool footnote = false;
  std::string label = {};  // the number as the book counts it ("xii"); empty: `number`
};

// Sets pages one after the other: running text goes on from page to page.
class Press {
 public:
  Press(ProseLanguage language, std::uint64_t seed, PaperSize paper, std::string typeface = {},
        NumberPlace numbers = NumberPlace::heads, TypeSetting setting = {});
  Leaf print(const LeafPlan& plan, double dpi);

 private:
  ProseLanguage language_;
  std::uint64_t seed_;
  PaperSize paper_;
  std::string typeface_;
  NumberPlace numbers_ = NumberPlace::heads;
  TypeSetting setting_;
  Storyteller story_;
  std::vector<std::string> left_over_;  // of a paragraph that the last page broke
  std::vector<std::pair<std::string, std::string>> contents_;
};

bool has_font(const std::string& family);
// Families that the samples need and fontconfig does not have, with their Debian packages.
std::vector<std::string> missing_fonts();

}  // namespace linka
