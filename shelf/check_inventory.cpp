// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "base/translate.h"
#include "shelf/check.h"
#include "shelf/inventory.h"
#include "shelf/layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <regex>

namespace linka {
namespace {

using nlohmann::json;

// Signs of a digest in hex; 0: not an algorithm of the specification's table.
std::size_t signs_of(const std::string& algorithm) {
  static const std::map<std::string, std::size_t> known{
      {"md5", 32}, {"sha1", 40}, {"sha256", 64}, {"sha512", 128}, {"blake2b-512", 128}};
  const auto it = known.find(algorithm);
  return it == known.end() ? 0 : it->second;
}

bool is_registered_extra(const std::string& algorithm) {  // extension 0001 and 0009
  static const std::set<std::string> names{"blake2b-160", "blake2b-256", "blake2b-384",
                                           "sha512/256",  "size",        "crc32"};
  return names.contains(algorithm);
}

bool is_digest(const std::string& text, std::size_t signs) {
  return text.size() == signs && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// By hand, as everything of any length here: std::regex recurses for each sign.
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon), rest = text.substr(colon + 1);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return letter(scheme.front()) &&
         std::all_of(scheme.begin(), scheme.end(),
                     [&](char c) {
                       return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' ||
                              c == '-';
                     }) &&
         std::none_of(rest.begin(), rest.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

bool is_rfc3339(const std::string& text) {
  static const std::regex form(
      R"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?)"
      R"(([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d))");
  return text.size() < 100 && std::regex_match(text, form);
}

// A path that is the beginning of another, in whole elements, or stands there twice.
std::string conflict_in(std::vector<std::string> paths) {
  for (std::string& path : paths) path += '/';
  std::sort(paths.begin(), paths.end());
  for (std::size_t i = 1; i < paths.size(); ++i)
    if (paths[i].starts_with(paths[i - 1])) {
      paths[i - 1].pop_back();
      return paths[i - 1];
    }
  return {};
}

// A JSON object in which a key stands twice loses one of them without a word.
json parse_strictly(const std::string& text, bool& twice) {
  std::vector<std::set<std::string>> open;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
      twice = true;
    return true;
  };
  return json::parse(text, watch, false);
}

class Reader {
 public:
  Reader(const json& j, Codes& codes) : j_(j), codes_(codes) {}

  CheckedInventory read() {
    head();
    if (!blocks()) return std::move(out_);
    manifest();
    versions();
    used_digests();
    fixity();
    out_.usable = !out_.states.empty() && signs_of(out_.algorithm) >= 64;
    return std::move(out_);
  }

 private:
  template <class... Args>
  void wrong(const char* code, const char* text, const Args&... args) {
    codes_.emplace_back(code, say(tr(text), args...));
  }

  std::string text_at(const char* key) {
    if (!j_.contains(key)) {
      wrong("E036", "the inventory has no \"{}\"", key);
      return {};
    }
    return j_[key].is_string() ? j_[key].get<std::string>() : std::string();
  }

  void head() {
    static const std::set<std::string> known{"id",       "type",     "digestAlgorithm",
                                             "head",     "manifest", "contentDirectory",
                                             "versions", "fixity"};
    for (const auto& [key, value] : j_.items())
      if (!known.contains(key)) wrong("E102", "the inventory has the unknown key \"{}\"", key);
    out_.id = text_at("id");
    if (j_.contains("id") && out_.id.empty()) wrong("E037", "the object's id is empty");
    if (!out_.id.empty() && !is_uri(out_.id)) wrong("W005", "the id {} is no URI", out_.id);
    out_.type = text_at("type");
    if (j_.contains("type") && out_.type != inventory_type &&
        out_.type != "https://ocfl.io/1.0/spec/#inventory")
      wrong("E038", "the inventory's type is {}", out_.type);
    out_.algorithm = text_at("digestAlgorithm");
    if (j_.contains("digestAlgorithm") && out_.algorithm != "sha512" && out_.algorithm != "sha256")
      wrong("E025", "files are addressed by {}, which is neither sha512 nor sha256",
            out_.algorithm);
    if (out_.algorithm == "sha256") wrong("W004", "files are addressed by sha256, not by sha512");
    out_.head = text_at("head");
    if (!j_.contains("contentDirectory")) return;
    const json& content = j_["contentDirectory"];
    const std::string name = content.is_string() ? content.get<std::string>() : std::string("/");
    if (name.find('/') != std::string::npos || name.empty())
      wrong("E017", "the folder of content has the name {}", name);
    else if (name == "." || name == "..")
      wrong("E018", "the folder of content has the name {}", name);
    else
      out_.content = name;
  }

