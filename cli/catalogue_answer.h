// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue's answer on the command line: asked, listed when there is a choice, and kept.
#pragma once

#include "catalogue/fetched.h"
#include "cli/exit_codes.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace linka {

struct CatalogueQuestion {
  std::filesystem::path catalogues;  // the file that describes them; empty: the usual one
  std::filesystem::path marc;        // records in a file instead of a catalogue's
  std::string from, by = "barcode", value;
  std::string charset = "auto";  // of that file
  int pick = 0;                  // which of several, from 1; 0: only when there is no choice
};

// "nkc:2610000001" or "nkc:ccnb:cnb000123456". Error configuration when it is neither.
Result<CatalogueQuestion> catalogue_question(const std::string& text);

// What was asked and what there is to choose from.
struct CatalogueAnswer {
  Catalogue catalogue;  // of a file: nothing in it
  SearchKey key = SearchKey::barcode;
  Found found;
};

// Errors as look_up() and load_catalogues().
Result<CatalogueAnswer> ask_catalogue(const CatalogueQuestion& question);

// Lists the hits, or says that there are none, when no single one can be taken; done when one can.
ExitCode say_choice(const CatalogueQuestion& question, const CatalogueAnswer& answer, bool json);
// Which one is taken, from 0; Error configuration when `pick` names none.
Result<std::size_t> picked_hit(const CatalogueQuestion& question, const CatalogueAnswer& answer);
// The chosen hit as a record. Errors as fetched_from().
Result<Fetched> fetch_hit(const CatalogueQuestion& question, const CatalogueAnswer& answer,
                          std::size_t picked);

nlohmann::json question_as_json(const CatalogueQuestion& question, const CatalogueAnswer& answer);

}  // namespace linka
