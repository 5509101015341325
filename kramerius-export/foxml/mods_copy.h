// SPDX-License-Identifier: GPL-3.0-or-later
// A MODS record of a package in the form in which Kramerius's index understands it. What is not
// mended is copied as it stands.
#pragma once

#include "formats/mods.h"
#include "formats/xml_reader.h"
#include "formats/xml_writer.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// The title that Kramerius shows: the first titleInfo without a type, else the uniform one, else
// the first; non-sorting words in front, then "title: subtitle. number. name". "" when there is
// none.
std::string shown_title(const XmlElement& mods);

// True for the forms of dates that the index can order: "1929", "1929-1931", "04.1929", "4.5.1929",
// "4.-6.5.1929", "[1929?]", "c1929", "192-", "19uu" and the like.
bool is_known_date(std::string_view text);
// The years of four digits in a text, in its order: "mezi 1920 a 1930" -> 1920, 1930.
std::vector<std::string> years_in(std::string_view text);

struct ModsCopy {
  std::string uuid;   // the only one that is written
  std::string title;  // for a record without any; empty: none is written
};
// mods:modsCollection with the record in it. Mended: one uuid identifier; "barCode"; publishers in
// mods:publisher; blanks after non-sorting words; the origin that has the date of issue first;
// years beside a date that the index cannot order; a date where there is none of issue; empty
// elements left out. Each kind of mending of dates is told once in `notes`.
void write_mods_copy(XmlWriter& xml, const XmlElement& mods, const ModsCopy& copy,
                     std::vector<std::string>& notes);

// The record of a page, in one part.
struct ModsPage {
  std::string uuid, type, number, index, placement;
};
void write_mods_page(XmlWriter& xml, const ModsPage& page);

}  // namespace linka
