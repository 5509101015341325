#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is handed on, broken off at every place: under the final name stands the whole or nothing, what is
half made goes with the next try, and a stop or an error of the system leaves nothing at all.

  handed_killed.py --linka PROGRAM --draw PROGRAM
"""
import argparse
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import deliverable

BASE = ("--base", "https://library.example.org/a")
VERBS = {"bag": ("bag",), "bag.tar": ("bag",), "bag.zip": ("bag",), "text.zip": ("bundle",), "text": ("bundle",), "www": ("iiif", *BASE, "-j", "2"),
         "book.pdf": ("pdf", "-j", "2"), "unpacked": ("unbag",)}
EPOCH = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}


def make(a, source, verb, out, **more):
    return subprocess.run([a.linka, *map(str, (verb[0], source, out, *verb[1:], "-q"))], capture_output=True, text=True, env={**EPOCH, **more})


def content(path):
    """{name: bytes}; of a file itself."""
    return path.read_bytes() if path.is_file() else {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def broken_off(a, source, verb, name, folder, place):
    """One verb, killed and refused at one place."""
    out = folder / name
    wanted = make(a, source, verb, out)
    assert wanted.returncode == 0, f"{name}: {wanted.stderr}"
    whole = content(out)
    assert sorted(p.name for p in folder.iterdir()) == [name], "something is left"
    clear = lambda: shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
    clear()
    died = make(a, source, verb, out, LINKA_FAIL_AT=f"{place}:die")
    assert died.returncode == -signal.SIGKILL, f"{name}, {place}: exit {died.returncode}, it never came by: {died.stderr}"
    assert out.exists() == (place == "handed-named"), f"{name}, {place}: half made under its name"
    if out.exists():
        assert content(out) == whole, f"{name}, {place}"
        assert make(a, source, verb, out).returncode == 4
        clear()
    again = make(a, source, verb, out)
    assert again.returncode == 0 and content(out) == whole, f"{name}, {place}: the next try: {again.stderr}"
    assert sorted(p.name for p in folder.iterdir()) == [name], f"{name}, {place}: left behind"
    clear()
    if place == "handed-named":
        return
    for error, code in (("ENOSPC", 6), ("EIO", 75)):
        refused = make(a, source, verb, out, LINKA_FAIL_AT=f"{place}:{error}")
        assert refused.returncode == code and str(folder) in refused.stderr, f"{name}, {place}, {error}: {refused}"
        assert list(folder.iterdir()) == [], f"{name}, {place}, {error}: left behind"


def catches_int(pid):
    """Whether the process has a word to say to SIGINT."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"SigCgt:\s*([0-9a-f]+)", status)[1], 16) >> (signal.SIGINT - 1) & 1


def full_pipe(path):
    """A named pipe that takes nothing more: (end to read, end to write)."""
    os.mkfifo(path)
    ends = os.open(path, os.O_RDONLY | os.O_NONBLOCK), os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(ends[1], b"x" * 4096)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(ends[1], b"x")
    return ends


def stopped(a, source, verb, name, folder):
    """Ctrl-C while it works: it is held at its first place, because its log is full, and is then asked to stop."""
    log = folder.parent / f"{name}.fifo"
    reader, writer = full_pipe(log)
    process = subprocess.Popen([a.linka, *map(str, (verb[0], source, folder / name, *verb[1:], "-q"))], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, env={**EPOCH, "LINKA_FAIL_LOG": str(log)})
    while not catches_int(process.pid):
        assert process.poll() is None, f"{name}: exit {process.returncode}"
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        with contextlib.suppress(BlockingIOError):
            os.read(reader, 1 << 16)
        time.sleep(0.002)
    os.close(reader)
    os.close(writer)
    assert process.returncode == 130, f"{name}: exit {process.returncode}: {process.stderr.read()}"
    assert list(folder.iterdir()) == [], f"{name}: left after a stop"


def misused(a, package, work):
    """What goes wrong for whoever tries: plain words that name the file, the right code, nothing left."""
    folder, half = work / "misused", work / "half"
    folder.mkdir()

    def fails(verb, source, out, code, *words):
        done = make(a, source, VERBS[verb], out)
        assert done.returncode == code and all(w in done.stderr for w in map(str, words)), f"{verb}: {done}"
        assert not out.exists() or out == half
        assert list(folder.iterdir()) == [], f"{verb}: something is left"
    for verb in ("www", "book.pdf", "text.zip"):
        shutil.copytree(package, half)
        fails(verb, work / "nowhere", folder / "x", 4, "nowhere")
        fails(verb, work / "made/scans", folder / "x", 4, "made/scans")
        fails(verb, package, half, 4, half, "is there already")
        image = sorted((half / "usercopy").iterdir())[1]
        image.write_bytes(image.read_bytes()[:2000])
        fails(verb, half, folder / "x", 4, image)
        image.unlink()
        fails(verb, half, folder / "x", 4, image)
        next(half.glob("mets_*")).unlink()
        fails(verb, half, folder / "x", 4, half)
        shutil.rmtree(half)
        fails(verb, package, pathlib.Path("/proc/linka/x"), 4, "/proc/linka")
    fails("unpacked", work / "nowhere.tar", folder / "x", 4, "nowhere.tar")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    a = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="linka-handed-killed-"))
    try:
        batch = deliverable.digitized(a.linka, a.draw, work / "made", pages=4)
        package, = deliverable.book(a.linka, batch, work / "book.batch")
        assert make(a, package, ("bag",), work / "source.tar").returncode == 0
        for verb, out in (("iiif", "www"), ("pdf", "book.pdf")):  # the same bytes for any number of threads
            made = [work / "threads" / n / out for n in ("1", "2", "5")]
            for one in made:
                assert make(a, package, (*VERBS[out][:-2], "-j", one.parent.name), one).returncode == 0
            assert content(made[0]) == content(made[1]) == content(made[2]), f"{verb}: other bytes with more threads"
        for name, verb in VERBS.items():
            source = work / "source.tar" if verb[0] == "unbag" else package
            for place in ("handed-part", "handed-whole", "handed-named"):
                folder = work / f"{name}-{place}"
                folder.mkdir()
                broken_off(a, source, verb, name, folder, place)
            folder = work / f"{name}-stopped"
            folder.mkdir()
            stopped(a, source, verb, name, folder)
        misused(a, package, work)
        print(f"{len(VERBS)} forms, each broken off at 3 places and stopped")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
