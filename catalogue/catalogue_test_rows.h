// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a record as rows of a table, named as MODS names them, so that nothing of it can come
// out unseen.
#pragma once

#include "catalogue/catalogue_test_records.h"
#include "catalogue/marc_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace linka::made {

using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

inline std::string marked(const std::string& name, const std::string& mark) {
  return mark.empty() ? name : name + "@" + mark;
}

inline void add_title(Rows& rows, const std::string& where, const TitleInfo& t) {
  const std::string name = marked(where, t.type);
  for (const auto& [part, text] :
       {std::pair{"nonSort", t.non_sort}, std::pair{"title", t.title},
        std::pair{"subTitle", t.sub_title}, std::pair{"partNumber", t.part_number},
        std::pair{"partName", t.part_name}})
    if (!text.empty()) rows.emplace_back(name + "/" + part, text);
}

inline void add_name(Rows& rows, const Name& n) {
  const std::string name = marked("name", n.type + (n.primary ? "+primary" : ""));
  std::string text;
  for (const NamePart& p : n.parts)
    text += (text.empty() ? "" : " | ") + (p.type.empty() ? "" : p.type + ":") + p.text;
  for (const std::string& r : n.roles) text += " (" + r + ")";
  if (!n.identifier.empty()) text += " #" + n.identifier;
  rows.emplace_back(name, text);
}

inline void add_origin(Rows& rows, const Origin& o) {
  const std::string name = marked("originInfo", o.event);
  for (const std::string& t : o.country_codes) rows.emplace_back(name + "/placeTerm@code", t);
  for (const std::string& t : o.places) rows.emplace_back(name + "/placeTerm", t);
  for (const std::string& t : o.agents) rows.emplace_back(name + "/agent", t);
  for (const OriginDate& d : o.dates) {
    static const std::map<DateKind, const char*> kinds = {{DateKind::issued, "dateIssued"},
                                                          {DateKind::created, "dateCreated"},
                                                          {DateKind::copyright, "copyrightDate"},
                                                          {DateKind::other, "dateOther"}};
    rows.emplace_back(name + "/" + marked(marked(kinds.at(d.kind), d.point), d.qualifier), d.text);
  }
  if (!o.edition.empty()) rows.emplace_back(name + "/edition", o.edition);
}

// A record as MODS names its parts.
inline Rows rows_of(const Record& r) {
  Rows rows;
  const auto each = [&](const std::string& name, const std::vector<std::string>& texts) {
    for (const std::string& t : texts) rows.emplace_back(name, t);
  };
  const auto one = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) rows.emplace_back(name, text);
  };
  for (const TitleInfo& t : r.titles) add_title(rows, "titleInfo", t);
  for (const Name& n : r.names) add_name(rows, n);
  one("typeOfResource", r.resource);
  one("genre", r.genre);
  for (const Origin& o : r.origins) add_origin(rows, o);
  one("issuance", r.issuance);
  one("frequency", r.frequency);
  for (const Language& l : r.languages) one(marked("language", l.object), l.code);
  for (const Form& f : r.forms) one(marked("form", f.authority), f.text);
  each("extent", r.extents);
  each("physicalDescription/note", r.physical_notes);
  each("abstract", r.abstracts);
  each("note", r.notes);
  for (const Subject& s : r.subjects) {
    const std::string name = marked("subject", s.authority);
    each(name + "/name", s.names);
    each(name + "/topic", s.topics);
    each(name + "/geographic", s.geographic);
    each(name + "/temporal", s.temporal);
  }
  for (const Classification& c : r.classifications)
    one(marked(marked("classification", c.authority), c.edition), c.text);
  for (const RelatedItem& i : r.related) {
    for (const TitleInfo& t : i.titles) add_title(rows, marked("relatedItem", i.type), t);
    each(marked("relatedItem", i.type) + "/note", i.notes);
  }
  for (const Location& l : r.locations) {
    one("physicalLocation", l.sigla);
    one("shelfLocator", l.shelf_mark);
    one("url", l.url);
  }
  for (const Identifier& i : r.identifiers)
    one(marked(marked("identifier", i.type), i.invalid ? "invalid" : ""), i.value);
  one("descriptionStandard", r.info.standard);
  one("recordContentSource", r.info.source);
  one("recordCreationDate", r.info.created);
  one("recordChangeDate", r.info.changed);
  one(marked("recordIdentifier", r.info.identifier_source), r.info.identifier);
  one("recordOrigin", r.info.origin);
  one("languageOfCataloging", r.info.language);
  return rows;
}

// Prints record, field, expected, got; compares.
inline void expect_rows(const std::string& name, const Record& record, const Rows& expected) {
  const Rows got = rows_of(record);
  for (std::size_t i = 0; i < std::max(got.size(), expected.size()); ++i) {
    const Row e = i < expected.size() ? expected[i] : Row{"-", "-"};
    const Row g = i < got.size() ? got[i] : Row{"-", "-"};
    std::cout << (e == g ? "  " : "! ") << name << '\t' << e.first << '\t' << e.second << '\t'
              << (e.first == g.first ? g.second : g.first + ": " + g.second) << '\n';
  }
  EXPECT_EQ(got, expected) << name;
}

struct Read {
  Record record;
  std::vector<std::string> notes;
};

inline Read read(std::string_view text, const MarcContext& context = {}) {
  Read out;
  const auto record = record_from_marc(made::marc_of(text), context, out.notes);
  EXPECT_TRUE(record) << record.error().message;
  if (record) out.record = *record;
  return out;
}

}  // namespace linka::made
