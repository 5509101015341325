// SPDX-License-Identifier: GPL-3.0-or-later
// A sample of scans really made into pages and a package, in a folder that is thrown away, and what
// that took.
#pragma once

#include "base/result.h"
#include "cli/plan_estimate.h"
#include "model/page_facts.h"
#include "pipeline/run_batch.h"
#include "profiles/profile.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct PlanMeasures {
  std::vector<SampledScan> scans;
  std::size_t parked = 0;
  int stopped_by = 0;              // a signal; then the rest says little
  std::vector<std::string> notes;  // what could not be measured, a sentence each
  Batch batch;                     // its pages are there as long as the folder is
  std::vector<PageFacts> pages;    // that are done; reading order
};

// Copies the sample's files into `work` and works on them there: pages by `profile`, then a package
// with a record of the fewest words. The scans are only read. CPU time is that of all processes,
// and is told to the scans by the time that their stages took. Errors: as run_batch.
Result<PlanMeasures> measure_sample(const std::filesystem::path& scans,
                                    const std::vector<InventoryFile>& sample,
                                    const Profile& profile, int jobs,
                                    const std::filesystem::path& work,
                                    const std::function<void(const Progress&)>& progress);

// What would take less room, measured on some of the sample's pages.
struct PlanChoices {
  std::size_t pages_looked_at = 0;
  struct UserRate {
    double rate = 0;
    double bytes_share = 0;  // of the user copies as they are, 0...1
    double psnr_db = 0;      // mean of the pages
  };
  std::vector<UserRate> user_rates;  // the profile's own first
  std::size_t colour_pages = 0, colourless_pages = 0;
  double grey_saves_share = 0;  // of all masters' bytes, 0...1, were colourless pages grey
};
// Pages are taken evenly over the sample's. Errors: io when a page has gone; of the coder.
Result<PlanChoices> measure_choices(const PlanMeasures& measures, const Profile& profile,
                                    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace linka
