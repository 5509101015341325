#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts the power after every operation on a file, and asks for the same bytes.

  power_loss.py --linka PROGRAM --shim LIBRARY [--states 40] [--seed 1] [--keep DIR]

A run is recorded by the library (tests/power_loss_shim.c). From the record come states of the disk as a
power cut may leave them: after any operation, what was flushed is there, and of what was not flushed

  flushed   nothing is there (the strictest file system that POSIX allows)
  names     all names are there, of the bytes only what was flushed (files of length zero)
  bytes     all bytes are there, of the names only what was flushed
  all       everything is there (a kill)
  any       each name and each file by chance, written files cut anywhere or with zeros at their end

Each state is written into a fresh folder. `linka verify` must find nothing wrong with what the journal calls
done, and the run that goes on there must end with the bytes of the quiet run and leave nothing behind.
"""
import argparse
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

from failpoints import Bench, leftovers, packages, pages

POLICIES = ("flushed", "names", "bytes", "all", "any")


def records(log):
    with open(log, "rb") as f:
        data = f.read()
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("=I", data, at)
        kind, inode, offset, first = struct.unpack_from("=cQQI", data, at + 4)
        start = at + 4 + 21
        one = data[start:start + first]
        (second,) = struct.unpack_from("=I", data, start + first)
        two = data[start + first + 4:start + first + 4 + second]
        yield kind.decode(), inode, offset, os.fsdecode(one), two
        at += 4 + length


class Thing:
    """A file or a folder. `flushed_at`: the operation that flushed it last."""

    def __init__(self, is_folder):
        self.is_folder = is_folder
        self.entries = {}     # folder: name -> Thing, as the program sees it
        self.writes = []      # file: (operation, "W"|"T", offset, bytes)
        self.flushes = []


class Disk:
    """What was done to the disk, operation by operation."""

    def __init__(self, log):
        self.root = Thing(True)
        self.by_inode = {}
        self.names = []       # (operation, [(folder, name, thing or None)])
        self.count = 0
        for record in records(log):
            self.take(*record)

    def place(self, path):
        folder, _, name = path.rpartition("/")
        thing = self.root
        for part in folder.split("/") if folder else []:
            thing = thing.entries[part]
        return thing, name

    def change(self, *changes):
        self.names.append((self.count, list(changes)))
        for folder, name, thing in changes:
            if thing is None:
                folder.entries.pop(name, None)
            else:
                folder.entries[name] = thing

    def take(self, kind, inode, offset, one, two):
        self.count += 1
        if kind in "CDULXRE":
            other = os.fsdecode(two) if kind in "RLE" else ""
            folder, name = self.place(other or one)
        if kind == "C":
            thing = folder.entries.get(name)
            if thing is None:
                thing = Thing(False)
                self.change((folder, name, thing))
            elif offset == 1:
                thing.writes.append((self.count, "T", 0, b""))
            self.by_inode[inode] = thing
        elif kind == "D":
            thing = Thing(True)
            self.change((folder, name, thing))
            self.by_inode[inode] = thing
        elif kind in "UX":
            self.change((folder, name, None))
        elif kind == "L":
            source, source_name = self.place(one)
            self.change((folder, name, source.entries[source_name]))
        elif kind == "R":
            source, source_name = self.place(one)
            self.change((folder, name, source.entries[source_name]), (source, source_name, None))
        elif kind == "E":
            source, source_name = self.place(one)
            self.change((folder, name, source.entries[source_name]), (source, source_name, folder.entries[name]))
        elif kind in "WT":
            self.by_inode[inode].writes.append((self.count, kind, offset, two))
        elif kind == "F":
            thing = self.by_inode.get(inode)
            if thing is not None:
                thing.flushes.append(self.count)

    @staticmethod
    def content(thing, until):
        data = bytearray()
        for at, kind, offset, written in thing.writes:
            if at > until:
                break
            if kind == "T":
                del data[offset:]
                data.extend(b"\0" * (offset - len(data)))
            else:
                data.extend(b"\0" * (offset - len(data)))
                data[offset:offset + len(written)] = written
        return bytes(data)

    @staticmethod
    def last_flush(thing, until):
        return max((f for f in thing.flushes if f <= until), default=0)

    def write_state(self, target, until, policy, rng):
        """The disk after the power went, `until` operations having been done."""
        entries = {}
        for at, changes in self.names:
            if at > until:
                break
            # The folder of the batch's own name is never in doubt.
            flushed = all(self.last_flush(folder, until) >= at or folder is self.root for folder, _, _ in changes)
            if flushed or policy in ("names", "all") or (policy == "any" and rng.random() < 0.5):
                for folder, name, thing in changes:
                    if thing is None:
                        entries.get(id(folder), {}).pop(name, None)
                    else:
                        entries.setdefault(id(folder), {})[name] = thing
        written = {}

        def put(folder, path):
            os.mkdir(path)
            for name, thing in entries.get(id(folder), {}).items():
                where = os.path.join(path, name)
                if thing.is_folder:
                    put(thing, where)
                elif id(thing) in written:
                    os.link(written[id(thing)], where)
                else:
                    with open(where, "wb") as f:
                        f.write(self.surviving(thing, until, policy, rng))
                    written[id(thing)] = where
        put(self.root, target)

    def surviving(self, thing, until, policy, rng):
        safe = self.content(thing, self.last_flush(thing, until))
        seen = self.content(thing, until)
        if policy in ("flushed", "names") or safe == seen:
            return safe
        if policy in ("bytes", "all"):
            return seen
        choice = rng.random()
        if choice < 0.3:
            return safe
        if choice < 0.6:
            return seen
        # Of an appended file the old part stays; the new one is cut, or its end never got to the disk.
        keep = len(safe) if seen.startswith(safe) else 0
        cut = rng.randint(keep, len(seen))
        return seen[:cut] if choice < 0.8 else seen[:cut] + b"\0" * (len(seen) - cut)


def record(a, bench, way, root):
    """A recorded run: a new batch, or a finished one with other settings."""
    disk, log = os.path.join(root, "recorded-" + way), os.path.join(root, way + ".log")
    os.mkdir(disk)
    batch = os.path.join(disk, "batch")
    variables = dict(LD_PRELOAD=a.shim, POWER_LOSS_LOG=log, POWER_LOSS_ROOT=disk)
    code, said = bench.run(batch, "first", **variables)
    assert code == 0, f"the recorded run ended with {code}:\n{said}"
    begin = 0
    if way == "second":
        begin = Disk(log).count
        code, said = bench.run(batch, "second", **variables)
        assert code == 0, f"the recorded run ended with {code}:\n{said}"
    quiet = packages(batch), pages(batch)
    model = Disk(log)
    # The record must tell the whole story, or it proves nothing.
    whole = os.path.join(root, "whole-" + way)
    model.write_state(whole, model.count, "all", None)
    assert (packages(os.path.join(whole, "batch")), pages(os.path.join(whole, "batch"))) == quiet, \
        "the record does not give back what the run wrote"
    shutil.rmtree(whole)
    return model, begin, quiet


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--shim", required=True)
    ap.add_argument("--states", type=int, default=40)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep")
    a = ap.parse_args()
    assert os.path.exists(a.shim), f"{a.shim} is not built"
    root = a.keep or tempfile.mkdtemp(prefix="linka-power-")
    os.makedirs(root, exist_ok=True)
    bench = Bench(a, root)
    ways = {way: record(a, bench, way, root) for way in ("first", "second")}
    failures, tried, finished = [], 0, {"first": 0, "second": 0}
    for number in range(a.states):
        rng = random.Random(a.seed * 100003 + number)
        way = ("first", "second")[number % 2]
        model, begin, quiet = ways[way]
        policy = POLICIES[(number // 2) % len(POLICIES)]
        until = rng.randint(begin, model.count)
        disk = os.path.join(root, f"state-{number}")
        batch = os.path.join(disk, "batch")
        model.write_state(disk, until, policy, rng)
        tried += 1
        try:
            if os.path.exists(os.path.join(batch, "batch.json")):
                looked = subprocess.run([a.linka, "verify", batch, "--no-decode"], env=bench.env, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
                assert looked.returncode in (0, 10), f"verify says {looked.returncode}:\n{looked.stdout}"
                finished[way] += looked.returncode == 0
            code, said = bench.run(batch, way)
            assert code == 0, f"the run that went on ended with {code}:\n{said}"
            assert (packages(batch), pages(batch)) == quiet, "other bytes than the quiet run's"
            left = leftovers(batch)
            assert not left, f"left behind: {left}"
        except (AssertionError, OSError) as e:
            failures.append(f"state {number}: {way} run, power cut after operation {until} of {model.count}, "
                            f"{policy} ({disk}): {e}")
            print("FAILED", failures[-1], flush=True)
            continue
        shutil.rmtree(disk)
    print(f"{tried} power cuts in runs of {ways['first'][0].count} and {ways['second'][0].count} operations, "
          f"{sum(finished.values())} of them with pages or packages finished; {len(failures)} failed")
    if not failures and not a.keep:
        shutil.rmtree(root)
    return 1 if failures or not tried else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
