// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with the numbers: said only where several pages on both sides agree about it. A
// jump of the numbers is a gap when the numbers between are on no page of the sequence; when they
// are, somewhere else, the order is wrong.
#include "stages/pagination/numerals.h"
#include "stages/pagination/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace linka {
namespace {

constexpr double surely_read = 0.5;  // weight of a hint
constexpr int near_pages = 8;        // two pages that changed places are not further apart

using Findings = std::map<PageId, std::vector<PageFinding>>;

// The share of doubt that each page which agrees leaves.
double sure(int pages) {
  return 1 - std::pow(0.44, pages);
}

std::string joined(const std::set<int>& values, NumberKind kind) {
  std::string out;
  for (auto it = values.begin(); it != values.end();) {
    auto last = it;
    for (auto next = std::next(it); next != values.end() && *next == *last + step_of(kind); ++next)
      last = next;
    if (!out.empty()) out += ", ";
    out += number_text(kind, *it, false);
    if (last != it) out += "-" + number_text(kind, *last, false);
    it = std::next(last);
  }
  return out;
}

class Finder {
 public:
  explicit Finder(const Volume& volume) : volume_(volume) {
    for (std::size_t i = 0; i < volume_.fitted.size(); ++i)
      if (is_counted(i)) by_value_[{at(i).sequence, at(i).value}].push_back(i);
  }

  Findings found() {
    find_exchanged();
    for (std::size_t i = 1; i < volume_.fitted.size(); ++i) {
      if (!is_counted(i)) continue;
      if (at(i).jump > 0) look_into_gap(i);
      if (at(i).jump < 0) look_into_return(i);
      find_repeated(i);
    }
    find_wrong_sides();
    return std::move(found_);
  }

 private:
  const Fitted& at(std::size_t i) const { return volume_.fitted[i]; }
  const NumberedPage& page(std::size_t i) const { return volume_.pages[i]; }
  bool is_counted(std::size_t i) const { return at(i).sequence >= 0 && at(i).counted; }

  void say(std::size_t i, const char* check, double value, std::string detail) {
    auto& list = found_[page(i).id];
    const bool said = std::any_of(list.begin(), list.end(),
                                  [&](const PageFinding& f) { return f.check == check; });
    if (!said) list.push_back({check, Urgency::look, value, 0, 2, std::move(detail)});
  }

  // The counted page before, of the same sequence.
  std::size_t before(std::size_t i) const {
    for (std::size_t k = i; k-- > 0;)
      if (is_counted(k)) return k;
    return i;
  }

  bool is_sure(std::size_t before_gap, std::size_t after_gap) const {
    const int left = (at(before_gap).match >= 0 ? 1 : 0) +
                     (at(before_gap).jump == 0 ? support_before(volume_, before_gap) : 0);
    const int right = support_from(volume_, after_gap);
    return sure(std::min(left, right)) >= volume_.params.least_confidence;
  }

  // A page that shows the number and counts as none. (One that counts as another was misread.)
  std::size_t stray_with(NumberKind kind, int value) const {
    for (std::size_t i = 0; i < volume_.pages.size(); ++i) {
      if (!is_counted(i) && shows(i, kind, value)) return i;
    }
    return volume_.pages.size();
  }
  bool shows(std::size_t i, NumberKind kind, int value) const {
    const auto& hints = page(i).hints.numbers;
    return std::any_of(hints.begin(), hints.end(), [&](const NumberHint& h) {
      return speaks_for(h, kind, value) >= surely_read;
    });
  }

  void look_into_gap(std::size_t i) {
    const std::size_t last = before(i);
    const Fitted &from = at(last), &to = at(i);
    const int step = step_of(to.kind);
    std::set<int> missing;
    for (int v = from.value + step; v < to.value; v += step)
      if (!by_value_.contains({to.sequence, v})) missing.insert(v);
    if (to.jump <= page(i).absent_before || missing.empty() || !is_sure(last, i)) return;
    for (const int v : std::vector<int>(missing.begin(), missing.end())) {
      const std::size_t stray = stray_with(to.kind, v);
      if (stray >= volume_.pages.size()) continue;
      missing.erase(v);
      say(stray, "swapped-pages", 1,
          fmt::format("{}|{}", number_text(to.kind, v, false), label_before(stray)));
    }
    if (missing.empty()) return;
    // Pages beside the gap whose number was not read may be any of those that are not there.
    const auto count = static_cast<double>(missing.size());
    const std::size_t left = read_before(last), right = read_from(i);
    for (int v = at(left).value + step; v < at(right).value; v += step) missing.insert(v);
    say(i, "missing-pages", count,
        fmt::format("{}|{}|{}", joined(missing, to.kind), text_of(page(left).id),
                    text_of(page(right).id)));
  }

