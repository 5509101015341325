# SPDX-License-Identifier: GPL-3.0-or-later
"""Scans that are drawn, the same on every machine, with their truth (samples/README.md).

A set is a list of pages, each drawn by itself by linka-samples: a loose leaf on the scanner's bed (the first page of
a book), or one of a bound book (the third), with the fold's shadow and a strip of the facing page.
"""
import concurrent.futures
import contextlib
import hashlib
import json
import os
import shutil
import subprocess

BOUND = "bound"
BOOK, SPARSE, PICTURE, DENSE, COLOUR, NEWS = ("book page, A5", "title, blank", "picture, map", "dense page, A4",
                                              "dense colour page, 400 dpi", "broadsheet, grey")
A5, A4 = "148x210", "210x297"


def page(name, kind, leaf, paper, dpi, mode, *more):
    options = ["--all", leaf, "--paper", paper, "--dpi", dpi, "--mode", mode]
    bound = BOUND in more
    return {"name": name, "class": kind, "bound": bound, "options": options + [m for m in more if m != BOUND]}


TWO_COLUMNS = ("--text-pt", 8, "--columns", 2)
# The dense colour page has about 13 megapixels with the bed around it.
DENSE_COLOUR = page("dense-rgb-400", COLOUR, "text", "190x236", 400, "rgb", *TWO_COLUMNS)
# The largest first: what begins last decides how long the last core works alone.
STANDARD = [
    page("broadsheet-grey-300", NEWS, "masthead", "375x530", 300, "grey", "--text-pt", 9, "--columns", 6),
    DENSE_COLOUR,
    page("a4-text-grey-400", DENSE, "text", A4, 400, "grey", *TWO_COLUMNS),
    page("a4-text-rgb-300", DENSE, "text", A4, 300, "rgb", *TWO_COLUMNS),
    page("a4-map-rgb-300", PICTURE, "map", A4, 300, "rgb"),
    page("a4-text-grey-300", DENSE, "text", A4, 300, "grey", BOUND, "--text-pt", 9, "--columns", 2),
    page("a5-plate-rgb-400", PICTURE, "plate", A5, 400, "rgb"),
    page("a5-chapter-rgb-400", BOOK, "chapter", A5, 400, "rgb"),
    page("a5-text-rgb-300", BOOK, "text", A5, 300, "rgb", BOUND),
    page("a5-verse-grey-300", BOOK, "verse", A5, 300, "grey", BOUND),
    page("a5-title-rgb-300", SPARSE, "title", A5, 300, "rgb"),
    page("a5-blank-rgb-300", SPARSE, "blank", A5, 300, "rgb"),
]
BY_NAME = {p["name"]: p for p in STANDARD}
SETS = {
    "standard": STANDARD,
    "quick": [BY_NAME[n] for n in ("dense-rgb-400", "a4-text-grey-300", "a5-text-rgb-300", "a5-title-rgb-300")],
    "alone": [BY_NAME[n] for n in ("dense-rgb-400", "a4-text-grey-400", "a5-plate-rgb-400", "a5-text-rgb-300",
                                   "a5-title-rgb-300")],
    "dense": [DENSE_COLOUR],
    "tiny": [page("tiny-text", BOOK, "text", "60x85", 300, "grey", "--text-pt", 8),
             page("tiny-blank", SPARSE, "blank", "60x85", 300, "rgb")],
}


def seed_of(name):
    """By the page's name: a page is the same in every set."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:6], 16)


def file_of(spec, name):
    """The same in every set, for linka's sample of masters to verify goes by the scan's name."""
    number = (STANDARD if spec in STANDARD else SETS[name]).index(spec) + 1
    return f"{number:02}-{spec['name']}.tif"


def draw_page(samples, spec, file, folder):
    """One scan and its truth."""
    place = os.path.join(folder, f".{spec['name']}")
    command = [samples, place, "--kind", "singles", "--seed", str(seed_of(spec["name"])), *map(str, spec["options"])]
    command += ["--pages", "4", "--missing", "1,2,4"] if spec["bound"] else ["--pages", "1"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(place, "truth.json"), encoding="utf-8") as truth:
        scan = json.load(truth)["scans"][0]
    os.replace(os.path.join(place, scan["file"]), os.path.join(folder, file))
    shutil.rmtree(place)
    return {**scan, "file": file, "class": spec["class"]}


def draw(samples, name, folder, jobs=2):
    """The set's scans in `folder` with truth.json beside; drawn anew only when they are not all there."""
    specs = SETS[name]
    truth = os.path.join(folder, "truth.json")
    key = hashlib.sha256(json.dumps([specs, [file_of(s, name) for s in specs]]).encode()).hexdigest()
    with contextlib.suppress(OSError, ValueError, KeyError):
        with open(truth, encoding="utf-8") as file:
            found = json.load(file)
        if found["key"] == key and all(os.path.exists(os.path.join(folder, s["file"])) for s in found["scans"]):
            return found["scans"]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        scans = list(pool.map(lambda spec: draw_page(samples, spec, file_of(spec, name), folder), specs))
    with open(truth, "w", encoding="utf-8") as file:
        json.dump({"key": key, "lang": "ces", "scans": scans}, file, ensure_ascii=False, indent=1)
    return scans


def draw_book(samples, folder, pages, *options):
    """A book of single pages, for parts that need many."""
    done = os.path.join(folder, "truth.json")
    if not os.path.exists(done):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([samples, folder, "--kind", "singles", "--pages", str(pages), *map(str, options)], check=True,
                       stdout=subprocess.DEVNULL)
    return sorted(f for f in os.listdir(folder) if f.endswith(".tif"))


def link_many(folder, files, pages, out):
    """A folder of `pages` scans which are these files over and over, as links."""
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    for i in range(pages):
        os.symlink(os.path.join(os.path.abspath(folder), files[i % len(files)]), os.path.join(out, f"{i + 1:05}.tif"))
    return out


def link_some(folder, files, out):
    """A folder of these scans under their own names, as links."""
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    for file in files:
        os.symlink(os.path.join(os.path.abspath(folder), file), os.path.join(out, file))
    return out


def clear(work, results):
    """Takes scans and outputs away, never results."""
    for name in os.listdir(work):
        path = os.path.join(work, name)
        if os.path.abspath(path) != os.path.abspath(results):
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    if not os.listdir(work):
        os.rmdir(work)
