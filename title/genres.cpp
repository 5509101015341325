// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/genres.h"

#include "base/text.h"
#include "title/words.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace linka {
namespace {

using Word = std::string_view;
using Pair = std::pair<Word, Word>;

// Monograph 2.2 and periodical 2.1, genre/@type (the specification's 7.4).
constexpr std::array<Word, 26> chapter_kinds{
    "abstract",   "annotation", "bibliography",    "article",
    "dedication", "afterword",  "editorsNote",     "advertisement",
    "chapter",    "obituary",   "sheetMusic",      "bibliographicalPortrait",
    "subchapter", "preface",    "tableOfContents", "contributors",
    "review",     "index",      "summary",         "interview",
    "study",      "conclusion", "introduction",    "technicalPlanScheme",
    "otherNote",  "unspecified"};
constexpr std::array<Word, 26> article_kinds{"abstract",
                                             "annotation",
                                             "bibliography",
                                             "dedication",
                                             "afterword",
                                             "editorsNote",
                                             "mainArticle",
                                             "obituary",
                                             "sheetMusic",
                                             "preface",
                                             "contributors",
                                             "advertisement",
                                             "review",
                                             "index",
                                             "summary",
                                             "interview",
                                             "study",
                                             "introduction",
                                             "editorial",
                                             "conclusion",
                                             "news",
                                             "otherNote",
                                             "unspecified",
                                             "tableOfContents",
                                             "technicalPlanScheme",
                                             "bibliographicalPortrait"};
constexpr std::array<Word, 10> picture_kinds{
    "photograph", "chart",       "graphic", "illustration",  "map",
    "plate",      "unspecified", "table",   "advertisement", "technicalPlanScheme"};
constexpr std::array<Word, 2> supplement_kinds{"volume_supplement", "issue_supplement"};
constexpr std::array<Word, 7> issue_kinds{"normal",    "morning", "afternoon", "evening",
                                          "corrected", "special", "supplement"};

// Czech words, as plain() leaves them.
constexpr std::array<Pair, 41> czech_parts{{{"abstrakt", "abstract"},
                                            {"anotace", "annotation"},
                                            {"bibliografie", "bibliography"},
                                            {"clanek", "article"},
                                            {"hlavniclanek", "mainArticle"},
                                            {"venovani", "dedication"},
                                            {"doslov", "afterword"},
                                            {"redakcnipoznamka", "editorsNote"},
                                            {"poznamkaredakce", "editorsNote"},
                                            {"reklama", "advertisement"},
                                            {"inzerce", "advertisement"},
                                            {"inzerat", "advertisement"},
                                            {"kapitola", "chapter"},
                                            {"podkapitola", "subchapter"},
                                            {"medailon", "bibliographicalPortrait"},
                                            {"nekrolog", "obituary"},
                                            {"noty", "sheetMusic"},
                                            {"notovyzaznam", "sheetMusic"},
                                            {"obsah", "tableOfContents"},
                                            {"predmluva", "preface"},
                                            {"autori", "contributors"},
                                            {"prispevatele", "contributors"},
                                            {"recenze", "review"},
                                            {"rejstrik", "index"},
                                            {"resume", "summary"},
                                            {"souhrn", "summary"},
                                            {"rozhovor", "interview"},
                                            {"studie", "study"},
                                            {"schema", "technicalPlanScheme"},
                                            {"plan", "technicalPlanScheme"},
                                            {"uvod", "introduction"},
                                            {"uvodnik", "editorial"},
                                            {"zaver", "conclusion"},
                                            {"zprava", "news"},
                                            {"zpravy", "news"},
                                            {"poznamka", "otherNote"},
                                            {"nespecifikovano", "unspecified"},
                                            {"prilohasvazku", "volume_supplement"},
                                            {"priloharocniku", "volume_supplement"},
                                            {"prilohacisla", "issue_supplement"},
                                            {"prilohavydani", "issue_supplement"}}};
constexpr std::array<Pair, 10> czech_pictures{{{"fotografie", "photograph"},
                                               {"graf", "chart"},
                                               {"grafika", "graphic"},
                                               {"ilustrace", "illustration"},
                                               {"obrazek", "illustration"},
                                               {"mapa", "map"},
                                               {"tabule", "plate"},
                                               {"obrazovapriloha", "plate"},
                                               {"tabulka", "table"},
                                               {"kresba", "illustration"}}};
constexpr std::array<Pair, 9> czech_issues{{{"normalni", "normal"},
                                            {"radne", "normal"},
                                            {"ranni", "morning"},
                                            {"odpoledni", "afternoon"},
                                            {"vecerni", "evening"},
                                            {"opravene", "corrected"},
                                            {"zvlastni", "special"},
                                            {"mimoradne", "special"},
                                            {"priloha", "supplement"}}};
constexpr std::array<Pair, 30> czech_pages{{{"obalka", "cover"},
                                            {"prednidesky", "frontCover"},
                                            {"predniobalka", "frontCover"},
                                            {"zadnidesky", "backCover"},
                                            {"zadniobalka", "backCover"},
                                            {"predsadka", "frontEndSheet"},
                                            {"prednipredsadka", "frontEndSheet"},
                                            {"zadnipredsadka", "backEndSheet"},
                                            {"titulnilist", "titlePage"},
                                            {"titulnistrana", "titlePage"},
                                            {"predmluva", "preface"},
                                            {"uvod", "introduction"},
                                            {"normalnistrana", "normalPage"},
                                            {"prazdna", "blank"},
                                            {"prazdnastrana", "blank"},
                                            {"ilustrace", "illustration"},
                                            {"obrazek", "illustration"},
                                            {"mapa", "map"},
                                            {"tabulka", "table"},
                                            {"reklama", "advertisement"},
                                            {"tiraz", "impressum"},
                                            {"venovani", "dedication"},
                                            {"noty", "sheetMusic"},
                                            {"bibliografie", "bibliography"},
                                            {"doslov", "afterword"},
                                            {"obsah", "tableOfContents"},
                                            {"rejstrik", "index"},
                                            {"hrbet", "spine"},
                                            {"prebal", "jacket"},
                                            {"frontispis", "frontispiece"}}};

// What stands for a kind as a subject, in the plural of subject headings.
constexpr std::array<Pair, 31> subjects{{{"abstract", "abstrakty"},
                                         {"annotation", "anotace"},
                                         {"bibliography", "bibliografie"},
                                         {"dedication", "věnování"},
                                         {"afterword", "doslovy"},
                                         {"editorsNote", "redakční poznámky"},
                                         {"mainArticle", "články"},
                                         {"advertisement", "inzerce"},
                                         {"bibliographicalPortrait", "medailony"},
                                         {"obituary", "nekrology"},
                                         {"sheetMusic", "notové záznamy"},
                                         {"tableOfContents", "obsahy"},
                                         {"preface", "předmluvy"},
                                         {"contributors", "přispěvatelé"},
                                         {"review", "recenze"},
                                         {"index", "rejstříky"},
                                         {"summary", "souhrny"},
                                         {"interview", "rozhovory"},
                                         {"study", "studie"},
                                         {"technicalPlanScheme", "technické plány"},
                                         {"introduction", "úvody"},
                                         {"editorial", "úvodníky"},
                                         {"conclusion", "závěry"},
                                         {"news", "zprávy"},
                                         {"otherNote", "poznámky"},
                                         {"photograph", "fotografie"},
                                         {"chart", "grafy"},
                                         {"graphic", "grafika"},
                                         {"map", "mapy"},
                                         {"plate", "obrazové přílohy"},
                                         {"table", "tabulky"}}};

Word in_list(std::span<const Word> list, std::string_view plain_word) {
  for (const Word word : list)
    if (plain(word) == plain_word) return word;
  return {};
}

Word in_table(std::span<const Pair> table, std::string_view plain_word) {
  for (const auto& [czech, word] : table)
    if (czech == plain_word) return word;
  return {};
}

std::span<const Word> kinds_of(RecordLevel level) {
  switch (level) {
    case RecordLevel::chapter:
      return chapter_kinds;
    case RecordLevel::article:
      return article_kinds;
    case RecordLevel::volume_picture:
    case RecordLevel::issue_picture:
      return picture_kinds;
    case RecordLevel::volume_supplement:
    case RecordLevel::issue_supplement:
      return supplement_kinds;
    default:
      return {};
  }
}

bool is_picture(RecordLevel level) {
  return level == RecordLevel::volume_picture || level == RecordLevel::issue_picture;
}

}  // namespace

