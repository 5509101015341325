// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/processes.h"

#include "base/text.h"

#include <algorithm>

namespace linka {
namespace {

using nlohmann::json;

constexpr std::size_t page_of_batches = 100;
constexpr std::size_t lines_at_once = 1000, most_lines = 200'000;  // of a log
constexpr std::size_t most_line = 500;                             // signs of a line

std::string text_in(const json& document, const char* key) {
  if (!document.is_object()) return {};
  const auto it = document.find(key);
  if (it == document.end()) return {};
  if (it->is_string()) return it->get<std::string>();
  return it->is_number() ? it->dump() : std::string();
}

std::string processes_root() {
  return "/admin/v7.0/processes";
}

void note_batches(json& document, KnownProcesses& known, std::set<std::string>& seen) {
  for (const json& batch : document["batches"]) {
    if (!batch.is_object() || !batch.contains("processes")) continue;
    for (const json& p : batch["processes"]) {
      KnownProcess one{text_in(p, "uuid"), text_in(p, "defid"), text_in(p, "state")};
      if (one.uuid.empty()) one.uuid = text_in(p, "id");
      if (!one.uuid.empty() && seen.insert(one.uuid).second)
        known.processes.push_back(std::move(one));
    }
  }
}

// Lines of one log from the beginning; nothing when it cannot be read.
std::vector<std::string> log_lines(KrameriusServer& server, const std::string& uuid,
                                   const char* which) {
  std::vector<std::string> lines;
  while (lines.size() < most_lines) {
    const Reply reply = server.get_json(process_path(uuid) + "/logs/" + which +
                                        "/lines?offset=" + std::to_string(lines.size()) +
                                        "&limit=" + std::to_string(lines_at_once));
    if (!reply.good() || !reply.document.is_object()) break;
    const auto got = reply.document.find("lines");
    if (got == reply.document.end() || !got->is_array()) break;
    for (const json& line : *got)
      if (line.is_string()) lines.push_back(line.get<std::string>());
    if (got->size() < lines_at_once) break;  // total_size is in bytes and says nothing here
  }
  return lines;
}

}  // namespace

bool is_final(const std::string& state) {
  return state == "FINISHED" || state == "WARNING" || state == "FAILED" || state == "KILLED";
}

bool went_well(const std::string& state) {
  return state == "FINISHED" || state == "WARNING";
}

Result<ProcessState> state_in(const json& document) {
  const auto inner = [&](const char* key) {
    return document.is_object() && document.contains(key) ? text_in(document[key], "state")
                                                          : std::string();
  };
  ProcessState state{inner("process"), inner("batch")};
  if (state.process.empty())
    return fail(ErrorKind::bad_input, "the answer about a process holds no state");
  return state;
}

std::string uuid_in(const json& document) {
  return text_in(document, "uuid");
}

std::string process_path(const std::string& uuid) {
  return processes_root() + "/by_process_uuid/" + url_escaped(uuid);
}

ImportOrder import_order(const Target& target, bool v72, const std::string& name,
                         bool document_is_added) {
  ImportOrder order;
  const bool psp = target.way == Way::psp;
  order.defid = psp ? "convert_and_import" : "import";
  json& p = order.params;
  p["inputDataDir"] = target.on_server.empty() ? name : target.on_server + "/" + name;
  p["startIndexer"] = true;
  if (target.absolute()) p["pathtype"] = "absolute";
  if (psp) {
    // 7.2 turns the meaning round; its own administration always says PRIVATE.
    const bool is_public = target.policy.empty() ? !v72 : (target.policy == "public") != v72;
    p["policy"] = is_public ? "PUBLIC" : "PRIVATE";
    p["useIIPServer"] = target.images.kind == FoxmlImages::Kind::image_server;
    // Of FOXML the licences stand in the objects themselves.
    if (!target.licences.empty()) p["license"] = target.licences.front();
  }
  if (!target.collections.empty())
    p["collections"] = fmt::format("{}", fmt::join(target.collections, ";"));
  if (!target.index_type.empty())
    p["indexationType"] = target.index_type;
  else if (document_is_added)
    p["indexationType"] = "indexNewImported";
  return order;
}

KnownProcesses recent_processes(KrameriusServer& server) {
  KnownProcesses known;
  std::set<std::string> seen;
  const auto ask = [&](std::size_t offset) {
    known.reply = server.get_json(processes_root() + "/batches?offset=" + std::to_string(offset) +
                                  "&limit=" + std::to_string(page_of_batches));
    if (!known.reply.good()) return std::size_t{0};
    if (!known.reply.document.is_object() || !known.reply.document.contains("batches") ||
        !known.reply.document["batches"].is_array()) {
      known.reply.heard = Heard::refused;
      known.reply.message = tr("no list of processes");
      return std::size_t{0};
    }
    note_batches(known.reply.document, known, seen);
    const auto total = known.reply.document.find("total_size");
    return total != known.reply.document.end() && total->is_number_unsigned()
               ? total->get<std::size_t>()
               : std::size_t{0};
  };
  if (const std::size_t total = ask(0); total > page_of_batches) ask(total - page_of_batches);
  return known;
}

bool KnownLicences::has(const std::string& name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

KnownLicences known_licences(KrameriusServer& server) {
  KnownLicences known;
  known.reply = server.get_json("/admin/v7.0/licenses");
  if (!known.reply.good()) return known;
  if (!known.reply.document.is_array()) {
    known.reply.heard = Heard::refused;
    known.reply.message = tr("no list of licences");
    return known;
  }
  for (const json& one : known.reply.document)
    if (const std::string name = text_in(one, "name"); !name.empty()) known.names.push_back(name);
  return known;
}

std::vector<std::string> telling_lines_in(const std::vector<std::string>& log) {
  std::vector<std::string> lines;
  for (const std::string& line : log)
    for (const char* word : {"SEVERE", "ERROR", "WARNING", "Exception"})
      if (line.find(word) != std::string::npos) {
        lines.push_back(trimmed(clean_utf8(line.substr(0, most_line))));
        break;
      }
  return lines;
}

std::vector<std::string> telling_lines(KrameriusServer& server, const std::string& uuid,
                                       std::size_t most) {
  std::vector<std::string> lines;
  for (const char* which : {"err", "out"})
    for (std::string& line : telling_lines_in(log_lines(server, uuid, which)))
      if (std::find(lines.begin(), lines.end(), line) == lines.end())
        lines.push_back(std::move(line));
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<long>(most));
  return lines;
}

bool log_names(KrameriusServer& server, const std::string& uuid, const std::string& name) {
  for (const char* which : {"out", "err"})
    for (const std::string& line : log_lines(server, uuid, which))
      if (line.find(name) != std::string::npos) return true;
  return false;
}

std::vector<std::string> pids_in(std::string_view line) {
  constexpr std::string_view head = "uuid:";
  constexpr std::size_t length = 36;
  std::vector<std::string> pids;
  for (std::size_t at = line.find(head); at != std::string_view::npos;
       at = line.find(head, at + 1)) {
    const std::string_view uuid = line.substr(at + head.size(), length);
    const bool whole = uuid.size() == length && std::all_of(uuid.begin(), uuid.end(), [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
                       });
    std::string pid = std::string(head) + std::string(uuid);
    if (whole && std::find(pids.begin(), pids.end(), pid) == pids.end())
      pids.push_back(std::move(pid));
  }
  return pids;
}

}  // namespace linka
