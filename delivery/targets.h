// SPDX-License-Identifier: GPL-3.0-or-later
// The Kramerius servers that packages may be delivered to, as a TOML file describes them
// (docs/delivery.md; a sample is delivery/targets.toml).
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "kramerius-export/foxml/foxml.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// How the server's administration speaks; `ask`: as its version says.
enum class Manners { ask, v72, v71 };
enum class Grant { none, password, client_credentials, through_kramerius };
// Which import the server runs.
enum class Way { foxml, psp };
enum class ProofDepth { full, sample, existence };

// A folder that files are put into: one that this machine sees, or one behind rsync.
struct Place {
  std::filesystem::path folder;
  std::string rsync;                 // "user@host:/path"; empty: `folder`
  std::vector<std::string> options;  // more arguments of rsync: "-e", "ssh -p 2222"
  bool given() const { return !folder.empty() || !rsync.empty(); }
};
// "/mnt/import", "user@host:/path"
std::string words_for(const Place& place);

struct Login {
  Grant grant = Grant::none;
  std::string token_url;  // Keycloak's; not of through_kramerius
  std::string client_id, user;
  SecretPlace password, client_secret;
};

struct Target {
  std::string id, name;
  bool test = false;   // a server for tests: takes also what must not reach readers
  std::string server;  // "https://k7.example.org", without /search/api and slash
  Manners manners = Manners::ask;
  Login login;
  Way way = Way::foxml;
  Place import;           // where the import directory is for us
  std::string on_server;  // the same below the server's import directory ("" is that itself), or
                          // with its whole path ("/data/import")
  FoxmlImages images;
  Place image_place;  // of image_server: where the image files go; none: they lie there already
  std::vector<std::string> licences, collections;
  std::string policy;      // "public" or "private"; empty: by way and version
  std::string index_type;  // "indexRoots", "indexNewImported"; empty: the second for what is added
                           // to a title that is there
  std::string view;        // "https://k7.example.org/view/{pid}"
  ProofDepth proof = ProofDepth::full;
  int every = 1;              // of the pages' images one in so many is asked for
  double poll_s = 10;         // between two questions for a process
  double patience_s = 600;    // so long a server may be out of reach before we say "unknown"
  double longest_h = 48;      // so long a process may run before we say "unknown"
  double timeout_s = 60;      // of one question
  double rest_s = 0;          // between two questions of the proof
  bool clears_import = true;  // the import directory's copy is removed after the proof
  std::vector<std::string> warnings;  // about this target's settings, in words

  std::string api() const { return server + "/search/api"; }
  bool absolute() const { return on_server.starts_with('/'); }
  std::string address_of(std::string_view pid) const;  // `view` filled in; "" when there is none
};

// Errors: bad_input (no such file), configuration with every mistake and its line.
Result<std::vector<Target>> load_targets(const std::filesystem::path& file);
Result<std::vector<Target>> targets_from(std::string_view text, const std::filesystem::path& file);
// The one of that id. Error configuration, naming those there are.
Result<Target> target_named(const std::vector<Target>& all, std::string_view id);

}  // namespace linka
