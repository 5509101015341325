// SPDX-License-Identifier: GPL-3.0-or-later
// A person wrote this file, so every mistake is told at once, each with its line.
#include "title/toml_record.h"

#include "base/text.h"
#include "title/codes.h"
#include "title/mods_record.h"
#include "title/normalise.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace linka {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      corner = above;
    }
  }
  return row[b.size()];
}

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  template <class... Args>
  void add(const toml::source_region& at, fmt::format_string<Args...> text, Args&&... args) {
    list_.emplace_back(at.begin.line, fmt::format("{}:{}: {}", file_, at.begin.line,
                                                  fmt::format(text, std::forward<Args>(args)...)));
  }
  bool none() const { return list_.empty(); }
  std::string all() {
    std::stable_sort(list_.begin(), list_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    for (const auto& [line, text] : list_) out += (out.empty() ? "" : "; ") + text;
    return out;
  }

 private:
  std::string file_;
  std::vector<std::pair<toml::source_index, std::string>> list_;
};

// One table of the file: asks for keys by name and remembers which were asked for.
class Table {
 public:
  Table(const toml::table& table, std::string name, Problems& problems)
      : table_(table), name_(std::move(name)), problems_(problems) {}

  const toml::node* get(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
  }
  // Text, also where a number is natural: year = 1927. Empty when it is not there.
  std::string text(std::string_view key) {
    const toml::node* node = get(key);
    return node == nullptr ? std::string{} : text_of(key, *node);
  }
  // One text or a list of them.
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> out;
    for (const toml::node* node : list(key))
      if (std::string t = text_of(key, *node); !t.empty()) out.push_back(std::move(t));
    return out;
  }
  // The values of a list, or the one value that stands for it.
  std::vector<const toml::node*> list(std::string_view key) {
    std::vector<const toml::node*> out;
    const toml::node* node = get(key);
    if (node == nullptr) return out;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& item : *array) out.push_back(&item);
    } else {
      out.push_back(node);
    }
    return out;
  }
  bool flag(std::string_view key) {
    const toml::node* node = get(key);
    if (node == nullptr) return false;
    if (const auto* b = node->as_boolean()) return b->get();
    problems_.add(node->source(), "{} must be true or false", key);
    return false;
  }
  int whole(std::string_view key, int least, int most) {
    const toml::node* node = get(key);
    if (node == nullptr) return 0;
    const auto* i = node->as_integer();
    if (i != nullptr && i->get() >= least && i->get() <= most) return static_cast<int>(i->get());
    problems_.add(node->source(), "{} must be a whole number from {} to {}", key, least, most);
    return 0;
  }
  std::string text_of(std::string_view key, const toml::node& node) {
    if (const auto* s = node.as_string()) {
      std::string t = trimmed(s->get());
      if (clean_utf8(t) != t) problems_.add(node.source(), "{} holds a control character", key);
      return t;
    }
    if (const auto* i = node.as_integer()) return std::to_string(i->get());
    problems_.add(node.source(), "{} must be a text in quotes", key);
    return {};
  }
  // The line that holds the key.
  toml::source_region at(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node == nullptr ? table_.source() : node->source();
  }
  void refuse_unknown(std::string_view why = {}) {
    for (const auto& [key, node] : table_) {
      const std::string_view word = key.str();
      if (std::find(known_.begin(), known_.end(), word) != known_.end()) continue;
      std::string nearest;
      std::size_t distance = 4;
      if (word.size() < 64)
        for (const std::string& k : known_)
          if (const std::size_t d = edit_distance(word, k); d < distance && d < k.size()) {
            distance = d;
            nearest = k;
          }
      const std::string hint = nearest.empty() ? "" : fmt::format("; is it {}?", nearest);
      if (name_.empty())
        problems_.add(key.source(), "unknown key \"{}\"{}{}", word, why.empty() ? hint : "", why);
      else
        problems_.add(key.source(), "unknown key \"{}\" in {}{}", word, name_, hint);
    }
  }

 private:
  const toml::table& table_;
  std::string name_;
  Problems& problems_;
  std::vector<std::string> known_;
};

