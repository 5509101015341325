// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/check.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/translate.h"
#include "shelf/inventory.h"

#include <algorithm>
#include <optional>

namespace linka {
namespace {

std::optional<DigestKind> digest_named(const std::string& name) {
  if (name == "md5") return DigestKind::md5;
  if (name == "sha1") return DigestKind::sha1;
  if (name == "sha256") return DigestKind::sha256;
  if (name == "sha512") return DigestKind::sha512;
  return {};  // "Optional algorithms that a client does not know are ignored."
}

// An error of the machine, not of what is looked at.
bool is_the_machines(const Error& error) {
  return error.kind == ErrorKind::resource || error.kind == ErrorKind::cancelled;
}

class ObjectReader {
 public:
  ObjectReader(const Storage& storage, const std::string& path, bool read_content,
               const std::function<Result<void>(std::uint64_t)>& pace)
      : storage_(storage), read_content_(read_content), pace_(pace) {
    out_.path = path;
  }

  Result<ShelfCheck> go() {
    const auto entries = storage_.entries(out_.path);
    if (!entries) return pass(entries);
    declaration(*entries);
    if (auto r = inventory("", root_, root_text_); !r) return pass(r);
    out_.id = root_.id;
    out_.head = root_.head;
    children(*entries);
    if (!root_.usable) return std::move(out_);
    std::set<std::string> found;
    for (const auto& [version, state] : root_.states)
      if (auto r = version_folder(version, found); !r) return pass(r);
    for (const std::string& version : version_folders_)
      if (auto r = version_inventory(version); !r) return pass(r);
    if (auto r = content(found); !r) return pass(r);
    return std::move(out_);
  }

 private:
  template <class... Args>
  void wrong(const char* code, const std::string& below, const char* text, const Args&... args) {
    out_.findings.push_back({code, joined(out_.path, below), say(tr(text), args...)});
  }

  void declaration(const std::vector<StoredEntry>& entries) {
    std::vector<std::string> found;
    for (const StoredEntry& entry : entries)
      if (entry.name.starts_with("0=")) found.push_back(entry.name);
    if (found.empty()) {
      out_.damaged[object_declaration] = "";
      return wrong("E003", "", "it does not declare itself an object of OCFL");
    }
    if (found.size() > 1) return wrong("E003", "", "it declares itself several times");
    const std::string name = found.front();
    if (name != "0=ocfl_object_1.0" && name != object_declaration)
      return wrong("E006", name, "{} declares no known version of OCFL", name);
    const auto text = storage_.text(joined(out_.path, name), 1 << 16);
    if (text && *text == declaration_text(name)) return;
    wrong("E007", name, "the declaration's text is not its name");
    out_.damaged[name] = "";
  }

  // `version` is "" for the object's own.
  Result<void> inventory(const std::string& version, CheckedInventory& out, std::string& text) {
    const std::string file = joined(version, inventory_name);
    const auto read = storage_.text(joined(out_.path, file), most_inventory_bytes);
    if (!read) {
      if (is_the_machines(read.error())) return pass(read);
      wrong("E063", file, "there is no inventory that can be read");
      out_.damaged[file] = "";
      return {};
    }
    text = *read;
    if (pace_)
      if (auto r = pace_(text.size()); !r) return r;
    Codes codes;
    out = check_inventory(text, codes);
    sidecar(version, text, out.algorithm);
    const bool damaged = out_.damaged.contains(file);
    for (auto& [code, message] : codes)
      // What a flipped bit made of an inventory says nothing beyond that it is damaged.
      if (!damaged || !code.starts_with('W'))
        out_.findings.push_back({code, joined(out_.path, file), std::move(message)});
    return {};
  }

  void sidecar(const std::string& version, const std::string& text, std::string algorithm) {
    const std::string inventory = joined(version, inventory_name);
    if (algorithm != "sha256") algorithm = "sha512";
    const std::string file = inventory + "." + algorithm;
    const auto read = storage_.text(joined(out_.path, file), 1 << 16);
    if (!read) {
      wrong("E058", file, "the inventory has no sidecar that can be read");
      out_.damaged[file] = "";
      return;
    }
    const std::size_t end = read->find_first_of(" \t");
    const std::string stated = lower_ascii(read->substr(0, end));
    const bool hex = !stated.empty() && stated.find_first_not_of("0123456789abcdef") == stated.npos;
    if (!hex || end == read->npos || trimmed(read->substr(end)) != inventory_name) {
      wrong("E061", file, "the sidecar is not of the form DIGEST inventory.json");
      out_.damaged[file] = "";
      return;
    }
    RunningDigests digests({*digest_named(algorithm)});
    digests.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    if (stated != digests.hex().front()) {
      wrong("E060", file, "the inventory has another digest than its sidecar says");
      out_.damaged[inventory] = "";
      out_.damaged[file] = "";
    }
  }

