#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that finds everything done reads little, and still notices whatever has changed.

  done_run.py --linka PROGRAM --draw PROGRAM

A small batch is digitized without reading its text and packaged. A package that nobody has touched
is not read again by the same program: what its check said is kept in the batch. A byte changed in
it, its date set back, is noticed all the same, and so are a page's file that is gone, facts that are
damaged and a scan that was changed.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from package_killed import RECORD, bytes_of


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True, type=pathlib.Path)
    ap.add_argument("--draw", required=True, type=pathlib.Path)
    a = ap.parse_args()
    env = dict(os.environ, SOURCE_DATE_EPOCH="1741943700", LC_ALL="C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="linka-done-") as temporary:
        work = pathlib.Path(temporary)
        scans, batch = work / "scans", work / "batch"
        subprocess.run([a.draw, scans, "--pages", "8", "--kind", "singles", "--dpi", "300", "--mode", "grey",
                        "--paper", "60x90"], check=True, stdout=subprocess.DEVNULL)
        record = work / "title.toml"
        record.write_text(RECORD)
        profile = work / "done.toml"
        profile.write_text("[ocr]\nenabled = false\n[encode]\nverify = \"off\"\n")

        def run(program=a.linka):
            done = subprocess.run([program, "run", scans, "-p", profile, "-r", record, "-o", batch, "-q", "--json",
                                   "--with-held"], env=env, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            return json.loads(done.stdout)

        first = run()
        [package] = [p for p in (batch / "packages").iterdir() if not p.name.startswith(".")]
        wanted = bytes_of(package)
        kept = batch / "checked.json"
        told = json.loads(kept.read_text())
        assert list(told) == [package.name], told

        def checks(answer):
            return [p["check"] for p in answer["packages"]]

        assert checks(run()) == checks(first), "the check's answer changes when it is told again"

        # That the answer is told and not found again is seen when another one stands there.
        told[package.name]["report"]["rules"] = 98765
        another = json.dumps(told)
        kept.write_text(another)
        assert "98765" in json.dumps(run()), "an untouched package is checked again"
        other = work / "linka"
        shutil.copy2(a.linka, other)
        assert "98765" not in json.dumps(run(other)), "another program tells what this one found"
        kept.write_text(another)

        master = next(p for p in sorted(package.rglob("*.jp2")) if "master" in str(p))
        before = master.stat()
        damaged = bytearray(master.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        master.unlink()  # it shares its bytes with the page
        master.write_bytes(damaged)
        os.utime(master, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert "98765" not in json.dumps(run()), "a changed byte is not noticed"
        assert bytes_of(package) == wanted, "the package is not as it was"

        for text in ("", "{", "[]", json.dumps({package.name: {"state": 1}})):
            kept.write_text(text)
            run()
            assert json.loads(kept.read_text())[package.name]["report"]["pages"] == 8, text

        page = sorted((batch / "pages").iterdir())[2]
        (page / "user.jp2").unlink()
        run()
        assert (page / "user.jp2").exists(), "a lost file of a page is not noticed"

        # Facts of the same size and date are other facts all the same.
        facts = sorted((batch / "pages").iterdir())[4] / "facts.json"
        stamp, text = facts.stat(), facts.read_text()
        facts.write_text("[" + text[1:])
        os.utime(facts, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        status = subprocess.run([a.linka, "status", batch, "--json"], env=env, capture_output=True, text=True)
        assert json.loads(status.stdout)["sums"]["pending"] == 1, status.stdout[-2000:]
        run()
        assert json.loads(facts.read_text())["page"] == json.loads(text)["page"], "damaged facts are not noticed"

        scan = sorted(scans.glob("*.tif"))[3]
        stamp = scan.stat()
        scan.write_bytes(scan.read_bytes())
        os.utime(scan, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
        done = run()
        assert "98765" not in json.dumps(done)
        print("what was done is not done again, what has changed is")


if __name__ == "__main__":
    sys.exit(main())
