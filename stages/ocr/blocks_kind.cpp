// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/blocks_kind.h"

#include "stages/ocr/blocks_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace linka {
namespace {

// All in em of the body's print, but for ratios and counts.
constexpr std::size_t body_lines = 6;     // fewer are no body: a title page, a plate
constexpr double one_row = 0.6;           // difference of the centres
constexpr double apart_number = 1.1;      // baseline to baseline, in pitches: a number alone
constexpr double apart_head = 1.25;       // a title beside a number
constexpr double apart_title = 1.5;       // a title alone, the number being at the foot
constexpr double head_size = 1.1;         // of the body's: larger is a heading
constexpr double heading_size = 1.25;     // and more, whatever the place
constexpr std::size_t heading_lines = 4;  // at most
constexpr double note_size = 0.92;        // of the body's: footnotes and margin notes
constexpr double note_size_by_rule = 0.97;
constexpr double indent = 2;          // of a centred line, at least, on both sides
constexpr double off_centre = 1.5;    // at most
constexpr double margin_gap = 0.4;    // between the body and a note in its margin
constexpr double margin_width = 0.4;  // of the body's, at most
constexpr double caption_gap = 3;     // below or above its picture
constexpr std::size_t caption_lines = 5;
constexpr double ornament_height = 4;

using Blocks = std::vector<ReadBlock>;

std::size_t letters_in(const ReadLine& line) {
  std::size_t n = 0;
  for (const TextWord& word : line.text.words) n += word.content.size();
  return n;
}

struct Body {
  double em = 0;     // size of most of the page's letters
  double pitch = 0;  // baseline to baseline
  std::size_t lines = 0;
};

double size_of(const ReadBlock& block) {
  std::vector<double> sizes;
  for (const ReadLine& line : block.lines) sizes.push_back(line.size_px);
  return median(std::move(sizes));
}

Body body_of(const Blocks& blocks) {
  std::vector<double> sizes, pitches;
  for (const ReadBlock& block : blocks)
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
      if (block.lines[i].size_px <= 0) continue;
      sizes.insert(sizes.end(), letters_in(block.lines[i]), block.lines[i].size_px);
      if (i == 0) continue;
      const double pitch = block.lines[i].text.baseline_y - block.lines[i - 1].text.baseline_y;
      if (pitch > 0) pitches.push_back(pitch);
    }
  Body body{median(std::move(sizes)), median(std::move(pitches)), 0};
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      body.lines += line.size_px <= heading_size * body.em && line.text.box.width() > 7 * body.em;
  return body;
}

double centre_y(const Box& box) {
  return (box.y0 + box.y1) / 2;
}
double centre_x(const Box& box) {
  return (box.x0 + box.x1) / 2;
}

// ---- the row at the head and the row at the foot -----------------------------------------------

std::string bare(std::string_view text) {
  constexpr std::array<std::string_view, 14> around = {"-", "—", "–", "―", "(", ")", "[",
                                                       "]", "*", "=", "~", "|", ",", "·"};
  std::string out;
  while (!text.empty()) {
    const auto sign = std::find_if(around.begin(), around.end(),
                                   [&](std::string_view s) { return text.starts_with(s); });
    if (sign == around.end()) out += text.front();
    text.remove_prefix(sign == around.end() ? 1 : sign->size());
  }
  if (out.size() > 1 && out.back() == '.') out.pop_back();
  return out;
}

bool is_number(std::string_view text, bool capitals) {
  const std::string plain = bare(text);
  const auto all_of = [&](std::string_view signs) {
    return plain.find_first_not_of(signs) == std::string::npos;
  };
  if (plain.empty()) return false;
  return (plain.size() <= 4 && all_of("0123456789")) ||
         (plain.size() <= 7 && (all_of("ivxlc") || (capitals && all_of("IVXLC"))));
}

struct Place {
  std::size_t block = 0, line = 0;
};

struct Row {
  std::vector<Place> parts;
  double top = 0, bottom = 0;
};

const ReadLine& at(const Blocks& blocks, Place place) {
  return blocks[place.block].lines[place.line];
}

