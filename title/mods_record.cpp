// SPDX-License-Identifier: GPL-3.0-or-later
// Elements are known by their local names: catalogues use any prefix, the default name space, and
// now and then none.
#include "title/mods_record.h"

#include "base/text.h"
#include "formats/xml_reader.h"
#include "title/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <utility>

namespace linka {
namespace {

void left_out(Notes& notes, std::string_view parent, const XmlElement& child) {
  if (!child.text().empty() || !child.children().empty())
    note(notes, "Line {}: {}{}{} is left out: such a record does not hold it.", child.line(),
         parent, parent.empty() ? "" : "/", child.name());
}

std::string joined(const std::vector<XmlElement>& parts) {
  std::string out;
  for (const XmlElement& p : parts)
    if (const std::string text = p.text(); !text.empty()) out += (out.empty() ? "" : ", ") + text;
  return out;
}

TitleInfo title_of(const XmlElement& e, Notes& notes) {
  TitleInfo t;
  t.type = e.attribute("type");
  for (const XmlElement& c : e.children()) {
    const std::string name = c.name();
    std::string* place = name == "nonSort"      ? &t.non_sort
                         : name == "title"      ? &t.title
                         : name == "subTitle"   ? &t.sub_title
                         : name == "partNumber" ? &t.part_number
                         : name == "partName"   ? &t.part_name
                                                : nullptr;
    if (place == nullptr) {
      left_out(notes, "titleInfo", c);
    } else if (place->empty()) {
      *place = c.text();
    } else {
      *place += (place == &t.sub_title ? " : " : ", ") + c.text();
    }
  }
  return t;
}

Name name_of_element(const XmlElement& e, Notes& notes) {
  Name name;
  name.type = e.attribute("type");
  name.primary = e.attribute("usage") == "primary";
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "namePart") {
      name.parts.push_back({c.attribute("type"), c.text()});
    } else if (what == "nameIdentifier") {
      if (name.identifier.empty()) name.identifier = c.text();
    } else if (what == "etal") {
      name.et_al = c.text().empty() ? "et al." : c.text();
    } else if (what == "role") {
      // A role in words beside its code says the same thing twice.
      std::string code, word;
      for (const XmlElement& term : c.children("roleTerm"))
        (term.attribute("type") == "code" ? code : word) = term.text();
      if (!code.empty() || !word.empty()) name.roles.push_back(code.empty() ? word : code);
    } else if (what == "alternativeName") {
      if (std::string other = joined(c.children("namePart")); !other.empty())
        name.alternative_names.push_back(std::move(other));
    } else if (!one_of(what, {"displayForm", "affiliation"})) {
      left_out(notes, "name", c);
    }
  }
  if (!name.et_al.empty() && !name.parts.empty()) name.et_al.clear();
  return name;
}

OriginDate date_of(DateKind kind, const XmlElement& e) {
  OriginDate d{kind, e.text(), e.attribute("point"), e.attribute("qualifier")};
  // MARC's sign of an unknown digit.
  if (e.attribute("encoding") == "marc" && d.point.empty())
    std::replace(d.text.begin(), d.text.end(), 'u', '-');
  return d;
}

// What the role makes of an agent where its originInfo names no event.
std::string event_of_agent(const XmlElement& agent) {
  const std::string role = agent.child("role").child("roleTerm").text();
  for (const auto& [word, event] :
       {std::pair{"producer", "production"}, std::pair{"distributor", "distribution"},
        std::pair{"manufacturer", "manufacture"}})
    if (role == word) return event;
  return {};
}

