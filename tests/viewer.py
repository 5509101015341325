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
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET

import browser
import deliverable


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


def every(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from every(value)
    elif isinstance(node, list):
        for value in node:
            yield from every(value)


def jpeg_size(path):
    """Width and height, from the frame header."""
    data, at = path.read_bytes(), 2
    while at < len(data):
        marker, size = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xC0 <= marker <= 0xC3:
            return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")
        at += 2 + size
    raise AssertionError(path)


def check_image(folder, service):
    """Image API 3.0, level 0: every tile that the algorithm of its section 5 and Implementation Notes asks for."""
    info = json.loads((folder / "info.json").read_text())
    assert info["@context"] == "http://iiif.io/api/image/3/context.json" and info["id"] == service, info
    assert info["type"] == "ImageService3" and info["protocol"] == "http://iiif.io/api/image" and info["profile"] == "level0"
    width, height = info["width"], info["height"]
    assert jpeg_size(folder / "full/max/0/default.jpg") == (width, height)
    for size in info["sizes"]:
        assert jpeg_size(folder / f"full/{size['width']},{size['height']}/0/default.jpg") == (size["width"], size["height"])
    assert jpeg_size(folder / "full/90,/0/default.jpg")[0] in (89, 90)  # what Universal Viewer asks for
    tile, = info["tiles"]
    count = 0
    for factor in tile["scaleFactors"]:
        step = tile["width"] * factor
        if step >= width and step >= height:
            size = f"{-(-width // factor)},{-(-height // factor)}" if factor > 1 else "max"
            assert (folder / f"full/{size}/0/default.jpg").is_file(), size
            continue
        for y in range(0, height, step):
            for x in range(0, width, step):
                w, h = min(step, width - x), min(step, height - y)
                size = -(-w // factor), -(-h // factor)
                assert jpeg_size(folder / f"{x},{y},{w},{h}/{size[0]},{size[1]}/0/default.jpg") == size
                count += 1
    return width, height, count


def check_manifest(www, base, package):
    """Presentation 3.0: what a client relies on."""
    manifest = json.loads((www / "manifest.json").read_text())
    assert manifest["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert manifest["id"] == base + "manifest.json" and manifest["type"] == "Manifest"
    assert manifest["rights"].startswith("https://creativecommons.org/")
    mets = ET.parse(next(package.glob("mets_*.xml"))).getroot()
    name = "{http://www.loc.gov/METS/}"
    physical, logical = mets.findall(name + "structMap")[:2]
    divs = physical.findall(f"{name}div/{name}div")
    canvases = manifest["items"]
    assert [c["label"]["none"][0] for c in canvases] == [d.get("ORDERLABEL") for d in divs]
    for node in every(manifest):  # language maps hold lists, every id is an address and of one thing
        for key in ("label", "value"):
            if key in node:
                assert isinstance(node[key], dict) and all(isinstance(v, list) for v in node[key].values()), node
    ids = [n["id"] for c in canvases for n in (c, c["items"][0], c["items"][0]["items"][0])]
    assert len(ids) == len(set(ids)) and all(i.startswith(base) for i in ids)
    tiles = 0
    for canvas in canvases:
        annotation = canvas["items"][0]["items"][0]
        assert canvas["type"] == "Canvas" and annotation["motivation"] == "painting" and annotation["target"] == canvas["id"]
        service = annotation["body"]["service"][0]["id"]
        width, height, count = check_image(www / service[len(base):], service)
        tiles += count
        assert (canvas["width"], canvas["height"]) == (width, height)
        for page in canvas.get("annotations", []):
            text = json.loads((www / page["id"][len(base):]).read_text())
            assert text["type"] == "AnnotationPage" and text["id"] == page["id"]
            for item in text["items"]:
                x, y, w, h = map(int, re.fullmatch(re.escape(canvas["id"]) + r"#xywh=(\d+),(\d+),(\d+),(\d+)", item["target"]).groups())
                assert w > 0 and h > 0 and x + w <= width and y + h <= height, item
                assert item["motivation"] == "supplementing" and item["body"]["value"]
    chapters = [d for d in logical.iter(name + "div") if d.get("TYPE") == "CHAPTER"]
    ranges = manifest["structures"]
    assert [list(r["label"].values())[0][0] for r in ranges] == [c.get("LABEL") for c in chapters]
    assert [i["id"] for i in ranges[0]["items"]] == [canvases[2]["id"], canvases[3]["id"]]
    print(f"{len(canvases)} canvases, {tiles} tiles, {len(ranges)} ranges")
    return manifest


def words_of(package, number):
    """(word, x, y, width, height) by the package's ALTO."""
    alto = ET.parse(sorted(package.glob("alto/*.xml"))[number]).getroot()
    return [(s.get("CONTENT"), *(float(s.get(k)) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
            for s in alto.iter("{http://www.loc.gov/standards/alto/ns-v2#}String")]


# Until all tiles are there, nothing moves any more, and that has been drawn.
AT_REST = """new Promise((done) => {
  const viewer = document.getElementById('stage').viewer, boxes = () => [...document.querySelectorAll('.box')];
  let before = '', still = 0;
  const look = () => {
    const item = viewer && viewer.world.getItemAt(0);
    const there = !viewer || (item && item.getFullyLoaded() && viewer.viewport.getBounds(true).equals(viewer.viewport.getBounds(false)));
    const now = JSON.stringify(boxes().map((box) => box.getBoundingClientRect()));
    still = there && now === before ? still + 1 : 0;
    before = now;
    if (still < 5) requestAnimationFrame(look); else done();
  };
  look();
})"""


def place_on_screen(window):
    """Where the picture stands: left, top, pixels of the screen per pixel of the picture."""
    return window.run("""(() => {
      const stage = document.getElementById('stage'), r = stage.getBoundingClientRect();
      if (stage.viewer) {
        const v = stage.viewer.viewport, size = stage.viewer.world.getItemAt(0).getContentSize();
        const a = v.imageToViewerElementCoordinates(new OpenSeadragon.Point(0, 0));
        const b = v.imageToViewerElementCoordinates(size);
        return [r.left + a.x, r.top + a.y, (b.x - a.x) / size.x];
      }
      const i = stage.querySelector('img'), q = i.getBoundingClientRect();
      return [q.left, q.top, q.width / i.naturalWidth];
    })()""")


def compare_pixels(window, copy):
    """The mean difference of grey between the screen and the user copy, over a grid of patches."""
    left, top, scale = place_on_screen(window)
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
    left, top, scale = place_on_screen(window)
    box = red_box(window)
    truth = (left + x * scale, top + y * scale, left + (x + w) * scale, top + (y + h) * scale)
    print(f"'{word}': marked at {box}, read at {tuple(round(t, 1) for t in truth)}")
    assert all(abs(b - t) <= 2.5 for b, t in zip(box, truth)), (box, truth)
    if keep:
        (keep / "viewer.png").write_bytes(window.screenshot())
    window.run("document.getElementById('stage').focus()")
    window.key("PageDown", 34)
    window.wait("document.body.dataset.page === '2'", "the second page by its key")
    assert window.run("document.getElementById('pages').value") == "1"
    before = window.run("document.querySelector('h2[data-say=contents]').textContent")
    window.run("document.getElementById('language').click()")
    after = window.run("document.querySelector('h2[data-say=contents]').textContent")
    assert {before, after} == {"Contents", "Obsah"}, (before, after)
    window.run("document.querySelector('#parts button').click()")
    window.wait("document.body.dataset.page === '3'", "the chapter")
    unnamed = window.run("""[...document.querySelectorAll('button,input,select,[role=region]')].filter((e) =>
      !e.textContent.trim() && !e.ariaLabel && !(e.labels && e.labels.length && e.labels[0].textContent.trim())).map((e) => e.outerHTML)""")
    assert unnamed == [], unnamed
    missing = [e for e in window.errors if "favicon" not in e]
    assert not missing, missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for screenshots")
    a = parser.parse_args()
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
        check_manifest(www / "book", base, package)
        assert run(a, "iiif", package, www / "book", "--base", base).returncode == 4, "an older folder is not replaced"
        assert run(a, "iiif", package, www / "x", "--base", "nowhere").returncode == 2
        if browser.program() is None:
            print("SKIPPED: chromium is not installed")
            sys.exit(77)
        subprocess.run([a.linka, "decode", next(package.glob("usercopy/*_0001.jp2")), work / "copy.png"], check=True, capture_output=True)
        copy = browser.Picture((work / "copy.png").read_bytes())
        window = browser.Browser()
        if (www / "book/openseadragon.min.js").is_file():
            check_page(window, base + "index.html#page=1", package, copy, a.keep)
        else:
            print("OpenSeadragon was not built in")
        shutil.copytree(www / "book", www / "plain")  # elsewhere than its base, and without OpenSeadragon
        (www / "plain/openseadragon.min.js").write_text("")
        window.errors.clear()
        check_page(window, base.replace("/book/", "/plain/") + "index.html#page=1", package, copy, None)
        assert not Quiet.missing, Quiet.missing
    finally:
        if window:
            window.close()
        if server:
            server.shutdown()
        shutil.rmtree(work, ignore_errors=True)


main()
