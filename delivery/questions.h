// SPDX-License-Identifier: GPL-3.0-or-later
// Many questions to one server, each with its own judge. What is wrong at first is asked again
// before it counts: a server that has just taken a document in may need a moment.
#pragma once

#include "delivery/server.h"

#include <functional>
#include <string>
#include <vector>

namespace linka {

struct Question {
  HttpMethod method = HttpMethod::get;
  std::string path;  // below the API
  // "" when the answer is right (and then noted as such), else what is wrong with it, in words.
  std::function<std::string(const Reply&)> judge;
  std::function<void(const std::string& wrong)> gap;  // what is wrong after the last round
};

struct AskedAll {
  bool interrupted = false;  // stopped, or out of reach for too long
  Error why;
};

// `progress`: questions settled, of all.
AskedAll ask_all(KrameriusServer& server, std::vector<Question> questions,
                 const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace linka
