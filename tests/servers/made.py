# SPDX-License-Identifier: GPL-3.0-or-later
"""Made for tests: FOXML packages and JPEG 2000 headers, right in every point until a test breaks one."""

import base64
import pathlib
import struct

OBJECT = """<?xml version="1.0" encoding="UTF-8"?>
<foxml:digitalObject xmlns:foxml="info:fedora/fedora-system:def/foxml#" VERSION="1.1" PID="{pid}">
  <foxml:objectProperties>
    <foxml:property NAME="info:fedora/fedora-system:def/model#state" VALUE="Active"/>
    <foxml:property NAME="info:fedora/fedora-system:def/model#label" VALUE="{label}"/>
  </foxml:objectProperties>
{streams}
</foxml:digitalObject>
"""
INLINE = """  <foxml:datastream ID="{id}" CONTROL_GROUP="X" STATE="A" VERSIONABLE="false">
    <foxml:datastreamVersion ID="{id}.1" MIMETYPE="text/xml"><foxml:xmlContent>{content}</foxml:xmlContent></foxml:datastreamVersion>
  </foxml:datastream>"""
MANAGED = """  <foxml:datastream ID="{id}" CONTROL_GROUP="M" STATE="A" VERSIONABLE="false">
    <foxml:datastreamVersion ID="{id}.1" MIMETYPE="{type}"><foxml:binaryContent>{content}</foxml:binaryContent></foxml:datastreamVersion>
  </foxml:datastream>"""
EXTERNAL = """  <foxml:datastream ID="{id}" CONTROL_GROUP="E" STATE="A" VERSIONABLE="false">
    <foxml:datastreamVersion ID="{id}.1" MIMETYPE="{type}"><foxml:contentLocation TYPE="URL" REF="{url}"/></foxml:datastreamVersion>
  </foxml:datastream>"""
RELS = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:fedora-model="info:fedora/fedora-system:def/model#"
 xmlns:oai="http://www.openarchives.org/OAI/2.0/" xmlns:kramerius="http://www.nsdl.org/ontologies/relationships#">
<rdf:Description rdf:about="info:fedora/{pid}"><fedora-model:hasModel rdf:resource="info:fedora/model:{model}"/>
<oai:itemID>{pid}</oai:itemID>{more}</rdf:Description></rdf:RDF>"""
DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{title}</dc:title><dc:identifier>{pid}</dc:identifier></oai_dc:dc>"""
MODS = '<mods:modsCollection xmlns:mods="http://www.loc.gov/mods/v3"><mods:mods>{inner}</mods:mods></mods:modsCollection>'
TITLE = "<mods:titleInfo><mods:title>{title}</mods:title></mods:titleInfo>"
PAGE = """<mods:part type="{type}"><mods:detail type="pageNumber"><mods:number>{number}</mods:number></mods:detail>
<mods:detail type="pageIndex"><mods:number>{index}</mods:number></mods:detail></mods:part><mods:note>right</mods:note>"""


def pid(number, book=1):
    return f"uuid:6a1b0c1e-{book:04}-4000-8000-{number:012}"


def resource(name, target):
    return f'<kramerius:{name} rdf:resource="info:fedora/{target}"/>'


def literal(name, value):
    return f"<kramerius:{name}>{value}</kramerius:{name}>"


def an_object(id_, model, label, mods, relations, more=()):
    streams = [INLINE.format(id="DC", content=DC.format(title=label, pid=id_)),
               INLINE.format(id="BIBLIO_MODS", content=MODS.format(inner=mods)),
               INLINE.format(id="RELS-EXT", content=RELS.format(pid=id_, model=model, more="".join(relations))), *more]
    return OBJECT.format(pid=id_, label=label, streams="\n".join(streams))


def managed(id_, type_, content):
    return MANAGED.format(id=id_, type=type_, content=base64.encodebytes(content).decode())


def jp2_of(width, height, salt=b""):
    """The boxes that an image server reads; no codestream worth decoding."""
    box = lambda kind, body: struct.pack(">I", len(body) + 8) + kind + body
    header = box(b"ihdr", struct.pack(">IIHBBBB", height, width, 3, 7, 7, 0, 0))
    return (b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", header)
            + box(b"jp2c", b"\xff\x4f" + salt))


def a_page(number, book, images_url=None, text="Slova stránky {}\n", relations=()):
    id_ = pid(number, book)
    more = [managed("TEXT_OCR", "text/plain", text.format(number).encode()),
            managed("ALTO", "text/xml", b"<alto/>")]
    relations = [literal("policy", "policy:public"), *relations]
    if images_url:
        base = f"{images_url}/iiif/3/{book:04}%2Fuc_{number:04}.jp2"
        for id_of, size in (("IMG_FULL", "max"), ("IMG_PREVIEW", ",700"), ("IMG_THUMB", ",128")):
            more.append(EXTERNAL.format(id=id_of, type="image/jpeg", url=f"{base}/full/{size}/0/default.jpg"))
        relations.append(literal("tiles-url", base))
    else:
        more.append(managed("IMG_FULL", "image/jpeg", b"\xff\xd8not a picture\xff\xd9"))
    mods = PAGE.format(type="normalPage", number=number, index=number)
    return an_object(id_, "page", f"p. {number}", mods, relations, more)


def a_book(folder, pages=3, book=1, title="Kniha o mlýnech", images_url=None, licence="public", images=None):
    """A monograph: {pid: path}; the pages are pid(1..n), the book pid(0)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    relations = [resource("hasPage", pid(n, book)) for n in range(1, pages + 1)]
    relations += [literal("policy", "policy:public")] + ([literal("license", licence)] if licence else [])
    mods = (TITLE.format(title=title) + "<mods:name><mods:namePart type='family'>Nováková</mods:namePart>"
            "<mods:namePart type='given'>Anna</mods:namePart></mods:name><mods:originInfo><mods:dateIssued>1927</mods:dateIssued>"
            f"</mods:originInfo><mods:identifier type='urnnbn'>urn:nbn:cz:tst001-{book:06}</mods:identifier>")
    out = {pid(0, book): an_object(pid(0, book), "monograph", title, mods, relations)}
    for number in range(1, pages + 1):
        out[pid(number, book)] = a_page(number, book, images_url)
        if images:
            path = pathlib.Path(images) / f"{book:04}" / f"uc_{number:04}.jp2"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jp2_of(600 + number, 900, bytes([number])))
    for id_, text in out.items():
        (folder / (id_.removeprefix("uuid:") + ".xml")).write_text(text)
    return {id_: folder / (id_.removeprefix("uuid:") + ".xml") for id_ in out}