void read_origin(const XmlElement& e, Record& record, Notes& notes) {
  Origin o;
  std::vector<Origin> others;
  o.event = e.attribute("eventType");
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "place") {
      for (const XmlElement& term : c.children("placeTerm")) {
        if (term.attribute("type") != "code")
          o.places.push_back(term.text());
        else if (term.attribute("authority") == "marccountry" || !term.has("authority"))
          o.country_codes.push_back(term.text());
      }
    } else if (what == "publisher") {
      o.agents.push_back(c.text());
    } else if (what == "agent") {
      const std::string event = o.event.empty() ? event_of_agent(c) : std::string{};
      Origin& place = event.empty() ? o : others.emplace_back();
      if (!event.empty()) place.event = event;
      place.agents.push_back(joined(c.children("namePart")));
    } else if (what == "dateIssued") {
      o.dates.push_back(date_of(DateKind::issued, c));
    } else if (what == "dateCreated") {
      o.dates.push_back(date_of(DateKind::created, c));
    } else if (what == "copyrightDate") {
      o.dates.push_back(date_of(DateKind::copyright, c));
    } else if (what == "dateOther") {
      o.dates.push_back(date_of(DateKind::other, c));
    } else if (what == "edition") {
      o.edition += (o.edition.empty() ? "" : ", ") + c.text();
    } else if (what == "issuance") {
      if (!c.text().empty()) record.issuance = c.text();
    } else if (what == "frequency") {
      if (record.frequency.empty()) record.frequency = c.text();
    } else if (what != "displayDate") {
      left_out(notes, "originInfo", c);
    }
  }
  const Origin nothing{o.event, {}, {}, {}, {}, {}};
  if (o != nothing) record.origins.push_back(std::move(o));
  std::move(others.begin(), others.end(), std::back_inserter(record.origins));
}

void read_languages(const XmlElement& e, Record& record) {
  const std::string object = e.attribute("objectPart");
  const auto terms = e.children("languageTerm");
  const bool coded = std::any_of(terms.begin(), terms.end(),
                                 [](const XmlElement& t) { return t.attribute("type") == "code"; });
  for (const XmlElement& t : terms) {
    if (coded && t.attribute("type") != "code") continue;
    // The second code of the same language by another list.
    if (one_of(t.attribute("authority"), {"rfc3066", "rfc5646", "iso639-3"}) && terms.size() > 1)
      continue;
    if (!t.text().empty()) record.languages.push_back({t.text(), object});
  }
}

void read_description(const XmlElement& e, Record& record, Notes& notes) {
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "form") {
      Form form{c.attribute("authority"), c.text(), c.attribute("type")};
      if (form.authority.empty() && c.attribute("type") == "media") form.authority = "rdamedia";
      if (form.authority.empty() && c.attribute("type") == "carrier") form.authority = "rdacarrier";
      record.forms.push_back(std::move(form));
    } else if (what == "extent") {
      record.extents.push_back(c.text());
    } else if (what == "note") {
      // Illustrations and the like, which the extent names as well.
      const std::string text = c.text();
      if (std::none_of(
              record.extents.begin(), record.extents.end(),
              [&](const std::string& extent) { return extent.find(text) != std::string::npos; }))
        record.physical_notes.push_back(text);
    } else {
      left_out(notes, "physicalDescription", c);
    }
  }
}

void add_words(std::vector<std::string>& to, const TitleInfo& title) {
  for (const std::string* words : {&title.title, &title.part_number, &title.part_name})
    if (!words->empty()) to.push_back(*words);
}

void read_subject(const XmlElement& e, Record& record, Notes& notes) {
  Subject s;
  s.authority = e.attribute("authority");
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "topic")
      s.topics.push_back(c.text());
    else if (what == "geographic")
      s.geographic.push_back(c.text());
    else if (what == "temporal")
      s.temporal.push_back(c.text());
    else if (what == "name")
      s.names.push_back(joined(c.children("namePart")));
    else if (what == "titleInfo")
      add_words(s.topics, title_of(c, notes));
    else if (what != "geographicCode")  // other subjects name the place
      left_out(notes, "subject", c);
  }
  if (s.topics.empty() && s.geographic.empty() && s.temporal.empty() && s.names.empty()) return;
  record.subjects.push_back(std::move(s));
}

