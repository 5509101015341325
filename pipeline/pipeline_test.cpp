// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "pipeline/review.h"
#include "pipeline/run_batch.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

// A small page with lines of words, different for every number.
Bytes scan_png(int number) {
  cv::Mat page(480, 360, CV_8UC1, cv::Scalar(235));
  for (int line = 0; line < 14; ++line)
    for (int word = 0; word < 5; ++word)
      cv::rectangle(
          page, cv::Rect(40 + 56 * word, 40 + 28 * line, 30 + (number * 7 + word * line) % 20, 10),
          cv::Scalar(30), cv::FILLED);
  return *to_png(image_of(page, {100, 100}));
}

class RunBatchTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-run-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "scans");
    options_.profile.ocr.enabled = false;  // the engine is tested on its own
    options_.jobs = 2;
    ::setenv("SOURCE_DATE_EPOCH", "1741943700", 1);
  }
  void TearDown() override {
    ::unsetenv("SOURCE_DATE_EPOCH");
    fs::remove_all(root_);
  }
  void scans(int n) {
    for (int i = 1; i <= n; ++i) {
      const Bytes png = scan_png(i);
      std::ofstream(root_ / "scans" / (std::to_string(i) + ".png"), std::ios::binary)
          .write(reinterpret_cast<const char*>(png.data()),
                 static_cast<std::streamsize>(png.size()));
    }
  }
  Batch batch(const std::string& name = "batch") {
    auto b = Batch::open_or_create(root_ / name, root_ / "scans");
    EXPECT_TRUE(b) << b.error().message;
    return std::move(*b);
  }
  RunSummary run(const std::string& name = "batch") {
    Batch b = batch(name);
    auto r = run_batch(b, options_);
    EXPECT_TRUE(r) << r.error().message;
    return r ? *r : RunSummary{};
  }
  BatchStatus status(const std::string& name = "batch") {
    return *status_of(*Batch::open(root_ / name), true);
  }
  std::ptrdiff_t lines(const std::string& name) const {
    std::ifstream journal(root_ / name / "journal/main.jsonl");
    return std::count(std::istreambuf_iterator<char>(journal), {}, '\n');
  }
  // Until the journal has so many lines, or the process that writes it has ended.
  void wait_for_lines(const std::string& name, std::ptrdiff_t n, pid_t process) const {
    siginfo_t ended{};
    while (lines(name) < n &&
           ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // Digests of everything a page keeps, but for facts.json with its times.
  std::map<std::string, std::string> digests(const std::string& name) {
    std::map<std::string, std::string> out;
    for (const auto& e : fs::recursive_directory_iterator(root_ / name / "pages"))
      if (e.is_regular_file() && e.path().filename() != "facts.json")
        out[e.path().lexically_relative(root_ / name).string()] = digest_file(e.path())->sha256;
    return out;
  }
  fs::path root_;
  RunOptions options_;
};

TEST_F(RunBatchTest, EveryScanBecomesAPageAndASecondRunHasNothingToDo) {
  scans(5);
  const RunSummary first = run();
  EXPECT_EQ(first.pages_done, 5u);
  EXPECT_TRUE(status().green());
  EXPECT_EQ(status().pages_done, 5u);
  EXPECT_TRUE(pending_scans(batch(), options_)->empty());
  EXPECT_EQ(run().pages_done, 0u);
}

TEST_F(RunBatchTest, ADamagedScanIsParkedWithItsReasonAndItsNeighboursAreDone) {
  scans(3);
  fs::resize_file(root_ / "scans/2.png", 300);
  std::ofstream(root_ / "scans/9.tif") << "this is no picture";
  const RunSummary r = run();
  EXPECT_EQ(r.pages_done, 2u);
  EXPECT_EQ(r.scans_parked, 2u);
  const BatchStatus s = status();
  EXPECT_EQ(s.scans.size(), 4u);
  EXPECT_EQ(s.scans[1].state, ScanState::parked);
  EXPECT_FALSE(s.scans[1].reason.message.empty());
  EXPECT_FALSE(s.green());
}

TEST_F(RunBatchTest, AMendedScanIsTakenUpAgain) {
  scans(2);
  fs::resize_file(root_ / "scans/2.png", 300);
  run();
  scans(2);
  run();
  EXPECT_TRUE(status().green());
}

TEST_F(RunBatchTest, AKilledRunGoesOnAndEndsWithTheSameBytes) {
  scans(8);
  run("quiet");
  for (int kills = 0; kills < 6; ++kills) {
    const std::ptrdiff_t before = lines("stormy");
    const pid_t child = ::fork();
    if (child == 0) {
      auto b = Batch::open_or_create(root_ / "stormy", root_ / "scans");
      if (b) (void)run_batch(*b, options_);
      ::_exit(0);
    }
    wait_for_lines("stormy", before + 2 + kills, child);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  run("stormy");
  EXPECT_TRUE(status("stormy").green());
  EXPECT_EQ(digests("stormy"), digests("quiet"));
}

TEST_F(RunBatchTest, OtherSettingsRedoThePages) {
  scans(2);
  run();
  options_.profile.encode.user_rate = 12;
  EXPECT_EQ(pending_scans(batch(), options_)->size(), 2u);
  options_.profile.encode.user_rate = EncodeParams{}.user_rate;
  options_.profile.run.page_timeout_s = 77;  // changes no page
  EXPECT_TRUE(pending_scans(batch(), options_)->empty());
}

TEST_F(RunBatchTest, OnlyTheChosenScansRun) {
  scans(4);
  options_.only = {"2.png", "3.png"};
  EXPECT_EQ(run().pages_done, 2u);
  EXPECT_EQ(status().scans_pending, 2u);
}

TEST_F(RunBatchTest, AScanThatNeedsMoreMemoryThanAllowedIsParkedWithNumbers) {
  scans(1);
  options_.memory_bytes = 1 << 20;
  EXPECT_EQ(run().scans_parked, 1u);
  EXPECT_THAT(status().scans[0].reason.message, HasSubstr("MiB"));
  options_.memory_bytes = 0;
  EXPECT_EQ(run().pages_done, 1u);
}

TEST_F(RunBatchTest, ATermSignalStopsCleanlyAndNothingIsLost) {
  scans(8);
  // The last scan is held back until the signal is there, so that the run cannot end before it.
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  options_.misbehave = [&](const ScanId& id) {
    char go = 0;
    if (id.name == "8.png" && ::read(ends[0], &go, 1) != 1) ::_exit(1);
  };
  const pid_t child = ::fork();
  if (child == 0) {
    auto b = Batch::open_or_create(root_ / "batch", root_ / "scans");
    const auto r = b ? run_batch(*b, options_) : Result<RunSummary>(pass(b));
    ::_exit(r ? r->stopped_by : 99);
  }
  // Once a scan has begun, the run listens.
  wait_for_lines("batch", 2, child);
  ::kill(child, SIGTERM);
  EXPECT_EQ(::write(ends[1], "", 1), 1);
  int how = 0;
  ::waitpid(child, &how, 0);
  ASSERT_TRUE(WIFEXITED(how));
  EXPECT_EQ(WEXITSTATUS(how), SIGTERM);
  for (const int end : ends) ::close(end);
  options_.misbehave = nullptr;
  run();
  EXPECT_TRUE(status().green());
}

TEST_F(RunBatchTest, ADamagedPageIsMadeAgain) {
  scans(3);
  run();
  const auto page = [](int i) { return PageId{{std::to_string(i) + ".png", 0}, Side::single}; };
  std::ofstream(batch().page(page(1)) / "facts.json") << "{";
  fs::resize_file(batch().page(page(2)) / "master.jp2", 10);
  EXPECT_FALSE(status().green());
  EXPECT_EQ(run().pages_done, 2u);
  EXPECT_TRUE(status().green());
}

TEST_F(RunBatchTest, ALongNameIsNoObstacle) {
  scans(1);
  std::string name;
  for (int i = 0; i < 80; ++i) name += "ř";
  fs::rename(root_ / "scans/1.png", root_ / "scans" / (name + ".png"));
  EXPECT_EQ(run().pages_done, 1u);
  EXPECT_TRUE(status().green());
}

TEST_F(RunBatchTest, FactsSayHowAPageWasMade) {
  scans(1);
  run();
  const auto facts = load_facts(batch(), {{"1.png", 0}, Side::single});
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->source.sha256, digest_file(root_ / "scans/1.png")->sha256);
  EXPECT_EQ(facts->made_at, "2025-03-14T09:15:00Z");
  EXPECT_TRUE(facts->master_check.identical);
  EXPECT_EQ(facts->files.size(), 5u);
  EXPECT_EQ(facts->params.at("encode.verify"), "full");
}

// ---- what a person says, and what stays ----

PageFacts facts_of(const Batch& batch, const std::string& scan, Side side = Side::single) {
  auto facts = load_facts(batch, {{scan, 0}, side});
  EXPECT_TRUE(facts) << facts.error().message;
  return facts ? *facts : PageFacts{};
}

// A page's folder is another one once the page has been made again.
ino_t folder_of(const Batch& batch, const std::string& scan) {
  struct stat s {};
  ::stat(batch.page({{scan, 0}, Side::single}).c_str(), &s);
  return s.st_ino;
}

TEST_F(RunBatchTest, ACorrectionBeatsWhatWasFoundAndRedoesItsPageAlone) {
  scans(3);
  run();
  {
    const Batch b = batch();
    auto journal = Journal::open(b.journal(), "operator");
    PageCorrection c;
    c.angle_deg = 1.5;
    c.box = Box{40, 30, 340, 330};
    ASSERT_TRUE(journal->corrected(PageId{{"2.png", 0}, Side::single}, c));
  }
  const ino_t other = folder_of(*Batch::open(root_ / "batch"), "1.png");
  const RunSummary r = run();
  EXPECT_EQ(r.pages_done, 1u);
  const Batch b = batch();
  const PageFacts f = facts_of(b, "2.png");
  EXPECT_EQ(f.angle_deg, 1.5);
  EXPECT_EQ(f.decided.at("angle"), "person");
  EXPECT_EQ(f.width_px, 300);
  EXPECT_EQ(f.height_px, 300);
  EXPECT_EQ(folder_of(b, "1.png"), other);
  EXPECT_EQ(facts_of(b, "1.png").decided.size(), 0u);
}

TEST_F(RunBatchTest, ACorrectionOutlivesOtherSettings) {
  scans(1);
  run();
  {
    auto journal = Journal::open(batch().journal(), "operator");
    PageCorrection c;
    c.angle_deg = -0.75;
    ASSERT_TRUE(journal->corrected(PageId{{"1.png", 0}, Side::single}, c));
  }
  options_.profile.crop.margin_mm = 3;
  EXPECT_EQ(run().pages_done, 1u);
  EXPECT_EQ(facts_of(batch(), "1.png").angle_deg, -0.75);
}

TEST_F(RunBatchTest, AcceptingOrLeavingOutMakesNothingAgain) {
  scans(2);
  run();
  {
    auto journal = Journal::open(batch().journal(), "operator");
    PageCorrection accept, out;
    accept.accepted = true;
    out.left_out = "second try";
    ASSERT_TRUE(journal->corrected(PageId{{"1.png", 0}, Side::single}, accept));
    ASSERT_TRUE(journal->corrected(PageId{{"2.png", 0}, Side::single}, out));
  }
  EXPECT_EQ(run().scans_to_do, 0u);
  const auto review = review_of(batch(), status(), options_.profile.book);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->pages_seen, 1u);
  EXPECT_EQ(review->left_out.size(), 1u);
}

