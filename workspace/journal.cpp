// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/journal.h"

#include "base/clock.h"
#include "base/event_log.h"
#include "base/fail_point.h"
#include "base/text.h"
#include "workspace/correction_json.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint reading{"journal-read", "before the journal is read"};

json reason_json(const Error& e) {
  return {{"kind", name_of(e.kind)},
          {"message", clean_utf8(e.message)},
          {"where", clean_utf8(e.where)}};
}

Error reason_of(const json& j) {
  return {error_kind_of(j.value("kind", std::string("internal"))),
          j.value("message", std::string{}), j.value("where", std::string{})};
}

ScanOutcome outcome_of(const json& e, const ScanId& scan) {
  ScanOutcome o;
  o.id = scan;
  o.sha256 = e.value("sha256", std::string{});
  o.size_bytes = e.value("size", std::uint64_t{0});
  o.modified_ns = e.value("mtime", std::int64_t{0});
  o.fingerprint = e.value("fingerprint", std::string{});
  o.ended_at = e.value("time", std::string{});
  if (e.contains("hint")) {
    const json& h = e["hint"];
    o.hint = {h.value("pages", 0), h.value("page_width_mm", 0.0), h.value("page_height_mm", 0.0),
              h.value("models", "")};
  }
  if (e.contains("parked")) {
    o.parked = true;
    o.reason = reason_of(e["parked"]);
  }
  for (const json& p : e.value("pages", json::array())) {
    PageOutcome page;
    if (!parse(p.value("page", std::string{}), page.id)) continue;
    page.facts_sha256 = p.value("facts", std::string{});
    if (p.contains("parked")) {
      page.state = PageState::parked;
      page.reason = reason_of(p["parked"]);
    }
    o.pages.push_back(std::move(page));
  }
  return o;
}

// A correction that cannot be read is no event: better the line's own value than a half-read one.
void note_correction(const json& e, Replay& out) {
  const json given = e.value("correction", json::object());
  if (PageId page; parse(e.value("page", std::string{}), page)) {
    const auto correction = page_correction_from_json(given);
    if (!correction)
      ++out.damaged_lines;
    else if (correction->empty())
      out.page_corrections.erase(page);
    else
      out.page_corrections[page] = *correction;
  } else if (ScanId scan; parse(e.value("scan", std::string{}), scan)) {
    const auto correction = scan_correction_from_json(given);
    if (!correction)
      ++out.damaged_lines;
    else if (correction->empty())
      out.scan_corrections.erase(scan);
    else
      out.scan_corrections[scan] = *correction;
  }
}

}  // namespace

struct Journal::Inner {
  EventLog log;

  Result<void> append(const json& event) { return log.append(event); }
};

Result<Journal> Journal::open(const fs::path& folder, const std::string& writer) {
  Result<EventLog> log = EventLog::open(folder / (writer + ".jsonl"));
  if (!log) return pass(log);
  return Journal(new Inner{*std::move(log)});
}

Journal::Journal(Journal&& other) noexcept : inner_(std::exchange(other.inner_, nullptr)) {}
Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(inner_, other.inner_);
  return *this;
}
Journal::~Journal() {
  delete inner_;
}

