// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogues that an operator may ask, as a TOML file describes them (docs/catalogues.md; a
// sample is catalogue/catalogues.toml).
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class CatalogueType { z3950, sru, alma, alma_rest, oai_pmh, aleph_x };
// What a record is looked for by.
enum class SearchKey { barcode, ccnb, issn, isbn, sysno, title, signature };

const std::vector<std::string>& search_key_names();  // "barcode", "ccnb" ...
Result<SearchKey> search_key_of(std::string_view name);
std::string_view name_of(SearchKey key);
std::string_view name_of(CatalogueType type);

struct Catalogue {
  std::string id, name;
  CatalogueType type = CatalogueType::z3950;
  std::string address;   // host:port of Z39.50, else an address of http or https
  std::string database;  // Z39.50's database, Aleph's base
  std::string user;
  std::filesystem::path secret_file;  // its first line is the password, or Alma's key
  std::string key_parameter;          // of the address, for a key that no header may carry
  std::string charset = "auto";       // of ISO 2709
  std::string query_charset = "utf-8";
  std::string syntax = "usmarc";             // Z39.50: "usmarc" (ISO 2709) or "xml" (MARCXML)
  std::string schema;                        // SRU: recordSchema; OAI-PMH: metadataPrefix
  std::string version = "1.1";               // of SRU
  std::map<SearchKey, std::string> queries;  // a pattern with one %s each
  std::string id_prefix;                     // OAI-PMH: before the number
  std::string id_source;                     // whose number 001 is, where 003 does not say it
  bool sysno = false;                        // the number becomes an identifier of the record
  double timeout_s = 30, connect_s = 10;
  std::size_t most = 10;  // records fetched
};

// What is searched when the file gives no pattern of its own for a key.
std::map<SearchKey, std::string> usual_queries(CatalogueType type);

// The file's catalogues in its order. Errors: bad_input (no such file), configuration with every
// mistake and its line.
Result<std::vector<Catalogue>> load_catalogues(const std::filesystem::path& file);
// The same from its text; `file` is what messages call it and what secret files lie beside.
Result<std::vector<Catalogue>> catalogues_from(std::string_view text,
                                               const std::filesystem::path& file);

// ~/.config/linka/catalogues.toml (or below $XDG_CONFIG_HOME), then /etc/linka/catalogues.toml: the
// first that is there; empty when none is.
std::filesystem::path usual_catalogues();

// The one of that id. Error configuration, naming those there are.
Result<Catalogue> catalogue_named(const std::vector<Catalogue>& all, std::string_view id);

// The first line of the secret file; "" when none is named. Error configuration when it cannot be
// read, or when others than its owner may read it.
Result<std::string> secret_of(const Catalogue& catalogue);

}  // namespace linka
