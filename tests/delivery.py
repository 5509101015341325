#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages delivered to a Kramerius for tests (tests/servers/): the good way with each kind of images, delivering
twice, what is seen before anything is started, and receipts.

  delivery.py --linka build/cli/linka --draw build/samples/linka-samples"""

import argparse
import csv
import getpass
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "servers"))
from asking import Running  # noqa: E402

TITLE = """
kind = "book"
urnnbn = "urn:nbn:cz:kin001-00000a"
title = "Kniha o mlýnech"
authors = ["Nováková, Anna, 1880-1951"]
publisher = "Smyšlené nakladatelství"
place = "Praha"
country = "xr"
year = 1927
language = "cze"
ccnb = "cnb000000001"
sigla = "ABA001"
shelfmark = "54 H 000001"
[pages]
labels = "[1]-[2], 1"
types = { 1 = "titlePage" }
"""

EMBEDDED = '[target.images]\nkind = "embedded"\n'


SSHD = pathlib.Path("/usr/sbin/sshd")


class Sshd:
    """A real sshd of our own on a free port, with its own keys, for this user alone. Whether an account is locked
    only root may read; for others PAM answers."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.user = folder, getpass.getuser()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        (folder / "config").write_text(f"""
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM {"no" if os.getuid() == 0 else "yes"}
PasswordAuthentication no
PermitRootLogin yes
""")

    def __enter__(self):
        if os.getuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self.log = open(self.folder / "log", "w")
        # Another process may take the free port first; then sshd ends at once.
        for _ in range(5):
            if self.starts():
                return self
            self.stop()
        self.log.close()
        raise RuntimeError((self.folder / "log").read_text())

    def starts(self):
        """Whether it answers on a port that was free."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = (f"ssh -p {self.port} -i {self.folder}/user -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR "
                        f"-o StrictHostKeyChecking=no -o UserKnownHostsFile={self.folder}/known")
        self.process = subprocess.Popen([str(SSHD), "-D", "-e", "-p", str(self.port), "-f", str(self.folder / "config")],
                                        stderr=self.log)
        for _ in range(500):
            with socket.socket() as there:
                found = there.connect_ex(("127.0.0.1", self.port)) == 0
            if self.process.poll() is not None:
                return False
            if found:
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __exit__(self, *_):
        self.stop()
        self.log.close()


