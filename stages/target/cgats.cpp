// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/target/cgats.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace linka {
namespace {

constexpr double neutral_below_chroma = 3.5;
constexpr std::size_t most_patches = 4096;

// Words between blanks; a text in quotes is one word.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t i = 0;
  while (i < line.size()) {
    if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
      ++i;
      continue;
    }
    const bool quoted = line[i] == '"';
    const std::size_t start = quoted ? i + 1 : i;
    const std::size_t end =
        std::min(line.size(), quoted ? line.find('"', start) : line.find_first_of(" \t\r", start));
    words.emplace_back(line.substr(start, end - start));
    i = end + (quoted ? 1 : 0);
  }
  return words;
}

std::optional<double> number_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  const char* end = text.data() + text.size();
  const char* start = text.starts_with('+') ? text.data() + 1 : text.data();
  const auto [stop, code] = std::from_chars(start, end, value);
  return code == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

struct Sample {
  std::string name;
  Lab lab;
  int letter = -1, number = -1;  // "B3": 1, 2
};

void place_by_name(Sample& sample) {
  const std::string& n = sample.name;
  std::size_t digits = 0;
  if (!n.empty() && ((n[0] >= 'A' && n[0] <= 'Z') || (n[0] >= 'a' && n[0] <= 'z'))) {
    sample.letter = (n[0] | 0x20) - 'a';
    digits = 1;
  }
  int number = 0;
  const auto [stop, code] = std::from_chars(n.data() + digits, n.data() + n.size(), number);
  if (code == std::errc{} && stop == n.data() + n.size() && number >= 1 && number <= 4096)
    sample.number = number - 1;
}

struct Columns {
  int name = -1, l = -1, a = -1, b = -1;
};

Columns columns_of(const std::vector<std::string>& fields) {
  Columns columns;
  const auto at = [&](std::string_view field) {
    const auto it = std::find(fields.begin(), fields.end(), field);
    return it == fields.end() ? -1 : static_cast<int>(it - fields.begin());
  };
  for (const char* field : {"SAMPLE_ID", "SAMPLE_NAME", "SAMPLE_LOC", "SampleID", "SAMPLEID"})
    if (columns.name < 0) columns.name = at(field);
  columns.l = at("LAB_L");
  columns.a = at("LAB_A");
  columns.b = at("LAB_B");
  return columns;
}

Result<std::vector<Sample>> samples_of(std::string_view text, const std::string& file) {
  std::vector<Sample> samples;
  std::vector<std::string> fields;
  Columns columns;
  enum { head, format, data } part = head;
  int line_number = 0;
  for (const std::string& line : split_text(text, '\n')) {
    ++line_number;
    const std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (words[0] == "BEGIN_DATA_FORMAT") {
      part = format;
    } else if (words[0] == "END_DATA_FORMAT") {
      part = head;
      columns = columns_of(fields);
      for (const auto& [at, field] : {std::pair{columns.name, "SAMPLE_ID"},
                                      {columns.l, "LAB_L"},
                                      {columns.a, "LAB_A"},
                                      {columns.b, "LAB_B"}})
        if (at < 0) return fail(ErrorKind::configuration, "{}: there is no field {}", file, field);
    } else if (words[0] == "BEGIN_DATA") {
      part = data;
    } else if (words[0] == "END_DATA") {
      break;
    } else if (part == format) {
      fields.insert(fields.end(), words.begin(), words.end());
    } else if (part == data) {
      if (columns.l < 0)
        return fail(ErrorKind::configuration, "{}: the data come before their format", file);
      if (words.size() < fields.size() || samples.size() >= most_patches)
        return fail(ErrorKind::configuration, "{}:{}: {} values for {} fields", file, line_number,
                    words.size(), fields.size());
      const auto value = [&](int column) {
        return number_of(words[static_cast<std::size_t>(column)]);
      };
      const auto l = value(columns.l), a = value(columns.a), b = value(columns.b);
      if (!l || !a || !b)
        return fail(ErrorKind::configuration, "{}:{}: L*a*b* is not a number", file, line_number);
      samples.push_back({words[static_cast<std::size_t>(columns.name)], {*l, *a, *b}});
      place_by_name(samples.back());
    }
  }
  return samples;
}

}  // namespace

bool is_cgats(std::string_view text) {
  return text.find("BEGIN_DATA_FORMAT") != std::string_view::npos;
}

Result<TargetReference> parse_cgats(std::string_view text, const std::string& name) {
  Result<std::vector<Sample>> samples = samples_of(text, name);
  if (!samples) return pass(samples);
  int letters = 0, numbers = 0;
  bool plain = !samples->empty();
  for (const Sample& s : *samples) {
    plain = plain && s.letter < 0 && s.number >= 0;
    if (s.letter < 0 || s.number < 0) continue;
    letters = std::max(letters, s.letter + 1);
    numbers = std::max(numbers, s.number + 1);
  }
  TargetReference target;
  target.name = name;
  const bool row_by_row = plain && samples->size() == 24;
  const bool letters_are_columns = letters >= numbers;
  target.columns = row_by_row ? 6 : std::max(letters, numbers);
  target.rows = row_by_row ? 4 : std::min(letters, numbers);
  if (target.columns < 2 || target.rows < 2 || target.columns > 64)
    return fail(ErrorKind::configuration,
                "{}: the names of the patches do not say where they lie (A1, A2, ... B1, ...)",
                name);
  std::set<std::pair<int, int>> taken;
  std::size_t left_out = 0;
  for (const Sample& s : *samples) {
    const bool placed = row_by_row ? s.number < 24 : s.letter >= 0 && s.number >= 0;
    const int column = row_by_row ? s.number % 6 : letters_are_columns ? s.letter : s.number;
    const int row = row_by_row ? s.number / 6 : letters_are_columns ? s.number : s.letter;
    if (!placed || !taken.emplace(column, row).second) {
      ++left_out;
      continue;
    }
    target.patches.push_back({s.name, column, row, s.lab, chroma(s.lab) < neutral_below_chroma});
  }
  if (left_out > 0)
    target.notes.push_back(
        say(tr("{} patches of {} were left out: their names give no place"), left_out, name));
  return target;
}

}  // namespace linka
