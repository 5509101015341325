# SPDX-License-Identifier: GPL-3.0-or-later
"""A second reader of bags, written from RFC 8493 alone: what a library that knows nothing of linka sees.
faults(path) gives a list of sentences, empty for a good bag."""

import hashlib
import pathlib
import re
import tarfile
import zipfile

KNOWN = {"md5", "sha1", "sha256", "sha512"}


def contents(path):
    """{name below the bag's folder: bytes} of a folder, tar or zip."""
    path = pathlib.Path(path)
    if path.is_dir():
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as z:
            assert z.testzip() is None
            entries = {i.filename: z.read(i) for i in z.infolist() if not i.is_dir()}
    else:
        with tarfile.open(path) as t:
            entries = {m.name: t.extractfile(m).read() for m in t.getmembers() if m.isfile()}
    tops = {name.split("/")[0] for name in entries}
    assert len(tops) == 1, f"several folders at the top: {tops}"
    top, = tops
    assert path.name in (top + ".tar", top + ".zip"), f"{top} in {path.name}"
    return {name[len(top) + 1:]: data for name, data in entries.items()}


def decoded(name):
    return re.sub("%(0[aAdD]|25)", lambda m: chr(int(m[1], 16)), name)


def manifests(files, start):
    for name in files:
        m = re.fullmatch(start + r"-(\w+)\.txt", name)
        if m:
            listed = {}
            for line in files[name].decode("utf-8").splitlines():
                digest, path = re.fullmatch(r"([0-9a-fA-F]+)[ \t]+(.+)", line).groups()
                assert decoded(path) not in listed, f"{name}: {path} twice"
                listed[decoded(path)] = digest.lower()
            yield name, m[1], listed


def faults(path):
    files, wrong = contents(path), []
    if files.get("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        wrong.append("bagit.txt is not the declaration of 1.0")
    payload = {n for n in files if n.startswith("data/")}
    seen = 0
    for name, kind, listed in manifests(files, "manifest"):
        seen += 1
        if set(listed) != payload:
            wrong.append(f"{name} lists other files than there are: {set(listed) ^ payload}")
        wrong += [f"{n}: {name}" for n in payload & set(listed)
                  if kind in KNOWN and hashlib.new(kind, files[n]).hexdigest() != listed[n]]
    if not seen:
        wrong.append("no payload manifest")
    tags = {n for n in files if not n.startswith("data/") and not n.startswith("tagmanifest-")}
    for name, kind, listed in manifests(files, "tagmanifest"):
        if set(listed) != tags:
            wrong.append(f"{name} lists other files than there are: {set(listed) ^ tags}")
        wrong += [f"{n}: {name}" for n in tags & set(listed)
                  if hashlib.new(kind, files[n]).hexdigest() != listed[n]]
    info = dict(line.split(": ", 1) for line in files.get("bag-info.txt", b"").decode("utf-8").splitlines())
    oxum = f"{sum(len(files[n]) for n in payload)}.{len(payload)}"
    if info.get("Payload-Oxum") != oxum:
        wrong.append(f"Payload-Oxum {info.get('Payload-Oxum')}, not {oxum}")
    return wrong
