// SPDX-License-Identifier: GPL-3.0-or-later
// How often the checks are wrong that need more than a finished page: "cut-text", which comes from
// the crop of a whole scan, those of the book ("swapped", "odd-size", "upside-down") and those of
// the file ("no-icc", "no-dpi", "low-dpi"). Scans are drawn on their bed and pass split, deskew and
// crop as in a batch.
//
//   linka-bench-checks-line [--cases N] [--json FILE] [--write DIR] [--only CHECK]
#include "image/convert.h"
#include "image/image_io.h"
#include "samples/faults.h"
#include "samples/leaf.h"
#include "samples/scanner.h"
#include "stages/book/book.h"
#include "stages/check/check.h"
#include "stages/crop/crop.h"
#include "stages/deskew/deskew.h"
#include "stages/split/split.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double dpi = 200;
constexpr PaperSize paper{130, 200};
constexpr double mm = dpi / 25.4;
constexpr std::size_t sequence = 16;  // scans

// ---- scans

struct Shot {
  int book = 0;
  int number = 1;  // of the page, or of the left one of two
  bool tight = false;
  Scanned scan;
};

struct BookPlan {
  ProseLanguage language;
  ScanColours pixels;
  Bed bed;
};
constexpr BookPlan books[] = {
    {ProseLanguage::czech, ScanColours::rgb, Bed::dark},
    {ProseLanguage::czech, ScanColours::grey, Bed::grey},
    {ProseLanguage::german, ScanColours::rgb, Bed::grey},
    {ProseLanguage::german, ScanColours::grey, Bed::dark},
    {ProseLanguage::latin, ScanColours::rgb, Bed::dark},
    {ProseLanguage::latin, ScanColours::grey, Bed::grey},
    {ProseLanguage::czech, ScanColours::bitonal, Bed::dark},
    {ProseLanguage::german, ScanColours::bitonal, Bed::dark},
};

ScannerSetup setup_of(const BookPlan& plan, Random& random) {
  ScannerSetup s;
  s.dpi = dpi;
  s.pixels = plan.pixels;
  s.bed = plan.bed;
  s.skew_deg = random.between(-1.5, 1.5);
  s.border_mm = random.between(6, 11);
  s.facing_mm = random.chance(0.7) ? random.between(3, 25) : 0;
  s.spine_shadow = random.between(0.25, 0.5);
  s.age = random.between(0.1, 0.9);
  s.stains = random.between(0, 0.8);
  s.noise = random.between(1.2, 2.6);
  return s;
}

// The leaf trimmed to `margin_mm` around its print, as a binder's knife does.
PaperSize trim(Leaf& leaf, double margin_mm) {
  const cv::Rect ink = cv::boundingRect(leaf.ink);
  const int m = static_cast<int>(margin_mm * leaf.dpi / 25.4);
  const cv::Rect kept = cv::Rect(ink.x - m, ink.y - m, ink.width + 2 * m, ink.height + 2 * m) &
                        cv::Rect({}, leaf.ink.size());
  leaf.ink = leaf.ink(kept).clone();
  for (LeafWord& word : leaf.words)
    for (Box& b : word.ink) b = {b.x0 - kept.x, b.y0 - kept.y, b.x1 - kept.x, b.y1 - kept.y};
  return {kept.width * 25.4 / leaf.dpi, kept.height * 25.4 / leaf.dpi};
}

