# SPDX-License-Identifier: GPL-3.0-or-later
"""The indexer (objects -> documents that can be searched) and the little of Solr's query language
that clients use."""

import re
import urllib.request
import xml.etree.ElementTree as ET

import foxml

MODS = "{http://www.loc.gov/mods/v3}"
NO_XML_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")  # a form feed is taken for white space
IDENTIFIERS = {"urnnbn": "id_urnnbn", "ccnb": "id_ccnb", "cnb": "id_ccnb", "isbn": "id_isbn", "issn": "id_issn",
               "ismn": "id_ismn", "oclc": "id_oclc", "sysno": "id_sysno", "barCode": "id_barcode", "uuid": "id_uuid"}
INHERITED = ("date.str", "date.min", "date.max", "authors", "languages.facet", "keywords.facet")


class CannotIndex(Exception):
    """The whole tree."""


class BadRecord(Exception):
    """One object."""


def texts(root, path):
    found = root.findall("/".join(MODS + step if step[0] not in "*." else step for step in path.split("/")))
    return [t for t in ("".join(e.itertext()).strip() for e in found) if t]


def first(root, path):
    return next(iter(texts(root, path)), "")


def title_of(mods):
    infos = mods.findall(MODS + "titleInfo")
    chosen = ([i for i in infos if i.get("type") is None] or [i for i in infos if i.get("type") == "uniform"] or infos)
    if not chosen:
        return ""
    info = chosen[0]
    part = {k: first(info, k) for k in ("nonSort", "title", "subTitle", "partNumber", "partName")}
    out = (part["nonSort"] + " " if part["nonSort"] else "") + part["title"]
    out += ": " + part["subTitle"] if part["subTitle"] else ""
    for key in ("partNumber", "partName"):
        out += ". " + part[key] if part[key] else ""
    return out


def part_number(mods, kind):
    return (first(mods, "titleInfo/partNumber") or first(mods, f"part[@type='{kind}']/detail/number")
            or first(mods, f"part/detail[@type='{kind}']/number"))


def date_of(mods):
    issued = mods.findall(MODS + "originInfo/" + MODS + "dateIssued")
    points = {e.get("point"): (e.text or "").strip() for e in issued if e.get("point")}
    if points.get("start"):
        return "-".join(v for v in (points.get("start"), points.get("end")) if v)
    plain = [(e.text or "").strip() for e in issued if not e.get("point")]
    return next((p for p in plain if p), "") or first(mods, "part/date")


def years_of(date):
    """(first, last) year of the forms 1929, 1929-1931, 04.1929, 4.5.1929, [1929?], c1929, 192-, 19--, 19uu."""
    found = re.findall(r"\d{4}|\d{3}[-u]|\d{2}(?:--|uu)", date)
    if not found:
        return None
    low = int(re.sub("[-u]", "0", found[0]))
    high = int(re.sub("[-u]", "9", found[-1]))
    return low, high


def names_of(mods):
    out = []
    for name in mods.findall(MODS + "name"):
        parts = {p.get("type", ""): (p.text or "").strip() for p in name.findall(MODS + "namePart")}
        person = ", ".join(v for v in (parts.get("family"), parts.get("given")) if v) or parts.get("", "")
        if person:
            out.append(person)
    return out


def page_fields(mods, log, pid):
    part = mods.find(MODS + "part")
    doc = {"page.number": "", "page.type": ""}
    if part is not None:
        doc["page.type"] = part.get("type", "")
        parts = mods.findall(MODS + "part")
        if len(parts) == 1:  # several break the reading of the number
            doc["page.number"] = (first(part, "detail[@type='pageNumber']/number")
                                  or first(part, "detail[@type='page number']/number"))
        index = first(part, "detail[@type='pageIndex']/number")
        if re.fullmatch(r"\d+", index):
            doc["page.index"] = int(index)
        elif index:
            log.append(f"WARNING: {pid}: value of page index '{index}' is not an integer, ignoring")
    for note in texts(mods, "note"):
        if note in ("left", "right", "singlePage"):
            doc["page.placement"] = note
    return doc


