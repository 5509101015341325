// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/name_keys.h"

#include "base/text.h"
#include "title/codes.h"

#include <algorithm>

namespace linka {
namespace {

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

void add_roles(Table& t, std::string_view key, std::vector<std::string>& roles) {
  for (const std::string& word : t.texts(key)) {
    const std::string code = relator_code(word);
    if (code.empty())
      t.problems().mistake(
          t.at(key), "the role \"{}\" is no MARC relator code (aut, trl, ill, edt ...)", word);
    else
      roles.push_back(code);
  }
}

void read_parts(Table& t, Name& name) {
  const std::string whole = t.text("name");
  if (!whole.empty()) name.parts = name_parts(whole, name.type);
  for (const auto& [key, type] :
       {std::pair{"family", "family"}, std::pair{"given", "given"},
        std::pair{"honorific", "termsOfAddress"}, std::pair{"dates", "date"}})
    if (std::string text = t.text(key); !text.empty()) name.parts.push_back({type, text});
  for (Table& part :
       t.tables("parts", "a part of a name", "{ type = \"given\", text = \"...\" }")) {
    std::string type = part.text("type");
    name.parts.push_back({std::move(type), part.text("text")});
    part.refuse_unknown();
  }
}

Name name_of_table(Table& t, bool& chosen) {
  Name name;
  name.type = t.text("type");
  if (name.type.empty()) name.type = "personal";
  if (name.type != "personal" && name.type != "corporate" && name.type != "conference" &&
      name.type != "family")
    t.problems().mistake(t.at("type"),
                         "the type of a name is personal, corporate, conference or family");
  read_parts(t, name);
  name.et_al = t.text("et_al");
  if (name.parts.empty() && name.et_al.empty())
    t.problems().mistake(t.here(), "a name needs name or family");
  add_roles(t, "roles", name.roles);
  add_roles(t, "role", name.roles);
  // An empty list says that the role is not known.
  if (!t.raw().contains("roles") && !t.raw().contains("role")) name.roles = {"aut"};
  if (!name.et_al.empty()) name.roles.clear();
  name.identifier = t.text("authority_id");
  name.alternative_names = t.texts("alternative_names");
  name.primary = t.flag("primary");
  chosen = chosen || t.raw().contains("primary");
  t.refuse_unknown();
  return name;
}

}  // namespace

void read_names(Table& table, Record& record) {
  bool chosen = false;
  for (const toml::node* node : table.list("authors")) {
    if (const toml::table* inner = node->as_table()) {
      Table t = table.inner("authors", *inner, "a name");
      record.names.push_back(name_of_table(t, chosen));
    } else if (const std::string text = table.text_of("authors", *node); !text.empty()) {
      Name name;
      name.parts = name_parts(text, "personal");
      name.roles = {"aut"};
      record.names.push_back(std::move(name));
    }
  }
  std::erase_if(record.names, [](const Name& n) { return n.parts.empty() && n.et_al.empty(); });
  // Who wrote it leads the record; a translator or an illustrator alone does not.
  if (chosen || record.names.empty()) return;
  Name& first = record.names.front();
  first.primary = std::find(first.roles.begin(), first.roles.end(), "aut") != first.roles.end();
}

}  // namespace linka
