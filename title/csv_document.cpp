// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/csv_document.h"

#include "base/files.h"
#include "base/text.h"
#include "title/csv_columns.h"
#include "title/issue_date.h"
#include "title/record_keys.h"
#include "title/words.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t most_bytes = 16u << 20;
constexpr std::size_t most_rows = 100000;

bool in(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// One cell that says something.
struct Cell {
  std::string key, text, place;
};

struct Row {
  std::size_t number = 0;  // as a spreadsheet counts
  std::string place;       // "issues.csv row 3"
  std::vector<Cell> cells;

  std::string text(std::string_view key) const {
    for (const Cell& c : cells)
      if (c.key == key) return c.text;
    return {};
  }
  std::string place_of(std::string_view key) const {
    for (const Cell& c : cells)
      if (c.key == key) return c.place;
    return place;
  }
  void drop(std::initializer_list<std::string_view> keys) {
    std::erase_if(cells, [&](const Cell& c) { return in(c.key, keys); });
  }
};

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A spreadsheet makes 1927.0 of 1927.
std::string without_decimals(const std::string& key, const std::string& text) {
  if (!in(key, {"number", "issue", "year_number", "volume", "year", "page_count", "barcode",
                "level", "pages"}))
    return text;
  for (const char* end : {".0", ",0", ".00"})
    if (text.ends_with(end) &&
        all_digits(std::string_view(text).substr(0, text.size() - std::string_view(end).size())))
      return text.substr(0, text.size() - std::string_view(end).size());
  return text;
}

std::vector<Row> rows_of(const CsvRows& csv) {
  std::vector<Row> out;
  const std::string file = csv.path.string();
  for (std::size_t r = 1; r < csv.table.rows.size(); ++r) {
    Row row{r + 1, fmt::format("{} {} {}", file, tr("row"), r + 1), {}};
    const auto& fields = csv.table.rows[r];
    for (std::size_t c = 0; c < std::min(fields.size(), csv.keys.size()); ++c)
      if (!fields[c].empty() && !csv.keys[c].empty())
        row.cells.push_back({csv.keys[c], without_decimals(csv.keys[c], fields[c]),
                             fmt::format("{}, {} {}", row.place, tr("column"), csv.headings[c])});
    if (!row.cells.empty()) out.push_back(std::move(row));
  }
  return out;
}

// ---- a row as a table
// ------------------------------------------------------------------------------

toml::array& list_in(toml::table& table, const std::string& key) {
  if (!table.contains(key)) table.insert(key, toml::array{});
  return *table.get(key)->as_array();
}

void add_list(toml::table& table, const Cell& cell, char separator) {
  for (const std::string& item : split_text(cell.text, separator))
    if (const std::string text = trimmed(item); !text.empty())
      list_in(table, cell.key).push_back(text);
}

void add_people(toml::table& table, const Cell& cell) {
  for (const std::string& item : split_text(cell.text, ';')) {
    const std::string name = trimmed(item);
    if (name.empty()) continue;
    if (cell.key == "authors")
      list_in(table, "authors").push_back(name);
    else
      list_in(table, "authors").push_back(toml::table{{"name", name}, {"role", cell.key}});
  }
}

toml::table& pages_in(toml::table& table) {
  if (!table.contains("pages")) table.insert("pages", toml::table{});
  return *table.get("pages")->as_table();
}

// "#1 = titlePage; [3] = map"
void add_types(toml::table& table, const Cell& cell) {
  toml::table types;
  for (const std::string& item : split_text(cell.text, ';')) {
    const auto equals = item.find('=');
    const std::string which = trimmed(item.substr(0, equals));
    if (which.empty()) continue;
    types.insert_or_assign(which,
                           equals == std::string::npos ? "" : trimmed(item.substr(equals + 1)));
  }
  pages_in(table).insert_or_assign("types", std::move(types));
}

// The pages of a unit are their labels, or a bare number of pages; those of a part are what it
// stands on.
void add_pages(toml::table& table, const Cell& cell, bool part) {
  if (part)
    table.insert_or_assign("pages", cell.text);
  else if (all_digits(cell.text) && cell.text.size() < 6)
    table.insert_or_assign("page_count", std::stoll(cell.text));
  else
    pages_in(table).insert_or_assign("labels", cell.text);
}

void add_cell(toml::table& table, const Cell& cell, bool part, Reading& reading,
              const std::string& file, std::size_t row) {
  if (in(cell.key, {"authors", "translator", "illustrator", "editor", "photographer"})) {
    add_people(table, cell);
  } else if (in(cell.key, {"subjects", "language"})) {
    add_list(table, cell,
             cell.text.find(';') != std::string::npos || cell.key == "subjects" ? ';' : ',');
  } else if (in(cell.key, {"notes", "abstract", "extent", "publisher", "place", "shelfmark"})) {
    list_in(table, cell.key).push_back(cell.text);
  } else if (cell.key == "types") {
    add_types(table, cell);
  } else if (cell.key == "pages") {
    add_pages(table, cell, part);
  } else if (cell.key == "labels" || cell.key == "first_side") {
    pages_in(table).insert_or_assign(cell.key, cell.text);
  } else if (cell.key == "page_count") {
    if (all_digits(cell.text) && cell.text.size() < 6)
      table.insert_or_assign("page_count", std::stoll(cell.text));
    else
      reading.problems.mistake({file, row, cell.place}, "\"{}\" is no number of pages", cell.text);
  } else {
    if (table.contains(cell.key))
      reading.problems.mistake({file, row, cell.place}, "this column is there twice");
    table.insert_or_assign(cell.key, cell.text);
  }
}

struct RowTable {
  toml::table table;
  Whence whence;
};

RowTable table_of(const Row& row, const fs::path& path, bool part, Reading& reading) {
  RowTable out;
  out.whence = {path.string(), path.parent_path(), row.place, row.number, {}};
  for (const Cell& cell : row.cells) {
    add_cell(out.table, cell, part, reading, path.string(), row.number);
    const bool person = in(cell.key, {"translator", "illustrator", "editor", "photographer"});
    const bool of_pages = in(cell.key, {"labels", "types", "first_side"});
    out.whence.cells.emplace(person ? "authors" : of_pages ? "pages" : cell.key, cell.place);
  }
  return out;
}

// ---- units and parts
// -------------------------------------------------------------------------------

std::optional<PartKind> part_kind(const std::string& word) {
  const std::string text = plain(word);
  if (in(text, {"chapter", "kapitola"})) return PartKind::chapter;
  if (in(text, {"article", "clanek"})) return PartKind::article;
  if (in(text, {"picture", "obrazek", "ilustrace", "obraz"})) return PartKind::picture;
  if (in(text, {"supplement", "priloha"})) return PartKind::supplement;
  return {};
}

bool is_unit_word(const std::string& word) {
  return in(plain(word),
            {"", "issue", "volume", "unit", "cislo", "vydani", "svazek", "dil", "titul", "kniha"});
}

// What a row says of its unit, to find it again for the parts that repeat it.
using Reference = std::map<std::string, std::string>;
Reference reference_of(const Row& row) {
  Reference out;
  for (const char* key : {"urnnbn", "number", "year_number", "year", "date"})
    if (const std::string text = row.text(key); !text.empty()) out[key] = lower_ascii(text);
  return out;
}

bool agrees(const Reference& part, const Reference& unit) {
  return std::all_of(part.begin(), part.end(), [&](const auto& said) {
    const auto found = unit.find(said.first);
    return found != unit.end() && found->second == said.second;
  });
}

class UnitReader {
 public:
  UnitReader(const fs::path& path, DocumentKind kind, Reading& reading, ReadDocument& out)
      : path_(path), kind_(kind), reading_(reading), out_(out) {}

  void read(Row row) {
    rename(row);
    const std::string word = row.text("part");
    const auto kind = part_kind(word);
    if (kind)
      read_part_row(row, *kind);
    else if (is_unit_word(word))
      read_unit_row(row);
    else
      reading_.problems.mistake(place(row, "part"),
                                "\"{}\" is no part; known are chapter, article, picture, "
                                "supplement, and nothing for the issue or volume itself",
                                word);
  }

 private:
  FilePlace place(const Row& row, std::string_view key) const {
    return {path_.string(), row.number, row.place_of(key)};
  }

  // One word for the two things that a volume is.
  void rename(Row& row) const {
    const bool periodical = kind_ == DocumentKind::periodical;
    for (Cell& cell : row.cells) {
      if (cell.key == "issue") cell.key = "number";
      if (cell.key == "volume") cell.key = periodical ? "year_number" : "number";
      if (cell.key == "year_number" && !periodical) cell.key = "number";
      // Where a date is not asked for it is the year of publication.
      if (cell.key == "date" && !periodical) cell.key = "year";
    }
  }

  void read_unit_row(Row& row) {
    references_.push_back(reference_of(row));
    row.drop({"part", "level"});
    const std::string year_uuid = row.text("year_uuid");
    row.drop({"year_uuid"});
    for (Cell& cell : row.cells)
      if (cell.key == "year_number") cell.key = "volume";
    RowTable made = table_of(row, path_, false, reading_);
    Table table(made.table, tr("an issue or volume"), made.whence, reading_);
    YearWord year;
    Unit unit = read_unit(table, kind_, year);
    unit.where = row.place;
    table.refuse_unknown();
    if (!year_uuid.empty()) unit.year = year_with(year, year_uuid, row);
    out_.document.units.push_back(std::move(unit));
    out_.words.push_back(std::move(year));
    open_.clear();
  }

  Record year_with(const YearWord& year, const std::string& uuid, const Row& row) {
    const toml::table made{{"number", year.number}, {"date", year.date}, {"uuid", uuid}};
    Table table(made, tr("a year"), {path_.string(), {}, row.place, row.number, {}}, reading_);
    return read_year(table);
  }

  // The unit a part's row belongs to: the one it names, else the one above it.
  Unit* unit_of(const Row& row) {
    if (references_.empty()) {
      reading_.problems.mistake(place(row, "part"),
                                "a part stands before the first issue or "
                                "volume");
      return nullptr;
    }
    const Reference said = reference_of(row);
    if (agrees(said, references_.back())) return &out_.document.units.back();
    for (std::size_t i = 0; i < references_.size(); ++i)
      if (agrees(said, references_[i])) {
        open_.clear();
        return &out_.document.units[out_.document.units.size() - references_.size() + i];
      }
    reading_.problems.mistake(place(row, "number"),
                              "no issue or volume above has this number, year or date");
    return nullptr;
  }

  void read_part_row(Row& row, PartKind kind) {
    Unit* unit = unit_of(row);
    if (unit == nullptr) return;
    const std::string level_text = row.text("level");
    const std::size_t level = all_digits(level_text) && level_text.size() < 3
                                  ? static_cast<std::size_t>(std::stoi(level_text))
                                  : 1;
    row.drop({"part", "level", "number", "year_number", "year", "date", "urnnbn", "sigla",
              "institution", "frequency", "title_uuid", "year_uuid", "title_years"});
    const bool scanned = kind == PartKind::supplement && !row.text("scans").empty();
    if (!scanned) row.drop({"labels", "types", "first_side"});
    RowTable made = table_of(row, path_, !scanned, reading_);
    Table table(made.table, tr("a part"), made.whence, reading_);
    Part part = read_part(table, kind, kind_);
    place_part(*unit, std::move(part), level);
  }

  // Below the last part of the level above, which is where reading goes on.
  void place_part(Unit& unit, Part part, std::size_t level) {
    std::vector<Part>* parts = &unit.parts;
    std::size_t depth = 1;
    open_.resize(std::min(open_.size(), level == 0 ? 0 : level - 1));
    for (const std::size_t index : open_) {
      if (index >= parts->size()) break;
      parts = &(*parts)[index].parts;
      ++depth;
    }
    open_.resize(depth - 1);
    open_.push_back(parts->size());
    parts->push_back(std::move(part));
  }

  const fs::path& path_;
  DocumentKind kind_;
  Reading& reading_;
  ReadDocument& out_;
  std::vector<Reference> references_;
  std::vector<std::size_t> open_;  // the last part read and those above it, by their places
};

// ---- a CSV alone
// -----------------------------------------------------------------------------------

bool has_column(const CsvRows& csv, std::initializer_list<std::string_view> keys) {
  return std::any_of(csv.keys.begin(), csv.keys.end(),
                     [&](const std::string& key) { return in(key, keys); });
}

DocumentKind kind_of(const CsvRows& csv) {
  return has_column(csv, {"year_number", "issn", "date", "issue", "frequency"})
             ? DocumentKind::periodical
             : DocumentKind::monograph;
}

bool is_unit_row(const Row& row) {
  return !part_kind(row.text("part"));
}

// What the rows say of the title: the first word on each thing; another one later is a mistake.
Row title_row(std::vector<Row>& rows, DocumentKind kind, const fs::path& path, Reading& reading) {
  const bool periodical = kind == DocumentKind::periodical;
  Row out;
  for (Row& row : rows) {
    if (!is_unit_row(row)) continue;
    for (const Cell& cell : row.cells) {
      const bool whole = in(cell.key, {"title", "title_uuid", "title_years", "frequency", "sigla",
                                       "institution", "country"}) ||
                         (periodical && in(cell.key, {"issn", "ccnb", "subtitle", "publisher",
                                                      "place", "language", "shelfmark"}));
      if (!whole && !(!periodical &&
                      in(cell.key, {"authors", "publisher", "place", "language", "shelfmark"})))
        continue;
      if (out.cells.empty()) {
        out.number = row.number;
        out.place = row.place;
      }
      const std::string before = out.text(cell.key);
      if (before.empty() || cell.place == out.place_of(cell.key))
        out.cells.push_back(cell);
      else if (in(cell.key, {"title", "issn", "ccnb", "title_uuid"}) && before != cell.text)
        reading.problems.mistake({path.string(), row.number, cell.place},
                                 "\"{}\": the rows above describe \"{}\"", cell.text, before);
    }
    if (periodical)
      row.drop({"title", "title_uuid", "title_years", "frequency", "issn", "ccnb", "subtitle",
                "publisher", "place", "country", "language", "shelfmark", "sigla", "institution"});
    else
      row.drop({"title", "title_uuid", "title_years", "frequency"});
  }
  return out;
}

Record title_of(Row row, DocumentKind kind, const fs::path& path, Reading& reading) {
  for (Cell& cell : row.cells) {
    if (cell.key == "title_uuid") cell.key = "uuid";
    if (cell.key == "title_years") cell.key = "year";
  }
  RowTable made = table_of(row, path, false, reading);
  Table table(made.table, tr("the title"), made.whence, reading);
  Record out = read_record(
      table, kind == DocumentKind::periodical ? RecordLevel::periodical : RecordLevel::title);
  table.refuse_unknown();
  return out;
}

// Rows of one title with numbers are its volumes; else each row is a book of its own.
bool one_work(const std::vector<Row>& rows) {
  std::set<std::string> titles;
  std::size_t units = 0;
  bool numbered = false;
  for (const Row& row : rows) {
    if (!is_unit_row(row)) continue;
    ++units;
    if (const std::string title = row.text("title"); !title.empty()) titles.insert(title);
    numbered = numbered || !row.text("number").empty() || !row.text("volume").empty() ||
               !row.text("name").empty();
  }
  return titles.size() == 1 && numbered && units > 1;
}

}  // namespace

