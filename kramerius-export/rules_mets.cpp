// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of the main METS: header, file section, the two maps and the links between them.
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_shape.h"

#include <algorithm>

namespace linka::rules {
namespace {

const std::vector<std::string_view> monograph_divs = {
    "MONOGRAPH",  "VOLUME", "SUPPLEMENT", "CHAPTER",      "PICTURE", "TITLE",
    "SUBTITLE",   "AUTHOR", "TRANSLATOR", "NORMAL_TEXT",  "CAPTION", "PICT_AUTHOR",
    "PICT_TITLE", "IMAGE",  "NOTE",       "CHAPTER_PART", "PAGE"};
const std::vector<std::string_view> periodical_divs = {"PERIODICAL_TITLE",
                                                       "PERIODICAL_VOLUME",
                                                       "ISSUE",
                                                       "SUPPLEMENT",
                                                       "ARTICLE",
                                                       "PICTURE",
                                                       "TITLE",
                                                       "SUBTITLE",
                                                       "AUTHOR",
                                                       "TRANSLATOR",
                                                       "NORMAL_TEXT",
                                                       "NOTE",
                                                       "ARTICLE_PART",
                                                       "CAPTION",
                                                       "PICT_AUTHOR",
                                                       "PICT_TITLE",
                                                       "IMAGE",
                                                       "PAGE"};

struct ListedFile {
  std::size_t group = 0;
  std::string path;
  std::string number;  // of the page, as in its name
  XmlElement element;
};
using ListedFiles = std::map<std::string, ListedFile>;  // by file id

std::string map_type(const XmlElement& map) {
  return map.attribute("TYPE");
}

XmlElement map_of(const XmlElement& root, std::string_view type) {
  for (const XmlElement& map : root.children("structMap"))
    if (map_type(map) == type) return map;
  return {};
}

// The page's number in each file's name, by path.
std::map<std::string, std::string> numbers_by_path(const Package& p, std::size_t group) {
  std::map<std::string, std::string> numbers;
  for (const auto& [number, path] : p.pages[group]) numbers[path] = number;
  return numbers;
}

void check_size_and_digest(Check& check, const XmlElement& file, const std::string& path) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const auto real = p.files.find(path);
  const std::string size = file.attribute("SIZE");
  if (!is_number(size))
    f.error("PRIMARY-METS_FILESEC_SIZES_MATCH", p.mets, {file, "SIZE"},
            say(tr("SIZE of {} is {}, not a number"), path, in_quotes(size)));
  else if (real != p.files.end() && size != std::to_string(real->second.size_bytes))
    f.warning(
        "PRIMARY-METS_FILESEC_SIZES_MATCH", p.mets, {file, "SIZE"},
        say(tr("SIZE of {} is {}, the file has {} bytes"), path, size, real->second.size_bytes));
  if (real == p.files.end() || real->second.md5.empty())
    f.error("PRIMARY-METS_FILESEC_CHECKSUMS_MATCH", p.mets, {file.child("FLocat"), "xlink:href"},
            say(tr("{} cannot be read"), in_quotes(path)));
  else if (lower_ascii(file.attribute("CHECKSUM")) != real->second.md5)
    f.warning("PRIMARY-METS_FILESEC_CHECKSUMS_MATCH", p.mets, {file, "CHECKSUM"},
              say(tr("CHECKSUM of {} is {}, the file's digest is {}"), path,
                  in_quotes(file.attribute("CHECKSUM")), real->second.md5));
  else if (file.attribute("CHECKSUMTYPE") != "MD5")
    f.beside("PRIMARY-METS_FILESEC_CHECKSUMS_MATCH", p.mets, {file, "CHECKSUMTYPE"},
             say(tr("CHECKSUMTYPE of {} is {}, expected MD5"), path,
                 in_quotes(file.attribute("CHECKSUMTYPE"))));
}

// One listed file. True when it is there and listed for the first time.
bool check_listed_file(Check& check, const XmlElement& file, const FolderKind& kind,
                       std::set<std::string>& paths) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const std::string rule =
      fmt::format("PRIMARY-METS_FILESEC_ALL_{}_FILES_REFERENCED", kind.file_word);
  const XmlElement link = file.child("FLocat");
  const std::string href = link.attribute("xlink:href");
  const Place place = link ? Place(link, "xlink:href") : Place(file);
  if (!check_href(check, p.mets, place, href)) return false;
  const bool of_folder = href.starts_with(std::string(kind.folder) + "/") && p.files.count(href);
  if (!of_folder)
    f.error(rule, p.mets, place,
            say(tr("{} is not a file of the folder {}"), in_quotes(href), kind.folder));
  else if (link.attribute("LOCTYPE") != "URL")
    f.error(
        rule, p.mets, {link, "LOCTYPE"},
        say(tr("LOCTYPE of {} is {}, expected URL"), href, in_quotes(link.attribute("LOCTYPE"))));
  else if (!paths.insert(href).second)
    f.beside(rule, p.mets, place, say(tr("{} is there twice"), href));
  check_size_and_digest(check, file, href);
  const std::string id = file.attribute("ID"), start = std::string(kind.id_prefix) + "_";
  if (!id.starts_with(start) || !is_number(id.substr(start.size())))
    f.warning("LINKA_FILE_IDS", p.mets, {file, "ID"},
              say(tr("the file id {} is not of the form {}0001"), in_quotes(id), start));
  if (file.attribute("MIMETYPE") != kind.mime_type)
    f.warning("LINKA_FILE_MIME_TYPES", p.mets, {file, "MIMETYPE"},
              say(tr("MIMETYPE of {} is {}, expected {}"), in_quotes(href),
                  in_quotes(file.attribute("MIMETYPE")), kind.mime_type));
  return true;
}

