# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that are compared: the plain chain of public tools, and linka of one build."""
import concurrent.futures
import dataclasses
import json
import os
import shutil
import struct

from . import machine
from .watch import Watch

# The national standard's two profiles for opj_compress. The user copy's last layer is an eighth of the picture, and
# linka is told the same.
PRECINCTS = "[256,256],[256,256],[128,128],[128,128],[128,128],[128,128]"
COMMON = ["-p", "RPCL", "-n", "6", "-c", PRECINCTS, "-b", "64,64", "-M", "1", "-TP", "R"]
MASTER = ["-t", "4096,4096", *COMMON, "-SOP", "-EPH", "-PLT"]
USER = ["-t", "1024,1024", *COMMON, "-I", "-r", "362,256,181,128,90,64,45,32,22,16,11,8"]
USER_RATE = 8.0
MODEL = "ces"
ENVIRONMENT = dict(os.environ, OMP_THREAD_LIMIT="1", MAGICK_THREAD_LIMIT="1", LC_ALL="C.UTF-8")
ENVIRONMENT.pop("OPJ_NUM_THREADS", None)
# linka looks after its threads itself.
PLAIN = {k: v for k, v in os.environ.items() if k not in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPJ_NUM_THREADS")}
PLAIN["LC_ALL"] = "C.UTF-8"

made_by_this_run = {}  # folder -> files of the scans whose outputs lie there

RECORD = """title = "Měření"
language = "cze"
year = 1927
publisher = "Smyšlené nakladatelství"
place = "Praha"
country = "xr"
urnnbn = "urn:nbn:cz:tst001-00000b"
sigla = "ABA001"
institution = "Smyšlená knihovna"
"""


@dataclasses.dataclass
class Job:
    """What each program is given."""
    scans: str  # folder
    files: list
    out: str    # folder, made anew
    cores: int
    verify: str = "off"
    more: tuple = ()     # linka's further options
    package: bool = True
    ocr: bool = True
    memory: bool = True  # is sampled


class Chain:
    """What a careful person would write in a shell: straighten, read, and make the two copies of each scan, as many
    scans at once as there are cores. Each command runs on one thread."""

    name = "chain"
    steps = ("deskew", "ocr", "master", "user")

    def page(self, watch, scan, base):
        straight = base + ".straight.tif"
        commands = {"deskew": [machine.CONVERT, scan, "-background", "white", "-deskew", "40%", "+repage", straight],
                    "ocr": ["tesseract", straight, base, "-l", MODEL, "alto", "txt"],
                    "master": ["opj_compress", "-i", straight, "-o", base + ".master.jp2", *MASTER],
                    "user": ["opj_compress", "-i", straight, "-o", base + ".user.jp2", *USER]}
        return {step: watch.run(commands[step], ENVIRONMENT) for step in self.steps}

    def run(self, job):
        made_by_this_run.pop(job.out, None)
        shutil.rmtree(job.out, ignore_errors=True)
        os.makedirs(job.out)
        with Watch(job.memory) as watch, concurrent.futures.ThreadPoolExecutor(job.cores) as pool:
            pages = [pool.submit(self.page, watch, os.path.join(job.scans, f), self.base(job, f)) for f in job.files]
            try:
                found = [page.result() for page in pages]
            except BaseException:  # stopped, or one page failed: nothing goes on in the background
                pool.shutdown(wait=False, cancel_futures=True)
                watch.kill()
                raise
        made_by_this_run[job.out] = job.files
        costs = [cost for page in found for cost in page.values()]
        return {"cpu": sum(c.cpu for c in costs), "wall": watch.wall, "peak_mib": watch.peak_mib,
                "largest_mib": max(c.largest_mib for c in costs), "written": sum(c.written for c in costs),
                "megapixels": sum(tiff_pixels(self.base(job, f) + ".straight.tif") for f in job.files) / 1e6,
                "stages": {step: sum(page[step].cpu for page in found) for step in self.steps},
                "pages": {stem(f): sum(c.cpu for c in page.values()) for f, page in zip(job.files, found)}}

    @staticmethod
    def base(job, file):
        return os.path.join(job.out, stem(file))

    def texts(self, job):
        return {stem(f): read(self.base(job, f) + ".txt") for f in job.files}


class Linka:
    """`linka run` of one build: the same work, and also page edges, crop, light, checks, digests and the package."""

    def __init__(self, name, build):
        self.name = name
        self.build = os.path.abspath(build)
        self.program = os.path.join(self.build, "cli", "linka")

    def tool(self, name):
        return os.path.join(self.build, "bench", name)

    def run(self, job):
        made_by_this_run.pop(job.out, None)
        shutil.rmtree(job.out, ignore_errors=True)
        os.makedirs(os.path.dirname(job.out), exist_ok=True)
        profile, record = self.settings(job)
        command = [self.program, "run", job.scans, "--profile", profile, "--record", record, "--out", job.out,
                   "--jobs", job.cores, "--with-held", "--any-space", "--quiet", *job.more]
        if not job.package:
            command.append("--no-package")
        with Watch(job.memory) as watch:
            cost = watch.run(command, PLAIN, accepted=(0, 1))
        facts = facts_of(job.out)
        if len(facts) != len(job.files):
            raise RuntimeError(f"{self.name}: {len(facts)} pages of {len(job.files)} scans\n{cost.output[-2000:]}")
        made_by_this_run[job.out] = job.files
        return {"cpu": cost.cpu, "wall": watch.wall, "peak_mib": watch.peak_mib, "largest_mib": cost.largest_mib,
                "written": cost.written, "code": cost.code, "said": cost.output[-500:] if cost.code else "",
                "megapixels": sum(f["width_px"] * f["height_px"] for _, f in facts) / 1e6,
                **shares(facts, cost.cpu), "samples": watch.samples}

    @staticmethod
    def settings(job):
        profile, record = job.out + ".profile.toml", job.out + ".record.toml"
        with open(profile, "w", encoding="utf-8") as file:
            file.write('description = "pages of many books"\n\n[ocr]\nmodels = "auto"\n'
                       f"enabled = {str(job.ocr).lower()}\n\n[book]\nvote = false\n\n"
                       f'[encode]\nverify = "{job.verify}"\nuser_rate = {USER_RATE}\n')
        with open(record, "w", encoding="utf-8") as file:
            file.write(RECORD)
        return profile, record

    def texts(self, job):
        return {stem(f["source"]["file_name"]): read(os.path.join(folder, "text.txt"))
                for folder, f in facts_of(job.out)}


def shares(facts, cpu):
    """Seconds of each stage by linka's own clock, which runs in wall time, and CPU seconds of each page: its share of
    that clock, of the CPU of the whole batch, start and package included."""
    stages, pages = {}, {}
    for _, page in facts:
        for stage, ms in page["stage_ms"].items():
            stages[stage] = stages.get(stage, 0) + ms / 1000
        pages[stem(page["source"]["file_name"])] = sum(page["stage_ms"].values()) / 1000
    total = sum(stages.values())
    return {"stages": stages, "pages": {name: cpu * s / total if total else 0 for name, s in pages.items()}}


def facts_of(batch):
    """(folder, facts) of each finished page."""
    place, out = os.path.join(batch, "pages"), []
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
        folder = os.path.join(place, name)
        if not name.startswith("."):
            with open(os.path.join(folder, "facts.json"), encoding="utf-8") as file:
                out.append((folder, json.load(file)))
    return out


def tiff_pixels(path):
    """Width times height of a TIFF file's first image."""
    with open(path, "rb") as file:
        order = "<" if file.read(2) == b"II" else ">"
        file.seek(struct.unpack(order + "HI", file.read(6))[1])
        size = {}
        for _ in range(struct.unpack(order + "H", file.read(2))[0]):
            tag, kind, _, value = struct.unpack(order + "HHI4s", file.read(12))
            size[tag] = struct.unpack(order + "H", value[:2])[0] if kind == 3 else struct.unpack(order + "I", value)[0]
    return size[256] * size[257]


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
