// SPDX-License-Identifier: GPL-3.0-or-later
// linka plan: how long the pages of a folder, or a million like them, will take, and whether there
// is room for them.
#include "base/clock.h"
#include "base/scratch_folder.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/limits.h"
#include "cli/plan_measure.h"
#include "cli/plan_quantity.h"
#include "cli/progress.h"
#include "cli/verb.h"
#include "profiles/profile.h"
#include "shelf/books.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr double usual_rate_least = 8, usual_rate_most = 10;  // of a user copy, as NDK names them

struct Options {
  fs::path scans, work, shelf;
  std::string profile = "monograph", quota;
  int sample = 24, seed = 1, cores = 0, jobs = 0, pages = 0;
  bool no_choices = false, json = false, quiet = false;
};

// A way to take less room.
struct Choice {
  std::string name;  // for scripts
  std::string what, price;
  Range saves;  // bytes of all pages
};

struct Plan {
  std::size_t files = 0;
  double pages = 0;
  bool pages_counted = false;  // from the folder, not given
  std::map<Amount, Range> page;
  Range stored, together;  // bytes of a page: package; package and raw scan
  int cores = 1;
  std::optional<std::uint64_t> quota;
  std::vector<Choice> choices;
  std::optional<double> bytes_a_day;  // that the shelf took over the last 30 days
};

const std::vector<Amount> all_bytes{Amount::raw, Amount::master, Amount::user, Amount::text,
                                    Amount::metadata};

std::string in_words(Amount amount) {
  switch (amount) {
    case Amount::raw:
      return tr("raw scans");
    case Amount::master:
      return tr("master copies");
    case Amount::user:
      return tr("user copies");
    case Amount::text:
      return tr("text (ALTO, TXT)");
    case Amount::metadata:
      return tr("metadata");
    case Amount::cpu:
      break;
  }
  return tr("processor time");
}

std::string bytes_in_words(const Range& range) {
  const auto words = [](double bytes) { return size_in_words(static_cast<std::uint64_t>(bytes)); };
  return say(tr("{} ({} to {})"), words(range.likely), words(range.low), words(range.high));
}

std::vector<Choice> choices_of(const Plan& plan, const PlanChoices& seen) {
  std::vector<Choice> out;
  const auto whole = [&](Amount amount) { return plan.page.at(amount) * plan.pages; };
  out.push_back({"raw-dropped", tr("raw scans are deleted once the package is delivered"),
                 tr("a page cannot be split, turned or cropped anew without scanning it again"),
                 whole(Amount::raw)});
  for (std::size_t i = 1; i < seen.user_rates.size(); ++i) {
    const PlanChoices::UserRate& rate = seen.user_rates[i];
    std::string price =
        say(tr("user copies have {} dB (PSNR) instead of {} dB"),
            fmt::format("{:.1f}", rate.psnr_db), fmt::format("{:.1f}", seen.user_rates[0].psnr_db));
    if (rate.rate > usual_rate_most)
      price += say(tr("; NDK names {} to {} as usual and at least 6 as the rule"), usual_rate_least,
                   usual_rate_most);
    out.push_back({fmt::format("user-rate-{:g}", rate.rate),
                   say(tr("user copies at 1:{} ([encode] user_rate)"), rate.rate), price,
                   whole(Amount::user) * std::max(0.0, 1 - rate.bytes_share)});
  }
  if (seen.colourless_pages > 0)
    out.push_back(
        {"grey-masters", tr("colourless pages are scanned in grey"),
         say(tr("the tint of paper and ink is not kept; {} of {} colour pages looked at have none"),
             seen.colourless_pages, seen.colour_pages),
         whole(Amount::master) * seen.grey_saves_share});
  return out;
}

json to_json(const Range& range) {
  return {{"low", range.low}, {"likely", range.likely}, {"high", range.high}};
}

// Hours of processors, days on some of them.
Range cpu_hours(const Plan& plan) {
  return plan.page.at(Amount::cpu) * (plan.pages / 3600);
}
Range days(const Plan& plan) {
  return cpu_hours(plan) * (1.0 / 24 / plan.cores);
}

