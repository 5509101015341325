// SPDX-License-Identifier: GPL-3.0-or-later
// What of a record may be written on which level of a package. The standard's tables (monograph
// 2.2, periodical 2.1) say it block by block: a year has no languages, a chapter no publisher, a
// picture of an issue no language. MODS and Dublin Core are both written from the record that is
// left, so they always agree.
#pragma once

#include "model/record.h"

#include <string>
#include <string_view>

namespace linka {

// Where a record stands in its package.
struct RecordPlace {
  RecordLevel level = RecordLevel::volume;
  int number = 1;                // counts within its word: VOLUME_0001, CHAP_0002
  bool several_volumes = false;  // a volume of a work of several
  std::string genre_type;        // genre/@type of issues, supplements and parts; may be empty
  // The pages that a chapter, article or picture stands on; 0 and "" when not known.
  int first_index = 0, last_index = 0;
  std::string first_label, last_label;
};

// Chapters, articles and pictures.
bool is_internal_part(RecordLevel level);
// The levels of a periodical.
bool is_of_periodical(RecordLevel level);

// "TITLE" "VOLUME" "ISSUE" "SUPPL" "CHAP" "ART" "PICT"
std::string_view level_word(RecordLevel level);
// "VOLUME_0001": what follows MODSMD_, DCMD_ and MODS_ in ids.
std::string record_id(const RecordPlace& place);
// "0001": the number of a page or a record in ids.
std::string ordinal_text(int ordinal);

// The text of mods:genre: "volume", "cartographic", "issue", "chapter" ...
std::string genre_of(const Record& record, RecordLevel level);
// "model:monographunit": what Kramerius calls it.
std::string dc_model(const Record& record, const RecordPlace& place);

// DD.MM.YYYY, MM.YYYY, YYYY and spans of them: dates of issues and supplements.
bool is_issue_date(std::string_view text);

// The record with all that its level does not know left out, and with what the level demands in the
// form it wants: the uuid first among the identifiers, each type once; forms and issuance from the
// lists; one date in an issue and a year. Subjects are only left out where MODS cannot hold them.
Record held_at(const Record& record, const RecordPlace& place);

}  // namespace linka