TEST_F(RunBatchTest, AScanTurnedByAPersonIsTurnedBeforeAnythingElse) {
  scans(1);
  run();
  const PageFacts before = facts_of(batch(), "1.png");
  {
    auto journal = Journal::open(batch().journal(), "operator");
    ScanCorrection c;
    c.turn_deg = 90;
    c.pages = 1;
    ASSERT_TRUE(journal->corrected(ScanId{"1.png", 0}, c));
  }
  EXPECT_EQ(run().pages_done, 1u);
  const PageFacts after = facts_of(batch(), "1.png");
  EXPECT_EQ(after.turn_deg, 90);
  EXPECT_EQ(after.decided.at("turn"), "person");
  EXPECT_GT(before.height_px, before.width_px);
  EXPECT_GT(after.width_px, after.height_px);
}

TEST_F(RunBatchTest, AFoldGivenByAPersonMakesTwoPages) {
  scans(1);
  {
    auto journal = Journal::open(batch().journal(), "operator");
    ScanCorrection c;
    c.fold_x = {200, 210};
    ASSERT_TRUE(journal->corrected(ScanId{"1.png", 0}, c));
  }
  EXPECT_EQ(run().pages_done, 2u);
  const Batch b = batch();
  EXPECT_EQ(facts_of(b, "1.png", Side::left).region[1].x, 200);
  EXPECT_EQ(facts_of(b, "1.png", Side::right).region[3].x, 210);
}

