// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a bag: its list first, then its small tag files, then every byte once. unbag() is the
// same with a folder behind it, which gets its name only when nothing was wrong.
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "handover/bag.h"
#include "handover/bag_source.h"
#include "handover/bag_tags.h"
#include "handover/sink.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t most_tag_bytes = 1u << 30;  // a manifest of five million files

bool is_date(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
}

class Checker {
 public:
  Checker(BagSource source, const fs::path& bag, const BagCheckOptions& options)
      : source_(std::move(source)), options_(options) {
    report_.path = bag;
  }

  // All that can be told without the payload's bytes.
  Result<void> look() {
    auto listing = source_.list();
    if (!listing) return pass(listing);
    listing_ = *std::move(listing);
    report_.faults = listing_.faults;
    for (const BagEntry& file : listing_.files) {
      here_.emplace(file.name, file.bytes);
      if (!file.name.starts_with("data/")) continue;
      ++report_.files;
      report_.bytes += file.bytes;
    }
    check_top();
    if (auto r = read_tags(); !r) return r;
    check_declaration();
    check_info();
    check_lists();
    return {};
  }

  // Every byte that a manifest speaks of; into `sink` what is of the payload.
  Result<void> read(Sink* sink) {
    std::vector<DigestKind> kinds;
    RunningDigests digests({});
    std::size_t done = 0;
    Sink* to = nullptr;  // of the current file
    BagSource::Reader reader;
    reader.wants = [&](const std::string& name) {
      kinds = kinds_of(name);
      return !kinds.empty();  // what nothing lists is a fault already
    };
    reader.begin = [&](const BagEntry& file) {
      digests = RunningDigests(kinds);
      to = file.name.starts_with("data/") ? sink : nullptr;
      return to != nullptr ? to->begin(file.name.substr(5), file.bytes) : Result<void>{};
    };
    reader.take = [&](ByteView piece) {
      digests.add(piece);
      return to != nullptr ? to->write(piece) : Result<void>{};
    };
    reader.ended = [&](const std::string& name, const Result<void>& read) -> Result<void> {
      if (!read) {
        fault(name, read.error().message);
        return sink != nullptr ? read : Result<void>{};
      }
      compare(name, kinds, digests.hex());
      if (to != nullptr)
        if (auto r = to->end(); !r) return r;
      return options_.progress ? options_.progress(++done, listing_.files.size()) : Result<void>{};
    };
    return source_.read(listing_, reader);
  }

  BagReport report() {
    std::stable_sort(report_.faults.begin(), report_.faults.end(),
                     [](const BagFault& a, const BagFault& b) { return a.file < b.file; });
    return std::move(report_);
  }
  bool has_errors() const { return report_.has_errors(); }
  std::uint64_t payload_bytes() const { return report_.bytes; }

 private:
  void fault(const std::string& file, std::string message, bool warning = false) {
    report_.faults.push_back({file, std::move(message), warning});
  }

  void check_top() {
    if (here_.contains("fetch.txt"))
      fault("fetch.txt", tr("names files that lie elsewhere; nothing is fetched"));
    if (!here_.contains("bagit.txt")) fault("bagit.txt", tr("is not there"));
    if (source_.is_folder()) {
      std::error_code code;
      if (!fs::is_directory(report_.path / "data", code)) fault("data", tr("is not there"));
      return;
    }
    if (report_.files == 0) fault("data", tr("holds no file"));
    std::string name = report_.path.filename().string();
    for (const char* ending : {".tar.gz", ".tgz", ".tar", ".zip"})
      if (name.ends_with(ending)) {
        name.resize(name.size() - std::char_traits<char>::length(ending));
        break;
      }
    if (name != listing_.top)
      fault("", say(tr("the folder inside is called {}, not as the file"), listing_.top), true);
  }

  // bagit.txt, bag-info.txt and the manifests as texts.
  Result<void> read_tags() {
    std::string text;
    BagSource::Reader reader;
    reader.wants = [&](const std::string& name) {
      if (name != "bagit.txt" && name != "bag-info.txt" && !manifest_named(name)) return false;
      if (here_.at(name) <= most_tag_bytes) return true;
      fault(name, tr("is larger than any such file can be"));
      return false;
    };
    reader.begin = [&](const BagEntry&) -> Result<void> {
      text.clear();
      return {};
    };
    reader.take = [&](ByteView piece) -> Result<void> {
      text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      return {};
    };
    reader.ended = [&](const std::string& name, const Result<void>& read) -> Result<void> {
      if (!read)
        fault(name, read.error().message);
      else
        texts_[name] = std::move(text);
      return {};
    };
    if (auto r = source_.read(listing_, reader); !r) return r;
    for (const auto& [name, content] : texts_)
      if (auto manifest = manifest_named(name)) {
        read_manifest(content, *manifest, report_.faults);
        if (manifest->kind) {
          if (!manifest->of_tags) report_.algorithms.push_back(manifest->algorithm);
        } else {
          report_.not_checked.push_back(
              say(tr("{}: digests of the kind {} are not known here"), name, manifest->algorithm));
        }
        manifests_.push_back(*std::move(manifest));
      }
    return {};
  }

  void check_declaration() {
    if (const auto it = texts_.find("bagit.txt"); it != texts_.end())
      report_.version = read_declaration(it->second, report_.faults);
  }

  void check_info() {
    const auto it = texts_.find("bag-info.txt");
    if (it == texts_.end()) return;
    report_.info = read_bag_info(it->second, report_.faults);
    const auto oxums = values_of(report_.info, "Payload-Oxum");
    if (oxums.size() > 1) fault("bag-info.txt", tr("says Payload-Oxum more than once"));
    if (!oxums.empty()) check_oxum(oxums.front());
    for (const std::string& date : values_of(report_.info, "Bagging-Date"))
      if (!is_date(date)) fault("bag-info.txt", say(tr("\"{}\" is no date"), date), true);
  }

