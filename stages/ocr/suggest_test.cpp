// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;

// What is suggested when the language has these words.
std::vector<std::string> similar(const std::string& word, const std::set<std::string>& language,
                                 bool fraktur = false, bool two = false) {
  int questions = 1000;
  const auto is_word = [&](const std::string& w) { return language.contains(w); };
  std::vector<std::string> words;
  for (const Suggestion& s : two ? two_confusions_away(word, fraktur, is_word, questions)
                                 : one_confusion_away(word, fraktur, is_word, questions))
    words.push_back(s.word);
  return words;
}

TEST(SimilarWords, OneConfusionIsUndone) {
  using testing::ElementsAre;
  EXPECT_THAT(similar("slcvo", {"slevo", "pero"}), ElementsAre("slevo"));
  EXPECT_THAT(similar("přiiel", {"přijel"}), ElementsAre());
  EXPECT_THAT(similar("dornu", {"domu"}), ElementsAre("domu"));
  EXPECT_THAT(similar("clům", {"dům"}), ElementsAre("dům"));
  EXPECT_THAT(similar("kterv", {"který"}), ElementsAre());
  EXPECT_THAT(similar("ktery", {"který"}), ElementsAre("který"));
  EXPECT_THAT(similar("vráríme", {"vrátíme"}), ElementsAre("vrátíme"));
  EXPECT_THAT(similar("w1r", {"wir"}), ElementsAre("wir"));
  EXPECT_THAT(similar("0zbrojí", {"ozbrojí"}), ElementsAre("ozbrojí"));
  EXPECT_THAT(similar("grosz", {"groß"}), ElementsAre("groß"));
}

TEST(SimilarWords, FrakturHasConfusionsOfItsOwn) {
  using testing::ElementsAre;
  EXPECT_THAT(similar("xeineren", {"reineren"}, true), ElementsAre("reineren"));
  EXPECT_THAT(similar("xeineren", {"reineren"}, false), ElementsAre());
  EXPECT_THAT(similar("iſt", {"ift"}, true), ElementsAre("ift"));
  EXPECT_THAT(similar("niht", {"nicht"}, true), ElementsAre("nicht"));
}

TEST(SimilarWords, TwoConfusionsAtDifferentPlaces) {
  using testing::ElementsAre;
  EXPECT_THAT(similar("slcuo", {"sleno"}), ElementsAre());
  EXPECT_THAT(similar("slcuo", {"sleno"}, false, true), ElementsAre("sleno"));
  EXPECT_THAT(similar("prijel", {"přijel"}, false, true), ElementsAre());
  EXPECT_THAT(similar("casteji", {"častěji"}, false, true), ElementsAre("častěji"));
}

TEST(SimilarWords, NoMoreThanThreeTheLikeliestFirst) {
  const auto words = similar("hud", {"bud", "huď", "hůd", "húd", "had"});
  EXPECT_EQ(words.size(), 3u);
  EXPECT_THAT(words, testing::Not(testing::Contains("had")));  // a seldom confusion
  int questions = 5;
  one_confusion_away(
      "nepravděpodobný", false, [](const std::string&) { return false; }, questions);
  EXPECT_EQ(questions, 0);
}

