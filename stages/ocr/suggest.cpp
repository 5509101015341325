// SPDX-License-Identifier: GPL-3.0-or-later
// A word that is on no list is taken apart: at each of its places every confusion that fits is
// undone, and what the list knows is a suggestion. Only when one confusion does not explain the
// word are two tried, usual ones alone. The table holds what the models were seen to confuse on
// pages with known text, and what is known of typefaces; it is symmetric where the shapes are.
#include "stages/ocr/suggest.h"

#include "stages/ocr/models.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace linka {
namespace {

constexpr double doubtful = 0.1;                   // likelihood of being wrong
constexpr std::size_t shortest = 3, longest = 40;  // bytes of a word
constexpr std::size_t most = 3;                    // suggestions
constexpr int questions_of_page = 4000;            // some 6 microseconds each
constexpr int pairs_of_page = 400;                 // questions for two confusions
constexpr int pairs_of_word = 200;
constexpr double seldom = 2;  // cost; a usual confusion costs 1

enum class Print { any, fraktur, roman };

struct Confusion {
  std::string_view read, printed;
  double cost = 1;
  Print print = Print::any;
};

// Letters that differ in their accents only.
constexpr std::array<std::string_view, 28> accented = {
    "aáäąàâ", "eéěęèê", "iíîì", "oóöôő", "uúůü", "yý",   "cčć", "sšś",  "zžźż", "rřŕ",
    "nňń",    "tť",     "dď",   "lľłĺ",  "AÁÄĄ", "EÉĚĘ", "IÍ",  "OÓÖÔ", "UÚŮÜ", "YÝ",
    "CČĆ",    "SŠŚ",    "ZŽŹŻ", "RŘ",    "NŇŃ",  "TŤ",   "DĎ",  "LĽŁ"};

constexpr std::array<Confusion, 118> confusions = {{
    // shapes that both kinds of print share
    {"u", "n"},
    {"n", "u"},
    {"c", "e"},
    {"e", "c"},
    {"o", "e"},
    {"e", "o"},
    {"o", "a"},
    {"a", "o"},
    {"a", "n", seldom},
    {"n", "a", seldom},
    {"a", "u", seldom},
    {"u", "a", seldom},
    {"e", "a", seldom},
    {"a", "e", seldom},
    {"u", "o", seldom},
    {"o", "u", seldom},
    {"h", "b"},
    {"b", "h"},
    {"i", "l"},
    {"l", "i"},
    {"í", "l"},
    {"i", "t"},
    {"t", "i", seldom},
    {"l", "t"},
    {"t", "l"},
    {"r", "t"},
    {"t", "r", seldom},
    {"ř", "t", seldom},
    {"t", "f", seldom},
    {"f", "t", seldom},
    {"r", "n", seldom},
    {"n", "r", seldom},
    {"r", "e", seldom},
    {"e", "r", seldom},
    {"c", "t", seldom},
    {"c", "r", seldom},
    {"v", "y", seldom},
    {"y", "v", seldom},
    {"v", "n", seldom},
    {"v", "r", seldom},
    {"y", "g", seldom},
    {"g", "q", seldom},
    {"q", "g", seldom},
    {"m", "n"},
    {"n", "m"},
    {"m", "w", seldom},
    {"w", "m", seldom},
    {"m", "rn"},
    {"rn", "m"},
    {"m", "in"},
    {"in", "m"},
    {"ni", "m"},
    {"m", "ni"},
    {"ra", "m", seldom},
    {"ii", "n"},
    {"ii", "ü"},
    {"ii", "u"},
    {"li", "h"},
    {"h", "li", seldom},
    {"cl", "d"},
    {"d", "cl", seldom},
    {"vv", "w"},
    {"w", "vv", seldom},
    {"tv", "w", seldom},
    {"ro", "w", seldom},
    {"d", "l", seldom},
    {"a", "d", seldom},
    {"k", "h", seldom},
    {"é", "č"},
    {"č", "ě"},
    {"ě", "č"},
    {"ä", "ü"},
    {"ů", "ü"},
    {"í", "ř", seldom},
    {"B", "V"},
    {"V", "B"},
    {"C", "G"},
    {"G", "C"},
    {"D", "O"},
    {"O", "D"},
    {"O", "Q", seldom},
    {"E", "F"},
    {"F", "E"},
    {"I", "l"},
    {"l", "I"},
    {"J", "I"},
    {"I", "J"},
    {"II", "H"},
    {"1", "l"},
    {"1", "i"},
    {"1", "I"},
    {"0", "o"},
    {"0", "O"},
    {"5", "s"},
    {"6", "b", seldom},
    {"8", "B"},
    {"B", "ß"},
    {"sz", "ß"},
    {"tz", "ß"},
    // a letter that was not seen, as one that holds to its neighbour
    {"h", "ch"},
    // roman print
    {"f", "s", seldom, Print::roman},
    {"s", "f", seldom, Print::roman},
    // Fraktur
    {"f", "ſ", 1, Print::fraktur},
    {"ſ", "f", 1, Print::fraktur},
    {"s", "f", 1, Print::fraktur},
    {"s", "ß", 1, Print::fraktur},
    {"t", "k", 1, Print::fraktur},
    {"k", "t", 1, Print::fraktur},
    {"b", "k", seldom, Print::fraktur},
    {"x", "r", 1, Print::fraktur},
    {"b", "G", 1, Print::fraktur},
    {"h", "H", 1, Print::fraktur},
    {"f", "E", seldom, Print::fraktur},
    {"D", "V", 1, Print::fraktur},
    {"N", "R", 1, Print::fraktur},
    {"R", "K", 1, Print::fraktur},
    {"J", "Z", seldom, Print::fraktur},
    {"fi", "K", seldom, Print::fraktur},
}};

bool fits(Print print, bool fraktur) {
  return print == Print::any || (print == Print::fraktur) == fraktur;
}

std::size_t bytes_at(std::string_view text, std::size_t i) {
  std::size_t n = 1;
  while (i + n < text.size() && (text[i + n] & '\xC0') == '\x80') ++n;
  return n;
}

struct Change {
  std::size_t at = 0, length = 0;
  std::string_view printed;
  double cost = 1;
};

// What the letter at this place may be instead: another accent, or none.
void add_accents(std::string_view word, std::size_t at, std::vector<Change>& changes) {
  const std::size_t length = bytes_at(word, at);
  const std::string_view letter = word.substr(at, length);
  for (const std::string_view family : accented) {
    bool belongs = false;
    for (std::size_t i = 0; i < family.size(); i += bytes_at(family, i))
      belongs |= family.substr(i, bytes_at(family, i)) == letter;
    if (!belongs) continue;
    for (std::size_t i = 0; i < family.size(); i += bytes_at(family, i))
      if (const auto other = family.substr(i, bytes_at(family, i)); other != letter)
        changes.push_back({at, length, other, 1});
  }
}

// Every confusion that can be undone in the word: by place, then as the table has them.
std::vector<Change> changes_of(std::string_view word, bool fraktur) {
  std::vector<Change> changes;
  for (std::size_t at = 0; at < word.size(); at += bytes_at(word, at)) {
    add_accents(word, at, changes);
    for (const Confusion& c : confusions)
      if (fits(c.print, fraktur) && word.substr(at).starts_with(c.read))
        changes.push_back({at, c.read.size(), c.printed, c.cost});
  }
  return changes;
}

std::string changed(std::string_view word, const Change& change) {
  std::string out(word.substr(0, change.at));
  out += change.printed;
  out += word.substr(change.at + change.length);
  return out;
}

class Search {
 public:
  Search(const std::function<bool(const std::string&)>& is_word, int& questions)
      : is_word_(is_word), questions_(questions) {}

