# SPDX-License-Identifier: GPL-3.0-or-later
"""Scans whose pages are cards instead of print, the model that linka-modelled answers from, and programs run
with their cost counted. Shared by bench/packaging and bench/million."""
import json
import os
import pathlib
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

WIDTH, HEIGHT, PAPER = 240, 340, 250  # as times.h
HERE = pathlib.Path(__file__).resolve().parent


def run_of(length, value):
    """A row of one value in PackBits."""
    out = b""
    while length > 0:
        n = min(length, 128)
        out += bytes([(257 - n) & 255, value])
        length -= n
    return out


def card(batch, number, blank):
    """Sixteen pixels: batch, printed number, what kind of page."""
    word = batch << 32 | number << 8 | (1 if blank else 0)
    return bytes([15]) + bytes(((word >> 4 * i) & 15) << 4 | 8 for i in reversed(range(16))) + \
        run_of(WIDTH - 16, PAPER)


REST = {n: run_of(WIDTH * n, PAPER) * (HEIGHT - 1) for n in (1, 2)}
TEXT = {271: b"Linka\0", 272: b"BookScan A2\0", 305: b"linka-modelled\0", 306: b"2026:01:02 03:04:05\0"}


def scan(batch, pages):
    """A TIFF of one page or of a spread; pages: (printed number or 0, blank)."""
    pixels = b"".join(card(batch, n, blank) for n, blank in pages) + REST[len(pages)]
    entries, tail = [], b""
    at = 8 + 2 + 12 * 16 + 4

    def beside(data):
        nonlocal tail
        offset = at + len(tail)
        tail += data + (b"\0" if len(data) % 2 else b"")
        return offset
    plain = {254: (4, 0), 256: (3, WIDTH * len(pages)), 257: (3, HEIGHT), 258: (3, 8), 259: (3, 32773),
             262: (3, 1), 277: (3, 1), 278: (3, HEIGHT), 296: (3, 2), 279: (4, len(pixels))}
    for tag, (kind, value) in plain.items():
        entries.append((tag, struct.pack("<HHII", tag, kind, 1, value)))
    for tag in (282, 283):
        entries.append((tag, struct.pack("<HHII", tag, 5, 1, beside(struct.pack("<II", 300, 1)))))
    for tag in (271, 272, 305):
        entries.append((tag, struct.pack("<HHII", tag, 2, len(TEXT[tag]), beside(TEXT[tag]))))
    entries.append((273, struct.pack("<HHII", 273, 4, 1, beside(pixels))))
    return (struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries)) +
            b"".join(e for _, e in sorted(entries)) + struct.pack("<I", 0) +
            b"\0" * (12 * (16 - len(entries))) + tail)


class Cost:
    """What a program took: CPU seconds and the largest process's memory; with what it printed."""

    def __init__(self, code, cpu, rss, out):
        self.code, self.cpu, self.mib, self.out = code, cpu, rss / 1024, out


def run(command, **variables):
    environment = {**os.environ, **{k: str(v) for k, v in variables.items()}}
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([str(c) for c in command], env=environment, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Cost(child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss, out.read().decode())


def json_of(cost):
    """The answer of a program that was asked for --json; what it said beside stands before or after it."""
    begin, end = cost.out.find("{"), cost.out.rfind("}")
    return json.loads(cost.out[begin:end + 1]) if begin >= 0 else {}


def prepare(folder, build):
    """The folder that LINKA_MODEL names: copies of one page that the real program made, and the times."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "times.json").exists():
        scans = folder / "scans"
        scans.mkdir(exist_ok=True)
        (scans / "1.tif").write_bytes(scan(0, [(0, True)]))
        (folder / "whole.toml").write_text('[split]\nmode = "never"\n[crop]\nmode = "none"\n[dewarp]\nmode = "off"\n'
                                           "[ocr]\nenabled = false\n")
        made = run([build / "cli/linka", "run", scans, "--profile", folder / "whole.toml", "--no-package",
                    "--out", folder / "batch", "-q"])
        pages = list((folder / "batch/pages").glob("*/master.jp2"))
        if not pages:
            sys.exit(f"the model's page could not be made: {made.out}")
        for name in ("master.jp2", "user.jp2"):
            shutil.copyfile(pages[0].with_name(name), folder / name)
        shutil.copyfile(HERE / "times.json", folder / "times.json")
    return folder


def programs(build):
    """The two programs, or None when they are not built."""
    needed = [build / "cli/linka", build / "bench/linka-modelled"]
    for program in needed:
        if not program.is_file():
            print(f"SKIPPED: {program} is not built")
            return None
    return needed


def peak_of_this_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
