// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"
#include "title/codes.h"

#include <algorithm>
#include <map>

namespace linka::mapping {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& t : texts) {
    if (t.empty()) continue;
    if (!out.empty()) out += between;
    out += t;
  }
  return out;
}

namespace {

bool is_letters(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void add_language(std::string code, const std::string& object, State& state) {
  code = lower_ascii(trimmed(code));
  if (code.empty()) return;
  const std::string known = language_code(code);
  if (known.empty()) {
    note(state.notes, "\"{}\" is no ISO 639-2 language code and is left out.", code);
    return;
  }
  Language language{known, object};
  auto& all = state.record.languages;
  if (std::find(all.begin(), all.end(), language) == all.end()) all.push_back(std::move(language));
}

struct ResourceOf {
  char type;
  const char* genre;
  const char* resource;
};
// By leader/06. What linka packages is one of the four genres; the others are written as volumes.
constexpr ResourceOf resources[] = {
    {'a', "volume", "text"},
    {'t', "volume", "text"},
    {'c', "sheetmusic", "notated music"},
    {'d', "sheetmusic", "notated music"},
    {'e', "cartographic", "cartographic"},
    {'f', "cartographic", "cartographic"},
    {'k', "graphic", "still image"},
    {'g', "volume", "moving image"},
    {'i', "volume", "sound recording-nonmusical"},
    {'j', "volume", "sound recording-musical"},
    {'m', "volume", "software, multimedia"},
    {'o', "volume", "mixed material"},
    {'p', "volume", "mixed material"},
    {'r', "volume", "three dimensional object"},
};

// Form of item, position 23 of 008, 29 for maps and pictures.
const char* marc_form(char code) {
  switch (code) {
    case ' ':
    case 'r':
    case '#':
      return "print";
    case 'd':
      return "large print";
    case 'f':
      return "braille";
    case 'a':
      return "microfilm";
    case 'b':
      return "microfiche";
    case 'c':
      return "microopaque";
    case 'o':
    case 'q':
    case 's':
      return "electronic";
    default:
      return "";
  }
}

// What the first two positions of 007 say of the form of item, where 008 says nothing.
const char* physical_form(std::string_view field_007) {
  static const std::map<std::string_view, const char*> forms = {
      {"ta", "print"},      {"tb", "large print"}, {"tc", "braille"},    {"td", "print"},
      {"hb", "microfilm"},  {"hc", "microfilm"},   {"hd", "microfilm"},  {"he", "microfiche"},
      {"hf", "microfiche"}, {"hg", "microopaque"}, {"cr", "electronic"}, {"co", "electronic"},
  };
  const auto found = forms.find(field_007.substr(0, 2));
  return found == forms.end() ? "" : found->second;
}

// 008/18 and MARC's words for it (marcfrequency).
const char* marc_frequency(char code) {
  static const std::map<char, const char*> words = {
      {'a', "Annual"},
      {'b', "Bimonthly"},
      {'c', "Semiweekly"},
      {'d', "Daily"},
      {'e', "Biweekly"},
      {'f', "Semiannual"},
      {'g', "Biennial"},
      {'h', "Triennial"},
      {'i', "Three times a week"},
      {'j', "Three times a month"},
      {'k', "Continuously updated"},
      {'m', "Monthly"},
      {'q', "Quarterly"},
      {'s', "Semimonthly"},
      {'t', "Three times a year"},
      {'w', "Weekly"},
  };
  const auto found = words.find(code);
  return found == words.end() ? "" : found->second;
}

bool has_form(const Record& record, std::string_view authority) {
  return std::any_of(record.forms.begin(), record.forms.end(),
                     [&](const Form& f) { return f.authority == authority; });
}

void set_form(State& state, const std::string& field_008) {
  const char type = state.marc.leader_at(6);
  if (type == 't' || type == 'f' || type == 'd') {
    // The lists of MARC have no word for what is written by hand.
    if (!has_form(state.record, "gmd") && !has_form(state.record, ""))
      state.record.forms.push_back({type == 'f' ? "" : "gmd", "rukopis"});
    return;
  }
  const std::size_t at = std::string_view("efgkor").find(type) != std::string_view::npos ? 29 : 23;
  const char* form = at < field_008.size() ? marc_form(field_008[at]) : "";
  if (*form == '\0') form = physical_form(state.marc.control("007"));
  if (*form != '\0') state.record.forms.insert(state.record.forms.begin(), Form{"marcform", form});
}

std::string subject_authority(const MarcField& field) {
  if (const std::string named = field.first('2'); !named.empty()) return trimmed(named);
  if (field.tag == "653") return {};
  switch (field.ind2) {
    case '0':
      return "lcsh";
    case '2':
      return "mesh";
    default:
      return {};
  }
}

void add(std::vector<std::string>& to, const MarcField& field, std::string_view codes) {
  for (const MarcSubfield& s : field.subfields)
    if (codes.find(s.code) != std::string_view::npos)
      if (std::string text = without_isbd(s.value, FinalPeriod::drop); !text.empty())
        to.push_back(std::move(text));
}

}  // namespace

void languages(const MarcField& field, State& state) {
  if (field.ind2 == '7') {
    note(state.notes, "Languages of the list \"{}\" (field 041) are left out.", field.first('2'));
    return;
  }
  static const std::map<char, const char*> objects = {{'a', ""},
                                                      {'d', ""},
                                                      {'b', "summary"},
                                                      {'f', "table of contents"},
                                                      {'g', "accompanying material"},
                                                      {'h', "translation"}};
  for (const MarcSubfield& s : field.subfields) {
    const auto object = objects.find(s.code);
    if (object == objects.end()) continue;
    const std::string codes = lower_ascii(trimmed(s.value));
    // Old records write several codes in one: "czeger".
    if (codes.size() > 3 && codes.size() % 3 == 0 && is_letters(codes))
      for (std::size_t at = 0; at < codes.size(); at += 3)
        add_language(codes.substr(at, 3), object->second, state);
    else
      add_language(codes, object->second, state);
  }
}

void extent(const MarcField& field, State& state) {
  // $a $b $c in the words and punctuation of ISBD, as it is printed on a catalogue card.
  std::string text;
  for (const MarcSubfield& s : field.subfields)
    if (std::string_view("abc").find(s.code) != std::string_view::npos)
      if (const std::string part = trimmed(s.value); !part.empty())
        text += (text.empty() ? "" : " ") + part;
  text = without_isbd(text);
  if (!text.empty()) state.record.extents.push_back(text);
  for (const std::string& more : field.all('e'))
    state.record.physical_notes.push_back(without_isbd(more));
}

void rda_form(const MarcField& field, State& state) {
  const bool media = field.tag == "337";
  const std::string list = media ? "rdamedia" : "rdacarrier";
  static const std::map<std::string_view, const char*> words = {{"rdamedia n", "bez média"},
                                                                {"rdacarrier nc", "svazek"},
                                                                {"rdacarrier nb", "list"},
                                                                {"rdacarrier no", "karta"},
                                                                {"rdacarrier na", "role"}};
  std::vector<std::string> texts = field.all('a');
  if (texts.empty())
    for (const std::string& code : field.all('b'))
      if (const auto found = words.find(list + " " + code); found != words.end())
        texts.emplace_back(found->second);
  for (const std::string& text : texts)
    state.record.forms.push_back({list, text, media ? "media" : "carrier"});
}

void frequency(const MarcField& field, State& state) {
  if (state.record.frequency.empty())
    state.record.frequency = without_isbd(field.first('a'), FinalPeriod::drop);
}

void plain_note(const MarcField& field, State& state) {
  std::vector<std::string> parts;
  for (const MarcSubfield& s : field.subfields)
    if (s.code >= 'a' && s.code <= 'z' && s.code != 'u' && s.code != 'w') {
      if (std::string text = trimmed(s.value); !text.empty()) parts.push_back(std::move(text));
    }
  if (const std::string text = joined(parts, " "); !text.empty())
    state.record.notes.push_back(without_isbd(text));
}

void abstract(const MarcField& field, State& state) {
  std::vector<std::string> parts = field.all('a');
  for (std::string& more : field.all('b')) parts.push_back(std::move(more));
  if (const std::string text = joined(parts, " "); !text.empty())
    state.record.abstracts.push_back(text);
}

void subject(const MarcField& field, State& state) {
  Subject s;
  s.authority = subject_authority(field);
  const std::string_view tag = field.tag;
  if (tag == "600") {
    s.names.push_back(name_text(field));
    add(s.topics, field, "t");
  } else if (tag == "610" || tag == "611") {
    std::vector<std::string> parts;
    add(parts, field, "abncd");
    s.names.push_back(joined(parts, ", "));
    add(s.topics, field, "t");
  } else if (tag == "648") {
    add(s.temporal, field, "a");
  } else if (tag == "651") {
    add(s.geographic, field, "a");
  } else if (tag == "653" && field.subfields.size() > 1) {
    // Free words, each of its own.
    for (const std::string& word : field.all('a')) {
      Subject one;
      one.topics.push_back(without_isbd(word, FinalPeriod::drop));
      if (!one.topics.front().empty()) state.record.subjects.push_back(std::move(one));
    }
    return;
  } else {
    add(s.topics, field, tag == "650" || tag == "653" ? "ab" : "anp");
  }
  add(s.topics, field, tag == "653" ? "" : "xv");
  add(s.geographic, field, "z");
  add(s.temporal, field, "y");
  std::erase(s.names, "");
  if (s.topics.empty() && s.names.empty() && s.geographic.empty() && s.temporal.empty()) return;
  auto& all = state.record.subjects;
  if (std::find(all.begin(), all.end(), s) == all.end()) all.push_back(std::move(s));
}

void konspekt(const MarcField& field, State& state) {
  if (lower_ascii(field.first('2')) != "konspekt") {
    note(state.notes, "The subject category \"{}\" (field 072) is not of Konspekt and is left out.",
         field.first('a'));
    return;
  }
  if (const std::string words = without_isbd(field.first('x')); !words.empty()) {
    Subject s;
    s.authority = "Konspekt";
    s.topics.push_back(words);
    state.record.subjects.push_back(std::move(s));
  }
  if (const std::string group = field.first('a'); !group.empty())
    state.record.classifications.push_back({"udc", "Konspekt", group});
  if (const std::string category = field.first('9'); !category.empty())
    state.record.classifications.push_back({"Konspekt", "", category});
}

void classification(const MarcField& field, State& state) {
  for (const std::string& text : field.all('a')) {
    Classification c{"udc", "", text};
    auto& all = state.record.classifications;
    if (std::find(all.begin(), all.end(), c) == all.end()) all.push_back(std::move(c));
  }
}

void finish_description(State& state) {
  const std::string field_008 = state.marc.control("008");
  const char type = state.marc.leader_at(6);
  for (const ResourceOf& r : resources)
    if (r.type == type) {
      state.record.genre = r.genre;
      state.record.resource = r.resource;
      if (std::string_view("gijmopr").find(type) != std::string_view::npos)
        note(state.notes, "The record describes something else than print: {}.", r.resource);
    }
  set_form(state, field_008);
  const bool spoken_for = std::any_of(state.record.languages.begin(), state.record.languages.end(),
                                      [](const Language& l) { return l.object.empty(); });
  if (!spoken_for && field_008.size() >= 38) {
    const std::string code = field_008.substr(35, 3);
    if (is_letters(code)) {
      const auto before = std::move(state.record.languages);
      state.record.languages.clear();
      add_language(code, "", state);
      state.record.languages.insert(state.record.languages.end(), before.begin(), before.end());
    }
  }
  if (state.record.languages.empty()) note(state.notes, "The record names no language.");
  if (const std::string word = coded_frequency(state.marc); !word.empty())
    state.record.frequency = word;
}

std::string coded_frequency(const MarcRecord& marc) {
  const std::string field_008 = marc.control("008");
  return is_periodical(marc) && field_008.size() > 18 ? marc_frequency(field_008[18]) : "";
}

}  // namespace linka::mapping