  void try_word(std::string candidate, double cost) {
    if (questions_ <= 0) return;
    --questions_;
    if (is_word_(candidate)) found_.push_back({std::move(candidate), cost});
  }
  bool is_over() const { return questions_ <= 0; }
  std::vector<Suggestion> best() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Suggestion& a, const Suggestion& b) { return a.cost < b.cost; });
    std::vector<Suggestion> out;
    for (Suggestion& s : found_) {
      const bool there = std::any_of(out.begin(), out.end(),
                                     [&](const Suggestion& o) { return o.word == s.word; });
      if (!there && out.size() < most) out.push_back(std::move(s));
    }
    return out;
  }

 private:
  const std::function<bool(const std::string&)>& is_word_;
  int& questions_;
  std::vector<Suggestion> found_;
};

// ---- the words of a page -----------------------------------------------------------------------

// Where the word itself begins and ends in what was read: without the marks around it.
struct Core {
  std::size_t begin = 0, length = 0;
};
Core core_of(std::string_view content) {
  const auto is_mark = [&](std::size_t i) {
    const auto byte = static_cast<unsigned char>(content[i]);
    const bool letter = (content[i] >= 'a' && content[i] <= 'z') ||
                        (content[i] >= 'A' && content[i] <= 'Z') ||
                        (content[i] >= '0' && content[i] <= '9') || (byte >= 0xC3 && byte <= 0xC9);
    return !letter;
  };
  Core core;
  while (core.begin < content.size() && is_mark(core.begin))
    core.begin += bytes_at(content, core.begin);
  std::size_t end = core.begin;
  for (std::size_t i = core.begin; i < content.size(); i += bytes_at(content, i))
    if (!is_mark(i)) end = i + bytes_at(content, i);
  core.length = end - core.begin;
  return core;
}

bool asks_for_suggestions(const JudgedWord& word, const Core& core) {
  return word.signs.known == Known::no && word.error >= doubtful && core.length >= shortest &&
         core.length <= longest;
}

