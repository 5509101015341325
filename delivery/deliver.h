// SPDX-License-Identifier: GPL-3.0-or-later
// A finished package brought to a Kramerius: checked, exported, placed, imported, indexed, proven,
// and a receipt. Each step is written down before it counts (delivery/log.h), so that a delivery
// that was stopped anywhere, with or without warning, goes on where it was; what is not known is
// asked, and nothing is started twice.
#pragma once

#include "delivery/log.h"
#include "delivery/proof.h"
#include "delivery/targets.h"
#include "kramerius-export/rules.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

// How a delivery ended.
enum class Ending {
  delivered,   // proven, with a receipt
  already,     // was there with its receipt, or was there and is proven now
  planned,     // a dry run
  broken,      // the package or its export breaks rules
  refused,     // the server says no: rights, licence, a wrong parameter
  failed,      // the server tried and failed, or was stopped
  unknown,     // begun, and nobody can say how it ended
  not_proven,  // the server is done; something is missing or different
  nothing,     // the proof found nothing to check
  stopped      // before its end, for the reason in `trouble`
};
const char* name_of(Ending ending);

struct DeliverOptions {
  bool dry_run = false;
  bool again = false;  // although it was delivered, or although it is not known whether it began
  int every = 0;       // images of one page in so many; 0: as the target says
  std::filesystem::path key_file;  // signs the receipt; made when it is not there
  std::filesystem::path schemas;   // of the package's check; may be empty
  ImageDecoder decode = {};        // of the package's check
  MakeJpegs make_jpegs = {};       // for images inside the objects
  std::string version;             // of this program
  // A line for a person; a step and how far it is.
  std::function<void(const std::string& line)> news = {};
  std::function<void(const std::string& step, std::size_t done, std::size_t of)> progress = {};
};

struct Delivery {
  std::filesystem::path package;
  std::string id;  // of the package
  std::string pid, title, address;
  Ending ending = Ending::stopped;
  Error trouble;  // of every ending but the first three
  std::size_t pages = 0, objects = 0;
  std::vector<std::string> findings;  // of a broken package, a line each
  std::vector<ProofGap> gaps;
  std::vector<std::string> log_lines;  // of the server's processes, with our pages named
  std::vector<std::string> remarks;
  std::vector<StartedProcess> processes;
  nlohmann::json counts;  // of the proof; null when there was none
  std::filesystem::path journal, receipt;
  std::vector<std::string> plan;  // of a dry run
};

// Never throws; what went wrong is in the answer.
Delivery deliver(KrameriusServer& server, const std::filesystem::path& package,
                 const DeliverOptions& options);

}  // namespace linka
