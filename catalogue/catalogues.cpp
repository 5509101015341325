// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/catalogues.h"

#include "base/files.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/text.h"
#include "catalogue/letters.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<SearchKey, std::string_view>, 7> keys = {{
    {SearchKey::barcode, "barcode"},
    {SearchKey::ccnb, "ccnb"},
    {SearchKey::issn, "issn"},
    {SearchKey::isbn, "isbn"},
    {SearchKey::sysno, "sysno"},
    {SearchKey::title, "title"},
    {SearchKey::signature, "signature"},
}};

constexpr std::array<std::pair<CatalogueType, std::string_view>, 6> types = {{
    {CatalogueType::z3950, "z39.50"},
    {CatalogueType::sru, "sru"},
    {CatalogueType::alma, "alma-sru"},
    {CatalogueType::alma_rest, "alma-rest"},
    {CatalogueType::oai_pmh, "oai-pmh"},
    {CatalogueType::aleph_x, "aleph-x"},
}};

// One [[catalogue]]: asked for its keys, keeps what is wrong with them.
class Reader {
 public:
  Reader(const toml::table& table, std::vector<std::string>& mistakes)
      : table_(table), mistakes_(mistakes) {}

  std::string text(std::string_view key, std::string_view otherwise = {}) {
    const toml::node* node = get(key);
    if (node == nullptr) return std::string(otherwise);
    const auto value = node->value<std::string>();
    if (!node->is_string() || !value) {
      wrong(*node, say(tr("{} is a text"), key));
      return std::string(otherwise);
    }
    return *value;
  }
  double number(std::string_view key, double otherwise, double least, double most) {
    const toml::node* node = get(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value<double>();
    if (!node->is_number() || !value || !(*value >= least && *value <= most)) {
      wrong(*node, say(tr("{} is a number from {} to {}"), key, least, most));
      return otherwise;
    }
    return *value;
  }
  bool flag(std::string_view key) {
    const toml::node* node = get(key);
    if (node == nullptr) return false;
    if (!node->is_boolean()) wrong(*node, say(tr("{} is true or false"), key));
    return node->value<bool>().value_or(false);
  }
  const toml::table* table(std::string_view key) {
    const toml::node* node = get(key);
    if (node != nullptr && !node->is_table()) wrong(*node, say(tr("{} is a table"), key));
    return node == nullptr ? nullptr : node->as_table();
  }
  void refuse_unknown() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string(key.str())))
        wrong(node, say(tr("there is no key {}"), std::string(key.str())));
  }
  void wrong(const toml::node& node, const std::string& what) {
    mistakes_.push_back(say(tr("line {}: {}"), node.source().begin.line, what));
  }
  void wrong(const std::string& what) { wrong(table_, what); }

 private:
  const toml::node* get(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
  }
  const toml::table& table_;
  std::vector<std::string>& mistakes_;
  std::set<std::string> known_;
};

std::size_t places_in(std::string_view pattern) {
  std::size_t count = 0;
  for (std::size_t at = pattern.find("%s"); at != std::string_view::npos;
       at = pattern.find("%s", at + 2))
    ++count;
  return count;
}

void read_queries(Catalogue& c, Reader& reader) {
  c.queries = usual_queries(c.type);
  const toml::table* table = reader.table("queries");
  if (table == nullptr) return;
  for (const auto& [name, node] : *table) {
    const auto key = search_key_of(name.str());
    const auto pattern = node.value<std::string>();
    if (!key)
      reader.wrong(node, key.error().message);
    else if (!node.is_string() || !pattern || (!pattern->empty() && places_in(*pattern) != 1))
      reader.wrong(node, say(tr("the query of {} is a text with one %s for the value"),
                             std::string(name.str())));
    else if (pattern->empty())
      c.queries.erase(*key);  // this catalogue does not search by it
    else
      c.queries[*key] = *pattern;
  }
}

