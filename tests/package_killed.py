#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills `linka package` with SIGKILL and looks at what it leaves.

  package_killed.py --linka PROGRAM --draw PROGRAM [--pages 8] [--kills 12] [--seed 1]

A small batch is digitized without reading its text and packaged once undisturbed. A copy of the
batch is then packaged again and again, each time killed: by turns while a package is being built and
at any time. After every kill what stands under a final name must be whole and must be the same bytes;
the last packaging, undisturbed, must make the same bytes and leave no temporary folder.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RECORD = """
kind = "book"
urnnbn = "urn:nbn:cz:kil001-00000a"
title = "Kniha o mlýnech"
authors = ["Nováková, Anna"]
publisher = "Smyšlené nakladatelství"
place = "Praha"
country = "xr"
year = 1927
language = "cze"
shelfmark = "54 H 000001"
sigla = "ABA001"
institution = "Smyšlená knihovna"
"""


def bytes_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def named(packages):
    return sorted(p for p in packages.iterdir() if not p.name.startswith(".")) if packages.is_dir() else []


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True, type=pathlib.Path)
    ap.add_argument("--draw", required=True, type=pathlib.Path)
    ap.add_argument("--pages", type=int, default=8)
    ap.add_argument("--kills", type=int, default=12)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    a.linka, a.draw = a.linka.resolve(), a.draw.resolve()
    rng = random.Random(a.seed)
    env = dict(os.environ, SOURCE_DATE_EPOCH="1741943700", LC_ALL="C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="linka-killed-") as temporary:
        work = pathlib.Path(temporary)
        scans, quiet, stormy = work / "scans", work / "quiet", work / "stormy"
        subprocess.run([a.draw, scans, "--pages", str(a.pages), "--kind", "singles", "--dpi", "100",
                        "--mode", "grey"], check=True, stdout=subprocess.DEVNULL)
        profile = work / "killed.toml"
        profile.write_text("[ocr]\nenabled = false\n")
        made = subprocess.run([a.linka, "run", scans, "--no-package", "-p", profile, "-o", quiet, "-q"],
                              env=env, capture_output=True, text=True)
        # 1: pages that somebody should look at.
        assert made.returncode in (0, 1), made.stdout + made.stderr
        (quiet / "record.toml").write_text(RECORD)
        shutil.copytree(quiet, stormy)

        def command(batch):
            return [a.linka, "package", batch, "--with-held"]

        start = time.monotonic()
        done = subprocess.run(command(quiet), env=env, capture_output=True, text=True)
        whole_s = time.monotonic() - start
        packages = named(quiet / "packages")
        assert len(packages) == 1, f"exit {done.returncode}: {done.stdout}{done.stderr}"
        wanted = bytes_of(packages[0])
        assert len(wanted) == 5 * a.pages + 3, sorted(wanted)

        folder, log = stormy / "packages", work / "visits"

        def start(**more):
            return subprocess.Popen(command(stormy), env=dict(env, **more), stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, start_new_session=True)

        def half_built():
            """A program that has begun a package and will not finish it."""
            log.write_text("")
            process = start(LINKA_FAIL_LOG=str(log), LINKA_FAIL_AT="package-flushed:hang")
            while "package-begun" not in log.read_text():
                assert process.poll() is None, f"no package was begun, exit {process.returncode}"
                time.sleep(0.0005)
            return process

        killed = in_the_middle = tries = 0
        while killed < a.kills:
            tries += 1
            assert tries < 50 * a.kills, f"only {killed} of {tries} could be killed"
            middle = killed % 2 == 0
            process = half_built() if middle else start()
            try:
                process.wait(rng.uniform(0, 0.02 if middle else whole_s))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            if middle:
                assert any(p.name.startswith(".") and p.is_dir() for p in folder.iterdir()), "nothing was being built"
                in_the_middle += 1
            for package in named(folder):
                assert bytes_of(package) == wanted, f"kill {killed}: {package.name} is not whole"
                shutil.rmtree(package)  # so that the next one begins anew
        done = subprocess.run(command(stormy), env=env, capture_output=True, text=True)
        again = named(stormy / "packages")
        assert len(again) == 1 and again[0].name == packages[0].name, done.stdout + done.stderr
        assert bytes_of(again[0]) == wanted, "the package is not the same bytes"
        left = [p.name for p in (stormy / "packages").iterdir() if p.name.startswith(".") and p.is_dir()]
        assert not left, f"left behind: {left}"
        for page in (stormy / "pages").iterdir():
            assert bytes_of(page) == bytes_of(quiet / "pages" / page.name), f"{page.name} was changed"
        print(f"{killed} kills, {in_the_middle} in the middle of a package, the same {len(wanted)} files")


if __name__ == "__main__":
    sys.exit(main())
