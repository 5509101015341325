// SPDX-License-Identifier: GPL-3.0-or-later
// What the worker and its broker say to each other: a message is a list of fields, each with its
// length before it, over a connection that serves one page.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace linka {

using Fields = std::vector<Bytes>;

// A file descriptor that is closed when it goes.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }
  int get() const { return fd_; }
  int release();
  void close();
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct FdPair {
  Fd first, second;
};
// A connected pair (AF_UNIX); `type` SOCK_STREAM or SOCK_SEQPACKET. Closed by exec.
Result<FdPair> socket_pair(int type);

Bytes bytes_of(const std::string& text);
std::string string_of(const Bytes& bytes);

// Both wait until `deadline_ms` (steady) at most. Errors resource: the other side is gone, too
// late.
Result<void> send_message(int fd, const Fields& fields, std::int64_t deadline_ms);
// A message with more bytes than `most` is refused.
Result<Fields> receive_message(int fd, std::uint64_t most, std::int64_t deadline_ms);

// Hands an open descriptor through a socket of type SOCK_SEQPACKET.
Result<void> send_fd(int through, int fd, std::int64_t deadline_ms);
// The next one that was handed over; none when there is none within the time.
Fd receive_fd(int through, int wait_ms);

// Whether the other side of a connection has gone away.
bool is_hung_up(int fd);

}  // namespace linka