std::vector<Place> places_of(const Blocks& blocks) {
  std::vector<Place> places;
  for (std::size_t b = 0; b < blocks.size(); ++b)
    for (std::size_t l = 0; l < blocks[b].lines.size(); ++l) places.push_back({b, l});
  return places;
}

// The lines at the height of the page's first or last one, from left to right.
Row outer_row(const Blocks& blocks, bool is_head, double em) {
  const std::vector<Place> places = places_of(blocks);
  Row row;
  if (places.empty()) return row;
  const auto y = [&](Place p) { return centre_y(at(blocks, p).text.box); };
  const auto [first, last] = std::minmax_element(places.begin(), places.end(),
                                                 [&](Place a, Place b) { return y(a) < y(b); });
  const double height = y(is_head ? *first : *last);
  for (const Place& place : places)
    if (std::abs(y(place) - height) <= one_row * em) row.parts.push_back(place);
  std::stable_sort(row.parts.begin(), row.parts.end(), [&](Place a, Place b) {
    return at(blocks, a).text.box.x0 < at(blocks, b).text.box.x0;
  });
  const Box box = at(blocks, row.parts.front()).text.box;
  row.top = box.y0;
  row.bottom = box.y1;
  for (const Place& part : row.parts) {
    row.top = std::min(row.top, at(blocks, part).text.box.y0);
    row.bottom = std::max(row.bottom, at(blocks, part).text.box.y1);
  }
  return row;
}

bool holds(const Row& row, Place place) {
  return std::any_of(row.parts.begin(), row.parts.end(), [&](const Place& p) {
    return p.block == place.block && p.line == place.line;
  });
}

// From the row's baseline to the nearest other one.
double distance(const Blocks& blocks, const Row& row) {
  const double own = at(blocks, row.parts.front()).text.baseline_y;
  double least = 1e9;
  for (const Place& place : places_of(blocks))
    if (!holds(row, place))
      least = std::min(least, std::abs(at(blocks, place).text.baseline_y - own));
  return least;
}

bool has_rule_below(const Blocks& blocks, const Row& row, double em) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const ReadBlock& block) {
    return block.kind == BlockKind::line && block.box.width() > 8 * em &&
           block.box.y0 >= row.bottom - 0.3 * em && block.box.y0 <= row.bottom + 1.5 * em;
  });
}

bool begins_or_ends_with_number(const Blocks& blocks, const Row& row) {
  const ReadLine &left = at(blocks, row.parts.front()), &right = at(blocks, row.parts.back());
  return is_number(left.text.words.front().content, true) ||
         is_number(right.text.words.back().content, true);
}

double largest_of(const Blocks& blocks, const Row& row) {
  double size = 0;
  for (const Place& part : row.parts) size = std::max(size, at(blocks, part).size_px);
  return size;
}

bool is_head(const Blocks& blocks, const Row& row, const Body& body, bool number_at_foot) {
  const double pitches = distance(blocks, row) / body.pitch;
  if (row.parts.size() == 1 && is_page_number(at(blocks, row.parts.front()), false))
    return pitches >= apart_number;
  if (row.parts.size() > 3 || largest_of(blocks, row) > head_size * body.em) return false;
  if (begins_or_ends_with_number(blocks, row)) return pitches >= apart_head;
  if (row.parts.size() > 1) return false;
  const bool ruled = has_rule_below(blocks, row, body.em);
  return pitches >= apart_title ? ruled || number_at_foot : ruled && pitches >= apart_number;
}

// Takes the row's lines out of their blocks, each a block of its own.
Blocks taken_out(Blocks& blocks, const Row& row, bool capitals) {
  Blocks out;
  for (const Place& part : row.parts) {
    const BlockKind kind = is_page_number(at(blocks, part), capitals) ? BlockKind::page_number
                                                                      : BlockKind::running_head;
    out.push_back(block_of_lines({at(blocks, part)}, kind));
    blocks[part.block].lines[part.line].text.words.clear();
  }
  for (const Place& part : row.parts) {
    ReadBlock& block = blocks[part.block];
    std::erase_if(block.lines, [](const ReadLine& line) { return line.text.words.empty(); });
    if (!block.lines.empty()) block.box = ink_of(block);
  }
  std::erase_if(blocks, [](const ReadBlock& block) {
    return carries_text(block.kind) && block.lines.empty();
  });
  return out;
}

