// SPDX-License-Identifier: GPL-3.0-or-later
// linka validate: does a package keep the rules of the standard?
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/findings.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "workspace/batch.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<fs::path> packages;
  fs::path schemas;
  bool json = false, warnings_as_errors = false;
};

// A batch's folder stands for its packages.
struct Meant {
  std::vector<fs::path> packages;
  std::vector<fs::path> without;  // batches that have none yet
};

Result<Meant> packages_meant(const std::vector<fs::path>& given) {
  Meant all;
  for (const fs::path& path : given) {
    std::error_code code;
    if (!fs::exists(path, code))
      return fail(ErrorKind::bad_input, "{}",
                  say(tr("{}: there is no such package"), path.string()));
    const Result<Batch> batch = Batch::open(path);
    if (!batch) {
      all.packages.push_back(path);
      continue;
    }
    std::vector<fs::path> found;
    for (fs::directory_iterator it(batch->packages(), code), end; !code && it != end;
         it.increment(code))
      if (it->is_directory(code) && !it->path().filename().string().starts_with('.'))
        found.push_back(it->path());
    std::sort(found.begin(), found.end());
    all.packages.insert(all.packages.end(), found.begin(), found.end());
    if (found.empty()) all.without.push_back(path);
  }
  return all;
}

ExitCode validate(const Options& options) {
  const Result<Meant> meant = packages_meant(options.packages);
  if (!meant) return explain_failure(meant.error(), options.json);
  const CheckOptions check{schemas_folder(options.schemas)};
  std::error_code unreadable;
  if (!check.schemas.empty() && !fs::is_directory(check.schemas, unreadable))
    return explain_failure(
        {ErrorKind::configuration,
         say(tr("{}: there is no such folder of schemas"), check.schemas.string()), "validate"},
        options.json);
  ExitCode code = ExitCode::done;
  nlohmann::json reports = nlohmann::json::array();
  for (const fs::path& path : meant->without) {
    code = ExitCode::nothing_checked;
    const std::string nothing =
        say(tr("{}: the batch has no package yet; linka package makes it"), path.string());
    if (options.json)
      reports.push_back({{"path", path.string()}, {"nothing", nothing}});
    else
      remark("linka: " + nothing);
  }
  for (const fs::path& path : meant->packages) {
    const Result<CheckReport> report =
        guarded<CheckReport>("validate", [&] { return check_package(path, check); });
    if (!report) {
      code = worse(code, exit_code_of(report.error().kind));
      if (options.json)
        reports.push_back({{"path", path.string()}, {"error", to_json(report.error())}});
      else
        remark("linka: " + report.error().message);
      continue;
    }
    const Verdict verdict = verdict_on(*report, options.warnings_as_errors);
    code = worse(code, verdict.code);
    if (options.json) {
      nlohmann::json document = to_json(*report, verdict);
      document["path"] = path.string();
      reports.push_back(document);
      continue;
    }
    if (meant->packages.size() > 1) print(path.string() + ":");
    print_findings(*report, verdict);
  }
  if (options.json) print_json({{"packages", reports}}, code);
  return code;
}

}  // namespace

void declare_validate(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "validate",
      tr("check packages against the rules of the standard\n"
         "Says every rule that is broken with the file, then how much was looked at and "
         "what was not. A batch's folder stands for all its packages."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->packages, tr("a package's or a batch's folder"))->required();
  takes(verb->add_option("--schemas", o->schemas,
                         tr("folder of the XML schemas; else LINKA_SCHEMAS or the installed ones")),
        Value::folder);
  verb->add_flag("--warnings-as-errors", o->warnings_as_errors,
                 tr("a warning fails the package, too"));
  add_json(verb, o->json);
  verb->footer(
      "linka validate scans.batch\n"
      "linka validate scans.batch/packages/* --schemas /usr/share/ndk-schemas --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return validate(*o); }; });
}

}  // namespace linka
