// SPDX-License-Identifier: GPL-3.0-or-later
// Volumes that never were, as a text engine would give them: pages of words with numbers at head or
// foot, misread and lost at the rates of real reading, and the truth about each page.
#pragma once

#include "stages/pagination/numerals.h"
#include "stages/pagination/pagination.h"

#include <fmt/format.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace linka::testing_volumes {

enum class Place { head_outer, head_centre, foot_centre, in_head };

struct Order {
  unsigned seed = 1;
  int front = 12;  // Roman
  int body = 280;  // Arabic
  int plates = 6;  // leaves (two pages) that do not count
  bool plate_in_front = true;
  int chapter_every = 14;
  Place place = Place::head_outer;
  bool number_on_openings = false;  // at the foot
  bool year_in_head = false;
  bool signatures = true;
  double misread = 0.03, lost = 0.08;
  std::set<int> missing = {};  // by place in the complete volume, from 0
  std::set<int> doubled = {};
  bool sides = false;  // pages of spreads
};

struct Truth {
  std::string label;     // as counted; "-" for plates
  bool carries = false;  // the number is printed
  std::string type;      // empty: an ordinary page
  int place = 0;         // in the complete volume
};

struct Made {
  std::vector<NumberedPage> pages;
  std::vector<Truth> truth;
  std::vector<std::string> chapters;  // headings, in order
};

class Maker {
 public:
  explicit Maker(const Order& order) : order_(order), random_(order.seed) {}

