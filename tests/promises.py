#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ten promises of docs/nothing-lost.md, a test each.

  promises.py --linka PROGRAM --part P1

Small batches of drawn pages; each part takes seconds. tests/failpoints.py, tests/power_loss.py and `linka
selftest chaos` hold the same promises against everything that can come between.
"""
import argparse
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from failpoints import Bench, leftovers, packages, pages, png, sha256, tree, visits


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


class Promises:
    def __init__(self, a, root):
        self.root, self.linka = root, a.linka
        self.bench = Bench(a, root)
        self.batch = os.path.join(root, "batch")

    def call(self, *arguments, **variables):
        return subprocess.run([self.linka, *arguments], env=dict(self.bench.env, **variables), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120)

    def run(self, code=0, **variables):
        got, said = self.bench.run(self.batch, "first", **variables)
        assert got == code, f"exit {got}, not {code}:\n{said}"
        return said

    def status(self, *options, code=0):
        done = self.call("status", self.batch, "--json", *options)
        assert done.returncode == code, f"status ended with {done.returncode}, not {code}: {done.stdout}"
        return json.loads(done.stdout)

    def scan(self, name):
        return os.path.join(self.bench.scans, name)

    def P1(self):
        """No accepted scan is ever lost or appears twice."""
        shutil.copy(self.scan("0001.png"), self.scan("0003.png"))
        with open(self.scan("notes.txt"), "w") as f:
            f.write("no scan")
        self.run(-9, LINKA_FAIL_AT="page-stored:die-all@2")
        names = [s["scan"] for s in self.status(code=1)["scans"]]
        assert names == ["0001.png", "0002.png", "0003.png"], names
        self.run()
        answer = self.status("--check")
        ledger = answer["ledger"]
        assert ledger["adds_up"] and not ledger["faults"], ledger
        assert (ledger["files"], ledger["no_scans"], ledger["scans"], ledger["stored"]) == (4, 1, 3, 3), ledger
        assert ledger["copies"] == [["0001.png", "0003.png"]], "the same content twice is told"
        masters = glob.glob(os.path.join(self.batch, "packages", "*", "mastercopy", "*"))
        assert len(masters) == 3, masters
        # Another picture of the same size and time is found by its digest, and both are told.
        before = os.stat(self.scan("0002.png"))
        was = sha256(self.scan("0002.png"))
        with open(self.scan("0002.png"), "r+b") as f:
            f.seek(-20, os.SEEK_END)
            byte = f.read(1)
            f.seek(-20, os.SEEK_END)
            f.write(bytes([byte[0] ^ 1]))
        os.utime(self.scan("0002.png"), ns=(before.st_atime_ns, before.st_mtime_ns))
        assert self.status()["complete"], "size and time alone do not show it"
        fault = self.status("--check", code=5)["ledger"]["faults"][0]
        assert (fault["kind"], fault["name"], fault["sha256_read"], fault["sha256_now"]) == \
            ("changed", "0002.png", was, sha256(self.scan("0002.png"))), fault
        # One that went is named.
        os.remove(self.scan("0003.png"))
        ledger = self.status("--check", code=5)["ledger"]
        assert [f["name"] for f in ledger["faults"] if f["kind"] == "vanished"] == ["0003.png"], ledger

    def P2(self):
        """What was reported as done is on the disk: flushed first, told then."""
        if shutil.which("strace") is None:
            skip("strace is not installed")
        trace = os.path.join(self.root, "trace")
        command = ["strace", "-f", "-y", "-s", "65536", "-e", "trace=fsync,fdatasync,rename,renameat2,write", "-o", trace,
                   self.linka, "run", self.bench.scans, "--profile", self.bench.profiles["first"], "--record",
                   self.bench.record, "--out", self.batch, "--jobs", "1", "--quiet",
                   "--with-held"]
        done = subprocess.run(command, env=self.bench.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0 and "PTRACE" in done.stdout:
            skip("this machine does not let strace look")
        assert done.returncode == 0, done.stdout
        flushed, told, line = set(), 0, ""
        with open(trace, errors="replace") as f:
            for call in f:
                if "sync(" in call:
                    flushed.add(call.split("<", 1)[1].split(">", 1)[0])
                if "write(" not in call or "main.jsonl>" not in call:
                    continue
                line += call.split('>, "', 1)[1].rsplit('"', 1)[0]
                if not line.endswith("\\n"):
                    continue
                event = json.loads(line[:-2].replace('\\"', '"'))["event"]
                line = ""
                if event["type"] != "ended":
                    continue
                told += 1
                for page in event["pages"]:
                    name = page["page"]
                    made = os.path.join(self.batch, "pages", "." + name + ".new")
                    for file in ("master.jp2", "user.jp2", "facts.json"):
                        assert os.path.join(made, file) in flushed, f"{name} told before {file} was flushed"
                    assert made in flushed, f"{name} told before its folder was flushed"
                    # Flushed after the rename: nobody else flushes it between the start and the first page.
                    assert os.path.join(self.batch, "pages") in flushed, f"{name} told before its name was flushed"
                flushed.discard(os.path.join(self.batch, "pages"))
        assert told == len(self.bench.before), f"{told} scans told in the trace"

    def P3(self):
        """A stop costs at most the pages in flight."""
        for n in range(3, 9):
            png(self.scan(f"{n:04}.png"), n)
        self.run(-9, LINKA_FAIL_AT="journal-flushed:die-all@14")
        done = {s["scan"] for s in self.status(code=1)["scans"] if s["state"] == "done"}
        assert len(done) >= 5, f"only {done} were done by then"
        made = {p: os.stat(p).st_ino for p in glob.glob(os.path.join(self.batch, "pages", "*", "master.jp2"))
                if os.path.basename(os.path.dirname(p)).rsplit("-", 1)[0] in done}
        self.run()
        again = [p for p, inode in made.items() if os.stat(p).st_ino != inode]
        assert not again, f"made again: {again}"
        assert self.status()["sums"]["done"] == 8

    def P4(self):
        """Nothing half-written is ever seen under a final name."""
        self.run()
        whole = packages(self.batch)
        for place in ("file-half-written:die-all@9", "page-file-written:die-all@3", "package-mets:die-all",
                      "package-flushed:die-all", "journal-half-written:die-all@3"):
            shutil.rmtree(self.batch)
            self.run(-9, LINKA_FAIL_AT=place)
            for name, files in packages(self.batch).items():
                assert files == whole.get(name), f"{name} is not whole after {place}"
            for page in glob.glob(os.path.join(self.batch, "pages", "*")):
                assert os.path.exists(os.path.join(page, "facts.json")), f"{page} after {place}"
            self.run()
            assert packages(self.batch) == whole and not leftovers(self.batch), place

    def P5(self):
        """A parked page never stops a good one."""
        with open(self.scan("0001.png"), "r+b") as f:
            f.truncate(300)
        self.run(1)
        answer = self.status(code=1)
        assert [s["state"] for s in answer["scans"]] == ["parked", "done"], answer["scans"]
        assert answer["scans"][0]["reason"]["message"] and answer["scans"][0]["sha256"], "with reason and digest"

    def P6(self):
        """A source is never changed or deleted."""
        os.chmod(self.scan("0001.png"), 0o444)
        before, times = self.bench.scans_now(), os.stat(self.bench.scans).st_mtime_ns
        self.run()
        self.bench.run(self.batch, "second")
        self.call("verify", self.batch, "--mend")
        self.call("retry", self.batch)
        assert self.bench.scans_now() == before and os.stat(self.bench.scans).st_mtime_ns == times

    def P7(self):
        """The same scans, profile and SOURCE_DATE_EPOCH give the same bytes."""
        self.run()
        first = (packages(self.batch), pages(self.batch))
        shutil.rmtree(self.batch)
        time.sleep(1.1)
        self.run(LC_ALL="C.UTF-8", TZ="Asia/Tokyo")
        assert (packages(self.batch), pages(self.batch)) == first

    def P8(self):
        """A check that saw nothing fails, and one that sees everything finds every byte."""
        empty = os.path.join(self.root, "empty")
        os.mkdir(empty)
        assert self.call("verify", empty).returncode in (5, 10)
        assert self.call("validate", empty).returncode != 0
        self.run(-9, LINKA_FAIL_AT="inventory-kept:die-all")
        assert self.call("verify", self.batch).returncode == 10
        self.status("--check", code=10)
        self.run()
        sound = self.call("verify", self.batch, "--json")
        assert sound.returncode == 0, sound.stdout
        answer = json.loads(sound.stdout)
        package = glob.glob(os.path.join(self.batch, "packages", "*"))[0]
        files = [os.path.join(d, n) for d, _, names in os.walk(package) for n in names]
        assert answer["files"] >= len(files) and answer["images"] > 0, answer
        flips = 0
        for path in files:
            size = os.path.getsize(path)
            for at in sorted({0, size // 2, size - 1}) if size else []:
                with open(path, "r+b") as f:
                    f.seek(at)
                    byte = f.read(1)
                    f.seek(at)
                    f.write(bytes([byte[0] ^ 0x20]))
                looked = self.call("verify", package, "--no-decode")
                assert looked.returncode == 5 and os.path.basename(path) in looked.stdout, \
                    f"byte {at} of {path}: {looked.returncode} {looked.stdout}"
                with open(path, "r+b") as f:
                    f.seek(at)
                    f.write(byte)
                flips += 1
        alto = glob.glob(os.path.join(package, "alto", "*"))[0]
        os.rename(alto, alto + ".away")
        looked = self.call("verify", package, "--no-decode")
        for name in (alto, alto + ".away"):
            assert looked.returncode == 5 and os.path.basename(name) + ":" in looked.stdout, looked.stdout
        os.rename(alto + ".away", alto)
        alone = os.path.join(self.root, os.path.basename(package))
        shutil.copytree(package, alone)
        looked = self.call("verify", alone)
        assert looked.returncode == 0 and "info_" in looked.stdout, "what no digest covers is said: " + looked.stdout
        assert self.call("verify", package).returncode == 0
        print(f"{flips} damaged bytes in {len(files)} files, each found")

    def P9(self):
        """Packaging twice equals once."""
        self.run()
        once, at = packages(self.batch), {p: os.stat(p).st_mtime_ns
                                          for p in glob.glob(os.path.join(self.batch, "packages", "*", "*"))}
        for _ in range(2):
            done = self.call("package", self.batch, "--with-held")
            assert done.returncode == 0, done.stderr
        assert packages(self.batch) == once
        assert all(os.stat(p).st_mtime_ns == t for p, t in at.items()), "what stands there is not built again"
        shutil.rmtree(os.path.join(self.batch, "packages"))
        assert self.call("package", self.batch, "--with-held").returncode == 0
        assert packages(self.batch) == once, "and built anew it has the same bytes"

    def P10(self):
        """A full disk is a pause, not a disaster."""
        self.run(6, LINKA_FAIL_AT="page-file-written:die@99,file-write:ENOSPC+@9")
        assert not [s for s in self.status(code=1)["scans"] if s["state"] == "parked"]
        self.run()
        whole = packages(self.batch)
        self.unread_package()
        shutil.rmtree(self.batch)
        self.full_disk(whole)

    def unread_package(self):
        """A disk that fails while a package is checked says nothing about the package."""
        package, = glob.glob(os.path.join(self.batch, "packages", "*"))
        log = os.path.join(self.root, "visits")
        quiet = self.call("validate", package, LINKA_FAIL_LOG=log)
        assert quiet.returncode == 0, quiet.stdout
        files = visits(log)["file-read"]
        assert files >= 9, "the check reads info, METS, digests, and three texts a page"
        for error in ("EIO", "EMFILE"):
            for visit in range(1, files + 1):
                said = self.call("validate", package, LINKA_FAIL_AT=f"file-read:{error}@{visit}")
                assert said.returncode == 75, f"{error} at file {visit}: exit {said.returncode}\n{said.stdout}"
                assert package in said.stderr and "refuse" not in said.stdout, said.stderr + said.stdout

    def full_disk(self, whole):
        """The same on a real small file system, in a world of our own."""
        mount = os.path.join(self.root, "small")
        os.mkdir(mount)
        script = f"""
