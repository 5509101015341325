// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/checked_before.h"

#include "base/digest.h"
#include "base/file_stamp.h"
#include "base/files.h"
#include "base/translate.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

using Seen = CheckedBefore::Seen;

void add(Seen& seen, const fs::path& path, const FileStamp& s) {
  seen.lines += fmt::format("{} {} {} {} {} {}\n", path.string(), s.mode, s.inode, s.size_bytes,
                            s.modified_ns, s.changed_ns);
  seen.latest = std::max(seen.latest, s.latest_ns());
}

// None when something cannot be looked at, or is no plain file or folder.
std::optional<Seen> look_at(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> paths{folder};
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code))
    paths.push_back(it->path());
  if (code) return {};
  std::sort(paths.begin(), paths.end());
  Seen seen;
  for (const fs::path& path : paths) {
    const auto stamp = stamp_of(path, false);
    if (!stamp || !(S_ISREG(stamp->mode) || S_ISDIR(stamp->mode))) return {};
    add(seen, path, *stamp);
  }
  return seen;
}

// The program that has the rules, and the schemas.
std::optional<Seen> look_at_rules(const fs::path& schemas) {
  constexpr const char* program = "/proc/self/exe";
  const auto stamp = stamp_of(program);
  if (!stamp) return {};
  Seen seen;
  if (!schemas.empty()) {
    auto files = look_at(schemas);
    if (!files) return {};
    seen = *std::move(files);
  }
  add(seen, program, *stamp);
  // A sentence stands for the language of this run.
  seen.lines += std::string(tr("none was asked for")) + "\n";
  return seen;
}

// What is written in the same tick as it was looked at would show no later time: waits for the next
// one. None when the files say that they are of the future.
template <class Look>
std::optional<Seen> settled(Look&& look) {
  std::optional<Seen> seen = look();
  if (!seen || !is_within_tick(seen->latest)) return seen;
  std::this_thread::sleep_for(std::chrono::nanoseconds(2 * file_clock_tick_ns));
  seen = look();
  if (seen && is_within_tick(seen->latest)) seen.reset();
  return seen;
}

json load(const fs::path& file) {
  const auto text = read_text(file);
  json all = text ? json::parse(*text, nullptr, false) : json();
  return all.is_object() ? all : json::object();
}

json to_json(const CheckReport& r) {
  json findings = json::array();
  for (const Finding& f : r.findings)
    findings.push_back(
        {static_cast<int>(f.severity), f.rule, f.file, f.line, f.xpath, f.message, f.national});
  return {{"package", r.package_id},     {"standard", r.standard},   {"pages", r.pages_seen},
          {"files", r.files_seen},       {"rules", r.rules_applied}, {"findings", findings},
          {"not_checked", r.not_checked}};
}

CheckReport report_of(const json& j) {
  CheckReport r;
  r.package_id = j.at("package").get<std::string>();
  r.standard = j.at("standard").get<std::string>();
  r.pages_seen = j.at("pages").get<std::size_t>();
  r.files_seen = j.at("files").get<std::size_t>();
  r.rules_applied = j.at("rules").get<std::size_t>();
  for (const json& f : j.at("findings"))
    r.findings.push_back({static_cast<Severity>(f.at(0).get<int>()), f.at(1).get<std::string>(),
                          f.at(2).get<std::string>(), f.at(3).get<int>(),
                          f.at(4).get<std::string>(), f.at(5).get<std::string>(),
                          f.at(6).get<bool>()});
  r.not_checked = j.at("not_checked").get<std::vector<std::string>>();
  return r;
}

// What is damaged counts as not there.
std::optional<CheckReport> kept(const json& all, const std::string& package,
                                const std::string& state) {
  try {
    const auto it = all.find(package);
    if (it == all.end() || it->at("state").get<std::string>() != state) return {};
    return report_of(it->at("report"));
  } catch (const json::exception&) {
    return {};
  }
}

}  // namespace

CheckedBefore::CheckedBefore(const Batch& batch, const CheckOptions& options)
    : file_(batch.folder() / "checked.json"),
      options_(options),
      rules_(settled([&] { return look_at_rules(options.schemas); })),
      answers_(load(file_)) {}

Result<CheckReport> CheckedBefore::check(const fs::path& package) {
  const auto before = rules_ ? settled([&] { return look_at(package); }) : std::optional<Seen>();
  if (!before) return check_package(package, options_);
  const std::string name = package.filename().string();
  const std::string state = sha256_hex(rules_->lines + before->lines);
  if (auto report = kept(answers_, name, state)) return *std::move(report);
  auto report = check_package(package, options_);
  if (!report || report->has_errors() || !report->waived.empty()) return report;
  const auto after = look_at(package);
  if (!after || after->lines != before->lines) return report;
  answers_[name] = {{"state", state}, {"report", to_json(*report)}};
  has_new_ = true;
  return report;
}

void CheckedBefore::keep() const {
  // The name of a file in a finding need not be UTF-8.
  if (has_new_)
    (void)write_atomically(file_,
                           answers_.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace linka
