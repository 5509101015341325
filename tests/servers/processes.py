# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes and batches of the administration: what each kind does, and how its state goes on."""

import datetime
import pathlib
import re
import shutil
import threading
import uuid

import foxml
import index
import psp

FINAL = ("FINISHED", "WARNING", "FAILED", "KILLED")
GRAVITY = ("FINISHED", "KILLED", "WARNING", "FAILED", "NOT_RUNNING", "PLANNED", "RUNNING")
INDEX_TYPES = ("OBJECT", "OBJECT_AND_CHILDREN", "TREE", "TREE_INDEX_ONLY_NEWER", "TREE_PROCESS_ONLY_NEWER",
               "TREE_INDEX_ONLY_PAGES", "TREE_INDEX_ONLY_NONPAGES", "TREE_AND_FOSTER_TREES")

COMMON = {"license": (str, False), "collections": (str, False), "pathtype": (("relative", "absolute"), False),
          "indexationType": (("indexRoots", "indexNewImported"), False)}
PROFILES = {  # defid -> parameter -> (type or values, required)
    "import": {"inputDataDir": (str, True), "startIndexer": (bool, True), **COMMON},
    "convert_and_import": {"policy": (("PUBLIC", "PRIVATE"), True), "inputDataDir": (str, True),
                           "startIndexer": (bool, True), "useIIPServer": (bool, False), **COMMON},
    "new_indexer_index_object": {"type": (INDEX_TYPES, True), "pid": (str, False), "pidlist": (list, False),
                                 "title": (str, False), "ignoreInconsistentObjects": (bool, False)},
    "add_license": {"license": (str, True), "pid": (str, False), "pidlist": (list, False)},
    "remove_license": {"license": (str, True), "pid": (str, False), "pidlist": (list, False)},
    "delete_tree": {"pid": (str, True), "title": (str, False), "ignoreIncosistencies": (bool, False)},
    "processing_rebuild_for_object": {"pid": (str, True)},
}
FORBIDDEN_71 = "~#%&{}<>*?$!@+`|= \t"


