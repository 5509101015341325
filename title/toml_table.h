// SPDX-License-Identifier: GPL-3.0-or-later
// One table of a title.toml, or one row of a CSV made into such a table: asks for keys by name,
// remembers which were asked for, and says where a mistake stands.
#pragma once

#include "title/notes.h"
#include "title/problems.h"

#include <toml++/toml.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What reading one record's files shares.
struct Reading {
  Problems& problems;
  Notes& notes;
  std::vector<std::filesystem::path>& files;  // all that were read
  bool from_mods = false;                     // a catalogue described something in them
};

// Which file a table stands in. A row of a CSV gives the place of each of its cells; a table inside
// a cell has one place for all.
struct Whence {
  std::string file;              // what messages call it
  std::filesystem::path folder;  // files it names lie below
  std::string fixed;             // "issues.csv row 3"; empty: the line in the file
  std::size_t row = 0;
  std::map<std::string, std::string> cells = {};  // key -> "issues.csv row 3, column Číslo"
};

class Table {
 public:
  Table(const toml::table& table, std::string name, Whence whence, Reading& reading)
      : table_(table), name_(std::move(name)), whence_(std::move(whence)), reading_(reading) {}

  const toml::node* get(std::string_view key);
  // Text, also where a number is natural: year = 1927. Empty when it is not there.
  std::string text(std::string_view key);
  // Of two names of one key; both together are a mistake.
  std::string text(std::string_view key, std::string_view other_name);
  // A text or TOML's own date.
  std::string date(std::string_view key);
  // One text or a list of them.
  std::vector<std::string> texts(std::string_view key);
  // The values of a list, or the one value that stands for it.
  std::vector<const toml::node*> list(std::string_view key);
  // The same, each of which must be a table; `form` shows how one is written.
  std::vector<Table> tables(std::string_view key, const std::string& name, std::string_view form);
  // [key]; nothing when it is not there.
  std::vector<Table> table(std::string_view key, const std::string& name);
  bool flag(std::string_view key);
  int whole(std::string_view key, int least, int most);
  std::string text_of(std::string_view key, const toml::node& node);
  // The table inside a list's value, for which this one answers.
  Table inner(std::string_view key, const toml::table& table, std::string name) const;

  // Where the key stands, or the table when it does not.
  FilePlace at(std::string_view key) const;
  FilePlace at(std::string_view key, const toml::node& node) const;
  FilePlace here() const;
  const Whence& whence() const { return whence_; }
  Reading& reading() const { return reading_; }
  Problems& problems() const { return reading_.problems; }
  const toml::table& raw() const { return table_; }

  // `why` is said instead of a hint, when it is not empty.
  void refuse_unknown(std::string_view why = {});

 private:
  FilePlace place(const toml::source_region& region) const;
  const toml::table& table_;
  std::string name_;
  Whence whence_;
  Reading& reading_;
  std::vector<std::string> known_;
};

}  // namespace linka
