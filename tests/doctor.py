#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`linka doctor` tells what is here and what is missing: doctor.py --linka PROGRAM"""
import argparse
import json
import os
import subprocess
import sys
import tempfile


def call(*command, **env):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, LC_ALL="C", **env))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    linka = ap.parse_args().linka
    with tempfile.TemporaryDirectory(prefix="linka-doctor-") as work:
        profile = os.path.join(work, "ours.toml")
        with open(profile, "w") as f:
            f.write("[ocr]\nenabled = false\n")
        seen = call(linka, "doctor", work, "--profile", profile, "--json")
        assert seen.returncode == 0, seen.stdout + seen.stderr
        looks = {look["name"]: look for look in json.loads(seen.stdout)["looked_at"]}
        for name in ("version", "machine", "disk", "models", "word-lists", "schemas", "sandbox", "locale", "time"):
            assert name in looks and looks[name]["words"], name
        assert looks["disk"]["value"]["free_bytes"] > 0 and looks["disk"]["value"]["folder"] == work
        kernel = looks["sandbox"]["value"]
        if kernel["seccomp"]:
            for thing in ("network", "program", "process", "trace", "rights"):
                assert kernel["refuses"][thing], f"{thing} is not refused"
        if kernel["landlock"] >= 3:
            assert kernel["refuses"]["write"] and kernel["refuses"]["read"], kernel
        assert sorted(os.listdir(work)) == ["ours.toml"], "something was left behind"
        print(looks["sandbox"]["words"])

        with open(profile, "w") as f:
            f.write(f'[ocr]\nmodels = "ces"\ntessdata = "{work}/nothing"\n')
        lacking = call(linka, "doctor", work, "--profile", profile)
        assert lacking.returncode == 7, f"exit {lacking.returncode} without models\n{lacking.stdout}"
        assert any(line.startswith("! ") and "ces" in line for line in lacking.stdout.splitlines()), lacking.stdout
        assert all(line[:2] in ("+ ", "- ", "! ", "  ") for line in lacking.stdout.splitlines()[:-1]), lacking.stdout

        nowhere = call(linka, "doctor", os.path.join(work, "nowhere"), "--profile", profile)
        assert nowhere.returncode == 7, nowhere.stdout
        wrong = call(linka, "doctor", work, "--profile", os.path.join(work, "no.toml"))
        assert wrong.returncode not in (0, 7), wrong.returncode
        plain = call(linka, "doctor", work)
        assert plain.returncode in (0, 7), plain.stderr


if __name__ == "__main__":
    try:
        main()
    except AssertionError as e:
        sys.exit(f"FAILED: {e}")
