// SPDX-License-Identifier: GPL-3.0-or-later
// Fitted numbers -> labels. A number that stands on the page is the label; one that was only
// counted is put in brackets, as cataloguers do. Whether an unread page bears a number is told by
// its like: where pages of running text have one, an unread page of running text has one, too, and
// the reader missed it; where chapters open without one, this one does.
#include "stages/pagination/numerals.h"
#include "stages/pagination/parts.h"
#include "stages/pagination/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace linka {
namespace {

constexpr int support_reach = 12;  // pages

enum class Look { text, opening, sparse, blank };

struct Usual {
  double first_line = 0;           // where text begins on pages with a number
  std::size_t first_read = 0;      // the first page with a number
  std::vector<std::string> heads;  // what stands above the text of several pages, folded
  bool at_foot = false;            // most numbers that were read stand below the text
};

bool begins_with_heading(const PageHints& h) {
  return !h.headings.empty() && h.headings.front().y <= h.first_line + 0.01;
}

// The running heads of the book. Without its number the reader takes one for a heading.
std::vector<std::string> heads_of(const std::vector<NumberedPage>& pages) {
  constexpr std::size_t most_heads = 20;
  std::map<std::string, int> count;
  for (const NumberedPage& page : pages) {
    const PageHints& h = page.hints;
    const std::string& head = !h.running_head.empty()  ? h.running_head
                              : begins_with_heading(h) ? h.headings.front().text
                                                       : std::string();
    if (!head.empty()) ++count[folded(head)];
  }
  std::vector<std::pair<int, std::string>> several;
  for (const auto& [head, n] : count)
    if (n >= 2) several.emplace_back(-n, head);
  std::sort(several.begin(), several.end());
  std::vector<std::string> out;
  for (auto& [n, head] : several)
    if (out.size() < most_heads) out.push_back(std::move(head));
  return out;
}

bool is_running_head(const std::string& heading, const Usual& usual) {
  constexpr std::size_t least = 5, misread = 2;  // letters
  const std::string plain = folded(heading);
  return plain.size() >= least &&
         std::any_of(usual.heads.begin(), usual.heads.end(), [&](const std::string& head) {
           return std::max(head.size(), plain.size()) <=
                      std::min(head.size(), plain.size()) + misread &&
                  edits(head, plain) <= misread;
         });
}

Look look_of(const NumberedPage& page, const Usual& usual) {
  const PageHints& h = page.hints;
  if (page.is_blank || h.words == 0) return Look::blank;
  if (h.picture_share > 0.4 || h.words < 30) return Look::sparse;
  // Chapters open low on the page and without a running head. A heading further down opens none.
  const bool low = usual.first_line > 0 && h.first_line > usual.first_line + 0.05;
  const bool at_top = begins_with_heading(h) && !is_running_head(h.headings.front().text, usual);
  return low || (at_top && h.running_head.empty()) ? Look::opening : Look::text;
}

bool numbers_at_foot(const Volume& volume) {
  int foot = 0, all = 0;
  for (std::size_t i = 0; i < volume.pages.size(); ++i)
    if (const int match = volume.fitted[i].match; match >= 0) {
      foot += volume.pages[i].hints.numbers[static_cast<std::size_t>(match)].y > 0.5;
      ++all;
    }
  return 2 * foot > all;
}

Usual usual_of(const Volume& volume) {
  std::vector<double> first;
  std::size_t first_read = volume.pages.size();
  for (std::size_t i = volume.pages.size(); i-- > 0;)
    if (volume.fitted[i].match >= 0) {
      first.push_back(volume.pages[i].hints.first_line);
      first_read = i;
    }
  std::vector<std::string> heads = heads_of(volume.pages);
  if (first.empty()) return {0, first_read, std::move(heads)};
  const bool at_foot = numbers_at_foot(volume);
  const auto middle = first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2);
  std::nth_element(first.begin(), middle, first.end());
  return {*middle, first_read, std::move(heads), at_foot};
}

// How many pages of each look there are, and on how many of them the number was read.
struct Habit {
  std::array<int, 4> pages{}, read{};
  bool prints_on(Look look) const {
    const auto i = static_cast<std::size_t>(look);
    if (look == Look::blank) return false;
    // No reader reads the right number where there is none; small ones are often not seen.
    if (look == Look::sparse) return pages[i] >= 3 && 2 * read[i] >= pages[i];
    if (read[i] >= 2 && 4 * read[i] >= pages[i]) return true;
    // Where even chapters open with a number, running text has one.
    const auto text = static_cast<std::size_t>(Look::text);
    const auto opening = static_cast<std::size_t>(Look::opening);
    const int either = read[text] + read[opening];
    return look == Look::text && either >= 2 && 4 * either >= pages[text];
  }
  bool has_any() const { return read[0] + read[1] + read[2] > 0; }
  void add(const Habit& other) {
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i] += other.pages[i];
      read[i] += other.read[i];
    }
  }
};

struct SequenceHabits {
  Habit habit, book;  // of the sequence, of all sequences together
  int capitals = 0, small = 0;
};