  void children(const std::vector<StoredEntry>& entries) {
    for (const StoredEntry& entry : entries) {
      const std::string& name = entry.name;
      if (entry.kind == EntryKind::other) {
        wrong("E090", name, "{} is a link or a device", name);
      } else if (entry.kind == EntryKind::file) {
        if (name.starts_with("0=") || name == inventory_name) continue;
        const bool sidecar = name == std::string(inventory_name) + "." + root_.algorithm;
        if (!sidecar && root_.usable) wrong("E001", name, "{} does not belong here", name);
      } else if (name == "extensions") {
        check_extensions(storage_, joined(out_.path, name), {"E067", "W013"}, out_.findings);
      } else if (name != "logs" && root_.usable && !root_.states.contains(name)) {
        if (is_version_name(name))
          wrong("E046", name, "the inventory does not know the version {}", name);
        else
          wrong("E001", name, "{} does not belong here", name);
      }
    }
  }

  Result<void> version_folder(const std::string& version, std::set<std::string>& found) {
    const auto entries = storage_.entries(joined(out_.path, version));
    if (!entries) {
      if (is_the_machines(entries.error())) return pass(entries);
      wrong("E046", version, "the inventory has the version {}, and there is no such folder",
            version);
      return {};
    }
    version_folders_.push_back(version);
    const std::string sidecar = std::string(inventory_name) + "." + root_.algorithm;
    for (const StoredEntry& entry : *entries) {
      const std::string below = joined(version, entry.name);
      if (entry.name == inventory_name) with_inventory_.insert(version);
      if (entry.kind == EntryKind::other)
        wrong("E090", below, "{} is a link or a device", below);
      else if (entry.kind == EntryKind::file && entry.name != inventory_name &&
               entry.name != sidecar)
        wrong("E015", below, "{} does not belong into a version's folder", below);
      else if (entry.kind == EntryKind::folder && entry.name != root_.content)
        wrong("W002", below, "{} does not belong into a version's folder", below);
      else if (entry.kind == EntryKind::folder)
        if (auto r = content_folder(below, found); !r) return r;
    }
    return {};
  }

  Result<void> content_folder(const std::string& below, std::set<std::string>& found) {
    const auto tree = tree_of(storage_, joined(out_.path, below));
    if (!tree) return pass(tree);
    for (const std::string& folder : tree->empty_folders)
      if (folder.empty())
        wrong("W003", below, "{} is empty", below);
      else
        wrong("E024", joined(below, folder), "{} is empty", joined(below, folder));
    for (const std::string& other : tree->others)
      wrong("E090", joined(below, other), "{} is a link or a device", joined(below, other));
    for (const StoredFile& file : tree->files) {
      const std::string path = joined(below, file.path);
      found.insert(path);
      if (file.linked) wrong("E090", path, "{} has a second name", path);
    }
    return {};
  }

  Result<void> version_inventory(const std::string& version) {
    if (!with_inventory_.contains(version)) {
      wrong("W010", version, "{} has no inventory of its own", version);
      return {};
    }
    if (version == root_.head) {
      const auto text =
          storage_.text(joined(out_.path, joined(version, inventory_name)), most_inventory_bytes);
      if (text && *text == root_text_) {
        sidecar(version, *text, root_.algorithm);
        return {};
      }
      if (!text && is_the_machines(text.error())) return pass(text);
      wrong("E064", joined(version, inventory_name),
            "the inventory of the last version is not the object's");
      out_.damaged[joined(version, inventory_name)] = "";
      return {};
    }
    CheckedInventory prior;
    std::string text;
    if (auto r = inventory(version, prior, text); !r) return r;
    if (prior.usable) compare(version, prior);
    return {};
  }

