// SPDX-License-Identifier: GPL-3.0-or-later
// The table of fields is the mapping; what a rule does with its field stands in map_*.cpp. Fields
// without a rule are told to the operator, but for those that say nothing about the book itself.
#include "catalogue/marc_record.h"

#include "catalogue/mapping.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace {

const std::map<std::string_view, mapping::Rule> rules = {
    {"015", mapping::ccnb},
    {"020", mapping::isbn},
    {"022", mapping::issn},
    {"024", mapping::other_number},
    {"035", mapping::system_number},
    {"040", mapping::source},
    {"041", mapping::languages},
    {"072", mapping::konspekt},
    {"080", mapping::classification},
    {"100", mapping::personal_name},
    {"110", mapping::corporate_name},
    {"111", mapping::corporate_name},
    {"130", mapping::other_title},
    {"210", mapping::other_title},
    {"240", mapping::other_title},
    {"242", mapping::other_title},
    {"245", mapping::main_title},
    {"246", mapping::other_title},
    {"250", mapping::edition},
    {"255", mapping::plain_note},
    {"260", mapping::publication},
    {"264", mapping::publication},
    {"300", mapping::extent},
    {"310", mapping::frequency},
    {"337", mapping::rda_form},
    {"338", mapping::rda_form},
    {"362", mapping::plain_note},
    {"440", mapping::series},
    {"490", mapping::series},
    {"520", mapping::abstract},
    {"534", mapping::related},
    {"600", mapping::subject},
    {"610", mapping::subject},
    {"611", mapping::subject},
    {"630", mapping::subject},
    {"648", mapping::subject},
    {"650", mapping::subject},
    {"651", mapping::subject},
    {"653", mapping::subject},
    {"700", mapping::personal_name},
    {"710", mapping::corporate_name},
    {"711", mapping::corporate_name},
    {"720", mapping::uncontrolled_name},
    {"730", mapping::other_title},
    {"740", mapping::other_title},
    {"765", mapping::related},
    {"773", mapping::related},
    {"774", mapping::related},
    {"775", mapping::related},
    {"776", mapping::related},
    {"780", mapping::related},
    {"785", mapping::related},
    {"830", mapping::series},
    {"856", mapping::link},
};

// All other notes, from 500 on.
bool is_note(std::string_view tag) {
  return tag.starts_with('5') && tag < "590" && tag != "583";
}

// Without a place in a package's record; mods_text() writes them.
bool is_for_mods_only(std::string_view tag) {
  static const std::set<std::string_view> tags = {"043", "321", "336", "655", "787"};
  return tags.contains(tag);
}

// Of use to the catalogue only, or said by other fields: prices, codes beside words, the library's
// own fields. 910 and 996 are read at the end.
bool is_silent(std::string_view tag) {
  static const std::set<std::string_view> silent = {"010", "016", "017", "026", "030", "042",
                                                    "044", "045", "047", "048", "050", "082",
                                                    "084", "263", "583", "880"};
  return silent.contains(tag) || tag.starts_with('9') || tag.starts_with("59") ||
         tag.starts_with('X') || std::any_of(tag.begin(), tag.end(), [](char c) {
           return c >= 'A' && c <= 'Z';  // CAT, LKR, Z30: Aleph's own
         });
}

void tell_left_out(const std::set<std::string>& tags, Notes& notes) {
  if (tags.empty()) return;
  std::string list;
  for (const std::string& tag : tags) list += (list.empty() ? "" : ", ") + tag;
  note(notes, "These fields have no place in the record and are left out: {}.", list);
}

}  // namespace

mapping::Rule mapping::rule_for(std::string_view tag) {
  if (const auto rule = rules.find(tag); rule != rules.end()) return rule->second;
  return is_note(tag) ? plain_note : nullptr;
}

bool is_periodical(const MarcRecord& marc) {
  const char level = marc.leader_at(7);
  return level == 's' || level == 'b' || level == 'i';
}

Result<Record> record_from_marc(const MarcRecord& marc, const MarcContext& context,
                                std::vector<std::string>& notes) {
  if (std::string_view("zuvxywq").find(marc.leader_at(6)) != std::string_view::npos)
    return fail(ErrorKind::unsupported,
                "the record is no description of a book: its leader says type \"{}\"",
                std::string(1, marc.leader_at(6)));
  if (marc.first("245") == nullptr)
    return fail(ErrorKind::bad_input, "the record has no title (field 245){}", "");
  Record record;
  record.issuance.clear();
  record.info.standard.clear();
  mapping::State state{marc, context, record, notes};
  std::set<std::string> left_out;
  for (const MarcField& field : marc.fields) {
    if (const mapping::Rule rule = mapping::rule_for(field.tag); rule != nullptr)
      rule(field, state);
    else if (!is_silent(field.tag) && !is_for_mods_only(field.tag))
      left_out.insert(field.tag);
  }
  mapping::finish_numbers(state);
  mapping::finish_origins(state);
  mapping::finish_description(state);
  tell_left_out(left_out, notes);
  if (linka::main_title(record) == nullptr)
    return fail(ErrorKind::bad_input, "the record has no title (field 245){}", "");
  return record;
}

}  // namespace linka
