#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One package of every kind of document, from generated scans, each looked at by four: linka
validate with the XML schemas, xmllint with the schemas' own drivers, jpylyzer, and this script
(is every page there). The scans are digitized once; each kind is a copy of that batch with another
record. Prints a table; ends with 1 when anything is wrong, with 77 when there are no schemas.

  kinds.py --linka build/cli/linka --draw build/samples/linka-samples [--large 1000] [--ocr]
With --large also what packaging and validating such a book cost. The schemas are those of
LINKA_SCHEMAS or --schemas."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

BOOK = """
title = "Kniha o mlýnech"
subtitle = "čtení & obrázky"
authors = ["Nováková, Anna, 1880-1951"]
publisher = "Smyšlené nakladatelství"
place = "Praha"
country = "xr"
year = 1927
language = "cze"
subjects = ["vodní mlýny"]
konspekt = { group = "676", category = "19" }
shelfmark = "54 H 000001"
sigla = "ABA001"
institution = "Smyšlená knihovna"
"""

PARTS = """
[pages]
labels = "[1]-[2], 1-10"
types = { 1 = "titlePage", 2 = "blank", 12 = "map" }
[[chapters]]
title = "O vodě"
pages = "1-4"
[[chapters.chapters]]
title = "O potocích"
pages = "3-4"
[[chapters.pictures]]
title = "Mlýn"
type = "photograph"
pages = "2"
[[chapters]]
title = "Předmluva"
type = "preface"
pages = "[2]"
[[pictures]]
title = "Mapa mlýnů"
type = "map"
pages = "10"
"""

VOLUMES = """
sigla = "ABA001"
[title]
title = "Velká kniha mlýnů"
authors = ["Nováková, Anna"]
publisher = "Smyšlené nakladatelství"
place = "Praha"
year = 1927
language = "cze"
ccnb = "cnb000000002"
""" + "".join(f"""
[[volumes]]
number = "{n}"
name = "Díl {n}"
year = {1926 + n}
urnnbn = "urn:nbn:cz:kin002-00000{n}"
shelfmark = "54 H 00000{n}"
page_count = 4
""" for n in (1, 2, 3)) + """
[[volumes.chapters]]
title = "O vodě"
pages = "#2-#3"
[[volumes.supplements]]
name = "Mapová příloha"
pages = "#4"
"""

PERIODICAL = """
kind = "periodical"
sigla = "ABA001"
[title]
title = "Mlynářský věstník"
place = "Praha"
country = "xr"
publisher = "Spolek mlynářů"
year = "1925-1938"
frequency = "Monthly"
language = "cze"
issn = "0231-5904"
ccnb = "cnb000000003"
shelfmark = "54 H 000004"
[[years]]
number = "3"
date = "1927"
""" + "".join(f"""
[[issues]]
number = "{n}"
date = "{n:02}.1927"
urnnbn = "urn:nbn:cz:kin003-00000{n}"
page_count = 4
[[issues.articles]]
title = "O mlýnech {n}"
authors = ["Nováková, Anna"]
type = "mainArticle"
subjects = ["vodní mlýny"]
pages = "#1-#2"
[[issues.articles.pictures]]
title = "Mlýn {n}"
type = "photograph"
pages = "#2"
""" for n in (1, 2, 3)) + """
[[issues.supplements]]
name = "Příloha mládeže"
pages = "#4"
"""


def thing(kind, urn, more=""):
    return f'kind = "{kind}"\nurnnbn = "urn:nbn:cz:kin00{urn}"\n' + BOOK + more


# name -> record, settings of [package]
KINDS = {
    "book, 2.2": (thing("book", "1-00000a", PARTS), ""),
    "book, 2.2-strict": (thing("book", "1-00000b", PARTS), 'standard = "2.2-strict"'),
    "book, 2.1": (thing("book", "1-00000c", PARTS), 'standard = "2.1"'),
    "book, AACR2": (thing("book", "1-00000d", 'rules = "aacr"\n' + PARTS), ""),
    "book, rights": (thing("book", "1-00000e",
                           '[rights]\nstatus = "copyrighted"\npublication = "published"\n'),
                     "rights = true"),
    "manuscript": (thing("manuscript", "1-00000f").replace('publisher = "Smyšlené nakladatelství"\n', ""), ""),
    "map": (thing("map", "4-00000a"), ""),
    "graphic": (thing("graphic", "4-00000b"), ""),
    "sheet music": (thing("sheetmusic", "4-00000c"), ""),
    "three volumes": (VOLUMES, ""),
    "three volumes, strict": (VOLUMES.replace("kin002", "kin012"), 'standard = "2.2-strict"'),
    "three issues, 2.1": (PERIODICAL, ""),
    "three issues, 2.0": (PERIODICAL.replace("kin003", "kin013"), 'periodical_standard = "2.0"'),
}


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)


