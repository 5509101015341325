// SPDX-License-Identifier: GPL-3.0-or-later
// The bibliographic records of the main METS: in pairs, each after its profile, with the
// identifiers its level must and must not have, the same in MODS and in Dublin Core, and unique in
// the package.
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_mods.h"

#include <algorithm>

namespace linka::rules {
namespace {

constexpr std::string_view mods_space = "http://www.loc.gov/mods/v3";
constexpr std::string_view dc_space = "http://www.openarchives.org/OAI/2.0/oai_dc/";

struct IdentifierRule {
  std::string_view level;
  std::vector<std::string_view> must, must_not;
};
const std::vector<IdentifierRule> monograph_identifiers = {
    {"VOLUME", {"uuid", "urnnbn"}, {"issn"}},
    {"TITLE", {"uuid"}, {}},
    {"SUPPL", {"uuid"}, {"isbn", "ismn", "ccnb"}},
    {"CHAP", {"uuid"}, {"isbn", "ismn", "ccnb"}},
    {"PICT", {"uuid"}, {"isbn", "ismn", "ccnb"}},
    {"PAGE", {"uuid"}, {"urnnbn", "isbn", "ismn", "ccnb"}},
};
const std::vector<IdentifierRule> periodical_identifiers = {
    {"TITLE", {"uuid"}, {"urnnbn"}},
    {"VOLUME", {"uuid"}, {"issn", "ccnb"}},
    {"ISSUE", {"uuid", "urnnbn"}, {"ccnb"}},
    {"SUPPL", {"uuid"}, {}},
    {"ART", {"uuid"}, {"issn", "ccnb"}},
    {"PICT", {"uuid"}, {"issn", "ccnb"}},
    {"PAGE", {"uuid"}, {"urnnbn", "isbn", "ismn", "ccnb"}},
};

struct Identifier {
  std::string type, value;
  bool valid = true;
  XmlElement element;
};

struct Record {
  std::string id, level, number;
  XmlElement section, mods, dc;
};

std::string joined(const Identifier& id) {
  return id.type + ":" + id.value;
}

// Both halves of each entity, in document order.
std::vector<Record> pairs_of(Check& check, const XmlElement& root) {
  const Package& p = check.package;
  Findings& f = check.findings;
  f.applied("LINKA_RECORD_IDS", "LINKA_RECORD_WRAPPED");
  const auto& levels = p.standard.periodical ? periodical_identifiers : monograph_identifiers;
  std::vector<Record> records;
  std::map<std::string, std::size_t> place;
  for (const XmlElement& section : root.children("dmdSec")) {
    const std::string id = section.attribute("ID");
    std::string level, number;
    const bool is_mods = parse_record_id(id, "MODSMD_", level, number);
    if ((!is_mods && !parse_record_id(id, "DCMD_", level, number)) ||
        std::none_of(levels.begin(), levels.end(),
                     [&](const auto& l) { return l.level == level; })) {
      f.warning("LINKA_RECORD_IDS", p.mets, {section, "ID"},
                say(tr("{} is not the id of a record of this standard, it is not checked"),
                    in_quotes(id)));
      continue;
    }
    if (number.size() != 4)
      f.warning("LINKA_RECORD_IDS", p.mets, {section, "ID"},
                say(tr("{} has not four digits"), in_quotes(id)));
    const std::string key = level + "_" + number;
    const auto [it, is_new] = place.emplace(key, records.size());
    if (is_new) records.push_back({key, level, number, section, {}, {}});
    Record& record = records[it->second];
    const XmlElement wrap = section.child("mdWrap");
    const XmlElement content = wrap.child("xmlData").child(is_mods ? "mods" : "dc");
    if (wrap.attribute("MDTYPE") != (is_mods ? "MODS" : "DC") ||
        wrap.attribute("MIMETYPE") != "text/xml")
      f.warning("LINKA_RECORD_WRAPPED", p.mets, wrap ? Place(wrap) : Place(section),
                say(tr("mdWrap of {} is not of MDTYPE {} and MIMETYPE text/xml"), id,
                    is_mods ? "MODS" : "DC"));
    if (content && content.name_space() != (is_mods ? mods_space : dc_space))
      f.error("BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_" + rule_word_of(level), p.mets, content,
              say(tr("{}: the namespace {} is not the one of {}"), id,
                  in_quotes(content.name_space()), is_mods ? "MODS" : "Dublin Core"));
    else
      (is_mods ? record.mods : record.dc) = content;
  }
  return records;
}

std::vector<Identifier> mods_identifiers(const Record& record) {
  std::vector<Identifier> all;
  for (const XmlElement& e : record.mods.children("identifier"))
    all.push_back({e.attribute("type"), e.text(), e.attribute("invalid") != "yes", e});
  return all;
}

std::vector<Identifier> dc_identifiers(Check& check, const Record& record) {
  Findings& f = check.findings;
  f.applied("DC_IDENTIFIERS_NO_WHITE_SPACES", "DC_IDENTIFIERS_CONTAIN_TYPE_AND_VALUE");
  std::vector<Identifier> all;
  for (const XmlElement& e : record.dc.children("identifier")) {
    const std::string text = e.text(), whole = e.own_text();  // with the spaces around it
    if (whole.find_first_of(" \t\r\n") != std::string::npos)
      f.warning("DC_IDENTIFIERS_NO_WHITE_SPACES", check.package.mets, e,
                say(tr("{}: the identifier {} holds white space"), record.id, in_quotes(whole)));
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
      if (!text.empty())
        f.warning("DC_IDENTIFIERS_CONTAIN_TYPE_AND_VALUE", check.package.mets, e,
                  say(tr("{}: the identifier {} is not of the form type:value"), record.id,
                      in_quotes(text)));
      continue;
    }
    all.push_back({text.substr(0, colon), text.substr(colon + 1), true, e});
  }
  return all;
}

const XmlElement& half_of(const Record& record, std::string_view half) {
  return half == "MODS" ? record.mods : record.dc;
}

void check_must_and_must_not(Check& check, const Record& record, const char* half,
                             const std::vector<Identifier>& found) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const std::string word = rule_word_of(record.level);
  const std::string must = fmt::format("{}_MANDATORY_IDENTIFIERS_PRESENT_LEVEL_{}", half, word);
  const std::string must_not =
      fmt::format("{}_PROHIBITED_IDENTIFIERS_NOT_PRESENT_LEVEL_{}", half, word);
  f.applied(must, must_not);
  const auto& levels = p.standard.periodical ? periodical_identifiers : monograph_identifiers;
  for (const IdentifierRule& rule : levels) {
    if (rule.level != record.level) continue;
    for (const auto& type : rule.must)
      if (std::none_of(found.begin(), found.end(),
                       [&](const Identifier& i) { return i.type == type && i.valid; }))
        f.error(must, p.mets, half_of(record, half),
                say(tr("{}: the {} record has no identifier {}"), record.id, half, type));
    for (const Identifier& i : found)
      if (is_one_of(i.type, rule.must_not))
        f.warning(must_not, p.mets, i.element,
                  say(tr("{}: an identifier {} does not belong here"), record.id, i.type));
  }
}