void add_book(int book, std::vector<Shot>& shots) {
  const BookPlan& plan = books[book];
  const auto seed = static_cast<std::uint64_t>(book) + 1;
  Press press(plan.language, seed + 30, paper);
  Random random(seed, 91);
  std::vector<Leaf> leaves;
  for (const LeafPlan& p : {LeafPlan{LeafKind::text, 6}, LeafPlan{LeafKind::text, 7, 0, true},
                            LeafPlan{LeafKind::text, 8}, LeafPlan{LeafKind::chapter, 9, 1},
                            LeafPlan{LeafKind::verse, 10}, LeafPlan{LeafKind::text, 11}})
    leaves.push_back(press.print(p, dpi));
  for (int i = 0; i < 6; ++i) {
    const int left = i / 2 * 2;
    const Opening opening{&leaves[static_cast<std::size_t>(left)],
                          &leaves[static_cast<std::size_t>(left + 1)]};
    const auto take = [&](Aim aim, int number) {
      const ScannerSetup setup = setup_of(plan, random);
      shots.push_back({book, number, false,
                       scan(opening, aim, paper, setup, seed, static_cast<std::uint64_t>(number))});
    };
    take(i % 2 == 0 ? Aim::left : Aim::right, 6 + i);
    if (i % 2 == 0 && i < 4) take(Aim::both, 6 + i);
  }
  for (int i = 0; i < 2; ++i) {
    Leaf leaf = leaves[static_cast<std::size_t>(i * 3)];
    const PaperSize size = trim(leaf, random.between(3, 5));
    ScannerSetup setup = setup_of(plan, random);
    setup.facing_mm = 0;
    Opening opening;
    opening.right = &leaf;
    shots.push_back(
        {book, 7, true,
         scan(opening, Aim::right, size, setup, seed, static_cast<std::uint64_t>(40 + i))});
    shots.back().scan.pages.front().leaf = nullptr;
  }
}

// ---- the line

Result<std::vector<PageFacts>> pages_of(const Image& image, bool measured) {
  const auto parts = split(image, {}, {});
  if (!parts) return pass(parts);
  std::vector<PageFacts> out;
  for (const PagePart& part : parts->parts) {
    PageFacts f;
    f.id.side = part.side;
    f.source.dpi = f.dpi = image.dpi();
    f.source.width_px = image.width();
    f.source.height_px = image.height();
    f.split_confidence = parts->confidence;
    f.spread_confidence = parts->spread_confidence;
    const auto skew = deskew(image, part.region, {});
    if (!skew) return pass(skew);
    f.angle_deg = skew->angle_deg;
    const auto cropped = crop(image, part.region, f.angle_deg, {}, {});
    if (!cropped) return pass(cropped);
    f.crop = cropped->box;
    f.crop_sides = cropped->sides;
    if (cropped->touches_content) f.findings.push_back({"cut-text", Urgency::hold, 1, 0, 3, {}});
    if (measured) {
      const Size size{static_cast<int>(f.crop.width()), static_cast<int>(f.crop.height())};
      const Affine to_page = page_from_scan(image.size(), image.dpi(), f.angle_deg, f.crop);
      const auto m = measure(resampled(image, to_page, size, image.dpi(), 255), {});
      if (!m) return pass(m);
      f.measures = *m;
    }
    out.push_back(std::move(f));
  }
  return out;
}

bool says(const std::vector<PageFinding>& findings, const std::string& check) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const PageFinding& f) { return f.check == check; });
}

// ---- counting

struct Tally {
  int cases = 0, missed = 0, clear = 0, clear_missed = 0, good = 0, alarms = 0;
  void add_case(bool hit, bool is_clear) {
    ++cases, missed += !hit;
    clear += is_clear, clear_missed += is_clear && !hit;
  }
  void add_good(bool alarm) { ++good, alarms += alarm; }
};

class Report {
 public:
  Report() {
    fmt::print("{:26} {:11} {:>6} {:>12} {:>16} {:>8} {:>14}\n", "kind", "check", "cases", "missed",
               "missed, clear", "good", "false alarms");
  }
  void row(const std::string& name, const std::string& check, const Tally& t) {
    const auto rate = [](int part, int all) { return all > 0 ? 100.0 * part / all : 0; };
    fmt::print("{:26} {:11} {:6} {:5} {:4.1f} % {:4}/{:<4} {:4.1f} % {:6} {:5} {:4.1f} %\n", name,
               check, t.cases, t.missed, rate(t.missed, t.cases), t.clear_missed, t.clear,
               rate(t.clear_missed, t.clear), t.good, t.alarms, rate(t.alarms, t.good));
    std::cout.flush();
    out["kinds"].push_back({{"kind", name},
                            {"check", check},
                            {"cases", t.cases},
                            {"missed", t.missed},
                            {"clear", t.clear},
                            {"clear_missed", t.clear_missed},
                            {"good", t.good},
                            {"false_alarms", t.alarms}});
  }
  Json out;
  fs::path folder;

