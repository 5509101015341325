// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace linka {
namespace {
namespace fs = std::filesystem;

bool offered(const std::string& what) {
  const auto all = sandbox_of_this_kernel();
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& s) { return s.find(what) != std::string::npos; });
}

// Runs `try_it` in a child inside the sandbox; true when it said true there.
template <class Try>
bool in_sandbox(const fs::path& writable, Try&& try_it) {
  const pid_t child = ::fork();
  if (child == 0) {
    enter_sandbox(writable);
    ::_exit(try_it() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool can_write(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    // A folder of its own: tests run beside each other.
    std::string pattern = (fs::temp_directory_path() / "linka-sandbox-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    inside_ = fs::path(pattern) / "inside";
    outside_ = fs::path(pattern) / "outside";
    fs::create_directories(inside_);
    fs::create_directories(outside_);
  }
  void TearDown() override { fs::remove_all(inside_.parent_path()); }
  fs::path inside_, outside_;
};

TEST_F(SandboxTest, WritesOnlyBelowItsFolder) {
  if (!offered("Landlock")) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_TRUE(in_sandbox(inside_, [&] { return can_write(inside_ / "a"); }));
  EXPECT_FALSE(in_sandbox(inside_, [&] { return can_write(outside_ / "a"); }));
}

TEST_F(SandboxTest, RenamesAFolderInsideIt) {
  EXPECT_TRUE(in_sandbox(inside_, [&] {
    std::error_code code;
    fs::create_directory(inside_ / ".new", code);
    fs::rename(inside_ / ".new", inside_ / "final", code);
    return !code;
  }));
}

TEST_F(SandboxTest, OpensNoConnection) {
  if (!offered("seccomp")) GTEST_SKIP() << "this kernel has no seccomp";
  EXPECT_FALSE(in_sandbox(inside_, [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(in_sandbox(inside_, [] { return ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0; }));
  EXPECT_TRUE(in_sandbox(inside_, [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }));
}

}  // namespace
}  // namespace linka