// The five groups; what every file id stands for.
ListedFiles check_file_section(Check& check, const XmlElement& root) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view groups_rule = "PRIMARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT";
  f.applied(groups_rule, "PRIMARY-METS_FILESEC_SIZES_MATCH", "PRIMARY-METS_FILESEC_CHECKSUMS_MATCH",
            "LINKA_FILE_IDS", "LINKA_FILE_MIME_TYPES", "LINKA_HREF_INSIDE_PACKAGE");
  ListedFiles listed;
  std::array<bool, 5> seen{};
  const XmlElement section = root.child("fileSec");
  const Place whole = section ? section : root;
  for (const XmlElement& group : section.children("fileGrp")) {
    const std::string id = group.attribute("ID");
    const auto kind = std::find_if(folder_kinds.begin(), folder_kinds.end(),
                                   [&](const FolderKind& k) { return k.group == id; });
    if (kind == folder_kinds.end()) {
      f.error(groups_rule, p.mets, group, say(tr("the group {} is not expected"), in_quotes(id)));
      continue;
    }
    const auto which = static_cast<std::size_t>(kind - folder_kinds.begin());
    if (seen[which])
      f.error(groups_rule, p.mets, group, say(tr("the group {} is there twice"), id));
    seen[which] = true;
    if (group.attribute("USE") != kind->use)
      f.error(groups_rule, p.mets, {group, "USE"},
              say(tr("USE of {} is {}, expected {}"), id, in_quotes(group.attribute("USE")),
                  kind->use));
    const std::map<std::string, std::string> numbers = numbers_by_path(p, which);
    std::set<std::string> paths;
    for (const XmlElement& file : group.children("file")) {
      if (!check_listed_file(check, file, *kind, paths)) continue;
      const std::string href = file.child("FLocat").attribute("xlink:href");
      const auto number = numbers.find(href);
      listed[file.attribute("ID")] = {which, href, number == numbers.end() ? "" : number->second,
                                      file};
    }
    for (const auto& [path, facts] : p.files)
      if (path.starts_with(std::string(kind->folder) + "/") && !paths.count(path))
        f.error(fmt::format("PRIMARY-METS_FILESEC_ALL_{}_FILES_REFERENCED", kind->file_word),
                p.mets, group, say(tr("{} is not listed"), path));
  }
  for (std::size_t k = 0; k < 5; ++k) {
    f.applied(
        fmt::format("PRIMARY-METS_FILESEC_ALL_{}_FILES_REFERENCED", folder_kinds[k].file_word));
    if (!seen[k])
      f.error(groups_rule, p.mets, whole,
              say(tr("the group {} is missing"), folder_kinds[k].group));
  }
  return listed;
}