  bool blocks() {
    for (const char* key : {"manifest", "versions"})
      if (!j_.contains(key)) wrong("E041", "the inventory has no \"{}\"", key);
    if (j_.contains("manifest") && !j_["manifest"].is_object())
      wrong("E106", "the manifest is no JSON object");
    if (j_.contains("versions") && !j_["versions"].is_object())
      wrong("E044", "the versions are no JSON object");
    return j_.contains("manifest") && j_["manifest"].is_object() && j_.contains("versions") &&
           j_["versions"].is_object();
  }

  void content_path(const std::string& path) {
    if (path.starts_with('/') || path.ends_with('/') || path.empty())
      wrong("E100", "the content path {} begins or ends with a slash", path);
    else if (has_bad_element(path))
      wrong("E099", "the content path {} has an empty element, . or ..", path);
    else if (const auto parts = split_text(path, '/');
             parts.size() < 3 || !j_["versions"].contains(parts[0]) || parts[1] != out_.content)
      wrong("E042", "the content path {} does not lead into a version's content", path);
  }

  void manifest() {
    std::set<std::string> seen;
    std::vector<std::string> all;
    for (const auto& [digest, paths] : j_["manifest"].items()) {
      if (!is_digest(digest, signs_of(out_.algorithm)))
        wrong("E025", "{} is no digest of {}", digest, out_.algorithm);
      if (!seen.insert(lower_ascii(digest)).second)
        wrong("E096", "the manifest has the digest {} twice", digest);
      if (!paths.is_array() || paths.empty()) {
        wrong("E092", "the manifest names no list of files for {}", digest);
        continue;
      }
      for (const json& path : paths) {
        if (!path.is_string()) {
          wrong("E092", "the manifest names no list of files for {}", digest);
          continue;
        }
        content_path(path);
        all.push_back(path);
        out_.manifest[lower_ascii(digest)].insert(path.get<std::string>());
      }
    }
    if (const std::string path = conflict_in(all); !path.empty())
      wrong("E101", "the content path {} stands there twice, or is a folder, too", path);
  }

  void user(const std::string& name, const json& version) {
    if (!version.contains("user")) return wrong("W007", "{} does not say who made it", name);
    const json& user = version["user"];
    if (!user.is_object() || !user.contains("name") || !user["name"].is_string() ||
        user["name"].get<std::string>().empty())
      return wrong("E054", "{} does not name its user", name);
    if (!user.contains("address")) return wrong("W008", "{} gives no address of its user", name);
    if (!user["address"].is_string())
      return wrong("E054", "{}: the address of its user is no text", name);
    if (!is_uri(user["address"].get<std::string>()))
      wrong("W009", "{}: the address of its user is no URI", name);
  }

  void state(const std::string& name, const json& state) {
    std::vector<std::string> all;
    std::map<std::string, std::string>& known = out_.states[name];
    for (const auto& [digest, paths] : state.items()) {
      if (!out_.manifest.contains(lower_ascii(digest)))
        wrong("E050", "{} has a file of the digest {}, which the manifest does not know", name,
              digest);
      if (!paths.is_array()) {
        wrong("E050", "{} names no list of files for {}", name, digest);
        continue;
      }
      for (const json& path : paths) {
        const std::string text = path.is_string() ? path.get<std::string>() : std::string();
        if (text.empty() || text.starts_with('/') || text.ends_with('/'))
          wrong("E053", "{}: the path {} begins or ends with a slash", name, text);
        else if (has_bad_element(text))
          wrong("E052", "{}: the path {} has an empty element, . or ..", name, text);
        all.push_back(text);
        known[text] = lower_ascii(digest);
      }
    }
    if (const std::string path = conflict_in(all); !path.empty())
      wrong("E095", "{}: the path {} stands there twice, or is a folder, too", name, path);
  }

