// SPDX-License-Identifier: GPL-3.0-or-later
// A person wrote this file, so every mistake is told at once, each with its place.
#include "title/record_keys.h"

#include "base/files.h"
#include "base/text.h"
#include "title/codes.h"
#include "title/genres.h"
#include "title/issue_date.h"
#include "title/mods_record.h"
#include "title/name_keys.h"
#include "title/normalise.h"

#include <algorithm>
#include <set>

namespace linka {
namespace {

using enum RecordLevel;

bool among(RecordLevel level, std::initializer_list<RecordLevel> levels) {
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}
bool is_whole(RecordLevel level) {  // a thing with a publisher and a form of its own
  return among(level, {volume, title, periodical, volume_supplement, issue_supplement});
}
bool digitized(RecordLevel level) {
  return among(level, {volume, title, periodical, issue});
}

bool has_digit(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check_year(const Table& t, std::string_view key, const std::string& year) {
  // Any way of writing a year holds a digit: "[1927]", "1927-1930", "19--".
  if (!year.empty() && !has_digit(year))
    t.problems().mistake(t.at(key), "the {} \"{}\" holds no digit", key, year);
}

TitleInfo further_title(Table& t) {
  TitleInfo info;
  info.type = t.text("type");
  info.non_sort = t.text("article");
  info.title = t.text("title");
  info.sub_title = t.text("subtitle");
  info.part_number = t.text("number", "part_number");
  info.part_name = t.text("name", "part_name");
  t.refuse_unknown();
  return info;
}

void read_titles(Table& t, RecordLevel level, Record& record) {
  TitleInfo main;
  if (level != year) {
    main.title = t.text("title");
    main.non_sort = t.text("article");
    main.sub_title = t.text("subtitle");
  }
  main.part_number = t.text("number", "part_number");
  main.part_name = t.text("name", "part_name");
  record.titles.push_back(std::move(main));
  if (level == year) return;
  for (const auto& [key, type] :
       {std::pair{"alternative_titles", "alternative"}, std::pair{"uniform_title", "uniform"},
        std::pair{"translated_title", "translated"}, std::pair{"abbreviated_title", "abbreviated"}})
    for (std::string& text : t.texts(key)) {
      record.titles.emplace_back();
      record.titles.back().type = type;
      record.titles.back().title = std::move(text);
    }
  for (Table& inner :
       t.tables("further_titles", "a further title", "{ type = \"uniform\", title = \"...\" }"))
    record.titles.push_back(further_title(inner));
}

DateKind date_kind(Table& t, const std::string& word) {
  for (const auto& [name, kind] :
       {std::pair{"issued", DateKind::issued}, std::pair{"created", DateKind::created},
        std::pair{"copyright", DateKind::copyright}, std::pair{"other", DateKind::other}})
    if (word == name) return kind;
  if (!word.empty())
    t.problems().mistake(t.at("kind"), "the kind of a date is issued, created, copyright or other");
  return DateKind::issued;
}

std::vector<std::string> countries(Table& t) {
  std::vector<std::string> out = t.texts("country");
  for (const std::string& code : out) {
    const bool letters =
        code.size() >= 2 && code.size() <= 3 &&
        std::all_of(code.begin(), code.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!letters)
      t.problems().mistake(t.at("country"), "\"{}\" is no MARC country code (xr, xo, gw ...)",
                           code);
  }
  return out;
}

// [[origins]]: one event with all it may have.
Origin origin_of(Table& t) {
  Origin origin;
  if (t.get("event") != nullptr) origin.event = t.text("event");
  static const std::set<std::string_view> events{"publication", "production", "distribution",
                                                 "manufacture", "copyright",  ""};
  if (!events.contains(origin.event))
    t.problems().mistake(t.at("event"),
                         "the event is publication, production, distribution, manufacture or "
                         "copyright");
  origin.country_codes = countries(t);
  origin.places = t.texts("place");
  origin.agents = t.texts("agent");
  origin.edition = t.text("edition");
  for (Table& inner : t.tables("dates", "a date", "{ kind = \"issued\", text = \"1927\" }")) {
    OriginDate date;
    date.kind = date_kind(inner, inner.text("kind"));
    date.text = inner.text("text");
    date.point = inner.text("point");
    date.qualifier = inner.text("qualifier");
    if (date.text.empty()) inner.problems().mistake(inner.here(), "a date needs a text");
    inner.refuse_unknown();
    origin.dates.push_back(std::move(date));
  }
  t.refuse_unknown();
  return origin;
}

std::string day_of_issue(Table& t) {
  const std::string given = t.date("date");
  const std::string date = issue_date_form(given);
  if (!given.empty() && date.empty())
    t.problems().mistake(t.at("date"),
                         "\"{}\" is no date of an issue (1.5.1927, 05.1927, 1927, 1.-7.5.1927, "
                         "1927-05-01)",
                         given);
  return date.empty() ? given : date;
}

void read_publication(Table& t, RecordLevel level, Record& record) {
  Origin published;
  published.agents = t.texts("publisher");
  published.places = t.texts("place");
  published.country_codes = countries(t);
  if (is_whole(level)) published.edition = t.text("edition");
  std::string date;
  if (among(level, {issue, volume_supplement, issue_supplement})) date = day_of_issue(t);
  if (is_whole(level)) {
    const std::string when = t.text("year");
    check_year(t, "year", when);
    if (!when.empty() && !date.empty())
      t.problems().mistake(t.at("year"), "year and date are two names of one key");
    if (date.empty()) date = when;
  }
  if (!date.empty()) published.dates.push_back({DateKind::issued, date, "", ""});
  record.origins.push_back(std::move(published));
}

void read_copyright_and_printer(Table& t, Record& record) {
  const std::string copyright = t.text("copyright_year");
  check_year(t, "copyright_year", copyright);
  if (!copyright.empty()) {
    Origin c;
    c.event = "copyright";
    c.dates.push_back({DateKind::copyright, copyright, "", ""});
    record.origins.push_back(std::move(c));
  }
  Origin printed;
  printed.event = "manufacture";
  printed.agents = t.texts("printer");
  printed.places = t.texts("printing_place");
  if (!printed.agents.empty() || !printed.places.empty()) record.origins.push_back(printed);
}

void read_rules(Table& t, Record& record) {
  if (const std::string rules = t.text("rules"); !rules.empty()) record.info.standard = rules;
  if (record.info.standard != "rda" && record.info.standard != "aacr")
    t.problems().mistake(t.at("rules"), "the rules are rda or aacr");
}

void read_issuance(Table& t, RecordLevel level, Record& record) {
  record.issuance = level == periodical ? "serial" : "monographic";
  if (!among(level, {volume, title, periodical})) return;
  if (const std::string issuance = t.text("issuance"); !issuance.empty())
    record.issuance = issuance;
  const std::set<std::string_view> books{"monographic", "multipart monograph", "single unit"};
  const std::set<std::string_view> periodicals{"serial", "continuing", "integrating resource"};
  const auto& known = level == periodical ? periodicals : books;
  if (!known.contains(record.issuance)) {
    if (level == periodical)
      t.problems().mistake(t.at("issuance"),
                           "the issuance is serial, continuing or integrating resource");
    else
      t.problems().mistake(t.at("issuance"),
                           "the issuance is monographic, multipart monograph or single unit");
  }
  if (level == periodical) record.frequency = t.text("frequency");
}

void read_origins(Table& t, RecordLevel level, Record& record) {
  if (level == year) {
    const std::string date = t.text("date", "year");
    check_year(t, t.raw().contains("date") ? "date" : "year", date);
    Origin o;
    if (!date.empty()) o.dates.push_back({DateKind::issued, date, "", ""});
    record.origins.push_back(std::move(o));
  } else if (is_whole(level) || level == issue) {
    read_publication(t, level, record);
    if (is_whole(level)) read_copyright_and_printer(t, record);
    for (Table& inner : t.tables("origins", "[[origins]]", "[[origins]]"))
      record.origins.push_back(origin_of(inner));
  }
  std::erase_if(record.origins, [](const Origin& o) {
    return o.agents.empty() && o.places.empty() && o.country_codes.empty() && o.dates.empty() &&
           o.edition.empty();
  });
  read_issuance(t, level, record);
  if (is_whole(level)) read_rules(t, record);
}

void read_languages(Table& t, Record& record) {
  for (const std::string_view key : {"language", "languages"})
    for (const toml::node* node : t.list(key)) {
      Language language;
      std::string word;
      if (const toml::table* inner = node->as_table()) {
        Table i = t.inner(key, *inner, "a language");
        word = i.text("code");
        language.object = i.text("of");
        i.refuse_unknown();
      } else {
        word = t.text_of(key, *node);
        if (word.empty()) continue;
      }
      language.code = language_code(word);
      if (language.code.empty())
        t.problems().mistake(t.at(key, *node),
                             "\"{}\" is no ISO 639-2 language code (cze, ger, lat ...)", word);
      else
        record.languages.push_back(std::move(language));
    }
}

void read_form(Table& t, RecordLevel level, Record& record) {
  if (is_whole(level) || level == issue) record.extents = t.texts("extent");
  if (!is_whole(level)) return;
  record.physical_notes = t.texts("physical_notes");
  record.resource = t.text("resource");
  for (Table& inner :
       t.tables("forms", "a form", "{ authority = \"marcform\", text = \"print\" }")) {
    Form form;
    form.authority = inner.text("authority");
    form.text = inner.text("text");
    form.type = inner.text("type");
    inner.refuse_unknown();
    if (!form.text.empty()) record.forms.push_back(std::move(form));
  }
}

void read_subjects(Table& t, Record& record) {
  for (const toml::node* node : t.list("subjects")) {
    Subject s;
    s.authority = "czenas";
    if (const toml::table* inner = node->as_table()) {
      Table i = t.inner("subjects", *inner, "a subject");
      if (i.get("authority") != nullptr) s.authority = i.text("authority");
      s.topics = i.texts("topic");
      s.geographic = i.texts("geographic");
      s.temporal = i.texts("temporal");
      s.names = i.texts("name");
      i.refuse_unknown();
    } else {
      s.topics = {t.text_of("subjects", *node)};
      if (s.topics[0].empty()) continue;
    }
    record.subjects.push_back(std::move(s));
  }
}

void read_classifications(Table& t, Record& record) {
  for (const std::string& text : t.texts("udc"))
    record.classifications.push_back({"udc", "", text});
  for (Table& inner : t.tables("konspekt", "konspekt", "{ group = \"676\", category = \"19\" }")) {
    if (const std::string group = inner.text("group"); !group.empty())
      record.classifications.push_back({"udc", "Konspekt", group});
    if (const std::string category = inner.text("category"); !category.empty())
      record.classifications.push_back({"Konspekt", "", category});
    inner.refuse_unknown();
  }
  for (Table& inner :
       t.tables("classifications", "a classification", "{ authority = \"udc\", text = \"676\" }")) {
    record.classifications.push_back(
        {inner.text("authority"), inner.text("edition"), inner.text("text")});
    inner.refuse_unknown();
  }
}

void read_related(Table& t, Record& record) {
  const std::string series = t.text("series"), number = t.text("series_number");
  if (!series.empty()) {
    RelatedItem item;
    item.type = "series";
    item.titles.emplace_back();
    item.titles.back().title = series;
    item.titles.back().part_number = number;
    record.related.push_back(std::move(item));
  } else if (!number.empty()) {
    t.problems().mistake(t.at("series_number"), "series_number without a series");
  }
  for (Table& inner :
       t.tables("related", "a related thing", "{ type = \"preceding\", title = \"...\" }")) {
    RelatedItem item;
    item.type = inner.text("type");
    if (const std::string text = inner.text("title"); !text.empty()) {
      item.titles.emplace_back();
      item.titles.back().title = text;
    }
    for (Table& title : inner.tables("titles", "a title", "{ title = \"...\" }"))
      item.titles.push_back(further_title(title));
    item.notes = inner.texts("notes");
    inner.refuse_unknown();
    record.related.push_back(std::move(item));
  }
}

void read_content(Table& t, RecordLevel level, Record& record) {
  record.notes = t.texts("notes");
  for (std::string& text : t.texts("note")) record.notes.push_back(std::move(text));
  if (level == year) return;
  record.abstracts = t.texts("abstract");
  read_subjects(t, record);
  if (level != issue) read_classifications(t, record);
  if (!among(level, {title, volume_supplement, chapter, volume_picture})) read_related(t, record);
}

void read_uuid_and_urn(Table& t, Record& record) {
  std::string uuid = lower_ascii(t.text("uuid"));
  if (uuid.starts_with("uuid:")) uuid = uuid.substr(5);
  if (!uuid.empty()) record.identifiers.push_back({"uuid", uuid, false});
  if (!uuid.empty() && !is_uuid(uuid))
    t.problems().mistake(t.at("uuid"), "\"{}\" is no uuid (8-4-4-4-12 hexadecimal digits)", uuid);
  const std::string urn = lower_ascii(t.text("urnnbn"));
  if (!urn.empty()) record.identifiers.push_back({"urnnbn", urn, false});
  if (!urn.empty() && !is_urnnbn(urn))
    t.problems().mistake(t.at("urnnbn"), "\"{}\" is no URN:NBN (urn:nbn:cz:aba001-00000a)", urn);
}

void read_numbers(Table& t, RecordLevel level, Record& record) {
  const auto single = [&](std::string_view key, std::string_view type) {
    const std::string value = t.text(key);
    if (!value.empty()) record.identifiers.push_back({std::string(type), value, false});
    return value;
  };
  if (is_whole(level)) single("ccnb", "ccnb");
  if (is_whole(level) || level == issue) {
    const std::string isbn = single("isbn", "isbn");
    if (!isbn.empty() && !is_isbn(isbn))
      t.problems().mistake(
          t.at("isbn"),
          "the form or the check digit of the ISBN \"{}\" is wrong; one that the book prints "
          "so belongs in notes",
          isbn);
  }
  if (among(level, {periodical, issue, issue_supplement})) {
    const std::string issn = single("issn", "issn");
    if (!issn.empty() && !is_issn(issn))
      t.problems().mistake(t.at("issn"),
                           "the form or the check digit of the ISSN \"{}\" is wrong (0231-5904)",
                           issn);
  }
  if (is_whole(level)) single("ismn", "ismn");
  if (digitized(level)) {
    single("oclc", "oclc");
    single("barcode", "barCode");
  }
}

void read_identifiers(Table& t, RecordLevel level, Record& record) {
  read_uuid_and_urn(t, record);
  read_numbers(t, level, record);
  for (Table& inner :
       t.tables("identifiers", "an identifier", "{ type = \"...\", value = \"...\" }")) {
    Identifier id;
    id.type = inner.text("type");
    id.value = inner.text("value");
    id.invalid = inner.flag("invalid");
    if (id.type.empty() || id.value.empty())
      t.problems().mistake(inner.here(), "an identifier needs type and value");
    if (id.type == "issn" && level == volume)
      t.problems().mistake(inner.at("type"), "a volume has no ISSN of its own");
    inner.refuse_unknown();
    record.identifiers.push_back(std::move(id));
  }
}

std::string sigla(Table& t, std::string_view key) {
  const std::string code = t.text(key);
  if (!code.empty() && !is_sigla(code))
    t.problems().mistake(t.at(key), "{} = \"{}\" is no library code (three capitals, three digits)",
                         key, code);
  return code;
}

void read_digitization(Table& t, Record& record) {
  record.sigla = sigla(t, "sigla");
  record.archivist = sigla(t, "archivist");
  record.owner = sigla(t, "owner");
  record.institution = t.text("institution");
  record.collection = t.text("collection");
  // Without a library of its own: whose it is comes from above, or is the digitizing one.
  for (const std::string& mark : t.texts("shelfmark")) record.locations.push_back({"", mark});
  for (Table& inner :
       t.tables("locations", "a location", "{ sigla = \"ABA001\", shelfmark = \"54 H 1\" }")) {
    Location l;
    l.sigla = sigla(inner, "sigla");
    l.shelf_mark = inner.text("shelfmark");
    l.url = inner.text("url");
    inner.refuse_unknown();
    record.locations.push_back(std::move(l));
  }
}

void read_record_info(Table& root, Record& record) {
  for (Table& t : root.table("record", "[record]")) {
    RecordInfo& info = record.info;
    info.source = sigla(t, "source");
    for (const auto& [key, place] :
         {std::pair{"created", &info.created}, std::pair{"changed", &info.changed}}) {
      const std::string given = t.date(key);
      *place = completed_date_time(given);
      if (place->empty() && !given.empty())
        t.problems().mistake(t.at(key), "{} = \"{}\" is no date", key, given);
    }
    info.identifier = t.text("id");
    info.identifier_source = t.text("id_source");
    if (info.identifier.empty() != info.identifier_source.empty())
      t.problems().mistake(t.here(), "id and id_source go together");
    info.origin = t.text("origin");
    if (!info.origin.empty() && info.origin != "machine generated" &&
        info.origin != "human prepared")
      t.problems().mistake(t.at("origin"), "origin is \"machine generated\" or \"human prepared\"");
    const std::string language = t.text("language");
    info.language = language_code(language);
    if (!language.empty() && info.language.empty())
      t.problems().mistake(t.at("language"), "\"{}\" is no ISO 639-2 language code", language);
    t.refuse_unknown();
  }
}

// A bare number is an ordinal, as "#3" is; all else names pages by their labels.
bool ordinals(std::string_view word, int& from, int& to) {
  if (word.starts_with('#')) word.remove_prefix(1);
  const auto dash = word.find('-');
  const auto number = [](std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    if (text.empty() || text.size() > 5 || text[0] == '0') return 0;
    int value = 0;
    for (const char c : text) {
      if (c < '0' || c > '9') return 0;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  from = number(word.substr(0, dash));
  to = dash == std::string_view::npos ? from : number(word.substr(dash + 1));
  return from > 0 && to >= from;
}

void read_types(Table& t, Record& record) {
  for (Table& types : t.table("types", "types"))
    for (const auto& [key, node] : types.raw()) {
      const std::string word = trimmed(key.str());
      const std::string given = types.text_of(word, node);
      const std::string type = page_type(given);
      const FilePlace place = types.at(key.str(), node);
      int from = 0, to = 0;
      if (type.empty())
        t.problems().mistake(place, "\"{}\" is no type of page; known are {}", given,
                             fmt::format("{}", fmt::join(page_type_words(), ", ")));
      else if (ordinals(word, from, to))
        for (int i = from; i <= to; ++i) record.types[i] = type;
      else if (word.empty() || word.find_first_of("#") != std::string::npos ||
               word.find_first_not_of("0123456789-") == std::string::npos)
        t.problems().mistake(place, "\"{}\" is no ordinal of a page (1, 2, 3 ...)", word);
      else
        record.type_rules.emplace_back(word, type);
    }
  for (Table& types : t.table("types_by_label", "types_by_label"))
    for (const auto& [key, node] : types.raw()) {
      const std::string given = types.text_of(key.str(), node), type = page_type(given);
      if (type.empty())
        t.problems().mistake(types.at(key.str(), node), "\"{}\" is no type of page; known are {}",
                             given, fmt::format("{}", fmt::join(page_type_words(), ", ")));
      else
        record.type_rules.emplace_back(trimmed(key.str()), type);
    }
}

void read_pages(Table& root, Record& record) {
  for (Table& t : root.table("pages", "[pages]")) {
    if (const toml::node* node = t.get("labels")) {
      if (node->is_array()) {
        // A list holds labels as they stand: the way to write "12-13" for one page.
        record.labels = t.texts("labels");
      } else if (auto labels = labels_of_pattern(t.text_of("labels", *node))) {
        record.labels = std::move(*labels);
      } else {
        t.problems().add(t.at("labels"), labels.error().message);
      }
    }
    read_types(t, record);
    record.first_side = t.text("first_side");
    if (!record.first_side.empty() && record.first_side != "left" && record.first_side != "right")
      t.problems().mistake(t.at("first_side"), "first_side is left or right");
    t.refuse_unknown();
  }
}

// ---- MODS inside
// -----------------------------------------------------------------------------------

void read_mods(Table& t, RecordLevel level, const std::string& mods, Record& record) {
  constexpr std::uint64_t most_bytes = 4u << 20;
  Reading& reading = t.reading();
  reading.from_mods = true;
  std::string text = mods, name = t.whence().file + " (mods)";
  if (!mods.starts_with('<')) {
    const auto path = t.whence().folder / mods;
    auto read = read_text(path, most_bytes);
    if (!read) {
      t.problems().add(t.at("mods"), read.error().message);
      return;
    }
    reading.files.push_back(path);
    text = std::move(*read);
    name = path.string();
  }
  auto described =
      record_from_mods({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, name,
                       reading.notes, level);
  if (!described)
    t.problems().add(t.at("mods"), described.error().message);
  else
    record = std::move(*described);
}

void read_description(Table& t, RecordLevel level, Record& record) {
  read_titles(t, level, record);
  if (level != year) read_names(t, record);
  read_origins(t, level, record);
  if (level != year) read_languages(t, record);
  read_form(t, level, record);
  read_content(t, level, record);
  read_record_info(t, record);
}

}  // namespace

Scanner read_scanner(Table& t) {
  Scanner s;
  static const std::set<std::string_view> kinds{"reflection print scanner", "transmission scanner",
                                                "digital still camera", "still from video"};
  // The standard's own spelling, the one British word included.
  static const std::set<std::string_view> sensors{
      "undefined",          "MonochromeLinear",  "ColorTriLinear",   "ColorSequentialLinear",
      "MonochromeArea",     "OneChipColourArea", "TwoChipColorArea", "ThreeChipColorArea",
      "ColorSequentialArea"};
  s.kind = t.text("kind");
  if (!s.kind.empty() && !kinds.contains(s.kind))
    t.problems().mistake(t.at("kind"), "the kind of scanner is {}",
                         fmt::format("{}", fmt::join(kinds, ", ")));
  s.manufacturer = t.text("manufacturer", "make");
  s.model = t.text("model");
  s.model_number = t.text("model_number");
  s.serial = t.text("serial");
  s.sensor = t.text("sensor");
  if (!s.sensor.empty() && !sensors.contains(s.sensor))
    t.problems().mistake(t.at("sensor"), "the sensor is {}",
                         fmt::format("{}", fmt::join(sensors, ", ")));
  s.software = t.text("software");
  s.software_version = t.text("software_version");
  s.optical_dpi = t.whole("optical_dpi", 1, 100000);
  t.refuse_unknown();
  return s;
}

Record read_common(Table& t) {
  Record record;
  read_publication(t, title, record);
  std::erase_if(record.origins, [](const Origin& o) {
    return o.agents.empty() && o.places.empty() && o.country_codes.empty() && o.dates.empty() &&
           o.edition.empty();
  });
  read_rules(t, record);
  read_languages(t, record);
  read_record_info(t, record);
  read_digitization(t, record);
  for (Table& inner : t.table("scanner", "[scanner]")) record.scanner = read_scanner(inner);
  return record;
}

Record read_record(Table& t, RecordLevel level) {
  Record record;
  const std::string mods = t.text("mods");
  if (mods.empty())
    read_description(t, level, record);
  else
    read_mods(t, level, mods, record);
  // What this file says comes before what the catalogue says.
  Record own;
  read_identifiers(t, level, own);
  if (digitized(level)) {
    read_digitization(t, own);
    for (Table& inner : t.table("scanner", "[scanner]")) own.scanner = read_scanner(inner);
  }
  // The pages of a supplement are a text as those of a chapter, or the table that labels its scans.
  const bool labels = t.raw()["pages"].is_table();
  if (among(level, {volume, issue}) ||
      (labels && among(level, {volume_supplement, issue_supplement})))
    read_pages(t, own);
  record.identifiers.insert(record.identifiers.begin(), own.identifiers.begin(),
                            own.identifiers.end());
  record.locations.insert(record.locations.begin(), own.locations.begin(), own.locations.end());
  record.sigla = own.sigla;
  record.archivist = own.archivist;
  record.owner = own.owner;
  record.institution = own.institution;
  record.collection = own.collection;
  record.labels = std::move(own.labels);
  record.types = std::move(own.types);
  record.type_rules = std::move(own.type_rules);
  record.first_side = std::move(own.first_side);
  record.scanner = std::move(own.scanner);
  return record;
}

}  // namespace linka
