// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/verify.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_reader.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"

#include <algorithm>
#include <map>
#include <optional>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Nothing that the file is to blame for, as a disk's error would be.
bool is_passing(const Error& error) {
  return error.kind == ErrorKind::resource;
}

// One look at one folder.
class Look {
 public:
  Look(fs::path root, const VerifyOptions& options) : root_(std::move(root)), options_(options) {
    report_.path = root_;
  }

  void fault(std::string file, std::string message) {
    report_.faults.push_back({std::move(file), std::move(message)});
  }

  // Reads the file whole, once. Nothing when it cannot be read, which is then a fault; an error
  // only for a passing one.
  Result<const Digests*> digests(const std::string& file) {
    if (const auto known = known_.find(file); known != known_.end())
      return known->second ? &*known->second : nullptr;
    std::error_code code;
    auto& place = known_[file];
    if (fs::symlink_status(root_ / file, code).type() != fs::file_type::regular) {
      fault(file, fs::exists(root_ / file, code) ? tr("is no plain file") : tr("is not there"));
      return nullptr;
    }
    auto made = digest_file(root_ / file);
    if (!made && is_passing(made.error())) return pass(made);
    if (!made) {
      fault(file, made.error().message);
      return nullptr;
    }
    ++report_.files;
    report_.bytes += made->size_bytes;
    if (options_.progress) options_.progress();
    return &place.emplace(std::move(*made));
  }

  // Holds a file against one statement about it. False: it is damaged, and that is said.
  Result<bool> compare(const std::string& file, const std::string& md5, const std::string& sha256,
                       std::optional<std::uint64_t> size, const std::string& stated_by) {
    const auto found = digests(file);
    if (!found) return pass(found);
    if (*found == nullptr) return false;
    ++report_.statements;
    const Digests& d = **found;
    if ((md5.empty() || lower_ascii(md5) == d.md5) && (sha256.empty() || sha256 == d.sha256) &&
        (!size || *size == d.size_bytes))
      return true;
    if (size && *size != d.size_bytes)
      fault(file, say(tr("has {} bytes, but {} by {}"), d.size_bytes, *size, stated_by));
    else
      fault(file, say(tr("has other bytes than {} states ({} now, {} then)"), stated_by,
                      sha256.empty() ? d.md5 : d.sha256, sha256.empty() ? md5 : sha256));
    return false;
  }

  // Only what has the bytes that were written is worth decoding.
  Result<void> decode(const std::string& file) {
    if (!options_.decode || !file.ends_with(".jp2")) return {};
    const auto known = known_.find(file);
    const std::string md5 = known != known_.end() && known->second ? known->second->md5 : "";
    if (options_.decoded != nullptr && options_.decoded->contains(md5)) return {};
    const auto mapped = MappedFile::open(root_ / file);
    if (!mapped && is_passing(mapped.error())) return pass(mapped);
    const Result<void> fine =
        !mapped ? Result<void>(pass(mapped))
                : guarded<void>("decode", [&] { return options_.decode(mapped->bytes()); });
    if (!fine) {
      fault(file, say(tr("cannot be decoded: {}"), fine.error().message));
      return {};
    }
    ++report_.images;
    if (options_.decoded != nullptr) options_.decoded->insert(md5);
    return {};
  }

  bool has_seen(const std::string& file) const { return known_.contains(file); }
  const fs::path& root() const { return root_; }
  VerifyReport& report() { return report_; }

 private:
  fs::path root_;
  const VerifyOptions& options_;
  VerifyReport report_;
  std::map<std::string, std::optional<Digests>> known_;
};

// Every file below a folder, by path, in order.
Result<std::vector<std::string>> files_below(const fs::path& root) {
  std::vector<std::string> out;
  std::error_code code;
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end; it.increment(code))
    if (it->symlink_status(code).type() != fs::file_type::directory)
      out.push_back(it->path().lexically_relative(root).generic_string());
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", root.string(),
                code.message());
  std::sort(out.begin(), out.end());
  return out;
}

class PackageLook {
 public:
  PackageLook(const fs::path& package, const VerifyOptions& options) : look_(package, options) {}

