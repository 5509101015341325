// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/owner_lock.h"

#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

namespace linka {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class OwnerLockTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("linka-lock-") +
               testing::UnitTest::GetInstance()->current_test_info()->name() +
               std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // As somebody who is not this process would have left it.
  void leave_owner(const LockOwner& o, int seconds_ago = 0) {
    const json j{{"host", o.host},
                 {"user", o.user},
                 {"pid", o.pid},
                 {"pid_started", o.pid_started},
                 {"boot_id", o.boot_id},
                 {"machine", o.machine_id},
                 {"pid_space", o.pid_space},
                 {"since", o.since}};
    ASSERT_TRUE(write_atomically(folder_ / "lock.owner", j.dump()));
    const timespec then{std::time(nullptr) - seconds_ago, 0};
    const timespec times[2] = {then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "lock.owner").c_str(), times, 0), 0);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}));
  }

  fs::path folder_;
};

TEST_F(OwnerLockTest, IsHeldOnceAndSaysByWhom) {
  auto first = OwnerLock::take(folder_);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = OwnerLock::take(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::busy);
  const LockOwner here = lock_owner_here();
  for (const std::string& part : {here.host, here.user, std::to_string(::getpid())})
    EXPECT_THAT(second.error().message, HasSubstr(part));
  first = OwnerLock::take(folder_ / "nowhere");
  EXPECT_TRUE(OwnerLock::take(folder_)) << "it is free again";
}

TEST_F(OwnerLockTest, LeavesNothingButTheEmptyLockFile) {
  { const auto held = OwnerLock::take(folder_); }
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(fs::file_size(folder_ / "lock"), 0u);
}

TEST_F(OwnerLockTest, OfAKilledProcessIsFreeAtOnce) {
  for (const TrustFlock trust : {TrustFlock::by_file_system, TrustFlock::no}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto held = OwnerLock::take(folder_, trust);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(fs::exists(folder_ / "lock.owner"));
    EXPECT_TRUE(OwnerLock::take(folder_, trust));
  }
}

TEST_F(OwnerLockTest, IsNotFreeWhileAForkedChildOfItsDeadOwnerLives) {
  int ready[2], end[2];
  ASSERT_EQ(::pipe(ready) + ::pipe(end), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    const auto held = OwnerLock::take(folder_);
    if (::fork() == 0) {
      char byte = 1;
      if (::write(ready[1], &byte, 1) != 1 || ::read(end[0], &byte, 1) != 1) ::_exit(1);
      ::_exit(0);
    }
    ::kill(::getpid(), SIGKILL);
  }
  char byte = 1;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ::waitpid(owner, nullptr, 0);
  EXPECT_FALSE(OwnerLock::take(folder_)) << "the grandchild still has it";
  ASSERT_EQ(::write(end[1], &byte, 1), 1);
  auto lock = OwnerLock::take(folder_);
  for (int i = 0; i < 500 && !lock; ++i) {
    ::usleep(10'000);
    lock = OwnerLock::take(folder_);
  }
  EXPECT_TRUE(lock);
  for (const int fd : {ready[0], ready[1], end[0], end[1]}) ::close(fd);
}

TEST_F(OwnerLockTest, WithoutFlockALivingProcessKeepsIt) {
  LockOwner other = lock_owner_here();  // this very process, as another program would see it
  leave_owner(other, 3600);
  EXPECT_FALSE(OwnerLock::take(folder_, TrustFlock::no));
}

TEST_F(OwnerLockTest, WithoutFlockAReusedProcessNumberDoesNotKeepIt) {
  LockOwner other = lock_owner_here();
  other.pid_started += 1;
  leave_owner(other);
  EXPECT_TRUE(OwnerLock::take(folder_, TrustFlock::no));
}

TEST_F(OwnerLockTest, OfBeforeTheRebootIsFreeAtOnce) {
  LockOwner other = lock_owner_here();
  other.boot_id = "another start";
  if (other.machine_id.empty()) GTEST_SKIP() << "this machine has no /etc/machine-id";
  leave_owner(other);
  EXPECT_TRUE(OwnerLock::take(folder_, TrustFlock::no));
}

TEST_F(OwnerLockTest, OfAnotherMachineIsKeptByItsSignOfLife) {
  LockOwner other = lock_owner_here();
  other.boot_id = "of another machine";
  other.machine_id = "another";
  other.host = "scanner2";
  leave_owner(other, lock_patience_s / 2);
  const auto refused = OwnerLock::take(folder_, TrustFlock::no);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("scanner2"));
  leave_owner(other, lock_patience_s + 60);
  EXPECT_TRUE(OwnerLock::take(folder_, TrustFlock::no));
}

TEST_F(OwnerLockTest, OnALocalDiskTheFlockDecidesAboutAnotherMachinesLeavings) {
  LockOwner other = lock_owner_here();
  other.boot_id = "of another machine";
  other.machine_id = "another";
  leave_owner(other);
  const auto taken = OwnerLock::take(folder_);
  if (!taken) GTEST_SKIP() << "the temporary folder lies on no local file system";
  EXPECT_TRUE(taken);
}

TEST_F(OwnerLockTest, ATornOwnersFileOnALocalDiskStopsNobody) {
  ASSERT_TRUE(write_atomically(folder_ / "lock.owner", std::string_view("{\"host\":\"sca")));
  const auto taken = OwnerLock::take(folder_);
  if (!taken) GTEST_SKIP() << "the temporary folder lies on no local file system";
  EXPECT_TRUE(taken);
}

TEST_F(OwnerLockTest, OfManyAtOnceOneGetsIt) {
  for (const TrustFlock trust : {TrustFlock::by_file_system, TrustFlock::no}) {
    LockOwner dead = lock_owner_here();
    dead.pid_started += 1;
    leave_owner(dead);  // all of them see an owner who is gone
    int result[2], end[2];
    ASSERT_EQ(::pipe(result) + ::pipe(end), 0);
    constexpr int rivals = 12;
    std::vector<pid_t> children;
    for (int i = 0; i < rivals; ++i) {
      children.push_back(::fork());
      if (children.back() == 0) {
        const auto lock = OwnerLock::take(folder_, trust);
        const char got = lock ? 'y' : 'n';
        char byte = 0;
        if (::write(result[1], &got, 1) != 1 || ::read(end[0], &byte, 1) != 1) ::_exit(1);
        ::_exit(0);  // without tidying up, as one who is killed
      }
    }
    int winners = 0;
    for (int i = 0; i < rivals; ++i) {
      char got = 0;
      ASSERT_EQ(::read(result[0], &got, 1), 1);
      winners += got == 'y' ? 1 : 0;
    }
    EXPECT_EQ(winners, 1);
    const std::string go(rivals, '.');
    ASSERT_EQ(::write(end[1], go.data(), go.size()), static_cast<ssize_t>(go.size()));
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    for (const int fd : {result[0], result[1], end[0], end[1]}) ::close(fd);
  }
}

}  // namespace
}  // namespace linka
