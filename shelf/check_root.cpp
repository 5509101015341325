// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/translate.h"
#include "shelf/check.h"
#include "shelf/inventory.h"
#include "shelf/layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

namespace linka {
namespace {

using nlohmann::json;

class RootReader {
 public:
  RootReader(const Storage& storage, bool read_ids) : storage_(storage), read_ids_(read_ids) {}

  Result<RootWords> words() {
    const auto entries = storage_.entries("");
    if (!entries) return pass(entries);
    of_root(*entries);
    return RootWords{std::move(out_.findings), ours_};
  }

  Result<CheckedRoot> go() {
    const auto entries = storage_.entries("");
    if (!entries) return pass(entries);
    of_root(*entries);
    for (const StoredEntry& entry : *entries) {
      if (entry.kind == EntryKind::other)
        wrong("E090", entry.name, "{} is a link or a device", entry.name);
      if (entry.kind != EntryKind::folder) continue;
      if (entry.name == "extensions")
        check_extensions(storage_, entry.name, {"E112", "W016"}, out_.findings);
      else if (auto r = below(entry.name, 0); !r)
        return pass(r);
    }
    return std::move(out_);
  }

 private:
  template <class... Args>
  void wrong(const char* code, const std::string& path, const char* text, const Args&... args) {
    out_.findings.push_back({code, path, say(tr(text), args...)});
  }

  void of_root(const std::vector<StoredEntry>& entries) {
    declaration(entries);
    for (const StoredEntry& entry : entries)
      if (entry.name == "ocfl_layout.json") layout();
  }

  void declaration(const std::vector<StoredEntry>& entries) {
    std::vector<std::string> found;
    for (const StoredEntry& entry : entries)
      if (entry.name.starts_with("0=")) found.push_back(entry.name);
    if (found.empty()) return wrong("E069", "", "it does not declare itself a storage root");
    if (found.size() > 1) return wrong("E076", "", "it declares itself several times");
    if (found.front() != root_declaration && found.front() != "0=ocfl_1.0")
      return wrong("E079", found.front(), "{} declares no known version of OCFL", found.front());
    old_ = found.front() == "0=ocfl_1.0";
    const auto text = storage_.text(found.front(), 1 << 16);
    if (!text || *text != declaration_text(found.front()))
      wrong("E080", found.front(), "the declaration's text is not its name");
  }

  void layout() {
    const auto text = storage_.text("ocfl_layout.json", 1 << 20);
    const json j = text ? json::parse(*text, nullptr, false) : json();
    if (!j.is_object() || !j.contains("extension") || !j.contains("description"))
      return wrong("E070", "ocfl_layout.json", "it lacks \"extension\" or \"description\"");
    const std::string name = j["extension"].is_string() ? j["extension"].get<std::string>() : "";
    static const std::regex registered("[0-9]{4}-[a-z0-9-]+");
    if (name.size() > 200 || !std::regex_match(name, registered))
      wrong("E071", "ocfl_layout.json", "the layout {} is no registered extension", name);
    // Without a file of its own the extension means what ours says.
    const auto config =
        storage_.text(std::string("extensions/") + shelf_layout_name + "/config.json", 1 << 20);
    ours_ = name == shelf_layout_name &&
            (!config || json::parse(*config, nullptr, false) == json::parse(layout_config_json()));
  }

  Result<void> below(const std::string& folder, int depth) {
    const auto entries = storage_.entries(folder);
    if (!entries)
      return entries.error().kind == ErrorKind::bad_input ? Result<void>{} : pass(entries);
    std::string declared;
    for (const StoredEntry& entry : *entries)
      if (entry.name.starts_with("0=ocfl_object")) declared = entry.name;
    if (!declared.empty()) {
      object(folder, declared);
      return {};
    }
    if (entries->empty()) wrong("E073", folder, "the folder {} is empty", folder);
    for (const StoredEntry& entry : *entries) {
      const std::string path = joined(folder, entry.name);
      if (entry.kind == EntryKind::file)
        wrong("E072", path, "the file {} lies outside of objects", path);
      else if (entry.kind == EntryKind::other)
        wrong("E090", path, "{} is a link or a device", path);
      else if (depth > 16)
        wrong("E072", path, "{} lies too deep", path);
      else if (auto r = below(path, depth + 1); !r)
        return r;
    }
    return {};
  }

  void object(const std::string& path, const std::string& declared) {
    out_.objects.push_back(path);
    if (old_ && declared == object_declaration)
      wrong("E081", path, "the object is of a later version of OCFL than the storage root");
    if (!ours_ || !read_ids_) return;
    const auto text = storage_.text(joined(path, inventory_name), most_inventory_bytes);
    const json j = text ? json::parse(*text, nullptr, false) : json();
    if (!j.is_object() || !j.contains("id") || !j["id"].is_string()) return;  // the object's check
    const std::string wanted = object_path(j["id"].get<std::string>());
    if (wanted != path) wrong("E083", path, "the object belongs to {}", wanted);
  }

  const Storage& storage_;
  const bool read_ids_;
  bool ours_ = false, old_ = false;
  CheckedRoot out_;
};

}  // namespace

void check_extensions(const Storage& storage, const std::string& folder,
                      const ExtensionCodes& codes, std::vector<ShelfFinding>& findings) {
  const auto entries = storage.entries(folder);
  if (!entries) return;
  static const std::regex registered("[0-9]{4}-[a-z0-9-]+|initial");
  for (const StoredEntry& entry : *entries)
    if (entry.kind != EntryKind::folder)
      findings.push_back(
          {codes.file, joined(folder, entry.name), tr("a file lies among the extensions")});
    else if (!std::regex_match(entry.name, registered))
      findings.push_back({codes.unregistered, joined(folder, entry.name),
                          say(tr("the extension {} is not registered"), entry.name)});
}

Result<RootWords> check_storage_root(const Storage& storage) {
  return guarded<RootWords>("shelf", [&] { return RootReader(storage, false).words(); });
}

Result<CheckedRoot> check_root(const Storage& storage, bool read_ids) {
  return guarded<CheckedRoot>("shelf", [&] { return RootReader(storage, read_ids).go(); });
}

}  // namespace linka
