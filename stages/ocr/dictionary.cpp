// SPDX-License-Identifier: GPL-3.0-or-later
// Nuspell reads Hunspell's word lists and, other than Hunspell itself, asks them without changing
// anything and without looking at the clock, so one list serves all threads and the same word has
// the same answer on a busy machine. Both agree on every one of 5,500 words in five languages; a
// question takes some 5 microseconds, reading the Czech list 0.1 s and 26 MB.
#include "stages/ocr/dictionary.h"

#include "base/digest.h"
#include "base/text.h"

#include <nuspell/dictionary.hxx>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t longest_word = 60;  // bytes; a longer one is a row of leaders or dirt

// Languages and what their lists are called, the preferred first.
struct ListNames {
  std::string_view language;
  std::array<std::string_view, 2> names;
};
constexpr std::array<ListNames, 6> list_names = {{{"cze", {"cs_CZ", "cs"}},
                                                  {"slo", {"sk_SK", "sk"}},
                                                  {"ger", {"de_DE", "de_DE_frami"}},
                                                  {"pol", {"pl_PL", "pl"}},
                                                  {"eng", {"en_US", "en_GB"}},
                                                  {"lat", {"la", "la_LA"}}}};

// Old spellings and today's; $ stands for the word's end. German: before 1901 and, in part, of the
// 18th century, and with ss for ß; Czech: before 1849 (w, g, au ...), and what was still usual a
// century later (-ti, -ž, -ť, s for z); Slovak: before 1843; Polish: before 1936; English: British,
// and what is written in one word today. Rules marked `together` also act on a word together.
struct Spelling {
  std::string_view language, old, today;
  bool together = false;
};
constexpr std::array<Spelling, 71> spellings = {{
    {"ger", "th", "t", true},
    {"ger", "Th", "T", true},
    {"ger", "ey", "ei", true},
    {"ger", "ay", "ai"},
    {"ger", "y", "i"},
    {"ger", "niß", "nis", true},
    {"ger", "niss", "nis", true},
    {"ger", "ieß", "ies"},
    {"ger", "ß", "ss", true},
    {"ger", "ss", "ß"},
    {"ger", "iren", "ieren", true},
    {"ger", "irt", "iert", true},
    {"ger", "ck", "k"},
    {"ger", "c", "k"},
    {"ger", "C", "K"},
    {"ger", "c", "z"},
    {"ger", "C", "Z"},
    {"ger", "dt", "t"},
    {"ger", "tz", "z"},
    {"ger", "ieb", "ib"},
    {"ger", "ieng", "ing"},
    {"ger", "aa", "a"},
    {"ger", "oo", "o"},
    {"ger", "ee", "e"},
    {"ger", "ff", "f"},
    {"ger", "ülf", "ilf"},
    {"ger", "ue", "ü"},
    {"ger", "oe", "ö"},
    {"ger", "ae", "ä"},
    {"ger", "Ue", "Ü", true},
    {"ger", "Oe", "Ö", true},
    {"ger", "Ae", "Ä", true},
    {"ger", "-", ""},
    {"cze", "w", "v", true},
    {"cze", "W", "V", true},
    {"cze", "au", "ou", true},
    {"cze", "Au", "Ou", true},
    {"cze", "g", "j", true},
    {"cze", "G", "J", true},
    {"cze", "j", "í"},
    {"cze", "ss", "š"},
    {"cze", "ss", "s"},
    {"cze", "s", "z"},
    {"cze", "th", "t"},
    {"cze", "sy", "si"},
    {"cze", "zy", "zi"},
    {"cze", "cy", "ci"},
    {"cze", "ae", "e"},
    {"cze", "ů", "ú"},
    {"cze", "spů", "způ"},
    {"cze", "ti$", "t", true},
    {"cze", "ž$", ""},
    {"cze", "ť$", ""},
    {"slo", "w", "v", true},
    {"slo", "W", "V", true},
    {"slo", "au", "ou", true},
    {"slo", "g", "j", true},
    {"slo", "G", "J", true},
    {"slo", "j", "í"},
    {"slo", "ss", "š"},
    {"slo", "y", "i"},
    {"pol", "é", "e"},
    {"pol", "x", "ks"},
    {"pol", "ya", "ia"},
    {"pol", "yi", "ii"},
    {"pol", "emi$", "ymi"},
    {"eng", "our", "or"},
    {"eng", "is", "iz"},
    {"eng", "ll", "l"},
    {"eng", "-", ""},
    {"eng", "re$", "er"},
}};

