# SPDX-License-Identifier: GPL-3.0-or-later
"""FOXML as Kramerius 7.2 reads it, and the repository that the objects end in. Nothing here is
stricter or kinder than the real import: what it stores without a word is stored here, too."""

import base64
import copy
import pathlib
import re
import xml.etree.ElementTree as ET

FOXML = "{info:fedora/fedora-system:def/foxml#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
MODEL = "info:fedora/fedora-system:def/model#"
RELATIONS = "http://www.nsdl.org/ontologies/relationships#"
OAI = "http://www.openarchives.org/OAI/2.0/"
STATE, CREATED = MODEL + "state", MODEL + "createdDate"
MODIFIED = "info:fedora/fedora-system:def/view#lastModifiedDate"

OWN = ("hasPage", "hasUnit", "hasVolume", "hasItem", "hasIntCompPart", "hasSoundUnit", "hasTrack", "containsTrack")
FOSTER = ("isOnPage", "contains")
DEEPEST = 20  # folders that the inventory goes down

for prefix, uri in (("foxml", FOXML[1:-1]), ("rdf", RDF[1:-1]), ("fedora-model", MODEL), ("kramerius", RELATIONS),
                    ("oai", OAI), ("mods", "http://www.loc.gov/mods/v3"), ("dc", "http://purl.org/dc/elements/1.1/"),
                    ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"), ("xlink", "http://www.w3.org/1999/xlink")):
    ET.register_namespace(prefix, uri)

PID = re.compile(r"[A-Za-z0-9.-]+:(?:[A-Za-z0-9.~_-]|%[0-9A-F]{2})+")


class NotFoxml(Exception):
    """Skipped with a line in the log."""


class BadObject(Exception):
    """Ends the import."""


def is_pid(text):
    return len(text) <= 64 and bool(PID.fullmatch(text))


class Stream:
    """The current version of a datastream. `kind` is xml (text), binary (bytes) or url (text)."""

    def __init__(self, id_, version, group, mimetype, kind, content):
        self.id, self.version, self.group, self.mimetype = id_, version, group, mimetype
        self.kind, self.content = kind, content

    @property
    def number(self):
        """What the indexer reads after the last dot: None without a dot, "" when it is no number."""
        if "." not in self.version:
            return None
        tail = self.version.rsplit(".", 1)[1]
        return tail if tail.isdigit() else ""

    def packed(self):
        content = base64.b64encode(self.content).decode() if self.kind == "binary" else self.content
        return [self.id, self.version, self.group, self.mimetype, self.kind, content]

    @staticmethod
    def unpacked(six):
        stream = Stream(*six)
        if stream.kind == "binary":
            stream.content = base64.b64decode(stream.content)
        return stream


class Object:
    def __init__(self, pid):
        self.pid, self.properties, self.streams = pid, {}, {}
        # (namespace, name, "resource" or "literal", value) in document order; None without RELS-EXT.
        self.relations, self.rdf_prefix = None, True

    def packed(self):
        return {"pid": self.pid, "properties": self.properties, "relations": self.relations,
                "rdf_prefix": self.rdf_prefix, "streams": [s.packed() for s in self.streams.values()]}

    @staticmethod
    def unpacked(data):
        one = Object(data["pid"])
        one.properties, one.rdf_prefix = data["properties"], data["rdf_prefix"]
        one.relations = None if data["relations"] is None else [tuple(r) for r in data["relations"]]
        one.streams = {s[0]: Stream.unpacked(s) for s in data["streams"]}
        return one

    def stream(self, id_):
        return self.streams.get(id_)

    def resources(self, names=None):
        """[(relation, pid)] that lead to an object, in document order."""
        out = []
        for namespace, name, kind, value in self.relations or []:
            target = value.removeprefix("info:fedora/")
            if kind == "resource" and target.startswith("uuid:") and (names is None or name in names):
                out.append((name, target))
        return out

    def literals(self, name):
        return [v for n, l, k, v in self.relations or [] if k == "literal" and l == name and n == RELATIONS]

    @property
    def model(self):
        """After info:fedora/model:, or what stands there instead; "" without any."""
        for namespace, name, kind, value in self.relations or []:
            if name == "hasModel" and namespace == MODEL:
                return value.removeprefix("info:fedora/model:")
        return ""

    def add_literal(self, name, value):
        if self.relations is not None and value not in self.literals(name):
            self.relations.append((RELATIONS, name, "literal", value))

    def add_resource(self, name, pid):
        if self.relations is not None and (name, pid) not in self.resources():
            self.relations.append((RELATIONS, name, "resource", "info:fedora/" + pid))


def lenient_base64(text):
    """As commons-codec: foreign characters are passed over, so damage gives garbage and no error."""
    clean = re.sub(r"[^A-Za-z0-9+/]", "", text.split("=")[0])
    return base64.b64decode(clean[:len(clean) - (len(clean) % 4 == 1)] + "=" * (-len(clean) % 4))


def parse(data, now=""):
    """Bytes of a file -> Object. NotFoxml when the import would skip it."""
    try:
        root = ET.fromstring(data)
    except ET.ParseError as e:
        raise NotFoxml(f"not well-formed: {e}") from e
    if root.tag != FOXML + "digitalObject":
        raise NotFoxml(f"root element {root.tag}")
    one = Object(root.get("PID", ""))
    if not is_pid(one.pid):
        raise BadObject(f"cz.incad.kramerius.utils.pid.LexerException: invalid PID '{one.pid}'")
    properties = root.find(FOXML + "objectProperties")
    if properties is None:
        raise BadObject(f"java.lang.NullPointerException: no objectProperties in {one.pid}")
    one.properties = {p.get("NAME"): p.get("VALUE") for p in properties.findall(FOXML + "property")}
    one.properties.setdefault(STATE, "Active")
    one.properties.setdefault(CREATED, now)
    one.properties[MODIFIED] = now
    for stream in root.findall(FOXML + "datastream"):
        versions = stream.findall(FOXML + "datastreamVersion")
        if versions:
            read = read_version(stream, versions[-1])
            one.streams[read.id] = read
    rels = one.stream("RELS-EXT")
    if rels is not None:
        if rels.kind != "xml":
            raise BadObject(f"java.io.IOException: RELS-EXT of {one.pid} is not inline XML")
        one.relations = read_relations(rels.content)
        one.rdf_prefix = b"<rdf:RDF" in data
    return one


def read_version(stream, version):
    id_ = stream.get("ID", "")
    kind, content = "xml", ""
    inline = version.find(FOXML + "xmlContent")
    binary = version.find(FOXML + "binaryContent")
    place = version.find(FOXML + "contentLocation")
    if inline is not None:
        content = ET.tostring(inline[0], encoding="unicode") if len(inline) else ""
    elif binary is not None:
        kind, content = "binary", lenient_base64("".join(binary.itertext()))
    elif place is not None:
        kind, content = "url", place.get("REF", "")
    return Stream(id_, version.get("ID", ""), stream.get("CONTROL_GROUP", ""), version.get("MIMETYPE", ""), kind, content)


def read_relations(text):
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return []
    out = []
    for description in root.iter(RDF + "Description"):
        for element in description:
            namespace, _, name = element.tag[1:].partition("}") if element.tag[0] == "{" else ("", "", element.tag)
            resource = element.get(RDF + "resource")
            if resource is not None:
                out.append((namespace, name, "resource", resource))
            else:
                out.append((namespace, name, "literal", (element.text or "").strip()))
    return out


def written(one):
    """FOXML of an object, as the repository gives it back."""
    root = ET.Element(FOXML + "digitalObject", {"VERSION": "1.1", "PID": one.pid})
    properties = ET.SubElement(root, FOXML + "objectProperties")
    for name, value in one.properties.items():
        ET.SubElement(properties, FOXML + "property", {"NAME": name, "VALUE": value or ""})
    for stream in one.streams.values():
        outer = ET.SubElement(root, FOXML + "datastream", {"ID": stream.id, "CONTROL_GROUP": stream.group, "STATE": "A",
                                                           "VERSIONABLE": "false"})
        version = ET.SubElement(outer, FOXML + "datastreamVersion", {"ID": stream.version, "MIMETYPE": stream.mimetype})
        if stream.id == "RELS-EXT":
            ET.SubElement(version, FOXML + "xmlContent").append(relations_written(one))
        elif stream.kind == "xml":
            inner = ET.SubElement(version, FOXML + "xmlContent")
            if stream.content:
                inner.append(ET.fromstring(stream.content))
        elif stream.kind == "binary":
            ET.SubElement(version, FOXML + "binaryContent").text = base64.b64encode(stream.content).decode()
        else:
            ET.SubElement(version, FOXML + "contentLocation", {"TYPE": "URL", "REF": stream.content})
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def relations_written(one):
    rdf = ET.Element(RDF + "RDF")
    description = ET.SubElement(rdf, RDF + "Description", {RDF + "about": "info:fedora/" + one.pid})
    for namespace, name, kind, value in one.relations or []:
        element = ET.SubElement(description, f"{{{namespace}}}{name}")
        if kind == "resource":
            element.set(RDF + "resource", value)
        else:
            element.text = value
    return rdf


# --- a package's directory --------------------------------------------------------------------

def inventory(folder, deepest=DEEPEST):
    """Every file whose name ends in .xml; the children of a directory sorted when the first is a
    directory, otherwise as the file system gives them."""
    out = []

    def walk(at, depth):
        children = list(at.iterdir())
        if len(children) > 1 and children[0].is_dir():
            children.sort()
        for child in children:
            if child.is_dir():
                if depth < deepest:
                    walk(child, depth + 1)
            elif child.name.lower().endswith(".xml"):
                out.append(child)

    walk(pathlib.Path(folder), 1)
    return out


def update_list(folder):
    """update.list of a directory: {pid: [streams]}, or None."""
    path = pathlib.Path(folder) / "update.list"
    if not path.is_file():
        return None
    lines = [l.split("#")[0].split() for l in path.read_text().splitlines()]
    return {words[0]: words[1:] for words in lines if words}


class Repository:
    def __init__(self):
        self.objects = {}
        self.changes, self.parents_known = 0, None

    def changed(self):
        self.changes += 1

    def ingest(self, one, update_existing=False):
        """"stored", or "merged" when the object was there: then only relations are appended."""
        there = self.objects.get(one.pid)
        self.changed()
        if there is None or update_existing:
            self.objects[one.pid] = copy.deepcopy(one)
            return "stored"
        there.properties[MODIFIED] = one.properties[MODIFIED]
        if one.relations is None or there.relations is None:
            return "merged"
        if not (one.rdf_prefix and there.rdf_prefix):
            raise BadObject(f"java.lang.RuntimeException: cannot merge RELS-EXT of {one.pid}: no rdf:Description")
        # Twice in one file is two statements; what is there already is not appended.
        known = set(there.relations)
        there.relations.extend(r for r in one.relations if r not in known)
        return "merged"

    def update_streams(self, one, names):
        there = self.objects.get(one.pid)
        if there is None:
            raise BadObject(f"java.io.IOException: object {one.pid} does not exist")
        for name in names:
            stream = one.stream(name)
            if stream is None or stream.kind == "binary":
                raise BadObject(f"java.lang.UnsupportedOperationException: cannot update {name} of {one.pid}")
            there.streams[name] = stream
            if name == "RELS-EXT":
                there.relations = list(one.relations)
        self.changed()

    def parents(self):
        """pid -> [(parent, relation)] by own relations, and the same by foster ones."""
        if self.parents_known and self.parents_known[0] == self.changes:
            return self.parents_known[1]
        own, foster = {}, {}
        for one in self.objects.values():
            seen = set()
            for name, target in one.resources():
                if (name, target) in seen:
                    continue
                seen.add((name, target))
                if name in OWN:
                    own.setdefault(target, []).append((one.pid, name))
                elif name in FOSTER:
                    foster.setdefault(target, []).append((one.pid, name))
        self.parents_known = self.changes, (own, foster)
        return own, foster

    def tree(self, pid):
        """All below by own relations and itself, parents first; dangling ones among them."""
        out, seen, waiting = [], set(), [pid]
        while waiting:
            at = waiting.pop(0)
            if at in seen:
                continue
            seen.add(at)
            out.append(at)
            if at in self.objects:
                waiting.extend(t for _, t in self.objects[at].resources(OWN))
        return out


def tops_of(objects):
    """Top objects of a package by its own files: those that nobody in it has as own child."""
    children = {t for one in objects for _, t in one.resources(OWN)}
    return [one.pid for one in {o.pid: o for o in objects}.values() if one.pid not in children]


def has_cycle(objects):
    """Own relations that lead round: the real import never ends then."""
    edges = {}
    for one in objects:
        edges.setdefault(one.pid, []).extend(t for _, t in one.resources(OWN))
    state = {}
    for start in edges:
        stack = [(start, iter(edges.get(start, ())))] if start not in state else []
        if stack:
            state[start] = 1
        while stack:
            at, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                state[at] = 2
                stack.pop()
            elif state.get(step) == 1:
                return True
            elif step not in state:
                state[step] = 1
                stack.append((step, iter(edges.get(step, ()))))
    return False
