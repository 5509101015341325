// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues asked for real: yaz-ztest for Z39.50 and SRU.
#include "catalogue/fetched.h"
#include "catalogue/lookup.h"
#include "http/http_test_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* program = "/usr/bin/yaz-ztest";

int free_port() {
  const made::Server for_a_moment;
  return for_a_moment.port();
}

bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool yes = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return yes;
}

class Ztest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("no_proxy", "*", 1);
    if (!fs::exists(program)) return;
    // Another process may take the free port first; then the server ends at once.
    for (int tries = 0; tries < 5 && pid_ <= 0; ++tries) start();
  }
  static void start() {
    port_ = free_port();
    pid_ = ::fork();
    if (pid_ == 0) {
      const int nothing = ::open("/dev/null", O_RDWR);
      for (const int fd : {0, 1, 2}) ::dup2(nothing, fd);
      const std::string at = "tcp:127.0.0.1:" + std::to_string(port_);
      ::execl(program, "yaz-ztest", at.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500; ++i) {
      const bool there = answers(port_);
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
      if (there || pid_ < 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    TearDownTestSuite();
  }
  static void TearDownTestSuite() {
    if (pid_ <= 0) return;
    // Not SIGTERM: yaz-ztest loses one that comes just before it goes to sleep.
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  void SetUp() override {
    if (!fs::exists(program)) GTEST_SKIP() << "yaz-ztest is not installed";
    ASSERT_GT(pid_, 0) << "yaz-ztest does not answer";
    z3950_.id = z3950_.name = "made";
    z3950_.address = "127.0.0.1:" + std::to_string(port_);
    z3950_.database = "Default";
    z3950_.queries = usual_queries(CatalogueType::z3950);
    sru_ = z3950_;
    sru_.type = CatalogueType::sru;
    sru_.address = "http://127.0.0.1:" + std::to_string(port_) + "/Default";
    sru_.schema = "marcxml";
    sru_.queries = usual_queries(CatalogueType::sru);
  }
  static inline pid_t pid_ = -1;
  static inline int port_ = 0;
  Catalogue z3950_, sru_;
};

TEST_F(Ztest, OneNoneMany) {
  const auto one = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->total, 1u);
  ASSERT_THAT(one->hits, SizeIs(1));
  const auto fetched = fetched_from(z3950_, one->hits[0], SearchKey::title, "1");
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_FALSE(display_title(fetched->record).empty());

  const auto none = look_up(z3950_, SearchKey::isbn, "0");
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_EQ(none->total, 0u);
  EXPECT_THAT(none->hits, SizeIs(0));

  const auto many = look_up(z3950_, SearchKey::isbn, "25");
  ASSERT_TRUE(many) << many.error().message;
  EXPECT_EQ(many->total, 25u);
  EXPECT_THAT(many->hits, SizeIs(10));
}

// The same server counts as it likes when it is asked in CQL.
TEST_F(Ztest, SruGivesRecords) {
  const auto found = look_up(sru_, SearchKey::isbn, "1");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_GE(found->total, 1u);
  ASSERT_FALSE(found->hits.empty());
  EXPECT_FALSE(line_of(found->hits[0].marc).title.empty());
  sru_.schema = "nonsense";
  EXPECT_FALSE(look_up(sru_, SearchKey::isbn, "1"));
}

TEST_F(Ztest, RecordsInXmlAreReadToo) {
  z3950_.syntax = "xml";
  const auto one = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_THAT(one->hits, SizeIs(1));
  EXPECT_NE(one->hits[0].marc.first("245"), nullptr);
}

TEST_F(Ztest, AWrongDatabaseIsNamed) {
  z3950_.database = "Nikde";
  const auto found = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
  EXPECT_THAT(found.error().message, HasSubstr("Nikde"));
}

TEST_F(Ztest, APatternThatIsNoQueryIsNamed) {
  z3950_.queries[SearchKey::isbn] = "@attr 1=7 @and \"%s\"";
  const auto found = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
}

TEST(Z3950, NobodyThereIsTold) {
  Catalogue c;
  c.address = "127.0.0.1:" + std::to_string(free_port());
  c.queries = usual_queries(c.type);
  const auto found = look_up(c, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
  EXPECT_THAT(found.error().message, HasSubstr(c.address));
}

TEST(Z3950, AServerThatHangsIsLeft) {
  made::Server server;
  server.start([](const std::string&) { return std::nullopt; });
  Catalogue c;
  c.address = "127.0.0.1:" + std::to_string(server.port());
  c.timeout_s = 1;
  c.queries = usual_queries(c.type);
  const auto found = look_up(c, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
  EXPECT_THAT(found.error().message, HasSubstr("within 1 s"));
}

}  // namespace
}  // namespace linka
