# SPDX-License-Identifier: GPL-3.0-or-later
"""The two costly steps by themselves: a copy of a given picture, and the text of a given page, by linka and by the
public tool, one command at a time, in turns. Costs are of the whole command, reading the picture included."""
import json
import os

from . import machine, programs, quality
from .line import compared, heads, names_in, rotated
from .results import middle, table
from .watch import run

ENVIRONMENT = programs.ENVIRONMENT
COPIES = ("user", "master")


# ---- one copy

def copy_command(program, copy, scan, out):
    if program.name == "chain":
        return ["opj_compress", "-i", scan, "-o", out, *(programs.USER if copy == "user" else programs.MASTER)]
    return [program.tool("linka-bench-copy"), "encode", scan, out, "--copy", copy, "--rate", str(programs.USER_RATE)]


def judge_copy(copy, scan, pixels, out, base):
    """Once, for copies do not change from turn to turn."""
    picture = base + ".scan.ppm"
    run([machine.CONVERT, scan, "-depth", "8", f"{'ppm' if pixels == 'rgb' else 'pgm'}:{picture}"], ENVIRONMENT)
    back, size = quality.decoded(out, base)
    found = {"bytes": size}
    if copy == "master":
        found["identical"] = quality.pixels_of(picture) == quality.pixels_of(back)
    else:
        found["psnr"] = quality.psnr(picture, back)
        found.update(quality.same_bytes_by_opj(picture, size, base))
    os.remove(picture)
    os.remove(back)
    return found


def measure_copies(context):
    results = context.results("batch-copies", set=context.set, user_rate=programs.USER_RATE)
    base = os.path.join(context.work, "copy")
    for turn in range(context.turns):
        for scan in context.truth:
            path, name = os.path.join(context.scans, scan["file"]), programs.stem(scan["file"])
            for copy in COPIES:
                for program in rotated(context.programs, turn):
                    key = {"turn": turn, "program": program.name, "page": name, "copy": copy}
                    if results.has(**key):
                        continue
                    cost = run(copy_command(program, copy, path, base + ".jp2"), ENVIRONMENT)
                    found = {} if turn else judge_copy(copy, path, scan["pixels"], base + ".jp2", base)
                    results.add({**key, "cpu": cost.cpu, "largest_mib": cost.largest_mib, **found})
        context.say(f"copies, turn {turn + 1} of {context.turns}")
        results.save_markdown(copies_page(results.data, context.truth))
    return results


def copies_page(data, truth):
    text = ["# One copy of a given picture\n\n", machine.described(data),
            "CPU seconds of one command on one thread: medians, least and greatest in brackets. The user copy gets an "
            "eighth of the picture, in twelve layers.\n\n"]
    for copy in COPIES:
        def seconds(name, page, key="cpu", copy=copy):
            return [t[key] for t in data["turns"] if t["copy"] == copy and t["program"] == name
                    and page in (None, t["page"]) and key in t]

        pages = [programs.stem(s["file"]) for s in truth]
        rows = [compared(data, page, lambda n, p=page, s=seconds: s(n, p)) for page in pages]
        rows.append(compared(data, "all", lambda n, c=copy: per_turn(data, n, copy=c)))
        rows.append(compared(data, "memory, MiB, the largest",
                             lambda n, s=seconds: [max(s(n, None, "largest_mib"), default=0)], 0))
        text += [f"\n## {copy.capitalize()} copy\n\n", table(heads(data, "picture"), rows), "\n"]
        made = [t for t in data["turns"] if t["copy"] == copy and t["turn"] == 0]
        if copy == "master":
            text.append(table(["master", "bytes", "opj_decompress gives back every sample"],
                              [[f"{t['page']}, {t['program']}", t["bytes"], "yes" if t["identical"] else "NO"]
                               for t in made]))
        else:
            text.append(table(["user copy", "bytes", "PSNR, dB", "opj_compress with the same bytes", "difference"],
                              [[f"{t['page']}, {t['program']}", t["bytes"], f"{t['psnr']:.2f}", f"{t['opj_psnr']:.2f}",
                                f"{t['psnr'] - t['opj_psnr']:+.3f}"] for t in made]))
    return "".join(text)


