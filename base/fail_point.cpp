// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/fail_point.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>

namespace linka {
namespace {

constexpr int die = -1, hang = -2, die_all = -3;
constexpr const char *variable = "LINKA_FAIL_AT", *log_variable = "LINKA_FAIL_LOG";

struct Deed {
  const char* name;
  int answer;
};
constexpr std::array deeds{Deed{"die", die},
                           Deed{"die-all", die_all},
                           Deed{"hang", hang},
                           Deed{"ENOSPC", ENOSPC},
                           Deed{"EDQUOT", EDQUOT},
                           Deed{"EIO", EIO},
                           Deed{"EMFILE", EMFILE},
                           Deed{"ENFILE", ENFILE},
                           Deed{"ENOMEM", ENOMEM},
                           Deed{"EACCES", EACCES},
                           Deed{"EROFS", EROFS},
                           Deed{"ESTALE", ESTALE},
                           Deed{"ECONNRESET", ECONNRESET}};

// "file-renamed:ENOSPC+@3"
struct Order {
  std::string_view point, deed;
  unsigned visit = 1;
  bool again = false;
};

Order order_of(std::string_view text) {
  Order order;
  const std::size_t colon = text.find(':');
  order.point = text.substr(0, colon);
  if (colon == std::string_view::npos) return order;
  text.remove_prefix(colon + 1);
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    const int visit = std::atoi(std::string(text.substr(at + 1)).c_str());
    order.visit = visit > 0 ? static_cast<unsigned>(visit) : 0;
    text = text.substr(0, at);
  }
  if (!text.empty() && text.back() == '+') {
    order.again = true;
    text.remove_suffix(1);
  }
  order.deed = text;
  return order;
}

std::optional<int> answer_of(std::string_view deed) {
  for (const Deed& known : deeds)
    if (deed == known.name) return known.answer;
  return std::nullopt;
}

std::vector<Order> orders() {
  std::vector<Order> out;
  const char* given = std::getenv(variable);
  if (given == nullptr) return out;
  std::string_view rest = given;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (comma != 0) out.push_back(order_of(rest.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return out;
}

// What the program's processes share, made by the first point before anybody forks.
struct Shared {
  static constexpr std::size_t most = 512;  // orders at once
  std::array<std::atomic<unsigned>, most> left{};
  std::atomic<std::size_t> used{0};
};
Shared* shared() {
  static Shared* const made = [] {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) Shared;
  }();
  return made;
}
pid_t first_process() {
  static const pid_t pid = ::getpid();
  return pid;
}
int log_file() {
  static const int fd = [] {
    const char* path = std::getenv(log_variable);
    return path == nullptr || *path == '\0'
               ? -1
               : ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }();
  return fd;
}

FailPoint*& first_point() {
  static FailPoint* first = nullptr;
  return first;
}

}  // namespace

FailPoint::FailPoint(const char* name, const char* where) noexcept
    : name_(name), where_(where), next_(first_point()) {
  first_point() = this;
  armed_ = log_file() >= 0;
  if (std::getenv(variable) == nullptr || shared() == nullptr) return;
  first_process();
  for (const Order& order : orders()) {
    const auto answer = answer_of(order.deed);
    if (order.point != name_ || !answer || order.visit == 0) continue;
    const std::size_t at = shared()->used++;
    if (at >= Shared::most) return;
    answer_ = *answer;
    left_ = &shared()->left[at];
    *left_ = order.visit;
    again_ = order.again;
    armed_ = true;
  }
}

int FailPoint::act() noexcept {
  if (const int fd = log_file(); fd >= 0) {
    std::array<char, 80> line{};
    const int n = std::snprintf(line.data(), line.size(), "%s\n", name_);
    if (n > 0 && ::write(fd, line.data(), static_cast<std::size_t>(n)) < 0) return 0;
  }
  if (left_ == nullptr) return 0;
  unsigned left = left_->load();
  while (left > 0 && !left_->compare_exchange_weak(left, left - 1)) {
  }
  if (left != 1 && !(again_ && left == 0)) return 0;
  if (answer_ == die_all) ::kill(first_process(), SIGKILL);
  if (answer_ == die_all || answer_ == die) ::kill(::getpid(), SIGKILL);
  while (answer_ == hang) ::pause();
  return answer_ > 0 ? answer_ : 0;
}

std::vector<const FailPoint*> all_fail_points() {
  std::vector<const FailPoint*> out;
  for (const FailPoint* p = first_point(); p != nullptr; p = p->next_) out.push_back(p);
  std::sort(out.begin(), out.end(), [](const FailPoint* a, const FailPoint* b) {
    return std::strcmp(a->name(), b->name()) < 0;
  });
  return out;
}

std::vector<const char*> all_deeds() {
  std::vector<const char*> out;
  for (const Deed& deed : deeds) out.push_back(deed.name);
  return out;
}

std::string fail_points_problem() {
  const auto points = all_fail_points();
  for (const Order& order : orders()) {
    const bool known = std::any_of(points.begin(), points.end(),
                                   [&](const FailPoint* p) { return order.point == p->name(); });
    if (!known) return fmt::format("{}: there is no place \"{}\"", variable, order.point);
    if (!answer_of(order.deed) || order.visit == 0)
      return fmt::format("{}: \"{}\" cannot happen at \"{}\"", variable, order.deed, order.point);
  }
  return "";
}

}  // namespace linka