Blocks head_of(Blocks& blocks, const Body& body, bool number_at_foot) {
  const Row row = outer_row(blocks, true, body.em);
  if (row.parts.empty() || !is_head(blocks, row, body, number_at_foot)) return {};
  return taken_out(blocks, row, row.parts.size() > 1);
}

Blocks number_at_foot_of(Blocks& blocks, const Body& body) {
  const Row row = outer_row(blocks, false, body.em);
  if (row.parts.size() != 1 || !is_page_number(at(blocks, row.parts.front()), true) ||
      distance(blocks, row) < apart_number * body.pitch)
    return {};
  return taken_out(blocks, row, true);
}

// One word at the right end of an otherwise empty last line.
Blocks catchword_of(Blocks& blocks, const Body& body) {
  const Row row = outer_row(blocks, false, body.em);
  if (row.parts.size() != 1) return {};
  const Place place = row.parts.front();
  const ReadLine& line = at(blocks, place);
  std::optional<Box> all;
  for (const ReadBlock& block : blocks)
    if (carries_text(block.kind)) all = all ? hull(*all, ink_of(block)) : ink_of(block);
  if (line.text.words.size() != 1 || letters_in(line) < 2 || is_page_number(line, true) ||
      line.text.box.x0 < all->x0 + 0.6 * all->width() ||
      std::abs(line.text.box.x1 - all->x1) > off_centre * body.em ||
      distance(blocks, row) > 2 * body.pitch)
    return {};
  Blocks out = taken_out(blocks, row, true);
  out.front().kind = BlockKind::catchword;
  return out;
}

// ---- notes -------------------------------------------------------------------------------------

bool is_mark(std::string_view word) {
  constexpr std::array<std::string_view, 12> marks = {"*", "†", "‡", "§", "¹", "²",
                                                      "³", "⁴", "⁵", "(", "°", "\""};
  if (std::any_of(marks.begin(), marks.end(), [&](auto m) { return word.starts_with(m); }))
    return true;
  const std::size_t digits = word.find_first_not_of("0123456789");
  const bool short_mark = word.size() <= 4 && (digits == std::string_view::npos || digits > 0);
  return short_mark || (word.size() == 2 && word.back() == ')');
}

// No other line begins with a star and goes on.
bool is_starred(const ReadLine& line) {
  const std::string& first = line.text.words.front().content;
  return (first.starts_with("*") || first.starts_with("†")) && line.text.words.size() > 2 &&
         letters_in(line) > 15;
}

bool is_ruled_above(const Blocks& blocks, const Box& box, double em) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const ReadBlock& block) {
    return block.kind == BlockKind::line && block.box.width() > 2 * block.box.height() &&
           block.box.y1 <= box.y0 + 0.3 * em && block.box.y1 >= box.y0 - 1.5 * em &&
           block.box.x1 > box.x0 && block.box.x0 < box.x1;
  });
}

bool stands_below_text(const Blocks& blocks, std::size_t at) {
  const Box box = ink_of(blocks[at]);
  bool above = false;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i == at || !carries_text(blocks[i].kind)) continue;
    const Box other = ink_of(blocks[i]);
    if (other.x1 <= box.x0 || other.x0 >= box.x1) continue;
    if (other.y0 >= box.y1 - 1 && blocks[i].kind == BlockKind::text) return false;
    above = above || other.y1 <= box.y0 + 1;
  }
  return above;
}

