// SPDX-License-Identifier: GPL-3.0-or-later
// The worker gives up what it does not need before it touches a scan: of files with Landlock, of
// system calls with seccomp, of resources with limits. docs/security.md says what and why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct Sandbox {
  // Files, or folders with all below. What the system's libraries need is added by itself.
  std::vector<std::filesystem::path> readable;
  std::vector<std::filesystem::path> writable;  // readable, too
  std::uint64_t data_bytes = 0;                 // of memory; 0: no limit
};

// From now on, as far as the kernel has the means, this process and its threads can open nothing
// else; have no sockets but a pair of their own; start neither processes nor programs; look into or
// signal no other process; change no file's rights, owner or times; and gain no privileges. What is
// open already stays open. Nothing happens where the kernel offers nothing.
void enter_sandbox(const Sandbox& sandbox);

// What of this the kernel has, in words for a log.
std::vector<std::string> sandbox_of_this_kernel();

// One thing that the sandbox is to refuse, tried out in a process of its own.
struct SandboxProbe {
  std::string name;  // "network", "write", "read", "program", "process", "trace", "signal"
  bool refused = false;
};
std::vector<SandboxProbe> try_sandbox();
// Landlock's version, 0 when the kernel has none; whether it filters system calls.
int landlock_version();
bool has_seccomp();

}  // namespace linka
