#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/batch measures what it says: every part on two tiny pages, once; and its own arithmetic.

  bench/batch_test.py BUILD

No time is judged. Ends with 77 when a public tool or a program of the bench is missing.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from measure import line, machine, programs, quality, readme, results, sets, watch  # noqa: E402

BUILD = None
PARTS = ("line", "quality", "verify", "copies", "ocr", "cores", "memory", "classes")


def batch(work, *more):
    command = [sys.executable, "-B", os.path.join(HERE, "batch"), "--build", BUILD, "--no-build", "--set", "tiny",
               "--turns", "1", "--small-pages", "2", "--pages", "1", "--work", os.path.join(work, "work"),
               "--results", os.path.join(work, "results"), "--keep", *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def counts_writes(folder):
    """Whether the kernel counts what is written there: not in a file system that is memory."""
    code = "import sys, tempfile; tempfile.TemporaryFile(dir=sys.argv[1]).write(bytes(1 << 20))"
    return watch.run([sys.executable, "-S", "-c", code, folder]).written > 0


class Arithmetic(unittest.TestCase):
    def test_distance_is_the_least_number_of_changes(self):
        def plainly(one, other):
            row = list(range(len(other) + 1))
            for i, a in enumerate(one, 1):
                below = [i]
                for j, b in enumerate(other, 1):
                    below.append(min(row[j] + 1, below[-1] + 1, row[j - 1] + (a != b)))
                row = below
            return row[-1]

        words = ["", "a", "mlýn", "měsíční mlýn", "mesicni mlyn!", "zcela jiné", "aaaa", "abababab" * 20]
        for one in words:
            for other in words:
                self.assertEqual(quality.distance(one, other), plainly(one, other), (one, other))

    def test_words_broken_at_a_line_end_are_made_whole(self):
        self.assertEqual(quality.plain("vodní-\nkovi  a\n\npapíru"), "vodníkovi a papíru")

    def test_medians_spreads_and_ratios(self):
        self.assertEqual(results.spread([3.0, 1.0, 2.0]), "2.00 (1.00–3.00)")
        self.assertEqual(results.ratio([1, 3, 2], [4, 4, 1]), "0.50")
        self.assertEqual(results.ratio([1], [0]), "-")
        self.assertEqual(line.rotated(["a", "b", "c"], 4), ["b", "c", "a"])

    def test_cpu_and_bytes_of_grandchildren_count_and_memory_of_all_at_once(self):
        with tempfile.TemporaryDirectory() as folder, watch.Watch() as seen:
            enough = os.path.join(folder, "enough")  # there once both have been seen, or never will be
            hold = f"b = bytearray(64 << 20); import os, time\nwhile not os.path.exists({enough!r}): time.sleep(0.05)"
            code = ("import subprocess, sys, time\n"
                    "subprocess.run([sys.executable, '-c', 'x = 0\\nfor i in range(3000000): x += i'])\n"
                    f"two = [subprocess.Popen([sys.executable, '-c', {hold!r}]) for _ in range(2)]\n"
                    "[p.wait() for p in two]\n")

            def look():
                end = time.monotonic() + 60
                while seen.peak_mib <= 128 and time.monotonic() < end:
                    time.sleep(0.05)
                open(enough, "w").close()

            looking = threading.Thread(target=look)
            looking.start()
            cost = seen.run([sys.executable, "-S", "-c", code])
            looking.join()
        self.assertGreater(cost.cpu, 0.05)
        self.assertGreater(seen.peak_mib, 128)
        self.assertGreater(cost.largest_mib, 64)

    def test_a_command_that_fails_says_so(self):
        with self.assertRaisesRegex(RuntimeError, "exit 3"):
            watch.run([sys.executable, "-c", "import sys; print('no'); sys.exit(3)"])


    def test_one_wrong_sample_of_a_master_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            at = lambda name: os.path.join(folder, name)  # noqa: E731
            samples = bytearray((7 * x * y + 31 * y) % 251 for y in range(300) for x in range(200))
            with open(at("page.pgm"), "wb") as file:
                file.write(b"P5\n200 300\n255\n" + samples)
            for copy, options in (("master", programs.MASTER), ("user", programs.USER)):
                watch.run(["opj_compress", "-i", at("page.pgm"), "-o", at(copy + ".jp2"), *options])
            copies = lambda: quality.copies_of(at("page.pgm"), at("master.jp2"), at("user.jp2"), at("x"))  # noqa: E731
            self.assertTrue(copies()["identical"])
            samples[12345] ^= 1
            with open(at("page.pgm"), "wb") as file:
                file.write(b"P5\n200 300\n255\n" + samples)
            self.assertFalse(copies()["identical"])


class WholeBench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="linka-batch-test-")
        done = batch(cls.folder.name, "--only", ",".join(PARTS))
        assert done.returncode == 0, done.stdout + done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def found(self, part):
        with open(os.path.join(self.folder.name, "results", f"batch-{part}.json"), encoding="utf-8") as file:
            return json.load(file)

    def page(self, part):
        return programs.read(os.path.join(self.folder.name, "results", f"batch-{part}.md"))

    def test_every_part_leaves_numbers_and_a_page(self):
        for part in PARTS:
            data = self.found(part)
            self.assertIn("cores of", data["machine"])
            self.assertIn("OpenJPEG", data["settings"]["programs"]["linka"]["linked"])
            self.assertTrue(data["turns"], part)
            self.assertIn("| linka |", self.page(part))

    def test_the_line_knows_cost_pages_and_stages(self):
        data = self.found("line")
        for turn in data["turns"]:
            self.assertGreater(turn["cpu"], 0.1)
            self.assertGreater(turn["peak_mib"], 10)
            self.assertAlmostEqual(turn["megapixels"], 2 * 0.9, delta=0.8)
            self.assertGreater(turn["written"], 100_000 if counts_writes(self.folder.name) else -1)
            self.assertEqual(set(turn["pages"]), {"01-tiny-text", "02-tiny-blank"})
            self.assertGreater(min(turn["pages"].values()), 0)
        self.assertEqual(set(data["turns"][0]["stages"]), set(programs.Chain.steps))
        self.assertLessEqual({"ocr", "master", "user"}, set(data["turns"][1]["stages"]))
        self.assertRegex(self.page("line"), r"\| CPU seconds \| [\d.]+ \| [\d.]+ \| [\d.]+ \|")

    def test_masters_are_identical_and_text_is_read(self):
        for turn in self.found("quality")["turns"]:
            for name, page in turn["pages"].items():
                self.assertTrue(page["identical"], (turn["program"], name))
                self.assertGreater(page["psnr"], 30)
                self.assertLess(abs(page["opj_bytes"] - page["user_bytes"]), 0.02 * page["user_bytes"] + 300)
            text = turn["pages"]["01-tiny-text"]
            self.assertGreater(text["characters"], 100)
            self.assertLess(text["wrong"], text["characters"] / 4)

    def test_verifying_is_counted(self):
        checked = {t["mode"]: t["checked"] for t in self.found("verify")["turns"]}
        self.assertEqual((checked["off"], checked["full"]), (0, 2))

    def test_the_steps_alone_do_the_same_work(self):
        for turn in self.found("copies")["turns"]:
            self.assertTrue(turn["identical"] if turn["copy"] == "master" else turn["psnr"] > 30, turn)
        for turn in self.found("ocr")["turns"]:
            self.assertLess(turn["wrong"], turn["characters"] / 4)

    def test_the_readme_shows_what_was_found(self):
        path = os.path.join(self.folder.name, "README.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
        for _ in range(2):
            readme.update(path, os.path.join(self.folder.name, "results"))
        text = programs.read(path)
        self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
        self.assertNotIn("old", text)
        for word in ("CPU seconds", "user copy of 2 pictures", "text of 1 pages", "masters identical", "full / off",
                     "wall x cores", "--memory 1500M"):
            self.assertIn(word, text)

    def test_resumed_it_measures_nothing_twice(self):
        before = {part: self.found(part)["turns"] for part in ("line", "copies")}
        done = batch(self.folder.name, "--only", "line,copies", "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        for part, turns in before.items():
            self.assertEqual(self.found(part)["turns"], turns)
        self.assertFalse(re.search(r"line, turn", done.stderr), done.stderr)

    def test_only_results_stay_in_the_work_folder(self):
        with tempfile.TemporaryDirectory() as work:
            for path in ("scans", "results"):
                os.mkdir(os.path.join(work, path))
            with open(os.path.join(work, "copy.jp2"), "wb"):
                pass
            sets.clear(work, os.path.join(work, "results"))
            self.assertEqual(os.listdir(work), ["results"])

    def test_results_of_other_settings_are_not_mixed_in(self):
        done = batch(self.folder.name, "--only", "line", "--resume", "--jobs", "1")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("begin anew", done.stderr)


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv.pop(1))
    lacking = machine.missing_tools() + [
        p for p in ("cli/linka", "samples/linka-samples", "bench/linka-bench-copy", "bench/linka-bench-ocr")
        if not os.path.exists(os.path.join(BUILD, p))]
    if lacking:
        print(f"SKIPPED: not there: {', '.join(lacking)}")
        sys.exit(77)
    unittest.main(verbosity=2)
