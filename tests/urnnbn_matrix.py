#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`linka urnnbn` against a resolver that behaves badly: whatever happens, one URN:NBN for each document,
and that one in the package.

  urnnbn_matrix.py --linka build/cli/linka --draw build/samples/linka-samples
                   [--part faults|kills|more] [--only NAME] [--jobs 2]
A batch of two issues is registered under each fault and once more without; then nothing may be
asked any more. With --part kills the program dies at each of its fail points instead; --part more: reservations,
digital instances, successors."""

import argparse
import pathlib
import re
import sys
import tempfile

import matrix
from matrix import Wrong, expect, linka

import deliverable
from asking import Within
from resolver import Resolver, options_from

# What `linka` ends with: everything done; one was refused; the same command again may do it.
DONE, CONFIGURATION, UNUSABLE, REFUSED, AGAIN = 0, 3, 4, 8, 75


class Case:
    """`first`: the exit codes that are honest under the fault. `lost`: registrations that the resolver
    has and the first run may not know of."""

    def __init__(self, name, first, faults=None, record="two issues", fail_at="", again=DONE, timeout=20):
        self.name, self.first, self.faults, self.record = name, first, name if faults is None else faults, record
        self.fail_at, self.again, self.wanted = fail_at, again, 1 if record == "book" else 2
        self.timeout = timeout  # seconds


# A fault that passes may be ridden out (done), or told (try again): both are honest. What must not
# happen is the same for all, and looked at in run_case().
PASSING, SAID_NO = {DONE, AGAIN}, {REFUSED}
FAULTS = [
    Case("none", {DONE}, ""), Case("none, a book", {DONE}, "", "book"), Case("lost-answer, a book", PASSING, "lost-answer", "book"),
    Case("slow", {DONE}, "slow=0.05"),
    Case("lost-answer", PASSING), Case("lost-answer-500", PASSING), Case("lost-answer-half", PASSING),
    Case("lost-answer-garbage", PASSING), Case("post-slow", {DONE}, "post-slow=0.5"),
    Case("post-slow, too slow", PASSING, "post-slow=4", timeout=2),
    Case("lost twice", PASSING, "lost-answer:2"),
    Case("lost, then found late", PASSING, "lost-answer look-up-late:2@1"),
    Case("lost, then the look-up breaks", PASSING, "lost-answer look-up-500:2@1 look-up-reset:1@3"),
    Case("lost, and the look-up is gone", PASSING, "lost-answer look-up-500:*@1"),
    Case("post-drop-before", PASSING), Case("post-html-500", PASSING), Case("post-html-200", PASSING | SAID_NO),
    Case("post-503", PASSING), Case("internal-error", PASSING | SAID_NO),
    Case("invalid-data", SAID_NO), Case("invalid-data, second", SAID_NO, "invalid-data@1"),
    Case("unauthorized", SAID_NO | {CONFIGURATION}), Case("no-rights", SAID_NO), Case("mode-forbidden", SAID_NO | {CONFIGURATION}),
    Case("collision", PASSING), Case("collision-unfound", PASSING | SAID_NO),
    Case("wrong-registrar", SAID_NO | {CONFIGURATION}), Case("wrong-urn", PASSING | SAID_NO),
    Case("look-up-500", PASSING), Case("look-up-html", PASSING), Case("look-up-reset", PASSING), Case("look-up-redirect", PASSING),
    Case("look-up-late", {DONE}),
]
# Nothing else may be asked of the resolver after these: it would refuse that, too.
STOPPING = ("unauthorized", "no-rights", "mode-forbidden")


class Bench:
    def __init__(self, options, work):
        self.program, self.draw, self.work = options.linka.resolve(), options.draw.resolve(), work
        self.pages = deliverable.digitized(self.program, self.draw, work / "made")

    def batch(self, case, folder):
        record = deliverable.BOOK.format(urn="") if case.record == "book" else deliverable.PERIODICAL.format(urn1="", urn2="")
        return deliverable.batch_of(self.pages, folder / "scans.batch", record)

    def resolvers(self, folder, server, library="12", mode="resolver", timeout=20):
        (folder / "secret").write_text("resolver-password\n")
        (folder / "secret").chmod(0o600)
        path = folder / "resolvers.toml"
        path.write_text('[[resolver]]\nid = "zkouska"\nkind = "test"\n' + f'url = "{server.base}/test/api/v4"\n'
                        'registrar = "tsta01"\nuser = "linka"\npassword_file = "secret"\n'
                        f'timeout_s = {timeout}\ndigital_library = "{library}"\nmode = "{mode}"\n')
        return path

    def ask(self, batch, resolvers, *words, **more):
        return linka(self.program, "urnnbn", batch, "--at", "zkouska", "--resolvers", resolvers, "--with-held", "--json", *words, **more)


def posts(server, since):
    return sum(one["method"] == "POST" for one in server.get(f"/__test__/requests?since={since}").json)


def check_end(bench, case, server, batch, resolvers):
    """After a run without faults: the documents at the resolver, known here, asked for no more, in the packages."""
    told = server.documents()
    urns = sorted(d["urn"] for d in told["documents"])
    expect(len(urns) == case.wanted, f"{len(urns)} registered: {urns}")
    expect(not told["doubles"], f"doubles: {told['doubles']}")
    expect(all(not d["untidy"] for d in told["documents"]), f"untidy: {[d['untidy'] for d in told['documents']]}")
    server.mark("third")
    third = bench.ask(batch, resolvers)
    expect(third.returncode == DONE, f"the third run ended with {third.returncode}: {third.stdout}{third.stderr}")
    expect(posts(server, "third") == 0, "the third run posted again")
    # The test resolver's URN:NBN are for packages that stay here.
    packages = deliverable.packaged(bench.program, batch)
    inside = [set(re.findall(r"urn:nbn:cz:tsta01-[0-9a-z]{6}", next(p.glob("mets_*.xml")).read_text())) for p in packages]
    expect(sorted(u for s in inside for u in s) == urns, f"packages have {inside}, the resolver {urns}")
    for package, (urn,) in zip(packages, inside):
        mets, info = next(package.glob("mets_*.xml")).read_text(), next(package.glob("info_*.xml")).read_text()
        expect(f'type="urnnbn">{urn}<' in mets, f"{package.name}: MODS lacks {urn}")
        expect(f">urnnbn:{urn}<" in mets, f"{package.name}: DC lacks {urn}")
        # The info.xml of a periodical has no URN:NBN.
        expect((urn in info) == (case.record == "book"), f"{package.name}: info.xml and {urn}")
    return urns


def run_fault(bench, case, folder):
    server = Within(Resolver(options_from([])))
    try:
        batch, resolvers = bench.batch(case, folder), bench.resolvers(folder, server, timeout=case.timeout)
        if case.faults:
            server.fault(case.faults)
        first = bench.ask(batch, resolvers)
        told = f"{first.stdout[-1500:]}{first.stderr[-1500:]}"
        expect(first.returncode in case.first, f"ended with {first.returncode}: {told}")
        expect("resolver-password" not in told, "the password is in the output")
        if case.name in STOPPING:
            expect(posts(server, "") == 1, f"{posts(server, '')} posts, though all would be refused")
        once = server.counters()
        server.clear()
        server.mark("second")
        second = bench.ask(batch, resolvers)
        expect(second.returncode == case.again, f"the second run ended with {second.returncode}: {second.stdout}{second.stderr}")
        again = server.counters("second")["by_path"]
        check_end(bench, case, server, batch, resolvers)
        asked = ", ".join(f"{n} x {p.split(' ')[0]}" for p, n in again.items() if "digitalDocuments" in p) or "-"
        return first.returncode, outcomes(first), once["registered"]["test"], asked, second.returncode, outcomes(second), case.wanted, 0
    finally:
        server.close()


def outcomes(done):
    objects = (done.json or {}).get("objects", [])
    return " ".join(str(o.get("outcome")) for o in objects) or "-"


def run_kill(bench, case, folder):
    server = Within(Resolver(options_from([])))
    try:
        batch, resolvers = bench.batch(case, folder), bench.resolvers(folder, server)
        killed = bench.ask(batch, resolvers, fail_at=case.fail_at)
        expect(killed.returncode < 0, f"was not killed, ended with {killed.returncode}: {killed.stdout}{killed.stderr}")
        there = server.counters()["registered"]["test"]
        server.mark("second")
        second = bench.ask(batch, resolvers)
        expect(second.returncode == DONE, f"the second run ended with {second.returncode}: {second.stdout}{second.stderr}")
        again = posts(server, "second")
        expect(again == 2 - there, f"{there} were registered when it died, then {again} posts")
        check_end(bench, case, server, batch, resolvers)
        return there, again, second.returncode, outcomes(second), case.wanted, 0
    finally:
        server.close()


# --- what comes after, and other ways to a number --------------------------------------------------

ADDRESS = "https://k.example/uuid/uuid:{uuid}"


def registered(bench, server, folder, **more):
    """A book with its URN:NBN: (what asks for more, its document at the resolver)."""
    case = Case("", {DONE}, "", "book")
    batch, resolvers = bench.batch(case, folder), bench.resolvers(folder, server, **more)
    ask = lambda *words, **named: bench.ask(batch, resolvers, *words, **named)
    done = ask()
    expect(done.returncode == DONE, f"registering ended with {done.returncode}: {done.stdout}{done.stderr}")
    return ask, server.documents()["documents"][0]


def instance_lost(bench, server, folder):
    """The answer about an instance is lost: the next start finds it there, and it is there once."""
    ask, document = registered(bench, server, folder)
    server.fault("instance-drop-after")
    codes = [ask("--instance", ADDRESS).returncode for _ in range(3)]
    expect(codes[0] in PASSING and codes[1:] == [DONE, DONE], f"exit codes {codes}")
    instances = server.documents()["documents"][0]["instances"]
    url = ADDRESS.format(uuid=document["ids"]["uuid"])
    expect([i["url"] for i in instances] == [url], f"instances {instances}")
    return codes, posts(server, "")


def instance_killed(bench, server, folder):
    ask, document = registered(bench, server, folder)
    killed = ask("--instance", ADDRESS, fail_at="urnnbn-instance:die")
    expect(killed.returncode < 0, f"was not killed: {killed.returncode}")
    codes = [ask("--instance", ADDRESS).returncode for _ in range(2)]
    instances = server.documents()["documents"][0]["instances"]
    expect(codes == [DONE, DONE] and len(instances) == 1, f"exit codes {codes}, instances {instances}")
    return codes, posts(server, "")


def instance_at_another_address(bench, server, folder):
    """One of this library is there, with another address: that is no success, whatever was tried before."""
    ask, _ = registered(bench, server, folder)
    codes = [ask("--instance", ADDRESS).returncode]
    server.fault("instance-500")
    codes += [ask("--instance", "https://k.example/other/{uuid}").returncode for _ in range(2)]
    expect(codes == [DONE, AGAIN, REFUSED], f"exit codes {codes}")
    expect(len(server.documents()["documents"][0]["instances"]) == 1, "two instances")
    return codes, posts(server, "")


def instance_refused(bench, server, folder):
    """A digital library that is not the registrar's."""
    ask, _ = registered(bench, server, folder, library="13")
    codes = [ask("--instance", ADDRESS).returncode]
    expect(codes == [REFUSED] and not server.documents()["documents"][0]["instances"], f"exit codes {codes}")
    return codes, posts(server, "")


