// SPDX-License-Identifier: GPL-3.0-or-later
// A small real server on the loopback that behaves well or badly, asked through a real broker.
#include "engines/http.h"

#include "engines/engines_test_answers.h"
#include "http/http_test_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

using made::answered;
using made::Server;

std::string header_of(const std::string& request, const std::string& name) {
  return made::request_header(request, name);
}

class HttpTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = made::folder(testing::UnitTest::GetInstance()->current_test_info()->name());
    ::setenv("no_proxy", "*", 1);
    params_.kind = "http";
    params_.url = server_.url("/read");
  }
  void TearDown() override {
    broker_.reset();
    fs::remove_all(root_);
  }
  // The broker is forked before the server has threads.
  void start(Server::Answer answer) {
    auto broker = Broker::start(params_, root_ / "work");
    ASSERT_TRUE(broker);
    broker_.emplace(std::move(*broker));
    server_.start(std::move(answer));
  }
  Result<PageText> read(double deadline_s = 200, const std::string& models = "ces") {
    return ExternalEngine(params_, broker_->door(), deadline_s).read(made::page(), models);
  }
  // What becomes of a page whose every request is answered so.
  Result<PageText> read_from(const std::optional<std::string>& answer, double deadline_s = 200) {
    start([answer](const std::string&) { return answer; });
    return read(deadline_s);
  }
  fs::path root_;
  Server server_;
  EngineParams params_;
  std::optional<Broker> broker_;
};

TEST_F(HttpTest, AltoIsRead) {
  const auto text = read_from(answered(made::alto("slovo"), "application/alto+xml; charset=utf-8"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "slovo\n");
  EXPECT_EQ(text->blocks[0].lines[0].words[0].box, (Box{60, 40, 160, 70}));
  EXPECT_EQ(text->engine, "Made");
  EXPECT_EQ(text->engine_version, "1.2");
  EXPECT_EQ(server_.requests(), 1);
}

TEST_F(HttpTest, PageXmlIsRead) {
  const auto text = read_from(answered(made::page_xml("slovo"), "text/xml"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "slovo\n");
  EXPECT_EQ(text->engine, "Made");
  EXPECT_EQ(text->engine_version, "2.0");
}

TEST_F(HttpTest, TheRequestIsAPostOfThePageWithWhatTheEngineNeeds) {
  std::ofstream(root_ / "token") << "s3cret\n";
  params_.token_file = root_ / "token";
  ASSERT_TRUE(read_from(answered(made::alto("x"))));
  const std::string request = server_.last_request();
  EXPECT_TRUE(request.starts_with("POST /read HTTP/1.1\r\n"));
  EXPECT_EQ(header_of(request, "Content-Type"), "image/png");
  EXPECT_EQ(header_of(request, "X-Linka-Dpi"), "300");
  EXPECT_EQ(header_of(request, "X-Linka-Models"), "ces");
  EXPECT_EQ(header_of(request, "Authorization"), "Bearer s3cret");
  EXPECT_THAT(request, HasSubstr("\r\n\r\n\x89PNG"));
}

TEST_F(HttpTest, AServiceThatIsBusyTwiceIsAskedAThirdTime) {
  std::atomic<int> asked{0};
  start([&asked](const std::string&) -> std::optional<std::string> {
    const int n = ++asked;
    if (n <= 2)
      return answered("later", "text/plain", n == 1 ? "503 Busy" : "429 Slow down",
                      n == 1 ? "Retry-After: 1\r\n" : "");
    return answered(made::alto("konečně"));
  });
  const auto text = read();
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "konečně\n");
  EXPECT_EQ(server_.requests(), 3);
}

TEST_F(HttpTest, AServiceThatStaysBusyIsGivenUp) {
  params_.retries = 2;
  const auto text = read_from(answered("", "text/plain", "503 Busy"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("503"));
  EXPECT_EQ(server_.requests(), 3);
}

TEST_F(HttpTest, AWaitThatWouldMissTheDeadlineIsNotBegun) {
  const auto text = read_from(answered("", "text/plain", "503 Busy", "Retry-After: 3600\r\n"));
  ASSERT_FALSE(text);
  EXPECT_EQ(server_.requests(), 1);
}

TEST_F(HttpTest, AServiceThatHangsIsLeftAtTheDeadline) {
  const auto text = read_from(std::nullopt, 0.7);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("in time"));
}

TEST_F(HttpTest, ADroppedConnectionIsTriedAgainAndThenTold) {
  params_.retries = 1;
  const auto text = read_from("");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("cannot be asked"));
  EXPECT_EQ(server_.requests(), 2);
}

