#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a run again and again and asks for the same bytes.

  chaos.py --linka PROGRAM (--scans DIR | --draw PROGRAM) --record FILE --target worker|parent
           [--kills 50] [--seed 1]

--draw names the maker of samples, which draws a batch of 20 pages. Digitizes the scans once undisturbed, then once more into another batch while the worker (or the
parent, which is then started again) is killed with SIGKILL at random moments. The two packages must
be the same byte for byte, and the status of the stormy batch must account for every scan once.
"""
import argparse
import filecmp
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def package_of(batch):
    packages = [d for d in os.listdir(os.path.join(batch, "packages")) if not d.startswith(".")]
    assert len(packages) == 1, f"packages in {batch}: {packages}"
    return os.path.join(batch, "packages", packages[0])


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs)


def worker_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            children = f.read().split()
        return int(children[0]) if children else None
    except (FileNotFoundError, ProcessLookupError):
        return None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    scans = ap.add_mutually_exclusive_group(required=True)
    scans.add_argument("--scans")
    scans.add_argument("--draw")
    ap.add_argument("--record", required=True)
    ap.add_argument("--target", choices=["worker", "parent"], required=True)
    ap.add_argument("--kills", type=int, default=50)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep")
    a = ap.parse_args()
    rng = random.Random(a.seed)
    root = a.keep or tempfile.mkdtemp(prefix="linka-chaos-")
    if a.draw:
        a.scans = os.path.join(root, "scans")
        subprocess.run([a.draw, a.scans, "--pages", "20"], check=True, stdout=subprocess.DEVNULL)
    env = dict(os.environ, SOURCE_DATE_EPOCH="1741943700", LC_ALL="C")

    def command(batch):
        return [a.linka, "run", a.scans, "--profile", "monograph", "--record", a.record, "--out", batch]

    quiet, stormy = os.path.join(root, "quiet"), os.path.join(root, "stormy")
    t0 = time.time()
    done = subprocess.run(command(quiet), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    whole_run_s = time.time() - t0
    assert done.returncode == 0, f"the quiet run ended with {done.returncode}:\n{done.stdout}"
    # Kills come a fraction of a run apart, so that work is done between them and cut short by them.
    longest_wait_s = max(0.3, whole_run_s / 4)

    kills = starts = 0
    log = open(os.path.join(root, "stormy.log"), "w")
    process = None
    while True:
        if process is None:
            process = subprocess.Popen(command(stormy), env=env, stdout=log, stderr=log)
            starts += 1
        if kills < a.kills:
            wait_until = time.time() + rng.uniform(0, longest_wait_s)
            while time.time() < wait_until and process.poll() is None:
                time.sleep(0.005)
        else:
            process.wait()
        code = process.poll()
        if code is not None:
            process = None
            assert code in (0, 1, -signal.SIGKILL), f"ended with {code}; see {log.name}"
            if kills >= a.kills:
                break
            # All done before the last kill: begin again from nothing, the kills go on.
            shutil.rmtree(stormy)
            continue
        target = process.pid if a.target == "parent" else worker_of(process.pid)
        if target is None:
            continue
        try:
            os.kill(target, signal.SIGKILL)
            kills += 1
        except ProcessLookupError:
            continue
        if a.target == "parent":
            process.wait()
            process = None
    log.close()

    status = subprocess.run([a.linka, "status", stormy, "--json"], env=env, stdout=subprocess.PIPE, text=True)
    assert status.returncode == 0, f"status says {status.returncode}:\n{status.stdout}"
    json.loads(status.stdout)
    one, two = package_of(quiet), package_of(stormy)
    assert files_of(one) == files_of(two), "the packages hold different files"
    different = [f for f in files_of(one) if not filecmp.cmp(os.path.join(one, f), os.path.join(two, f), shallow=False)]
    assert not different, f"different bytes in {different[:10]}"
    pages = len([f for f in files_of(two) if f.startswith("mastercopy/")])
    print(f"{kills} kills of the {a.target}, {starts} starts, quiet run {whole_run_s:.0f} s: "
          f"{pages} pages, {len(files_of(two))} files, every byte the same")
    if not a.keep:
        shutil.rmtree(root)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
