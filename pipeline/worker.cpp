// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/worker.h"

#include "base/machine.h"
#include "base/translate.h"
#include "pipeline/budget.h"
#include "pipeline/graph.h"
#include "pipeline/space.h"
#include "pipeline/steps.h"
#include "stages/decode/decode.h"

#include <omp.h>
#include <opencv2/core.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace linka {
namespace {

void note_failure(Board& board, const Error& error) {
  int none = -1;
  if (!board.failed_kind.compare_exchange_strong(none, static_cast<int>(error.kind))) return;
  const std::string text = error.message;
  std::strncpy(board.failed_message.data(), text.c_str(), board.failed_message.size() - 1);
  board.stop = 1;
}

// Errors that say nothing about the scan: the run ends, the scan stays to be done.
bool ends_the_run(const Error& e) {
  return e.kind == ErrorKind::no_space || e.kind == ErrorKind::io || e.kind == ErrorKind::missing ||
         e.kind == ErrorKind::configuration || e.kind == ErrorKind::cancelled ||
         (e.kind == ErrorKind::resource && e.where == where_machine);
}

class Worker {
 public:
  Worker(const Work& work, Board& board, Journal& journal)
      : work_(work),
        board_(board),
        journal_(journal),
        budget_(work.memory_bytes - std::min(work.memory_bytes, work.fixed_memory_bytes),
                std::min<std::size_t>(board_slots - 1, static_cast<std::size_t>(work.threads)),
                static_cast<std::size_t>(work.threads)) {
    for (const WorkItem& item : work.items) bytes_a_scan_.push_back(item.file.size_bytes);
  }

  int run(const std::vector<std::size_t>& indices) {
    PageLine line(work_.threads, board_, *work_.tools,
                  [this](const TicketPtr& t, const Error* e) { scan_ended(t, e); });
    for (const std::size_t i : by_size_class(work_.items, indices)) {
      if (board_.stop != 0) break;
      put_file(line, static_cast<int>(i));
    }
    line.wait();
    return 0;
  }

 private:
  int free_slot() {
    // The budget lets fewer scans in than there are slots, so one is always free.
    for (std::size_t i = 0;; i = (i + 1) % board_slots) {
      int none = -1;
      if (board_.slots[i].item.compare_exchange_strong(none, -2)) return static_cast<int>(i);
    }
  }

  BoardSlot& slot(int i) { return board_.slots[static_cast<std::size_t>(i)]; }

  void put_file(PageLine& line, int index) {
    const WorkItem& item = work_.items[static_cast<std::size_t>(index)];
    const DecodeParams& params = work_.tools->profile.decode;
    const ScanId first{item.file.name, 0};
    // Until the header is read the file counts as one scan; what it needs is known after.
    const int probe_slot = free_slot();
    slot(probe_slot).frame = 0;
    slot(probe_slot).pixels = 0;
    slot(probe_slot).file_bytes = item.file.size_bytes;
    slot(probe_slot).item = index;
    Result<ScanHeader> header = fail(ErrorKind::internal, "not read");
    std::string sha256;  // of what is no scan
    {
      const OnBoard mark(board_, probe_slot, StageName::probe);
      header = guarded<ScanHeader>("decode", [&]() -> Result<ScanHeader> {
        const auto file = MappedFile::open(work_.tools->batch.scan_file(first));
        if (!file) return pass(file);
        auto found = probe(file->bytes(), params);
        // A file that is too large to be looked at is too large for that, too.
        if (!found && static_cast<double>(file->bytes().size()) <= params.max_file_mb * 1e6)
          sha256 = digest_bytes(file->bytes()).sha256;
        return found;
      });
    }
    slot(probe_slot).item = -1;
    if (!header) {
      if (const auto gone = scans_gone()) return note_failure(board_, *gone);
      park_unopened(item, first, header.error(), std::move(sha256));
      return;
    }
    const int frames = static_cast<int>(header->frames.size());
    bytes_a_scan_[static_cast<std::size_t>(index)] /=
        static_cast<std::uint64_t>(std::max(1, frames));
    if (frames > 1) {
      if (auto r = journal_.opened(item.file.name,
                                   {frames, item.file.size_bytes, item.file.modified_ns});
          !r)
        return note_failure(board_, r.error());
      board_.scans_total += static_cast<std::uint64_t>(frames - 1);
    }
    for (int frame = 0; frame < frames; ++frame) {
      if (board_.stop != 0) return;
      if (item.frames_done.contains(frame) ||
          (!item.frames_only.empty() && !item.frames_only.contains(frame))) {
        if (frame > 0) --board_.scans_total;
        continue;
      }
      const auto f = static_cast<std::size_t>(frame);
      put_frame(line, index, frame, header->frames[f],
                f < header->decode_bytes.size() ? header->decode_bytes[f] : 0);
    }
  }