json to_json(const Plan& plan, const PlanMeasures& measures, const PlanChoices& seen,
             const Options& options) {
  json page, total;
  for (const auto& [amount, range] : plan.page) {
    page[name_of(amount)] = to_json(range);
    total[name_of(amount)] = to_json(range * plan.pages);
  }
  page["together"] = to_json(plan.together);
  total["together"] = to_json(plan.together * plan.pages);
  page["package"] = to_json(plan.stored);
  total["package"] = to_json(plan.stored * plan.pages);
  json scans = json::array();
  for (const SampledScan& scan : measures.scans) {
    json one = {{"scan", scan.name}, {"kind", scan.kind}, {"pages", scan.pages}};
    for (std::size_t i = 0; i < amounts; ++i) one[name_of(static_cast<Amount>(i))] = scan.sums[i];
    scans.push_back(std::move(one));
  }
  json out = {{"files", plan.files},
              {"pages", plan.pages},
              {"pages_counted_from_folder", plan.pages_counted},
              {"profile", options.profile},
              {"sample",
               {{"files", measures.scans.size()},
                {"pages", measures.pages.size()},
                {"parked", measures.parked},
                {"seed", options.seed},
                {"scans", scans}}},
              {"page", page},
              {"total", total},
              {"cpu_hours", to_json(cpu_hours(plan))},
              {"cores", plan.cores},
              {"days", to_json(days(plan))},
              {"choices_looked_at_pages", seen.pages_looked_at},
              {"notes", measures.notes}};
  out["choices"] = json::array();
  for (const Choice& choice : plan.choices)
    out["choices"].push_back({{"name", choice.name},
                              {"what", choice.what},
                              {"price", choice.price},
                              {"saves_bytes", to_json(choice.saves)}});
  if (plan.quota) {
    const auto room = static_cast<double>(*plan.quota);
    const auto pages_that_fit = [&](const Range& bytes) {
      return to_json(Range{bytes.high > 0 ? room / bytes.high : 0,
                           bytes.likely > 0 ? room / bytes.likely : 0,
                           bytes.low > 0 ? room / bytes.low : 0});
    };
    out["quota"] = {{"bytes", *plan.quota},
                    {"verdict", name_of(fit_of(plan.together * plan.pages, *plan.quota))},
                    {"verdict_without_raw", name_of(fit_of(plan.stored * plan.pages, *plan.quota))},
                    {"pages_that_fit", pages_that_fit(plan.together)},
                    {"pages_that_fit_without_raw", pages_that_fit(plan.stored)}};
    if (plan.bytes_a_day && *plan.bytes_a_day > 0)
      out["quota"]["days_at_the_shelfs_pace"] = room / *plan.bytes_a_day;
  }
  return out;
}

std::string count_in_words(double count) {
  return fmt::format("{:.0f}", count);
}

void print_quota(const Plan& plan) {
  const Range whole = plan.together * plan.pages;
  const std::string quota = size_in_words(*plan.quota);
  const auto room = static_cast<double>(*plan.quota);
  switch (fit_of(whole, *plan.quota)) {
    case Fit::fits:
      print(say(tr("{}: all of it fits"), quota));
      break;
    case Fit::may_not:
      print(say(tr("{}: it may NOT fit; the sample does not decide it"), quota));
      break;
    case Fit::does_not:
      print(say(tr("{}: it does NOT fit"), quota));
      break;
  }
  if (plan.together.likely > 0)
    print(say(tr("room for about {} pages ({} to {})"), count_in_words(room / plan.together.likely),
              count_in_words(room / plan.together.high), count_in_words(room / plan.together.low)));
}

void print_pace(const Plan& plan) {
  if (!plan.bytes_a_day || *plan.bytes_a_day <= 0) return;
  print(say(tr("at the shelf's pace of the last 30 days ({} a day) {} are full in {} days"),
            size_in_words(static_cast<std::uint64_t>(*plan.bytes_a_day)),
            size_in_words(*plan.quota),
            fmt::format("{:.0f}", static_cast<double>(*plan.quota) / *plan.bytes_a_day)));
}

void print_choices(const Plan& plan, const PlanChoices& seen) {
  if (plan.choices.empty()) return;
  print(say(trn("Choices, measured on {} page of the sample:",
                "Choices, measured on {} pages of the sample:", seen.pages_looked_at),
            seen.pages_looked_at));
  const Range whole = plan.together * plan.pages;
  for (const Choice& choice : plan.choices) {
    print(say(tr("  {}: saves {}"), choice.what, bytes_in_words(choice.saves)));
    print(say(tr("    price: {}"), choice.price));
    if (!plan.quota) continue;
    const Range left{whole.low - choice.saves.low, whole.likely - choice.saves.likely,
                     whole.high - choice.saves.high};
    const std::string bytes = size_in_words(static_cast<std::uint64_t>(left.likely));
    switch (fit_of(left, *plan.quota)) {
      case Fit::fits:
        print(say(tr("    then it fits: {}"), bytes));
        break;
      case Fit::may_not:
        print(say(tr("    then it may fit: {}"), bytes));
        break;
      case Fit::does_not:
        print(say(tr("    alone not enough: {}"), bytes));
        break;
    }
  }
  print(tr(
      "  no choice: a lossy master copy. The NDK standard asks for the reversible 5-3 wavelet."));
}

