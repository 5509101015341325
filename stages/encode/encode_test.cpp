// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/encode/encode.h"

#include "formats/jp2.h"
#include "stages/encode/encode_test_pages.h"
#include "stages/encode/jp2_boxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace linka {
namespace {

Image blank(int width, int height, int channels) {
  return sampled(width, height, channels, [](int, int, int) { return 255; });
}
// Dark dashes on yellowish, grainy paper.
Image text(int width, int height, int channels) {
  drawn::Numbers grain;
  return sampled(width, height, channels, [&](int x, int y, int c) {
    const bool ink = y % 40 < 18 && x % 23 < 15 && x % 5 != y % 4;
    return (ink ? 40 : 225 - 15 * c) + grain.next(12);
  });
}

Bytes must_encode(const Image& page, Copy copy) {
  auto file = encode(page, copy, {});
  EXPECT_TRUE(file) << file.error().message;
  return file ? *file : Bytes{};
}
Jp2Properties properties(const Bytes& file) {
  auto p = read_jp2(file);
  EXPECT_TRUE(p) << p.error().message;
  return p ? *p : Jp2Properties{};
}
double ratio(const Image& page, const Bytes& file) {
  return static_cast<double>(page.size_bytes()) / static_cast<double>(file.size());
}

// Its tags are there, what they point at is empty: enough to be told apart.
Bytes icc(std::string_view device_class, std::string_view color_space,
          const std::vector<std::string>& tags) {
  Bytes profile(128, 0);
  const auto put = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), profile.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(8, std::string("\x02\x20\0\0", 4));
  put(12, device_class);
  put(16, color_space);
  put(20, "XYZ ");
  put(36, "acsp");
  const auto put_u32 = [&](std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      profile.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
  };
  put_u32(tags.size() + 1);
  const std::size_t data_at = 132 + 12 * (tags.size() + 1);
  constexpr std::string_view description("desc\0\0\0\0\0\0\0\5test\0\0\0\0", 20);
  for (const std::string& tag : tags) {
    profile.insert(profile.end(), tag.begin(), tag.end());
    put_u32(data_at);
    put_u32(20);
  }
  profile.insert(profile.end(), {'d', 'e', 's', 'c'});
  put_u32(data_at);
  put_u32(20);
  profile.insert(profile.end(), description.begin(), description.end());
  profile[3] = static_cast<std::uint8_t>(profile.size() & 0xff);
  profile[2] = static_cast<std::uint8_t>(profile.size() >> 8);
  return profile;
}
const std::vector<std::string> matrix_tags{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"};
IccProfile shared(Bytes profile) {
  return std::make_shared<const Bytes>(std::move(profile));
}

void expect_common_properties(const Jp2Properties& p, const Image& page) {
  EXPECT_TRUE(p.is_jp2);
  EXPECT_EQ(p.width_px, page.width());
  EXPECT_EQ(p.height_px, page.height());
  EXPECT_EQ(p.components, page.channels());
  EXPECT_EQ(p.bit_depth, std::vector<int>(static_cast<std::size_t>(page.channels()), 8));
  EXPECT_EQ(p.progression, "RPCL");
  EXPECT_EQ(p.levels, 5);
  EXPECT_EQ(p.code_block_width, 64);
  EXPECT_EQ(p.code_block_height, 64);
  const std::vector<std::pair<int, int>> precincts{{128, 128}, {128, 128}, {128, 128},
                                                   {128, 128}, {256, 256}, {256, 256}};
  EXPECT_TRUE(p.user_precincts);
  EXPECT_EQ(p.precincts, precincts);
  EXPECT_TRUE(p.bypass);
  EXPECT_EQ(p.color_transform, page.channels() == 3);
  EXPECT_TRUE(p.has_comment);
  EXPECT_FALSE(p.has_roi);
  EXPECT_FALSE(p.has_alpha);
  EXPECT_TRUE(p.ends_with_eoc);
  EXPECT_EQ(p.capture_x_ppm, 11811);
  EXPECT_EQ(p.capture_y_ppm, 11811);
  EXPECT_EQ(p.enumerated_color_space, page.channels() == 3 ? 16 : 17);
}

TEST(Encode, TheMasterGivesBackEverySample) {
  for (const int channels : {1, 3})
    for (const Size size :
         {Size{1, 1}, {7, 5}, {31, 31}, {64, 33}, {1, 9000}, {9000, 1}, {517, 301}})
      for (const Image& page :
           {noise(size.width, size.height, channels), text(size.width, size.height, channels)}) {
        const auto decoded = decode_jp2(must_encode(page, Copy::master));
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_TRUE(difference(page, *decoded).identical)
            << size.width << " x " << size.height << " x " << channels;
      }
}

TEST(Encode, AMasterOfSeveralTilesGivesBackEverySample) {
  const Image page = text(4200, 70, 3);
  const Bytes file = must_encode(page, Copy::master);
  const auto decoded = decode_jp2(file);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(difference(page, *decoded).identical);
  expect_common_properties(properties(file), page);
}

TEST(Encode, TheMasterHasThePropertiesOfTheStandard) {
  for (const int channels : {1, 3})
    for (const Size size : {Size{1, 1}, {20, 3}, {300, 200}}) {
      const Image page = text(size.width, size.height, channels);
      const Jp2Properties p = properties(must_encode(page, Copy::master));
      expect_common_properties(p, page);
      EXPECT_TRUE(p.reversible);
      EXPECT_EQ(p.layers, 1);
      EXPECT_EQ(p.tile_width, 4096);
      EXPECT_EQ(p.tile_height, 4096);
      EXPECT_TRUE(p.sop);
      EXPECT_TRUE(p.eph);
    }
}

TEST(Encode, TheUserCopyHasThePropertiesOfTheStandard) {
  for (const Image& page : {text(600, 500, 3), text(600, 500, 1), blank(300, 300, 3),
                            noise(300, 300, 3), text(1100, 30, 3), text(10, 9000, 3)}) {
    const Bytes file = must_encode(page, Copy::user);
    const Jp2Properties p = properties(file);
    expect_common_properties(p, page);
    EXPECT_FALSE(p.reversible);
    EXPECT_EQ(p.layers, 12);
    EXPECT_EQ(p.tile_width, 1024);
    EXPECT_EQ(p.tile_height, 1024);
    const auto decoded = decode_jp2(file);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_TRUE(difference(page, *decoded).same_shape);
  }
}

TEST(Encode, TheUserCopyComesOutAtItsRate) {
  for (const Image& page : {text(1300, 1100, 3), noise(900, 700, 3), text(1500, 1025, 1)}) {
    const double reached = ratio(page, must_encode(page, Copy::user));
    EXPECT_GE(reached, 8.9);  // the last has tiles of one row, which have a least size
    EXPECT_LE(reached, 9.3);
  }
}

TEST(Encode, TheUserCopyLeavesRoomForMetadata) {
  EncodeParams least;
  least.user_rate = 6.5;
  for (const Image& page :
       {noise(140, 140, 3), noise(200, 200, 3), noise(500, 100, 3), noise(300, 300, 1),
        noise(20, 9000, 3), blank(140, 140, 3), text(400, 300, 3), noise(1030, 1030, 1)}) {
    const auto file = encode(page, Copy::user, least);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_GE(static_cast<double>(page.size_bytes()) / static_cast<double>(file->size() + 8192), 6)
        << page.width() << " x " << page.height();
    EXPECT_EQ(properties(*file).layers, 12);
  }
}

TEST(Encode, ASmallPageHasAUserCopyWhenLittleRoomIsAskedFor) {
  const Image page = text(299, 401, 1);
  const auto file = encode(page, Copy::user, {}, 1200);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_GE(static_cast<double>(page.size_bytes()) / static_cast<double>(file->size() + 1200), 6);
}

TEST(Encode, RefusesAUserCopyThatCannotBeSmallEnough) {
  for (const Image& page : {blank(1, 1, 3), noise(1, 9000, 3), blank(31, 31, 1)}) {
    const auto file = encode(page, Copy::user, {});
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::bad_input);
    EXPECT_THAT(file.error().message.c_str(), testing::HasSubstr("too small"));
  }
}

