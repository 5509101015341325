# SPDX-License-Identifier: GPL-3.0-or-later
"""The tesseract command with the one right model on the same scans: what it reads, what it costs.
And how well linka's own estimate of word errors fits the true ones."""
import concurrent.futures
import os
import statistics
import subprocess


def read_alone(scan, model, out):
    """CPU seconds of one thread; the text goes to out.txt."""
    process = subprocess.Popen(["tesseract", scan, out, "-l", model], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=dict(os.environ, OMP_THREAD_LIMIT="1"))
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime if process.returncode == 0 else None


def run_tesseract(cases, folder, work, jobs, rounds=1):
    """{id: CPU seconds}, the median of the rounds, and the folder of its texts."""
    texts = os.path.join(work, "tesseract")
    os.makedirs(texts, exist_ok=True)
    wanted = [c for c in cases if c.get("text")]

    def one(case):
        scan = os.path.join(folder, case["image"])
        out = os.path.join(texts, case["id"])
        seconds = [read_alone(scan, case["lang"], out) for _ in range(rounds)]
        return case["id"], None if None in seconds else statistics.median(seconds)

    with concurrent.futures.ThreadPoolExecutor(max(1, jobs)) as pool:
        cost = {i: s for i, s in pool.map(one, wanted) if s is not None}
    for i, seconds in cost.items():
        with open(os.path.join(texts, i + ".cpu"), "w", encoding="utf-8") as out:
            out.write(str(seconds))
    return cost, texts


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    out, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for i in order[at:end + 1]:
            out[i] = (at + end) / 2
        at = end + 1
    return out


def rank_correlation(first, second):
    """Spearman's, ties by their mean rank."""
    a, b = ranks(first), ranks(second)
    if len(a) < 3 or len(set(a)) < 2 or len(set(b)) < 2:
        return None
    return statistics.correlation(a, b)


def estimated_errors(pages, judged):
    """{id: (estimated, true)} share of wrong words, of scans with a true text."""
    out = {}
    for row in judged["rows"]:
        found = [p for p in pages.get(row["id"], []) if p.get("words")]
        words = sum(p["words"] for p in found)
        if words:
            out[row["id"]] = (sum(p["estimated_word_error"] * p["words"] for p in found) / words,
                              row["wer"])
    return out


def figures(cases, pages, judged, alone, cost):
    text = {r["id"]: r for r in judged["rows"]}
    out = {}
    errors = estimated_errors(pages, judged)
    if len(errors) > 2:
        out["estimate_rank"] = rank_correlation(*zip(*errors.values()))
        out["estimated_wer"] = statistics.mean(e for e, _ in errors.values())
        out["true_wer"] = statistics.mean(t for _, t in errors.values())
    if alone is None:
        return out
    worse = {r["id"]: text[r["id"]]["cer"] - r["cer"] for r in alone["rows"] if r["id"] in text}
    if worse:
        out["worse_than_tesseract"] = max(0.0, *worse.values())
    both = [i for i in cost if i in pages]
    if both:
        linka = {i: sum(p["stage_ms"].get("ocr", 0) for p in pages[i]) / 1000 for i in both}
        out["ocr_cpu_ratio"] = sum(linka.values()) / sum(cost[i] for i in both)
        group = {c["id"]: c["group"] for c in cases}
        for key, prefix in (("ocr_cpu_drawn", "syn"), ("ocr_cpu_fraktur", "real-frak")):
            some = [i for i in both if group[i].startswith(prefix)]
            if some:
                out[key] = sum(linka[i] for i in some) / sum(cost[i] for i in some)
    return out
