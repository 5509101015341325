// SPDX-License-Identifier: GPL-3.0-or-later
// linka validate: does a package keep the rules of the standard? And what is a rule about?
#include "base/clock.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/findings.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "stages/decode/decode.h"
#include "workspace/batch.h"

#include <algorithm>
#include <map>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<fs::path> packages;
  fs::path schemas, waivers;
  std::string decode = "sample";
  std::string explain;
  bool explains = false;
  bool json = false, warnings_as_errors = false;
};

// So many pages are decoded when a sample is asked for: a package of a few pages whole, of a book
// enough to see that its images can be decoded at all.
constexpr std::size_t sample_pages = 5;

// Every file of waivers that counts, read once.
class Waivers {
 public:
  explicit Waivers(const fs::path& given) : given_(given) {}

  // What counts for a package: the file given, else waivers.toml beside it or in its batch. Nothing
  // when there is none. Error: configuration.
  Result<std::vector<Waiver>*> of(const fs::path& package, const fs::path& batch) {
    fs::path file = given_;
    std::error_code code;
    for (const fs::path& folder :
         {fs::absolute(package, code).lexically_normal().parent_path(), batch})
      if (file.empty() && !folder.empty() && fs::is_regular_file(folder / "waivers.toml", code))
        file = folder / "waivers.toml";
    if (file.empty()) return nullptr;
    if (const auto known = read_.find(file); known != read_.end()) return &known->second;
    Result<std::vector<Waiver>> waivers = read_waivers(file);
    if (!waivers)
      return tl::unexpected(Error{ErrorKind::configuration, waivers.error().message, "validate"});
    return &read_.emplace(file, *std::move(waivers)).first->second;
  }

  const std::map<fs::path, std::vector<Waiver>>& all() const { return read_; }

 private:
  fs::path given_;
  std::map<fs::path, std::vector<Waiver>> read_;
};

CheckOptions check_options(const Options& options) {
  CheckOptions check{schemas_folder(options.schemas)};
  if (options.decode == "none") return check;
  check.decode = [](ByteView jp2) -> Result<void> {
    const Result<ScanImage> image = decode(jp2, 0, DecodeParams{300, 4000});
    if (!image) return pass(image);
    return {};
  };
  if (options.decode == "sample") check.decode_pages = sample_pages;
  return check;
}

ExitCode explain_rules(const Options& options) {
  const RuleInfo* rule = find_rule(options.explain);
  if (!options.explain.empty() && !rule)
    return explain_misuse(say(tr("there is no rule '{}'"), options.explain),
                          tr("linka validate --explain lists them"), options.json);
  if (options.json) {
    nlohmann::json rules = nlohmann::json::array();
    for (const RuleInfo& one : all_rules()) rules.push_back(to_json(one));
    return print_json(rule ? to_json(*rule) : nlohmann::json{{"rules", rules}}, ExitCode::done);
  }
  if (rule)
    print_rule(*rule);
  else
    print_rules();
  return ExitCode::done;
}

// The answers about all packages.
struct Answers {
  ExitCode code = ExitCode::done;
  std::vector<nlohmann::json> documents;
};

void check_one(const fs::path& path, const fs::path& batch, const CheckOptions& check,
               Waivers& waivers, const Options& options, Answers& answers) {
  const auto failed = [&](const Error& error) {
    answers.code = worse(answers.code, exit_code_of(error.kind));
    if (options.json)
      answers.documents.push_back({{"path", path.string()}, {"error", to_json(error)}});
    else
      remark("linka: " + error.message);
  };
  const Result<std::vector<Waiver>*> waived = waivers.of(path, batch);
  if (!waived) return failed(waived.error());
  Result<CheckReport> report =
      guarded<CheckReport>("validate", [&] { return check_package(path, check); });
  if (!report) return failed(report.error());
  if (*waived) waive(*report, **waived, iso_date(now()));
  const Verdict verdict = verdict_on(*report, options.warnings_as_errors);
  answers.code = worse(answers.code, verdict.code);
  if (!options.json) return print_findings(*report, verdict);
  nlohmann::json document = to_json(*report, verdict);
  document["path"] = path.string();
  answers.documents.push_back(document);
}

ExitCode validate(const Options& options) {
  if (options.explains) return explain_rules(options);
  if (options.packages.empty())
    return explain_misuse(tr("no package is named"), tr("linka help validate"), options.json);
  const Result<MeantPackages> meant = packages_meant(options.packages);
  if (!meant) return explain_failure(meant.error(), options.json);
  const CheckOptions check = check_options(options);
  std::error_code unreadable;
  if (!check.schemas.empty() && !fs::is_directory(check.schemas, unreadable))
    return explain_failure(
        {ErrorKind::configuration,
         say(tr("{}: there is no such folder of schemas"), check.schemas.string()), "validate"},
        options.json);
  Waivers waivers(options.waivers);
  Answers answers;
  for (const fs::path& path : meant->without) {
    answers.code = ExitCode::nothing_checked;
    const std::string nothing =
        say(tr("{}: the batch has no package yet; linka package makes it"), path.string());
    if (options.json)
      answers.documents.push_back({{"path", path.string()}, {"nothing", nothing}});
    else
      remark("linka: " + nothing);
  }
  for (const fs::path& path : meant->packages) {
    if (!options.json && meant->packages.size() > 1) print(path.string() + ":");
    const auto batch = meant->batch.find(path);
    check_one(path, batch == meant->batch.end() ? fs::path() : batch->second, check, waivers,
              options, answers);
  }
  nlohmann::json unused = nlohmann::json::array();
  for (const auto& [file, list] : waivers.all()) {
    if (!options.json) print_unused(list, file.string());
    for (const auto& one : unused_json(list, file.string())) unused.push_back(one);
  }
  if (!options.json) return answers.code;
  const bool single = answers.documents.size() == 1 && meant->packages.size() == 1;
  nlohmann::json document = single ? answers.documents.front() : joined_json(answers.documents);
  document["waivers_unused"] = unused;
  return print_json(document, answers.code);
}

}  // namespace

void declare_validate(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "validate",
      tr("check packages against the rules of the standard\n"
         "Says every rule that is broken with the file, then how much was looked at and "
         "what was not. A batch's folder stands for all its packages. With --explain: what a rule "
         "is about."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->packages, tr("a package's or a batch's folder"));
  takes(verb->add_option("--schemas", o->schemas,
                         tr("folder of the XML schemas; else LINKA_SCHEMAS or the installed ones")),
        Value::folder);
  takes(
      verb->add_option("--waivers", o->waivers,
                       tr("file of waivers; else waivers.toml beside the package or in its batch")),
      Value::file)
      ->check(CLI::ExistingFile);
  takes(verb->add_option("--decode", o->decode,
                         tr("decode the images whole: all, of a sample of pages, or none")),
        Value::text)
      ->check(CLI::IsMember({"all", "sample", "none"}));
  CLI::Option* explain =
      takes(verb->add_option(
                "--explain", o->explain,
                tr("say what a rule is about and what to do; without a name list all rules")),
            Value::text);
  explain->expected(0, 1);
  verb->add_flag("--warnings-as-errors", o->warnings_as_errors,
                 tr("a warning fails the package, too"));
  add_json(verb, o->json);
  verb->footer(
      "linka validate scans.batch\n"
      "linka validate scans.batch/packages/* --schemas /usr/share/ndk-schemas --json\n"
      "linka validate --explain LINKA_UUID_UNIQUE");
  verb->callback([o, explain, &chosen] {
    o->explains = explain->count() > 0;
    chosen.action = [o] { return validate(*o); };
  });
}

}  // namespace linka
