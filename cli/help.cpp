// SPDX-License-Identifier: GPL-3.0-or-later
// linka help: the same words as --help; the build also takes man page and completion from here.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/declared.h"
#include "cli/verb.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::vector<std::string> verbs;
  bool man = false, completion = false;
};

ExitCode help(const CLI::App& app, const Options& options) {
  const DeclaredVerb program = declared(app);
  if (options.man) {
    std::fputs(man_page(program, LINKA_VERSION).c_str(), stdout);
    return ExitCode::done;
  }
  if (options.completion) {
    std::fputs(bash_completion(program).c_str(), stdout);
    return ExitCode::done;
  }
  const DeclaredVerb* verb = &program;
  for (const std::string& wanted : options.verbs) {
    const DeclaredVerb* found = nullptr;
    std::vector<std::string> known;
    for (const DeclaredVerb& inner : verb->verbs) {
      known.push_back(inner.name);
      if (inner.name == wanted) found = &inner;
    }
    if (found == nullptr) {
      const std::string meant = nearest(wanted, known);
      return explain_misuse(
          say(tr("there is no verb '{}'"), wanted),
          meant.empty() ? say(tr("See {}."), "linka help") : say(tr("Did you mean '{}'?"), meant),
          false);
    }
    verb = found;
  }
  std::fputs(help_text(*verb).c_str(), stdout);
  return ExitCode::done;
}

}  // namespace

void declare_help(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand("help", tr("explain a verb"));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("VERB"), o->verbs, tr("the verb; without one, all are listed"));
  verb->add_flag("--man", o->man)->group("");
  verb->add_flag("--bash-completion", o->completion)->group("");
  verb->footer("linka help run");
  verb->callback([o, &app, &chosen] { chosen.action = [o, &app] { return help(app, *o); }; });
}

}  // namespace linka
