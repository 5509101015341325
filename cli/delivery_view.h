// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries and receipts for people and as JSON, and what both verbs share.
#pragma once

#include "base/bytes.h"
#include "cli/exit_codes.h"
#include "delivery/deliver.h"
#include "workspace/batch.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// The packages that are meant: a batch's folder stands for all of its. Error bad_input.
Result<std::vector<std::filesystem::path>> packages_in(
    const std::vector<std::filesystem::path>& given);

ExitCode code_of(const Delivery& delivery);
// Of several deliveries: what nobody knows weighs more than what failed, that more than the rest.
ExitCode worse_delivery(ExitCode a, ExitCode b);
void print_delivery(const Delivery& delivery);
nlohmann::json to_json(const Delivery& delivery, ExitCode code);

// The deliveries of a batch, for `linka status`.
std::vector<std::string> delivery_lines(const Batch& batch);
nlohmann::json deliveries_json(const Batch& batch);

// A receipt of a batch or package, by its file.
struct KeptReceipt {
  std::filesystem::path file;
  nlohmann::json receipt;  // null when the file is no genuine receipt
  Error trouble;
};
// Of each given batch, package, folder of receipts or receipt's file. Error bad_input.
Result<std::vector<KeptReceipt>> receipts_in(const std::vector<std::filesystem::path>& given);

// How far a step is: on a terminal a line that is written over, elsewhere nothing.
class StepDisplay {
 public:
  explicit StepDisplay(bool quiet);
  ~StepDisplay() { clear(); }
  StepDisplay(const StepDisplay&) = delete;
  StepDisplay& operator=(const StepDisplay&) = delete;
  void show(const std::string& step, std::size_t done, std::size_t of);
  void clear();

 private:
  bool off_, shown_ = false;
  double last_s_ = -1;
};

}  // namespace linka
