// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chaos.h"

#include "base/files.h"
#include "base/translate.h"
#include "cli/chaos_disk.h"
#include "cli/chaos_judge.h"
#include "cli/chaos_program.h"
#include "cli/exit_codes.h"

#include <signal.h>

#include <algorithm>
#include <random>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t books = 4;
constexpr std::size_t most_troubles = 4;  // in one round, before it is let finish

// The errors that the system may answer with, and what the program may say then.
struct SystemError {
  const char* name;
  ExitCode answer;
};
constexpr SystemError system_errors[] = {{"ENOSPC", ExitCode::no_space},
                                         {"EDQUOT", ExitCode::no_space},
                                         {"EIO", ExitCode::try_again},
                                         {"EMFILE", ExitCode::try_again},
                                         {"ENOMEM", ExitCode::try_again}};

struct Prepared {
  SampleBook book;
  Quiet quiet;
};

class Chaos {
 public:
  Chaos(const ChaosOptions& options, ChaosDisk disk) : options_(options), disk_(std::move(disk)) {
    report_.fill_with = disk_.is_real() ? say(tr("a file system of {} MiB"), chaos_disk_mib)
                                        : std::string(tr("a limit on the size of files"));
  }

  Result<ChaosReport> all() {
    for (std::size_t i = 0; i < books; ++i)
      if (auto r = prepare(i); !r) return pass(r);
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      if (auto r = one_round(options_.first_round + round); !r) return pass(r);
      ++report_.rounds;
      if (options_.progress) options_.progress(report_.rounds, options_.rounds);
      if (!report_.failures.empty()) break;  // its batch is kept to be looked at
    }
    return std::move(report_);
  }

 private:
  std::vector<std::string> arguments(const SampleBook& book) const {
    return {"run",        book.scans.string(),
            "--profile",  book.profile.string(),
            "--record",   book.record.string(),
            "--out",      batch_.string(),
            "--jobs",     "2",
            "--quiet",    "--without-parked",
            "--with-held"};
  }

  // A book and what becomes of it in quiet.
  Result<void> prepare(std::size_t number) {
    const fs::path home = options_.folder / fmt::format("book-{}", number);
    auto book = draw_book(home, number);
    if (!book) return pass(book);
    Prepared p{std::move(*book), {}};
    batch_ = home / "quiet.batch";
    Trouble none;
    none.log = home / "visits";
    const Ended ended = run_program(arguments(p.book), none, home / "quiet.log");
    p.quiet.exit_code = p.book.broken.empty() ? 0 : 1;
    if (ended.code != p.quiet.exit_code)
      return fail(ErrorKind::internal, "the quiet run ended with {}; see {}", ended.code,
                  (home / "quiet.log").string());
    p.quiet.seconds = ended.seconds;
    p.quiet.packages = tree_of(batch_ / "packages");
    p.quiet.scans = tree_of(p.book.scans);
    p.quiet.visits = visits_in(none.log);
    if (p.quiet.packages.empty() || p.quiet.visits.empty())
      return fail(ErrorKind::internal, "the quiet run left no package or passed no place");
    books_.push_back(std::move(p));
    return {};
  }

  std::size_t up_to(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  Result<void> one_round(std::size_t round) {
    random_.seed(options_.seed * 1'000'003 + round);
    round_ = round;
    const Prepared& p = books_[up_to(books_.size())];
    fills_ = up_to(3) == 0;
    batch_ = (fills_ && disk_.is_real() ? disk_.folder() : options_.folder) / "round.batch";
    log_ = options_.folder / "round.log";
    std::error_code code;
    fs::remove_all(batch_, code);
    fs::remove(log_, code);
    MadePages done;
    const std::size_t troubles = 1 + up_to(most_troubles);
    for (std::size_t i = 0; i < troubles && report_.failures.empty(); ++i) disturb(p, done);
    if (report_.failures.empty()) finish(p, done);
    if (report_.failures.empty()) flip_and_mend(p);
    if (report_.failures.empty()) fs::remove_all(batch_, code);
    return {};
  }

  // What is left of the batch is kept where it outlives the small disk.
  void failed(const std::string& text) {
    const fs::path kept = options_.folder / "failed.batch";
    std::error_code code;
    if (report_.failures.empty())
      fs::copy(batch_, kept, fs::copy_options::recursive | fs::copy_options::copy_symlinks, code);
    report_.failures.push_back(say(tr("round {}: {} (batch {}, what was said {})"), round_, text,
                                   kept.string(), log_.string()));
  }

  void take(Judgement judged, MadePages& done) {
    for (const auto& [promise, times] : judged.proven) report_.proven[promise] += times;
    for (const std::string& text : judged.broken) failed(text);
    for (const auto& [page, inode] : judged.pages) {
      if (done.contains(page))
        ++report_.pages_kept;
      else
        ++report_.pages_made;
    }
    done = std::move(judged.pages);
  }

  // A place that the quiet run came by, and one of the visits.
  std::string place(const Prepared& p, std::string_view deed, bool for_error) {
    std::vector<std::pair<std::string, std::size_t>> places(p.quiet.visits.begin(),
                                                            p.quiet.visits.end());
    // A scan that cannot be read is parked, as it should be.
    if (for_error) std::erase_if(places, [](const auto& one) { return one.first == "file-map"; });
    const auto& [name, visits] = places[up_to(places.size())];
    return fmt::format("{}:{}@{}", name, deed, 1 + up_to(visits));
  }

  // One start of the program that something happens to.
  void disturb(const Prepared& p, MadePages& done) {
    Trouble trouble;
    std::set<int> allowed{p.quiet.exit_code, killed};
    // Rather early than late: a run that goes on where another was ended is shorter.
    const double chance = static_cast<double>(up_to(1000)) / 1000;
    const double moment = p.quiet.seconds * chance * chance;
    std::size_t* counted = nullptr;
    if (fills_) {
      trouble.kind = disk_.is_real() ? Trouble::Kind::fill : Trouble::Kind::size_limit;
      trouble.after_s = moment;
      trouble.largest_file = 1 + up_to(96 << 10);
      allowed.insert(static_cast<int>(ExitCode::no_space));
      counted = &report_.fills;
    } else if (const std::size_t kind = up_to(5); kind < 2) {
      trouble.kind = kind == 0 ? Trouble::Kind::kill_run : Trouble::Kind::kill_worker;
      trouble.after_s = moment;
      counted = kind == 0 ? &report_.kills_of_runs : &report_.kills_of_workers;
    } else if (kind < 4) {
      trouble.fail_at = place(p, kind == 2 ? "die-all" : "die", false);
      counted = &report_.deaths_at_places;
    } else {
      const SystemError& error = system_errors[up_to(std::size(system_errors))];
      trouble.fail_at = place(p, fmt::format("{}{}", error.name, up_to(2) == 0 ? "+" : ""), true);
      allowed.insert(static_cast<int>(error.answer));
      // A page whose facts cannot be read is still to be done, and the batch not complete.
      if (trouble.fail_at.starts_with("file-read:"))
        allowed.insert(static_cast<int>(ExitCode::parked));
      counted = &report_.errors;
    }
    trouble.disk = &disk_;
    const Ended ended = run_program(arguments(p.book), trouble, log_);
    disk_.empty();
    ++report_.starts;
    if (ended.happened) ++*counted;
    if (ended.code == static_cast<int>(ExitCode::no_space)) ++report_.full_runs;
    if (!allowed.contains(ended.code))
      return failed(say(tr("it ended with {} after {}"), ended.code, in_words(trouble)));
    Judgement judged = judge_wreck(batch_, p.book, p.quiet, done);
    if (judged.broken.empty() && (fills_ || trouble.fail_at.find(":E") != std::string::npos))
      ++report_.proven["P10"];
    for (std::string& text : judged.broken) text += say(tr(" after {}"), in_words(trouble));
    take(std::move(judged), done);
  }

  // Let alone it ends as the quiet run did, and packaging once more changes nothing.
  void finish(const Prepared& p, MadePages& done) {
    const Ended ended = run_program(arguments(p.book), {}, log_);
    ++report_.starts;
    if (ended.code != p.quiet.exit_code)
      return failed(say(tr("it ended with {} when it was let alone"), ended.code));
    take(judge_whole(batch_, p.book, p.quiet, done), done);
    const Ended again =
        run_program({"package", batch_.string(), "--without-parked", "--with-held"}, {}, log_);
    if (again.code != p.quiet.exit_code || tree_of(batch_ / "packages") != p.quiet.packages)
      return failed("P9: packaging twice is not packaging once");
    ++report_.proven["P9"];
    const Ended nothing = run_program({"verify", p.book.scans.string()}, {}, log_);
    if (nothing.code == 0) return failed("P8: a check that saw no package ended well");
    ++report_.proven["P8"];
  }

  // One bit of one file that is finished.
  void flip_and_mend(const Prepared& p) {
    const std::string file = flip_a_bit(batch_, random_);
    if (file.empty()) return failed("there is no file to damage");
    ++report_.flips;
    const Ended looked = run_program({"verify", batch_.string()}, {}, log_);
    if (looked.code != static_cast<int>(ExitCode::rules_broken) ||
        looked.said.find(file) == std::string::npos)
      return failed(say(tr("linka verify does not find the bit flipped in {}"), file));
    ++report_.flips_found;
    run_program({"verify", batch_.string(), "--mend"}, {}, log_);
    const Ended made = run_program(arguments(p.book), {}, log_);
    const Ended sound = run_program({"verify", batch_.string()}, {}, log_);
    if (made.code != p.quiet.exit_code || sound.code != 0 ||
        tree_of(batch_ / "packages") != p.quiet.packages)
      return failed(say(tr("what a bit flipped in {} damaged was not made again"), file));
    ++report_.flips_mended;
  }

  const ChaosOptions& options_;
  ChaosDisk disk_;
  ChaosReport report_;
  std::vector<Prepared> books_;
  std::mt19937_64 random_;
  std::size_t round_ = 0;
  bool fills_ = false;
  fs::path batch_, log_;
};

}  // namespace

Result<ChaosReport> make_chaos(const ChaosOptions& options) {
  if (auto r = make_folders(options.folder); !r) return pass(r);
  std::error_code code;
  if (!fs::is_empty(options.folder, code))
    return fail(ErrorKind::configuration, "{}: {}", options.folder.string(),
                tr("is not empty; give a folder of its own"));
  auto report = guarded<ChaosReport>("selftest", [&] {
    return Chaos(options, ChaosDisk::make(options.folder / "small-disk")).all();
  });
  if (report && report->failures.empty() && !options.keep) fs::remove_all(options.folder, code);
  return report;
}

}  // namespace linka