void check_forms(Check& check, const Record& record, const std::vector<Identifier>& found) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const std::string profile = "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_" + rule_word_of(record.level);
  f.applied("MODS_IDENTIFIERS_URN_NBN_VALID");
  for (const Identifier& i : found) {
    const std::string value = i.element.own_text();  // spaces around it are a part of it
    if (!i.valid || value.empty()) continue;
    const auto wrong = [&](std::string_view rule, const char* why) {
      f.error(rule, p.mets, i.element, say(why, record.id, i.type, in_quotes(value)));
    };
    if (i.type == "uuid" && !is_uuid(value)) wrong(profile, tr("{}: {} {} is not a uuid"));
    if (i.type == "urnnbn" && !is_urnnbn(lower_ascii(value)))
      wrong("MODS_IDENTIFIERS_URN_NBN_VALID",
            tr("{}: {} {} is not of the form urn:nbn:cz:abc001-000abc"));
    else if (i.type == "urnnbn" && !is_urnnbn(value))
      f.beside("MODS_IDENTIFIERS_URN_NBN_VALID", p.mets, i.element,
               say(tr("{}: {} {} is not in small letters"), record.id, i.type, in_quotes(value)));
    if (i.type == "isbn" && !is_isbn(value))
      wrong(profile, tr("{}: {} {} is not an ISBN, or its check digit is wrong"));
    if (i.type == "issn" && p.standard.periodical && !is_issn(value))
      wrong(profile, tr("{}: {} {} is not an ISSN, or its check digit is wrong"));
  }
}

