// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"
#include "title/codes.h"

#include <algorithm>
#include <map>

namespace linka::mapping {
namespace {

std::string clean(const MarcField& field, char code, FinalPeriod period = FinalPeriod::drop) {
  return without_isbd(field.first(code), period);
}

std::vector<std::string> all_clean(const MarcField& field, char code,
                                   FinalPeriod period = FinalPeriod::drop) {
  std::vector<std::string> out;
  for (const std::string& t : field.all(code)) out.push_back(without_isbd(t, period));
  return out;
}

// $n and $p stand in turns; a part's number keeps its period ("1." is how it is printed).
void parts_of(const MarcField& field, TitleInfo& title) {
  title.part_number = joined(all_clean(field, 'n', FinalPeriod::keep), ", ");
  title.part_name = joined(all_clean(field, 'p'), ", ");
}

std::string without_brackets(std::string text) {
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  return text;
}

// The words of a title after " = " say it in another language.
void parallel_title(std::string& title, std::string& sub_title, bool ends_with_equals,
                    State& state) {
  TitleInfo other;
  other.type = "translated";
  if (ends_with_equals) {
    other.title = std::exchange(sub_title, {});
    if (const std::size_t colon = other.title.find(" : "); colon != std::string::npos) {
      sub_title = other.title.substr(colon + 3);
      other.title = other.title.substr(0, colon);
    }
  } else if (const std::size_t at = sub_title.find(" = "); at != std::string::npos) {
    other.title = sub_title.substr(at + 3);
    sub_title = sub_title.substr(0, at);
  } else if (const std::size_t in = title.find(" = "); in != std::string::npos) {
    other.title = title.substr(in + 3);
    title = title.substr(0, in);
  }
  if (!other.title.empty()) state.record.titles.push_back(std::move(other));
}

std::string title_type(std::string_view tag) {
  if (tag == "210") return "abbreviated";
  if (tag == "242") return "translated";
  if (tag == "130" || tag == "240" || tag == "730") return "uniform";
  return "alternative";
}

// The letters of a title that do not sort are counted by another indicator from field to field.
char count_in(const MarcField& field) {
  if (field.tag == "130" || field.tag == "730" || field.tag == "740") return field.ind1;
  return field.tag == "240" || field.tag == "242" || field.tag == "245" || field.tag == "440" ||
                 field.tag == "830"
             ? field.ind2
             : '0';
}

// $7 holds the number of the national authority file here; elsewhere it stands in $0, after whose
// it is in brackets.
std::string authority_number(const MarcField& field) {
  if (const std::string own = field.first('7'); !own.empty()) return own;
  for (const std::string& number : field.all('0')) {
    if (!number.starts_with('(')) continue;
    if (const std::size_t end = number.find(')'); end != std::string::npos)
      if (std::string value = number.substr(end + 1); !value.empty()) return value;
  }
  return {};
}

void roles_of(const MarcField& field, Name& name, State& state, char word_code) {
  const auto add = [&](const std::string& role) {
    if (std::find(name.roles.begin(), name.roles.end(), role) == name.roles.end())
      name.roles.push_back(role);
  };
  for (std::string text : field.all('4')) {
    // Some catalogues give the code as an address: http://id.loc.gov/vocabulary/relators/aut
    if (const std::size_t slash = text.rfind('/'); slash != std::string::npos)
      text = text.substr(slash + 1);
    const std::string code = relator_code(text);
    if (code.empty())
      note(state.notes, "The role \"{}\" of {} is no MARC relator code and is left out.", text,
           name_text(field));
    else
      add(code);
  }
  if (!name.roles.empty()) return;
  for (const std::string& word : all_clean(field, word_code)) {
    const std::string code = relator_code(word);
    if (code.empty())
      note(state.notes, "The role \"{}\" of {} is known by no code and is left out.", word,
           name_text(field));
    else
      add(code);
  }
}

// The same person twice with two roles is one name with both.
void keep_name(Name name, State& state) {
  for (Name& have : state.record.names)
    if (have.type == name.type && have.parts == name.parts) {
      for (std::string& role : name.roles)
        if (std::find(have.roles.begin(), have.roles.end(), role) == have.roles.end())
          have.roles.push_back(std::move(role));
      return;
    }
  state.record.names.push_back(std::move(name));
}

std::string lower_words(std::string text) {
  for (const auto& [capital, small] : {std::pair{"P", "p"}, std::pair{"T", "t"}})
    if (text.starts_with(capital)) text.replace(0, 1, small);
  return text;
}

// 700 with a title: not somebody who made this book but another work.
void related_work(const MarcField& field, State& state) {
  RelatedItem item;
  const std::string relation = lower_words(field.first('i'));
  const bool translation = relation.starts_with("překlad") || relation.starts_with("translation");
  item.type = field.ind2 == '2' ? "constituent" : translation ? "original" : "otherVersion";
  TitleInfo title = divided_title(clean(field, 't'), '0', state.notes);
  parts_of(field, title);
  item.titles.push_back(std::move(title));
  item.notes.push_back(name_text(field));
  if (const std::string words = clean(field, 'i'); !words.empty() && item.type == "otherVersion")
    item.notes.push_back(words);
  state.record.related.push_back(std::move(item));
}

}  // namespace

std::string name_text(const MarcField& field) {
  std::vector<std::string> parts;
  for (const char code : {'a', 'b', 'c', 'd'})
    parts.push_back(joined(all_clean(field, code), ", "));
  return joined(parts, ", ");
}

void main_title(const MarcField& field, State& state) {
  if (linka::main_title(state.record) != nullptr) {
    note(state.notes, "A second field 245, \"{}\", is left out.", clean(field, 'a'));
    return;
  }
  const std::string raw = field.first('a');
  TitleInfo title = divided_title(clean(field, 'a'), field.ind2, state.notes);
  title.sub_title = joined(all_clean(field, 'b'), " : ");
  parts_of(field, title);
  std::vector<TitleInfo> before;
  before.swap(state.record.titles);
  parallel_title(title.title, title.sub_title, raw.ends_with('='), state);
  // The title proper leads.
  state.record.titles.insert(state.record.titles.begin(), std::move(title));
  state.record.titles.insert(state.record.titles.end(), before.begin(), before.end());
  if (const std::string words = without_brackets(clean(field, 'h')); !words.empty())
    state.record.forms.push_back({"gmd", words});
  if (const std::string who = without_isbd(field.first('c')); !who.empty())
    state.record.notes.push_back(who);
}

void other_title(const MarcField& field, State& state) {
  TitleInfo title = divided_title(clean(field, 'a'), count_in(field), state.notes);
  title.type = title_type(field.tag);
  title.sub_title = joined(all_clean(field, 'b'), " : ");
  parts_of(field, title);
  const auto same = [&](const TitleInfo& have) {
    return have.title == title.title && have.part_number == title.part_number &&
           have.part_name == title.part_name && have.sub_title == title.sub_title;
  };
  if (title.title.empty() ||
      std::any_of(state.record.titles.begin(), state.record.titles.end(), same))
    return;
  state.record.titles.push_back(std::move(title));
}

void personal_name(const MarcField& field, State& state) {
  if (field.tag == "700" && !field.first('t').empty()) return related_work(field, state);
  const std::string whole = clean(field, 'a');
  if (whole.empty()) return;
  Name name;
  name.type = field.ind1 == '3' ? "family" : "personal";
  name.primary = field.tag == "100";
  const std::size_t comma = whole.find(',');
  if (field.ind1 == '1' && comma != std::string::npos) {
    name.parts.push_back({"family", without_isbd(whole.substr(0, comma))});
    const std::string given = without_isbd(whole.substr(comma + 1));
    if (!given.empty()) name.parts.push_back({"given", given});
  } else {
    if (field.ind1 == '1')
      note(state.notes,
           "The name \"{}\" has no comma between family and given name and is not "
           "divided.",
           whole);
    name.parts.push_back({"", whole});
  }
  for (const char code : {'b', 'c'})
    for (const std::string& words : all_clean(field, code, FinalPeriod::keep))
      name.parts.push_back({"termsOfAddress", words});
  if (const std::string dates = clean(field, 'd'); !dates.empty())
    name.parts.push_back({"date", dates});
  name.identifier = authority_number(field);
  roles_of(field, name, state, 'e');
  keep_name(std::move(name), state);
}

void corporate_name(const MarcField& field, State& state) {
  Name name;
  const bool conference = field.tag.ends_with("11");
  name.type = conference ? "conference" : "corporate";
  name.primary = field.tag.starts_with('1');
  std::vector<std::string> texts{clean(field, 'a')};
  for (const char code : {'b', 'e'}) {
    // In a conference's field $e is a part of the body, in a body's field its role.
    if (code == 'e' && !conference) continue;
    for (std::string& t : all_clean(field, code)) texts.push_back(std::move(t));
  }
  if (texts.front().empty()) return;
  for (std::string& t : texts)
    if (!t.empty()) name.parts.push_back({"", std::move(t)});
  const std::string place =
      joined({clean(field, 'n', FinalPeriod::keep), clean(field, 'c')}, " : ");
  if (!place.empty()) name.parts.push_back({"", place});
  if (const std::string date = clean(field, 'd'); !date.empty())
    name.parts.push_back({"date", date});
  name.identifier = authority_number(field);
  roles_of(field, name, state, conference ? 'j' : 'e');
  keep_name(std::move(name), state);
}

void uncontrolled_name(const MarcField& field, State& state) {
  Name name;
  if (field.ind1 == '2') name.type = "corporate";
  name.parts.push_back({"", clean(field, 'a')});
  if (name.parts.front().text.empty()) return;
  roles_of(field, name, state, 'e');
  keep_name(std::move(name), state);
}

void series(const MarcField& field, State& state) {
  RelatedItem item;
  item.type = "series";
  TitleInfo title = divided_title(clean(field, 'a'), count_in(field), state.notes);
  title.part_number = joined({joined(all_clean(field, 'n', FinalPeriod::keep), ", "),
                              clean(field, 'v', FinalPeriod::keep)},
                             ", ");
  title.part_name = joined(all_clean(field, 'p'), ", ");
  if (title.title.empty()) return;
  // 830 says 490 again, in the form of the authority file.
  for (const RelatedItem& have : state.record.related)
    if (have.type == "series" && (have.titles.front().title == title.title ||
                                  (field.tag == "830" && !title.part_number.empty() &&
                                   have.titles.front().part_number == title.part_number)))
      return;
  item.titles.push_back(std::move(title));
  state.record.related.push_back(std::move(item));
}

void related(const MarcField& field, State& state) {
  static const std::map<std::string_view, const char*> types = {
      {"534", "original"},    {"765", "original"},     {"773", "host"},
      {"774", "constituent"}, {"775", "otherVersion"}, {"776", "otherFormat"},
      {"780", "preceding"},   {"785", "succeeding"},   {"787", ""},
  };
  RelatedItem item;
  item.type = types.at(field.tag);
  // A reprint's original may be described by everything but its title.
  std::string words = clean(field, 't');
  if (words.empty()) words = clean(field, 's');
  if (words.empty()) words = clean(field, 'a');
  if (words.empty()) {
    note(state.notes, "Field {} names no title and is left out.", field.tag);
    return;
  }
  item.titles.push_back(divided_title(words, '0', state.notes));
  if (const std::string name = clean(field, 'a'); !name.empty() && name != words)
    item.notes.push_back(name);
  for (const char code : {'g', 'd', 'c', 'n'})
    for (const std::string& text : all_clean(field, code, FinalPeriod::keep))
      item.notes.push_back(text);
  for (const std::string& number : all_clean(field, 'x')) item.notes.push_back("ISSN " + number);
  for (const std::string& number : all_clean(field, 'z')) item.notes.push_back("ISBN " + number);
  state.record.related.push_back(std::move(item));
}

}  // namespace linka::mapping