// The last lines of a block that are set smaller than the body and begin with a mark, or that a
// rule parts from what stands above, become a block of their own.
void part_footnotes(Blocks& blocks, const Body& body) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (blocks[b].kind != BlockKind::text) continue;
    std::vector<ReadLine>& lines = blocks[b].lines;
    std::size_t first = lines.size();
    for (std::size_t i = lines.size(); i-- > 1;) {
      if (lines[i].size_px > note_size_by_rule * body.em) break;
      const bool ruled = is_ruled_above(blocks, lines[i].text.box, body.em);
      const bool marked = is_mark(lines[i].text.words.front().content) &&
                          lines[i].text.baseline_y - lines[i - 1].text.baseline_y > body.pitch;
      if (ruled || marked) first = i;
      if (ruled) break;
    }
    if (first == lines.size()) continue;
    std::vector<ReadLine> notes(
        std::make_move_iterator(lines.begin() + static_cast<std::ptrdiff_t>(first)),
        std::make_move_iterator(lines.end()));
    lines.resize(first);
    blocks[b].box = ink_of(blocks[b]);
    blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(b) + 1,
                  block_of_lines(std::move(notes), BlockKind::text));
    ++b;
  }
}

// From the last block up, so that notes in several blocks do not hide each other.
void name_footnotes(Blocks& blocks, const Body& body) {
  part_footnotes(blocks, body);
  for (std::size_t b = blocks.size(); b-- > 0;) {
    ReadBlock& block = blocks[b];
    if (block.kind != BlockKind::text || !stands_below_text(blocks, b)) continue;
    const double size = size_of(block);
    const bool ruled = is_ruled_above(blocks, ink_of(block), body.em);
    const bool marked = is_mark(block.lines.front().text.words.front().content);
    if ((ruled && size <= note_size_by_rule * body.em) || (marked && size <= note_size * body.em) ||
        (is_starred(block.lines.front()) && size <= head_size * body.em))
      block.kind = BlockKind::footnote;
  }
}

// The block with most of the page's letters, and what stands over or under it: its left and right.
std::optional<Box> column_of_most(const Blocks& blocks) {
  std::size_t most = 0, all = 0;
  std::optional<Box> column;
  for (const ReadBlock& block : blocks) {
    std::size_t n = 0;
    for (const ReadLine& line : block.lines) n += letters_in(line);
    all += n;
    if (n > most) {
      most = n;
      column = ink_of(block);
    }
  }
  std::size_t within = 0;
  for (const ReadBlock& block : blocks) {
    const double x = centre_x(ink_of(block));
    if (column && x > column->x0 && x < column->x1)
      for (const ReadLine& line : block.lines) within += letters_in(line);
  }
  return 4 * within >= 3 * all ? column : std::nullopt;
}

// Takes the notes in the margin out.
Blocks marginalia_of(Blocks& blocks, const Body& body) {
  const auto column = column_of_most(blocks);
  Blocks notes;
  if (!column) return notes;
  const auto is_note = [&](const ReadBlock& block) {
    if (block.kind != BlockKind::text) return false;
    const Box box = ink_of(block);
    const bool outside =
        box.x1 < column->x0 - margin_gap * body.em || box.x0 > column->x1 + margin_gap * body.em;
    return outside && box.width() <= margin_width * column->width() &&
           size_of(block) <= note_size * body.em;
  };
  for (ReadBlock& block : blocks)
    if (is_note(block)) {
      block.kind = BlockKind::marginalia;
      notes.push_back(block);
    }
  std::erase_if(blocks, [](const ReadBlock& b) { return b.kind == BlockKind::marginalia; });
  return notes;
}

// Each note after the block whose height its first line is at.
void put_back(Blocks& blocks, Blocks notes) {
  std::stable_sort(notes.begin(), notes.end(),
                   [](const ReadBlock& a, const ReadBlock& b) { return a.box.y0 < b.box.y0; });
  for (ReadBlock& note : notes) {
    const double y = centre_y(note.lines.front().text.box);
    std::size_t after = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b)
      if (blocks[b].kind == BlockKind::marginalia ? after == b : ink_of(blocks[b]).y0 <= y)
        after = b + 1;
    blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(after), std::move(note));
  }
}

// ---- headings, captions, ornaments -------------------------------------------------------------

