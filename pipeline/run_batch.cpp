// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/run_batch.h"

#include "base/fail_point.h"
#include "base/handle.h"
#include "base/text.h"
#include "base/translate.h"
#include "engines/broker.h"
#include "pipeline/board.h"
#include "pipeline/budget.h"
#include "pipeline/in_order.h"
#include "pipeline/on_threads.h"
#include "pipeline/pace.h"
#include "pipeline/sandbox.h"
#include "pipeline/space.h"
#include "pipeline/step_memory.h"
#include "pipeline/steps.h"
#include "pipeline/supervise.h"
#include "pipeline/worker.h"
#include "workspace/facts_json.h"
#include "workspace/known_facts.h"

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint profile_kept{"profile-kept", "after the profile was written into the batch"};
FailPoint scans_ended{"scans-ended", "when every scan has ended, before the book has its say"};

bool pages_are_there(const Batch& batch, const ScanOutcome& o) {
  return std::all_of(o.pages.begin(), o.pages.end(), [&](const PageOutcome& p) {
    return p.state == PageState::parked || lost_of_page(batch, p.id).empty();
  });
}

// Whether nothing needs to be done for this frame: it ended with the same file, settings and
// versions, and what came of it is still there.
bool is_settled(const Batch& batch, const Replay& replayed, const InventoryFile& file, int frame,
                const Tools& tools, bool retry_parked) {
  const ScanId id{file.name, frame};
  if (replayed.exclusions.contains(id)) return true;
  const auto it = replayed.outcomes.find(id);
  if (it == replayed.outcomes.end()) return false;
  const ScanOutcome& o = it->second;
  const bool to_read = std::any_of(o.pages.begin(), o.pages.end(), [&](const PageOutcome& page) {
    return tools.read_again.contains(text_of(page.id));
  });
  if (to_read) return false;
  if (o.size_bytes != file.size_bytes || o.modified_ns != file.modified_ns ||
      o.fingerprint != tools.fingerprint_of(id))
    return false;
  const bool parked = o.parked || std::any_of(o.pages.begin(), o.pages.end(), [](const auto& p) {
                        return p.state == PageState::parked;
                      });
  if (parked && retry_parked) return false;
  // Want of memory says more about the run than about the scan: every run tries again.
  if (o.parked && o.reason.kind == ErrorKind::resource) return false;
  return pages_are_there(batch, o);
}

int known_frames(const Replay& replayed, const InventoryFile& file) {
  const auto it = replayed.frames.find(file.name);
  if (it == replayed.frames.end() || it->second.size_bytes != file.size_bytes ||
      it->second.modified_ns != file.modified_ns)
    return 1;
  return it->second.frames;
}

bool is_wanted(const RunOptions& options, const ScanId& id) {
  return options.only.empty() || options.only.contains(text_of(id));
}

// One item a file that still has something to do.
std::vector<WorkItem> work_items(const Batch& batch, const Inventory& inventory,
                                 const Replay& replayed, const RunOptions& options,
                                 const Tools& tools) {
  std::vector<WorkItem> items;
  for (const InventoryFile& file : inventory.files) {
    if (!file.ignored.empty()) continue;
    WorkItem item;
    item.file = file;
    const bool looked_inside = replayed.frames.contains(file.name);
    bool todo = false;
    for (int frame = 0; frame < known_frames(replayed, file); ++frame) {
      if (!is_wanted(options, {file.name, frame})) continue;
      if (is_settled(batch, replayed, file, frame, tools, options.retry_parked)) {
        item.frames_done.insert(frame);
      } else {
        todo = true;
        if (!options.only.empty() && looked_inside) item.frames_only.insert(frame);
      }
    }
    if (todo) items.push_back(std::move(item));
  }
  return items;
}

// What persons have decided, and for each scan what the book said when it was made: with these a
// scan that is done counts as done.
Decisions decisions_of(const Replay& replayed) {
  Decisions d{replayed.scan_corrections, replayed.page_corrections, {}};
  for (const auto& [id, outcome] : replayed.outcomes)
    if (outcome.hint != BookHint{}) d.hints[id] = outcome.hint;
  return d;
}

// What all pages say of themselves is asked for one by one, several times over.
void read_facts(const Batch& batch, const Replay& replayed, int threads) {
  std::vector<PageId> pages;
  for (const auto& [id, outcome] : replayed.outcomes)
    for (const PageOutcome& page : outcome.pages)
      if (page.state == PageState::done) pages.push_back(page.id);
  (void)on_threads(pages.size(), static_cast<std::size_t>(threads), [&](std::size_t i) {
    (void)short_facts(batch, pages[i]);  // told where it matters
    return Result<void>();
  });
}

