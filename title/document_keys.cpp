// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/document_keys.h"

#include "title/genres.h"
#include "title/record_keys.h"
#include "title/words.h"

#include <array>
#include <utility>

namespace linka {
namespace {

constexpr int deepest = 8;  // parts within parts

struct PartKey {
  const char* key;
  const char* one;
  PartKind kind;
};
constexpr std::array<PartKey, 4> part_keys{
    {{"chapters", "[[chapters]]", PartKind::chapter},
     {"articles", "[[articles]]", PartKind::article},
     {"pictures", "[[pictures]]", PartKind::picture},
     {"supplements", "[[supplements]]", PartKind::supplement}}};

void read_parts(Table& t, DocumentKind document, int depth, std::vector<Part>& parts) {
  for (const PartKey& k : part_keys)
    for (Table& inner : t.tables(k.key, k.one, k.one)) {
      if (k.kind == PartKind::article && document == DocumentKind::monograph)
        t.problems().mistake(inner.here(), "a book has no articles; its parts are [[chapters]]");
      if (k.kind == PartKind::chapter && document == DocumentKind::periodical)
        t.problems().mistake(inner.here(),
                             "a periodical has no chapters; its parts are [[articles]]");
      if (k.kind == PartKind::supplement && depth > 0)
        t.problems().mistake(inner.here(), "a supplement belongs to a volume or an issue");
      parts.push_back(read_part(inner, k.kind, document, depth));
    }
}

// Manuscripts were made, not published.
void make_manuscript(Record& record) {
  for (Origin& o : record.origins)
    if (o.event == "publication") {
      o.event = "production";
      for (OriginDate& d : o.dates)
        if (d.kind == DateKind::issued) d.kind = DateKind::other;
    }
  if (record.forms.empty()) record.forms.push_back({"gmd", "manuscript"});
  record.issuance = "single unit";
}

}  // namespace

void read_kind(Table& t, Record& record) {
  const std::string word = t.text("kind"), kind = plain(word);
  const auto is = [&](std::initializer_list<std::string_view> words) {
    for (const std::string_view w : words)
      if (kind == w) return true;
    return false;
  };
  if (is({"", "book", "monograph", "volume", "kniha", "monografie", "svazek"})) return;
  if (is({"map", "cartographic", "mapa"}))
    record.genre = "cartographic";
  else if (is({"graphic", "grafika", "obraz"}))
    record.genre = "graphic";
  else if (is({"sheetmusic", "hudebnina", "noty"}))
    record.genre = "sheetmusic";
  else if (is({"manuscript", "rukopis"}))
    make_manuscript(record);
  else
    t.problems().mistake(t.at("kind"),
                         "the kind \"{}\" is not known: book, map, graphic, sheetmusic, "
                         "manuscript or periodical",
                         word);
}

Part read_part(Table& t, PartKind kind, DocumentKind document, int depth) {
  const RecordLevel level = level_of(kind, document);
  Part part;
  part.kind = kind;
  part.record = read_record(t, level);
  const std::string type = t.text("type");
  part.genre_type = part_genre(level, type);
  if (!type.empty() && part.genre_type.empty())
    t.problems().mistake(t.at("type"), "\"{}\" is no kind of such a part; known are {}", type,
                         fmt::format("{}", fmt::join(part_genres(level), ", ")));
  // A page number needs no quotes. A supplement's [pages] label its own scans instead.
  if (!t.raw()["pages"].is_table()) part.pages = t.text("pages");
  if (kind == PartKind::supplement) part.scans = t.text("scans");
  if (depth < deepest)
    read_parts(t, document, depth + 1, part.parts);
  else
    t.problems().mistake(t.here(), "parts within parts are more than {} deep", deepest);
  const TitleInfo* title = main_title(part.record);
  const bool named = title != nullptr && (!title->title.empty() || !title->part_name.empty() ||
                                          !title->part_number.empty());
  if (!named) t.problems().mistake(t.here(), "a part needs a title");
  t.refuse_unknown();
  return part;
}

Unit read_unit(Table& t, DocumentKind kind, YearWord& year) {
  Unit unit;
  const bool issue = kind == DocumentKind::periodical;
  unit.record = read_record(t, issue ? RecordLevel::issue : RecordLevel::volume);
  unit.where = t.here().text;
  unit.scans = t.text("scans");
  unit.page_count = t.whole("page_count", 1, 100000);
  if (issue) {
    const std::string type = t.text("type");
    unit.genre_type = issue_genre(type);
    if (!type.empty() && unit.genre_type.empty())
      t.problems().mistake(t.at("type"),
                           "\"{}\" is no kind of issue; known are normal, morning, afternoon, "
                           "evening, corrected, special, supplement, sequence_1, sequence_2 ...",
                           type);
    year.number = t.text("volume");
    year.date = t.text("year");
    year.place = t.at(year.number.empty() ? "year" : "volume");
  } else {
    read_kind(t, unit.record);
  }
  read_parts(t, kind, 0, unit.parts);
  return unit;
}

Record read_year(Table& t) {
  Record record = read_record(t, RecordLevel::year);
  t.refuse_unknown();
  return record;
}

}  // namespace linka
