// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/work.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/progress.h"

#include <charconv>

namespace linka {

void add_work_options(CLI::App* verb, WorkOptions& options) {
  takes(verb->add_option("-j,--jobs", options.jobs,
                         tr("threads; as many as the machine has processors if not given"))
            ->check(whole_number(1, 1024)),
        Value::number);
  takes(verb->add_option("--memory", options.memory,
                         tr("memory to stay within, such as 4G; three quarters of what is free if "
                            "not given")),
        Value::text);
  verb->add_flag("--any-space", options.any_space,
                 tr("begin although the disk seems too small for all pages"));
  verb->add_flag("--no-package", options.no_package, tr("make the pages only, no package"));
  verb->add_flag("--without-parked", options.without_parked,
                 tr("build the package even when pages are parked, without them"));
  verb->add_flag("--with-held", options.with_held,
                 tr("build the package even with pages that somebody should look at first"));
  takes(verb->add_option("--schemas", options.schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  verb->add_flag("-q,--quiet", options.quiet, tr("no progress"));
  add_json(verb, options.json);
}

Result<std::uint64_t> memory_of(const std::string& text) {
  const std::string bare = lower_ascii(trimmed(text));
  double value = 0;
  const auto [end, code] = std::from_chars(bare.data(), bare.data() + bare.size(), value);
  const std::string unit = trimmed(std::string_view(end, bare.data() + bare.size()));
  double factor = 0;
  if (unit == "g" || unit == "gb" || unit == "gib") factor = 1024.0 * 1024 * 1024;
  if (unit == "m" || unit == "mb" || unit == "mib") factor = 1024.0 * 1024;
  const double bytes = value * factor;
  if (code != std::errc{} || factor == 0 || !(bytes >= 64.0 * 1024 * 1024) || !(bytes < 1e15))
    return fail(ErrorKind::configuration, "{}",
                say(tr("--memory {}: give a size of at least 64M, such as 4G or 1500M"), text));
  return static_cast<std::uint64_t>(bytes);
}

ExitCode work_on(Batch& batch, RunOptions run, const WorkOptions& options) {
  if (!options.memory.empty()) {
    const Result<std::uint64_t> bytes = memory_of(options.memory);
    if (!bytes) return explain_misuse(bytes.error().message, {}, options.json);
    run.memory_bytes = *bytes;
  }
  run.jobs = options.jobs;
  run.any_space = options.any_space;
  ProgressDisplay display(options.quiet);
  run.progress = [&display](const Progress& progress) { display.show(progress); };
  const Result<RunSummary> summary =
      guarded<RunSummary>("run", [&] { return run_batch(batch, run); });
  display.clear();
  if (!summary) return explain_failure(summary.error(), options.json);

  FinishOptions ending;
  ending.profile = run.profile;
  ending.without_parked = options.without_parked;
  ending.with_held = options.with_held;
  ending.schemas = options.schemas;
  ending.package = false;
  if (summary->stopped_by != 0)
    ending.why_no_package = tr("the run was stopped; the same command goes on where it was");
  else if (summary->stopped)
    ending.why_no_package = tr("the run ended early; the same command goes on where it was");
  else if (options.no_package)
    ending.why_no_package = tr("none was asked for");
  else if (batch.record().empty())
    ending.why_no_package = tr("the batch has no record; linka run with --record gives it one");
  else if (!run.only.empty() && !options.whole_batch)
    ending.why_no_package = tr("only some scans were asked for; linka package builds it");
  else
    ending.package = true;
  Finish finish = finish_batch(batch, ending);
  if (summary->stopped) {
    finish.errors.push_back(*summary->stopped);
    finish.code = exit_code_of(summary->stopped->kind);
  }
  if (summary->stopped_by != 0) finish.code = exit_code_of_signal(summary->stopped_by);
  if (options.json) {
    nlohmann::json document = to_json(finish, &*summary);
    document["batch"] = batch.folder().string();
    print_json(document, finish.code);
    for (const Error& error : finish.errors) remark("linka: " + error.message);
  } else {
    print_finish(finish, &*summary);
  }
  return finish.code;
}

}  // namespace linka
