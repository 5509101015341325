// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace linka {
namespace {

namespace fs = std::filesystem;

// A folder of its own with word lists in Hunspell's format.
class WordLists {
 public:
  WordLists() {
    std::string pattern = (fs::temp_directory_path() / "linka-words-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~WordLists() { fs::remove_all(folder_); }
  WordLists(const WordLists&) = delete;
  WordLists& operator=(const WordLists&) = delete;

  void add(const std::string& name, const std::string& words) const {
    const auto n = std::count(words.begin(), words.end(), '\n');
    std::ofstream(folder_ / (name + ".aff")) << "SET UTF-8\n";
    std::ofstream(folder_ / (name + ".dic")) << n << "\n" << words;
  }
  const fs::path& folder() const { return folder_; }
  Dictionaries read() const { return Dictionaries({folder_}); }

 private:
  fs::path folder_;
};

TEST(Dictionaries, KnowsTheWordsOfTheList) {
  const WordLists lists;
  lists.add("cs_CZ", "dům\nokno\nPraha\n");
  const Dictionaries words = lists.read();
  EXPECT_EQ(words.knows("cze", "okno"), Known::yes);
  EXPECT_EQ(words.knows("cze", "Okno"), Known::yes);
  EXPECT_EQ(words.knows("cze", "OKNO"), Known::yes);
  EXPECT_EQ(words.knows("cze", "ohno"), Known::no);
  EXPECT_EQ(words.knows("cze", "praha"), Known::no);
}

TEST(Dictionaries, MarksAroundAWordLongSAndLigaturesDoNotMatter) {
  const WordLists lists;
  lists.add("de_DE", "Fisch\nfinden\nsich\nMädchen\n");
  const Dictionaries words = lists.read();
  for (const char* word : {"„Fiſch“,", "(ſich)", "ﬁnden!", "sich\u2014", "»Fisch«", "Maͤdchen.*)"})
    EXPECT_EQ(words.knows("ger", word), Known::yes) << word;
}

TEST(Dictionaries, OldSpellingsAreKnownLeniently) {
  const WordLists lists;
  lists.add("de_DE", "Teil\nsein\nmuss\nexistieren\nÜberzeugung\nZentner\nGrüße\n");
  lists.add("cs_CZ", "dvůr\nsoud\nkterý\nfilozofie\nbýt\n");
  const Dictionaries words = lists.read();
  for (const char* word :
       {"Theil", "ſeyn", "muß", "existiren", "Ueberzeugung", "Centner", "Grüsse"})
    EXPECT_EQ(words.knows("ger", word), Known::leniently) << word;
  for (const char* word : {"dwůr", "saud", "kterýž", "filosofie", "býti"})
    EXPECT_EQ(words.knows("cze", word), Known::leniently) << word;
  EXPECT_EQ(words.knows("ger", "Theit"), Known::no);
}

TEST(Dictionaries, WithoutAListNothingIsSaid) {
  const WordLists lists;
  lists.add("cs_CZ", "dům\n");
  const Dictionaries words = lists.read();
  EXPECT_EQ(words.knows("ger", "Haus"), Known::no_list);
  EXPECT_EQ(words.knows("xyz", "Haus"), Known::no_list);
  EXPECT_EQ(words.knows("", ""), Known::no_list);
  EXPECT_THAT(words.installed(), testing::ElementsAre("cs_CZ"));
}

TEST(Dictionaries, ADamagedListIsAsIfItWereNotThere) {
  const WordLists lists;
  std::ofstream(lists.folder() / "cs_CZ.aff") << "SET no-such-encoding\n\x01\x02";
  std::ofstream(lists.folder() / "cs_CZ.dic") << "no number\n";
  EXPECT_NE(lists.read().knows("cze", "dům"), Known::yes);
  fs::create_directory(lists.folder() / "de_DE.aff");
  EXPECT_EQ(lists.read().knows("ger", "Haus"), Known::no_list);
}

TEST(Dictionaries, OddTextIsNotKnown) {
  const WordLists lists;
  lists.add("cs_CZ", "dům\n");
  const Dictionaries words = lists.read();
  for (const std::string& text :
       {std::string(), std::string("..."), std::string("\xff\xc3"), std::string("12"),
        std::string(100000, 'a'), std::string("\0", 1), std::string("\xe2\x80"), std::string("ſ")})
    EXPECT_EQ(words.knows("cze", text), Known::no);
}

TEST(Dictionaries, TheDigestTellsListsApart) {
  const WordLists one, two;
  one.add("cs_CZ", "dům\n");
  two.add("cs_CZ", "dom\n");
  EXPECT_EQ(one.read().digest().size(), 64u);
  EXPECT_EQ(one.read().digest(), one.read().digest());
  EXPECT_NE(one.read().digest(), two.read().digest());
  EXPECT_EQ(WordLists().read().digest(), "");
}

TEST(Dictionaries, ManyThreadsAskAtOnce) {
  const WordLists lists;
  lists.add("cs_CZ", "dům\nokno\n");
  const Dictionaries words = lists.read();
  std::vector<std::thread> threads;
  std::vector<int> known(4);
  for (std::size_t t = 0; t < known.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i)
        known[t] +=
            (words.knows("cze", "okno") == Known::yes) + (words.knows("cze", "okny") == Known::yes);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(known, testing::Each(500));
}

TEST(BareWord, LosesMarksOnly) {
  EXPECT_EQ(bare_word("„slovo“,"), "slovo");
  EXPECT_EQ(bare_word("l'amour"), "l'amour");
  EXPECT_EQ(bare_word("čes\u00ad"
                      "ký"),
            "český");
  EXPECT_EQ(bare_word("—"), "");
  EXPECT_EQ(bare_word("18."), "18");
}

}  // namespace
}  // namespace linka
