# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of IIIF files read as a client has to, written from the specifications alone: Presentation API 3.0 and
Image API 3.0 (level 0). faults() says what is wrong with it."""
import json
import re
import struct

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
IMAGE = "http://iiif.io/api/image/3/context.json"
# Presentation 3.0, section 3 and appendix A: what a resource of each type must have, and what it may.
DESCRIPTIVE = {"label", "metadata", "summary", "requiredStatement", "rights", "provider", "thumbnail", "navDate", "behavior", "viewingDirection",
               "homepage", "logo", "rendering", "seeAlso", "service", "services", "partOf", "start", "supplementary", "placeholderCanvas",
               "accompanyingCanvas"}
NEEDED = {"Manifest": {"id", "type", "label", "items"}, "Canvas": {"id", "type", "items", "width", "height"},
          "AnnotationPage": {"id", "type", "items"}, "Annotation": {"id", "type", "motivation", "body", "target"}, "Range": {"id", "type", "items"}}
MAY = {"Manifest": DESCRIPTIVE | {"@context", "structures", "annotations"}, "Canvas": DESCRIPTIVE | {"duration", "annotations"},
       "AnnotationPage": {"label", "@context"}, "Annotation": {"label", "textGranularity"}, "Range": DESCRIPTIVE | {"annotations"}}
BEHAVIOURS = {"auto-advance", "no-auto-advance", "repeat", "no-repeat", "unordered", "individuals", "continuous", "paged", "facing-pages",
              "non-paged", "multi-part", "together", "sequence", "thumbnail-nav", "no-nav", "hidden"}


def jpeg_size(path):
    """Width and height, from the frame header."""
    data, at = path.read_bytes(), 2
    while at < len(data):
        marker, size = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xC0 <= marker <= 0xC3:
            return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")
        at += 2 + size
    return None


def jp2_size(path):
    """Width and height of a JP2, from its image header box."""
    data = path.read_bytes()[:4096]
    at = data.index(b"ihdr") + 4
    height, width = struct.unpack(">II", data[at:at + 8])
    return width, height


class Reader:
    def __init__(self, www, base, sizes):
        self.www, self.base, self.sizes, self.faults, self.ids = www, base, sizes, [], set()

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")

    def file(self, where, address):
        """The file that an address names; none when it leads elsewhere or nowhere."""
        if not isinstance(address, str) or not address.startswith(self.base):
            return self.fault(where, f"{address} does not lie below {self.base}")
        path = self.www / address[len(self.base):].split("#")[0]
        return path if path.is_file() else self.fault(where, f"{address} is not there")

    def json(self, where, address):
        path = self.file(where, address)
        try:
            return json.loads(path.read_text()) if path else None
        except ValueError:
            return self.fault(where, "no JSON")

    def words(self, where, value):
        """A language map: lists of text under languages."""
        if not isinstance(value, dict) or not value:
            return self.fault(where, "no language map")
        for language, texts in value.items():
            if not re.fullmatch(r"none|[a-z]{2,3}(-[A-Za-z0-9]+)*", language):
                self.fault(where, f"\"{language}\" is no language")
            if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t for t in texts):
                self.fault(where, "what is said is no list of texts")

    def common(self, node, kind):
        where = f"{kind} {node.get('id')}"
        if node.get("type") != kind:
            self.fault(where, f"type is {node.get('type')}")
        for name in NEEDED[kind] - set(node):
            self.fault(where, f"has no {name}")
        for name in set(node) - NEEDED[kind] - MAY[kind]:
            self.fault(where, f"{name} is not for it")
        if not re.match(r"https?://[^\s]+$", str(node.get("id"))):
            self.fault(where, "its id is no address")
        if node.get("id") in self.ids:
            self.fault(where, "two things have this id")
        self.ids.add(node.get("id"))
        if "label" in node:
            self.words(where, node["label"])
        for row in node.get("metadata", []) + [node[k] for k in ("requiredStatement",) if k in node]:
            self.words(where, row.get("label"))
            self.words(where, row.get("value"))
        if "rights" in node and not re.match(r"https?://\S+$", str(node["rights"])):
            self.fault(where, "rights is no address")
        if not set(node.get("behavior", [])) <= BEHAVIOURS:
            self.fault(where, "an unknown behavior")
        if node.get("viewingDirection", "left-to-right") not in ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"):
            self.fault(where, "an unknown viewingDirection")
        for picture in node.get("thumbnail", []):
            self.picture(where + " thumbnail", picture)
        for other in node.get("seeAlso", []):
            self.file(where + " seeAlso", other.get("id"))
            if not other.get("type") or not other.get("format"):
                self.fault(where, "seeAlso without type or format")
        return where

    def picture(self, where, node):
        """An image with a stated size is a file of that size."""
        if node.get("type") != "Image" or node.get("format") != "image/jpeg":
            self.fault(where, "no JPEG image")
        path = self.file(where, node.get("id"))
        if path and jpeg_size(path) != (node.get("width"), node.get("height")):
            self.fault(where, f"{node.get('width')} x {node.get('height')} is said, {jpeg_size(path)} is there")

    def manifest(self):
        manifest = self.json("manifest", self.base + "manifest.json")
        if manifest is None:
            return
        where = self.common(manifest, "Manifest")
        if manifest.get("@context") != PRESENTATION:
            self.fault(where, "another context")
        if manifest.get("id") != self.base + "manifest.json":
            self.fault(where, "another id than its address")
        canvases = manifest.get("items", [])
        for i, canvas in enumerate(canvases):
            self.canvas(canvas, self.sizes[i] if i < len(self.sizes) else None)
        if len(canvases) != len(self.sizes):
            self.fault(where, f"{len(canvases)} canvases, {len(self.sizes)} pages")
        known = {c.get("id") for c in canvases}
        if "start" in manifest and (manifest["start"].get("type") != "Canvas" or manifest["start"].get("id") not in known):
            self.fault(where, "it starts at no canvas of it")
        for part in manifest.get("structures", []):
            self.range(part, known)

    def canvas(self, canvas, size):
        where = self.common(canvas, "Canvas")
        if (canvas.get("width"), canvas.get("height")) != size:
            self.fault(where, f"{canvas.get('width')} x {canvas.get('height')}, the page is {size}")
        for page in canvas.get("items", []):
            self.common(page, "AnnotationPage")
            for annotation in page.get("items", []):
                inner = self.common(annotation, "Annotation")
                if annotation.get("motivation") != "painting" or annotation.get("target") != canvas.get("id"):
                    self.fault(inner, "does not paint its canvas")
                body = annotation.get("body", {})
                self.picture(inner, body)
                for service in body.get("service", []):
                    self.image(service, body)
        if sum(len(page.get("items", [])) for page in canvas.get("items", [])) != 1:
            self.fault(where, "not one picture")
        for page in canvas.get("annotations", []):
            self.text(page, canvas)

    def image(self, service, body):
        """Image API: every file that info.json promises, in its size."""
        where = f"image {service.get('id')}"
        if service.get("type") != "ImageService3" or service.get("profile") != "level0":
            self.fault(where, "no image service of level 0")
        info = self.json(where, f"{service.get('id')}/info.json")
        if info is None:
            return
        for name, value in {"@context": IMAGE, "id": service.get("id"), "type": "ImageService3", "protocol": "http://iiif.io/api/image",
                            "profile": "level0", "width": body.get("width"), "height": body.get("height")}.items():
            if info.get(name) != value:
                self.fault(where, f"info.json: {name} is {info.get(name)}")
        names = [(f"full/{s['width']},{s['height']}", (s["width"], s["height"])) for s in info.get("sizes", [])]
        names += [("full/max", (info["width"], info["height"]))] + self.tiles(info)
        for name, size in names:
            path = self.file(where, f"{service['id']}/{name}/0/default.jpg")
            if path and jpeg_size(path) != size:
                self.fault(where, f"{name} is {jpeg_size(path)}")

    @staticmethod
    def tiles(info):
        """[(region/size, size)] of all scales; of the whole picture there is but one."""
        up, names = lambda a, b: -(-a // b), []
        for tile in info.get("tiles", []):
            for factor in tile["scaleFactors"]:
                wide, high = tile["width"] * factor, tile.get("height", tile["width"]) * factor
                whole = wide >= info["width"] and high >= info["height"]
                for y in range(0, info["height"], high):
                    for x in range(0, info["width"], wide):
                        w, h = min(wide, info["width"] - x), min(high, info["height"] - y)
                        size = up(w, factor), up(h, factor)
                        names.append((f"full/{'max' if factor == 1 else '%d,%d' % size}" if whole else
                                      f"{x},{y},{w},{h}/{size[0]},{size[1]}", size))
        return names

    def text(self, reference, canvas):
        page = self.json("annotations", reference.get("id"))
        if page is None:
            return
        where = self.common(page, "AnnotationPage")
        if page.get("id") != reference.get("id") or PRESENTATION not in page.get("@context", []):
            self.fault(where, "another id or context")
        for item in page.get("items", []):
            self.common(item, "Annotation")
            body = item.get("body", {})
            if item.get("motivation") != "supplementing" or body.get("type") != "TextualBody" or not body.get("value"):
                self.fault(where, "an annotation without text")
            place = re.fullmatch(r"(.*)#xywh=(\d+),(\d+),(\d+),(\d+)", str(item.get("target")))
            if not place or place[1] != canvas.get("id"):
                self.fault(where, f"{item.get('target')} is no place on its canvas")
                continue
            x, y, w, h = map(int, place.groups()[1:])
            if w < 1 or h < 1 or x + w > canvas.get("width", 0) or y + h > canvas.get("height", 0):
                self.fault(where, f"{item.get('target')} leaves the canvas")

    def range(self, part, canvases):
        where = self.common(part, "Range")
        if not part.get("items"):
            self.fault(where, "an empty range")
        for item in part.get("items", []):
            if item.get("type") == "Range":
                self.range(item, canvases)
            elif item.get("type") != "Canvas" or item.get("id") not in canvases:
                self.fault(where, f"{item.get('id')} is no canvas")


def faults(www, base, sizes):
    """What is wrong with the folder `www` whose address is `base`; `sizes` are those of the pages' pictures."""
    reader = Reader(www, base, sizes)
    reader.manifest()
    return reader.faults


