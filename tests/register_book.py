#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of docs/urnnbn.md, step by step: the record from a catalogue, the pages, the URN:NBN from a
resolver, the package. Catalogue and resolver are servers on loopback. With --print every command and its
answer is shown.

  register_book.py --linka build/cli/linka --draw build/samples/linka-samples [--print]"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "servers"))
from asking import Running  # noqa: E402


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--linka", required=True, type=pathlib.Path)
    options.add_argument("--draw", required=True, type=pathlib.Path)
    options.add_argument("--print", action="store_true", dest="show")
    o = options.parse_args()
    here = pathlib.Path(tempfile.mkdtemp(prefix="linka-register-"))
    environment = dict(os.environ, LC_ALL="C.UTF-8", XDG_CONFIG_HOME=str(here / "config"))
    environment.pop("LANGUAGE", None)

    def linka(*words, code=0):
        done = subprocess.run([str(o.linka), *map(str, words)], cwd=here, env=environment, capture_output=True,
                              text=True, timeout=240)
        if o.show:
            print("$ linka " + " ".join(map(str, words)))
            print(done.stderr + done.stdout, end="")
        assert done.returncode == code, f"{words}: {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
        return done.stdout

    try:
        subprocess.run([str(o.draw.resolve()), str(here / "scans"), "--pages", "3", "--kind", "singles", "--mode", "grey"],
                       check=True, capture_output=True)
        (here / "fast.toml").write_text("[ocr]\nenabled = false\n")
        (here / "resolver.secret").write_text("resolver-password\n")
        (here / "resolver.secret").chmod(0o600)
        with Running("catalogue.py") as catalogue, Running("resolver.py") as resolver:
            (here / "catalogues.toml").write_text(
                f'[[catalogue]]\nid = "own"\nname = "Our catalogue"\ntype = "alma-sru"\nurl = "{catalogue.base}/sru"\n')
            (here / "resolvers.toml").write_text(
                f'[[resolver]]\nid = "trial"\nkind = "test"\nurl = "{resolver.base}/test/api/v4"\nregistrar = "tsta01"\n'
                f'user = "linka"\npassword_file = "resolver.secret"\ndigital_library = "12"\n')
            linka("record", "--from", "own", "--catalogues", "catalogues.toml", "2610012345", "-o", "record.xml")
            (here / "title.toml").write_text('mods = "record.xml"\nsigla = "LIA001"\n[pages]\nlabels = "[1], 1-2"\n')
            linka("run", "scans", "--record", "title.toml", "--profile", "fast.toml", "--out", "book.batch",
                  "--no-package", "-q")
            at = ("--at", "trial", "--resolvers", "resolvers.toml", "--with-held")
            dry = json.loads(linka("urnnbn", "book.batch", *at, "--dry-run", "--json"))
            assert dry["objects"][0]["outcome"] == "would-be", dry
            assert not (here / "book.batch" / "urnnbn.jsonl").exists()
            said = linka("urnnbn", "book.batch", *at)
            assert "TEST" in said, said
            urn = re.search(r"urn:nbn:cz:tsta01-[0-9a-z]{6}", said).group(0)
            again = json.loads(linka("urnnbn", "book.batch", *at, "--json"))["objects"][0]
            assert (again["outcome"], again["urnnbn"], again["test"]) == ("had-one", urn, True), again
            assert "ACTIVE" in linka("urnnbn", *at[:4], "--state", urn)
            linka("package", "book.batch", "--with-held")
            package = here / "book.batch" / "packages" / urn.removeprefix("urn:nbn:cz:")
            mets = (package / f"mets_{package.name}.xml").read_text()
            info = (package / f"info_{package.name}.xml").read_text()
            assert f'<mods:identifier type="urnnbn">{urn}<' in mets
            assert f"<dc:identifier>urnnbn:{urn}<" in mets
            assert f'<titleid type="urnnbn">{urn}<' in info
            assert again["uuid"] in mets and again["uuid"] in info
            linka("urnnbn", "book.batch", *at, "--instance", "https://kramerius.example.org/view/uuid:{uuid}")
            told = resolver.documents()
            documents = told["test"] if isinstance(told.get("test"), (list, dict)) else told
            text = json.dumps(documents, ensure_ascii=False)
            assert text.count(f"id>{again['uuid']}") + text.count(again["uuid"]) >= 1, told
            assert "Kronika měsíčního mlýna" in text and "cnb000123456" in text, told
        print(f"{urn}: registered once, in MODS, DC and info.xml")
    finally:
        shutil.rmtree(here, ignore_errors=True)


if __name__ == "__main__":
    main()
