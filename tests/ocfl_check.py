#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds a storage root against the text of OCFL 1.1, and nothing else.

  ocfl_check.py ROOT        a line for each thing that is wrong; exit code 1 when there is one, 2 when there
                            was nothing to look at

Written from the specification (ocfl.io/1.1/spec) and the layout 0003 of the community's extensions, not from
the program that it judges. Codes are those that the OCFL editors publish.
"""
import hashlib
import json
import os
import re
import sys

INVENTORY_KEYS = {"id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity"}
VERSION_KEYS = {"created", "state", "message", "user"}
FIXITY = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "blake2b-512": 128}
RFC3339 = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
                     r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$")
URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")


def digest(path, algorithm):
    h = hashlib.new({"blake2b-512": "blake2b"}.get(algorithm, algorithm))
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            h.update(block)
    return h.hexdigest()


class Report:
    def __init__(self):
        self.lines, self.objects, self.files = [], 0, 0

    def wrong(self, code, where, text):
        self.lines.append((code, where, text))


def no_duplicates(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice in one JSON object")
    return dict(pairs)


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f, object_pairs_hook=no_duplicates)


def conflicting(paths):
    """A path that is the beginning of another one, in whole elements."""
    known = set(paths)
    for path in known:
        parts = path.split("/")
        for n in range(1, len(parts)):
            if "/".join(parts[:n]) in known:
                return path
    return None


def bad_path(path):
    return any(part in ("", ".", "..") for part in path.strip("/").split("/"))


class Object:
    def __init__(self, report, where):
        self.r, self.where = report, where

    def wrong(self, code, text):
        self.r.wrong(code, self.where, text)

    def check(self):
        self.r.objects += 1
        names = sorted(os.listdir(self.where))
        declarations = [n for n in names if n.startswith("0=")]
        if declarations != ["0=ocfl_object_1.1"]:
            self.wrong("E003", f"declarations: {declarations}")
        else:
            with open(os.path.join(self.where, declarations[0]), "rb") as f:
                if f.read() != b"ocfl_object_1.1\n":
                    self.wrong("E007", "the declaration's text is not its name")
        root = self.inventory(self.where)
        if root is None:
            return None
        allowed = {"0=ocfl_object_1.1", "inventory.json", "inventory.json." + root["digestAlgorithm"], "logs", "extensions"}
        versions = set(root["versions"])
        for name in names:
            if name in allowed:
                continue
            if name not in versions:
                self.wrong("E046" if re.match(r"^v\d+$", name) else "E001", f"{name} does not belong here")
        order = self.sequence(versions, root["head"])
        content = root.get("contentDirectory", "content")
        on_disk = set()
        for version in order:
            folder = os.path.join(self.where, version)
            if not os.path.isdir(folder):
                self.wrong("E046", f"{version} is no folder")
                continue
            on_disk |= self.version(folder, version, content, root)
        named = {p for paths in root["manifest"].values() for p in paths}
        for path in sorted(on_disk - named):
            self.wrong("E023", f"{path} is not in the manifest")
        for path in sorted(named - on_disk):
            self.wrong("E092", f"{path} is not there")
        for value, paths in root["manifest"].items():
            for path in paths:
                if path in on_disk and digest(os.path.join(self.where, path), root["digestAlgorithm"]) != value.lower():
                    self.wrong("E092", f"{path} has another digest")
        for algorithm, block in root.get("fixity", {}).items():
            for value, paths in block.items():
                for path in paths:
                    if algorithm in FIXITY and path in on_disk and \
                            digest(os.path.join(self.where, path), algorithm) != value.lower():
                        self.wrong("E093", f"{path} has another {algorithm}")
        self.r.files += len(on_disk)
        self.prior(order, root)
        return root["id"]

    def inventory(self, folder):
        path = os.path.join(folder, "inventory.json")
        if not os.path.isfile(path):
            self.wrong("E063", f"{path} is not there")
            return None
        try:
            inventory = load(path)
        except ValueError as e:
            self.wrong("E033", f"{path}: {e}")
            return None
        if not isinstance(inventory, dict):
            self.wrong("E033", "an inventory is an object")
            return None
        for key in ("id", "type", "digestAlgorithm", "head"):
            if not isinstance(inventory.get(key), str) or not inventory[key]:
                self.wrong("E036", f"{key} is missing")
                return None
        if not URI.match(inventory["id"]):
            self.wrong("W005", f"{inventory['id']} is no URI")
        if inventory["type"] != "https://ocfl.io/1.1/spec/#inventory":
            self.wrong("E038", f"type {inventory['type']}")
        if inventory["digestAlgorithm"] not in ("sha512", "sha256"):
            self.wrong("E025", inventory["digestAlgorithm"])
            return None
        if inventory["digestAlgorithm"] == "sha256":
            self.wrong("W004", "sha512 should be used")
        for key in set(inventory) - INVENTORY_KEYS:
            self.wrong("E102", f"the key {key}")
        content = inventory.get("contentDirectory", "content")
        if "/" in content or content in (".", ".."):
            self.wrong("E017", content)
        for key in ("manifest", "versions"):
            if not isinstance(inventory.get(key), dict):
                self.wrong("E041", f"no {key}")
                return None
        if not isinstance(inventory.get("fixity", {}), dict):
            self.wrong("E111", "fixity is no object")
            inventory["fixity"] = {}
        sidecar = path + "." + inventory["digestAlgorithm"]
        if not os.path.isfile(sidecar):
            self.wrong("E058", f"{sidecar} is not there")
        else:
            with open(sidecar, encoding="utf-8") as f:
                found = re.match(r"^([0-9a-fA-F]+)[ \t]+inventory\.json\n?$", f.read())
            if not found:
                self.wrong("E061", sidecar)
            elif found.group(1).lower() != digest(path, inventory["digestAlgorithm"]):
                self.wrong("E060", sidecar)
        self.manifest(inventory, content)
        self.versions(inventory)
        self.fixity(inventory)
        return inventory

    def manifest(self, inventory, content):
        length = FIXITY[inventory["digestAlgorithm"]]
        manifest = inventory["manifest"]
        if len({value.lower() for value in manifest}) != len(manifest):
            self.wrong("E096", "a digest twice")
        paths = []
        for value, group in manifest.items():
            if not re.match(r"^[0-9a-fA-F]{%d}$" % length, value):
                self.wrong("E025", f"digest {value}")
            if not isinstance(group, list) or not group:
                self.wrong("E092", f"{value} names no array of files")
                continue
            paths += group
        if len(set(paths)) != len(paths) or conflicting(paths):
            self.wrong("E101", "content paths conflict")
        for path in paths:
            if path.startswith("/") or path.endswith("/"):
                self.wrong("E100", path)
            elif bad_path(path):
                self.wrong("E099", path)
            elif not re.match(r"^v\d+/" + re.escape(content) + "/.", path):
                self.wrong("E042", path)
        used = {value.lower() for v in inventory["versions"].values() if isinstance(v, dict)
                for value in (v.get("state") if isinstance(v.get("state"), dict) else {})}
        for value in manifest:
            if value.lower() not in used:
                self.wrong("E107", f"{value} is in no state")

    def versions(self, inventory):
        if not inventory["versions"]:
            self.wrong("E008", "no version")
        known = {value.lower() for value in inventory["manifest"]}
        for name, version in inventory["versions"].items():
            if not isinstance(version, dict):
                self.wrong("E047", name)
                continue
            for key in set(version) - VERSION_KEYS:
                self.wrong("E102", f"the key {key} of {name}")
            if "created" not in version or not isinstance(version.get("state"), dict):
                self.wrong("E048", name)
                continue
            if not isinstance(version["created"], str) or not RFC3339.match(version["created"]):
                self.wrong("E049", str(version["created"]))
            if "message" not in version or "user" not in version:
                self.wrong("W007", name)
            if not isinstance(version.get("message", ""), str):
                self.wrong("E094", name)
            user = version.get("user", {"name": "x", "address": "x:y"})
            if not isinstance(user, dict) or not user.get("name"):
                self.wrong("E054", name)
            elif "address" not in user:
                self.wrong("W008", name)
            elif not URI.match(user["address"]):
                self.wrong("W009", user["address"])
            logical = []
            for value, paths in version["state"].items():
                if value.lower() not in known:
                    self.wrong("E050", f"{name}: {value}")
                logical += paths
            if len(set(logical)) != len(logical) or conflicting(logical):
                self.wrong("E095", name)
            for path in logical:
                if path.startswith("/") or path.endswith("/"):
                    self.wrong("E053", path)
                elif bad_path(path):
                    self.wrong("E052", path)

    def fixity(self, inventory):
        named = {p for group in inventory["manifest"].values() for p in group}
        for algorithm, block in inventory.get("fixity", {}).items():
            if algorithm not in FIXITY:
                self.wrong("E056", algorithm)
            if not isinstance(block, dict):
                self.wrong("E057", algorithm)
                continue
            if len({value.lower() for value in block}) != len(block):
                self.wrong("E097", algorithm)
            for value, paths in block.items():
                if not isinstance(paths, list) or set(paths) - named:
                    self.wrong("E057", f"{algorithm} {value}")

    def sequence(self, versions, head):
        numbers = []
        for name in versions:
            if not re.match(r"^v\d+$", name):
                self.wrong("E104", name)
                continue
            if name.startswith("v0"):
                self.wrong("W001", name)
            numbers.append(int(name[1:]))
        numbers.sort()
        if numbers != list(range(1, len(numbers) + 1)):
            self.wrong("E009", f"versions {numbers}")
        if not numbers or head != f"v{numbers[-1]}":
            self.wrong("E040", f"head {head}")
        return [f"v{n}" for n in numbers]

    def version(self, folder, version, content, root):
        found = set()
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                if name != content:
                    self.wrong("W002", path)
            elif name not in ("inventory.json", "inventory.json." + root["digestAlgorithm"]):
                self.wrong("E015", path)
        if not os.path.isfile(os.path.join(folder, "inventory.json")):
            self.wrong("W010", version)
        if os.path.isdir(os.path.join(folder, content)) and not os.listdir(os.path.join(folder, content)):
            self.wrong("W003", version)
        for d, folders, files in os.walk(os.path.join(folder, content)):
            if not folders and not files:
                self.wrong("E024", d)
            for name in folders + files:
                path = os.path.join(d, name)
                if os.path.islink(path) or (os.path.isfile(path) and os.stat(path).st_nlink != 1):
                    self.wrong("E090", path)
            for name in files:
                found.add(os.path.relpath(os.path.join(d, name), self.where).replace(os.sep, "/"))
        return found

    def prior(self, order, root):
        for version in order:
            folder = os.path.join(self.where, version)
            path = os.path.join(folder, "inventory.json")
            if not os.path.isfile(path):
                continue
            if version == root["head"]:
                with open(path, "rb") as a, open(os.path.join(self.where, "inventory.json"), "rb") as b:
                    if a.read() != b.read():
                        self.wrong("E064", version)
                continue
            old = self.inventory(folder)
            if old is None:
                continue
            if old["id"] != root["id"]:
                self.wrong("E110", version)
            if old.get("contentDirectory", "content") != root.get("contentDirectory", "content"):
                self.wrong("E020", version)
            if old["head"] != version or set(old["versions"]) != {v for v in order if int(v[1:]) <= int(version[1:])}:
                self.wrong("E066", version)
                continue
            for name, block in old["versions"].items():
                now = root["versions"].get(name, {})
                if self.files_of(old, block) != self.files_of(root, now):
                    self.wrong("E066", f"{name} in {version}")
                if any(block.get(k) != now.get(k) for k in ("created", "message", "user")):
                    self.wrong("W011", f"{name} in {version}")

    @staticmethod
    def files_of(inventory, version):
        return {path: value.lower() for value, paths in version.get("state", {}).items() for path in paths}


def place_of_0003(identifier, config):
    """Where layout 0003 wants an object."""
    value = hashlib.new(config["digestAlgorithm"], identifier.encode()).hexdigest()
    size, count = config["tupleSize"], config["numberOfTuples"]
    parts = [value[n * size:(n + 1) * size] for n in range(count)]
    name = "".join(c if re.match(r"[A-Za-z0-9_-]", c) else "".join(f"%{b:02x}" for b in c.encode())
                   for c in identifier)
    return "/".join(parts + [name if len(name) <= 100 else f"{name[:100]}-{value}"])


def check_root(root):
    r = Report()
    names = sorted(os.listdir(root))
    declarations = [n for n in names if n.startswith("0=")]
    if declarations != ["0=ocfl_1.1"]:
        r.wrong("E076", root, f"declarations: {declarations}")
        return r
    with open(os.path.join(root, "0=ocfl_1.1"), "rb") as f:
        if f.read() != b"ocfl_1.1\n":
            r.wrong("E080", root, "the declaration's text is not its name")
    layout, config = None, None
    if "ocfl_layout.json" in names:
        layout = load(os.path.join(root, "ocfl_layout.json"))
        if not {"extension", "description"} <= set(layout):
            r.wrong("E070", root, "ocfl_layout.json lacks a key")
        path = os.path.join(root, "extensions", layout.get("extension", ""), "config.json")
        if os.path.isfile(path):
            config = load(path)
            if config.get("extensionName") != layout.get("extension"):
                r.wrong("E071", root, "the configuration is another extension's")
        else:
            r.wrong("E071", root, f"{layout.get('extension')} has no configuration")
    if "extensions" in names:
        for name in os.listdir(os.path.join(root, "extensions")):
            if not os.path.isdir(os.path.join(root, "extensions", name)):
                r.wrong("E112", root, f"extensions/{name}")
            elif not re.match(r"^\d{4}-[a-z0-9-]+$", name):
                r.wrong("W016", root, f"extensions/{name}")
    seen = {}
    for name in names:
        path = os.path.join(root, name)
        if name != "extensions" and os.path.isdir(path):
            walk(r, root, path, config if layout and layout.get("extension", "").startswith("0003-") else None, seen)
    return r


def walk(r, root, folder, config, seen):
    names = sorted(os.listdir(folder))
    if any(n.startswith("0=ocfl_object") for n in names):
        identifier = Object(r, folder).check()
        if identifier is None:
            return
        if identifier in seen:
            r.wrong("E083", folder, f"{identifier} is at {seen[identifier]}, too")
        seen[identifier] = folder
        where = os.path.relpath(folder, root).replace(os.sep, "/")
        if config and where != place_of_0003(identifier, config):
            r.wrong("E083", folder, f"layout 0003 wants {place_of_0003(identifier, config)}")
        return
    if not names:
        r.wrong("E073", folder, "an empty folder")
    for name in names:
        path = os.path.join(folder, name)
        if os.path.islink(path):
            r.wrong("E090", path, "a link")
        elif os.path.isdir(path):
            walk(r, root, path, config, seen)
        else:
            r.wrong("E072", path, "a file outside of an object")


def main():
    report = check_root(sys.argv[1])
    for code, where, text in report.lines:
        print(f"{code} {where}: {text}")
    print(f"{report.objects} objects, {report.files} files, {len(report.lines)} things wrong")
    if report.lines:
        return 1
    return 0 if report.objects else 2


if __name__ == "__main__":
    sys.exit(main())
