// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples/book.h"

#include "base/files.h"
#include "model/roman.h"
#include "samples/scan_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace linka {
namespace {

using Json = nlohmann::ordered_json;

// One press of the scanner's button.
struct Shot {
  int first = 1;  // page; with Aim::both the next one too
  Aim aim = Aim::right;
  ScannerSetup setup;
  std::uint64_t stream = 1;  // of random numbers
};

LeafPlan plan_of(int page, int pages) {
  LeafPlan plan;
  plan.number = page;
  plan.chapter = page / 6;
  plan.footnote = page % 5 == 0;
  plan.kind = LeafKind::text;
  if (page == 1)
    plan.kind = LeafKind::title;
  else if (page == 2)
    plan.kind = LeafKind::blank;
  else if (page == pages && pages > 4)
    plan.kind = LeafKind::contents;
  else if (page % 6 == 3)
    plan.kind = LeafKind::chapter;
  else if (page % 12 == 8)
    plan.kind = LeafKind::plate;
  else if (page % 12 == 7)
    plan.kind = LeafKind::verse;
  return plan;
}

// The front matter: title, bare back, a preface that opens like a chapter.
LeafPlan front_plan(int page) {
  LeafPlan plan;
  plan.number = page;
  plan.label = roman_text(page, false);
  plan.kind = page == 1   ? LeafKind::title
              : page == 2 ? LeafKind::blank
              : page == 3 ? LeafKind::chapter
                          : LeafKind::text;
  return plan;
}

bool holds(const std::vector<int>& pages, int page) {
  return std::find(pages.begin(), pages.end(), page) != pages.end();
}

bool is_spread(int left_page, const BookOrder& order) {
  if (left_page % 2 == 1 || left_page + 1 > order.pages) return false;
  if (order.kind == BatchKind::spreads) return true;
  const bool last = left_page + 1 == order.pages;
  return order.kind == BatchKind::book && left_page >= 6 && left_page % 4 == 2 && !last;
}

ScannerSetup setup_of(const Shot& shot, const BookOrder& order) {
  Random random(order.seed, 3000 + static_cast<std::uint64_t>(shot.first));
  const int page = shot.first;
  const bool loose = page <= 2 && shot.aim != Aim::both;
  ScannerSetup s;
  s.dpi = order.dpi.value_or(
      shot.aim != Aim::both && (page % 12 == 9 || page == order.pages) ? 400 : 300);
  s.pixels = order.pixels.value_or(shot.aim == Aim::both             ? ScanColours::rgb
                                   : page == order.pages && page > 4 ? ScanColours::bitonal
                                   : page % 12 == 4                  ? ScanColours::grey
                                                                     : ScanColours::rgb);
  s.bed = shot.aim == Aim::both && page % 8 == 2 ? Bed::grey : Bed::dark;
  // Rounded so that the truth holds it exactly.
  s.skew_deg = std::round(random.between(-2.2, 2.2) * 100) / 100;
  s.border_mm = random.between(7, 13);
  s.facing_mm = loose || shot.aim == Aim::both ? 0 : random.between(5, 11);
  s.cover_mm = random.chance(0.35) ? random.between(2, 4) : 0;
  s.stack_mm = loose ? 0 : random.between(0.3, 2.2);
  s.curl_mm = random.between(0.8, 2.6);
  s.bend = random.between(0.003, 0.010);
  s.spine_shadow = random.between(0.3, 0.6);
  s.bleed = random.between(0.04, 0.12);
  s.age = Random(order.seed, 2).between(0.3, 0.8);  // one stock of paper for the whole book
  s.stains = random.unit();
  s.noise = s.bed == Bed::grey ? 2.6 : 1.8;
  return s;
}

std::vector<Shot> shots_of(const BookOrder& order) {
  std::vector<Shot> shots;
  for (int page = 1; page <= order.pages; ++page) {
    Shot shot;
    shot.first = page;
    shot.aim = is_spread(page, order) ? Aim::both : page % 2 == 0 ? Aim::left : Aim::right;
    shot.stream = static_cast<std::uint64_t>(page);
    shot.setup = setup_of(shot, order);
    const int last = shot.aim == Aim::both ? page + 1 : page;
    if (!holds(order.missing, page) && !holds(order.missing, last)) {
      shots.push_back(shot);
      if (holds(order.doubled, page) || holds(order.doubled, last)) {
        shot.stream += 500'000;
        shots.push_back(shot);
      }
    }
    page = last;
  }
  return shots;
}

// Leaves in the order of printing, kept while an opening near them may still need them.
class PrintedPages {
 public:
  PrintedPages(const BookOrder& order, const std::vector<Shot>& shots)
      : order_(order),
        plans_(plans_of(order)),
        press_(order.language, order.seed, order.paper, order.typeface, order.numbers,
               order.setting) {
    for (const Shot& shot : shots) {
      dpi_[shot.first] = shot.setup.dpi;
      if (shot.aim == Aim::both) dpi_[shot.first + 1] = shot.setup.dpi;
    }
  }
  const Leaf* page(int number) {
    if (number < 1 || number > order_.pages) return nullptr;
    for (; printed_ < number; ++printed_)
      leaves_[printed_ + 1] =
          press_.print(plans_[static_cast<std::size_t>(printed_)], dpi_of(printed_ + 1));
    return &leaves_.at(number);
  }
  std::string label(int number) const { return plans_[static_cast<std::size_t>(number) - 1].label; }
  std::string type(int number) const {
    return page_type_of(plans_[static_cast<std::size_t>(number) - 1].kind, number == 1);
  }
  void forget_before(int number) { leaves_.erase(leaves_.begin(), leaves_.lower_bound(number)); }

