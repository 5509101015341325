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
  const std::string whole = visible(line) + '\n';
  std::fwrite(whole.data(), 1, whole.size(), stdout);
}

void remark(std::string_view line) {
  const std::string whole = visible(line) + '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

ExitCode print_json(nlohmann::json document, ExitCode code) {
  document["exit_code"] = static_cast<int>(code);
  const std::string text =
      document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
  return code;
}

ExitCode explain_failure(const Error& error, bool json) {
  const ExitCode code = exit_code_of(error.kind);
  if (json) print_json({{"error", to_json(error)}}, code);
  remark("linka: " + error.message);
  return code;
}

ExitCode explain_misuse(const std::string& message, const std::string& hint, bool json) {
  if (json)
    print_json({{"error", {{"kind", "usage"}, {"message", message}, {"where", ""}}}},
               ExitCode::usage);
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

std::string visible(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const std::string_view sign = text.substr(i, length);
    // U+0080 to U+009F are control signs, too.
    const bool control =
        byte < 0x20 || byte == 0x7f ||
        (byte == 0xc2 && sign.size() == 2 && static_cast<unsigned char>(sign[1]) < 0xa0);
    if (!control && is_utf8(sign)) {
      out += sign;
      i += length;
    } else {
      out += fmt::format("\\x{:02X}", byte);
      ++i;
    }
  }
  return out;
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
