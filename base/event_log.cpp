// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/event_log.h"

#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint opening{"journal-open", "before a journal is opened for writing"};
FailPoint writing{"journal-write", "before a line of a journal is written"};
FailPoint half_written{"journal-half-written", "in the middle of a line of a journal"};
FailPoint flushing{"journal-flush", "after a line of a journal, before it is flushed"};
FailPoint flushed{"journal-flushed", "after a line of a journal was flushed"};

constexpr std::size_t sum_length =
    16;  // hex digits of SHA-256: enough to see a torn or rotten line
constexpr std::string_view head = "{\"sum\":\"", middle = "\",\"event\":";

}  // namespace

std::string event_line(const json& event) {
  const std::string body = event.dump(-1, ' ', false, json::error_handler_t::replace);
  return std::string(head) + sha256_hex(body).substr(0, sum_length) + std::string(middle) + body +
         "}\n";
}

json event_of_line(std::string_view line) {
  const std::size_t body_at = head.size() + sum_length + middle.size();
  if (line.size() <= body_at + 1 || !line.starts_with(head) || line.back() != '}' ||
      line.substr(head.size() + sum_length, middle.size()) != middle)
    return json(json::value_t::discarded);
  const std::string_view body = line.substr(body_at, line.size() - body_at - 1);
  if (sha256_hex(body).substr(0, sum_length) != line.substr(head.size(), sum_length))
    return json(json::value_t::discarded);
  return json::parse(body, nullptr, false);
}

struct EventLog::Inner {
  int fd = -1;
  fs::path path;
  std::mutex mutex;

  tl::unexpected<Error> failed(int error) const {
    return fail(kind_of_errno(error), "{}: cannot be written: {}", path.string(),
                std::strerror(error));
  }
  Result<void> write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = ::write(fd, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed(errno);
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }
  // A line whose writing stopped half way, in whichever process, was never an event and goes: the
  // next one must not hang on to it.
  Result<void> cut_off_torn_line() const {
    off_t end = ::lseek(fd, 0, SEEK_END);
    const off_t size = end;
    std::array<char, 4096> piece{};
    while (end > 0) {
      const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(piece.size()));
      const ssize_t n = ::pread(fd, piece.data(), static_cast<std::size_t>(end - begin), begin);
      if (n != end - begin) return failed(n < 0 ? errno : EIO);
      const std::string_view text(piece.data(), static_cast<std::size_t>(n));
      if (const std::size_t at = text.rfind('\n'); at != std::string_view::npos) {
        end = begin + static_cast<off_t>(at) + 1;
        break;
      }
      end = begin;
    }
    if (end != size && ::ftruncate(fd, end) != 0) return failed(errno);
    return {};
  }
};

Result<EventLog> EventLog::open(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (auto r = make_folders(folder); !r) return pass(r);
  if (const int e = opening.reached())
    return fail(kind_of_errno(e), "{}: cannot be opened: {}", file.string(), std::strerror(e));
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    return fail(kind_of_errno(errno), "{}: cannot be opened: {}", file.string(),
                std::strerror(errno));
  EventLog log(new Inner);
  log.inner_->fd = fd;
  log.inner_->path = file;
  // Also when it is there: who made it may have been killed before this.
  if (auto r = flush_path(folder); !r) return pass(r);
  if (auto r = log.inner_->cut_off_torn_line(); !r) return pass(r);
  return log;
}

EventLog::EventLog(EventLog&& other) noexcept : inner_(std::exchange(other.inner_, nullptr)) {}
EventLog& EventLog::operator=(EventLog&& other) noexcept {
  std::swap(inner_, other.inner_);
  return *this;
}
EventLog::~EventLog() {
  if (inner_ == nullptr) return;
  ::close(inner_->fd);
  delete inner_;
}

Result<void> EventLog::append(const json& event) {
  const std::lock_guard lock(inner_->mutex);
  const std::string line = event_line(event);
  const std::string_view whole = line;
  if (const int e = writing.reached()) return inner_->failed(e);
  if (auto r = inner_->cut_off_torn_line(); !r) return r;
  if (auto r = inner_->write(whole.substr(0, line.size() / 2)); !r) return r;
  if (const int e = half_written.reached()) return inner_->failed(e);
  if (auto r = inner_->write(whole.substr(line.size() / 2)); !r) return r;
  int error = flushing.reached();
  if (error == 0 && ::fdatasync(inner_->fd) != 0) error = errno;
  if (error != 0)
    return fail(kind_of_errno(error), "{}: cannot be flushed to the disk: {}",
                inner_->path.string(), std::strerror(error));
  flushed.reached();
  return {};
}

Result<std::size_t> each_event(const fs::path& file, const std::function<void(json)>& take) {
  std::size_t damaged_lines = 0;
  std::error_code code;
  if (!fs::exists(file, code)) return damaged_lines;
  const auto text = read_text(file, 1ull << 34);
  if (!text) return pass(text);
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.empty()) continue;
    json event = event_of_line(line);
    // The torn end of a killed writer is expected: it was never reported as done.
    if (event.is_object())
      take(std::move(event));
    else if (!rest.empty())
      ++damaged_lines;
  }
  return damaged_lines;
}

Result<ReadEvents> read_events(const fs::path& file) {
  ReadEvents out;
  const auto damaged =
      each_event(file, [&](json event) { out.events.push_back(std::move(event)); });
  if (!damaged) return pass(damaged);
  out.damaged_lines = *damaged;
  return out;
}

}  // namespace linka
