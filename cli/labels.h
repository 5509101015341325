// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "workspace/batch.h"

#include <string>
#include <vector>

namespace linka {

// The page labels that the batch's record states, in reading order; empty when it states none,
// cannot be read or describes more than one volume.
std::vector<std::string> stated_labels(const Batch& batch);

}  // namespace linka
