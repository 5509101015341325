# SPDX-License-Identifier: GPL-3.0-or-later
"""Instructions of programs that this one starts: a cost that other load on the machine leaves alone (perf_event_open(2))."""
import ctypes
import os
import platform
import struct

SYSCALL = {"x86_64": 298, "aarch64": 241}
HARDWARE, INSTRUCTIONS = 0, 1
INHERIT, NOT_KERNEL, NOT_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
SIZE = 120


def opened(flags):
    """A counter of this process, and with INHERIT of all that it starts from now on; None where the kernel has none."""
    number = SYSCALL.get(platform.machine())
    if number is None:
        return None
    fields = struct.pack("<IIQQQQQ", HARDWARE, SIZE, INSTRUCTIONS, 0, 0, 0, flags | NOT_KERNEL | NOT_HYPERVISOR)
    fd = ctypes.CDLL(None, use_errno=True).syscall(number, fields.ljust(SIZE, b"\0"), 0, -1, -1, 8)  # closed on exec
    return fd if fd >= 0 else None


class Instructions:
    """Of all programs that were started and have ended since this was made, without this one's own."""

    def __init__(self):
        self._own, self._all = opened(0), opened(INHERIT)

    def so_far(self):
        if self._own is None or self._all is None:
            return None
        every, own = (int.from_bytes(os.read(fd, 8), "little") for fd in (self._all, self._own))
        return every - own

    def close(self):
        for fd in (self._own, self._all):
            if fd is not None:
                os.close(fd)