// Short, centred over or under a column that is wider than it.
bool is_centred(const Blocks& blocks, std::size_t at, double em) {
  const Box box = ink_of(blocks[at]);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Box other = ink_of(blocks[i]);
    if (i == at || blocks[i].lines.size() < 3 || other.y0 < box.y1 - em) continue;
    if (other.y0 > box.y1 + 4 * em || other.width() < 10 * em) continue;
    if (box.x0 >= other.x0 + indent * em && box.x1 <= other.x1 - indent * em &&
        std::abs(centre_x(box) - centre_x(other)) <= off_centre * em)
      return true;
  }
  return false;
}

void name_headings(Blocks& blocks, const Body& body) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    ReadBlock& block = blocks[b];
    if (block.kind != BlockKind::text || block.lines.size() > heading_lines) continue;
    const bool large = size_of(block) >= heading_size * body.em;
    if (large || (block.lines.size() <= 2 && is_centred(blocks, b, body.em)))
      block.kind = BlockKind::heading;
  }
}

void name_ornaments(Blocks& blocks, const Body& body) {
  for (ReadBlock& block : blocks)
    if (block.kind == BlockKind::illustration && block.box.height() <= ornament_height * body.em)
      block.kind = BlockKind::ornament;
}

std::optional<std::size_t> caption_of(const Blocks& blocks, const Box& picture, double em) {
  std::optional<std::size_t> best;
  double least = caption_gap * em;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const Box box = ink_of(blocks[b]);
    if (blocks[b].kind != BlockKind::text || blocks[b].lines.size() > caption_lines) continue;
    if (centre_x(box) < picture.x0 || centre_x(box) > picture.x1 ||
        box.width() > 1.1 * picture.width())
      continue;
    const double away = box.y0 >= picture.y1 - em   ? box.y0 - picture.y1
                        : box.y1 <= picture.y0 + em ? 1.5 * (picture.y0 - box.y1)
                                                    : least;
    if (away >= least) continue;
    least = away;
    best = b;
  }
  return best;
}

// The picture goes beside its caption; the text keeps its order.
void name_captions(Blocks& blocks, const Body& body) {
  for (std::size_t p = 0; p < blocks.size(); ++p) {
    if (blocks[p].kind != BlockKind::illustration) continue;
    const auto caption = caption_of(blocks, blocks[p].box, body.em);
    if (!caption || size_of(blocks[*caption]) > head_size * body.em) continue;
    blocks[*caption].kind = BlockKind::caption;
    const auto from = blocks.begin() + static_cast<std::ptrdiff_t>(p);
    const auto to = blocks.begin() + static_cast<std::ptrdiff_t>(*caption);
    if (from < to)
      std::rotate(from, from + 1, to);
    else
      std::rotate(to, from, from + 1);
  }
}

}  // namespace

bool is_page_number(const ReadLine& line, bool capitals) {
  std::string all;
  for (const TextWord& word : line.text.words) all += word.content;
  return is_number(all, capitals);
}

bool has_body(const std::vector<ReadBlock>& blocks) {
  return body_of(blocks).lines >= body_lines;
}

void arrange_blocks(std::vector<ReadBlock>& blocks) {
  const Body body = body_of(blocks);
  if (body.em <= 0) return;
  join_table_rows(blocks);
  if (body.lines < body_lines) {
    order_scattered(blocks);
    return;
  }
  if (body.pitch <= 0) return;
  Blocks foot = number_at_foot_of(blocks, body);
  Blocks catchword = catchword_of(blocks, body);
  Blocks head = head_of(blocks, body, !foot.empty());
  Blocks notes = marginalia_of(blocks, body);
  order_blocks(blocks);
  name_ornaments(blocks, body);
  name_captions(blocks, body);
  name_footnotes(blocks, body);
  name_headings(blocks, body);
  put_back(blocks, std::move(notes));
  blocks.insert(blocks.begin(), std::make_move_iterator(head.begin()),
                std::make_move_iterator(head.end()));
  for (Blocks* last : {&catchword, &foot})
    blocks.insert(blocks.end(), std::make_move_iterator(last->begin()),
                  std::make_move_iterator(last->end()));
}

}  // namespace linka
