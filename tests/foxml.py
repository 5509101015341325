#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages of every kind exported as Kramerius's objects, and read again the way its import and its
indexer read them: by this script alone, from the objects and from the package's METS. Every object
is parsed, every relation resolved, titles, authors, dates, page numbers, types, positions and texts
are those of the package. Prints a table by kind; ends with 1 when anything differs.

  foxml.py --linka build/cli/linka --draw build/samples/linka-samples [--only book]
With LINKA_SCHEMAS and xmllint the records are held against their schemas, too."""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import kinds

FOXML = "{info:fedora/fedora-system:def/foxml#}"
MODS = "{http://www.loc.gov/mods/v3}"
METS = "{http://www.loc.gov/METS/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
REL = "{http://www.nsdl.org/ontologies/relationships#}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
MODEL = "{info:fedora/fedora-system:def/model#}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"
OWN = {"hasPage": {"page"}, "hasUnit": {"monographunit"}, "hasVolume": {"periodicalvolume"},
       "hasItem": {"periodicalitem", "supplement"},
       "hasIntCompPart": {"internalpart", "article", "picture", "supplement"}}
TOPS = {"monograph", "periodical", "map", "graphic", "sheetmusic", "manuscript"}
DIVS = {"PERIODICAL_TITLE": "periodical", "PERIODICAL_VOLUME": "periodicalvolume",
        "ISSUE": "periodicalitem", "MONOGRAPH": "monograph", "VOLUME": "monographunit",
        "SUPPLEMENT": "supplement", "CHAPTER": "internalpart", "ARTICLE": "article",
        "PICTURE": "picture"}
KIND_MODELS = {"map": "map", "graphic": "graphic", "sheet music": "sheetmusic",
               "manuscript": "manuscript"}
BASE = "https://images.example.org/iiif/3/"

EXTRA = {
    "book, nonsort": (kinds.thing("book", "6-00000a").replace(
        'title = "Kniha o mlýnech"', 'title = "Kniha o mlýnech"\narticle = "Ta"'), ""),
    "book, odd dates": (kinds.thing("book", "6-00000b").replace("year = 1927", 'year = "asi 1927"'), ""),
}
# What a package's texts may hold, and what has to come of it: harmless, dirty, blank, Latin 2.
TEXTS = [("Příliš žluťoučký kůň úpěl ďábel-\nské ódy.\n\n".encode(),
          "Příliš žluťoučký kůň úpěl ďábel-\nské ódy.\n\n"),
         ("\ufeffprvní\r\ndruhý\x06 řádek\fkonec\x85\n".encode(), "první\ndruhý řádek\nkonec\n"),
         (b" \n\f\n", ""), ("kůň".encode("iso8859-2"), "k\ufffd\ufffd")]


class Problems(list):
    def check(self, fine, sentence):
        if not fine:
            self.append(sentence)
        return fine

    def same(self, what, is_, should):
        self.check(is_ == should, f"{what}: {is_!r}, not {should!r}")


def text_of(element):
    return (element.text or "").strip() if element is not None else ""


# What the indexer makes of a MODS record.
def title_of(mods):
    infos = mods.findall(MODS + "titleInfo")

    def shown(info):
        parts = [text_of(info.find(MODS + n)) for n in ("title", "subTitle", "partNumber", "partName")]
        title = ": ".join(p for p in parts[:2] if p)
        title = ". ".join(p for p in (title, *parts[2:]) if p)
        non_sort = info.find(MODS + "nonSort")
        return ((non_sort.text or "") if non_sort is not None and title else "") + title
    for some in ([i for i in infos if "type" not in i.attrib],
                 [i for i in infos if i.get("type") == "uniform"], infos):
        if some and shown(some[0]):
            return shown(some[0])
    return ""


def authors_of(mods):
    out = []
    for name in mods.findall(MODS + "name"):
        parts = {p.get("type", ""): text_of(p) for p in name.findall(MODS + "namePart")}
        whole = parts.get("") or ", ".join(
            parts[k] for k in ("family", "given", "termsOfAddress") if k in parts)
        if whole:
            roles = tuple(text_of(r) for r in name.iterfind(f"{MODS}role/{MODS}roleTerm"))
            out.append((whole, parts.get("date"), roles))
    return out


YEAR = r"\d{1,4}"
DAY = r"\d{1,2}\.\s*"
DATES = re.compile("|".join((
    f"({DAY}){{0,2}}{YEAR}", f"{DAY}{DAY}{YEAR}\\s*-\\s*{DAY}{DAY}{YEAR}",
    f"{DAY}{DAY}-\\s*{DAY}{DAY}{YEAR}", f"{DAY}-\\s*{DAY}{DAY}{YEAR}",
    f"{DAY}{YEAR}\\s*-\\s*{DAY}{YEAR}", f"{DAY}-\\s*{DAY}{YEAR}", f"{YEAR}\\s*-\\s*{YEAR}",
    r"[cp\[]\d{4}", r"\d{4}\]", r"\[\d{4}\??\]", r"\d{4}\?\]", r"\d[0-9ux-]{0,3}",
    r"\d[0-9ux]{0,3}\s*-\s*\d[0-9ux]{0,3}")))


def years_of(mods):
    """First and last year that the index would order by; nothing when it cannot."""
    origin = mods.find(MODS + "originInfo")
    dates = origin.findall(MODS + "dateIssued") if origin is not None else []
    pointed = [text_of(d) for d in dates if "point" in d.attrib]
    plain = [text_of(d) for d in dates if "point" not in d.attrib][:1]
    part = text_of(mods.find(f"{MODS}part/{MODS}date"))
    for some in (pointed, plain, [part] if part else []):
        good = [d for d in some if DATES.fullmatch(d)]
        years = [y for d in good for y in re.findall(r"\d{4}", d)]
        if years:
            return min(years), max(years)
    return None


def all_dates(mods):
    return [text_of(d) for o in mods.findall(MODS + "originInfo") for d in o
            if d.tag[len(MODS):] in ("dateIssued", "dateCreated", "copyrightDate", "dateOther")]


def publishers_of(mods):
    out = []
    for origin in mods.findall(MODS + "originInfo"):
        found = [text_of(p) for p in origin.findall(MODS + "publisher")]
        for agent in origin.findall(MODS + "agent"):
            role = text_of(agent.find(f"{MODS}role/{MODS}roleTerm"))
            if not found and role in ("", "publisher"):
                out.append(text_of(agent.find(MODS + "namePart")))
        out += found
    return sorted(filter(None, out))


def identifiers_of(mods):
    return sorted((i.get("type", ""), text_of(i)) for i in mods.findall(MODS + "identifier")
                  if text_of(i))


class Object:
    """One FOXML file as the repository keeps it."""

    def __init__(self, path, problems):
        root = ET.parse(path).getroot()
        problems.same(f"{path.name}: root", root.tag, FOXML + "digitalObject")
        problems.same(f"{path.name}: version", root.get("VERSION"), "1.1")
        self.pid = root.get("PID")
        problems.same("PID and name", self.pid, "uuid:" + path.stem)
        problems.check(re.fullmatch(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", self.pid),
                       f"{path.name}: PID {self.pid}")
        problems.same(f"{path.name}: first", root[0].tag, FOXML + "objectProperties")
        self.label = {p.get("NAME").split("#")[1]: p.get("VALUE") for p in root[0]}["label"]
        problems.check(len(self.label) <= 255, f"{path.name}: label")
        self.streams = {}
        for stream in root.findall(FOXML + "datastream"):
            self.take_stream(stream, path.name, problems)
        rdf = self.streams["RELS-EXT"][2]
        problems.check(rdf.tag == RDF + "RDF" and not rdf.text, f"{path.name}: blank in rdf:RDF")
        description = rdf.find(RDF + "Description")
        problems.same(f"{path.name}: about", description.get(RDF + "about"),
                      "info:fedora/" + self.pid)
        self.take_relations(description, path.name, problems)
        self.mods = self.streams["BIBLIO_MODS"][2].find(MODS + "mods")
        problems.same(f"{path.name}: MODS root", self.streams["BIBLIO_MODS"][2].tag,
                      MODS + "modsCollection")
        dc = self.streams["DC"][2]
        problems.same(f"{path.name}: dc:type", [text_of(t) for t in dc.findall(DC + "type")],
                      ["model:" + self.model])
        problems.check(text_of(dc.find(DC + "title")), f"{path.name}: dc:title")

    def take_stream(self, stream, name, problems):
        id_, group = stream.get("ID"), stream.get("CONTROL_GROUP")
        problems.check(id_ not in self.streams, f"{name}: {id_} twice")
        versions = stream.findall(FOXML + "datastreamVersion")
        problems.same(f"{name}: versions of {id_}", len(versions), 1)
        version = versions[-1]
        problems.check(re.fullmatch(re.escape(id_) + r"\.\d+", version.get("ID")), f"{name}: version")
        content = version[0]
        kind = content.tag[len(FOXML):]
        if group == "X":
            problems.same(f"{name}: {id_}", (kind, len(content)), ("xmlContent", 1))
            value = content[0]
        elif kind == "binaryContent":
            value = base64.b64decode("".join(content.text.split()), validate=True)
        else:
            problems.same(f"{name}: {id_}", (kind, content.get("TYPE")), ("contentLocation", "URL"))
            value = content.get("REF")
        self.streams[id_] = (group, version.get("MIMETYPE"), value)

    def take_relations(self, description, name, problems):
        self.children, self.pages, self.literals, order = [], [], {}, []
        for e in description:
            target = e.get(RDF + "resource", "")
            local = e.tag.split("}")[1]
            if e.tag == MODEL + "hasModel":
                self.model = target.removeprefix("info:fedora/model:")
                order.append(0)
            elif e.tag == OAI + "itemID":
                problems.same(f"{name}: itemID", e.text, self.pid)
                order.append(1)
            elif e.tag[:len(REL)] == REL and target:
                pid = target.removeprefix("info:fedora/")
                problems.check(local in OWN or local == "isOnPage", f"{name}: relation {local}")
                (self.pages if local == "isOnPage" else self.children).append((local, pid))
                order.append(2 if local == "hasPage" else 3)
            else:
                self.literals.setdefault(local, []).append(e.text)
                order.append({"policy": 4, "license": 5, "tiles-url": 6}.get(local, 9))
        problems.same(f"{name}: order of relations", order, sorted(order))


class Package:
    """The NDK package, by its METS alone."""

    def __init__(self, folder):
        self.folder = folder
        mets = ET.parse(next(folder.glob("mets_*.xml"))).getroot()
        self.mods = {}
        for section in mets.findall(METS + "dmdSec"):
            inner = section.find(f"{METS}mdWrap/{METS}xmlData")[0]
            if inner.tag == MODS + "mods":
                self.mods[section.get("ID")] = inner
        self.files = {f.get("ID"): (g.get("ID"), f.find(METS + "FLocat").get(XLINK + "href"), f)
                      for g in mets.iter(METS + "fileGrp") for f in g.findall(METS + "file")}
        maps = {m.get("TYPE"): m for m in mets.findall(METS + "structMap")}
        self.pages = maps["PHYSICAL"][0].findall(METS + "div")
        self.root = maps["LOGICAL"].find(METS + "div")
        self.links = [(link.get(XLINK + "from"), link.get(XLINK + "to"))
                      for link in mets.iter(METS + "smLink")]

    def uuid(self, record):
        return [text_of(i) for i in self.mods[record].findall(MODS + "identifier")
                if i.get("type") == "uuid"][-1]

    def page_record(self, div_id):
        return "MODSMD_" + div_id.removeprefix("DIV_P_")

    def parts(self, div=None, parent=None):
        """(div, parent's div) of every part with a record, from the top down."""
        div = self.root if div is None else div
        here = div if div.get("DMDID") else None
        if here is not None:
            yield div, parent
        for inner in div.findall(METS + "div"):
            yield from self.parts(inner, here if here is not None else parent)


def compare_parts(package, objects, kind, problems):
    single = package.root.get("DMDID") is None
    expected = {}
    for div, parent in package.parts():
        record = div.get("DMDID")
        pid = "uuid:" + package.uuid(record)
        model = DIVS[div.get("TYPE")]
        if single and model == "monographunit":
            model = KIND_MODELS.get(kind, "monograph")
        expected[div.get("ID")] = pid
        if not problems.check(pid in objects, f"{pid} ({model}) is not there"):
            continue
        o, was = objects[pid], package.mods[record]
        problems.same(f"{pid}: model", o.model, model)
        for info in was.findall(MODS + "titleInfo"):
            if (non_sort := info.find(MODS + "nonSort")) is not None:
                non_sort.text = non_sort.text.strip() + " "
        problems.same(f"{pid}: title", title_of(o.mods), title_of(was))
        problems.check(title_of(o.mods), f"{pid}: no title")
        problems.check(o.label == title_of(o.mods)[:255], f"{pid}: label {o.label}")
        problems.same(f"{pid}: authors", authors_of(o.mods), authors_of(was))
        problems.same(f"{pid}: publishers",
                      sorted(text_of(p) for p in o.mods.iterfind(f"{MODS}originInfo/{MODS}publisher")),
                      publishers_of(was))
        problems.same(f"{pid}: identifiers", identifiers_of(o.mods), identifiers_of(was))
        problems.same(f"{pid}: languages", [text_of(t) for t in o.mods.iter(MODS + "languageTerm")],
                      [text_of(t) for t in was.iter(MODS + "languageTerm")])
        if dates := all_dates(was):
            wanted = sorted(set(re.findall(r"\d{4}", " ".join(dates))))
            years = years_of(o.mods)
            problems.check(years and years[0] in wanted and years[1] in wanted,
                           f"{pid}: years {years} of {dates}")
        above = [x for x in objects.values() if pid in [c for _, c in x.children]]
        want = [expected[parent.get("ID")]] if parent is not None else []
        problems.same(f"{pid}: parent", [x.pid for x in above], want)
    for div, _ in package.parts():
        parts = [expected[d.get("ID")] for d in div.findall(METS + "div") if d.get("DMDID")]
        mine = [c for r, c in objects[expected[div.get("ID")]].children if r != "hasPage"]
        problems.same(f"{div.get('ID')}: order of parts", mine, parts)
    return expected


def compare_pages(package, objects, parts, problems):
    pids = {}
    for div in package.pages:
        record = package.page_record(div.get("ID"))
        pid = "uuid:" + package.uuid(record)
        pids[div.get("ID")] = pid
        if not problems.check(pid in objects, f"page {pid} is not there"):
            continue
        o = objects[pid]
        problems.same(f"{pid}: model", o.model, "page")
        part = o.mods.findall(MODS + "part")
        problems.same(f"{pid}: parts", len(part), 1)
        details = {d.get("type"): text_of(d.find(MODS + "number")) for d in part[0]}
        problems.same(f"{pid}: type", part[0].get("type"), div.get("TYPE"))
        problems.same(f"{pid}: number", details.get("pageNumber"), div.get("ORDERLABEL"))
        problems.same(f"{pid}: index", details.get("pageIndex"), div.get("ORDER"))
        problems.same(f"{pid}: placement", [text_of(n) for n in o.mods.findall(MODS + "note")],
                      [text_of(n) for n in package.mods[record].findall(MODS + "note")
                       if text_of(n) in ("left", "right", "singlePage")])
        compare_files(package, div, o, problems)
    for div_id, pid in parts.items():
        linked = [pids[to] for from_, to in package.links if from_ == div_id]
        owner = div_id.startswith(("ISSUE", "VOLUME", "SUPPLEMENT"))
        mine = objects[pid]
        problems.same(f"{div_id}: pages", [c for r, c in mine.children if r == "hasPage"],
                      linked if owner else [])
        problems.same(f"{div_id}: stands on", [c for _, c in mine.pages], [] if owner else linked)


def write_texts(package):
    """Texts into the package's files; METS keeps what it said of them, which nobody asks here."""
    for (group, href, _), (data, _) in zip(
            (f for f in package.files.values() if f[0] == "TXTGRP"), TEXTS):
        path = package.folder / href
        path.unlink()
        path.write_bytes(data)


def compare_files(package, div, o, problems):
    for pointer in div.findall(METS + "fptr"):
        group, href, file = package.files[pointer.get("FILEID")]
        data = (package.folder / href).read_bytes()
        if group == "TXTGRP":
            is_ = o.streams.get("TEXT_OCR", (None, None, b""))[2].decode("utf-8")
            problems.same(f"{o.pid}: text", is_, dict(TEXTS).get(data, ""))
            problems.check(not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]", is_), f"{o.pid}: signs")
        if group == "ALTOGRP":
            problems.check(o.streams["ALTO"][2] == data, f"{o.pid}: ALTO is another")
            ET.fromstring(o.streams["ALTO"][2])
        if group == "UC_IMGGRP":
            place = o.literals["tiles-url"][0].removeprefix(BASE).replace("%2F", "/")
            problems.same(f"{o.pid}: image", pathlib.PurePath(place).name,
                          pathlib.PurePath(href).name)
            for id_ in ("IMG_FULL", "IMG_PREVIEW", "IMG_THUMB"):
                group_, mime, url = o.streams[id_]
                problems.check((group_, mime) == ("E", "image/jpeg")
                               and url.startswith(o.literals["tiles-url"][0] + "/full/"),
                               f"{o.pid}: {id_} {url}")
            problems.same(f"{o.pid}: digest in METS", file.get("CHECKSUM"),
                          hashlib.md5(data).hexdigest())


def check_tree(objects, problems):
    """One object on top, one own parent each, nothing twice, everything reached."""
    parents = {}
    for o in objects.values():
        for relation, pid in o.children:
            problems.check(pid in objects, f"{o.pid}: {relation} to {pid}, which is not there")
            problems.check(pid not in parents, f"{pid} has two parents")
            parents[pid] = o.pid
            if pid in objects:
                problems.check(objects[pid].model in OWN[relation], f"{relation} to a {objects[pid].model}")
        for _, pid in o.pages:
            problems.check(objects.get(pid) and objects[pid].model == "page", f"isOnPage {pid}")
    tops = [pid for pid in objects if pid not in parents]
    problems.same("objects on top", len(tops), 1)
    problems.check(objects[tops[0]].model in TOPS, f"on top: {objects[tops[0]].model}")
    problems.same("licence on top", objects[tops[0]].literals.get("license"), ["public"])
    for o in objects.values():
        problems.same(f"{o.pid}: policy", o.literals.get("policy"), ["policy:public"])
    seen, todo = set(), tops[:]
    while todo:
        pid = todo.pop()
        if pid in seen:
            continue
        seen.add(pid)
        todo += [c for _, c in objects[pid].children]
    problems.same("objects reached", len(seen), len(objects))
    indexes = sorted(int(text_of(d.find(MODS + "number"))) for o in objects.values()
                     if o.model == "page" for d in o.mods.iter(MODS + "detail")
                     if d.get("type") == "pageIndex")
    problems.same("indexes", indexes, list(range(1, len(indexes) + 1)))


def validated(objects, schemas, work, problems):
    """The records alone, against their schemas."""
    if schemas is None or not shutil.which("xmllint"):
        return "-"
    bad = 0
    environment = dict(os.environ, XML_CATALOG_FILES=str(schemas / "catalog.xml"))
    for stream, name in (("BIBLIO_MODS", "mods_3.8.xsd"), ("DC", "dc_1.1.xsd")):
        xsd = schemas / name
        if not xsd.is_file():
            print(f"there is no {xsd}", file=sys.stderr)
            return "-"
        files = []
        for o in objects.values():
            path = work / f"{stream}-{o.pid[5:]}.xml"
            ET.ElementTree(o.streams[stream][2]).write(path, "utf-8", xml_declaration=True)
            files.append(path)
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", xsd, *files],
                              capture_output=True, text=True, env=environment)
        if done.returncode:
            bad += 1
            problems.append(f"{stream} is not valid: {done.stderr[:400]}")
    return bad


