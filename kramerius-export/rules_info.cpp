// SPDX-License-Identifier: GPL-3.0-or-later
// The info file: the package's own table of contents.
#include "base/text.h"
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
  const XmlElement list = info.child("itemlist");
  const std::vector<XmlElement> items = list.children("item");
  const std::string total = list.attribute("itemtotal");
  if (total != std::to_string(items.size()))
    f.error("INFO_ITEMTOTAL_MATCHES_ITEMS_COUNT", p.info,
            fmt::format("itemtotal is {}, but there are {} items", in_quotes(total), items.size()));
  std::set<std::string> listed;
  for (const XmlElement& item : items) {
    const std::string path = without_start(item.text());
    if (!p.files.count(path))
      f.error("INFO_ITEMLIST_REFERENCES_ALL_FILES", p.info,
              fmt::format("{}: there is no file {}", at(item), in_quotes(path)));
    else if (!listed.insert(path).second)
      f.error("INFO_ITEMLIST_REFERENCES_ALL_FILES", p.info,
              fmt::format("{}: {} is listed twice", at(item), path));
  }
  for (const auto& [path, file] : p.files)
    if (!listed.count(path))
      f.error("INFO_ITEMLIST_REFERENCES_ALL_FILES", p.info, path + " is not listed");
}

void check_title_ids(Check& check, const XmlElement& info, const XmlDocument* mets) {
  const Package& p = check.package;
  Findings& f = check.findings;
  std::set<std::string> known, seen;
  if (mets)
    for (const XmlElement& identifier : mets->root().descendants("identifier"))
      if (identifier.name_space() == "http://www.loc.gov/mods/v3")
        known.insert(identifier.attribute("type") + ":" + identifier.text());
  for (const XmlElement& id : info.children("titleid")) {
    const std::string one = id.attribute("type") + ":" + id.text();
    if (!seen.insert(one).second)
      f.warning("INFO_NO_DUPLICATE_IDENTIFIERS", p.info,
                fmt::format("{}: {} is there twice", at(id), in_quotes(one)));
    if (mets && !known.count(one))
      f.warning("LINKA_INFO_IDENTIFIERS_IN_RECORDS", p.info,
                fmt::format("{}: no record of the package has the identifier {}", at(id),
                            in_quotes(one)));
  }
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
    for (const std::string& message : check.schemas.info->check(*info))
      f.warning("INFO_XML_VALID_BY_XSD", p.info, message);
  }
  const std::string id = root.child("packageid").text();
  const std::string folder = p.root.filename().string();
  if (id != folder)
    f.error(
        "PSP_DIR_MATCHES_PSP_ID", p.info,
        fmt::format("packageid is {}, the folder is named {}", in_quotes(id), in_quotes(folder)));
  const std::string main = root.child("mainmets").text();
  if (main.empty() || without_start(main) != p.mets)
    f.error("INFO_REFERENCES_PRIMARY-METS", p.info,
            fmt::format("mainmets is {}, the main METS is {}", in_quotes(main), in_quotes(p.mets)));
  check_items(check, root);
  check_title_ids(check, root, mets);

  const XmlElement checksum = root.child("checksum");
  const std::string path = without_start(checksum.text());
  const auto file = p.files.find(p.md5);
  if (p.md5.empty() || path != p.md5)
    f.error("INFO_CHECKSUM_FILE_CHECKSUM_MATCHES", p.info,
            fmt::format("checksum speaks of {}, the file of digests is {}", in_quotes(path),
                        in_quotes(p.md5)));
  else if (file == p.files.end() || lower_ascii(checksum.attribute("checksum")) != file->second.md5)
    f.error("INFO_CHECKSUM_FILE_CHECKSUM_MATCHES", p.info,
            fmt::format("checksum is {}, but {} has the digest {}",
                        in_quotes(checksum.attribute("checksum")), p.md5,
                        file == p.files.end() ? "unknown" : file->second.md5));
  if (!check.dictionaries.sigla.empty()) {
    f.applied("LINKA_INFO_CREATOR_IS_A_LIBRARY");
    const std::string creator = root.child("creator").text();
    if (!check.dictionaries.sigla.count(creator))
      f.warning("LINKA_INFO_CREATOR_IS_A_LIBRARY", p.info,
                fmt::format("creator {} is not a library code", in_quotes(creator)));
  }
  check_empty(check, p.info, root);
}

}  // namespace linka::rules
