#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts the power after every operation on a file while something is stored on a shelf or read again.

  shelf_power.py --linka PROGRAM --shim LIBRARY [--states 60] [--seed 1] [--keep DIR]

As tests/power_loss.py: the call is recorded, and from the record come states of the disk as a power cut may leave
them. In each the storage root is one of OCFL 1.1, its objects are those before or after the call, what the call had
told is there, and the same call once more ends as the quiet one.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile

import ocfl_check
from power_loss import POLICIES, Disk
from shelf import Shelves

WAYS = ("first", "second", "aside", "audit")


def words(shelves, way, shelf):
    return [shelf if p == "SHELF" else p for p in shelves.ways()[way][1]]


def record(a, shelves, way):
    """What was done before is recorded, too: the model begins with an empty folder."""
    disk, log = shelves.path("recorded-" + way), shelves.path(way + ".log")
    os.mkdir(disk)
    shelf = os.path.join(disk, "shelf")
    variables = dict(LD_PRELOAD=a.shim, POWER_LOSS_LOG=log, POWER_LOSS_ROOT=disk)
    before = dict(shelves.env)
    shelves.env.update(variables)
    for step in shelves.ways()[way][0]:
        shelves.call(*[shelf if p == "SHELF" else p for p in step])
    shelves.env = before
    begin, old = Disk(log).count, shelves.content(shelf)
    shelves.call(*words(shelves, way, shelf), code={0, 5}, LINKA_FAIL_AT=shelves.ways()[way][2], **variables)
    model = Disk(log)
    return model, begin, old, shelves.content(shelf)


def state(shelves, way, number, ways, a):
    rng = random.Random(a.seed * 100003 + number)
    model, begin, old, new = ways[way]
    policy = POLICIES[(number // len(ways)) % len(POLICIES)]
    # Each call is cut after its last operation, too, when what it told has to be there.
    until = model.count if number < len(ways) else rng.randint(begin, model.count)
    disk = shelves.path(f"state-{number}")
    try:
        model.write_state(disk, until, policy, rng)
        shelf = os.path.join(disk, "shelf")
        if way == "aside":
            shelves.call("shelf", "quota", shelf)  # who comes next gives the older one back
        report = ocfl_check.check_root(os.path.join(shelf, "ocfl"))
        wrong = [line for line in report.lines if line[0] != "E090"]
        assert not wrong, wrong
        assert shelves.content(shelf) in (old, new), "neither the older nor the newer objects"
        if until == model.count:
            assert shelves.content(shelf) == new, "what was told is not there"
        shelves.call(*words(shelves, way, shelf), code={0})
        shelves.call("shelf", "quota", shelf)
        report = ocfl_check.check_root(os.path.join(shelf, "ocfl"))
        assert not report.lines, report.lines
        assert shelves.content(shelf) == new, "other objects than the quiet call's"
        sums = shelves.answer("shelf", "quota", shelf)
        assert sums["versions"] == sum(len(v) for v in new.values()) and sums["reserved_bytes"] == 0, sums
        assert not os.listdir(os.path.join(shelf, "work")), "something is left at work"
    except (AssertionError, OSError) as e:
        raise AssertionError(f"state {number}: {way}, power cut after operation {until} of {model.count} (from {begin}), "
                             f"{policy} ({disk}): {e}") from e
    shutil.rmtree(disk)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--shim", required=True)
    ap.add_argument("--states", type=int, default=60)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep")
    a = ap.parse_args()
    assert os.path.exists(a.shim), f"{a.shim} is not built"
    root = a.keep or tempfile.mkdtemp(prefix="linka-shelf-power-")
    os.makedirs(root, exist_ok=True)
    shelves = Shelves(a, root)
    ways = {way: record(a, shelves, way) for way in WAYS}
    for number in range(a.states):
        state(shelves, WAYS[number % len(WAYS)], number, ways, a)
    operations = ", ".join(str(m.count - begin) for m, begin, _, _ in ways.values())
    print(f"{a.states} power cuts in calls of {operations} operations")
    if not a.keep:
        shutil.rmtree(root)
    return 0 if a.states else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
