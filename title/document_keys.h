// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of volumes, issues and parts -> units and parts, as written. A row of a CSV comes here as
// a table, too, so that a key means the same in both.
#pragma once

#include "model/document.h"
#include "title/toml_table.h"

#include <map>
#include <string>
#include <vector>

namespace linka {

// An issue's own word for its year, before the years are known.
struct YearWord {
  std::string number, date;
  FilePlace place;
};

struct ReadDocument {
  Document document;
  Record common;                // what stands above all
  std::vector<Record> years;    // [[years]]
  std::vector<YearWord> words;  // one for each unit of a periodical
  bool from_mods = false;       // a catalogue, which does not say who digitizes
};

// What `kind` makes of a volume: "book", "map", "graphic", "sheetmusic", "manuscript".
void read_kind(Table& table, Record& record);

// A volume or an issue. `year` is filled for an issue.
Unit read_unit(Table& table, DocumentKind kind, YearWord& year);
// A part of the kind, with all below it.
Part read_part(Table& table, PartKind kind, DocumentKind document, int depth = 0);
Record read_year(Table& table);

}  // namespace linka
