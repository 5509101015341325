// SPDX-License-Identifier: GPL-3.0-or-later
// linka profile: which profiles there are and what they say.
#include "profiles/profile.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/verb.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::string name;
  bool json = false, names_only = false;
};

ExitCode list(const Options& options) {
  const std::vector<ProfileEntry> entries = list_profiles();
  if (options.json) {
    nlohmann::json all = nlohmann::json::array();
    for (const ProfileEntry& entry : entries)
      all.push_back({{"name", entry.name},
                     {"description", entry.description},
                     {"path", entry.path.string()}});
    return print_json({{"profiles", all}}, ExitCode::done);
  }
  std::size_t column = 0;
  for (const ProfileEntry& entry : entries) column = std::max(column, width_of(entry.name));
  for (const ProfileEntry& entry : entries) {
    if (options.names_only)
      print(entry.name);
    else
      print(entry.name + std::string(column + 2 - width_of(entry.name), ' ') + entry.description);
  }
  if (entries.empty()) remark(tr("no profile is installed"));
  return ExitCode::done;
}

nlohmann::json settings_json(const Profile& profile) {
  nlohmann::json settings = nlohmann::json::object();
  for (const Setting& s : settings_of(profile))
    settings[s.section][s.name] = {
        {"value", s.value}, {"preset", s.preset}, {"range", s.range}, {"help", s.help}};
  return {{"name", profile.name}, {"description", profile.description}, {"settings", settings}};
}

ExitCode show(const Options& options) {
  const Result<Profile> profile = load_profile(options.name);
  if (!profile) return explain_failure(profile.error(), options.json);
  if (options.json)
    print_json(settings_json(*profile), ExitCode::done);
  else
    std::fputs(to_toml(*profile).c_str(), stdout);
  return ExitCode::done;
}

ExitCode check(const Options& options) {
  const Result<Profile> profile = load_profile(options.name);
  if (!profile) return explain_failure(profile.error(), options.json);
  nlohmann::json changed = nlohmann::json::object();
  std::vector<std::string> lines;
  for (const Setting& s : settings_of(*profile)) {
    if (s.value == s.preset) continue;
    changed[s.section + "." + s.name] = {{"value", s.value}, {"preset", s.preset}};
    lines.push_back(say(tr("  {} = {} (usually {})"), s.section + "." + s.name, s.value, s.preset));
  }
  if (options.json) {
    return print_json({{"profile", options.name}, {"good", true}, {"changed", changed}},
                      ExitCode::done);
  }
  print(say(tr("{}: in order"), options.name));
  for (const std::string& line : lines) print(line);
  return ExitCode::done;
}

}  // namespace

void declare_profile(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "profile",
      tr("list, show and check profiles\n"
         "A profile holds every setting for one kind of material. PROFILE is a name from "
         "the list or the path of a .toml file."));
  verb->require_subcommand(1);
  verb->footer(
      "linka profile list\n"
      "linka profile show monograph > my.toml\n"
      "linka profile check my.toml");
  const auto o = std::make_shared<Options>();
  const auto inner = [&](const char* name, const char* description,
                         ExitCode (*run)(const Options&)) {
    CLI::App* sub = verb->add_subcommand(name, description);
    add_json(sub, o->json);
    sub->callback([o, run, &chosen] { chosen.action = [o, run] { return run(*o); }; });
    return sub;
  };
  CLI::App* listing = inner("list", tr("list the profiles that are found by name"), list);
  listing->add_flag("--names", o->names_only, tr("only the names, one a line"));
  listing->footer("linka profile list");
  CLI::App* showing = inner("show", tr("print a profile whole, each setting with its help"), show);
  showing->add_option(tr("PROFILE"), o->name, tr("name or file"))->required();
  showing->footer("linka profile show monograph");
  CLI::App* checking =
      inner("check", tr("check a profile and say where it differs from the presets"), check);
  checking->add_option(tr("PROFILE"), o->name, tr("name or file"))->required();
  checking->footer("linka profile check my.toml");
}

}  // namespace linka
