// SPDX-License-Identifier: GPL-3.0-or-later
// Records that a library hands over, what catalogues and text engines answer.
#include "catalogue/iso2709.h"
#include "catalogue/marc.h"
#include "catalogue/marc_record.h"
#include "engines/external.h"
#include "formats/xml_reader.h"
#include "fuzz/targets.h"
#include "title/title.h"

namespace linka::fuzz {
namespace {

void as_record(ByteView bytes, std::string_view ending) {
  const auto path = as_file(bytes, ending);
  (void)load_document(path);
  (void)load_record(path);
}

void use(const MarcRecord& marc) {
  std::vector<std::string> notes;
  (void)record_from_marc(marc, {}, notes);
  (void)marcxml_of(marc);
}

}  // namespace

void xml(ByteView bytes) {
  const auto document = XmlDocument::parse(bytes);
  if (!document) return;
  (void)document->root().text();
  (void)document->encoding();
  for (const XmlElement& element : document->root().descendants("titleInfo"))
    (void)element.attributes();
}

void answer(ByteView bytes) {
  for (const char* kind : {"auto", "alto", "page"})
    (void)text_from_answer(bytes, kind, {1000, 1400}, {300, 300});
}

void toml_record(ByteView bytes) {
  as_record(bytes, ".toml");
}
void csv_record(ByteView bytes) {
  as_record(bytes, ".csv");
}
void mods_record(ByteView bytes) {
  as_record(bytes, ".xml");
}

void iso2709(ByteView bytes) {
  std::vector<std::string> notes;
  for (const char* charset : {"auto", "UTF-8"})
    if (const auto marc = marc_from_iso2709(text_of(bytes), charset, notes)) use(*marc);
}

void marcxml(ByteView bytes) {
  if (const auto records = marc_in_xml(bytes))
    for (const MarcRecord& marc : *records) use(marc);
}

}  // namespace linka::fuzz
