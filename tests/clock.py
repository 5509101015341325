#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the clock forth and back while a batch runs: nothing but times in the report may change.

  clock.py --linka PROGRAM

libfaketime gives the program another time of day, by hours another every few milliseconds; the clock that
nobody sets stays as it is. The package must have the bytes of the quiet run, nobody is parked for being late,
and a clock that went back to 2001 between two runs does not make the second one's word count less.
"""
import argparse
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading

from failpoints import Bench, packages, png


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    a = ap.parse_args()
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob.glob("/usr/lib/faketime/libfaketimeMT.so.1")
    if not found:
        print("SKIPPED: libfaketime is not installed")
        return 77
    root = tempfile.mkdtemp(prefix="linka-clock-")
    bench = Bench(a, root)
    for n in range(3, 7):
        png(os.path.join(bench.scans, f"{n:04}.png"), n)
    quiet, jumpy = os.path.join(root, "quiet"), os.path.join(root, "jumpy")
    code, said = bench.run(quiet, "first")
    assert code == 0, said

    time_file = os.path.join(root, "time")

    def turn(text):
        with open(time_file + ".new", "w") as f:
            f.write(text + "\n")
        os.replace(time_file + ".new", time_file)
    turn("+0")
    fake = dict(LD_PRELOAD=found[0], FAKETIME_TIMESTAMP_FILE=time_file, FAKETIME_NO_CACHE="1",
                FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", NO_FAKE_STAT="1", TZ="UTC")
    stop = threading.Event()

    def jump():
        rng = random.Random(1)
        while not stop.wait(0.005):
            turn(f"{rng.choice('+-')}{rng.randint(1, 400000)}")
    jumper = threading.Thread(target=jump)
    jumper.start()
    try:
        code, said = bench.run(jumpy, "first", **fake)
    finally:
        stop.set()
        jumper.join()
    assert code == 0, f"under a jumping clock it ended with {code}:\n{said}"
    assert packages(jumpy) == packages(quiet), "a jumping clock changed the package"

    # The first run in 2038, the second, which makes all pages again, in 2001.
    back = os.path.join(root, "back")
    turn("@2038-01-01 00:00:00")
    code, said = bench.run(back, "first", **fake)
    assert code == 0, said
    turn("@2001-01-01 00:00:00")
    code, said = bench.run(back, "second", **fake)
    assert code == 0, f"with an earlier clock the second run ended with {code}:\n{said}"
    with open(os.path.join(back, "journal", "main.jsonl")) as f:
        times = f.read()
    assert '"2038-01-01T' in times and '"2001-01-01T' in times, "the clock was not turned"
    again = subprocess.run([a.linka, "run", bench.scans, "--profile", bench.profiles["second"], "--record", bench.record,
                            "--out", back, "--dry-run", "--json"], env=bench.env, stdout=subprocess.PIPE, text=True)
    assert json.loads(again.stdout)["scans"] == [], "the later run's word does not count"
    print("a jumping clock and one that was set back changed nothing")
    shutil.rmtree(root)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