// Confidences: the word's likelihood of being wrong shared out by cost, a part kept for none of
// them being right. In thousandths.
void fill(TextWord& word, const Core& core, const std::vector<Suggestion>& found, double error) {
  const auto weight = [](const Suggestion& s) { return std::exp(-s.cost); };
  double sum = 0.5;
  for (const Suggestion& s : found) sum += weight(s);
  for (const Suggestion& s : found) {
    const double confidence = std::min(error * weight(s) / sum, word.confidence);
    std::string content = word.content;
    content.replace(core.begin, core.length, s.word);
    word.alternatives.push_back({std::move(content), std::round(1000 * confidence) / 1000});
  }
}

// What stands of the same word on the line before or after: of a word broken at a line's end.
struct Halves {
  std::string before, after;
};
Halves halves_of(const ReadBlock& block, std::size_t l, std::size_t w) {
  Halves halves;
  const auto& words = block.lines[l].text.words;
  if (w == 0 && l > 0 && !block.lines[l - 1].text.words.empty()) {
    const std::string& last = block.lines[l - 1].text.words.back().content;
    const std::string_view hyphen = trailing_hyphen(last);
    if (!hyphen.empty()) halves.before = bare_word(last.substr(0, last.size() - hyphen.size()));
  }
  if (w + 1 == words.size() && l + 1 < block.lines.size() &&
      !trailing_hyphen(words[w].content).empty() && !block.lines[l + 1].text.words.empty())
    halves.after = bare_word(block.lines[l + 1].text.words.front().content);
  return halves;
}

struct DoubtfulWord {
  TextWord* word = nullptr;
  const JudgedWord* judged = nullptr;
  Core core;
  Halves halves;
  std::string model_language, text_language;
};

std::vector<DoubtfulWord> doubtful_words_of(std::vector<ReadBlock>& blocks,
                                            const JudgedPage& page) {
  const std::vector<std::string> languages = languages_of(blocks);
  std::vector<DoubtfulWord> found;
  for (std::size_t b = 0; b < page.size(); ++b)
    for (std::size_t l = 0; l < page[b].size(); ++l)
      for (std::size_t w = 0; w < page[b][l].size(); ++w) {
        TextWord& word = blocks[b].lines[l].text.words[w];
        const JudgedWord& judged_word = page[b][l][w];
        const Core core = core_of(word.content);
        if (asks_for_suggestions(judged_word, core))
          found.push_back({&word, &judged_word, core, halves_of(blocks[b], l, w),
                           language_of_model(word.language), languages[b]});
      }
  return found;
}

bool is_known(const Dictionaries& words, const DoubtfulWord& d, const std::string& candidate) {
  return words.lists(d.model_language, candidate) ||
         (d.text_language != d.model_language && words.lists(d.text_language, candidate));
}

}  // namespace

std::vector<Suggestion> one_confusion_away(std::string_view word, bool fraktur,
                                           const std::function<bool(const std::string&)>& is_word,
                                           int& questions) {
  Search search(is_word, questions);
  for (const Change& change : changes_of(word, fraktur))
    search.try_word(changed(word, change), change.cost);
  return search.best();
}

std::vector<Suggestion> two_confusions_away(std::string_view word, bool fraktur,
                                            const std::function<bool(const std::string&)>& is_word,
                                            int& questions) {
  std::vector<Change> changes = changes_of(word, fraktur);
  std::erase_if(changes, [](const Change& change) { return change.cost >= seldom; });
  Search search(is_word, questions);
  for (std::size_t a = 0; a < changes.size() && !search.is_over(); ++a)
    for (std::size_t b = a + 1; b < changes.size() && !search.is_over(); ++b)
      if (changes[b].at >= changes[a].at + changes[a].length)
        search.try_word(changed(changed(word, changes[b]), changes[a]),
                        changes[a].cost + changes[b].cost);
  return search.best();
}

void suggest(std::vector<ReadBlock>& blocks, const JudgedPage& page, const Dictionaries& words) {
  const std::vector<DoubtfulWord> doubtful_words = doubtful_words_of(blocks, page);
  int questions = questions_of_page, pairs = pairs_of_page;
  for (const bool two : {false, true})
    for (const DoubtfulWord& d : doubtful_words) {
      TextWord& word = *d.word;
      if (!word.alternatives.empty()) continue;
      const auto is_word = [&](const std::string& candidate) {
        return is_known(words, d, d.halves.before + candidate + d.halves.after);
      };
      const auto core = std::string_view(word.content).substr(d.core.begin, d.core.length);
      int left = std::min(pairs, pairs_of_word);
      const int given = left;
      const std::vector<Suggestion> found =
          two ? two_confusions_away(core, d.judged->signs.fraktur, is_word, left)
              : one_confusion_away(core, d.judged->signs.fraktur, is_word, questions);
      pairs -= given - left;
      fill(word, d.core, found, d.judged->error);
    }
}

}  // namespace linka
