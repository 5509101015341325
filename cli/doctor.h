// SPDX-License-Identifier: GPL-3.0-or-later
// What `linka doctor` looks at.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

enum class LookState { good, remark, lacking };

// One thing looked at. `value` is for programs and the same in every language.
struct Look {
  std::string name;
  LookState state = LookState::good;
  std::string words;
  nlohmann::json value;
};

// Whether files can be flushed, renamed and locked in a folder, and what is wrong with it, which is
// also said when they can and cannot be linked alone.
struct WriteTrial {
  bool works = true;
  std::string problem;
};
WriteTrial try_to_write(const std::filesystem::path& folder);

// A shelf: is it there and of a known layout, can it be written, when will it be full, when was
// what waits longest read, is its audit planned, is its mirror there?
std::vector<Look> look_at_shelf(const std::filesystem::path& shelf);

// What systemd calls the timer that audits a shelf: "linka-shelf-audit@srv-shelf.timer".
std::string audit_timer_of(const std::filesystem::path& shelf);

}  // namespace linka