TEST_F(HttpTest, NobodyThereIsTold) {
  {
    const Server gone;
    params_.url = gone.url("/read");
  }
  params_.retries = 1;
  const auto text = read_from("");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::resource);
  EXPECT_THAT(text.error().message, HasSubstr("cannot be asked"));
}

TEST_F(HttpTest, APageForPeopleIsNoAnswer) {
  const auto text = read_from(answered("<html><body>Sign in</body></html>", "text/html"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("text/html instead of XML"));
}

TEST_F(HttpTest, HtmlUnderAnotherNameIsNoAnswerEither) {
  const auto text = read_from(answered("<html><body>Sign in</body></html>"));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("<html>"));
}

TEST_F(HttpTest, ARefusalIsNotTriedAgain) {
  const auto text = read_from(answered("", "text/plain", "403 Forbidden"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("403"));
  EXPECT_EQ(server_.requests(), 1);
}

TEST_F(HttpTest, NoRedirectIsFollowed) {
  const auto text = read_from(
      answered("", "text/plain", "302 Found", "Location: " + server_.url("/read2") + "\r\n"));
  ASSERT_FALSE(text);
  EXPECT_EQ(server_.requests(), 1);
}

TEST_F(HttpTest, AnAnswerThatBreaksOffIsRefused) {
  const auto text = read_from(answered(made::alto("x")).substr(0, 300));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("broke off"));
}

TEST_F(HttpTest, SoIsOneThatDoesNotSayHowLongItIs) {
  const auto text = read_from("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" +
                              made::alto("x").substr(0, 200));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("well-formed"));
}

TEST_F(HttpTest, GarbageIsRefused) {
  const auto text = read_from(answered(std::string("\x00\xff\x17<<>", 6)));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
}

TEST_F(HttpTest, SomethingThatIsNoHttpIsTold) {
  params_.retries = 0;
  EXPECT_FALSE(read_from("\x16\x03\x01 good morning\r\n\r\n"));
}

TEST_F(HttpTest, AHugeAnswerIsRefused) {
  params_.max_answer_mib = 1;
  const auto text = read_from(answered(std::string(3u << 20, ' ')));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("larger than the 1 MiB"));
}

TEST_F(HttpTest, WordsOutsideThePageAreRefused) {
  const auto text = read_from(answered(made::alto("pryč", 4000)));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("outside the page"));
}

TEST_F(HttpTest, EntitiesAreRefused) {
  EXPECT_FALSE(
      read_from(answered("<!DOCTYPE alto [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                         "<alto>&e;</alto>")));
}

TEST_F(HttpTest, PagesInFlightDoNotMix) {
  start([](const std::string& request) -> std::optional<std::string> {
    return answered(made::alto(header_of(request, "X-Linka-Models")));
  });
  std::vector<std::thread> readers;
  std::array<std::string, 8> got;
  for (std::size_t i = 0; i < got.size(); ++i)
    readers.emplace_back([&, i] {
      const auto text = read(60, fmt::format("model{}", i));
      got[i] = text ? plain_text(*text) : text.error().message;
    });
  for (std::thread& t : readers) t.join();
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], fmt::format("model{}\n", i));
}

TEST_F(HttpTest, TheTokenIsInNoMessage) {
  std::ofstream(root_ / "token") << "s3cret\n";
  params_.token_file = root_ / "token";
  EXPECT_THAT(read_from(answered("", "text/plain", "401 No")).error().message,
              Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace linka