// "Nováková, Anna, 1880-1951": family, given and, where digits are, dates. Without a comma the name
// is not divided.
std::vector<NamePart> name_parts(std::string_view text, std::string_view type) {
  std::vector<NamePart> parts;
  if (type != "personal") return {{"", trimmed(text)}};
  const auto pieces = split_text(text, ',');
  if (pieces.size() == 1) return {{"", trimmed(text)}};
  parts.push_back({"family", trimmed(pieces[0])});
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string piece = trimmed(pieces[i]);
    if (piece.empty()) continue;
    const bool dates =
        std::any_of(piece.begin(), piece.end(), [](char c) { return c >= '0' && c <= '9'; });
    parts.push_back({dates ? "date" : parts.size() == 1 ? "given" : "termsOfAddress", piece});
  }
  return parts;
}

std::vector<std::string> roles_of(Table& table, std::string_view key, Problems& problems) {
  std::vector<std::string> roles;
  for (const std::string& word : table.texts(key)) {
    const std::string code = relator_code(word);
    if (code.empty())
      problems.add(table.at(key),
                   "the role \"{}\" is no MARC relator code (aut, trl, ill, edt ...)", word);
    else
      roles.push_back(code);
  }
  return roles;
}

Name name_of_node(const toml::node& node, Table& parent, Problems& problems) {
  Name name;
  const toml::table* inner = node.as_table();
  if (inner == nullptr) {
    name.parts = name_parts(parent.text_of("authors", node), "personal");
    name.roles = {"aut"};
    return name;
  }
  Table t(*inner, "a name", problems);
  name.type = t.text("type");
  if (name.type.empty()) name.type = "personal";
  if (name.type != "personal" && name.type != "corporate" && name.type != "conference" &&
      name.type != "family")
    problems.add(t.at("type"), "the type of a name is personal, corporate, conference or family");
  const std::string whole = t.text("name");
  if (!whole.empty()) name.parts = name_parts(whole, name.type);
  for (const auto& [key, type] :
       {std::pair{"family", "family"}, std::pair{"given", "given"},
        std::pair{"honorific", "termsOfAddress"}, std::pair{"dates", "date"}})
    if (std::string text = t.text(key); !text.empty()) name.parts.push_back({type, text});
  if (name.parts.empty()) problems.add(inner->source(), "a name needs name or family");
  name.roles = roles_of(t, "roles", problems);
  for (std::string& role : roles_of(t, "role", problems)) name.roles.push_back(std::move(role));
  if (name.roles.empty()) name.roles = {"aut"};
  name.identifier = t.text("authority_id");
  name.primary = t.flag("primary");
  t.refuse_unknown();
  return name;
}

void read_names(Table& root, Record& record, Problems& problems) {
  for (const toml::node* node : root.list("authors"))
    record.names.push_back(name_of_node(*node, root, problems));
  std::erase_if(record.names, [](const Name& n) { return n.parts.empty(); });
  const bool chosen = std::any_of(record.names.begin(), record.names.end(),
                                  [](const Name& n) { return n.primary; });
  // Who wrote it leads the record; a translator or an illustrator alone does not.
  if (!chosen && !record.names.empty()) {
    Name& first = record.names.front();
    first.primary = std::find(first.roles.begin(), first.roles.end(), "aut") != first.roles.end();
  }
}

void read_titles(Table& root, Record& record) {
  TitleInfo t;
  t.title = root.text("title");
  t.non_sort = root.text("article");
  t.sub_title = root.text("subtitle");
  t.part_number = root.text("part_number");
  t.part_name = root.text("part_name");
  record.titles.push_back(std::move(t));
  for (const auto& [key, type] :
       {std::pair{"alternative_titles", "alternative"}, std::pair{"uniform_title", "uniform"},
        std::pair{"translated_title", "translated"}})
    for (const std::string& text : root.texts(key)) {
      TitleInfo other;
      other.type = type;
      other.title = text;
      record.titles.push_back(std::move(other));
    }
}

void check_year(Table& root, std::string_view key, const std::string& year, Problems& problems) {
  if (!year.empty() &&
      std::none_of(year.begin(), year.end(), [](char c) { return c >= '0' && c <= '9'; }))
    problems.add(root.at(key), "the {} \"{}\" holds no digit", key, year);
}

