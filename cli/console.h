// SPDX-License-Identifier: GPL-3.0-or-later
// How the program speaks: results to stdout, all else to stderr, one JSON document when asked for.
#pragma once

#include "base/result.h"
#include "cli/exit_codes.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace linka {

// Results, a line each, made visible().
void print(std::string_view line);
// Everything that is no result, the same way.
void remark(std::string_view line);
// The whole answer of a verb under --json, its exit code included, which is given back. Bytes that
// are no UTF-8 (file names) are replaced.
ExitCode print_json(nlohmann::json document, ExitCode code);

// Says what went wrong, as JSON on stdout or as a line on stderr, and gives the exit code for it.
ExitCode explain_failure(const Error& error, bool json);
// The same for a wrong command line; `hint` says where to read on.
ExitCode explain_misuse(const std::string& message, const std::string& hint, bool json);

// Flushes stdout; what could not be written makes the exit code worse.
ExitCode close_output(ExitCode code);

// A name or sentence for a terminal: control signs (a line end in a file's name) and bytes that are
// no UTF-8 become \xNN, so that a line stays a line.
std::string visible(std::string_view text);
// "12.3 MB"
std::string size_in_words(std::uint64_t bytes);
// "4 min 10 s"
std::string time_in_words(double seconds);
// Columns that text takes on a terminal (every code point counts one).
std::size_t width_of(std::string_view text);
// Broken at spaces so that no line is wider; lines after the first begin with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace linka