TEST(Encode, RefusesAPageWithoutPixelsOrResolution) {
  EXPECT_EQ(encode({}, Copy::master, {}).error().kind, ErrorKind::bad_input);
  for (const Dpi dpi : {Dpi{}, {300, 0}, {-300, -300}, {1e300, 300}, {NAN, 300}})
    EXPECT_EQ(encode(text(9, 9, 1).with_dpi(dpi), Copy::master, {}).error().kind,
              ErrorKind::bad_input);
}

TEST(Encode, GivesTheSameBytesAgain) {
  const Image page = text(1100, 300, 3);
  const Bytes master = must_encode(page, Copy::master), user = must_encode(page, Copy::user);
  ::setenv("OPJ_NUM_THREADS", "2", 1);
  EXPECT_EQ(must_encode(page, Copy::master), master);
  EXPECT_EQ(must_encode(page, Copy::user), user);
  ::unsetenv("OPJ_NUM_THREADS");
}

TEST(Encode, KeepsARestrictedProfileAndLeavesOutAnyOther) {
  const Image page = text(60, 40, 3);
  const Bytes good = icc("mntr", "RGB ", matrix_tags);
  const Bytes file = must_encode(page.with_icc(shared(good)), Copy::master);
  EXPECT_EQ(properties(file).icc_bytes, good.size());
  EXPECT_EQ(properties(file).enumerated_color_space, 0);
  const auto decoded = decode_jp2(file);
  ASSERT_TRUE(decoded);
  ASSERT_TRUE(decoded->icc());
  EXPECT_EQ(*decoded->icc(), good);

  std::vector<std::string> with_table = matrix_tags;
  with_table.push_back("A2B0");
  Bytes cut = good;
  cut.pop_back();
  for (const Bytes& profile :
       {icc("scnr", "RGB ", with_table), icc("prtr", "RGB ", matrix_tags), cut, Bytes{1, 2, 3},
        icc("mntr", "GRAY", {"kTRC"}), icc("mntr", "CMYK", matrix_tags), Bytes{}}) {
    const Jp2Properties p = properties(must_encode(page.with_icc(shared(profile)), Copy::master));
    EXPECT_EQ(p.icc_bytes, 0u);
    EXPECT_EQ(p.enumerated_color_space, 16);
  }
}