def fetched(url):
    """Content of a referenced stream; an OSError when it is not there."""
    with urllib.request.urlopen(url, timeout=10) as got:
        return got.read()


def content_of(stream):
    if stream.kind == "url":
        return fetched(stream.content)
    return stream.content if stream.kind == "binary" else stream.content.encode()


def searchable_text(one):
    stream = one.stream("TEXT_OCR")
    if stream is None:
        return ""
    text = content_of(stream).decode("utf-8", errors="replace")
    if NO_XML_CONTROL.search(text):
        return ""  # the whole text of that page
    return re.sub(r"-\r?\n", "", text)


def document_of(one, parent, position, relation, log):
    """Fields of one object. `parent` is the parent's document or None."""
    for stream in one.streams.values():
        if stream.number is None:
            raise BadRecord(f"java.lang.StringIndexOutOfBoundsException: version id '{stream.version}' of {one.pid}")
    if one.stream("RELS-EXT") is None:
        raise BadRecord(f"java.io.IOException: RELS-EXT of {one.pid} not found")
    if any(s.number == "" for s in one.streams.values()):
        raise BadRecord(f"model of {one.pid} cannot be read: NumberFormatException")
    mods_stream = one.stream("BIBLIO_MODS")
    if mods_stream is None:
        raise BadRecord(f"java.io.IOException: BIBLIO_MODS of {one.pid} not found")
    text = searchable_text(one)
    model = one.model
    doc = {"pid": one.pid, "model": model, "level": parent["level"] + 1 if parent else 0,
           "root.pid": parent["root.pid"] if parent else one.pid,
           "own_pid_path": f"{parent['own_pid_path']}/{one.pid}" if parent else one.pid,
           "own_model_path": f"{parent['own_model_path']}/{model}" if parent else model,
           "has_tiles": bool(one.literals("tiles-url")), "count_page": len(one.resources(("hasPage",))),
           "licenses": one.literals("license"), "contains_licenses": one.literals("containsLicense"),
           "licenses_of_ancestors": sorted({*parent["licenses_of_ancestors"], *parent["licenses"]}) if parent else [],
           "accessibility": "public" if "policy:public" in one.literals("policy") else "private", "_text": text}
    if parent:
        doc.update({"own_parent.pid": parent["pid"], "own_parent.model": parent["model"],
                    "own_parent.title": parent.get("title.search", ""), "rels_ext_index.sort": position,
                    "root.title": parent["root.title"], "root.model": parent["root.model"]})
        doc.update({k: parent[k] for k in INHERITED if parent.get(k)})
    root = ET.fromstring(content_of(mods_stream))
    mods = root.find(MODS + "mods") if root.tag == MODS + "modsCollection" else None
    if mods is not None:
        add_metadata(doc, mods, model, log)
    if not parent:
        doc.update({"root.title": doc.get("title.search", ""), "root.model": model})
    return doc


def add_metadata(doc, mods, model, log):
    title = title_of(mods)
    if model == "page":
        doc.update(page_fields(mods, log, doc["pid"]))
        title = title or doc["page.number"]
    if title:
        doc["title.search"] = title
        doc["titles.search"] = [title]
    date = date_of(mods)
    if date:
        doc["date.str"] = date
        if years_of(date):
            doc["date.min"], doc["date.max"] = years_of(date)
    languages = [(e.text or "").strip() for l in mods.findall(MODS + "language") if l.get("objectPart") != "translation"
                 for e in l.findall(MODS + "languageTerm") if e.get("authority") == "iso639-2b"]
    keywords = texts(mods, "subject/topic") + texts(mods, "subject/geographic") + texts(mods, "subject/temporal")
    for field, values in (("authors", names_of(mods)), ("languages.facet", languages), ("keywords.facet", keywords),
                          ("publishers.facet", texts(mods, "originInfo/publisher")),
                          ("publication_places.facet", texts(mods, "originInfo/place/placeTerm[@type='text']")),
                          ("shelf_locators", texts(mods, "location/shelfLocator")),
                          ("physical_locations.facet", texts(mods, "location/physicalLocation"))):
        if values:
            doc[field] = values
    for kind in ("issue", "volume"):
        if model == {"issue": "periodicalitem", "volume": "periodicalvolume"}[kind] and part_number(mods, kind):
            doc["part.number.str"] = part_number(mods, kind)
    if first(mods, "titleInfo/partName"):
        doc["part.name"] = first(mods, "titleInfo/partName")
    for element in mods.findall(MODS + "identifier"):
        value = (element.text or "").strip()
        if value and element.get("invalid") != "yes":
            doc.setdefault(IDENTIFIERS.get(element.get("type"), "id_other"), []).append(value)


