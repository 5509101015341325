// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/page_hints_json.h"

#include "workspace/facts_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace linka {
namespace {

PageHints full() {
  PageHints h;
  h.version = 3;
  h.numbers = {{NumberKind::arabic, 112, 0.9, 0.5, 0.05, false, false, "112"},
               {NumberKind::roman, 4, 0.25, 0.1, 0.95, true, true, "[IV]"},
               {NumberKind::leaf, 15, 1, 0.9, 0.05, false, false, "7v"},
               {NumberKind::column, 113, 0.6, 0.5, 0.05, false, false, "113 114"}};
  h.headings = {{"Předmluva", 17.5, 0.125}};
  h.entries = {{"Měsíční mlýn", NumberKind::arabic, 12, 0.25}};
  h.types = {{"preface", 0.9}};
  h.running_head = "Anna Nováková";
  h.likeness = 0xFEDCBA9876543210u;
  h.words = 250;
  h.lines = 31;
  h.size = 10.5;
  h.first_line = 0.0625;
  h.picture_share = 0.5;
  return h;
}

TEST(PageHintsJson, WhatIsWrittenIsReadBack) {
  EXPECT_EQ(page_hints_from_json(to_json(full())), full());
  EXPECT_EQ(page_hints_from_json(to_json(PageHints{})), PageHints{});
}

TEST(PageHintsJson, FactsKeepThem) {
  PageFacts facts;
  facts.id = {{"1.tif", 0}, Side::left};
  facts.hints = full();
  const auto back = page_facts_from_json(to_json(facts));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->hints, full());
}

TEST(PageHintsJson, DamagedHintsAreToBeReadAgain) {
  for (const char* text : {"[]", "3", R"({"v":"x"})", R"({"v":1,"n":[[1]]})", R"({"v":1,"n":7})",
                           R"({"v":1,"n":[["q",1,1,1,1,0,""]]})", R"({"v":1,"e":[["a"]]})"})
    EXPECT_EQ(page_hints_from_json(nlohmann::json::parse(text)).version, 0) << text;
}

}  // namespace
}  // namespace linka
