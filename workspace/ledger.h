// SPDX-License-Identifier: GPL-3.0-or-later
// What came in and what came of it, held against each other. The one place that knows the sum:
//
//   files in the folder = files that hold scans + files that are no scans, each with its reason
//   scans = those with pages stored + parked + excluded, each with its reason + open + missing
//
// Nothing is counted twice and nothing is left over. A batch may be called complete when nothing is
// open or missing and the ledger has no fault. A scan is known by the SHA-256 of its file since it
// was read first.
#pragma once

#include "base/result.h"
#include "workspace/status.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace linka {

enum class LedgerFaultKind {
  not_counted,    // a file of the folder that no scan and no reason stands for
  counted_twice,  // a scan or a page that is there more than once
  no_page,        // a scan that is done, and no page came of it
  no_reason,      // a scan that is parked or excluded, and nobody says why
  sum,            // the sides do not add up in some other way
  changed,        // the file has other bytes than those that were read
  vanished        // the file was read once and is there no more
};
const char* name_of(LedgerFaultKind kind);  // "not-counted" "counted-twice" "no-page" ...
// Not of what somebody did to the folder of scans.
bool is_the_programs(LedgerFaultKind kind);

struct LedgerFault {
  LedgerFaultKind kind = LedgerFaultKind::sum;
  std::string name;         // of the scan, page or file; empty for a sum
  std::string message;      // a sentence for a person
  std::string sha256_read;  // changed, vanished: of the file as it was digitized
  std::string sha256_now;   // changed
};

struct Ledger {
  std::size_t files = 0, no_scans = 0;  // in the folder of scans
  std::size_t scans = 0, stored = 0, parked = 0, excluded = 0, open = 0, missing = 0;
  std::size_t pages = 0;
  std::size_t files_read = 0;                    // whose bytes were held against their digest
  std::vector<std::vector<std::string>> copies;  // files of the same content
  std::vector<LedgerFault> faults;

  // No fault is the program's.
  bool adds_up() const;
};

// `read_scans`: every file with a known digest is read again, which finds a replacement of the same
// size and time; `progress` hears after each how many of how many. Errors: io when a file cannot be
// read for a passing reason.
Result<Ledger> ledger_of(const Batch& batch, const BatchStatus& status, bool read_scans,
                         const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace linka
