// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/checked_before.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/translate.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <thread>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// Of the file system's clock, which ticks a few hundred times a second.
constexpr std::int64_t tick_ns = 20'000'000;

std::int64_t ns_of(const timespec& t) {
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

struct Seen {
  std::string lines;        // one a file
  std::int64_t latest = 0;  // change of any, ns since 1970
};

// None when something cannot be looked at, or is no plain file or folder.
bool look_at(const fs::path& folder, Seen& seen) {
  std::error_code code;
  std::vector<fs::path> paths{folder};
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code))
    paths.push_back(it->path());
  if (code) return false;
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    struct stat s {};
    if (::lstat(path.c_str(), &s) != 0 || !(S_ISREG(s.st_mode) || S_ISDIR(s.st_mode))) return false;
    seen.lines += fmt::format("{} {} {} {} {} {}\n", path.string(), s.st_mode, s.st_ino, s.st_size,
                              ns_of(s.st_mtim), ns_of(s.st_ctim));
    seen.latest = std::max({seen.latest, ns_of(s.st_mtim), ns_of(s.st_ctim)});
  }
  return true;
}

// All that the check's words depend on; none when that cannot be told.
std::optional<Seen> state_of(const fs::path& package, const fs::path& schemas) {
  // A sentence stands for the language of this run.
  Seen seen{std::string("linka " LINKA_VERSION " ") + tr("none was asked for") + "\n"};
  if (!look_at(package, seen) || (!schemas.empty() && !look_at(schemas, seen))) return {};
  return seen;
}

fs::path file_of(const Batch& batch) {
  return batch.folder() / "checked.json";
}

json load(const Batch& batch) {
  const auto text = read_text(file_of(batch));
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

std::int64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return ns_of(t);
}

}  // namespace

Result<CheckReport> check_package_once(const Batch& batch, const fs::path& package,
                                       const fs::path& schemas) {
  std::optional<Seen> before = state_of(package, schemas);
  const std::string name = package.filename().string();
  json all = load(batch);
  if (before)
    if (auto report = kept(all, name, sha256_hex(before->lines))) return *std::move(report);
  // What is written in the same tick as it was looked at would show no later time.
  if (before && now_ns() - before->latest < tick_ns) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(2 * tick_ns));
    before = state_of(package, schemas);
  }
  const std::int64_t begun = now_ns();
  auto report = check_package(package, {schemas});
  if (!report || report->has_errors() || !report->waived.empty() || !before ||
      begun - before->latest < tick_ns)
    return report;
  const auto after = state_of(package, schemas);
  if (!after || after->lines != before->lines) return report;
  all[name] = {{"state", sha256_hex(before->lines)}, {"report", to_json(*report)}};
  // Where it cannot be kept the next run checks again.
  (void)write_atomically(file_of(batch), all.dump(1) + "\n");
  return report;
}

}  // namespace linka
