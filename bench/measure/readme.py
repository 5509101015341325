# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that bench/README.md shows, taken from the results between its two marks."""
import json
import os
import statistics

from . import alone, machine
from .line import by_class, compared, heads, names_in, of
from .results import middle, ratio, spread, table, write

BEGIN, END = "<!-- figures of bench/batch: begin -->", "<!-- figures of bench/batch: end -->"


def load(folder):
    found = {}
    for part in ("line", "quality", "verify", "copies", "ocr", "cores", "memory"):
        path = os.path.join(folder, f"batch-{part}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                data = json.load(file)
            if data["turns"]:
                found[part] = data
    return found


def of_line(data):
    count = len(data["scans"])
    turns = min(len(of(data, n)) for n in names_in(data))

    def rows(key, per):
        return lambda name: [t[key] / per for t in of(data, name)]

    return (machine.described(data) + f"Medians of {turns} turns, least and greatest in brackets; {count} scans, "
            f"{sum(s['width'] * s['height'] for s in data['scans']) / 1e6:.0f} megapixels; masters not verified.\n\n"
            + table(heads(data, "a page"), [compared(data, "CPU seconds", rows("cpu", count)),
                                            compared(data, "wall seconds", rows("wall", count)),
                                            compared(data, "megabytes written", rows("written", count * 1e6), 1),
                                            compared(data, "megapixels of the two copies", rows("megapixels", count), 1),
                                            compared(data, "peak MiB of all processes", rows("peak_mib", 1), 0),
                                            *by_class(data)]))


def of_steps(found):
    """The costly steps by themselves, all pictures of the set together."""
    rows, names = [], None
    if "copies" in found:
        data = names = found["copies"]
        rows += [compared(data, f"{copy} copy of {pictures(data)} pictures",
                          lambda n, c=copy: alone.per_turn(data, n, copy=c)) for copy in alone.COPIES]
    if "ocr" in found:
        data = names = found["ocr"]
        rows.append(compared(data, f"text of {pictures(data)} pages", lambda n: alone.per_turn(data, n)))
    return "CPU seconds of single commands:\n\n" + table(heads(names, "one step alone"), rows) if rows else ""


def pictures(data):
    return len({t["page"] for t in data["turns"]})


def of_quality(data):
    rows = []
    for turn in data["turns"]:
        pages = list(turn["pages"].values())
        text = [p for p in pages if p["characters"]]
        better = [p["psnr"] - p["opj_psnr"] for p in pages]
        rows.append([turn["program"],
                     f"{100 * sum(p['wrong'] for p in text) / sum(p['characters'] for p in text):.2f} %",
                     f"{100 * sum(p['lost'] for p in text) / sum(p['words'] for p in text):.2f} %",
                     f"{sum(p['identical'] for p in pages)} of {len(pages)}",
                     f"{statistics.median(better):+.3f} ({min(better):+.3f} to {max(better):+.3f})"])
    return table(["program", "characters wrong", "words lost", "masters identical to the sample",
                  "user copies, dB above opj_compress with the same bytes"], rows)


def of_verify(data):
    rows = []
    for name in names_in(data):
        cpu = {mode: [t["cpu"] for t in of(data, name) if t["mode"] == mode] for mode in ("off", "sample", "full")}
        count = max(t["checked"] for t in of(data, name))  # of full: every page
        if not count or not all(cpu.values()):
            continue
        full = (middle(cpu["full"]) - middle(cpu["off"])) / count
        rows.append([name, spread(cpu["off"], 2, count), f"{full / 10:+.2f}", f"{full:+.2f}",
                     ratio(cpu["full"], cpu["off"])])
    return ("Price of verifying masters, CPU seconds a page; a sample is one page in ten:\n\n"
            + table(["program", "off", "sample, a tenth of full", "full", "full / off"], rows))


def of_cores(data):
    rows = []
    for name in names_in(data):
        turns = of(data, name)
        rows.append([name, turns[0]["count"], spread([t["wall"] * data["settings"]["cores"] / t["cpu"] for t in turns], 3)])
    return table(["program", "small pages", "wall x cores / CPU"], rows)


def of_memory(data):
    rows = [[t["program"], t["pages"], f"{t['peak_mib']:.0f}", f"{t['largest_mib']:.0f}"] for t in data["turns"]]
    return table(["program", f"pages, --memory {data['settings']['memory']}", "peak MiB of all processes",
                  "of the largest"], rows)


def figures(folder):
    found = load(folder)
    parts = [of_line(found["line"]) if "line" in found else "", of_steps(found)]
    parts += [show(found[part]) for part, show in (("quality", of_quality), ("verify", of_verify), ("cores", of_cores),
                                                   ("memory", of_memory)) if part in found]
    return "\n".join(p for p in parts if p)


def update(readme, folder):
    """Puts the figures into the page; leaves a page without marks alone."""
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        return
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    write(readme, f"{before}{BEGIN}\n{figures(folder)}{END}{after}")