  // A disk pulled out or a network gone is no fault of the scans, which are not parked for it.
  std::optional<Error> scans_gone() const {
    std::error_code code;
    if (std::filesystem::exists(work_.tools->batch.scans(), code)) return {};
    return Error{ErrorKind::io,
                 say(tr("{}: the folder of scans can no longer be reached"),
                     work_.tools->batch.scans().string()),
                 "decode"};
  }

  void park_unopened(const WorkItem& item, const ScanId& id, const Error& error,
                     std::string sha256 = {}) {
    if (ends_the_run(error) && error.kind != ErrorKind::io) return note_failure(board_, error);
    ScanOutcome o = outcome_of(item, id);
    o.sha256 = std::move(sha256);
    o.parked = true;
    o.reason = error;
    write_down(o, bytes_a_scan_[static_cast<std::size_t>(&item - work_.items.data())]);
  }

  ScanOutcome outcome_of(const WorkItem& item, const ScanId& id) const {
    ScanOutcome o;
    o.id = id;
    o.size_bytes = item.file.size_bytes;
    o.modified_ns = item.file.modified_ns;
    o.fingerprint = work_.tools->fingerprint_of(o.id);
    o.hint = work_.tools->decisions.hint(o.id);
    return o;
  }

  std::uint64_t disk_bytes_for(Size size) const {
    const double rate =
        work_.disk_bytes_per_pixel > 0 ? work_.disk_bytes_per_pixel : assumed_bytes_per_pixel;
    return static_cast<std::uint64_t>(rate * std::max(0, size.width) * std::max(0, size.height));
  }

  void put_frame(PageLine& line, int index, int frame, Size size, std::uint64_t decode_bytes) {
    const WorkItem& item = work_.items[static_cast<std::size_t>(index)];
    const ScanId id{item.file.name, frame};
    if (const auto allowed = check_limits(size, work_.tools->profile.decode); !allowed)
      return park_unopened(item, id, allowed.error());
    const StepMemory memory = step_memory(size, 3, decode_bytes + item.file.size_bytes);
    if (!budget_.fits_alone(memory)) {
      const std::uint64_t bytes = work_.fixed_memory_bytes + memory.most_alone();
      park_unopened(item, id,
                    {ErrorKind::resource,
                     say(tr("{} x {} pixels need about {} MiB, more than the {} MiB allowed"),
                         size.width, size.height, bytes >> 20, work_.memory_bytes >> 20),
                     "memory"});
      return;
    }
    const auto entered = budget_.enter(memory, [this] { return board_.stop != 0; });
    if (!entered) return;
    // What the scans on the line will write is promised to them.
    const std::uint64_t disk_bytes = disk_bytes_for(size);
    if (const auto space = free_space(work_.tools->batch.folder());
        space && *space < space_reserve_bytes + disk_bytes_promised_ + disk_bytes) {
      budget_.leave(*entered);
      return note_failure(board_, {ErrorKind::no_space,
                                   say(tr("{}: only {} MiB are free on this disk"),
                                       work_.tools->batch.folder().string(), *space >> 20),
                                   "store"});
    }
    auto ticket = std::make_shared<Ticket>();
    ticket->scan = {id, item.file.size_bytes, item.file.modified_ns};
    ticket->budget = &budget_;
    ticket->place = *entered;
    ticket->memory = memory;
    ticket->disk_bytes = disk_bytes;
    disk_bytes_promised_ += disk_bytes;
    ticket->slot = free_slot();
    BoardSlot& place = slot(ticket->slot);
    place.frame = frame;
    place.file_bytes = item.file.size_bytes;
    place.pixels = static_cast<std::uint64_t>(std::max(0, size.width)) *
                   static_cast<std::uint64_t>(std::max(0, size.height));
    place.item = index;
    if (auto r = journal_.started(id); !r) {
      slot(ticket->slot).item = -1;
      disk_bytes_promised_ -= disk_bytes;
      budget_.leave(*entered);
      return note_failure(board_, r.error());
    }
    {
      const OnBoard mark(board_, ticket->slot, StageName::decode);
      if (work_.misbehave) work_.misbehave(id);
    }
    line.put(ticket);
  }