struct Records {
  std::set<std::string> ids;               // of all dmdSec
  std::map<std::string, XmlElement> mods;  // MODS records by dmdSec id
};

Records records_of(const XmlElement& root) {
  Records r;
  for (const XmlElement& section : root.children("dmdSec")) {
    const std::string id = section.attribute("ID");
    r.ids.insert(id);
    const XmlElement mods = section.child("mdWrap").child("xmlData").child("mods");
    if (mods) r.mods[id] = mods;
  }
  return r;
}

std::string page_part(const XmlElement& mods, std::string_view detail_type) {
  for (const XmlElement& part : mods.children("part"))
    for (const XmlElement& detail : part.children("detail"))
      if (detail.attribute("type") == detail_type) return detail.child("number").text();
  return {};
}

// What the page's record says a second time must be the same.
void check_page_record(Check& check, const XmlElement& div, const Records& records) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const std::string id = div.attribute("ID");
  constexpr std::string_view start = "DIV_P_PAGE_";
  if (!id.starts_with(start) || !is_number(id.substr(start.size()))) {
    f.warning("LINKA_PAGE_DIV_HAS_RECORD", p.mets, {div, "ID"},
              say(tr("the id {} is not of the form DIV_P_PAGE_0001"), in_quotes(id)));
    return;
  }
  const auto record = records.mods.find("MODSMD_PAGE_" + id.substr(start.size()));
  if (record == records.mods.end()) {
    f.warning("LINKA_PAGE_DIV_HAS_RECORD", p.mets, {div, "ID"},
              say(tr("there is no record MODSMD_PAGE_{}"), id.substr(start.size())));
    return;
  }
  const XmlElement& mods = record->second;
  const auto same = [&](const char* attribute, const std::string& in_record) {
    const std::string in_map = div.attribute(attribute);
    if (!in_record.empty() && in_map != in_record)
      f.warning("LINKA_PAGE_RECORD_AGREES", p.mets, {div, attribute},
                say(tr("{} of {} is {} in the map and {} in the record"), attribute, id,
                    in_quotes(in_map), in_quotes(in_record)));
  };
  same("TYPE", mods.child("genre").attribute("type"));
  for (const XmlElement& part : mods.children("part")) same("TYPE", part.attribute("type"));
  same("ORDERLABEL", page_part(mods, "pageNumber"));
  same("ORDER", page_part(mods, "pageIndex"));
}

void check_pointers(Check& check, const XmlElement& div, const ListedFiles& listed,
                    std::map<std::string, int>& used) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  std::array<int, 5> groups{};
  std::set<std::string> numbers;
  for (const XmlElement& pointer : div.children("fptr")) {
    const std::string id = pointer.attribute("FILEID");
    const auto file = listed.find(id);
    if (file == listed.end()) {
      f.error(rule, p.mets, {pointer, "FILEID"},
              say(tr("there is no file with the id {}"), in_quotes(id)));
      continue;
    }
    ++groups[file->second.group];
    ++used[id];
    if (!file->second.number.empty()) numbers.insert(file->second.number);
  }
  for (std::size_t k = 0; k < 5; ++k)
    if (groups[k] == 0)
      f.error(rule, p.mets, div,
              say(tr("{} does not point into {}"), in_quotes(div.attribute("ID")),
                  folder_kinds[k].group));
    else if (groups[k] > 1)
      f.beside(rule, p.mets, div,
               say(tr("{} points {} times into {}, expected once"), in_quotes(div.attribute("ID")),
                   groups[k], folder_kinds[k].group));
  if (numbers.size() > 1)
    f.warning("LINKA_PAGE_FILES_BELONG_TOGETHER", p.mets, div,
              say(tr("{} joins files of the pages {} and {}"), in_quotes(div.attribute("ID")),
                  *numbers.begin(), *numbers.rbegin()));
}