void print_plan(const Plan& plan, const PlanMeasures& measures, const PlanChoices& seen,
                const Options& options) {
  print(say(tr("sample: {} of {} files, {} pages, drawn with seed {}"), measures.scans.size(),
            plan.files, measures.pages.size(), options.seed));
  if (measures.parked > 0)
    print(say(trn("{} scan of the sample was parked and gives no page",
                  "{} scans of the sample were parked and give no page", measures.parked),
              measures.parked));
  for (const std::string& note : measures.notes) print(say(tr("note: {}"), note));
  if (measures.scans.size() < least_sample && measures.scans.size() < plan.files)
    print(say(tr("note: a sample of less than {} files says little about its own spread"),
              least_sample));
  print(tr("A page takes (with nine chances of ten between the bounds):"));
  for (const Amount amount : all_bytes)
    print(say("  {}: {}", in_words(amount), bytes_in_words(plan.page.at(amount))));
  print(say(tr("  together: {}"), bytes_in_words(plan.together)));
  const Range cpu = plan.page.at(Amount::cpu);
  print(say(tr("  {}: {} s ({} to {} s)"), in_words(Amount::cpu), fmt::format("{:.1f}", cpu.likely),
            fmt::format("{:.1f}", cpu.low), fmt::format("{:.1f}", cpu.high)));
  print(say(plan.pages_counted ? tr("The folder's own {} pages take:") : tr("{} pages take:"),
            count_in_words(plan.pages)));
  for (const Amount amount : all_bytes)
    print(say("  {}: {}", in_words(amount), bytes_in_words(plan.page.at(amount) * plan.pages)));
  print(say(tr("  together: {}"), bytes_in_words(plan.together * plan.pages)));
  const Range hours = cpu_hours(plan), long_days = days(plan);
  print(say(tr("  {}: {} hours ({} to {})"), in_words(Amount::cpu),
            fmt::format("{:.1f}", hours.likely), fmt::format("{:.1f}", hours.low),
            fmt::format("{:.1f}", hours.high)));
  print(say(trn("  {} days on {} core that does nothing else ({} to {})",
                "  {} days on {} cores that do nothing else ({} to {})",
                static_cast<unsigned long>(plan.cores)),
            fmt::format("{:.1f}", long_days.likely), plan.cores,
            fmt::format("{:.1f}", long_days.low), fmt::format("{:.1f}", long_days.high)));
  if (plan.quota) print_quota(plan);
  if (plan.quota) print_pace(plan);
  print_choices(plan, seen);
}

Plan plan_of(const Options& options, std::size_t files, const PlanMeasures& measures) {
  Plan plan;
  plan.files = files;
  const auto seed = static_cast<std::uint64_t>(options.seed);
  for (std::size_t i = 0; i < amounts; ++i) {
    const auto amount = static_cast<Amount>(i);
    plan.page[amount] = per_page(measures.scans, {amount}, seed);
  }
  plan.together = per_page(measures.scans, all_bytes, seed);
  plan.stored = per_page(measures.scans,
                         {Amount::master, Amount::user, Amount::text, Amount::metadata}, seed);
  plan.pages = options.pages;
  if (options.pages == 0) {
    plan.pages_counted = true;
    plan.pages =
        std::round(static_cast<double>(files) * pages_per_file(measures.scans, seed).likely);
  }
  plan.cores = options.cores > 0
                   ? options.cores
                   : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return plan;
}

// What is free on a shelf, when no quota was typed, and how fast it fills.
Result<void> ask_shelf(const fs::path& path, std::optional<std::uint64_t>& quota,
                       std::optional<double>& pace) {
  const auto shelf = Shelf::open(path);
  if (!shelf) return pass(shelf);
  const auto sums = shelf_sums(*shelf);
  if (!sums) return pass(sums);
  const auto history = shelf_history(*shelf);
  if (!history) return pass(history);
  if (!quota) quota = sums->free_bytes();
  pace = shelf_pace(*history, iso8601(now()));
  return {};
}