def per_turn(data, name, **only):
    """CPU of each turn, all pictures together; turns that are not whole are left out."""
    sums = {}
    for t in data["turns"]:
        if t["program"] == name and all(t[k] == v for k, v in only.items()):
            sums.setdefault(t["turn"], []).append(t["cpu"])
    whole = max(map(len, sums.values()), default=0)
    return [sum(v) for v in sums.values() if len(v) == whole]


# ---- the text of a page

def prepare_pages(context, program):
    """The finished, evened pages as PNG, cut by linka once: {name: file}. Pages without text are left out."""
    place = os.path.join(context.work, "ocr")
    os.makedirs(place, exist_ok=True)
    cases = []
    for scan in context.truth:
        name = programs.stem(scan["file"])
        if scan["pages"][0]["text"]:
            with open(os.path.join(place, name + ".truth"), "w", encoding="utf-8") as file:
                file.write(scan["pages"][0]["text"])
            cases.append({"id": name, "image": os.path.abspath(os.path.join(context.scans, scan["file"])),
                          "text": name + ".truth"})
    with open(os.path.join(place, "cases.json"), "w", encoding="utf-8") as file:
        json.dump({"cases": cases}, file)
    kept = {c["id"]: os.path.join(place, f"{c['id']}-0.png") for c in cases}
    if not all(map(os.path.exists, kept.values())):
        run(ocr_command(program, place, None), ENVIRONMENT)
    return place, kept


def ocr_command(program, place, name):
    command = [program.tool("linka-bench-ocr"), "--set", place, "--out", os.path.join(place, program.name),
               "--kept", place]
    return command + (["--only", name] if name else [])


def measure_ocr(context):
    """Both read the same picture of the finished page. The tesseract command is told the model."""
    results = context.results("batch-ocr", set=context.set)
    place, kept = prepare_pages(context, next(p for p in context.programs if p.name != "chain"))
    scans = {programs.stem(s["file"]): s for s in context.truth}
    os.makedirs(os.path.join(place, "chain"), exist_ok=True)
    for turn in range(context.turns):
        for name, picture in kept.items():
            for program in rotated(context.programs, turn):
                key = {"turn": turn, "program": program.name, "page": name}
                if results.has(**key):
                    continue
                out = os.path.join(place, program.name, name)
                command = (["tesseract", picture, out, "-l", programs.MODEL, "alto", "txt"] if program.name == "chain"
                           else ocr_command(program, place, name))
                cost = run(command, ENVIRONMENT)
                text = quality.text_of(scans[name], {name: programs.read(out + ".txt")})
                results.add({**key, "cpu": cost.cpu, "largest_mib": cost.largest_mib, **text})
        context.say(f"ocr, turn {turn + 1} of {context.turns}")
        results.save_markdown(ocr_page(results.data, list(kept)))
    return results


def ocr_page(data, pages):
    def of(name, page, key="cpu"):
        return [t[key] for t in data["turns"] if t["program"] == name and t["page"] == page]

    rows = [compared(data, page, lambda n, p=page: of(n, p)) for page in pages]
    rows.append(compared(data, "all", lambda n: per_turn(data, n)))

    def wrong(name, page):
        signs = middle(of(name, page, "characters"))
        return f"{100 * middle(of(name, page, 'wrong')) / signs:.2f} %" if signs else "-"

    names = names_in(data)
    return ("# The text of a given page\n\n" + machine.described(data)
            + "CPU seconds of one command on one thread, the loading of models included: medians, least and greatest in "
            "brackets. chain is the tesseract command, which is told the model; linka chooses it.\n\n"
            + table(heads(data, "page"), rows) + "\nCharacters wrong:\n\n"
            + table(["page", *names], [[page] + [wrong(n, page) for n in names] for page in pages]))
