// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/fetched.h"

#include "base/text.h"
#include "catalogue/iso2709.h"
#include "catalogue/marc_record.h"
#include "catalogue/mods_text.h"
#include "title/notes.h"

#include <algorithm>

namespace linka {
namespace {

// Only letters and digits, so that hyphens and spaces make no difference.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(text))
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) out += c;
  return out;
}

// A catalogue that ignores an index it does not know answers with anything.
void check_answer(const Record& record, SearchKey key, const std::string& value, Notes& notes) {
  const bool numbered = key == SearchKey::isbn || key == SearchKey::issn || key == SearchKey::ccnb;
  if (!numbered) return;
  const std::string type(name_of(key));
  bool stated = false;
  for (const Identifier& id : record.identifiers) {
    if (id.type != type) continue;
    stated = true;
    if (bare(id.value) == bare(value)) return;
  }
  if (stated)
    note(notes, "The record names another {} than {}, which was asked for: is it the right one?",
         type, value);
  else
    note(notes, "The record names no {}; {} was asked for: is it the right one?", type, value);
}

// The copy with that barcode; null when the catalogue tells of none.
const CatalogueItem* item_asked_for(const Hit& hit, const std::string& barcode) {
  if (barcode.empty()) return nullptr;
  for (const CatalogueItem& item : hit.items)
    if (item.barcode == barcode) return &item;
  return nullptr;
}

void tell_item(const CatalogueItem& item, Notes& notes) {
  if (!item.volume.empty())
    note(notes,
         "The copy {} is \"{}\": number, name and year of the volume are to be entered by hand.",
         item.barcode, item.volume);
}

Result<Fetched> described(const MarcRecord& marc, const MarcContext& context) {
  Fetched out;
  auto record = record_from_marc(marc, context, out.notes);
  if (!record) return pass(record);
  out.record = *std::move(record);
  out.periodical = is_periodical(marc);
  out.mods = mods_text(out.record, marc);
  out.marcxml = marcxml_of(marc);
  return out;
}

}  // namespace

Result<Fetched> fetched_from(const Catalogue& catalogue, const Hit& hit, SearchKey key,
                             const std::string& value) {
  MarcContext context;
  if (key == SearchKey::barcode) context.barcode = trimmed(value);
  if (key == SearchKey::signature) context.signature = trimmed(value);
  context.id_source = catalogue.id_source;
  if (catalogue.sysno) context.sysno = hit.id;
  const CatalogueItem* item = item_asked_for(hit, context.barcode);
  if (item != nullptr) context.item_shelf_mark = item->shelf_mark;
  auto out = described(hit.marc, context);
  if (out && item != nullptr) tell_item(*item, out->notes);
  if (out) check_answer(out->record, key, value, out->notes);
  return out;
}

Result<Fetched> fetched_from(const MarcRecord& marc) {
  return described(marc, {});
}

Result<std::vector<Hit>> hits_in_file(const std::string& bytes, std::string_view charset,
                                      std::vector<std::string>& notes) {
  std::vector<Hit> hits;
  const std::size_t begin = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (begin != std::string::npos && bytes[begin] == '<') {
    auto records = marc_in_xml({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (!records) return pass(records);
    for (MarcRecord& marc : *records) {
      const std::string id = trimmed(marc.control("001"));
      hits.push_back({std::move(marc), id});
    }
    return hits;
  }
  std::string_view rest = bytes;
  while (!trimmed(rest).empty()) {
    const std::size_t end = std::min(rest.find('\x1d'), rest.size() - 1) + 1;
    std::string_view one = rest.substr(0, end);
    while (!one.empty() && (one.front() == '\n' || one.front() == '\r')) one.remove_prefix(1);
    auto marc = marc_from_iso2709(one, charset, notes);
    if (!marc) return pass(marc);
    const std::string id = trimmed(marc->control("001"));
    hits.push_back({*std::move(marc), id});
    rest.remove_prefix(end);
  }
  return hits;
}

}  // namespace linka
