// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the faulty pages of a book are the first that a person is shown. Ten books of a hundred
// pages are drawn and scanned; in each about 2 % of the pages have a fault. The geometry stages,
// the checks and the book's judgement run as in the pipeline (no OCR, no encoding), and each faulty
// page's place among all pages is told: all should be within the worst 4 %.
//
//   linka-bench-books [--books N] [--first N] [--pages N] [--dpi N] [--seed N] [--clean]
//                     [--json FILE]
#include "bench/cpu_time.h"
#include "image/convert.h"
#include "samples/faults.h"
#include "samples/leaf.h"
#include "samples/scanner.h"
#include "stages/blank/blank.h"
#include "stages/book/book.h"
#include "stages/check/check.h"
#include "stages/crop/crop.h"
#include "stages/deskew/deskew.h"
#include "stages/dewarp/dewarp.h"
#include "stages/split/split.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <iostream>
#include <set>

namespace linka {
namespace {
using Json = nlohmann::json;

constexpr double worst_share = 0.04;
constexpr double unsure_below = 0.5;  // as in the profiles

// ---- books

struct BookPlan {
  ProseLanguage language;
  PaperSize paper;
  ScanColours pixels;
  Bed bed;
  bool spreads;
};
constexpr BookPlan books[] = {
    {ProseLanguage::czech, {125, 195}, ScanColours::rgb, Bed::dark, false},
    {ProseLanguage::german, {115, 180}, ScanColours::rgb, Bed::dark, false},
    {ProseLanguage::latin, {140, 210}, ScanColours::grey, Bed::dark, false},
    {ProseLanguage::czech, {150, 225}, ScanColours::rgb, Bed::grey, false},
    {ProseLanguage::czech, {120, 190}, ScanColours::rgb, Bed::dark, true},
    {ProseLanguage::german, {135, 205}, ScanColours::grey, Bed::grey, false},
    {ProseLanguage::latin, {120, 185}, ScanColours::rgb, Bed::dark, true},
    {ProseLanguage::czech, {130, 200}, ScanColours::grey, Bed::dark, false},
    {ProseLanguage::german, {125, 200}, ScanColours::rgb, Bed::dark, true},
    {ProseLanguage::latin, {110, 170}, ScanColours::rgb, Bed::grey, false},
};

LeafPlan leaf_plan(int page, int pages) {
  LeafPlan plan;
  plan.number = page;
  plan.chapter = page / 14;
  plan.footnote = page % 5 == 0;
  if (page == 1)
    plan.kind = LeafKind::title;
  else if (page == 2 || page == pages - 1)
    plan.kind = LeafKind::blank;
  else if (page == pages)
    plan.kind = LeafKind::contents;
  else if (page % 14 == 3)
    plan.kind = LeafKind::chapter;
  else if (page % 25 == 20)
    plan.kind = LeafKind::plate;
  else if (page % 23 == 7)
    plan.kind = LeafKind::verse;
  return plan;
}

// ---- faults

const std::vector<std::string> kinds = {"blurred",  "moved",       "cut text",    "skew",
                                        "dark",     "overexposed", "uneven",      "finger",
                                        "bookmark", "band",        "upside down", "sideways",
                                        "doubled",  "swapped",     "resolution",  "strip missing"};
const std::set<std::string> of_one_page = {"finger", "bookmark"};  // also when the scan has two

struct Scanned2 {
  Image image;
  std::vector<Box> leaves;
};

// `which`: the page of the scan that has the fault, where only one can.
Image spoilt(const Scanned2& scan, const std::string& kind, std::size_t which, bool right_hand,
             Random& random) {
  const Image& image = scan.image;
  const Box& leaf = scan.leaves[which];
  const double px = image.dpi().x / 25.4;
  const double direction = random.between(0, 360);
  const bool outer_right = scan.leaves.size() == 2 ? which == 1 : right_hand;
  if (kind == "blurred") return out_of_focus(image, random.between(0.13, 0.25));
  if (kind == "moved") return moved(image, random.between(0.35, 0.7), direction);
  if (kind == "dark") return exposed(image, -random.between(1.5, 2.4));
  if (kind == "overexposed") return exposed(image, random.between(1.0, 1.8));
  if (kind == "uneven") return unevenly_lit(image, random.between(0.4, 0.6), direction);
  if (kind == "skew")
    return turned_scan(image, random.between(17, 22) * (random.chance(0.5) ? 1 : -1));
  if (kind == "upside down") return quarter_turned(image, 2);
  if (kind == "sideways") return quarter_turned(image, random.chance(0.5) ? 1 : 3);
  if (kind == "resolution") {
    const double wrong = image.dpi().x * (random.chance(0.5) ? 1.5 : 2.0 / 3);
    return image.with_dpi({wrong, wrong});
  }
  if (kind == "band")
    return with_band(image, random.between(50, 120), random.between(5, 20),
                     static_cast<Band>(random.below(4)));
  if (kind == "finger") {
    const Edge edge = outer_right ? Edge::right : Edge::left;
    return with_finger(image, leaf, edge, random.between(0.25, 0.75), random.between(24, 38),
                       random.next());
  }
  if (kind == "bookmark")
    return with_bookmark(image, leaf, random.between(0.3, 0.7), random.between(6, 25),
                         random.between(60, 140), random.next());
  // A part of the leaf lies outside of what was scanned: with text, or only its margin.
  const double lost = px * (kind == "cut text" ? random.between(21, 32) : random.between(9, 13));
  Box seen = image.box();
  if (random.chance(0.4))
    seen.y1 = leaf.y1 - lost;
  else
    (outer_right ? seen.x1 : seen.x0) = outer_right ? leaf.x1 - lost : leaf.x0 + lost;
  return part_of(image, seen);
}

// ---- one scan of a book

struct Shot {
  int page = 1;      // the first (or only) page on it
  std::string kind;  // of fault
  int again = 0;     // scanned once more
};

class Library {
 public:
  Library(const BookPlan& plan, int pages, double dpi, std::uint64_t seed)
      : plan_(plan), pages_(pages), dpi_(dpi), seed_(seed) {
    Press press(plan.language, seed, plan.paper);
    for (int page = 1; page <= pages; ++page)
      leaves_.push_back(press.print(leaf_plan(page, pages), dpi));
  }
  Scanned2 take(const Shot& shot) const {
    const auto page = [&](int number) {
      return number < 1 || number > pages_ ? nullptr
                                           : &leaves_[static_cast<std::size_t>(number - 1)];
    };
    const int left = plan_.spreads || shot.page % 2 == 0 ? shot.page : shot.page - 1;
    const Opening opening{page(left), page(left + 1), page(left - 1), page(left + 2)};
    const Aim aim = plan_.spreads ? Aim::both : shot.page % 2 == 0 ? Aim::left : Aim::right;
    Random random(seed_, 3000 + static_cast<std::uint64_t>(shot.page * 7 + shot.again));
    Random of_book(seed_, 2);
    ScannerSetup s;
    s.dpi = dpi_;
    s.pixels = plan_.pixels;
    s.bed = plan_.bed;
    s.age = of_book.between(0.3, 0.8);
    s.spine_shadow = of_book.between(0.3, 0.55);
    s.skew_deg = 0.7 * random.normal();
    s.border_mm = random.between(7, 12);
    s.facing_mm = plan_.spreads ? 0 : random.between(5, 10);
    s.stack_mm = random.between(0.3, 2);
    s.curl_mm = random.between(0.8, 2.4);
    s.bend = random.between(0.003, 0.009);
    s.bleed = random.between(0.04, 0.1);
    s.stains = random.unit();
    s.noise = random.between(1.6, 2.4);
    const Scanned scanned = scan(opening, aim, plan_.paper, s, seed_,
                                 static_cast<std::uint64_t>(shot.page + 1000 * shot.again));
    Scanned2 out{scanned.image, {}};
    for (const LaidPage& placed : scanned.pages) out.leaves.push_back(box_of(placed.quad));
    if (shot.kind.empty() || shot.kind == "doubled" || shot.kind == "swapped") return out;
    Random fault(seed_, 9000 + static_cast<std::uint64_t>(shot.page));
    const std::size_t which = out.leaves.size() < 2 ? 0 : 1;
    out.image = spoilt(out, shot.kind, which, shot.page % 2 == 1, fault);
    return out;
  }

