// SPDX-License-Identifier: GPL-3.0-or-later
// OpenJPEG as it was built for this machine, beside the commands of the packaged one: the same
// master copy to the byte, lossy copies of the same size within 0.05 dB, and each reads the
// other's.
#include "base/files.h"
#include "image/compare.h"
#include "stages/encode/encode_test_pages.h"
#include "stages/encode/jp2_boxes.h"
#include "stages/encode/openjpeg.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace linka {
namespace {
namespace fs = std::filesystem;

const char* const of_both =
    "-p RPCL -n 6 -c [256,256],[256,256],[128,128],[128,128],[128,128],[128,128] -b 64,64 -M 1 "
    "-TP R -PLT";

struct Picture {
  std::string name;
  Image image;
};

std::vector<Picture> pictures() {
  std::mt19937 random(5);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto text = [](int x, int y) { return y % 40 < 24 && (x * 7 / 5 + y / 8 * 13) % 19 < 7; };
  std::vector<Picture> all;
  for (const int channels : {1, 3}) {
    const auto add = [&](const char* name, int width, int height, auto&& sample) {
      all.push_back(
          {fmt::format("{}-{}", name, channels), sampled(width, height, channels, sample)});
    };
    add("print", 1100, 700,
        [&](int x, int y, int c) { return (text(x, y) ? 40 : 225 - 10 * c) + below(4); });
    add("grain", 700, 1050,
        [&](int x, int y, int c) { return (text(x, y) ? 50 : 210 - 10 * c) + below(40); });
    add("noise", 400, 300, [&](int, int, int) { return below(256); });
    add("photo", 600, 500, [&](int x, int y, int c) {
      return static_cast<int>(128 + 70 * std::sin(x / 37.0 + c) * std::cos(y / 53.0)) + below(9);
    });
    add("bitonal", 700, 600, [&](int x, int y, int) { return text(x, y) ? 0 : 255; });
    add("lines", 500, 500,
        [](int x, int y, int) { return (x * x / 90 + y * y / 70) % 29 < 3 ? 0 : 255; });
    add("blank", 1030, 200, [](int, int, int) { return 255; });
    for (const auto& [width, height] : {std::pair{1, 1},
                                        {2, 3},
                                        {1, 7},
                                        {5, 1},
                                        {17, 33},
                                        {63, 65},
                                        {130, 4},
                                        {4, 130},
                                        {257, 129}})
      add(fmt::format("{}x{}", width, height).c_str(), width, height,
          [&](int x, int y, int) { return 8 * (x + y) + below(60); });
  }
  return all;
}

Bytes portable_map(const Image& image) {
  const std::string head = fmt::format("P{}\n{} {}\n255\n", image.channels() == 1 ? 5 : 6,
                                       image.width(), image.height());
  Bytes out(head.begin(), head.end());
  const auto line = static_cast<std::ptrdiff_t>(image.width()) * image.channels();
  for (int y = 0; y < image.height(); ++y) out.insert(out.end(), image.row(y), image.row(y) + line);
  return out;
}

class tuned_openjpeg : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / fmt::format("linka-tuned-openjpeg-{}", ::getpid());
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  // The packaged command on this picture; empty when it failed.
  Bytes by_command(const Image& image, const std::string& arguments) const {
    const fs::path in = folder / (image.channels() == 1 ? "in.pgm" : "in.ppm"),
                   out = folder / "a.j2k";
    fs::remove(out);
    EXPECT_TRUE(write_atomically(in, portable_map(image)));
    const std::string command = fmt::format("opj_compress -i '{}' -o '{}' {} {} >/dev/null 2>&1",
                                            in.string(), out.string(), of_both, arguments);
    if (std::system(command.c_str()) != 0) return {};
    auto bytes = read_file(out);
    return bytes ? *bytes : Bytes{};
  }
  Bytes unpacked_by_command(const Bytes& codestream, int channels) const {
    const fs::path in = folder / "b.j2k", out = folder / (channels == 1 ? "b.pgm" : "b.ppm");
    EXPECT_TRUE(write_atomically(in, codestream));
    const std::string command =
        fmt::format("opj_decompress -i '{}' -o '{}' >/dev/null 2>&1", in.string(), out.string());
    if (std::system(command.c_str()) != 0) return {};
    auto bytes = read_file(out);
    return bytes ? *bytes : Bytes{};
  }

