// SPDX-License-Identifier: GPL-3.0-or-later
// Events on disk: one line each, appended and flushed before anybody is told. Each line carries its
// own checksum, {"sum":"0123456789abcdef","event":{...}}; a line torn by a power cut is no event.
#pragma once

#include "base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// With the line end. Bytes that are no UTF-8 are replaced.
std::string event_line(const nlohmann::json& event);
// The event of a line without its end; a discarded value when its checksum does not fit.
nlohmann::json event_of_line(std::string_view line);

class EventLog {
 public:
  // Opens the file for appending, making it (and its folders) when it is not there; a torn last
  // line is cut off first.
  static Result<EventLog> open(const std::filesystem::path& file);
  EventLog(EventLog&& other) noexcept;
  EventLog& operator=(EventLog&& other) noexcept;
  ~EventLog();

  // Returns when the line is on the disk. Safe to call from many threads. Error io or no_space.
  Result<void> append(const nlohmann::json& event);

 private:
  struct Inner;
  explicit EventLog(Inner* inner) : inner_(inner) {}
  Inner* inner_ = nullptr;
};

// Hands each event to `take`, one after the other, in the file's order; they are objects. How many
// lines are damaged, not counting one torn line at the end. Nothing when there is no such file.
Result<std::size_t> each_event(const std::filesystem::path& file,
                               const std::function<void(nlohmann::json)>& take);

struct ReadEvents {
  std::vector<nlohmann::json> events;  // objects, in the file's order
  std::size_t damaged_lines = 0;       // not counting one torn line at the end
};
// Nothing when there is no such file.
Result<ReadEvents> read_events(const std::filesystem::path& file);

}  // namespace linka
