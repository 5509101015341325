# SPDX-License-Identifier: GPL-3.0-or-later
"""Are all cores busy, and does memory stay within its budget however long the batch is."""
import os
import shutil
import statistics

from . import machine, programs, sets
from .line import names_in, rotated
from .results import middle, ratio, spread, table

SMALL = ("--paper", "85x125", "--dpi", 300, "--mode", "grey", "--seed", 7)
LARGE = ("--paper", "192x240", "--dpi", 400, "--mode", "rgb", "--seed", 9, "--text-pt", 9, "--columns", 2)
TINY = ("--paper", "60x85", "--dpi", 300, "--mode", "grey", "--seed", 8)  # to try the parts themselves
DISTINCT = 20  # large pages that are drawn; more are these again


def measure_cores(context):
    """Wall time times cores against CPU, on many small pages: what is above 1 is waiting."""
    results = context.results("batch-cores", set=context.set, pages=context.small_pages)
    look = TINY if context.set == "tiny" else SMALL
    folder = os.path.join(context.work, f"cores-{context.set}-{context.small_pages}")
    files = sets.draw_book(context.samples, folder, context.small_pages, *look)
    mine = [p for p in context.programs if p.name != "chain"]
    for turn in range(context.turns):
        for program in rotated(mine, turn):
            if results.has(turn=turn, program=program.name):
                continue
            job = programs.Job(folder, files, os.path.join(context.work, program.name), context.cores, memory=False)
            found = context.tried(program, job)
            if not found:
                continue
            results.add({"turn": turn, "program": program.name, "count": len(files),
                         **{k: found[k] for k in ("cpu", "wall", "written")}})
            context.say(f"cores, turn {turn + 1}: {program.name}: {found['wall'] * context.cores / found['cpu']:.3f}")
    rows = []
    for name in names_in(results.data):
        turns = [t for t in results.data["turns"] if t["program"] == name]
        count = turns[0]["count"]
        rows.append([name, spread([t["cpu"] for t in turns], 3, count), spread([t["wall"] for t in turns], 3, count),
                     spread([t["wall"] * context.cores / t["cpu"] for t in turns], 3)])
    results.save_markdown(f"# Are all cores busy\n\n{machine.described(results.data)}{len(files)} pages of 85 x 125 mm, "
                          f"300 dpi, grey; {context.cores} cores. Start, package and its check included. Nothing else runs, and "
                          "memory is not sampled.\n\n"
                          + table(["program", "CPU s a page", "wall s a page", "wall x cores / CPU"], rows))
    return results


def measure_memory(context):
    """All our processes together, sampled through runs of different length within the same budget."""
    results = context.results("batch-memory", set=context.set, memory=context.memory, ocr=context.ocr)
    distinct, look = min(DISTINCT, max(context.many_pages)), TINY if context.set == "tiny" else LARGE
    folder = os.path.join(context.work, f"memory-{context.set}-{distinct}")
    files = sets.draw_book(context.samples, folder, distinct, *look)
    for pages in context.many_pages:
        scans = sets.link_many(folder, files, pages, os.path.join(context.work, f"memory-{pages}"))
        for program in [p for p in context.programs if p.name != "chain"]:
            if results.has(program=program.name, pages=pages):
                continue
            job = programs.Job(scans, sorted(os.listdir(scans)), os.path.join(context.work, program.name), context.cores,
                               more=("--memory", context.memory), ocr=context.ocr)
            found = context.tried(program, job)
            if not found:
                continue
            results.add({"turn": 0, "program": program.name, "pages": pages, "curve": tenths(found["samples"]),
                         **{k: found[k] for k in ("cpu", "wall", "peak_mib", "largest_mib", "written")}})
            shutil.rmtree(job.out)
            context.say(f"memory: {program.name}, {pages} pages: {found['peak_mib']:.0f} MiB")
            results.save_markdown(memory_page(results.data))
    results.save_markdown(memory_page(results.data))
    return results


def tenths(samples):
    """The greatest and the middle value in each tenth of a run, MiB."""
    step = max(1, -(-len(samples) // 10))
    parts = [[mib for _, mib in samples[i:i + step]] for i in range(0, len(samples), step)]
    return [[max(part), round(statistics.median(part), 1)] for part in parts]


def memory_page(data):
    rows = []
    for t in data["turns"]:
        least = min((x["pages"] for x in data["turns"] if x["program"] == t["program"]))
        base = [x["peak_mib"] for x in data["turns"] if x["program"] == t["program"] and x["pages"] == least]
        curve = t["curve"]
        rows.append([t["program"], t["pages"], f"{t['peak_mib']:.0f}", ratio([t["peak_mib"]], base, 3),
                     f"{t['largest_mib']:.0f}", f"{curve[0][0]:.0f}", f"{middle([c[0] for c in curve]):.0f}",
                     f"{curve[-1][0]:.0f}", f"{t['cpu'] / t['pages']:.2f}", f"{t['wall'] / t['pages']:.2f}"])
    ocr = "" if data["settings"]["ocr"] else " OCR is off."
    return (f"# Memory within --memory {data['settings']['memory']}\n\n{machine.described(data)}"
            f"Pages of 192 x 240 mm with a bed around, 400 dpi, RGB; {DISTINCT} scans over and over.{ocr} Memory of all "
            "processes at one time: the sum of their proportional set sizes, sampled five times a second.\n\n"
            + table(["program", "pages", "peak, MiB", "to the shortest run", "largest process", "peak of the first tenth",
                     "of the middle", "of the last", "CPU s a page", "wall s a page"], rows))
