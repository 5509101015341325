#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of all processes of a run together stays under --memory, and what cannot fit is refused.

  memory_budget.py --linka PROGRAM --draw PROGRAM [--pages 6] [--memory 700]

Colour pages at 400 dpi are digitized on two threads; meanwhile the proportional set sizes of the
program and all its children are added up, many times a second. One scan is too large for a second
budget: it is parked with the number it needs, and the others are done.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time


def tree(pid):
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                for child in children.read().split():
                    found += tree(int(child))
    except OSError:
        pass
    return found


def pss_mib(pid):
    total = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/smaps_rollup", encoding="ascii") as rollup:
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True, type=pathlib.Path)
    ap.add_argument("--draw", required=True, type=pathlib.Path)
    ap.add_argument("--pages", type=int, default=6)
    ap.add_argument("--memory", type=int, default=700, help="MiB")
    a = ap.parse_args()
    if not os.path.exists("/proc/self/smaps_rollup"):
        print("skipped: this kernel does not tell how much memory a process has to itself")
        return 77
    with tempfile.TemporaryDirectory(prefix="linka-memory-") as temporary:
        work = pathlib.Path(temporary)
        scans = work / "scans"
        subprocess.run([a.draw, scans, "--pages", str(a.pages), "--kind", "singles", "--dpi", "400", "--mode", "rgb",
                        "--paper", "105x148"], check=True, stdout=subprocess.DEVNULL)

        def run(batch, memory):
            command = [a.linka, "run", scans, "--no-package", "-o", work / batch, "-q", "-j", "2", "--memory",
                       f"{memory}M"]
            log = open(work / "log", "w+", encoding="utf-8")
            process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))
            peak = 0
            while process.poll() is None:
                peak = max(peak, pss_mib(process.pid))
                time.sleep(0.03)
            log.seek(0)
            return peak, log.read()

        peak, said = run("whole", a.memory)
        assert f"{a.pages} done" in said, said
        assert 100 < peak < a.memory, f"{peak:.0f} MiB at --memory {a.memory}M"

        _, said = run("tight", 200)
        status = subprocess.run([a.linka, "status", work / "tight"], capture_output=True, text=True,
                                env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="")).stdout
        found = re.search(r"pixels need about (\d+) MiB, more than the 200 MiB allowed", said + status)
        assert found, said + status
        assert 200 < int(found.group(1)) < a.memory, found.group(0)
        print(f"{a.pages} pages: {peak:.0f} MiB of {a.memory}; {found.group(0)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
