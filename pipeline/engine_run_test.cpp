// SPDX-License-Identifier: GPL-3.0-or-later
// Whole batches whose text somebody else reads.
#include "base/files.h"
#include "engines/engines_test_answers.h"
#include "image/image_io.h"
#include "pipeline/report.h"
#include "pipeline/run_batch.h"
#include "workspace/facts_json.h"
#include "workspace/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

// Lines of words as boxes; the width tells the scans apart.
Bytes scan_png(int width) {
  cv::Mat page(480, width, CV_8UC1, cv::Scalar(235));
  for (int line = 0; line < 14; ++line)
    for (int word = 0; word < 5; ++word)
      cv::rectangle(page, cv::Rect(40 + 56 * word, 40 + 28 * line, 30 + (word * line) % 20, 10),
                    cv::Scalar(30), cv::FILLED);
  return *to_png(image_of(page, {100, 100}));
}

class EngineRunTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = made::folder(testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(root_ / "scans");
    for (const int n : {1, 2, 3}) {
      const Bytes png = scan_png(360 + 4 * n);
      std::ofstream(root_ / "scans" / (std::to_string(n) + ".png"), std::ios::binary)
          .write(reinterpret_cast<const char*>(png.data()),
                 static_cast<std::streamsize>(png.size()));
    }
    std::ofstream(root_ / "answer.xml") << made::alto("slovo");
    options_.jobs = 2;
    options_.profile.crop.mode = "none";
    options_.profile.ocr.models = "eng";
    options_.profile.engine.kind = "command";
    options_.profile.engine.fallback = "none";
  }
  void TearDown() override { fs::remove_all(root_); }

  RunSummary run(const std::string& lines) {
    options_.profile.engine.command =
        made::script(root_ / "engine", lines).string() + " {image} {output}";
    auto batch = Batch::open_or_create(root_ / "batch", root_ / "scans");
    EXPECT_TRUE(batch) << batch.error().message;
    auto r = run_batch(*batch, options_);
    EXPECT_TRUE(r) << r.error().message;
    return r ? *r : RunSummary{};
  }
  std::string good() { return "exec cp " + (root_ / "answer.xml").string() + " \"$2\"\n"; }
  BatchStatus status() { return *status_of(*Batch::open(root_ / "batch"), true); }
  PageFacts facts(const std::string& scan) {
    auto f = load_facts(*Batch::open(root_ / "batch"), {{scan, 0}, Side::single});
    EXPECT_TRUE(f) << f.error().message;
    return f ? *f : PageFacts{};
  }
  static const PageFinding* fallback_of(const PageFacts& f) {
    for (const PageFinding& x : f.findings)
      if (x.check == "engine-fallback") return &x;
    return nullptr;
  }
  fs::path root_;
  RunOptions options_;
};

TEST_F(EngineRunTest, ACommandReadsEveryPageAndItsFactsSayWhoDid) {
  EXPECT_EQ(run(good()).pages_done, 3u);
  EXPECT_TRUE(status().green());
  EXPECT_EQ(facts("1.png").ocr_engine, "Made 1.2");
  EXPECT_EQ(facts("1.png").words, 1u);
  EXPECT_EQ(fallback_of(facts("1.png")), nullptr);
  const fs::path page =
      Batch::open(root_ / "batch")->page({{"2.png", 0}, Side::single}) / "text.txt";
  EXPECT_EQ(*read_text(page), "slovo\n");
  EXPECT_FALSE(fs::exists(root_ / "batch/.engine"));
  EXPECT_EQ(run(good()).scans_to_do, 0u);
}

TEST_F(EngineRunTest, APageWithoutAnAnswerIsParkedInWordsAndItsNeighboursAreDone) {
  // The second scan is the one that is 368 pixels wide: bytes 18 and 19 of its PNG are 1 and 112.
  const RunSummary r =
      run("case $(od -An -tu1 -j18 -N2 \"$1\") in *' 112') echo 'cannot read this' >&2; exit 3 ;; "
          "esac\n" +
          good());
  EXPECT_FALSE(r.stopped);
  EXPECT_EQ(r.pages_done, 2u);
  EXPECT_EQ(r.scans_parked, 1u);
  const BatchStatus s = status();
  ASSERT_EQ(s.scans.size(), 3u);
  ASSERT_EQ(s.scans[1].pages.size(), 1u);
  EXPECT_EQ(s.scans[1].pages[0].state, PageState::parked);
  EXPECT_THAT(s.scans[1].pages[0].reason.message, HasSubstr("code 3: cannot read this"));
  EXPECT_EQ(s.scans[1].pages[0].reason.where, "engine");
  EXPECT_THAT(advice_on(s.scans[1].pages[0].reason), HasSubstr("engine"));
  options_.retry_parked = true;
  EXPECT_EQ(run(good()).pages_done, 1u);
  EXPECT_TRUE(status().green());
}

TEST_F(EngineRunTest, AnEngineThatHangsParksItsPagesAndEndsNoWorker) {
  options_.profile.engine.deadline_s = 0.5;
  const RunSummary r = run("exec sleep 300\n");
  EXPECT_FALSE(r.stopped);
  EXPECT_EQ(r.scans_parked, 3u);
  EXPECT_THAT(status().scans[0].pages.at(0).reason.message, HasSubstr("in time"));
}

TEST_F(EngineRunTest, TesseractReadsWhereTheEngineDoesNotAndTheReportSaysSo) {
  options_.profile.engine.fallback = "tesseract";
  if (!OcrEngines::make(options_.profile.ocr)) GTEST_SKIP() << "the model eng is not installed";
  EXPECT_EQ(run("exit 3\n").pages_done, 3u);
  const PageFacts f = facts("1.png");
  EXPECT_THAT(f.ocr_engine, testing::StartsWith("Tesseract"));
  ASSERT_NE(fallback_of(f), nullptr);
  EXPECT_EQ(fallback_of(f)->urgency, Urgency::look);
  EXPECT_THAT(in_words(*fallback_of(f)), HasSubstr("code 3"));
  // Once the engine is well, pages that are asked for are read by it; no image is made again.
  options_.read_again = {text_of(f.id)};
  EXPECT_EQ(run(good()).pages_done, 1u);
  EXPECT_EQ(facts("1.png").ocr_engine, "Made 1.2");
  EXPECT_EQ(fallback_of(facts("1.png")), nullptr);
  EXPECT_EQ(facts("1.png").image_key, f.image_key);
}

TEST_F(EngineRunTest, AnEngineThatIsNotThereEndsTheRunBeforeItBegins) {
  options_.profile.engine.command = "/no/such/engine {image}";
  auto batch = Batch::open_or_create(root_ / "batch", root_ / "scans");
  const auto r = run_batch(*batch, options_);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::missing);
}

}  // namespace
}  // namespace linka