// Characters of old print that today's lists do not have.
constexpr std::array<std::array<std::string_view, 2>, 16> plain = {{{"\u017f", "s"},
                                                                    {"a\u0364", "ä"},
                                                                    {"o\u0364", "ö"},
                                                                    {"u\u0364", "ü"},
                                                                    {"\ufb00", "ff"},
                                                                    {"\ufb01", "fi"},
                                                                    {"\ufb02", "fl"},
                                                                    {"\ufb03", "ffi"},
                                                                    {"\ufb04", "ffl"},
                                                                    {"\ufb05", "st"},
                                                                    {"\ufb06", "st"},
                                                                    {"\u00e6", "ae"},
                                                                    {"\u0153", "oe"},
                                                                    {"\u00ad", ""},
                                                                    {"\u2019", "'"},
                                                                    {"\ua75b", "r"}}};

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos;
       at = text.find(from, begin)) {
    out += text.substr(begin, at - begin);
    out += to;
    begin = at + from.size();
  }
  return out += text.substr(begin);
}

// The word with one rule applied wherever it can be.
std::string respelt(std::string_view word, const Spelling& rule) {
  if (!rule.old.ends_with('$')) return replaced(word, rule.old, rule.today);
  const std::string_view end = rule.old.substr(0, rule.old.size() - 1);
  std::string out(word);
  if (word.ends_with(end)) out.replace(word.size() - end.size(), end.size(), rule.today);
  return out;
}

// With all rules that go together.
std::string all_respelt(std::string_view language, std::string_view word) {
  std::string out(word);
  for (const Spelling& s : spellings)
    if (s.together && s.language == language && out.find(s.old[0]) != std::string::npos)
      out = respelt(out, s);
  return out;
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Where a character that belongs to words begins: ASCII letters and digits, and the letters of
// U+00C0...U+024F (other signs of old and new print lie below or beyond).
bool is_word_at(std::string_view text, std::size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  return is_ascii_letter(text[i]) || (text[i] >= '0' && text[i] <= '9') ||
         (byte >= 0xC3 && byte <= 0xC9);
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return is_ascii_letter(c) || (c & '\xC0') == '\xC0'; });
}

std::string_view without_marks_around(std::string_view word) {
  std::size_t begin = 0;
  while (begin < word.size() && !is_word_at(word, begin)) ++begin;
  std::size_t end = word.size();
  while (end > begin) {
    std::size_t last = end - 1;
    while (last > begin && (word[last] & '\xC0') == '\x80') --last;
    if (is_word_at(word, last)) break;
    end = last;
  }
  return word.substr(begin, end - begin);
}

std::vector<fs::path> system_folders() {
  std::vector<fs::path> folders;
  if (const char* path = std::getenv("DICPATH"); path != nullptr)
    for (const std::string& folder : split_text(path, ':'))
      if (!folder.empty()) folders.emplace_back(folder);
  folders.insert(folders.end(), {"/usr/share/hunspell", "/usr/share/myspell/dicts"});
  return folders;
}

std::optional<fs::path> list_file(const std::vector<fs::path>& folders, const ListNames& list) {
  std::error_code ignored;
  for (const std::string_view name : list.names)
    for (const fs::path& folder : folders) {
      const fs::path aff = folder / (std::string(name) + ".aff");
      if (fs::is_regular_file(aff, ignored) &&
          fs::is_regular_file(fs::path(aff).replace_extension(".dic"), ignored))
        return aff;
    }
  return {};
}