  Made volume() {
    plan();
    Made out;
    int scans = 0;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const int place = static_cast<int>(i);
      if (order_.missing.contains(place)) continue;
      for (int copy = 0; copy < (order_.doubled.contains(place) ? 2 : 1); ++copy) {
        const Plan& plan = plans_[i];
        NumberedPage page;
        page.id = {{fmt::format("{:04}.tif", ++scans), 0},
                   !order_.sides    ? Side::single
                   : place % 2 == 0 ? Side::right
                                    : Side::left};
        page.is_blank = plan.truth.type == "blank";
        page.width_mm = 120;
        page.height_mm = 190;
        page.paper_level = 220;
        page.hints = hints_of(text_of_page(plan, place));
        out.pages.push_back(std::move(page));
        out.truth.push_back(plan.truth);
      }
    }
    for (const Plan& plan : plans_)
      if (!plan.heading.empty() && plan.truth.type.empty()) out.chapters.push_back(plan.heading);
    return out;
  }

  std::size_t planned() {
    if (plans_.empty()) plan();
    return plans_.size();
  }
  const Truth& truth_at(int place) {
    planned();
    return plans_[static_cast<std::size_t>(place)].truth;
  }

 private:
  struct Plan {
    Truth truth;
    std::string heading;
    unsigned words_seed = 0;
    std::vector<std::pair<std::string, std::string>> entries;
  };

  double unit() { return static_cast<double>(random_()) / 4294967296.0; }
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  void add(const std::string& label, bool carries, const std::string& type,
           const std::string& heading = {}) {
    Plan plan;
    plan.truth = {label, carries, type, static_cast<int>(plans_.size())};
    plan.heading = heading;
    plan.words_seed = 7919 * order_.seed + static_cast<unsigned>(plans_.size());
    plans_.push_back(plan);
  }

  void plan() {
    if (!plans_.empty()) return;
    for (int n = 1; n <= order_.front; ++n) {
      const std::string label = roman_text(n, false);
      if (n == 1)
        add(label, false, "titlePage", "Měsíční mlýn");
      else if (n == 2)
        add(label, false, "blank");
      else if (n == 3)
        add(label, order_.number_on_openings, "preface", "Předmluva");
      else
        add(label, true, "");
    }
    std::set<int> plates_after;
    for (int k = 0; k < order_.plates; ++k)
      plates_after.insert(2 * (1 + below(std::max(1, order_.body / 2 - 6))));
    int chapter = 0;
    std::vector<std::pair<std::string, std::string>> entries;
    for (int n = 1; n <= order_.body; ++n) {
      const std::string label = fmt::format("{}", n);
      const bool last = n == order_.body;
      if (last) {
        add(label, false, "tableOfContents", "Obsah");
        plans_.back().entries = entries;
      } else if (n % order_.chapter_every == 1) {
        const std::string heading =
            fmt::format("{} {}", word(chapter * 3 + 1, true), word(chapter * 5 + 2, false));
        ++chapter;
        entries.emplace_back(heading, label);
        add(label, order_.number_on_openings, "", heading);
      } else {
        add(label, true, "");
      }
      if (plates_after.contains(n)) {
        add("-", false, "illustration");
        add("-", false, "blank");
      }
    }
  }

  static std::string word(int n, bool capital) {
    static constexpr const char* parts[] = {"ma",  "le",  "ro", "vi", "sta", "ne", "do", "ku",
                                            "pra", "hlo", "ti", "mo", "ře",  "ka", "bě", "šu"};
    std::string out;
    auto h = static_cast<unsigned>(n) * 2654435761u + 12345u;
    for (int k = 0; k < 3; ++k, h = h / 16 + 977u * h) out += parts[(h >> 8) % 16];
    if (capital) out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
  }

  TextLine line(const std::vector<std::string>& words, double x, double y, double size,
                double gap) {
    TextLine out;
    out.baseline_y = y + size;
    for (const std::string& w : words) {
      TextWord t;
      t.content = w;
      t.box = {x, y, x + 0.5 * size * static_cast<double>(w.size()), y + size};
      t.confidence = 0.75 + 0.25 * unit();
      t.font_size_pt = size * 0.36;
      out.box = out.words.empty() ? t.box : hull(out.box, t.box);
      x = t.box.x1 + gap * size;
      out.words.push_back(std::move(t));
    }
    return out;
  }

  static void put(PageText& text, BlockKind kind, TextLine made) {
    TextBlock block;
    block.kind = kind;
    block.box = made.box;
    block.lines.push_back(std::move(made));
    text.blocks.push_back(std::move(block));
  }

  // A digit is read as another, one is lost, or a letter stands for it.
  std::string misread(std::string number) {
    const auto at = static_cast<std::size_t>(below(static_cast<int>(number.size())));
    const char c = number[at];
    if (c >= '0' && c <= '9') {
      switch (below(4)) {
        case 0:
          number[at] = static_cast<char>('0' + below(10));
          break;
        case 1:
          number.erase(at, 1);
          break;
        case 2:
          number[at] = "OlZ3A5b7B9"[c - '0'];
          break;
        default:
          number[at] = "8743906852"[c - '0'];
      }
    } else {
      number[at] = c == 'i' ? 'l' : c == 'v' ? 'y' : c;
    }
    return number;
  }

  void put_number(PageText& text, const std::string& label, int place, bool opening) {
    if (unit() < order_.lost) return;
    std::string number = unit() < order_.misread ? misread(label) : label;
    if (number.empty()) return;
    const bool right = place % 2 == 0;
    const bool marked = unit() < 0.9;  // else the layout takes it for text
    const BlockKind kind = marked ? BlockKind::page_number : BlockKind::text;
    if (opening || order_.place == Place::foot_centre) {
      put(text, kind, line({"–", number, "–"}, 570, 1850, 22, 0.3));
    } else if (order_.place == Place::head_centre) {
      put(text, kind, line({number}, 580, 90, 22, 0.3));
    } else if (order_.place == Place::head_outer) {
      put(text, kind, line({number}, right ? 1050 : 110, 90, 22, 0.3));
    }
  }

  void put_head(PageText& text, const std::string& label, int place) {
    std::vector<std::string> words{"Měsíční", "mlýn"};
    if (order_.year_in_head) words.emplace_back("1912.");
    if (order_.place == Place::in_head && unit() >= order_.lost) {
      const std::string number = unit() < order_.misread ? misread(label) : label;
      if (!number.empty()) words.insert(place % 2 == 0 ? words.end() : words.begin(), number);
    }
    if (order_.place == Place::foot_centre && unit() < 0.5) return;
    put(text, BlockKind::running_head, line(words, 400, 90, 22, 0.5));
  }

  void put_body(PageText& text, const Plan& plan, double top, int lines) {
    std::mt19937 own(plan.words_seed);
    for (int l = 0; l < lines; ++l) {
      std::vector<std::string> words;
      for (int w = 0; w < 9; ++w) words.push_back(word(static_cast<int>(own() % 5000), false));
      if (unit() < 0.1) words[4] = word(below(5000), false);  // misread
      if (l == lines - 1 && own() % 10 == 0) words.back() = fmt::format("{}.", own() % 400);
      put(text, BlockKind::text, line(words, 110, top + 40 * l, 30, 0.35));
    }
  }

  PageText text_of_page(const Plan& plan, int place) {
    PageText text;
    text.width_px = 1200;
    text.height_px = 1900;
    const std::string& type = plan.truth.type;
    if (type == "blank") return text;
    if (type == "illustration") {
      TextBlock picture;
      picture.kind = BlockKind::illustration;
      picture.box = {100, 200, 1100, 1500};
      text.blocks.push_back(picture);
      put(text, BlockKind::caption, line({"Mlýn", "za", "úplňku."}, 400, 1560, 24, 0.4));
      return text;
    }
    if (type == "titlePage") {
      put(text, BlockKind::text, line({"Anna", "Nováková"}, 400, 200, 36, 0.4));
      put(text, BlockKind::heading, line({"Měsíční", "mlýn"}, 250, 500, 80, 0.4));
      put(text, BlockKind::text, line({"V", "Praze"}, 520, 1600, 30, 0.4));
      put(text, BlockKind::text,
          line({"Nákladem", "spisovatelčiným,", "1927"}, 350, 1650, 30, 0.4));
      return text;
    }
    const bool opening = !plan.heading.empty();
    if (opening) {
      put(text, BlockKind::heading, line(split(plan.heading), 350, 330, 46, 0.4));
      if (type == "tableOfContents")
        put_entries(text, plan);
      else
        put_body(text, plan, 500, 8);
      if (plan.truth.carries) put_number(text, plan.truth.label, place, true);
    } else {
      put_head(text, plan.truth.label, place);
      if (plan.truth.carries) put_number(text, plan.truth.label, place, false);
      put_body(text, plan, 180, 9);
    }
    if (order_.signatures && place % 16 == 1)
      put(text, BlockKind::text,
          line({fmt::format("{}{}", place / 16 + 1, place % 32 == 1 ? "*" : "")}, 700, 1860, 20,
               1));
    return text;
  }

  void put_entries(PageText& text, const Plan& plan) {
    double y = 450;
    for (const auto& [title, label] : plan.entries) {
      std::vector<std::string> words = split(title);
      words.emplace_back(".....");
      words.emplace_back("...");
      words.push_back(label);
      put(text, BlockKind::text, line(words, 110, y, 28, 0.6));
      y += 48;
    }
  }

  static std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out(1);
    for (char c : text)
      if (c == ' ')
        out.emplace_back();
      else
        out.back() += c;
    return out;
  }

  Order order_;
  std::mt19937 random_;
  std::vector<Plan> plans_;
};

}  // namespace linka::testing_volumes
