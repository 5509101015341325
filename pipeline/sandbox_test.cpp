// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

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
bool in_sandbox(const fs::path& writable, Try&& try_it, const fs::path& readable = {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    Sandbox sandbox;
    sandbox.writable = {writable};
    if (!readable.empty()) sandbox.readable = {readable};
    enter_sandbox(sandbox);
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

TEST_F(SandboxTest, ReadsWhatItMayAndChangesNothingOfIt) {
  if (!offered("Landlock")) GTEST_SKIP() << "this kernel has no Landlock";
  const fs::path scan = outside_ / "scan.tif", secret = inside_.parent_path() / "secret";
  for (const fs::path& path : {scan, secret}) std::ofstream(path) << "text";
  fs::create_symlink(scan, inside_ / "link");
  const auto can_read = [](const fs::path& path) { return std::ifstream(path).get() == 't'; };
  EXPECT_TRUE(in_sandbox(
      inside_, [&] { return can_read(scan); }, outside_));
  EXPECT_TRUE(in_sandbox(
      inside_, [&] { return can_read(inside_ / "link"); }, inside_ / "link"));
  EXPECT_FALSE(in_sandbox(
      inside_, [&] { return can_read(secret); }, outside_));
  EXPECT_FALSE(in_sandbox(
      inside_, [&] { return can_write(scan); }, outside_));
  EXPECT_FALSE(in_sandbox(
      inside_, [&] { return ::unlink(scan.c_str()) == 0; }, outside_));
  EXPECT_FALSE(in_sandbox(
      inside_, [&] { return ::rename(scan.c_str(), (inside_ / "mine").c_str()) == 0; }, outside_));
  if (landlock_version() >= 3) {
    EXPECT_FALSE(in_sandbox(
        inside_, [&] { return ::truncate(scan.c_str(), 0) == 0; }, outside_));
  }
  EXPECT_EQ(fs::file_size(scan), 4u);
}

TEST_F(SandboxTest, ReadsTheSystemsLibraries) {
  EXPECT_TRUE(in_sandbox(inside_, [] { return std::ifstream("/proc/self/status").good(); }));
  EXPECT_TRUE(in_sandbox(inside_, [] { return fs::exists("/usr/lib"); }));
}

TEST_F(SandboxTest, StartsThreads) {
  EXPECT_TRUE(in_sandbox(inside_, [] {
    bool ran = false;
    std::thread([&] { ran = true; }).join();
    return ran;
  }));
}

TEST_F(SandboxTest, RefusesWhatTakesAProcessBeyondItself) {
  for (const SandboxProbe& probe : try_sandbox()) {
    const bool files = probe.name == "write" || probe.name == "read";
    if (files ? landlock_version() >= (probe.name == "write" ? 3 : 1) : has_seccomp()) {
      EXPECT_TRUE(probe.refused) << probe.name;
    }
  }
}

TEST_F(SandboxTest, HasAPairOfSocketsForTheBroker) {
  EXPECT_TRUE(in_sandbox(inside_, [] {
    int ends[2];
    return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && ::write(ends[0], "x", 1) == 1;
  }));
}

TEST_F(SandboxTest, GetsNoMoreMemoryThanItsLimit) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer needs more address space than any limit leaves";
#endif
  const pid_t child = ::fork();
  if (child == 0) {
    Sandbox sandbox;
    sandbox.data_bytes = 512u << 20;
    enter_sandbox(sandbox);
    const bool small = std::malloc(64u << 20) != nullptr;
    const bool large = std::malloc(1u << 30) != nullptr;
    ::_exit(small && !large ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(SandboxTest, OpensNoConnection) {
  if (!offered("seccomp")) GTEST_SKIP() << "this kernel has no seccomp";
  EXPECT_FALSE(in_sandbox(inside_, [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(in_sandbox(inside_, [] { return ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0; }));
  EXPECT_FALSE(in_sandbox(inside_, [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }));
}

}  // namespace
}  // namespace linka
