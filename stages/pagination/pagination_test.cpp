// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/pagination/pagination.h"

#include "stages/pagination/numerals.h"
#include "stages/pagination/pagination_test_volume.h"
#include "stages/pagination/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Pagination, VolumesWithNothingMissingRaiseNoAlarm) {
  Score all;
  for (unsigned seed = 1; seed <= 200; ++seed) {
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
  RecordProperty("labels_right", all.right);
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
  for (unsigned seed = 1; seed <= 100; ++seed) {
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

}  // namespace
}  // namespace linka