  fs::path folder;
};

Bytes here(const Image& image, Copy copy, const opj_cparameters_t& parameters) {
  Bytes codestream;
  const auto done = append_codestream(image, tiles_of(image, copy), image.width(), image.height(),
                                      parameters, 0, codestream);
  EXPECT_TRUE(done) << done.error().message;
  return codestream;
}

double psnr_db(const Image& image, const Bytes& codestream) {
  Bytes file = boxes_before_codestream(image);
  const std::size_t at = file.size();
  file.insert(file.end(), codestream.begin(), codestream.end());
  EXPECT_TRUE(close_codestream_box(file, at));
  const auto decoded = decode_jp2(file);
  EXPECT_TRUE(decoded) << decoded.error().message;
  return decoded ? difference(image, *decoded).psnr_db : 0;
}

TEST_F(tuned_openjpeg, WritesTheSameMaster) {
  for (const auto& [name, image] : pictures()) {
    SCOPED_TRACE(name);
    const Bytes ours = here(image, Copy::master, settings(Copy::master, image.channels()));
    EXPECT_TRUE(ours == by_command(image, "-t 4096,4096 -SOP -EPH"));
    EXPECT_EQ(difference(image, image).psnr_db, psnr_db(image, ours));
  }
}

// Sizes that the last layer of 1:8 can have: not of pictures that hardly hold the headers.
TEST_F(tuned_openjpeg, MakesLossyCopiesAsGoodOfTheSameSize) {
  for (const auto& [name, image] : pictures()) {
    if (image.width() * image.height() < 30000) continue;
    SCOPED_TRACE(name);
    opj_cparameters_t p = settings(Copy::user, image.channels());
    p.cp_disto_alloc = 1;
    const int rates[] = {362, 256, 181, 128, 90, 64, 45, 32, 22, 16, 11, 8};
    std::copy(std::begin(rates), std::end(rates), p.tcp_rates);
    const Bytes ours = here(image, Copy::user, p);
    const Bytes packaged =
        by_command(image, "-t 1024,1024 -I -r 362,256,181,128,90,64,45,32,22,16,11,8");
    ASSERT_FALSE(packaged.empty());
    const auto size = static_cast<double>(packaged.size());
    EXPECT_LE(static_cast<double>(ours.size()), size * 1.005 + 8);
    EXPECT_GE(psnr_db(image, ours), psnr_db(image, packaged) - 0.05);
    EXPECT_GE(psnr_db(image, ours), 12);
  }
}

TEST_F(tuned_openjpeg, MakesTheSameLayersOfGivenQuality) {
  for (const auto& [name, image] : pictures()) {
    if (image.width() * image.height() < 30000) continue;
    SCOPED_TRACE(name);
    opj_cparameters_t p = settings(Copy::user, image.channels());
    p.cp_fixed_quality = 1;
    p.tcp_numlayers = 4;
    const int qualities[] = {26, 30, 34, 38};
    std::copy(std::begin(qualities), std::end(qualities), p.tcp_distoratio);
    const Bytes ours = here(image, Copy::user, p);
    const Bytes packaged = by_command(image, "-t 1024,1024 -I -q 26,30,34,38");
    ASSERT_FALSE(packaged.empty());
    const auto size = static_cast<double>(packaged.size());
    EXPECT_LE(static_cast<double>(ours.size()), size * 1.005 + 8);
    EXPECT_GE(psnr_db(image, ours), psnr_db(image, packaged) - 0.05);
  }
}

TEST_F(tuned_openjpeg, IsReadByThePackagedOne) {
  for (const auto& [name, image] : pictures()) {
    SCOPED_TRACE(name);
    const Bytes ours = here(image, Copy::master, settings(Copy::master, image.channels()));
    const Bytes map = unpacked_by_command(ours, image.channels());
    const std::size_t samples = static_cast<std::size_t>(image.width()) *
                                static_cast<std::size_t>(image.height()) *
                                static_cast<std::size_t>(image.channels());
    const Bytes own = portable_map(image);
    ASSERT_GE(map.size(), samples);
    EXPECT_TRUE(std::equal(map.end() - static_cast<std::ptrdiff_t>(samples), map.end(),
                           own.end() - static_cast<std::ptrdiff_t>(samples)));
  }
}

}  // namespace
}  // namespace linka