 private:
  BookPlan plan_;
  int pages_;
  double dpi_;
  std::uint64_t seed_;
  std::vector<Leaf> leaves_;
};

bool is_text(int page, int pages) {
  return leaf_plan(page, pages).kind == LeafKind::text;
}

// The scans in their order, two pages in a hundred with a fault.
std::vector<Shot> shots_of(const BookPlan& plan, int pages, std::uint64_t seed, int& next_kind,
                           bool clean) {
  std::vector<Shot> shots;
  for (int page = 1; page <= pages; page += plan.spreads ? 2 : 1) shots.push_back({page, {}, 0});
  if (plan.spreads)
    for (Shot& s : shots) --s.page;  // 0-1, 2-3 ...: left pages are even
  if (plan.spreads) shots.erase(shots.begin());
  Random random(seed, 17);
  int left = clean ? 0 : std::max(1, pages / 50);
  while (left > 0) {
    const std::string kind = kinds[static_cast<std::size_t>(next_kind++) % kinds.size()];
    if (plan.spreads && kind == "swapped") continue;
    const bool two_pages = kind == "swapped" || (plan.spreads && !of_one_page.contains(kind));
    const auto at = 4 + static_cast<std::size_t>(random.below(static_cast<int>(shots.size()) - 10));
    const auto good = [&](const Shot& s) {
      return s.kind.empty() && is_text(s.page, pages) &&
             (!plan.spreads || is_text(s.page + 1, pages));
    };
    if (!good(shots[at]) || !good(shots[at + 1]) || !good(shots[at - 1])) {
      --next_kind;
      continue;
    }
    shots[at].kind = kind;
    if (kind == "swapped") {
      shots[at + 1].kind = kind;
      std::swap(shots[at], shots[at + 1]);
    } else if (kind == "doubled") {
      shots[at].kind.clear();
      Shot again = shots[at];
      again.kind = kind;
      again.again = 1;
      shots.insert(shots.begin() + static_cast<std::ptrdiff_t>(at) + 1, again);
    }
    left -= two_pages ? 2 : 1;
  }
  return shots;
}

// ---- the line

std::vector<PageFinding> doubts(const PageFacts& f) {
  std::vector<PageFinding> out;
  const auto doubt = [&](const char* check, double value) {
    if (value < unsure_below)
      out.push_back({check, Urgency::look, value, unsure_below, 2 - value / unsure_below, {}});
  };
  doubt("unsure-split", f.split_confidence);
  if (!f.is_blank) doubt("unsure-skew", f.skew_confidence);
  doubt("unsure-crop", f.crop_confidence);
  return out;
}

Result<std::vector<PageFacts>> pages_of(const Image& scan, const ScanId& id, const BookHint& hint,
                                        const CheckParams& params) {
  const auto parts = split(scan, {}, hint);
  if (!parts) return pass(parts);
  std::vector<PageFacts> out;
  for (const PagePart& part : parts->parts) {
    PageFacts f;
    f.id = {id, part.side};
    f.source.dpi = scan.dpi();
    f.source.dpi_from_file = true;
    f.source.color_space = "sRGB";
    f.source.width_px = scan.width();
    f.source.height_px = scan.height();
    f.region = part.region;
    f.split_confidence = parts->confidence;
    f.spread_confidence = parts->spread_confidence;
    if (hint.pages != 0) f.decided["pages"] = "book";
    const auto skew = deskew(scan, part.region, {});
    if (!skew) return pass(skew);
    f.angle_deg = skew->angle_deg;
    f.skew_confidence = skew->confidence;
    const auto cropped = crop(scan, part.region, f.angle_deg, {}, hint);
    if (!cropped) return pass(cropped);
    f.crop = cropped->box;
    f.crop_confidence = cropped->confidence;
    f.crop_sides = cropped->sides;
    const auto bent = dewarp(scan, part.region, f.angle_deg, f.crop, DewarpParams{});
    if (!bent) return pass(bent);
    f.bend = bent->bend;
    const Affine to_page = page_from_scan(scan.size(), scan.dpi(), f.angle_deg, f.crop);
    const Size size{static_cast<int>(f.crop.width() + 0.5),
                    static_cast<int>(f.crop.height() + 0.5)};
    const Image page = resampled(scan, to_page, f.bend, f.crop, size, scan.dpi(), 255);
    f.dpi = page.dpi();
    f.width_px = page.width();
    f.height_px = page.height();
    const auto blankness = find_blank(page, {});
    if (!blankness) return pass(blankness);
    f.is_blank = blankness->is_blank;
    const auto measures = measure(page, {});
    if (!measures) return pass(measures);
    f.measures = *measures;
    f.findings = judge(f.measures, {});
    if (cropped->touches_content) f.findings.push_back({"cut-text", Urgency::hold, 1, 0, 3, {}});
    for (const PageFinding& x : judge_source(f.source, page.channels(), params))
      f.findings.push_back(x);
    for (const PageFinding& x : doubts(f)) f.findings.push_back(x);
    out.push_back(std::move(f));
  }
  return out;
}

// ---- one book

struct Options {
  int pages = 100;
  double dpi = 200;
  std::uint64_t seed = 1;
  bool clean = false;
  bool verbose = false;
};

std::string in_short(const RankedPage& page) {
  std::string out;
  for (const PageFinding& f : page.findings)
    out += fmt::format("{}{}{} {:.1f}", out.empty() ? "" : ", ",
                       f.urgency == Urgency::hold   ? "!"
                       : f.urgency == Urgency::note ? "~"
                                                    : "",
                       f.check, f.score);
  return out;
}

void print_measures(const PageFacts& f) {
  const PageMeasures& m = f.measures;
  fmt::print(
      "       {:18} sharp {:.2f} paper {:.0f} ink {:.0f} uneven {:.2f} letters {} x {:.2f} mm, "
      "margins {:.0f} {:.0f} {:.0f} {:.0f}, spine {:.2f} {:.2f}, covered {:.4f}\n",
      text_of(f.id), m.sharpness, m.paper_level, m.ink_level, m.unevenness, m.letters,
      m.text_height_mm, m.margins_mm[0], m.margins_mm[1], m.margins_mm[2], m.margins_mm[3],
      m.gutter_left, m.gutter_right, m.covered_share);
}

Result<Json> run_book(std::size_t number, const Options& options, int& next_kind) {
  const BookPlan& plan = books[number];
  const std::uint64_t seed = options.seed * 100 + number;
  const std::vector<Shot> shots = shots_of(plan, options.pages, seed, next_kind, options.clean);
  const Library library(plan, options.pages, options.dpi, seed);
  const auto id_of = [](std::size_t i) { return ScanId{fmt::format("{:04}.tif", i + 1), 0}; };
  std::map<ScanId, std::vector<PageFacts>> made;
  double line_s = 0;
  CheckParams check;
  check.min_dpi = 0.95 * options.dpi;  // as if the order had been for this resolution
  const auto make = [&](std::size_t i, const BookHint& hint) -> Result<void> {
    const Scanned2 scan = library.take(shots[i]);
    const double begun = cpu_seconds();
    auto pages = pages_of(scan.image, id_of(i), hint, check);
    line_s += cpu_seconds() - begun;
    if (!pages) return pass(pages);
    made[id_of(i)] = std::move(*pages);
    return {};
  };
  const auto all = [&] {
    std::vector<PageFacts> out;
    for (std::size_t i = 0; i < shots.size(); ++i)
      for (const PageFacts& f : made[id_of(i)]) out.push_back(f);
    return out;
  };
  for (std::size_t i = 0; i < shots.size(); ++i)
    if (const auto r = make(i, {}); !r) return pass(r);
  const auto said = hints(all(), {});
  for (std::size_t i = 0; i < shots.size(); ++i)
    if (const auto it = said.find(id_of(i)); it != said.end())
      if (const auto r = make(i, it->second); !r) return pass(r);
  const std::vector<PageFacts> facts = all();
  const bool same_again = hints(facts, {}) == said;

  std::set<ScanId> faulty_scans;
  std::map<ScanId, std::string> kind_of;
  for (std::size_t i = 0; i < shots.size(); ++i)
    if (!shots[i].kind.empty()) kind_of[id_of(i)] = shots[i].kind;
  const double begun = cpu_seconds();
  const auto order = ranked(facts, judge_book(facts, {}));
  const double book_s = cpu_seconds() - begun;
  std::map<PageId, std::size_t> rank;
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i].id] = i + 1;