// What was seen in the records before.
struct Seen {
  std::map<std::string, std::string> first;  // type -> the first identifier of that type
  std::map<std::string, std::string> owner;  // identifier -> record
};

// Types once in a record; values once in the file. The national validator notices a repeated value
// only when it repeats the first one of its type.
void check_duplicates(Check& check, const Record& record, const char* half,
                      const std::vector<Identifier>& found, Seen& seen) {
  Findings& f = check.findings;
  const std::string within_rule = fmt::format("{}_IDENTIFIERS_NO_DUPLICATES_WITHIN_DMDSEC", half);
  const std::string across_rule = fmt::format("{}_IDENTIFIERS_NO_DUPLICATES_ACROSS_DMDSECS", half);
  f.applied(within_rule, across_rule);
  std::set<std::string> types;
  for (const Identifier& i : found) {
    if (!i.valid) continue;
    if (!types.insert(i.type).second)
      f.warning(within_rule, check.package.mets, i.element,
                say(tr("{}: a second identifier of type {}"), record.id, in_quotes(i.type)));
    const std::string one = joined(i);
    const bool is_first = seen.first.emplace(i.type, one).second;
    const auto [owner, is_new] = seen.owner.emplace(one, record.id);
    if (is_new) continue;
    const std::string sentence =
        say(tr("{}: {} is also in {}"), record.id, in_quotes(one), owner->second);
    if (!is_first && seen.first[i.type] == one)
      f.warning(across_rule, check.package.mets, i.element, sentence);
    else
      f.beside(across_rule, check.package.mets, i.element, sentence);
  }
}

void check_mirror(Check& check, const Record& record, const std::vector<Identifier>& in_mods,
                  const std::vector<Identifier>& in_dc) {
  if (!record.mods || !record.dc) return;
  constexpr std::string_view rule = "PRIMARY-METS_DC_IDENTIFIER_MATCH_MODS_IDENTIFIERS";
  check.findings.applied(rule);
  const auto has = [](const std::vector<Identifier>& list, const Identifier& wanted) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Identifier& i) { return i.valid && joined(i) == joined(wanted); });
  };
  for (const Identifier& i : in_mods)
    if (i.valid && !has(in_dc, i))
      check.findings.warning(
          rule, check.package.mets, i.element,
          say(tr("{}: {} is in MODS, but not in DC"), record.id, in_quotes(joined(i))));
  for (const Identifier& i : in_dc)
    if (!has(in_mods, i))
      check.findings.warning(
          rule, check.package.mets, i.element,
          say(tr("{}: {} is in DC, but not in MODS"), record.id, in_quotes(joined(i))));
}

// The MODS element of that name, or where it is missed.
Place place_in(const Record& record, std::string_view name) {
  const XmlElement e = record.mods.child(name);
  return e ? e : record.mods ? record.mods : record.section;
}

RecordKind kind_of(Check& check, const Record& record, bool several_volumes,
                   const std::string& rule) {
  Findings& f = check.findings;
  const Package& p = check.package;
  RecordKind kind;
  kind.level = record.level;
  kind.several_volumes = several_volumes;
  if (record.level == "VOLUME" && !p.standard.periodical) {
    kind.genre = record.mods.child("genre").own_text();
    if (!is_one_of(kind.genre, {"volume", "cartographic", "graphic", "sheetmusic"})) {
      f.error(rule, p.mets, place_in(record, "genre"),
              say(tr("{}: genre is {}, so no profile applies"), record.id, in_quotes(kind.genre)));
      kind.genre = "volume";
    }
  }
  const XmlElement standard = record.mods.child("recordInfo").child("descriptionStandard");
  const bool has_rules = is_one_of(record.level, {"TITLE", "SUPPL"}) ||
                         (record.level == "VOLUME" && !p.standard.periodical);
  if (!has_rules) return kind;
  const std::string rules = standard.own_text();
  kind.rda = rules == "rda";
  if (!standard)
    f.info(rule, p.mets, place_in(record, "recordInfo"),
           say(tr("{}: no descriptionStandard, AACR2 is assumed"), record.id));
  else if (!kind.rda && !is_one_of(lower_ascii(rules), {"aacr", "aacr2"}))
    f.warning(
        rule, p.mets, standard,
        say(tr("{}: descriptionStandard is {}, AACR2 is assumed"), record.id, in_quotes(rules)));
  return kind;
}

