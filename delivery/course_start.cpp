// SPDX-License-Identifier: GPL-3.0-or-later
// Starting an import. The order is: ask the server which processes it knows; write down "starting"
// with these; ask it to start; write down the process's number. When the answer is lost, or we are,
// the journal says "starting" and no more: then the server is asked for processes that it did not
// have before. One whose log names our folder is ours. Where no log does, all new ones are waited
// for, and a document that was not there before and is there now must have come from one of them.
// A server that has no new process, however often it is asked, has not started one.
#include "base/clock.h"
#include "base/fail_point.h"
#include "base/owner_lock.h"
#include "delivery/course.h"

#include <algorithm>
#include <cstdlib>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint starting{"deliver-starting", "after it was noted that an import is about to be started"};
FailPoint asked{"deliver-asked", "after the server was asked to start, before its answer is read"};
FailPoint started{"deliver-started", "after the process's number was noted"};
FailPoint index_starting{"deliver-index-starting",
                         "after it was noted that indexing is about to be started"};
FailPoint index_asked{"deliver-index-asked",
                      "after the server was asked to index, before that is noted"};

constexpr int looks_for_process = 3;  // without finding any: none was started

json uuids_of(const KnownProcesses& known) {
  json list = json::array();
  for (const KnownProcess& p : known.processes) list.push_back(p.uuid);
  return list;
}

// Where programs of this user meet: one folder a server.
fs::path meeting_place(const std::string& server) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder = fs::temp_directory_path();
  if (state != nullptr && *state == '/')
    folder = state;
  else if (home != nullptr && *home == '/')
    folder = fs::path(home) / ".local/state";
  std::string name = host_of(server);
  std::replace(name.begin(), name.end(), ':', '_');
  return folder / "linka" / "servers" / name;
}

}  // namespace

// Conversions share one folder on the server and must not run side by side.
Result<void> DeliveryCourse::take_turn() {
  if (!psp()) return {};
  const fs::path folder = meeting_place(target().server);
  if (auto r = make_folders(folder); !r) return r;
  bool told = false;
  const auto wait = [&](const std::string& why) {
    if (!told) news(why);
    told = true;
    return server_.pause(target().poll_s);
  };
  for (;;) {
    auto lock = OwnerLock::take(folder);
    if (lock) {
      locks_.push_back(std::make_shared<OwnerLock>(*std::move(lock)));
      break;
    }
    if (lock.error().kind != ErrorKind::busy) return pass(lock);
    if (!wait(say(tr("another delivery to this server is running; waiting ({})"),
                  lock.error().message)))
      return tl::unexpected(stopped());
  }
  for (;;) {
    const KnownProcesses known = recent_processes(server_);
    const bool other =
        std::any_of(known.processes.begin(), known.processes.end(), [](const KnownProcess& p) {
          return p.defid == "convert_and_import" && !p.state.empty() && !is_final(p.state);
        });
    if (!known.reply.good() || !other) return {};
    if (!wait(tr("the server is converting another package; waiting")))
      return tl::unexpected(stopped());
  }
}

Result<void> DeliveryCourse::not_started(const std::string& why) {
  return note({{"type", "not-started"}, {"what", "import"}, {"why", why}});
}

Result<void> DeliveryCourse::start_import() {
  if (StartedProcess* open = state_.open_import(); open != nullptr) {
    if (!open->uuid.empty() || open->well) return {};
    if (auto r = settle_start(); !r) return r;
    if (state_.open_import() != nullptr) return {};
  }
  if (auto r = take_turn(); !r) return r;
  const auto info = server_.info();
  if (!info) return pass(info);
  const bool added = expected_.top != expected_.unit && [&] {
    const auto there = is_there(server_, expected_.top);
    return there && *there;
  }();
  const ImportOrder order = import_order(target(), info->v72, state_.name, added);
  const double until = steady_s() + target().patience_s;
  for (;;) {
    const KnownProcesses known = recent_processes(server_);
    if (known.reply.heard == Heard::stopped) return tl::unexpected(stopped());
    // Without the list a lost answer could not be settled: it is waited for.
    const bool away =
        known.reply.heard == Heard::passing || known.reply.heard == Heard::not_reached;
    if (away && steady_s() < until) {
      if (!server_.pause(target().poll_s)) return tl::unexpected(stopped());
      continue;
    }
    if (away) return tl::unexpected(error_of(known.reply, host_of(target().server)));
    if (auto r = note({{"type", "starting"},
                       {"what", "import"},
                       {"defid", order.defid},
                       {"params", order.params},
                       {"known", uuids_of(known)},
                       {"known_asked", known.reply.good()},
                       {"was_there", was_there_}});
        !r)
      return r;
    starting.reached();
    const Reply reply = server_.post_json("/admin/v7.0/processes",
                                          {{"defid", order.defid}, {"params", order.params}});
    asked.reached();
    if (reply.good() && !uuid_in(reply.document).empty()) return adopt(uuid_in(reply.document));
    switch (reply.heard) {
      case Heard::no_rights:
      case Heard::refused:
      case Heard::not_there:
        if (auto r = not_started(words_for(reply)); !r) return r;
        return end(Ending::refused, error_of(reply, tr("the server does not start the import")));
      case Heard::not_reached:
        if (auto r = not_started(words_for(reply)); !r) return r;
        if (steady_s() >= until) return tl::unexpected(error_of(reply, host_of(target().server)));
        if (!server_.pause(target().poll_s)) return tl::unexpected(stopped());
        continue;
      default:
        break;
    }
    if (stop()) return tl::unexpected(stopped());
    news(say(tr("the answer to the start was lost ({}); the server is asked what became of it"),
             words_for(reply)));
    if (auto r = settle_start(); !r) return r;
    if (state_.open_import() != nullptr) return {};
    // Nothing was started. A server that is ill is not pressed for ever.
    if (steady_s() >= until)
      return tl::unexpected(error_of(reply, tr("the server does not start the import")));
  }
}