// The div of the whole document: the first that has a type. No element when there is none.
XmlElement check_top_div(Check& check, const XmlElement& root, const Records& records) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  const XmlElement map = map_of(root, "PHYSICAL");
  if (!map) {
    f.error(rule, p.mets, root, tr("there is no physical map"));
    return {};
  }
  const std::vector<XmlElement> tops = map.children("div");
  const auto top =
      std::find_if(tops.begin(), tops.end(), [](const XmlElement& div) { return div.has("TYPE"); });
  if (top == tops.end()) {
    f.error(rule, p.mets, tops.empty() ? map : tops.front(),
            tops.empty() ? tr("the physical map is empty") : tr("the top div has no TYPE"));
    return {};
  }
  if (tops.size() > 1)
    f.beside(rule, p.mets, map,
             say(tr("the physical map has {} top divs, expected one"), tops.size()));
  if (!records.ids.count(top->attribute("DMDID")))
    f.error(rule, p.mets, {*top, "DMDID"},
            say(tr("DMDID {} of the top div is not the id of one record"),
                in_quotes(top->attribute("DMDID"))));
  return *top;
}

void check_page_div(Check& check, const XmlElement& div, std::size_t expected) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  const std::string id = div.attribute("ID"), order = div.attribute("ORDER"),
                    type = div.attribute("TYPE");
  for (const char* needed : {"ID", "ORDER", "ORDERLABEL", "TYPE"})
    if (div.attribute(needed).empty())
      f.error(rule, p.mets, {div, needed}, say(tr("the page {} has no {}"), in_quotes(id), needed));
  const std::string digits =
      order.starts_with('-') || order.starts_with('+') ? order.substr(1) : order;
  if (!order.empty() && !is_number(digits))
    f.error(rule, p.mets, {div, "ORDER"},
            say(tr("ORDER of {} is {}, not a number"), in_quotes(id), in_quotes(order)));
  else if (!order.empty() && order != std::to_string(expected))
    f.warning("LINKA_PAGES_IN_ORDER", p.mets, {div, "ORDER"},
              say(tr("ORDER of {} is {}, expected {}"), in_quotes(id), order, expected));
  if (!type.empty() && !is_one_of(type, page_types(p.standard)))
    f.warning(rule, p.mets, {div, "TYPE"}, say(tr("{} is not a page type"), in_quotes(type)));
}

// Returns the ids of the pages.
std::set<std::string> check_physical_map(Check& check, const XmlElement& root,
                                         const ListedFiles& listed, const Records& records) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  f.applied(rule, "LINKA_PAGE_DIV_HAS_RECORD", "LINKA_PAGE_RECORD_AGREES", "LINKA_FILE_OF_ONE_PAGE",
            "LINKA_PAGE_FILES_BELONG_TOGETHER", "LINKA_PAGES_IN_ORDER");
  std::set<std::string> pages;
  const XmlElement top = check_top_div(check, root, records);
  if (!top) return pages;
  std::map<std::string, int> used;
  std::size_t expected = 0;
  for (const XmlElement& div : top.children("div")) {
    check_page_div(check, div, ++expected);
    const std::string id = div.attribute("ID");
    if (!id.empty() && !pages.insert(id).second)
      f.beside(rule, p.mets, {div, "ID"}, say(tr("the page {} is there twice"), in_quotes(id)));
    check_pointers(check, div, listed, used);
    check_page_record(check, div, records);
  }
  if (expected == 0) f.error(rule, p.mets, top, tr("the physical map has no page"));
  for (const auto& [id, file] : listed)
    if (used[id] != 1)
      f.warning("LINKA_FILE_OF_ONE_PAGE", p.mets, file.element,
                say(tr("{} ({}) belongs to {} pages, expected one"), in_quotes(id),
                    in_quotes(file.path), used[id]));
  return pages;
}