void read_origin(Table& root, Record& record, Problems& problems) {
  Origin published;
  published.agents = root.texts("publisher");
  published.places = root.texts("place");
  for (const std::string& code : root.texts("country")) {
    const bool letters =
        code.size() >= 2 && code.size() <= 3 &&
        std::all_of(code.begin(), code.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!letters)
      problems.add(root.at("country"), "\"{}\" is no MARC country code (xr, xo, gw ...)", code);
    published.country_codes.push_back(code);
  }
  published.edition = root.text("edition");
  const std::string year = root.text("year");
  check_year(root, "year", year, problems);
  if (!year.empty()) published.dates.push_back({DateKind::issued, year, "", ""});
  record.origins.push_back(std::move(published));

  const std::string copyright = root.text("copyright_year");
  check_year(root, "copyright_year", copyright, problems);
  if (!copyright.empty()) {
    Origin c;
    c.event = "copyright";
    c.dates.push_back({DateKind::copyright, copyright, "", ""});
    record.origins.push_back(std::move(c));
  }
  Origin printed;
  printed.event = "manufacture";
  printed.agents = root.texts("printer");
  printed.places = root.texts("printing_place");
  if (!printed.agents.empty() || !printed.places.empty()) record.origins.push_back(printed);

  const std::string issuance = root.text("issuance");
  if (!issuance.empty()) record.issuance = issuance;
  if (record.issuance != "monographic" && record.issuance != "multipart monograph" &&
      record.issuance != "single unit")
    problems.add(root.at("issuance"),
                 "the issuance is monographic, multipart monograph or single unit");
  const std::string rules = root.text("rules");
  if (!rules.empty()) record.info.standard = rules;
  if (record.info.standard != "rda" && record.info.standard != "aacr")
    problems.add(root.at("rules"), "the rules are rda or aacr");
}

void read_languages(Table& root, Record& record, Problems& problems) {
  for (const std::string_view key : {"language", "languages"})
    for (const std::string& word : root.texts(key)) {
      const std::string code = language_code(word);
      if (code.empty())
        problems.add(root.at(key), "\"{}\" is no ISO 639-2 language code (cze, ger, lat ...)",
                     word);
      else
        record.languages.push_back({code, ""});
    }
}

void read_content(Table& root, Record& record, Problems& problems) {
  record.extents = root.texts("extent");
  record.notes = root.texts("notes");
  for (std::string& text : root.texts("note")) record.notes.push_back(std::move(text));
  record.abstracts = root.texts("abstract");
  for (const toml::node* node : root.list("subjects")) {
    Subject s;
    s.authority = "czenas";
    if (const toml::table* inner = node->as_table()) {
      Table t(*inner, "a subject", problems);
      if (t.get("authority") != nullptr) s.authority = t.text("authority");
      s.topics = t.texts("topic");
      s.geographic = t.texts("geographic");
      s.temporal = t.texts("temporal");
      s.names = t.texts("name");
      t.refuse_unknown();
    } else {
      s.topics = {root.text_of("subjects", *node)};
    }
    record.subjects.push_back(std::move(s));
  }
  for (const std::string& text : root.texts("udc"))
    record.classifications.push_back({"udc", "", text});
  for (const toml::node* node : root.list("konspekt")) {
    const toml::table* inner = node->as_table();
    if (inner == nullptr) {
      problems.add(node->source(), "konspekt is written {{ group = \"676\", category = \"19\" }}");
      continue;
    }
    Table t(*inner, "konspekt", problems);
    if (const std::string group = t.text("group"); !group.empty())
      record.classifications.push_back({"udc", "Konspekt", group});
    if (const std::string category = t.text("category"); !category.empty())
      record.classifications.push_back({"Konspekt", "", category});
    t.refuse_unknown();
  }
  const std::string series = root.text("series"), number = root.text("series_number");
  if (!series.empty()) {
    RelatedItem item;
    item.type = "series";
    item.titles.emplace_back();
    item.titles.back().title = series;
    item.titles.back().part_number = number;
    record.related.push_back(std::move(item));
  } else if (!number.empty()) {
    problems.add(root.at("series_number"), "series_number without a series");
  }
}

