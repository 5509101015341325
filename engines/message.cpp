// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/message.h"

#include "base/clock.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace linka {
namespace {

constexpr std::uint64_t most_fields = 64;

tl::unexpected<Error> gone() {
  return fail(ErrorKind::resource, "the process that talks to the text engine has ended");
}
tl::unexpected<Error> too_late() {
  return fail(ErrorKind::resource, "the text engine did not answer in time");
}

// Until the descriptor is ready for `events`.
Result<void> wait_for(int fd, short events, std::int64_t deadline_ms) {
  for (;;) {
    const std::int64_t left = deadline_ms - steady_ms();
    if (left <= 0) return too_late();
    pollfd p{fd, events, 0};
    const int ready = ::poll(&p, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return gone();
  }
}

Result<void> send_all(int fd, const void* data, std::size_t size, std::int64_t deadline_ms) {
  const auto* at = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    if (auto r = wait_for(fd, POLLOUT, deadline_ms); !r) return r;
    const ssize_t n = ::send(fd, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EINTR && errno != EAGAIN) return gone();
    if (n <= 0) continue;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

Result<void> receive_all(int fd, void* data, std::size_t size, std::int64_t deadline_ms) {
  auto* at = static_cast<std::uint8_t*>(data);
  while (size > 0) {
    if (auto r = wait_for(fd, POLLIN, deadline_ms); !r) return r;
    const ssize_t n = ::recv(fd, at, size, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) return gone();
    if (n < 0) continue;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

union FdNote {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> room;
};

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

void Fd::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<FdPair> socket_pair(int type) {
  int fds[2] = {-1, -1};
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0)
    return fail(ErrorKind::resource, "no connection to the text engine can be made: {}",
                std::strerror(errno));
  return FdPair{Fd(fds[0]), Fd(fds[1])};
}

Bytes bytes_of(const std::string& text) {
  return Bytes(text.begin(), text.end());
}

std::string string_of(const Bytes& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

Result<void> send_message(int fd, const Fields& fields, std::int64_t deadline_ms) {
  const std::uint64_t count = fields.size();
  if (auto r = send_all(fd, &count, sizeof count, deadline_ms); !r) return r;
  for (const Bytes& field : fields) {
    const std::uint64_t size = field.size();
    if (auto r = send_all(fd, &size, sizeof size, deadline_ms); !r) return r;
    if (auto r = send_all(fd, field.data(), field.size(), deadline_ms); !r) return r;
  }
  return {};
}

Result<Fields> receive_message(int fd, std::uint64_t most, std::int64_t deadline_ms) {
  std::uint64_t count = 0;
  if (auto r = receive_all(fd, &count, sizeof count, deadline_ms); !r) return pass(r);
  if (count > most_fields) return gone();
  Fields fields;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t size = 0;
    if (auto r = receive_all(fd, &size, sizeof size, deadline_ms); !r) return pass(r);
    if (size > most)
      return fail(ErrorKind::resource, "a message of {} bytes is more than the {} allowed", size,
                  most);
    most -= size;
    Bytes field(size);
    if (auto r = receive_all(fd, field.data(), field.size(), deadline_ms); !r) return pass(r);
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<void> send_fd(int through, int fd, std::int64_t deadline_ms) {
  char sign = 'p';
  iovec data{&sign, 1};
  FdNote note{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = note.room.data();
  message.msg_controllen = note.room.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  for (;;) {
    if (auto r = wait_for(through, POLLOUT, deadline_ms); !r) return r;
    const ssize_t n = ::sendmsg(through, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) return {};
    if (errno != EINTR && errno != EAGAIN) return gone();
  }
}

Fd receive_fd(int through, int wait_ms) {
  pollfd p{through, POLLIN, 0};
  if (::poll(&p, 1, wait_ms) <= 0) return Fd();
  char sign = 0;
  iovec data{&sign, 1};
  FdNote note{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = note.room.data();
  message.msg_controllen = note.room.size();
  if (::recvmsg(through, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) return Fd();
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return Fd();
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return Fd(fd);
}

bool is_hung_up(int fd) {
  pollfd p{fd, POLLRDHUP, 0};
  return ::poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLRDHUP)) != 0;
}

}  // namespace linka
