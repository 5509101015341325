# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the repository twice: where an import was done again under other ids."""

import xml.etree.ElementTree as ET

import foxml
import index


def found(repository):
    """The same page or the same title twice: where an import was done twice under other ids."""
    for one in repository.objects.values():
        edges = [t for _, t in one.resources(foxml.OWN)]
        for pid in {p for p in edges if edges.count(p) > 1} if len(set(edges)) < len(edges) else ():
            yield {"kind": "child listed twice", "parent": one.pid, "child": pid}
        seen = {}
        for pid in dict.fromkeys(edges):
            child = repository.objects.get(pid)
            key = child and identity_of(child)
            if key and key in seen:
                yield {"kind": "two children for one", "parent": one.pid, "children": [seen[key], pid], "of": str(key)}
            seen.setdefault(key, pid)
    tops = {}
    for one in repository.objects.values():
        for key in identifiers_of(one):
            if tops.setdefault(key, one.pid) != one.pid:
                yield {"kind": "two objects for one identifier", "pids": [tops[key], one.pid], "of": str(key)}


def mods_of(one):
    stream = one.stream("BIBLIO_MODS")
    try:
        return None if stream is None else ET.fromstring(index.content_of(stream)).find(f".//{index.MODS}mods")
    except (ET.ParseError, OSError):
        return None


def identity_of(one):
    """Two children of one parent with this in common are one thing twice; None when it cannot be told."""
    mods = mods_of(one)
    if mods is None:
        return None
    if one.model == "page":
        position = index.first(mods, "part/detail[@type='pageIndex']/number")
        return ("page", position) if position else None
    title, date = index.title_of(mods), index.date_of(mods)
    return (one.model, title, date) if title else None


def identifiers_of(one):
    """URN:NBN, and for top objects the record's number: nobody else may have them."""
    mods = mods_of(one)
    if mods is None or one.model == "page":
        return []
    out = []
    for element in mods.findall(index.MODS + "identifier"):
        if element.get("type") == "urnnbn" and element.get("invalid") != "yes" and element.text:
            out.append(("urnnbn", element.text.strip()))
    return out