std::map<int, SequenceHabits> habits_of(const Volume& volume, const Usual& usual) {
  std::map<int, SequenceHabits> out;
  for (std::size_t i = 0; i < volume.pages.size(); ++i) {
    const Fitted& f = volume.fitted[i];
    if (f.sequence < 0 || !f.counted) continue;
    SequenceHabits& s = out[f.sequence];
    const auto look = static_cast<std::size_t>(look_of(volume.pages[i], usual));
    ++s.habit.pages[look];
    if (f.match < 0) continue;
    ++s.habit.read[look];
    const auto& hints = volume.pages[i].hints.numbers;
    ++(hints[static_cast<std::size_t>(f.match)].capitals ? s.capitals : s.small);
  }
  Habit book;
  for (const auto& [id, s] : out) book.add(s.habit);
  for (auto& [id, s] : out) s.book = book;
  return out;
}

// Whether the page, on which no number was read, is one of those that bear one.
bool bears_one_unread(const NumberedPage& page, bool after_first_read, const Usual& usual,
                      const SequenceHabits& habits) {
  const Look look = look_of(page, usual);
  // Titles and the like at the front bear no number yet; running text with its head does.
  if (!after_first_read && (look != Look::text || page.hints.running_head.empty())) return false;
  if (habits.habit.prints_on(look)) return true;
  // Chapters open without the number that stands in the head of other pages, seldom without one at
  // the foot; a few of them do not say that this book does.
  const auto opening = static_cast<std::size_t>(Look::opening);
  if (look == Look::opening && usual.at_foot && habits.book.prints_on(Look::text) &&
      (habits.book.pages[opening] < 4 || habits.book.read[opening] > 0))
    return true;
  // Numbers that are hard to read, as small Roman ones: the rest of the book says what it does.
  return look == Look::text && habits.habit.has_any() && habits.book.prints_on(look);
}

bool shows_some_number(const NumberedPage& page, const Fitted& f) {
  return std::any_of(
      page.hints.numbers.begin(), page.hints.numbers.end(), [&](const NumberHint& h) {
        return h.weight >= 0.5 && h.kind == f.kind && alike(f.kind, h.value, f.value);
      });
}

double confidence_of(const Volume& volume, std::size_t page) {
  const Fitted& f = volume.fitted[page];
  const bool read = f.match >= 0;
  const int before = f.jump != 0 ? 0 : support_before(volume, page);
  const int after = support_from(volume, page) - (read ? 1 : 0);
  if (read) return 1 - 0.4 * std::pow(0.35, std::min(6, before + after));
  if (before > 0 && after > 0) return 0.96;
  return 0.9 - 0.4 * std::pow(0.5, std::min(6, before + after));
}

std::string letters_of(int n) {
  std::string out;
  for (; n >= 0; n = n / 26 - 1) out.insert(out.begin(), static_cast<char>('a' + n % 26));
  return out;
}

void label_in_sequence(const Volume& volume, std::size_t i, const Usual& usual,
                       const SequenceHabits& habits, ProposedPage& out) {
  const Fitted& f = volume.fitted[i];
  const NumberedPage& page = volume.pages[i];
  out.label_confidence = confidence_of(volume, i);
  out.label = number_text(f.kind, f.value, habits.capitals > habits.small);
  out.printed = f.match >= 0;
  if (out.printed) {
    const NumberHint& hint = page.hints.numbers[static_cast<std::size_t>(f.match)];
    out.read = hint.read;
    if (hint.bracketed) out.label = "[" + out.label + "]";
    return;
  }
  if (f.kind == NumberKind::leaf) return;  // the back of a leaf bears none and is called 7v
  out.printed =
      shows_some_number(page, f) || bears_one_unread(page, i > usual.first_read, usual, habits);
  if (!out.printed) out.label = "[" + out.label + "]";
}

}  // namespace

int support_before(const Volume& volume, std::size_t page) {
  int n = 0;
  for (std::size_t k = 1; k <= support_reach && k <= page; ++k) {
    const Fitted& f = volume.fitted[page - k];
    if (f.sequence != volume.fitted[page].sequence && f.sequence >= 0) break;
    n += f.counted && f.match >= 0;
    if (f.jump != 0) break;
  }
  return n;
}

int support_from(const Volume& volume, std::size_t page) {
  int n = 0;
  for (std::size_t i = page; i < volume.pages.size() && i < page + support_reach; ++i) {
    const Fitted& f = volume.fitted[i];
    if (i > page && (f.jump != 0 || f.sequence != volume.fitted[page].sequence)) break;
    n += f.counted && f.match >= 0;
  }
  return n;
}

std::vector<ProposedPage> labelled(const Volume& volume) {
  const Usual usual = usual_of(volume);
  const std::map<int, SequenceHabits> habits = habits_of(volume, usual);
  std::vector<ProposedPage> out(volume.pages.size());
  int outside = 0, plates = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Fitted& f = volume.fitted[i];
    out[i].id = volume.pages[i].id;
    out[i].sequence = f.sequence;
    out[i].counted = f.counted && f.sequence >= 0;
    outside = f.sequence < 0 ? outside + 1 : 0;
    plates = f.sequence >= 0 && !f.counted ? plates + 1 : 0;
    if (f.sequence < 0) {
      out[i].label = fmt::format("[{}]", outside);
      out[i].label_confidence = 0.5;
    } else if (!f.counted) {
      out[i].label =
          fmt::format("[{}{}]", number_text(f.kind, f.value, false), letters_of(plates - 1));
      out[i].label_confidence = 0.8;
    } else {
      label_in_sequence(volume, i, usual, habits.at(f.sequence), out[i]);
    }
  }
  return out;
}

}  // namespace linka
