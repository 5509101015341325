// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/layout.h"

#include "base/digest.h"
#include "base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

namespace linka {
namespace {

constexpr std::size_t tuple_size = 3, tuples = 3, longest_name = 100;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string encoded(std::string_view text, std::string_view also_plain) {
  std::string out;
  for (const char c : text)
    if (is_plain(c) || also_plain.find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::string object_path(std::string_view id) {
  const std::string digest = sha256_hex(id);
  std::string path;
  for (std::size_t i = 0; i < tuples; ++i) path += digest.substr(i * tuple_size, tuple_size) + "/";
  const std::string name = encoded(id, "");
  if (name.size() <= longest_name) return path + name;
  return path + name.substr(0, longest_name) + "-" + digest;
}

std::string layout_json() {
  return nlohmann::json{{"extension", shelf_layout_name},
                        {"description",
                         "SHA-256 of the object's id in three folders of three signs, then the "
                         "percent-encoded id"}}
             .dump(2) +
         "\n";
}

std::string layout_config_json() {
  return nlohmann::json{{"extensionName", shelf_layout_name},
                        {"digestAlgorithm", "sha256"},
                        {"tupleSize", tuple_size},
                        {"numberOfTuples", tuples}}
             .dump(2) +
         "\n";
}

std::string object_id_of(std::string_view name) {
  static const std::regex urn_nbn("[a-z0-9]{3,6}-[0-9a-z]{6}"),
      uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), uri("[A-Za-z][A-Za-z0-9+.-]*:[!-~]+");
  const std::string text(name.substr(0, 1000));
  if (std::regex_match(text, urn_nbn)) return "urn:nbn:cz:" + text;
  if (std::regex_match(text, uuid)) return "urn:uuid:" + text;
  if (std::regex_match(text, uri)) return text;
  return "linka:" + encoded(name, ".~");
}

bool has_bad_element(std::string_view path) {
  const auto parts = split_text(path, '/');
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part.empty() || part == "." || part == "..";
  });
}

bool is_logical_path(std::string_view path) {
  return !path.empty() && is_utf8(path) && !has_bad_element(path);
}

}  // namespace linka
