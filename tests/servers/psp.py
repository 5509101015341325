# SPDX-License-Identifier: GPL-3.0-or-later
"""The converting import: an NDK package (PSP) becomes FOXML, with the conditions and the blind spots of
Kramerius' own converter. It validates nothing; what is not named here cannot fail."""

import pathlib
import re
import shutil
import uuid
import xml.etree.ElementTree as ET

import foxml
import jp2

METS = "{http://www.loc.gov/METS/}"
MODS = "{http://www.loc.gov/mods/v3}"
XLINK = "{http://www.w3.org/1999/xlink}"
GROUPS = {"MC_IMGGRP": "master", "UC_IMGGRP": "user", "ALTOGRP": "ALTO", "TXTGRP": "TEXT_OCR", "TECHMDGRP": "IMG_FULL_AMD",
          "OC_EBGRP": "book", "MC_AUDIOGRP": "master", "UC_AUDIOGRP": "user", "SA_AUDIOGRP": "audio"}
MODELS = {"PERIODICAL_TITLE": "periodical", "PERIODICAL_VOLUME": "periodicalvolume", "ISSUE": "periodicalitem",
          "MONOGRAPH": "monograph", "VOLUME": "monographunit", "CHAPTER": "internalpart", "ARTICLE": "article",
          "PICTURE": "picture", "SUPPLEMENT": "supplement", "SUPPL": "supplement", "SOUNDCOLLECTION": "soundrecording",
          "SOUNDRECORDING": "soundunit", "SOUNDPART": "track"}
RELATION = {"periodicalvolume": "hasVolume", "periodicalitem": "hasItem", "monographunit": "hasUnit", "soundunit": "hasSoundUnit",
            "track": "hasTrack", "page": "hasPage"}
TOP_BY_GENRE = {"cartographic": "map", "sheetmusic": "sheetmusic", "graphic": "graphic"}


class BadPackage(Exception):
    """Ends the conversion."""


def packages_in(source):
    """Folders with an info*.xml, not searched further. The verdict is that of the last one examined."""
    found, last = [], False

    def look(folder):
        if any(re.fullmatch(r"(?i)info.*\.xml", f.name) for f in folder.iterdir() if f.is_file()):
            found.append(folder)
            return True
        good = False
        for child in sorted(f for f in folder.iterdir() if f.is_dir()):
            good = look(child)
        return good

    source = pathlib.Path(source)
    last = source.is_dir() and look(source)
    yield from found
    if not last:
        raise BadPackage("cz.incad.kramerius.InvalidImportException: No valid PSP found.")