void check_profile(Check& check, const Record& record, const RecordKind& kind,
                   const std::string& rule, std::map<RecordKind, std::pair<Shape, Shape>>& shapes) {
  Findings& f = check.findings;
  const Package& p = check.package;
  auto shape = shapes.find(kind);
  if (shape == shapes.end())
    shape = shapes.emplace(kind, std::pair(mods_shape(check, kind), dc_shape(check, kind))).first;
  if (record.mods) {
    compare(check, rule, p.mets, record.id, shape->second.first, record.mods);
    if (!record.mods.has("version"))
      ++check.repeated_notes[{rule, p.mets, tr("mods has no version")}];
    const std::string id = record.mods.attribute("ID"), start = "MODS_" + record.level + "_";
    if (!id.empty() && !(id.starts_with(start) && id.size() == start.size() + 4 &&
                         is_number(id.substr(start.size()))))
      f.error(rule, p.mets, {record.mods, "ID"},
              say(tr("{}: the ID of mods is {}, expected MODS_{}"), record.id, in_quotes(id),
                  record.id));
    else if (!id.empty() && id != "MODS_" + record.id)
      f.beside(rule, p.mets, {record.mods, "ID"},
               say(tr("{}: the ID of mods is {}, expected MODS_{}"), record.id, in_quotes(id),
                   record.id));
    const bool needs_origin =
        (record.level == "VOLUME" && !p.standard.periodical) || record.level == "TITLE";
    if (needs_origin && kind.rda) {
      const auto origins = record.mods.children("originInfo");
      if (std::none_of(origins.begin(), origins.end(), [](const XmlElement& o) {
            return is_one_of(o.attribute("eventType"), {"publication", "production"});
          }))
        f.error(
            rule, p.mets, record.mods,
            say(tr("{}: there is no originInfo of event publication or production"), record.id));
    }
  } else {
    f.error(rule, p.mets, record.section, say(tr("{}: the MODS half is missing"), record.id));
  }
  if (record.dc)
    compare(check, rule, p.mets, record.id, shape->second.second, record.dc);
  else
    f.error(rule, p.mets, record.section, say(tr("{}: the DC half is missing"), record.id));
}

void check_issue_date(Check& check, const Record& record) {
  if (record.level != "ISSUE" && record.level != "SUPPL") return;
  check.findings.applied("LINKA_ISSUE_DATE");
  for (const XmlElement& origin : record.mods.children("originInfo"))
    for (const XmlElement& date : origin.children("dateIssued"))
      if (!date.text().empty() && !is_issue_date(date.text()))
        check.findings.warning(
            "LINKA_ISSUE_DATE", check.package.mets, date,
            say(tr("{}: dateIssued {} is not of the form DD.MM.YYYY, MM.YYYY or YYYY"), record.id,
                in_quotes(date.text())));
}

