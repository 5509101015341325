// SPDX-License-Identifier: GPL-3.0-or-later
// The declarations of the command line as plain values, and what is made of them: --help, the man
// page and the completion for bash.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct DeclaredOption {
  std::vector<std::string> names;  // "-q", "--quiet"; for a positional its one name
  std::string value;               // "FOLDER"; empty for a flag
  std::string help;
  bool positional = false, required = false, many = false, hidden = false;
};

struct DeclaredVerb {
  std::string path;      // "linka profile show"
  std::string name;      // "show"
  std::string summary;   // first line of the description
  std::string body;      // the rest
  std::string examples;  // a command a line
  std::vector<DeclaredOption> options;
  std::vector<DeclaredVerb> verbs;
};

DeclaredVerb declared(const CLI::App& app, const std::string& parent = {});

// "linka run [options] SCANS"
std::string synopsis(const DeclaredVerb& verb);
std::string help_text(const DeclaredVerb& verb);
// linka(1), in the operator's language.
std::string man_page(const DeclaredVerb& program, const std::string& version);
std::string bash_completion(const DeclaredVerb& program);

// The likeliest of `known` for a mistyped word; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace linka
