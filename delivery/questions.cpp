// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/questions.h"

#include "base/clock.h"

#include <algorithm>

namespace linka {
namespace {

constexpr int rounds = 3;  // a question is asked so often before its answer counts
constexpr double longest_pause_s = 5;

// Nothing was heard, or a proxy spoke for a server that is away.
bool is_away(const Reply& reply) {
  return reply.heard == Heard::not_reached ||
         (reply.heard == Heard::passing && (reply.status == 0 || reply.status == 429 ||
                                            (reply.status >= 502 && reply.status <= 504)));
}

// The answer, waited for while the server is away, at most for the target's patience.
Reply patiently(KrameriusServer& server, const Question& question) {
  const double until = steady_s() + server.target().patience_s;
  for (;;) {
    Reply reply = question.method == HttpMethod::head ? server.head(question.path)
                                                      : server.get(question.path);
    if (!is_away(reply) || steady_s() >= until) return reply;
    if (!server.pause(std::min(server.target().poll_s, longest_pause_s))) {
      reply.heard = Heard::stopped;
      return reply;
    }
  }
}

}  // namespace

AskedAll ask_all(KrameriusServer& server, std::vector<Question> questions,
                 const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::size_t all = questions.size();
  std::size_t settled = 0;
  std::vector<std::string> wrong;
  for (int round = 1; round <= rounds && !questions.empty(); ++round) {
    if (round > 1 && !server.pause(std::min(server.target().poll_s, longest_pause_s)))
      return {true, {ErrorKind::cancelled, tr("stopped on request"), "delivery"}};
    std::vector<Question> open;
    wrong.clear();
    for (Question& question : questions) {
      const Reply reply = patiently(server, question);
      if (reply.heard == Heard::stopped || is_away(reply))
        return {true, error_of(reply, host_of(server.target().server))};
      std::string against = question.judge(reply);
      if (against.empty()) {
        if (progress) progress(++settled, all);
      } else {
        open.push_back(std::move(question));
        wrong.push_back(std::move(against));
      }
      if (server.target().rest_s > 0 && !server.pause(server.target().rest_s))
        return {true, {ErrorKind::cancelled, tr("stopped on request"), "delivery"}};
    }
    questions = std::move(open);
  }
  for (std::size_t i = 0; i < questions.size(); ++i) questions[i].gap(wrong[i]);
  return {};
}

}  // namespace linka
