// SPDX-License-Identifier: GPL-3.0-or-later
// Error::where of a want that the machine has, whatever file is asked for: too many open files, no
// memory for another. It says nothing about the file.
#pragma once

namespace linka {

inline constexpr const char* where_machine = "machine";

}  // namespace linka
