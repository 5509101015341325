// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a bag: one read of each file, which feeds its digests and the bag at once.
#include "handover/bag.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/translate.h"
#include "handover/bag_names.h"
#include "handover/bag_source.h"
#include "handover/bag_tags.h"
#include "handover/sink.h"

#include <algorithm>
#include <map>

namespace linka {
namespace fs = std::filesystem;
namespace {

const std::vector<DigestKind> written_kinds{DigestKind::sha256, DigestKind::sha512};

std::string size_text(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "KB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < std::size(units); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

Result<void> check_info(const BagInfo& info) {
  for (const auto& [label, value] : info) {
    const bool bad = label.empty() || label != trimmed(label) ||
                     label.find_first_of(":\r\n") != label.npos || !is_utf8(label) ||
                     !is_utf8(value) || value.find_first_of("\r\n") != value.npos;
    if (bad)
      return fail(ErrorKind::configuration, "\"{}: {}\" cannot stand in bag-info.txt", label,
                  value);
  }
  return {};
}

Result<void> check_tags(const std::vector<BagTag>& tags) {
  for (const BagTag& tag : tags)
    if (harm_of_name(tag.name) || tag.name.starts_with("data/") || tag.name == "bagit.txt" ||
        tag.name == "bag-info.txt" || tag.name == "fetch.txt" || manifest_named(tag.name))
      return fail(ErrorKind::configuration, "{} cannot be a tag file", tag.name);
  return {};
}

class Maker {
 public:
  Maker(const fs::path& folder, const fs::path& out, const BagOptions& options)
      : folder_(folder), options_(options) {
    made_.path = out;
  }

  Result<void> plan() {
    if (auto r = check_info(options_.info); !r) return r;
    if (auto r = check_tags(options_.tags); !r) return r;
    std::error_code code;
    if (!fs::is_directory(folder_, code))
      return fail(ErrorKind::bad_input, "{}: there is no such folder", folder_.string());
    if (fs::exists(fs::symlink_status(made_.path, code)))
      return fail(ErrorKind::bad_input, "{}: is there already", made_.path.string());
    const fs::path whole = fs::weakly_canonical(folder_, code);
    name_ = whole.filename().string();
    if (const auto harm = harm_of_name(name_))
      return fail(ErrorKind::bad_input, "{}: {}", folder_.string(), *harm);
    const fs::path target = fs::weakly_canonical(made_.path, code);
    if (std::mismatch(whole.begin(), whole.end(), target.begin(), target.end()).first ==
        whole.end())
      return fail(ErrorKind::bad_input, "{}: lies inside the folder that it would hold",
                  made_.path.string());
    const auto source = BagSource::open(folder_);
    if (!source) return pass(source);
    auto listing = source->list();
    if (!listing) return pass(listing);
    if (!listing->faults.empty())
      return fail(ErrorKind::bad_input, "{}: {}", (folder_ / listing->faults.front().file).string(),
                  listing->faults.front().message);
    listing_ = *std::move(listing);
    std::sort(listing_.files.begin(), listing_.files.end(),
              [](const BagEntry& a, const BagEntry& b) { return a.name < b.name; });
    made_.files = listing_.files.size();
    for (const BagEntry& file : listing_.files) made_.bytes += file.bytes;
    if (made_.files == 0) return fail(ErrorKind::bad_input, "{}: holds no file", folder_.string());
    say_info();
    return {};
  }

  Result<MadeBag> write() {
    std::string top = made_.path.filename().string();
    for (const char* ending : {".tar", ".zip"})
      if (options_.form != BagForm::folder && top.ends_with(ending)) top.resize(top.size() - 4);
    if (const auto harm = harm_of_name(top))
      return fail(ErrorKind::configuration, "{}: {}", made_.path.string(), *harm);
    auto sink = Sink::open(made_.path, options_.form, top, options_.made_at);
    if (!sink) return pass(sink);
    sink_ = sink->get();
    if (auto r = tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"); !r)
      return pass(r);
    if (auto r = payload(); !r) return pass(r);
    if (auto r = tag("bag-info.txt", write_bag_info(made_.info)); !r) return pass(r);
    for (const BagTag& t : options_.tags)
      if (auto r = tag(t.name, t.text); !r) return pass(r);
    if (auto r = manifests("manifest-", payload_); !r) return pass(r);
    const auto of_tags = tags_;
    if (auto r = manifests("tagmanifest-", of_tags); !r) return pass(r);
    if (auto r = sink_->finish(); !r) return pass(r);
    return made_;
  }

  const MadeBag& made() const { return made_; }

 private:
  using Lists = std::map<DigestKind, std::map<std::string, std::string>>;

  void say_info() {
    made_.info = options_.info;
    if (!options_.agent.empty()) made_.info.emplace_back("Bag-Software-Agent", options_.agent);
    made_.info.emplace_back("Bagging-Date", iso_date(options_.made_at));
    made_.info.emplace_back("Bag-Size", size_text(made_.bytes));
    made_.info.emplace_back("Payload-Oxum", fmt::format("{}.{}", made_.bytes, made_.files));
  }

  Result<void> payload() {
    const auto source = BagSource::open(folder_);
    if (!source) return pass(source);
    RunningDigests digests(written_kinds);
    std::size_t done = 0;
    BagSource::Reader reader;
    reader.wants = [](const std::string&) { return true; };
    reader.begin = [&](const BagEntry& file) {
      digests = RunningDigests(written_kinds);
      return sink_->begin(in_bag(file.name), file.bytes);
    };
    reader.take = [&](ByteView piece) {
      digests.add(piece);
      return sink_->write(piece);
    };
    reader.ended = [&](const std::string& name, const Result<void>& read) -> Result<void> {
      if (!read)
        return fail(read.error().kind, "{}: {}", (folder_ / name).string(), read.error().message);
      note(payload_, in_bag(name), digests);
      if (auto r = sink_->end(); !r || !options_.progress) return r;
      return options_.progress(++done, listing_.files.size());
    };
    return source->read(listing_, reader);
  }

  std::string in_bag(const std::string& name) const { return "data/" + name_ + "/" + name; }

  static void note(Lists& lists, const std::string& name, RunningDigests& digests) {
    const std::vector<std::string> hex = digests.hex();
    for (std::size_t i = 0; i < written_kinds.size(); ++i) lists[written_kinds[i]][name] = hex[i];
  }

  Result<void> tag(const std::string& name, const std::string& text) {
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    RunningDigests digests(written_kinds);
    digests.add(bytes);
    note(tags_, name, digests);
    if (auto r = sink_->begin(name, text.size()); !r) return r;
    if (auto r = sink_->write(bytes); !r) return r;
    return sink_->end();
  }

  Result<void> manifests(const std::string& start, const Lists& lists) {
    for (const auto& [kind, list] : lists)
      if (auto r = tag(start + name_of(kind) + ".txt", write_manifest(list)); !r) return r;
    return {};
  }

  const fs::path& folder_;
  const BagOptions& options_;
  std::string name_;  // of the folder, and of it in the bag
  BagListing listing_;
  MadeBag made_;
  Lists payload_, tags_;
  Sink* sink_ = nullptr;
};

}  // namespace

std::string bag_file_name(const std::string& name, BagForm form) {
  return name + (form == BagForm::tar ? ".tar" : form == BagForm::zip ? ".zip" : "");
}

Result<MadeBag> plan_bag(const fs::path& folder, const fs::path& out, const BagOptions& options) {
  Maker maker(folder, out, options);
  if (auto r = maker.plan(); !r) return pass(r);
  return maker.made();
}

Result<MadeBag> make_bag(const fs::path& folder, const fs::path& out, const BagOptions& options) {
  Maker maker(folder, out, options);
  if (auto r = maker.plan(); !r) return pass(r);
  return maker.write();
}

}  // namespace linka
