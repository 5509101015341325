// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/declared.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/verb.h"

#include <algorithm>
#include <numeric>

namespace linka {
namespace {

constexpr std::size_t help_width = 90;
constexpr std::size_t widest_name_column = 30;

DeclaredOption declared(const CLI::Option& option) {
  DeclaredOption out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.positional = out.names.empty();
  if (out.positional) out.names.push_back(option.get_name(true, false));
  if (!out.positional && option.get_items_expected_max() > 0) {
    // CLI11 hangs what it checks on to the name: "NUMBER:INT in [1 - 1024]".
    out.value = option.get_type_name();
    out.value = out.value.substr(0, out.value.find(':'));
  }
  out.help = option.get_description();
  out.required = option.get_required();
  out.many = option.get_items_expected_max() > 1;
  out.hidden = option.get_group().empty();
  return out;
}

std::string title_of(const DeclaredOption& option) {
  std::string text;
  for (const std::string& name : option.names) text += (text.empty() ? "" : ", ") + name;
  if (!option.value.empty()) text += " " + option.value;
  return text;
}

std::string listed(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t column = 0;
  for (const auto& [left, right] : rows) column = std::max(column, width_of(left) + 4);
  column = std::min(column, widest_name_column);
  std::string text;
  for (const auto& [left, right] : rows) {
    text += "  " + left;
    const std::size_t used = width_of(left) + 2;
    text += used + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - used, ' ');
    text += wrapped(right, help_width, column) + "\n";
  }
  return text;
}

std::string indented(const std::string& block) {
  std::string text;
  for (const std::string& line : split_text(block, '\n'))
    text += line.empty() ? "\n" : "  " + line + "\n";
  return text;
}

// Text for roff: a backslash and a hyphen have a meaning there, and so has a dot or an apostrophe
// that begins a line.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_begins = c == '\n';
  }
  return out;
}

std::string man_options(const DeclaredVerb& verb) {
  std::string text;
  for (const DeclaredOption& option : verb.options) {
    if (option.hidden) continue;
    text += ".TP\n";
    if (option.positional) {
      text += "\\fI" + roff(option.names.front()) + "\\fR\n";
    } else {
      std::string names;
      for (const std::string& name : option.names)
        names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
      text += names + (option.value.empty() ? "" : " \\fI" + roff(option.value) + "\\fR") + "\n";
    }
    text += roff(option.help) + "\n";
  }
  return text;
}

std::string man_verb(const DeclaredVerb& verb) {
  std::string text = ".SS \"" + roff(synopsis(verb)) + "\"\n";
  text += roff(verb.summary) + ".\n";
  if (!verb.body.empty()) text += ".PP\n" + roff(verb.body) + "\n";
  text += man_options(verb);
  if (!verb.examples.empty()) text += ".PP\n.nf\n" + roff(verb.examples) + "\n.fi\n";
  for (const DeclaredVerb& inner : verb.verbs) text += man_verb(inner);
  return text;
}

std::string completion_case(const DeclaredVerb& verb, const std::string& pattern) {
  std::string flags, values;
  for (const DeclaredOption& option : verb.options) {
    if (option.hidden || option.positional) continue;
    for (const std::string& name : option.names) flags += (flags.empty() ? "" : " ") + name;
  }
  for (const DeclaredVerb& inner : verb.verbs) values += (values.empty() ? "" : " ") + inner.name;
  return "    " + pattern + ") options=\"" + flags + "\"; words=\"" + values + "\" ;;\n";
}

}  // namespace