// A page with a row of coloured patches beside it, on a dark bed.
TEST_F(RunBatchTest, ATargetBesideThePageIsKeptAsAPictureOfItsOwn) {
  cv::Mat scan(1200, 1000, CV_8UC3, cv::Scalar(30, 30, 30));
  cv::rectangle(scan, cv::Rect(40, 40, 680, 1120), cv::Scalar(235, 230, 220), cv::FILLED);
  for (int line = 0; line < 30; ++line)
    for (int word = 0; word < 9; ++word)
      for (int letter = 0; letter < 5; ++letter)
        cv::rectangle(scan, cv::Rect(100 + 62 * word + 11 * letter, 110 + 32 * line, 8, 13),
                      cv::Scalar(20, 20, 20), cv::FILLED);
  const cv::Scalar colours[] = {{115, 82, 68},  {194, 150, 130}, {98, 122, 157}, {87, 108, 67},
                                {214, 126, 44}, {80, 91, 166},   {193, 90, 99},  {94, 60, 108}};
  cv::rectangle(scan, cv::Rect(770, 200, 190, 380), cv::Scalar(10, 10, 10), cv::FILLED);
  for (int i = 0; i < 8; ++i)
    cv::rectangle(scan, cv::Rect(782 + 90 * (i % 2), 212 + 92 * (i / 2), 76, 76), colours[i],
                  cv::FILLED);
  const Bytes png = *to_png(image_of(scan, {150, 150}));
  std::ofstream(root_ / "scans" / "1.png", std::ios::binary)
      .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
  options_.profile.crop.beside = "keep";
  EXPECT_EQ(run().pages_done, 1u);
  const Batch b = batch();
  const PageFacts f = facts_of(b, "1.png");
  ASSERT_EQ(f.neighbours.size(), 1u);
  EXPECT_EQ(f.neighbours.front().kind, "target");
  EXPECT_LT(f.width_px, 720);
  EXPECT_TRUE(fs::exists(b.page(f.id) / "beside-target-1.png"));
}

