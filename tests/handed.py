#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages as PDF, as bundles of texts, and told to machines, looked at with other people's tools.

  handed.py --linka PROGRAM --draw PROGRAM --part pdf|bundle|publish
"""
import argparse
import csv
import html
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

import deliverable

ALTO = "{http://www.loc.gov/standards/alto/ns-v2#}"


def call(*words, code=0):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    assert code is None or done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


def words_of(alto):
    page = ET.parse(alto).getroot()
    size = page.find(f".//{ALTO}Page")
    return float(size.get("WIDTH")), float(size.get("HEIGHT")), [
        (s.get("CONTENT"), *(float(s.get(k)) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))) for s in page.iter(ALTO + "String")]


# ---- PDF ----------------------------------------------------------------------------------------

def objects_of(pdf):
    """{name: value} of qpdf's JSON, and the trailer."""
    text = json.loads(call("qpdf", "--json=2", "--json-stream-data=none", pdf))["qpdf"][1]
    trailer = text["trailer"]["value"]
    return {k[4:]: v.get("value", v.get("stream", {}).get("dict")) for k, v in text.items() if k.startswith("obj:")}, trailer


def check_pdfa(pdf):
    """Rules of ISO 19005-2 that the structure alone tells."""
    data = pdf.read_bytes()
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data), "6.1.2: header and binary comment"
    assert data.rstrip().endswith(b"%%EOF"), "6.1.3: nothing after the end"
    objects, trailer = objects_of(pdf)
    get = lambda v: objects.get(v, v) if isinstance(v, str) and v.endswith(" R") else v
    assert "/Encrypt" not in trailer and len(trailer["/ID"]) == 2, "6.1.3: an identifier and no encryption"
    root = get(trailer["/Root"])
    intent, = (get(i) for i in get(root["/OutputIntents"]))
    profile = get(intent["/DestOutputProfile"])
    assert intent["/S"] == "/GTS_PDFA1" and profile["/N"] == 3, "6.2.3: an output intent"
    assert not {"/AA", "/OCProperties", "/NeedsRendering", "/AcroForm", "/Requirements"} & set(root), "6.5, 6.9, 6.4"
    metadata = get(root["/Metadata"])
    assert metadata["/Type"] == "/Metadata" and metadata["/Subtype"] == "/XML" and "/Filter" not in metadata, "6.6.2"
    xmp = call("qpdf", f"--show-object={root['/Metadata'].split()[0]}", "--raw-stream-data", pdf)
    assert re.search(r"pdfaid:part(=\"|>)2", xmp) and re.search(r"pdfaid:conformance(=\"|>)U", xmp), "6.6.4"
    info = get(trailer["/Info"])
    assert html.escape(info["/Title"][2:], quote=False) in xmp, "6.6.3: the title is the same in both"
    fonts = pages = 0
    for value in objects.values():
        if not isinstance(value, dict):
            continue
        filters = value.get("/Filter", [])
        assert not {"/LZWDecode", "/Crypt"} & set(filters if isinstance(filters, list) else [filters]), "6.1.7.2"
        assert not {"/F", "/FFilter", "/FDecodeParms"} & set(value) or value.get("/Type") != "/XObject", "6.1.7.1"
        assert value.get("/S") not in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ImportData", "/SetOCGState"), "6.5.1"
        assert value.get("/SMask", "/None") == "/None" and "/Alternates" not in value and "/OPI" not in value, "6.2.8"
        if value.get("/Type") == "/FontDescriptor":
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(value), "6.2.11.4: embedded"
        if value.get("/Type") == "/Font":
            fonts += 1
            assert value["/Subtype"] != "/Type0" or "/ToUnicode" in value, "6.2.11.7: level U"
        if value.get("/Type") == "/Page":
            pages += 1
            box = value["/MediaBox"]
            assert all(3 <= side <= 14400 for side in (box[2] - box[0], box[3] - box[1])), "6.1.13"
            assert "/AA" not in value and "/Annots" not in value
        if value.get("/Subtype") == "/Image":
            assert value.get("/Interpolate", False) is False, "6.2.8.1"
            assert value["/BitsPerComponent"] in (1, 2, 4, 8, 16)
    assert fonts >= 2 and pages > 0
    return objects, root, get


def labels_of(root, get):
    nums = get(root["/PageLabels"])["/Nums"]
    return [get(label)["/P"][2:] for label in nums[1::2]]


