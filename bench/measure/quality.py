# SPDX-License-Identifier: GPL-3.0-or-later
"""What came out, beside what it cost: characters wrong, masters bit by bit, user copies against their own picture.

Masters and user copies are decoded by opj_decompress and compared by ImageMagick or byte for byte; of linka's own
means only `linka-bench-copy cut` is used, to find the picture that its encoder was given.
"""
import collections
import concurrent.futures
import math
import os
import re
import unicodedata

from . import machine, programs
from .line import heads, job_of, names_in
from .results import table
from .watch import run

ENVIRONMENT = programs.ENVIRONMENT


# ---- text

def plain(text):
    """Words broken at a line's end made whole, one blank between words."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"[-\u00ad\u2010]\s*\n\s*", "", text)
    return " ".join(text.split())


def distance(one, other):
    """Characters to insert, delete or change (Levenshtein), by Myers's bit vectors in Hyyro's form."""
    if not one or not other:
        return len(one) + len(other)
    length = len(one)
    mask = (1 << length) - 1
    at = collections.defaultdict(int)
    for i, sign in enumerate(one):
        at[sign] |= 1 << i
    up, down, score = mask, 0, length
    for sign in other:
        equal = at.get(sign, 0)
        across = (((equal & up) + up) ^ up) | equal
        right = down | (~(across | up) & mask)
        left = up & across
        score += (right >> (length - 1)) - (left >> (length - 1))
        right = (right << 1 | 1) & mask
        left = left << 1 & mask
        equal |= down
        up = left | (~(equal | right) & mask)
        down = right & equal
    return score


def words_lost(truth, found):
    """Words of the truth that are nowhere in the text: says nothing of their order."""
    lost = collections.Counter(truth.split()) - collections.Counter(found.split())
    return sum(lost.values())


def text_of(scan, texts):
    truth = plain("\n".join(p["text"] for p in scan["pages"]))
    found = plain(texts.get(programs.stem(scan["file"]), ""))
    return {"characters": len(truth), "wrong": distance(truth, found), "words": len(truth.split()),
            "lost": words_lost(truth, found)}


# ---- pictures

def codestream_of(jp2, out):
    """The bare codestream of a JP2 file, so that no program applies a colour profile when decoding."""
    with open(jp2, "rb") as file:
        data = file.read()
    at = 0
    while at + 8 <= len(data):
        size, kind, head = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8:at + 16], "big"), 16
        if kind == b"jp2c":
            with open(out, "wb") as file:
                file.write(data[at + head:at + size] if size else data[at + head:])
            return os.path.getsize(out)
        if size < 8:
            break
        at += size
    raise RuntimeError(f"{jp2}: no codestream")


def pixels_of(path):
    """(width, height, channels), samples of a binary PGM or PPM file."""
    with open(path, "rb") as file:
        data = file.read()
    head = re.match(rb"P([56])\s(?:#[^\n]*\n|\s)*(\d+)\s(?:#[^\n]*\n|\s)*(\d+)\s(?:#[^\n]*\n|\s)*255\s", data)
    if not head:
        raise RuntimeError(f"{path}: no picture of 8 bits")
    return (int(head[2]), int(head[3]), 1 if head[1] == b"5" else 3), data[head.end():]


def decoded(jp2, base):
    """The picture as PPM or PGM by opj_decompress, and the bytes of its codestream."""
    stream = base + ".j2k"
    size = codestream_of(jp2, stream)
    with open(stream, "rb") as file:
        channels = int.from_bytes(file.read(42)[40:42], "big")  # Csiz of the SIZ marker, which is first
    out = base + (".pgm" if channels == 1 else ".ppm")
    run(["opj_decompress", "-i", stream, "-o", out], ENVIRONMENT)
    os.remove(stream)
    return out, size


def psnr(one, other):
    """dB over all samples, by ImageMagick."""
    said = run([machine.COMPARE, "-metric", "MSE", one, other, "null:"], ENVIRONMENT, accepted=(0, 1)).output
    error = float(re.search(r"\(([0-9.e+-]+)\)", said)[1])
    return -10 * math.log10(error) if error > 0 else math.inf


def user_copy_by_opj(picture, aim, base):
    """(bytes, PSNR) of opj_compress's user copy whose last layer is to have `aim` bytes."""
    (width, height, channels), _ = pixels_of(picture)
    last = width * height * channels / aim
    rates = ",".join(f"{last * 2 ** (step / 2):.4f}" for step in range(11, -1, -1))
    out, back = base + ".opj.j2k", base + (".opj.ppm" if channels == 3 else ".opj.pgm")
    run(["opj_compress", "-i", picture, "-o", out, *programs.USER[:-1], rates], ENVIRONMENT)
    run(["opj_decompress", "-i", out, "-o", back], ENVIRONMENT)
    found = os.path.getsize(out), psnr(picture, back)
    for path in (out, back):
        os.remove(path)
    return found


def same_bytes_by_opj(picture, size, base):
    """PSNR of opj_compress's user copy of a picture with the same bytes. Its aim is missed by up to two percent, which is
    a tenth of a decibel, so it is asked again until they agree to a five-hundredth."""
    aim, found = size, []
    for _ in range(4):
        found.append(user_copy_by_opj(picture, aim, base))
        if abs(found[-1][0] - size) < size / 500:
            break
        aim *= size / found[-1][0]
    size, decibel = min(found, key=lambda f: abs(f[0] - size))
    return {"opj_bytes": size, "opj_psnr": decibel}