void read_identifiers(Table& root, Record& record, Problems& problems) {
  const auto single = [&](std::string_view key, std::string_view type) {
    const std::string value = root.text(key);
    if (!value.empty()) record.identifiers.push_back({std::string(type), value, false});
    return value;
  };
  std::string uuid = lower_ascii(single("uuid", "uuid"));
  if (uuid.starts_with("uuid:")) uuid = uuid.substr(5);
  if (!uuid.empty() && !is_uuid(uuid))
    problems.add(root.at("uuid"), "\"{}\" is no uuid (8-4-4-4-12 hexadecimal digits)", uuid);
  const std::string urn = lower_ascii(single("urnnbn", "urnnbn"));
  if (!urn.empty() && !is_urnnbn(urn))
    problems.add(root.at("urnnbn"), "\"{}\" is no URN:NBN (urn:nbn:cz:aba001-00000a)", urn);
  single("ccnb", "ccnb");
  const std::string isbn = single("isbn", "isbn");
  if (!isbn.empty() && !is_isbn(isbn))
    problems.add(
        root.at("isbn"),
        "the form or the check digit of the ISBN \"{}\" is wrong; one that the book prints "
        "so belongs in notes",
        isbn);
  single("ismn", "ismn");
  single("oclc", "oclc");
  single("barcode", "barCode");
  for (const toml::node* node : root.list("identifiers")) {
    const toml::table* inner = node->as_table();
    if (inner == nullptr) {
      problems.add(node->source(),
                   "an identifier is written {{ type = \"...\", value = \"...\" }}");
      continue;
    }
    Table t(*inner, "an identifier", problems);
    Identifier id;
    id.type = t.text("type");
    id.value = t.text("value");
    id.invalid = t.flag("invalid");
    if (id.type.empty() || id.value.empty())
      problems.add(inner->source(), "an identifier needs type and value");
    if (id.type == "issn") problems.add(t.at("type"), "a volume has no ISSN of its own");
    t.refuse_unknown();
    record.identifiers.push_back(std::move(id));
  }
}

std::string sigla(Table& table, std::string_view key, Problems& problems) {
  const std::string code = table.text(key);
  if (!code.empty() && !is_sigla(code))
    problems.add(table.at(key), "{} = \"{}\" is no library code (three capitals, three digits)",
                 key, code);
  return code;
}

void read_digitization(Table& root, Record& record, Problems& problems) {
  record.sigla = sigla(root, "sigla", problems);
  record.archivist = sigla(root, "archivist", problems);
  record.owner = sigla(root, "owner", problems);
  record.institution = root.text("institution");
  record.collection = root.text("collection");
  for (const std::string& mark : root.texts("shelfmark"))
    record.locations.push_back({record.owner.empty() ? record.sigla : record.owner, mark});
}

const toml::table* sub_table(Table& root, std::string_view key, Problems& problems) {
  const toml::node* node = root.get(key);
  if (node == nullptr) return nullptr;
  if (const toml::table* t = node->as_table()) return t;
  problems.add(node->source(), "{} must be a table, written [{}]", key, key);
  return nullptr;
}

void read_record_info(Table& root, Record& record, Problems& problems) {
  const toml::table* inner = sub_table(root, "record", problems);
  if (inner == nullptr) return;
  Table t(*inner, "[record]", problems);
  RecordInfo& info = record.info;
  info.source = sigla(t, "source", problems);
  for (const auto& [key, place] :
       {std::pair{"created", &info.created}, std::pair{"changed", &info.changed}}) {
    const toml::node* node = t.get(key);
    if (node == nullptr) continue;
    // TOML's own dates need no quotes.
    std::ostringstream text;
    if (const auto* d = node->as_date())
      text << d->get();
    else if (const auto* dt = node->as_date_time())
      text << dt->get();
    else
      text << t.text_of(key, *node);
    *place = completed_date_time(text.str());
    if (place->empty() && !text.str().empty())
      problems.add(node->source(), "{} = \"{}\" is no date", key, text.str());
  }
  info.identifier = t.text("id");
  info.identifier_source = t.text("id_source");
  if (info.identifier.empty() != info.identifier_source.empty())
    problems.add(inner->source(), "id and id_source go together");
  info.origin = t.text("origin");
  if (!info.origin.empty() && info.origin != "machine generated" && info.origin != "human prepared")
    problems.add(t.at("origin"), "origin is \"machine generated\" or \"human prepared\"");
  const std::string language = t.text("language");
  info.language = language_code(language);
  if (!language.empty() && info.language.empty())
    problems.add(t.at("language"), "\"{}\" is no ISO 639-2 language code", language);
  t.refuse_unknown();
}

