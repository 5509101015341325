# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a registration at the URN:NBN resolver, version 4: which elements, in which order. The
table is the rule; nothing else is looked at."""

import copy
import re
import xml.etree.ElementTree as ET

NS = "http://resolver.nkp.cz/v4/"
Q = "{" + NS + "}"
ET.register_namespace("r", NS)

PUBLICATION = {"publication": {"publisher": "", "place": "", "year": ""}}
TAIL = {"otherId": "", "documentType": "", "digitalBorn": "boolean", "primaryOriginator": "originator",
        "otherOriginator": "", **PUBLICATION}


def titles(*names):
    """Names of a titleInfo; ! at the end: wanted and not empty."""
    return {"titleInfo!": {n: "" for n in names}}


PLAIN = titles("title!", "subTitle")
ENTITIES = {
    "monograph": {**PLAIN, "ccnb": "", "isbn": "", **TAIL},
    "monographVolume": {**titles("monographTitle!", "volumeTitle!"), "ccnb": "", "isbn": "", **TAIL},
    "periodical": {**PLAIN, "ccnb": "", "issn": "", **TAIL},
    "periodicalVolume": {**titles("periodicalTitle!", "volumeTitle!"), "ccnb": "", "issn": "", **TAIL},
    "periodicalIssue": {**titles("periodicalTitle!", "volumeTitle", "issueTitle!"), "ccnb": "", "issn": "", **TAIL},
    "otherEntity": {**PLAIN, "ccnb": "", "isbn": "", **TAIL},
    "soundCollection": {**PLAIN, "ccnb": "", **TAIL},
    "thesis": {**PLAIN, "ccnb": "", **TAIL, "degreeAwardingInstitution": ""},
    "analytical": {**PLAIN, "otherId": "", "documentType": "", "primaryOriginator": "originator", "otherOriginator": "",
                   "sourceDocument!": {**titles("title!", "volumeTitle", "issueTitle"), "ccnb": "", "isbn": "", "issn": "",
                                       "otherId": "", **PUBLICATION}},
}
TYPES = {"monograph": "MONOGRAPH", "monographVolume": "MONOGRAPH_VOLUME", "periodical": "PERIODICAL",
         "periodicalVolume": "PERIODICAL_VOLUME", "periodicalIssue": "PERIODICAL_ISSUE", "otherEntity": "OTHER",
         "soundCollection": "SOUND_COLLECTION", "thesis": "THESIS", "analytical": "ANALYTICAL"}
TECHNICAL = {"format": "", "extent": "number", "resolution": {"horizontal": "number", "vertical": "number"},
             "compression": "", "color": {"model": "", "depth": "number"}, "iccProfile": "",
             "pictureSize": {"width": "number", "height": "number"}}
DOCUMENT = {"archiverId": "number", "urnNbn": "urn", "registrarScopeIdentifiers": "ids", "financed": "", "contractNumber": "",
            "technicalMetadata": TECHNICAL}
INSTANCE = {"url!": "", "digitalLibraryId!": "number", "format": "", "accessibility": ""}

URN = re.compile(r"urn:nbn:[A-Za-z]{2}:([A-Za-z0-9]{2,6})-([A-Za-z0-9]{6})")
REGISTRAR = re.compile(r"[A-Za-z0-9]{2,6}")
ID_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:-]{0,18}[A-Za-z0-9]")
ID_VALUE = re.compile(r"[A-Za-z0-9](?:[^/]{0,58}[A-Za-z0-9])?")


class Invalid(Exception):
    def __init__(self, message, code="INVALID_DATA"):
        super().__init__(message)
        self.code = code


def local(element):
    if not element.tag.startswith(Q):
        raise Invalid(f"element {element.tag} is not of the namespace {NS}")
    return element.tag[len(Q):]


def check(element, table, where, untidy):
    """Children in the order of the table, each at most once, wanted ones there."""
    names = [n.rstrip("!") for n in table]
    kinds = {n.rstrip("!"): k for n, k in table.items()}
    at, seen = 0, set()
    if (element.text or "").strip():
        raise Invalid(f"text in {where}, which has only elements")
    for child in element:
        name = local(child)
        if name not in kinds:
            raise Invalid(f"element {name} is not expected in {where}")
        if name in seen:
            raise Invalid(f"element {name} twice in {where}")
        if names.index(name) < at:
            raise Invalid(f"element {name} in {where} is not in its place: expected before {names[at]}")
        at = names.index(name)
        seen.add(name)
        check_value(child, kinds[name], f"{where}/{name}", name + "!" in table, untidy)
    missing = [n.rstrip("!") for n in table if n.endswith("!") and n.rstrip("!") not in seen]
    if missing:
        raise Invalid(f"element {missing[0]} is missing in {where}")


def check_value(element, kind, where, wanted, untidy):
    text = (element.text or "").strip()
    if isinstance(kind, dict):
        return check(element, kind, where, untidy)
    if kind == "urn":
        return check_urn(element)
    if kind == "ids":
        return check_ids(element)
    if len(element):
        raise Invalid(f"{where} has elements, text is expected")
    if wanted and not text:
        raise Invalid(f"{where} is empty")
    if kind == "number" and not re.fullmatch(r"\d+", text):
        raise Invalid(f"{where} is no whole number: '{text}'")
    if kind == "boolean" and text not in ("true", "false"):
        raise Invalid(f"{where} is neither true nor false: '{text}'")
    if kind == "originator" and element.get("type") not in ("AUTHOR", "EVENT", "CORPORATION"):
        raise Invalid(f"{where} has no type AUTHOR, EVENT or CORPORATION")
    if not text:
        untidy.append(f"{where} is empty")


def check_urn(element):
    seen = 0
    for child in element:
        name = local(child)
        seen += name == "value"
        text = (child.text or "").strip() if name == "value" else child.get("value", "")
        if name not in ("value", "predecessor") or seen > 1:
            raise Invalid(f"element {name} is not expected in urnNbn")
        if not URN.fullmatch(text):
            raise Invalid(f"'{text}' is no URN:NBN", "INVALID_DATA")


def check_ids(element):
    for child in element:
        if local(child) != "id":
            raise Invalid(f"element {local(child)} is not expected in registrarScopeIdentifiers")
        check_id(child.get("type", ""), (child.text or "").strip())
    types = [c.get("type") for c in element]
    if len(set(types)) < len(types):
        raise Invalid("two registrar-scope identifiers of one type")


def check_id(kind, value):
    if not ID_TYPE.fullmatch(kind):
        raise Invalid(f"'{kind}' is no type of a registrar-scope identifier", "INVALID_REGISTRAR_SCOPE_ID_TYPE")
    if not ID_VALUE.fullmatch(value):
        raise Invalid(f"'{value}' is no registrar-scope identifier", "INVALID_REGISTRAR_SCOPE_ID_VALUE")


class Registration:
    """A body that was found good: entity (element), document (element), untidy (things the schema
    lets pass)."""

    def __init__(self, data):
        self.untidy = []
        try:
            root = ET.fromstring(data)
        except ET.ParseError as e:
            raise Invalid(f"not well-formed: {e}") from e
        if root.tag != Q + "import":
            raise Invalid(f"root element {root.tag}")
        children = list(root)
        if not children or local(children[0]) not in ENTITIES:
            raise Invalid("the first element of import is no known kind of document")
        if len(children) != 2 or local(children[1]) != "digitalDocument":
            raise Invalid("import has an entity and a digitalDocument, nothing else")
        self.entity, self.document = children
        self.kind = local(self.entity)
        check(self.entity, ENTITIES[self.kind], self.kind, self.untidy)
        check(self.document, DOCUMENT, "digitalDocument", self.untidy)
        year = self.entity.find(f"{Q}publication/{Q}year")
        if year is not None and not re.fullmatch(r"\d{1,4}", (year.text or "").strip()):
            self.untidy.append(f"year '{year.text}' is no number and dropped")
            self.entity.find(Q + "publication").remove(year)

    @property
    def urn(self):
        return (self.document.findtext(f"{Q}urnNbn/{Q}value") or "").strip() or None

    @property
    def predecessors(self):
        return [(p.get("value"), p.get("note") or "") for p in self.document.findall(f"{Q}urnNbn/{Q}predecessor")]

    @property
    def ids(self):
        return {i.get("type"): (i.text or "").strip() for i in self.document.findall(f"{Q}registrarScopeIdentifiers/{Q}id")}


def filled(old, new, table):
    """`old` with those elements of `new` that it has not or has empty; what it has stays."""
    out = copy.deepcopy(old)
    for child in new:
        there = out.find(child.tag)
        kind = {n.rstrip("!"): k for n, k in table.items()}.get(local(child))
        if there is None:
            out.append(copy.deepcopy(child))
        elif isinstance(kind, dict):
            out[list(out).index(there)] = filled(there, child, kind)
        elif not (there.text or "").strip() and not len(there):
            there.text = child.text
    names = [n.rstrip("!") for n in table]
    out[:] = sorted(out, key=lambda e: names.index(local(e)))
    return out