  void compare(const std::string& version, const CheckedInventory& prior) {
    const std::string file = joined(version, inventory_name);
    if (prior.id != root_.id) wrong("E110", file, "the object's id was {} then", prior.id);
    if (prior.head != version) wrong("E040", file, "the last version was {} then", prior.head);
    if (prior.content != root_.content)
      wrong("E020", file, "the folder of content was {} then", prior.content);
    if (prior.type == inventory_type && root_.type != inventory_type)
      wrong("E103", file, "{} is of a later version of OCFL than the object", version);
    for (const auto& [name, state] : root_.states) {
      const bool older = !natural_less(version, name);
      const auto then = prior.states.find(name);
      if (older != (then != prior.states.end())) {
        wrong("E066", file, "the versions were others then: {}", name);
        continue;
      }
      if (!older) continue;
      // Another algorithm names the same bytes by another digest.
      const bool same =
          prior.algorithm == root_.algorithm
              ? then->second == state
              : std::equal(state.begin(), state.end(), then->second.begin(), then->second.end(),
                           [](const auto& a, const auto& b) { return a.first == b.first; });
      if (!same) wrong("E066", file, "{} had other files then", name);
      if (prior.told.at(name) != root_.told.at(name))
        wrong("W011", file, "{} says something else about itself now", name);
    }
  }

  Result<void> content(const std::set<std::string>& found) {
    std::map<std::string, std::string> wanted;
    for (const auto& [digest, paths] : root_.manifest)
      for (const std::string& path : paths) wanted[path] = digest;
    for (const std::string& path : found)
      if (!wanted.contains(path)) wrong("E023", path, "{} is in no manifest", path);
    for (const auto& [path, digest] : wanted) {
      if (!found.contains(path)) {
        wrong("E092", path, "{} is not there", path);
        out_.damaged[path] = digest;
      } else if (read_content_) {
        if (auto r = read_file(path, digest); !r) return r;
      }
    }
    return {};
  }

  Result<void> read_file(const std::string& path, const std::string& digest) {
    std::vector<DigestKind> kinds{*digest_named(root_.algorithm)};
    std::vector<std::string> expected{digest}, names{root_.algorithm};
    for (const auto& [algorithm, digests] : root_.fixity)
      if (const auto it = digests.find(path); it != digests.end())
        if (const auto kind = digest_named(algorithm)) {
          kinds.push_back(*kind);
          expected.push_back(it->second);
          names.push_back(algorithm);
        }
    RunningDigests digests(kinds);
    bool stopped = false;
    const auto read = storage_.read(joined(out_.path, path), [&](ByteView piece) -> Result<void> {
      digests.add(piece);
      out_.bytes += piece.size();
      Result<void> going = pace_ ? pace_(piece.size()) : Result<void>{};
      stopped = !going;
      return going;
    });
    if (!read) {
      if (stopped || is_the_machines(read.error())) return read;
      wrong("E092", path, "{} cannot be read", path);
      out_.damaged[path] = digest;
      return {};
    }
    ++out_.files;
    const std::vector<std::string> got = digests.hex();
    if (got[0] != expected[0]) {
      wrong("E092", path, "{} has other bytes than were stored", path);
      out_.damaged[path] = digest;
      return {};
    }
    for (std::size_t i = 1; i < got.size(); ++i)
      if (got[i] != expected[i])
        wrong("E093", path, "{} has another {} than the inventory says", path, names[i]);
    return {};
  }

  const Storage& storage_;
  bool read_content_;
  const std::function<Result<void>(std::uint64_t)>& pace_;
  ShelfCheck out_;
  CheckedInventory root_;
  std::string root_text_;
  std::vector<std::string> version_folders_;  // that are there
  std::set<std::string> with_inventory_;
};

}  // namespace

const std::vector<std::string>& ocfl_codes() {
  static const std::vector<std::string> codes{
      "E001", "E003", "E006", "E007", "E008", "E009", "E010", "E012", "E015", "E017", "E018",
      "E020", "E023", "E024", "E025", "E033", "E036", "E037", "E038", "E040", "E041", "E042",
      "E044", "E046", "E047", "E048", "E049", "E050", "E052", "E053", "E054", "E056", "E057",
      "E058", "E060", "E061", "E063", "E064", "E066", "E067", "E069", "E070", "E071", "E072",
      "E073", "E076", "E079", "E080", "E081", "E083", "E090", "E092", "E093", "E094", "E095",
      "E096", "E097", "E099", "E100", "E101", "E102", "E103", "E104", "E105", "E106", "E107",
      "E110", "E111", "E112", "W001", "W002", "W003", "W004", "W005", "W007", "W008", "W009",
      "W010", "W011", "W013", "W016"};
  return codes;
}

bool ShelfCheck::whole() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const ShelfFinding& finding) { return finding.is_error(); });
}

Result<ShelfCheck> check_object(const Storage& storage, const std::string& path, bool read_content,
                                const std::function<Result<void>(std::uint64_t)>& pace) {
  return guarded<ShelfCheck>("shelf",
                             [&] { return ObjectReader(storage, path, read_content, pace).go(); });
}

}  // namespace linka
