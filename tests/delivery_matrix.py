#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`linka deliver` against a Kramerius that behaves badly. Under each fault a package is delivered once, then
once more without the fault; in the end there is one document, nothing twice, one receipt, and no import was
started twice without need.

  delivery_matrix.py --linka build/cli/linka --draw build/samples/linka-samples
                     [--part faults|ways|kills|together] [--only NAME] [--jobs 2]
Parts: faults (of the server), ways (versions, image servers, licences, restarts, both kinds of import), kills
(the program dies at each of its fail points and is started again), together (several packages)."""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import sys
import tempfile
import threading
import time

import matrix
from matrix import Wrong, expect, linka

import deliverable
from asking import Running, Within
from kramerius import Kramerius, options_from

# How a delivery may end.
DELIVERED, ALREADY = "delivered", "already"
REFUSED, FAILED, UNKNOWN, NOT_PROVEN, STOPPED = "refused", "failed", "unknown", "not_proven", "stopped"
WELL = {DELIVERED, ALREADY}


class Case:
    """`first`: how the first run may honestly end. `imports`: how many may be started in all. `names`: what
    the first run has to say. `again`: words of the second run's command line."""

    def __init__(self, name, first=(DELIVERED,), faults=None, imports=1, says=(), again=(), second=WELL, package="book",
                 server=(), target="", images="iiif3", way="foxml", between=None, fail_at="", licences='licences = ["public"]', patience=30, timeout=20):
        self.name, self.first, self.imports, self.says = name, set(first), imports, says
        self.faults = name if faults is None else faults
        self.again, self.second, self.package, self.server, self.target = again, set(second), package, server, target
        self.images, self.way, self.between, self.fail_at, self.licences = images, way, between, fail_at, licences
        self.patience, self.timeout = patience, timeout  # seconds


