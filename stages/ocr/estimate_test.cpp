// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/estimate.h"

#include "image/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <cstdlib>
#include <fstream>

namespace linka {
namespace {

namespace fs = std::filesystem;

// A word list of a few Czech and German words, in a folder of its own.
class Lists {
 public:
  Lists() {
    std::string pattern = (fs::temp_directory_path() / "linka-estimate-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    write("cs_CZ", "10\nbyl\npozdní\nvečer\na\nnikdo\nnevěděl\njak\nse\nto\nstalo\n");
    write("de_DE", "6\nder\nund\nist\nnicht\nHaus\nGarten\n");
  }
  ~Lists() { fs::remove_all(folder_); }
  Lists(const Lists&) = delete;
  Lists& operator=(const Lists&) = delete;
  Dictionaries read() const { return Dictionaries({folder_}); }

 private:
  void write(const std::string& name, const std::string& words) const {
    std::ofstream(folder_ / (name + ".aff")) << "SET UTF-8\n";
    std::ofstream(folder_ / (name + ".dic")) << words;
  }
  fs::path folder_;
};

// Words of 100 pixels side by side, 40 high, on the line with this number.
ReadLine line_of(const std::vector<std::string>& words, const std::string& model, double confidence,
                 int number = 0) {
  ReadLine line;
  line.size_px = 40;
  double x = 50;
  const double y = 50 + 60.0 * number;
  for (const std::string& content : words) {
    TextWord word;
    word.content = content;
    word.box = {x, y, x + 100, y + 40};
    word.confidence = confidence;
    word.language = model;
    line.text.words.push_back(word);
    x += 120;
  }
  line.text.box = {50, y, x, y + 40};
  return line;
}

ReadBlock block_of(std::vector<ReadLine> lines) {
  ReadBlock block;
  block.lines = std::move(lines);
  return block;
}

double estimate(const std::vector<ReadBlock>& blocks, const Lists& lists) {
  return estimated_word_error(judged(blocks, lists.read()), 0);
}

const std::vector<std::string> czech = {"byl", "pozdní", "večer",   "a",   "nikdo",
                                        "se",  "to",     "nevěděl", "jak", "stalo"};

TEST(WordError, FallsWithConfidence) {
  for (const Known known : {Known::no_list, Known::no, Known::leniently, Known::yes})
    for (const bool fraktur : {false, true}) {
      double before = 1;
      for (double confidence = 0; confidence <= 1; confidence += 0.1) {
        const double error = word_error("slovo", {confidence, known, false, fraktur});
        EXPECT_LT(error, before);
        EXPECT_GT(error, 0);
        before = error;
      }
    }
}

TEST(WordError, FallsWithWhatTheWordListsSay) {
  const auto error = [](Known known, bool foreign) {
    return word_error("slovo", {0.9, known, foreign, false});
  };
  EXPECT_LT(error(Known::yes, false), error(Known::leniently, false));
  EXPECT_LT(error(Known::leniently, false), error(Known::no, false));
  EXPECT_LT(error(Known::no, false), error(Known::no, true));
  EXPECT_LT(error(Known::yes, false), error(Known::no_list, false));
  EXPECT_LT(error(Known::no_list, false), error(Known::no, false));
  EXPECT_EQ(error(Known::yes, false), error(Known::yes, true));
}

TEST(WordError, OddMarksMakeAWordDoubtful) {
  const WordSigns sure{0.95, Known::yes, false, false};
  for (const char* word : {",wird", "\u2018\u2018and", "dark.\u2019\u2019", "sl|vo", "°slovo"})
    EXPECT_GT(word_error(word, sure), 2 * word_error("„slovo“,", sure)) << word;
  EXPECT_LT(word_error("o\u2019er", sure), 0.1);
}

TEST(WordError, IsAShareForWhateverTheEngineSays) {
  for (const std::string& word : {std::string(), std::string("\xff\xfe"), std::string("\xc3"),
                                  std::string(5000, '|'), std::string("\U0001F600")})
    for (const double confidence : {-1.0, 0.0, 0.5, 1.0, 7.0}) {
      const double error = word_error(word, {confidence, Known::no, true, true});
      EXPECT_GE(error, 0);
      EXPECT_LE(error, 1);
    }
}

TEST(Estimate, AWellReadPageHasFewErrorsAndABadOneMany) {
  const Lists lists;
  const double good = estimate({block_of({line_of(czech, "ces", 0.96)})}, lists);
  const double doubtful = estimate({block_of({line_of(czech, "ces", 0.8)})}, lists);
  const double bad =
      estimate({block_of({line_of({"bvl", "poz6ní", "vcčer", "nikdc"}, "ces", 0.5)})}, lists);
  EXPECT_LT(good, 0.02);
  EXPECT_GT(doubtful, good);
  EXPECT_GT(bad, 0.4);
}

TEST(Estimate, HalvesOfABrokenWordAreAskedForTogether) {
  const Lists lists;
  const JudgedPage page = judged(
      {block_of({line_of({"byl", "neví-"}, "ces", 0.95, 0), line_of({"to", "se"}, "ces", 0.95, 1)}),
       block_of(
           {line_of({"byl", "nevě-"}, "ces", 0.95, 2), line_of({"děl", "se"}, "ces", 0.95, 3)})},
      lists.read());
  EXPECT_EQ(page[0][0][1].signs.known, Known::no);
  EXPECT_EQ(page[1][0][1].signs.known, Known::yes);
  EXPECT_EQ(page[1][1][0].signs.known, Known::yes);
}

TEST(Estimate, ATextInAnotherLanguageIsAskedInItsOwn) {
  const Lists lists;
  const std::vector<std::string> german = {"der", "Garten", "ist", "nicht", "das", "Haus",
                                           "und", "der",    "ist", "nicht", "und", "nicht"};
  const std::vector<ReadBlock> blocks = {block_of({line_of(german, "ces", 0.95)})};
  EXPECT_THAT(languages_of(blocks), testing::ElementsAre("ger"));
  const JudgedPage page = judged(blocks, lists.read());
  EXPECT_EQ(page[0][0][1].signs.known, Known::yes);
  EXPECT_TRUE(page[0][0][1].signs.foreign);
  EXPECT_EQ(page[0][0][4].signs.known, Known::no);
  EXPECT_LT(page[0][0][1].error, page[0][0][4].error);
}

TEST(Estimate, APageWithoutWordsHasNoErrors) {
  const Lists lists;
  ReadBlock picture;
  picture.kind = BlockKind::illustration;
  picture.box = {0, 0, 100, 100};
  EXPECT_EQ(estimate({}, lists), 0);
  EXPECT_EQ(estimate({picture}, lists), 0);
}

TEST(Estimate, WithoutWordListsThereIsANumberToo) {
  const Dictionaries none(std::vector<fs::path>{});
  const auto error = [&](double confidence) {
    return estimated_word_error(judged({block_of({line_of(czech, "ces", confidence)})}, none), 0);
  };
  EXPECT_LT(error(0.96), 0.05);
  EXPECT_GT(error(0.5), 0.3);
}

// A page of 1500 x 800 pixels with "letters" of 20 x 30 in three rows.
Image three_rows() {
  cv::Mat page(800, 1500, CV_8U, cv::Scalar(235));
  for (int row = 0; row < 3; ++row)
    for (int x = 100; x < 1300; x += 28)
      cv::rectangle(page, cv::Rect(x, 100 + 100 * row, 20, 30), cv::Scalar(20), cv::FILLED);
  return image_of(page, {300, 300});
}

// Words over the rows' letters, 120 pixels each with 28 between.
ReadBlock read_rows(int rows) {
  ReadBlock block;
  for (int row = 0; row < rows; ++row) {
    ReadLine line;
    line.size_px = 40;
    for (double x = 95; x < 1310; x += 122) {
      TextWord word;
      word.content = "slovo";
      const double y = 100 + 100.0 * row;
      word.box = {x, y - 5, x + 118, y + 35};
      line.text.words.push_back(word);
    }
    block.lines.push_back(line);
  }
  return block;
}

TEST(NotRead, RowsThatNoWordCoversAreCounted) {
  const Image page = three_rows();
  EXPECT_EQ(words_not_read(page, {read_rows(3)}), 0);
  EXPECT_NEAR(words_not_read(page, {read_rows(2)}), 9, 2);
  const JudgedPage judged_page = {{{{{}, 0.0}, {{}, 0.0}}}};
  EXPECT_DOUBLE_EQ(estimated_word_error(judged_page, 2), 0.5);
}

TEST(NotRead, AnyPageIsAnswered) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 50}, {3000, 1}, {2, 2}}) {
    const Image page = image_of(cv::Mat(height, width, CV_8U, cv::Scalar(0)), {300, 300});
    EXPECT_EQ(words_not_read(page, {read_rows(1)}), 0);
    EXPECT_EQ(words_not_read(page, {}), 0);
  }
}

}  // namespace
}  // namespace linka