def info_of(folder):
    """(package id as a directory's name, main METS)."""
    info = next(f for f in sorted(folder.iterdir()) if re.fullmatch(r"(?i)info.*\.xml", f.name))
    try:
        root = ET.fromstring(info.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except ET.ParseError as e:
        raise BadPackage(f"Invalid import descriptor: {info.name}: {e}") from e
    text = lambda name: next((e.text.strip() for e in root.iter() if e.tag.split("}")[-1] == name and e.text), None)
    if text("packageid") is None:
        raise BadPackage("java.lang.NullPointerException: packageid")
    main = text("mainmets")
    if main is None:
        candidates = [f.name for f in folder.iterdir() if re.fullmatch(r"mets.*\.xml", f.name)]
        if len(candidates) != 1:
            raise BadPackage("Invalid PSP package. Cannot find single main METS file")
        main = candidates[0]
    main = folder / main.replace("\\", "/").removeprefix("./")
    if not main.is_file():
        raise BadPackage(f"java.io.FileNotFoundException: {main}")
    return re.sub(r'[\\/:"*?<>|]', "_", text("packageid")), main


class Description:
    """One MODS record of the package with the identity that it gives."""

    def __init__(self, id_, mods, dc):
        self.id, self.mods, self.dc = id_, mods, dc
        uuids = [(e.text or "").strip() for e in mods.findall(MODS + "identifier") if e.get("type") == "uuid"]
        # The last one counts, an empty one too; without any the document is another at each import.
        self.pid = "uuid:" + (re.sub("[{}]", "", uuids[-1]).lower() if uuids else str(uuid.uuid4()))
        if not re.fullmatch(r"uuid:[0-9a-f-]+", self.pid):
            raise BadPackage(f"Invalid PID format: {self.pid}")

    def genres(self):
        return [(e.text or "").strip() for e in self.mods.findall(MODS + "genre")]

    def title(self):
        return (self.mods.findtext(f"{MODS}titleInfo/{MODS}title") or self.mods.findtext(f".//{MODS}number") or "").strip()


class Made:
    """An object to be: its place in the structure, then its streams."""

    def __init__(self, description, model):
        self.pid, self.description, self.model = description.pid, description, model
        self.children, self.pages, self.on_pages, self.blocks, self.files, self.images = [], [], [], [], {}, None

    def relation(self, child):
        return RELATION.get(child.model, "hasIntCompPart")


def convert(folder, target, settings, log):
    """Writes <uuid>.xml of every object into `target`. `settings`: Kramerius.converter."""
    package_id, main = info_of(folder)
    mets = ET.parse(main).getroot()
    descriptions = read_descriptions(mets)
    files = read_files(mets, folder, settings)
    tops, by_div = read_logical(mets, descriptions)
    pages = read_physical(mets, descriptions, files)
    link(mets, by_div, pages, log)
    objects = list({id(o): o for o in [*by_div.values(), *pages.values()]}.values())
    target.mkdir(parents=True, exist_ok=True)
    for page in pages.values():
        page.images = image_streams(page, folder, package_id, settings)
    for one in objects:
        for page in one.pages:
            if "reprePage" in page.description.genres():
                one.images = page.images
        path = target / (one.pid.removeprefix("uuid:") + ".xml")
        path.write_bytes(foxml.written(finished(one, folder, files, settings)))
    log(f"INFO: {folder.name}: {len(objects)} objects, {len(pages)} of them pages; top {', '.join(t.pid for t in tops)}")


def read_descriptions(mets):
    records = {}
    for section in mets.findall(METS + "dmdSec"):
        wrap = section.find(METS + "mdWrap")
        data = wrap.find(METS + "xmlData") if wrap is not None else None
        if data is not None and len(data) and wrap.get("MDTYPE") in ("MODS", "DC"):
            records[section.get("ID", "")] = wrap.get("MDTYPE"), data[0]
    out = {}
    for id_, (kind, root) in records.items():
        if kind == "MODS":
            mods = root if root.tag == MODS + "mods" else root.find(MODS + "mods")
            dc = records.get(id_.replace("MODS", "DC", 1), (None, None))[1]
            out[id_] = Description(id_, mods, dc)
    return out


def read_files(mets, folder, settings):
    """file id -> (kind, path or None when it is empty or not looked at, MIME type)."""
    passed_over = "master" if settings["user_copy"] else "user"
    out = {}
    for group in mets.iter(METS + "fileGrp"):
        if group.find(METS + "file") is None and group.find(METS + "fileGrp") is not None:
            continue
        if group.get("ID") not in GROUPS:
            raise BadPackage(f"Unknown fileGrp: {group.get('ID')}")
        kind = GROUPS[group.get("ID")]
        for file in group.findall(METS + "file"):
            place = file.find(METS + "FLocat")
            href = (place.get(XLINK + "href") if place is not None else "").replace("\\", "/").removeprefix("./").lstrip("/")
            path = folder / href
            if kind == passed_over:
                path = None
            elif not path.is_file():
                if not settings["ignore_missing"]:
                    raise BadPackage(f"Referenced file not found: {path}")
                path = None
            elif path.stat().st_size == 0:
                path = None
            elif kind in ("user", "master") and "/" not in href:
                raise BadPackage(f"java.lang.StringIndexOutOfBoundsException: {href}")
            out[file.get("ID")] = "image" if kind in ("user", "master") and kind != passed_over else kind, path, file.get("MIMETYPE", "")
    return out


def structure(mets, kind):
    return next((m for m in mets.findall(METS + "structMap") if (m.get("TYPE") or "").upper() == kind), None)


def read_logical(mets, descriptions):
    """(top objects, div id -> object)."""
    root = structure(mets, "LOGICAL")
    if root is None:
        raise BadPackage("java.lang.NullPointerException: no logical structure")
    genres = [g for d in descriptions.values() for g in d.genres()]
    top_model = next((TOP_BY_GENRE[g] for g in genres if g in TOP_BY_GENRE), None)
    tops, by_div = [], {}

    def make(div, parent, model=None):
        kind = (div.get("TYPE") or "").upper()
        if kind == "PAGE":
            return
        ids = (div.get("DMDID") or "").split()
        at = parent
        if ids:
            model = MODELS.get(kind) and (model or MODELS[kind])
            if model is None:
                raise BadPackage(f"Unsupported div type in logical structure: {div.get('TYPE')}")
            if ids[0] not in descriptions:
                raise BadPackage(f"java.lang.NullPointerException: no MODS {ids[0]}")
            at = Made(descriptions[ids[0]], top_model if parent is None and top_model else model)
            (parent.children if parent else tops).append(at)
            by_div[div.get("ID", "")] = at
        elif kind == "MONOGRAPH" and parent is None:
            return single_volume(div)
        if at is not None:
            at.blocks += [(a.get("FILEID"), a.get("BEGIN")) for p in div.findall(METS + "fptr") for a in p.iter(METS + "area")]
        for child in div.findall(METS + "div"):
            make(child, at)

    def single_volume(outer):
        """A MONOGRAPH without a record of its own: its first VOLUME is the book, what else is in it are supplements."""
        volume = None
        for child in outer.findall(METS + "div"):
            if volume is None and (child.get("TYPE") or "").upper() == "VOLUME":
                make(child, None, "monograph")
                volume = tops[-1]
            else:
                make(child, volume, "supplement")

    for div in root.findall(METS + "div"):
        make(div, None)
    return tops, by_div


def page_record(div, descriptions):
    """The page's own MODS by the id of its div, or one made of the div, with a new identity."""
    id_ = div.get("ID", "")
    for prefix in ("DIV_P_", "DIV_P", "DIV"):
        if id_.startswith(prefix):
            wanted = "MODSMD" + id_[len(prefix.rstrip("_")):]
            if wanted in descriptions:
                return descriptions[wanted]
    mods = ET.Element(MODS + "mods")
    part = ET.SubElement(mods, MODS + "part", {"type": div.get("TYPE", "")})
    for kind, value in (("pageNumber", div.get("ORDERLABEL", "")), ("pageIndex", div.get("ORDER", ""))):
        ET.SubElement(ET.SubElement(part, MODS + "detail", {"type": kind}), MODS + "number").text = value
    return Description(id_, mods, None)


def read_physical(mets, descriptions, files):
    """div id -> page."""
    root = structure(mets, "PHYSICAL")
    pages = {}
    outer = root.find(METS + "div") if root is not None else None
    for div in outer.findall(METS + "div") if outer is not None else ():
        page = Made(page_record(div, descriptions), "page")
        for pointer in div.findall(METS + "fptr"):
            kind, path, type_ = files.get(pointer.get("FILEID"), (None, None, ""))
            if kind in page.files:
                raise BadPackage(f"Duplicate file type: {pointer.get('FILEID')}")
            if kind is not None:
                page.files[kind] = path, type_
        pages[div.get("ID", "")] = page
    return pages


def link(mets, by_div, pages, log):
    links = mets.find(METS + "structLink")
    if links is None:
        raise BadPackage("java.lang.NullPointerException: no structLink")
    for one in links.iter(METS + "smLink"):
        source, target = one.get(XLINK + "from", "").lstrip("#"), one.get(XLINK + "to", "").lstrip("#")
        if source not in by_div or target not in pages:
            log(f"WARNING: link from {source} to {target}: no such part")
        elif source.startswith(("ISSUE", "VOLUME", "SUPPLEMENT")):
            by_div[source].pages.append(pages[target])
        else:
            by_div[source].on_pages.append(pages[target])


def image_streams(page, folder, package_id, settings):
    """[(stream id, group, type, kind, content)] of a page, and its tiles-url; None without an image."""
    path, type_ = page.files.get("image", (None, ""))
    if path is None:
        return None
    if settings["images"] is not None:
        place = settings["images"].resolve() / package_id / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        full = f"{settings['full']}{place}"
        return ([("IMG_FULL", "E", "image/jpeg", "url", full + "&WID=999999&CVT=jpeg"),
                 ("IMG_THUMB", "E", "image/jpeg", "url", full + "&HEI=128&CVT=jpeg"),
                 ("IMG_PREVIEW", "E", "image/jpeg", "url", full + "&HEI=700&CVT=jpeg")], f"{settings['tiles']}{place}")
    data = path.read_bytes()
    streams = [("IMG_FULL", "M", "image/jp2" if path.suffix == ".jp2" else type_, "binary", data)]
    try:
        width, height = jp2.size_of(data)
    except ValueError:
        return streams, None
    for name, high in (("IMG_THUMB", 128), ("IMG_PREVIEW", 700)):
        small = jp2.grey_jpeg(max(1, width * high // height), high)
        streams.append((name, "M", "image/jpeg", "binary", small))
    return streams, None


def alto_text(blocks, files):
    """Text of the blocks that an article names."""
    lines, parsed = [], {}
    for file, block in blocks:
        path = files.get(file, (None, None))[1]
        if path is None:
            continue
        if path not in parsed:
            parsed[path] = ET.parse(path).getroot()
        for element in parsed[path].iter():
            if element.get("ID") == block:
                for line in (e for e in element.iter() if e.tag.endswith("}TextLine")):
                    lines.append(" ".join(s.get("CONTENT", "") for s in line if s.tag.endswith("}String")))
    return "\n".join(lines)


def finished(one, folder, files, settings):
    """foxml.Object with the streams in the converter's order."""
    out = foxml.Object(one.pid)
    title = one.description.title()[:255]
    out.properties = {foxml.STATE: "Active", foxml.MODEL + "label": title}

    def add(id_, group, type_, kind, content):
        out.streams[id_] = foxml.Stream(id_, id_ + ".0", group, type_, kind, content)

    dc = one.description.dc
    add("DC", "X", "text/xml", "xml", ET.tostring(dc if dc is not None else made_dc(one, title), encoding="unicode"))
    streams, tiles = one.images or ([], None)
    for stream in streams:
        add(*stream)
    for kind, type_ in (("ALTO", "text/xml"), ("TEXT_OCR", "text/plain"), ("IMG_FULL_AMD", "text/xml")):
        path, _ = one.files.get(kind, (None, ""))
        if path is not None:
            add(kind, "M", type_, "binary", path.read_bytes())
    if one.blocks and one.model == "article":
        add("TEXT_OCR", "M", "text/plain", "binary", alto_text(one.blocks, files).encode())
    collection = ET.Element(MODS + "modsCollection")
    collection.append(one.description.mods)
    add("BIBLIO_MODS", "X", "text/xml", "xml", ET.tostring(collection, encoding="unicode"))
    add("POLICY", "E", "application/rdf+xml", "url", "http://local.fedora.server/fedora/get/policy:public/POLICYDEF")
    add("RELS-EXT", "X", "application/rdf+xml", "xml", "")
    resource = lambda name, to: (foxml.RELATIONS, name, "resource", "info:fedora/" + to.pid)
    out.relations = [(foxml.MODEL, "hasModel", "resource", "info:fedora/model:" + one.model),
                     (foxml.OAI, "itemID", "literal", one.pid)]
    out.relations += [resource("hasPage", p) for p in one.pages]
    out.relations += [resource(one.relation(c), c) for c in one.children]
    out.relations += [resource("isOnPage", p) for p in one.on_pages]
    out.relations.append((foxml.RELATIONS, "policy", "literal", "policy:public" if settings["public"] else "policy:private"))
    if tiles and one.model == "page":
        out.relations.append((foxml.RELATIONS, "tiles-url", "literal", tiles))
    return out


def made_dc(one, title):
    dc = ET.Element("{http://www.openarchives.org/OAI/2.0/oai_dc/}dc")
    for name, value in (("title", title), ("identifier", one.pid), ("type", "model:" + one.model)):
        ET.SubElement(dc, "{http://purl.org/dc/elements/1.1/}" + name).text = value
    return dc
