// SPDX-License-Identifier: GPL-3.0-or-later
// Real processes: scripts that behave and scripts that do not, through a real broker.
#include "engines/command.h"

#include "base/files.h"
#include "base/text.h"
#include "engines/engines_test_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <sstream>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

bool is_installed(const char* program) {
  EngineParams p;
  p.kind = "command";
  p.command = std::string(program) + " {image}";
  return check_engine(p, 300).has_value();
}

// True once none of the processes whose numbers the file holds is there any more.
bool all_ended(const fs::path& numbers) {
  for (int round = 0; round < 3000; ++round) {
    std::istringstream in(read_text(numbers).value_or(""));
    bool alive = false;
    for (pid_t pid = 0; in >> pid;) alive = alive || ::kill(pid, 0) == 0 || errno != ESRCH;
    if (!alive) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::size_t count_in(const fs::path& numbers) {
  std::istringstream in(read_text(numbers).value_or(""));
  std::size_t n = 0;
  for (pid_t pid = 0; in >> pid;) ++n;
  return n;
}

class CommandTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = made::folder(testing::UnitTest::GetInstance()->current_test_info()->name());
    params_.kind = "command";
  }
  void TearDown() override {
    broker_.reset();
    fs::remove_all(root_);
  }
  // The page as read by a script of these lines; $1 is the image, $2 where the answer goes.
  Result<PageText> read(const std::string& lines, const Image& page = made::page(),
                        double deadline_s = 200) {
    script_ = made::script(root_ / "engine", lines);
    params_.command = script_.string() + " {image} {output} {models} {dpi}";
    return ask(page, deadline_s);
  }
  // The same of a script that never ends and writes the numbers of its processes into `pids()`:
  // with a deadline that lets it write so many, however slowly it starts.
  Result<PageText> read_until_killed(const std::string& lines, std::size_t processes) {
    for (double deadline_s = 0.5;; deadline_s *= 2) {
      auto text = read(lines, made::page(), deadline_s);
      if (text || count_in(pids()) >= processes || deadline_s > 60) return text;
    }
  }
  fs::path pids() const { return root_ / "pids"; }
  Result<PageText> ask(const Image& page, double deadline_s) {
    auto broker = Broker::start(params_, root_ / "work");
    EXPECT_TRUE(broker);
    broker_.emplace(std::move(*broker));
    return ExternalEngine(params_, broker_->door(), deadline_s).read(page, "eng");
  }
  fs::path answer_file(const std::string& text) {
    std::ofstream(root_ / "answer.xml") << text;
    return root_ / "answer.xml";
  }
  fs::path root_, script_;
  EngineParams params_;
  std::optional<Broker> broker_;
};

TEST_F(CommandTest, ARealEngineReadsThePage) {
  if (!is_installed("tesseract")) GTEST_SKIP() << "the command tesseract is not installed";
  const auto text = read("exec tesseract \"$1\" \"$2\" -l \"$3\" --dpi \"$4\" alto\n");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(plain_text(*text), HasSubstr("HELLO"));
  EXPECT_EQ(lower_ascii(text->engine), "tesseract");
  EXPECT_FALSE(text->engine_version.empty());
  EXPECT_EQ(text->models, "eng");
}

TEST_F(CommandTest, TheAnswerMayBeAFileOrTheStandardOutput) {
  const fs::path answer = answer_file(made::alto("soubor"));
  const auto from_file = read("cp " + answer.string() + " \"$2\"\n");
  ASSERT_TRUE(from_file) << from_file.error().message;
  EXPECT_EQ(plain_text(*from_file), "soubor\n");
  EXPECT_EQ(from_file->engine, "Made");
  params_.command = "cat " + answer.string() + " '' {image}";
  params_.command =
      made::script(root_ / "out", "cat " + answer.string() + "\n").string() + " {image}";
  const auto from_output = ask(made::page(), 200);
  ASSERT_TRUE(from_output) << from_output.error().message;
  EXPECT_EQ(plain_text(*from_output), "soubor\n");
}

TEST_F(CommandTest, TheImageIsThePageAsPngInAFolderOfItsOwn) {
  const auto text = read(
      "head -c 8 \"$1\" | od -An -c | grep -q 'P   N   G' || exit 9\n"
      "ls -A | grep -vx page.png && exit 8\n"
      "cp " +
      answer_file(made::page_xml("ano")).string() + " \"$2\"\n");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "ano\n");
  EXPECT_TRUE(fs::is_empty(root_ / "work"));
}

TEST_F(CommandTest, AFailureIsToldWithItsCodeAndLastWords) {
  const auto text = read("echo starting >&2\necho 'no model for this page' >&2\nexit 3\n");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("code 3: no model for this page"));
}

