// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/space.h"

#include "base/files.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "pipeline/run_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <unistd.h>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

class SpaceTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-space-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "scans");
    profile_.ocr.enabled = false;
  }
  void TearDown() override { fs::remove_all(root_); }

  void scans(int count) {
    for (int i = 0; i < count; ++i) {
      const cv::Mat page(600, 400, CV_8UC1, cv::Scalar(200 + i));
      const Bytes png = *to_png(image_of(page, {300, 300}));
      ASSERT_TRUE(write_atomically(root_ / "scans" / (std::to_string(i) + ".png"), ByteView(png)));
    }
  }
  // What is needed for all files of the folder, of which `done` frames 0 are done.
  SpaceNeed need(const std::set<std::string>& done = {}) {
    auto batch = Batch::open_or_create(root_ / "batch", root_ / "scans");
    auto tools = make_tools(*batch, profile_, nullptr);
    Work work;
    work.tools = &*tools;
    const auto inventory = take_inventory(root_ / "scans");
    for (const InventoryFile& file : inventory->files) {
      WorkItem item;
      item.file = file;
      if (done.contains(file.name)) item.frames_done.insert(0);
      work.items.push_back(std::move(item));
    }
    return space_needed(work, *replay(batch->journal()));
  }

  fs::path root_;
  Profile profile_;
};

TEST_F(SpaceTest, AddsUpThePixelsThatTheHeadersState) {
  scans(3);
  ASSERT_TRUE(write_atomically(root_ / "scans/broken.tif", std::string_view("no image")));
  const SpaceNeed n = need();
  EXPECT_EQ(n.scans, 3u);
  EXPECT_EQ(n.pixels, 3u * 400 * 600);
  EXPECT_FALSE(n.measured);
  EXPECT_GT(n.bytes, static_cast<std::uint64_t>(3 * 400 * 600 * assumed_bytes_per_pixel));
}

// One header that lies must not keep its neighbours from being digitized.
TEST_F(SpaceTest, AHeaderThatClaimsTheMoonNeedsNoRoom) {
  scans(2);
  const auto claim = [&](const char* name, std::uint32_t width, std::uint32_t height) {
    Bytes png = *read_file(root_ / "scans/0.png");  // signature, length, "IHDR", width, height
    for (int i = 0; i < 4; ++i) {
      png[static_cast<std::size_t>(16 + i)] = static_cast<std::uint8_t>(width >> (24 - 8 * i));
      png[static_cast<std::size_t>(20 + i)] = static_cast<std::uint8_t>(height >> (24 - 8 * i));
    }
    ASSERT_TRUE(write_atomically(root_ / "scans" / name, ByteView(png)));
  };
  const std::uint64_t honest = need().pixels;
  claim("moon.png", 2'000'000'000, 2'000'000'000);
  EXPECT_EQ(need().pixels, honest);
  claim("moon.png", 24'000, 24'000);  // allowed, but never in so few bytes
  EXPECT_LT(need().pixels, honest + 24'000ull * 24'000 / 10);
}

TEST_F(SpaceTest, WhatIsDoneNeedsNone) {
  scans(3);
  EXPECT_EQ(need({"0.png", "2.png"}).pixels, 1u * 400 * 600);
  EXPECT_EQ(need({"0.png", "1.png", "2.png"}).bytes, 0u);
}

TEST_F(SpaceTest, IsMeasuredOnThePagesThatAreThere) {
  scans(10);
  {
    auto batch = Batch::open_or_create(root_ / "batch", root_ / "scans");
    RunOptions options;
    options.profile = profile_;
    options.jobs = 2;
    ASSERT_TRUE(run_batch(*batch, options));
  }
  const SpaceNeed n = need();
  EXPECT_TRUE(n.measured);
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "batch/pages"))
    if (entry.is_regular_file() && entry.path().filename() != "facts.json")
      bytes += entry.file_size();
  EXPECT_NEAR(n.bytes_per_pixel, 1.15 * static_cast<double>(bytes) / (10 * 400 * 600), 0.01);
}

TEST_F(SpaceTest, ARunThatCannotFitIsRefusedWithTheNumbers) {
  scans(1);
  const auto batch = Batch::open_or_create(root_ / "batch", root_ / "scans");
  SpaceNeed n;
  n.scans = 1;
  n.bytes = 1 << 20;
  EXPECT_TRUE(check_space(*batch, n));
  n.scans = 4711;
  n.bytes = 1ull << 60;
  n.pixels = 123'000'000;
  const auto refused = check_space(*batch, n);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
  for (const char* part : {"1099511627840 MiB", "4711 scans", "123 megapixels", "MiB are free"})
    EXPECT_THAT(refused.error().message, HasSubstr(part));
}

}  // namespace
}  // namespace linka
