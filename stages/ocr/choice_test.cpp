// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/choice.h"

#include "stages/ocr/language.h"
#include "stages/ocr/words.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace linka {
namespace {

const std::map<TextLanguage, const char*> texts = {
    {TextLanguage::czech,
     "Byl pozdní večer a nikdo nevěděl, jak se to stalo, že na louce nebylo slyšet ani hlásku; jen "
     "kdesi v dálce zazněla píseň, která se nesla k nám."},
    {TextLanguage::slovak,
     "Bol neskorý večer a nikto nevedel, ako sa to stalo, že na lúke nebolo počuť ani hlásku; len "
     "kdesi v diaľke zaznela pieseň, ktorá sa niesla k nám."},
    {TextLanguage::german,
     "Es war spät am Abend, und niemand wußte, wie es gekommen war, daß auf der Wiese nicht ein "
     "Laut zu hören war; nur in der Ferne erklang das Lied, das zu uns drang."},
    {TextLanguage::polish,
     "Był późny wieczór i nikt nie wiedział, jak to się stało, że na łące nie było słychać głosu; "
     "tylko gdzieś w oddali zabrzmiała pieśń, która do nas płynęła."},
    {TextLanguage::english,
     "It was late in the evening and nobody knew how it had come about that there was not a sound "
     "to be heard on the meadow; only in the distance there was a song."},
    {TextLanguage::latin,
     "Vesper iam erat nec quisquam sciebat quo modo factum esset ut in prato nulla vox audiretur; "
     "sed ex longinquo cantus quidam ad aures nostras est perlatus."}};

TEST(LanguageOfText, IsToldByItsFunctionWords) {
  for (const auto& [language, text] : texts) {
    const LanguageGuess guess = language_of_text(text);
    EXPECT_EQ(guess.language, language) << text;
    EXPECT_GT(guess.margin, 4) << text;
    EXPECT_GE(guess.words, 7) << text;
  }
}

TEST(LanguageOfText, DoesNotNeedTheAccents) {
  EXPECT_EQ(language_of_text("Nekdo rekl, ze se to stalo, kdyz jsme byli na ceste").language,
            TextLanguage::czech);
  EXPECT_EQ(language_of_text("NIEKTO POVEDAL, ŽE SA TO STALO, KEĎ SME BOLI NA CESTE").language,
            TextLanguage::slovak);
}

TEST(LanguageOfText, LettersTellCzechFromSlovak) {
  EXPECT_EQ(
      language_of_text("řeka lámala o starý jez a potom klidně o rých časů. Potom ale v městě")
          .language,
      TextLanguage::czech);
  EXPECT_EQ(language_of_text("ale tak po jeho jen stôl hŕba kôň môj").language,
            TextLanguage::slovak);
  // They say nothing of any other language.
  EXPECT_EQ(language_of_text("und die řeka ist nicht im ů mit sich").language,
            TextLanguage::german);
}

TEST(LanguageOfText, NothingKnownIsNoLanguage) {
  for (const char* text : {"", "1234 5678", "Quousque Catilina", "\xff\xc3", "\xc3"})
    EXPECT_EQ(language_of_text(text).score, 0) << text;
}

TEST(TypefaceTracesOfText, CountLongSAndCapitalsInsideWords) {
  const TypefaceTraces traces = typeface_traces("Daſs GegenSatz ſo Stadt");
  EXPECT_EQ(traces.long_s, 2);
  EXPECT_EQ(traces.inner_capital_s, 1);
  EXPECT_EQ(traces.f_for_s, 0);
  EXPECT_EQ(typeface_traces("Da fahen fie fich an, und es ift fo gut").f_for_s, 4);
}

// ---- the choice, with a reader that knows what each model would read ----

struct Page {
  std::string text;
  std::map<std::string, double> confidence;  // of the models; the others read nothing
};

struct Answer {
  ModelChoice choice;
  int lines_read = 0;
};

Answer chosen(const Page& page, const std::string& prior = "",
              const std::vector<std::string>& installed = candidate_models()) {
  Answer answer;
  answer.choice =
      choose_models(installed, 4, prior, [&](const std::string& model, std::size_t) -> Sample {
        ++answer.lines_read;
        const auto found = page.confidence.find(model);
        if (found == page.confidence.end()) return {"", 0};
        return {page.text, found->second};
      });
  return answer;
}

TEST(ChooseModels, TheLanguageOfClearRomanType) {
  const std::map<TextLanguage, const char*> models = {
      {TextLanguage::czech, "ces"},  {TextLanguage::slovak, "slk"},  {TextLanguage::german, "deu"},
      {TextLanguage::polish, "pol"}, {TextLanguage::english, "eng"}, {TextLanguage::latin, "lat"}};
  for (const auto& [language, text] : texts) {
    const Answer answer = chosen({text, {{"ces", 0.92}}});
    EXPECT_EQ(answer.choice.models, models.at(language));
    EXPECT_GT(answer.choice.confidence, 0.9);
    EXPECT_LE(answer.lines_read, 2) << "nobody pays for more than is needed";
  }
}

TEST(ChooseModels, FrakturByItsConfidenceAndLongS) {
  const Page page{"es iſt ſo, daſs die Leute nicht mehr ſehen", {{"ces", 0.5}, {"frk", 0.9}}};
  EXPECT_EQ(chosen(page).choice.models, "frk+Fraktur");
  EXPECT_LE(chosen(page).lines_read, 4);
  EXPECT_EQ(chosen(page, "", {"ces", "deu", "frk"}).choice.models, "frk");
  EXPECT_EQ(chosen(page, "", {"ces"}).choice.models, "ces");
}

TEST(ChooseModels, BadlyPrintedRomanGermanIsNoFraktur) {
  const Page page{"die GegenSätze unter den Leuten, die nicht in der Stadt sind",
                  {{"ces", 0.7}, {"frk", 0.85}, {"deu", 0.88}}};
  EXPECT_EQ(chosen(page).choice.models, "deu");
}

TEST(ChooseModels, WhatThePageDoesNotSayThePagesAroundDo) {
  const Page title{"MDCCCXLVIII", {{"ces", 0.9}, {"deu", 0.9}}};
  EXPECT_EQ(chosen(title).choice.models, "ces");
  EXPECT_EQ(chosen(title, "deu").choice.models, "deu");
  EXPECT_LE(chosen(title).choice.confidence, 0.5);
  EXPECT_EQ(chosen({"", {}}, "frk+Fraktur").choice.models, "frk+Fraktur");
  EXPECT_EQ(chosen({"", {}}, "not installed").choice.models, "ces");
}

TEST(ChooseModels, AgainstThePagesAroundWhenThePageSaysSo) {
  const Page page{texts.at(TextLanguage::czech), {{"ces", 0.93}, {"deu", 0.8}, {"frk", 0.75}}};
  EXPECT_EQ(chosen(page, "deu").choice.models, "ces");
  EXPECT_EQ(chosen(page, "frk+Fraktur").choice.models, "ces");
}

TEST(BetterModels, AreNamedForAWholeBlockOnly) {
  const auto better = [](const std::string& models, const std::string& text, double confidence) {
    return better_models(candidate_models(), models, text, confidence);
  };
  EXPECT_EQ(better("ces", texts.at(TextLanguage::german), 0.9), "deu");
  EXPECT_EQ(better("ces", texts.at(TextLanguage::czech), 0.9), "");
  EXPECT_EQ(better("ces", "die und", 0.9), "");
  EXPECT_EQ(better("ces", texts.at(TextLanguage::german), 0.5), "frk+Fraktur");
  EXPECT_EQ(better("frk+Fraktur",
                   "die GegenSätze deS LebenS und diesSeitS " +
                       std::string(texts.at(TextLanguage::german)),
                   0.9),
            "deu");
}

// ---- words ----

TextWord word(const std::string& content, double x0, double x1, double confidence = 0.9) {
  TextWord w;
  w.content = content;
  w.box = {x0, 100, x1, 140};
  w.confidence = confidence;
  return w;
}

ReadBlock block(std::vector<TextWord> words) {
  ReadBlock b;
  ReadLine line;
  line.size_px = 50;
  line.text.words = std::move(words);
  b.lines.push_back(std::move(line));
  return b;
}

std::string text_of(const ReadBlock& b) {
  std::string text;
  for (const TextWord& w : b.lines.at(0).text.words) text += (text.empty() ? "" : " ") + w.content;
  return text;
}

TEST(ClosingMarks, GoToTheirWordAcrossAThinSpaceOnly) {
  std::vector<ReadBlock> blocks = {
      block({word("Jungfer", 100, 250), word("?", 262, 280), word("die", 320, 380),
             word(";", 480, 490), word(":", 500, 510)})};
  join_closing_marks(blocks);
  EXPECT_EQ(text_of(blocks[0]), "Jungfer? die ; :");
  EXPECT_EQ(blocks[0].lines[0].text.words[0].box, (Box{100, 100, 280, 140}));
}

TEST(Garbage, ABlockWithoutAConvincingWordGoes) {
  std::vector<ReadBlock> blocks = {block({word("|il", 0, 20, 0.3), word("~", 30, 40, 0.2)}),
                                   block({word("slovo", 0, 90, 0.9), word("~x", 95, 99, 0.2)}),
                                   block({word("142", 0, 90, 0.8)})};
  drop_garbage(blocks);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(text_of(blocks[0]), "slovo ~x");
  EXPECT_EQ(text_of(blocks[1]), "142");
}

TEST(Garbage, UncertainSignsBeyondALinesEndGo) {
  std::vector<ReadBlock> blocks = {
      block({word("|", 0, 8, 0.3), word("byl", 50, 100), word("|", 110, 112, 0.3),
             word("čas,", 120, 180), word("\\", 300, 310, 0.2)})};
  drop_garbage(blocks);
  EXPECT_EQ(text_of(blocks.at(0)), "byl | čas,");
}

TEST(Garbage, AnOrnamentReadAsLettersAndSignsGoes) {
  std::vector<ReadBlock> blocks = {block({word("Z", 0, 20, 0.84), word("X", 30, 50, 0.6),
                                          word("©", 60, 80, 0.8), word("=", 90, 110, 0.6)}),
                                   block({word("a", 0, 20, 0.9), word("b", 30, 50, 0.9),
                                          word("c", 60, 80, 0.9), word("d", 90, 110, 0.9)}),
                                   block({word("De", 0, 40, 0.91), word("loco", 50, 90, 0.19)})};
  drop_garbage(blocks);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(text_of(blocks[0]), "a b c d");
  EXPECT_EQ(text_of(blocks[1]), "De loco");
}

TEST(Garbage, APageNumberReadWithDoubtStays) {
  std::vector<ReadBlock> blocks = {block({word("30", 0, 40, 0.5)}),
                                   block({word("„93", 0, 40, 0.4)}),
                                   block({word("888", 0, 60, 0.2)})};
  drop_garbage(blocks);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(text_of(blocks[0]), "30");
}

ReadBlock lower(ReadBlock b, double y) {
  for (ReadLine& line : b.lines) line.text.box = {0, y, 100, y + 40};
  return b;
}

TEST(Garbage, OnAMapWhatIsDrawnGoesAndNamesStay) {
  std::vector<ReadBlock> blocks = {
      lower(block({word("Mapa", 0, 90)}), 100),
      lower(block({word("W", 0, 20, 0.68)}), 200),
      lower(block({word("118", 0, 60, 0.51)}), 300),
      lower(block({word("ŠNŇ", 0, 60, 0.75)}), 400),
      lower(block({word("Brod", 0, 60, 0.97), word("|", 300, 305, 0.83)}), 500),
      lower(block({word("Ves", 0, 60, 0.7), word("n.", 75, 90, 0.5)}), 600),
      lower(block({word("1852", 0, 60, 0.9)}), 700),
      lower(block({word("30", 0, 40, 0.5)}), 800)};
  drop_garbage(blocks);
  std::string left;
  for (const ReadBlock& b : blocks) left += text_of(b) + "/";
  EXPECT_EQ(left, "Mapa/Brod/Ves n./1852/30/");
}

TEST(Garbage, ManySureWordsAreNoSheetAndKeepWhatIsDoubtful) {
  std::vector<ReadBlock> blocks;
  for (int i = 0; i < 80; ++i) blocks.push_back(lower(block({word("slovo", 0, 90)}), 100 + 50 * i));
  blocks.insert(blocks.begin() + 40, lower(block({word("W", 0, 20, 0.68)}), 2100));
  drop_garbage(blocks);
  EXPECT_EQ(blocks.size(), 81u);
}

TEST(Garbage, SpecksReadAsStopsGoAndDashesStay) {
  std::vector<ReadBlock> blocks = {
      block({word("byl", 0, 50), word(".", 60, 62, 0.3), word("—", 70, 90, 0.3),
             word("“", 100, 105, 0.2), word("čas", 120, 180), word(".", 190, 192, 0.8)})};
  drop_garbage(blocks);
  EXPECT_EQ(text_of(blocks.at(0)), "byl — čas .");
}

}  // namespace
}  // namespace linka
