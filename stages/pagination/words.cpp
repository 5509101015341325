// SPDX-License-Identifier: GPL-3.0-or-later
// The words by which books name their parts, in Czech, Slovak, German, Latin, Polish and English,
// old spellings too. Compared folded (small letters without accents), one letter may be misread.
#include "stages/pagination/reading.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace linka {
namespace {

struct PartName {
  std::string_view type, words;  // folded, parted by |; a * ends what may go on
};

constexpr PartName part_names[] = {
    {"tableOfContents",
     "obsah*|inhalt|inhalts verzeichnis|inhaltsverzeichnis*|inhaltsverzeichniss*|inhaltsanzeige|"
     "inhaltsubersicht|verzeichnis des inhalts|contents|table of contents|spis tresci*|"
     "spis rzeczy*|tresc|zawartosc|elenchus|elenchus capitum|conspectus|conspectus operis|"
     "index capitum*|syllabus capitum|prehled obsahu|obsah dila|ukazatel obsahu"},
    {"index",
     "rejstrik*|vecny rejstrik*|jmenny rejstrik*|abecedni rejstrik*|register|sachregister*|"
     "namenregister*|personenregister*|ortsregister*|namen und sachregister*|"
     "alphabetisches register*|index|index rerum*|index nominum*|index verborum*|"
     "general index|index of names|skorowidz*|indeks*|ukazatel*|ukazovatel*|zoznam mien|register*"},
    {"preface",
     "predmluva*|predslov*|prislovi|predmluva k*|slovo uvodem|uvodem|vorwort*|vorrede*|vorbericht*|"
     "geleitwort*|zum geleit|preface*|foreword*|praefatio*|prefatio*|ad lectorem*|"
     "lectori benevolo*|przedmowa*|predhovor*|slovo ku ctenari|k ctenari|ku ctenarum|"
     "an den leser|zur einfuhrung"},
    {"introduction",
     "uvod|uvod do dila|uwod|einleitung*|einfuhrung|introduction|introductio|wstep|"
     "wprowadzenie|prooemium|prolegomena|vstup"},
    {"dedication",
     "venovani*|venovanie|pripsani|widmung*|zueignung*|zuschrift|dedication|dedicatio*|"
     "epistola dedicatoria*|epistola nuncupatoria|dedykacja|dedikacja|dedikace"},
    {"errata",
     "errata*|corrigenda*|opravy|oprava chyb|opravy a doplnky*|omyly tiskove|tiskove chyby|"
     "chyby tisku|chyby tiskove|omyly|druckfehler*|druckfehler verzeichnis|berichtigungen*|"
     "verbesserungen*|emendanda|omylki druku|sprostowania|bledy drukarskie|tlacove chyby|"
     "errata typographica"},
    {"bibliography",
     "literatura*|pouzita literatura*|prameny a literatura*|seznam literatury*|bibliografie*|"
     "bibliografia*|literaturverzeichnis*|litteratur|literatur|quellen und literatur*|"
     "schriftenverzeichnis|bibliography|bibliographie|references|zrodla"},
    {"afterword", "doslov*|nachwort*|schlusswort*|afterword|poslowie*|postface|zaverecne slovo"},
    {"conclusion",
     "zaver*|schluss|schlussbetrachtung*|conclusion*|conclusio|zakonczenie|zakoncenie"},
    {"appendix",
     "priloha*|prilohy*|dodatek*|dodatky|anhang*|beilage*|beilagen|appendix*|aneks|dodatok|"
     "pridavek"},
    {"listOfIllustrations",
     "seznam vyobrazeni*|seznam obrazu*|seznam ilustraci*|seznam obrazku*|seznam priloh*|"
     "verzeichnis der abbildungen*|abbildungsverzeichnis|verzeichnis der tafeln*|"
     "verzeichniss der abbildungen*|list of illustrations|list of plates|list of figures|"
     "spis ilustracji|spis rycin|zoznam obrazkov|zoznam ilustracii"},
    {"listOfMaps", "seznam map*|verzeichnis der karten|kartenverzeichnis|list of maps|spis map"},
    {"listOfTables",
     "seznam tabulek*|verzeichnis der tabellen|tabellenverzeichnis|list of tables|spis tabel|"
     "zoznam tabuliek"},
    {"imprimatur", "imprimatur*|nihil obstat*|approbatio*|schvaleni duchovni*"},
    {"colophon", "tiraz|kolofon|colophon"},
    {"impressum", "impressum"},
    {"advertisement",
     "inserce|oznameni|inserty|anzeigen|anzeige|advertisements|ogloszenia|inserty a oznameni"},
};

bool names(std::string_view pattern, const std::string& heading) {
  const bool goes_on = pattern.ends_with('*');
  if (goes_on) pattern.remove_suffix(1);
  if (heading == pattern) return true;
  if (goes_on && heading.starts_with(pattern) && heading.size() > pattern.size() &&
      heading[pattern.size()] == ' ' && heading.size() < pattern.size() + 48)
    return true;
  return pattern.size() >= 5 && heading.front() == pattern.front() &&
         heading.size() + 1 >= pattern.size() && heading.size() <= pattern.size() + 1 &&
         edits(heading, pattern) <= 1;
}

// Words that stand on title pages, imprints, in advertisements, on maps.
struct Signs {
  std::string_view type;
  std::string_view words;  // folded, each between spaces; a * ends what may go on
  double least;            // so many of them make it likely
};
constexpr Signs signs[] = {
    {"titlePage",
     " nakladem | nakladatel* | nakladatelstvi | verlag* | tiskem | druck | knihtiskarn* | "
     "buchdruckerei | buchhandlung | knihkupec* | knihkupectvi | naklad | vydani | auflage | "
     "edition | sumptibus | typis | impensis | apud | wydanie | wydawnictwo | drukarni* | "
     "v praze | prag | praha | brne | leipzig | berlin | wien | vidni | bratislav* | krakow* | "
     "warszaw* | londini | lipsiae | pragae | viennae | dil | band | tomus | sepsal | napsal | "
     "von | dle | prelozil | herausgegeben | verlage | verlegt | anno ",
     2.5},
    {"impressum",
     " copyright | isbn | vsechna prava | prava vyhrazena | alle rechte | all rights | "
     "printed in | vytiskl* | vytiskla | tisk | tiskem | gedruckt | autorsky zakon | "
     "prvni vydani | vydal* | vydala | obalku navrhl* | odpovedny redaktor* | "
     "technicky redaktor* | vytisku | naklad* | prelozil* | ilustroval* | redigoval* | "
     "wszelkie prawa | vytlacil* ",
     2.5},
    {"advertisement",
     " cena | kc | kcs | kr | zl | preis | mark | mk | rm | sgr | thlr | broz | vaz | brosch | "
     "gebunden | objednavky | predplatne | doporucuje | nabizi | katalog | obdrzeni | "
     "telefon | firma | zavod | erschienen | vyslo | k dostani | price | za cenu ",
     4},
    {"map", " meritko | massstab | mapa | karte | landkarte | scale | mappa | skala | plan ", 1.5},
};

// How often a list's words are on the page.
double count_of(std::string_view list, const std::string& page) {
  double n = 0;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t to = std::min(list.find('|', from), list.size());
    std::string_view word = list.substr(from, to - from);
    from = to + 1;
    while (word.ends_with(' ')) word.remove_suffix(1);
    std::string look(word);
    if (look.ends_with('*'))
      look.pop_back();
    else
      look += ' ';
    for (std::size_t at = page.find(look); at != std::string::npos; at = page.find(look, at + 1))
      n += 1;
  }
  return n;
}

}  // namespace

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t best =
          std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = std::exchange(row[j], best);
    }
  }
  return row[b.size()];
}

