// SPDX-License-Identifier: GPL-3.0-or-later
// The server's processes: what may be asked about them, and what the answers mean.
#pragma once

#include "delivery/server.h"

#include <set>
#include <string>
#include <vector>

namespace linka {

// One process and the batch it belongs to, as the server names their states.
struct ProcessState {
  std::string process;  // "PLANNED", "NOT_RUNNING", "RUNNING", "FINISHED", "WARNING", ...
  std::string batch;
};
// FINISHED, WARNING, FAILED, KILLED.
bool is_final(const std::string& state);
// FINISHED, WARNING.
bool went_well(const std::string& state);
// From the answer of by_process_uuid. Error bad_input when it is not of that form.
Result<ProcessState> state_in(const nlohmann::json& document);
// Of the answer to a start, in every version's form; "" when there is none.
std::string uuid_in(const nlohmann::json& document);

std::string process_path(const std::string& uuid);

// The parameters of an import, in the version's manners.
struct ImportOrder {
  std::string defid;  // "import", "convert_and_import"
  nlohmann::json params;
};
ImportOrder import_order(const Target& target, bool v72, const std::string& name,
                         bool document_is_added);

// Processes that the server remembers: of its newest and its oldest batches, whatever order it
// lists them in.
struct KnownProcess {
  std::string uuid, defid, state;
};
struct KnownProcesses {
  Reply reply;  // the last answer; good when the list is whole
  std::vector<KnownProcess> processes;
};
KnownProcesses recent_processes(KrameriusServer& server);

// The names of the licences that the server knows.
struct KnownLicences {
  Reply reply;  // good when the list is whole
  std::vector<std::string> names;
  bool has(const std::string& name) const;
};
KnownLicences known_licences(KrameriusServer& server);

// The lines of a process's logs that a person should see (SEVERE, ERROR, WARNING, Exception), the
// last `most` of them, errors before output.
std::vector<std::string> telling_lines(KrameriusServer& server, const std::string& uuid,
                                       std::size_t most);
// Such lines out of a log.
std::vector<std::string> telling_lines_in(const std::vector<std::string>& log);
// Whether the process's log speaks of this folder. False also when it cannot be read.
bool log_names(KrameriusServer& server, const std::string& uuid, const std::string& name);

// The pids ("uuid:...") that a line names.
std::vector<std::string> pids_in(std::string_view line);

}  // namespace linka
