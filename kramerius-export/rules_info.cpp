// SPDX-License-Identifier: GPL-3.0-or-later
// The info file: the package's own table of contents.
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_internal.h"

#include <algorithm>

namespace linka::rules {
namespace {

std::string without_start(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  if (path.starts_with("./")) path.erase(0, 2);
  if (path.starts_with('/')) path.erase(0, 1);
  return path;
}

void check_items(Check& check, const XmlElement& info) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "INFO_ITEMLIST_REFERENCES_ALL_FILES";
  const XmlElement list = info.child("itemlist");
  const Place whole = list ? list : info;
  const std::vector<XmlElement> items = list.children("item");
  const std::string total = list.attribute("itemtotal");
  // The national validator has a rule for this that never speaks.
  if (total != std::to_string(items.size()))
    f.beside("INFO_ITEMTOTAL_MATCHES_ITEMS_COUNT", p.info,
             list ? Place(list, "itemtotal") : Place(info),
             say(tr("itemtotal is {}, but there are {} items"), in_quotes(total), items.size()));
  std::set<std::string> listed;
  for (const XmlElement& item : items) {
    const std::string path = without_start(item.text());
    if (p.tolerated.count(path))
      f.error(rule, p.info, item, say(tr("{} must not be listed"), path));
    else if (!p.files.count(path))
      f.error(rule, p.info, item, say(tr("there is no file {}"), in_quotes(path)));
    else if (!listed.insert(path).second)
      f.beside(rule, p.info, item, say(tr("{} is listed twice"), path));
  }
  for (const auto& [path, file] : p.files)
    if (!listed.count(path) && !p.tolerated.count(path))
      f.error(rule, p.info, whole, say(tr("{} is not listed"), path));
}

void check_title_ids(Check& check, const XmlElement& info, const XmlDocument* mets) {
  const Package& p = check.package;
  Findings& f = check.findings;
  std::set<std::string> known, seen;
  std::map<std::string, std::string> first;  // of each type
  if (mets)
    for (const XmlElement& identifier : mets->root().descendants("identifier"))
      if (identifier.name_space() == "http://www.loc.gov/mods/v3")
        known.insert(identifier.attribute("type") + ":" + identifier.text());
  for (const XmlElement& id : info.children("titleid")) {
    const std::string type = id.attribute("type"), one = type + ":" + id.text();
    const std::string sentence = say(tr("{} is there twice"), in_quotes(one));
    const bool is_first = first.emplace(type, one).second;
    if (!is_first && first[type] == one)
      f.warning("INFO_NO_DUPLICATE_IDENTIFIERS", p.info, id, sentence);
    else if (seen.count(one))
      f.beside("INFO_NO_DUPLICATE_IDENTIFIERS", p.info, id, sentence);
    seen.insert(one);
    if (mets && !known.count(one))
      f.warning("LINKA_INFO_IDENTIFIERS_IN_RECORDS", p.info, id,
                say(tr("no record of the package has the identifier {}"), in_quotes(one)));
  }
}

void check_list_of_digests(Check& check, const XmlElement& info) {
  const Package& p = check.package;
  Findings& f = check.findings;
  constexpr std::string_view rule = "INFO_CHECKSUM_FILE_CHECKSUM_MATCHES";
  const XmlElement checksum = info.child("checksum");
  const Place place = checksum ? checksum : info;
  const std::string path = without_start(checksum.text());
  const auto file = p.files.find(p.md5);
  if (p.md5.empty() || path != p.md5)
    f.error(rule, p.info, place,
            say(tr("checksum speaks of {}, the file of digests is {}"), in_quotes(path),
                in_quotes(p.md5)));
  else if (file == p.files.end() ||
           lower_ascii(trimmed(checksum.attribute("checksum"))) != file->second.md5)
    f.error(rule, p.info, {checksum, "checksum"},
            say(tr("checksum is {}, but {} has the digest {}"),
                in_quotes(checksum.attribute("checksum")), p.md5,
                file == p.files.end() ? "?" : file->second.md5));
}

}  // namespace

void check_info(Check& check, const XmlDocument* info, const XmlDocument* mets) {
  const Package& p = check.package;
  if (!info) return;
  Findings& f = check.findings;
  f.applied("INFO_REFERENCES_PRIMARY-METS", "INFO_ITEMTOTAL_MATCHES_ITEMS_COUNT",
            "INFO_ITEMLIST_REFERENCES_ALL_FILES", "INFO_CHECKSUM_FILE_CHECKSUM_MATCHES",
            "INFO_NO_DUPLICATE_IDENTIFIERS", "LINKA_INFO_IDENTIFIERS_IN_RECORDS");
  const XmlElement root = info->root();
  if (check.schemas.info) {
    f.applied("INFO_XML_VALID_BY_XSD");
    for (const XmlComplaint& c : check.schemas.info->complaints(*info))
      f.warning("INFO_XML_VALID_BY_XSD", p.info, c.element, c.message);
  }
  const auto place_of = [&](const char* name) {
    const XmlElement child = root.child(name);
    return child ? Place(child) : Place(root);
  };
  const std::string id = root.child("packageid").text();
  const std::string folder = p.root.filename().string();
  if (id != folder)
    f.error("PSP_DIR_MATCHES_PSP_ID", p.info, place_of("packageid"),
            say(tr("packageid is {}, the folder is named {}"), in_quotes(id), in_quotes(folder)));
  const std::string main = root.child("mainmets").own_text();  // spaces count here
  if (main.empty() || main != p.mets)
    f.error("INFO_REFERENCES_PRIMARY-METS", p.info, place_of("mainmets"),
            say(tr("mainmets is {}, the main METS is {}"), in_quotes(main), in_quotes(p.mets)));
  check_items(check, root);
  check_title_ids(check, root, mets);

  check_list_of_digests(check, root);
  if (!check.dictionaries.sigla.empty()) {
    f.applied("LINKA_INFO_CREATOR_IS_A_LIBRARY");
    const std::string creator = root.child("creator").text();
    if (!check.dictionaries.sigla.count(creator))
      f.warning("LINKA_INFO_CREATOR_IS_A_LIBRARY", p.info, place_of("creator"),
                say(tr("creator {} is not a library code"), in_quotes(creator)));
  }
  check_empty(check, p.info, root);
}

}  // namespace linka::rules
