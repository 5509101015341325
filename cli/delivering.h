// SPDX-License-Identifier: GPL-3.0-or-later
// Packages delivered one after another, for linka deliver and linka run --deliver.
#pragma once

#include "cli/delivery_view.h"
#include "cli/exit_codes.h"
#include "delivery/server.h"
#include "delivery/targets.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct DeliveryChoice {
  std::string to;  // the target's id; empty: the only one
  std::filesystem::path targets, key_file, schemas;
  int every = 0;
  bool again = false, dry_run = false, quiet = false, json = false;
};

// Errors as load_targets() and target_named(); configuration when no file describes any.
Result<std::vector<Target>> described_targets(const DeliveryChoice& choice);
// The target that is meant. Error configuration when that cannot be told.
Result<Target> chosen_target(const DeliveryChoice& choice);

struct EndedDelivery {
  Delivery delivery;
  ExitCode code = ExitCode::done;
};

struct Deliveries {
  std::vector<EndedDelivery> each;
  ExitCode code = ExitCode::done;  // the gravest
};

// One that fails never stops the next, unless the disk is full or somebody asked for a stop. A
// package whose URN:NBN a test resolver gave goes to a target for tests only. Each is told as it
// ends, unless `choice.json`. Errors: the key of the receipts.
Result<Deliveries> deliver_packages(const Target& target, KrameriusServer& server,
                                    const std::vector<std::filesystem::path>& packages,
                                    const DeliveryChoice& choice);

nlohmann::json to_json(const Deliveries& deliveries, const Target& target);

}  // namespace linka