 private:
  // Pages that nobody scanned lie under those that somebody did, and need a resolution, too.
  double dpi_of(int page) const {
    const auto it = dpi_.find(page);
    return it != dpi_.end() ? it->second : order_.dpi.value_or(300);
  }

  BookOrder order_;
  std::vector<LeafPlan> plans_;
  Press press_;
  std::map<int, double> dpi_;
  std::map<int, Leaf> leaves_;
  int printed_ = 0;
};

double rounded(double v) {
  return std::round(v * 100) / 100;
}
Json json_of(Point p) {
  return Json::array({rounded(p.x), rounded(p.y)});
}
Json json_of(const Quad& quad) {
  Json out = Json::array();
  for (const Point& p : quad) out.push_back(json_of(p));
  return out;
}
Json json_of(const Box& b) {
  return Json::array({rounded(b.x0), rounded(b.y0), rounded(b.x1), rounded(b.y1)});
}

Json json_of(const LaidPage& page, double skew_deg, const std::string& label,
             const std::string& type) {
  Json words = Json::array(), pictures = Json::array();
  for (const PlacedWord& word : page.words)
    words.push_back({{"text", word.text}, {"box", json_of(word.box)}});
  for (const Quad& picture : page.pictures) pictures.push_back(json_of(picture));
  return {{"side", name_of(page.side)},
          {"number", page.leaf->number},
          {"label", label},
          {"is_blank", page.leaf->is_blank},
          {"type", type},
          {"opens", page.leaf->opens},
          {"lang", iso639_3(page.leaf->language)},
          {"skew_deg", skew_deg},
          {"leaf", json_of(page.quad)},
          {"text", page.leaf->text},
          {"words", std::move(words)},
          {"pictures", std::move(pictures)}};
}

Json json_of(const std::string& file, const Scanned& scanned, const ScannerSetup& setup,
             const std::vector<std::string>& labels, const std::vector<std::string>& types) {
  Json out = {{"file", file},
              {"width", scanned.image.width()},
              {"height", scanned.image.height()},
              {"dpi", setup.dpi},
              {"pixels", setup.pixels == ScanColours::rgb    ? "rgb"
                         : setup.pixels == ScanColours::grey ? "grey"
                                                             : "bitonal"},
              {"skew_deg", scanned.skew_deg}};
  out["fold"] = nullptr;
  if (scanned.fold)
    out["fold"] = Json::array({json_of(scanned.fold->first), json_of(scanned.fold->second)});
  out["pages"] = Json::array();
  for (std::size_t i = 0; i < scanned.pages.size(); ++i)
    out["pages"].push_back(json_of(scanned.pages[i], scanned.skew_deg, labels[i], types[i]));
  return out;
}

Opening opening_at(const Shot& shot, PrintedPages& pages) {
  const int left = shot.aim == Aim::right ? shot.first - 1 : shot.first;
  Opening o;
  pages.page(left + 2);  // prints all that is needed; pointers into the map stay good
  o.left = pages.page(left);
  o.right = pages.page(left + 1);
  o.left_back = pages.page(left - 1);
  o.right_back = pages.page(left + 2);
  if (shot.setup.facing_mm == 0 && shot.aim == Aim::right) o.left = o.left_back = nullptr;
  if (shot.setup.facing_mm == 0 && shot.aim == Aim::left) o.right = o.right_back = nullptr;
  return o;
}

}  // namespace

