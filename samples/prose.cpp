// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples/prose.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace linka {
namespace {

// The book that samples/title.toml describes.
const BookWords czech_book = {
    "Anna Nováková",
    "Měsíční mlýn",
    "vyprávění o papíru a vodě",
    "Voda paměti nemá, a přece zná cestu.",
    {"S obrázky Josefa Vrby", "V Praze", "Smyšlené nakladatelství", "1927"},
    {"Kolo pod jezem", "Hadry a plátno", "Zimní voda", "Dopis z města", "Poslední arch",
     "Ticho na lávce"},
    {"*) Tak se v kraji říkalo dlouhé lávce pod jezem.", "*) Arch papíru, ještě neořezaný.",
     "*) Sběrači hadrů chodili po vsích dvakrát do roka.",
     "*) Podle staré knihy účtů, která se ve mlýně našla."},
    {"Mlýn za úplňku.", "Řeka pod mlýnem na jaře.", "Údolí od východu."},
    {{"Pod jezem voda šumí tiše,", "měsíc se dívá do vody,", "kdo za oknem tu ještě píše,",
      "nezná ni zámky, ni závody."},
     {"Kolo se točí, den se krátí,", "za lesem zvoní klekání,", "co voda vzala, už se nevrátí,",
      "co papír drží, zůstane nám."},
     {"Byl pozdní večer – první máj –", "večerní máj – byl lásky čas.",
      "Hrdliččin zval ku lásce hlas,", "kde borový zaváněl háj."}},
    "Obsah",
    "Mapa údolí",
    "Měřítko 1 : 75 000",
    {"Lhota", "Zálesí", "Mlýn", "Brod", "Podolí", "Hůrka"},
    "Rejstřík",
    {"arch", "hadry", "jez", "kolo", "kupec", "lávka", "měsíc", "mlynář", "náhon", "papír",
     "povodeň", "řeka", "škrob", "vodoznak", "vrba", "zvony"},
    "Oznámení",
    {"Knihy našeho nakladatelství. Cena 24 Kč.", "Objednávky vyřizuje každý knihkupec.",
     "Katalog zašleme zdarma. Telefon 312.", "Papír všeho druhu. Cena 3 Kč za složku.",
     "Firma Vrba a syn, závod papírnický.", "Předplatné na rok 36 Kč, na půl roku 18 Kč.",
     "Vyšlo nově: Zimní voda. Brož. 15 Kč, váz. 22 Kč."},
    "Mlynářský věstník",
    "Ročník III. Číslo 5. V Praze dne 1. května 1927. Cena 2 Kč."};
const std::vector<std::string> czech_sentences = {
    "Mlýn stál na konci údolí, kde se řeka lámala o starý jez a potom klidně odtékala k městu.",
    "Nikdo už nepamatoval, kdo jej postavil, ale každý věděl, komu patří a proč se v něm svítí "
    "dlouho do noci.",
    "Papír se tu dělal z hadrů, z vody a z trpělivosti, a ta poslední bývala nejdražší.",
    "Starý mlynář říkával, že dobrý arch se pozná poslepu, po hmatu a po zvuku.",
    "„Když jím zatřepeš,“ učil nás, „musí se ozvat jako vzdálený hrom.“",
    "Za jasných nocí ležel měsíc v náhonu a kolo jej trpělivě rozsypávalo na stříbrné peníze.",
    "Děti ze vsi sem chodívaly po škole, ačkoli jim to bylo přísně zapovězeno.",
    "V létě voda zelenala a pod lávkou stály ryby tak tiše, jako by na něco čekaly.",
    "Matka sušila archy na půdě, na šňůrách natažených od trámu k trámu, a nikdo tam nesměl běhat.",
    "Z města přijížděl jednou za měsíc kupec s hnědým kufrem a s úsměvem, kterému se nedalo věřit.",
    "Prohlížel každý arch proti oknu, mhouřil oči a hledal chyby, které tam nebyly.",
    "Nakonec vždycky zaplatil, neboť lepší papír by v celém kraji nenašel.",
    "Tehdy jsem poprvé uviděla vodoznak: malé kolo o osmi loukotích a nad ním srpek měsíce.",
    "Dědeček jej vyšil z drátu vlastní rukou a formu ukládal do skříně, od které měl klíč jen on.",
    "V zimě se kolo zastavilo a ve stavení bylo takové ticho, že jsme slyšeli růst led.",
    "Otec četl nahlas z kalendáře, matka předla a v kamnech praskalo bukové dříví.",
    "Jednoho rána však přišla povodeň a s ní i konec starých časů.",
    "Řeka se vylila přes noc, vzala lávku, ploty i polovinu zahrady a před polednem už stála na "
    "prahu.",
    "Nosili jsme papír na půdu, arch po archu, a nikdo z nás nepromluvil ani slovo.",
    "Když voda opadla, zbylo po ní bahno, kmen staré vrby a zvláštní, dlouhé ticho.",
    "Lidé z okolí přicházeli pomáhat, přinášeli chléb, lopaty a mnoho dobrých rad.",
    "Mlynář chodil kolem jezu s rukama za zády a počítal, co zůstalo a co už nebude.",
    "„Voda dala, voda vzala,“ řekl konečně a dal se do práce.",
    "Na jaře se kolo roztočilo znovu a první arch jsme pověsili nade dveře.",
    "Dodnes tam visí, zažloutlý a zvlněný, a kdo vchází, musí se mu trochu poklonit.",
    "Učitel ze vsi si od nás bral papír na kroniku a zapisoval do ní všechno, co se v kraji stalo.",
    "Psal drobným písmem, černým inkoustem, a na okraj kreslil květiny a ptáky.",
    "Jednou zapsal i nás: že ve mlýně svítí měsíc i tehdy, když je zataženo.",
    "Z hadrů se stala kaše, z kaše arch, z archu kniha a z knihy zase jen vzpomínka.",
    "Tak to šlo rok za rokem a nikomu nepřišlo na mysl, že by to mohlo být jinak.",
    "Potom ale postavili v městě továrnu s vysokým komínem a papír zlevnil.",
    "Kupec s hnědým kufrem přestal jezdit, jen na Vánoce poslal lístek s obrázkem.",
    "Zůstali jsme sami s vodou, s kolem a s knihami, které nám lidé vraceli k opravě.",
    "Naučila jsem se sešívat složky, vařit škrob a hladit desky kostěným nožem.",
    "Stará kniha voní jinak než nová: po prachu, po jablkách a trochu po dešti.",
    "Když ji otevřeš, hřbet zasténá a listy se pomalu rozloží do obou stran.",
    "Na předsádce bývají jména těch, kdo ji četli, a někdy i květ, který do ní vložili.",
    "Nikdy jsem žádný nevyhodila, ani když se už rozpadal na prach.",
    "Sestra se provdala do města a psala nám dlouhé dopisy o elektrickém světle.",
    "My jsme svítili petrolejem, a přece jsme podle ní viděli dál než ona.",
    "Večer jsem sedávala na jezu a dívala se, jak se v proudu houpe odraz protějšího okna.",
    "Kdosi tam psal, celé noci, a nikdy jsem se nedozvěděla, kdo to byl.",
    "Snad jenom světlo samo, které si chtělo něco poznamenat, než zhasne.",
    "Otec se smál, že mám hlavu plnou vody, a podával mi další hromádku archů.",
    "Na podzim se údolím táhla mlha a zvony z druhého břehu zněly, jako by byly pod vodou.",
    "Tehdy se vyprávěly příběhy, jeden od druhého jsme je přebírali jako chléb.",
    "O vodníkovi, který si u nás objednal papír na dopis a zapomněl zaplatit.",
    "O tovaryši, jenž přešel po zamrzlé řece a na druhém břehu už ho nikdo neviděl.",
    "O měsíci, který jednou spadl do náhonu a museli jej vytáhnout hákem.",
    "Každý z nich začínal stejně a žádný neskončil tak, jak jsme si přáli.",
    "Dnes vím, že to tak mělo být, protože hotový příběh je jako suchý pramen.",
    "Píši to na poslední arch z naší dílny a slyším, jak venku prší.",
    "Kolo stojí, ale voda jde dál, kolem jezu, kolem vrb a kolem nás všech.",
    "Kdo najde tuto knihu, ať ji podrží proti oknu: uvidí malé kolo a nad ním měsíc."};

const BookWords german_book = {
    "Johann Friedrich Weidner",
    "Die Mühle im Thale",
    "Eine Erzählung aus alter Zeit",
    "Wer stille geht, der hört das Wasser.",
    {"Mit einem Bilde", "Leipzig", "Im Verlage des Verfassers", "1843"},
    {"Der Müller", "Am Wehr", "Die lange Nacht", "Der fremde Gast", "Heimkehr"},
    {"*) So nannte man dort den Weg am Ufer.", "*) Ein alter Brauch in jenem Thale."},
    {"Die Mühle im Winter.", "Am alten Wehr."},
    {{"Wer reitet so spät durch Nacht und Wind?", "Es ist der Vater mit seinem Kind;",
      "Er hat den Knaben wohl in dem Arm,", "Er faßt ihn sicher, er hält ihn warm."}},
    "Inhalt",
    "Karte des Thales",
    "Maßstab 1 : 75 000",
    {"Waldau", "Neudorf", "Mühle", "Furth", "Thal", "Berg"},
    "Register",
    {"Bach", "Brücke", "Ofen", "Gast", "Kinder", "Mantel", "Mond", "Müller", "Nacht", "Silber",
     "Ufer", "Wald", "Wanderer", "Wehr", "Winter"},
    "Anzeigen",
    {"Bei uns ist erschienen: Am Wehr. Preis 2 Mark.", "Gebunden 3 Mark, brosch. 2 Mark.",
     "Katalog gratis durch jede Buchhandlung.", "Papier aller Art. Preis 1 Mark.",
     "Firma Weidner und Sohn in Leipzig.", "Zu beziehen durch alle Buchhandlungen."},
    "Der Müllerbote",
    "Dritter Jahrgang. Nr. 5. Leipzig, den 1. Mai 1843. Preis 2 Sgr."};
const std::vector<std::string> german_sentences = {
    "Am Ende des Thales, wo der Bach über das alte Wehr fällt, stand vor vielen Jahren eine Mühle.",
    "Der Müller war ein stiller Mann, der wenig redete und viel arbeitete.",
    "Seine Frau aber kannte alle Geschichten der Gegend und erzählte sie gern am Abend.",
    "Wenn der Mond über den Wald kam, leuchtete das Wasser wie lauter Silber.",
    "Da saßen die Kinder am Ofen und hörten zu, bis ihnen die Augen zufielen.",
    "Eines Tages kam ein fremder Wanderer des Weges und bat um ein Nachtlager.",
    "Er trug einen grauen Mantel und ein Buch unter dem Arme, das er niemals aus der Hand legte.",
    "„Was steht denn in dem Buche?“ fragte das jüngste Kind und trat näher.",
    "Der Fremde lächelte und antwortete: „Alles, was das Wasser vergessen hat.“",
    "In der Nacht hörte der Müller, wie das Rad sich drehte, obgleich er es selbst angehalten "
    "hatte.",
    "Er nahm die Laterne, ging hinunter und fand die Thür verschlossen.",
    "Am Morgen war der Gast verschwunden, das Buch aber lag auf dem Tische.",
    "Niemand im Dorfe konnte die Schrift lesen, auch der alte Pfarrer nicht.",
    "So blieb es viele Jahre liegen, und der Staub deckte es zu.",
    "Der Winter war hart, und der Bach fror bis auf den Grund.",
    "Man erzählte sich, das Eis habe in jener Nacht gesungen.",
    "Im Frühling kam das Wasser zurück und mit ihm die Arbeit und die Freude.",
    "Der Sohn des Müllers ging in die Stadt, um dort das Drucken zu lernen.",
    "Er schrieb lange Briefe nach Hause, und die Mutter las sie dreimal vor.",
    "Als er endlich wiederkehrte, erkannte ihn nur der Hund.",
    "Er nahm das alte Buch vom Brette, schlug es auf und begann zu lesen.",
    "Da war es, als hörte man draußen das Rad gehen, langsam und ruhig wie ehedem.",
    "Die Leute kamen aus dem ganzen Thale herbei und wollten die Geschichte hören.",
    "Und wer sie einmal vernommen hatte, der vergaß sie nicht wieder.",
    "Noch heute zeigt man den Ort, wo die Mühle gestanden hat, und das Wasser rauscht noch immer."};

const BookWords latin_book = {
    "Ioannes Molinarius",
    "De mola et aqua",
    "libellus ad amicos",
    "Exegi monumentum aere perennius.",
    {"Cum figuris", "Pragae", "Sumptibus auctoris", "MDCCCXII"},
    {"De loco", "De aqua", "De charta", "De nocte"},
    {"*) Vide librum secundum.", "*) Ita veteres tradiderunt."},
    {"Mola sub luna.", "Flumen et silva."},
    {{"Gaudeamus igitur,", "iuvenes dum sumus;", "post iucundam iuventutem,",
      "post molestam senectutem", "nos habebit humus."}},
    "Index",
    "Mappa vallis",
    "Scala 1 : 75 000",
    {"Villa", "Vadum", "Mola", "Pons", "Mons", "Silva"},
    "Index rerum",
    {"aqua", "charta", "filum", "flumen", "forma", "hortus", "ianua", "liber", "lux", "mola", "nox",
     "pons", "rota", "silva", "vallis"},
    "Oznámení",
    {"Katalog gratis.", "Cena 24 Kč.", "Firma Vrba. Telefon 312.", "Cena 3 Kč."},
    "Nuntius molitorum",
    "Annus III. Numerus 5. Pragae, Kalendis Maiis 1927."};
const std::vector<std::string> latin_sentences = {
    "In extrema valle, ubi flumen inter saxa descendit, mola antiqua stabat.",
    "Nemo iam meminerat quis eam aedificavisset, sed omnes cuius esset sciebant.",
    "Dominus molae vir erat senex, qui pauca dicebat et multa cogitabat.",
    "Aqua clara per rivum fluebat et rotam magnam lente movebat.",
    "Noctu luna in aqua iacebat, quasi argentum in fundo fluminis lateret.",
    "Pueri ex vico veniebant ut rotam viderent et fabulas audirent.",
    "Charta ibi e linteis veteribus fiebat, labore magno et patientia maiore.",
    "Saepe dicebat senex bonam chartam sono ipso cognosci posse.",
    "Mercator ex urbe singulis mensibus veniebat et chartam ad lucem spectabat.",
    "Hieme flumen frigore constitit et magnum silentium in valle fuit.",
    "Tum pater libros legebat, mater lanam ducebat, ignis in foco ardebat.",
    "Vere autem aqua rediit et cum aqua opera nova incepta sunt.",
    "Qui libros scribit, memoriam hominum servat; qui chartam facit, scribentem adiuvat.",
    "Tempus omnia mutat, sed verba scripta diu manent.",
    "Amicus meus epistulas longas mittebat, quas ego iterum atque iterum legebam.",
    "Nihil est quod non aut aqua aut tempus auferat, praeter nomen bonum.",
    "Itaque hunc libellum scripsi, ne fabula illa antiqua periret.",
    "Lege igitur, amice, et memento nostri cum ad flumen veneris."};

struct Decoded {
  char32_t sign;
  std::size_t at;  // byte offset
};

std::vector<Decoded> decoded(std::string_view text) {
  std::vector<Decoded> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t sign = length == 1 ? byte : byte & (0x7Fu >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      sign = (sign << 6) | (static_cast<std::uint8_t>(text[i + k]) & 0x3Fu);
    out.push_back({sign, i});
    i += length;
  }
  return out;
}

bool is_vowel(char32_t c) {
  return std::u32string_view(U"aeiouyáéěíóúůýäöüæ").find(c) != std::u32string_view::npos;
}
bool is_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0x17F);
}

