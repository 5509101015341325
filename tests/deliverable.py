# SPDX-License-Identifier: GPL-3.0-or-later
"""Small packages for tests of what comes after packaging, made with linka itself: drawn scans of few
pixels that say 300 dpi, read by a command that knows the text beforehand. A few seconds for all."""

import os
import pathlib
import shutil
import struct
import subprocess
import sys

# Reads a page for linka: IMAGE OUTPUT. Every page has words of its own, by the size of its picture.
ENGINE = r'''
import hashlib, struct, sys
image, output = sys.argv[1:3]
data = open(image, "rb").read()
width, height = struct.unpack(">II", data[16:24])
words = ["Mlýn", "voda", "papír", hashlib.sha256(data).hexdigest()[:8]]
step = (width - 20) // len(words)
strings = "".join(f'<String ID="S{i}" HPOS="{10 + i * step}" VPOS="20" WIDTH="{step - 10}" HEIGHT="30" CONTENT="{w}" WC="0.98"/>'
                  for i, w in enumerate(words))
open(output, "w").write(f"""<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description>
<Layout><Page ID="P1" WIDTH="{width}" HEIGHT="{height}"><PrintSpace HPOS="0" VPOS="0" WIDTH="{width}" HEIGHT="{height}">
<TextBlock ID="B1" HPOS="10" VPOS="10" WIDTH="{width - 20}" HEIGHT="60"><TextLine ID="L1" HPOS="10" VPOS="20"
WIDTH="{width - 20}" HEIGHT="30">{strings}</TextLine></TextBlock></PrintSpace></Page></Layout></alto>""")
'''

BOOK = """
kind = "book"
{urn}
title = "Kniha o mlýnech"
subtitle = "čtení & obrázky"
authors = ["Nováková, Anna, 1880-1951"]
place = "Praha"
country = "xr"
year = 1927
language = "cze"
shelfmark = "54 H 000001"
sigla = "ABA001"
institution = "Smyšlená knihovna"
[pages]
labels = "[1]-[2], 1-2"
types = {{ 1 = "titlePage" }}
[[chapters]]
title = "O vodě"
pages = "1-2"
"""

PERIODICAL = """
kind = "periodical"
sigla = "ABA001"
[title]
title = "Mlynářský věstník"
place = "Praha"
country = "xr"
year = "1925-1938"
frequency = "Monthly"
language = "cze"
issn = "0231-5904"
ccnb = "cnb000000003"
shelfmark = "54 H 000004"
[[years]]
number = "3"
date = "1927"
""" + "".join(f"""
[[issues]]
number = "{n}"
date = "{n:02}.1927"
{{urn{n}}}
page_count = 2
[[issues.articles]]
title = "O mlýnech {n}"
authors = ["Nováková, Anna"]
type = "mainArticle"
pages = "#1-#2"
""" for n in (1, 2))


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)


def say_dpi(path, dpi):
    """The resolution of a TIFF, without touching its pixels."""
    data = bytearray(path.read_bytes())
    order = "<" if data[:2] == b"II" else ">"
    ifd, = struct.unpack_from(order + "I", data, 4)
    count, = struct.unpack_from(order + "H", data, ifd)
    for at in range(ifd + 2, ifd + 2 + 12 * count, 12):
        tag, _, _, where = struct.unpack_from(order + "HHII", data, at)
        if tag in (282, 283):
            struct.pack_into(order + "II", data, where, dpi, 1)
    path.write_bytes(data)


def digitized(linka, draw, work, pages=4):
    """A batch of pages with text, made once; the packages come from copies of it."""
    work.mkdir(parents=True, exist_ok=True)
    scans, batch, engine, profile = work / "scans", work / "pages.batch", work / "engine.py", work / "profile.toml"
    if batch.is_dir():
        return batch
    drawn = run(draw, scans, "--pages", pages, "--kind", "singles", "--dpi", 100, "--mode", "grey")
    if drawn.returncode != 0:
        sys.exit(f"the scans could not be drawn: {drawn.stderr}")
    for scan in scans.glob("*.tif"):
        say_dpi(scan, 300)
    engine.write_text(ENGINE)
    profile.write_text(f'[ocr]\nenabled = true\n[engine]\nkind = "command"\nfallback = "none"\n'
                       f'command = "\'{sys.executable}\' \'{engine}\' {{image}} {{output}}"\n')
    made = run(linka, "run", scans, "--no-package", "-p", profile, "-o", batch, "-q")
    if made.returncode not in (0, 1):
        sys.exit(f"the pages could not be made: {made.stdout}{made.stderr}")
    return batch


def batch_of(batch, target, record):
    """A batch of its own with another record; only images are shared, never locks and what grows."""
    link_images = lambda a, b: os.link(a, b) if str(a).endswith(".jp2") else shutil.copy2(a, b)
    shutil.copytree(batch, target, copy_function=link_images)
    for old in ("report.html", "report.json", "record.toml"):
        (target / old).unlink(missing_ok=True)
    (target / "record.toml").write_text(record)
    return target


def packaged(linka, batch):
    """The packages of a batch: [folder]."""
    made = run(linka, "package", batch, "--with-held", "--json")
    packages = sorted((batch / "packages").glob("[!.]*")) if (batch / "packages").is_dir() else []
    if not packages:
        sys.exit(f"no package: {made.stdout[-1500:]}{made.stderr[-1500:]}")
    return packages


def book(linka, batch, target, urn="urn:nbn:cz:dlv001-00000a"):
    record = BOOK.format(urn=f'urnnbn = "{urn}"' if urn else "")
    return packaged(linka, batch_of(batch, target, record))


def periodical(linka, batch, target):
    record = PERIODICAL.format(**{f"urn{n}": f'urnnbn = "urn:nbn:cz:dlv002-00000{n}"' for n in (1, 2)})
    return packaged(linka, batch_of(batch, target, record))


if __name__ == "__main__":  # deliverable.py LINKA LINKA-SAMPLES FOLDER
    given = [pathlib.Path(a).resolve() for a in sys.argv[1:]]
    pages = digitized(*given)
    for made in (book(given[0], pages, given[2] / "book.batch"), periodical(given[0], pages, given[2] / "periodical.batch")):
        for package in made:
            print(package)
