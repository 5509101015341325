// SPDX-License-Identifier: GPL-3.0-or-later
// PREMIS 2.2: the objects, events and agents of one page's history. Each record declares its own
// prefixes on its own element, because readers cut it out of the METS before they check it.
#pragma once

#include "formats/xml_writer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace linka {

struct PremisObject {
  std::string id;            // "MC_tst001-0001ab_0001", of type "file"
  std::string preservation;  // "preservation" or "deleted"
  std::string assigned;      // date of that decision, YYYY-MM-DD
  std::string md5, md5_by;   // digest and the program that made it
  std::uint64_t size_bytes = 0;
  std::string format, format_version;  // "image/jp2", "1.0"
  std::string pronom;                  // "x-fmt/392"
  std::string application, application_version, application_date;
  std::string original_name;
  std::string created_from, created_by;  // id of an object and of an event; empty: of nothing here
  std::vector<std::string> events;       // ids
};

struct PremisEvent {
  std::string id;            // "MC_creation_001"
  std::string type, detail;  // "migration", "migration/MC_creation"
  std::string time;          // date-time
  std::string agent, role;   // id; "machine" "software" "implementer"
  std::string object;        // id
};

struct PremisAgent {
  std::string id;                // "encoder_001"
  std::string name, type, note;  // type "organization" "person" "software"
};

void write_premis(XmlWriter& xml, const PremisObject& object);
void write_premis(XmlWriter& xml, const PremisEvent& event);
void write_premis(XmlWriter& xml, const PremisAgent& agent);

}  // namespace linka
