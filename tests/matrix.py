# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of faults share: cases side by side, a table of what came out, the program's fail points."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

# First of all: both folders may have a module of one name.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "servers"))


class Wrong(Exception):
    """An expectation that did not hold."""


def expect(held, words):
    if not held:
        raise Wrong(words)


def linka(program, *words, fail_at="", fail_log="", config="", timeout=120):
    """One run of the program; its standard output is JSON when --json is among the words."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "LINKA_FAIL_AT": fail_at, "LINKA_FAIL_LOG": str(fail_log)}
    if config:
        environment.update(XDG_CONFIG_HOME=str(config), XDG_STATE_HOME=str(config / "state"))
    environment = {k: v for k, v in environment.items() if v or not k.startswith("LINKA_FAIL")}
    done = subprocess.run([str(program), *map(str, words)], capture_output=True, text=True, env=environment, timeout=timeout)
    try:
        done.json = json.loads(done.stdout)
    except ValueError:
        done.json = None
    return done


def visited(log):
    """{place: visits} of a run with a LINKA_FAIL_LOG."""
    names = log.read_text().split() if log.is_file() else []
    return {n: names.count(n) for n in dict.fromkeys(names)}


class Table:
    def __init__(self, *columns):
        self.columns, self.rows = columns, []

    def add(self, name, *cells):
        self.rows.append((name, *cells))

    def show(self):
        print("| " + " | ".join(self.columns) + " |")
        print("|---" * len(self.columns) + "|")
        for row in self.rows:
            print("| " + " | ".join(str(c) for c in row) + " |")


def run_cases(cases, run, columns, jobs, keep=None):
    """run(case, folder) -> cells; cases have a `name`. Prints the table; the number of wrong ones."""
    table, wrong = Table(*columns), 0

    def one(case):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="linka-matrix-", dir=keep))
        try:
            return run(case, folder), None
        except (Wrong, AssertionError) as e:
            return None, str(e)
        except Exception:
            return None, traceback.format_exc()
        finally:
            if keep is None:
                shutil.rmtree(folder, ignore_errors=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for case, (cells, trouble) in zip(cases, pool.map(one, cases)):
            if trouble is None:
                table.add(case.name, *cells)
            else:
                wrong += 1
                table.add(case.name, "WRONG")
                print(f"{case.name}: {trouble}", file=sys.stderr)
    table.show()
    print(f"{len(cases)} cases, {wrong} wrong")
    return wrong