void read_location(const XmlElement& e, Record& record, Notes& notes) {
  Location l;
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "physicalLocation") {
      if (l.sigla.empty() || (!is_sigla(l.sigla) && is_sigla(c.text()))) l.sigla = c.text();
    } else if (what == "shelfLocator") {
      if (l.shelf_mark.empty()) l.shelf_mark = c.text();
    } else if (what == "url") {
      if (l.url.empty()) l.url = c.text();
    } else if (what == "holdingSimple" || what == "holdingExternal") {
      left_out(notes, "location", c);
    }
  }
  record.locations.push_back(std::move(l));
}

void read_related(const XmlElement& e, Record& record, Notes& notes) {
  RelatedItem r;
  r.type = e.attribute("type");
  // Related in a way that packages have no word for.
  if (r.type.empty() && e.has("otherType")) return;
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "titleInfo")
      r.titles.push_back(title_of(c, notes));
    else if (what == "note")
      r.notes.push_back(c.text());
    else if (what == "identifier" && c.attribute("type") == "issn")
      r.notes.push_back("ISSN " + c.text());
    else if (what == "identifier" && c.attribute("type") == "isbn")
      r.notes.push_back("ISBN " + c.text());
    else
      left_out(notes, "relatedItem", c);
  }
  record.related.push_back(std::move(r));
}

void read_info(const XmlElement& e, RecordInfo& info, Notes& notes) {
  for (const XmlElement& c : e.children()) {
    const std::string what = c.name();
    if (what == "descriptionStandard") {
      if (info.standard.empty()) info.standard = c.text();
    } else if (what == "recordContentSource") {
      if (info.source.empty() || (!is_sigla(info.source) && is_sigla(c.text())))
        info.source = c.text();
    } else if (what == "recordCreationDate") {
      if (info.created.empty()) info.created = c.text();
    } else if (what == "recordChangeDate") {
      info.changed = c.text();
    } else if (what == "recordIdentifier") {
      if (info.identifier.empty()) {
        info.identifier = c.text();
        info.identifier_source = c.attribute("source");
      }
    } else if (what == "recordOrigin") {
      info.origin = c.text();
    } else if (what == "languageOfCataloging") {
      for (const XmlElement& t : c.children("languageTerm"))
        if (info.language.empty() || t.attribute("type") == "code") info.language = t.text();
    } else {
      left_out(notes, "recordInfo", c);
    }
  }
}

// A catalogue's record has some hundreds.
constexpr std::size_t most_elements = 20000;

bool has_more_than(const XmlElement& root, std::size_t limit) {
  std::vector<XmlElement> open{root};
  for (std::size_t seen = 0; !open.empty(); ++seen) {
    if (seen + open.size() > limit) return true;
    const auto children = open.back().children();
    open.pop_back();
    open.insert(open.end(), children.begin(), children.end());
  }
  return false;
}

std::vector<XmlElement> records_in(const XmlElement& root) {
  if (root.name() == "mods") return {root};
  return root.descendants("mods");
}

std::string genre_of(const XmlElement& record) {
  for (const XmlElement& genre : record.children("genre"))
    if (const std::string text = genre.text();
        one_of(text, {"title", "volume", "issue", "cartographic", "graphic", "sheetmusic"}))
      return text;
  return {};
}

bool is_volume_genre(const std::string& genre) {
  return one_of(genre, {"volume", "cartographic", "graphic", "sheetmusic"});
}

// The one of that level of a description of several levels, else the first record.
XmlElement chosen(const std::vector<XmlElement>& records, RecordLevel level, Notes& notes) {
  if (records.size() == 1) return records[0];
  for (const XmlElement& r : records) {
    const std::string genre = genre_of(r);
    const bool wanted = level == RecordLevel::issue ? genre == "issue"
                        : level == RecordLevel::title || level == RecordLevel::periodical
                            ? genre == "title"
                            : is_volume_genre(genre);
    if (!wanted) continue;
    note(notes, "The file holds {} records; the {}, at line {}, is taken.", records.size(), genre,
         r.line());
    return r;
  }
  note(notes, "The file holds {} records; the first is taken.", records.size());
  return records[0];
}