def copies_of(picture, master, user, base):
    """Of one page: is the master the picture, and how near is the user copy."""
    shape, samples = pixels_of(picture)
    back, master_bytes = decoded(master, base + ".m")
    identical = pixels_of(back) == (shape, samples)
    os.remove(back)
    back, user_bytes = decoded(user, base + ".u")
    found = {"pixels": shape[0] * shape[1], "samples": len(samples), "identical": identical,
             "master_bytes": master_bytes, "user_bytes": user_bytes, "psnr": psnr(picture, back)}
    os.remove(back)
    return {**found, **same_bytes_by_opj(picture, user_bytes, base)}


def page_of_chain(job, scan, base):
    place = programs.Chain.base(job, scan["file"])
    picture = base + ".ppm"
    kind = "ppm" if scan["pixels"] == "rgb" else "pgm"
    run([machine.CONVERT, place + ".straight.tif", "-depth", "8", f"{kind}:{picture}"], ENVIRONMENT)
    return copies_of(picture, place + ".master.jp2", place + ".user.jp2", base)


def page_of_linka(program, job, scan, base, folder):
    picture = base + ".ppm"
    run([program.tool("linka-bench-copy"), "cut", os.path.join(job.scans, scan["file"]),
         os.path.join(folder, "facts.json"), picture], ENVIRONMENT)
    return copies_of(picture, os.path.join(folder, "master.jp2"), os.path.join(folder, "user.jp2"), base)


def judge(context, program):
    files = [s["file"] for s in context.truth]
    job = job_of(context, program.name, files)
    if programs.made_by_this_run.get(job.out) != files:  # what an earlier run left may be of other programs
        program.run(job)
    texts = program.texts(job)
    folders = {programs.stem(f["source"]["file_name"]): place for place, f in programs.facts_of(job.out)}
    place = os.path.join(context.work, "quality")
    os.makedirs(place, exist_ok=True)

    def one(scan):
        name = programs.stem(scan["file"])
        base = os.path.join(place, f"{program.name}-{name}")
        found = (page_of_chain(job, scan, base) if program.name == "chain"
                 else page_of_linka(program, job, scan, base, folders[name]))
        os.remove(base + ".ppm")
        return name, {"class": scan["class"], **text_of(scan, texts), **found}

    with concurrent.futures.ThreadPoolExecutor(context.cores) as pool:
        return dict(pool.map(one, context.truth))


def measure(context):
    results = context.results("batch-quality", set=context.set, user_rate=programs.USER_RATE)
    for program in context.programs:
        if results.has(program=program.name):
            continue
        try:
            results.add({"turn": 0, "program": program.name, "pages": judge(context, program)})
            context.say(f"quality: {program.name}")
        except (RuntimeError, OSError) as error:
            context.failures.append(f"{program.name}: {error}")
            context.say(context.failures[-1])
    if results.data["turns"]:
        results.save_markdown(page_of(results.data))
    return results


def page_of(data):
    names = names_in(data)
    pages = {t["program"]: t["pages"] for t in data["turns"]}
    first = next(iter(pages.values()))
    classes = list(dict.fromkeys(p["class"] for p in first.values()))

    def wrong(name, kind):
        some = [p for p in pages[name].values() if kind in (None, p["class"])]
        characters, errors = sum(p["characters"] for p in some), sum(p["wrong"] for p in some)
        words, lost = sum(p["words"] for p in some), sum(p["lost"] for p in some)
        if characters == 0:
            return f"{errors} where nothing is"
        return f"{100 * errors / characters:.2f} % ({100 * lost / max(1, words):.2f} %)"

    text = ["# Quality beside speed\n\n", machine.described(data), "## Text\n\nCharacters wrong against the truth, words at "
            "line ends made whole; in brackets words of the truth that are nowhere in the text, whatever its order. The "
            "chain is told the model, linka is not.\n\n",
            table(["class (characters)"] + names,
                  [[f"{kind or 'all'} ({sum(p['characters'] for p in first.values() if kind in (None, p['class']))})"]
                   + [wrong(n, kind) for n in names] for kind in [*classes, None]])]
    rows = []
    for name in names:
        some = list(pages[name].values())
        rows.append([name, f"{sum(p['identical'] for p in some)} of {len(some)}",
                     f"{sum(p['pixels'] for p in some) / 1e6:.1f}", f"{sum(p['master_bytes'] for p in some) / 1e6:.1f}",
                     f"{sum(p['user_bytes'] for p in some) / 1e6:.1f}",
                     f"{sum(p['samples'] for p in some) / sum(p['user_bytes'] for p in some):.2f}"])
    text += ["\n## Copies\n\nEach against the picture that its encoder was given (linka crops to the page, the chain keeps "
             "the bed). A master counts when opj_decompress gives back every sample.\n\n",
             table(["program", "masters identical", "megapixels", "masters, MB", "user copies, MB", "reduction"], rows)]
    rows = []
    for page in first:
        row = [page]
        for name in names:
            p = pages[name].get(page)
            row.append(f"{p['psnr']:.2f} ({p['psnr'] - p['opj_psnr']:+.3f})" if p else "-")
        rows.append(row)
    text += ["\nUser copies, PSNR in dB; in brackets the difference to what opj_compress makes of the same picture with the "
             "same bytes.\n\n", table([h for h in heads(data, "page") if "/" not in h], rows)]
    return "".join(text)
