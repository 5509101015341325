#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package as IIIF, opened by a program that is not ours: OpenSeadragon, from npm, in a browser. It gets the manifest
and nothing else. Are its pixels those of the user copy, and does a search in the annotations find a word in its place?
The text is Tesseract's; what lies in the box on the screen is read once more by itself.

  openseadragon.py --linka PROGRAM --draw PROGRAM [--keep FOLDER]
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import browser
import deliverable
import viewer

HERE = pathlib.Path(__file__).resolve().parent / "openseadragon"


def brought(folder):
    """OpenSeadragon by the version and digest in package-lock.json; says why when npm cannot bring it."""
    npm = shutil.which("npm")
    if npm is None:
        return None, "npm is not installed"
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder / name)
    try:
        done = subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=folder, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        return None, "npm did not answer"
    script = folder / "node_modules/openseadragon/build/openseadragon/openseadragon.min.js"
    return (script, "") if script.is_file() else (None, f"npm cannot bring OpenSeadragon: {done.stderr[-300:].strip()}")


def digitized(a, work):
    """Four drawn pages, read by OCR, as a package."""
    scans, batch = work / "scans", work / "pages.batch"
    subprocess.run([a.draw, scans, "--pages", "4", "--kind", "singles", "--dpi", "200", "--mode", "grey"], check=True, stdout=subprocess.DEVNULL)
    made = viewer.run(a, "run", scans, "--no-package", "-o", batch, "-q")
    assert made.returncode in (0, 1), made.stdout + made.stderr  # 1: pages that somebody should look at
    package, = deliverable.book(a.linka, batch, work / "book.batch")
    return package


def read_alone(picture, box):
    """The one line of text in a box of a picture."""
    x, y, right, bottom = (round(v) for v in box)
    cut = subprocess.run(["convert", picture, "-crop", f"{right - x + 8}x{bottom - y + 8}+{max(0, x - 4)}+{max(0, y - 4)}", "+repage",
                          "-bordercolor", "white", "-border", "20", "-resize", "200%", "png:-"], check=True, capture_output=True).stdout
    return subprocess.run(["tesseract", "-", "-", "-l", "ces", "--psm", "7"], input=cut, check=True, capture_output=True).stdout.decode().strip()


def word_that_stands_once(package, pages):
    """One that the pages have in one place, on the last of them that has any: (word, page, x, y, width, height)."""
    all_words = [(word, page, *place) for page in range(pages) for word, *place in viewer.words_of(package, page)]
    texts = [w[0].lower() for w in all_words]
    return [w for w in all_words if len(w[0]) > 5 and w[0].isalpha() and texts.count(w[0].lower()) == 1][-1]


def check(window, url, package, pictures, keep):
    copies = [browser.Picture(picture.read_bytes()) for picture in pictures]
    window.open(url)
    window.wait("document.body && document.body.dataset.page === '1'", "the first page")
    window.run(viewer.AT_REST)
    mean, worst = viewer.compare_pixels(window, copies[0])
    print(f"pixels: {mean:.1f} of 255 apart in the mean, {worst:.1f} at worst")
    assert mean < 4 and worst < 40, (mean, worst)
    word, page, x, y, w, h = word_that_stands_once(package, len(copies))
    assert window.run(f"mark('{word.upper()}')") == page, word
    window.run(viewer.AT_REST)
    left, top, scale = viewer.place_on_screen(window, copies[page].width)
    box, truth = viewer.red_box(window), (left + x * scale, top + y * scale, left + (x + w) * scale, top + (y + h) * scale)
    there = read_alone(pictures[page], [(v - edge) / scale for v, edge in zip(box, (left, top) * 2)])
    print(f"'{word}': marked at {box}, read at {tuple(round(t, 1) for t in truth)}; in the box stands '{there}'")
    assert all(abs(b - t) <= 2.5 for b, t in zip(box, truth)), (box, truth)
    assert word.lower() in there.lower(), (word, there)
    if keep:
        (keep / "openseadragon.png").write_bytes(window.screenshot())
    assert not [e for e in window.errors if "favicon" not in e], window.errors


def main():
    a = viewer.arguments()
    work = pathlib.Path(tempfile.mkdtemp(prefix="linka-openseadragon-"))
    server = window = None
    try:
        script, why = brought(work)
        if browser.program() is None:
            why = "chromium is not installed"
        for tool in ("convert", "tesseract"):
            why = why or ("" if shutil.which(tool) else f"{tool} is not installed")
        if why:
            print(f"SKIPPED: {why}")
            return 77
        package = digitized(a, work)
        www = work / "www"
        www.mkdir()
        shutil.copy(HERE / "index.html", www)
        shutil.copy(script, www)
        server = viewer.served(www)
        base = f"http://127.0.0.1:{server.server_port}/"
        made = viewer.run(a, "iiif", package, www / "book", "--base", base + "book/")
        assert made.returncode == 0, made.stdout + made.stderr
        pictures = []
        for number, file in enumerate(sorted(package.glob("usercopy/*.jp2"))):
            pictures.append(work / f"{number}.png")
            subprocess.run([a.linka, "decode", file, pictures[-1]], check=True, capture_output=True)
        window = browser.Browser()
        check(window, base + "index.html", package, pictures, a.keep)
        assert not viewer.Quiet.missing, viewer.Quiet.missing
    finally:
        if window:
            window.close()
        if server:
            server.shutdown()
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