  const auto bar = static_cast<std::size_t>(worst_share * static_cast<double>(facts.size()) + 0.5);
  Json out{{"book", number + 1},   {"pages", facts.size()},    {"scans", shots.size()},
           {"hints", said.size()}, {"same_again", same_again}, {"listed", order.size()},
           {"line_s", line_s},     {"book_s", book_s}};
  out["faults"] = Json::array();
  std::size_t wanted = 0, within = 0, held = 0, look = 0;
  fmt::print("book {:2}: {} pages on {} scans, {} made again by the book's word{}\n", number + 1,
             facts.size(), shots.size(), said.size(), same_again ? "" : " (UNSTABLE)");
  for (const PageFacts& f : facts) {
    const auto kind = kind_of.find(f.id.scan);
    if (kind == kind_of.end()) continue;
    // A finger lies over the right page of the two.
    if (f.id.side == Side::left && of_one_page.contains(kind->second)) continue;
    const std::size_t at = rank.contains(f.id) ? rank[f.id] : facts.size();
    ++wanted;
    within += at <= bar;
    const std::string why = rank.contains(f.id) ? in_short(order[at - 1]) : "nothing found";
    fmt::print("  {:4} {:14} {:18} {}\n", at, kind->second, text_of(f.id), why);
    if (options.verbose) print_measures(f);
    out["faults"].push_back(
        {{"kind", kind->second}, {"page", text_of(f.id)}, {"rank", at}, {"findings", why}});
  }
  for (const RankedPage& page : order) {
    const bool good = !kind_of.contains(page.id.scan);
    held += good && page.held;
    look += good && page.findings.front().urgency == Urgency::look;
  }
  fmt::print("  {} of {} faulty pages within the worst {}; good pages held: {}, to look at: {}\n",
             within, wanted, bar, held, look);
  for (std::size_t i = 0; i < order.size() && i < (options.verbose ? order.size() : bar + 3); ++i)
    if (!kind_of.contains(order[i].id.scan))
      fmt::print("    good {:4} {:18} {}\n", i + 1, text_of(order[i].id), in_short(order[i]));
  if (options.verbose)
    for (const PageFacts& f : facts) print_measures(f);
  out["faulty"] = wanted;
  out["within"] = within;
  out["good_held"] = held;
  out["good_look"] = look;
  std::fflush(stdout);
  return out;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;
  CLI::App app("Whether faulty pages are the first of their book that a person is shown");
  Options options;
  std::size_t count = std::size(books), first = 1;
  std::string json;
  app.add_option("--books", count, "how many books")->check(CLI::Range(1, 10));
  app.add_option("--first", first, "the first of them")->check(CLI::Range(1, 10));
  app.add_option("--pages", options.pages, "of each book")->check(CLI::Range(40, 1000));
  app.add_option("--dpi", options.dpi)->check(CLI::Range(100, 600));
  app.add_option("--seed", options.seed);
  app.add_flag("--clean", options.clean, "no faults: what is said of good books");
  app.add_flag("--verbose", options.verbose, "every page with findings");
  app.add_option("--json", json, "results for programs");
  CLI11_PARSE(app, argc, argv);
  Json out = Json::array();
  std::size_t faulty = 0, within = 0, whole = 0;
  // Every kind of fault comes in turn, whatever the books.
  int next_kind = static_cast<int>(options.seed * 5);
  for (std::size_t i = 0; i < std::size(books); ++i) {
    if (i + 1 < first || i + 1 >= first + count) {
      shots_of(books[i], options.pages, options.seed * 100 + i, next_kind, options.clean);
      continue;
    }
    const auto book = run_book(i, options, next_kind);
    if (!book) {
      std::cerr << book.error().message << "\n";
      return 1;
    }
    faulty += (*book)["faulty"].get<std::size_t>();
    within += (*book)["within"].get<std::size_t>();
    whole += (*book)["within"] == (*book)["faulty"];
    out.push_back(*book);
  }
  fmt::print(
      "{} of {} faulty pages within the worst {:.0f} % of their book; {} of {} books whole\n",
      within, faulty, 100 * worst_share, whole, out.size());
  if (!json.empty()) std::ofstream(json) << out.dump(1) << "\n";
  return 0;
}
