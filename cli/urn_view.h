// SPDX-License-Identifier: GPL-3.0-or-later
// A batch's URN:NBN asked of a resolver, and what is said of it: for linka urnnbn and whoever asks
// on the way of a batch.
#pragma once

#include "cli/exit_codes.h"
#include "cli/finish.h"
#include "urnnbn/assign.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct DescribedResolvers {
  std::vector<Resolver> all;
  Resolver one;
};
// The resolver of that id in the file, or in the usual one when `file` is empty. Errors as
// load_resolvers() and resolver_named().
Result<DescribedResolvers> resolver_at(const std::string& id, const std::filesystem::path& file);

// What assigning needs to know of the batch: pages that are held, what was read on the scans, the
// resolvers that are described. Errors as status_of() and review_of().
Result<AssignOptions> assign_options(const Batch& batch, const FinishOptions& ending,
                                     const DescribedResolvers& resolvers);

// done; parked when something waits; refused; try_again when it is not known or not reached.
ExitCode code_of(const UrnReport& report);
// Lines about every object and the batch, the kind of resolver in each.
void print_urns(const UrnReport& report, const Resolver& resolver);
nlohmann::json to_json(const UrnReport& report, const Resolver& resolver);

}  // namespace linka