Result<void> Journal::run_started(const std::string& version, const std::string& command,
                                  const std::vector<std::string>& sandbox) {
  return inner_->append({{"type", "run"},
                         {"version", version},
                         {"command", clean_utf8(command)},
                         {"sandbox", sandbox},
                         {"pid", ::getpid()},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::opened(const std::string& file_name, const OpenedFile& file) {
  return inner_->append({{"type", "opened"},
                         {"scan", text_of(ScanId{file_name, 0})},
                         {"frames", file.frames},
                         {"size", file.size_bytes},
                         {"mtime", file.modified_ns},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::started(const ScanId& scan) {
  return inner_->append(
      {{"type", "started"}, {"scan", text_of(scan)}, {"time", wall_clock_text()}});
}

Result<void> Journal::ended(const ScanOutcome& o) {
  json e{{"type", "ended"},          {"scan", text_of(o.id)},  {"sha256", o.sha256},
         {"size", o.size_bytes},     {"mtime", o.modified_ns}, {"fingerprint", o.fingerprint},
         {"time", wall_clock_text()}};
  if (o.hint != BookHint{})
    e["hint"] = {{"pages", o.hint.pages},
                 {"page_width_mm", o.hint.page_width_mm},
                 {"page_height_mm", o.hint.page_height_mm},
                 {"models", o.hint.models}};
  if (o.parked) e["parked"] = reason_json(o.reason);
  json pages = json::array();
  for (const PageOutcome& p : o.pages) {
    json j{{"page", text_of(p.id)}};
    if (p.state == PageState::parked) j["parked"] = reason_json(p.reason);
    if (!p.facts_sha256.empty()) j["facts"] = p.facts_sha256;
    pages.push_back(std::move(j));
  }
  e["pages"] = std::move(pages);
  return inner_->append(e);
}

Result<void> Journal::excluded(const ScanId& scan, const std::string& reason) {
  return inner_->append({{"type", "excluded"},
                         {"scan", text_of(scan)},
                         {"reason", clean_utf8(reason)},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::included(const ScanId& scan) {
  return inner_->append(
      {{"type", "included"}, {"scan", text_of(scan)}, {"time", wall_clock_text()}});
}

Result<void> Journal::corrected(const ScanId& scan, const ScanCorrection& correction) {
  return inner_->append({{"type", "corrected"},
                         {"scan", text_of(scan)},
                         {"correction", to_json(correction)},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::corrected(const PageId& page, const PageCorrection& correction) {
  return inner_->append({{"type", "corrected"},
                         {"page", text_of(page)},
                         {"correction", to_json(correction)},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::packaging(const std::string& package_id, const std::string& info_md5) {
  return inner_->append({{"type", "packaging"},
                         {"package", package_id},
                         {"info_md5", info_md5},
                         {"time", wall_clock_text()}});
}

Result<void> Journal::packaged(const std::string& package_id, const std::string& fingerprint,
                               const std::string& info_md5) {
  return inner_->append({{"type", "packaged"},
                         {"package", package_id},
                         {"fingerprint", fingerprint},
                         {"info_md5", info_md5},
                         {"time", wall_clock_text()}});
}

// No file has more images (stages/decode); another number is no word of ours.
constexpr int most_frames = 10'000;

Result<Replay> replay(const fs::path& folder) {
  Replay out;
  if (const int e = reading.reached())
    return fail(kind_of_errno(e), "{}: cannot be read: {}", folder.string(), std::strerror(e));
  std::error_code code;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (it->path().extension() == ".jsonl") files.push_back(it->path());
  if (code && code != std::errc::no_such_file_or_directory)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  std::sort(files.begin(), files.end());
  std::map<ScanId, const fs::path*> writer_of;
  for (const fs::path& path : files) {
    const auto take = [&](const json& e) {
      ScanId scan;
      const std::string type = e.value("type", std::string{});
      if (type == "run") ++out.runs;
      if (type == "packaged") {
        const std::string id = e.value("package", std::string{});
        out.packages[id] = e.value("fingerprint", std::string{});
        out.package_infos[id] = {e.value("info_md5", std::string{})};
      }
      if (type == "packaging")
        out.package_infos[e.value("package", std::string{})].insert(
            e.value("info_md5", std::string{}));
      if (type == "corrected") note_correction(e, out);
      if (!e.contains("scan") || !parse(e["scan"].get<std::string>(), scan)) return;
      if (type == "opened")
        out.frames[scan.name] = {std::clamp(e.value("frames", 1), 1, most_frames),
                                 e.value("size", std::uint64_t{0}),
                                 e.value("mtime", std::int64_t{0})};
      if (type == "started") ++out.unfinished[scan];
      if (type == "excluded") out.exclusions[scan] = e.value("reason", std::string{});
      if (type == "included") out.exclusions.erase(scan);
      if (type == "ended") {
        out.unfinished.erase(scan);
        ScanOutcome outcome = outcome_of(e, scan);
        // The later word counts: of one writer's lines the one further down, whatever its clock
        // said; of several writers' by their times.
        const auto it = out.outcomes.find(scan);
        const fs::path*& writer = writer_of[scan];
        if (it == out.outcomes.end() || writer == &path ||
            it->second.ended_at <= outcome.ended_at) {
          out.outcomes[scan] = std::move(outcome);
          writer = &path;
        }
      }
    };
    const auto damaged = each_event(path, [&](const json& e) {
      try {
        take(e);
      } catch (const json::exception&) {
        ++out.damaged_lines;  // its checksum fits, but it is none of ours
      }
    });
    if (!damaged) return pass(damaged);
    out.damaged_lines += *damaged;
  }
  return out;
}

}  // namespace linka
