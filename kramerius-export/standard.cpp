// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/standard.h"

#include <set>
#include <string_view>

namespace linka {
namespace {

// Published builds of the validator check monograph 2.2 with the MODS schema of 3.6, which knows
// neither version="3.8" nor originInfo/agent nor alternativeName. Without the version attribute and
// with mods:publisher the record passes them and the corrected ones alike, at the price of one
// warning for each publisher; Kramerius also finds publishers only there.
const ModsStyle portable{"", true, true, false, false};
const ModsStyle to_the_letter{"3.8", false, true, true, false};
// The versions before want another code than the SIGLA one in recordContentSource, and we have only
// that.
const ModsStyle older{"3.6", true, false, false, true};

}  // namespace

Result<WrittenStandard> standard_of(DocumentKind kind, const std::string& monograph,
                                    const std::string& periodical) {
  if (kind == DocumentKind::periodical) {
    const char *type = "Periodical", *page = "PERIODICAL_PAGE";
    // Periodical 2.1 is checked with the schema it asks for.
    if (periodical == "2.1") return WrittenStandard{true, "2.1", "3.8", type, page, to_the_letter};
    if (periodical == "2.0") return WrittenStandard{true, "2.0", "3.6", type, page, older};
    return fail(ErrorKind::configuration,
                "the periodical standard \"{}\" is not known; known are 2.1 and 2.0", periodical);
  }
  const char *type = "Monograph", *page = "MONOGRAPH_PAGE";
  if (monograph == "2.2") return WrittenStandard{false, "2.2", "3.8", type, page, portable};
  if (monograph == "2.2-strict")
    return WrittenStandard{false, "2.2", "3.8", type, page, to_the_letter};
  if (monograph == "2.1") return WrittenStandard{false, "2.1", "3.6", type, page, older};
  return fail(ErrorKind::configuration,
              "the standard \"{}\" is not known; known are 2.2, 2.2-strict and 2.1", monograph);
}

std::string page_type_in(const WrittenStandard& standard, const std::string& type) {
  static const std::set<std::string_view> later{"preface", "introduction", "colophon", "afterword",
                                                "conclusion"};
  // Words that one of the two lists of periodicals does not know.
  static const std::set<std::string_view> of_books{"impressum", "imprimatur", "appendix",
                                                   "edge",      "flyLeaf",    "flyleaf"};
  const bool old_list = standard.periodical || standard.mods.old_words;
  if (old_list && later.contains(type)) return "normalPage";
  if (!standard.periodical || standard.mods.old_words) return type == "flyleaf" ? "flyLeaf" : type;
  if (type == "frontJacket") return "jacket";
  if (type == "frontispiece") return "illustration";
  return of_books.contains(type) ? "normalPage" : type;
}

std::string page_resource(const std::string& type, const std::string& genre) {
  if (type == "map") return "cartographic";
  if (type == "sheetMusic") return "notated music";
  if (type == "illustration" || type == "frontispiece") return "still image";
  if (type != "normalPage") return "text";
  if (genre == "cartographic") return "cartographic";
  if (genre == "graphic") return "still image";
  return genre == "sheetmusic" ? "notated music" : "text";
}

}  // namespace linka