class Delivered(unittest.TestCase):
    linka = draw = None

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="linka-delivery-"))
        cls.environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="", XDG_CONFIG_HOME=str(cls.work / "config"),
                               XDG_STATE_HOME=str(cls.work / "state"), LINKA_SCHEMAS="")
        scans = cls.work / "scans"
        (cls.work / "title.toml").write_text(TITLE)
        (cls.work / "profile.toml").write_text("[ocr]\nenabled = false\n")
        cls.run_program(cls.draw, scans, "--pages", 3, "--kind", "singles", "--dpi", 300, "--mode", "grey")
        cls.run_program(cls.linka, "run", scans, "-p", cls.work / "profile.toml", "--record", cls.work / "title.toml",
                        "-o", cls.work / "made.batch", "-q")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.work)

    @classmethod
    def run_program(cls, *words):
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, env=cls.environment)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")

    def setUp(self):
        self.here = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        self.batch = self.here / "b.batch"
        shutil.copytree(self.work / "made.batch", self.batch)
        self.imports, self.images = self.here / "import", self.here / "images"
        (self.imports / "linka").mkdir(parents=True)
        self.images.mkdir()

    def server(self, *more):
        return Running("kramerius.py", "--import-dir", self.imports, "--images", self.images, *more)

    def target(self, server, images=EMBEDDED, more="", on_server="linka"):
        password, secret = self.here / "password", self.here / "secret"
        for file, text in ((password, "admin-password\n"), (secret, "client-secret\n")):
            file.write_text(text)
            file.chmod(0o600)
        self.targets = self.here / "targets.toml"
        self.targets.write_text(f"""
[[target]]
id = "k7"
server = "{server.base}"
view = "https://reader.example.org/view/{{pid}}"
licences = ["public"]
poll_s = 0.05
patience_s = 5
{more}
[target.login]
token_url = "{server.base}/realms/kramerius/protocol/openid-connect/token"
client_id = "krameriusClient"
client_secret_file = "secret"
user = "krameriusAdmin"
password_file = "password"
[target.import]
folder = "import/linka"
on_server = "{on_server}"
{images}""")

    def deliver(self, *more, expect=0):
        done = subprocess.run([str(self.linka), "deliver", str(self.batch), "--targets", str(self.targets), "--json",
                               *map(str, more)], capture_output=True, text=True, env=self.environment, timeout=120)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.said = done.stderr
        return json.loads(done.stdout)

    def linka_says(self, *words, expect=0):
        done = subprocess.run([str(self.linka), *map(str, words)], capture_output=True, text=True, env=self.environment)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout

    def check_delivered(self, answer, server, pages=3):
        one = answer["deliveries"][0]
        self.assertEqual(one["ending"], "delivered", one)
        self.assertEqual(one["pages"], pages)
        proof = one["proof"]
        self.assertEqual(proof["objects"], pages + 1)
        self.assertEqual(proof["orders"], 1)
        self.assertEqual(proof["altos"], pages)
        self.assertEqual(proof["indexed_pages"], pages)
        self.assertGreaterEqual(proof["images"], 2 * pages)
        documents = server.documents()
        self.assertEqual(documents["doubles"], [], documents)
        receipt = pathlib.Path(one["receipt"])
        self.assertTrue(receipt.is_file())
        return receipt

    def test_embedded_images(self):
        with self.server() as server:
            self.target(server)
            receipt = self.check_delivered(self.deliver(), server)
            self.assertEqual(list((self.imports / "linka").iterdir()), [], "the import folder was not cleared")
            before = server.counters()["process_starts"]
            again = self.deliver()["deliveries"][0]
            self.assertEqual(again["ending"], "already")
            self.assertEqual(server.counters()["process_starts"], before)
            self.check_receipt(receipt)

    def test_images_on_an_image_server(self):
        with self.server() as server:
            self.target(server, f'[target.images]\nkind = "iiif3"\nurl = "{server.base}/iiif/3"\nfolder = "images"\n')
            answer = self.deliver()
            self.check_delivered(answer, server)
            proof = answer["deliveries"][0]["proof"]
            self.assertEqual(proof["sizes"], 3)
            self.assertEqual(proof["same_bytes"], 1)
            self.assertEqual(len([f for f in self.images.rglob("*.jp2")]), 3)

    def test_the_older_version(self):
        with self.server("--version", "7.1.0") as server:
            self.target(server)
            self.check_delivered(self.deliver(), server)

    def test_dry_run_changes_nothing(self):
        with self.server() as server:
            self.target(server)
            one = self.deliver("--dry-run")["deliveries"][0]
            self.assertEqual(one["ending"], "planned")
            self.assertFalse((self.batch / "deliveries").exists())
            self.assertEqual(server.documents()["objects"] if "objects" in server.documents() else 0, 0)
            self.assertEqual(list((self.imports / "linka").iterdir()), [])

    def test_a_folder_that_the_server_does_not_see(self):
        with self.server() as server:
            self.target(server, on_server="elsewhere")
            self.deliver(expect=3)
            checked = json.loads(self.linka_says("deliver", "--check-target", "--targets", self.targets, "--json", expect=8))
            self.assertIn("wrong", [a["verdict"] for a in checked["answers"]])
            self.target(server)
            checked = json.loads(self.linka_says("deliver", "--check-target", "--targets", self.targets, "--json"))
            self.assertNotIn("wrong", [a["verdict"] for a in checked["answers"]])
            self.check_delivered(self.deliver(), server)

    def test_a_broken_package_is_not_delivered(self):
        text = next(self.batch.glob("packages/*/txt/*.txt"))
        text.write_text("something else\n")
        with self.server() as server:
            self.target(server)
            one = self.deliver(expect=5)["deliveries"][0]
            self.assertEqual(one["ending"], "broken")
            self.assertTrue(one["findings"])

    def test_a_document_that_is_there_without_our_journal(self):
        with self.server() as server:
            self.target(server)
            self.deliver()
            shutil.rmtree(self.batch / "deliveries")
            starts = server.counters()["process_starts"]
            self.assertEqual(self.deliver()["deliveries"][0]["ending"], "already")
            self.assertEqual(server.counters()["process_starts"], starts)

    def test_secrets_are_not_said(self):
        with self.server() as server:
            self.target(server)
            (self.here / "password").write_text("wrong-word\n")
            answer = self.deliver(expect=3)
            self.assertNotIn("wrong-word", json.dumps(answer) + self.said)
            (self.here / "password").chmod(0o644)
            self.deliver(expect=3)

    def test_folders_behind_ssh(self):
        if not shutil.which("rsync") or not SSHD.exists():
            self.skipTest("rsync or sshd is not installed (Debian packages rsync, openssh-server)")
        with self.server() as server, Sshd(self.here / "ssh") as ssh:
            reach = f'rsync_options = ["-e", "{ssh.command}"]\n'
            self.target(server, f'[target.images]\nkind = "iiif3"\nurl = "{server.base}/iiif/3"\n'
                                f'rsync = "{ssh.user}@127.0.0.1:{self.images}"\n{reach}')
            text = self.targets.read_text().replace(
                'folder = "import/linka"', f'rsync = "{ssh.user}@127.0.0.1:{self.imports}/linka"\n{reach}')
            self.targets.write_text(text)
            checked = json.loads(self.linka_says("deliver", "--check-target", "--targets", self.targets, "--json"))
            self.assertNotIn("wrong", [a["verdict"] for a in checked["answers"]], checked)
            answer = self.deliver()
            self.check_delivered(answer, server)
            self.assertEqual(answer["deliveries"][0]["proof"]["same_bytes"], 1)
            self.assertEqual(list((self.imports / "linka").iterdir()), [])
            image = sorted(self.images.rglob("*.jp2"))[1]
            image.write_bytes(b"another file")
        # Another server that knows nothing yet, with the same folder of images: nothing is overwritten there.
        shutil.rmtree(self.batch / "deliveries")
        with self.server() as server, Sshd(self.here / "ssh2") as ssh:
            self.targets.write_text(re.sub(r"http://127.0.0.1:[0-9]+", server.base, re.sub(
                r"ssh -p [^\"]*", ssh.command, self.targets.read_text())))
            one = self.deliver(expect=4)["deliveries"][0]
            self.assertIn("not overwritten", one["error"]["message"])
            self.assertEqual(image.read_bytes(), b"another file")
            self.assertEqual(server.documents()["objects"], 0)

    def check_receipt(self, receipt):
        package = next(self.batch.glob("packages/*"))
        key = self.linka_says("receipt", "key").strip()
        self.linka_says("receipt", "verify", receipt, "--key", key, "--package", package)
        self.linka_says("receipt", "verify", receipt, "--key", "A" * 43 + "=", expect=16)
        rows = list(csv.DictReader(io.StringIO(self.linka_says("receipt", "show", self.batch, "--csv"))))
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["record_id"], "cnb000000001")
        self.assertTrue(rows[0]["url"].startswith("https://reader.example.org/view/uuid:"))
        whole = receipt.read_bytes()
        forged = self.here / "forged.json"
        for at in range(0, len(whole), 97):
            forged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            self.linka_says("receipt", "verify", forged, expect=16)
        page = next(package.glob("txt/*.txt"))
        page.write_text("another\n")
        self.linka_says("receipt", "verify", receipt, "--package", package, expect=16)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--linka", required=True)
    parser.add_argument("--draw", required=True)
    known, rest = parser.parse_known_args()
    Delivered.linka, Delivered.draw = pathlib.Path(known.linka).resolve(), pathlib.Path(known.draw).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
