// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of the delivery of one package to one target. It is kept beside the batch, or
// beside a package that stands alone, never inside the package, whose digests must stay:
//
//   <batch>/deliveries/<package id>/<target>.jsonl         what happened, a line each, flushed
//   first
//                                   <target>.expected.json what the server is to have
//                                   <target>.foxml/        the import folder, until it is proven
//                                   <target>.receipt.json
//   <folder of a package>.deliveries/<target>.jsonl ...
//
// Before anything outside is begun a line says "about to"; so an answer that got lost is known as
// unknown, and nothing is begun twice without having asked.
#pragma once

#include "base/event_log.h"
#include "base/files.h"
#include "base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace linka {

// Where the delivery of a package is kept.
struct DeliveryFiles {
  std::filesystem::path folder;
  std::string target;
  std::filesystem::path journal() const { return folder / (target + ".jsonl"); }
  std::filesystem::path expected() const { return folder / (target + ".expected.json"); }
  std::filesystem::path foxml() const { return folder / (target + ".foxml"); }
  std::filesystem::path receipt() const { return folder / (target + ".receipt.json"); }
  std::filesystem::path lock() const { return folder / (target + ".lock"); }
};
DeliveryFiles files_of(const std::filesystem::path& package, const std::string& target);

// One process that was started, or may have been.
struct StartedProcess {
  std::string defid;
  std::string uuid;             // empty: it is not known whether it was started
  std::set<std::string> known;  // processes that the server had before
  bool known_asked = false;     // the server told which these are
  std::string state, batch;     // the last that was heard: "FINISHED", ...
  bool refused = false;         // the server said no: there is no such process
  bool over = false;            // ended, or given up
  bool well = false;            // ended, and well
};

// Replayed from the journal: how far the delivery is. A delivery begins anew when the package is
// another than the last time, or when it was asked for once more.
struct DeliveryState {
  bool begun = false;
  std::string package_digest;  // root of the package's list of digests
  std::string created;         // ISO 8601; the time inside the FOXML files
  std::string begun_at;        // wall clock
  std::string name;            // of the import folder
  std::string way;             // "foxml", "psp"
  bool validated = false, exported = false, images_placed = false, folder_placed = false,
       seen = false, cleared = false;
  std::size_t placed_images = 0;
  std::string exported_digest;  // of the import folder
  std::vector<StartedProcess> imports, indexings;
  bool was_there = false;    // the document was in the repository before the last start
  std::string proven_at;     // wall clock
  nlohmann::json receipt;    // the signed document; null until there is one
  std::string last_trouble;  // of an attempt that ended otherwise
  std::string ending;        // how the last attempt ended: name_of(Ending)
  std::size_t damaged_lines = 0;

  // The import that counts: it may be running, or has ended well. Nothing when none was started, or
  // the last one failed.
  StartedProcess* open_import();
};

DeliveryState replay_delivery(const std::vector<nlohmann::json>& events);
Result<DeliveryState> read_delivery(const std::filesystem::path& journal);

// The deliveries of a batch, by package and target. What cannot be read is told as its ending.
struct KeptDelivery {
  std::string package, target, ending;  // ending: "delivered", "open", or the last attempt's
  std::string url, when;                // of a delivered one
};
std::vector<KeptDelivery> deliveries_below(const std::filesystem::path& batch);

}  // namespace linka