def check_tree(repository, pids):
    """What makes a whole tree impossible to index."""
    own, _ = repository.parents()
    for pid in pids:
        one = repository.objects.get(pid)
        for name, target in one.resources() if one else []:
            if name not in foxml.OWN and name not in foxml.FOSTER:
                raise CannotIndex(f"java.lang.IllegalArgumentException: unknown relation {name} of {pid} to {target}")
            if "_" in target:
                raise CannotIndex(f"java.lang.IllegalArgumentException: {target} is not in supported PID format")
        parents = own.get(pid, [])
        if len(parents) > 1:
            raise CannotIndex("java.lang.IllegalStateException: multiple own parents of "
                              f"{pid}: {', '.join(p for p, _ in parents)}")


def children_of(one):
    """[(relation, pid)] of own relations in document order; one edge for a child listed twice."""
    return list(dict.fromkeys(one.resources(foxml.OWN)))


def index(repository, documents, pids, log, left_out=()):
    """Documents of these objects, parents first. False when some could not be made; raises
    CannotIndex for the whole."""
    check_tree(repository, pids)
    own, _ = repository.parents()
    good = True
    for pid in pids:
        one = repository.objects.get(pid)
        if one is None:
            log.append(f"ERROR: object {pid} not found in repository")
            good = False
            continue
        parent, position, relation = None, 0, ""
        if own.get(pid):
            parent_pid, relation = own[pid][0]
            parent = documents.get(parent_pid) or shadow(repository, documents, own, parent_pid)
            edges = [t for _, t in children_of(repository.objects[parent_pid])]
            position = edges.index(pid)
        try:
            document = document_of(one, parent, position, relation, log)
        except (BadRecord, OSError, ET.ParseError) as e:
            log.append(f"SEVERE: {pid}: {e}")
            good = False
            continue
        if pid not in left_out:
            documents[pid] = document
    return good


def shadow(repository, documents, own, pid):
    """A parent that is not in the index: as much of it as its children need."""
    path = [pid]
    while own.get(path[-1]) and len(path) < 50:
        path.append(own[path[-1]][0][0])
    names = list(reversed(path))
    models = [repository.objects[p].model if p in repository.objects else "" for p in names]
    licences = sorted({l for p in names[:-1] if p in repository.objects for l in repository.objects[p].literals("license")})
    return {"pid": pid, "model": models[-1], "level": len(names) - 1, "root.pid": names[0], "root.title": "",
            "root.model": models[0], "own_pid_path": "/".join(names), "own_model_path": "/".join(models),
            "licenses": repository.objects[pid].literals("license"), "licenses_of_ancestors": licences}


# --- search -----------------------------------------------------------------------------------

TOKEN = re.compile(r'\s*(?:([()])|(AND|OR|NOT)(?=[\s()])|(&&|\|\||!)|([+-]?[\w.*]+:)|("(?:[^"\\]|\\.)*")|(\[[^\]]*\])|((?:[^\s()"\\:]|\\.)+))')


class BadQuery(Exception):
    pass