TEST(Encode, KeepsAGreyProfileWithAGreyPageOnly) {
  const Bytes grey = icc("scnr", "GRAY", {"kTRC"});
  EXPECT_TRUE(is_restricted_icc(grey, 1));
  EXPECT_FALSE(is_restricted_icc(grey, 3));
  EXPECT_FALSE(is_restricted_icc(icc("mntr", "RGB ", matrix_tags), 1));
}

TEST(PixelsPerMetre, OfWholeDotsPerInchAreWhole) {
  EXPECT_EQ(pixels_per_metre(300), (BoxRatio{11811, 1, 0}));
  EXPECT_EQ(pixels_per_metre(400), (BoxRatio{15748, 1, 0}));
  EXPECT_EQ(pixels_per_metre(600), (BoxRatio{23622, 1, 0}));
  EXPECT_EQ(pixels_per_metre(1200), (BoxRatio{47244, 1, 0}));
}

TEST(PixelsPerMetre, OfAnyResolutionAreClose) {
  for (const double dpi :
       {0.001, 1.0, 72.5, 96.012, 299.72, 300.0001, 1600.0, 1700.5, 2400.0, 6400.0, 1e6, 1e9}) {
    const BoxRatio r = pixels_per_metre(dpi);
    const double back = r.numerator / static_cast<double>(r.denominator) * std::pow(10, r.exponent);
    EXPECT_NEAR(back * 0.0254 / dpi, 1, dpi == 1.0 ? 0.02 : 2e-5) << dpi;
  }
}

TEST(DecodeJp2, RefusesADamagedFile) {
  const Bytes file = must_encode(text(80, 60, 3), Copy::master);
  for (std::size_t size = 0; size < file.size(); size += 97) {
    const auto decoded = decode_jp2(ByteView(file).first(size));
    EXPECT_FALSE(decoded) << size;
  }
  drawn::Numbers numbers;
  for (int i = 0; i < 300; ++i) {
    Bytes damaged = file;
    damaged[150 + static_cast<std::size_t>(numbers.next(static_cast<int>(file.size()) - 150))] ^=
        static_cast<std::uint8_t>(1 + numbers.next(255));
    (void)decode_jp2(damaged);  // an error or other pixels, but it comes back
  }
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const Bytes& bytes)
      : path_(std::filesystem::temp_directory_path() /
              ("linka-encode-" + std::to_string(::getpid()) + ".jp2")) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  ::pclose(pipe);
  return text;
}

TEST(Encode, JpylyzerFindsEveryFileValid) {
  if (std::system("jpylyzer --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "jpylyzer (Debian: python3-jpylyzer) is not installed";
  const Image page = text(300, 200, 3);
  const IccProfile profile = shared(icc("mntr", "RGB ", matrix_tags));
  std::vector<Bytes> files;
  for (const Copy copy : {Copy::master, Copy::user})
    for (const Image& image :
         {text(300, 350, 3), text(300, 350, 1), noise(1030, 60, 3), blank(200, 200, 3),
          page.with_icc(profile), page.with_dpi({299.72, 400})})
      files.push_back(must_encode(image, copy));
  files.push_back(must_encode(noise(1, 1, 1), Copy::master));
  files.push_back(must_encode(noise(1, 90, 3), Copy::master));
  for (const Bytes& file : files) {
    const TemporaryFile temporary(file);
    const std::string report = output_of("jpylyzer '" + temporary.path() + "' 2>&1");
    EXPECT_NE(report.find("<isValid format=\"jp2\">True<"), std::string::npos) << report;
  }
}

}  // namespace
}  // namespace linka
