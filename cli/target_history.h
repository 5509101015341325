// SPDX-License-Identifier: GPL-3.0-or-later
// What was measured of a device before: one file a device, one line of JSON a measurement.
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// $XDG_DATA_HOME/linka/targets, else ~/.local/share/linka/targets; empty when neither is known.
std::filesystem::path usual_history_folder();
// <folder>/<device>.jsonl; signs that do not belong into a file's name become dashes. Error
// configuration when nothing is left of the name.
Result<std::filesystem::path> history_file(const std::filesystem::path& folder,
                                           const std::string& device);

struct History {
  std::vector<nlohmann::json> lines;  // of this target, oldest first
  int damaged = 0;                    // lines that are no JSON: cut off by a power failure
};
// Empty when there is no such file.
Result<History> read_history(const std::filesystem::path& file, const std::string& target);
// Adds one line, on the disk before this returns. Makes the folder.
Result<void> append_history(const std::filesystem::path& file, const nlohmann::json& line);

struct DriftLimits {
  double colour = 1.0;    // mean dE2000 above the median of the earlier ones
  double sharpness = 10;  // MTF10 below it, percent
  double noise = 30;      // above it, percent
};
struct Drift {
  std::string figure;  // "colour_mean", "mtf10", "noise_max"
  double value = 0, median = 0, limit = 0;
};
// Figures that have left their limits. None without earlier measurements.
std::vector<Drift> drift_of(const nlohmann::json& figures,
                            const std::vector<nlohmann::json>& earlier, const DriftLimits& limits);

}  // namespace linka
