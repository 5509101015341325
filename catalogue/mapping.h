// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the mapping share; used by marc_record.cpp, map_*.cpp and
// mods_text.cpp only.
#pragma once

#include "catalogue/marc_record.h"
#include "title/notes.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka::mapping {

struct State {
  const MarcRecord& marc;
  const MarcContext& context;
  Record& record;
  Notes& notes;
};

// A rule reads one field into the record.
using Rule = void (*)(const MarcField&, State&);
// The rule of a tag; null where there is none.
Rule rule_for(std::string_view tag);

// Titles, names and related works (map_titles.cpp).
void main_title(const MarcField&, State&);         // 245
void other_title(const MarcField&, State&);        // 130 210 240 242 246 730 740
void personal_name(const MarcField&, State&);      // 100 700
void corporate_name(const MarcField&, State&);     // 110 111 710 711
void uncontrolled_name(const MarcField&, State&);  // 720
void series(const MarcField&, State&);             // 440 490 830
void related(const MarcField&, State&);            // 534 765 773 ... 787
// A name as one text: "Nováková, Anna, 1880-1951".
std::string name_text(const MarcField& field);

// When and where it came out (map_origin.cpp).
void publication(const MarcField&, State&);  // 260 264
void edition(const MarcField&, State&);      // 250
void finish_origins(State&);                 // 008, leader; after all fields

// What it is (map_description.cpp).
void languages(const MarcField&, State&);       // 041
void extent(const MarcField&, State&);          // 300
void rda_form(const MarcField&, State&);        // 337 338
void frequency(const MarcField&, State&);       // 310
void plain_note(const MarcField&, State&);      // 5XX
void abstract(const MarcField&, State&);        // 520
void subject(const MarcField&, State&);         // 600-651, 653
void konspekt(const MarcField&, State&);        // 072
void classification(const MarcField&, State&);  // 080
void finish_description(State&);                // 007, 008, leader
// A periodical's 008/18 in MARC's own words: "Weekly"; "".
std::string coded_frequency(const MarcRecord& marc);

// Numbers, whose they are, where the copies stand (map_numbers.cpp).
void ccnb(const MarcField&, State&);           // 015
void isbn(const MarcField&, State&);           // 020
void issn(const MarcField&, State&);           // 022
void other_number(const MarcField&, State&);   // 024
void system_number(const MarcField&, State&);  // 035
void source(const MarcField&, State&);         // 040
void link(const MarcField&, State&);           // 856
void finish_numbers(State&);                   // 001 003 005 008, items in 910 and 996

// The texts that are not empty, with `between` between them.
std::string joined(const std::vector<std::string>& texts, std::string_view between);

}  // namespace linka::mapping