std::unique_ptr<nuspell::Dictionary> read_list(const fs::path& aff) {
  try {
    auto read = std::make_unique<nuspell::Dictionary>();
    read->load_aff_dic(aff);
    return read;
  } catch (const std::exception&) {
    return nullptr;  // damaged: as if it were not there
  }
}

}  // namespace

struct Dictionaries::Inner {
  struct List {
    std::once_flag once;
    std::unique_ptr<nuspell::Dictionary> words;
  };
  std::vector<fs::path> folders;
  mutable std::array<List, list_names.size()> read;

  const nuspell::Dictionary* of(std::string_view language) const {
    for (std::size_t i = 0; i < list_names.size(); ++i) {
      if (list_names[i].language != language) continue;
      std::call_once(read[i].once, [&] {
        if (const auto aff = list_file(folders, list_names[i])) read[i].words = read_list(*aff);
      });
      return read[i].words.get();
    }
    return nullptr;
  }
};

Dictionaries::Dictionaries() : Dictionaries(system_folders()) {}
Dictionaries::Dictionaries(std::vector<fs::path> folders) : inner_(std::make_unique<Inner>()) {
  inner_->folders = std::move(folders);
}
Dictionaries::Dictionaries(Dictionaries&&) noexcept = default;
Dictionaries& Dictionaries::operator=(Dictionaries&&) noexcept = default;
Dictionaries::~Dictionaries() = default;

Known Dictionaries::knows(std::string_view language, std::string_view word) const {
  const nuspell::Dictionary* list = inner_->of(language);
  if (list == nullptr) return Known::no_list;
  const std::string bare = bare_word(word);
  if (!has_letter(bare) || bare.size() > longest_word) return Known::no;
  if (list->spell(bare)) return Known::yes;
  for (const std::string& form : modern_spellings(language, bare))
    if (list->spell(form)) return Known::leniently;
  return Known::no;
}

bool Dictionaries::lists(std::string_view language, std::string_view word) const {
  const nuspell::Dictionary* list = inner_->of(language);
  const std::string bare = bare_word(word);
  if (list == nullptr || !has_letter(bare) || bare.size() > longest_word) return false;
  if (list->spell(bare)) return true;
  const std::string modern = all_respelt(language, bare);
  return modern != bare && list->spell(modern);
}

std::vector<std::string> Dictionaries::installed() const {
  std::vector<std::string> names;
  for (const ListNames& list : list_names)
    if (const auto aff = list_file(inner_->folders, list)) names.push_back(aff->stem());
  return names;
}

std::string Dictionaries::digest() const {
  std::string all;
  for (const ListNames& list : list_names)
    if (const auto aff = list_file(inner_->folders, list))
      for (const fs::path& file : {*aff, fs::path(*aff).replace_extension(".dic")}) {
        const auto digest = digest_file(file, DigestKind::sha256);
        all += digest ? *digest : file.string();
      }
  return all.empty() ? "" : sha256_hex(all);
}

std::string bare_word(std::string_view word) {
  const bool ascii =
      std::none_of(word.begin(), word.end(), [](char c) { return (c & '\x80') != 0; });
  std::string bare(word);
  for (const auto& [old, today] : plain)
    if (!ascii && bare.find(old) != std::string::npos) bare = replaced(bare, old, today);
  return std::string(without_marks_around(bare));
}

std::vector<std::string> modern_spellings(std::string_view language, std::string_view word) {
  std::vector<std::string> forms;
  const auto add = [&](std::string form) {
    if (!form.empty() && form != word && std::find(forms.begin(), forms.end(), form) == forms.end())
      forms.push_back(std::move(form));
  };
  for (const Spelling& s : spellings)
    if (s.language == language) add(respelt(word, s));
  add(all_respelt(language, word));
  return forms;
}

}  // namespace linka