  void keep(const Image& image, const std::string& name) const {
    if (folder.empty()) return;
    if (const auto jpeg = to_jpeg(image, 85, 1000))
      std::ofstream(folder / (name + ".jpg"), std::ios::binary)
          .write(reinterpret_cast<const char*>(jpeg->data()),
                 static_cast<std::streamsize>(jpeg->size()));
  }
};

// ---- cut-text

Box hull_of_words(const LaidPage& page) {
  Box all = page.words.front().box;
  for (const PlacedWord& w : page.words) all = hull(all, w.box);
  return all;
}

// The scan's window ends `depth_mm` inside the print of one page; the spine side of an opening is
// never cut. How many words the edge goes through.
struct Cut {
  Box window;
  Edge edge = Edge::left;
  int words = 0;
};
Cut cut_of(const Shot& shot, const LaidPage& page, double depth_mm, Random& random) {
  const bool two = shot.scan.pages.size() == 2;
  const int spine = page.side == Side::left ? 2 : page.side == Side::right ? 0 : -1;
  int side = random.below(4);
  if (two && side == spine) side = (side + 2) % 4;
  const Box print = hull_of_words(page);
  const double d = depth_mm * mm;
  Cut cut{shot.scan.image.box(), static_cast<Edge>(side)};
  const std::array<double*, 4> at{&cut.window.x0, &cut.window.y0, &cut.window.x1, &cut.window.y1};
  const std::array<double, 4> to{print.x0 + d, print.y0 + d, print.x1 - d, print.y1 - d};
  const auto s = static_cast<std::size_t>(side);
  *at[s] = std::round(to[s]);
  const double least = 0.5 * mm;  // of the word on each side of the cut
  for (const PlacedWord& w : page.words) {
    const double low = side % 2 == 0 ? w.box.x0 : w.box.y0;
    const double high = side % 2 == 0 ? w.box.x1 : w.box.y1;
    cut.words += low + least < *at[s] && *at[s] < high - least;
  }
  return cut;
}

// A little of the bed is cut away, never anything of the leaf.
Image good_window(const Shot& shot, Random& random) {
  Box leaves = box_of(shot.scan.pages.front().quad);
  for (const LaidPage& page : shot.scan.pages) leaves = hull(leaves, box_of(page.quad));
  const Box all = shot.scan.image.box();
  const auto between = [&](double a, double b) { return std::round(a + random.unit() * (b - a)); };
  return part_of(shot.scan.image, {between(all.x0, std::max(all.x0, leaves.x0 - mm)),
                                   between(all.y0, std::max(all.y0, leaves.y0 - mm)),
                                   between(all.x1, std::min(all.x1, leaves.x1 + mm)),
                                   between(all.y1, std::min(all.y1, leaves.y1 + mm))});
}

Result<void> cut_text(const std::vector<Shot>& shots, int cases, Report& report) {
  Tally single, spread, tight;
  const auto tally = [&](const Shot& shot) -> Tally& {
    return shot.tight ? tight : shot.scan.pages.size() == 2 ? spread : single;
  };
  for (int i = 0; i < cases; ++i) {
    Random random(41, static_cast<std::uint64_t>(i));
    const Shot& shot = shots[static_cast<std::size_t>(i) % shots.size()];
    const LaidPage& page = shot.scan.pages[static_cast<std::size_t>(
        random.below(static_cast<int>(shot.scan.pages.size())))];
    const double depth = random.between(1, 15);
    const Cut cut = cut_of(shot, page, depth, random);
    const Image image = part_of(shot.scan.image, cut.window);
    const auto found = pages_of(image, false);
    if (!found) return pass(found);
    bool hit = false;
    for (const PageFacts& f : *found)
      if (found->size() < 2 || shot.scan.pages.size() < 2 || f.id.side == page.side)
        hit |= says(f.findings, "cut-text");
    tally(shot).add_case(hit, cut.words >= 3);
    const char* sides[] = {"left", "top", "right", "bottom"};
    const std::string name =
        fmt::format("cut-{}-{}-{:.0f}mm-{}words{}", i, sides[static_cast<int>(cut.edge)], depth,
                    cut.words, hit ? "" : "-missed");
    report.out["cut"].push_back({{"name", name}, {"book", shot.book}, {"hit", hit}});
    if (!hit) report.keep(image, name);
  }
  for (int i = 0; i < std::max(cases, static_cast<int>(shots.size())); ++i) {
    Random random(43, static_cast<std::uint64_t>(i));
    const Shot& shot = shots[static_cast<std::size_t>(i) % shots.size()];
    const Image image = good_window(shot, random);
    const auto found = pages_of(image, false);
    if (!found) return pass(found);
    for (const PageFacts& f : *found) {
      const bool alarm = says(f.findings, "cut-text");
      tally(shot).add_good(alarm);
      if (alarm)
        report.keep(image, fmt::format("alarm-{}-book{}-{}", i, shot.book, name_of(f.id.side)));
    }
  }
  report.row("text cut, single page", "cut-text", single);
  report.row("text cut, spread", "cut-text", spread);
  report.row("text cut, narrow margins", "cut-text", tight);
  return {};
}

