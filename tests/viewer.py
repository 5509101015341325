#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package as IIIF: the files against the specifications, then the page that shows it in a browser: are its
pixels those of the user copy, and is the box of a word that is searched for where the word was read?

  viewer.py --linka PROGRAM --draw PROGRAM [--keep FOLDER]
"""
import argparse
import functools
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET

import browser
import deliverable
import iiif_reader


def run(a, *words):
    return subprocess.run([a.linka, *map(str, words)], capture_output=True, text=True)


class Quiet(http.server.SimpleHTTPRequestHandler):
    missing = []

    def log_message(self, *_):
        pass

    def send_error(self, code, *more):
        if not self.path.endswith("favicon.ico"):
            self.missing.append((code, self.path))
        super().send_error(code, *more)


def served(folder):
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def check_manifest(www, base, package):
    """The files as a client reads them, and that they say what the package says."""
    sizes = [iiif_reader.jp2_size(p) for p in sorted(package.glob("usercopy/*.jp2"))]
    assert iiif_reader.faults(www, base, sizes) == []
    manifest = json.loads((www / "manifest.json").read_text())
    mets = ET.parse(next(package.glob("mets_*.xml"))).getroot()
    name = "{http://www.loc.gov/METS/}"
    physical, logical = mets.findall(name + "structMap")[:2]
    divs = physical.findall(f"{name}div/{name}div")
    canvases = manifest["items"]
    assert [c["label"]["none"][0] for c in canvases] == [d.get("ORDERLABEL") for d in divs]
    chapters = [d for d in logical.iter(name + "div") if d.get("TYPE") == "CHAPTER"]
    ranges = manifest["structures"]
    assert [list(r["label"].values())[0][0] for r in ranges] == [c.get("LABEL") for c in chapters]
    assert [i["id"] for i in ranges[0]["items"]] == [canvases[2]["id"], canvases[3]["id"]]
    for i, alto in enumerate(sorted(package.glob("alto/*.xml"))):
        text = www / f"text/{i + 1}-words.json"
        words = [a["body"]["value"] for a in json.loads(text.read_text())["items"]] if text.is_file() else []
        assert words == [w[0] for w in words_of(package, i)], alto
    print("%d canvases, %d pictures, %d annotations" % iiif_reader.counted(www))
    return sizes


def check_reader(www, base, sizes, work):
    """Whatever is spoiled, the reader sees it."""
    for number, (what, _) in enumerate(iiif_reader.damages(www)):
        spoiled = work / f"spoiled-{number}"
        shutil.copytree(www, spoiled)
        iiif_reader.damages(spoiled)[number][1]()
        assert iiif_reader.faults(spoiled, base, sizes), what
        shutil.rmtree(spoiled)
    print(f"{number + 1} kinds of damage, all seen")


def words_of(package, number):
    """(word, x, y, width, height) by the package's ALTO."""
    alto = ET.parse(sorted(package.glob("alto/*.xml"))[number]).getroot()
    return [(s.get("CONTENT"), *(float(s.get(k)) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
            for s in alto.iter("{http://www.loc.gov/standards/alto/ns-v2#}String")]


# Until all tiles are there, nothing moves any more, and that has been drawn.
AT_REST = """new Promise((done) => {
  const stage = document.getElementById('stage'), boxes = () => [...document.querySelectorAll('.box')];
  let before = '', still = 0;
  const look = () => {
    const now = JSON.stringify([stage.place(0, 0), stage.place(100, 100), ...boxes().map((box) => box.getBoundingClientRect())]);
    still = stage.loaded() && now === before ? still + 1 : 0;
    before = now;
    if (still < 5) requestAnimationFrame(look); else done();
  };
  look();
})"""


def place_on_screen(window, width):
    """Where the picture stands: left, top, pixels of the screen per pixel of the picture."""
    left, top, right = window.run(f"(() => {{ const p = document.getElementById('stage').place; "
                                  f"return [...p(0, 0), p({width}, 0)[0]]; }})()")
    return left, top, (right - left) / width


def compare_pixels(window, copy):
    """The mean difference of grey between the screen and the user copy, over a grid of patches."""
    left, top, scale = place_on_screen(window, copy.width)
    shown, worst, total, patch, count = browser.Picture(window.screenshot()), 0, 0, 12, 0
    for y in range(8, int(copy.height * scale) - 20, 24):
        for x in range(8, int(copy.width * scale) - 20, 24):
            if top + y + patch >= shown.height:
                continue
            a = shown.mean(left + x, top + y, left + x + patch, top + y + patch)
            b = copy.mean(x / scale, y / scale, (x + patch) / scale, (y + patch) / scale)
            worst, total, count = max(worst, abs(a - b)), total + abs(a - b), count + 1
    assert count > 100, count
    return total / count, worst


def red_box(window):
    """The bounding box of what is marked, by the colour of its edge."""
    shown = browser.Picture(window.screenshot())
    spots = [(x, y) for y in range(shown.height) for x in range(shown.width)
             if (lambda c: c[0] > 180 and c[1] < 90 and c[2] < 70)(shown.colour(x, y))]
    assert spots, "nothing is marked"
    return (min(x for x, _ in spots), min(y for _, y in spots), max(x for x, _ in spots) + 1, max(y for _, y in spots) + 1)


def check_page(window, url, package, copy, keep):
    window.open(url)
    window.wait("document.body && document.body.dataset.page === '1'", "the first page")
    window.run(AT_REST)
    mean, worst = compare_pixels(window, copy)
    print(f"pixels: {mean:.1f} of 255 apart in the mean, {worst:.1f} at worst")
    assert mean < 4 and worst < 40, (mean, worst)
    word, x, y, w, h = words_of(package, 0)[1]
    window.key("/", 191, "/")  # the way to the search field
    assert window.run("document.activeElement.id") == "query"
    window.type(word.upper())
    window.key("Enter", 13, "\r")
    found = window.wait("document.body.dataset.found", "the search")
    assert int(found) >= 1
    window.run(AT_REST)
    left, top, scale = place_on_screen(window, copy.width)
    box = red_box(window)
    truth = (left + x * scale, top + y * scale, left + (x + w) * scale, top + (y + h) * scale)
    print(f"'{word}': marked at {box}, read at {tuple(round(t, 1) for t in truth)}")
    assert all(abs(b - t) <= 2.5 for b, t in zip(box, truth)), (box, truth)
    if keep:
        (keep / "viewer.png").write_bytes(window.screenshot())
        window.run("document.getElementById('language').click()")
        (keep / "czech.png").write_bytes(window.screenshot())
        window.run("document.getElementById('language').click()")
    window.run("document.getElementById('stage').focus()")
    window.key("PageDown", 34)
    window.wait("document.body.dataset.page === '2'", "the second page by its key")
    assert window.run("document.getElementById('pages').value") == "1"
    before = window.run("document.querySelector('h2[data-say=contents]').textContent")
    window.run("document.getElementById('language').click()")
    after = window.run("document.querySelector('h2[data-say=contents]').textContent")
    assert {before, after} == {"Contents", "Obsah"}, (before, after)
    assert window.run("document.querySelector('#results button').textContent").split()[0] == ("Strana" if after == "Obsah" else "Page")
    window.run("document.querySelector('#parts button').click()")
    window.wait("document.body.dataset.page === '3'", "the chapter")
    unnamed = window.run("""[...document.querySelectorAll('button,input,select,[role=region]')].filter((e) =>
      !e.textContent.trim() && !e.ariaLabel && !(e.labels && e.labels.length && e.labels[0].textContent.trim())).map((e) => e.outerHTML)""")
    assert unnamed == [], unnamed
    missing = [e for e in window.errors if "favicon" not in e]
    assert not missing, missing


def check_small(window, url, copy, keep):
    """A telephone: the picture first and whole, nothing wider than the window, a thumb and a finger."""
    window.ask("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=True)
    window.open(url + "#page=2")
    window.wait("document.body && document.body.dataset.page === '2'", "the second page on a telephone")
    window.wait("document.getElementById('stage').loaded()", "its tiles")
    assert window.run("document.documentElement.scrollWidth") <= 360
    left, top, scale = place_on_screen(window, copy.width)
    assert left >= 0 and left + copy.width * scale <= 360, (left, scale)
    assert window.run("document.getElementById('stage').getBoundingClientRect().top < document.querySelector('aside').getBoundingClientRect().top")
    assert window.run("document.querySelectorAll('#thumbs img').length") == 4
    window.run("document.querySelectorAll('#thumbs button')[3].click()")
    window.wait("document.body.dataset.page === '4'", "the page of a small picture")
    assert window.run("document.querySelector('#thumbs [aria-current]').textContent") == "2"
    before = window.run("document.getElementById('stage').place(100, 0)[0] - document.getElementById('stage').place(0, 0)[0]")
    window.run("document.getElementById('stage').focus()")
    window.key("+", 187, "+")
    window.wait(f"document.getElementById('stage').place(100, 0)[0] - document.getElementById('stage').place(0, 0)[0] > {before * 1.5}",
                "a larger picture by the key +")
    if keep:
        (keep / "small.png").write_bytes(window.screenshot())
    assert not [e for e in window.errors if "favicon" not in e], window.errors


def check_file(window, page):
    """Opened as a file it cannot read the document, and says what to do."""
    window.open(page.as_uri())
    window.wait("document.body && document.body.dataset.failed", "the word that it cannot be so")
    assert "http.server" in window.run("document.getElementById('status').textContent")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for screenshots")
    return parser.parse_args()


def main():
    a = arguments()
    work = pathlib.Path(tempfile.mkdtemp(prefix="linka-viewer-"))
    server = window = None
    try:
        batch = deliverable.digitized(a.linka, a.draw, work / "made")
        package, = deliverable.book(a.linka, batch, work / "book.batch")
        www = work / "www"
        www.mkdir()
        server = served(www)
        base = f"http://127.0.0.1:{server.server_port}/book/"
        rights = "https://creativecommons.org/publicdomain/mark/1.0/"
        made = run(a, "iiif", package, www / "book", "--base", base, "--rights", rights, "--json")
        assert made.returncode == 0, made.stdout + made.stderr
        sizes = check_manifest(www / "book", base, package)
        check_reader(www / "book", base, sizes, work)
        assert run(a, "iiif", package, www / "book", "--base", base).returncode == 4, "an older folder is not replaced"
        assert run(a, "iiif", package, www / "x", "--base", "nowhere").returncode == 2
        if browser.program() is None:
            print("SKIPPED: chromium is not installed")
            sys.exit(77)
        subprocess.run([a.linka, "decode", next(package.glob("usercopy/*_0001.jp2")), work / "copy.png"], check=True, capture_output=True)
        copy = browser.Picture((work / "copy.png").read_bytes())
        window = browser.Browser()
        check_page(window, base + "index.html#page=1", package, copy, a.keep)
        shutil.copytree(www / "book", www / "moved")  # elsewhere than its base
        window.errors.clear()
        check_small(window, base.replace("/book/", "/moved/") + "index.html", copy, a.keep)
        check_file(window, www / "moved/index.html")
        assert not Quiet.missing, Quiet.missing
    finally:
        if window:
            window.close()
        if server:
            server.shutdown()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