ExitCode plan(const Options& options) {
  std::optional<std::uint64_t> quota;
  if (!options.quota.empty()) {
    const auto bytes = bytes_from(options.quota);
    if (!bytes) return explain_misuse("--quota: " + bytes.error().message, {}, options.json);
    quota = *bytes;
  }
  std::optional<double> pace;
  if (!options.shelf.empty())
    if (auto r = ask_shelf(options.shelf, quota, pace); !r)
      return explain_failure(r.error(), options.json);
  const auto profile = load_profile(options.profile);
  if (!profile) return explain_failure(profile.error(), options.json);
  const auto inventory = take_inventory(options.scans);
  if (!inventory) return explain_failure(inventory.error(), options.json);
  const auto files = static_cast<std::size_t>(
      std::count_if(inventory->files.begin(), inventory->files.end(),
                    [](const InventoryFile& file) { return file.ignored.empty(); }));
  const auto sample = sample_of(*inventory, static_cast<std::size_t>(options.sample),
                                static_cast<std::uint64_t>(options.seed));
  if (sample.empty())
    return explain_failure({ErrorKind::bad_input,
                            say(tr("{}: there is no scan in this folder"), options.scans.string()),
                            {}},
                           options.json);
  const auto scratch = options.work.empty() ? ScratchFolder::temporary("linka-plan")
                                            : ScratchFolder::in(options.work, "linka-plan");
  if (!scratch) return explain_failure(scratch.error(), options.json);
  ProgressDisplay display(options.quiet || options.json);
  const auto measures = guarded<PlanMeasures>("plan", [&] {
    return measure_sample(options.scans, sample, *profile, options.jobs, scratch->path(),
                          [&](const Progress& progress) { display.show(progress); });
  });
  display.clear();
  if (!measures) return explain_failure(measures.error(), options.json);
  if (measures->stopped_by != 0) return exit_code_of_signal(measures->stopped_by);

  Plan out = plan_of(options, files, *measures);
  out.quota = quota;
  out.bytes_a_day = pace;
  PlanChoices seen;
  if (!options.no_choices && out.together.likely > 0) {
    CountDisplay count(tr("{} of {} pages of the sample coded otherwise"),
                       options.quiet || options.json);
    const auto looked = guarded<PlanChoices>("plan", [&] {
      return measure_choices(*measures, *profile,
                             [&](std::size_t done, std::size_t all) { count.show(done, all); });
    });
    if (!looked) return explain_failure(looked.error(), options.json);
    seen = *looked;
    out.choices = choices_of(out, seen);
  }
  ExitCode answer = ExitCode::done;
  if (out.together.likely <= 0)
    answer = ExitCode::unusable_input;
  else if (quota && fit_of(out.stored * out.pages, *quota) == Fit::does_not)
    answer = ExitCode::no_space;
  if (options.json) return print_json(to_json(out, *measures, seen, options), answer);
  if (answer == ExitCode::unusable_input)
    remark(tr("no page came of the sample, so nothing can be said"));
  else
    print_plan(out, *measures, seen, options);
  return answer;
}

}  // namespace

void declare_plan(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "plan",
      tr("how long will these scans take, and is there room for them?\n"
         "Takes a sample of the folder, makes its pages and a package in a folder that is thrown "
         "away, measures what that took, and tells it for all pages of the folder or for as many "
         "as are given. The scans are only read. Ends with 6 when even without the raw scans it "
         "does not fit into --quota."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SCANS"), o->scans, tr("the folder of scans, or one file"))->required();
  takes(verb->add_option("-p,--profile", o->profile,
                         tr("settings by name or file; monograph if not given")),
        Value::profile);
  takes(verb->add_option("--pages", o->pages,
                         tr("for so many pages; as many as the folder has if not given"))
            ->check(whole_number(1, 1'000'000'000)),
        Value::number);
  takes(verb->add_option("--quota", o->quota, tr("the room there is for them, such as 16TB")),
        Value::text);
  takes(verb->add_option("--shelf", o->shelf,
                         tr("the shelf for them: its free room is the quota, and its history says "
                            "how fast it fills")),
        Value::folder);
  takes(verb->add_option("--sample", o->sample, tr("how many files to measure; 24 if not given"))
            ->check(whole_number(1, 100'000)),
        Value::number);
  takes(verb->add_option("--seed", o->seed, tr("another number draws another sample"))
            ->check(whole_number(0, 1'000'000'000)),
        Value::number);
  takes(verb->add_option("--cores", o->cores,
                         tr("processors that will do the work; this machine's if not given"))
            ->check(whole_number(1, 1'000'000)),
        Value::number);
  add_jobs(verb, o->jobs);
  takes(verb->add_option("--work", o->work,
                         tr("where the sample is worked on; the system's folder for temporary "
                            "files if not given")),
        Value::folder);
  verb->add_flag("--no-choices", o->no_choices, tr("do not measure what would take less room"));
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  add_json(verb, o->json);
  verb->footer(
      "linka plan scans/ --pages 1000000 --quota 16TB --cores 64\n"
      "linka plan scans/ --sample 100 --seed 2 --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return plan(*o); }; });
}

}  // namespace linka