DeclaredVerb declared(const CLI::App& app, const std::string& parent) {
  DeclaredVerb verb;
  verb.name = app.get_name();
  verb.path = parent.empty() ? verb.name : parent + " " + verb.name;
  const std::string description = app.get_description();
  const std::size_t line_end = description.find('\n');
  verb.summary = description.substr(0, line_end);
  if (line_end != std::string::npos) verb.body = trimmed(description.substr(line_end));
  verb.examples = trimmed(app.get_footer());
  for (const CLI::Option* option : app.get_options()) verb.options.push_back(declared(*option));
  std::stable_partition(verb.options.begin(), verb.options.end(),
                        [](const DeclaredOption& option) { return option.positional; });
  for (const CLI::App* inner :
       app.get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); }))
    verb.verbs.push_back(declared(*inner, verb.path));
  return verb;
}

std::string synopsis(const DeclaredVerb& verb) {
  std::string text = verb.path;
  if (!verb.verbs.empty()) text += std::string(" ") + tr("VERB");
  bool has_options = false;
  for (const DeclaredOption& option : verb.options)
    if (!option.positional && !option.required && !option.hidden) has_options = true;
  if (has_options) text += std::string(" [") + tr("options") + "]";
  for (const DeclaredOption& option : verb.options) {
    if (option.hidden) continue;
    if (!option.positional && option.required) text += " " + title_of(option);
    if (!option.positional) continue;
    const std::string name = option.names.front() + (option.many ? "..." : "");
    text += option.required ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string help_text(const DeclaredVerb& verb) {
  std::string text = verb.path + " - " + verb.summary + "\n\n";
  text += std::string(tr("Usage:")) + " " + synopsis(verb) + "\n";
  if (!verb.body.empty()) {
    text += "\n";
    for (const std::string& paragraph : split_text(verb.body, '\n'))
      text += wrapped(paragraph, help_width, 0) + "\n";
  }
  std::vector<std::pair<std::string, std::string>> rows;
  for (const DeclaredOption& option : verb.options)
    if (option.positional && !option.hidden && !option.help.empty())
      rows.emplace_back(option.names.front(), option.help);
  if (!rows.empty()) text += "\n" + listed(rows);
  rows.clear();
  for (const DeclaredVerb& inner : verb.verbs) rows.emplace_back(inner.name, inner.summary);
  if (!rows.empty()) text += std::string("\n") + tr("Verbs:") + "\n" + listed(rows);
  rows.clear();
  for (const DeclaredOption& option : verb.options)
    if (!option.positional && !option.hidden) rows.emplace_back(title_of(option), option.help);
  if (!rows.empty()) text += std::string("\n") + tr("Options:") + "\n" + listed(rows);
  if (!verb.examples.empty())
    text += std::string("\n") + tr("Examples:") + "\n" + indented(verb.examples);
  return text;
}

std::string man_page(const DeclaredVerb& program, const std::string& version) {
  std::string text = ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n";
  text += ".TH LINKA 1 \"\" \"linka " + roff(version) + "\" \"\"\n";
  text += std::string(".SH ") + tr("NAME") + "\nlinka \\- " + roff(program.summary) + "\n";
  text += std::string(".SH ") + tr("SYNOPSIS") + "\n.B linka\n" + roff(tr("VERB [options]")) + "\n";
  text += std::string(".SH ") + tr("DESCRIPTION") + "\n" + roff(program.body) + "\n";
  text += std::string(".SH ") + tr("VERBS") + "\n";
  for (const DeclaredVerb& verb : program.verbs) text += man_verb(verb);
  text += std::string(".SH \"") + tr("EXIT STATUS") + "\"\n";
  for (const ExitMeaning& meaning : exit_meanings())
    text +=
        fmt::format(".TP\n\\fB{}\\fR\n{}\n", static_cast<int>(meaning.code), roff(meaning.meaning));
  text += std::string(".SH ") + tr("ENVIRONMENT") + "\n";
  const std::vector<std::pair<const char*, const char*>> environment{
      {"LANG, LC_ALL, LC_MESSAGES", tr("the operator's language; cs_CZ.UTF-8 for Czech")},
      {"LINKA_SCHEMAS", tr("folder of the XML schemas that packages are checked against")},
      {"LINKA_PROFILES", tr("folder that is searched for profiles first")},
      {"LINKA_LOCALEDIR", tr("folder of the translations")},
      {"SOURCE_DATE_EPOCH", tr("the time written into packages, in seconds since 1970: the same "
                               "scans then give the same bytes")}};
  for (const auto& [name, help] : environment)
    text += std::string(".TP\n\\fB") + name + "\\fR\n" + roff(help) + "\n";
  text += std::string(".SH ") + tr("FILES") + "\n.TP\n\\fI" + roff(tr("NAME.batch/")) + "\\fR\n" +
          roff(tr("one batch: its pages, journal, packages and report; made by linka run, safe to "
                  "look into, safe to delete when the packages are where they belong")) +
          "\n";
  return text;
}

std::string bash_completion(const DeclaredVerb& program) {
  std::string cases, profile_options, folder_options, file_options, other_options, verbs;
  const auto note = [](std::string& list, const std::string& name) {
    const std::vector<std::string> have = split_text(list, '|');
    if (std::find(have.begin(), have.end(), name) == have.end())
      list += (list.empty() ? "" : "|") + name;
  };
  const auto walk = [&](const auto& self, const DeclaredVerb& verb,
                        const std::string& pattern) -> void {
    cases += completion_case(verb, pattern);
    for (const DeclaredOption& option : verb.options)
      for (const std::string& name : option.names) {
        if (option.positional || option.value.empty() || option.hidden) continue;
        if (option.value == placeholder(Value::profile))
          note(profile_options, name);
        else if (option.value == placeholder(Value::folder))
          note(folder_options, name);
        else if (option.value == placeholder(Value::file))
          note(file_options, name);
        else
          note(other_options, name);
      }
    for (const DeclaredVerb& inner : verb.verbs) self(self, inner, pattern + "/" + inner.name);
  };
  for (const DeclaredVerb& verb : program.verbs) {
    verbs += (verbs.empty() ? "" : " ") + verb.name;
    walk(walk, verb, verb.name);
  }
  const auto or_none = [](const std::string& list) { return list.empty() ? "--" : list; };
  return "# SPDX-License-Identifier: GPL-3.0-or-later\n"
         "# bash completion for linka, made from its command line's declarations\n"
         "_linka() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local verb=\"${COMP_WORDS[1]}\" options words\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         verbs +
         " --help --version\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$previous\" in\n"
         "    " +
         or_none(profile_options) +
         ") COMPREPLY=($(compgen -W \"$(linka profile list --names 2>/dev/null)\" -- \"$current\")"
         " $(compgen -f -X '!*.toml' -- \"$current\")); return ;;\n"
         "    " +
         or_none(folder_options) +
         ") compopt -o filenames; COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n"
         "    " +
         or_none(file_options) +
         ") compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
         "    " +
         or_none(other_options) +
         ") return ;;\n"
         "  esac\n"
         "  if [ \"$COMP_CWORD\" -gt 2 ]; then\n"
         "    case \"$verb/${COMP_WORDS[2]}\" in\n"
         "      profile/show) [[ \"$current\" == -* ]] ||\n"
         "        { COMPREPLY=($(compgen -W \"$(linka profile list --names 2>/dev/null)\" -- "
         "\"$current\")); return; }; verb=profile/show ;;\n"
         "      profile/*) verb=\"$verb/${COMP_WORDS[2]}\" ;;\n"
         "    esac\n"
         "  fi\n"
         "  [ \"$verb\" = help ] && words=\"" +
         verbs +
         "\"\n"
         "  case \"$verb\" in\n" +
         cases +
         "  esac\n"
         "  [ \"$verb\" = help ] && words=\"" +
         verbs +
         "\"\n"
         "  if [[ \"$current\" == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
         "  elif [ -n \"$words\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  else\n"
         "    compopt -o filenames\n"
         "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -F _linka linka\n";
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    // Levenshtein, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t substituted = diagonal + (word[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace linka
