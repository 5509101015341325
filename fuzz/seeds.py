#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the seeds that fuzzing begins from: seeds.py FOLDER -> FOLDER/TARGET/NAME, small honest files of
every kind, and some that are not so honest."""
import gzip
import hashlib
import io
import json
import os
import struct
import sys
import tarfile
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import hostile_files as hostile  # noqa: E402

W, H = 24, 32
ROWS = [bytes(40 if (x + y) % 7 < 2 else 230 for x in range(W)) for y in range(H)]
FLAT = b"".join(ROWS)


def tiffs():
    def tiff(tags=None, data=FLAT, **more):
        return hostile.tiff(tags, data=data, w=W, h=H, **more)

    rgb = b"".join(bytes([v, 255 - v, 7]) for v in FLAT)
    yield "grey", tiff()
    yield "big", tiff(big=True)
    yield "big-endian", tiff(little=False)
    yield "deflate", tiff({259: (3, [8])}, data=zlib.compress(FLAT))
    yield "predictor", tiff({259: (3, [8]), 317: (3, [2])}, data=zlib.compress(FLAT))
    yield "packbits", tiff({259: (3, [32773])}, data=b"".join(bytes([127]) + FLAT[i:i + 128] for i in range(0, len(FLAT), 128)))
    yield "lzw", tiff({259: (3, [5])}, data=b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01")
    yield "g4", tiff({259: (3, [4]), 258: (3, [1])}, data=b"\x26\xa0\x55\xff\xf0\x01\x00\x10\x01")
    yield "g3", tiff({259: (3, [3]), 258: (3, [1]), 292: (4, [1])}, data=b"\x00\x1d\x80\x3a\x4d\x00\x1d")
    yield "rgb", tiff({262: (3, [2]), 277: (3, [3]), 258: (3, [8, 8, 8])}, data=rgb)
    yield "planes", tiff({262: (3, [2]), 277: (3, [3]), 258: (3, [8, 8, 8]), 284: (3, [2])}, data=FLAT * 3,
                         strips=[(8, len(FLAT)), (8 + len(FLAT), len(FLAT)), (8 + 2 * len(FLAT), len(FLAT))])
    yield "palette", tiff({262: (3, [3]), 320: (3, [i * 85 for i in range(768)])})
    yield "16-bit", tiff({258: (3, [16])}, data=FLAT * 2)
    yield "cmyk", tiff({262: (3, [5]), 277: (3, [4]), 258: (3, [8] * 4)}, data=FLAT * 4)
    yield "lab", tiff({262: (3, [8]), 277: (3, [3]), 258: (3, [8] * 3)}, data=FLAT * 3)
    yield "alpha", tiff({277: (3, [2]), 258: (3, [8, 8]), 338: (3, [2])}, data=FLAT * 2)
    tile = bytes(256)
    yield "tiles", tiff({322: (4, [16]), 323: (4, [16]), 324: (4, [8 + 256 * i for i in range(4)]), 325: (4, [256] * 4)},
                        data=tile * 4, drop=[273, 278, 279])
    jpeg = small_jpeg()
    yield "jpeg", tiff({259: (3, [7])}, data=jpeg)
    yield "old-jpeg", tiff({259: (3, [6]), 513: (4, [8]), 514: (4, [len(jpeg)])}, data=jpeg)
    yield "profile", tiff({34675: (7, hostile.icc(tags=[(b"kTRC", 144, 12)]))})
    yield "exif", tiff({34665: (4, [8]), 271: (2, b"Maker\0"), 305: (2, b"Scan 1.2\0"), 306: (2, b"2025:03:14 09:15:00\0")})
    yield "pages", hostile.multipage(3, W, H)


def small_jpeg(**more):
    rows, hostile.W, hostile.H = hostile.page, W, H
    hostile.page = lambda: ROWS
    try:
        return hostile.jpeg(w=W, h=H, **more)
    finally:
        hostile.page, hostile.W, hostile.H = rows, 200, 280


def jpegs():
    yield "grey", small_jpeg()
    yield "exif", small_jpeg(before=hostile.segment(0xE1, b"Exif\0\0" + hostile.exif_loop()))
    yield "restart", small_jpeg(after_tables=hostile.segment(0xDD, struct.pack(">H", 3)))
    yield "profile", small_jpeg(before=hostile.segment(0xE2, b"ICC_PROFILE\0\1\1" + hostile.icc()))
    yield "adobe", small_jpeg(before=hostile.segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"))
    yield "jfif", small_jpeg(before=hostile.segment(0xE0, b"JFIF\0\1\1\1\1\x2c\1\x2c\0\0"))


def pngs():
    raw = b"".join(b"\0" + r for r in ROWS)
    png = lambda **more: hostile.png(w=W, h=H, **{"data": raw, **more})
    yield "grey", png()
    yield "palette", png(kind=3, before=hostile.chunk(b"PLTE", bytes(range(256)) * 3))
    yield "16-bit", png(bits=16, data=b"".join(b"\1" + r * 2 for r in ROWS))
    yield "rgb", png(kind=2, data=b"".join(b"\2" + r * 3 for r in ROWS))
    yield "rgba", png(kind=6, data=b"".join(b"\4" + r * 4 for r in ROWS))
    yield "bits", png(bits=1, data=b"".join(b"\0" + r[:3] for r in ROWS))
    yield "texts", png(before=hostile.chunk(b"tEXt", b"Software\0Scan 1.2") + hostile.chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)) +
                       hostile.chunk(b"eXIf", hostile.exif_loop()) + hostile.chunk(b"iCCP", b"p\0\0" + zlib.compress(hostile.icc())))
    yield "interlaced", png(interlace=1, data=b"\0" * 4000)


MODS = """<?xml version="1.0" encoding="UTF-8"?>
<mods:modsCollection xmlns:mods="http://www.loc.gov/mods/v3"><mods:mods version="3.8" ID="MODS_VOLUME_0001">
<mods:titleInfo><mods:nonSort>The</mods:nonSort><mods:title>Book</mods:title></mods:titleInfo>
<mods:name type="personal"><mods:namePart type="family">Novak</mods:namePart><mods:role><mods:roleTerm type="code" authority="marcrelator">aut</mods:roleTerm></mods:role></mods:name>
<mods:originInfo eventType="publication"><mods:place><mods:placeTerm type="text">Praha</mods:placeTerm></mods:place><mods:dateIssued>1901</mods:dateIssued></mods:originInfo>
<mods:language><mods:languageTerm type="code" authority="iso639-2b">cze</mods:languageTerm></mods:language>
<mods:physicalDescription><mods:form authority="marcform">print</mods:form><mods:extent>12 s.</mods:extent></mods:physicalDescription>
<mods:identifier type="uuid">7033d800-0935-11e4-beed-5ef3fc9ae867</mods:identifier><mods:recordInfo><mods:recordContentSource>ABA001</mods:recordContentSource></mods:recordInfo>
</mods:mods></mods:modsCollection>"""

DTD = '<!DOCTYPE %s [%s]>'
XML_ATTACKS = {
    "laughs": hostile.BILLION_LAUGHS,
    "quadratic": b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 5000 + b'">]><a>' + b"&b;" * 5000 + b"</a>",
    "file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "http": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY b SYSTEM "http://127.0.0.1:9/b">]><a>&b;</a>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>',
    "include": b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>',
    "deep": b"<a>" * 20000 + b"</a>" * 20000,
    "attributes": b"<a " + b" ".join(b'a%d="%d"' % (i, i) for i in range(300)) + b"/>",
    "utf-16": "\ufeff<a>\u017elu\u0165</a>".encode("utf-16"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b+AD4-</a>',
}

ALTO = """<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description>
<Styles><TextStyle ID="f" FONTSIZE="10"/></Styles><Layout><Page ID="p" WIDTH="1000" HEIGHT="1400" PHYSICAL_IMG_NR="1"><PrintSpace HPOS="0" VPOS="0" WIDTH="1000" HEIGHT="1400">
<TextBlock ID="b" HPOS="10" VPOS="10" WIDTH="400" HEIGHT="50"><TextLine HPOS="10" VPOS="10" WIDTH="400" HEIGHT="40"><String CONTENT="slo" HPOS="10" VPOS="10" WIDTH="60" HEIGHT="40" WC="0.9" SUBS_TYPE="HypPart1" SUBS_CONTENT="slovo"/><SP/><HYP CONTENT="-"/></TextLine>
<TextLine HPOS="10" VPOS="60" WIDTH="400" HEIGHT="40"><String CONTENT="vo" HPOS="10" VPOS="60" WIDTH="60" HEIGHT="40" SUBS_TYPE="HypPart2" SUBS_CONTENT="slovo"/></TextLine></TextBlock><Illustration ID="i" HPOS="1" VPOS="1" WIDTH="2" HEIGHT="2"/></PrintSpace></Page></Layout></alto>"""
PAGE = """<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page imageFilename="a.png" imageWidth="1000" imageHeight="1400">
<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="0" regionRef="r"/></OrderedGroup></ReadingOrder><TextRegion id="r" type="heading"><Coords points="1,1 500,1 500,90 1,90"/>
<TextLine id="l"><Coords points="1,1 500,1 500,40 1,40"/><Word id="w"><Coords points="1,1 90,1 90,40 1,40"/><TextEquiv conf="0.8"><Unicode>Slovo</Unicode></TextEquiv></Word><TextEquiv><Unicode>Slovo</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"""

TOML = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "samples", "title.toml"), "rb").read()
CSV = "kind;title;author;volume;pages;urn\nmonograph;Kniha;Novak, Jan;1;1-20;urn:nbn:cz:aba007-00000a\nvolume;\"Dil; \"\"prvni\"\"\";;2;[1]-[4];\n".encode()


def marc():
    fields = [("001", b"000123"), ("008", b"010203s1901    xr            000 0 cze  "), ("100", b"1 \x1faNovak, Jan\x1f4aut"),
              ("245", b"10\x1faKniha :\x1fbpodtitul /\x1fcJan Novak"), ("264", b" 1\x1faPraha :\x1fbOtto,\x1fc1901"), ("300", b"  \x1fa12 s. ;\x1fc20 cm")]
    directory, data = b"", b""
    for tag, value in fields:
        value += b"\x1e"
        directory += tag.encode() + b"%04d%05d" % (len(value), len(data))
        data += value
    base = 24 + len(directory) + 1
    return b"%05dnam a22%05d i 4500" % (base + len(data) + 1, base) + directory + b"\x1e" + data + b"\x1d"


MARCXML = """<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>01000nam a2200300 i 4500</leader><controlfield tag="001">1</controlfield>
<controlfield tag="008">010203s1901    xr            000 0 cze  </controlfield><datafield tag="245" ind1="1" ind2="0"><subfield code="a">Kniha</subfield></datafield>
<datafield tag="300" ind1=" " ind2=" "><subfield code="a">12 s.</subfield></datafield></record></collection>"""

EVENTS = [
    {"type": "run", "version": "1", "command": "linka run", "sandbox": ["x"], "at": "2025-01-01T00:00:00Z"},
    {"type": "opened", "scan": "a.tif", "frames": 3, "size": 5, "mtime": 7},
    {"type": "started", "scan": "a.tif"},
    {"type": "ended", "scan": "a.tif", "sha256": "00", "size": 5, "mtime": 7, "fingerprint": "f", "at": "2025-01-01T00:00:00Z", "parked": False,
     "pages": [{"page": "a.tif-left", "state": "done"}, {"page": "a.tif-right", "state": "parked", "kind": "bad_input", "message": "m", "where": "ocr"}]},
    {"type": "excluded", "scan": "b.tif", "reason": "second try"}, {"type": "included", "scan": "b.tif"},
    {"type": "corrected", "scan": "a.tif", "correction": {"turn": 90, "pages": 2, "fold": [10, 12]}},
    {"type": "corrected", "page": "a.tif-left", "correction": {"angle": 1.5, "box": [1, 2, 3, 4], "accepted": True}},
    {"type": "packaged", "package": "aba007-00000a", "fingerprint": "f", "info_md5": "0"}]

WORD = {"text": "slovo", "box": [1, 2, 30, 40], "confidence": 0.9}
LINE = {"box": [1, 2, 300, 40], "words": [WORD], "baseline": [0.01, 30]}
TEXT = {"width": 1000, "height": 1400, "dpi": [300, 300], "engine": "x", "language": "ces", "blocks": [{"kind": "text", "box": [1, 2, 300, 400], "lines": [LINE]}]}


def sha(kind, data):
    return hashlib.new(kind, data).hexdigest().encode()


def bag_files(kind="sha256"):
    """A bag of one file: name -> bytes."""
    payload = b"<page/>\n"
    files = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
             "bag-info.txt": b"Source-Organization: Knihovna\nExternal-Description: A title\n that goes on\nPayload-Oxum: 8.1\n",
             f"manifest-{kind}.txt": sha(kind, payload) + b"  data/page.xml\n", "data/page.xml": payload}
    files[f"tagmanifest-{kind}.txt"] = b"".join(sha(kind, data) + b"  " + name.encode() + b"\n" for name, data in files.items()
                                                if not name.startswith("data/"))
    return files


def tar_of(files, form=tarfile.USTAR_FORMAT, link=False):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo("input/" + name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        if link:
            entry = tarfile.TarInfo("input/data/link")
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(entry)
    return out.getvalue()


def zip_of(files, how=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo("input/" + name), data, how)
    return out.getvalue()


def bags():
    files = bag_files()
    yield "bag-tar", "plain", tar_of(files)
    yield "bag-tar", "md5", tar_of(bag_files("md5"))
    yield "bag-tar", "gzip", gzip.compress(tar_of(files), mtime=0)
    yield "bag-tar", "pax", tar_of({**files, "data/" + "\u017elu\u0165" * 40: b"x"}, form=tarfile.PAX_FORMAT)
    yield "bag-tar", "gnu", tar_of({**files, "data/" + "n" * 150: b"x"}, form=tarfile.GNU_FORMAT)
    yield "bag-tar", "link", tar_of(files, link=True)
    yield "bag-tar", "up", tar_of({**files, "../../up": b"x", "data/C:con": b"x"})
    yield "bag-zip", "stored", zip_of(files)
    yield "bag-zip", "deflated", zip_of(files, zipfile.ZIP_DEFLATED)
    yield "bag-zip", "bomb", zip_of({**files, "data/0": bytes(1 << 20)}, zipfile.ZIP_DEFLATED)
    yield "bag-zip", "up", zip_of({**files, "../up": b"x", "data/a\\b": b"x"})
    texts = [files["bagit.txt"], files["bag-info.txt"], files["manifest-sha256.txt"], files["tagmanifest-sha256.txt"],
             b"http://127.0.0.1:9/x 5 data/x\n", b"", b"\xef\xbb\xbfBagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-16\r\n",
             sha("sha256", b"") + b" *data/%0a%25\n" + sha("sha256", b"") + b"  /etc/passwd\nfe  ../x\n"]
    for which in range(5):
        for i, text in enumerate(texts):
            yield "bag-folder", f"{which}-{i}", bytes([which]) + text


def ocfl_inventories():
    one, two = (sha("sha512", text).decode() for text in (b"one", b"two"))
    user = {"name": "Anna", "address": "mailto:anna@example.org"}
    version = lambda state: {"created": "2025-03-14T09:15:00Z", "message": "m", "user": user, "state": state}
    whole = {"id": "linka:fuzz", "type": "https://ocfl.io/1.1/spec/#inventory", "digestAlgorithm": "sha512", "head": "v2",
             "contentDirectory": "content", "manifest": {one: ["v1/content/page.xml"], two: ["v2/content/page.xml"]},
             "versions": {"v1": version({one: ["page.xml"]}), "v2": version({two: ["page.xml"], one: ["old/page.xml"]})},
             "fixity": {"md5": {sha("md5", b"one").decode(): ["v1/content/page.xml"]}}}
    yield "whole", whole
    yield "padded", {**whole, "head": "v02", "versions": {"v01": version({one: ["a"]}), "v02": version({two: ["a", "a/b"]})}}
    yield "sha256", {**whole, "digestAlgorithm": "sha256"}
    yield "wrong-types", {**whole, "manifest": {one: "x", two: [1, None]}, "versions": {"v1": 1, "v2": {"state": [], "created": 5}}, "fixity": []}
    yield "paths", {**whole, "manifest": {one: ["../../x", "v1/content//a", "/v1"], two: ["v1/content/a", "v1/content/a/b"]}}
    yield "upper", {**whole, "manifest": {one.upper(): ["v1/content/a"], one: ["v1/content/b"]}}
    yield "holes", {**whole, "head": "v9", "versions": {"v1": version({}), "v9": version({}), "v0": {}, "w": {}, "v99999999999999999999": {}}}


def ocfl():
    texts = [("empty", b""), ("deep", b'{"id":' * 3000 + b"1" + b"}" * 3000), ("twice", b'{"id":"a","id":"b"}')]
    texts += [(name, json.dumps(document).encode()) for name, document in ocfl_inventories()]
    texts += [("latin", b'{"id":"\xe9"}')]
    for name, text in texts:
        yield "ocfl-inventory", name, text
        for which in (0, 3, 5, 7):
            yield "ocfl-object", f"{which}-{name}", bytes([which]) + text
        yield "ocfl-object", f"sidecar-{name}", b"\1" + sha("sha512", text) + b" inventory.json\n"
    for which in range(9):
        for i, text in enumerate((b"ocfl_object_1.1\n", b"ocfl_1.0\n", b"0 inventory.json", b" \t\n", b"\0")):
            yield "ocfl-object", f"{which}-text-{i}", bytes([which]) + text


def all_seeds():
    yield from bags()
    yield from ocfl()
    for target, made in (("tiff", tiffs()), ("jpeg", jpegs()), ("png", pngs())):
        for name, data in made:
            yield target, name, data
            yield "header", f"{target}-{name}", data
    for name, data in XML_ATTACKS.items():
        for target in ("xml", "answer", "mods-record", "marcxml"):
            yield target, name, data
        yield "package", name, b"\3" + data
    yield "xml", "mods", MODS.encode()
    yield "mods-record", "mods", MODS.encode()
    yield "answer", "alto", ALTO.encode()
    yield "answer", "page", PAGE.encode()
    yield "toml-record", "sample", TOML
    yield "csv-record", "table", CSV
    yield "csv-record", "windows-1250", CSV.replace(b"prvni", b"prvn\xed")
    yield "iso2709", "book", marc()
    yield "marcxml", "book", MARCXML.encode()
    yield "journal", "events", "\n".join(map(json.dumps, EVENTS)).encode()
    for i, event in enumerate(EVENTS):
        yield "journal", f"event-{i}", json.dumps(event).encode()
        if "correction" in event:
            yield "correction", str(i), json.dumps(event["correction"]).encode()
    yield "journal", "wrong-types", b'{"type":1,"scan":[],"frames":"x"}\n{"type":"ended","scan":5,"pages":{}}\n{"scan":"a.tif","type":{}}\n[1]\n'
    yield "journal", "deep", b'{"a":' * 3000 + b"1" + b"}" * 3000
    yield "inventory", "two", json.dumps({"files": [{"name": "a.tif", "size": 5, "mtime": 7}, {"name": "b", "ignored": "x"}], "observations": ["gap"]}).encode()
    yield "page-text", "words", json.dumps(TEXT).encode()
    yield "page-text", "deep", b"[" * 5000 + b"]" * 5000
    yield "page-facts", "few", json.dumps({"page": "a.tif-left", "width_px": 10, "height_px": 20, "dpi": [300, 300], "files": [{"name": "x", "sha256": "0"}]}).encode()
    for i, name in enumerate(("a.tif", "a.tif+3-left", "a/b.tif-single", "%41.tif-right", "a\n.tif", "-left", "~", "a.tif+99999999999-left", "\xff.tif")):
        yield "names", str(i), name.encode("latin-1")
    for i in range(24):
        yield "package", f"nothing-{i}", bytes([i])
        yield "package", f"xml-{i}", bytes([i]) + MODS.encode()
    yield "waivers", "one", b'[[waiver]]\nrule = "LINKA_UUID_UNIQUE"\nfile = "amdsec/*"\nreason = "r"\nuntil = "2027-03-31"\n'


def main():
    for target, name, data in all_seeds():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)


if __name__ == "__main__":
    main()
