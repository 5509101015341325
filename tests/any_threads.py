#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""However many threads a run has, the same bytes come out.

  any_threads.py --linka PROGRAM --draw PROGRAM

Pages and spreads are digitized, read and packaged with one thread and with four, more than there are
scans at the end of the run; the packages are compared byte by byte, and of the pages everything but
the times that their steps took.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from package_killed import RECORD, bytes_of


def pages_of(batch):
    found = bytes_of(batch / "pages")
    for name in found:
        if name.endswith("facts.json"):
            facts = json.loads(found[name])
            assert facts.pop("stage_ms"), name
            found[name] = json.dumps(facts).encode()
    return found


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True, type=pathlib.Path)
    ap.add_argument("--draw", required=True, type=pathlib.Path)
    a = ap.parse_args()
    env = dict(os.environ, SOURCE_DATE_EPOCH="1741943700", LC_ALL="C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="linka-threads-") as temporary:
        work = pathlib.Path(temporary)
        scans, record = work / "scans", work / "title.toml"
        subprocess.run([a.draw, scans, "--pages", "5", "--kind", "book", "--dpi", "300", "--mode", "grey",
                        "--paper", "60x90"], check=True, stdout=subprocess.DEVNULL)
        record.write_text(RECORD)
        made = {}
        for threads in (1, 4):
            batch = work / str(threads)
            run = subprocess.run([a.linka, "run", scans, "-r", record, "-o", batch, "-q", "--with-held", "--jobs",
                                  str(threads)], env=env, capture_output=True, text=True)
            assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
            made[threads] = {"pages": pages_of(batch), "packages": bytes_of(batch / "packages")}
            assert made[threads]["packages"], "no package was built"
        for part in ("pages", "packages"):
            one, four = made[1][part], made[4][part]
            different = [name for name in sorted(one.keys() | four.keys()) if one.get(name) != four.get(name)]
            assert not different, f"{part}: {different}"
        print(f"{len(made[1]['pages'])} files of pages and {len(made[1]['packages'])} of packages are the same")


if __name__ == "__main__":
    sys.exit(main())
