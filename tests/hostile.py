#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder full of hostile scans, and a few honest ones: every file must be accounted for.

  hostile.py --linka PROGRAM [--all] [--also DIR] [--keep DIR]

Makes some 300 damaged, odd and malicious files (hostile_files.py) and things that are no files, puts
honest pages beside them and runs the batch, without reading text. Every file must end done or parked with
a sentence a librarian understands, the honest pages done, the batch with exit code 1, within limits of
time and memory. Without --all every third of the files is taken; with --all all of them, a TIFF of 8192
images, and each file once more by itself. --also takes in a folder of more files.
"""
import argparse
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import hostile_files

# One run of the whole folder, and one file alone. Generous: machines differ, an endless loop does not.
RUN_S, ALONE_CPU_S, ALONE_MIB, RUN_MIB = 900, 30, 1400, 6000
NEIGHBOURS = 6

failures = []


def failed(text):
    failures.append(text)
    print("FAILED:", text, flush=True)


def call(command, timeout_s=RUN_S):
    """(exit code, output, resources) of a command that must end by itself."""
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=dict(os.environ, LC_ALL="C"))
    late = threading.Timer(timeout_s, process.kill)
    late.start()
    out = process.stdout.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, out, used


def make_master(linka, work, profile):
    """A master copy of the program's own, for what is to be damaged as JPEG 2000."""
    scans = os.path.join(work, "first-scans")
    os.makedirs(scans)
    with open(os.path.join(scans, "1.png"), "wb") as f:
        f.write(hostile_files.png())
    batch = os.path.join(work, "first")
    code, out, _ = call([linka, "run", scans, "--no-package", "-p", profile, "-o", batch, "-q"])
    for d, _, names in os.walk(os.path.join(batch, "pages")):
        if "master.jp2" in names:
            with open(os.path.join(d, "master.jp2"), "rb") as f:
                return f.read()
    sys.exit(f"the honest page was not made (exit {code}):\n{out}")


def odd_things(scans, expected):
    """What lies in a folder and is no plain file, and names that are odd."""
    good, bad = hostile_files.png(), hostile_files.png()[:200]

    def put(name, data, fate):
        with open(os.path.join(os.fsencode(scans), name), "wb") as f:
            f.write(data)
        expected[name] = fate

    put(b"-dash.png", good, "done")
    put(b"--help.png", good, "done")
    put(b"new\nline.png", good, "done")
    put(b"tab\tand \x1b[31mcolour.png", bad, "parked")
    put(b"broken-utf8-\xff\xfe\x80.png", good, "done")
    put(b"broken-utf8-\xc3.tif", bad, "parked")
    put(b"quotes'\"`$(touch x);&|.png", good, "done")
    put(b"percent%s%n{}{0}.png", bad, "parked")
    put("\u0159".encode() * 124 + b".png", good, "done")
    put(b"a" * 251 + b".png", bad, "parked")
    put(b"..tif", bad, "any")  # hidden
    put(b"CON.tif", good, "done")
    at = os.fsencode(scans)
    for name, target in ((b"to-zero.tif", "/dev/zero"), (b"to-random.tif", "/dev/urandom"), (b"to-nothing.tif", "no/such/file"),
                         (b"to-itself.tif", "to-itself.tif"), (b"to-mem.tif", "/proc/self/mem"),
                         (b"to-passwd.tif", "/etc/passwd")):
        os.symlink(target, os.path.join(at, name))
        expected[name] = "any"
    os.symlink("neighbour-1.png", os.path.join(at, b"to-neighbour.png"))
    expected[b"to-neighbour.png"] = "done"
    os.link(os.path.join(at, b"neighbour-1.png"), os.path.join(at, b"hard-link.png"))
    expected[b"hard-link.png"] = "done"
    os.mkfifo(os.path.join(at, b"pipe.tif"))
    expected[b"pipe.tif"] = "any"
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(os.path.join(scans, "socket.tif"))
        expected[b"socket.tif"] = "any"
    except OSError:
        print("skipped: a socket in the folder (its path is too long)")
    os.makedirs(os.path.join(at, b"folder.tif", b"empty.png"))
    with open(os.path.join(at, b"folder.tif", b"1.png"), "wb") as f:
        f.write(good)
    expected[b"folder.tif/1.png"] = "done"
    for name, begin in ((b"sparse-100-GB.tif", hostile_files.tiff()), (b"sparse-100-GB.png", good), (b"sparse-100-GB.jpg", b"")):
        try:
            with open(os.path.join(at, name), "wb") as f:
                f.write(begin)
                f.truncate(100 * 10**9)
            expected[name] = "parked"
        except OSError as e:
            os.unlink(os.path.join(at, name))
            print(f"skipped: {name.decode()}: {e}")
    put(b"no-permission.tif", good, "any")
    os.chmod(os.path.join(at, b"no-permission.tif"), 0)
    if os.geteuid() == 0:
        print("skipped: a file without permission: root may read it all the same")
    return listener


