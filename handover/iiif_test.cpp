// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/iiif_image.h"
#include "handover/iiif_text.h"
#include "handover/search_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace linka {
namespace {

using testing::ElementsAre;

class MemorySink : public Sink {
 public:
  Result<void> begin(const std::string& name, std::uint64_t) override {
    name_ = name;
    files[name];
    return {};
  }
  Result<void> write(ByteView piece) override {
    files[name_].append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  }
  Result<void> end() override { return {}; }
  Result<void> finish() override { return {}; }
  std::map<std::string, std::string> files;

 private:
  std::string name_;
};

Image ramp(int width, int height, int channels) {
  return Image::make(width, height, channels, {300, 300}, nullptr, [&](std::uint8_t* out) {
    for (int i = 0; i < width * height * channels; ++i) out[i] = static_cast<std::uint8_t>(i);
  });
}

TEST(IiifImage, HalvesByTheMeanOfFour) {
  const Image image = Image::make(3, 3, 1, {300, 300}, nullptr, [](std::uint8_t* out) {
    const std::uint8_t values[] = {0, 4, 10, 8, 12, 30, 100, 200, 50};
    std::copy(std::begin(values), std::end(values), out);
  });
  const Image half = halved(image);
  EXPECT_EQ(half.size(), (Size{2, 2}));
  EXPECT_THAT(std::vector<int>(half.data(), half.data() + 4), ElementsAre(6, 20, 150, 50));
}

TEST(IiifImage, CutsTheVeryPixels) {
  const Image image = ramp(7, 5, 3), part = cut_out(image, 2, 1, 3, 2);
  EXPECT_EQ(part.row(1)[0], image.row(2)[6]);
  EXPECT_EQ(part.row(0)[8], image.row(1)[14]);
}

// What a client asks for is what is there: every region in its size, and nothing else.
TEST(IiifImage, EveryTileOfEveryScaleIsThere) {
  MemorySink sink;
  ASSERT_TRUE(write_iiif_image(sink, "p", "https://x.example/p", ramp(1100, 700, 1), {}));
  std::vector<std::string> names;
  for (const auto& [name, bytes] : sink.files) names.push_back(name);
  EXPECT_THAT(names,
              testing::UnorderedElementsAre(
                  "p/info.json", "p/full/90,/0/default.jpg", "p/full/max/0/default.jpg",
                  "p/0,0,512,512/512,512/0/default.jpg", "p/512,0,512,512/512,512/0/default.jpg",
                  "p/1024,0,76,512/76,512/0/default.jpg", "p/0,512,512,188/512,188/0/default.jpg",
                  "p/512,512,512,188/512,188/0/default.jpg",
                  "p/1024,512,76,188/76,188/0/default.jpg", "p/0,0,1024,700/512,350/0/default.jpg",
                  "p/1024,0,76,700/38,350/0/default.jpg", "p/full/550,350/0/default.jpg",
                  "p/full/275,175/0/default.jpg", "p/full/138,88/0/default.jpg"));
  const auto info = nlohmann::json::parse(sink.files["p/info.json"]);
  EXPECT_EQ(info["tiles"][0]["scaleFactors"], nlohmann::json({1, 2, 4, 8}));
  EXPECT_EQ(info["sizes"][0], nlohmann::json({{"width", 138}, {"height", 88}}));
}

TextWord word(const std::string& content, const Box& box) {
  TextWord out;
  out.content = content;
  out.box = box;
  out.confidence = 1;
  return out;
}

PageText two_lines() {
  PageText text;
  text.width_px = 1000;
  text.height_px = 800;
  TextLine first, second;
  first.box = {10, 10, 300, 40};
  first.words = {word("Mlýn,", {10.4, 10, 100, 40}), word("slo-", {200, 10, 300, 40})};
  first.hyphen_at_end = true;
  second.box = {10, 50, 90, 80};
  second.words = {word("vo", {10, 50, 90, 80})};
  TextBlock block;
  block.lines = {first, second};
  text.blocks = {block};
  return text;
}

TEST(IiifText, LinesAndWordsWithTheirPlaces) {
  const TextPlace place{"https://x.example/text/1-lines.json", "https://x.example/canvas/1", "cs"};
  const auto lines = annotations_of(two_lines(), TextGrain::line, place);
  ASSERT_EQ(lines["items"].size(), 2u);
  EXPECT_EQ(lines["items"][0]["body"]["value"], "Mlýn, slo-");
  EXPECT_EQ(lines["items"][0]["target"], "https://x.example/canvas/1#xywh=10,10,290,30");
  const auto words = annotations_of(two_lines(), TextGrain::word, place);
  ASSERT_EQ(words["items"].size(), 3u);
  EXPECT_EQ(words["items"][0]["target"], "https://x.example/canvas/1#xywh=10,10,90,30");
}

TEST(SearchWord, HasNoCaseNoAccentsNoMarks) {
  EXPECT_EQ(search_word("Mlýn,"), "mlyn");
  EXPECT_EQ(search_word("Stra\xc3\x9f"
                        "e"),
            "strasse");
  EXPECT_EQ(search_word("\xc5\xbf"
                        "o"),
            "so");  // long s
  EXPECT_EQ(search_word("—"), "");
  EXPECT_EQ(search_word("\xff"), "");
  EXPECT_EQ(shard_of("mlyn"), "ml");
  EXPECT_EQ(shard_of("m"), "m");
  EXPECT_EQ(shard_of("\xd1\x80\xd0\xb5\xd0\xba"), "_440_435");
}

TEST(SearchIndex, FindsWordsAndWhatALineBreaks) {
  SearchIndex index;
  index.add(3, two_lines());
  MemorySink sink;
  ASSERT_TRUE(index.write(sink));
  const auto words = nlohmann::json::parse(sink.files["search/sl.json"]);
  EXPECT_EQ(words["slovo"], nlohmann::json({{3, 200, 10, 100, 30, 10, 50, 80, 30}}));
  EXPECT_EQ(nlohmann::json::parse(sink.files["search/ml.json"])["mlyn"],
            nlohmann::json({{3, 10, 10, 90, 30}}));
}

}  // namespace
}  // namespace linka