// ---- the book's checks

// Measured pages of each book, right-hand and left-hand ones; and the same lying upside down.
struct Pool {
  std::vector<PageFacts> hand[2], reversed[2];
};

Result<std::vector<Pool>> pools_of(const std::vector<Shot>& shots) {
  std::vector<Pool> pools(std::size(books));
  for (const Shot& shot : shots) {
    if (shot.tight || shot.scan.pages.size() == 2) continue;
    const auto h = static_cast<std::size_t>(shot.number % 2);
    Pool& pool = pools[static_cast<std::size_t>(shot.book)];
    for (const bool reversed : {false, true}) {
      const auto found =
          pages_of(reversed ? quarter_turned(shot.scan.image, 2) : shot.scan.image, true);
      if (!found) return pass(found);
      if (found->size() == 1) (reversed ? pool.reversed : pool.hand)[h].push_back(found->front());
    }
  }
  return pools;
}

// A book of single pages, its leaves a little different in size.
std::vector<PageFacts> sequence_of(const Pool& pool, Random& random) {
  std::vector<PageFacts> out;
  for (std::size_t i = 0; i < sequence; ++i) {
    const std::vector<PageFacts>& from = pool.hand[i % 2];
    PageFacts f = from[static_cast<std::size_t>(random.below(static_cast<int>(from.size())))];
    for (std::uint64_t& word : f.measures.hash) word = random.next();  // no page comes twice
    f.crop = {0, 0, mm * (paper.width_mm + 0.4 * random.normal()),
              mm * (paper.height_mm + 0.4 * random.normal())};
    f.crop_sides = {0.9, 0.9, 0.9, 0.9};
    out.push_back(f);
  }
  return out;
}
void number(std::vector<PageFacts>& pages) {
  for (std::size_t i = 0; i < pages.size(); ++i)
    pages[i].id = {{fmt::format("{:04}.tif", i + 1), 0}, Side::single};
}

bool book_says(const std::vector<PageFacts>& pages, const std::string& check, std::size_t page) {
  const auto found = judge_book(pages, {});
  const auto it = found.find(pages[page].id);
  return it != found.end() && says(it->second, check);
}
bool book_says(const std::vector<PageFacts>& pages, const std::string& check) {
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (book_says(pages, check, i)) return true;
  return false;
}

