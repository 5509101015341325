// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: records of books that were never printed, one of each kind, as a catalogue would
// describe them.
#pragma once

#include "catalogue/marc.h"

#include <fmt/format.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace linka::made {

// A line a field: tag, indicators (_ is a blank), subfields. Control fields have neither. In LDR
// and 00X a # is a blank.
inline MarcRecord marc_of(std::string_view text) {
  MarcRecord record;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 5) continue;
    const std::string tag = line.substr(0, 3);
    std::string rest = line.substr(4);
    if (tag == "LDR" || tag.starts_with("00")) {
      for (char& c : rest)
        if (c == '#') c = ' ';
      if (tag == "LDR")
        record.leader = rest;
      else
        record.controls.push_back({tag, rest});
      continue;
    }
    MarcField field{tag, rest[0] == '_' ? ' ' : rest[0], rest[1] == '_' ? ' ' : rest[1], {}};
    for (std::size_t at = rest.find('$'); at != std::string::npos;) {
      const std::size_t end = rest.find(" $", at + 1);
      const std::string value = rest.substr(at + 2, end == std::string::npos ? end : end - at - 2);
      field.subfields.push_back(
          {rest[at + 1], value.substr(value.find_first_not_of(' ') == std::string::npos
                                          ? value.size()
                                          : value.find_first_not_of(' '))});
      at = end == std::string::npos ? end : end + 1;
    }
    record.fields.push_back(field);
  }
  return record;
}

// ISO 2709; `leader9` says the character set the values are in already.
inline std::string iso2709_of(const MarcRecord& record, char leader9 = 'a') {
  std::string directory, data;
  const auto add = [&](const std::string& tag, const std::string& text) {
    directory += fmt::format("{:3.3}{:04}{:05}", tag, text.size() + 1, data.size());
    data += text + '\x1e';
  };
  for (const MarcControlField& c : record.controls) add(c.tag, c.value);
  for (const MarcField& f : record.fields) {
    std::string text{f.ind1, f.ind2};
    for (const MarcSubfield& s : f.subfields) text += std::string{'\x1f', s.code} + s.value;
    add(f.tag, text);
  }
  const std::size_t base = 24 + directory.size() + 1;
  std::string leader = record.leader;
  leader.resize(24, ' ');
  leader[9] = leader9;
  leader.replace(0, 5, fmt::format("{:05}", base + data.size() + 1));
  leader.replace(12, 5, fmt::format("{:05}", base));
  leader.replace(20, 4, "4500");
  return leader + directory + '\x1e' + data + '\x1d';
}

// The way Aleph's X-server and its OAI write a record.
inline std::string oai_marc_of(const MarcRecord& record) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    return out;
  };
  std::string out = "<oai_marc>";
  const auto fixed = [&](const std::string& id, std::string text) {
    for (char& c : text)
      if (c == ' ') c = '^';
    out += fmt::format("<fixfield id=\"{}\">{}</fixfield>", id, escaped(text));
  };
  fixed("LDR", record.leader);
  for (const MarcControlField& c : record.controls) fixed(c.tag, c.value);
  for (const MarcField& f : record.fields) {
    out += fmt::format("<varfield id=\"{}\" i1=\"{}\" i2=\"{}\">", f.tag, f.ind1, f.ind2);
    for (const MarcSubfield& s : f.subfields)
      out += fmt::format("<subfield label=\"{}\">{}</subfield>", s.code, escaped(s.value));
    out += "</varfield>";
  }
  return out + "</oai_marc>";
}

constexpr std::string_view monograph = R"(
LDR 02345nam#a22005658i#4500
001 tst20270000001
003 CZ-PrTST
005 20210607083015.0
008 210603s1927####xr#a###e######000#f#cze##
015 __ $a cnb000000017 $z cnb000000016
020 __ $a 80-200-0001-1 (váz.) : $c Kč 12,00
020 __ $z 80-200-0001-7
035 __ $a (OCoLC)123456789
040 __ $a TST001 $b cze $e rda
041 1_ $a cze $b ger $h fre
072 _7 $a 821.162.3-3 $x Česká próza $2 Konspekt $9 25
080 __ $a 821.162.3-32 $2 MRF
100 1_ $a Nováková, Anna, $d 1880-1951 $7 tst0000001 $4 aut
240 10 $a Moulin de lune. $l Česky
245 14 $a The měsíční mlýn : $b vyprávění o papíru / $c Anna Nováková ; obrázky kreslil Josef Vrba
246 3_ $a Mlýn
250 __ $a 1. vydání
264 _1 $a V Praze : $b Vrba a spol., $c [1927?]
264 _3 $a V Brně : $b Tiskárna U Papíru
264 _4 $c ©1926
300 __ $a 312 stran : $b ilustrace ; $c 21 cm
336 __ $a text $b txt $2 rdacontent
337 __ $a bez média $b n $2 rdamedia
338 __ $a svazek $b nc $2 rdacarrier
490 1_ $a Knihovnička papírníkova ; $v sv. 3
500 __ $a Přeloženo z francouzštiny
520 2_ $a O mlýně, který mlel za úplňku.
600 17 $a Papírníková, Žofie, $d 1801-1860 $7 tst0000009 $2 czenas
648 _7 $a 20. století $7 ch000001 $2 czenas
650 _7 $a papír $z Česko $7 ph000001 $2 czenas
650 _9 $a paper $2 eczenas
651 _7 $a Žďár (Česko) $7 ge000001 $2 czenas
653 0_ $a mlýny $a luna
655 _7 $a vyprávění $7 fd000001 $2 czenas
700 1_ $a Vrba, Josef, $d 1890- $4 ill
700 1_ $a Nováková, Anna, $d 1880-1951 $7 tst0000001 $4 trl
700 1_ $i Adaptace: $a Dvořák, Emil $t Mlýnské písně
710 2_ $a Spolek papírníků. $b Odbor mlýnů $4 isb
830 _0 $a Knihovnička papírníkova ; $v sv. 3
856 41 $u https://example.org/obalka.jpg $y obálka
910 __ $a TST001 $b 54 F 1
910 __ $a TST002 $b Mlýn 7
996 __ $b 2610000001 $c 54 F 1 $l TST50
996 __ $b 2610000002 $c 54 F 2 $l TST50
)";

