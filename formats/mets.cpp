// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mets.h"

namespace linka {

void begin_mets(XmlWriter& xml, const MetsHeader& header) {
  xml.open("mets:mets")
      .attribute("xmlns:mets", "http://www.loc.gov/METS/")
      .attribute("xmlns:mods", "http://www.loc.gov/mods/v3")
      .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
      .attribute("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
      .attribute("xmlns:xlink", "http://www.w3.org/1999/xlink")
      .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
      .attribute("LABEL", header.label)
      .attribute("TYPE", header.type)
      .attribute("xsi:schemaLocation",
                 "http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/version191/mets.xsd");
  xml.open("mets:metsHdr")
      .attribute("CREATEDATE", header.created)
      .attribute("LASTMODDATE", header.created);
  for (const auto& [role, name] :
       {std::pair{"CREATOR", &header.creator}, std::pair{"ARCHIVIST", &header.archivist}})
    xml.open("mets:agent")
        .attribute("ROLE", role)
        .attribute("TYPE", "ORGANIZATION")
        .leaf("mets:name", *name)
        .close();
  xml.close();
}

void begin_section(XmlWriter& xml, std::string_view element, std::string_view id,
                   std::string_view type, std::string_view type_version) {
  xml.open(element).attribute("ID", id);
  xml.open("mets:mdWrap").attribute("MDTYPE", type);
  if (!type_version.empty()) xml.attribute("MDTYPEVERSION", type_version);
  xml.attribute("MIMETYPE", "text/xml");
  xml.open("mets:xmlData");
}

void end_section(XmlWriter& xml) {
  xml.close().close().close();
}

void write_file(XmlWriter& xml, const MetsFile& file) {
  xml.open("mets:file")
      .attribute("ID", file.id)
      .attribute("MIMETYPE", file.mime)
      .attribute("SEQ", std::to_string(file.sequence))
      .attribute("CREATED", file.created)
      .attribute("SIZE", std::to_string(file.size_bytes))
      .attribute("CHECKSUM", file.md5)
      .attribute("CHECKSUMTYPE", "MD5");
  if (!file.adm_ids.empty()) xml.attribute("ADMID", file.adm_ids);
  xml.open("mets:FLocat")
      .attribute("LOCTYPE", "URL")
      .attribute("xlink:href", file.href)
      .close()
      .close();
}

void write_file_section(XmlWriter& xml, const std::vector<MetsFileGroup>& groups) {
  xml.open("mets:fileSec");
  for (const MetsFileGroup& group : groups) {
    xml.open("mets:fileGrp").attribute("ID", group.id).attribute("USE", group.use);
    for (const MetsFile& file : group.files) write_file(xml, file);
    xml.close();
  }
  xml.close();
}

void write_file_pointers(XmlWriter& xml, const std::vector<std::string>& file_ids) {
  for (const std::string& id : file_ids) xml.open("mets:fptr").attribute("FILEID", id).close();
}

}  // namespace linka
