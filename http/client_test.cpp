// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client.h"

#include "http/http_test_server.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ClientTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("no_proxy", "*", 1);
    limits_.first_wait_ms = 10;
    request_.url = server_.url("/a?key=geheim");
  }
  Result<HttpAnswer> ask(const std::optional<std::string>& answer) {
    server_.start([answer](const std::string&) { return answer; });
    return http_ask(request_, limits_);
  }
  made::Server server_;
  HttpRequest request_;
  HttpLimits limits_;
};

std::string text_of(const HttpAnswer& answer) {
  return {answer.body.begin(), answer.body.end()};
}

TEST_F(ClientTest, GetBringsStatusTypeHeadersAndBody) {
  request_.headers = {{"Accept", "text/xml"}};
  const auto answer =
      ask(made::answered("<a/>", "Text/XML; charset=utf-8", "200 OK", "X-Side: left\r\n"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->type, "text/xml");
  EXPECT_EQ(header_of(*answer, "x-side"), "left");
  EXPECT_EQ(text_of(*answer), "<a/>");
  EXPECT_THAT(server_.last_request(), StartsWith("GET /a?key=geheim HTTP/1.1\r\n"));
  EXPECT_EQ(made::request_header(server_.last_request(), "Accept"), "text/xml");
  EXPECT_THAT(made::request_header(server_.last_request(), "User-Agent"), StartsWith("linka/"));
}

TEST_F(ClientTest, EveryMethodIsSaidAsItIs) {
  const std::string body = "tělo";
  request_.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
  server_.start([](const std::string&) { return made::answered(""); });
  for (const auto& [method, word] :
       {std::pair{HttpMethod::post, "POST"}, std::pair{HttpMethod::put, "PUT"},
        std::pair{HttpMethod::remove, "DELETE"}, std::pair{HttpMethod::head, "HEAD"}}) {
    request_.method = method;
    ASSERT_TRUE(http_ask(request_, limits_)) << word;
    EXPECT_THAT(server_.last_request(), StartsWith(std::string(word) + " /a"));
    const bool has_body = method == HttpMethod::post || method == HttpMethod::put;
    EXPECT_EQ(server_.last_request().ends_with("\r\n\r\ntělo"), has_body) << word;
  }
}

TEST_F(ClientTest, BasicAndBearer) {
  server_.start([](const std::string&) { return made::answered(""); });
  request_.user = "u";
  request_.password = "p";
  ASSERT_TRUE(http_ask(request_, limits_));
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"), "Basic dTpw");
  request_.token = "t0k";
  ASSERT_TRUE(http_ask(request_, limits_));
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"), "Bearer t0k");
}

TEST_F(ClientTest, AnyStatusIsAnAnswer) {
  const auto answer = ask(made::answered("no", "text/plain", "404 Not Found"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->tries, 1);
}

TEST_F(ClientTest, ABusyServerIsAskedAgain) {
  std::atomic<int> asked{0};
  server_.start([&asked](const std::string&) -> std::optional<std::string> {
    if (++asked == 1) return "";  // drops
    return asked == 2 ? made::answered("", "text/plain", "503 Busy") : made::answered("ok");
  });
  const auto answer = http_ask(request_, limits_);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(text_of(*answer), "ok");
  EXPECT_EQ(answer->tries, 3);
}

TEST_F(ClientTest, APostIsNeverRepeatedByItself) {
  request_.method = HttpMethod::post;
  server_.start([](const std::string&) { return made::answered("", "text/plain", "503 Busy"); });
  const auto answer = http_ask(request_, limits_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(server_.requests(), 1);
  limits_.repeat_posts = true;
  ASSERT_TRUE(http_ask(request_, limits_));
  EXPECT_EQ(server_.requests(), 4);
}

TEST_F(ClientTest, AWaitThatWouldMissTheDeadlineIsNotBegun) {
  const auto answer = ask(made::answered("", "text/plain", "503 Busy", "Retry-After: 3600\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->tries, 1);
  EXPECT_EQ(answer->retry_after_ms, 3'600'000);
}

TEST_F(ClientTest, RedirectsAreFollowedOnlyWhenAskedFor) {
  std::atomic<int> asked{0};
  server_.start([&, this](const std::string& request) {
    ++asked;
    if (request.starts_with("GET /b")) return made::answered("there");
    return made::answered("", "text/plain", "302 Found", "Location: " + server_.url("/b") + "\r\n");
  });
  auto answer = http_ask(request_, limits_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(header_of(*answer, "location"), server_.url("/b"));
  limits_.redirects = 3;
  answer = http_ask(request_, limits_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(text_of(*answer), "there");
}

TEST_F(ClientTest, NobodyThereIsToldWithTheHostAndWithoutTheQuery) {
  {
    const made::Server gone;
    request_.url = gone.url("/a?key=geheim");
  }
  request_.user = "user";
  request_.password = "heslo";
  const auto answer = http_ask(request_, limits_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:"));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("geheim")));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("heslo")));
}

TEST_F(ClientTest, AServerThatHangsIsLeftAtTheDeadline) {
  limits_.deadline_ms = 300;
  const auto answer = ask(std::nullopt);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_THAT(answer.error().message, HasSubstr("0.3 s"));
}

TEST_F(ClientTest, AHugeAnswerIsRefused) {
  limits_.most_bytes = 1 << 20;
  const auto answer = ask(made::answered(std::string(3u << 20, ' ')));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(answer.error().message, HasSubstr("larger than the 1 MiB"));
}

TEST_F(ClientTest, AnAnswerThatBreaksOffIsTold) {
  const auto answer = ask(made::answered(std::string(5000, 'x')).substr(0, 3000));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_THAT(answer.error().message, HasSubstr("broke off"));
}

TEST_F(ClientTest, SomethingThatIsNoHttpIsTold) {
  limits_.repeats = 0;
  EXPECT_FALSE(ask("\x16\x03\x01 good morning\r\n\r\n"));
}

TEST_F(ClientTest, EndlessHeadersAreRefused) {
  const auto answer = ask("HTTP/1.1 200 OK\r\nX: " + std::string(400 << 10, 'a') + "\r\n\r\n");
  EXPECT_FALSE(answer);
}

TEST_F(ClientTest, TheCallerCanStopIt) {
  server_.start([](const std::string&) { return std::nullopt; });
  const auto answer = http_ask(request_, limits_, [] { return true; });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
}

TEST_F(ClientTest, OnlyHttpIsSpoken) {
  request_.url = "file:///etc/passwd";
  const auto answer = http_ask(request_, limits_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::configuration);
}

TEST(Client, HostsAndEscapes) {
  EXPECT_EQ(host_of("http://user:pw@host.example:8080/x?y=z"), "host.example:8080");
  EXPECT_EQ(host_of("https://host.example/"), "host.example");
  EXPECT_EQ(host_of("nonsense"), "");
  EXPECT_EQ(url_escaped("a b&č~"), "a%20b%26%C4%8D~");
}

}  // namespace
}  // namespace linka
