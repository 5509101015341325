// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

EngineParams command_of(const std::string& command) {
  EngineParams p;
  p.kind = "command";
  p.command = command;
  return p;
}

EngineParams url_of(const std::string& url) {
  EngineParams p;
  p.kind = "http";
  p.url = url;
  return p;
}

TEST(EngineParams, ACommandIsCutAtItsSpacesAndNoShellSeesIt) {
  EXPECT_THAT(*arguments_of("ocr  -l 'two words' \"a'b\" $HOME;rm {image}"),
              ElementsAre("ocr", "-l", "two words", "a'b", "$HOME;rm", "{image}"));
  EXPECT_THAT(*arguments_of("a ''"), ElementsAre("a", ""));
  EXPECT_THAT(*arguments_of("  "), ElementsAre());
  EXPECT_EQ(arguments_of("a 'b").error().kind, ErrorKind::configuration);
}

TEST(EngineParams, WhatCannotWorkIsToldBeforeTheBatch) {
  EXPECT_TRUE(check_engine({}, 300));
  EXPECT_TRUE(check_engine(command_of("sh {image}"), 300));
  EXPECT_EQ(check_engine(command_of(""), 300).error().kind, ErrorKind::configuration);
  EXPECT_THAT(check_engine(command_of("sh page.png"), 300).error().message, HasSubstr("{image}"));
  EXPECT_EQ(check_engine(command_of("no-such-engine {image}"), 300).error().kind,
            ErrorKind::missing);
  EXPECT_TRUE(check_engine(url_of("https://ocr.example/read"), 300));
  EXPECT_EQ(check_engine(url_of("ftp://ocr.example"), 300).error().kind, ErrorKind::configuration);
  EXPECT_THAT(check_engine(url_of("http://me:secret@ocr.example/"), 300).error().message,
              AllOf(HasSubstr("password"), Not(HasSubstr("secret@"))));
  EngineParams p = url_of("http://ocr.example/a@b");
  EXPECT_TRUE(check_engine(p, 300));
  p.token_file = "/no/such/token";
  EXPECT_EQ(check_engine(p, 300).error().kind, ErrorKind::missing);
  p.token_file.clear();
  p.deadline_s = 300;
  EXPECT_EQ(check_engine(p, 300).error().kind, ErrorKind::configuration);
}

TEST(EngineParams, TheDeadlineLeavesTimeForTesseract) {
  EXPECT_DOUBLE_EQ(deadline_of({}, 300), 150);
  EngineParams p;
  p.deadline_s = 20;
  EXPECT_DOUBLE_EQ(deadline_of(p, 300), 20);
}

TEST(EngineParams, OnlyWhatDecidesTheTextIsPartOfItsKey) {
  EXPECT_EQ(engine_text_settings({}), "");
  EngineParams a = url_of("http://a/"), b = a;
  b.deadline_s = 5;
  b.retries = 9;
  b.token_file = "secret-place";
  EXPECT_EQ(engine_text_settings(a), engine_text_settings(b));
  b.version = "2";
  EXPECT_NE(engine_text_settings(a), engine_text_settings(b));
  b = a;
  b.url = "http://b/";
  EXPECT_NE(engine_text_settings(a), engine_text_settings(b));
}

}  // namespace
}  // namespace linka
