// SPDX-License-Identifier: GPL-3.0-or-later
// This very program, started once more, and what is done to it while it runs.
#pragma once

#include "cli/chaos_disk.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace linka {

struct Trouble {
  enum class Kind { none, kill_run, kill_worker, fill, size_limit };
  Kind kind = Kind::none;
  double after_s = 0;              // kill, fill: so long after the start
  std::size_t largest_file = 0;    // size_limit: bytes
  std::string fail_at;             // LINKA_FAIL_AT
  std::filesystem::path log = {};  // LINKA_FAIL_LOG
  const ChaosDisk* disk = nullptr;
};
std::string in_words(const Trouble& trouble);

inline constexpr int killed = -9;  // Ended::code of a program that kill -9 ended

struct Ended {
  int code = 0;           // of exit; minus the signal's number
  bool happened = false;  // the trouble came in time
  double seconds = 0;
  std::string said;
};

// Waits for its end. What it says is added to `log`, too.
Ended run_program(const std::vector<std::string>& arguments, const Trouble& trouble,
                  const std::filesystem::path& log);

// How often each place stands in a LINKA_FAIL_LOG.
std::map<std::string, std::size_t> visits_in(const std::filesystem::path& log);

// In a file below pages/ or packages/; the file's path below the batch, "" when there is none.
std::string flip_a_bit(const std::filesystem::path& batch, std::mt19937_64& random);

}  // namespace linka