def reserved(bench, server, folder):
    """Reserved first, used in their order, none twice."""
    case = Case("", {DONE}, "")
    batch, resolvers = bench.batch(case, folder), bench.resolvers(folder, server, mode="reservation")
    codes = [bench.ask(batch, resolvers, "--reserve", 3).returncode]
    kept = list(server.documents()["reserved"]["test"])
    server.fault("lost-answer")
    codes += [bench.ask(batch, resolvers).returncode for _ in range(2)]
    urns = [d["urn"] for d in server.documents()["documents"]]
    expect(codes == [DONE] * 3, f"exit codes {codes}")
    expect(sorted(urns) == sorted(kept)[:2] and len(server.documents()["reserved"]["test"]) == 1, f"reserved {kept}, used {urns}")
    return codes, posts(server, "")


def reserving_killed(bench, server, folder):
    """Reserved numbers whose answer was lost stay unused; nothing is registered twice for that."""
    case = Case("", {DONE}, "")
    batch, resolvers = bench.batch(case, folder), bench.resolvers(folder, server, mode="reservation")
    killed = bench.ask(batch, resolvers, "--reserve", 2, fail_at="urnnbn-reserve:die")
    expect(killed.returncode < 0, f"was not killed: {killed.returncode}")
    codes = [bench.ask(batch, resolvers, "--reserve", 2).returncode, bench.ask(batch, resolvers).returncode]
    told = server.documents()
    expect(codes == [DONE, DONE] and len(told["documents"]) == 2 and not told["doubles"], f"exit codes {codes}, {told}")
    return codes, posts(server, "")


