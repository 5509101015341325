// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/pagination/pagination.h"

#include "model/record.h"
#include "stages/pagination/numerals.h"
#include "stages/pagination/pagination_test_volume.h"
#include "stages/pagination/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace linka {
namespace {
using testing_volumes::Made;
using testing_volumes::Maker;
using testing_volumes::Order;
using testing_volumes::Place;
using testing_volumes::Truth;

// Two numberings of one book, at random but for the seed.
Order ordered(unsigned seed) {
  std::mt19937 random(seed);
  Order o;
  o.seed = seed;
  o.front = 2 * static_cast<int>(random() % 9);
  o.body = 80 + 2 * static_cast<int>(random() % 120);
  o.plates = static_cast<int>(random() % 8);
  o.chapter_every = 8 + static_cast<int>(random() % 20);
  o.place = static_cast<Place>(random() % 4);
  o.number_on_openings = random() % 2 == 0;
  o.year_in_head = random() % 3 == 0;
  o.signatures = random() % 2 == 0;
  o.misread = 0.01 + 0.04 * static_cast<double>(random() % 100) / 100;
  o.lost = 0.05 + 0.05 * static_cast<double>(random() % 100) / 100;
  o.sides = random() % 3 == 0;
  return o;
}

std::string bare(const std::string& label) {
  return label.starts_with('[') ? label.substr(1, label.size() - 2) : label;
}

struct Score {
  int carrying = 0, right = 0, right_of_all = 0, counted = 0, findings = 0;
};

Score score_of(const Made& made, const Pagination& p) {
  Score s;
  for (std::size_t i = 0; i < made.truth.size(); ++i) {
    const Truth& t = made.truth[i];
    if (t.carries) {
      ++s.carrying;
      s.right += p.pages[i].label == t.label;
    }
    if (t.label != "-") {
      ++s.counted;
      s.right_of_all += bare(p.pages[i].label) == t.label;
    }
  }
  for (const auto& [id, list] : p.findings) s.findings += static_cast<int>(list.size());
  return s;
}

std::string told(const Pagination& p) {
  std::string out;
  for (const auto& [id, list] : p.findings)
    for (const PageFinding& f : list) out += text_of(id) + " " + f.check + " " + f.detail + "; ";
  return out;
}

// LINKA_VOLUMES=200: more of them than a test has time for.
unsigned volumes(unsigned usual) {
  const char* wanted = std::getenv("LINKA_VOLUMES");
  return wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : usual;
}

TEST(Pagination, VolumesWithNothingMissingRaiseNoAlarm) {
  Score all;
  for (unsigned seed = 1; seed <= volumes(40); ++seed) {
    const Made made = Maker(ordered(seed)).volume();
    const Pagination p = paginate(made.pages, {});
    const Score s = score_of(made, p);
    EXPECT_EQ(s.findings, 0) << "seed " << seed << ": " << told(p);
    EXPECT_GE(s.right, 0.97 * s.carrying) << "seed " << seed << ": " << p.pattern;
    all.carrying += s.carrying;
    all.right += s.right;
    all.counted += s.counted;
    all.right_of_all += s.right_of_all;
  }
  fmt::print("labels right on {} of {} pages with a number, {} of {} counted ones\n", all.right,
             all.carrying, all.right_of_all, all.counted);
  EXPECT_GE(all.right, 0.99 * all.carrying);
  EXPECT_GE(all.right_of_all, 0.985 * all.counted);
}

// Five places of the book, far from each other and from the ends, where numbers are printed.
std::vector<int> places_for_faults(Maker& maker, const Order& o, std::mt19937& random) {
  std::vector<int> out;
  const int first = o.front + 8, last = static_cast<int>(maker.planned()) - 12;
  for (int tries = 0; tries < 10000 && out.size() < 5; ++tries) {
    const int place = first + static_cast<int>(random() % static_cast<unsigned>(last - first));
    const bool far = std::all_of(out.begin(), out.end(),
                                 [&](int other) { return std::abs(other - place) >= 8; });
    if (far && maker.truth_at(place).carries) out.push_back(place);
  }
  return out;
}

// Whether a finding names the page; "140-142" names three.
bool says(const Pagination& p, const std::string& check, const std::string& label) {
  const int number = std::atoi(label.c_str());
  for (const auto& [id, list] : p.findings)
    for (const PageFinding& f : list) {
      const int first = std::atoi(f.detail.c_str());
      const std::size_t dash = f.detail.substr(0, f.detail.find('|')).find('-');
      const int last = dash == std::string::npos ? first : std::atoi(f.detail.c_str() + dash + 1);
      if (f.check == check && number >= first && number <= last && last - first <= 3) return true;
    }
  return false;
}

TEST(Pagination, MissingAndDoubledPagesAreToldByNumber) {
  int faults = 0, found = 0, alarms = 0;
  for (unsigned seed = 1; seed <= volumes(20); ++seed) {
    Order o = ordered(seed);
    o.body = 280;
    Maker complete(o);
    std::mt19937 random(seed + 1000);
    const std::vector<int> places = places_for_faults(complete, o, random);
    ASSERT_EQ(places.size(), 5u);
    o.missing = {places[0], places[1], places[2]};
    o.doubled = {places[3], places[4]};
    const Made made = Maker(o).volume();
    const Pagination p = paginate(made.pages, {});
    int here = 0;
    for (int place : o.missing) here += says(p, "missing-pages", complete.truth_at(place).label);
    for (int place : o.doubled) here += says(p, "repeated-page", complete.truth_at(place).label);
    faults += 5;
    found += here;
    alarms += score_of(made, p).findings - here;
    if (here < 5 || score_of(made, p).findings > 5)
      fmt::print("seed {}: {} of 5: {}\n", seed, here, told(p));
  }
  fmt::print("{} of {} faults found, {} false alarms\n", found, faults, alarms);
  EXPECT_GE(found, 0.98 * faults);
  EXPECT_LE(alarms, 0.01 * faults);
}

// ---- a volume of pages with numbers only -------------------------------------------------------

NumberedPage page_with(const std::vector<std::string>& words, int place, double x = 0.5) {
  NumberedPage page;
  page.id = {{fmt::format("{:04}.tif", place + 1), 0}, Side::single};
  page.hints.version = hints_version;
  page.hints.words = 250;
  page.hints.lines = 30;
  page.hints.size = 10;
  page.hints.first_line = 0.1;
  for (const std::string& word : words)
    for (const NumberReading& r : readings_of(word))
      page.hints.numbers.push_back(
          {r.kind, r.value, 0.9 * r.weight, x, 0.05, r.capitals, r.bracketed, word});
  return page;
}

// "-" is a page without a number.
std::vector<NumberedPage> pages_with(const std::vector<std::string>& numbers) {
  std::vector<NumberedPage> pages;
  for (const std::string& n : numbers)
    pages.push_back(page_with(n == "-" ? std::vector<std::string>{} : std::vector{n},
                              static_cast<int>(pages.size())));
  return pages;
}

std::vector<std::string> counting(int from, int to) {
  std::vector<std::string> out;
  for (int n = from; n <= to; ++n) out.push_back(std::to_string(n));
  return out;
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string pattern(const std::vector<std::string>& numbers) {
  return paginate(pages_with(numbers), {}).pattern;
}

using Numbers = std::vector<std::string>;

TEST(Pagination, NothingIsNothing) {
  const Pagination p = paginate({}, {});
  EXPECT_TRUE(p.pages.empty());
  EXPECT_EQ(p.pattern, "");
  EXPECT_EQ(paginate(pages_with({"-"}), {}).pages.front().label, "[1]");
}

TEST(Pagination, PagesWithoutAnyNumberAreCountedInBrackets) {
  const Pagination p = paginate(pages_with(Numbers(20, "-")), {});
  EXPECT_EQ(p.pattern, "[1]-[20]");
  EXPECT_FALSE(p.pages[3].printed);
  EXPECT_TRUE(p.findings.empty());
}

TEST(Pagination, RomanFrontMatterThenArabic) {
  EXPECT_EQ(pattern(Numbers{"-", "-", "iii", "iv", "v", "vi", "vii", "viii"} + counting(1, 20)),
            "[i]-[ii], iii-viii, 1-20");
  EXPECT_EQ(pattern(Numbers{"-", "-", "III", "IV", "V", "VI"} + counting(1, 20)),
            "[I]-[II], III-VI, 1-20");
}

TEST(Pagination, SeveralWorksInOneVolumeStartAnew) {
  const Pagination p =
      paginate(pages_with(counting(1, 20) + counting(1, 16) + counting(1, 12)), {});
  EXPECT_EQ(p.pattern, "1-20, 1-16, 1-12");
  EXPECT_EQ(p.pages[20].sequence, 1);
  EXPECT_TRUE(p.findings.empty());
}

TEST(Pagination, APartOfAVolumeMayBeginAnywhere) {
  EXPECT_EQ(pattern(counting(345, 376)), "345-376");
}

TEST(Pagination, AMisreadNumberBreaksNothing) {
  Numbers numbers = counting(1, 30);
  numbers[11] = "72";
  numbers[20] = "Zl";
  numbers[25] = "-";
  const Pagination p = paginate(pages_with(numbers), {});
  EXPECT_EQ(p.pattern, "1-30");
  EXPECT_EQ(p.pages[11].read, "");
  EXPECT_EQ(p.pages[20].read, "Zl");
  EXPECT_TRUE(p.findings.empty()) << told(p);
}

TEST(Pagination, NumbersMisreadAlikeOnPageAfterPageAreNoGap) {
  Numbers numbers = counting(1, 60);
  for (int n = 30; n < 34; ++n)
    numbers[static_cast<std::size_t>(n) - 1] = fmt::format("8{}", n % 10);
  EXPECT_TRUE(paginate(pages_with(numbers), {}).findings.empty());
}

TEST(Pagination, PlatesBetweenThePagesDoNotCount) {
  Numbers numbers = counting(1, 10) + Numbers{"-", "-"} + counting(11, 20);
  std::vector<NumberedPage> pages = pages_with(numbers);
  pages[10].hints.words = 4;
  pages[10].hints.picture_share = 0.6;
  pages[11].is_blank = true;
  const Pagination p = paginate(pages, {});
  EXPECT_EQ(p.pattern, "1-10, [10a], [10b], 11-20");
  EXPECT_FALSE(p.pages[10].counted);
  EXPECT_EQ(p.pages[10].type, "illustration");
  EXPECT_TRUE(p.findings.empty());
}

TEST(Pagination, AGapIsToldWithItsNeighbours) {
  const Pagination p = paginate(pages_with(counting(1, 20) + counting(23, 40)), {});
  ASSERT_EQ(p.findings.size(), 1u);
  const PageFinding& f = p.findings.begin()->second.front();
  EXPECT_EQ(f.check, "missing-pages");
  EXPECT_EQ(f.urgency, Urgency::look);
  EXPECT_EQ(f.value, 2);
  EXPECT_EQ(f.detail, "21-22|0020.tif-single|0021.tif-single");
  EXPECT_THAT(in_words(f), testing::HasSubstr("2 of 21-22, between 0020.tif-single and 0021"));
}

TEST(Pagination, AGapWhoseScansAreParkedIsNone) {
  std::vector<NumberedPage> pages = pages_with(counting(1, 20) + counting(23, 40));
  pages[20].absent_before = 2;
  EXPECT_TRUE(paginate(pages, {}).findings.empty());
}

TEST(Pagination, SpreadsScannedTwiceAreTold) {
  const Pagination p =
      paginate(pages_with(counting(1, 20) + counting(19, 20) + counting(21, 40)), {});
  EXPECT_TRUE(says(p, "repeated-page", "19"));
  EXPECT_TRUE(says(p, "repeated-page", "20"));
  EXPECT_EQ(p.findings.size(), 2u) << told(p);
}

TEST(Pagination, SwappedPagesAreTold) {
  const Pagination two =
      paginate(pages_with(counting(1, 19) + Numbers{"21", "20"} + counting(22, 40)), {});
  EXPECT_EQ(two.findings.size(), 1u) << told(two);
  EXPECT_TRUE(says(two, "swapped-pages", "20"));
  const Pagination spreads = paginate(
      pages_with(counting(1, 19) + counting(22, 23) + counting(20, 21) + counting(24, 40)), {});
  EXPECT_TRUE(says(spreads, "swapped-pages", "20")) << told(spreads);
  EXPECT_FALSE(says(spreads, "missing-pages", "20")) << told(spreads);
}

TEST(Pagination, NumbersOnTheWrongSideAreTold) {
  std::vector<NumberedPage> pages = pages_with(counting(1, 60));
  for (std::size_t i = 0; i < pages.size(); ++i)
    pages[i].id.side = (i % 2 == 0) == (i < 40 || i >= 50) ? Side::right : Side::left;
  const Pagination p = paginate(pages, {});
  EXPECT_EQ(p.findings.size(), 1u) << told(p);
  EXPECT_TRUE(says(p, "parity-break", "41"));
}

TEST(Pagination, LeavesAreNumberedOnTheirFronts) {
  Numbers numbers;
  for (int leaf = 1; leaf <= 20; ++leaf) numbers = numbers + Numbers{std::to_string(leaf), "-"};
  const Pagination p = paginate(pages_with(numbers), {});
  EXPECT_EQ(p.pattern, "1r-20v");
  EXPECT_TRUE(p.findings.empty());
}

TEST(Pagination, ColumnsAreNumberedInPairs) {
  std::vector<NumberedPage> pages;
  for (int i = 0; i < 20; ++i) {
    NumberedPage page = page_with({}, i);
    const int left = 113 + 2 * i;
    page.hints.numbers = {{NumberKind::column, left, 0.9, 0.5, 0.05, false, false, "-"},
                          {NumberKind::arabic, left, 0.9, 0.1, 0.05, false, false, "-"},
                          {NumberKind::arabic, left + 1, 0.9, 0.9, 0.05, false, false, "-"}};
    pages.push_back(page);
  }
  const Pagination p = paginate(pages, {});
  EXPECT_EQ(p.pages[0].label, "113/114");
  EXPECT_EQ(p.pages[19].label, "151/152");
  EXPECT_TRUE(p.findings.empty());
}

TEST(Pagination, AYearInEveryHeadIsNoNumber) {
  std::vector<NumberedPage> pages;
  for (int i = 0; i < 30; ++i) pages.push_back(page_with({"1848", std::to_string(i + 1)}, i));
  EXPECT_EQ(paginate(pages, {}).pattern, "1-30");
}

TEST(Pagination, LabelsOfTheRecordAreHeldAgainstWhatIsPrinted) {
  const Pagination p = paginate(pages_with(counting(1, 20)), {});
  Numbers labels = counting(1, 20);
  EXPECT_TRUE(compare_labels(p, labels, {}).empty());
  labels[4] = "[5]";
  EXPECT_TRUE(compare_labels(p, labels, {}).empty());
  labels = counting(1, 10) + Numbers{"10a"} + counting(11, 19);
  const auto found = compare_labels(p, labels, {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.begin()->second.front().detail, "10a|11");
  EXPECT_EQ(found.begin()->second.front().value, 10);
  EXPECT_THAT(in_words(found.begin()->second.front()),
              testing::HasSubstr("calls the page 10a, but 11 is printed"));
}

TEST(Pagination, AnyNumbersGiveLabels) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<NumberedPage> pages;
    for (int i = 0; i < 80; ++i) {
      NumberedPage page = page_with({}, i);
      for (auto k = random() % 6; k > 0; --k)
        page.hints.numbers.push_back(
            {static_cast<NumberKind>(random() % 4),
             static_cast<int>(random() % (round % 2 == 0 ? 50 : 1u << 31)),
             round % 5 == 0 ? 1e300 : static_cast<double>(random() % 100) / 100 - 0.1, 0.5, 0.5,
             false, false, "?"});
      page.is_blank = random() % 4 == 0;
      page.hints.picture_share = static_cast<double>(random() % 100) / 100;
      page.absent_before = static_cast<int>(random() % 3);
      pages.push_back(page);
    }
    const Pagination p = paginate(pages, {});
    ASSERT_EQ(p.pages.size(), pages.size());
    for (const ProposedPage& page : p.pages) EXPECT_FALSE(page.label.empty());
    EXPECT_TRUE(labels_of_pattern(p.pattern));
  }
}

TEST(Pagination, ThePatternIsReadBack) {
  for (unsigned seed = 300; seed < 305; ++seed) {
    const Pagination p = paginate(Maker(ordered(seed)).volume().pages, {});
    std::vector<std::string> labels;
    for (const ProposedPage& page : p.pages) labels.push_back(page.label);
    const auto back = labels_of_pattern(p.pattern);
    ASSERT_TRUE(back) << p.pattern;
    EXPECT_EQ(*back, labels);
  }
}

TEST(Pagination, AVolumeOfFiveThousandPagesIsSoonDone) {
  const Pagination p = paginate(pages_with(counting(1, 5000)), {});
  EXPECT_EQ(p.pattern, "1-5000");
}

TEST(PaginationPattern, CountsWhatCounts) {
  EXPECT_EQ(pattern_of({"[1]", "[2]", "i", "ii", "1", "2", "3", "3a", "7r", "7v", "8r"}),
            "[1]-[2], i-ii, 1-3, 3a, 7r-8r");
  EXPECT_EQ(pattern_of({}), "");
}

// ---- readings ----------------------------------------------------------------------------------

TEST(PaginationNumerals, ReadWhatIsPrintedAndWhatWasMeant) {
  const auto first = [](const char* word) {
    const auto r = readings_of(word);
    return r.empty() ? std::string("-") : number_text(r[0].kind, r[0].value, r[0].capitals);
  };
  EXPECT_EQ(first("12"), "12");
  EXPECT_EQ(first("—12—"), "12");
  EXPECT_EQ(first("(12)"), "12");
  EXPECT_EQ(first("12."), "12");
  EXPECT_EQ(first("l2"), "12");
  EXPECT_EQ(first("1O8"), "108");
  EXPECT_EQ(first("S7"), "57");
  EXPECT_EQ(first("I$"), "15");
  EXPECT_EQ(first("xii"), "xii");
  EXPECT_EQ(first("xvü"), "xvii");
  EXPECT_EQ(first("Xiv"), "xiv");
  EXPECT_EQ(first("XIV."), "XIV");
  EXPECT_EQ(first("12v"), "12v");
  EXPECT_EQ(first("mlýn"), "-");
  EXPECT_EQ(first("12345"), "-");
  EXPECT_EQ(first(""), "-");
  EXPECT_EQ(first("—"), "-");
  EXPECT_TRUE(readings_of("[5]").front().bracketed);
  EXPECT_LT(readings_of("2*").front().weight, 0.3);
  EXPECT_LT(readings_of("1848").front().weight, 0.5);
}

TEST(PaginationWords, HeadingsNameTheirParts) {
  EXPECT_EQ(type_of_heading("OBSAH."), "tableOfContents");
  EXPECT_EQ(type_of_heading("O b s a h"), "tableOfContents");
  EXPECT_EQ(type_of_heading("Inhalts-Verzeichniß."), "tableOfContents");
  EXPECT_EQ(type_of_heading("Spis treści"), "tableOfContents");
  EXPECT_EQ(type_of_heading("Rejstřík jmenný"), "index");
  EXPECT_EQ(type_of_heading("Skorowidz"), "index");
  EXPECT_EQ(type_of_heading("Předmluva k druhému vydání"), "preface");
  EXPECT_EQ(type_of_heading("Vorrede"), "preface");
  EXPECT_EQ(type_of_heading("Vorredc"), "preface");
  EXPECT_EQ(type_of_heading("PRAEFATIO."), "preface");
  EXPECT_EQ(type_of_heading("Einleitung."), "introduction");
  EXPECT_EQ(type_of_heading("Druckfehler"), "errata");
  EXPECT_EQ(type_of_heading("Omyly tiskové"), "errata");
  EXPECT_EQ(type_of_heading("Literatura"), "bibliography");
  EXPECT_EQ(type_of_heading("Doslov"), "afterword");
  EXPECT_EQ(type_of_heading("Seznam vyobrazení"), "listOfIllustrations");
  EXPECT_EQ(type_of_heading("Kolo pod jezem"), "");
  EXPECT_EQ(type_of_heading("Obsahlý výklad"), "");
  EXPECT_EQ(type_of_heading(""), "");
}

TEST(PaginationWords, FoldedKnowsTheLettersOfOldBooks) {
  EXPECT_EQ(folded("Příliš ŽLUŤOUČKÝ kůň"), "prilis zlutoucky kun");
  EXPECT_EQ(folded("Buchſtaben — Größe"), "buchstaben grosse");
  EXPECT_EQ(folded("…"), "");
}

// ---- types and chapters ------------------------------------------------------------------------

TEST(PaginationTypes, PartsOfABookAreNamed) {
  Order o;
  o.seed = 5;
  o.body = 120;
  const Made made = Maker(o).volume();
  const Pagination p = paginate(made.pages, {});
  int wrong = 0;
  for (std::size_t i = 0; i < made.truth.size(); ++i) {
    const std::string want = made.truth[i].type.empty() ? "normalPage" : made.truth[i].type;
    wrong += p.pages[i].type != want;
    EXPECT_EQ(p.pages[i].type, want) << "page " << i;
  }
  EXPECT_EQ(wrong, 0);
}

// Its number was lost, and the head alone looks like the heading of a chapter.
TEST(PaginationLabels, ARunningHeadWithoutItsNumberOpensNoChapter) {
  std::vector<NumberedPage> pages = pages_with(counting(1, 20));
  for (NumberedPage& page : pages) {
    page.hints.words = 200;
    page.hints.first_line = 0.15;
    page.hints.running_head = "Johann Friedrich Weidner";
  }
  PageHints& h = pages[7].hints;
  h.numbers.clear();
  h.running_head.clear();
  h.headings = {{"Johann friedrich Weidncr", 11, 0.15}};
  EXPECT_EQ(paginate(pages, {}).pages[7].label, "8");
  h.headings = {{"Die lange Nacht", 15, 0.15}};
  EXPECT_EQ(paginate(pages, {}).pages[7].label, "[8]");
}

// Small Roman numbers are hard to read; the rest of the book says whether running text bears one.
TEST(PaginationLabels, RunningTextBearsANumberWhereItsBookPrintsThem) {
  std::vector<NumberedPage> pages = pages_with(
      std::vector<std::string>{"-", "-", "iii", "-", "-", "-", "-", "-", "-", "x", "-", "-"} +
      counting(1, 20));
  for (NumberedPage& page : pages) page.hints.running_head = "Die Mühle im Thale";
  for (const std::size_t title : {0u, 1u}) {
    pages[title].hints.words = 12;
    pages[title].hints.running_head.clear();
  }
  const Pagination p = paginate(pages, {});
  EXPECT_EQ(p.pages[0].label, "[i]");
  EXPECT_EQ(p.pages[4].label, "v");
  EXPECT_EQ(p.pages[11].label, "xii");
}

TEST(PaginationLabels, ChaptersOpenOverANumberAtTheFootButNotInTheHead) {
  for (const bool foot : {true, false}) {
    std::vector<NumberedPage> pages = pages_with(counting(1, 20));
    for (NumberedPage& page : pages) {
      page.hints.first_line = 0.1;
      for (NumberHint& number : page.hints.numbers) number.y = foot ? 0.95 : 0.05;
    }
    pages[7].hints.numbers.clear();
    pages[7].hints.first_line = 0.35;
    EXPECT_EQ(paginate(pages, {}).pages[7].label, foot ? "8" : "[8]");
  }
}

TEST(PaginationDivisions, TheNameOfAnIssueIsNoArticle) {
  std::vector<NumberedPage> pages = pages_with(counting(65, 72));
  pages[0].hints.headings = {{"Mlynářský věstník", 25, 0.1}, {"Kolo pod jezem", 13.5, 0.23}};
  pages[4].hints.headings = {{"Hadry a plátno", 13.5, 0.5}};
  const Pagination p = paginate(pages, {});
  ASSERT_EQ(p.divisions.size(), 2u);
  EXPECT_EQ(p.divisions[0].title, "Kolo pod jezem");
  EXPECT_EQ(p.divisions[0].last_page, 3u);
  EXPECT_EQ(p.divisions[1].title, "Hadry a plátno");
}

TEST(PaginationTypes, ACoverWithTheTitleIsNoTitlePage) {
  std::vector<NumberedPage> pages = pages_with({"-", "-", "-", "-", "3", "4", "5", "6", "7", "8"});
  for (NumberedPage& page : pages) {
    page.paper_level = 220;
    page.hints.words = 200;
    page.hints.size = 10;
  }
  for (const std::size_t i : {0u, 2u}) {
    pages[i].hints.words = 6;
    pages[i].hints.headings = {{"Měsíční mlýn", 26, 0.3}};
  }
  pages[0].paper_level = 120;
  const Pagination p = paginate(pages, {});
  EXPECT_EQ(p.pages[0].type, "frontCover");
  EXPECT_EQ(p.pages[2].type, "titlePage");
}

// "Index" is what Latin and some German books call their contents, also at the end.
TEST(PaginationTypes, AnIndexWhoseNumbersGrowIsTheContents) {
  const auto last_page = [](std::vector<EntryHint> entries) {
    std::vector<NumberedPage> pages = pages_with(counting(1, 30));
    pages.back().hints.types["index"] = 0.9;
    pages.back().hints.entries = std::move(entries);
    return paginate(pages, {}).pages.back().type;
  };
  const auto entry = [](const char* title, int value) {
    return EntryHint{title, NumberKind::arabic, value, 0.1};
  };
  EXPECT_EQ(last_page({entry("De loco", 3), entry("De charta", 9), entry("De nocte", 15)}),
            "tableOfContents");
  EXPECT_EQ(last_page({entry("aqua, 3,", 9), entry("charta, 4,", 11), entry("filum, 8,", 15)}),
            "index");
  EXPECT_EQ(last_page({entry("aqua", 19), entry("charta", 4), entry("filum", 25)}), "index");
}

TEST(PaginationDivisions, ChaptersComeFromTheContents) {
  Order o;
  o.seed = 9;
  o.body = 140;
  o.misread = 0.05;
  const Made made = Maker(o).volume();
  const Pagination p = paginate(made.pages, {});
  std::vector<std::string> titles;
  for (const ProposedDivision& d : p.divisions)
    if (d.from_contents) {
      titles.push_back(d.title);
      EXPECT_EQ(made.pages[d.first_page].hints.headings.empty(), false) << d.title;
      EXPECT_LE(d.first_page, d.last_page);
      EXPECT_GT(d.confidence, 0.7) << d.title;
    }
  EXPECT_EQ(titles, made.chapters);
}

TEST(PaginationDivisions, HeadingsSpeakWhereThereAreNoContents) {
  std::vector<NumberedPage> pages = pages_with(counting(1, 30));
  for (const std::size_t i : {0u, 10u, 20u})
    pages[i].hints.headings = {{fmt::format("Kapitola {}", i), 18, 0.2}};
  pages[15].hints.headings = {{"Oddíl", 13, 0.5}};
  const Pagination p = paginate(pages, {});
  ASSERT_EQ(p.divisions.size(), 4u);
  EXPECT_EQ(p.divisions[1].title, "Kapitola 10");
  EXPECT_EQ(p.divisions[1].last_page, 19u);
  EXPECT_EQ(p.divisions[1].level, 1);
  EXPECT_EQ(p.divisions[2].level, 2);
  EXPECT_EQ(p.divisions[2].last_page, 19u);
  EXPECT_EQ(p.divisions[3].label_of_first, "21");
}

TEST(PaginationHints, AnyPageGivesHints) {
  EXPECT_EQ(hints_of({}).version, hints_version);
  PageText odd;
  odd.width_px = 1;
  odd.height_px = 1;
  TextBlock block;
  block.kind = BlockKind::page_number;
  TextLine line;
  line.words.push_back({"\xff\xfe", {0, 0, 0, 0}, 0, "", 0, false, false, "", {}});
  line.words.push_back({"99999999999999999999", {0, 0, 0, 0}, 0, "", 0, false, false, "", {}});
  block.lines = {line, TextLine{}};
  odd.blocks = {block, TextBlock{}};
  EXPECT_TRUE(hints_of(odd).numbers.empty());
}

}  // namespace
}  // namespace linka