  // The nearest page on the same line, backwards or forwards, whose number was read.
  std::size_t read_before(std::size_t i) const {
    for (std::size_t k = i + 1; k-- > 0 && k + near_pages > i;)
      if (is_counted(k) && at(k).offset == at(i).offset && at(k).match >= 0) return k;
    return i;
  }
  std::size_t read_from(std::size_t i) const {
    for (std::size_t k = i; k < volume_.pages.size() && k < i + near_pages; ++k)
      if (is_counted(k) && at(k).offset == at(i).offset && at(k).match >= 0) return k;
    return i;
  }

  std::string label_before(std::size_t i) const {
    const std::size_t last = before(i);
    return last == i ? std::string("-") : number_text(at(last).kind, at(last).value, false);
  }

  // Back to numbers that were passed over: the order is wrong.
  void look_into_return(std::size_t i) {
    const auto same = by_value_.find({at(i).sequence, at(i).value});
    if (same == by_value_.end() || same->second.front() != i || at(i).match < 0) return;
    const std::size_t last = before(i);
    if (support_from(volume_, i) < 2) return;
    say(i, "swapped-pages", 1,
        fmt::format("{}|{}", number_text(at(i).kind, at(i).value, false),
                    number_text(at(last).kind, at(last).value, false)));
  }

  void find_repeated(std::size_t i) {
    const auto& same = by_value_.at({at(i).sequence, at(i).value});
    if (same.front() == i) return;
    const std::size_t first = same.front();
    const bool alike = same_text(page(i).hints, page(first).hints);
    const bool both_read = at(i).match >= 0 && at(first).match >= 0;
    const int around = std::min(1 + support_before(volume_, first), support_from(volume_, i));
    if (!alike && (!both_read || around < 2)) return;
    say(i, "repeated-page", 1,
        fmt::format("{}|{}", number_text(at(i).kind, at(i).value, false), text_of(page(first).id)));
  }

  // Two pages each of which shows the other's number.
  void find_exchanged() {
    for (std::size_t i = 0; i < volume_.fitted.size(); ++i) {
      if (!is_counted(i) || at(i).match >= 0) continue;
      for (std::size_t j = i + 1; j < volume_.fitted.size() && j <= i + near_pages; ++j) {
        if (!is_counted(j) || at(j).match >= 0 || at(j).sequence != at(i).sequence) continue;
        if (!shows(i, at(j).kind, at(j).value) || !shows(j, at(i).kind, at(i).value)) continue;
        say(j, "swapped-pages", 1,
            fmt::format("{}|{}", number_text(at(i).kind, at(i).value, false),
                        number_text(at(j).kind, at(j).value, false)));
      }
    }
  }

  // +1: odd numbers on right-hand pages here, -1: on left-hand ones, 0: cannot be told.
  int side_of(std::size_t i) const {
    const Fitted& f = at(i);
    if (f.match < 0 || (f.kind != NumberKind::arabic && f.kind != NumberKind::roman)) return 0;
    const bool odd = f.value % 2 == 1;
    if (page(i).id.side == Side::single) return 0;
    return (page(i).id.side == Side::right) == odd ? 1 : -1;
  }

  void find_wrong_sides() {
    constexpr int least_pages = 8, least_run = 2;
    constexpr double majority = 0.8;
    int right = 0, wrong = 0;
    std::vector<std::size_t> told;
    for (std::size_t i = 0; i < volume_.fitted.size(); ++i) {
      const int side = is_counted(i) ? side_of(i) : 0;
      if (side != 0) told.push_back(i);
      (side > 0 ? right : wrong) += side != 0;
    }
    const int all = right + wrong;
    if (all < least_pages || std::max(right, wrong) < majority * all) return;
    const int usual = right > wrong ? 1 : -1;
    for (std::size_t k = 0; k < told.size();) {
      std::size_t end = k;
      while (end < told.size() && side_of(told[end]) != usual) ++end;
      if (end >= k + least_run)
        say(told[k], "parity-break", static_cast<double>(end - k),
            number_text(at(told[k]).kind, at(told[k]).value, false));
      k = std::max(end, k + 1);
    }
  }

  const Volume& volume_;
  std::map<std::pair<int, int>, std::vector<std::size_t>> by_value_;  // sequence, value -> pages
  Findings found_;
};

}  // namespace

Findings number_findings(const Volume& volume) {
  return Finder(volume).found();
}

}  // namespace linka