Result<void> DeliveryCourse::adopt(const std::string& uuid) {
  if (auto r = note({{"type", "started"}, {"what", "import"}, {"uuid", uuid}}); !r) return r;
  started.reached();
  news(say(tr("the import has been started: process {}"), uuid));
  return {};
}

Result<void> DeliveryCourse::settle_start() {
  const StartedProcess open = *state_.open_import();
  double until = steady_s() + target().patience_s;
  const double longest = steady_s() + target().longest_h * 3600;
  const auto unknown = [&](const std::string& why) {
    return end(Ending::unknown,
               {ErrorKind::io,
                say(tr("it is not known whether the import was started: {}. Look at the server's "
                       "processes; the same command asks again, --again starts it anew"),
                    why),
                "delivery"});
  };
  std::string heard = tr("the server does not tell its processes");
  for (int empty_looks = 0;;) {
    const KnownProcesses now_known = recent_processes(server_);
    if (now_known.reply.heard == Heard::stopped) return tl::unexpected(stopped());
    std::vector<KnownProcess> fresh;
    for (KnownProcess p : now_known.processes) {
      if (p.defid != open.defid || open.known.contains(p.uuid)) continue;
      const Reply told = server_.get_json(process_path(p.uuid));
      if (const auto state = told.good() ? state_in(told.document) : Result<ProcessState>())
        if (!state->process.empty()) p.state = state->process;
      fresh.push_back(std::move(p));
    }
    const bool comparable = now_known.reply.good() && open.known_asked;
    for (const KnownProcess& p : fresh)
      if (comparable && log_names(server_, p.uuid, state_.name)) return adopt(p.uuid);
    const auto there = is_there(server_, expected_.unit);
    // It was not there and is now: nobody else brings these pids.
    if (there && *there && !state_.was_there && comparable && fresh.size() == 1)
      return adopt(fresh.front().uuid);
    const bool all_over = std::all_of(fresh.begin(), fresh.end(),
                                      [](const KnownProcess& p) { return is_final(p.state); });
    if (comparable && fresh.empty()) {
      if (++empty_looks >= looks_for_process) {
        if (there && *there && !state_.was_there)
          return unknown(tr("the document is there, no process is"));
        news(tr("the server has not started it"));
        return not_started(tr("the server has no such process"));
      }
    } else if (comparable && all_over) {
      return unknown(
          say(tr("{} processes began at that time, none names our folder"), fresh.size()));
    }
    if (!now_known.reply.good()) heard = words_for(now_known.reply);
    if (!comparable && now_known.reply.heard != Heard::passing &&
        now_known.reply.heard != Heard::not_reached && there && *there && !state_.was_there)
      return adopt("?");
    // A process that may be ours is waited for as long as any; silence only for a while.
    if (comparable && !fresh.empty()) until = steady_s() + target().patience_s;
    if (steady_s() >= std::min(until, longest)) return unknown(heard);
    if (!server_.pause(target().poll_s)) return tl::unexpected(stopped());
  }
}

// Twice does no harm here: indexing is done again.
Result<void> DeliveryCourse::start_indexing() {
  news(tr("the document is in the repository, but not in the index: indexing is started"));
  // A title with many issues takes hours; once it is in the index, ours alone will do.
  const bool title_is_indexed =
      expected_.unit != expected_.top && is_indexed(server_, expected_.top);
  const std::string pid = title_is_indexed ? expected_.unit : expected_.top;
  if (auto r = note({{"type", "starting"},
                     {"what", "index"},
                     {"defid", "new_indexer_index_object"},
                     {"pid", pid}});
      !r)
    return r;
  index_starting.reached();
  const Reply reply =
      server_.post_json("/admin/v7.0/processes", {{"defid", "new_indexer_index_object"},
                                                  {"params",
                                                   {{"type", "TREE"},
                                                    {"pid", pid},
                                                    {"title", out.title},
                                                    {"ignoreInconsistentObjects", true}}}});
  index_asked.reached();
  const std::string uuid = reply.good() ? uuid_in(reply.document) : std::string();
  if (uuid.empty()) {
    if (auto r = note({{"type", "not-started"}, {"what", "index"}, {"why", words_for(reply)}}); !r)
      return r;
    return end(reply.heard == Heard::passing || reply.heard == Heard::not_reached
                   ? Ending::not_proven
                   : Ending::refused,
               error_of(reply, tr("the server does not start the indexing")));
  }
  if (auto r = note({{"type", "started"}, {"what", "index"}, {"uuid", uuid}}); !r) return r;
  return wait_for(uuid, "index");
}

}  // namespace linka
