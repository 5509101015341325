#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample batch from scans to package, measured with other people's tools.

  whole_batch.py --linka PROGRAM --samples DIR --record FILE --part run|schemas|jpylyzer|text --work DIR

The part `run` digitizes into WORK and checks what the command says; the other parts look at the package
that it left. A part whose tool or schemas are not there exits with 77, which the test runner shows as
skipped, and says why.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET


def call(*command, env=None):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


def package_of(batch):
    packages = [p for p in glob.glob(os.path.join(batch, "packages", "*")) if os.path.isdir(p)]
    assert len(packages) == 1, packages
    return packages[0]


def tree(folder):
    out = {}
    for d, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(d, name), "rb") as f:
                out[os.path.relpath(os.path.join(d, name), folder)] = f.read()
    return out


def run(a, batch):
    shutil.rmtree(batch, ignore_errors=True)
    command = [a.linka, "run", a.samples, "--profile", "monograph", "--record", a.record, "--out", batch]
    dry = call(*command, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert not os.path.exists(batch), "a dry run wrote something"
    done = call(*command)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    first = tree(package_of(batch))
    again = call(*command)
    assert again.returncode == 0, again.stderr
    assert tree(package_of(batch)) == first, "a second run changed the package"
    status = call(a.linka, "status", batch, "--json")
    assert status.returncode == 0, status.stdout
    json.loads(status.stdout)
    truth = json.load(open(os.path.join(a.samples, "truth.json"), encoding="utf-8"))
    pages = sum(len(s["pages"]) for s in truth["scans"])
    masters = [f for f in first if f.startswith("mastercopy/")]
    assert len(masters) == pages, f"{pages} pages were drawn, {len(masters)} are in the package"
    for file in ("report.html", "report.json"):
        assert os.path.getsize(os.path.join(batch, file)) > 1000, file
    validate = call(a.linka, "validate", package_of(batch))
    assert validate.returncode == 0, validate.stdout
    page = sorted(os.listdir(os.path.join(batch, "pages")))[0]
    explain = call(a.linka, "explain", os.path.join(batch, "pages", page), "--json")
    assert explain.returncode == 0 and "sha256" in explain.stdout, explain.stderr
    print(f"{len(truth['scans'])} scans, {pages} pages, {len(first)} files in the package")


def schemas(a, batch):
    folder = os.environ.get("LINKA_SCHEMAS")
    if not folder:
        skip("LINKA_SCHEMAS names no folder of schemas")
    if shutil.which("xmllint") is None:
        skip("xmllint is not installed")
    package = package_of(batch)
    env = dict(os.environ, XML_CATALOG_FILES=os.path.join(folder, "catalog.xml"))
    looked = 0
    for pattern, xsd in (("mets_*.xml", "psp-mets.xsd"), ("mets_*.xml", "psp-mets-mods36.xsd"),
                         ("amdsec/*.xml", "psp-mets.xsd"), ("alto/*.xml", "alto_2.0.xsd"),
                         ("info_*.xml", "info_mon2.2.xsd")):
        files = sorted(glob.glob(os.path.join(package, pattern)))
        assert files, pattern
        r = call("xmllint", "--noout", "--nonet", "--schema", os.path.join(folder, xsd), *files, env=env)
        assert r.returncode == 0, r.stderr[-3000:]
        looked += len(files)
    print(f"{looked} documents are valid")


def jpylyzer(a, batch):
    if shutil.which("jpylyzer") is None:
        skip("jpylyzer is not installed")
    package = package_of(batch)
    wanted = {
        "mastercopy": {"transformation": "5-3 reversible", "layers": "1", "xTsiz": "4096", "yTsiz": "4096",
                       "sop": "yes", "eph": "yes"},
        "usercopy": {"transformation": "9-7 irreversible", "layers": "12", "xTsiz": "1024", "yTsiz": "1024"},
    }
    both = {"order": "RPCL", "levels": "5", "codeBlockWidth": "64", "codeBlockHeight": "64",
            "precincts": "user defined", "codingBypass": "yes"}
    looked = 0
    for folder, own in wanted.items():
        files = sorted(glob.glob(os.path.join(package, folder, "*.jp2")))
        assert files, folder
        r = call("jpylyzer", *files)
        assert r.returncode == 0, r.stderr[-2000:]
        # Name spaces in the way of a search, and prefixes of the XMP that jpylyzer prints, go.
        root = ET.fromstring(re.sub(r"(</?|\s)\w+:(?=[\w-]+[\s=>/])", r"\1",
                                    re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", r.stdout)))
        documents = root.findall(".//file") or [root]
        assert len(documents) == len(files), (len(documents), len(files))
        for document in documents:
            name = document.findtext(".//fileName")
            valid = document.find(".//isValid")
            assert valid is not None and valid.text == "True", f"{name} is not valid"
            for key, value in {**both, **own}.items():
                found = document.findtext(".//properties//" + key)
                assert found == value, f"{name}: {key} is {found}, not {value}"
            sizes = [int(e.text) for e in document.findall(".//precinctSizeX")]
            assert sizes == [128] * (len(sizes) - 2) + [256, 256], f"{name}: precincts {sizes}"
            components = int(document.findtext(".//siz/csiz"))
            assert components in (1, 3), f"{name}: {components} components"
            res = document.findtext(".//captureResolutionBox/vRescInPixelsPerMeter")
            assert res and float(res) >= 11732, f"{name}: resolution {res}"
            if folder == "usercopy":
                ratio = float(document.findtext(".//compressionRatio"))
                assert ratio >= 6, f"{name}: ratio {ratio}"
            looked += 1
    print(f"{looked} JPEG 2000 files are valid and as the standard asks")


def words(text):
    text = unicodedata.normalize("NFC", text).replace("ſ", "s").replace("-\n", "")
    return re.findall(r"\w{3,}", text.lower())


def text(a, batch):
    truth = json.load(open(os.path.join(a.samples, "truth.json"), encoding="utf-8"))
    wanted = [page.get("text", "") for scan in truth["scans"] for page in scan["pages"]
              if page.get("lang", "ces") == "ces"]
    read = "\n".join(open(f, encoding="utf-8").read()
                     for f in sorted(glob.glob(os.path.join(package_of(batch), "txt", "*.txt"))))
    have = {}
    for word in words(read):
        have[word] = have.get(word, 0) + 1
    total = found = 0
    for word in words("\n".join(wanted)):
        total += 1
        if have.get(word, 0) > 0:
            have[word] -= 1
            found += 1
    assert total > 100, "the truth holds no text"
    share = found / total
    print(f"{found} of {total} drawn words were read ({100 * share:.1f} %)")
    assert share > 0.9, "too few words"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--samples", required=True)
    ap.add_argument("--record", required=True)
    ap.add_argument("--work", required=True)
    ap.add_argument("--part", choices=["run", "schemas", "jpylyzer", "text"], required=True)
    a = ap.parse_args()
    os.makedirs(a.work, exist_ok=True)
    {"run": run, "schemas": schemas, "jpylyzer": jpylyzer, "text": text}[a.part](a, os.path.join(a.work, "batch"))


if __name__ == "__main__":
    try:
        main()
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
