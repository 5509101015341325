// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/toml_table.h"

#include "base/text.h"
#include "title/words.h"

#include <algorithm>
#include <sstream>

namespace linka {

FilePlace Table::place(const toml::source_region& region) const {
  if (!whence_.fixed.empty()) return {whence_.file, whence_.row, whence_.fixed};
  return {whence_.file, region.begin.line, fmt::format("{}:{}", whence_.file, region.begin.line)};
}

FilePlace Table::at(std::string_view key, const toml::node& node) const {
  if (const auto cell = whence_.cells.find(std::string(key)); cell != whence_.cells.end())
    return {whence_.file, whence_.row, cell->second};
  return place(node.source());
}

FilePlace Table::at(std::string_view key) const {
  const toml::node* node = table_.get(key);
  return node == nullptr ? here() : at(key, *node);
}

FilePlace Table::here() const {
  return place(table_.source());
}

const toml::node* Table::get(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

std::string Table::text(std::string_view key) {
  const toml::node* node = get(key);
  return node == nullptr ? std::string{} : text_of(key, *node);
}

std::string Table::text(std::string_view key, std::string_view other_name) {
  std::string one = text(key), other = text(other_name);
  if (!one.empty() && !other.empty())
    problems().mistake(at(other_name), "{} and {} are two names of one key", key, other_name);
  return one.empty() ? other : one;
}

std::string Table::date(std::string_view key) {
  const toml::node* node = get(key);
  if (node == nullptr) return {};
  std::ostringstream out;
  if (const auto* d = node->as_date())
    out << d->get();
  else if (const auto* dt = node->as_date_time())
    out << dt->get();
  else
    return text_of(key, *node);
  return out.str();
}

std::vector<std::string> Table::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const toml::node* node : list(key))
    if (std::string t = text_of(key, *node); !t.empty()) out.push_back(std::move(t));
  return out;
}

std::vector<const toml::node*> Table::list(std::string_view key) {
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

std::vector<Table> Table::tables(std::string_view key, const std::string& name,
                                 std::string_view form) {
  std::vector<Table> out;
  for (const toml::node* node : list(key)) {
    if (const toml::table* t = node->as_table())
      out.push_back(inner(key, *t, name));
    else
      problems().mistake(at(key, *node), "{} is written {}", key, form);
  }
  return out;
}

std::vector<Table> Table::table(std::string_view key, const std::string& name) {
  const toml::node* node = get(key);
  if (node == nullptr) return {};
  if (const toml::table* t = node->as_table()) return {inner(key, *t, name)};
  problems().mistake(at(key, *node), "{} must be a table, written [{}]", key, key);
  return {};
}

bool Table::flag(std::string_view key) {
  const toml::node* node = get(key);
  if (node == nullptr) return false;
  if (const auto* b = node->as_boolean()) return b->get();
  problems().mistake(at(key, *node), "{} must be true or false", key);
  return false;
}

int Table::whole(std::string_view key, int least, int most) {
  const toml::node* node = get(key);
  if (node == nullptr) return 0;
  const auto* i = node->as_integer();
  if (i != nullptr && i->get() >= least && i->get() <= most) return static_cast<int>(i->get());
  problems().mistake(at(key, *node), "{} must be a whole number from {} to {}", key, least, most);
  return 0;
}

std::string Table::text_of(std::string_view key, const toml::node& node) {
  if (const auto* s = node.as_string()) {
    std::string t = trimmed(s->get());
    if (clean_utf8(t) != t) problems().mistake(at(key, node), "{} holds a control character", key);
    return t;
  }
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  problems().mistake(at(key, node), "{} must be a text in quotes", key);
  return {};
}

Table Table::inner(std::string_view key, const toml::table& table, std::string name) const {
  Whence whence{whence_.file, whence_.folder, whence_.fixed, whence_.row, {}};
  if (const auto cell = whence_.cells.find(std::string(key)); cell != whence_.cells.end())
    whence.fixed = cell->second;
  return {table, std::move(name), std::move(whence), reading_};
}

void Table::refuse_unknown(std::string_view why) {
  for (const auto& [key, node] : table_) {
    const std::string_view word = key.str();
    if (std::find(known_.begin(), known_.end(), word) != known_.end()) continue;
    const FilePlace where = whence_.fixed.empty() ? place(key.source()) : at(word, node);
    const std::string nearest = why.empty() ? nearest_word(word, known_) : "";
    const std::string hint = nearest.empty() ? std::string(why) : say(tr("; is it {}?"), nearest);
    if (name_.empty())
      problems().mistake(where, "unknown key \"{}\"{}", word, hint);
    else
      problems().mistake(where, "unknown key \"{}\" in {}{}", word, name_, hint);
  }
}

}  // namespace linka