UNHARMED = (DELIVERED,)  # ridden out within one run
NOT_SURE = (DELIVERED, UNKNOWN)  # either finds out by itself, or says honestly that it does not know
FAULTS = [
    Case("none", faults=""),
    # Login
    Case("keycloak-502"), Case("keycloak-drop"), Case("keycloak-html", first=(DELIVERED, REFUSED, STOPPED)),
    Case("keycloak-401", first=(REFUSED, STOPPED), imports=1),
    Case("token expires before the start", faults="token-expires@1"), Case("token expires, 401", faults="token-expires-401@1"),
    Case("token expires while waiting", faults="token-expires@6"), Case("token-refused", first=(REFUSED, STOPPED)),
    Case("no-role", first=(REFUSED,)),
    # Before the start
    Case("listing-403", first=(REFUSED, STOPPED, DELIVERED)), Case("listing-reset"),
    Case("directory-hidden", first=(REFUSED, STOPPED, FAILED)),
    Case("licence-unknown", first=(REFUSED, STOPPED)), Case("version-missing"),
    # The start
    Case("post-drop-before", first=NOT_SURE), Case("post-drop-after", first=NOT_SURE), Case("post-html-500", first=NOT_SURE),
    Case("post-html-500-after", first=NOT_SURE), Case("post-garbage", first=NOT_SURE), Case("post-slow", faults="post-slow=0.5"),
    Case("post too slow", first=NOT_SURE, faults="post-slow=6", timeout=3),
    # Waiting
    Case("poll-reset"), Case("poll-502"), Case("poll-html"), Case("poll-half"), Case("poll-garbage"),
    Case("out of reach longer than patience", first=(UNKNOWN,), faults="poll-502:*", patience=1.5),
    Case("poll-403", first=(UNKNOWN, REFUSED), patience=1.5), Case("poll-404", first=(UNKNOWN, DELIVERED), patience=1.5),
    Case("stuck", first=(UNKNOWN,), target="longest_h = 0.001\n", between="kill", second=WELL, imports=2),
    Case("slow", faults="slow=0.02"),
    # How the process ends
    Case("warning", says=("the default one was taken",)),
    Case("process-fails", first=(FAILED,), imports=2, says=("NullPointerException",)),
    Case("half-imported", first=(FAILED,), imports=2, says=("Read timed out",)),
    Case("disk-full", first=(FAILED,), imports=2, says=("No space left on device",)),
    Case("killed", first=(FAILED,), imports=2),
    Case("fails, and its log is kept secret", first=(FAILED,), faults="process-fails logs-403", imports=2),
    # Indexing
    Case("indexing-fails", first=(DELIVERED, NOT_PROVEN, FAILED)), Case("indexing-forgotten"),
    Case("page-missing-in-index", first=(DELIVERED, NOT_PROVEN)),
    Case("a page is never indexed", first=(NOT_PROVEN, FAILED), faults="page-missing-in-index:*=2", second=WELL),
    # What readers get
    Case("client-500", faults="client-500@2"), Case("client-reset", faults="client-reset@2"),
    Case("client-404-first", faults="client-404-first:1@6", first=(DELIVERED, NOT_PROVEN)),
    Case("search-500"), Case("search-html"),
    Case("children-reordered", first=(NOT_PROVEN,)), Case("child-missing", first=(NOT_PROVEN,), faults="child-missing=2"),
    Case("page-gone", first=(NOT_PROVEN,), faults="page-gone=2"),
    Case("text-empty", first=(NOT_PROVEN,)), Case("text-changed", first=(NOT_PROVEN,)), Case("text-404", first=(NOT_PROVEN,)),
    Case("alto-404", first=(NOT_PROVEN,)), Case("image-404", first=(NOT_PROVEN,), faults="image-404=4"),
    Case("image-zero", first=(NOT_PROVEN,), faults="image-zero=3", images="embedded"), Case("image-size", first=(NOT_PROVEN,), faults="image-size=3"),
    Case("thumb-500", first=(NOT_PROVEN, DELIVERED)), Case("iiif-403", first=(NOT_PROVEN,), faults="iiif-403=3"),
]
WAYS = [
    Case("7.1", faults="", server=("--version", "7.1.0")),
    Case("7.1, told by us", faults="", server=("--version", "7.1.0"), target='manners = "7.1"\n'),
    Case("nobody is told 401", faults="token-expires@3", server=("--expired", "401")),
    Case("token of a second", faults="slow=0.05", server=("--token-seconds", "1")),
    Case("issue", faults="", package="issue"),
    Case("IIPImage", faults="", images="iipimage"), Case("IIIF 2", faults="", images="iiif2"), Case("MZK", faults="", images="mzk"),
    Case("embedded images", faults="", images="embedded"),
    Case("moved by Kramerius", faults="", images="moved", server=("--use-image-server",)),
    Case("licence of members only", faults="", licences='licences = ["dnnto"]'),
    Case("the server is restarted", faults="", between="restart"),
    Case("own converter, the target does not say where to", faults="", way="psp", images="", server=("--use-image-server",)),
    Case("own converter, no image server", faults="", way="psp", images=""),
    Case("own converter", faults="", way="psp", images="moved", server=("--use-image-server",)),
    Case("own converter, no licence", faults="", way="psp", images="moved", server=("--use-image-server",), licences='policy = "public"'),
    Case("own converter, 7.1, no licence", faults="", way="psp", images="moved", server=("--use-image-server", "--version", "7.1.0"),
         licences='policy = "public"'),
    Case("no licence, for everybody", faults="", licences='policy = "public"'),
    Case("lost answer, and the log does not tell", faults="post-drop-after log-without-directory", first=NOT_SURE),
    Case("own converter, 7.1", faults="", way="psp", images="moved", server=("--use-image-server", "--version", "7.1.0")),
    Case("own converter, issue", faults="", way="psp", images="moved", package="issue", server=("--use-image-server",)),
    Case("own converter, lost answer", first=NOT_SURE, faults="post-drop-after", way="psp", images="moved", server=("--use-image-server",)),
    Case("own converter fails", first=(FAILED,), faults="half-imported", imports=2, way="psp", images="moved", server=("--use-image-server",)),
]


