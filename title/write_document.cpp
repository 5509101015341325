// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/write_document.h"

#include "title/complete.h"
#include "title/genres.h"
#include "title/normalise.h"
#include "title/write_record.h"

#include <algorithm>

namespace linka {
namespace {

const char* key_of(PartKind kind) {
  switch (kind) {
    case PartKind::supplement:
      return "supplements";
    case PartKind::chapter:
      return "chapters";
    case PartKind::article:
      return "articles";
    case PartKind::picture:
      break;
  }
  return "pictures";
}

const char* kind_of(const Record& record) {
  if (record.genre == "cartographic") return "map";
  if (record.genre == "graphic") return "graphic";
  if (record.genre == "sheetmusic") return "sheetmusic";
  return "";
}

// What an empty record of that place would be after reading; standard and issuance as written in a
// file that does not say them.
Record bare(RecordLevel level) {
  Record record;
  record.issuance = level == RecordLevel::periodical ? "serial" : "monographic";
  return record;
}

Record as_normal(Record record, RecordLevel level) {
  Notes notes;
  normalise(record, notes, level);
  return record;
}

void write_parts(TomlWriter& out, const std::vector<Part>& parts, const Record& unit,
                 DocumentKind kind, const std::string& prefix) {
  for (const Part& part : parts) {
    const RecordLevel level = level_of(part.kind, kind);
    Record above = bare(level);
    inherit_part(above, level, unit);
    above = as_normal(std::move(above), level);
    const std::string name = prefix + key_of(part.kind);
    out.array_table(name);
    write_keys(out, part.record, above, level);
    out.text("type", part.genre_type);
    out.text("pages", part.pages);
    out.text("scans", part.scans);
    write_tables(out, part.record, above, name + ".");
    write_parts(out, part.parts, unit, kind, name + ".");
  }
}

void write_unit(TomlWriter& out, const Unit& unit, const Document& document,
                const std::string& prefix) {
  const bool periodical = document.kind == DocumentKind::periodical;
  const RecordLevel level = periodical ? RecordLevel::issue : RecordLevel::volume;
  Record above = bare(level);
  above.genre = unit.record.genre;
  inherit_unit(above, document);
  above = as_normal(std::move(above), level);
  if (!periodical) out.text("kind", kind_of(unit.record));
  if (periodical && unit.year) {
    const TitleInfo* t = main_title(*unit.year);
    out.text("volume", t == nullptr ? "" : t->part_number);
    out.text("year", issue_date(*unit.year));
  }
  write_keys(out, unit.record, above, level);
  out.text("type", unit.genre_type);
  out.text("scans", unit.scans);
  if (unit.page_count > 0) out.raw("page_count", std::to_string(unit.page_count));
  write_tables(out, unit.record, above, prefix);
  write_parts(out, unit.parts, unit.record, document.kind, prefix);
}

void write_rights(TomlWriter& out, const Rights& rights) {
  if (rights == Rights{}) return;
  out.table("rights");
  out.text("status", rights.status);
  out.text("publication", rights.publication);
  out.text("creation_year", rights.creation_year);
  out.text("publication_year", rights.publication_year);
  out.text("holder", rights.holder);
  out.text("notice", rights.notice);
  out.text("note", rights.note);
}

void write_devices(TomlWriter& out, const std::vector<Scanner>& devices) {
  for (const Scanner& device : devices) {
    out.array_table("devices");
    write_scanner_keys(out, device);
  }
}

void write_years(TomlWriter& out, const Document& document) {
  std::vector<Record> years;
  for (const Unit& unit : document.units) {
    if (!unit.year || std::find(years.begin(), years.end(), *unit.year) != years.end()) continue;
    years.push_back(*unit.year);
    const Record above = as_normal(bare(RecordLevel::year), RecordLevel::year);
    out.array_table("years");
    write_keys(out, *unit.year, above, RecordLevel::year);
    write_tables(out, *unit.year, above, "years.");
  }
}

void write_title(TomlWriter& out, const Document& document) {
  const RecordLevel level =
      document.kind == DocumentKind::periodical ? RecordLevel::periodical : RecordLevel::title;
  const Record above = as_normal(bare(level), level);
  out.table("title");
  write_keys(out, *document.title, above, level);
  write_tables(out, *document.title, above, "title.");
}

}  // namespace

std::string document_text(const Document& document) {
  TomlWriter out;
  const bool periodical = document.kind == DocumentKind::periodical;
  const bool several = periodical || document.title || document.units.size() != 1;
  if (periodical) out.text("kind", "periodical");
  if (!several) write_unit(out, document.units[0], document, "");
  if (document.title) write_title(out, document);
  if (periodical) write_years(out, document);
  const std::string name = periodical ? "issues" : "volumes";
  if (several)
    for (const Unit& unit : document.units) {
      out.array_table(name);
      write_unit(out, unit, document, name + ".");
    }
  write_rights(out, document.rights);
  write_devices(out, document.devices);
  return out.result();
}

}  // namespace linka
