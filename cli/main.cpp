// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/fail_point.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/declared.h"
#include "cli/language.h"
#include "cli/verb.h"

#include <csignal>

namespace linka {
namespace {

// The verb that the command line names, as deep as it goes ("profile", then "show").
const CLI::App& verb_meant(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : verb_meant(*chosen.front());
}

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name()
                                     : path_of(*app.get_parent()) + " " + app.get_name();
}

std::vector<std::string> names_of(const CLI::App& app, bool verbs) {
  std::vector<std::string> names;
  const DeclaredVerb here = declared(app);
  if (verbs)
    for (const DeclaredVerb& verb : here.verbs) names.push_back(verb.name);
  else
    for (const DeclaredOption& option : here.options)
      if (!option.positional) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// CLI11 says what is wrong in English; the commonest cases are said here in the operator's language
// and with a hint.
ExitCode misuse(const CLI::App& app, const CLI::ParseError& error, bool json) {
  const CLI::App& verb = verb_meant(app);
  const std::string see = say(tr("See {}."), path_of(verb) + " --help");
  const auto with_guess = [&](const std::string& guess) {
    return guess.empty() ? see : say(tr("Did you mean '{}'?"), guess) + " " + see;
  };
  const std::vector<std::string> extra = app.remaining(true);
  if (!extra.empty()) {
    const std::string& word = extra.front();
    if (word.size() > 1 && word.front() == '-') {
      const std::string bare = word.substr(0, word.find('='));
      return explain_misuse(say(tr("{} has no option {}"), path_of(verb), bare),
                            with_guess(nearest(bare, names_of(verb, false))), json);
    }
    if (!declared(verb).verbs.empty())
      return explain_misuse(say(tr("there is no verb '{}'"), word),
                            with_guess(nearest(word, names_of(verb, true))), json);
    return explain_misuse(say(tr("{}: one argument too many"), word), see, json);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    if (!declared(verb).verbs.empty())
      return explain_misuse(say(tr("{} needs a verb"), path_of(verb)), see, json);
    for (const CLI::Option* option : verb.get_options())
      if (option->get_required() && option->count() == 0)
        return explain_misuse(say(tr("{} needs {}"), path_of(verb), option->get_name()), see, json);
  }
  // CLI11 begins with the option's name: "--out: 1 required FOLDER missing".
  const std::string said = error.what();
  const std::string name = said.substr(0, said.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && name.starts_with('-')) {
    const CLI::Option* option = verb.get_option_no_throw(name);
    return explain_misuse(option != nullptr && option->count() > 1
                              ? say(tr("{} is given more than once"), name)
                              : say(tr("{} needs a value"), name),
                          see, json);
  }
  return explain_misuse(said, see, json);
}

ExitCode run_program(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    print("linka " LINKA_VERSION);
    return ExitCode::done;
  }
  CLI::App app(
      tr("turns folders of raw scans into finished packages of the Czech national standard\n"
         "Give it a folder of scans, a profile and the book's record; it splits, straightens "
         "and crops every page, reads the text, writes JPEG 2000 and builds the package. "
         "A page that cannot be done is parked with its reason and stops nobody. A run that "
         "was stopped goes on where it was when it is started again."),
      "linka");
  app.set_help_flag("-h,--help", tr("say this and stop"));
  app.footer(
      "linka run scans/ --profile monograph --record kniha.toml\n"
      "linka status scans.batch\n"
      "linka validate scans.batch");
  app.require_subcommand(1);
  bool version = false;
  app.add_flag("--version", version, tr("say the version and stop"))->trigger_on_parse();
  Chosen chosen;
  declare_verbs(app, chosen);

  // Found by eye, so that even a command line that cannot be parsed is answered in JSON.
  bool json = false;
  for (int i = 1; i < argc; ++i) json = json || std::string_view(argv[i]) == "--json";
  if (const std::string problem = fail_points_problem(); !problem.empty())
    return explain_misuse(problem, say(tr("See {}."), "linka selftest points"), json);
  if (argc == 1) {
    std::fputs(help_text(declared(app)).c_str(), stderr);
    return ExitCode::usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App& verb = verb_meant(app);
    const CLI::App* parent = verb.get_parent();
    std::fputs(help_text(declared(verb, parent == nullptr ? "" : path_of(*parent))).c_str(),
               stdout);
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    return misuse(app, error, json);
  }
  if (!chosen.action)
    return explain_misuse(say(tr("{} needs a verb"), "linka"), say(tr("See {}."), "linka --help"),
                          json);
  return chosen.action();
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;  // NOLINT(google-build-using-namespace)
  // A reader that goes away must not end a run of hours.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that may grow no larger is a full disk, and no reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
  choose_language();
  ExitCode code = ExitCode::internal;
  try {
    code = run_program(argc, argv);
  } catch (const std::exception& error) {
    remark(std::string("linka: ") + error.what());
  }
  return static_cast<int>(close_output(code));
}
