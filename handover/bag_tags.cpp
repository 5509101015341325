// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/bag_tags.h"

#include "base/text.h"
#include "base/translate.h"
#include "handover/bag_names.h"

#include <algorithm>

namespace linka {
namespace {

constexpr const char* declaration = "bagit.txt";
constexpr const char* info_file = "bag-info.txt";

std::size_t hex_length(DigestKind kind) {
  constexpr std::size_t lengths[] = {32, 40, 64, 128};
  return lengths[static_cast<int>(kind)];
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

bool is_version(const std::string& text) {
  const std::size_t dot = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  return dot != text.npos && digits(std::string_view(text).substr(0, dot)) &&
         digits(std::string_view(text).substr(dot + 1));
}

// "BagIt-Version: 1.0" -> "1.0"; nothing when the line is of another form.
std::optional<std::string> value_after(const std::string& line, std::string_view label) {
  if (!line.starts_with(std::string(label) + ": ")) return std::nullopt;
  return line.substr(label.size() + 2);
}

}  // namespace

std::vector<std::string> tag_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find_first_of("\r\n", at);
    if (end == text.npos) {
      lines.emplace_back(text.substr(at));
      break;
    }
    lines.emplace_back(text.substr(at, end - at));
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

std::string read_declaration(const std::string& text, std::vector<BagFault>& faults) {
  const auto wrong = [&](std::string what) { faults.push_back({declaration, std::move(what)}); };
  if (text.starts_with("\xef\xbb\xbf")) wrong(tr("begins with a byte-order mark"));
  const std::vector<std::string> lines = tag_lines(text);
  if (lines.size() != 2) wrong(say(tr("has {} lines, not two"), lines.size()));
  auto version = lines.empty() ? std::nullopt : value_after(lines[0], "BagIt-Version");
  if (!version || !is_version(*version)) {
    wrong(tr("does not begin with \"BagIt-Version: \" and a version"));
    version = "";
  }
  const auto encoding =
      lines.size() < 2 ? std::nullopt : value_after(lines[1], "Tag-File-Character-Encoding");
  if (!encoding)
    wrong(tr("does not say \"Tag-File-Character-Encoding: \" in its second line"));
  else if (lower_ascii(*encoding) != "utf-8")
    wrong(say(tr("says that tag files are of {}; only UTF-8 is read"), *encoding));
  if (!version->empty() && *version != "1.0" && *version != "0.97")
    faults.push_back(
        {declaration, say(tr("says version {}; read by the rules of 1.0"), *version), true});
  return *version;
}

BagInfo read_bag_info(const std::string& text, std::vector<BagFault>& faults) {
  BagInfo info;
  if (!is_utf8(text)) {
    faults.push_back({info_file, tr("is no UTF-8")});
    return info;
  }
  std::size_t number = 0;
  for (const std::string& line : tag_lines(text)) {
    ++number;
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (info.empty())
        faults.push_back({info_file, tr("begins with a line that continues nothing")});
      else
        info.back().second += " " + trimmed(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      faults.push_back({info_file, say(tr("line {} has no label"), number)});
      continue;
    }
    info.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return info;
}

std::string write_bag_info(const BagInfo& info) {
  std::string out;
  for (const auto& [label, value] : info) out += label + ": " + value + "\n";
  return out;
}

std::vector<std::string> values_of(const BagInfo& info, std::string_view label) {
  std::vector<std::string> out;
  for (const auto& [name, value] : info)
    if (lower_ascii(name) == lower_ascii(label)) out.push_back(value);
  return out;
}

std::optional<BagManifest> manifest_named(const std::string& file) {
  BagManifest out;
  out.file = file;
  out.of_tags = file.starts_with("tagmanifest-");
  const std::string_view start = out.of_tags ? "tagmanifest-" : "manifest-";
  if (!file.starts_with(start) || !file.ends_with(".txt") || file.size() <= start.size() + 4)
    return std::nullopt;
  out.algorithm = lower_ascii(file.substr(start.size(), file.size() - start.size() - 4));
  for (const DigestKind kind :
       {DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512})
    if (out.algorithm == name_of(kind)) out.kind = kind;
  return out;
}

void read_manifest(const std::string& text, BagManifest& manifest, std::vector<BagFault>& faults) {
  const auto wrong = [&](std::string what, bool warning = false) {
    faults.push_back({manifest.file, std::move(what), warning});
  };
  if (!is_utf8(text)) return wrong(tr("is no UTF-8"));
  if (text.starts_with("\xef\xbb\xbf")) wrong(tr("begins with a byte-order mark"));
  std::size_t number = 0;
  for (const std::string& line : tag_lines(text)) {
    ++number;
    if (line.empty()) {
      wrong(say(tr("line {} is empty"), number), true);
      continue;
    }
    const std::size_t blank = line.find_first_of(" \t");
    const std::size_t start = blank == line.npos ? line.npos : line.find_first_not_of(" \t", blank);
    if (start == line.npos) {
      wrong(say(tr("line {} is not a digest and a name"), number));
      continue;
    }
    const std::string digest = lower_ascii(line.substr(0, blank));
    std::string written = line.substr(start);
    if (written.starts_with('*')) {  // md5sum's mark of binary files
      wrong(say(tr("line {} has a * before the name"), number), true);
      written.erase(0, 1);
    }
    if (!is_hex(digest) || (manifest.kind && digest.size() != hex_length(*manifest.kind))) {
      wrong(say(tr("line {}: \"{}\" is no {} digest"), number, digest, manifest.algorithm));
      continue;
    }
    const auto name = decoded_name(written);
    if (!name) {
      wrong(say(tr("line {}: % in the name is not written as %25"), number));
      continue;
    }
    if (const auto harm = harm_of_name(*name)) {
      wrong(say(tr("line {}: \"{}\" {}"), number, written, *harm));
      continue;
    }
    const bool payload = name->starts_with("data/");
    if (!manifest.of_tags && !payload)
      wrong(say(tr("line {}: \"{}\" does not lie in data/"), number, written));
    else if (manifest.of_tags && payload)
      wrong(say(tr("line {}: \"{}\" is of the payload, not a tag file"), number, written));
    else if (manifest.of_tags && name->starts_with("tagmanifest-"))
      wrong(say(tr("line {}: \"{}\" is a tag manifest itself"), number, written));
    else if (!manifest.list.emplace(*name, digest).second)
      wrong(say(tr("line {}: \"{}\" stands there twice"), number, written));
  }
}

std::string write_manifest(const std::map<std::string, std::string>& list) {
  std::string out;
  for (const auto& [name, digest] : list) out += digest + "  " + encoded_name(name) + "\n";
  return out;
}

}  // namespace linka