  void scan_ended(const TicketPtr& ticket, const Error* scan_error) {
    const WorkItem& item = work_.items[static_cast<std::size_t>(slot(ticket->slot).item.load())];
    ScanOutcome o = outcome_of(item, ticket->scan.id);
    o.sha256 = ticket->sha256;
    const Error* run_error = nullptr;
    const std::optional<Error> gone = scan_error != nullptr ? scans_gone() : std::nullopt;
    if (gone) {
      run_error = &*gone;
    } else if (scan_error != nullptr) {
      if (ends_the_run(*scan_error)) run_error = scan_error;
      o.parked = true;
      o.reason = *scan_error;
    } else {
      const std::lock_guard lock(ticket->mutex);
      o.pages = ticket->pages;
      std::sort(o.pages.begin(), o.pages.end(),
                [](const auto& a, const auto& b) { return a.id < b.id; });
      for (const PageOutcome& p : o.pages)
        if (p.state == PageState::parked && ends_the_run(p.reason)) run_error = &p.reason;
    }
    if (run_error != nullptr)
      note_failure(board_, *run_error);
    else
      write_down(o, bytes_a_scan_[static_cast<std::size_t>(slot(ticket->slot).item.load())]);
    slot(ticket->slot).item = -1;
    disk_bytes_promised_ -= ticket->disk_bytes;
    budget_.leave(ticket->place);
  }

  void write_down(const ScanOutcome& o, std::uint64_t bytes) {
    if (auto r = journal_.ended(o); !r) return note_failure(board_, r.error());
    bool parked = o.parked;
    for (const PageOutcome& p : o.pages) {
      if (p.state == PageState::done)
        ++board_.pages_done;
      else
        parked = true;
    }
    if (parked) {
      ++board_.scans_parked;
      tell(o);
    }
    board_.bytes_ended += bytes;
    ++board_.scans_ended;
  }

  void tell(const ScanOutcome& o) {
    const Error* reason = &o.reason;
    for (const PageOutcome& p : o.pages)
      if (p.state == PageState::parked) reason = &p.reason;
    const std::string text = say(tr("{} is parked: {}"), o.id.name, reason->message);
    const std::lock_guard lock(news_);
    auto& place = board_.news[board_.news_count % board_.news.size()];
    place.fill(0);
    text.copy(place.data(), place.size() - 1);
    ++board_.news_count;
  }

  const Work& work_;
  Board& board_;
  Journal& journal_;
  Budget budget_;
  std::vector<std::uint64_t> bytes_a_scan_;  // of each item's file
  std::atomic<std::uint64_t> disk_bytes_promised_{0};
  std::mutex news_;
};

}  // namespace

std::vector<std::size_t> by_size_class(const std::vector<WorkItem>& items,
                                       std::vector<std::size_t> indices) {
  constexpr std::uint64_t many_times = 4;
  if (indices.empty()) return indices;
  std::vector<std::uint64_t> sizes;
  for (const std::size_t i : indices) sizes.push_back(items[i].file.size_bytes);
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  std::stable_partition(indices.begin(), indices.end(), [&](std::size_t i) {
    return items[i].file.size_bytes / many_times > *middle;
  });
  return indices;
}

int run_worker(const Work& work, const std::vector<std::size_t>& indices, Board& board,
               Journal& journal) {
  keep_memory_small();
  // Threads belong to the graph alone.
  cv::setNumThreads(1);
  omp_set_num_threads(1);
  try {
    return Worker(work, board, journal).run(indices);
  } catch (const std::exception& e) {
    note_failure(board, {ErrorKind::internal, e.what(), "worker"});
  } catch (...) {
    note_failure(board, {ErrorKind::internal, "an unknown exception", "worker"});
  }
  return 0;
}

}  // namespace linka
