// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a small real server on the loopback that behaves well or badly.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace linka::made {

inline std::string answered(const std::string& body, const std::string& type = "application/xml",
                            const std::string& status = "200 OK", const std::string& more = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     type, body.size(), more, body);
}

inline std::string request_header(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

// The value of a parameter in a request's first line, %XX and + undone; nothing when not there.
inline std::optional<std::string> parameter_of(const std::string& request,
                                               const std::string& name) {
  const std::string line = request.substr(0, request.find("\r\n"));
  std::size_t at = line.find('?');
  while (at != std::string::npos) {
    ++at;
    const std::size_t end = line.find_first_of("& ", at);
    const std::string pair = line.substr(at, end - at);
    if (pair.starts_with(name + "=")) {
      std::string out;
      for (std::size_t i = name.size() + 1; i < pair.size(); ++i) {
        if (pair[i] == '%' && i + 2 < pair.size()) {
          out += static_cast<char>(std::stoi(pair.substr(i + 1, 2), nullptr, 16));
          i += 2;
        } else {
          out += pair[i] == '+' ? ' ' : pair[i];
        }
      }
      return out;
    }
    at = end != std::string::npos && line[end] == '&' ? end : std::string::npos;
  }
  return std::nullopt;
}

// Listens from its birth; answers from start(), one thread a connection. The answer is what is
// written before the connection is closed; "" closes it at once, none keeps it open until the end.
class Server {
 public:
  using Answer = std::function<std::optional<std::string>(const std::string& request)>;
  Server() {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening_, 64), 0);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    for (std::thread& t : connections_) t.join();
    ::close(listening_);
  }
  void start(Answer answer) {
    answer_ = std::move(answer);
    thread_ = std::thread([this] { serve(); });
  }
  int port() const { return port_; }
  std::string url(const std::string& path = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  int requests() const { return requests_; }
  std::string last_request() {
    const std::lock_guard lock(guard_);
    return last_;
  }

 private:
  void serve() {
    while (!ended_) {
      pollfd p{listening_, POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) connections_.emplace_back([this, fd] { talk(fd); });
    }
  }
  std::string request_from(int fd) {
    std::string got;
    std::size_t whole = std::string::npos;
    char room[65536];
    while (!ended_ && got.size() < whole) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      const ssize_t n = ::recv(fd, room, sizeof room, 0);
      if (n <= 0) break;
      got.append(room, static_cast<std::size_t>(n));
      const std::size_t end = got.find("\r\n\r\n");
      if (end != std::string::npos)
        whole = end + 4 + std::stoul("0" + request_header(got, "Content-Length"));
    }
    return got;
  }
  void talk(int fd) {
    const std::string request = request_from(fd);
    ++requests_;
    {
      const std::lock_guard lock(guard_);
      last_ = request;
    }
    const auto answer = answer_(request);
    while (!answer && !ended_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (std::size_t sent = 0; answer && sent < answer->size() && !ended_;) {
      const ssize_t n = ::send(fd, answer->data() + sent, answer->size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    ::shutdown(fd, SHUT_WR);
    char room[4096];
    while (!ended_ && ::recv(fd, room, sizeof room, MSG_DONTWAIT) > 0) {
    }
    ::close(fd);
  }
  int listening_ = -1;
  int port_ = 0;
  Answer answer_;
  std::atomic<bool> ended_{false};
  std::atomic<int> requests_{0};
  std::mutex guard_;
  std::string last_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace linka::made
