// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/encode/user_copy.h"

#include "stages/encode/encode.h"
#include "stages/encode/encode_test_pages.h"
#include "stages/encode/jp2_boxes.h"
#include "stages/encode/openjpeg.h"
#include "stages/encode/packets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace linka {
namespace {

bool is_ink(int x, int y) {
  return y % 40 < 18 && x % 23 < 15 && x % 5 != y % 4 && x > 60 && y > 60;
}
Image print(int width, int height, int channels, int grain_levels) {
  drawn::Numbers grain{7};
  return sampled(width, height, channels, [&](int x, int y, int c) {
    return (is_ink(x, y) ? 40 : 225 - 15 * c) + grain.next(grain_levels);
  });
}
Image photograph(int width, int height, int channels) {
  drawn::Numbers grain{7};
  return sampled(width, height, channels, [&](int x, int y, int c) {
    const double hills = std::sin(x / 37.0 + c) * std::cos(y / 53.0) + std::sin((x + y) / 11.0) / 3;
    return static_cast<int>(128 + 70 * hills) + grain.next(9);
  });
}
Image line_art(int width, int height, int channels) {
  return sampled(width, height, channels,
                 [](int x, int y, int) { return (x * x / 90 + y * y / 70) % 29 < 3 ? 0 : 255; });
}

// What OpenJPEG makes of it by its own search for sizes.
Bytes by_sizes(const Image& page, double rate) {
  opj_cparameters_t p = settings(Copy::user, page.channels());
  p.cp_disto_alloc = 1;
  for (int i = 0; i < user_layers; ++i)
    p.tcp_rates[i] = static_cast<float>(rate * std::exp2((user_layers - 1 - i) / 2.0));
  Bytes file = boxes_before_codestream(page);
  const std::size_t at = file.size();
  EXPECT_TRUE(
      append_codestream(page, tiles_of(page, Copy::user), page.width(), page.height(), p, 0, file));
  EXPECT_TRUE(close_codestream_box(file, at));
  return file;
}
Bytes by_errors(const Image& page, std::size_t bytes) {
  Bytes file = boxes_before_codestream(page);
  const std::size_t at = file.size();
  const auto room = static_cast<double>(bytes - at);
  EXPECT_TRUE(append_user_codestream(page, room, room, file));
  EXPECT_TRUE(close_codestream_box(file, at));
  return file;
}
double psnr_db(const Image& page, const Bytes& file) {
  const auto decoded = decode_jp2(file);
  EXPECT_TRUE(decoded) << decoded.error().message;
  return decoded ? difference(page, *decoded).psnr_db : 0;
}
int guard_bits(const Bytes& file) {
  const Bytes marker{0xff, 0x5c};
  const auto at = std::search(file.begin(), file.end(), marker.begin(), marker.end());
  return at[4] >> 5;
}

TEST(UserCopy, IsAsGoodAsOpenJpegsOwnOfTheSameSize) {
  const std::pair<const char*, Image> pages[] = {
      {"clean print", print(500, 400, 3, 2)}, {"grainy print", print(600, 400, 3, 30)},
      {"grey print", print(600, 500, 1, 24)}, {"noise", noise(500, 400, 3)},
      {"grey noise", noise(500, 400, 1)},     {"photograph", photograph(500, 400, 3)},
      {"line art", line_art(400, 400, 3)},    {"grey line art", line_art(500, 500, 1)},
      {"narrow", print(1500, 90, 3, 20)}};
  for (const auto& [name, page] : pages) {
    const Bytes reference = by_sizes(page, 9), ours = by_errors(page, reference.size());
    EXPECT_LE(ours.size(), reference.size()) << name;
    EXPECT_GE(psnr_db(page, ours), psnr_db(page, reference) - 0.05) << name;
  }
}

TEST(UserCopy, LeavesOutPlanesThatTheBudgetWouldNotKeep) {
  // More guard bits than OpenJPEG's two say that planes were left out.
  EXPECT_GT(guard_bits(by_errors(noise(500, 400, 3), 60000)), 3);
  const Image paper = sampled(500, 400, 3, [](int x, int y, int) { return 225 + (x + y) % 2; });
  EXPECT_EQ(guard_bits(by_errors(paper, 60000)), 2);
}

TEST(UserCopy, MeetsItsBudgetWithinAPacket) {
  for (const Image& page : {print(600, 550, 3, 25), noise(600, 500, 1)})
    for (const std::size_t budget : {40000u, 50000u}) {
      const std::size_t bytes = by_errors(page, budget).size();
      EXPECT_LE(bytes, budget);
      EXPECT_GE(bytes, budget - budget / 50);
    }
}

TEST(UserCopy, GivesPrintWhatTheMarginsDoNotNeed) {
  drawn::Numbers grain{7};
  const Image page = sampled(2048, 300, 3, [&](int x, int y, int) {
    return x < 1024 ? (is_ink(x, y) ? 40 : 225) + grain.next(12) : 230;
  });
  // OpenJPEG gives a tile bytes by its area; a blank one leaves them.
  const Bytes reference = by_sizes(page, 9), ours = by_errors(page, page.size_bytes() / 9);
  EXPECT_GE(psnr_db(page, ours), psnr_db(page, reference) + 0.5);
}

TEST(UserCopy, ShowsMoreWithEachPartOfTheFile) {
  const Image page = print(700, 600, 3, 25);
  double before = 0;
  for (const std::size_t budget : {20000u, 40000u, 80000u, 160000u}) {
    const double now = psnr_db(page, by_errors(page, budget));
    EXPECT_GT(now, before + 1) << budget;
    before = now;
  }
}

TEST(Packets, AreWrittenAsTheyWereRead) {
  const Image page = print(600, 500, 3, 20);
  opj_cparameters_t p = settings(Copy::user, 3);
  p.cp_fixed_quality = 1;
  for (int i = 0; i < user_layers - 1; ++i) p.tcp_distoratio[i] = static_cast<float>(20 + 2 * i);
  Bytes codestream;
  ASSERT_TRUE(append_codestream(page, tiles_of(page, Copy::user), 600, 500, p, 0, codestream));
  const auto tile = read_tile(codestream, user_layers);
  ASSERT_TRUE(tile) << tile.error().message;
  ASSERT_EQ(tile->parts.size(), 6u);
  std::size_t packets = 0, expected = empty_tile_bytes(*tile);
  for (const auto& part : tile->parts) {
    packets += part.packet_bytes.size();
    for (const std::uint32_t bytes : part.packet_bytes) expected += cost_of_packet(bytes);
  }
  Bytes again(codestream.begin(),
              codestream.begin() + static_cast<std::ptrdiff_t>(tile->header_bytes));
  append_tile(*tile, 0, std::vector<bool>(packets, true), again);
  EXPECT_EQ(again.size() - tile->header_bytes, expected);
  again.insert(again.end(), {0xff, 0xd9});
  EXPECT_EQ(again, codestream);

  Bytes empty;
  append_tile(*tile, 0, std::vector<bool>(packets, false), empty);
  EXPECT_EQ(empty.size(), empty_tile_bytes(*tile));
}

TEST(Packets, OfACutCodestreamAreRefused) {
  const Image page = print(200, 150, 1, 20);
  opj_cparameters_t p = settings(Copy::user, 1);
  p.cp_fixed_quality = 1;
  for (int i = 0; i < user_layers - 1; ++i) p.tcp_distoratio[i] = static_cast<float>(20 + 2 * i);
  Bytes codestream;
  ASSERT_TRUE(append_codestream(page, tiles_of(page, Copy::user), 200, 150, p, 0, codestream));
  for (std::size_t size = 0; size < codestream.size(); size += 7)
    EXPECT_FALSE(
        read_tile({codestream.begin(), codestream.begin() + static_cast<long>(size)}, user_layers));
}

}  // namespace
}  // namespace linka