std::vector<std::string_view> part_genres(RecordLevel level) {
  const auto kinds = kinds_of(level);
  return {kinds.begin(), kinds.end()};
}

std::string part_genre(RecordLevel level, std::string_view word) {
  const std::string text = plain(word);
  const auto kinds = kinds_of(level);
  if (const Word found = in_list(kinds, text); !found.empty()) return std::string(found);
  Word found = is_picture(level) ? in_table(czech_pictures, text) : Word{};
  if (found.empty()) found = in_table(czech_parts, text);
  // An article of a periodical has no kind "article"; it is the usual one.
  if (found == "article" && level == RecordLevel::article) found = "mainArticle";
  return std::find(kinds.begin(), kinds.end(), found) != kinds.end() ? std::string(found)
                                                                     : std::string{};
}

std::string usual_genre(RecordLevel level, bool inside_a_chapter) {
  if (level == RecordLevel::chapter) return inside_a_chapter ? "subchapter" : "chapter";
  if (level == RecordLevel::volume_supplement) return "volume_supplement";
  if (level == RecordLevel::issue_supplement) return "issue_supplement";
  return "unspecified";
}

std::string issue_genre(std::string_view word) {
  const std::string text = plain(word);
  if (const Word found = in_list(issue_kinds, text); !found.empty()) return std::string(found);
  if (text.starts_with("sequence") && text.size() > 8 && text.size() < 12 &&
      std::all_of(text.begin() + 8, text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return "sequence_" + text.substr(8);
  return std::string(in_table(czech_issues, text));
}

std::string page_type(std::string_view word) {
  const std::string text = plain(word);
  for (const std::string_view type : page_type_words())
    if (plain(type) == text) return std::string(type);
  return std::string(in_table(czech_pages, text));
}

bool suits_periodical(std::string_view type) {
  constexpr std::array<Word, 12> monographs_only{
      "frontJacket", "impressum", "frontispiece", "imprimatur", "appendix",  "edge",
      "flyLeaf",     "preface",   "introduction", "colophon",   "afterword", "conclusion"};
  return std::find(monographs_only.begin(), monographs_only.end(), type) == monographs_only.end();
}

std::string subject_of_genre(RecordLevel level, const std::string& genre) {
  for (const auto& [kind, word] : subjects)
    if (kind == genre) return std::string(word);
  return is_picture(level) ? "ilustrace" : "články";
}

RecordLevel level_of(PartKind kind, DocumentKind document) {
  const bool book = document == DocumentKind::monograph;
  switch (kind) {
    case PartKind::supplement:
      return book ? RecordLevel::volume_supplement : RecordLevel::issue_supplement;
    case PartKind::chapter:
      return RecordLevel::chapter;
    case PartKind::article:
      return RecordLevel::article;
    case PartKind::picture:
      break;
  }
  return book ? RecordLevel::volume_picture : RecordLevel::issue_picture;
}

}  // namespace linka