// The vote of all pages that there are now. Scans that the vote leaves alone have no hint.
std::map<ScanId, BookHint> vote(const Batch& batch, const Inventory& inventory,
                                const Replay& replayed, const BookParams& params) {
  std::set<std::string> names;
  for (const InventoryFile& file : inventory.files) names.insert(file.name);
  std::vector<PageFacts> pages;
  for (const auto& [id, outcome] : replayed.outcomes) {
    if (!names.contains(id.name) || replayed.exclusions.contains(id)) continue;
    for (const PageOutcome& page : outcome.pages)
      if (page.state == PageState::done)
        if (const auto facts = short_facts(batch, page.id)) pages.push_back(**facts);
  }
  std::sort(pages.begin(), pages.end(),
            [](const PageFacts& a, const PageFacts& b) { return reading_order(a.id, b.id); });
  return hints(pages, params);
}

// Of a run that was killed. A page whose old version had been moved aside when the power went gets
// it back; the journal decides whether it is still the right one.
void remove_leftovers(const Batch& batch) {
  sweep_leftovers(batch.folder());
  sweep_leftovers(batch.packages());
  sweep_leftovers(batch.pages());
  std::error_code code;
  for (fs::directory_iterator it(batch.pages(), code), end; !code && it != end; it.increment(code))
    sweep_leftovers(it->path());
}

std::uint64_t bytes_of(const std::vector<WorkItem>& items) {
  std::uint64_t bytes = 0;
  for (const WorkItem& item : items) bytes += item.file.size_bytes;
  return bytes;
}

// Tesseract, where the profile may need it; its engines are made when there is a page to read.
Result<std::optional<OcrEngines>> tesseract_for(const Profile& profile) {
  if (!profile.ocr.enabled || !needs_tesseract(profile.engine)) return std::optional<OcrEngines>{};
  auto made = OcrEngines::find(profile.ocr);
  if (!made) return pass(made);
  return std::optional<OcrEngines>(std::move(*made));
}

// All at the same time: until they are there no page can be read, and no processor has other work.
Result<void> load(const OcrEngines& engines, int threads) {
  const std::vector<std::string> models = engines.to_load();
  return on_threads(models.size(), static_cast<std::size_t>(threads),
                    [&](std::size_t i) { return engines.load(models[i]); });
}

// Where an engine's command finds a page and leaves its answer, while it runs.
fs::path engine_folder(const Batch& batch) {
  return batch.folder() / ".engine";
}

class Run {
 public:
  Run(Batch& batch, const RunOptions& options) : batch_(batch), options_(options) {}