void check_charset(const std::string& name, std::string_view key, Reader& reader) {
  if (name != "auto" && !is_charset(name))
    reader.wrong(say(tr("{}: the character set \"{}\" is not known (utf-8, marc-8, cp1250, "
                        "iso-8859-2)"),
                     key, name));
}

void read_type(Catalogue& c, Reader& reader) {
  const std::string type = reader.text("type", "z39.50");
  for (const auto& [value, name] : types)
    if (name == type) {
      c.type = value;
      return;
    }
  std::string list;
  for (const auto& [value, name] : types) list += (list.empty() ? "" : ", ") + std::string(name);
  reader.wrong(say(tr("there is no type \"{}\"; the types are {}"), type, list));
}

Catalogue read_one(const toml::table& table, const fs::path& folder,
                   std::vector<std::string>& mistakes) {
  Reader reader(table, mistakes);
  Catalogue c;
  c.id = reader.text("id");
  c.name = reader.text("name", c.id);
  read_type(c, reader);
  const bool z3950 = c.type == CatalogueType::z3950;
  c.address = reader.text(z3950 ? "host" : "url");
  c.database = reader.text("database");
  c.user = reader.text("user");
  if (const std::string file = reader.text("secret_file"); !file.empty())
    c.secret_file = fs::path(file).is_absolute() ? fs::path(file) : folder / file;
  c.key_parameter = reader.text("key_parameter");
  c.charset = reader.text("charset", "auto");
  c.query_charset = reader.text("query_charset", "utf-8");
  c.syntax = reader.text("syntax", "usmarc");
  c.schema = reader.text("schema", c.type == CatalogueType::oai_pmh ? "marc21" : "marcxml");
  c.version = reader.text("version", c.type == CatalogueType::alma ? "1.2" : "1.1");
  c.id_prefix = reader.text("id_prefix");
  c.id_source = reader.text("id_source");
  c.sysno = reader.flag("sysno");
  c.timeout_s = reader.number("timeout_s", 30, 0.1, 600);
  c.connect_s = reader.number("connect_s", 10, 0.1, 600);
  c.most = static_cast<std::size_t>(reader.number("most", 10, 1, 100));
  read_queries(c, reader);
  reader.refuse_unknown();
  if (c.id.empty()) reader.wrong(tr("a catalogue needs an id"));
  if (c.id.find(':') != std::string::npos) reader.wrong(tr("an id holds no colon"));
  if (c.address.empty())
    reader.wrong(z3950 ? tr("a catalogue of Z39.50 needs its host")
                       : tr("a catalogue needs its url"));
  if (!z3950 && !c.address.empty() && !c.address.starts_with("http://") &&
      !c.address.starts_with("https://"))
    reader.wrong(tr("the url is one of http or https"));
  if (c.syntax != "usmarc" && c.syntax != "xml") reader.wrong(tr("the syntax is usmarc or xml"));
  check_charset(c.charset, "charset", reader);
  if (c.query_charset == "auto") c.query_charset = "utf-8";
  check_charset(c.query_charset, "query_charset", reader);
  return c;
}

Result<std::vector<Catalogue>> judged(std::vector<Catalogue> all, const fs::path& file,
                                      const std::vector<std::string>& mistakes) {
  if (mistakes.empty()) return all;
  std::string list;
  for (const std::string& m : mistakes) list += (list.empty() ? "" : "; ") + m;
  return fail(ErrorKind::configuration, "{}: {}", file.string(), list);
}

}  // namespace

const std::vector<std::string>& search_key_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& [key, name] : keys) out.emplace_back(name);
    return out;
  }();
  return names;
}

Result<SearchKey> search_key_of(std::string_view name) {
  std::string list;
  for (const auto& [key, known] : keys) {
    if (known == name) return key;
    list += (list.empty() ? "" : ", ") + std::string(known);
  }
  return fail(ErrorKind::configuration, "a record is not looked for by \"{}\" but by one of: {}",
              name, list);
}

std::string_view name_of(SearchKey key) {
  for (const auto& [known, name] : keys)
    if (known == key) return name;
  return {};
}

