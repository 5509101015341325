// SPDX-License-Identifier: GPL-3.0-or-later
// linka bag, linka unbag: packages as BagIt bags, written, checked and opened.
#include "handover/bag.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/handing.h"
#include "handover/hand_bag.h"

#include <memory>

namespace linka {
namespace {

using nlohmann::json;

struct Options : HandOptions {
  std::string form;
  std::vector<std::string> info;
  bool check = false;
};

json to_json(const BagInfo& info) {
  json list = json::array();
  for (const auto& [label, value] : info) list.push_back({{"label", label}, {"value", value}});
  return list;
}

Result<BagInfo> own_info(const std::vector<std::string>& lines) {
  BagInfo info;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0)
      return fail(ErrorKind::configuration, "\"{}\" is not of the form LABEL: VALUE", line);
    info.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return info;
}

Result<json> bag_one(const Handing& one, BagForm form, const BagInfo& own, const Options& options) {
  BagOptions how;
  how.form = form;
  how.info = own;
  how.agent = "linka " LINKA_VERSION;
  PackageWords words = words_of_package(one.package, "linka", LINKA_VERSION, how.made_at);
  how.info.insert(how.info.end(), words.info.begin(), words.info.end());
  how.tags = std::move(words.tags);
  const auto made =
      counted<MadeBag>("bag", tr("{} of {} files put into the bag"), options, [&](auto progress) {
        how.progress = progress;
        return (options.dry_run ? plan_bag : make_bag)(one.package, one.out, how);
      });
  if (!made) return pass(made);
  const std::string sentence =
      options.dry_run
          ? trn("{}: would hold {} file ({})", "{}: would hold {} files ({})", made->files)
          : trn("{}: {} file ({})", "{}: {} files ({})", made->files);
  if (!options.json)
    print(say(sentence, made->path.string(), made->files, size_in_words(made->bytes)));
  return json{{"bag", made->path.string()},
              {"files", made->files},
              {"bytes", made->bytes},
              {"info", to_json(made->info)}};
}

// ---- reading -----------------------------------------------------------------------------------

ExitCode code_of(const BagReport& report) {
  if (report.has_errors()) return ExitCode::rules_broken;
  return report.digests == 0 ? ExitCode::nothing_checked : ExitCode::done;
}

json to_json(const BagReport& report) {
  json faults = json::array();
  for (const BagFault& f : report.faults)
    faults.push_back(
        {{"file", f.file}, {"message", f.message}, {"severity", f.warning ? "warning" : "error"}});
  return {{"bag", report.path.string()},
          {"version", report.version},
          {"files", report.files},
          {"bytes", report.bytes},
          {"digests", report.digests},
          {"algorithms", report.algorithms},
          {"info", to_json(report.info)},
          {"faults", faults},
          {"not_checked", report.not_checked}};
}

void print_report(const BagReport& report) {
  std::size_t errors = 0, warnings = 0;
  for (const BagFault& f : report.faults) {
    ++(f.warning ? warnings : errors);
    print((f.warning ? tr("warning") : tr("error")) + std::string(": ") +
          (f.file.empty() ? "" : f.file + ": ") + f.message);
  }
  for (const std::string& gap : report.not_checked) print(say(tr("not checked: {}"), gap));
  print(say(trn("{}: {} file ({}), {} digests compared", "{}: {} files ({}), {} digests compared",
                report.files),
            report.path.string(), report.files, size_in_words(report.bytes), report.digests) +
        ": " + say(trn("{} error", "{} errors", errors), errors) + ", " +
        say(trn("{} warning", "{} warnings", warnings), warnings));
}

ExitCode answer(const Result<BagReport>& report, const Options& options) {
  if (!report) return explain_failure(report.error(), options.json);
  const ExitCode code = code_of(*report);
  if (options.json) return print_json(to_json(*report), code);
  print_report(*report);
  return code;
}

// Checks the bag; unpacks it, too, when that is asked for.
ExitCode read_bag(const Options& options, bool unpack) {
  const CleanStop stop;
  return answer(counted<BagReport>("bag", tr("{} of {} files looked at"), options,
                                   [&](auto progress) {
                                     return unpack ? unbag(options.given, options.out, {progress})
                                                   : check_bag(options.given, {progress});
                                   }),
                options);
}

ExitCode bag(const Options& options) {
  if (options.check) {
    if (!options.out.empty())
      return explain_misuse(tr("--check takes the bag alone"), tr("linka help bag"), options.json);
    return read_bag(options, false);
  }
  if (options.out.empty())
    return explain_misuse(tr("it is not said where the bag goes"), tr("linka help bag"),
                          options.json);
  const BagForm form = form_of(options.form, options.out);
  const auto own = own_info(options.info);
  if (!own) return explain_misuse(own.error().message, tr("linka help bag"), options.json);
  const auto handings = handings_of(options, bag_file_name("", form));
  if (!handings) return explain_failure(handings.error(), options.json);
  return hand_all(*handings, options.json,
                  [&](const Handing& one) { return bag_one(one, form, *own, options); });
}

}  // namespace

void declare_bag(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "bag",
      tr("put packages into bags (BagIt 1.0), or check a bag\n"
         "A bag holds the package and the lists of its files with their SHA-256 and SHA-512. A "
         "batch's folder stands for all its packages; OUT is then a folder for the bags. With "
         "--check every rule of RFC 8493 is held against the bag, and every byte."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->given,
                   tr("a package's or a batch's folder; the bag (--check)"))
      ->required();
  verb->add_option(tr("OUT"), o->out, tr("the bag: a folder, or a name that ends in .tar or .zip"));
  add_form(verb, o->form);
  takes(verb->add_option("--info", o->info,
                         tr("a line for bag-info.txt, LABEL: VALUE; several may be given")),
        Value::text)
      ->allow_extra_args(false);
  verb->add_flag("--check", o->check, tr("check the bag; write nothing"));
  add_hand_flags(verb, *o, tr("say what would be written and write nothing"));
  verb->footer(
      "linka bag scans.batch bags/ --form zip\n"
      "linka bag scans.batch/packages/tst001-00000a tst001-00000a.tar --info \"Contact-Name: "
      "Anna Nováková\"\n"
      "linka bag --check tst001-00000a.tar");
  verb->callback([o, &chosen] { chosen.action = [o] { return bag(*o); }; });
}

void declare_unbag(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "unbag",
      tr("bring what a bag (BagIt) holds to a folder\n"
         "The bag is checked as by linka bag --check while it is read; unless it is whole and "
         "right "
         "the folder does not come to be. Names that would harm, links and bombs are refused."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BAG"), o->given, tr("a bag: a folder, tar or zip"))->required();
  verb->add_option(tr("OUT"), o->out, tr("folder for what is in it; it is not there yet"))
      ->required();
  add_hand_flags(verb, *o, tr("check only, write nothing"));
  verb->footer(
      "linka unbag tst001-00000a.tar packages/\n"
      "linka unbag tst001-00000a.zip packages/ --dry-run --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return read_bag(*o, !o->dry_run); }; });
}

}  // namespace linka