TEST(Contradicted, BlankOrWellReadPagesDoNotLieWrong) {
  PageFacts blank, read, unread;
  blank.is_blank = true;
  read.words = 200;
  read.text_confidence = 0.9;
  unread.words = 200;
  unread.text_confidence = 0.3;
  for (const char* check : {"sideways", "upside-down"}) {
    const PageFinding f{check, Urgency::hold, 1, 0.5, 2, {}};
    EXPECT_TRUE(is_contradicted(f, blank));
    EXPECT_TRUE(is_contradicted(f, read));
    EXPECT_FALSE(is_contradicted(f, unread));
  }
  EXPECT_FALSE(is_contradicted({"flat-band", Urgency::hold, 1, 0.5, 2, {}}, blank));
}

TEST_F(RunBatchTest, AnotherLimitOfACheckJudgesAnewAndMakesNothingAgain) {
  scans(1);
  run();
  const ino_t before = folder_of(batch(), "1.png");
  options_.profile.check.enabled = false;
  EXPECT_EQ(run().pages_done, 1u);
  EXPECT_EQ(folder_of(batch(), "1.png"), before);
  EXPECT_EQ(run().scans_to_do, 0u);
}

TEST_F(RunBatchTest, OtherTextSettingsLeaveTheImagesAsTheyAre) {
  scans(1);
  run();
  const PageFacts before = facts_of(batch(), "1.png");
  options_.profile.blank.max_ink_share = 0.001;
  EXPECT_EQ(run().pages_done, 1u);
  const PageFacts after = facts_of(batch(), "1.png");
  EXPECT_EQ(before.image_key, after.image_key);
  EXPECT_NE(before.text_key, after.text_key);
  EXPECT_EQ(before.files.front().sha256, after.files.front().sha256);
}

}  // namespace
}  // namespace linka