class Restarted(Running):
    """A server of its own process that is stopped and started again while it is being asked."""

    def __init__(self, *words):
        super().__init__("kramerius.py", *words)
        self.thread = threading.Thread(target=self.restart)

    def __enter__(self):
        super().__enter__()
        self.command += ["--port", str(self.port)]
        self.thread.start()
        return self

    def restart(self):
        while not self.counters()["process_starts"]:
            time.sleep(0.01)
        self.__exit__()
        time.sleep(0.2)  # so long nobody listens there
        super().__enter__()

    def settle(self):
        """Until it is back."""
        self.thread.join()

    def close(self):
        self.settle()
        self.__exit__()


class Bench:
    """Made once: a book and an issue, as batches to be copied."""

    def __init__(self, options, work):
        self.program, self.work = options.linka.resolve(), work
        pages = deliverable.digitized(self.program, options.draw.resolve(), work / "made")
        self.batches = {"book": work / "made/book.batch", "issue": work / "made/issues.batch"}
        if not self.batches["book"].is_dir():
            deliverable.book(self.program, pages, self.batches["book"])
            deliverable.periodical(self.program, pages, self.batches["issue"])

    def package(self, kind, folder):
        batch = folder / "copy.batch"
        shutil.copytree(self.batches[kind], batch, copy_function=shutil.copy2)
        return sorted((batch / "packages").glob("[!.]*"))[0]

    def started(self, case, folder):
        for name in ("import", "images", "config"):
            (folder / name).mkdir(exist_ok=True)
        words = ["--import-dir", str(folder / "import"), "--images", str(folder / "images"), "--convert-target", str(folder / "converted"),
                 "--polls", "1", "--hold", "0.1", "--state", str(folder / "state.json"), *case.server]
        return Restarted(*words).__enter__() if case.between == "restart" else Within(Kramerius(options_from(words)))

    def targets(self, case, folder, server):
        for name, text in (("password", "admin-password"), ("secret", "client-secret")):
            (folder / name).write_text(text + "\n")
            (folder / name).chmod(0o600)
        url = {"iiif3": "/iiif/3", "iiif2": "/iiif/2", "iipimage": "/iipsrv.fcgi", "mzk": "/mzk"}.get(case.images)
        images = f'[target.images]\nkind = "{case.images}"\n' if case.images else ""
        images += f'url = "{server.base}{url}"\nfolder = "{folder}/images"\n' if url else ""
        images += f'root = "{folder}/images"\n' if case.images == "iipimage" else ""
        path = folder / "targets.toml"
        path.write_text(f"""[[target]]
id = "k"
server = "{server.base}"
way = "{case.way}"
{case.licences}
poll_s = 0.02
patience_s = {case.patience}
timeout_s = {case.timeout}
view = "{server.base}/view/{{pid}}"
{case.target}
[target.login]
grant = "password"
token_url = "{server.base}/realms/kramerius/protocol/openid-connect/token"
client_id = "krameriusClient"
user = "krameriusAdmin"
password_file = "password"
client_secret_file = "secret"
[target.import]
folder = "{folder}/import"
{images}""")
        return path

    def deliver(self, package, targets, folder, *more, **named):
        return linka(self.program, "deliver", package, "--to", "k", "--targets", targets, "--json", *more,
                     config=folder / "config", **named)


def one_of(done):
    """The delivery told by --json."""
    told = done.json or {}
    return (told.get("packages") or told.get("deliveries") or [told])[0]


def ending(done):
    return one_of(done).get("ending", "?")


def said(done):
    return f"exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-2000:]}"


def journal_of(done, package):
    """[type of each line] of the delivery's journal."""
    path = pathlib.Path(one_of(done).get("journal") or deliveries_of(package) / "k.jsonl")
    out = []
    for line in path.read_text().splitlines() if path.is_file() else ():
        try:
            out.append(json.loads(line)["event"]["type"])
        except ValueError:
            out.append("half a line")
    return out