def successor(bench, server, folder):
    """A document that was retired gets a successor that names it."""
    ask, document = registered(bench, server, folder)
    gone = server.ask("DELETE", f"/test/api/v4/urnnbn/{document['urn']}", user=("linka", "resolver-password"))
    expect(gone.status == 200, gone.text)
    codes = [ask("--successor-of", document["urn"], "--note", "wrong pages").returncode for _ in range(2)]
    documents = server.documents()["documents"]
    expect(codes == [DONE, DONE] and len(documents) == 2, f"exit codes {codes}, documents {documents}")
    expect(documents[1]["predecessors"] == [[document["urn"], "wrong pages"]], f"predecessors {documents[1]['predecessors']}")
    return codes, posts(server, "")


def had_one(bench, server, folder):
    """A record with a URN:NBN asks for none; a resolver that is not there is not missed."""
    batch = deliverable.batch_of(bench.pages, folder / "scans.batch", deliverable.BOOK.format(urn='urnnbn = "urn:nbn:cz:aba001-00000a"'))
    codes = [bench.ask(batch, bench.resolvers(folder, server)).returncode]
    expect(codes == [DONE] and posts(server, "") == 0, f"exit codes {codes}, {posts(server, '')} posts")
    return codes, 0


MORE = [instance_lost, instance_killed, instance_at_another_address, instance_refused, reserved, reserving_killed, successor, had_one]


