// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"
#include "title/codes.h"
#include "title/normalise.h"

#include <algorithm>

namespace linka::mapping {
namespace {

std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t') out += c;
  return out;
}

// "80-200-0001-5 (váz.) :" -> "80-200-0001-5"
std::string number_in(std::string_view text) {
  std::string out = trimmed(text.substr(0, text.find('(')));
  while (!out.empty() && (out.back() == ':' || out.back() == ',' || out.back() == ';'))
    out.pop_back();
  out = without_space(out);
  std::replace(out.begin(), out.end(), 'x', 'X');
  return out;
}

void keep(const std::string& type, const std::string& value, bool invalid, State& state) {
  if (value.empty()) return;
  auto& all = state.record.identifiers;
  const bool there = std::any_of(all.begin(), all.end(), [&](const Identifier& have) {
    return have.type == type && have.value == value;
  });
  if (!there) all.push_back({type, value, invalid});
}

bool is_ccnb(std::string_view text) {
  return text.size() == 12 && text.starts_with("cnb") &&
         std::all_of(text.begin() + 3, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What a check of numbers says; nothing is mended.
void check(const std::string& type, const std::string& value, bool good, State& state) {
  if (!good)
    note(state.notes, "The {} {} has a wrong form or check digit; it is kept as it stands.", type,
         value);
}

// One copy of the book, as 910 and 996 tell it.
struct Copy {
  std::string sigla, shelf_mark, barcode;
};

std::vector<Copy> copies_in(const MarcRecord& marc, std::string_view tag) {
  std::vector<Copy> out;
  for (const MarcField* f : marc.of(tag)) {
    if (tag == "910") {
      const std::vector<std::string> marks = f->all('b');
      if (marks.empty()) out.push_back({f->first('a'), "", ""});
      for (const std::string& mark : marks) out.push_back({f->first('a'), mark, ""});
    } else {
      out.push_back({"", f->first('c'), f->first('b')});
    }
  }
  return out;
}

std::string one_sigla(const std::vector<Copy>& copies) {
  std::string found;
  for (const Copy& c : copies) {
    if (!found.empty() && c.sigla != found) return {};
    found = c.sigla;
  }
  return found;
}

// The copy that was asked for, else the only one; none when there are several to choose from.
const Copy* chosen(const std::vector<Copy>& copies, const MarcContext& context) {
  for (const Copy& c : copies)
    if ((!context.barcode.empty() && c.barcode == context.barcode) ||
        (!context.signature.empty() && c.shelf_mark == context.signature))
      return &c;
  return copies.size() == 1 ? copies.data() : nullptr;
}

void tell_copies(const std::vector<Copy>& copies, State& state) {
  std::string list;
  constexpr std::size_t most = 8;
  for (std::size_t i = 0; i < std::min(copies.size(), most); ++i) {
    const Copy& c = copies[i];
    list += list.empty() ? "" : "; ";
    list += trimmed(c.sigla + " " + c.shelf_mark + (c.barcode.empty() ? "" : " " + c.barcode));
  }
  if (copies.size() > most) list += "; ...";
  note(state.notes, "The catalogue knows {} copies ({}); none of them is taken.", copies.size(),
       list);
}

void find_copy(State& state) {
  const std::vector<Copy> holdings = copies_in(state.marc, "910");
  const std::vector<Copy> items = copies_in(state.marc, "996");
  const MarcContext& context = state.context;
  const Copy* item = chosen(items, context);
  Location location;
  if (item != nullptr) {
    location.shelf_mark = item->shelf_mark;
    for (const Copy& h : holdings)
      if (h.shelf_mark == item->shelf_mark) location.sigla = h.sigla;
    if (location.sigla.empty()) location.sigla = one_sigla(holdings);
  } else if (!context.item_shelf_mark.empty()) {
    location.shelf_mark = context.item_shelf_mark;
    for (const Copy& h : holdings)
      if (h.shelf_mark == context.item_shelf_mark) location.sigla = h.sigla;
    if (location.sigla.empty()) location.sigla = one_sigla(holdings);
  } else if (const Copy* holding = chosen(holdings, context)) {
    location.sigla = holding->sigla;
    location.shelf_mark = holding->shelf_mark;
  } else if (!context.signature.empty() || !context.barcode.empty()) {
    location.sigla = one_sigla(holdings);
    location.shelf_mark = context.signature;
  }
  std::string barcode = context.barcode;
  if (barcode.empty() && item != nullptr) barcode = item->barcode;
  keep("barCode", without_space(barcode), false, state);
  if (!location.sigla.empty() || !location.shelf_mark.empty())
    state.record.locations.insert(state.record.locations.begin(), location);
  else if (holdings.size() + items.size() > 1)
    tell_copies(items.empty() ? holdings : items, state);
}

// Rules of description from 040 $e, else from leader/18, else from the fields that only one knows.
void find_rules(State& state, const std::string& named) {
  std::string& standard = state.record.info.standard;
  const std::string rules = lower_ascii(named);
  const char form = state.marc.leader_at(18);
  if (rules == "rda") {
    standard = "rda";
  } else if (rules.starts_with("aacr")) {
    standard = "aacr";
  } else if (named.empty() && form == 'a') {
    standard = "aacr";
  } else {
    const bool rda = state.marc.first("264") != nullptr || state.marc.first("336") != nullptr;
    standard = rda ? "rda" : "aacr";
    note(state.notes, "The rules of description are {}; they are written as {}.",
         named.empty() ? "not named" : "\"" + named + "\"", standard);
  }
}

}  // namespace

void ccnb(const MarcField& field, State& state) {
  for (const std::string& text : field.all('a')) {
    const std::string value = number_in(text);
    check("ccnb", value, is_ccnb(value), state);
    keep("ccnb", value, false, state);
  }
  for (const std::string& text : field.all('z')) keep("ccnb", number_in(text), true, state);
}

void isbn(const MarcField& field, State& state) {
  for (const std::string& text : field.all('a')) {
    const std::string value = number_in(text);
    check("ISBN", value, is_isbn(value), state);
    keep("isbn", value, false, state);
  }
  for (const std::string& text : field.all('z')) keep("isbn", number_in(text), true, state);
}

void issn(const MarcField& field, State& state) {
  for (const std::string& text : field.all('a')) {
    const std::string value = number_in(text);
    check("ISSN", value, is_issn(value), state);
    keep("issn", value, false, state);
  }
  for (const char code : {'y', 'z'})
    for (const std::string& text : field.all(code)) keep("issn", number_in(text), true, state);
}

void other_number(const MarcField& field, State& state) {
  const std::string list = lower_ascii(field.first('2'));
  for (const std::string& text : field.all('a')) {
    const std::string lower = lower_ascii(without_space(text));
    if (field.ind1 == '2') {
      keep("ismn", number_in(text), false, state);
    } else if (lower.starts_with("urn:nbn:") || list == "uuid" || list == "urnnbn") {
      // It belongs to a digital copy that somebody has made before, not to the one to be made now.
      note(state.notes, "The catalogue names a digital copy: {}. It is not taken into the record.",
           text);
    } else if (!list.empty()) {
      keep(list, without_space(text), false, state);
    }
  }
  if (field.ind1 == '2')
    for (const std::string& text : field.all('z')) keep("ismn", number_in(text), true, state);
}

void system_number(const MarcField& field, State& state) {
  for (const std::string& text : field.all('a'))
    if (text.starts_with("(OCoLC)")) keep("oclc", without_space(text.substr(7)), false, state);
}

void source(const MarcField& field, State& state) {
  RecordInfo& info = state.record.info;
  if (info.source.empty()) {
    info.source = field.first('a');
    // Foreign records copied by a Czech library name it in $d, "modifying agency".
    if (!is_sigla(info.source))
      for (const std::string& other : field.all('d'))
        if (is_sigla(other)) info.source = other;
  }
  if (const std::string code = language_code(field.first('b')); !code.empty()) info.language = code;
}

void link(const MarcField& field, State& state) {
  for (const std::string& url : field.all('u')) {
    const std::string lower = lower_ascii(url);
    const bool copy = lower.find("kramerius") != std::string::npos ||
                      lower.find("digitalniknihovna") != std::string::npos ||
                      lower.find("uuid") != std::string::npos ||
                      lower.find("resolver") != std::string::npos;
    if (copy)
      note(state.notes, "The catalogue names a digital copy: {}. It is not taken into the record.",
           url);
    else
      state.record.locations.push_back({"", "", url});
  }
}

void finish_numbers(State& state) {
  RecordInfo& info = state.record.info;
  std::string rules;
  for (const MarcField* f : state.marc.of("040"))
    if (rules.empty()) rules = f->first('e');
  find_rules(state, rules);
  info.identifier = trimmed(state.marc.control("001"));
  info.identifier_source = trimmed(state.marc.control("003"));
  if (info.identifier_source.empty()) info.identifier_source = state.context.id_source;
  info.changed = completed_date_time(state.marc.control("005"));
  const std::string field_008 = state.marc.control("008");
  if (field_008.size() >= 6) info.created = completed_date_time(field_008.substr(0, 6));
  info.origin = "machine generated";
  keep("sysno", without_space(state.context.sysno), false, state);
  find_copy(state);
}

}  // namespace linka::mapping