const std::vector<std::string>& sentences_of(ProseLanguage language) {
  switch (language) {
    case ProseLanguage::german:
      return german_sentences;
    case ProseLanguage::latin:
      return latin_sentences;
    case ProseLanguage::czech:
      break;
  }
  return czech_sentences;
}

}  // namespace

std::optional<ProseLanguage> language_named(std::string_view name) {
  if (name == "cs") return ProseLanguage::czech;
  if (name == "de") return ProseLanguage::german;
  if (name == "la") return ProseLanguage::latin;
  return std::nullopt;
}

const char* iso639_3(ProseLanguage language) {
  return language == ProseLanguage::czech    ? "ces"
         : language == ProseLanguage::german ? "deu"
                                             : "lat";
}

const char* pango_language(ProseLanguage language) {
  return language == ProseLanguage::czech ? "cs" : language == ProseLanguage::german ? "de" : "it";
}

const BookWords& book_words(ProseLanguage language) {
  return language == ProseLanguage::czech    ? czech_book
         : language == ProseLanguage::german ? german_book
                                             : latin_book;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string with_long_s(std::string_view text) {
  const std::vector<Decoded> signs = decoded(text);
  std::string out;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    const std::size_t end = i + 1 < signs.size() ? signs[i + 1].at : text.size();
    const bool inside = i + 1 < signs.size() && is_letter(signs[i + 1].sign);
    if (signs[i].sign == U's' && inside)
      out += "ſ";
    else
      out += text.substr(signs[i].at, end - signs[i].at);
  }
  return out;
}