def run_more(bench, case, folder):
    server = Within(Resolver(options_from([])))
    try:
        codes, posted = case.run(bench, server, folder)
        return " ".join(map(str, codes)), posted, len(server.documents()["documents"]), len(server.documents()["doubles"])
    finally:
        server.close()


def more_cases():
    out = []
    for run in MORE:
        case = Case(run.__name__.replace("_", " "), {DONE}, "")
        case.run = run
        out.append(case)
    return out


def kill_cases(bench):
    folder = bench.work / "quiet"
    folder.mkdir()
    server = Within(Resolver(options_from([])))
    try:
        case = Case("quiet", {DONE}, "")
        batch, resolvers, log = bench.batch(case, folder), bench.resolvers(folder, server), folder / "visits"
        quiet = bench.ask(batch, resolvers, fail_log=log)
        expect(quiet.returncode == DONE, f"without faults it ended with {quiet.returncode}: {quiet.stdout}{quiet.stderr}")
    finally:
        server.close()
    places = {p: n for p, n in matrix.visited(log).items() if p.startswith(("urn", "event", "log"))}
    expect(any(p.startswith("urn") for p in places), f"no fail point was passed: {matrix.visited(log)}")
    return [Case(f"{place} @{visit}", {DONE}, "", fail_at=f"{place}:die@{visit}")
            for place, visits in places.items() for visit in range(1, min(visits, 4) + 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linka", required=True, type=pathlib.Path)
    parser.add_argument("--draw", required=True, type=pathlib.Path)
    parser.add_argument("--part", choices=("faults", "kills", "more"), default="faults")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder in which everything stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linka-urnnbn-") as temporary:
        work = pathlib.Path(options.keep or temporary).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            bench = Bench(options, work)
            cases, run, columns = {
                "faults": lambda: (FAULTS, run_fault, ("fault", "exit", "outcomes", "registered", "asked again", "exit again",
                                                       "outcomes again", "documents", "doubles")),
                "kills": lambda: (kill_cases(bench), run_kill, ("killed at", "registered", "posted again", "exit again",
                                                                "outcomes again", "documents", "doubles")),
                "more": lambda: (more_cases(), run_more, ("what", "exits", "posts", "documents", "doubles"))}[options.part]()
        except Wrong as e:
            sys.exit(str(e))
        cases = [c for c in cases if options.only in c.name]
        return 1 if matrix.run_cases(cases, lambda c, f: run(bench, c, f), columns, options.jobs, options.keep) or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
