// SPDX-License-Identifier: GPL-3.0-or-later
// The worker gives up what it does not need before it touches a scan.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// What this kernel lets a process give up, in words; empty when nothing.
std::vector<std::string> sandbox_of_this_kernel();

// From now on this process cannot write outside `writable` (Landlock, where the kernel has it),
// open network connections (an empty network name space is not needed: seccomp refuses socket()),
// or gain privileges. Nothing happens where the kernel offers nothing.
void enter_sandbox(const std::filesystem::path& writable);

}  // namespace linka