// What the thing is, where the catalogue's word for its kind has a place in the standard.
void read_resource(const XmlElement& e, Record& record, Notes& notes) {
  const std::string text = e.text();
  if (text.empty() || text == "text") return;
  for (const auto& [resource, genre] :
       {std::pair{"cartographic", "cartographic"}, std::pair{"still image", "graphic"},
        std::pair{"notated music", "sheetmusic"}})
    if (text == resource && record.genre == "volume") {
      record.genre = genre;
      return;
    }
  if (record.genre == "volume")
    note(notes, "Line {}: the kind of resource \"{}\" is written as text.", e.line(), text);
}

void read_genre(const XmlElement& e, Record& record, Notes& notes) {
  const std::string text = e.text();
  if (one_of(text, {"cartographic", "graphic", "sheetmusic"})) record.genre = text;
  // A word of a list, or beside the standard's own, says what the text is, not what the volume is.
  if (e.has("authority") || !genre_of(e.parent()).empty()) return;
  if (!text.empty() && !one_of(text, {"volume", "title", "issue"}) && record.genre == "volume")
    note(notes, "Line {}: the genre \"{}\" is written as volume.", e.line(), text);
}

void read_top(const XmlElement& e, Record& record, Notes& notes) {
  const std::string what = e.name();
  if (what == "titleInfo") {
    record.titles.push_back(title_of(e, notes));
  } else if (what == "name") {
    record.names.push_back(name_of_element(e, notes));
  } else if (what == "originInfo") {
    read_origin(e, record, notes);
  } else if (what == "language") {
    read_languages(e, record);
  } else if (what == "physicalDescription") {
    read_description(e, record, notes);
  } else if (what == "abstract") {
    record.abstracts.push_back(e.text());
  } else if (one_of(what, {"note", "tableOfContents"})) {
    record.notes.push_back(e.text());
  } else if (what == "subject") {
    read_subject(e, record, notes);
  } else if (what == "classification") {
    record.classifications.push_back({e.attribute("authority"), e.attribute("edition"), e.text()});
  } else if (what == "location") {
    read_location(e, record, notes);
  } else if (what == "relatedItem") {
    read_related(e, record, notes);
  } else if (what == "identifier") {
    record.identifiers.push_back({e.attribute("type"), e.text(), e.attribute("invalid") == "yes"});
  } else if (what == "recordInfo") {
    read_info(e, record.info, notes);
  } else if (what == "typeOfResource") {
    read_resource(e, record, notes);
  } else if (what == "genre") {
    read_genre(e, record, notes);
  } else {
    left_out(notes, "", e);
  }
}

bool same_words(const TitleInfo& a, const TitleInfo& b) {
  return a.title == b.title && a.sub_title == b.sub_title && a.part_number == b.part_number &&
         a.part_name == b.part_name;
}

// A variant in the words of the title proper, or of a variant before it, says nothing new.
void drop_repeated_titles(Record& record) {
  const TitleInfo* proper = main_title(record);
  std::vector<TitleInfo> out;
  for (const TitleInfo& t : record.titles) {
    const auto says_it = [&](const TitleInfo& other) { return same_words(other, t); };
    const bool said =
        (proper != nullptr && says_it(*proper)) || std::any_of(out.begin(), out.end(), says_it);
    if (t.type.empty() || !said) out.push_back(t);
  }
  record.titles = std::move(out);
}

Record record_of(const XmlElement& mods, Notes& notes) {
  Record record;
  record.issuance.clear();
  record.info.standard.clear();
  for (const XmlElement& e : mods.children()) read_top(e, record, notes);
  drop_repeated_titles(record);
  return record;
}

bool is_periodical(const Record& record) {
  return one_of(record.issuance, {"continuing", "serial", "integrating resource"});
}

Result<XmlDocument> parsed(ByteView xml, const std::string& file) {
  auto document = XmlDocument::parse(xml);
  if (!document)
    return tl::unexpected(Error{document.error().kind, file + ": " + document.error().message, {}});
  return document;
}