  Result<RunSummary> go() {
    auto inventory = take_inventory(batch_.scans());
    if (!inventory) return pass(inventory);
    inventory_ = std::move(*inventory);
    if (auto r = save_inventory(batch_, inventory_); !r) return pass(r);
    if (auto r = write_atomically(batch_.profile(), to_toml(options_.profile)); !r) return pass(r);
    profile_kept.reached();

    const bool external = options_.profile.ocr.enabled && is_external(options_.profile.engine);
    const double page_timeout_s = options_.profile.run.page_timeout_s;
    if (external)
      if (auto r = check_engine(options_.profile.engine, page_timeout_s); !r) return pass(r);
    auto engines = tesseract_for(options_.profile);
    if (!engines) return pass(engines);
    auto tools = make_tools(batch_, options_.profile, *engines ? &**engines : nullptr);
    if (!tools) return pass(tools);
    remove_leftovers(batch_);

    auto replayed = replay(batch_.journal());
    if (!replayed) return pass(replayed);
    tools->decisions = decisions_of(*replayed);
    tools->read_again = options_.read_again;
    Work work;
    work.tools = &*tools;
    work.misbehave = options_.misbehave;
    work.threads = static_cast<int>(threads_for(options_.jobs));
    read_facts(batch_, *replayed, work.threads);
    work.items = work_items(batch_, inventory_, *replayed, options_, *tools);
    work.memory_bytes = options_.memory_bytes > 0 ? options_.memory_bytes : default_memory_budget();

    RunSummary summary;
    summary.sandbox = sandbox_of_this_kernel();
    if (work.items.empty() && !take_vote(*tools, work)) return summary;
    const std::uint64_t before_engines = allocated_bytes();
    if (*engines)
      if (auto loaded = load(**engines, work.threads); !loaded) return pass(loaded);
    const std::uint64_t engine_bytes = allocated_bytes() - before_engines;
    work.threads = threads_within(work.memory_bytes, resident_bytes(), engine_bytes, work.threads);
    work.fixed_memory_bytes = fixed_memory(resident_bytes(), engine_bytes, work.threads);
    const SpaceNeed need = space_needed(work, *replayed);
    work.disk_bytes_per_pixel = need.bytes_per_pixel;
    if (!options_.any_space)
      if (auto fits = check_space(batch_, need); !fits) return pass(fits);

    auto journal = Journal::open(batch_.journal(), "main");
    if (!journal) return pass(journal);
    if (auto r = journal->run_started(LINKA_VERSION, options_.command, summary.sandbox); !r)
      return pass(r);
    auto made = make_board();
    if (!made) return pass(made);
    const std::unique_ptr<Board, FreeWith<free_board>> board(*made);
    board_ = board.get();
    board->scans_total = work.items.size();
    board->bytes_total = bytes_of(work.items);
    begun_ms_ = steady_ms();

    Supervision supervision;
    supervision.page_timeout_s = page_timeout_s;
    supervision.cpu_s_per_megapixel = options_.profile.run.cpu_s_per_megapixel;
    supervision.memory_limit_bytes =
        std::max<std::uint64_t>(work.memory_bytes / 2 * 3, work.memory_bytes + (2ull << 30));
    std::optional<Broker> broker;
    std::optional<ExternalEngine> engine;
    if (external) {
      auto started = Broker::start(options_.profile.engine, engine_folder(batch_));
      if (!started) return pass(started);
      broker.emplace(std::move(*started));
      engine.emplace(options_.profile.engine, broker->door(),
                     deadline_of(options_.profile.engine, page_timeout_s));
      tools->engine = &*engine;
    }
    supervision.tick = [&] {
      if (broker && broker->look_after())
        news_.push_back(
            tr("the process that talks to the text engine had ended; it is started again"));
      tick(work);
    };
    supervision.news = [&](std::string text) { news_.push_back(std::move(text)); };
    Result<int> ended = supervise(work, still_to_do(work, *tools, std::move(*replayed)), *board,
                                  *journal, supervision);
    scans_ended.reached();
    // The book has a say once every scan has been seen; a second vote only ever mends the first.
    for (int round = 0; round < 2 && ended && *ended == 0 && board->failed_kind < 0; ++round) {
      if (!take_vote(*tools, work)) break;
      board->scans_total += work.items.size();
      board->bytes_total += bytes_of(work.items);
      auto seen = replay(batch_.journal());
      if (!seen) return pass(seen);
      ended = supervise(work, still_to_do(work, *tools, std::move(*seen)), *board, *journal,
                        supervision);
    }
    last_tick_ms_ = 0;
    tick(work);
    summary.scans_to_do = board->scans_total;
    summary.scans_ended = board->scans_ended;
    summary.pages_done = board->pages_done;
    summary.scans_parked = board->scans_parked;
    summary.elapsed_s = static_cast<double>(steady_ms() - begun_ms_) / 1000;
    if (!ended) {
      summary.stopped = ended.error();
      return summary;
    }
    summary.stopped_by = *ended;
    if (board->failed_kind >= 0)
      summary.stopped = Error{static_cast<ErrorKind>(board->failed_kind.load()),
                              board->failed_message.data(), "run"};
    return summary;
  }

 private:
  // Asks all pages of the batch what they say about doubtful scans. True when scans are to be made
  // again with it; they are then the work's items.
  bool take_vote(Tools& tools, Work& work) {
    if (!options_.profile.book.vote) return false;
    const auto replayed = replay(batch_.journal());
    if (!replayed) return false;
    Decisions decisions = decisions_of(*replayed);
    read_facts(batch_, *replayed, work.threads);
    decisions.hints = vote(batch_, inventory_, *replayed, options_.profile.book);
    if (decisions.hints == decisions_of(*replayed).hints) return false;
    tools.decisions = std::move(decisions);
    tools.read_again.clear();
    RunOptions again = options_;
    again.retry_parked = false;
    work.items = work_items(batch_, inventory_, *replayed, again, tools);
    return !work.items.empty();
  }

  struct Counts {
    std::uint64_t scans = 0, pages = 0, parked = 0;
  };
  static void count(const ScanOutcome& outcome, Counts& counts) {
    const auto done =
        std::count_if(outcome.pages.begin(), outcome.pages.end(),
                      [](const PageOutcome& p) { return p.state == PageState::done; });
    ++counts.scans;
    counts.pages += static_cast<std::uint64_t>(done);
    if (outcome.parked || done < std::ssize(outcome.pages)) ++counts.parked;
  }

