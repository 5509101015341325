# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole batches: the chain, linka and linka tuned in turns over the same scans, and the price of verifying masters."""
import os

from . import machine, programs, sets
from .results import middle, ratio, spread, table

# What stands beside what: the chain's command, and linka's stages that do the same.
SIDE_BY_SIDE = (("straighten: the page found, turned, cropped", ("deskew",),
                 ("probe", "decode", "split", "deskew", "crop", "dewarp", "compare", "cut")),
                ("text", ("ocr",), ("ocr",)),
                ("master copy", ("master",), ("master",)),
                ("user copy", ("user",), ("user",)),
                ("checks of the page", (), ("check",)))


def job_of(context, name, files, **more):
    return programs.Job(context.scans, files, os.path.join(context.work, name), context.cores, **more)


def rotated(items, turn):
    """Another order every turn, so that nobody is always first on a warm machine."""
    at = turn % len(items)
    return items[at:] + items[:at]


def measure(context):
    """All turns of all programs; results so far are on the disk after each."""
    results = context.results("batch-line", set=context.set, verify="off", user_rate=programs.USER_RATE)
    files = [s["file"] for s in context.truth]
    results.data["scans"] = about_scans(context.truth)
    results.save()
    for turn in range(context.turns):
        for program in rotated(context.programs, turn):
            if results.has(turn=turn, program=program.name):
                continue
            found = context.tried(program, job_of(context, program.name, files))
            if not found:
                continue
            found.pop("samples", None)
            results.add({"turn": turn, "program": program.name, **found})
            results.save_markdown(page_of(results.data))
            context.say(f"line, turn {turn + 1} of {context.turns}: {program.name} {found['cpu'] / len(files):.2f} "
                        f"CPU s a page, {found['wall'] / len(files):.2f} s, {found['peak_mib']:.0f} MiB")
    results.save_markdown(page_of(results.data))
    return results


def about_scans(truth):
    return [{"name": programs.stem(s["file"]), "class": s["class"], "width": s["width"], "height": s["height"],
             "dpi": s["dpi"], "pixels": s["pixels"], "characters": sum(len(p["text"]) for p in s["pages"])}
            for s in truth]


def names_in(data):
    order = ("chain", "linka", "tuned")
    found = {t["program"] for t in data["turns"]}
    return [n for n in order if n in found]


def of(data, name):
    return [t for t in data["turns"] if t["program"] == name]


def compared(data, label, values, digits=2):
    """A row: each program's median and spread, and the ratio of each linka to the chain."""
    names = names_in(data)
    cells = [label] + [spread(values(n), digits) for n in names]
    return cells + [ratio(values(n), values("chain")) for n in names if n != "chain" and "chain" in names]


def heads(data, first):
    names = names_in(data)
    return [first] + names + [f"{n} / chain" for n in names if n != "chain" and "chain" in names]


def page_of(data):
    count = max(1, len(data["scans"]))
    megapixels = sum(s["width"] * s["height"] for s in data["scans"]) / 1e6
    turns = max((t["turn"] for t in data["turns"]), default=-1) + 1
    text = ["# A batch against the plain chain of public tools\n\n", machine.described(data),
            f"{count} scans of the set \"{data['settings']['set']}\", {megapixels:.0f} megapixels; {turns} turns of each "
            f"program in rotation, {data['settings']['cores']} pages at once. Medians, least and greatest in brackets; a "
            "ratio is of medians. linka's masters are not verified, user copies are an eighth of the picture in "
            "all.\n\n"]

    def rows(key, per=1.0):
        return lambda name: [t[key] / per for t in of(data, name)]

    text.append(table(heads(data, "a page"), [
        compared(data, "CPU seconds", rows("cpu", count)),
        compared(data, "wall seconds", rows("wall", count)),
        compared(data, "megabytes written", rows("written", count * 1e6), 1),
        compared(data, "megapixels of the two copies", rows("megapixels", count), 1)]))
    text.append("\nlinka cuts the page out of its bed; the chain keeps the bed, and a turn makes its picture larger.\n\n")
    text.append(table(heads(data, "memory, MiB"), [
        compared(data, "all processes at one time (PSS, sampled)", rows("peak_mib"), 0),
        compared(data, "largest process", rows("largest_mib"), 0)]))
    text += ["\n## By class of page\n\nCPU seconds a page. linka's are shares of the batch's CPU by its own clock of "
             "each page.\n\n", table(heads(data, "class (pages)"), by_class(data))]
    text += ["\n## By page\n\n", table(heads(data, "page"), by_page(data))]
    text += ["\n## By stage\n\nSeconds of the whole batch: the chain's CPU by command, linka's own clock by stage, which "
             "runs in wall time.\n\n", table(heads(data, "stage"), by_stage(data))]
    return "".join(text)


def pages_cpu(data, name, wanted):
    """Of each turn, the mean of these pages."""
    return [sum(t["pages"][p] for p in wanted) / len(wanted) for t in of(data, name)]