// All records of the file; too many of anything are refused.
Result<std::vector<XmlElement>> records_of(const XmlDocument& document, const std::string& file,
                                           std::size_t most) {
  if (has_more_than(document.root(), most))
    return fail(ErrorKind::bad_input, "{}: more than {} elements, too many for one book", file,
                most);
  std::vector<XmlElement> records = records_in(document.root());
  if (records.empty())
    return fail(ErrorKind::bad_input, "{}: the XML holds no MODS record; its root is <{}>", file,
                document.root().name());
  return records;
}

// Where several levels are described: the title, years and units in their order.
ReadDocument document_of(const std::vector<XmlElement>& records, const std::string& file,
                         Notes& notes) {
  ReadDocument out;
  const bool issues = std::any_of(records.begin(), records.end(),
                                  [](const XmlElement& r) { return genre_of(r) == "issue"; });
  if (issues) out.document.kind = DocumentKind::periodical;
  std::optional<Record> year;
  for (const XmlElement& e : records) {
    const std::string genre = genre_of(e);
    Record record = record_of(e, notes);
    if (genre == "title") {
      if (out.document.title)
        note(notes, "Line {}: a second record of the title is left out.", e.line());
      else
        out.document.title = std::move(record);
    } else if (issues && genre == "volume") {
      year = std::move(record);
    } else if (genre == (issues ? "issue" : genre) && (issues || is_volume_genre(genre))) {
      Unit unit;
      unit.record = std::move(record);
      unit.year = year;
      unit.where = fmt::format("{}:{}", file, e.line());
      out.document.units.push_back(std::move(unit));
    } else {
      note(notes, "Line {}: a record of the kind \"{}\" is left out.", e.line(), genre);
    }
  }
  return out;
}

}  // namespace

Result<Record> record_from_mods(ByteView xml, const std::string& file,
                                std::vector<std::string>& notes, RecordLevel level) {
  const auto document = parsed(xml, file);
  if (!document) return pass(document);
  const auto records = records_of(*document, file, most_elements);
  if (!records) return pass(records);
  Record record = record_of(chosen(*records, level, notes), notes);
  if (level == RecordLevel::volume && is_periodical(record))
    return fail(ErrorKind::unsupported,
                "{}: the record describes a periodical (issuance \"{}\"); its issues are not said",
                file, record.issuance);
  return record;
}

Result<ReadDocument> document_from_mods(ByteView xml, const std::string& file,
                                        std::vector<std::string>& notes) {
  const auto document = parsed(xml, file);
  if (!document) return pass(document);
  const auto records = records_of(*document, file, most_elements * 10);
  if (!records) return pass(records);
  const auto units = std::count_if(records->begin(), records->end(), [](const XmlElement& r) {
    return is_volume_genre(genre_of(r)) || genre_of(r) == "issue";
  });
  const bool titled = std::any_of(records->begin(), records->end(),
                                  [](const XmlElement& r) { return genre_of(r) == "title"; });
  ReadDocument out;
  if (units > 1 || (units == 1 && titled)) {
    out = document_of(*records, file, notes);
  } else {
    auto record = record_from_mods(xml, file, notes, RecordLevel::volume);
    if (!record) return pass(record);
    out.document.units.emplace_back();
    out.document.units.back().record = std::move(*record);
    out.document.units.back().where = file;
  }
  out.from_mods = true;
  if (out.document.kind == DocumentKind::periodical) {
    if (!out.document.title)
      return fail(ErrorKind::bad_input, "{}: there are issues, but no record of the periodical",
                  file);
    out.words.resize(out.document.units.size());
  }
  return out;
}

void find_digitizing_library(Record& record, std::vector<std::string>& notes) {
  if (!record.sigla.empty()) return;
  for (const Location& l : record.locations)
    if (record.sigla.empty() && is_sigla(l.sigla)) record.sigla = l.sigla;
  if (record.sigla.empty() && is_sigla(record.info.source)) record.sigla = record.info.source;
  if (!record.sigla.empty())
    note(notes, "{} is taken for the digitizing library: the record names no other.", record.sigla);
}

}  // namespace linka
