// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/inventory.h"

#include "base/digest.h"
#include "base/text.h"
#include "shelf/layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace linka {
namespace {

using nlohmann::json;

json json_of(const ObjectVersion& version) {
  json state = json::object();
  for (const auto& [path, digest] : version.state) state[digest].push_back(path);
  return {{"created", version.created},
          {"message", version.message},
          {"user", {{"name", version.user_name}, {"address", version.user_address}}},
          {"state", state}};
}

ObjectVersion version_of(const json& j) {
  ObjectVersion out;
  out.created = j.at("created");
  out.message = j.value("message", "");
  if (j.contains("user")) {
    out.user_name = j.at("user").value("name", "");
    out.user_address = j.at("user").value("address", "");
  }
  for (const auto& [digest, paths] : j.at("state").items())
    for (const std::string path : paths) out.state[path] = lower_ascii(digest);
  return out;
}

std::map<std::string, std::vector<std::string>> block_of(const json& j) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [digest, paths] : j.items())
    out[lower_ascii(digest)] = paths.get<std::vector<std::string>>();
  return out;
}

ObjectInventory read(const json& j) {
  ObjectInventory out;
  out.id = j.at("id");
  out.digest_algorithm = j.at("digestAlgorithm");
  out.manifest = block_of(j.at("manifest"));
  if (j.contains("fixity") && j.at("fixity").contains("md5"))
    out.md5 = block_of(j.at("fixity").at("md5"));
  const json& versions = j.at("versions");
  for (std::size_t n = 0; n < versions.size(); ++n)
    out.versions.push_back(version_of(versions.at(version_name(n))));
  if (j.at("head") != out.head()) throw std::invalid_argument("head");
  return out;
}

// What would lead outside of the object, or nowhere.
bool holds_together(const ObjectInventory& inventory) {
  if (inventory.versions.empty() || inventory.digest_algorithm != "sha512") return false;
  for (const auto& [digest, paths] : inventory.manifest) {
    if (digest.size() != 128 || paths.empty()) return false;
    for (const std::string& path : paths)
      if (!is_logical_path(path) || !path.starts_with("v")) return false;
  }
  for (const ObjectVersion& version : inventory.versions)
    for (const auto& [path, digest] : version.state)
      if (!is_logical_path(path) || !inventory.manifest.contains(digest)) return false;
  return true;
}

}  // namespace

std::string version_name(std::size_t index) {
  return "v" + std::to_string(index + 1);
}

std::string declaration_text(std::string_view name) {
  return std::string(name.substr(name.find('=') + 1)) + "\n";
}

bool is_version_name(std::string_view name) {
  return name.size() > 1 && name.front() == 'v' &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string text_of(const ObjectInventory& inventory) {
  json versions = json::object();
  for (std::size_t i = 0; i < inventory.versions.size(); ++i)
    versions[version_name(i)] = json_of(inventory.versions[i]);
  json out = {{"id", inventory.id},
              {"type", inventory_type},
              {"digestAlgorithm", inventory.digest_algorithm},
              {"head", inventory.head()},
              {"contentDirectory", "content"},
              {"manifest", json::object()},
              {"versions", versions}};
  for (const auto& [digest, paths] : inventory.manifest) out["manifest"][digest] = paths;
  if (!inventory.md5.empty()) {
    json md5 = json::object();
    for (const auto& [digest, paths] : inventory.md5) md5[digest] = paths;
    out["fixity"] = {{"md5", md5}};
  }
  return out.dump(1) + "\n";
}

std::string sidecar_text(std::string_view inventory_text) {
  RunningDigests digests({DigestKind::sha512});
  digests.add(
      {reinterpret_cast<const std::uint8_t*>(inventory_text.data()), inventory_text.size()});
  return digests.hex().front() + " " + inventory_name + "\n";
}

Result<ObjectInventory> inventory_from(std::string_view text) {
  const json j = json::parse(text, nullptr, false);
  try {
    if (j.is_object())
      if (ObjectInventory out = read(j); holds_together(out)) return out;
  } catch (const std::exception&) {
    // Of another shape than the specification's.
  }
  return fail(ErrorKind::bad_input,
              "the inventory of a stored object is damaged or of a kind that "
              "is not known; linka shelf audit says what is wrong");
}

Result<ObjectInventory> inventory_at(const Storage& storage, const std::string& object) {
  const auto text = storage.text(joined(object, inventory_name), most_inventory_bytes);
  if (!text) return pass(text);
  return inventory_from(*text);
}

Result<std::size_t> version_index(const ObjectInventory& inventory, const std::string& version) {
  if (version.empty()) return inventory.versions.size() - 1;
  std::string_view digits = version;
  if (digits.starts_with('v')) digits.remove_prefix(1);
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc{} || end != digits.data() + digits.size() || number == 0 ||
      number > inventory.versions.size())
    return fail(ErrorKind::bad_input, "{} has no version {}; its last one is {}", inventory.id,
                version, inventory.head());
  return number - 1;
}

}  // namespace linka
