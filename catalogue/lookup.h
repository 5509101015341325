// SPDX-License-Identifier: GPL-3.0-or-later
// One question to one catalogue. Which of several records is meant is for a person to say; nothing
// is guessed here.
#pragma once

#include "catalogue/catalogues.h"
#include "catalogue/marc.h"
#include "http/client.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// A copy as the catalogue's circulation knows it.
struct CatalogueItem {
  std::string barcode, shelf_mark, place;
  std::string volume;  // "sv. 2 (1912)"; empty when it is not said
};

struct Hit {
  MarcRecord marc;
  std::string id = {};                    // its number in the catalogue
  std::vector<CatalogueItem> items = {};  // where a barcode was asked for and they are told
};

struct Found {
  std::size_t total = 0;  // as the catalogue counts; more than `hits` when those are the first ones
  std::vector<Hit> hits;
  std::vector<std::string> notes;  // what was odd about the answer
};

// How a hit is shown in a list.
struct HitLine {
  std::string title, author, year, publisher;
};
HitLine line_of(const MarcRecord& marc);

// No hit is no error. Errors, each naming the catalogue's host: io (not reached, too late, broken
// off: worth another try), configuration (no such database, index, user or secret; a key this
// catalogue is not searched by), bad_input (the value is empty; the answer is no record),
// unsupported (what the server says it cannot do).
Result<Found> look_up(const Catalogue& catalogue, SearchKey key, std::string_view value,
                      const HttpStop& stop = {});

// A pattern with the value in its place, safe for the query language of the type: in PQF and CQL
// quotes and backslashes are escaped, in an address all that is not plain.
std::string query_for(CatalogueType type, std::string_view pattern, std::string_view value);

// The parts of look_up() for one protocol each.
Result<Found> look_up_z3950(const Catalogue& catalogue, const std::string& query,
                            const std::string& secret);
Result<Found> look_up_sru(const Catalogue& catalogue, const std::string& query,
                          const std::string& secret, const HttpStop& stop);
Result<Found> look_up_oai(const Catalogue& catalogue, const std::string& id,
                          const std::string& secret, const HttpStop& stop);
Result<Found> look_up_alma_rest(const Catalogue& catalogue, const std::string& query,
                                const std::string& secret, const HttpStop& stop);
Result<Found> look_up_aleph(const Catalogue& catalogue, const std::string& request,
                            const std::string& secret, const HttpStop& stop);
// The copies of each hit. What cannot be told of them is noted; the hits stay.
void add_aleph_items(const Catalogue& catalogue, const std::string& secret, const HttpStop& stop,
                     Found& found);

}  // namespace linka
