// SPDX-License-Identifier: GPL-3.0-or-later
// Function words make up a third of any text and hardly change with its subject or, but for
// spelling, in two centuries. Each language has three short lists, of words about as frequent as
// each other; a text's score for a language is the sum over its words of the logarithm of how much
// more frequent the word is in that language than a word chosen at random (naive Bayes). Words on
// no list say nothing, but for words with a letter that Czech or Slovak does not have: these two
// share most of their function words.
#include "stages/ocr/language.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace linka {
namespace {

constexpr std::size_t languages = 6;
constexpr std::array<double, 3> frequency = {0.02, 0.006, 0.002};
constexpr double elsewhere = 0.0003;  // how often a misread or foreign word looks like this one

struct FunctionWords {
  TextLanguage language;
  std::array<std::string_view, 3> by_frequency;  // without accents, in small letters
};

constexpr std::array<FunctionWords, languages> tables = {{
    {TextLanguage::czech,
     {"a se v na je ze to s z do",
      "i o k ve si by jako ale tak po pro jsem co za jeho od pri jest byl u neb nebo jen kdyz jak "
      "az ktery ktere ktera uz bylo pak sve aby",
      "byla byli jsou jsme jste ho mu ji jej jim jich nich neho nim ni tu te tom toho tomu ten ta "
      "ty tim tedy take vsak jenz jez jiz svou svym sveho mne mi me ja on ona jsi ne nez nic pod "
      "nad pred mezi bez proti podle kde kdo kdyby protoze proto vse vsechno vsechny vice velmi "
      "muz clovek den rok roku let snad byti jeste nebyl nebylo neni jenom ci cim kolik prave zde "
      "tam tady potom ktereho kterou kterym kterych dle neb nebot bude budou mel mela jineho sobe "
      "lze"}},
    {TextLanguage::slovak,
     {"a sa v na je ze to s z do",
      "i o k vo si by ako ale tak po pre som co za jeho od pri bol u alebo len ked az ktory ktore "
      "ktora uz bolo potom svoje aby aj",
      "bola boli su sme ste ho mu jej ich nich neho nim nej tu tej tom toho tomu ten ta ty tym "
      "teda "
      "tiez vsak svojho svojej svojim mna mi ma ja on ona nie nez nic pod nad pred medzi bez proti "
      "podla kde kto keby pretoze preto vsetko vsetky viac velmi muz clovek den rok roku rokov "
      "este nebol nebolo iba ci cim kolko prave tam teraz zo so ku lebo aky iny ktoreho ktorej "
      "ktorou ktorym ktorych bude budu mal mala sebe mozno"}},
    {TextLanguage::german,
     {"die der und in den von zu das",
      "mit sich des auf fur ist im dem nicht ein eine als auch es an werden aus er hat dass sie "
      "nach wird bei einer",
      "um am sind noch wie einem uber einen so zum war haben nur oder aber vor zur bis mehr durch "
      "man sein wurde sei ich wir ihr ihm ihn ihre seine seiner seinem seinen wenn was hatte kann "
      "gegen vom schon wo da denn doch unter diese dieser dieses diesem diesen wieder welche "
      "welcher ganz selbst immer nun mir mich uns unser alle alles keine kein nichts herr weil "
      "dann also zwischen jahre worden waren konnte soll habe bey seyn vnd auff eines ihrer"}},
    {TextLanguage::polish,
     {"i w sie na z nie do to ze",
      "a o jest za od po jak co tak przez ale dla przy byl jego ich ktory ktore juz tylko",
      "by czy ktorych ktorej ktora bylo byla byly jej go mu sa ten tej tym tego te ta tych bardzo "
      "mnie mi moze jako pod nad przed miedzy bez wszystko wszystkich gdy kiedy gdzie sobie lub "
      "oraz ja on ona my jeszcze takze tam zas zeby rok roku lat pan pani czlowiek tu u we ze "
      "jednak wiec bo nim nich niego swoje swego swoj jesli az ku"}},
    {TextLanguage::english,
     {"the of and to a in that is",
      "was he for it with as his on be at by i this had not are but from or have an they which one "
      "you were",
      "all her she there would their we him been has when who will no more if out so said what up "
      "its about than into them can only other new some could these two may then do first any my "
      "now such like our over man me even most made after also did many before must through where "
      "much your down should because each those people mr how too little very upon being"}},
    {TextLanguage::latin,
     {"et in est non ad cum qui quod ut",
      "quae sed per ex ab de si aut nec ac atque esse sunt hoc enim autem a se eius etiam quam quo",
      "quidem tamen ne neque vel nam igitur ita quibus cuius quem quos quas eo ea id is haec hic "
      "hac his eum eam eos ipse ipsa nihil omnia omnes omnibus inter post ante pro sine sub super "
      "apud esset fuit erat sit potest nunc tam tum ubi unde quia dum modo magis minus res rei rem "
      "deus dei domini anno sic scilicet idem quoque etc illa ille illud ipsum unum nobis nos "
      "vos"}},
}};

using Scores = std::array<double, languages>;

std::map<std::string, Scores, std::less<>> scores_by_word() {
  std::map<std::string, Scores, std::less<>> scores;
  for (std::size_t l = 0; l < languages; ++l)
    for (std::size_t tier = 0; tier < frequency.size(); ++tier)
      for (const std::string& word : split_text(std::string(tables[l].by_frequency[tier]), ' ')) {
        double& score = scores[word][l];
        score = std::max(score, std::log(frequency[tier] / elsewhere));
      }
  return scores;
}

// Each word with such a letter speaks against the language, as a logarithm of the odds. A model may
// see an accent where none is, so it is worth less than a function word.
constexpr double foreign_letter = 1.0;
constexpr std::array<std::string_view, 6> not_in_slovak = {"ě", "ř", "ů", "Ě", "Ř", "Ů"};
constexpr std::array<std::string_view, 8> not_in_czech = {"ľ", "ĺ", "ŕ", "ô", "Ľ", "Ĺ", "Ŕ", "Ô"};

template <std::size_t n>
int words_with(std::string_view text, const std::array<std::string_view, n>& letters) {
  int words = 0;
  for (const std::string& word : split_text(text, ' '))
    words += std::any_of(letters.begin(), letters.end(), [&](std::string_view letter) {
      return word.find(letter) != std::string::npos;
    });
  return words;
}

// The letters U+00C0...U+017F without their accents; ? for what is no letter.
constexpr std::string_view plain_letters =
    "aaaaaaaceeeeiiiidnooooo?ouuuuy?saaaaaaaceeeeiiiidnooooo?ouuuuy?y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghh??iiiiiiiiii??jjkk?llllll?"
    "?llnnnnnn???oooooooorrrrrrsssssssstttt??uuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(plain_letters.size() == 64 + 128);

// The next character of the text as a small letter without accent; 0 for what is no letter. Takes
// it from the text.
char next_letter(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  text.remove_prefix(1);
  if (first >= 'a' && first <= 'z') return static_cast<char>(first);
  if (first >= 'A' && first <= 'Z') return static_cast<char>(first - 'A' + 'a');
  if (first < 0xC3 || first > 0xC5 || text.empty()) return 0;
  const auto second = static_cast<std::uint8_t>(text.front());
  text.remove_prefix(1);
  const int code = ((first & 0x1F) << 6) | (second & 0x3F);
  const char letter = plain_letters[static_cast<std::size_t>(code - 0xC0)];
  return letter == '?' ? '\0' : letter;
}

// German function words and endings as roman models read them in Fraktur.
constexpr std::string_view misread_words =
    "fie fich ift fo fein feine feiner feinem feinen find felbft fehr foll follte fagte fagen "
    "fondern alfo biefer diefe diefer diefes diefem diefen fchon fchien gefehen laffen wiffen "
    "befonders beffer einft faft feit fowie gewefen wefen muffen haufe fobald folche folcher";

std::set<std::string, std::less<>> misread_set() {
  std::set<std::string, std::less<>> words;
  for (const std::string& word : split_text(misread_words, ' ')) words.insert(word);
  return words;
}

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

// Calls `take` with each word, in small letters without accents.
template <class Take>
void for_each_word(std::string_view text, Take&& take) {
  std::string word;
  while (!text.empty()) {
    if (const char letter = next_letter(text); letter != 0) {
      word += letter;
    } else if (!word.empty()) {
      take(word);
      word.clear();
    }
  }
  if (!word.empty()) take(word);
}

}  // namespace

