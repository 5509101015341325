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

// Whether files can be flushed, renamed and locked in a folder; tried in a scratch folder there,
// which goes again.
struct WriteTrial {
  bool works = true;
  std::string problem;  // a sentence; also when all works but links, and a copy takes their place
};
WriteTrial try_to_write(const std::filesystem::path& folder);

// A shelf: is it there and of a known layout, can it be written, when will it be full, when was
// what waits longest read, is its audit planned, is its mirror there?
std::vector<Look> look_at_shelf(const std::filesystem::path& shelf);

}  // namespace linka