void book_checks(const std::vector<Pool>& pools, int cases, Report& report) {
  Tally swapped, bitonal, size, reversed;
  for (int i = 0; i < cases; ++i) {
    Random random(47, static_cast<std::uint64_t>(i));
    const auto book = static_cast<std::size_t>(i) % pools.size();
    const Pool& pool = pools[book];
    if (pool.hand[0].empty() || pool.hand[1].empty()) continue;
    std::vector<PageFacts> good = sequence_of(pool, random);
    number(good);
    const bool shadow = books[book].pixels != ScanColours::bitonal;
    Tally& swaps = shadow ? swapped : bitonal;
    swaps.add_good(book_says(good, "swapped"));
    size.add_good(book_says(good, "odd-size"));
    reversed.add_good(book_says(good, "upside-down"));

    const auto at = static_cast<std::size_t>(random.below(static_cast<int>(sequence) - 1));
    std::vector<PageFacts> pages = good;
    std::swap(pages[at], pages[at + 1]);
    number(pages);
    swaps.add_case(book_says(pages, "swapped", at) && book_says(pages, "swapped", at + 1), shadow);

    pages = good;
    const double off = random.between(3, 20);
    const double by = random.chance(0.5) ? off : -off;
    (random.chance(0.5) ? pages[at].crop.x1 : pages[at].crop.y1) += by * mm;
    size.add_case(book_says(pages, "odd-size", at), off >= 6);

    const auto& lying = pool.reversed[at % 2];
    if (lying.empty()) continue;
    pages = good;
    pages[at].measures =
        lying[static_cast<std::size_t>(random.below(static_cast<int>(lying.size())))].measures;
    reversed.add_case(
        book_says(pages, "upside-down", at) || says(judge(pages[at].measures, {}), "upside-down"),
        true);
  }
  report.row("two scans swapped", "swapped", swapped);
  report.row("the same, bitonal", "swapped", bitonal);
  report.row("another size", "odd-size", size);
  report.row("upside down in a book", "upside-down", reversed);
}

// ---- the file's checks

void file_checks(int cases, Report& report) {
  Tally icc, resolution, low;
  for (int i = 0; i < cases; ++i) {
    Random random(53, static_cast<std::uint64_t>(i));
    constexpr double usual[] = {300, 400, 600};
    // Files in dots a centimetre round a little: 118 are 299.72 an inch.
    SourceFacts good;
    const double d = usual[random.below(3)];
    good.dpi = random.chance(0.3) ? Dpi{std::floor(d / 2.54) * 2.54, std::floor(d / 2.54) * 2.54}
                                  : Dpi{d, d};
    good.dpi_from_file = true;
    const int channels = random.chance(0.7) ? 3 : 1;
    if (channels == 3) good.icc_name = random.chance(0.5) ? "sRGB" : "eciRGB v2";
    const auto none = judge_source(good, channels, {});
    icc.add_good(says(none, "no-icc"));
    resolution.add_good(says(none, "no-dpi"));
    low.add_good(says(none, "low-dpi"));
    SourceFacts bad = good;
    bad.icc_name.clear();
    icc.add_case(says(judge_source(bad, 3, {}), "no-icc"), true);
    bad = good;
    bad.dpi_from_file = false;
    resolution.add_case(says(judge_source(bad, channels, {}), "no-dpi"), true);
    bad = good;
    const double less = random.between(72, 297);
    bad.dpi = random.chance(0.5) ? Dpi{less, less} : Dpi{less, d};
    low.add_case(says(judge_source(bad, channels, {}), "low-dpi"), true);
  }
  report.row("no colour profile", "no-icc", icc);
  report.row("no resolution", "no-dpi", resolution);
  report.row("resolution 72-297", "low-dpi", low);
}

int run(int argc, char** argv) {
  CLI::App app("How often the checks of scans, books and files are wrong");
  int cases = 240;
  fs::path json;
  std::string only;
  Report report;
  app.add_option("--cases", cases, "of each kind");
  app.add_option("--json", json);
  app.add_option("--write", report.folder, "folder for the scans that were judged wrongly");
  app.add_option("--only", only, "cut, book or file");
  CLI11_PARSE(app, argc, argv);
  cv::setNumThreads(1);
  if (!report.folder.empty()) fs::create_directories(report.folder);
  const auto wanted = [&](const char* part) { return only.empty() || only == part; };
  if (wanted("file")) file_checks(cases, report);
  if (wanted("cut") || wanted("book")) {
    std::vector<Shot> shots;
    for (int book = 0; book < static_cast<int>(std::size(books)); ++book) add_book(book, shots);
    if (wanted("book")) {
      const auto pools = pools_of(shots);
      if (!pools) return 1;
      book_checks(*pools, cases, report);
    }
    if (wanted("cut") && !cut_text(shots, cases, report)) return 1;
  }
  if (!json.empty()) std::ofstream(json) << report.out.dump(1) << "\n";
  return 0;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  return linka::run(argc, argv);
}