void check_counts(Check& check, const XmlElement& root, const std::vector<Record>& records) {
  const Package& p = check.package;
  Findings& f = check.findings;
  f.applied("LINKA_PAGE_RECORDS_COMPLETE", "LINKA_ONE_REPRESENTATIVE_PAGE");
  std::map<std::string, std::size_t> counts;
  std::size_t representative = 0;
  for (const Record& r : records) {
    ++counts[r.level];
    if (r.level == "PAGE" && r.mods.child("genre").text() == "reprePage") ++representative;
  }
  const auto expect = [&](const char* level, std::size_t least, std::size_t most) {
    const std::string rule = "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_" + rule_word_of(level);
    f.applied(rule);
    if (counts[level] < least || counts[level] > most)
      f.beside(
          rule, p.mets, root,
          say(tr("there are {} records of level {}, expected {}"), counts[level], level, most));
  };
  expect("TITLE", p.standard.periodical ? 1 : 0, 1);
  expect("VOLUME", 1, 1);
  if (p.standard.periodical) expect("ISSUE", 1, 1);
  const std::size_t images = p.pages[master_copies].size();
  if (counts["PAGE"] != images)
    f.warning("LINKA_PAGE_RECORDS_COMPLETE", p.mets, root,
              say(tr("there are {} records of pages for {} images"), counts["PAGE"], images));
  if (counts["PAGE"] > 0 && representative != 1)
    f.warning("LINKA_ONE_REPRESENTATIVE_PAGE", p.mets, root,
              say(tr("{} pages are marked reprePage, expected one"), representative));
}

}  // namespace

bool parse_record_id(const std::string& id, std::string_view start, std::string& level,
                     std::string& number) {
  if (!id.starts_with(start)) return false;
  const std::string rest = id.substr(start.size());
  const std::size_t bar = rest.find('_');
  if (bar == std::string::npos || bar == 0 || !is_number(rest.substr(bar + 1))) return false;
  level = rest.substr(0, bar);
  number = rest.substr(bar + 1);
  return true;
}

std::string rule_word_of(const std::string& level) {
  if (level == "SUPPL") return "SUPPLEMENT";
  if (level == "CHAP") return "CHAPTER";
  if (level == "ART") return "ARTICLE";
  if (level == "PICT") return "PICTURE";
  return level;
}

void check_records(Check& check, const XmlDocument& mets) {
  const Package& p = check.package;
  Findings& f = check.findings;
  f.applied("LINKA_UUID_UNIQUE");
  const std::vector<Record> records = pairs_of(check, mets.root());
  check_counts(check, mets.root(), records);
  const bool several_volumes =
      !p.standard.periodical && std::any_of(records.begin(), records.end(),
                                            [](const Record& r) { return r.level == "TITLE"; });
  std::map<RecordKind, std::pair<Shape, Shape>> shapes;
  Seen seen_in_mods, seen_in_dc;
  std::map<std::string, std::string> uuids;
  bool refused = false, has_urnnbn = false;
  for (const Record& record : records) {
    const std::string rule = "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_" + rule_word_of(record.level);
    const RecordKind kind = kind_of(check, record, several_volumes, rule);
    check_profile(check, record, kind, rule, shapes);
    const std::vector<Identifier> in_mods = mods_identifiers(record);
    const std::vector<Identifier> in_dc = dc_identifiers(check, record);
    if (record.mods) check_must_and_must_not(check, record, "MODS", in_mods);
    if (record.dc) check_must_and_must_not(check, record, "DC", in_dc);
    check_forms(check, record, in_mods);
    check_duplicates(check, record, "MODS", in_mods, seen_in_mods);
    check_duplicates(check, record, "DC", in_dc, seen_in_dc);
    check_mirror(check, record, in_mods, in_dc);
    check_issue_date(check, record);
    for (const Identifier& i : in_mods) {
      has_urnnbn = has_urnnbn || i.type == "urnnbn";
      if (i.type != "uuid" || i.value.empty()) continue;
      const auto [first, is_new] = uuids.emplace(lower_ascii(i.value), record.id);
      if (!is_new)
        f.warning("LINKA_UUID_UNIQUE", p.mets, i.element,
                  say(tr("{}: the uuid {} is also in {}"), record.id, i.value, first->second));
    }
    if (check.schemas.mets) {
      if (record.mods) refused |= check_record_schema(check, rule, p.mets, record.id, record.mods);
      if (record.dc) refused |= check_record_schema(check, rule, p.mets, record.id, record.dc);
    }
  }
  if (has_urnnbn)
    check.not_checked.emplace_back(
        tr("MODS_IDENTIFIERS_URN_NBN_REGISTERED: whether a URN:NBN is registered is not asked, "
           "because no network is used"));
  check_mets_schema(check, p.mets, mets, refused);
  check_empty(check, p.mets, mets.root());
}

}  // namespace linka::rules