std::string_view name_of(CatalogueType type) {
  for (const auto& [known, name] : types)
    if (known == type) return name;
  return {};
}

std::map<SearchKey, std::string> usual_queries(CatalogueType type) {
  using enum SearchKey;
  switch (type) {
    case CatalogueType::z3950:  // attributes of bib-1
      return {{barcode, "@attr 1=1063 \"%s\""}, {ccnb, "@attr 1=48 \"%s\""},
              {issn, "@attr 1=8 \"%s\""},       {isbn, "@attr 1=7 \"%s\""},
              {sysno, "@attr 1=12 \"%s\""},     {title, "@attr 1=4 \"%s\""},
              {signature, "@attr 1=53 \"%s\""}};
    case CatalogueType::sru:  // the context sets dc, bath and rec
      return {{issn, "bath.issn=\"%s\""},
              {isbn, "bath.isbn=\"%s\""},
              {sysno, "rec.id=\"%s\""},
              {title, "dc.title=\"%s\""}};
    case CatalogueType::alma:
      return {{barcode, "alma.barcode=\"%s\""}, {issn, "alma.issn=\"%s\""},
              {isbn, "alma.isbn=\"%s\""},       {sysno, "alma.mms_id=\"%s\""},
              {title, "alma.title=\"%s\""},     {signature, "alma.PermanentCallNumber=\"%s\""}};
    case CatalogueType::alma_rest:  // a field and its value, as Alma's bibs take them
      return {{sysno, "mms_id=%s"}};
    case CatalogueType::oai_pmh:  // gives records by their number only
      return {{sysno, "%s"}};
    case CatalogueType::aleph_x:  // Aleph's codes of indexes
      return {{barcode, "bar=%s"}, {ccnb, "cnb=%s"},  {issn, "ssn=%s"},    {isbn, "sbn=%s"},
              {sysno, "sys=%s"},   {title, "wtl=%s"}, {signature, "sg=%s"}};
  }
  return {};
}

Result<std::vector<Catalogue>> load_catalogues(const fs::path& file) {
  const auto text = read_text(file, 1 << 20);
  if (!text) return pass(text);
  return catalogues_from(*text, file);
}

Result<std::vector<Catalogue>> catalogues_from(std::string_view text, const fs::path& file) {
  std::vector<Catalogue> all;
  std::vector<std::string> mistakes;
  try {
    const toml::table root = toml::parse(text, file.string());
    for (const auto& [key, node] : root)
      if (key.str() != "catalogue" || !node.is_array_of_tables())
        mistakes.push_back(say(tr("line {}: a catalogue is written under [[catalogue]]"),
                               node.source().begin.line));
    if (const toml::array* list = root["catalogue"].as_array())
      for (const toml::node& node : *list)
        if (const toml::table* table = node.as_table())
          all.push_back(read_one(*table, file.parent_path(), mistakes));
  } catch (const toml::parse_error& error) {
    mistakes.push_back(
        say(tr("line {}: {}"), error.source().begin.line, std::string(error.description())));
  }
  std::set<std::string> ids;
  for (const Catalogue& c : all)
    if (!ids.insert(c.id).second) mistakes.push_back(say(tr("the id \"{}\" is used twice"), c.id));
  return judged(std::move(all), file, mistakes);
}

fs::path usual_catalogues() {
  return usual_settings("catalogues.toml");
}

Result<Catalogue> catalogue_named(const std::vector<Catalogue>& all, std::string_view id) {
  std::string list;
  for (const Catalogue& c : all) {
    if (c.id == id) return c;
    list += (list.empty() ? "" : ", ") + c.id;
  }
  return fail(ErrorKind::configuration, "there is no catalogue \"{}\"; described are: {}", id,
              list.empty() ? "-" : list);
}

Result<std::string> secret_of(const Catalogue& catalogue) {
  if (catalogue.secret_file.empty()) return std::string{};
  return secret_in(catalogue.secret_file);
}

}  // namespace linka