// Returns the ids of its divs.
std::set<std::string> check_logical_map(Check& check, const XmlElement& root,
                                        const ListedFiles& listed, const Records& records) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_LOGICAL_STRUCTURAL_MAP_CORRECT";
  f.applied(rule, "LINKA_TEXT_AREAS_RESOLVE", "LINKA_RECORDS_IN_LOGICAL_MAP");
  std::set<std::string> ids, described;
  const XmlElement map = map_of(root, "LOGICAL");
  const std::vector<XmlElement> divs = map.descendants("div");
  if (!map)
    f.error(rule, p.mets, root, tr("there is no logical map"));
  else if (divs.empty())
    f.beside(rule, p.mets, map, tr("the logical map is empty"));
  const auto& types = p.standard.periodical ? periodical_divs : monograph_divs;
  for (const XmlElement& div : divs) {
    const std::string id = div.attribute("ID"), type = div.attribute("TYPE");
    if (id.empty())
      f.error(rule, p.mets, div, tr("a div has no ID"));
    else if (!ids.insert(id).second)
      f.beside(rule, p.mets, {div, "ID"}, say(tr("the id {} is there twice"), in_quotes(id)));
    if (!is_one_of(type, types))
      f.error(rule, p.mets, {div, "TYPE"},
              say(tr("TYPE {} of {} is not in the list"), in_quotes(type), in_quotes(id)));
    if (const std::string record = div.attribute("DMDID"); !record.empty()) {
      described.insert(record);
      if (!records.ids.count(record))
        f.error(rule, p.mets, {div, "DMDID"}, say(tr("there is no record {}"), in_quotes(record)));
    }
    for (const XmlElement& pointer : div.children("fptr"))
      for (const XmlElement& area : pointer.descendants("area")) {
        const auto file = listed.find(area.attribute("FILEID"));
        if (file == listed.end() || file->second.group != alto_files)
          f.warning(
              "LINKA_TEXT_AREAS_RESOLVE", p.mets, {area, "FILEID"},
              say(tr("{} is not the id of an ALTO file"), in_quotes(area.attribute("FILEID"))));
        else if (area.has("BEGIN"))
          check.areas[file->second.path].push_back({area.attribute("BEGIN"), id, {area, "BEGIN"}});
      }
  }
  for (const auto& [id, mods] : records.mods) {
    std::string level, number;
    if (parse_record_id(id, "MODSMD_", level, number) && level != "PAGE" && !described.count(id))
      f.warning("LINKA_RECORDS_IN_LOGICAL_MAP", p.mets, mods,
                say(tr("no div of the logical map has the record {}"), id));
  }
  return ids;
}

void check_links(Check& check, const XmlElement& root, const std::set<std::string>& pages,
                 const std::set<std::string>& logical) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "PRIMARY-METS_STRUCT_LINKS_CORRECT";
  f.applied(rule, "LINKA_PAGE_HAS_ONE_OWNER");
  std::map<std::string, std::set<std::string>> owners;
  std::set<std::string> linked;
  const XmlElement section = root.child("structLink");
  const Place whole = section ? section : root;
  for (const XmlElement& link : section.children("smLink")) {
    const std::string from = link.attribute("xlink:from"), to = link.attribute("xlink:to");
    if (!logical.count(from))
      f.error(rule, p.mets, {link, "xlink:from"},
              say(tr("xlink:from {} is not in the logical map"), in_quotes(from)));
    if (!pages.count(to))
      f.error(rule, p.mets, {link, "xlink:to"},
              say(tr("xlink:to {} is not a page of the physical map"), in_quotes(to)));
    if (from.empty()) continue;
    linked.insert(to);
    if (from.starts_with("VOLUME") || from.starts_with("ISSUE") || from.starts_with("SUPPLEMENT"))
      owners[to].insert(from);
  }
  for (const std::string& page : pages) {
    if (!linked.count(page)) {
      f.error(rule, p.mets, whole, say(tr("the page {} is not linked"), in_quotes(page)));
      continue;
    }
    const std::size_t n = owners[page].size();
    if (n != 1)
      f.warning("LINKA_PAGE_HAS_ONE_OWNER", p.mets, whole,
                say(tr("the page {} is owned by {} of VOLUME, ISSUE, SUPPLEMENT, expected one"),
                    in_quotes(page), n));
  }
}

