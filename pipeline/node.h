// SPDX-License-Identifier: GPL-3.0-or-later
// From a plain function to a node of the graph: what travels, and what every node does around its
// function (pass errors on, mark the board, take the time, let no exception out).
#pragma once

#include "base/result.h"
#include "model/ids.h"
#include "pipeline/board.h"
#include "pipeline/budget.h"
#include "pipeline/steps.h"

#include <oneapi/tbb/flow_graph.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace linka {

// One scan on the line. Its pages share it; the page that ends last closes it.
struct Ticket {
  ScanJob scan;
  int slot = 0;
  std::uint64_t disk_bytes = 0;
  Budget* budget = nullptr;
  Budget::Place place;  // in the budget
  StepMemory memory;    // changed by decode and split alone
  std::string sha256;   // of the file, once read
  std::atomic<int> pages_left{0}, pages_to_cut{0};
  std::mutex mutex;  // guards what follows
  std::vector<PageOutcome> pages;
  std::map<PageId, std::map<std::string, double>> stage_ms;
};
using TicketPtr = std::shared_ptr<Ticket>;

template <class T>
struct Job {
  PageId id;
  std::shared_ptr<const Result<T>> value;  // shared: one page goes to three nodes
  TicketPtr ticket;
};

template <class T>
Job<T> job(PageId id, Result<T> value, TicketPtr ticket) {
  return {std::move(id), std::make_shared<const Result<T>>(std::move(value)), std::move(ticket)};
}

// Runs `call` as `stage` of the ticket's scan.
template <class T, class Call>
Result<T> on_board(Board& board, Ticket& ticket, const PageId& id, StageName stage, Call&& call) {
  const OnBoard mark(board, ticket.slot, stage);
  const std::int64_t begun = steady_ms();
  Result<T> result = guarded<T>(name_of(stage), std::forward<Call>(call));
  const std::lock_guard lock(ticket.mutex);
  ticket.stage_ms[id][name_of(stage)] += static_cast<double>(steady_ms() - begun);
  return result;
}

// A step's answer for a job; an error that came this far goes on unchanged.
template <class In, class Out>
Job<Out> staged(Board& board, const Tools& tools, StageName name,
                Result<Out> (*run)(const In&, const Tools&), const Job<In>& in) {
  if (!*in.value) return job<Out>(in.id, tl::unexpected(in.value->error()), in.ticket);
  return job<Out>(
      in.id, on_board<Out>(board, *in.ticket, in.id, name, [&] { return run(**in.value, tools); }),
      in.ticket);
}

template <class In, class Out>
auto stage(tbb::flow::graph& graph, Board& board, const Tools& tools, StageName name,
           Result<Out> (*run)(const In&, const Tools&), tbb::flow::node_priority_t priority) {
  return tbb::flow::function_node<Job<In>, Job<Out>>(
      graph, tbb::flow::unlimited,
      [&board, &tools, name, run](const Job<In>& in) {
        return staged(board, tools, name, run, in);
      },
      priority);
}

}  // namespace linka
