// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/line_pictures.h"

#include "image/pix.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include <cstdlib>
#include <string>
#include <thread>

namespace linka {
namespace {

PixPtr grey_slope() {
  PixPtr pix(pixCreate(61, 37, 8));
  for (int y = 0; y < 37; ++y)
    for (int x = 0; x < 61; ++x)
      pixSetPixel(pix.get(), x, y, static_cast<unsigned>((3 * x + 5 * y) % 256));
  return pix;
}

std::string written(PIX* pix, int format) {
  l_uint8* data = nullptr;
  std::size_t size = 0;
  if (pixWriteMem(&data, &size, pix, format) != 0) return "";
  std::string bytes(reinterpret_cast<const char*>(data), size);
  lept_free(data);
  return bytes;
}

PixPtr read_back(const std::string& bytes) {
  return PixPtr(pixReadMem(reinterpret_cast<const l_uint8*>(bytes.data()), bytes.size()));
}

bool same(PIX* a, PIX* b) {
  l_int32 equal = 0;
  return a != nullptr && b != nullptr && pixGetDepth(a) == pixGetDepth(b) &&
         pixEqual(a, b, &equal) == 0 && equal == 1;
}

TEST(LinePictures, ComeBackAsTheyWere) {
  const PixPtr pix = grey_slope();
  std::string bytes;
  {
    const UnpackedLinePictures unpacked;
    bytes = written(pix.get(), IFF_PNG);
  }
  EXPECT_EQ(bytes.substr(0, 4), "spix");
  EXPECT_TRUE(same(read_back(bytes).get(), pix.get()));
}

TEST(LinePictures, OthersAreWrittenByLeptonica) {
  const PixPtr pix = grey_slope();
  const std::string png = "\x89PNG", pnm = "P5";
  EXPECT_EQ(written(pix.get(), IFF_PNG).substr(0, 4), png);
  const UnpackedLinePictures unpacked;
  EXPECT_EQ(written(pix.get(), IFF_PNM).substr(0, 2), pnm);
  std::string elsewhere;
  std::thread([&] { elsewhere = written(pix.get(), IFF_PNG); }).join();
  EXPECT_EQ(elsewhere.substr(0, 4), png);
}

// What Tesseract's library finds under this name must be ours, or nothing is won.
TEST(LinePictures, AreAskedForHere) {
  const auto ours = reinterpret_cast<void*>(&pixWriteMem);
  EXPECT_EQ(::dlsym(RTLD_DEFAULT, "pixWriteMem"), ours);
  EXPECT_NE(::dlsym(RTLD_NEXT, "pixWriteMem"), ours);
  Dl_info where{};
  ASSERT_NE(::dladdr(ours, &where), 0);
  EXPECT_EQ(std::string(where.dli_fname).find("libl"), std::string::npos) << where.dli_fname;
}

}  // namespace
}  // namespace linka
