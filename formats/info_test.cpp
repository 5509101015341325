// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;

TEST(Info, ItsSizeCountsItself) {
  // Just below and above the place where the number gets a digit more.
  for (std::uint64_t other : {0ull, 100ull, 9ull * 1024 + 500, 99ull * 1024 + 700, 1ull << 40}) {
    PackageInfo info;
    info.other_bytes = other;
    info.items = {"/a"};
    const std::string text = to_info(info);
    EXPECT_THAT(text, HasSubstr("<size>" + std::to_string((other + text.size() + 1023) / 1024) +
                                "</size>"));
  }
}

TEST(Info, CountsItsItems) {
  PackageInfo info;
  info.items = {"/a", "/b"};
  EXPECT_THAT(to_info(info), HasSubstr("<itemlist itemtotal=\"2\">"));
}

}  // namespace
}  // namespace linka
