// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;

std::string to_info(PackageInfo info, const std::vector<std::string>& items) {
  info.item_count = items.size();
  info.each_item = [&](const std::function<void(std::string_view)>& item) {
    for (const std::string& i : items) item(i);
  };
  std::string out;
  write_info(info, [&](std::string_view piece) { out += piece; });
  return out;
}

TEST(Info, ItsSizeCountsItself) {
  // Just below and above the place where the number gets a digit more.
  for (std::uint64_t other : {0ull, 100ull, 9ull * 1024 + 500, 99ull * 1024 + 700, 1ull << 40}) {
    PackageInfo info;
    info.other_bytes = other;
    const std::string text = to_info(info, {"/a"});
    EXPECT_THAT(text, HasSubstr("<size>" + std::to_string((other + text.size() + 1023) / 1024) +
                                "</size>"));
  }
}

TEST(Info, CountsItsItems) {
  PackageInfo info;
  EXPECT_THAT(to_info(info, {"/a", "/b"}), HasSubstr("<itemlist itemtotal=\"2\">"));
}

}  // namespace
}  // namespace linka