def parsed(query):
    """A query as a function of a document."""
    tokens, at = [], 0
    while at < len(query.rstrip()):
        match = TOKEN.match(query, at)
        if not match:
            raise BadQuery(f"org.apache.solr.search.SyntaxError: Cannot parse '{query}'")
        tokens.append(match.groups())
        at = match.end()
    position = 0

    def peek(index):
        return tokens[position][index] if position < len(tokens) else None

    def word():
        return tokens[position][1] or {"&&": "AND", "||": "OR", "!": "NOT"}.get(tokens[position][2]) \
            if position < len(tokens) else None

    def either():
        nonlocal position
        out = both()
        while word() == "OR" or (position < len(tokens) and word() is None and peek(0) != ")"):
            if word() == "OR":
                position += 1
            left, right = out, both()
            out = lambda d, a=left, b=right: a(d) or b(d)
        return out

    def both():
        nonlocal position
        out = single()
        while word() in ("AND", "NOT"):
            if word() == "AND":
                position += 1
            left, right = out, single()
            out = lambda d, a=left, b=right: a(d) and b(d)
        return out

    def single():
        nonlocal position
        if position >= len(tokens):
            raise BadQuery("org.apache.solr.search.SyntaxError: unexpected end of query")
        if word() == "NOT":
            position += 1
            inner = single()
            return lambda d: not inner(d)
        if peek(0) == "(":
            position += 1
            inner = either()
            if peek(0) != ")":
                raise BadQuery("org.apache.solr.search.SyntaxError: missing )")
            position += 1
            return inner
        field = "text_ocr"
        negative = False
        if peek(3):
            negative = peek(3)[0] == "-"
            field = peek(3)[:-1].lstrip("+-")
            position += 1
        value = peek(4) or peek(5) or peek(6)
        if value is None and peek(0) == "(":
            position += 1
            inner = []
            while peek(0) != ")":
                if position >= len(tokens):
                    raise BadQuery("org.apache.solr.search.SyntaxError: missing )")
                if word() is None:
                    inner.append(condition(field, peek(4) or peek(6) or ""))
                position += 1
            position += 1
            return lambda d: any(c(d) for c in inner)
        if value is None:
            raise BadQuery("org.apache.solr.search.SyntaxError: a value is missing")
        position += 1
        one = condition(field, value)
        return (lambda d: not one(d)) if negative else one

    out = either()
    if position != len(tokens):
        raise BadQuery(f"org.apache.solr.search.SyntaxError: Cannot parse '{query}'")
    return out


def condition(field, value):
    plain = re.sub(r"\\(.)", r"\1", value[1:-1] if value[0] == '"' else value)
    if field == "*":
        return lambda d: True
    if value[0] == "[":
        low, _, high = plain[1:-1].partition(" TO ")
        return lambda d: field in d and (low == "*" or d[field] >= int(low)) and (high == "*" or d[field] <= int(high))
    if field == "text_ocr":
        words = re.findall(r"\w+", plain.lower())
        return lambda d: " ".join(words) in " ".join(re.findall(r"\w+", d.get("_text", "").lower()))

    def holds(document):
        there = document.get(field)
        values = there if isinstance(there, list) else [] if there in (None, "") else [there]
        values = [str(v).lower() if isinstance(v, bool) else str(v) for v in values]
        if plain == "*":
            return bool(values)
        if field.endswith(".search"):
            return any(" ".join(re.findall(r"\w+", plain.lower())) in " ".join(re.findall(r"\w+", v.lower())) for v in values)
        return plain in values
    return holds


def search(documents, query):
    """`query` is what parse_qs gives. Solr's answer as a dictionary; raises BadQuery."""
    one = lambda k, d="": query.get(k, [d])[0]
    fields = [f for part in query.get("fl", []) for f in re.split(r"[,\s]+", part) if f]
    if "text_ocr" in fields:
        raise BadQuery("requesting filtering field text_ocr")
    tests = [parsed(q) for q in [one("q", "*:*"), *query.get("fq", [])]]
    found = [d for d in documents.values() if all(t(d) for t in tests)]
    for order in reversed([o.split() for o in one("sort").split(",") if o.strip()]):
        found.sort(key=lambda d: (d.get(order[0]) is not None, d.get(order[0]) or 0), reverse=order[-1] == "desc")
    start, rows = int(one("start", "0")), int(one("rows", "10"))
    # Solr keeps no empty values.
    kept = lambda d: {k: v for k, v in d.items() if k[0] != "_" and v not in ("", []) and (not fields or "*" in fields or k in fields)}
    return {"responseHeader": {"status": 0, "QTime": 1, "params": {k: v[0] for k, v in query.items()}},
            "response": {"numFound": len(found), "start": start, "numFoundExact": True,
                         "docs": [kept(d) for d in found[start:start + rows]]}}