Judge date_time() {
  return [](const std::string& v) {
    return is_date_time(v) ? std::string() : std::string(tr("not a date with a time"));
  };
}

Shape agent_shape(const Check& check, const char* role) {
  const auto* sigla = &check.dictionaries.sigla;
  const Judge library = [sigla](const std::string& v) {
    return sigla->empty() || sigla->count(v) ? std::string()
                                             : std::string(tr("not a library code"));
  };
  return Shape::node("agent", {Shape::leaf("name").once().judged(library, Severity::warning)})
      .needs("ROLE")
      .needs("TYPE", {"ORGANIZATION"})
      .where([role](const XmlElement& e) { return e.attribute("ROLE") == role; }, role)
      .once();
}

}  // namespace

void check_header(Check& check, const std::string& file, const XmlElement& root) {
  const bool primary = file == check.package.mets;
  const std::string_view rule =
      primary ? "PRIMARY_METS_HEADER_MATCHES_PROFILE" : "SECONDARY_METS_HEADER_MATCH_PROFILE";
  Findings& f = check.findings;
  f.applied(rule);
  for (const char* needed : {"LABEL", "TYPE"})
    if (root.attribute(needed).empty())
      f.error(rule, file, {root, needed}, say(tr("the root has no {}"), needed));
  if (primary && !root.has("xsi:schemaLocation"))
    f.info(rule, file, root, tr("the root has no xsi:schemaLocation"));
  for (const auto& [name, value] : root.attributes())
    if (!is_one_of(name, {"LABEL", "TYPE", "xsi:schemaLocation"}))
      f.warning(rule, file, {root, name}, say(tr("the root's {} is not expected"), name));
  for (const XmlElement& child : root.children())
    if (!is_one_of(child.name(), {"metsHdr", "dmdSec", "fileSec", "structMap", "structLink"}) &&
        (primary || child.name() != "amdSec"))
      f.warning(rule, file, child, say(tr("the section {} is not expected"), child.name()));
  const XmlElement header = root.child("metsHdr");
  if (!header) {
    f.error(rule, file, root, tr("there is no metsHdr"));
    return;
  }
  if (!primary) return;
  compare(check, rule, file, "header",
          Shape::node("metsHdr", {agent_shape(check, "CREATOR"), agent_shape(check, "ARCHIVIST")})
              .needs_judged("CREATEDATE", date_time())
              .needs_judged("LASTMODDATE", date_time()),
          header);
}

void check_primary_mets(Check& check, const XmlDocument& mets) {
  const XmlElement root = mets.root();
  const std::string& file = check.package.mets;
  check_header(check, file, root);
  check_prefixes(check, file, root);
  check_unique_ids(check, file, root, "LINKA_METS_IDS_UNIQUE");
  const Records records = records_of(root);
  const ListedFiles listed = check_file_section(check, root);
  const std::set<std::string> pages = check_physical_map(check, root, listed, records);
  const std::set<std::string> logical = check_logical_map(check, root, listed, records);
  check_links(check, root, pages, logical);
  check_rights(check, file, root, "COPYRIGHTMD_IN_PRIMARY_METS_MATCH_PROFILE");
}

}  // namespace linka::rules
