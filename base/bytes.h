// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that we own, and bytes that we look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace linka {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

}  // namespace linka