mount -t tmpfs -o size=80m none {mount} || exit 77
head -c 79000000 /dev/zero > {mount}/filler
"$@" --out {mount}/batch; refused=$?
"$@" --out {mount}/batch --any-space; paused=$?
rm {mount}/filler
"$@" --out {mount}/batch; done=$?
cp -a {mount}/batch {self.root}/saved
echo codes $refused $paused $done
"""
        command = [self.linka, "run", self.bench.scans, "--profile", self.bench.profiles["first"], "--record",
                   self.bench.record, "--jobs", "1", "--quiet", "--with-held"]
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", *command], env=self.bench.env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode == 77 or "unshare" in done.stdout:
            skip(f"no file system can be mounted here; injected errors did well: {done.stdout.strip()}")
        assert "codes 6 6 0" in done.stdout, done.stdout
        assert "MiB" in done.stdout, "refused with the numbers"
        assert packages(os.path.join(self.root, "saved")) == whole


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--linka", required=True)
    ap.add_argument("--part", required=True)
    a = ap.parse_args()
    root = tempfile.mkdtemp(prefix="linka-promise-")
    getattr(Promises(a, root), a.part)()
    shutil.rmtree(root)


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        main()
    except AssertionError as e:
        print(f"FAILED: {e}")
        sys.exit(1)