def deliveries_of(package):
    return package.parent.parent / "deliveries" / package.name


def receipt_of(package):
    return deliveries_of(package) / "k.receipt.json"


def imports_of(server):
    starts = server.counters()["process_starts"]
    return starts.get("import", 0) + starts.get("convert_and_import", 0)


def check_end(bench, case, server, package, folder, targets):
    """One document, whole, once; a receipt that is good; nothing is started any more."""
    told = server.documents()
    wanted = {"book": 4, "issue": 2}[case.package]
    expect(len(told["documents"]) == 1, f"documents: {told['documents']}")
    document = told["documents"][0]
    expect(document["pages"] == wanted, f"pages: {document}")
    expect(document["indexed"] == document["objects"], f"not all is indexed: {document}")
    expect(not told["doubles"], f"doubles: {told['doubles']}")
    expect(imports_of(server) <= case.imports, f"{imports_of(server)} imports were started, {case.imports} were needed")
    expect(receipt_of(package).is_file(), "no receipt")
    verified = linka(bench.program, "receipt", "verify", receipt_of(package), "--package", package, config=folder / "config")
    expect(verified.returncode == 0, f"the receipt is not good: {said(verified)}")
    server.mark("third")
    third = bench.deliver(package, targets, folder)
    expect(ending(third) == ALREADY and third.returncode == 0, f"delivered once more: {said(third)}")
    posted = [one["target"] for one in server.get("/__test__/requests?since=third").json if one["method"] == "POST"]
    expect(not any("processes" in target for target in posted), f"the third run started something: {posted}")
    left = [p.name for p in folder.glob("import/*")]
    expect(not left, f"left in the import directory: {left}")


def asked_again(server, since):
    """What the second run asked that changes something, or the number of its questions."""
    asked = server.get(f"/__test__/requests?since={since}").json
    posts = [one["target"].rsplit("/", 1)[-1] for one in asked if one["method"] not in ("GET", "HEAD") and "admin" in one["target"]]
    return f"{len(asked)} questions" + (f", {len(posts)} starts" if posts else "")


def run_fault(bench, case, folder):
    package = bench.package(case.package, folder)
    server = bench.started(case, folder)
    try:
        server.login()
        targets = bench.targets(case, folder, server)
        if case.faults:
            server.fault(case.faults)
        first = bench.deliver(package, targets, folder)
        if case.between == "restart":
            server.settle()
        expect(ending(first) in case.first, f"ended as {ending(first)}, expected one of {sorted(case.first)}: {said(first)}")
        expect((first.returncode == 0) == (ending(first) in WELL), f"the exit code does not fit: {said(first)}")
        for secret in ("admin-password", "client-secret"):
            expect(secret not in first.stdout + first.stderr, f"{secret} is in the output")
        for words in case.says:
            expect(words in first.stdout + first.stderr, f"\"{words}\" is not said: {said(first)}")
        if NOT_PROVEN == ending(first):
            expect(one_of(first).get("gaps"), f"nothing is named: {said(first)}")
        expect((ending(first) in WELL) == receipt_of(package).is_file(), "a receipt without proof, or none with it")
        happened = server.counters()["faults"]
        expect(not case.faults or happened, f"the fault did not happen: {case.faults}")
        journal = journal_of(first, package)[-1:]
        server.clear()
        if case.between == "kill":
            targets.write_text(targets.read_text().replace(case.target, ""))  # now it may take its time
            for process in server.documents()["processes"]:
                server.ask("DELETE", f"/search/api/admin/v7.0/processes/batches/by_first_process_id/{process['uuid']}/execution")
        server.mark("second")
        second = bench.deliver(package, targets, folder, *case.again)
        if ending(second) == FAILED and case.between == "kill":
            second = bench.deliver(package, targets, folder)  # told that somebody ended it; now it is started again
        if ending(second) == UNKNOWN and not server.counters()["process_starts"]:
            # Nothing was started, and nobody can know that but a person who looked at the server.
            second = bench.deliver(package, targets, folder, "--again")
        expect(ending(second) in case.second, f"the second run ended as {ending(second)}: {said(second)}")
        again = asked_again(server, "second")
        check_end(bench, case, server, package, folder, targets)
        return (ending(first), first.returncode, " ".join(journal) or "-", again, ending(second), imports_of(server), 1, 0, "yes")
    finally:
        server.close()


