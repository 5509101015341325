#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A library's catalogue on loopback: SRU 1.1 over MARCXML records of our own making.

  catalogue.py [--port N] [FILE...]

Prints the port it listens on. Knows the records of the MARCXML files given, or one monograph of its
own. Answers alma.barcode, alma.isbn, alma.issn, alma.mms_id and alma.title, as libraries with Alma do;
any other index is told as a diagnostic. GET /__test__/asked says how many questions were asked.
"""
import argparse
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MARC = "http://www.loc.gov/MARC21/slim"
SRW = "http://www.loc.gov/zing/srw/"

MONOGRAPH = """<record xmlns="http://www.loc.gov/MARC21/slim">
<leader>     nam a22     4i 4500</leader>
<controlfield tag="001">nkc20261234567</controlfield><controlfield tag="003">CZ PrNK</controlfield>
<controlfield tag="005">20260314120000.0</controlfield>
<controlfield tag="008">260314s1927    xr            000 f cze  </controlfield>
<datafield tag="015" ind1=" " ind2=" "><subfield code="a">cnb000123456</subfield></datafield>
<datafield tag="040" ind1=" " ind2=" "><subfield code="a">LIA001</subfield><subfield code="b">cze</subfield><subfield code="e">rda</subfield></datafield>
<datafield tag="041" ind1="0" ind2=" "><subfield code="a">cze</subfield></datafield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">Řeháková, Žofie,</subfield><subfield code="d">1870-1939</subfield><subfield code="4">aut</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Kronika měsíčního mlýna :</subfield><subfield code="b">příběh jednoho údolí /</subfield><subfield code="c">Žofie Řeháková</subfield></datafield>
<datafield tag="264" ind1=" " ind2="1"><subfield code="a">V Liberci :</subfield><subfield code="b">Nakladatelství Jizera,</subfield><subfield code="c">1927</subfield></datafield>
<datafield tag="300" ind1=" " ind2=" "><subfield code="a">24 stran ;</subfield><subfield code="c">23 cm</subfield></datafield>
<datafield tag="910" ind1=" " ind2=" "><subfield code="a">LIA001</subfield><subfield code="b">M 1234</subfield></datafield>
<datafield tag="996" ind1=" " ind2=" "><subfield code="b">2610012345</subfield><subfield code="c">M 1234</subfield></datafield>
</record>"""


def records_in(text):
    root = ET.fromstring(text)
    return [root] if root.tag == f"{{{MARC}}}record" else list(root.iter(f"{{{MARC}}}record"))


def values(record, tag, code):
    return [s.text or "" for f in record.iter(f"{{{MARC}}}datafield") if f.get("tag") == tag
            for s in f if s.get("code") == code]


def bare(text):
    return re.sub(r"[^0-9a-z]", "", text.lower())


INDEXES = {
    "alma.barcode": lambda r, v: v in values(r, "996", "b"),
    "alma.isbn": lambda r, v: bare(v) in [bare(x) for x in values(r, "020", "a")],
    "alma.issn": lambda r, v: bare(v) in [bare(x) for x in values(r, "022", "a")],
    "alma.mms_id": lambda r, v: any(c.text == v for c in r if c.get("tag") == "001"),
    "alma.title": lambda r, v: v.lower() in " ".join(values(r, "245", "a")).lower(),
}


def answer(records, query):
    """The body for one CQL clause."""
    out = ET.Element(f"{{{SRW}}}searchRetrieveResponse")
    ET.SubElement(out, f"{{{SRW}}}version").text = "1.1"
    clause = re.fullmatch(r'\s*([\w.]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*', query)
    if clause is None or clause.group(1) not in INDEXES:
        ET.SubElement(out, f"{{{SRW}}}numberOfRecords").text = "0"
        diagnostics = ET.SubElement(out, f"{{{SRW}}}diagnostics")
        told = ET.SubElement(diagnostics, "{http://www.loc.gov/zing/srw/diagnostic/}diagnostic")
        ET.SubElement(told, "{http://www.loc.gov/zing/srw/diagnostic/}uri").text = "info:srw/diagnostic/1/16"
        ET.SubElement(told, "{http://www.loc.gov/zing/srw/diagnostic/}message").text = "Unsupported index"
        return ET.tostring(out, encoding="UTF-8", xml_declaration=True)
    value = re.sub(r"\\(.)", r"\1", clause.group(2))
    hits = [r for r in records if INDEXES[clause.group(1)](r, value)]
    ET.SubElement(out, f"{{{SRW}}}numberOfRecords").text = str(len(hits))
    listed = ET.SubElement(out, f"{{{SRW}}}records")
    for hit in hits[:10]:
        one = ET.SubElement(listed, f"{{{SRW}}}record")
        ET.SubElement(one, f"{{{SRW}}}recordSchema").text = "marcxml"
        ET.SubElement(one, f"{{{SRW}}}recordPacking").text = "xml"
        ET.SubElement(one, f"{{{SRW}}}recordData").append(hit)
    return ET.tostring(out, encoding="UTF-8", xml_declaration=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", type=int, default=0)
    ap.add_argument("files", nargs="*")
    a = ap.parse_args()
    records = []
    for name in a.files:
        with open(name, encoding="utf-8") as f:
            records += records_in(f.read())
    records = records or records_in(MONOGRAPH)
    asked = []

    class Catalogue(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            address = urllib.parse.urlsplit(self.path)
            if address.path == "/__test__/asked":
                body, kind = str(len(asked)).encode(), "text/plain"
            else:
                query = urllib.parse.parse_qs(address.query).get("query", [""])[0]
                asked.append(query)
                body, kind = answer(records, query), "text/xml; charset=UTF-8"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", a.port), Catalogue)
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
