// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/graph.h"

#include "pipeline/stored_page.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <optional>

namespace linka {
namespace flow = tbb::flow;
namespace {

// What leaves the line goes first. Then scans are cut before the large steps of others are begun:
// so the line is always full, there is always something to do beside the largest steps, and memory
// is the same from page to page.
constexpr flow::node_priority_t large = 1, early = 2, middle = 3, last = 4;

struct PageHash {
  static std::size_t hash(const PageId& id) { return std::hash<std::string>{}(text_of(id)); }
  static bool equal(const PageId& a, const PageId& b) { return a == b; }
  std::size_t operator()(const PageId& id) const { return hash(id); }
};

using Pages = flow::multifunction_node<Job<LoadedScan>, std::tuple<Job<Page>>>;
using ToMake = flow::multifunction_node<Job<Page>, std::tuple<Job<Page>>>;
using Ended =
    std::tuple<Job<Page>, Job<ReadPage>, Job<CheckedPage>, Job<MasterFile>, Job<UserFile>>;
using WholePage = flow::join_node<Ended, flow::key_matching<PageId, PageHash>>;

template <class T>
auto key_of() {
  return [](const Job<T>& j) { return j.id; };
}

const Error* first_error(const Ended& e) {
  if (!*std::get<0>(e).value) return &std::get<0>(e).value->error();
  if (!*std::get<1>(e).value) return &std::get<1>(e).value->error();
  if (!*std::get<2>(e).value) return &std::get<2>(e).value->error();
  if (!*std::get<3>(e).value) return &std::get<3>(e).value->error();
  if (!*std::get<4>(e).value) return &std::get<4>(e).value->error();
  return nullptr;
}

// From here on more is known of what the scan takes.
void takes(Ticket& ticket, const StepMemory& memory) {
  ticket.memory = memory;
  ticket.budget->change(ticket.place, {memory.held + memory.early, memory.largest()});
}

// A page needs no more steps up to the cut; with the last one that memory is free.
void page_cut(Ticket& ticket) {
  if (ticket.pages_to_cut.fetch_sub(1) == 1)
    ticket.budget->change(ticket.place, {ticket.memory.held, ticket.memory.largest(), true});
}

// The largest page's share of the scan's pixels.
double largest_share(const std::vector<Page>& pages) {
  double largest = 0;
  for (const Page& page : pages)
    largest = std::max(largest, box_of(page.facts.region).area() / page.image.box().area());
  return std::min(1.0, largest);
}

// One page of a scan has ended; the last one ends the scan.
void page_ended(const TicketPtr& ticket, const PageId& id, const Result<std::string>& stored,
                const ScanEnded& scan_ended) {
  {
    const std::lock_guard lock(ticket->mutex);
    if (stored)
      ticket->pages.push_back({id, PageState::done, {}, *stored});
    else
      ticket->pages.push_back({id, PageState::parked, stored.error(), {}});
  }
  if (ticket->pages_left.fetch_sub(1) == 1) scan_ended(ticket, nullptr);
}

// What steps left behind goes back to the system before a large one begins. Beside small scans that
// is less than the time it takes is worth.
void give_back_before(const Ticket& next) {
  constexpr std::uint64_t large_bytes = 64u << 20;
  if (next.memory.largest() > large_bytes) give_memory_back();
}

Budget::Step step_of(const Job<Page>& job, StageName name) {
  return {job.ticket->memory.of(name), name == StageName::master};
}

// A step so large that it asks for its memory, and is called when there is some.
template <class Out>
struct LargeStep {
  flow::function_node<Job<Page>, Job<Out>> run;
  flow::function_node<Job<Page>> ask;

  LargeStep(flow::graph& graph, Board& board, const Tools& tools, StageName name,
            Result<Out> (*step)(const Page&, const Tools&))
      : run(
            graph, flow::unlimited,
            [&board, &tools, name, step](const Job<Page>& in) {
              give_back_before(*in.ticket);
              Job<Out> out = staged(board, tools, name, step, in);
              const Budget::Step ended = step_of(in, name);
              if (ended.bulky) give_back_before(*in.ticket);  // whatever comes next
              in.ticket->budget->done(ended);
              return out;
            },
            large),
        ask(
            graph, flow::unlimited,
            [this, &graph, name](const Job<Page>& in) {
              graph.reserve_wait();
              in.ticket->budget->ask(step_of(in, name), [this, &graph, in] {
                run.try_put(in);
                graph.release_wait();
              });
            },
            last) {}
};

struct Graph {
  flow::graph graph;
  flow::function_node<TicketPtr, Job<LoadedScan>> decode;
  Pages split;
  flow::function_node<Job<Page>, Job<Page>> deskew, crop, dewarp;
  ToMake compare;
  flow::function_node<Job<Page>, Job<Page>> cut;
  LargeStep<ReadPage> read;
  LargeStep<CheckedPage> check;
  LargeStep<MasterFile> master;
  LargeStep<UserFile> user;
  WholePage whole;
  flow::function_node<Ended> store;

