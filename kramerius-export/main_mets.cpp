// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/main_mets.h"

#include "formats/dc.h"

namespace linka {
namespace {

constexpr const char* volume_dmd = "MODSMD_VOLUME_0001";

std::vector<MetsFileGroup> file_groups(const std::vector<PlacedPage>& pages,
                                       const PackageNames& names) {
  std::vector<MetsFileGroup> groups{{"MC_IMGGRP", "Images", {}},
                                    {"UC_IMGGRP", "Images", {}},
                                    {"ALTOGRP", "Layout", {}},
                                    {"TXTGRP", "Text", {}},
                                    {"TECHMDGRP", "Technical Metadata", {}}};
  for (const PlacedPage& page : pages) {
    const std::string number = ordinal_text(page.record.ordinal);
    const auto add = [&](std::size_t group, const char* id, const char* mime, const PlacedFile& f,
                         const std::string& created) {
      groups[group].files.push_back(
          {id + number, mime, page.record.ordinal - 1, created, f.size_bytes, f.md5, "", f.href});
    };
    add(0, "MC_", "image/jp2", page.master, page.made_at);
    add(1, "UC_", "image/jp2", page.user, page.made_at);
    add(2, "ALTO_", "text/xml", page.alto, page.made_at);
    add(3, "TXT_", "text/plain", page.txt, page.made_at);
    add(4, "AMD_", "text/xml", page.amd, names.created);
  }
  return groups;
}

void write_physical_map(XmlWriter& xml, const std::vector<PlacedPage>& pages,
                        const PackageNames& names) {
  xml.open("mets:structMap").attribute("TYPE", "PHYSICAL").attribute("LABEL", "Physical_Structure");
  xml.open("mets:div")
      .attribute("ID", "DIV_P_0000")
      .attribute("LABEL", names.header.label)
      .attribute("TYPE", "MONOGRAPH")
      .attribute("DMDID", volume_dmd);
  for (const PlacedPage& page : pages) {
    const std::string number = ordinal_text(page.record.ordinal);
    xml.open("mets:div")
        .attribute("ID", "DIV_P_PAGE_" + number)
        .attribute("ORDER", std::to_string(page.record.ordinal))
        .attribute("ORDERLABEL", page.record.label)
        .attribute("TYPE", page.record.type);
    write_file_pointers(
        xml, {"MC_" + number, "UC_" + number, "ALTO_" + number, "TXT_" + number, "AMD_" + number});
    xml.close();
  }
  xml.close().close();
}

void write_logical_map(XmlWriter& xml, const std::vector<PlacedPage>& pages,
                       const PackageNames& names) {
  xml.open("mets:structMap").attribute("TYPE", "LOGICAL").attribute("LABEL", "Logical_Structure");
  xml.open("mets:div")
      .attribute("ID", "MONOGRAPH_0001")
      .attribute("TYPE", "MONOGRAPH")
      .attribute("LABEL", names.header.label);
  xml.open("mets:div")
      .attribute("ID", "VOLUME_0001")
      .attribute("TYPE", "VOLUME")
      .attribute("LABEL", names.header.label)
      .attribute("DMDID", volume_dmd);
  xml.close().close().close();
  xml.open("mets:structLink");
  for (const PlacedPage& page : pages)
    xml.open("mets:smLink")
        .attribute("xlink:from", "VOLUME_0001")
        .attribute("xlink:to", "DIV_P_PAGE_" + ordinal_text(page.record.ordinal))
        .close();
  xml.close();
}

}  // namespace

std::string to_main_mets(const std::vector<PlacedPage>& pages, const Record& record,
                         const PackageNames& names, const ModsStyle& style,
                         const std::string& mods_type_version) {
  XmlWriter xml;
  begin_mets(xml, names.header);
  begin_section(xml, "mets:dmdSec", volume_dmd, "MODS", mods_type_version);
  write_mods(xml, record, style, names.created);
  end_section(xml);
  begin_section(xml, "mets:dmdSec", "DCMD_VOLUME_0001", "DC");
  write_dc(xml, record);
  end_section(xml);
  for (const PlacedPage& page : pages) {
    const std::string number = ordinal_text(page.record.ordinal);
    begin_section(xml, "mets:dmdSec", "MODSMD_PAGE_" + number, "MODS", mods_type_version);
    write_mods(xml, page.record, style);
    end_section(xml);
    begin_section(xml, "mets:dmdSec", "DCMD_PAGE_" + number, "DC");
    write_dc(xml, page.record);
    end_section(xml);
  }
  write_file_section(xml, file_groups(pages, names));
  write_physical_map(xml, pages, names);
  write_logical_map(xml, pages, names);
  return xml.done();
}

}  // namespace linka
