// SPDX-License-Identifier: GPL-3.0-or-later
// A hit that was chosen, as the files that are kept of it.
#pragma once

#include "catalogue/lookup.h"
#include "model/record.h"

#include <string>
#include <vector>

namespace linka {

struct Fetched {
  Record record;
  bool periodical = false;
  std::string mods;     // MODS 3.8
  std::string marcxml;  // all that the catalogue gave
  std::vector<std::string> notes;
};

// The hit as a record. What was searched by says which copy is meant: a barcode or a shelf mark
// enters the record, a number that was searched by must stand in it, else that is noted. Errors as
// record_from_marc().
Result<Fetched> fetched_from(const Catalogue& catalogue, const Hit& hit, SearchKey key,
                             const std::string& value);

// The same for a record that came from a file.
Result<Fetched> fetched_from(const MarcRecord& marc);

// Records in a file: MARCXML, OAI-MARC or ISO 2709 (one or more), told apart by how it begins.
Result<std::vector<Hit>> hits_in_file(const std::string& bytes, std::string_view charset,
                                      std::vector<std::string>& notes);

}  // namespace linka
