#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages as bags: read by a second implementation, damaged byte by byte, and bags that mean harm.

  bags.py --linka PROGRAM --draw PROGRAM
"""
import argparse
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import xml.etree.ElementTree as ET
import zipfile

import bag_reader
import deliverable


def run(a, *words, **more):
    return subprocess.run([a.linka, *map(str, words)], capture_output=True, text=True, **more)


def told(a, *words):
    """The exit code and the JSON answer."""
    done = run(a, *words, "--json")
    return done.returncode, json.loads(done.stdout)


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in pathlib.Path(folder).rglob("*") if p.is_file()}


def names(folder):
    return {p.relative_to(folder).as_posix() for p in pathlib.Path(folder).rglob("*") if p.is_file()}


# PREMIS 3.0, the data dictionary: what stands in what, in this order; "+" at least once, "?" at most once.
PREMIS = {
    "premis": "object+ event* agent* rights*",
    "object": "objectIdentifier+ preservationLevel* significantProperties* originalName? relationship* linkingEventIdentifier* "
              "linkingRightsStatementIdentifier*",
    "event": "eventIdentifier eventType eventDateTime eventDetailInformation* eventOutcomeInformation* linkingAgentIdentifier* "
             "linkingObjectIdentifier*",
    "agent": "agentIdentifier+ agentName* agentType? agentVersion? agentNote* agentExtension* linkingEventIdentifier*",
    "eventDetailInformation": "eventDetail?", "eventOutcomeInformation": "eventOutcome? eventOutcomeDetail*",
    **{f"{stem}Identifier": f"{stem}IdentifierType {stem}IdentifierValue" for stem in ("object", "event", "agent", "linkingAgent", "linkingObject")}}


def premis_faults(text):
    """What of a PREMIS 3 file the dictionary does not know, and what it names and does not have."""
    space, faults, root = "{http://www.loc.gov/premis/v3}", [], ET.fromstring(text)
    hold = lambda fine, rule: fine or faults.append(rule)
    hold(root.tag == space + "premis" and root.get("version") == "3.0", "premis, version 3.0")
    hold([e.get("{http://www.w3.org/2001/XMLSchema-instance}type") for e in root.iter(space + "object")] == ["premis:intellectualEntity"], "its kind")
    for node in root.iter():
        name, children = node.tag[len(space):], "".join(c.tag[len(space):] + " " for c in node)
        model = PREMIS.get(name)
        if model is None:
            hold(not children and (node.text or "").strip(), f"{name} is empty, or holds what it may not")
            continue
        pattern = "".join(f"({item.rstrip('+*?')} ){item[len(item.rstrip('+*?')):]}" for item in model.split())
        hold(re.fullmatch(pattern, children), f"{name}: {children}")
    pairs = lambda name: [tuple(c.text for c in e) for e in root.iter(space + name)]
    hold(len(set(pairs("eventIdentifier"))) == len(pairs("eventIdentifier")), "events of one name")
    hold(set(pairs("linkingAgentIdentifier")) <= set(pairs("agentIdentifier")), "an agent that is not there")
    hold(set(pairs("linkingObjectIdentifier")) <= set(pairs("objectIdentifier")), "an object that is not there")
    for moment in root.iter(space + "eventDateTime"):
        hold(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text or ""), "a moment")
    return faults


def premis_rules(a, package, work):
    """The rules above see what is wrong."""
    assert run(a, "bag", package, work / "premis").returncode == 0
    text = (work / "premis/metadata/premis.xml").read_text()
    first = lambda old, new: text.replace(old, new, 1)
    for spoiled in (first('"3.0"', '"2.2"'), first("premis:intellectualEntity", "premis:thing"), text.replace("premis:eventType", "premis:kind"),
                    first(">bag<", ">digests<"), first("<premis:agentName>linka", "<premis:agentName>"), first(">linka-", ">other-"),
                    first(">uuid:", ">uuid:0"), re.sub(r"(\d\d)T(\d\d:)", r"\1 \2", text), text.replace("premis:eventDateTime", "premis:eventDate")):
        assert spoiled != text and premis_faults(spoiled), f"passed:\n{spoiled}"


def good_bags(a, package, work):
    """Every form, read by both readers, brought back byte for byte, the same bytes twice."""
    env = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", LC_ALL="C")
    for form, name in (("folder", "bag"), ("tar", "bag.tar"), ("zip", "bag.zip")):
        bag = work / form / name
        dry = run(a, "bag", package, bag, "--dry-run", env=env)
        assert dry.returncode == 0 and not bag.parent.exists(), dry.stderr
        made = run(a, "bag", package, bag, "--info", "Contact-Name: Anna Nováková", env=env)
        assert made.returncode == 0, made.stderr
        assert bag_reader.faults(bag) == [], bag_reader.faults(bag)
        info = bag_reader.contents(bag)["bag-info.txt"].decode()
        for line in ("Contact-Name: Anna Nováková", "Bagging-Date: 2023-11-14", "External-Identifier: urn:nbn:cz:dlv001-00000a"):
            assert line in info.splitlines(), info
        premis = bag_reader.contents(bag)["metadata/premis.xml"].decode()
        assert premis_faults(premis) == []
        code, report = told(a, "bag", "--check", bag)
        assert code == 0 and report["faults"] == [], report
        assert run(a, "unbag", bag, work / form / "out").returncode == 0
        assert tree(work / form / "out" / package.name) == tree(package), form
        assert sorted(p.name for p in (work / form).iterdir()) == sorted([name, "out"]), "something is left"
        other = bag.parent / "second"
        (bag.parent / ".second.2000000000.building").mkdir()  # of a writer that was killed: no process has that number
        assert run(a, "bag", package, other, "--form", form, env=env).returncode == 0
        assert sorted(p.name for p in (work / form).iterdir()) == sorted([name, "out", "second"]), "a dead writer's remains"
        again = run(a, "bag", package, bag, env=env)
        assert again.returncode == 4 and "is there already" in again.stderr, again
        if form != "folder":
            second = work / (form + "2") / name
            assert run(a, "bag", package, second, "--info", "Contact-Name: Anna Nováková", env=env).returncode == 0
            assert second.read_bytes() == bag.read_bytes(), f"{form}: other bytes the second time"
    print("folder, tar and zip are read by both readers")


def damage(a, work):
    """No byte of a bag can change unseen, and nothing of a damaged bag is brought out."""
    bag = work / "tar" / "bag.tar"
    data = bytearray(bag.read_bytes())
    with tarfile.open(bag) as t:
        spots = [(m.name, m.offset_data + m.size // 2) for m in t.getmembers() if m.isfile() and m.size]
    for name, at in spots:
        broken = bytearray(data)
        broken[at] ^= 1
        place = work / "broken" / "bag.tar"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(broken)
        code, report = told(a, "bag", "--check", place)
        inner = name.split("/", 1)[1]
        assert inner.startswith("tagmanifest-") or any(f["severity"] == "error" for f in report["faults"]), (name, report)
        assert code in (4, 5), (name, code)
    code, report = told(a, "unbag", place, work / "broken" / "out")
    assert code != 0 and not (work / "broken" / "out").exists(), report
    for cut in (len(data) // 3, len(data) - 20000):
        place.write_bytes(data[:cut])
        assert run(a, "bag", "--check", place).returncode in (4, 5)
    print(f"{len(spots)} files damaged, each one seen")


def tar_of(path, entries):
    with tarfile.open(path, "w") as t:
        for name, data, *more in entries:
            info = tarfile.TarInfo(name)
            for key, value in (more[0] if more else {}).items():
                setattr(info, key, value)
            info.size = len(data) if info.isreg() else 0
            t.addfile(info, io.BytesIO(data))
    return path


def zip_of(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data, *_ in entries:
            z.writestr(name, data)
    return path


def bag_entries(payload):
    """A bag that is right but for its names."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  data/{name}\n" for name, data in payload)
    return [("bag/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
            ("bag/manifest-sha256.txt", lines.encode())] + [("bag/data/" + n, d) for n, d in payload]


def hostile(a, work):
    """Bags that mean harm: refused, and nothing is written anywhere."""
    place = work / "hostile"
    place.mkdir()
    evil = ["../../escaped", "/escaped", "a/../../../escaped", "CON", "aux.txt", "a\\b", "C:/x", "trailing.", "trailing ", "a:b",
             "new\nline", "return\rhere"]
    cases = {}
    for name in evil:
        cases[f"tar {name!r}"] = tar_of(place / "bag.tar", bag_entries([(name, b"x")])).read_bytes()
    for name in evil[:9]:
        cases[f"zip {name!r}"] = zip_of(place / "bag.zip", bag_entries([(name, b"x")])).read_bytes()
    both = [("Čtení.txt", b"1"), ("čtení.txt", b"2")]
    composed = [("\u010d.txt", b"1"), ("c\u030c.txt", b"2")]
    for label, payload in (("case", both), ("composition", composed), ("file and folder", [("a", b"1"), ("a/b", b"2")]),
                           ("folders by case", [("A/x", b"1"), ("a/y", b"2")])):
        cases[f"tar {label}"] = tar_of(place / "bag.tar", bag_entries(payload)).read_bytes()
    good = bag_entries([("a.txt", b"x")])
    for label, more in (("symlink", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
                        ("hard link", {"type": tarfile.LNKTYPE, "linkname": "bag/data/a.txt"}),
                        ("device", {"type": tarfile.CHRTYPE}), ("fifo", {"type": tarfile.FIFOTYPE})):
        cases[f"tar {label}"] = tar_of(place / "bag.tar", good + [("bag/data/l", b"", more)]).read_bytes()
    cases["tar link as folder"] = tar_of(place / "bag.tar", [("bag/data", b"", {"type": tarfile.SYMTYPE, "linkname": "/tmp"})] + good).read_bytes()
    cases["two folders"] = tar_of(place / "bag.tar", good + [("other/x", b"x")]).read_bytes()
    cases["fetch.txt"] = tar_of(place / "bag.tar", good + [("bag/fetch.txt", b"http://127.0.0.1/x - data/x\n")]).read_bytes()
    cases["twice"] = tar_of(place / "bag.tar", good + [("bag/data/a.txt", b"y")]).read_bytes()
    cases["zip bomb"] = zip_of(place / "bag.zip", bag_entries([("zeros", bytes(60_000_000))])).read_bytes()
    lies = bytearray(zip_of(place / "bag.zip", bag_entries([("zeros", bytes(5_000_000))])).read_bytes())
    at = 0
    while (at := lies.find((5_000_000).to_bytes(4, "little"), at)) >= 0:  # what the headers say of its size
        lies[at:at + 4] = (5).to_bytes(4, "little")
    cases["zip that lies about its size"] = bytes(lies)
    for path in place.iterdir():
        path.unlink()
    before, out = names(work), work / "deep" / "out"  # two folders up is still in `work`
    for label, data in cases.items():
        bag = place / ("bag.zip" if data[:2] == b"PK" else "bag.tar")
        bag.write_bytes(data)
        code, report = told(a, "bag", "--check", bag)
        assert code in (4, 5), (label, code, report)
        code, _ = told(a, "unbag", bag, out)
        assert code in (4, 5), (label, code)
        bag.unlink()
        assert names(work) == before and not out.exists(), f"{label}: something was written"
    assert not pathlib.Path("/escaped").exists()
    print(f"{len(cases)} harmful bags refused")


def foreign(a, work):
    """Bags of others: md5 and 0.97, CR LF, gzipped, a manifest of an unknown kind, nothing that can be checked."""
    place = work / "foreign"
    def folder(name, files):
        for path, data in files.items():
            (place / name / path).parent.mkdir(parents=True, exist_ok=True)
            (place / name / path).write_bytes(data)
        return place / name
    md5 = hashlib.md5(b"x").hexdigest()
    old = {"bagit.txt": b"BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-8\r\n", "manifest-md5.txt": f"{md5}  data/50%25.txt\r\n".encode(),
           "data/50%.txt": b"x"}
    assert told(a, "bag", "--check", folder("old", old))[0] == 0
    with tarfile.open(place / "old.tar.gz", "w:gz") as t:
        t.add(place / "old", "old")
    assert told(a, "bag", "--check", place / "old.tar.gz")[0] == 0
    unknown = dict(old, **{"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
                           "manifest-blake9.txt": f"{md5}  data/50%25.txt\n".encode()})
    code, report = told(a, "bag", "--check", folder("unknown", unknown))
    assert code == 0 and len(report["not_checked"]) == 1, report
    del unknown["manifest-md5.txt"]
    code, report = told(a, "bag", "--check", folder("only-unknown", unknown))
    assert code == 5, report
    assert run(a, "bag", "--check", work / "nothing").returncode == 4
    (place / "text.tar").write_text("no archive")
    assert run(a, "bag", "--check", place / "text.tar").returncode in (4, 5)
    print("bags of others are read")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    a = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="linka-bags-"))
    try:
        batch = deliverable.digitized(a.linka, a.draw, work / "made")
        package, = deliverable.book(a.linka, batch, work / "book.batch")
        good_bags(a, package, work)
        premis_rules(a, package, work)
        damage(a, work)
        hostile(a, work)
        foreign(a, work)
        deliverable.periodical(a.linka, batch, work / "periodical.batch")
        code, report = told(a, "bag", work / "periodical.batch", work / "issues", "--form", "zip")
        assert code == 0 and len(report["packages"]) == 2, report
        assert [bag_reader.faults(b) for b in sorted((work / "issues").iterdir())] == [[], []]
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