  Graph(Board& board, const Tools& tools, const ScanEnded& scan_ended)
      : decode(
            graph, flow::unlimited,
            [&](const TicketPtr& ticket) {
              give_back_before(*ticket);
              const PageId id{ticket->scan.id, Side::single};
              // The digest is known also of a scan that turns out to be no image.
              auto scan = on_board<LoadedScan>(board, *ticket, id, StageName::decode,
                                               [&]() -> Result<LoadedScan> {
                                                 const auto file = open_scan(ticket->scan, tools);
                                                 if (!file) return pass(file);
                                                 ticket->sha256 = file->digests.sha256;
                                                 return decode_scan(ticket->scan, *file, tools);
                                               });
              if (scan) takes(*ticket, step_memory(scan->image.size(), scan->image.channels(), 0));
              return job<LoadedScan>(id, std::move(scan), ticket);
            },
            early),
        split(
            graph, flow::unlimited,
            [&](const Job<LoadedScan>& in, Pages::output_ports_type& out) {
              if (!*in.value) return scan_ended(in.ticket, &in.value->error());
              auto pages =
                  on_board<std::vector<Page>>(board, *in.ticket, in.id, StageName::split,
                                              [&] { return split_scan(**in.value, tools); });
              if (!pages) return scan_ended(in.ticket, &pages.error());
              takes(*in.ticket, in.ticket->memory.with_pages_of(largest_share(*pages)));
              in.ticket->pages_left = in.ticket->pages_to_cut = static_cast<int>(pages->size());
              for (Page& page : *pages) {
                const PageId id = page.facts.id;
                std::get<0>(out).try_put(job<Page>(id, std::move(page), in.ticket));
              }
            },
            early),
        deskew(stage(graph, board, tools, StageName::deskew, deskew_page, middle)),
        crop(stage(graph, board, tools, StageName::crop, crop_page, middle)),
        dewarp(stage(graph, board, tools, StageName::dewarp, dewarp_page, middle)),
        compare(
            graph, flow::unlimited,
            [&](const Job<Page>& in, ToMake::output_ports_type& out) {
              const Result<Page> page =
                  *in.value ? on_board<Page>(board, *in.ticket, in.id, StageName::compare,
                                             [&] { return compare_page(**in.value, tools); })
                            : *in.value;
              if (page && page->keep_images && page->keep_text) {
                page_cut(*in.ticket);
                return page_ended(in.ticket, in.id,
                                  on_board<std::string>(board, *in.ticket, in.id, StageName::store,
                                                        [&] { return refresh_page(*page, tools); }),
                                  scan_ended);
              }
              std::get<0>(out).try_put(job<Page>(in.id, page, in.ticket));
            },
            middle),
        cut(
            graph, flow::unlimited,
            [&](const Job<Page>& in) {
              Job<Page> out = staged(board, tools, StageName::cut, cut_page, in);
              page_cut(*in.ticket);
              return out;
            },
            middle),
        read(graph, board, tools, StageName::read, read_page),
        check(graph, board, tools, StageName::check, check_page),
        master(graph, board, tools, StageName::master, encode_master),
        user(graph, board, tools, StageName::user, encode_user),
        whole(graph, key_of<Page>(), key_of<ReadPage>(), key_of<CheckedPage>(),
              key_of<MasterFile>(), key_of<UserFile>()),
        store(
            graph, flow::unlimited,
            [&](const Ended& page) {
              const TicketPtr& ticket = std::get<0>(page).ticket;
              const PageId& id = std::get<0>(page).id;
              Result<std::string> stored;
              if (const Error* error = first_error(page)) {
                stored = tl::unexpected(*error);
              } else {
                std::map<std::string, double> times;
                {
                  const std::lock_guard lock(ticket->mutex);
                  times = ticket->stage_ms[PageId{id.scan, Side::single}];
                  times.merge(ticket->stage_ms[id]);
                }
                stored = on_board<std::string>(board, *ticket, id, StageName::store, [&] {
                  return store_page(**std::get<0>(page).value, **std::get<1>(page).value,
                                    **std::get<2>(page).value, **std::get<3>(page).value,
                                    **std::get<4>(page).value, times, tools);
                });
              }
              page_ended(ticket, id, stored, scan_ended);
            },
            last) {
    make_edge(decode, split);
    make_edge(flow::output_port<0>(split), deskew);
    make_edge(deskew, crop);
    make_edge(crop, dewarp);
    make_edge(dewarp, compare);
    make_edge(flow::output_port<0>(compare), cut);
    make_edge(cut, read.ask);
    make_edge(cut, check.ask);
    make_edge(cut, master.ask);
    make_edge(cut, user.ask);
    make_edge(cut, flow::input_port<0>(whole));
    make_edge(read.run, flow::input_port<1>(whole));
    make_edge(check.run, flow::input_port<2>(whole));
    make_edge(master.run, flow::input_port<3>(whole));
    make_edge(user.run, flow::input_port<4>(whole));
    make_edge(whole, store);
  }
};

}  // namespace

struct PageLine::Inner {
  ScanEnded scan_ended;
  tbb::global_control threads;  // the thread that puts scans in and waits is not one of the arena's
  tbb::task_arena arena;
  std::optional<Graph> graph;

  Inner(int n, Board& board, const Tools& tools, ScanEnded ended)
      : scan_ended(std::move(ended)),
        threads(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(n) + 1),
        arena(n, 0) {
    // A graph works in the arena it was made in.
    arena.execute([&] { graph.emplace(board, tools, scan_ended); });
  }
};

PageLine::PageLine(int threads, Board& board, const Tools& tools, ScanEnded scan_ended)
    : inner_(std::make_unique<Inner>(threads, board, tools, std::move(scan_ended))) {}

PageLine::~PageLine() = default;

void PageLine::put(const TicketPtr& ticket) {
  inner_->arena.execute([&] { inner_->graph->decode.try_put(ticket); });
}

void PageLine::wait() {
  inner_->arena.execute([&] { inner_->graph->graph.wait_for_all(); });
}

}  // namespace linka