LanguageGuess language_of_text(std::string_view text) {
  static const auto known = scores_by_word();
  Scores sums{};
  std::array<int, languages> hits{};
  for_each_word(text, [&](const std::string& word) {
    const auto found = known.find(word);
    if (found == known.end()) return;
    for (std::size_t l = 0; l < languages; ++l) {
      sums[l] += found->second[l];
      hits[l] += found->second[l] > 0;
    }
  });
  const auto speak_against = [&](TextLanguage language, int words) {
    double& sum = sums[static_cast<std::size_t>(language)];
    sum = std::max(0.0, sum - foreign_letter * words);
  };
  speak_against(TextLanguage::slovak, words_with(text, not_in_slovak));
  speak_against(TextLanguage::czech, words_with(text, not_in_czech));
  std::size_t best = 0;
  for (std::size_t l = 1; l < languages; ++l)
    if (sums[l] > sums[best]) best = l;
  double second = 0;
  for (std::size_t l = 0; l < languages; ++l)
    if (l != best) second = std::max(second, sums[l]);
  return {tables[best].language, sums[best], sums[best] - second, hits[best]};
}

TypefaceTraces typeface_traces(std::string_view text) {
  constexpr std::string_view long_s = "\u017f";
  static const auto misread = misread_set();
  TypefaceTraces traces;
  for_each_word(text, [&](const std::string& word) { traces.f_for_s += misread.contains(word); });
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    traces.letters += is_small(c) || (c >= 'A' && c <= 'Z') || (c & '\xC0') == '\xC0';
    traces.long_s += text.substr(i).starts_with(long_s);
    traces.inner_capital_s += c == 'S' && i > 0 && is_small(text[i - 1]);
  }
  return traces;
}

}  // namespace linka
