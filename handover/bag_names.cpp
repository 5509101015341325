// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/bag_names.h"

#include "base/text.h"
#include "base/translate.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace linka {
namespace {

constexpr std::size_t longest_part = 255, longest_name = 4000;  // bytes; ext4, POSIX

// "CON", "con.txt", "COM1": devices of Windows whatever follows the dot.
bool is_device(std::string_view part) {
  const std::string stem = lower_ascii(part.substr(0, part.find('.')));
  constexpr auto words = std::to_array<std::string_view>({"con", "prn", "aux", "nul"});
  if (std::find(words.begin(), words.end(), stem) != words.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
         stem[3] >= '0' && stem[3] <= '9';
}

std::optional<std::string> harm_of_part(std::string_view part) {
  if (part.empty()) return tr("has an empty part in its name");
  if (part == "." || part == "..") return tr("leads out of the folder, or round about");
  if (part.size() > longest_part) return tr("has a part of more than 255 bytes in its name");
  if (part.back() == '.' || part.back() == ' ')
    return tr("has a part that ends in a dot or a space, which Windows cuts off");
  if (is_device(part)) return tr("is the name of a device under Windows");
  return std::nullopt;
}

// Case and composition taken away (Unicode, canonical caseless matching).
std::string folded(const std::string& name) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(code);
  if (U_FAILURE(code)) return lower_ascii(name);
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(name);
  for (int round = 0; round < 2; ++round) text = nfd->normalize(text, code).foldCase();
  std::string out;
  return U_FAILURE(code) ? lower_ascii(name) : text.toUTF8String(out);
}

}  // namespace

std::optional<std::string> harm_of_name(std::string_view name) {
  if (name.empty()) return tr("has no name");
  if (!is_utf8(name)) return tr("has a name that is no UTF-8");
  if (name.size() > longest_name) return tr("has a name of more than 4000 bytes");
  if (name.front() == '/') return tr("has an absolute name");
  if (name.front() == '~') return tr("has a name that begins with ~");
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return tr("has a control character in its name");
  }
  if (name.find('\\') != name.npos) return tr("has a backslash in its name");
  if (name.find_first_of("<>:\"|?*") != name.npos)
    return tr("has a character in its name that Windows forbids");
  for (const std::string& part : split_text(name, '/'))
    if (auto harm = harm_of_part(part)) return harm;
  return std::nullopt;
}

std::string encoded_name(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else
      out += c;
  return out;
}

std::optional<std::string> decoded_name(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const std::string code = lower_ascii(text.substr(at + 1, 2));
    if (code == "25")
      out += '%';
    else if (code == "0d")
      out += '\r';
    else if (code == "0a")
      out += '\n';
    else
      return std::nullopt;
    at += 2;
  }
  return out;
}

std::optional<std::string> NameCollisions::add(const std::string& file) {
  const std::string key = folded(file);
  if (const auto [it, is_new] = files_.try_emplace(key, file); !is_new) return it->second;
  if (const auto it = folders_.find(key); it != folders_.end()) return it->second;
  // Folders with a name that folds to the same must be written the same.
  for (std::size_t at = file.find('/'); at != file.npos; at = file.find('/', at + 1)) {
    const std::string folder = file.substr(0, at), folded_folder = folded(folder);
    if (const auto it = files_.find(folded_folder); it != files_.end()) return it->second;
    const auto [it, is_new] = folders_.try_emplace(folded_folder, folder);
    if (it->second != folder) return it->second;
  }
  return std::nullopt;
}

}  // namespace linka