std::vector<Hyphenated> hyphenations(const std::string& word) {
  const std::vector<Decoded> signs = decoded(word);
  std::vector<Hyphenated> out;
  for (std::size_t i = 2; i + 3 < signs.size(); ++i) {
    bool letters = true;
    for (std::size_t k = i - 2; k < i + 3; ++k) letters = letters && is_letter(signs[k].sign);
    if (!letters || !is_vowel(signs[i - 1].sign) || is_vowel(signs[i].sign)) continue;
    const bool ch = signs[i].sign == U'c' && signs[i + 1].sign == U'h';
    if (!is_vowel(signs[i + (ch ? 2 : 1)].sign)) continue;
    out.push_back({word.substr(0, signs[i].at) + "-", word.substr(signs[i].at)});
  }
  return out;
}

Storyteller::Storyteller(ProseLanguage language, Random random)
    : sentences_(&sentences_of(language)),
      long_s_(language == ProseLanguage::german),
      random_(random) {}

std::vector<std::string> Storyteller::paragraph() {
  std::vector<std::string> words;
  const int count = 3 + random_.below(4);
  for (int i = 0; i < count; ++i) {
    if (deck_.empty()) {
      for (std::size_t k = 0; k < sentences_->size(); ++k) deck_.push_back(k);
      for (std::size_t k = deck_.size(); k > 1; --k)
        std::swap(deck_[k - 1],
                  deck_[static_cast<std::size_t>(random_.below(static_cast<int>(k)))]);
    }
    const std::string& sentence = (*sentences_)[deck_.back()];
    deck_.pop_back();
    for (const std::string& word : words_of(long_s_ ? with_long_s(sentence) : sentence))
      words.push_back(word);
  }
  return words;
}

}  // namespace linka