TEST_F(CommandTest, OneThatHangsIsKilledAtTheDeadline) {
  const auto text = read_until_killed("echo $$ > " + pids().string() + "\nexec sleep 300\n", 1);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("in time"));
  EXPECT_EQ(count_in(pids()), 1u);
  EXPECT_TRUE(all_ended(pids()));
}

TEST_F(CommandTest, AllThatItStartedIsKilledToo) {
  const std::string note = " echo $! >> " + pids().string() + "\n";
  const auto text =
      read_until_killed("echo $$ > " + pids().string() +
                            "\n"
                            "sleep 300 &" +
                            note + "setsid sleep 300 &" + note +
                            "(setsid sh -c 'trap \"\" TERM; sleep 300' & " + note + ") \nwait\n",
                        4);
  ASSERT_FALSE(text);
  EXPECT_EQ(count_in(pids()), 4u);
  EXPECT_TRUE(all_ended(pids()));
}

TEST_F(CommandTest, WhatItLeavesBehindAfterItsAnswerIsKilled) {
  const auto text = read("setsid sleep 300 & echo $! > " + pids().string() + "\ncp " +
                         answer_file(made::alto("hotovo")).string() + " \"$2\"\n");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(count_in(pids()), 1u);
  EXPECT_TRUE(all_ended(pids()));
}

TEST_F(CommandTest, ABrokerThatIsKilledLeavesNothingAndIsStartedAgain) {
  std::thread killer([&] {
    while (count_in(pids()) < 2) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ::kill(broker_->pid(), SIGKILL);
  });
  const auto text =
      read("[ -e " + (root_ / "well").string() + " ] && exec cp " +
           answer_file(made::alto("znovu")).string() + " \"$2\"\necho $$ > " + pids().string() +
           "\nsetsid sleep 300 & echo $! >> " + pids().string() + "\nwait\n");
  killer.join();
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_TRUE(all_ended(pids()));
  std::ofstream(root_ / "well") << "";
  bool again = false;
  for (int i = 0; i < 3000 && !again; ++i) {
    again = broker_->look_after();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_TRUE(again);
  const auto after = ExternalEngine(params_, broker_->door(), 200).read(made::page(), "eng");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(plain_text(*after), "znovu\n");
}

TEST_F(CommandTest, WhoGoesAwayWithTheBrokerTakesTheCommandAlong) {
  (void)read_until_killed(
      "echo $$ > " + pids().string() + "\nsleep 300 & echo $! >> " + pids().string() + "\nwait\n",
      2);
  EXPECT_EQ(count_in(pids()), 2u);
  broker_.reset();
  EXPECT_TRUE(all_ended(pids()));
  EXPECT_FALSE(fs::exists(root_ / "work"));
}

TEST_F(CommandTest, TooMuchNothingAndNonsenseAreRefusedInWords) {
  params_.max_answer_mib = 1;
  EXPECT_THAT(read("head -c 3000000 /dev/zero > \"$2\"\n").error().message, HasSubstr("allowed"));
  EXPECT_THAT(read("true\n").error().message, HasSubstr("no answer"));
  EXPECT_THAT(read(": > \"$2\"\n").error().message, HasSubstr("empty"));
  EXPECT_THAT(read("echo garbage > \"$2\"\n").error().message, HasSubstr("cannot be used"));
  EXPECT_THAT(read("echo '<html/>' > \"$2\"\n").error().message, HasSubstr("<html>"));
  const std::string outside = answer_file(made::alto("x", 5000, 40)).string();
  EXPECT_THAT(read("cp " + outside + " \"$2\"\n").error().message, HasSubstr("outside the page"));
  params_.command = made::script(root_ / "loud", "cat /dev/zero\n").string() + " {image}";
  EXPECT_THAT(ask(made::page(), 200).error().message, HasSubstr("larger than"));
  params_.answer = "page";
  const std::string good = answer_file(made::alto("x")).string();
  EXPECT_THAT(read("cp " + good + " \"$2\"\n").error().message, HasSubstr("instead of PAGE"));
}

TEST_F(CommandTest, APathInTheProfileCountsFromWhereTheProgramRuns) {
  const std::string answer = answer_file(made::alto("odtud")).string();
  const fs::path script = made::script(root_ / "near", "cat " + answer + "\n");
  params_.command = "./" + fs::relative(script).string() + " {image}";
  const auto text = ask(made::page(), 200);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "odtud\n");
}

TEST_F(CommandTest, OneThatCannotBeStartedIsToldOnce) {
  params_.command = (root_ / "gone").string() + " {image}";
  const auto text = ask(made::page(), 200);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("cannot be started"));
}

}  // namespace
}  // namespace linka