  // Only what this run has not settled yet; a parked scan that is retried is settled once it has
  // ended again in this run. No worker runs when it is asked, and the board's counts become those
  // of the journal: a worker may die between its line there and its count here.
  StillToDo still_to_do(Work& work, const Tools& tools, Replay before) {
    std::map<ScanId, std::string> ended_before;
    for (const auto& [id, outcome] : before.outcomes) ended_before[id] = outcome.ended_at;
    const Counts counted{board_->scans_ended, board_->pages_done, board_->scans_parked};
    return [this, &work, &tools, counted,
            ended_before = std::move(ended_before)]() -> Result<std::vector<std::size_t>> {
      const auto now = replay(batch_.journal());
      if (!now) return pass(now);
      const auto ended_since = [&](const ScanId& id, const ScanOutcome& outcome) {
        const auto earlier = ended_before.find(id);
        return earlier == ended_before.end() || earlier->second != outcome.ended_at;
      };
      Counts counts = counted;
      for (const auto& [id, outcome] : now->outcomes)
        if (ended_since(id, outcome)) count(outcome, counts);
      board_->scans_ended = counts.scans;
      board_->pages_done = counts.pages;
      board_->scans_parked = counts.parked;
      std::vector<std::size_t> out;
      for (std::size_t i = 0; i < work.items.size(); ++i) {
        WorkItem& item = work.items[i];
        bool todo = false;
        for (int frame = 0; frame < known_frames(*now, item.file); ++frame) {
          if (!item.frames_only.empty() && !item.frames_only.contains(frame)) continue;
          const ScanId id{item.file.name, frame};
          const auto outcome = now->outcomes.find(id);
          if ((outcome != now->outcomes.end() && ended_since(id, outcome->second)) ||
              is_settled(batch_, *now, item.file, frame, tools, options_.retry_parked))
            item.frames_done.insert(frame);
          else
            todo = true;
        }
        if (todo) out.push_back(i);
      }
      return out;
    };
  }

  void tick(const Work& work) {
    const std::int64_t now = steady_ms();
    if (now - last_tick_ms_ < 200) return;
    last_tick_ms_ = now;
    Progress p;
    p.scans_total = board_->scans_total;
    p.scans_ended = board_->scans_ended;
    p.pages_done = board_->pages_done;
    p.scans_parked = board_->scans_parked;
    p.elapsed_s = static_cast<double>(now - begun_ms_) / 1000;
    pace_.note({p.elapsed_s, p.pages_done, p.scans_ended, board_->bytes_ended});
    p.pages_per_minute = pace_.pages_per_minute();
    p.left_s = pace_.left_s(p.scans_total - std::min(p.scans_total, p.scans_ended),
                            board_->bytes_total.load());
    for (const BoardStep& step : board_->steps) {
      const int slot = step.slot;
      if (slot < 0) continue;
      const int item = board_->slots[static_cast<std::size_t>(slot)].item;
      if (item < 0 || static_cast<std::size_t>(item) >= work.items.size()) continue;
      p.in_flight.push_back(work.items[static_cast<std::size_t>(item)].file.name + ": " +
                            name_of(static_cast<StageName>(step.stage.load())));
    }
    const std::uint64_t told = board_->news_count;
    if (told - news_read_ > board_->news.size()) news_read_ = told - board_->news.size();
    for (; news_read_ < told; ++news_read_)
      p.news.push_back(clean_utf8(board_->news[news_read_ % board_->news.size()].data()));
    for (std::string& text : news_) p.news.push_back(std::move(text));
    news_.clear();
    if (options_.progress) options_.progress(p);
  }

  Batch& batch_;
  const RunOptions& options_;
  Inventory inventory_;
  Board* board_ = nullptr;
  std::int64_t begun_ms_ = 0, last_tick_ms_ = 0;
  Pace pace_;
  std::vector<std::string> news_;
  std::uint64_t news_read_ = 0;
};

}  // namespace

Result<std::vector<ScanId>> pending_scans(const Batch& batch, const RunOptions& options) {
  const auto inventory = take_inventory(batch.scans());
  if (!inventory) return pass(inventory);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  auto engines = tesseract_for(options.profile);
  if (!engines) return pass(engines);
  auto tools = make_tools(batch, options.profile, *engines ? &**engines : nullptr);
  if (!tools) return pass(tools);
  tools->decisions = decisions_of(*replayed);
  tools->read_again = options.read_again;
  std::vector<ScanId> out;
  for (const WorkItem& item : work_items(batch, *inventory, *replayed, options, *tools))
    for (int frame = 0; frame < known_frames(*replayed, item.file); ++frame)
      if (!item.frames_done.contains(frame) && is_wanted(options, {item.file.name, frame}))
        out.push_back({item.file.name, frame});
  return out;
}

Result<RunSummary> run_batch(Batch& batch, const RunOptions& options) {
  return guarded<RunSummary>("run", [&] { return Run(batch, options).go(); });
}

}  // namespace linka
