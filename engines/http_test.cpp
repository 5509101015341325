// SPDX-License-Identifier: GPL-3.0-or-later
// A small real server on the loopback that behaves well or badly, asked through a real broker.
#include "engines/http.h"

#include "engines/engines_test_answers.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string answered(const std::string& body, const std::string& type = "application/xml",
                     const std::string& status = "200 OK", const std::string& more = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     type, body.size(), more, body);
}

std::string header_of(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

// Listens from its birth; answers from start(), one thread a connection. The answer is what is
// written before the connection is closed; "" closes it at once, none keeps it open until the end.
class Server {
 public:
  using Answer = std::function<std::optional<std::string>(const std::string& request)>;
  Server() {
    listening_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening_.get(), 64), 0);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Server() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    for (std::thread& t : connections_) t.join();
  }
  void start(Answer answer) {
    answer_ = std::move(answer);
    thread_ = std::thread([this] { serve(); });
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/read", port_); }
  int requests() const { return requests_; }
  std::string last_request() {
    const std::lock_guard lock(guard_);
    return last_;
  }

 private:
  void serve() {
    while (!ended_) {
      pollfd p{listening_.get(), POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      const int fd = ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) connections_.emplace_back([this, fd] { talk(Fd(fd)); });
    }
  }
  std::string request_from(const Fd& fd) {
    std::string got;
    std::size_t whole = std::string::npos;
    char room[65536];
    while (!ended_ && got.size() < whole) {
      pollfd p{fd.get(), POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      const ssize_t n = ::recv(fd.get(), room, sizeof room, 0);
      if (n <= 0) break;
      got.append(room, static_cast<std::size_t>(n));
      const std::size_t end = got.find("\r\n\r\n");
      if (end != std::string::npos)
        whole = end + 4 + std::stoul("0" + header_of(got, "Content-Length"));
    }
    return got;
  }
  void talk(Fd fd) {
    const std::string request = request_from(fd);
    ++requests_;
    {
      const std::lock_guard lock(guard_);
      last_ = request;
    }
    const auto answer = answer_(request);
    while (!answer && !ended_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (answer) (void)::send(fd.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
    ::shutdown(fd.get(), SHUT_WR);
    char room[4096];
    while (!ended_ && ::recv(fd.get(), room, sizeof room, MSG_DONTWAIT) > 0) {
    }
  }
  Fd listening_;
  int port_ = 0;
  Answer answer_;
  std::atomic<bool> ended_{false};
  std::atomic<int> requests_{0};
  std::mutex guard_;
  std::string last_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

class HttpTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = made::folder(testing::UnitTest::GetInstance()->current_test_info()->name());
    ::setenv("no_proxy", "*", 1);
    params_.kind = "http";
    params_.url = server_.url();
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
  Result<PageText> read(double deadline_s = 20, const std::string& models = "ces") {
    return ExternalEngine(params_, broker_->door(), deadline_s).read(made::page(), models);
  }
  // What becomes of a page whose every request is answered so.
  Result<PageText> read_from(const std::optional<std::string>& answer, double deadline_s = 20) {
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
    params_.url = gone.url();
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
  const auto text =
      read_from(answered("", "text/plain", "302 Found", "Location: " + server_.url() + "2\r\n"));
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