class Restless(threading.Thread):
    """Files that grow, shrink, vanish and come back while they are read."""

    def __init__(self, scans, expected):
        super().__init__(daemon=True)
        self.scans, self.stop, self.data = scans, threading.Event(), hostile_files.png(after=b"")
        for name in ("growing.png", "shrinking.png", "vanishing.png"):
            self.write(name, self.data)
            expected[os.fsencode(name)] = "any"

    def write(self, name, data):
        with open(os.path.join(self.scans, name), "wb") as f:
            f.write(data)

    def run(self):
        turn = 0
        while not self.stop.wait(0.003):
            turn += 1
            with open(os.path.join(self.scans, "growing.png"), "ab") as f:
                f.write(b"\0" * 1000)
            self.write("shrinking.png", self.data if turn % 2 else b"")
            path = os.path.join(self.scans, "vanishing.png")
            if turn % 2:
                try:
                    os.unlink(path)
                except FileNotFoundError:
                    pass
            else:
                self.write("vanishing.png", self.data)
        self.write("vanishing.png", self.data)


NO_SENTENCE = re.compile(r"std::|basic_string|vector|bad_alloc|unknown exception|0x[0-9a-f]{6}|nullptr|what\(\)|"
                         r"out_of_range|terminate called|Assertion|OpenCV|^$")


def judge_sentence(name, reason):
    text = reason.get("message", "")
    if len(text) < 12 or " " not in text.strip() or NO_SENTENCE.search(text) or text.count("\n"):
        failed(f"{name!r} is parked with {text!r}, which tells nobody what to do")
    if reason.get("kind") == "internal" and "crash" not in text and "longer" not in text:
        failed(f"{name!r} is parked as a mistake of the program: {text!r}")
    if "crash" in text and b"shrinking" not in name:
        failed(f"{name!r} crashed a library: {text!r}")


def escaped(name):
    """A name as the program tells it in JSON: what is no UTF-8 comes out as something else."""
    return name.decode(errors="replace")


def judge(linka, batch, expected):
    code, out, _ = call([linka, "status", batch, "--json"])
    try:
        status = json.loads(out)
    except ValueError:
        return failed(f"status says no JSON (exit {code}): {out[:300]!r}")
    told, ignored = {}, {f["file"]: f.get("why", "") for f in status["ignored"]}
    for scan in status["scans"]:
        told.setdefault(scan["file"], []).append(scan)
    plain = lambda text: re.sub(r"[^A-Za-z0-9._/-]+", "?", text)
    by_plain = {plain(k): v for k, v in told.items()}
    ignored_plain = {plain(k) for k in ignored}
    counts = {"done": 0, "parked": 0, "ignored": 0}
    for name, fate in sorted(expected.items()):
        scans = told.get(escaped(name)) or by_plain.get(plain(escaped(name)))
        if scans is None:
            if plain(escaped(name)) in ignored_plain and fate == "any":
                counts["ignored"] += 1
            else:
                failed(f"{name!r} is not accounted for")
            continue
        states = {scan["state"] for scan in scans}
        for scan in scans:
            reasons = [scan["reason"]] if "reason" in scan else [p["reason"] for p in scan["pages"] if "reason" in p]
            if scan["state"] == "parked" and not reasons:
                failed(f"{name!r} is parked without a reason")
            for reason in reasons:
                judge_sentence(name, reason)
                # Too small or too odd a picture may pass the decoder and be refused later, in words.
        state = "parked" if "parked" in states else "done" if states == {"done"} else "/".join(sorted(states))
        if state in counts:
            counts[state] += 1
        if state not in ("done", "parked") and fate != "any":
            failed(f"{name!r} is {state}")
        elif fate in ("done", "parked") and state != fate:
            why = "; ".join(s.get("reason", {}).get("message", "") for s in scans)
            failed(f"{name!r} is {state}, not {fate}: {why}")
    return counts


