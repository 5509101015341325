# SPDX-License-Identifier: GPL-3.0-or-later
"""A small image server over one directory: IIIF Image API 2 and 3, IIPImage's query form, and the
addresses of the Moravian Library. Sizes are those of the files; the pixels of a JPEG made from a
JPEG 2000 are a plain grey that differs from file to file, with the file's SHA-256 as comment."""

import hashlib
import math
import pathlib
import re
import urllib.parse

import jp2
from web import answer

FORMATS = {"jpg": "image/jpeg", "jp2": "image/jp2"}


class NoImage(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class ImageServer:
    def __init__(self, root, url):
        self.root, self.url = pathlib.Path(root).resolve(), url

    def file(self, name, guess=False):
        path = (self.root / name.lstrip("/")).resolve() if not name.startswith(str(self.root)) else pathlib.Path(name).resolve()
        if guess and not path.is_file():
            path = next(iter(sorted(path.parent.glob(path.name + ".*"))), path) if path.parent.is_dir() else path
        if self.root not in path.parents or not path.is_file():
            raise NoImage(404, f"no image {name}")
        return path

    def routes(self):
        return [
            ("GET", r"/iiif/([23])/([^/]+)/info\.json", self.info),
            ("GET", r"/iiif/([23])/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([^/.]+)\.(\w+)", self.region),
            ("GET", r"/(?:fcgi-bin/)?iipsrv\.fcgi", self.iip),
            ("GET", r"/mzk/(.+)/(big|preview|thumb)\.jpg", self.mzk_whole),
            ("GET", r"/mzk/(.+)/info\.json", lambda r, n: self.info(r, "2", n, True)),
            ("GET", r"/mzk/(.+)/([^/]+)/([^/]+)/([^/]+)/([^/.]+)\.(\w+)",
             lambda r, n, *rest: self.region(r, "2", n, *rest, guess=True)),
        ]

    def safely(self, run, *arguments, **named):
        try:
            return run(*arguments, **named)
        except NoImage as e:
            return answer(e.status, str(e), "text/plain")
        except ValueError as e:
            return answer(500, f"the image cannot be read: {e}", "text/plain")

    def info(self, request, version, name, guess=False):
        return self.safely(lambda: answer(200, self.described(version, self.file(name, guess), self.url() + request.raw_path[:-len("/info.json")])))

    def described(self, version, path, id_):
        with open(path, "rb") as f:
            width, height = jp2.size_of(f.read(1 << 16))
        context = f"http://iiif.io/api/image/{version}/context.json"
        levels = [1 << n for n in range(max(1, math.ceil(math.log2(max(width, height, 256) / 256)) + 1))]
        out = {"@context": context, "protocol": "http://iiif.io/api/image", "width": width, "height": height,
               "tiles": [{"width": 256, "height": 256, "scaleFactors": levels}]}
        if version == "3":
            return {**out, "id": id_, "type": "ImageService3", "profile": "level2"}
        return {**out, "@id": id_, "profile": ["http://iiif.io/api/image/2/level2.json"]}

    def region(self, request, version, name, region, size, rotation, quality, format_, guess=False):
        return self.safely(lambda: self.delivered(self.file(name, guess), region, size, format_, version == "3"))

    def delivered(self, path, region, size, format_, strict):
        data = path.read_bytes()
        if format_ not in FORMATS:
            raise NoImage(400, f"no format {format_}")
        width, height = cut(region, *jp2.size_of(data))
        whole = region == "full" and size in ("full", "max")
        out = scaled(size, width, height, strict)
        if format_ == "jp2":
            if not whole or data[:2] == b"\xff\xd8":
                raise NoImage(501, "only the whole file is given as JPEG 2000")
            return answer(200, data, "image/jp2")
        if whole and data[:2] == b"\xff\xd8":
            return answer(200, data, "image/jpeg")
        digest = hashlib.sha256(data).hexdigest()
        return answer(200, jp2.grey_jpeg(*out, 64 + int(digest[:2], 16) // 2, digest.encode()), "image/jpeg")

    def iip(self, request):
        """?FIF=path&HEI=n&CVT=jpeg, ?IIIF=path[/...], ?Zoomify= of old data (asked for as ?iiif=)."""
        query = urllib.parse.unquote(request.raw_query)
        head, _, rest = query.partition("=")
        if head.upper() == "IIIF":
            if rest.endswith("/info.json"):
                at = f"{self.url()}{request.raw_path}?{request.raw_query[:-len('/info.json')]}"
                return self.safely(lambda: answer(200, self.described("2", self.file(rest[:-len("/info.json")]), at)))
            parts = re.fullmatch(r"(.+)/([^/]+)/([^/]+)/([^/]+)/([^/.]+)\.(\w+)", rest)
            if parts:
                return self.safely(lambda: self.delivered(self.file(parts[1]), parts[2], parts[3], parts[6], False))
        if head.upper() == "FIF":
            words = dict(p.partition("=")[::2] for p in query.split("&"))
            limit = lambda k: int(words.get(k, "0") or 0)
            size = f",{limit('HEI')}" if limit("HEI") else "max"
            return self.safely(lambda: self.delivered(self.file(words["FIF"]), "full", size, "jpg", False))
        return answer(400, "Error/2 : unknown command", "text/plain")

    def mzk_whole(self, request, name, which):
        size = {"big": "max", "preview": ",700", "thumb": ",128"}[which]
        return self.safely(lambda: self.delivered(self.file(name, True), "full", size, "jpg", False))


def cut(region, width, height):
    if region == "full":
        return width, height
    if region == "square":
        return (min(width, height),) * 2
    try:
        x, y, w, h = (float(v) for v in region.removeprefix("pct:").split(","))
    except ValueError as e:
        raise NoImage(400, f"no region {region}") from e
    if region.startswith("pct:"):
        x, y, w, h = x * width / 100, y * height / 100, w * width / 100, h * height / 100
    w, h = min(w, width - x), min(h, height - y)
    if w < 1 or h < 1:
        raise NoImage(400, f"region {region} is outside")
    return int(w), int(h)


def scaled(size, width, height, strict):
    """The size wanted; version 3 refuses to enlarge without ^."""
    upscale = size.startswith("^")
    plain = size.removeprefix("^")
    try:
        if plain in ("full", "max"):
            out = width, height
        elif plain.startswith("pct:"):
            factor = float(plain[4:]) / 100
            out = width * factor, height * factor
        elif plain.startswith("!"):
            w, h = (int(v) for v in plain[1:].split(","))
            factor = min(w / width, h / height)
            out = width * factor, height * factor
        else:
            w, h = plain.split(",")
            w, h = int(w or 0), int(h or 0)
            out = (w or width * h / height), (h or height * w / width)
    except (ValueError, ZeroDivisionError) as e:
        raise NoImage(400, f"no size {size}") from e
    if strict and not upscale and (out[0] > width + 0.5 or out[1] > height + 0.5):
        raise NoImage(400, f"size {size} would enlarge the image")
    if not (0 < out[0] < 65536 and 0 < out[1] < 65536):
        raise NoImage(400, f"no size {size}")
    return max(1, round(out[0])), max(1, round(out[1]))
