// SPDX-License-Identifier: GPL-3.0-or-later
// The closed lists of the national standard for kinds of parts, issues and pages, with the Czech
// words that people write for them.
#pragma once

#include "model/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// The standard's word for the kind of a part: from itself in any case or a Czech word for it; ""
// when it is none that such a part may have.
std::string part_genre(RecordLevel level, std::string_view word);
// What a part is called when nobody says its kind. `within` is the kind of the part above, if any.
std::string usual_genre(RecordLevel level, bool inside_a_chapter);
// The kinds such a part may have; empty: any one word (supplements of books).
std::vector<std::string_view> part_genres(RecordLevel level);

// "normal", "morning", "sequence_2" ... from itself or a Czech word; "" when it is none.
std::string issue_genre(std::string_view word);

// "titlePage" from itself in any case or a Czech word ("titulní list"); "" when it is none.
std::string page_type(std::string_view word);
// Whether both lists of the periodical standard know the type; the others cause a warning there.
bool suits_periodical(std::string_view page_type);

// The Czech word for a kind of article or picture, as a subject where nobody gave one.
std::string subject_of_genre(RecordLevel level, const std::string& genre);

// Which level a part of a document stands on.
RecordLevel level_of(PartKind kind, DocumentKind document);

}  // namespace linka
