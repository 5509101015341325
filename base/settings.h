// SPDX-License-Identifier: GPL-3.0-or-later
// Files of settings that describe servers (targets.toml and the like): where they lie, how their
// secrets are read, and a reader that says every mistake with its line.
#pragma once

#include "base/result.h"

#include <toml++/toml.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// $XDG_CONFIG_HOME/linka or ~/.config/linka; empty when there is no home.
std::filesystem::path own_settings_folder();
// `name` in one's own folder, then in /etc/linka: the first that is there; empty when none is.
std::filesystem::path usual_settings(std::string_view name);

// Where a password or the like is kept: never on a command line, never in the settings themselves.
struct SecretPlace {
  std::filesystem::path file;  // its first line
  std::string credential;      // a file of that name in $CREDENTIALS_DIRECTORY (systemd)
  bool named() const { return !file.empty() || !credential.empty(); }
};
// "" when no place is named. Errors as in base/secret.h.
Result<std::string> read_secret(const SecretPlace& place);

// One table: asked for its keys, keeps what is wrong with them and which were asked for.
class SettingsTable {
 public:
  // Both live longer. `name` stands before a mistake: "login".
  SettingsTable(const toml::table& table, std::vector<std::string>& mistakes, std::string name = {})
      : table_(table), mistakes_(mistakes), name_(std::move(name)) {}

  std::string text(std::string_view key, std::string_view otherwise = {});
  // One of these; the first when it is not there.
  std::string choice(std::string_view key, const std::vector<std::string_view>& values);
  // One text or a list of them.
  std::vector<std::string> texts(std::string_view key);
  double number(std::string_view key, double otherwise, double least, double most);
  bool flag(std::string_view key, bool otherwise = false);
  // `key`_file (relative: beside the settings) or `key`_credential.
  SecretPlace secret(std::string_view key, const std::filesystem::path& folder);
  // Nothing when it is not there.
  const toml::table* table(std::string_view key);
  void refuse_unknown();
  void wrong(const toml::node& node, const std::string& what);
  void wrong(const std::string& what) { wrong(table_, what); }

 private:
  const toml::node* get(std::string_view key);
  const toml::table& table_;
  std::vector<std::string>& mistakes_;
  std::string name_;
  std::set<std::string> known_;
};

}  // namespace linka