def jpeg_size(data):
    """Width and height, from the start of frame."""
    at = 2
    while data[at] == 0xff and data[at + 1] not in (0xc0, 0xc1, 0xc2):
        at += 2 + int.from_bytes(data[at + 2:at + 4], "big")
    return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")


def look_at_pictures(linka, package, work, problems):
    """Pictures inside the objects: JPEG of three sizes, or the package's own JPEG 2000."""
    for kind in ("jpeg", "kramerius"):
        done = kinds.run(linka, "foxml", package, "-o", work / kind, "--images", kind, "--json")
        if not problems.check(done.returncode == 0, f"--images {kind}: {done.stdout[:600]}"):
            continue
        folder = pathlib.Path(json.loads(done.stdout)["packages"][0]["folder"])
        copies = {p.read_bytes() for p in package.glob("usercopy/*")}
        for path in folder.iterdir():
            o = Object(path, problems)
            if o.model != "page":
                continue
            problems.check("tiles-url" not in o.literals, f"{kind}: tiles-url")
            full = o.streams["IMG_FULL"]
            sizes = [jpeg_size(o.streams[s][2]) for s in ("IMG_PREVIEW", "IMG_THUMB")]
            problems.same(f"{kind}: heights", [h for _, h in sizes], [700, 128])
            if kind == "jpeg":
                width, height = jpeg_size(full[2])
                problems.check(height > 700 and abs(width / height - sizes[0][0] / 700) < 0.01,
                               f"{kind}: {width} x {height}, {sizes}")
            else:
                problems.check(full[1] == "image/jp2" and full[2] in copies, f"{kind}: another image")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linka", required=True, type=pathlib.Path)
    parser.add_argument("--draw", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--keep", type=pathlib.Path, help="work here and leave everything")
    options = parser.parse_args()
    linka, draw = options.linka.resolve(), options.draw.resolve()
    schemas = os.environ.get("LINKA_SCHEMAS")
    schemas = pathlib.Path(schemas).resolve() if schemas else None
    os.environ.update(LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH="1777882530")
    if schemas is None or not shutil.which("xmllint"):
        print("records are not held against their schemas: no LINKA_SCHEMAS or no xmllint",
              file=sys.stderr)
    rows, bad = [], False
    with tempfile.TemporaryDirectory(prefix="linka-foxml-") as temporary:
        work = options.keep or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        batch = work / "pages.batch"
        if not batch.is_dir():
            batch = kinds.digitize(linka, draw, work, 12, False)
        for name, (record, settings) in {**kinds.KINDS, **EXTRA}.items():
            if options.only not in name:
                continue
            copy = kinds.batch_for(batch, work, name, record, settings)
            made = kinds.run(linka, "package", copy, "--with-held", "--json")
            packages = sorted((copy / "packages").glob("[!.]*"))
            if not packages:
                print(f"{name}: no package: {made.stdout[-800:]}{made.stderr[-800:]}", file=sys.stderr)
                bad = True
            imports = {}
            for package in packages:
                imports[package] = json.loads(kinds.run(
                    linka, "foxml", "--check-import", package, "--json").stdout)["packages"][0]
                write_texts(Package(package))
            out = copy / "foxml"
            done = kinds.run(linka, "foxml", copy, "-o", out, "--licence", "public", "--images",
                             "iiif3", "--image-url", BASE, "--json")
            answer = json.loads(done.stdout)
            for package, said in zip(packages, answer["packages"]):
                problems = Problems()
                problems.check(done.returncode == 0, f"linka foxml ends with {done.returncode}")
                problems.same("findings", [f["rule"] for f in said.get("findings", [])], [])
                folder = pathlib.Path(said["folder"])
                objects = {}
                for path in sorted(folder.iterdir()):
                    o = Object(path, problems)
                    objects[o.pid] = o
                check_tree(objects, problems)
                read = Package(package)
                parts = compare_parts(read, objects, name, problems)
                compare_pages(read, objects, parts, problems)
                problems.same("number of objects", len(objects), len(parts) + len(read.pages))
                problems.same("images", sorted(i["source"] for i in said["images"]),
                              sorted(str(package / href) for g, href, _ in read.files.values()
                                     if g == "UC_IMGGRP"))
                invalid = validated(objects, schemas, work, problems)
                converted = imports[package]
                serious = [f for f in converted["findings"] if f["severity"] != "info"]
                problems.same("its own conversion", serious, [])
                if name == "three volumes" and package == packages[0]:
                    look_at_pictures(linka, package, copy, problems)
                for problem in problems[:12]:
                    print(f"  {name}, {package.name}: {problem}", file=sys.stderr)
                bad |= bool(problems)
                counted = {}
                for o in objects.values():
                    counted[o.model] = counted.get(o.model, 0) + 1
                rows.append((name, package.name, " ".join(f"{v} {k}" for k, v in counted.items()),
                             sum("TEXT_OCR" in o.streams for o in objects.values()), invalid,
                             len(converted["findings"]), len(problems)))
    print("| kind | package | objects | with text | invalid records | notes on conversion | problems |")
    print("|---" * 7 + "|")
    for row in rows:
        print("| " + " | ".join(str(c) for c in row) + " |")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