def counted(www):
    """(canvases, tiles and pictures, annotations) that faults() looks at."""
    manifest = json.loads((www / "manifest.json").read_text())
    pictures = sum(1 for _ in www.glob("images/*/**/default.jpg"))
    texts = sum(len(json.loads(p.read_text())["items"]) for p in www.glob("text/*.json"))
    return len(manifest["items"]), pictures, texts


def damages(www):
    """[(what, do)]: ways to spoil the folder, each of which faults() has to see."""
    def change(name, edit):
        def do():
            path = www / name
            document = json.loads(path.read_text())
            edit(document)
            path.write_text(json.dumps(document))
        return do
    manifest = lambda edit: change("manifest.json", edit)
    canvas = lambda edit: manifest(lambda m: edit(m["items"][0]))
    image = json.loads((www / "manifest.json").read_text())["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"].rsplit("/", 1)[1]
    text = next(p.name for p in sorted((www / "text").glob("*-words.json")))
    tile = min((www / "images" / image).glob("*,*,*,*/*/0/default.jpg"))
    other = www / "images" / image / "full/max/0/default.jpg"
    annotation = lambda edit: change(f"text/{text}", lambda page: edit(page["items"][0]))
    return [
        ("a manifest of another address", manifest(lambda m: m.update(id="https://elsewhere.example/manifest.json"))),
        ("a label that is a plain text", manifest(lambda m: m.update(label="Kniha"))),
        ("an unknown property", manifest(lambda m: m.update(sequences=[]))),
        ("a licence that is no address", manifest(lambda m: m.update(rights="free"))),
        ("a page fewer", manifest(lambda m: m["items"].pop())),
        ("two canvases of one id", manifest(lambda m: m["items"][1].update(id=m["items"][0]["id"]))),
        ("a canvas of another size", canvas(lambda c: c.update(width=c["width"] + 1))),
        ("a canvas without a picture", canvas(lambda c: c["items"][0].update(items=[]))),
        ("a picture for another canvas", canvas(lambda c: c["items"][0]["items"][0].update(target="https://x.example/1"))),
        ("a picture that is not there", canvas(lambda c: c["items"][0]["items"][0]["body"].update(id=c["id"] + ".jpg"))),
        ("a small picture of another size", canvas(lambda c: c["thumbnail"][0].update(width=1))),
        ("ALTO that is not there", canvas(lambda c: c["seeAlso"][0].update(id=c["id"] + ".xml"))),
        ("a range of an unknown canvas", manifest(lambda m: m["structures"][0]["items"][0].update(id="https://x.example/9"))),
        ("a start nowhere", manifest(lambda m: m["start"].update(id="https://x.example/9"))),
        ("a word beside the page", annotation(lambda a: a.update(target=re.sub(r"xywh=\d+", "xywh=99999", a["target"])))),
        ("a word of another page", annotation(lambda a: a.update(target="https://x.example/c#xywh=1,1,1,1"))),
        ("a word without text", annotation(lambda a: a["body"].update(value=""))),
        ("another profile", change(f"images/{image}/info.json", lambda i: i.update(profile="level2"))),
        ("another size in info.json", change(f"images/{image}/info.json", lambda i: i.update(width=i["width"] + 1))),
        ("a size nobody made", change(f"images/{image}/info.json", lambda i: i["sizes"].append({"width": 77, "height": 77}))),
        ("a scale nobody made", change(f"images/{image}/info.json", lambda i: i["tiles"][0]["scaleFactors"].append(64))),
        ("a tile that is gone", tile.unlink),
        ("a tile of another size", lambda: tile.write_bytes(other.read_bytes()))]