def measured(what, *words):
    """Runs the command and prints what it cost."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen([str(w) for w in words], stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        done = subprocess.CompletedProcess(words, child.returncode, out.read(), err.read())
    print(f"{what}: {used.ru_utime + used.ru_stime:.1f} s CPU, {time.monotonic() - start:.1f} s elapsed, "
          f"{used.ru_maxrss / 1024:.0f} MB at most, exit {done.returncode}", file=sys.stderr)
    return done


def digitize(linka, draw, work, pages, ocr):
    scans, batch = work / "scans", work / "pages.batch"
    # A large book on small paper: what grows is the number of pages.
    paper = ["--paper", "70x100"] if pages > 100 else []
    drawn = run(draw, scans, "--pages", pages, "--kind", "singles", "--dpi", 300, "--mode", "grey", *paper)
    if drawn.returncode != 0:
        sys.exit(f"the scans could not be drawn: {drawn.stderr}")
    profile = work / "kinds.toml"
    profile.write_text('[ocr]\nenabled = %s\n' % ("true" if ocr else "false"))
    made = run(linka, "run", scans, "--no-package", "-p", profile, "-o", batch, "-q")
    # 1: pages that somebody should look at; they are packaged with --with-held.
    if made.returncode not in (0, 1):
        sys.exit(f"the pages could not be made: {made.stdout}{made.stderr}")
    return batch


def batch_for(batch, work, name, record, settings):
    copy = work / (name.replace(" ", "_").replace(",", "") + ".batch")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(batch, copy, copy_function=os.link)
    for folder in ("journal",):  # what is appended to must not be shared
        shutil.rmtree(copy / folder)
        shutil.copytree(batch / folder, copy / folder)
    for old in ("report.html", "report.json", "record.toml"):
        (copy / old).unlink(missing_ok=True)
    (copy / "record.toml").write_text(record)
    profile = (copy / "profile.toml").read_text()
    (copy / "profile.toml").unlink()
    out = []
    wanted = dict(line.split(" = ") for line in settings.splitlines() if line)
    for line in profile.splitlines():
        key = line.split("=")[0].strip()
        out.append(f"{key} = {wanted.pop(key)}" if key in wanted else line)
    if wanted:
        sys.exit(f"{name}: the profile does not list {wanted}")
    (copy / "profile.toml").write_text("\n".join(out) + "\n")
    return copy


def xmllint(package, schemas, info_xsd, mets_xsd):
    bad = 0
    environment = dict(os.environ, XML_CATALOG_FILES=str(schemas / "catalog.xml"))
    for xsd, files in ((mets_xsd, [*package.glob("mets_*.xml"), *package.glob("amdsec/*.xml")]),
                       (info_xsd, package.glob("info_*.xml")),
                       ("alto_2.0.xsd", package.glob("alto/*.xml"))):
        files = sorted(files)
        done = run("xmllint", "--nonet", "--noout", "--schema", schemas / xsd, *files, env=environment)
        bad += sum(line.endswith("fails to validate") for line in done.stderr.splitlines())
        if done.returncode != 0 and bad == 0:
            bad = 1
        if bad:
            print(done.stderr[-2000:], file=sys.stderr)
    return bad


def jpylyzer(package, seen):
    """Invalid images. The kinds share their pages, so each file is looked at once."""
    bad = 0
    for image in sorted(package.glob("*copy/*.jp2")):
        key = image.stat().st_ino
        if key not in seen:
            seen[key] = "<isValid format=\"jp2\">True</isValid>" in run("jpylyzer", image).stdout
        bad += not seen[key]
    return bad


def look_at(linka, package, schemas, seen, validate):
    answer = json.loads(validate("validate", linka, "validate", package, "--schemas", schemas,
                                 "--json").stdout)
    answer = answer.get("packages", [answer])[0]
    findings = answer.get("findings", [])
    # The portable form's publisher is the one warning that is wanted.
    portable = [f for f in findings if f.get("severity") == "warning" and "publisher" in f["message"]]
    errors = [f for f in findings if f.get("severity") == "error"]
    warnings = [f for f in findings if f.get("severity") == "warning" and f not in portable]
    for f in errors + warnings:
        print(f"  {package.name}: {f['rule']} {f['file']}: {f['message']}", file=sys.stderr)
    info = next(package.glob("info_*.xml")).read_text()
    mets = next(package.glob("mets_*.xml")).read_text()
    version = info.split("<metadataversion>")[1].split("<")[0]
    periodical = 'TYPE="Periodical"' in mets
    old = version == ("2.0" if periodical else "2.1")
    info_xsd = f"info_{'per' if periodical else 'mon'}{version}.xsd"
    # The portable form is valid by both schemas of MODS.
    drivers = ["psp-mets-mods36.xsd"] if old else ["psp-mets.xsd"]
    invalid = sum(xmllint(package, schemas, info_xsd, driver) for driver in drivers)
    images = jpylyzer(package, seen) if shutil.which("jpylyzer") else "-"
    return {"standard": ("periodical " if periodical else "monograph ") + version,
            "pages": len(list(package.glob("mastercopy/*"))), "errors": len(errors),
            "warnings": len(warnings), "publisher": len(portable), "xmllint": invalid,
            "jpylyzer": images}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linka", required=True, type=pathlib.Path)
    parser.add_argument("--draw", required=True, type=pathlib.Path)
    parser.add_argument("--schemas", default=os.environ.get("LINKA_SCHEMAS"))
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--large", type=int, default=0, help="also a book of so many pages")
    parser.add_argument("--ocr", action="store_true", help="read the pages, too")
    options = parser.parse_args()
    if not options.schemas or not shutil.which("xmllint"):
        print("no schemas (LINKA_SCHEMAS) or no xmllint", file=sys.stderr)
        return 77
    schemas = pathlib.Path(options.schemas).resolve()
    linka, draw = options.linka.resolve(), options.draw.resolve()
    os.environ["LC_ALL"] = "C.UTF-8"
    with tempfile.TemporaryDirectory(prefix="linka-kinds-") as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        batch = work / "pages.batch"
        if not batch.is_dir():
            batch = digitize(linka, draw, work, options.large or 12, options.ocr)
        rows, bad, seen = [], False, {}
        cost = measured if options.large else lambda _, *words: run(*words)
        kinds = {n: k for n, k in KINDS.items() if options.only in n}
        if options.large:
            kinds = {f"book of {options.large}": (thing("book", "5-00000a"), "")}
        for name, (record, settings) in kinds.items():
            copy = batch_for(batch, work, name, record, settings)
            made = cost("package", linka, "package", copy, "--with-held", "--schemas", schemas, "--json")
            packages = sorted((copy / "packages").glob("[!.]*")) if (copy / "packages").is_dir() else []
            if not packages:
                print(f"{name}: no package: {made.stdout[-1500:]}{made.stderr[-1500:]}", file=sys.stderr)
                rows.append((name, "-", {}))
                bad = True
            # 1: pages that somebody should look at.
            answer = json.loads(made.stdout) if made.stdout.startswith("{") else {}
            for one in answer.get("packages", []):
                if one["state"] == "refused":
                    print(f"{name}: {one['id']}: {one['no_package']}", file=sys.stderr)
                    rows.append((name, one["id"], {}))
                    bad = True
            for package in packages:
                found = look_at(linka, package, schemas, seen, cost)
                bad |= any(found[k] not in (0, "-") for k in ("errors", "warnings", "xmllint", "jpylyzer"))
                rows.append((name, package.name, found))
    columns = ("standard", "pages", "errors", "warnings", "publisher", "xmllint", "jpylyzer")
    print("| kind | package | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 2) + "|")
    for name, package, found in rows:
        print(f"| {name} | {package} | " + " | ".join(str(found.get(c, "-")) for c in columns) + " |")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
