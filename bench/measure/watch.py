# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands and says what they cost.

CPU, the largest process and bytes handed to the disk come from the kernel's own account of each command and of the
children it waited for (wait4). The memory of all processes at one time is sampled from /proc: the sum of the
proportional set sizes (PSS: a shared page counts once), `PER_SECOND` times a second.
"""
import contextlib
import dataclasses
import os
import signal
import subprocess
import tempfile
import threading
import time

PER_SECOND = 5
SEARCH_EVERY = 5  # samples: how often processes are looked for that a command has started itself


@dataclasses.dataclass
class Cost:
    cpu: float = 0.0          # seconds, user and system
    wall: float = 0.0         # seconds
    largest_mib: float = 0.0  # resident set of the largest single process
    written: int = 0          # bytes that went into the file system's cache to be written
    code: int = 0
    output: str = ""

    def add(self, other):
        self.cpu += other.cpu
        self.largest_mib = max(self.largest_mib, other.largest_mib)
        self.written += other.written


def pss_bytes(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
            for line in rollup:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass  # it has ended
    return 0


def processes_of(sessions):
    """All processes of these sessions: a command and whatever it started."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                if int(stat.read().rpartition(")")[2].split()[3]) in sessions:
                    found.append(int(name))
    return found


class Watch:
    """Samples the memory of everything that `run` has under way, if that is asked for: looking takes a few hundredths
    of a core. Use as a context."""

    def __init__(self, memory=True):
        self._memory = memory
        self.peak_mib = 0.0
        self.samples = []  # (seconds since the beginning, MiB)
        self._sessions = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self):
        self.begun = time.monotonic()
        if self._memory:
            self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        if self._memory:
            self._thread.join()
        self.wall = time.monotonic() - self.begun

    def kill(self):
        """Ends whatever `run` has under way."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            with contextlib.suppress(OSError):
                os.killpg(session, signal.SIGKILL)

    def _sample(self):
        known, count = set(), 0
        while not self._over.wait(1 / PER_SECOND):
            with self._lock:
                sessions = set(self._sessions)
            if count % SEARCH_EVERY == 0:
                known = set(processes_of(sessions))
            count += 1
            mib = sum(pss_bytes(pid) for pid in known | sessions) / 2**20
            self.peak_mib = max(self.peak_mib, mib)
            self.samples.append((round(time.monotonic() - self.begun, 1), round(mib, 1)))

    def run(self, command, env=None, cwd=None, accepted=(0,)):
        """One command, from beginning to end. A code that is not `accepted` raises RuntimeError."""
        with tempfile.TemporaryFile() as log:
            begun = time.monotonic()
            process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT, env=env,
                                       cwd=cwd, stdin=subprocess.DEVNULL, start_new_session=True)
            with self._lock:
                self._sessions.add(process.pid)
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
            finally:
                with self._lock:
                    self._sessions.discard(process.pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            output = log.read().decode("utf-8", "replace")
        if process.returncode not in accepted:
            raise RuntimeError(f"{' '.join(map(str, command))}: exit {process.returncode}\n{output[-2000:]}")
        return Cost(used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024,
                    used.ru_oublock * 512, process.returncode, output)


def run(command, env=None, **options):
    """One command whose memory at one time is of no interest."""
    return Watch().run(command, env, **options)