void read_pages(Table& root, Record& record, Problems& problems) {
  const toml::table* inner = sub_table(root, "pages", problems);
  if (inner == nullptr) return;
  Table t(*inner, "[pages]", problems);
  if (const toml::node* node = t.get("labels")) {
    if (node->is_array()) {
      // A list holds labels as they stand: the way to write "12-13" for one page.
      record.labels = t.texts("labels");
    } else if (auto labels = labels_of_pattern(t.text_of("labels", *node))) {
      record.labels = std::move(*labels);
    } else {
      problems.add(node->source(), "{}", labels.error().message);
    }
  }
  if (const toml::table* types = sub_table(t, "types", problems))
    for (const auto& [key, node] : *types) {
      const std::string_view word = key.str();
      const bool number =
          !word.empty() && word.size() < 6 && word[0] != '0' &&
          std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!number) {
        problems.add(key.source(), "\"{}\" is no ordinal of a page (1, 2, 3 ...)", word);
        continue;
      }
      const std::string type = t.text_of(word, node);
      if (!is_page_type(type))
        problems.add(node.source(), "\"{}\" is no type of page; known are {}", type,
                     fmt::join(page_type_words(), ", "));
      else
        record.types[std::stoi(std::string(word))] = type;
    }
  t.refuse_unknown();
}

void read_scanner(Table& root, Record& record, Problems& problems) {
  const toml::table* inner = sub_table(root, "scanner", problems);
  if (inner == nullptr) return;
  Table t(*inner, "[scanner]", problems);
  Scanner& s = record.scanner;
  static const std::set<std::string_view> kinds{"reflection print scanner", "transmission scanner",
                                                "digital still camera", "still from video"};
  // The standard's own spelling, the one British word included.
  static const std::set<std::string_view> sensors{
      "undefined",          "MonochromeLinear",  "ColorTriLinear",   "ColorSequentialLinear",
      "MonochromeArea",     "OneChipColourArea", "TwoChipColorArea", "ThreeChipColorArea",
      "ColorSequentialArea"};
  s.kind = t.text("kind");
  if (!s.kind.empty() && !kinds.contains(s.kind))
    problems.add(t.at("kind"), "the kind of scanner is {}", fmt::join(kinds, ", "));
  s.manufacturer = t.text("manufacturer");
  s.model = t.text("model");
  s.model_number = t.text("model_number");
  s.serial = t.text("serial");
  s.sensor = t.text("sensor");
  if (!s.sensor.empty() && !sensors.contains(s.sensor))
    problems.add(t.at("sensor"), "the sensor is {}", fmt::join(sensors, ", "));
  s.software = t.text("software");
  s.software_version = t.text("software_version");
  s.optical_dpi = t.whole("optical_dpi", 1, 100000);
  t.refuse_unknown();
}

std::size_t line_of_bad_byte(std::string_view text) {
  std::size_t line = 1, start = 0;
  for (std::size_t end; start < text.size(); start = end + 1, ++line) {
    end = std::min(text.find('\n', start), text.size());
    if (!is_utf8(text.substr(start, end - start))) break;
  }
  return line;
}

}  // namespace

Result<Record> record_from_toml(std::string_view text, const std::string& file,
                                std::vector<std::string>& notes) {
  if (!is_utf8(text))
    return fail(ErrorKind::bad_input,
                "{}:{}: the text is not UTF-8; save the file in that encoding", file,
                line_of_bad_byte(text));
  try {
    const toml::table table = toml::parse(text, file);
    Problems problems(file);
    Table root(table, "", problems);
    Record record;
    const std::string mods = root.text("mods");
    if (!mods.empty()) {
      auto described =
          record_from_mods({reinterpret_cast<const std::uint8_t*>(mods.data()), mods.size()},
                           file + " (mods)", notes);
      if (!described) return described;
      record = std::move(*described);
    } else {
      read_titles(root, record);
      read_names(root, record, problems);
      read_origin(root, record, problems);
      read_languages(root, record, problems);
      read_content(root, record, problems);
      read_record_info(root, record, problems);
    }
    // What this file says comes before what the catalogue says.
    Record own;
    read_identifiers(root, own, problems);
    read_digitization(root, own, problems);
    read_pages(root, own, problems);
    read_scanner(root, own, problems);
    root.refuse_unknown(mods.empty() ? "" : "; beside mods it is not read");
    if (!problems.none()) return tl::unexpected(Error{ErrorKind::bad_input, problems.all(), {}});
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
    record.scanner = std::move(own.scanner);
    if (!mods.empty()) find_digitizing_library(record, notes);
    return record;
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::bad_input, "{}:{}: {}", file, e.source().begin.line, e.description());
  }
}

}  // namespace linka
