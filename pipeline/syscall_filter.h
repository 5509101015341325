// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the sandbox that forbids system calls (seccomp).
#pragma once

namespace linka {

// Whether the filter knows this processor's system calls.
bool knows_this_machine();
// For all threads to come of this process. Needs no_new_privs. No effect where it is not known.
void filter_system_calls(bool may_signal_others);

}  // namespace linka