constexpr std::string_view multivolume = R"(
LDR 01234nam#a22003131aa4500
001 tst20270000002
005 990730
008 990101m19101912xr############000#0#cze##
040 __ $a TST001 $b cze
100 0_ $a Bohumil $b II., $c opat, $d asi 1850-
245 10 $a Dějiny papíru. $n 2., $p Papír ruční
260 __ $a [Praha : $b Vrba, $c 1911] $e (V Brně : $f Knihtiskárna, $g 1912)
300 __ $a 3 sv. ; $c 8°
910 __ $a TST001 $b II 12
910 __ $a TST001 $b II 13
)";

constexpr std::string_view periodical = R"(
LDR 01111nas#a22003018i#4500
001 tst20270000003
003 CZ-PrTST
008 210101d19191938xr#wr#p#######0###b0cze##
022 __ $a 1210-9999 $y 1210-1111
040 __ $a TST001 $b cze $e rda
110 2_ $a Papírnická jednota $4 isb
210 0_ $a Papír. Nov.
245 00 $a Papírnické noviny : $b list mlynářů i tiskařů
264 31 $a Praha : $b Papírnická jednota, $c 1919-1938
300 __ $a 20 svazků ; $c 42 cm
310 __ $a Týdně
337 __ $b n $2 rdamedia
338 __ $b nc $2 rdacarrier
362 0_ $a Roč. 1, č. 1 (1919)-roč. 20, č. 52 (1938)
780 00 $t Mlynářské listy $x 1210-2222
785 00 $t Tiskařské noviny $g 1939-1942
)";

constexpr std::string_view map = R"(
LDR 00999nem#a22002771i#4500
001 tst20270000004
003 CZ-PrTST
008 210101s1893####xr########a###r#0###cze##
034 1_ $a a $b 75000
040 __ $a TST001 $b cze $e rda
110 2_ $a Zeměměřický ústav $4 ctg
245 10 $a Mapa okolí Papírova $h [kartografický dokument]
255 __ $a 1:75 000
264 _1 $a Papírov : $b Zeměměřický ústav, $c [ca 1893]
300 __ $a 1 mapa : $b barevná ; $c 52 x 41 cm
651 _7 $a Papírov (Česko) $2 czenas
)";

constexpr std::string_view sheet_music = R"(
LDR 00888ncm#a22002531i#4500
001 tst20270000005
003 CZ-PrTST
008 210101t19051904xr#sga#########n####zxx##
024 2_ $a M-66056-000-8
028 32 $a V. 12 $b Vrba
040 __ $a TST001 $b cze $e rda
100 1_ $a Dvořák, Emil, $d 1870-1930 $4 cmp
245 10 $a Mlýnské písně : $b op. 3 = Mühlenlieder / $c Emil Dvořák
264 _1 $a Praha : $b Vrba, $c 1905, c1904
300 __ $a 1 partitura (12 s.) ; $c 34 cm
)";

constexpr std::string_view manuscript = R"(
LDR 00777ntm#a22002171a#4500
001 tst20270000006
003 CZ-PrTST
008 210101q17801799xr############000#0#lat##
040 __ $a TST001 $b cze
245 00 $a Liber molendini $h [rukopis]
260 __ $c [mezi 1780 a 1799]
300 __ $a 48 listů ; $c 20 cm
500 __ $a Psáno jednou rukou
)";

constexpr std::string_view old_print = R"(
LDR 00888nam#a22002291a#4500
001 tst20270000007
003 CZ-PrTST
008 210101s1724####xr############000#0#ger##
040 __ $a TST001 $b cze
100 1_ $a Müller, Johann Georg, $c Papiermacher $4 aut
245 14 $a <<Die>> löbliche Kunst des Papiermachens / $c ... von Johann Georg Müller
260 __ $a Gedruckt zu Prag : $b bey Matthias Hößl, $c M. DCC. XXIV. [1724]
300 __ $a [8], 112, [4] s. : $b il. ; $c 4°
510 4_ $a Knihopis, $c 0001
590 __ $a Vlastnický zápis: Ex libris
)";

struct NamedRecord {
  const char* name;
  std::string_view text;
};
inline const std::vector<NamedRecord>& all_records() {
  static const std::vector<NamedRecord> all = {
      {"monograph", monograph},     {"multi-volume", multivolume},
      {"periodical", periodical},   {"map", map},
      {"sheet music", sheet_music}, {"manuscript", manuscript},
      {"old print", old_print}};
  return all;
}

}  // namespace linka::made
