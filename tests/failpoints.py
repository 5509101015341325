#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks into a batch at every place that `linka selftest points` lists, and asks for the same bytes.

  failpoints.py --linka PROGRAM [--all] [--only PLACE[:DEED[@VISIT]]] [--keep DIR]

A few small pages are drawn and digitized once in quiet, which also tells how often the run comes by
each place. Then, for each place, each deed (this process dies, all processes die, the system answers
with an error) and several visits: the batch is run with the fault, what it left is judged, and it is
run again without. There are several ways: a new batch, and a finished one whose settings have changed, so
that old pages and an old package give way to new ones. Judged are:

  P1  status and ledger account for every scan, once
  P2  what the journal calls done lies on the disk with its digests
  P4  what stands under a final name is whole: an old or a new package byte by byte, pages by their facts
  P6  the scans are what they were
  P7  after the second run the package has the bytes of the quiet one
  P10 an error of the disk ends with its own exit code and parks nobody
and no temporary file outlives the second run.
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import zlib

SCANS = 2
ERRORS = ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENOMEM"]
# What the program may answer to an error of the system: done all the same, full, or try again.
HONEST = {"ENOSPC": {0, 6}, "EDQUOT": {0, 6}, "EIO": {0, 75}, "EMFILE": {0, 75}, "ENOMEM": {0, 75}}
# Killed again and again at the same place, the run gives up and says so.
ENDINGS = {"die-all": {-9}, "die": {0, -9}, "die+": {75, -9}}
# A page whose facts cannot be read is still to be done, and the batch not complete.
READING = {"file-read": {1}}
# A scan that the disk cannot read is parked, as it should be.
NO_CASES = {("file-map", "EIO")}
# How a batch comes to its end: begun with which finished batch, by which profile, with what already out of
# order, and at which places it is broken into.
WAYS = {
    "first": (None, "first", "", ""),
    "second": ("first", "second", "", ""),
    # A file system that cannot let two folders change places.
    "aside": ("first", "second", "folder-exchange:EIO+,", "folder-"),
    # Settings that judge pages otherwise and make none anew.
    "judged": ("first", "third", "", "page-refreshed"),
}
# Places of other verbs than run and package, which have their own tests.
ELSEWHERE = ("base-test-", "deliver", "urn", "receipt", "record-source", "foxml", "selftest", "register", "shelf-", "handed-")


def png(path, number, width=200, height=280):
    """A page with lines of words; another for every number."""
    rng = random.Random(number)
    rows = []
    lines = [[rng.randrange(12, 26) for _ in range(5)] for _ in range(12)]
    for y in range(height):
        row = bytearray([235] * width)
        line, inside = divmod(y - 30, 18)
        if 0 <= line < len(lines) and inside < 8:
            for word, length in enumerate(lines[line]):
                x = 22 + 32 * word
                row[x:x + length] = bytes([30] * length)
        rows.append(b"\0" + bytes(row))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
                chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)) +
                chunk(b"IDAT", zlib.compress(b"".join(rows), 6)) + chunk(b"IEND", b""))


RECORD = """title = "Zkouška"
urnnbn = "urn:nbn:cz:tst001-00000b"
language = "cze"
year = 1927
sigla = "ABA001"
publisher = "Zkušební"
place = "Praha"
institution = "Zkušebna"
"""


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def tree(folder):
    return {os.path.relpath(os.path.join(d, n), folder): sha256(os.path.join(d, n))
            for d, _, names in os.walk(folder) for n in names}


def packages(batch):
    return {os.path.basename(p): tree(p) for p in glob.glob(os.path.join(batch, "packages", "*"))}


def pages(batch):
    """Digests of what the pages keep; facts.json holds times of the stages and stays out."""
    return {os.path.basename(p): {k: v for k, v in tree(p).items() if k != "facts.json"}
            for p in glob.glob(os.path.join(batch, "pages", "*"))}


def leftovers(batch):
    """Temporary names anywhere in the batch."""
    return [os.path.join(d, n) for d, dirs, files in os.walk(batch) for n in dirs + files
            if n.startswith(".") and n.endswith((".tmp", ".new", ".old", ".building"))]


def visits(log):
    """How often a run came by each place."""
    if not os.path.exists(log):
        return {}
    with open(log) as f:
        return collections.Counter(f.read().split())


