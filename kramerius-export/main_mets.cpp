// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/main_mets.h"

#include "formats/dc.h"

#include <string_view>

namespace linka {
namespace {

// MODS and Dublin Core of one thing, directly one after the other.
template <class WriteMods, class WriteDc>
void write_record(XmlWriter& xml, const std::string& id, const WrittenStandard& standard,
                  const WriteMods& mods, const WriteDc& dc) {
  begin_section(xml, "mets:dmdSec", "MODSMD_" + id, "MODS", standard.mods_type_version);
  mods();
  end_section(xml);
  begin_section(xml, "mets:dmdSec", "DCMD_" + id, "DC");
  dc();
  end_section(xml);
}

void write_files(XmlWriter& xml, const std::vector<MainPage>& pages, const PackageNames& names) {
  xml.open("mets:fileSec");
  for (std::size_t folder = 0; folder < package_folders.size(); ++folder) {
    const PackageFolder& f = package_folders[folder];
    xml.open("mets:fileGrp").attribute("ID", f.group).attribute("USE", f.use);
    for (const MainPage& page : pages) {
      const int ordinal = page.record.ordinal;
      const PlacedFile& file = page.files[folder];
      write_file(xml, {f.id_prefix + ordinal_text(ordinal), f.mime_type, ordinal - 1,
                       folder == in_amdsec ? names.created : page.made_at, file.size_bytes,
                       file.md5, "", href_of(folder, names.id, ordinal)});
    }
    xml.close();
  }
  xml.close();
}

void write_physical_map(XmlWriter& xml, const Structure& structure,
                        const std::vector<MainPage>& pages) {
  xml.open("mets:structMap").attribute("TYPE", "PHYSICAL").attribute("LABEL", "Physical_Structure");
  xml.open("mets:div")
      .attribute("ID", "DIV_P_0000")
      .attribute("LABEL", structure.label)
      .attribute("TYPE", structure.periodical ? "ISSUE" : "MONOGRAPH")
      .attribute("DMDID", structure.unit_dmd);
  for (const MainPage& page : pages) {
    const std::string number = ordinal_text(page.record.ordinal);
    xml.open("mets:div")
        .attribute("ID", "DIV_P_PAGE_" + number)
        .attribute("ORDER", std::to_string(page.record.ordinal))
        .attribute("ORDERLABEL", page.record.label)
        .attribute("TYPE", page.record.type);
    std::vector<std::string> files;
    for (const PackageFolder& f : package_folders) files.push_back(f.id_prefix + number);
    write_file_pointers(xml, files);
    xml.close();
  }
  xml.close().close();
}

// A part of the text: where in the page's ALTO file it stands.
void write_area(XmlWriter& xml, const Entity& e, const PartArea& area, std::size_t number) {
  xml.open("mets:div")
      .attribute("ID", e.div_id + "_" + ordinal_text(static_cast<int>(number)))
      .attribute("TYPE", area.type)
      .attribute("ORDER", std::to_string(number));
  xml.open("mets:fptr").open("mets:area");
  xml.attribute("FILEID", package_folders[in_alto].id_prefix +
                              ordinal_text(static_cast<int>(area.page) + 1))
      .attribute("BEGIN", area.block)
      .attribute("BETYPE", "IDREF");
  xml.close().close().close();
}

// `order` counts the parts below one div; 0: not counted.
void write_div(XmlWriter& xml, const Entity& e, int order) {
  xml.open("mets:div")
      .attribute("ID", e.div_id)
      .attribute("TYPE", e.div_type)
      .attribute("LABEL", e.label)
      .attribute("DMDID", "MODSMD_" + record_id(e.place));
  if (order > 0) xml.attribute("ORDER", std::to_string(order));
  for (std::size_t i = 0; i < e.areas.size(); ++i) write_area(xml, e, e.areas[i], i + 1);
  int parts = static_cast<int>(e.areas.size());
  for (const Entity& inner : e.below)
    write_div(xml, inner,
              inner.place.level == RecordLevel::issue || inner.place.level == RecordLevel::volume ||
                      inner.place.level == RecordLevel::year
                  ? 0
                  : ++parts);
  xml.close();
}

void write_logical_map(XmlWriter& xml, const Structure& structure) {
  xml.open("mets:structMap").attribute("TYPE", "LOGICAL").attribute("LABEL", "Logical_Structure");
  if (structure.top.place.level == RecordLevel::volume) {
    xml.open("mets:div")
        .attribute("ID", "MONOGRAPH_0001")
        .attribute("TYPE", "MONOGRAPH")
        .attribute("LABEL", structure.label);
    write_div(xml, structure.top, 0);
    xml.close();
  } else {
    write_div(xml, structure.top, 0);
  }
  xml.close();
}

void write_links(XmlWriter& xml, const Structure& structure) {
  xml.open("mets:structLink");
  for (const Entity* e : entities_of(structure))
    for (const std::size_t page : e->pages)
      xml.open("mets:smLink")
          .attribute("xlink:from", e->div_id)
          .attribute("xlink:to", "DIV_P_PAGE_" + ordinal_text(static_cast<int>(page) + 1))
          .close();
  xml.close();
}

}  // namespace

void write_main_mets(XmlWriter& xml, const Structure& structure, const std::vector<MainPage>& pages,
                     const PackageNames& names, const WrittenStandard& standard) {
  begin_mets(xml, names.header);
  for (const Entity* e : entities_of(structure))
    write_record(
        xml, record_id(e->place), standard,
        [&] { write_mods(xml, e->held, e->place, standard.mods, names.created); },
        [&] { write_dc(xml, e->record, e->held, e->place); });
  for (const MainPage& page : pages)
    write_record(
        xml, "PAGE_" + ordinal_text(page.record.ordinal), standard,
        [&] { write_mods(xml, page.record, standard.mods); }, [&] { write_dc(xml, page.record); });
  write_files(xml, pages, names);
  write_physical_map(xml, structure, pages);
  write_logical_map(xml, structure);
  write_links(xml, structure);
  xml.done();
}

}  // namespace linka