Result<CsvRows> csv_rows(ByteView bytes, const fs::path& path, Reading& reading) {
  auto table = parse_csv(bytes);
  if (!table)
    return tl::unexpected(
        Error{table.error().kind, path.string() + ": " + table.error().message, {}});
  if (table->rows.size() > most_rows)
    return fail(ErrorKind::bad_input, "{}: more than {} rows", path.string(), most_rows);
  CsvRows out{path, table->rows.front(), {}, std::move(*table)};
  bool any = false;
  for (std::size_t c = 0; c < out.headings.size(); ++c) {
    const std::string& heading = out.headings[c];
    out.keys.push_back(column_key(heading));
    any = any || !out.keys.back().empty();
    if (!out.keys.back().empty()) continue;
    bool used = !heading.empty();
    for (std::size_t r = 1; r < out.table.rows.size() && !used; ++r)
      used = c < out.table.rows[r].size() && !out.table.rows[r][c].empty();
    const std::string nearest = nearest_column(heading);
    if (used)
      reading.problems.mistake({path.string(), 1, fmt::format("{} {} 1", path.string(), tr("row"))},
                               "unknown column {} \"{}\"{}", c + 1, heading,
                               nearest.empty() ? "" : say(tr("; is it {}?"), nearest));
  }
  if (!any)
    return fail(ErrorKind::bad_input,
                "{}: this is neither TOML nor MODS nor a table: its first row names no column "
                "that is known",
                path.string());
  return out;
}

Result<CsvRows> read_csv(const fs::path& path, Reading& reading) {
  const auto bytes = read_file(path, most_bytes);
  if (!bytes) return pass(bytes);
  return csv_rows(*bytes, path, reading);
}

void units_from_csv(const CsvRows& csv, DocumentKind kind, Reading& reading, ReadDocument& out) {
  UnitReader reader(csv.path, kind, reading, out);
  for (Row& row : rows_of(csv)) reader.read(std::move(row));
}

ReadDocument document_from_csv(const CsvRows& csv, Reading& reading) {
  ReadDocument out;
  out.document.kind = kind_of(csv);
  std::vector<Row> rows = rows_of(csv);
  if (out.document.kind == DocumentKind::periodical || one_work(rows)) {
    const Row title = title_row(rows, out.document.kind, csv.path, reading);
    out.document.title = title_of(title, out.document.kind, csv.path, reading);
  }
  UnitReader reader(csv.path, out.document.kind, reading, out);
  for (Row& row : rows) reader.read(std::move(row));
  if (out.document.units.empty())
    reading.problems.mistake({csv.path.string(), 1, csv.path.string()},
                             "the table has no row of an issue or a volume");
  return out;
}

}  // namespace linka
