// SPDX-License-Identifier: GPL-3.0-or-later
// Page numbers grow by one a page, so the number read on a page less its place in the volume is the
// same along a whole stretch: its offset. A page taken for number v says "offset v - place"; pages
// that agree lie on one line, misread numbers each on one of their own. The likeliest path from
// page to page over these lines is found by dynamic programming (Viterbi 1967): staying on a line
// is free, changing to another (pages missing, taken twice), starting a new sequence, or passing
// pages that do not count all cost, a number that is where it should be pays, one that is not costs
// a little. So a single wrong number never moves the path, and two right ones after a gap do.
//
// Costs are in units of surprise, about the natural logarithm of odds; they were set by reasoning
// about one case each and are not fitted to a set.
#include "stages/pagination/path.h"

#include "stages/pagination/numerals.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace linka {
namespace {

constexpr double pay_match = 4;
constexpr double cost_other_number = 2;   // a number stands there, and another one
constexpr double cost_like_number = 0.7;  // it may be this one misread
constexpr double cost_unread_text = 0.4, cost_unread = 0.15;
constexpr double cost_outside = 0.25;                              // a page of no sequence
constexpr double cost_number_outside = 1.5;                        // with a number on it
constexpr double cost_leave = 3;                                   // to end a sequence
constexpr double cost_not_counted = 1.5;                           // the first page of a plate
constexpr double cost_next_not_counted = 0.5, cost_next_text = 2;  // its back, further plates
constexpr double cost_number_not_counted = 4;
constexpr double cost_absent = 0.3, cost_jump = 6, cost_same_text = 1.5;
constexpr double impossible = -1e12;
constexpr int longest_plates = 48;
constexpr int longest_jump = 2000;
constexpr int reach = 60;           // pages beyond a line's last number where it may go on
constexpr double least_line = 0.3;  // weight of all its numbers

bool is_text_page(const NumberedPage& page) {
  return !page.is_blank && page.hints.words >= 60 && page.hints.picture_share < 0.4;
}

double strongest(const NumberedPage& page) {
  double w = 0;
  for (const NumberHint& hint : page.hints.numbers) w = std::max(w, hint.weight);
  return w;
}

// Lines: all numbers of one kind with one offset.
struct Line {
  NumberKind kind = NumberKind::arabic;
  long offset = 0;
  int first = 0, last = 0;  // pages with a number on it
  double weight = 0;
};

int value_on(const Line& line, int page) {
  return static_cast<int>(line.offset + static_cast<long>(step_of(line.kind)) * page);
}

void add_to_lines(std::map<std::pair<int, long>, Line>& lines, NumberKind kind, int value, int page,
                  double weight) {
  const long offset = value - static_cast<long>(step_of(kind)) * page;
  const auto [it, fresh] =
      lines.try_emplace({static_cast<int>(kind), offset}, Line{kind, offset, page, page, 0});
  it->second.last = page;
  it->second.weight += weight;
}

std::vector<Line> lines_of(const std::vector<NumberedPage>& pages) {
  std::map<std::pair<int, long>, Line> all;
  for (std::size_t i = 0; i < pages.size(); ++i)
    for (const NumberHint& hint : pages[i].hints.numbers) {
      if (hint.weight <= 0) continue;
      const int page = static_cast<int>(i);
      add_to_lines(all, hint.kind, hint.value, page, hint.weight);
      if (hint.kind == NumberKind::arabic)
        add_to_lines(all, NumberKind::leaf, 2 * hint.value, page, hint.weight);
    }
  std::vector<Line> lines;
  for (auto& [key, line] : all) {
    if (line.weight < least_line) continue;
    // A number a leaf is a claim that one number does not make.
    if (line.kind == NumberKind::leaf && line.last - line.first < 4) continue;
    lines.push_back(line);
  }
  return lines;
}

// Pictures and the bare backs of their leaves.
std::vector<bool> plates_of(const std::vector<NumberedPage>& pages) {
  std::vector<bool> plates(pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (!is_picture(pages[i])) continue;
    plates[i] = true;
    if (i + 1 < pages.size() && pages[i + 1].is_blank)
      plates[i + 1] = true;
    else if (i > 0 && pages[i - 1].is_blank)
      plates[i - 1] = true;
  }
  return plates;
}

double not_counted(const NumberedPage& page, bool first, bool plate, const Customs& customs) {
  const double number = cost_number_not_counted * strongest(page);
  if (!first) return -(is_text_page(page) ? cost_next_text : cost_next_not_counted) - number;
  return -(plate                ? customs.first_plate
           : is_text_page(page) ? cost_not_counted_text
                                : cost_not_counted) -
         number;
}

double emission(const NumberedPage& page, const Line& line, int value, double counted_plate) {
  double match = 0, other = 0;
  bool like = false;
  for (const NumberHint& hint : page.hints.numbers) {
    match = std::max(match, speaks_for(hint, line.kind, value));
    if (hint.weight > other) {
      other = hint.weight;
      like = hint.kind == line.kind && alike(line.kind, hint.value, value);
    }
  }
  if (match > 0) return pay_match * match;
  // The back of a numbered leaf has no number.
  if (line.kind == NumberKind::leaf && value % 2 == 1) return -cost_other_number * other;
  if (other > 0.05) return -(like ? cost_like_number : cost_other_number) * other;
  if (counted_plate > 0) return -cost_unread - counted_plate;
  return is_text_page(page) ? -cost_unread_text : -cost_unread;
}

double kind_cost(NumberKind kind) {
  return kind == NumberKind::leaf ? 4 : kind == NumberKind::column ? 2 : 0;
}
// To begin counting at `value`, at the front of the volume or after unnumbered pages there.
double begin_cost(const Line& line, int value) {
  return std::min(6.0, 1 + 0.8 * std::log(std::max(1, value))) + kind_cost(line.kind);
}
// The same after another sequence.
double restart_cost(const Line& line, int value, bool same_kind) {
  return std::min(12.0, (same_kind ? 5 : 3) + 1.6 * std::log(std::max(1, value))) +
         kind_cost(line.kind);
}

enum class Move { none, begin, stay, jump, plates, restart };

struct Cell {
  double score = impossible;
  Move move = Move::none;
  int from = -1;    // line, or one of the two below
  int skipped = 0;  // Move::plates: how many pages do not count
};
constexpr int before_all = -2, after_some = -3;

struct Ranked {
  double score;
  int line;
};

// Over pages that do not count.
struct Passage {
  int skipped;  // how many
  double cost;
  double best;  // score of a line that comes this way
  bool plates;  // none of them has a page's text
};

class Fitting {
 public:
  Fitting(const std::vector<NumberedPage>& pages, const Customs& customs)
      : pages_(pages),
        customs_(customs),
        plates_(plates_of(pages)),
        n_(static_cast<int>(pages.size())),
        lines_(lines_of(pages)) {
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      lines_[l].first = std::max(0, lines_[l].first - reach);
      lines_[l].last = std::min(n_ - 1, lines_[l].last + reach);
    }
    cells_.resize(lines_.size());
    begin_at_.resize(pages.size());
    ranked_.resize(pages.size());
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      cells_[l].resize(static_cast<std::size_t>(lines_[l].last - lines_[l].first + 1));
      begin_at_[static_cast<std::size_t>(lines_[l].first)].push_back(static_cast<int>(l));
    }
    outside_before_.resize(pages.size());
    outside_after_.resize(pages.size());
  }

  std::vector<Fitted> path() {
    for (int page = 0; page < n_; ++page) advance(page);
    return traced();
  }

 private:
  bool active(int line, int page) const {
    const Line& l = lines_[static_cast<std::size_t>(line)];
    return page >= l.first && page <= l.last;
  }
  Cell& cell(int line, int page) {
    const auto l = static_cast<std::size_t>(line);
    return cells_[l][static_cast<std::size_t>(page - lines_[l].first)];
  }
  double score(int line, int page) {
    return active(line, page) ? cell(line, page).score : impossible;
  }
  const NumberedPage& page_at(int page) const { return pages_[static_cast<std::size_t>(page)]; }

  bool is_plate(int page) const { return plates_[static_cast<std::size_t>(page)]; }

  void advance(int page) {
    const auto i = static_cast<std::size_t>(page);
    std::erase_if(active_, [&](int l) { return !active(l, page); });
    active_.insert(active_.end(), begin_at_[i].begin(), begin_at_[i].end());
    const int best = i > 0 && !ranked_[i - 1].empty() ? ranked_[i - 1].front().line : -1;
    step_outside(page, best);
    find_passages(page);
    for (int l : active_)
      if (value_on(lines_[static_cast<std::size_t>(l)], page) >= 1) step(l, page, best);
    rank(page);
  }

  void rank(int page) {
    const auto i = static_cast<std::size_t>(page);
    for (int l : active_)
      if (score(l, page) > impossible) ranked_[i].push_back({score(l, page), l});
    std::sort(ranked_[i].begin(), ranked_[i].end(), [](const Ranked& a, const Ranked& b) {
      return a.score != b.score ? a.score > b.score : a.line < b.line;
    });
    if (i > longest_plates) ranked_[i - longest_plates - 1] = {};  // nobody looks back so far
  }

  void step_outside(int page, int best) {
    const auto i = static_cast<std::size_t>(page);
    const double cost = cost_outside + cost_number_outside * strongest(pages_[i]);
    outside_before_[i].score = (i == 0 ? 0 : outside_before_[i - 1].score) - cost;
    outside_before_[i].from = before_all;
    if (i == 0) return;
    Cell& after = outside_after_[i];
    after = {outside_after_[i - 1].score - cost, Move::stay, after_some, 0};
    if (best >= 0) take(after, {score(best, page - 1) - cost_leave - cost, Move::jump, best, 0});
  }

  static void take(Cell& cell, const Cell& other) {
    if (other.score > cell.score) cell = other;
  }

  // Of two that are as good the one of the lower line, whatever their rank.
  static void take_ranked(Cell& cell, const Cell& other, bool is_of_these) {
    if (is_of_these && other.score == cell.score && other.from < cell.from)
      cell = other;
    else
      take(cell, other);
  }

  void step(int line, int page, int best) {
    const Line& l = lines_[static_cast<std::size_t>(line)];
    const int value = value_on(l, page);
    Cell& out = cell(line, page);
    if (page == 0) {
      take(out, {-begin_cost(l, value), Move::begin, before_all, 0});
    } else {
      take(out, {score(line, page - 1), Move::stay, line, 0});
      const auto i = static_cast<std::size_t>(page) - 1;
      take(out, {outside_before_[i].score - begin_cost(l, value), Move::begin, before_all, 0});
      take(out,
           {outside_after_[i].score - restart_cost(l, value, true), Move::restart, after_some, 0});
      if (best >= 0) {
        const bool same = lines_[static_cast<std::size_t>(best)].kind == l.kind;
        take(out, {score(best, page - 1) - restart_cost(l, value, same), Move::restart, best, 0});
      }
      for (const Ranked& other : ranked_[i]) {
        if (other.score - cost_absent < out.score) break;  // nor does a worse one get there
        if (other.line == line || lines_[static_cast<std::size_t>(other.line)].kind != l.kind)
          continue;
        take_ranked(out,
                    {other.score - jump_cost(other.line, line, page), Move::jump, other.line, 0},
                    out.move == Move::jump);
      }
      pass_plates(line, page, out);
    }
    if (out.score > impossible / 2)
      out.score += emission(page_at(page), l, value, is_plate(page) ? customs_.counted_plate : 0);
  }

  double jump_cost(int from, int to, int page) const {
    const Line &a = lines_[static_cast<std::size_t>(from)],
               &b = lines_[static_cast<std::size_t>(to)];
    const long pages = (b.offset - a.offset) / step_of(a.kind);
    if ((b.offset - a.offset) % step_of(a.kind) != 0 || std::abs(pages) > longest_jump) return 1e9;
    const double far = std::log(static_cast<double>(std::abs(pages)));
    if (pages > 0 && pages <= page_at(page).absent_before) return cost_absent;
    if (pages > 0) return cost_jump + far;
    const long twin = page + pages;
    if (twin >= 0 && same_text(page_at(page).hints, page_at(static_cast<int>(twin)).hints))
      return cost_same_text;
    return cost_jump + 1.5 * far;
  }

  // The ways to a page over pages that do not count, the same for all lines.
  void find_passages(int page) {
    passages_.clear();
    double cost = 0;
    bool plates = true;  // so far
    for (int skipped = 1; skipped <= longest_plates && skipped < page; ++skipped) {
      const int at = page - skipped;
      const double next = not_counted(page_at(at), false, is_plate(at), customs_);
      cost += next;
      plates = plates && !is_text_page(page_at(at));
      const auto& ranked = ranked_[static_cast<std::size_t>(at - 1)];
      if (ranked.empty()) continue;
      const double first = cost - next + not_counted(page_at(at), true, is_plate(at), customs_);
      passages_.push_back({skipped, first, ranked.front().score + first, plates});
    }
  }

  // From another line of the kind over pages that do not count.
  void pass_plates(int line, int page, Cell& out) {
    const Line& l = lines_[static_cast<std::size_t>(line)];
    for (const Passage& passage : passages_) {
      if (passage.best <= out.score) continue;  // nor does a gap make it better
      const int before = page - passage.skipped - 1;
      const long kept = l.offset + static_cast<long>(passage.skipped) * step_of(l.kind);
      if (const int from = line_at(l.kind, kept); from >= 0)
        take(out, {score(from, before) + passage.cost, Move::plates, from, passage.skipped});
      // Pages may be missing beside a plate, too.
      if (passage.plates) pass_plates_and_gap(l, before, passage.skipped, passage.cost, out);
    }
  }

  void pass_plates_and_gap(const Line& l, int before, int skipped, double cost, Cell& out) {
    const long kept = l.offset + static_cast<long>(skipped) * step_of(l.kind);
    bool is_of_these = false;
    for (const Ranked& from : ranked_[static_cast<std::size_t>(before)]) {
      if (from.score + cost - cost_jump < out.score) break;  // nor does a worse one get there
      const Line& other = lines_[static_cast<std::size_t>(from.line)];
      const long pages = (kept - other.offset) / step_of(l.kind);
      if (other.kind != l.kind || pages <= 0 || pages > longest_jump ||
          (kept - other.offset) % step_of(l.kind) != 0)
        continue;
      const double gap = cost_jump + std::log(static_cast<double>(pages));
      const Cell passed{from.score + cost - gap, Move::plates, from.line, skipped};
      const bool better = passed.score > out.score;
      take_ranked(out, passed, is_of_these);
      is_of_these = is_of_these || better;
    }
  }

  int line_at(NumberKind kind, long offset) const {
    const auto it = std::lower_bound(lines_.begin(), lines_.end(), std::pair{kind, offset},
                                     [](const Line& l, const std::pair<NumberKind, long>& key) {
                                       return std::pair{l.kind, l.offset} < key;
                                     });
    return it != lines_.end() && it->kind == kind && it->offset == offset
               ? static_cast<int>(it - lines_.begin())
               : -1;
  }

  std::vector<Fitted> traced() {
    std::vector<Fitted> out(pages_.size());
    if (n_ == 0) return out;
    int at = before_all;
    double best = outside_before_.back().score;
    if (outside_after_.back().score > best) best = outside_after_.back().score, at = after_some;
    for (int l = 0; l < static_cast<int>(lines_.size()); ++l)
      if (score(l, n_ - 1) > best) best = score(l, n_ - 1), at = l;
    std::vector<int> begins(pages_.size());
    for (int page = n_ - 1; page >= 0;) at = back(at, page, out, begins);
    // Sequences are counted from the front.
    int sequence = -1;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (begins[i] != 0) ++sequence;
      if (out[i].sequence >= 0) out[i].sequence = sequence;
    }
    return out;
  }

  // Writes down page (and plates before it), moves to the one before, says what it lies on.
  int back(int at, int& page, std::vector<Fitted>& out, std::vector<int>& begins) {
    if (at == before_all || at == after_some) {
      const auto i = static_cast<std::size_t>(page--);
      return at == before_all ? before_all : outside_after_[i].from;
    }
    const Line& line = lines_[static_cast<std::size_t>(at)];
    const Cell& c = cell(at, page);
    Fitted& f = out[static_cast<std::size_t>(page)];
    f = {0, true, line.kind, value_on(line, page), 0, match_of(page, line), line.offset};
    begins[static_cast<std::size_t>(page)] = c.move == Move::begin || c.move == Move::restart;
    if (c.move == Move::jump || c.move == Move::plates)
      f.jump = c.skipped +
               static_cast<int>((line.offset - lines_[static_cast<std::size_t>(c.from)].offset) /
                                step_of(line.kind));
    const int last = f.value - (f.jump + 1) * step_of(line.kind);  // of the page before
    for (int k = 1; k <= c.skipped; ++k)
      out[static_cast<std::size_t>(page - k)] = {0, false, line.kind, last, 0, -1, line.offset};
    page -= c.skipped + 1;
    return c.from;
  }

  int match_of(int page, const Line& line) const {
    const auto& hints = page_at(page).hints.numbers;
    int best = -1;
    double most = 0;
    for (std::size_t h = 0; h < hints.size(); ++h)
      if (const double w = speaks_for(hints[h], line.kind, value_on(line, page)); w > most) {
        most = w;
        best = static_cast<int>(h);
      }
    return best;
  }

  const std::vector<NumberedPage>& pages_;
  Customs customs_;
  std::vector<bool> plates_;
  int n_;
  std::vector<Line> lines_;  // by kind and offset
  std::vector<std::vector<Cell>> cells_;
  std::vector<std::vector<int>> begin_at_;   // by page: lines that may begin there
  std::vector<int> active_;                  // lines that may lie on the page in hand
  std::vector<std::vector<Ranked>> ranked_;  // by page: lines with a score, the best first
  std::vector<Cell> outside_before_, outside_after_;
  std::vector<Passage> passages_;  // to the page in hand
};

}  // namespace

bool is_picture(const NumberedPage& page) {
  return !page.is_blank && page.hints.picture_share > 0.35;
}

std::vector<Fitted> likeliest_path(const std::vector<NumberedPage>& pages, const Customs& customs) {
  return Fitting(pages, customs).path();
}

}  // namespace linka
