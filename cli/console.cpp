// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/console.h"

#include "base/text.h"
#include "base/translate.h"
#include "pipeline/report.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>

namespace linka {

void print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void remark(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

void print_json(const nlohmann::json& document) {
  print(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

ExitCode explain_failure(const Error& error, bool json) {
  const ExitCode code = exit_code_of(error.kind);
  if (json) {
    nlohmann::json document{{"error", to_json(error)}};
    document["exit_code"] = static_cast<int>(code);
    print_json(document);
  }
  remark("linka: " + error.message);
  return code;
}

ExitCode explain_misuse(const std::string& message, const std::string& hint, bool json) {
  if (json) {
    nlohmann::json document{{"error", {{"kind", "usage"}, {"message", message}, {"where", ""}}}};
    document["exit_code"] = static_cast<int>(ExitCode::usage);
    print_json(document);
  }
  remark("linka: " + message);
  if (!hint.empty()) remark(hint);
  return ExitCode::usage;
}

ExitCode close_output(ExitCode code) {
  errno = 0;
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  // A reader that left early (linka status | head) has all it wanted.
  if (written || errno == EPIPE) return code;
  return worse(code, exit_code_of(kind_of_errno(errno)));
}

std::string size_in_words(std::uint64_t bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 || value >= 99.95 ? fmt::format("{:.0f} {}", value, units[unit])
                                     : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string time_in_words(double seconds) {
  if (seconds < 10) return say(tr("{} s"), fmt::format("{:.1f}", std::max(0.0, seconds)));
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return say(tr("{} s"), whole);
  if (whole < 3600) return say(tr("{} min {} s"), whole / 60, whole % 60);
  return say(tr("{} h {} min"), whole / 3600, whole % 3600 / 60);
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : split_text(text, ' ')) {
    const std::size_t size = width_of(word);
    if (column > indent && column + 1 + size > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += size;
  }
  return out;
}

}  // namespace linka