  void version(const std::string& name, const json& version) {
    static const std::set<std::string> known{"created", "state", "message", "user"};
    out_.states[name];
    if (!version.is_object()) return wrong("E047", "{} is no JSON object", name);
    for (const auto& [key, value] : version.items())
      if (!known.contains(key)) wrong("E102", "{} has the unknown key \"{}\"", name, key);
    if (!version.contains("created"))
      wrong("E048", "{} does not say when it was made", name);
    else if (!version["created"].is_string() || !is_rfc3339(version["created"].get<std::string>()))
      wrong("E049", "{}: {} is no time of RFC 3339", name, version["created"].dump());
    if (!version.contains("message"))
      wrong("W007", "{} has no message", name);
    else if (!version["message"].is_string())
      wrong("E094", "{}: its message is no text", name);
    user(name, version);
    json told = version;
    told.erase("state");
    out_.told[name] = told.dump(-1, ' ', false, json::error_handler_t::replace);
    if (!version.contains("state"))
      wrong("E048", "{} has no state", name);
    else if (!version["state"].is_object())
      wrong("E050", "the state of {} is no JSON object", name);
    else
      state(name, version["state"]);
  }

  void versions() {
    static const std::regex form("v(0*)([0-9]+)");
    std::vector<std::size_t> numbers;
    std::set<std::size_t> widths;
    bool padded = false;
    for (const auto& [name, value] : j_["versions"].items()) {
      std::smatch match;
      if (name.size() > 10 || !std::regex_match(name, match, form)) {
        wrong("E104", "{} is no name of a version", name);
        continue;
      }
      const std::size_t number = std::stoul(match[0].str().substr(1));
      if (number == 0) {
        wrong("E105", "{} is no name of a version", name);
        continue;
      }
      padded = padded || match[1].length() > 0;
      widths.insert(name.size());
      numbers.push_back(number);
      version(name, value);
    }
    if (padded) {
      wrong("W001", "the numbers of versions begin with zeros");
      if (widths.size() > 1) wrong("E012", "the numbers of versions are not written in one way");
    }
    if (j_["versions"].empty()) wrong("E008", "there is no version");
    std::sort(numbers.begin(), numbers.end());
    if (!numbers.empty() && numbers.front() != 1) wrong("E009", "there is no version 1");
    for (std::size_t i = 1; i < numbers.size(); ++i)
      if (numbers[i] != numbers[i - 1] + 1) {
        wrong("E010", "there is no version {}", numbers[i - 1] + 1);
        break;
      }
    std::string last;
    for (const auto& [name, unused] : out_.states)
      if (last.empty() || natural_less(last, name)) last = name;
    if (j_.contains("head") && out_.head != last && !last.empty())
      wrong("E040", "the inventory says that {} is its last version, and {} is", out_.head, last);
  }

  void used_digests() {
    std::set<std::string> used;
    for (const auto& [name, state] : out_.states)
      for (const auto& [path, digest] : state) used.insert(digest);
    for (const auto& [digest, paths] : out_.manifest)
      if (!used.contains(digest))
        wrong("E107", "the manifest has the digest {}, which no version uses", digest);
  }

  void fixity() {
    if (!j_.contains("fixity")) return;
    if (!j_["fixity"].is_object()) return wrong("E111", "\"fixity\" is no JSON object");
    std::set<std::string> known;
    for (const auto& [digest, paths] : out_.manifest) known.insert(paths.begin(), paths.end());
    for (const auto& [algorithm, block] : j_["fixity"].items()) {
      const std::size_t signs = signs_of(algorithm);
      if (signs == 0 && !is_registered_extra(algorithm))
        wrong("E056", "\"fixity\" has the unknown algorithm {}", algorithm);
      if (!block.is_object()) {
        wrong("E057", "\"fixity\": {} is no JSON object", algorithm);
        continue;
      }
      std::set<std::string> seen;
      for (const auto& [digest, paths] : block.items()) {
        if (!seen.insert(lower_ascii(digest)).second)
          wrong("E097", "\"fixity\": {} has the digest {} twice", algorithm, digest);
        if (!paths.is_array() || (signs != 0 && !is_digest(digest, signs))) {
          wrong("E057", "\"fixity\": {} names no list of files for {}", algorithm, digest);
          continue;
        }
        for (const json& path : paths)
          if (!path.is_string() || !known.contains(path.get<std::string>()))
            wrong("E057", "\"fixity\": {} names {}, which the manifest does not", algorithm,
                  path.dump());
          else
            out_.fixity[algorithm][path] = lower_ascii(digest);
      }
    }
  }

  const json& j_;
  Codes& codes_;
  CheckedInventory out_;
};

}  // namespace

CheckedInventory check_inventory(const std::string& text, Codes& codes) {
  bool twice = false;
  const json j = parse_strictly(text, twice);
  if (!j.is_object() || twice) {
    codes.emplace_back("E033", twice ? tr("a key stands twice in the inventory")
                                     : tr("the inventory is no JSON object"));
    return {};
  }
  return Reader(j, codes).read();
}

}  // namespace linka
