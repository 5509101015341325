// SPDX-License-Identifier: GPL-3.0-or-later
// A decoder that does everything a library must not do, at one scan of a batch: that scan is parked
// with what happened, its neighbours are done, and nothing of it is left behind.
#include "pipeline/supervise.h"

#include "image/convert.h"
#include "image/image_io.h"
#include "pipeline/file_digests.h"
#include "pipeline/run_batch.h"
#include "workspace/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <new>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

class SuperviseTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-supervise-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "scans");
    options_.profile.ocr.enabled = false;
    options_.jobs = 2;
    for (int i = 1; i <= 4; ++i) {
      cv::Mat page(320, 240, CV_8UC1, cv::Scalar(235));
      for (int line = 0; line < 8; ++line)
        cv::rectangle(page, cv::Rect(30, 30 + 30 * line, 150 + i, 12), cv::Scalar(30), cv::FILLED);
      const Bytes png = *to_png(image_of(page, {100, 100}));
      std::ofstream(root_ / "scans" / (std::to_string(i) + ".png"), std::ios::binary)
          .write(reinterpret_cast<const char*>(png.data()),
                 static_cast<std::streamsize>(png.size()));
    }
  }
  void TearDown() override { fs::remove_all(root_); }

  // At scan 3.
  void misbehave_by(std::function<void()> deed) {
    options_.misbehave = [deed = std::move(deed)](const ScanId& id) {
      if (id.name == "3.png") deed();
    };
  }
  RunSummary run() {
    auto b = Batch::open_or_create(root_ / "batch", root_ / "scans");
    EXPECT_TRUE(b) << b.error().message;
    auto r = run_batch(*b, options_);
    EXPECT_TRUE(r) << r.error().message;
    return r ? *r : RunSummary{};
  }
  // Runs and gives why scan 3 is parked; the others are done.
  std::string why_parked() {
    const RunSummary r = run();
    EXPECT_FALSE(r.stopped) << r.stopped->message;
    EXPECT_EQ(r.pages_done, 3u);
    EXPECT_EQ(r.scans_parked, 1u);
    const BatchStatus s = *status_of(*Batch::open(root_ / "batch"), true);
    EXPECT_EQ(s.pages_done, 3u);
    EXPECT_EQ(s.scans.size(), 4u);
    EXPECT_FALSE(s.green());
    return s.scans.size() > 2 ? s.scans[2].reason.message : "";
  }
  fs::path root_;
  RunOptions options_;
};

[[noreturn]] void sleep_for_ever() {
  for (;;) ::sleep(1);
}