def run_kill(bench, case, folder):
    package = bench.package(case.package, folder)
    server = bench.started(case, folder)
    try:
        targets = bench.targets(case, folder, server)
        if case.faults:
            server.fault(case.faults)
        killed = bench.deliver(package, targets, folder, fail_at=case.fail_at)
        # How often some places are passed depends on how often the server is asked.
        late = not case.fail_at.endswith("@1") and ending(killed) == DELIVERED
        expect(killed.returncode < 0 or late, f"was not killed: {said(killed)}")
        journal, before = journal_of(killed, package)[-1:], imports_of(server)
        server.mark("second")
        second = bench.deliver(package, targets, folder)
        if ending(second) == UNKNOWN and not before:
            second = bench.deliver(package, targets, folder, "--again")
        expect(ending(second) in WELL and second.returncode == 0, f"the second run ended as {ending(second)}: {said(second)}")
        again = asked_again(server, "second")
        check_end(bench, case, server, package, folder, targets)
        return "not come by" if late else " ".join(journal) or "-", before, again, ending(second), imports_of(server), 1, 0, "yes"
    finally:
        server.close()


# --- several deliveries ---------------------------------------------------------------------------

def both_of(bench, folder):
    return sorted((bench.package("issue", folder).parent).glob("[!.]*"))


def at_once(bench, targets, folder, packages):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda p: bench.deliver(p, targets, folder), packages))


def whole_title(server):
    """The periodical with both issues, once."""
    told = server.documents()
    expect(len(told["documents"]) == 1 and not told["doubles"], f"{told['documents']} {told['doubles']}")
    document = told["documents"][0]
    expect(document["pages"] == 4 and document["indexed"] == document["objects"], f"{document}")


def receipts(bench, packages, folder):
    for package in packages:
        good = linka(bench.program, "receipt", "verify", receipt_of(package), "--package", package, config=folder / "config")
        expect(good.returncode == 0, f"{package.name}: {said(good)}")


def a_batch_of_two_issues(bench, server, targets, folder):
    packages = both_of(bench, folder)
    done = bench.deliver(packages[0].parent.parent, targets, folder)
    expect(done.returncode == 0 and [d["ending"] for d in done.json["deliveries"]] == [DELIVERED] * 2, said(done))
    whole_title(server)
    receipts(bench, packages, folder)


def one_issue_after_the_other(bench, server, targets, folder):
    """The second finds the title and its volume there, and only adds to them."""
    packages = both_of(bench, folder)
    for package in packages:
        done = bench.deliver(package, targets, folder)
        expect(ending(done) == DELIVERED, said(done))
    whole_title(server)
    receipts(bench, packages, folder)
    expect(all(ending(bench.deliver(p, targets, folder)) == ALREADY for p in packages), "delivered again")


def two_issues_at_once(bench, server, targets, folder):
    packages = both_of(bench, folder)
    done = at_once(bench, targets, folder, packages)
    expect([ending(d) for d in done] == [DELIVERED] * 2, "".join(map(said, done)))
    whole_title(server)
    receipts(bench, packages, folder)


def the_same_package_twice_at_once(bench, server, targets, folder):
    package = bench.package("book", folder)
    done = at_once(bench, targets, folder, [package, package])
    expect(all(d.returncode in (0, 9) for d in done) and 0 in [d.returncode for d in done], "".join(map(said, done)))
    expect(imports_of(server) == 1 and not server.documents()["doubles"], f"{imports_of(server)} imports")
    receipts(bench, [package], folder)