  Result<VerifyReport> all(const std::set<std::string>& info_md5s) {
    const auto files = files_below(look_.root());
    if (!files) return pass(files);
    if (auto r = info(*files, info_md5s); !r) return pass(r);
    if (auto r = list(*files); !r) return pass(r);
    for (const std::string& file : *files)
      if (is_mets(file))
        if (auto r = mets(file); !r) return pass(r);
    for (const std::string& file : *files) {
      if (!stated_.contains(file))
        look_.fault(file, tr("is in no list of checksums"));
      else if (sound_.contains(file))
        if (auto r = look_.decode(file); !r) return pass(r);
    }
    return std::move(look_.report());
  }

 private:
  // The one file of the top level that begins and ends so.
  static std::string single(const std::vector<std::string>& files, std::string_view start,
                            std::string_view end) {
    for (const std::string& file : files)
      if (file.find('/') == std::string::npos && file.starts_with(start) && file.ends_with(end))
        return file;
    return {};
  }

  static bool is_mets(const std::string& file) {
    return file.ends_with(".xml") && (file.starts_with("mets_") || file.starts_with("amdsec/"));
  }

  Result<void> note(const std::string& file, Result<bool> sound) {
    if (!sound) return pass(sound);
    stated_.insert(file);
    if (*sound) sound_.insert(file);
    return {};
  }

  // The info file by the journal, and the list of checksums by the info file.
  Result<void> info(const std::vector<std::string>& files, const std::set<std::string>& info_md5s) {
    const std::string file = single(files, "info_", ".xml");
    if (file.empty()) {
      look_.fault("", tr("there is no info file"));
      return {};
    }
    stated_.insert(file);
    if (info_md5s.empty() || info_md5s.contains(""))
      look_.report().not_checked.push_back(
          say(tr("{}: no digest of it is known outside a batch"), file));
    else if (auto r = by_journal(file, info_md5s); !r)
      return r;
    const auto read = parsed(file);
    if (!read) return pass(read);
    const auto& document = *read;
    if (!document) return {};
    const XmlElement checksum = document->root().child("checksum");
    const std::string md5 = checksum.attribute("checksum");
    list_ = single(files, "md5_", ".md5");
    if (md5.empty())
      look_.fault(file, tr("states no checksum of the list of checksums"));
    else if (!list_.empty())
      return note(list_, look_.compare(list_, md5, "", {}, file));
    return {};
  }

  // A run that ended before it told of a package leaves the older one or the announced one.
  Result<void> by_journal(const std::string& file, const std::set<std::string>& md5s) {
    const auto found = look_.digests(file);
    if (!found) return pass(found);
    const bool announced = *found != nullptr && md5s.contains((*found)->md5);
    return note(file, look_.compare(file, announced ? (*found)->md5 : *md5s.begin(), "", {},
                                    tr("the journal")));
  }

  // Nothing when it is none, which is then a fault; an error only for a passing one.
  Result<std::optional<XmlDocument>> parsed(const std::string& file) {
    const auto bytes = read_file(look_.root() / file);
    if (!bytes && is_passing(bytes.error())) return pass(bytes);
    auto document = bytes ? XmlDocument::parse(*bytes) : Result<XmlDocument>(pass(bytes));
    if (document) return std::optional(std::move(*document));
    look_.fault(file, say(tr("cannot be read: {}"), document.error().message));
    return std::optional<XmlDocument>();
  }

  // "0123456789abcdef0123456789abcdef /mastercopy/mc_tst001-00000a_0001.jp2"
  Result<void> list(const std::vector<std::string>& files) {
    if (list_.empty()) list_ = single(files, "md5_", ".md5");
    if (list_.empty()) {
      look_.fault("", tr("there is no list of checksums"));
      return {};
    }
    const auto text = read_text(look_.root() / list_);
    if (!text) return is_passing(text.error()) ? Result<void>(pass(text)) : Result<void>();
    std::size_t number = 0;
    for (std::string_view rest = *text; !rest.empty();) {
      ++number;
      const std::size_t end = rest.find('\n');
      const std::string line = trimmed(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
      if (line.empty()) continue;
      const std::size_t space = line.find(' ');
      if (space != 32) {
        look_.fault(list_, say(tr("line {} is no checksum and name"), number));
        continue;
      }
      std::string file = trimmed(std::string_view(line).substr(space + 1));
      while (file.starts_with('/') || file.starts_with('*')) file.erase(0, 1);
      if (!std::binary_search(files.begin(), files.end(), file)) {
        look_.fault(file, say(tr("is not there, but {} names it"), list_));
        continue;
      }
      if (auto r = note(file, look_.compare(file, line.substr(0, space), "", {}, list_)); !r)
        return r;
    }
    return {};
  }

  // The digests of a METS file's own list of files.
  Result<void> mets(const std::string& file) {
    const auto read = parsed(file);
    if (!read) return pass(read);
    const auto& document = *read;
    if (!document) return {};
    for (const XmlElement& stated : document->root().descendants("file")) {
      const std::string sum = stated.attribute("CHECKSUM");
      std::string href = stated.child("FLocat").attribute("xlink:href");
      if (sum.empty() || stated.attribute("CHECKSUMTYPE") != "MD5" || href.empty()) continue;
      while (href.starts_with("../") || href.starts_with("./")) href.erase(0, href.find('/') + 1);
      while (href.starts_with('/')) href.erase(0, 1);
      std::optional<std::uint64_t> size;
      if (const std::string bytes = stated.attribute("SIZE"); !bytes.empty())
        size = std::strtoull(bytes.c_str(), nullptr, 10);
      const auto sound = look_.compare(href, sum, "", size, file);
      if (!sound) return pass(sound);
      if (!*sound) sound_.erase(href);
    }
    return {};
  }

  Look look_;
  std::string list_;
  std::set<std::string> stated_, sound_;
};

class PagesLook {
 public:
  PagesLook(const Batch& batch, const VerifyOptions& options)
      : batch_(batch), look_(batch.folder(), options) {}