def outline_of(root, get):
    titles, item = [], get(get(root["/Outlines"]).get("/First"))
    while isinstance(item, dict):
        titles.append((item["/Title"][2:], item["/Dest"][0]))
        item = get(item.get("/Next"))
    return titles


def part_pdf(a, package, work):
    for tool in ("qpdf", "pdftotext", "pdfinfo"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    sizes = {}
    for look, dpi in (("web", 150), ("print", 300)):
        pdf = work / f"{look}.pdf"
        made = json.loads(call(a.linka, "pdf", package, pdf, "--for", look, "--json"))["packages"][0]
        sizes[look] = pdf.stat().st_size
        assert made["pages"] == 4 and made["bytes"] == sizes[look], made
        call("qpdf", "--check", pdf)
        objects, root, get = check_pdfa(pdf)
        assert labels_of(root, get) == ["[1]", "[2]", "1", "2"]
        (title, page), = outline_of(root, get)
        assert title == "O vodě" and get(page)["/Type"] == "/Page"
        info = call("pdfinfo", pdf)
        assert re.search(r"Title:\s+Kniha o mlýnech, 1927", info) and "Nováková" in info, info
        boxes = call("pdftotext", "-bbox", pdf, "-")
        found = worst = 0
        for alto, text in zip(sorted(package.glob("alto/*.xml")), boxes.split("<page ")[1:]):
            width, height, words = words_of(alto)
            page_width = float(re.match(r'width="([\d.]+)"', text)[1])
            scale = page_width / width
            assert abs(scale - 72 / 300) < 0.001, "a page is as large as it was"
            printed = re.findall(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', text)
            assert [html.unescape(p[4]) for p in printed] == [w[0] for w in words]
            for p, (_, x, y, w, h) in zip(printed, words):
                truth = [v * scale for v in (x, y, x + w, y + h)]
                worst = max(worst, *(abs(float(q) - t) for q, t in zip(p[:4], truth)))
                found += 1
        assert found > 0 and worst <= 1, f"{found} words, {worst} pt"
        images = call("pdfimages", "-list", pdf).splitlines()[2:]
        assert len(images) == 4 and all(row.split()[8] == "jpeg" for row in images), images
        assert all(abs(int(row.split()[12]) - dpi) <= 2 for row in images), images
        print(f"{look}: {sizes[look]} bytes, {found} words within {worst:.2f} pt")
    assert sizes["web"] < sizes["print"]
    call(a.linka, "pdf", package, work / "web.pdf", code=4)
    broken = work / "broken.pdf"  # the checks see what they are for
    broken.write_bytes((work / "web.pdf").read_bytes().replace(b"/GTS_PDFA1", b"/GTS_PDFX1"))
    try:
        check_pdfa(broken)
    except AssertionError:
        return
    raise SystemExit("a PDF with another output intent passed")


# ---- bundles ------------------------------------------------------------------------------------

def part_bundle(a, package, work):
    call(a.linka, "bundle", package, work / "folder")
    call(a.linka, "bundle", package, work / "texts.zip")
    folder = {p.relative_to(work / "folder").as_posix(): p.read_bytes() for p in (work / "folder").rglob("*") if p.is_file()}
    with zipfile.ZipFile(work / "texts.zip") as z:
        packed = {n.split("/", 1)[1]: z.read(n) for n in z.namelist()}
        assert {n.split("/")[0] for n in z.namelist()} == {"dlv001-00000a"}
    assert packed == folder
    altos = sorted(package.glob("alto/*.xml"))
    assert [folder[f"alto/{i + 1:04}.xml"] for i in range(4)] == [p.read_bytes() for p in altos]
    texts = [p.read_bytes() for p in sorted(package.glob("txt/*.txt"))]
    assert folder["text.txt"] == b"\f".join(texts)
    table = lambda name: list(csv.DictReader(io.StringIO(folder[name].decode("utf-8"), newline="")))
    truth = [(str(n + 1), w, *(str(round(v)) for v in rest)) for n, alto in enumerate(altos) for w, *rest in words_of(alto)[2]]
    assert [(r["page"], r["word"].lstrip("'"), r["x"], r["y"], r["width"], r["height"]) for r in table("words.csv")] == truth
    assert [r["label"] for r in table("pages.csv")] == ["[1]", "[2]", "1", "2"]
    assert [(r["title"], r["pages"]) for r in table("parts.csv")] == [("O vodě", "3 4")]
    assert ("creator", "Nováková, Anna, 1880-1951") in [(r["element"], r["value"]) for r in table("record.csv")]
    assert folder["words.csv"].count(b"\r\n") == len(truth) + 1
    call(a.linka, "bundle", package, work / "some.tar", "--what", "csv")
    call(a.linka, "bundle", package, work / "none", "--what", "docx", code=2)
    print(f"{len(folder)} files, {len(truth)} words in the table")


# ---- machines -----------------------------------------------------------------------------------

# DCAT-AP 2: the mandatory properties of each class, and whether they are a literal or a thing.
MANDATORY = {"dcat:Catalog": {"dct:title": "literal", "dct:description": "literal", "dct:publisher": "foaf:Agent", "dcat:dataset": "dcat:Dataset"},
             "dcat:Dataset": {"dct:title": "literal", "dct:description": "literal"},
             "dcat:Distribution": {"dcat:accessURL": "thing"}, "foaf:Agent": {"foaf:name": "literal"}}
PREFIXES = """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> """


def dcat_faults(text):
    """What is missing or of the wrong kind, asked of the graph that a reader of JSON-LD makes of the text."""
    import rdflib
    graph, faults = rdflib.Graph(), []
    graph.parse(data=text, format="json-ld")
    ask = lambda query: list(graph.query(PREFIXES + query))
    for kind, properties in MANDATORY.items():
        if not ask(f"SELECT ?x WHERE {{ ?x a {kind} }}"):
            faults.append(f"there is no {kind}")
        for name, value in properties.items():
            of_kind = {"literal": "FILTER isLiteral(?v)", "thing": "FILTER isIRI(?v)"}.get(value, f"?v a {value} .")
            for row in ask(f"SELECT ?x WHERE {{ ?x a {kind} FILTER NOT EXISTS {{ ?x {name} ?v . {of_kind} }} }}"):
                faults.append(f"{row[0]}: {name}")
    for name in ("dcat:landingPage", "dcat:mediaType", "dct:license", "foaf:homepage", "foaf:mbox", "dcat:distribution"):
        faults += [f"{row[0]}: {name} is no thing" for row in ask(f"SELECT ?x WHERE {{ ?x {name} ?v FILTER (!isIRI(?v)) }}")]
    faults += [f"{row[0]} has no address of its own" for row in ask(
        'SELECT DISTINCT ?x WHERE { ?x ?p ?v FILTER (isBlank(?x) || !regex(str(?x), "^https?://")) }')]
    return faults


STATIC, OAI, OAI_DC, DC = ("{http://www.openarchives.org/OAI/2.0/static-repository}", "{http://www.openarchives.org/OAI/2.0/}",
                           "{http://www.openarchives.org/OAI/2.0/oai_dc/}", "{http://purl.org/dc/elements/1.1/}")


def oai_faults(text):
    """The rules of the guidelines for static repositories and of OAI-PMH 2.0, as far as they concern a file."""
    faults, root = [], ET.fromstring(text)
    hold = lambda fine, rule: fine or faults.append(rule)
    inside = lambda node, path: [(e.text or "") for e in node.findall(path)]
    hold(root.tag == STATIC + "Repository", "the root is a Repository")
    hold("http://www.openarchives.org/OAI/2.0/static-repository.xsd" in
         root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", ""), "its schema is named")
    parts = [c.tag[len(STATIC):] for c in root]
    hold(parts[:2] == ["Identify", "ListMetadataFormats"] and set(parts[2:]) <= {"ListRecords"}, "Identify, ListMetadataFormats, ListRecords")
    identify = {c.tag[len(OAI):]: c.text for c in root[0]}
    hold([c.tag for c in root[0]] == [OAI + n for n in ("repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp",
                                                        "deletedRecord", "granularity")], "Identify in its order")
    hold(identify.get("protocolVersion") == "2.0", "protocol 2.0")
    hold(identify.get("deletedRecord") == "no", "static repositories delete nothing")
    hold(identify.get("granularity") == "YYYY-MM-DD", "days")
    hold(re.fullmatch(r"https?://\S+", identify.get("baseURL") or ""), "an address")
    hold(re.fullmatch(r"\S+@(\S+\.)+\S+", identify.get("adminEmail") or ""), "an address of e-mail")
    formats = inside(root[1], f"{OAI}metadataFormat/{OAI}metadataPrefix")
    hold("oai_dc" in formats, "Dublin Core is there")
    names = []
    for records in root[2:]:
        hold(records.get("metadataPrefix") in formats, "records of a format that is named")
        for record in records:
            names += inside(record, f"{OAI}header/{OAI}identifier")
            hold([c.tag for c in record] == [OAI + "header", OAI + "metadata"], "header and metadata")
            hold([c.tag for c in record[0]] == [OAI + "identifier", OAI + "datestamp"] and not record[0].attrib, "no sets, nothing deleted")
            day = record[0][1].text or ""
            hold(re.fullmatch(r"\d{4}-\d\d-\d\d", day) and (identify.get("earliestDatestamp") or "9") <= day, "a day, not before the earliest")
            hold([c.tag for c in record[1]] == [OAI_DC + "dc"] and len(record[1][0]) > 0, "one oai_dc:dc")
            fields = {"title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
                      "source", "language", "relation", "coverage", "rights"}
            hold({c.tag for c in record[1][0]} <= {DC + f for f in fields}, "the fifteen elements")
    hold(all(re.fullmatch(r"oai:[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+:[\w.!~*'();/?:@&=+$,%-]+", n) for n in names), "oai-identifier")
    hold(len(names) == len(set(names)), "each record once")
    return faults


def check_spoiled(catalogue, oai):
    """Whatever is spoiled is seen."""
    spoiled = [re.sub(f'"{name}"', '"dct:other"', catalogue) for name in
               ("dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dcat:accessURL", "foaf:name")]
    spoiled += [catalogue.replace('"dcat:Distribution"', '"dcat:Thing"'), catalogue.replace('"foaf:Agent"', '"foaf:Thing"')]
    for text in spoiled:
        assert text != catalogue and dcat_faults(text), "a fault of the catalogue passed"
    record = re.search(r"<oai:record>.*</oai:record>", oai, re.S)[0]
    changes = [(">2.0<", ">1.1<"), ("<oai:deletedRecord>no", "<oai:deletedRecord>persistent"), ("YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ"),
               ("</oai:header>", "<oai:setSpec>a</oai:setSpec></oai:header>"), ("<oai:header>", '<oai:header status="deleted">'),
               (record, record + record), ('ListRecords metadataPrefix="oai_dc"', 'ListRecords metadataPrefix="mods"'),
               ("<oai:datestamp>", "<oai:datestamp>1"), ("dc:title>", "dc:name>"), ("<oai:identifier>oai:", "<oai:identifier>oai:1"),
               ("data@library.example.org", "nobody"), ("static-repository.xsd", "other.xsd")]
    for old, new in changes:
        assert old in oai and oai_faults(oai.replace(old, new)), f"{old} -> {new} passed"
    return len(spoiled) + len(changes)


def part_publish(a, package, work):
    base = "https://library.example.org/iiif"
    words = ("publish", package, package, "-o", work / "www", "--base", base, "--email", "data@library.example.org")
    rights = "https://creativecommons.org/publicdomain/zero/1.0/"
    told = json.loads(call(a.linka, *words, "--name", "library.example.org", "--rights", rights, "--json"))
    assert told["documents"] == 1, "one package, named twice"
    call(a.linka, *words, "--name", "no domain", code=2)
    call(a.linka, *words, "--name", "library.example.org", "--base", base + "?list", code=2)
    text = (work / "www/catalogue.jsonld").read_text()
    one, = json.loads(text)["dcat:dataset"]
    assert one["dct:title"] == {"@language": "cs", "@value": "Kniha o mlýnech, 1927"} and one["dct:description"]
    assert one["dct:identifier"] == "urn:nbn:cz:dlv001-00000a"
    assert one["dcat:distribution"][0]["dcat:accessURL"]["@id"] == base + "/dlv001-00000a/manifest.json"
    oai = (work / "www/oai.xml").read_text()
    assert oai_faults(oai) == []
    record = ET.fromstring(oai)[2][0]
    assert re.fullmatch(r"oai:library\.example\.org:uuid:[0-9a-f-]{36}", record[0][0].text)
    assert record[1][0].find(DC + "title").text == "Kniha o mlýnech : čtení & obrázky"
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, for a Python that is not
    try:
        import rdflib  # noqa: F401
    except ImportError:
        skip("python3-rdflib is not installed")
    assert dcat_faults(text) == []
    print(f"catalogue.jsonld and oai.xml; {check_spoiled(text, oai)} faults seen")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    parser.add_argument("--part", required=True, choices=("pdf", "bundle", "publish"))
    a = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="linka-handed-"))
    try:
        batch = deliverable.digitized(a.linka, a.draw, work / "made")
        package, = deliverable.book(a.linka, batch, work / "book.batch")
        globals()["part_" + a.part](a, package, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
