// SPDX-License-Identifier: GPL-3.0-or-later
// One bibliographic record of MARC 21 as a catalogue keeps it: fields in their order, values as
// they stand. Text is UTF-8, letters with their marks in one piece (NFC) as far as Latin script
// goes.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "formats/xml_reader.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct MarcSubfield {
  char code = ' ';
  std::string value;
  bool operator==(const MarcSubfield&) const = default;
};

struct MarcControlField {
  std::string tag, value;
  bool operator==(const MarcControlField&) const = default;
};

struct MarcField {
  std::string tag;
  char ind1 = ' ', ind2 = ' ';
  std::vector<MarcSubfield> subfields;
  // The first subfield of that code, white space around it gone; "".
  std::string first(char code) const;
  // All of them that are not empty.
  std::vector<std::string> all(char code) const;
  bool operator==(const MarcField&) const = default;
};

struct MarcRecord {
  std::string leader;  // 24 characters when it is in order
  std::vector<MarcControlField> controls;
  std::vector<MarcField> fields;
  std::string control(std::string_view tag) const;  // the first; ""
  std::vector<const MarcField*> of(std::string_view tag) const;
  const MarcField* first(std::string_view tag) const;  // null when there is none
  char leader_at(std::size_t position) const;          // ' ' beyond the end
  bool operator==(const MarcRecord&) const = default;
};

// One record of MARCXML (<record> with leader, controlfield, datafield) or of OAI-MARC (<oai_marc>
// with fixfield and varfield, as Aleph writes it), any prefix. Errors: bad_input when the element
// is neither or holds no field.
Result<MarcRecord> marc_from_xml(const XmlElement& element);
// All records of a document, in its order: MARCXML or OAI-MARC at any depth. Errors: bad_input
// (broken XML; more than 1,000 records).
Result<std::vector<MarcRecord>> marc_in_xml(ByteView xml);

// MARCXML, a document of one record.
std::string marcxml_of(const MarcRecord& record);

}  // namespace linka