class Bench:
    def __init__(self, a, root):
        self.linka, self.root = a.linka, root
        self.scans = os.path.join(root, "scans")
        os.mkdir(self.scans)
        for n in range(1, SCANS + 1):
            png(os.path.join(self.scans, f"{n:04}.png"), n)
        self.before = self.scans_now()
        self.record = os.path.join(root, "title.toml")
        with open(self.record, "w") as f:
            f.write(RECORD)
        self.profiles = {}
        for name, more in (("first", ""), ("second", "[encode]\nuser_rate = 16\n"), ("third", "[check]\nenabled = false\n")):
            self.profiles[name] = os.path.join(root, name + ".toml")
            with open(self.profiles[name], "w") as f:
                f.write("[ocr]\nenabled = false\n" + more)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("LINKA_")}
        self.env.update(SOURCE_DATE_EPOCH="1741943700", LC_ALL="C")
        self.quiet, self.visits, self.not_reached = {}, {}, []

    def scans_now(self):
        out = {}
        for name in sorted(os.listdir(self.scans)):
            path = os.path.join(self.scans, name)
            out[name] = (sha256(path), os.stat(path).st_mtime_ns)
        return out

    def run(self, batch, profile, **variables):
        done = subprocess.run([self.linka, "run", self.scans, "--profile", self.profiles[profile], "--record",
                               self.record, "--out", batch, "--jobs", "1", "--quiet", "--with-held"],
                              env=dict(self.env, **variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120)
        return done.returncode, done.stdout

    def settle(self, way):
        """The quiet run of a way: its bytes, and how often each place is passed."""
        batch, log = os.path.join(self.root, "quiet-" + way), os.path.join(self.root, way + ".visits")
        self.start(way, batch)
        _, profile, broken, _ = WAYS[way]
        code, said = self.run(batch, profile, LINKA_FAIL_LOG=log, LINKA_FAIL_AT=broken)
        assert code == 0, f"the quiet run ended with {code}:\n{said}"
        self.quiet[way] = (packages(batch), pages(batch))
        self.visits.update({(way, name): n for name, n in visits(log).items()})
        left = leftovers(batch)
        assert not left, f"left by the quiet run: {left}"

    def start(self, way, batch):
        if WAYS[way][0]:
            shutil.copytree(os.path.join(self.root, "quiet-" + WAYS[way][0]), batch)

    def case(self, way, point, deed, visit, batch):
        self.start(way, batch)
        _, profile, broken, _ = WAYS[way]
        log = batch + ".visits"
        code, said = self.run(batch, profile, LINKA_FAIL_AT=f"{broken}{point}:{deed}@{visit}", LINKA_FAIL_LOG=log)
        allowed = ENDINGS[deed] if deed in ENDINGS else HONEST[deed] | READING.get(point, set())
        # How often a file is looked at depends on the clock, too: the last visit of the quiet run need not come.
        if visits(log).get(point, 0) < visit:
            self.not_reached.append(batch)
            allowed = {0}
        assert code in allowed, f"exit {code}, not of {sorted(allowed)}:\n{said}"
        if code == 0 and WAYS[way][0] is None:
            assert f" for {SCANS} pages" in said, f"the run made all pages and says otherwise:\n{said}"
        if os.path.exists(os.path.join(batch, "batch.json")):
            self.judge(way, batch)
        code, said = self.run(batch, profile)
        assert code == 0, f"the second run ended with {code}:\n{said}"
        assert packages(batch) == self.quiet[way][0], "P7: the package has other bytes than the quiet one"
        assert pages(batch) == self.quiet[way][1], "P7: the pages have other bytes than the quiet ones"
        left = leftovers(batch)
        assert not left, f"left after the second run: {left}"
        assert self.scans_now() == self.before, "P6: the scans have changed"

    def judge(self, way, batch):
        status = subprocess.run([self.linka, "status", batch, "--json"], env=self.env, stdout=subprocess.PIPE, text=True)
        assert status.returncode in (0, 1), f"status says {status.returncode}: {status.stdout}"
        answer = json.loads(status.stdout)
        names = sorted(s["scan"] for s in answer["scans"])
        assert names == sorted(self.before), f"P1: status accounts for {names}"
        parked = [s for s in answer["scans"] if s["state"] == "parked"]
        assert not parked, f"P10: a good page is parked: {parked}"
        whole = [self.quiet[w][0] for w in ("first", way)]
        for name, files in packages(batch).items():
            assert any(q.get(name) == files for q in whole), f"P4: {name} is neither the old nor the new package"
        for page in glob.glob(os.path.join(batch, "pages", "*")):
            with open(os.path.join(page, "facts.json")) as f:
                facts = json.load(f)
            for file in facts["files"]:
                assert sha256(os.path.join(page, file["name"])) == file["sha256"], f"P4: {page}/{file['name']}"
        for scan in answer["scans"]:
            if scan["state"] == "done":
                for page in scan["pages"]:
                    name = page if isinstance(page, str) else page["page"]
                    assert os.path.exists(os.path.join(batch, "pages", name, "facts.json")), f"P2: {name} is not there"


def spread(n, everything):
    """The visits to try, of n."""
    return list(range(1, n + 1)) if everything else sorted({1, (n + 1) // 2, n})


def cases(bench, a, points):
    out = []
    for way, (_, _, _, where) in WAYS.items():
        for point in points:
            n = bench.visits.get((way, point), 0)
            if n == 0 or not point.startswith(where) or (way == "aside" and point == "folder-exchange"):
                continue
            for visit in spread(n, a.all):
                out.append((way, point, "die-all", visit))
                if a.all or visit in (1, n):
                    out.append((way, point, "die", visit))
            for visit in spread(n, a.all):
                out += [(way, point, deed, visit) for deed in ERRORS if (point, deed) not in NO_CASES]
    out += [("first", point, "die+", 1) for point in ("page-begun", "page-flushed") if point in points]
    if a.only:
        place, _, rest = a.only.partition(":")
        deed, _, visit = rest.partition("@")
        out = [c for c in out if c[1] == place and deed in ("", c[2]) and visit in ("", str(c[3]))]
    elif not a.all:
        # A choice that is the same every time: each place and deed comes up, visits take turns.
        rng = random.Random(1)
        chosen = {}
        for c in out:
            chosen.setdefault((c[1], c[2]), []).append(c)
        out = [rng.choice(of) for (_, deed), of in chosen.items() if deed in ENDINGS or rng.random() < 0.4]
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--all", action="store_true")
    ap.add_argument("--only")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--keep")
    a = ap.parse_args()
    root = a.keep or tempfile.mkdtemp(prefix="linka-failpoints-")
    os.makedirs(root, exist_ok=True)
    bench = Bench(a, root)
    known = json.loads(subprocess.run([a.linka, "selftest", "points", "--json"], check=True, stdout=subprocess.PIPE,
                                      env=bench.env, text=True).stdout)
    points = [p["name"] for p in known["points"]]
    refused = bench.run(os.path.join(root, "refused"), "first", LINKA_FAIL_AT="no-such-place:die")
    assert refused[0] == 2 and not os.path.exists(os.path.join(root, "refused")), f"a wrong place: {refused}"
    for way in WAYS:
        bench.settle(way)
    passed_by = {name for _, name in bench.visits}
    never = [p for p in points if p not in passed_by and not p.startswith(ELSEWHERE)]
    todo = cases(bench, a, points)
    failures, lock = [], threading.Lock()

    def one(numbered):
        number, case = numbered
        batch = os.path.join(root, f"case-{number}")
        try:
            bench.case(*case, batch)
        except (AssertionError, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as e:
            with lock:
                failures.append(f"{case[0]} {case[1]}:{case[2]}@{case[3]} ({batch}): {e}")
                print("FAILED", failures[-1], flush=True)
            return
        shutil.rmtree(batch, ignore_errors=True)

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        list(pool.map(one, enumerate(todo)))
    if never:
        print("never passed by:", ", ".join(never))
    print(f"{len(passed_by)} places of {len(points)} on {len(WAYS)} ways, {sum(bench.visits.values())} visits; "
          f"{len(todo)} cases, {len(bench.not_reached)} not reached, {len(failures)} failed")
    # A few at the last visit; more would be a test that tests nothing.
    if len(bench.not_reached) > len(todo) / 20 + 1:
        failures.append("too many places were not reached")
    if not failures and not a.keep:
        shutil.rmtree(root)
    return 1 if failures or not todo else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
