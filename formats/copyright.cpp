// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/copyright.h"

namespace linka {

void write_rights_section(XmlWriter& xml, std::string_view id, const Rights& rights) {
  xml.open("mets:rightsMD").attribute("ID", id);
  xml.open("mets:mdWrap")
      .attribute("MDTYPE", "OTHER")
      .attribute("OTHERMDTYPE", "CopyrightMD")
      .attribute("MIMETYPE", "text/xml");
  xml.open("mets:xmlData");
  xml.open("cmd:copyright")
      .attribute("xmlns:cmd", "http://www.cdlib.org/inside/diglib/copyrightMD")
      .attribute("copyright.status", rights.status.empty() ? "unknown" : rights.status)
      .attribute("publication.status", rights.publication.empty() ? "unknown" : rights.publication);
  if (!rights.creation_year.empty())
    xml.open("cmd:creation").leaf("cmd:year.creation", rights.creation_year).close();
  if (!rights.publication_year.empty())
    xml.open("cmd:publication").leaf("cmd:year.publication", rights.publication_year).close();
  if (!rights.holder.empty()) xml.open("cmd:rights.holder").leaf("cmd:name", rights.holder).close();
  xml.leaf("cmd:notice", rights.notice);
  xml.leaf("cmd:general.note", rights.note);
  xml.close().close().close().close();
}

}  // namespace linka
