// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/settings.h"

#include "base/secret.h"

#include <cstdlib>

namespace linka {
namespace fs = std::filesystem;
namespace {

// An absolute path in the environment, else nothing.
fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value == '/' ? fs::path(value) : fs::path();
}

}  // namespace

fs::path own_settings_folder() {
  if (const fs::path config = from_environment("XDG_CONFIG_HOME"); !config.empty())
    return config / "linka";
  const fs::path home = from_environment("HOME");
  return home.empty() ? fs::path() : home / ".config/linka";
}

fs::path usual_settings(std::string_view name) {
  std::error_code code;
  for (const fs::path& folder : {own_settings_folder(), fs::path("/etc/linka")})
    if (!folder.empty() && fs::is_regular_file(folder / name, code)) return folder / name;
  return {};
}

Result<std::string> read_secret(const SecretPlace& place) {
  if (!place.credential.empty()) return credential_named(place.credential);
  if (!place.file.empty()) return secret_in(place.file);
  return std::string{};
}

std::string SettingsTable::text(std::string_view key, std::string_view otherwise) {
  const toml::node* node = get(key);
  if (node == nullptr) return std::string(otherwise);
  const auto value = node->value<std::string>();
  if (node->is_string() && value) return *value;
  wrong(*node, say(tr("{} is a text"), key));
  return std::string(otherwise);
}

std::string SettingsTable::choice(std::string_view key,
                                  const std::vector<std::string_view>& values) {
  const std::string given = text(key, values.front());
  std::string list;
  for (const std::string_view value : values) {
    if (value == given) return given;
    list += (list.empty() ? "" : ", ") + std::string(value);
  }
  if (const toml::node* node = get(key))
    wrong(*node, say(tr("{} is one of {}, not \"{}\""), key, list, given));
  return std::string(values.front());
}

std::vector<std::string> SettingsTable::texts(std::string_view key) {
  const toml::node* node = get(key);
  std::vector<std::string> out;
  if (node == nullptr) return out;
  const auto one = [&](const toml::node& n) {
    const auto value = n.value<std::string>();
    if (n.is_string() && value)
      out.push_back(*value);
    else
      wrong(n, say(tr("{} is a text or a list of texts"), key));
  };
  if (const toml::array* list = node->as_array())
    for (const toml::node& n : *list) one(n);
  else
    one(*node);
  return out;
}

double SettingsTable::number(std::string_view key, double otherwise, double least, double most) {
  const toml::node* node = get(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value<double>();
  if (node->is_number() && value && *value >= least && *value <= most) return *value;
  wrong(*node, say(tr("{} is a number from {} to {}"), key, least, most));
  return otherwise;
}

bool SettingsTable::flag(std::string_view key, bool otherwise) {
  const toml::node* node = get(key);
  if (node == nullptr) return otherwise;
  if (!node->is_boolean()) wrong(*node, say(tr("{} is true or false"), key));
  return node->value<bool>().value_or(otherwise);
}

SecretPlace SettingsTable::secret(std::string_view key, const fs::path& folder) {
  const std::string name(key);
  SecretPlace place;
  if (const std::string file = text(name + "_file"); !file.empty())
    place.file = fs::path(file).is_absolute() ? fs::path(file) : folder / file;
  place.credential = text(name + "_credential");
  if (place.credential.find('/') != std::string::npos)
    wrong(say(tr("{} is the name of a credential, without a folder"), name + "_credential"));
  if (!place.file.empty() && !place.credential.empty())
    wrong(say(tr("{} and {} exclude each other"), name + "_file", name + "_credential"));
  if (get(key) != nullptr)
    wrong(*get(key),
          say(tr("a secret is not written here; {}_file names the file that holds it"), name));
  return place;
}

const toml::table* SettingsTable::table(std::string_view key) {
  const toml::node* node = get(key);
  if (node != nullptr && !node->is_table()) wrong(*node, say(tr("{} is a table"), key));
  return node == nullptr ? nullptr : node->as_table();
}

void SettingsTable::refuse_unknown() {
  for (const auto& [key, node] : table_)
    if (!known_.contains(std::string(key.str())))
      wrong(node, say(tr("there is no key {}"), std::string(key.str())));
}

void SettingsTable::wrong(const toml::node& node, const std::string& what) {
  mistakes_.push_back(
      say(tr("line {}: {}"), node.source().begin.line, name_.empty() ? what : name_ + ": " + what));
}

const toml::node* SettingsTable::get(std::string_view key) {
  known_.emplace(key);
  return table_.get(key);
}

}  // namespace linka
