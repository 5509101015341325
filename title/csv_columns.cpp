// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/csv_columns.h"

#include "title/words.h"

#include <array>
#include <initializer_list>

namespace linka {
namespace {

struct Column {
  std::string_view key;
  std::initializer_list<std::string_view> names;  // as plain() leaves them
};

// docs/record.md has the same table for people.
const std::array<Column, 46>& columns() {
  static const std::array<Column, 46> table{
      {{"part", {"part", "cast", "castdokumentu", "druhcasti"}},
       {"level", {"level", "uroven"}},
       {"kind", {"kind", "druh", "druhdokumentu"}},
       {"title", {"title", "nazev", "titul", "hlavninazev"}},
       {"subtitle", {"subtitle", "podnazev"}},
       {"name", {"name", "partname", "nazevcasti", "nazevdilu", "nazevcisla", "jmeno"}},
       {"number",
        {"number", "no", "cislo", "cislodilu", "dil", "svazek", "cislosvazku", "partnumber",
         "cislocasti"}},
       {"issue", {"issue", "issuenumber", "cislovydani"}},
       {"year_number", {"rocnik", "cislorocniku", "yearnumber", "volumenumber"}},
       {"volume", {"volume", "vol"}},
       {"year", {"year", "rok", "rokvydani"}},
       {"date", {"date", "datum", "datumvydani", "issuedate"}},
       {"year_uuid", {"yearuuid", "uuidrocniku", "volumeuuid"}},
       {"title_uuid", {"titleuuid", "uuidtitulu", "uuidperiodika"}},
       {"title_years", {"titleyears", "rokyvydavani", "vychazi", "vychazelo"}},
       {"urnnbn", {"urnnbn", "urn", "urnnbncz"}},
       {"uuid", {"uuid"}},
       {"ccnb", {"ccnb", "cnb"}},
       {"isbn", {"isbn"}},
       {"issn", {"issn"}},
       {"ismn", {"ismn"}},
       {"barcode", {"barcode", "carovykod", "kod"}},
       {"scans", {"scans", "skeny", "soubory", "files", "slozka", "folder", "adresar"}},
       {"page_count", {"pagecount", "pagescount", "pocetstran", "stran", "numberofpages"}},
       {"pages", {"pages", "strany", "stranky", "str"}},
       {"labels", {"labels", "pagelabels", "cislastran", "cislovani", "paginace"}},
       {"types", {"types", "pagetypes", "typystran", "druhystran"}},
       {"first_side", {"firstside", "prvnistrana"}},
       {"type", {"type", "typ"}},
       {"authors", {"author", "authors", "autor", "autori", "autorka"}},
       {"translator", {"translator", "prekladatel", "preklad"}},
       {"illustrator", {"illustrator", "ilustrator", "ilustrace"}},
       {"editor", {"editor", "redaktor"}},
       {"photographer", {"photographer", "fotograf"}},
       {"language", {"language", "languages", "jazyk", "jazyky"}},
       {"publisher", {"publisher", "nakladatel", "vydavatel"}},
       {"place", {"place", "misto", "mistovydani"}},
       {"country", {"country", "zeme"}},
       {"frequency", {"frequency", "periodicita"}},
       {"extent", {"extent", "rozsah"}},
       {"subjects",
        {"subject", "subjects", "heslo", "hesla", "tema", "predmet", "klicovaslova", "keywords"}},
       {"notes", {"note", "notes", "poznamka", "poznamky"}},
       {"abstract", {"abstract", "abstrakt", "anotace"}},
       {"shelfmark", {"shelfmark", "signatura"}},
       {"sigla", {"sigla", "siglaknihovny", "library"}},
       {"institution", {"institution", "instituce", "knihovna"}}}};
  return table;
}

}  // namespace

std::string column_key(std::string_view heading) {
  const std::string name = plain(heading);
  for (const Column& column : columns())
    for (const std::string_view known : column.names)
      if (name == known) return std::string(column.key);
  return {};
}

std::string nearest_column(std::string_view heading) {
  std::vector<std::string> known;
  for (const Column& column : columns())
    known.insert(known.end(), column.names.begin(), column.names.end());
  return nearest_word(plain(heading), known);
}

}  // namespace linka