TOGETHER = [(a_batch_of_two_issues, {}), (one_issue_after_the_other, {}), (two_issues_at_once, {}), (the_same_package_twice_at_once, {}),
            # Two conversions at the same time would spoil each other on the server.
            (two_issues_at_once, {"way": "psp", "images": "moved", "server": ("--use-image-server",)})]


def together_cases():
    out = []
    for run, more in TOGETHER:
        case = Case(run.__name__.replace("_", " ") + (", own converter" if more else ""), faults="", **more)
        case.run = run
        out.append(case)
    return out


def run_together(bench, case, folder):
    server = bench.started(case, folder)
    try:
        case.run(bench, server, bench.targets(case, folder, server), folder)
        told = server.documents()
        return imports_of(server), len(told["documents"]), told["objects"], len(told["doubles"])
    finally:
        server.close()


def places_of(bench, name, **more):
    """{fail point: visits} of a delivery without deaths."""
    folder = bench.work / name
    folder.mkdir()
    quiet = Case(name, **more)
    package, server = bench.package("book", folder), bench.started(quiet, folder)
    try:
        if quiet.faults:
            server.fault(quiet.faults)
        done = bench.deliver(package, bench.targets(quiet, folder, server), folder, fail_log=folder / "visits")
        expect(ending(done) == DELIVERED, f"{name}: {said(done)}")
    finally:
        server.close()
    return matrix.visited(folder / "visits")


def kill_cases(bench):
    """A case for each place that a quiet delivery comes by, at several of its visits; then those of the ways beside."""
    out, seen = [], set()
    for name, more in (("quiet", {"faults": ""}), ("index", {"faults": "indexing-forgotten"}),
                       ("psp", {"faults": "", "way": "psp", "images": "moved", "server": ("--use-image-server",)}),
                       ("embedded", {"faults": "", "images": "embedded"})):
        places = places_of(bench, name, **more)
        expect(any(p.startswith("deliver") for p in places), f"no fail point was passed: {places}")
        for place, visits in places.items():
            ours = place.startswith("deliver")
            # Beside the first way only what it does not come by, and what starts and ends an import.
            if name != "quiet" and place in seen and place not in ("deliver-starting", "deliver-asked", "deliver-started", "deliver-ended"):
                continue
            for visit in sorted({1, 2, visits // 2, visits} if ours else {1, visits // 2, visits}):
                if 1 <= visit <= visits:
                    label = f"{place} @{visit}" + ("" if name == "quiet" else f", {name}")
                    out.append(Case(label, fail_at=f"{place}:die@{visit}", **more))
        seen.update(places)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linka", required=True, type=pathlib.Path)
    parser.add_argument("--draw", required=True, type=pathlib.Path)
    parser.add_argument("--part", choices=("faults", "ways", "kills", "together"), default="faults")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder in which everything stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linka-delivery-") as temporary:
        work = pathlib.Path(options.keep or temporary).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            bench = Bench(options, work)
            fault_columns = ("fault", "first", "exit", "journal", "asked again", "second", "imports", "documents", "doubles", "receipt")
            cases, run, columns = {
                "faults": lambda: (FAULTS, run_fault, fault_columns), "ways": lambda: (WAYS, run_fault, fault_columns),
                "kills": lambda: (kill_cases(bench), run_kill, ("killed at", "journal", "imports", "asked again", "second",
                                                                "imports in all", "documents", "doubles", "receipt")),
                "together": lambda: (together_cases(), run_together, ("what", "imports", "documents", "objects", "doubles"))}[options.part]()
        except Wrong as e:
            sys.exit(str(e))
        cases = [c for c in cases if options.only in c.name]
        return 1 if matrix.run_cases(cases, lambda c, f: run(bench, c, f), columns, options.jobs, options.keep) or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