def by_class(data):
    classes = {}
    for scan in data["scans"]:
        classes.setdefault(scan["class"], []).append(scan["name"])
    return [compared(data, f"{kind} ({len(names)})", lambda n, names=names: pages_cpu(data, n, names))
            for kind, names in classes.items()]


def by_page(data):
    return [compared(data, f"{s['name']}, {s['width'] * s['height'] / 1e6:.1f} megapixels",
                     lambda n, s=s: pages_cpu(data, n, [s["name"]])) for s in data["scans"]]


def by_stage(data):
    def seconds(name, stages):
        return [sum(t["stages"].get(s, 0) for s in stages) for t in of(data, name)]

    rows = [compared(data, label, lambda n, c=commands, s=stages: seconds(n, c if n == "chain" else s))
            for label, commands, stages in SIDE_BY_SIDE]
    known = {s for _, commands, stages in SIDE_BY_SIDE for s in commands + stages}
    rows.append(compared(data, "other stages",
                         lambda n: [sum(v for s, v in t["stages"].items() if s not in known) for t in of(data, n)]))
    rows.append(compared(data, "beside the stages: start, files, package and its check",
                         lambda n: [0 if n == "chain" else t["cpu"] - sum(t["stages"].values()) for t in of(data, n)]))
    # What one of them does not do, and what a machine with other work on it makes negative.
    return [[("–" if cell.startswith(("0.00 (0.00", "-")) or cell == "0.00" else cell) for cell in row] for row in rows]


VERIFIED = ("off", "sample", "full")


def measure_verify(context):
    """What it costs to decode every master again, or one in ten, and compare."""
    results = context.results("batch-verify", set=context.set)
    files = [s["file"] for s in context.truth]
    mine = [p for p in context.programs if p.name != "chain"]
    runs = [(p, mode) for p in mine for mode in VERIFIED]
    for turn in range(context.turns):
        for program, mode in rotated(runs, turn):
            if results.has(turn=turn, program=program.name, mode=mode):
                continue
            found = context.tried(program, job_of(context, program.name, files, verify=mode))
            if not found:
                continue
            stored = programs.facts_of(os.path.join(context.work, program.name))
            checked = sum(facts["master_check"]["compared"] for _, facts in stored)
            results.add({"turn": turn, "program": program.name, "mode": mode, "checked": checked,
                         **{k: found[k] for k in ("cpu", "wall", "peak_mib", "largest_mib", "stages")}})
            context.say(f"verify, turn {turn + 1}: {program.name}, {mode}: {found['cpu'] / len(files):.2f} CPU s a page")
    results.save_markdown(verify_page(results.data, len(files)))
    return results


def verify_page(data, count):
    rows = []
    for name in names_in(data):
        off = [t["cpu"] for t in of(data, name) if t["mode"] == "off"]
        for mode in VERIFIED:
            turns = [t for t in of(data, name) if t["mode"] == mode]
            price = (middle([t["cpu"] for t in turns]) - middle(off)) / count if turns and off else 0
            rows.append([name, mode, middle([t["checked"] for t in turns]), spread([t["cpu"] for t in turns], 2, count),
                         f"{price:+.2f}", ratio([t["cpu"] for t in turns], off),
                         spread([t["stages"].get("master", 0) for t in turns], 2, count)])
    return ("# The price of verifying masters\n\n" + machine.described(data) + f"{count} pages of the set "
            f"\"{data['settings']['set']}\"; every master decoded again and compared (full), one in ten (sample), none "
            "(off).\n\n" + table(["program", "verify", "pages compared", "CPU s a page", "more", "to off",
                                  "stage \"master\", s a page"], rows))


def measure_classes(context):
    """Each class of page as a batch of its own: whole CPU of each program, nothing shared out."""
    results = context.results("batch-classes", set=context.set)
    classes = {}
    for scan in context.truth:
        classes.setdefault(scan["class"], []).append(scan["file"])
    for turn in range(context.turns):
        for kind, files in classes.items():
            folder = sets.link_some(context.scans, files, os.path.join(context.work, "class"))
            for program in rotated(context.programs, turn):
                if results.has(turn=turn, program=program.name, kind=kind):
                    continue
                job = job_of(context, program.name, files)
                job.scans = folder
                found = context.tried(program, job)
                if not found:
                    continue
                results.add({"turn": turn, "program": program.name, "kind": kind, "count": len(files),
                             **{k: found[k] for k in ("cpu", "wall", "peak_mib")}})
                context.say(f"classes, turn {turn + 1}: {kind}, {program.name}: "
                            f"{found['cpu'] / len(files):.2f} CPU s a page")
    data = results.data
    rows = [compared(data, f"{kind} ({len(files)})",
                     lambda n, k=kind, c=len(files): [t["cpu"] / c for t in of(data, n) if t["kind"] == k])
            for kind, files in classes.items()]
    results.save_markdown("# Each class of page as a batch of its own\n\n" + machine.described(data)
                          + "CPU seconds a page, start and package of each small batch included.\n\n"
                          + table(heads(data, "class (pages)"), rows))
    return results
