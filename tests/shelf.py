#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shelf from outside: what the program stores is OCFL 1.1 for a checker written from the specification alone.

  shelf.py --linka PROGRAM [--part round | points | rivals | handed | doctor | timer]

  round   a package from scans to the shelf, a new version, everything back byte for byte, quota and reservations,
          damage found, repaired from the mirror
  points  the program dies, or the system refuses, at every place it comes by on the way to the shelf; what is
          there is then whole, and the next call ends as the quiet one
  rivals  several programs store at once
  handed  an object as an archive takes it: a storage root of its own, with PREMIS, also in a bag
  doctor  what is wrong with a shelf is told: layout, room, audits, mirror, damage in report and metrics
  timer   the units for systemd are right for systemd, and their command for the program
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

import ocfl_check
from failpoints import ENDINGS, ERRORS, Bench, sha256, tree

FULL = {"ENOSPC", "EDQUOT"}
UNITS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "packaging", "systemd")
PREMIS = "{http://www.loc.gov/premis/v3}"


class Skipped(Exception):
    pass


class Shelves:
    def __init__(self, a, root):
        self.linka, self.root = a.linka, root
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("LINKA_")}
        self.env.update(LC_ALL="C", SOURCE_DATE_EPOCH="1741943700")

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def call(self, *arguments, code=0, **variables):
        done = subprocess.run([self.linka, *arguments], env=dict(self.env, **variables), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=300)
        codes = code if isinstance(code, (set, tuple)) else {code}
        assert done.returncode in codes, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def answer(self, *arguments, code=0, **variables):
        return json.loads(self.call(*arguments, "--json", code=code, **variables).stdout)

    def whole(self, shelf, objects):
        """No code of OCFL is broken, and the program agrees."""
        report = ocfl_check.check_root(os.path.join(shelf, "ocfl"))
        assert not report.lines, report.lines
        assert report.objects == objects, f"{report.objects} objects, not {objects}"

    def folder(self, name, files):
        for path, text in files.items():
            where = self.path(name, path)
            os.makedirs(os.path.dirname(where), exist_ok=True)
            with open(where, "w") as f:
                f.write(text)
        return self.path(name)

    def round(self, a):
        bench_root = self.path("bench")
        os.mkdir(bench_root)
        bench = Bench(a, bench_root)
        shelf, mirror = self.path("shelf"), self.path("mirror")
        self.call("shelf", "create", shelf, "--quota", "16TB")
        assert self.answer("shelf", "list", shelf)["objects"] == []
        self.call("shelf", "audit", shelf, code=10)
        batch = self.path("scans.batch")
        run = ["run", bench.scans, "--profile", bench.profiles["first"], "--record", bench.record, "--out", batch,
               "--with-held", "--shelf", shelf]
        stored = self.answer(*run)["shelf"]["stored"]
        assert [(s["id"], s["version"]) for s in stored] == [("urn:nbn:cz:tst001-00000b", "v1")], stored
        self.whole(shelf, 1)
        package = os.path.join(batch, "packages", "tst001-00000b")
        first = tree(package)
        # Once more: nothing new. Otherwise made: a new version that shares what stayed.
        assert self.answer(*run)["shelf"]["stored"][0]["unchanged"]
        run[run.index("--profile") + 1] = bench.profiles["second"]
        again = self.answer(*run)["shelf"]["stored"][0]
        assert again["version"] == "v2" and 0 < again["new_files"] < again["files"], again
        self.whole(shelf, 1)
        for version, files in (("v1", first), ("v2", tree(package))):
            self.call("shelf", "get", shelf, "tst001-00000b", "--version", version, "--out", self.path(version))
            assert tree(self.path(version)) == files, version
        assert [v["version"] for v in self.answer("shelf", "versions", shelf, "tst001-00000b")["versions"]] == ["v1", "v2"]
        # A damaged package does not get there.
        broken = self.path("tst001-00000c")
        shutil.copytree(package, broken)
        page = next(os.path.join(d, n) for d, _, names in os.walk(broken) for n in names if n.startswith("mc_"))
        with open(page, "r+b") as f:
            f.seek(1000)
            byte = f.read(1)
            f.seek(1000)
            f.write(bytes([byte[0] ^ 1]))
        self.call("shelf", "add", shelf, broken, code=4)
        self.whole(shelf, 1)
        # A run that cannot be stored does not begin.
        self.call("shelf", "quota", shelf, "--set", "10kB")
        refused = self.call(*[p if p != batch else self.path("other.batch") for p in run], code=6)
        assert "no room" in refused.stderr, refused.stderr
        assert not os.path.isdir(self.path("other.batch", "pages")) or not os.listdir(self.path("other.batch", "pages"))
        self.call("shelf", "quota", shelf, "--set", "none")
        sums = self.answer("shelf", "quota", shelf)
        assert (sums["objects"], sums["versions"], sums["reserved_bytes"]) == (1, 2, 0), sums
        for way in ([], ["--by-books"]):
            listed = self.answer("shelf", "list", shelf, *way)["objects"]
            assert [(o["id"], o["version"]) for o in listed] == [("urn:nbn:cz:tst001-00000b", "v2")], (way, listed)
        counted = self.answer("shelf", "quota", shelf, "--recount")
        assert abs(counted["corrected_bytes"]) < 2 * 32768, counted  # the books reckon inventories and folders roundly
        # Damage: named, repaired, and told.
        shutil.copytree(shelf, mirror)
        master = next(os.path.join(d, n) for d, _, names in os.walk(os.path.join(shelf, "ocfl")) for n in names
                      if n.startswith("mc_"))
        good = sha256(master)
        with open(master, "r+b") as f:
            f.truncate(1000)
        bad = sha256(master)
        found = self.answer("shelf", "audit", shelf, code=5)
        assert found["damaged_objects"] == 1 and found["not_whole"][0]["findings"][0]["code"] == "E092", found
        assert sha256(master) == bad, "without a mirror nothing is touched"
        metrics = self.path("linka.prom")
        repaired = self.answer("shelf", "audit", shelf, "--mirror", mirror, "--metrics", metrics, code=5)
        assert (repaired["repaired_files"], repaired["damaged_objects"]) == (1, 0), repaired
        assert sha256(master) == good
        assert sha256(repaired["not_whole"][0]["repaired"][0]["aside"]) == bad, "the bad file is kept"
        with open(metrics) as f:
            assert "linka_shelf_audit_repaired_files 1\n" in f.read()
        self.call("shelf", "audit", shelf)
        self.whole(shelf, 1)

    def rivals(self, a):
        shelf = self.path("shelf")
        self.call("shelf", "create", shelf)
        programs = []
        for n in range(6):
            folder = self.folder(f"rival-{n}", {"number": str(n), "same": "same"})
            name = "linka:same" if n < 3 else f"linka:{n}"
            programs.append(subprocess.Popen([self.linka, "shelf", "add", shelf, folder, "--plain", "--id", name, "-q"],
                                             env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        for program in programs:
            _, said = program.communicate(timeout=300)
            assert program.returncode == 0, said
        self.whole(shelf, 4)
        versions = self.answer("shelf", "versions", shelf, "linka:same")["versions"]
        assert len(versions) == 3, versions

    def spoil(self, shelf, name, text):
        """A stored file has other bytes, without a digest that would say so."""
        file = next(os.path.join(d, n) for d, _, names in os.walk(os.path.join(shelf, "ocfl")) for n in names if n == name)
        with open(file, "w") as f:
            f.write(text)

    def two_versions(self, shelf, object_id):
        for files in ({"a.xml": "one", "pages/1.jp2": "page"}, {"b.xml": "one", "pages/1.jp2": "page", "c.xml": "two"}):
            folder = self.folder("source", files)
            self.call("shelf", "add", shelf, folder, "--plain", "--id", object_id, "--user", "Anna", "--address",
                      "mailto:anna@example.org", "-q")
            shutil.rmtree(folder)

    def handed(self, a):
        shelf, root, object_id = self.path("shelf"), self.path("out", "root"), "urn:nbn:cz:tst001-00000b"
        self.call("shelf", "create", shelf)
        self.two_versions(shelf, object_id)
        got = self.answer("shelf", "get", shelf, "tst001-00000b", "--as", "ocfl", "--out", root)
        assert (got["version"], got["files"], got["form"]) == ("v2", 3, "ocfl"), got
        report = ocfl_check.check_root(root)
        assert not report.lines and report.objects == 1, report.lines
        # All that is stored is there byte for byte, and what is more is the version with PREMIS.
        stored, handed = tree(os.path.join(shelf, "ocfl")), tree(root)
        more = {os.path.relpath(path, next(p for p in handed if p.endswith("0=ocfl_object_1.1"))[:-len("0=ocfl_object_1.1")])
                for path in set(handed) - set(stored)}
        assert more == {"v3/inventory.json", "v3/inventory.json.sha512", "v3/content/metadata/premis.xml"}, more
        changed = {os.path.basename(path) for path in stored if handed[path] != stored[path]}
        assert changed == {"inventory.json", "inventory.json.sha512"}, changed
        with open(next(os.path.join(d, "premis.xml") for d, _, names in os.walk(root) if "premis.xml" in names)) as f:
            premis = ET.parse(f).getroot()
        assert premis.findtext(f"{PREMIS}object/{PREMIS}objectIdentifier/{PREMIS}objectIdentifierValue") == object_id
        events = [e.findtext(f"{PREMIS}eventType") for e in premis.findall(f"{PREMIS}event")]
        assert events == ["ingestion", "ingestion", "fixity check", "dissemination"], events
        agents = [e.findtext(f"{PREMIS}agentName") for e in premis.findall(f"{PREMIS}agent")]
        assert agents == ["linka", "Anna"], agents
        # It can go on in a bag, and is there again when that is opened.
        bag = self.path("out", "root.tar")
        self.call("bag", root, bag)
        self.call("bag", "--check", bag)
        self.call("unbag", bag, self.path("unbagged"))
        assert tree(self.path("unbagged", "root")) == handed
        # Refused: what lies there already, a version, a damaged file.
        self.call("shelf", "get", shelf, "tst001-00000b", "--as", "ocfl", "--out", root, code=4)
        self.call("shelf", "get", shelf, "tst001-00000b", "--as", "ocfl", "--version", "v1", "--out", self.path("no"), code=2)
        self.spoil(shelf, "1.jp2", "Page")
        self.call("shelf", "get", shelf, "tst001-00000b", "--as", "ocfl", "--out", self.path("no"), code=4)
        assert not os.path.exists(self.path("no")) and not [n for n in os.listdir(self.root) if n.endswith(".building")]

    def looks(self, shelf, code={0, 7}):
        profile = self.path("ours.toml")
        with open(profile, "w") as f:
            f.write("[ocr]\nenabled = false\n")
        said = self.answer("doctor", self.root, "--profile", profile, "--shelf", shelf, code=code)
        return {look["name"]: look for look in said["looked_at"] if look["name"].startswith("shelf")}

    def doctor(self, a):
        shelf, mirror = self.path("shelf"), self.path("mirror")
        state = lambda name, **more: self.looks(shelf, **more)[name]["state"]
        assert state("shelf", code=7) == "lacking", "no shelf is there"
        self.call("shelf", "create", shelf, "--quota", "16TB")
        looks = self.looks(shelf, code=0)
        assert [looks[n]["state"] for n in ("shelf", "shelf-writing", "shelf-audit", "shelf-mirror")] == ["good", "good", "remark", "remark"], looks
        self.two_versions(shelf, "linka:one")
        self.call("shelf", "audit", shelf, "-q")
        shutil.copytree(shelf, mirror)
        self.call("shelf", "quota", shelf, "--mirror", mirror)
        looks = self.looks(shelf, code=0)
        assert looks["shelf-audit"]["state"] == looks["shelf-mirror"]["state"] == "good", looks
        assert looks["shelf-room"]["value"]["objects"] == 1 and looks["shelf-audit"]["value"]["never_checked"] == 0, looks
        room = looks["shelf-room"]
        assert (room["state"] == "good") == (room["value"]["free_bytes"] >= 50e9), room  # the disk's own room may be little
        self.call("shelf", "quota", shelf, "--set", "1MB")
        room = self.looks(shelf, code=0)["shelf-room"]
        assert room["state"] == "remark" and room["value"]["free_bytes"] < 1e6, f"the quota is nearly used: {room}"
        os.rename(mirror, mirror + "-gone")
        assert state("shelf-mirror", code=7) == "lacking"
        os.rename(mirror + "-gone", mirror)
        # An audit of long ago.
        report = os.path.join(shelf, "audits", "report.json")
        with open(report) as f:
            last = json.load(f)
        with open(report, "w") as f:
            json.dump({**last, "ended": "2020-01-01T00:00:00.000Z"}, f)
        assert state("shelf-audit", code=0) == "remark"
        # A damaged file that nobody repairs: exit code, report, metrics, and here.
        self.spoil(shelf, "1.jp2", "Page")
        metrics = self.path("linka.prom")
        self.call("shelf", "audit", shelf, "--no-repair", "--metrics", metrics, "-q", code=5)
        with open(report) as f:
            assert json.load(f)["not_whole"][0]["findings"][0]["code"] == "E092"
        with open(metrics) as f:
            assert "linka_shelf_audit_damaged_objects 1\n" in f.read()
        assert state("shelf-audit", code=7) == "lacking"
        layout = os.path.join(shelf, "ocfl", "ocfl_layout.json")
        with open(layout, "w") as f:
            f.write('{"extension": "0002-flat-direct-storage-layout", "description": "another"}')
        assert state("shelf", code=7) == "lacking"

    def timer(self, a):
        if not shutil.which("systemd-analyze"):
            raise Skipped("systemd-analyze (Debian package systemd) is not installed")
        units, shelf = self.path("units"), self.path("a shelf-1")
        self.call("shelf", "create", shelf)
        os.mkdir(units)
        command = None
        for name in os.listdir(UNITS):
            with open(os.path.join(UNITS, name)) as f:
                text = f.read()
            if name == "linka-shelf-audit@.service":
                command = next(line[len("ExecStart=linka "):] for line in text.splitlines() if line.startswith("ExecStart="))
                settings = dict(word.split("=", 1) for line in text.splitlines() if line.startswith("Environment=")
                                for word in line[len("Environment="):].split())
            with open(os.path.join(units, name), "w") as f:
                f.write(text.replace("ExecStart=linka ", f"ExecStart={os.path.abspath(self.linka)} "))
        escape = lambda *words: subprocess.run(["systemd-escape", "--path", *words], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
        for kind in ("service", "timer"):
            name = escape(f"--template=linka-shelf-audit@.{kind}", shelf)
            seen = subprocess.run(["systemd-analyze", "verify", "--man=no", name], env=dict(self.env, SYSTEMD_UNIT_PATH=units + ":"),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
            assert seen.returncode == 0 and name not in seen.stdout, seen.stdout
        assert self.looks(shelf)["shelf-timer"]["value"] == name, name
        # The command, as systemd would call it.
        for key, value in settings.items():
            command = command.replace("${" + key + "}", value)
        self.call(*[word.replace("%f", shelf) for word in command.split()], code=10)
        self.two_versions(shelf, "linka:one")
        self.call(*[word.replace("%f", shelf) for word in command.split()])
        with open(os.path.join(shelf, "audits", "linka.prom")) as f:
            numbers = dict(line.split() for line in f if not line.startswith("#"))
        assert numbers["linka_shelf_audit_checked_objects"] == "1", numbers
        assert 0 <= time.time() - int(numbers["linka_shelf_audit_oldest_check_timestamp_seconds"]) < 3600, numbers

    # How a shelf comes to what the case breaks into, and the call itself.
    def ways(self):
        one = self.folder("one", {"a/page.jp2": "a" * 5000, "b.xml": "one"})
        two = self.folder("two", {"a/page.jp2": "a" * 5000, "b.xml": "two", "c.xml": "more"})
        add = ["shelf", "add", "SHELF", "FOLDER", "--plain", "--id", "linka:x", "-q"]
        first, second = [one if p == "FOLDER" else p for p in add], [two if p == "FOLDER" else p for p in add]
        return {
            "create": ([], ["shelf", "create", "SHELF"], "", ""),
            "first": ([["shelf", "create", "SHELF"]], first, "", ""),
            "second": ([["shelf", "create", "SHELF"], first], second, "", ""),
            # A file system that cannot let two folders change places.
            "aside": ([["shelf", "create", "SHELF"], first], second, "shelf-exchange:EIO+,", "shelf-"),
            "audit": ([["shelf", "create", "SHELF"], first, second], ["shelf", "audit", "SHELF", "-q"], "", ""),
            "repair": ([["shelf", "create", "SHELF"], first, second, "mirror", "damage"],
                       ["shelf", "audit", "SHELF", "-q", "--mirror", "MIRROR"], "", ""),
        }

    def prepare(self, way, shelf):
        for step in self.ways()[way][0]:
            if step == "mirror":
                shutil.copytree(shelf, shelf + "-mirror")
            elif step == "damage":
                self.spoil(shelf, "page.jp2", "b" * 5000)
            else:
                self.call(*[shelf if p == "SHELF" else p for p in step])

    def content(self, shelf):
        """What the versions of all objects hold, by the inventories."""
        out = {}
        for d, _, names in os.walk(os.path.join(shelf, "ocfl")):
            if "0=ocfl_object_1.1" in names:
                with open(os.path.join(d, "inventory.json")) as f:
                    inventory = json.load(f)
                out[inventory["id"]] = [v["state"] for _, v in sorted(inventory["versions"].items())]
        return out

    def points(self, a):
        ways, cases = self.ways(), []
        quiet = {}
        for way, (_, call, broken, where) in ways.items():
            shelf = self.path("quiet-" + way)
            self.prepare(way, shelf)
            log = self.path(way + ".visits")
            words = [{"SHELF": shelf, "MIRROR": shelf + "-mirror"}.get(p, p) for p in call]
            self.call(*words, code={0, 5}, LINKA_FAIL_LOG=log, LINKA_FAIL_AT=broken)
            quiet[way] = self.content(shelf)
            visits = {}
            with open(log) as f:
                for name in f.read().split():
                    visits[name] = visits.get(name, 0) + 1
            for name, n in sorted(visits.items()):
                if not name.startswith(where) or (way == "aside" and name == "shelf-exchange"):
                    continue
                for visit in sorted({1, (n + 1) // 2, n}) if a.all else [1 + len(cases) % n]:
                    cases.append((way, name, "die-all", visit))
                deeds = ERRORS if a.all else [ERRORS[len(cases) % len(ERRORS)]]
                cases += [(way, name, deed, 1 + len(cases) % n) for deed in deeds]
        seen = {name for _, name, _, _ in cases if name.startswith("shelf-")}
        known = {p["name"] for p in self.answer("selftest", "points")["points"] if p["name"].startswith("shelf-")}
        assert seen == known, f"never passed by: {sorted(known - seen)}"
        for number, case in enumerate(cases):
            try:
                self.case(quiet, number, *case)
            except AssertionError as e:
                raise AssertionError(f"{case}: {e}") from e
        print(f"{len(cases)} cases at {len(seen)} places of the shelf and those it relies on")

    def case(self, quiet, number, way, point, deed, visit):
        _, call, broken, _ = self.ways()[way]
        shelf = self.path(f"case-{number}")
        self.prepare(way, shelf)
        before = self.content(shelf)
        words = [{"SHELF": shelf, "MIRROR": shelf + "-mirror"}.get(p, p) for p in call]
        # An audit that cannot read a file calls it damaged.
        allowed = ENDINGS[deed] | {-9} if deed in ENDINGS else {0, 6, 75} if deed in FULL else {0, 4, 5, 75}
        self.call(*words, code=allowed | ({5} if way in ("audit", "repair") else set()),
                  LINKA_FAIL_AT=f"{broken}{point}:{deed}@{visit}")
        if os.path.isdir(os.path.join(shelf, "ocfl")) and way != "repair":
            # Without exchange there is a moment without the object, which the next call ends.
            if way == "aside":
                self.call("shelf", "quota", shelf)
            report = ocfl_check.check_root(os.path.join(shelf, "ocfl"))
            wrong = [line for line in report.lines if line[0] != "E090"]  # the older version's, until it is swept
            assert not wrong, wrong
            assert self.content(shelf) in (before, quiet[way]), "neither the older nor the newer objects"
        self.call(*words, code={0} if way not in ("create", "repair") else {0, 4, 5})
        self.call("shelf", "quota", shelf)
        report = ocfl_check.check_root(os.path.join(shelf, "ocfl"))
        assert not report.lines, report.lines
        assert self.content(shelf) == quiet[way], "other objects than the quiet call's"
        sums = self.answer("shelf", "quota", shelf)
        versions = sum(len(v) for v in quiet[way].values())
        assert (sums["versions"], sums["reserved_bytes"]) == (versions, 0), sums
        assert not os.listdir(os.path.join(shelf, "work")), "something is left at work"
        shutil.rmtree(shelf)
        shutil.rmtree(shelf + "-mirror", ignore_errors=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--part", default="round", choices=("round", "points", "rivals", "handed", "doctor", "timer"))
    ap.add_argument("--all", action="store_true")
    ap.add_argument("--keep")
    a = ap.parse_args()
    root = a.keep or tempfile.mkdtemp(prefix="linka-shelf-")
    os.makedirs(root, exist_ok=True)
    code = 0
    try:
        getattr(Shelves(a, root), a.part)(a)
    except Skipped as why:
        print(f"skipped: {why}")
        code = 77
    if not a.keep:
        shutil.rmtree(root)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