// While it lives, what loses its parent becomes a child of this process: not everywhere is there an
// init that buries it.
class Orphans {
 public:
  Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;
  static bool ended(pid_t orphan) {
    for (int i = 0; i < 6000; ++i) {
      if (::waitpid(orphan, nullptr, WNOHANG) == orphan) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
};

TEST_F(SuperviseTest, ALibraryThatAbortsParksItsScanAlone) {
  misbehave_by([] { std::abort(); });
  EXPECT_THAT(why_parked(), AllOf(HasSubstr("crashed in decode"), HasSubstr("Abort")));
  // Parked is parked until somebody asks: the next run leaves it alone, retry takes it up.
  options_.misbehave = nullptr;
  EXPECT_EQ(run().pages_done, 0u);
  options_.retry_parked = true;
  EXPECT_EQ(run().pages_done, 1u);
}

TEST_F(SuperviseTest, ALibraryThatWaitsForEverParksItsScanAlone) {
  options_.profile.run.page_timeout_s = 1;
  misbehave_by(sleep_for_ever);
  EXPECT_THAT(why_parked(), HasSubstr("longer than 1 s in decode"));
}

// On a machine that gives it less than half a processor, the other deadline comes first.
TEST_F(SuperviseTest, ALibraryThatComputesForEverParksItsScanAlone) {
  options_.profile.run.page_timeout_s = 4;
  options_.profile.run.cpu_s_per_megapixel = 0.1;
  misbehave_by([] {
    volatile bool busy = true;
    while (busy) {
    }
  });
  EXPECT_THAT(why_parked(),
              AnyOf(HasSubstr("more than 2 s of processor time"), HasSubstr("longer than 4 s")));
}

// A smashed stack is noticed by the compiler's guard or by the memory's.
TEST_F(SuperviseTest, ALibraryThatOverrunsItsStackParksItsScanAlone) {
  static std::function<int(int)> deeper = [](int n) {
    volatile char page[4096];
    page[n % 4096] = static_cast<char>(n);
    return deeper(n + 1) + page[n % 4096];
  };
  misbehave_by([] { deeper(0); });
  EXPECT_THAT(why_parked(), AllOf(HasSubstr("crashed in decode"), HasSubstr("Segmentation")));
}

TEST_F(SuperviseTest, ALibraryThatLeaksWithoutEndParksItsScanAlone) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer needs more address space than any limit leaves";
#endif
  options_.memory_bytes = 256ull << 20;
  misbehave_by([] {
    std::size_t got = 0;
    while (std::malloc(64u << 20) != nullptr) got += 64u << 20;
    if (got > (8ull << 30)) ::_exit(0);  // nobody stopped us
    std::abort();                        // what a library does without memory
  });
  EXPECT_THAT(why_parked(), HasSubstr("crashed in decode"));
}

TEST_F(SuperviseTest, ALibraryThatEndsTheProcessParksItsScanAlone) {
  misbehave_by([] { ::_exit(0); });
  EXPECT_THAT(why_parked(), HasSubstr("ended by itself"));
}

TEST_F(SuperviseTest, ALibraryThatTalksSaysNothingIntoTheAnswer) {
  misbehave_by([] {
    std::puts("{\"not\": \"ours\"}");
    std::fflush(stdout);
  });
  testing::internal::CaptureStdout();
  const RunSummary r = run();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(r.pages_done, 4u);
}

TEST_F(SuperviseTest, ALibraryThatStartsProcessesLeavesNone) {
  const Orphans orphans;
  // Its number is told through a pipe: it may write nowhere else.
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  misbehave_by([&] {
    const pid_t child = ::fork();
    if (child == 0) sleep_for_ever();
    const ssize_t n = ::write(ends[1], &child, sizeof child);
    if (n > 0) std::abort();
  });
  EXPECT_THAT(why_parked(), HasSubstr("crashed in decode"));
  ::close(ends[1]);
  for (pid_t child = 0; ::read(ends[0], &child, sizeof child) == sizeof child;)
    EXPECT_TRUE(child <= 0 || orphans.ended(child)) << "process " << child << " lives on";
  ::close(ends[0]);
}

TEST_F(SuperviseTest, ALibraryThatWritesElsewhereIsRefused) {
  const fs::path elsewhere = root_ / "elsewhere";
  const fs::path scan = root_ / "scans" / "1.png";
  const auto size_before = fs::file_size(scan);
  misbehave_by([&] {
    std::ofstream(elsewhere) << "here";
    std::ofstream(scan, std::ios::app) << "damage";
    ::unlink(scan.c_str());
  });
  run();
  const BatchStatus s = *status_of(*Batch::open(root_ / "batch"), true);
  if (std::none_of(s.scans.begin(), s.scans.end(), [](const auto&) { return true; })) FAIL();
  bool landlock = false;
  for (const std::string& what : run().sandbox)
    landlock = landlock || what.find("Landlock") != std::string::npos;
  if (!landlock) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_FALSE(fs::exists(elsewhere));
  ASSERT_TRUE(fs::exists(scan));
  EXPECT_EQ(fs::file_size(scan), size_before);
}

// Nobody is to blame for one kill; a scan that is killed whenever it is alone, while others pass,
// is set aside, to be tried again by the next run.
TEST_F(SuperviseTest, AScanForWhichTheWorkerIsKilledAgainAndAgainIsSetAside) {
  misbehave_by([] { ::kill(::getpid(), SIGKILL); });
  EXPECT_THAT(why_parked(), HasSubstr("killed 3 times"));
  options_.misbehave = nullptr;
  EXPECT_EQ(run().pages_done, 1u);
}

TEST_F(SuperviseTest, AWorkerThatIsAlwaysKilledEndsTheRunAndParksNobody) {
  options_.misbehave = [](const ScanId&) { ::kill(::getpid(), SIGKILL); };
  const RunSummary r = run();
  ASSERT_TRUE(r.stopped);
  EXPECT_EQ(r.stopped->kind, ErrorKind::resource);
  EXPECT_THAT(r.stopped->message, HasSubstr("killed again and again"));
  EXPECT_EQ(r.scans_parked, 0u);
  options_.misbehave = nullptr;
  EXPECT_EQ(run().pages_done, 4u);
}

TEST_F(SuperviseTest, EveryScanMayCrashAndTheRunStillEnds) {
  options_.misbehave = [](const ScanId&) { std::abort(); };
  const RunSummary r = run();
  EXPECT_FALSE(r.stopped);
  EXPECT_EQ(r.scans_parked, 4u);
}

// The parent is killed in the middle: the worker, which waits for ever, goes with it.
TEST_F(SuperviseTest, TheWorkerDiesWithItsParent) {
  const Orphans orphans;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  misbehave_by([&] {
    const pid_t self = ::getpid();
    if (::write(ends[1], &self, sizeof self) > 0) sleep_for_ever();
  });
  const pid_t parent = ::fork();
  if (parent == 0) {
    run();
    ::_exit(0);
  }
  pid_t worker = 0;
  ASSERT_EQ(::read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(orphans.ended(worker));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(FileDigests, AFileIsDigestedOnce) {
  FileDigests digests;
  const Bytes one(1000, 1), two(1000, 2);
  EXPECT_EQ(digests.of("a", 5, one).sha256, digest_bytes(one).sha256);
  // The same file by name, time and size: what was found before.
  EXPECT_EQ(digests.of("a", 5, two).sha256, digest_bytes(one).sha256);
  EXPECT_EQ(digests.of("a", 6, two).sha256, digest_bytes(two).sha256);
  EXPECT_EQ(digests.of("b", 5, two).sha256, digest_bytes(two).sha256);
  for (int i = 0; i < 200; ++i) (void)digests.of(std::to_string(i), 5, two);
  EXPECT_EQ(digests.of("a", 5, two).sha256, digest_bytes(two).sha256);
}

TEST(Deadline, GrowsWithTheScan) {
  const Deadline small = deadline_of(1'000'000, 0, 300, 12);
  const Deadline usual = deadline_of(35'000'000, 0, 300, 12);
  const Deadline large = deadline_of(400'000'000, 0, 300, 12);
  EXPECT_EQ(small.wall_s, 300);
  EXPECT_EQ(small.cpu_s, 42);
  EXPECT_EQ(usual.wall_s, 300);
  EXPECT_EQ(usual.cpu_s, 300);
  EXPECT_EQ(large.wall_s, 3000);
  EXPECT_EQ(large.cpu_s, 3000);
  EXPECT_EQ(deadline_of(0, 0, 300, 12).wall_s, 300);
  // A whole book in one file has to be read before its first page is there.
  EXPECT_EQ(deadline_of(1'000'000, 2'300'000'000, 300, 12).wall_s, 700);
  EXPECT_NEAR(deadline_of(1'000'000, 2'300'000'000, 300, 12).cpu_s, 99.5, 0.01);
  EXPECT_LE(deadline_of(1'000'000, 0, 5, 12).cpu_s, 5);
}

}  // namespace
}  // namespace linka