namespace {

std::vector<LeafPlan> issue_plans(const BookOrder& order) {
  constexpr int first_label = 65;
  std::vector<LeafPlan> plans;
  int articles = 0;
  for (int page = 1; page <= order.pages; ++page) {
    LeafPlan plan{LeafKind::text, page, articles, false, fmt::format("{}", first_label + page - 1)};
    if (page == 1) plan.kind = LeafKind::masthead;
    if (page > 2 && page % 3 == 0) plan.kind = LeafKind::article;
    if (page == order.pages && page > 3) plan.kind = LeafKind::advertisement;
    if (plan.kind == LeafKind::masthead || plan.kind == LeafKind::article)
      plan.chapter = articles++;
    plans.push_back(plan);
  }
  return plans;
}

// The pages of the book itself within its covers.
std::vector<LeafPlan> with_extras(BookOrder order) {
  constexpr int before = 2;
  constexpr LeafKind after[] = {LeafKind::map, LeafKind::index, LeafKind::advertisement,
                                LeafKind::cover};
  constexpr int behind = static_cast<int>(std::size(after));
  const int pages = order.pages;
  order.extras = false;
  order.pages = std::max(1, pages - before - behind);
  std::vector<LeafPlan> plans = plans_of(order);
  const int counted = std::atoi(plans.back().label.c_str());
  plans.insert(plans.begin(),
               {{LeafKind::cover, 1, 0, false, "-"}, {LeafKind::blank, 2, 0, false, "-"}});
  for (const LeafKind kind : after)
    plans.push_back(
        {kind, 0, 0, false, kind == LeafKind::index ? fmt::format("{}", counted + 1) : "-"});
  for (std::size_t i = 0; i < plans.size(); ++i) plans[i].number = static_cast<int>(i) + 1;
  return plans;
}

}  // namespace

std::vector<LeafPlan> plans_of(const BookOrder& order) {
  if (order.all) {
    std::vector<LeafPlan> plans;
    for (int page = 1; page <= order.pages; ++page)
      plans.push_back({*order.all, page, page, false, fmt::format("{}", page)});
    return plans;
  }
  if (order.issue) return issue_plans(order);
  if (order.extras && order.pages > 8) return with_extras(order);
  constexpr int between_plates = 24;
  std::vector<LeafPlan> plans;
  const int pages = order.front > 0 ? order.pages + 6 : order.pages;  // no title after the front
  int counted = 0;
  for (int page = 1; page <= order.pages; ++page) {
    if (page <= order.front) {
      plans.push_back(front_plan(page));
      continue;
    }
    const int place = page - order.front;
    if (order.loose_plates && place % between_plates == 15 && page + 1 < order.pages) {
      plans.push_back({LeafKind::plate, page, counted / 6, false, "-"});
      plans.push_back({LeafKind::blank, ++page, 0, false, "-"});
      continue;
    }
    LeafPlan plan = plan_of(order.front > 0 ? ++counted + 6 : ++counted, pages);
    if (order.loose_plates && plan.kind == LeafKind::plate) plan.kind = LeafKind::text;
    if (page == order.pages && order.pages > 4) plan.kind = LeafKind::contents;
    plan.number = page;
    plan.label = fmt::format("{}", counted);
    plans.push_back(plan);
  }
  return plans;
}

Result<int> make_book(const std::filesystem::path& folder, const BookOrder& order) {
  const std::vector<std::string> fonts = missing_fonts();
  if (!fonts.empty())
    return fail(ErrorKind::missing, "the font {} is not installed", fonts.front());
  if (const auto made = make_folders(folder); !made) return pass(made);

  const std::vector<Shot> shots = shots_of(order);
  PrintedPages pages(order, shots);
  Json scans = Json::array();
  int number = 0;
  for (const Shot& shot : shots) {
    const Opening opening = opening_at(shot, pages);
    const Scanned scanned =
        scan(opening, shot.aim, order.paper, shot.setup, order.seed, shot.stream);
    const std::string file = fmt::format("{:04}.tif", ++number);
    // A minute a scan from nine in the morning; never past midnight.
    const CaptureTags tags{
        "Linka", "BookScan A2", "linka-samples 1.0",
        fmt::format("2025:02:03 {:02}:{:02}:00", 9 + number / 60 % 15, number % 60)};
    if (const auto written = write_scan(folder / file, scanned.image, shot.setup.pixels, tags);
        !written)
      return pass(written);
    std::vector<std::string> labels{pages.label(shot.first)};
    if (shot.aim == Aim::both) labels.push_back(pages.label(shot.first + 1));
    std::vector<std::string> types;
    for (std::size_t i = 0; i < labels.size(); ++i)
      types.push_back(pages.type(shot.first + static_cast<int>(i)));
    scans.push_back(json_of(file, scanned, shot.setup, labels, types));
    pages.forget_before(shot.first - 2);  // the same page may come again
  }
  const BookWords& book = book_words(order.language);
  const Json truth = {
      {"title", book.title},      {"author", book.author},    {"lang", iso639_3(order.language)},
      {"seed", order.seed},       {"missing", order.missing}, {"doubled", order.doubled},
      {"scans", std::move(scans)}};
  if (const auto written = write_atomically(folder / "truth.json", truth.dump(1) + "\n"); !written)
    return pass(written);
  return number;
}

}  // namespace linka