class Suggest : public testing::Test {
 protected:
  Suggest() {
    std::string pattern = (fs::temp_directory_path() / "linka-suggest-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ / "cs_CZ.aff") << "SET UTF-8\n";
    std::ofstream(folder_ / "cs_CZ.dic") << "6\nbyl\nslovo\nslávo\nzahrada\nčas\nvečer\n";
    std::ofstream(folder_ / "de_DE.aff") << "SET UTF-8\n";
    std::ofstream(folder_ / "de_DE.dic") << "2\nFisch\nTeil\n";
  }
  ~Suggest() override { fs::remove_all(folder_); }

  // One line of words read by this model at this confidence, with what is suggested for them.
  std::vector<TextWord> suggested(const std::vector<std::vector<std::string>>& lines,
                                  const std::string& model, double confidence) const {
    ReadBlock block;
    for (const auto& words : lines) {
      ReadLine& line = block.lines.emplace_back();
      for (const std::string& content : words) {
        TextWord word;
        word.content = content;
        word.confidence = confidence;
        word.language = model;
        line.text.words.push_back(word);
      }
    }
    std::vector<ReadBlock> blocks = {block};
    const Dictionaries words({folder_});
    suggest(blocks, judged(blocks, words), words);
    std::vector<TextWord> out;
    for (const ReadLine& line : blocks[0].lines)
      for (const TextWord& word : line.text.words) out.push_back(word);
    return out;
  }

  fs::path folder_;
};

TEST_F(Suggest, ADoubtfulUnknownWordGetsAlternativesAndKeepsItsContent) {
  const auto words = suggested({{"byl", "„slcvo,", "slova"}}, "ces", 0.7);
  EXPECT_TRUE(words[0].alternatives.empty());
  EXPECT_EQ(words[1].content, "„slcvo,");
  EXPECT_TRUE(words[1].alternatives.empty());  // slevo is no word here
  const auto others = suggested({{"sloro", "slóvo,"}}, "ces", 0.7);
  ASSERT_EQ(others[1].alternatives.size(), 1u);
  EXPECT_EQ(others[1].alternatives[0].content, "slovo,");
  EXPECT_GT(others[1].alternatives[0].confidence, 0);
  EXPECT_LE(others[1].alternatives[0].confidence, others[1].confidence);
}

TEST_F(Suggest, ConfidencesFallAndAreLessThanTheDoubt) {
  const auto words = suggested({{"slavo"}}, "ces", 0.6);
  ASSERT_FALSE(words[0].alternatives.empty());
  double sum = 0, before = 1;
  for (const TextAlternative& other : words[0].alternatives) {
    EXPECT_LE(other.confidence, before);
    before = other.confidence;
    sum += other.confidence;
  }
  EXPECT_LT(sum, word_error("slavo", {0.6, Known::no, false, false}));
}

TEST_F(Suggest, KnownAndSureWordsGetNone) {
  for (const TextWord& word : suggested({{"byl", "slovo", "čas,"}}, "ces", 0.3))
    EXPECT_TRUE(word.alternatives.empty()) << word.content;
  for (const TextWord& word : suggested({{"zehrada"}}, "ces", 0.99))
    EXPECT_TRUE(word.alternatives.empty()) << word.content;
  for (const TextWord& word : suggested({{"dom", "hause"}}, "lat", 0.3))
    EXPECT_TRUE(word.alternatives.empty()) << "no list: " << word.content;
}

TEST_F(Suggest, HalvesOfABrokenWordAreCompletedByEachOther) {
  const auto words = suggested({{"byl", "za-"}, {"hreda", "byl"}}, "ces", 0.6);
  ASSERT_EQ(words[2].alternatives.size(), 1u);
  EXPECT_EQ(words[2].alternatives[0].content, "hrada");
}

TEST_F(Suggest, LongSStaysAsItIsPrinted) {
  const auto words = suggested({{"Fifch", "Theit"}}, "frk", 0.6);
  ASSERT_FALSE(words[0].alternatives.empty());
  EXPECT_EQ(words[0].alternatives[0].content, "Fiſch");
  ASSERT_FALSE(words[1].alternatives.empty());
  EXPECT_EQ(words[1].alternatives[0].content, "Theil");
}

TEST_F(Suggest, OddTextGetsNone) {
  for (const TextWord& word :
       suggested({{"\xff\xfe\xfd", "|||", "\xc3", std::string(5000, 'u'), "ſſſ"}}, "ces", 0.2))
    EXPECT_TRUE(word.alternatives.empty());
}

}  // namespace
}  // namespace linka
