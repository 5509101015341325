// SPDX-License-Identifier: GPL-3.0-or-later
// MARC 21 -> the record of a title, by the mapping that the Library of Congress publishes for MODS
// and what Czech producers add to it (the table stands in docs/catalogues.md).
#pragma once

#include "catalogue/marc.h"
#include "model/record.h"

#include <string>
#include <vector>

namespace linka {

// What is known beside the catalogue's record.
struct MarcContext {
  // The item that was asked for: of several copies (910, 996) only this one enters the record.
  std::string barcode = {}, signature = {};
  std::string item_shelf_mark = {};  // of that barcode, where the catalogue told it apart
  std::string id_source = {};        // whose number 001 is, where 003 does not say it
  std::string sysno = {};            // written as an identifier; empty: none
};

// Periodicals and other continuing resources by leader/07.
bool is_periodical(const MarcRecord& marc);

// What a sentence in `notes` is about: a value that is doubtful, was read in one of several ways,
// or has no place in the record. Errors: bad_input (a record without a title), unsupported (one
// that is no MARC 21 record of a bibliographic item: an authority or holdings record).
Result<Record> record_from_marc(const MarcRecord& marc, const MarcContext& context,
                                std::vector<std::string>& notes);

}  // namespace linka