def now():
    """Local time of a server that runs in UTC, without a zone."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]


class BadParameter(Exception):
    pass


class Failed(Exception):
    """The process ends as FAILED; the text goes to its error log with a stack trace."""


class Killed(Exception):
    pass


def checked(defid, params, version):
    """Parameters as the server takes them; BadParameter with its message."""
    old = version.startswith(("7.0", "7.1"))
    wanted = dict(PROFILES[defid])
    if old and defid == "convert_and_import":
        wanted["useIIPServer"] = (bool, True)
    for name, (kind, required) in wanted.items():
        if name not in params:
            if required:
                raise BadParameter(f"missing mandatory parameter {name}: " if old else f"Payload field '{name}' is missing")
            continue
        value = params[name]
        values = kind if isinstance(kind, tuple) else None
        fits = str(value).upper() in map(str.upper, values) if values else isinstance(value, kind)
        if not fits:
            raise BadParameter(f"invalid value of {name}: '{value}'" if old
                               else f"Payload field '{name}' has a wrong type or value: '{value}'")
    if old and "inputDataDir" in params:
        for character in params["inputDataDir"]:
            if character in FORBIDDEN_71:
                raise BadParameter(f"invalid value of inputDataDir (contains forbidden character '{character}')")
    return params


class Process:
    def __init__(self, number, defid, params, name, batch):
        self.uuid, self.number = str(uuid.uuid4()), number
        self.defid, self.params, self.name, self.batch = defid, params, name, batch
        self.state, self.seen = "PLANNED", 0
        self.planned, self.started, self.finished = now(), None, None
        self.out, self.err = [], []

    def log(self, line):
        (self.err if re.match("(SEVERE|ERROR|WARNING)", line) else self.out).append(f"{now()} {line}")

    def trace(self, text):
        kind = text.split(":")[0]
        self.err += [f"{now()} SEVERE: {text}", f"Exception in thread \"main\" {text}",
                     "\tat org.kramerius.Import.ingest(Import.java:512)", "\tat org.kramerius.Import.main(Import.java:148)",
                     f"Caused by: {kind}", "\t... 12 more"]

    FIELDS = ("uuid", "number", "defid", "params", "name", "state", "planned", "started", "finished", "out", "err")

    def packed(self):
        return {f: getattr(self, f) for f in self.FIELDS}


class Batch:
    def __init__(self, number, owner):
        self.id, self.token, self.owner = number, str(uuid.uuid4()), owner
        self.processes, self.kill = [], False

    @property
    def state(self):
        return max((p.state for p in self.processes), key=GRAVITY.index)

    def time(self, field):
        times = [getattr(p, field) for p in self.processes]
        if field == "finished":
            return max(times) if all(times) else None
        return min((t for t in times if t), default=None)


class Manager:
    """Runs batches, a thread each. A state lasts until it was asked for `polls` times, or for `hold`
    seconds when nobody asks."""

    def __init__(self, server, options):
        self.server, self.options = server, options
        self.guard = server.guard
        self.moved = threading.Condition(self.guard)
        self.batches, self.by_uuid = [], {}
        self.converting = []  # conversions at the same time: they share one target directory

    def plan(self, defid, params, owner, batch=None):
        with self.guard:
            if batch is None:
                batch = Batch(len(self.batches) + 1, owner)
                self.batches.append(batch)
            name = f"Main process for the profile {defid}" if not batch.processes else f"{defid} {params.get('title', '')}".strip()
            process = Process(len(self.by_uuid) + 1, defid, params, name, batch)
            batch.processes.append(process)
            self.by_uuid[process.uuid] = process
        return process

    def begin(self, batch):
        threading.Thread(target=self.run_batch, args=(batch,), daemon=True).start()

    def asked(self, process):
        with self.moved:
            for one in process.batch.processes:
                if one.state not in FINAL:
                    one.seen += 1
                    break
            self.moved.notify_all()

    def enter(self, process, state):
        with self.moved:
            process.state, process.seen = state, 0
            if state == "RUNNING":
                process.started = now()
            if state in FINAL:
                process.finished = now()
            self.moved.notify_all()
        self.server.save()

    def linger(self, process):
        with self.moved:
            self.moved.wait_for(lambda: process.seen >= self.options.polls or process.batch.kill, self.options.hold)
        self.checkpoint(process)

    def never_end(self, process):
        """Until somebody kills the batch."""
        with self.moved:
            self.moved.wait_for(lambda: process.batch.kill)
        raise Killed()

    def checkpoint(self, process):
        if process.batch.kill:
            raise Killed()

    def run_batch(self, batch):
        at = 0
        while at < len(batch.processes):
            process = batch.processes[at]
            if process.state not in FINAL:
                self.run(process)
            at += 1

    def run(self, process):
        try:
            process.state, process.seen = "PLANNED", 0
            self.linger(process)
            if self.server.modern:
                self.enter(process, "NOT_RUNNING")
                self.linger(process)
            self.enter(process, "RUNNING")
            self.linger(process)
            state = getattr(self, "run_" + process.defid)(process) or "FINISHED"
        except Killed:
            state = "KILLED"
        except (Failed, foxml.BadObject, psp.BadPackage, OSError) as e:
            process.trace(str(e) if isinstance(e, (Failed, foxml.BadObject, psp.BadPackage)) else f"java.io.IOException: {e}")
            state = "FAILED"
        except Exception as e:
            process.trace(f"the test server broke: {e!r}")
            state = "FAILED"
        if state == "FINISHED":
            process.log("INFO: process ended")
        self.enter(process, state)

    # --- import -----------------------------------------------------------------------------

    def directory(self, process, root):
        if self.server.faults.take("directory-hidden") is not None:
            raise Failed(f"java.io.FileNotFoundException: {process.params['inputDataDir']} (No such file or directory)")
        given = process.params["inputDataDir"]
        absolute = process.params.get("pathtype", "relative") == "absolute"
        path = pathlib.Path(given) if absolute else pathlib.Path(root) / given.lstrip("/")
        if not path.exists():
            raise Failed(f"java.io.FileNotFoundException: {path} (No such file or directory)")
        if self.server.faults.take("log-without-directory") is None:
            process.log(f"INFO: reading {path}")
        return path

    def run_import(self, process):
        return self.import_from(process, self.directory(process, self.options.import_dir))

    def run_convert_and_import(self, process):
        source = self.directory(process, self.options.convert_dir)
        target = pathlib.Path(self.options.convert_target)
        with self.guard:
            for other in self.converting:
                other.target_emptied = True
            process.target_emptied = bool(self.converting)
            self.converting.append(process)
        try:
            if self.server.modern:
                shutil.rmtree(target, ignore_errors=True)
            else:
                target = target / process.uuid
            target.mkdir(parents=True, exist_ok=True)
            for package in psp.packages_in(source):
                process.seen = 0  # converting takes its time
                self.linger(process)
                psp.convert(package, target / package.name, self.server.converter(process.params), process.log)
            if process.target_emptied and self.server.modern:
                raise Failed(f"java.io.FileNotFoundException: {target} was emptied by another conversion")
            process.log(f"INFO: converted to {target}")
            return self.import_from(process, target)
        finally:
            with self.guard:
                self.converting.remove(process)

    def import_from(self, process, path):
        licence = process.params.get("license")
        if licence in (None, "", "-none-"):
            return self.import_directories(process, path, None)
        if licence not in self.server.licences() and self.server.faults.on("licence-unknown") is not None:
            raise Failed(f"java.lang.IllegalArgumentException: unknown license '{licence}'")
        copy = path.parent / f"{path.name}-{licence}"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(path, copy)
        try:
            return self.import_directories(process, copy, licence)
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def import_directories(self, process, path, licence):
        folders = [pathlib.Path(l.strip()) for l in path.read_text().splitlines() if l.strip()] if path.is_file() else [path]
        stored, tops, warned = [], [], False
        for folder in folders:
            some, roots = self.import_folder(process, folder, licence)
            stored += some
            tops += [t for t in roots if t not in tops]
        faults = self.server.faults
        if faults.take("stuck") is not None:
            self.never_end(process)
        if faults.take("warning") is not None:
            process.log("WARNING: some objects have no licence, the default one was taken")
            warned = True
        if process.params.get("startIndexer"):
            warned |= not self.into_collections(process, tops)
            if faults.take("indexing-forgotten") is None:
                pids = stored if process.params.get("indexationType") == "indexNewImported" else tops
                kind = "OBJECT" if process.params.get("indexationType") == "indexNewImported" else "TREE"
                self.plan_indexing(process, pids, kind)
        return "WARNING" if warned else "FINISHED"

    def plan_indexing(self, process, pids, kind):
        if kind == "OBJECT":
            if pids:
                self.plan("new_indexer_index_object", {"type": kind, "pidlist": pids}, None, process.batch)
            return
        for pid in pids:
            title = self.server.repository.objects[pid].properties.get(foxml.MODEL + "label", "")
            self.plan("new_indexer_index_object", {"type": kind, "pid": pid, "title": title or ""}, None, process.batch)

    def import_folder(self, process, folder, licence):
        if not folder.is_dir():
            raise Failed(f"java.io.FileNotFoundException: {folder} (No such file or directory)")
        files = foxml.inventory(folder)
        inventoried = []
        for path in files:
            try:
                inventoried.append(foxml.parse(path.read_bytes()))
            except (foxml.NotFoxml, foxml.BadObject):
                pass  # the inventory only looks for relations
        if foxml.has_cycle(inventoried):
            self.never_end(process)
        tops = foxml.tops_of(inventoried)
        del inventoried
        stop_after, ending = self.planned_ending(len(files))
        lists, stored = {}, []
        for done, path in enumerate(files):
            self.checkpoint(process)
            if stop_after is not None and done >= stop_after:
                raise ending
            if path.parent not in lists:
                lists[path.parent] = foxml.update_list(path.parent)
            self.ingest_file(process, path, lists[path.parent], tops if licence else (), licence, stored)
        if stop_after is not None:
            raise ending
        with self.guard:
            tops = [t for t in tops if t in self.server.repository.objects]
            if licence:
                self.mark_ancestors(tops, licence)
        process.log(f"INFO: {len(stored)} objects stored, {len(files)} files")
        return stored, tops

    def planned_ending(self, files):
        """A fault that breaks the import off: (after how many files, by what)."""
        faults = self.server.faults
        for name, ending in (
                ("process-fails", Failed("java.lang.NullPointerException: Cannot invoke \"String.length()\"")),
                ("half-imported", Failed("java.net.SocketTimeoutException: Read timed out")),
                ("disk-full", Failed("java.io.IOException: No space left on device")), ("killed", Killed())):
            argument = faults.take(name)
            if argument is not None:
                return (files // 2 if argument == "half" else int(argument)), ending
        return None, None

    def ingest_file(self, process, path, updates, tops, licence, stored):
        try:
            one = foxml.parse(path.read_bytes(), now() + "Z")
        except foxml.NotFoxml as e:
            process.log(f"INFO: {path.name} is not FOXML, skipped: {e}")
            return
        if one.pid in tops:
            one.add_literal("license", licence)
        with self.guard:
            repository = self.server.repository
            if updates is not None:
                if one.pid in updates:
                    repository.update_streams(one, updates[one.pid])
                    stored.append(one.pid)
                return
            if self.options.use_image_server:
                self.server.move_image(one)
            result = repository.ingest(one, self.options.update_existing)
        if result == "stored":
            stored.append(one.pid)
        else:
            process.log(f"INFO: object {one.pid} exists, merged its RELS-EXT")
        process.log(f"INFO: ingested {one.pid}")

    def mark_ancestors(self, pids, licence):
        repository = self.server.repository
        own, _ = repository.parents()
        for pid in pids:
            seen = set()
            while own.get(pid) and pid not in seen:
                seen.add(pid)
                pid = own[pid][0][0]
                if pid in repository.objects:
                    repository.objects[pid].add_literal("containsLicense", licence)
        repository.changed()

    def into_collections(self, process, tops):
        good = True
        for collection in [c for c in (process.params.get("collections") or "").split(";") if c]:
            with self.guard:
                there = self.server.repository.objects.get(collection)
                for top in tops if there else ():
                    there.add_resource("contains", top)
                self.server.repository.changed()
            if there is None:
                process.log(f"WARNING: collection {collection} does not exist")
                good = False
        return good

    # --- the others -------------------------------------------------------------------------

    def pids_of(self, process):
        return process.params.get("pidlist") or [p for p in (process.params.get("pid"),) if p]

    def run_new_indexer_index_object(self, process):
        if self.server.faults.take("indexing-fails") is not None:
            raise Failed("org.apache.solr.client.solrj.SolrServerException: Server refused connection")
        kind, good = process.params["type"].upper(), True
        for pid in self.pids_of(process):
            with self.guard:
                repository = self.server.repository
                pids = [pid]
                if kind == "OBJECT_AND_CHILDREN" and pid in repository.objects:
                    pids += list(dict.fromkeys(t for _, t in repository.objects[pid].resources(foxml.OWN)))
                elif kind != "OBJECT":
                    pids = repository.tree(pid)
                left_out = ()
                if kind != "OBJECT" or len(self.pids_of(process)) > 1:
                    left_out = self.left_out(pids if kind != "OBJECT" else self.pids_of(process))
                try:
                    good &= index.index(repository, self.server.documents, pids, _Log(process), left_out)
                except index.CannotIndex as e:
                    raise Failed(str(e)) from e
        self.server.save()
        if not good:
            if process.params.get("ignoreInconsistentObjects"):
                return "WARNING"
            raise Failed("java.lang.RuntimeException: finished with errors")
        return "FINISHED"

    def left_out(self, pids):
        argument = self.server.faults.take("page-missing-in-index")
        if argument is None:
            return ()
        pages = [p for p in pids if p in self.server.repository.objects and self.server.repository.objects[p].model == "page"]
        return (argument,) if argument.startswith("uuid:") else tuple(pages[int(argument) - 1:][:1])

    def run_add_license(self, process):
        return self.change_licence(process, True)

    def run_remove_license(self, process):
        return self.change_licence(process, False)

    def change_licence(self, process, add):
        licence = process.params["license"]
        with self.guard:
            repository = self.server.repository
            for pid in self.pids_of(process):
                one = repository.objects.get(pid)
                if one is None:
                    raise Failed(f"java.io.IOException: object {pid} not found")
                if add:
                    one.add_literal("license", licence)
                    self.mark_ancestors([pid], licence)
                else:
                    one.relations = [r for r in one.relations if not (r[1] == "license" and r[3] == licence)]
                repository.changed()
                if pid in self.server.documents:
                    index.index(repository, self.server.documents,
                                [p for p in repository.tree(pid) if p in self.server.documents], _Log(process))

    def run_delete_tree(self, process):
        with self.guard:
            repository = self.server.repository
            pid = process.params["pid"]
            if pid not in repository.objects:
                raise Failed(f"java.io.IOException: object {pid} not found")
            gone = set(repository.tree(pid))
            for one in gone:
                repository.objects.pop(one, None)
                self.server.documents.pop(one, None)
            for one in repository.objects.values():
                if one.relations:
                    one.relations = [r for r in one.relations if r[3].removeprefix("info:fedora/") not in gone]
            repository.changed()

    def run_processing_rebuild_for_object(self, process):
        process.log("INFO: processing index rebuilt")


class _Log(list):
    def __init__(self, process):
        super().__init__()
        self.append = process.log