  Result<VerifyReport> all() {
    const auto replayed = replay(batch_.journal());
    if (!replayed) return pass(replayed);
    if (replayed->damaged_lines > 0)
      look_.fault("journal",
                  say(trn("{} line is damaged", "{} lines are damaged", replayed->damaged_lines),
                      replayed->damaged_lines));
    for (const auto& [id, outcome] : replayed->outcomes) {
      // Between a page and its line in the journal a run was stopped: it is made again.
      const bool in_the_making = replayed->unfinished.contains(id);
      for (const PageOutcome& page : outcome.pages)
        if (page.state == PageState::done && !in_the_making)
          if (auto r = look_at(page); !r) return pass(r);
    }
    return std::move(look_.report());
  }

 private:
  Result<void> look_at(const PageOutcome& page) {
    const fs::path folder = batch_.page(page.id);
    const std::string below = folder.lexically_relative(batch_.folder()).generic_string();
    const std::size_t faults_before = look_.report().faults.size();
    const auto ended = [&] {
      if (look_.report().faults.size() > faults_before)
        look_.report().damaged_pages.insert(folder.filename().string());
    };
    const std::string facts_file = below + "/facts.json";
    const auto facts_sound =
        look_.compare(facts_file, "", page.facts_sha256, {}, tr("the journal"));
    if (!facts_sound) return pass(facts_sound);
    if (page.facts_sha256.empty())
      look_.report().not_checked.push_back(
          say(tr("{}: an older program's journal has no digest of it"), facts_file));
    const auto facts = load_facts(batch_, page.id);
    if (!facts) {
      if (*facts_sound) look_.fault(facts_file, facts.error().message);
      ended();
      return {};
    }
    std::set<std::string> known{"facts.json"};
    for (const WrittenFile& written : facts->files) {
      known.insert(written.name);
      const std::string file = below + "/" + written.name;
      const auto sound =
          look_.compare(file, written.md5, written.sha256, written.size_bytes, facts_file);
      if (!sound) return pass(sound);
      if (*sound)
        if (auto r = look_.decode(file); !r) return r;
    }
    const auto files = files_below(folder);
    if (files)
      for (const std::string& file : *files)
        // What a killed run left is swept by the next one.
        if (!known.contains(file) && !(file.starts_with('.') && file.ends_with(".tmp")))
          look_.fault(below + "/" + file, say(tr("is not named in {}"), facts_file));
    ended();
    return {};
  }

  const Batch& batch_;
  Look look_;
};

}  // namespace

Result<VerifyReport> verify_package(const fs::path& package, const std::set<std::string>& info_md5s,
                                    const VerifyOptions& options) {
  std::error_code code;
  if (!fs::is_directory(package, code))
    return fail(ErrorKind::bad_input, "{}: there is no such folder", package.string());
  return guarded<VerifyReport>("verify",
                               [&] { return PackageLook(package, options).all(info_md5s); });
}

Result<VerifyReport> verify_pages(const Batch& batch, const VerifyOptions& options) {
  return guarded<VerifyReport>("verify", [&] { return PagesLook(batch, options).all(); });
}

}  // namespace linka
