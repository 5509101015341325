// SPDX-License-Identifier: GPL-3.0-or-later
// Runs somebody else's program for one page: in its own folder and process group, for a limited
// time, with limited output, and leaves none of its processes behind.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "engines/params.h"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct PageRequest {
  Bytes png;
  std::string models;  // "ces+deu", as the profile or a person says; "auto" when nobody does
  int dpi = 0;
};

// Writes the page into `folder` (which is empty and ours), runs params.command and gives back what
// it wrote to {output}, to {output}.xml (as `tesseract` does), or to its standard output. `stop`
// says that nobody waits any more. This process must be a subreaper (be_the_reaper) with no other
// children: when this returns, everything that the command started has been killed.
// Errors resource: too late, killed, cannot be started; unsupported: it failed, its answer is too
// large or empty. The sentence ends in the last line of its standard error.
Result<Bytes> run_command(const EngineParams& params, const PageRequest& page,
                          const std::filesystem::path& folder, std::int64_t deadline_ms,
                          const std::function<bool()>& stop);

// From now on, processes whose parent has ended belong to this one.
void be_the_reaper();
std::vector<pid_t> children_of_this_process();
// Kills all children and all that becomes a child by that, until there is none.
void kill_all_children();

}  // namespace linka
