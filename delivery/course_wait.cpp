// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for a process and then for its batch, as long as it takes: a server that is restarted, a
// proxy's page for people, a token that is over are waited out for the target's patience. Giving
// up means "unknown", never "failed".
#include "base/clock.h"
#include "base/fail_point.h"
#include "delivery/course.h"

namespace linka {
using nlohmann::json;
namespace {

FailPoint polled{"deliver-polled", "after the server told a process's state"};
FailPoint state_noted{"deliver-state-noted", "after a new state was noted"};
FailPoint ended{"deliver-ended", "after the import's end was noted"};

constexpr std::size_t most_log_lines = 20;

}  // namespace

// The server's own words, with our pages named where it names their pids.
void DeliveryCourse::tell_log(const std::string& uuid) {
  for (std::string line : telling_lines(server_, uuid, most_log_lines)) {
    for (const std::string& pid : pids_in(line))
      if (expected_.find(pid) != nullptr) line += "  [" + expected_.words_for(pid) + "]";
    news(say(tr("server: {}"), line));
    out.log_lines.push_back(std::move(line));
  }
}

Result<void> DeliveryCourse::wait_for(const std::string& uuid, const char* what) {
  // The state is made anew by every note.
  const auto process = [&]() -> const StartedProcess& {
    return std::string_view(what) == "index" ? state_.indexings.back() : state_.imports.back();
  };
  const double began = steady_s();
  double last_heard = began;
  std::string told;
  const auto unknown = [&](const std::string& why) {
    return end(Ending::unknown,
               {ErrorKind::io,
                say(tr("process {}: it is not known how it ended: {}. The same command asks again"),
                    uuid, why),
                "delivery"});
  };
  for (;;) {
    const Reply reply = server_.get_json(process_path(uuid));
    polled.reached();
    if (reply.heard == Heard::stopped || stop()) return tl::unexpected(stopped());
    const Result<ProcessState> state =
        reply.good() ? state_in(reply.document)
                     : Result<ProcessState>(tl::unexpected(error_of(reply, uuid)));
    if (state) {
      last_heard = steady_s();
      if (state->process != process().state || state->batch != process().batch) {
        if (auto r = note({{"type", "state"},
                           {"what", what},
                           {"state", state->process},
                           {"batch", state->batch}});
            !r)
          return r;
        state_noted.reached();
        news(say(tr("process {}: {}, batch {}"), uuid, state->process, state->batch));
      }
      if (state->process == "FAILED" || state->process == "KILLED") return {};
      if (is_final(state->process) && (state->batch.empty() || is_final(state->batch))) return {};
    } else {
      const std::string trouble = reply.good() ? state.error().message : words_for(reply);
      if (trouble != told) news(say(tr("process {}: {}; asking on"), uuid, trouble));
      told = trouble;
      if (steady_s() - last_heard >= target().patience_s) return unknown(trouble);
    }
    if (steady_s() - began >= target().longest_h * 3600)
      return unknown(tr("it runs for longer than longest_h"));
    if (!server_.pause(target().poll_s)) return tl::unexpected(stopped());
  }
}

// What the end of the import means. An indexing that failed is for the proof to judge: what is not
// in the index is indexed once more.
Result<void> DeliveryCourse::import_is_over() {
  if (state_.open_import()->over) return {};
  const std::string uuid = state_.open_import()->uuid;
  if (uuid != "?")
    if (auto r = wait_for(uuid, "import"); !r) return r;
  const std::string state = state_.open_import()->state, batch = state_.open_import()->batch;
  if (state == "FAILED" || state == "KILLED") {
    tell_log(uuid);
    if (auto r = note({{"type", "ended"}, {"what", "import"}, {"well", false}}); !r) return r;
    ended.reached();
    return end(Ending::failed, {ErrorKind::unsupported,
                                say(state == "KILLED" ? tr("process {} was stopped on the server")
                                                      : tr("process {} failed on the server"),
                                    uuid) +
                                    (out.log_lines.empty() ? "" : ": " + out.log_lines.back()),
                                "delivery"});
  }
  if (state == "WARNING" || batch == "WARNING" || batch == "FAILED" || batch == "KILLED")
    tell_log(uuid);
  if (batch == "FAILED" || batch == "KILLED")
    news(tr("the import went well, the indexing after it did not"));
  if (auto r = note({{"type", "ended"}, {"what", "import"}, {"well", true}, {"batch", batch}}); !r)
    return r;
  ended.reached();
  return {};
}

}  // namespace linka