def alone(linka, scans, work):
    """Each file by itself: time and memory."""
    worst_s = worst_mib = 0
    for name in sorted(os.listdir(os.fsencode(scans))):
        path = os.path.join(os.fsencode(scans), name)
        if not os.path.isfile(path) or name.startswith(b"."):
            continue
        code, out, used = call([linka, "decode", "--", os.fsdecode(path), os.path.join(work, "one.png")], 120)
        seconds, mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        worst_s, worst_mib = max(worst_s, seconds), max(worst_mib, mib)
        if seconds > ALONE_CPU_S or mib > ALONE_MIB or code < 0:
            failed(f"{name!r} by itself: {seconds:.1f} s, {mib:.0f} MiB, exit {code}")
    print(f"by itself at worst: {worst_s:.1f} s of processor time, {worst_mib:.0f} MiB")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--all", action="store_true")
    ap.add_argument("--also")
    ap.add_argument("--keep")
    a = ap.parse_args()
    work = a.keep or tempfile.mkdtemp(prefix="linka-hostile-")
    os.makedirs(work, exist_ok=True)
    profile = os.path.join(work, "plain.toml")
    with open(profile, "w") as f:
        f.write("[ocr]\nenabled = false\n[run]\npage_timeout_s = 120\n")
    master = make_master(a.linka, work, profile)
    scans, batch = os.path.join(work, "scans"), os.path.join(work, "batch")
    os.makedirs(scans)
    expected = {}
    for i in range(NEIGHBOURS):
        with open(os.path.join(scans, f"neighbour-{i}.png"), "wb") as f:
            f.write(hostile_files.png())
        expected[f"neighbour-{i}.png".encode()] = "done"
    every = hostile_files.files(master)
    chosen = list(every.items()) if a.all else list(every.items())[::3]
    for name, (data, fate) in chosen:
        with open(os.path.join(scans, name), "wb") as f:
            f.write(data)
        expected[name.encode()] = fate
    if a.all:
        with open(os.path.join(scans, "pages-8192.tif"), "wb") as f:
            f.write(hostile_files.multipage(8192, 8, 8))
        expected[b"pages-8192.tif"] = "either"
    if a.also:
        for name in os.listdir(a.also):
            shutil.copy(os.path.join(a.also, name), os.path.join(scans, "also-" + name))
            expected[b"also-" + os.fsencode(name)] = "any"
    listener = odd_things(scans, expected)
    restless = Restless(scans, expected)
    restless.start()
    begun = time.monotonic()
    code, out, used = call([a.linka, "run", scans, "--no-package", "-p", profile, "-o", batch, "-q"])
    seconds, mib = time.monotonic() - begun, used.ru_maxrss / 1024
    restless.stop.set()
    restless.join()
    if code != 1:
        failed(f"the run ended with {code}, not 1 (parked):\n{out[-2000:]}")
    if mib > RUN_MIB:
        failed(f"the run took {mib:.0f} MiB")
    # What changed while it was read is settled by a second run.
    code, out, _ = call([a.linka, "run", scans, "--no-package", "-p", profile, "-o", batch, "-q"])
    if code != 1:
        failed(f"the second run ended with {code}, not 1:\n{out[-2000:]}")
    counts = judge(a.linka, batch, expected)
    print(f"{len(expected)} files and things: {counts}; {seconds:.0f} s, at most {mib:.0f} MiB")
    if a.all:
        alone(a.linka, scans, work)
    listener.close()
    if not a.keep:
        shutil.rmtree(work, ignore_errors=True)
    if failures:
        sys.exit(f"{len(failures)} failures")


if __name__ == "__main__":
    main()