  void check_oxum(const std::string& oxum) {
    std::uint64_t bytes = 0, files = 0;
    const char *begin = oxum.data(), *end = begin + oxum.size();
    const auto [dot, code] = std::from_chars(begin, end, bytes);
    const bool first = code == std::errc() && dot != end && *dot == '.';
    const auto second = first ? std::from_chars(dot + 1, end, files) : std::from_chars_result{};
    if (!first || second.ec != std::errc() || second.ptr != end)
      return fault("bag-info.txt", say(tr("\"{}\" is no Payload-Oxum"), oxum));
    if (bytes != report_.bytes || files != report_.files)
      fault("bag-info.txt", say(tr("says {} bytes in {} files; there are {} in {}"), bytes, files,
                                report_.bytes, report_.files));
  }

  void check_lists() {
    const bool old = report_.version.starts_with("0.9");
    std::size_t of_payload = 0;
    std::set<std::string> listed;
    for (const BagManifest& manifest : manifests_) {
      of_payload += manifest.of_tags ? 0 : 1;
      for (const auto& [name, digest] : manifest.list) {
        if (!here_.contains(name))
          fault(name, say(tr("is not there, but {} lists it"), manifest.file));
        listed.insert(name);
      }
      if (manifest.of_tags || old) continue;
      for (const auto& [name, bytes] : here_)
        if (name.starts_with("data/") && !manifest.list.contains(name))
          fault(name, say(tr("is not listed in {}"), manifest.file));
    }
    if (of_payload == 0) fault("", tr("there is no manifest of the payload"));
    if (of_payload > 0 && report_.algorithms.empty())
      fault("", tr("no manifest is of a kind that can be checked"));
    if (old)
      for (const auto& [name, bytes] : here_)
        if (name.starts_with("data/") && !listed.contains(name))
          fault(name, tr("is not listed in any manifest"));
    check_tag_lists();
  }

  // A tag manifest speaks for the manifests of the payload; what it leaves out, nothing guards.
  void check_tag_lists() {
    for (const BagManifest& tags : manifests_) {
      if (!tags.of_tags) continue;
      for (const BagManifest& payload : manifests_)
        if (!payload.of_tags && !tags.list.contains(payload.file))
          fault(payload.file, say(tr("is not listed in {}"), tags.file));
    }
  }

  std::vector<DigestKind> kinds_of(const std::string& name) const {
    std::vector<DigestKind> kinds;
    for (const BagManifest& manifest : manifests_)
      if (manifest.kind && manifest.list.contains(name) &&
          std::find(kinds.begin(), kinds.end(), *manifest.kind) == kinds.end())
        kinds.push_back(*manifest.kind);
    return kinds;
  }

  void compare(const std::string& name, const std::vector<DigestKind>& kinds,
               const std::vector<std::string>& hex) {
    for (const BagManifest& manifest : manifests_) {
      const auto stated = manifest.list.find(name);
      if (stated == manifest.list.end() || !manifest.kind) continue;
      const auto at = std::find(kinds.begin(), kinds.end(), *manifest.kind) - kinds.begin();
      ++report_.digests;
      if (hex[static_cast<std::size_t>(at)] != stated->second)
        fault(name, say(tr("has other bytes than {} states"), manifest.file));
    }
  }

  BagSource source_;
  const BagCheckOptions& options_;
  BagReport report_;
  BagListing listing_;
  std::map<std::string, std::uint64_t> here_;  // name -> bytes
  std::map<std::string, std::string> texts_;
  std::vector<BagManifest> manifests_;
};

}  // namespace

bool BagReport::has_errors() const {
  return std::any_of(faults.begin(), faults.end(), [](const BagFault& f) { return !f.warning; });
}

Result<BagReport> check_bag(const fs::path& bag, const BagCheckOptions& options) {
  auto source = BagSource::open(bag);
  if (!source) return pass(source);
  Checker checker(*std::move(source), bag, options);
  if (auto r = checker.look(); !r) return pass(r);
  if (auto r = checker.read(nullptr); !r) return pass(r);
  return checker.report();
}

Result<BagReport> unbag(const fs::path& bag, const fs::path& out, const BagCheckOptions& options) {
  auto source = BagSource::open(bag);
  if (!source) return pass(source);
  std::error_code code;
  const bool empty = fs::is_directory(out, code) && fs::is_empty(out, code);
  if (!empty && fs::exists(fs::symlink_status(out, code)))
    return fail(ErrorKind::bad_input, "{}: is there already", out.string());
  Checker checker(*std::move(source), bag, options);
  if (auto r = checker.look(); !r) return pass(r);
  if (checker.has_errors()) {  // the bytes are judged, too, but not brought anywhere
    if (auto r = checker.read(nullptr); !r) return pass(r);
    return checker.report();
  }
  if (empty) fs::remove(out, code);
  auto sink = Sink::open(out, BagForm::folder, {}, now());
  if (!sink) return pass(sink);
  const auto space = free_space(out.has_parent_path() ? out.parent_path() : fs::path("."));
  if (!space) return pass(space);
  if (checker.payload_bytes() > *space)
    return fail(ErrorKind::no_space, "{}: {} bytes are wanted, {} are free", out.string(),
                checker.payload_bytes(), *space);
  if (auto r = checker.read(sink->get()); !r && !checker.has_errors()) return pass(r);
  if (!checker.has_errors())
    if (auto r = (*sink)->finish(); !r) return pass(r);
  return checker.report();
}

}  // namespace linka
