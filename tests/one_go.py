#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a barcode to readers in one command: `linka run` takes the record from a catalogue, the identifier
from a resolver, and delivers, with a signed receipt at the end. Each of the three is a server on loopback.

  one_go.py --linka build/cli/linka --draw build/samples/linka-samples"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "servers"))
from asking import Running  # noqa: E402

BARCODE = "2610012345"


class OneGo(unittest.TestCase):
    linka = draw = None

    def setUp(self):
        self.here = pathlib.Path(tempfile.mkdtemp(prefix="linka-one-go-"))
        self.addCleanup(shutil.rmtree, self.here)
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="", XDG_CONFIG_HOME=str(self.here / "config"),
                                XDG_STATE_HOME=str(self.here / "state"), LINKA_SCHEMAS="")
        subprocess.run([str(self.draw), str(self.here / "scans"), "--pages", "3", "--kind", "singles", "--mode", "grey"],
                       check=True, capture_output=True)
        (self.here / "profile.toml").write_text("[ocr]\nenabled = false\n")
        for name, secret in (("password", "admin-password"), ("secret", "client-secret"), ("resolver", "resolver-password")):
            (self.here / name).write_text(secret + "\n")
            (self.here / name).chmod(0o600)
        (self.here / "import" / "linka").mkdir(parents=True)
        (self.here / "images").mkdir()

    def start_all(self):
        self.catalogue = self.enterContext_(Running("catalogue.py"))
        self.resolver = self.enterContext_(Running("resolver.py"))
        self.kramerius = self.enterContext_(
            Running("kramerius.py", "--import-dir", self.here / "import", "--images", self.here / "images"))
        (self.here / "catalogues.toml").write_text(f"""
[[catalogue]]
id = "own"
name = "Our catalogue"
type = "alma-sru"
url = "{self.catalogue.base}/sru"
""")
        (self.here / "resolvers.toml").write_text(f"""
[[resolver]]
id = "trial"
name = "Resolver for tests"
kind = "test"
url = "{self.resolver.base}/test/api/v4"
registrar = "tsta01"
user = "linka"
password_file = "resolver"
""")
        (self.here / "targets.toml").write_text(f"""
[[target]]
id = "k7"
kind = "test"
server = "{self.kramerius.base}"
licences = ["public"]
poll_s = 0.05
patience_s = 5
[target.login]
token_url = "{self.kramerius.base}/realms/kramerius/protocol/openid-connect/token"
client_id = "krameriusClient"
client_secret_file = "secret"
user = "krameriusAdmin"
password_file = "password"
[target.import]
folder = "import/linka"
on_server = "linka"
[target.images]
kind = "embedded"
""")

    def enterContext_(self, manager):
        held = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return held

    def run_all(self, fail_at="", barcode=BARCODE):
        environment = dict(self.environment, LINKA_FAIL_AT=fail_at)
        if not fail_at:
            del environment["LINKA_FAIL_AT"]
        done = subprocess.run(
            [str(self.linka), "run", "scans", "--profile", "profile.toml", "--out", "b.batch", "--json",
             "--record-from", f"own:{barcode}", "--catalogues", "catalogues.toml",
             "--urnnbn", "trial", "--resolvers", "resolvers.toml", "--deliver", "k7", "--targets", "targets.toml"],
            cwd=self.here, env=environment, capture_output=True, text=True, timeout=180)
        return done

    def asked(self):
        with urllib.request.urlopen(self.catalogue.base + "/__test__/asked") as answer:
            return int(answer.read())

    def check_whole(self):
        """One record, one identifier, one document, one receipt; all of one accord."""
        packages = list((self.here / "b.batch" / "packages").iterdir())
        self.assertEqual(len(packages), 1)
        registered = self.resolver.documents()
        urns = [d for k in registered.values() if isinstance(k, list) for d in k]
        self.assertEqual(len(urns), 1, registered)
        text = "".join(p.read_text(errors="replace") for p in packages[0].rglob("mets_*.xml"))
        self.assertIn("urn:nbn:cz:tsta01-", text)
        self.assertIn("Kronika měsíčního mlýna", text)
        documents = self.kramerius.documents()
        self.assertEqual(documents["doubles"], [], documents)
        receipts = list((self.here / "b.batch").rglob("*.receipt.json"))
        self.assertEqual(len(receipts), 1, receipts)
        verified = subprocess.run([str(self.linka), "receipt", "verify", str(receipts[0]), "--package", str(packages[0])],
                                  env=self.environment, capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertEqual(sum(self.kramerius.counters()["process_starts"].values())
                         if isinstance(self.kramerius.counters()["process_starts"], dict) else 1, 1)

    def test_from_a_barcode_to_a_receipt(self):
        self.start_all()
        done = self.run_all()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.check_whole()
        self.assertTrue((self.here / "b.batch" / "record.marc.xml").is_file())
        # Once more: nothing is asked of the catalogue, registered or started again.
        self.assertEqual(self.asked(), 1)
        again = self.run_all()
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertEqual(self.asked(), 1)
        self.check_whole()
        self.assertEqual(json.loads(again.stdout)["run"]["scans_to_do"], 0)

    def test_a_barcode_nobody_knows_makes_nothing(self):
        self.start_all()
        done = self.run_all(barcode="999")
        self.assertEqual(done.returncode, 12, done.stdout + done.stderr)
        self.assertFalse((self.here / "b.batch").exists())

    def test_a_test_urn_does_not_reach_readers(self):
        self.start_all()
        targets = self.here / "targets.toml"
        targets.write_text(targets.read_text().replace('kind = "test"\n', ""))
        done = self.run_all()
        self.assertEqual(done.returncode, 8, done.stdout + done.stderr)
        self.assertIn("urn:nbn:cz:tsta01-", json.dumps(json.loads(done.stdout)["delivery"]))
        self.assertEqual(self.kramerius.documents()["doubles"], [])
        self.assertEqual(list((self.here / "import" / "linka").iterdir()), [])

    def test_killed_on_the_way_and_started_again(self):
        points = subprocess.run([str(self.linka), "selftest", "points", "--json"], capture_output=True, text=True, check=True)
        names = [p["name"] for p in json.loads(points.stdout)["points"]]
        chosen = [n for n in names if n.startswith(("urnnbn-", "deliver-"))][::4]
        self.assertTrue(chosen)
        self.start_all()
        for name in chosen:
            with self.subTest(name):
                self.run_all(fail_at=f"{name}:die")
        done = self.run_all()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.check_whole()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True, type=pathlib.Path)
    ap.add_argument("--draw", required=True, type=pathlib.Path)
    a, rest = ap.parse_known_args()
    OneGo.linka, OneGo.draw = a.linka.resolve(), a.draw.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