std::string folded(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> table[] = {
      {"áàâäãåąăÁÀÂÄÃÅĄ", "a"},
      {"čćçČĆÇ", "c"},
      {"ďđĎ", "d"},
      {"éěèêëęÉĚÈÊËĘ", "e"},
      {"íìîïÍÌÎÏ", "i"},
      {"ĺľłĹĽŁ", "l"},
      {"ňńñŇŃÑ", "n"},
      {"óòôöőøÓÒÔÖŐØ", "o"},
      {"ŕřŔŘ", "r"},
      {"šśſŠŚ", "s"},
      {"ťŤ", "t"},
      {"úůùüűÚŮÙÜŰ", "u"},
      {"ýÿÝ", "y"},
      {"žźżŽŹŻ", "z"},
      {"ß", "ss"},
      {"æÆ", "ae"},
      {"œŒ", "oe"}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      const char c = text[i++];
      if (c >= 'A' && c <= 'Z')
        out += static_cast<char>(c - 'A' + 'a');
      else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        out += c;
      else if (!out.empty() && out.back() != ' ')
        out += ' ';
      continue;
    }
    const std::size_t n = std::min<std::size_t>(byte < 0xE0   ? 2
                                                : byte < 0xF0 ? 3
                                                              : 4,
                                                text.size() - i);
    const std::string_view sign = text.substr(i, n);
    i += n;
    const auto* it = std::find_if(std::begin(table), std::end(table), [&](const auto& row) {
      return n == 2 && row.first.find(sign) != std::string_view::npos;
    });
    if (it != std::end(table))
      out += it->second;
    else if (byte == 0xE2 || byte == 0xC2)  // dashes, quotation marks
      out += !out.empty() && out.back() != ' ' ? " " : "";
    else
      out += sign;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string_view type_of_heading(std::string_view heading) {
  if (heading.size() > 120) return {};
  const std::string plain = folded(heading);
  if (plain.size() < 3) return {};
  // Set wide: "O b s a h".
  std::string closed;
  for (char c : plain)
    if (c != ' ') closed += c;
  const bool wide = plain.size() + 1 == 2 * closed.size();
  for (const PartName& part : part_names)
    for (std::size_t from = 0; from < part.words.size();) {
      const std::size_t to = std::min(part.words.find('|', from), part.words.size());
      if (names(part.words.substr(from, to - from), wide ? closed : plain)) return part.type;
      from = to + 1;
    }
  return {};
}

std::map<std::string, double> types_by_words(const std::vector<HintLine>& lines) {
  std::string page = " ";
  std::size_t words = 0;
  for (const HintLine& l : lines) {
    page += folded(text_of(*l.line)) + " ";
    words += l.line->words.size();
  }
  std::map<std::string, double> out;
  if (words < 3) return out;
  for (const Signs& s : signs) {
    // Long texts have any word; what counts is how thick they stand.
    const double many = std::max(1.0, static_cast<double>(words) / 60);
    const double score = count_of(s.words, page) / many / s.least;
    if (score >= 0.5) out[std::string(s.type)] = std::min(0.8, 0.45 * score);
  }
  return out;
}

}  // namespace linka
