// SPDX-License-Identifier: GPL-3.0-or-later
// Puts files where a server finds them: into a folder of this machine, or one behind rsync. What is
// there with other content is never overwritten; what was put is compared afterwards, byte for byte
// by its checksum.
#pragma once

#include "base/result.h"
#include "delivery/targets.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct Placed {
  std::size_t files = 0;    // that are now there, all compared
  std::size_t copied = 0;   // of them, by this call
  std::uint64_t bytes = 0;  // of all files
};

// Called now and then; `stop` is asked between files.
using PlacingProgress = std::function<void(std::size_t done, std::size_t of)>;

// Each image under its name below the place. Errors: bad_input (another file has that name), io,
// no_space, missing (rsync is not installed), cancelled.
Result<Placed> place_images(const Place& place, const std::vector<PlacedImage>& images,
                            const PlacingProgress& progress, const std::function<bool()>& stop);

// The flat or nested folder under the name below the place: under a temporary name, renamed when
// whole. Once there with the same files it is left as it is. Errors as above.
Result<Placed> place_folder(const Place& place, const std::filesystem::path& folder,
                            const std::string& name, const std::function<bool()>& stop);
// Takes away what place_folder put there, when it is still the same. Errors: io.
Result<void> take_back_folder(const Place& place, const std::string& name);

// Whether the place can be reached and written, in words when not.
Result<void> try_place(const Place& place);

}  // namespace linka
