// SPDX-License-Identifier: GPL-3.0-or-later
// The report as a page for people. What it tells is collected by report.cpp.
#pragma once

#include "model/page_facts.h"
#include "pipeline/report.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <map>
#include <string>
#include <vector>

namespace linka {

struct StageTime {
  double total_ms = 0, longest_ms = 0;
  std::size_t pages = 0;
  std::string longest_page;
};

struct Sizes {
  std::uint64_t scans = 0, pages = 0;
  std::map<std::string, std::uint64_t> files;  // by name in the page's folder
};

// Everything the report says, read once.
struct ReportedBatch {
  const Batch& batch;
  const BatchStatus& status;
  const ReportedPackage& package;
  const Review& review;
  std::map<std::string, StageTime> times;
  Sizes sizes;
  std::size_t blank = 0, words = 0;
};

// One self-contained HTML document in the operator's language: no scripts, pictures inside.
std::string report_html(const ReportedBatch& found);

}  // namespace linka
