#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kramerius 7 for tests: login, administration, client API and an image server in one process.

  kramerius.py --import-dir DIR [--convert-dir DIR] [--images DIR] [--state FILE] [--fault NAME]...
The port is the first line of the output. How it behaves, its faults and what a test can ask it:
README.md beside this file."""

import argparse
import json
import os
import pathlib
import re
import secrets
import sys
import tempfile
import threading
import time

import client_api
import doubles
import foxml
import images
import processes
from kramerius_faults import FAULTS
from web import Drop, Service, answer, html

API = "/search/api"
ADMIN = API + "/admin/v7.0"

class Kramerius(Service):
    fault_names = FAULTS
    templates = ((r"(by_process_u?u?id|by_first_process_id)/[^/]+", r"\1/{process}"),
                 (r"/realms/[^/]+", "/realms/{realm}"))

    def __init__(self, options):
        self.options = options
        self.image_server = images.ImageServer(options.images, self.url)
        self.client = client_api.ClientApi(self)
        super().__init__()
        self.repository, self.documents = foxml.Repository(), {}
        self.tokens, self.refresh_tokens = {}, {}
        self.manager = processes.Manager(self, options)
        self.saving = threading.Lock()
        for fault in options.fault:
            self.faults.set(fault)
        self.load()

    @property
    def modern(self):
        return not self.options.version.startswith(("7.0", "7.1"))

    def routes(self):
        token = r"(?:/auth)?/realms/([^/]+)/protocol/openid-connect/token"
        process = ADMIN + r"/processes/(by_process_uuid|by_process_id)/([^/]+)"
        first = ADMIN + r"/processes/batches/by_first_process_id/([^/]+)"
        return [
            ("POST", token, self.token),
            ("GET", API + r"/exts/v7\.0/tokens/([^/]+)", self.token_by_proxy),
            ("POST", ADMIN + "/processes", self.start_process),
            ("GET", process, self.process_state),
            ("GET", process + r"/logs/(out|err)", self.log),
            ("GET", process + r"/logs/(out|err)/lines", self.log_lines),
            ("GET", ADMIN + "/processes/batches", self.batches),
            ("GET", ADMIN + "/processes/owners", self.owners),
            ("DELETE", first + "/execution", self.kill),
            ("DELETE", first, self.delete_batch),
            ("GET", ADMIN + r"/files/(input-data-dir-for_import-foxml|input-data-dir-for_convert-and-import-ndk)(?:/(.*))?",
             self.listing),
            ("GET", ADMIN + "/licenses", self.licence_list),
            ("POST", ADMIN + "/repository/ingest", self.ingest_one),
            ("GET", ADMIN + "/repository/export", self.export_one),
            ("DELETE", ADMIN + "/repository/delete", self.delete_one),
            ("PUT", ADMIN + r"/items/([^/]+)/akubra/updateManaged/([^/]+)", self.update_managed),
            ("GET", r"/__test__/documents", lambda r: answer(200, self.documents_told())),
            ("GET", r"/__test__/index", lambda r: answer(200, self.documents)),
            ("POST", r"/__test__/expire", self.expire_all),
            *self.client.routes(), *self.image_server.routes(),
        ]

    # --- login ------------------------------------------------------------------------------

    def token(self, request, realm):
        if self.faults.take("keycloak-502") is not None:
            return html(502)
        if self.faults.take("keycloak-html") is not None:
            return html(200, "please log in")
        if self.faults.take("keycloak-drop") is not None:
            raise Drop()
        return self.grant(realm, request.form())

    def token_by_proxy(self, request, client):
        if self.faults.take("keycloak-502") is not None:
            return html(502)
        return self.grant(self.options.realm, {"grant_type": "client_credentials", "client_id": client,
                                               "client_secret": request.one("secrets", "")})

    def grant(self, realm, form):
        o = self.options
        refuse = lambda status, kind, words: answer(status, {"error": kind, "error_description": words})
        if realm != o.realm:
            return answer(404, {"error": "Realm does not exist"})
        if form.get("client_id") != o.client:
            return refuse(401, "invalid_client", "Invalid client or Invalid client credentials")
        if o.secret and form.get("client_secret") != o.secret:
            return refuse(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        kind = form.get("grant_type")
        if self.faults.take("keycloak-401") is not None:
            return refuse(401, "invalid_grant", "Invalid user credentials")
        if kind == "password":
            if (form.get("username"), form.get("password")) != (o.user, o.password):
                return refuse(401, "invalid_grant", "Invalid user credentials")
            who = o.user
        elif kind == "client_credentials":
            who = "service-account-" + o.client.lower()
        elif kind == "refresh_token":
            who, until = self.refresh_tokens.pop(form.get("refresh_token"), (None, 0))
            if who is None or until < time.monotonic():
                return refuse(400, "invalid_grant", "Token is not active")
        else:
            return refuse(400, "unsupported_grant_type", "Unsupported grant_type")
        return answer(200, self.new_tokens(who))

    def new_tokens(self, who):
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        at = time.monotonic()
        with self.guard:
            self.tokens[access] = who, at + self.options.token_seconds
            self.refresh_tokens[refresh] = who, at + self.options.refresh_seconds
        return {"access_token": access, "expires_in": int(self.options.token_seconds), "refresh_token": refresh,
                "refresh_expires_in": int(self.options.refresh_seconds), "token_type": "Bearer", "scope": "profile"}

    def expire_all(self, request=None):
        with self.guard:
            self.tokens.clear()
        return answer(200, {})

    def user_of(self, request):
        kind, _, token = (request.headers.get("Authorization") or "").partition(" ")
        with self.guard:
            who, until = self.tokens.get(token.strip(), (None, 0))
        return who if kind.lower() == "bearer" and who and until > time.monotonic() else None

    def refused(self, request, right="processes"):
        """An answer when the caller may not; None when he may."""
        if self.faults.take("token-expires-401") is not None:
            self.expire_all()
            return answer(401, {"message": "Unauthorized"})
        if self.faults.take("token-expires") is not None:
            self.expire_all()
        who = self.user_of(request)
        if self.faults.take("token-refused") is not None:
            who = None
        if who is not None and not (right == "processes-start" and self.faults.take("no-role") is not None):
            return None
        if who is None and self.options.expired == 401:
            return answer(401, {"message": "Unauthorized"})
        who = who or "not_logged"
        if self.modern:
            return answer(403, {"message": f"user '{who}' is not allowed to operate processes"})
        return answer(403, {"message": f"user '{who}' is not allowed to manage processes (missing role 'kramerius_admin')"})

    # --- processes --------------------------------------------------------------------------

    def start_process(self, request):
        refused = self.refused(request, "processes-start")
        if refused:
            return refused
        if self.faults.take("post-drop-before") is not None:
            raise Drop()
        if self.faults.take("post-html-500") is not None:
            return html(500)
        try:
            asked = request.json()
            defid, params = asked.get("defid") or "", asked.get("params") or {}
        except (ValueError, AttributeError):
            return answer(400, {"message": "the body is no JSON object"})
        if not self.modern and not defid:
            return answer(400, {"message": "empty defid"})
        if defid not in processes.PROFILES:
            return answer(500 if self.modern else 400, {"message": f"unknown profile '{defid}'"})
        try:
            processes.checked(defid, params, self.options.version)
        except processes.BadParameter as e:
            return answer(400, {"message": str(e)})
        process = self.manager.plan(defid, params, self.user_of(request))
        given = self.started(process)
        self.save()
        self.manager.begin(process.batch)
        return self.after_post(given)

    def after_post(self, given):
        if self.faults.take("post-drop-after") is not None:
            raise Drop()
        if self.faults.take("post-html-500-after") is not None:
            return html(500)
        if self.faults.take("post-garbage") is not None:
            return answer(given.status, given.body[:len(given.body) // 2])
        late = self.faults.take("post-slow")
        if late is not None:
            time.sleep(float(late))
        return given

    def started(self, process):
        if self.modern:
            return answer(200, {"uuid": process.uuid, "id": process.defid, "name": process.name, "state": "PLANNED",
                                "planned": process.planned})
        return answer(201, {"uuid": process.uuid, "pid": "", "id": process.defid, "state": "PLANNED",
                            "name": process.name, "planned": process.planned, "userid": process.batch.owner or "",
                            "userFirstname": "", "userSurname": ""},
                      headers=[("Location", self.url(f"{ADMIN}/processes/by_process_uuid/{process.uuid}"))])

    def process_of(self, how, id_):
        with self.guard:
            if how == "by_process_id" and not self.modern:
                return next((p for p in self.manager.by_uuid.values() if str(p.number) == id_), None)
            return self.manager.by_uuid.get(id_)

    def found(self, request, how, id_):
        """(process, None) or (None, what to answer)."""
        refused = self.refused(request)
        if refused:
            return None, refused
        process = self.process_of(how, id_)
        if process is None:
            return None, answer(404, {"message": f"there's no process with process_id={id_}"})
        return process, None

    def process_state(self, request, how, id_):
        process, refused = self.found(request, how, id_)
        faults = self.faults
        if faults.take("poll-reset") is not None:
            raise Drop("reset")
        if faults.take("poll-502") is not None:
            return html(502)
        if refused:
            return refused
        if faults.take("poll-html") is not None:
            return html(200)
        if faults.take("poll-404") is not None:
            return answer(404, {"message": f"there's no process with process_id={id_}"})
        if faults.take("poll-403") is not None:
            return answer(403, {"message": f"user '{self.options.user}' is not allowed to read processes"})
        with self.guard:
            given = answer(200, {"process": self.process_told(process), "batch": self.batch_told(process.batch)})
            self.manager.asked(process)  # only now it may go on
        if faults.take("poll-half") is not None:
            raise Drop("half", given)
        if faults.take("poll-garbage") is not None:
            return answer(200, given.body[:len(given.body) // 2])
        return given

    def process_told(self, process):
        seconds = lambda t: t and t[:19]
        told = {"id": process.uuid if self.modern else str(process.number), "uuid": process.uuid, "defid": process.defid,
                "name": process.name, "state": process.state, "planned": seconds(process.planned),
                "started": seconds(process.started), "finished": seconds(process.finished)}
        # Keys without a value may be missing: 7.2 leaves them out here, 7.1 writes null.
        return {k: v for k, v in told.items() if v is not None} if self.modern else told

    def batch_told(self, batch):
        seconds = lambda t: t and t[:19]
        told = {"id": str(batch.id), "token": batch.token, "owner_id": batch.owner, "owner_name": batch.owner,
                "state": batch.state, "planned": seconds(batch.time("planned")), "started": seconds(batch.time("started")),
                "finished": seconds(batch.time("finished"))}
        return {k: v for k, v in told.items() if v is not None} if self.modern else told

    def log(self, request, how, id_, which):
        process, refused = self.found(request, how, id_)
        if refused or self.faults.take("logs-403") is not None:
            return refused or answer(403, {"message": f"user '{self.options.user}' is not allowed to read logs"})
        text = "".join(l + "\n" for l in getattr(process, which))
        name = request.one("fileName", f"{id_}_{which}.txt")
        return answer(200, text, "application/octet-stream",
                      [("Content-Disposition", f"attachment; filename={name}")])

    def log_lines(self, request, how, id_, which):
        process, refused = self.found(request, how, id_)
        if refused or self.faults.take("logs-403") is not None:
            return refused or answer(403, {"message": f"user '{self.options.user}' is not allowed to read logs"})
        numbers = {}
        for name, usual in (("offset", "0"), ("limit", "10")):
            if not re.fullmatch(r"\d+", request.one(name, usual)):
                return answer(400, {"message": f"{name} must be a non-negative number: '{request.one(name)}'"})
            numbers[name] = int(request.one(name, usual))
        lines = [l for entry in list(getattr(process, which)) for l in entry.split("\n")]
        return answer(200, {"total_size": sum(len(l.encode()) + 1 for l in lines),
                            "lines": lines[numbers["offset"]:numbers["offset"] + numbers["limit"]]})

    def batches(self, request):
        refused = self.refused(request)
        if refused:
            return refused
        offset, limit = int(request.one("offset", "0")), int(request.one("limit", "10"))
        with self.guard:
            chosen = [b for b in reversed(self.manager.batches)
                      if request.one("owner", "") in ("", b.owner) and request.one("state", "") in ("", b.state)
                      and (request.one("from", "") or "0") <= b.time("planned") <= (request.one("until", "") or "9")]
            told = [{"batch": self.batch_told(b),
                     "processes": [{**self.process_told(p), "worker": "worker-1"} for p in b.processes]} for b in chosen]
        return answer(200, {"offset": offset, "limit": limit, "total_size": len(told), "batches": told[offset:offset + limit]})

    def owners(self, request):
        with self.guard:
            names = sorted({b.owner for b in self.manager.batches if b.owner})
        return self.refused(request) or answer(200, {"owners": [{"id": n, "name": n} for n in names]})

    def kill(self, request, id_):
        process, refused = self.found(request, "by_process_uuid" if self.modern else "by_process_id", id_)
        if refused:
            return refused
        with self.manager.moved:
            process.batch.kill = True
            self.manager.moved.notify_all()
        return answer(200)

    def delete_batch(self, request, id_):
        process, refused = self.found(request, "by_process_uuid" if self.modern else "by_process_id", id_)
        if refused:
            return refused
        batch = process.batch
        if batch.state not in processes.FINAL:
            return answer(403, {"message": f"batch {batch.id} is not in a final state"})
        with self.guard:
            self.manager.batches.remove(batch)
            for one in batch.processes:
                self.manager.by_uuid.pop(one.uuid, None)
        return answer(200, {"batch_id": batch.id, "batch_token": batch.token, "processes_deleted": len(batch.processes)})

    # --- files, licences, repository ----------------------------------------------------------

    def listing(self, request, which, below):
        refused = self.refused(request)
        if refused:
            return refused
        if self.faults.take("listing-reset") is not None:
            raise Drop("reset")
        if self.faults.take("listing-403") is not None:
            return answer(403, {"message": f"user '{self.options.user}' is not allowed to list files"})
        root = pathlib.Path(self.options.import_dir if which.endswith("foxml") else self.options.convert_dir).resolve()
        path = (root / (below or "").strip("/")).resolve()
        hidden = below and self.faults.take("directory-hidden") is not None
        if hidden or not path.is_dir() or (path != root and root not in path.parents):
            return answer(400, {"message": f"directory '{below}' does not exist or is not readable"})
        stamp = lambda t: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t))
        files = [{"name": f.name, "isDir": f.is_dir(), "lastModifiedTime": stamp(f.lstat().st_mtime),
                  "lastAccessTime": stamp(f.lstat().st_atime)} for f in sorted(path.iterdir())]
        return answer(200, {"rootDir": str(root), "files": files})

    def licences(self):
        gone = self.faults.on("licence-unknown")
        return [l for l in self.options.licences.split(",") if l != gone]

    def licence_list(self, request):
        self.faults.take("licence-unknown")  # counted here
        return self.refused(request) or answer(200, [{"id": n + 1, "name": l, "description": f"licence {l}", "priority": n + 1}
                                                     for n, l in enumerate(self.licences())])

    def ingest_one(self, request):
        refused = self.refused(request)
        if refused:
            return refused
        try:
            one = foxml.parse(request.body, processes.now() + "Z")
        except (foxml.NotFoxml, foxml.BadObject) as e:
            return answer(500, {"message": str(e)})
        with self.guard:
            if one.pid in self.repository.objects:
                return answer(500, {"message": f"object {one.pid} exists"})
            self.repository.ingest(one)
        return answer(200, {"pid": one.pid})

    def export_one(self, request):
        one = self.repository.objects.get(request.one("pid"))
        return self.refused(request) or (answer(200, foxml.written(one), "application/xml") if one else
                                         answer(404, {"message": f"object {request.one('pid')} not found in repository"}))

    def delete_one(self, request):
        refused = self.refused(request)
        with self.guard:
            if not refused and self.repository.objects.pop(request.one("pid"), None) is None:
                return answer(404, {"message": f"object {request.one('pid')} not found in repository"})
            self.repository.changed()
        return refused or answer(200)

    def update_managed(self, request, pid, name):
        refused = self.refused(request)
        if refused:
            return refused
        with self.guard:
            one = self.repository.objects.get(pid)
            if one is None:
                return answer(404, {"message": f"object {pid} not found in repository"})
            old = one.stream(name)
            xml = old is not None and old.kind == "xml"
            one.streams[name] = foxml.Stream(name, f"{name}.1", "X" if xml else "M", old.mimetype if old else "text/xml",
                                             "xml" if xml else "binary", request.body.decode() if xml else request.body)
            self.repository.changed()
        return answer(200)

    # --- placing of images by the server -------------------------------------------------------

    def converter(self, params):
        """Settings of the conversion, as an operator's migration.properties has them."""
        on = params.get("useIIPServer") or self.options.use_image_server
        base = f"{self.url()}/iipsrv.fcgi"
        return {"images": pathlib.Path(self.options.images) if on else None, "full": base + "?FIF=", "tiles": base + "?Zoomify=",
                "user_copy": not self.options.master_copy, "ignore_missing": self.options.ignore_missing,
                # The meaning is the wrong way round in 7.2.
                "public": (params.get("policy", "").upper() == "PRIVATE") == self.modern}

    def move_image(self, one):
        """An embedded JPEG 2000 goes to the image server (convert.useImageServer)."""
        stream = one.stream("IMG_FULL")
        if stream is None or stream.kind != "binary" or stream.mimetype != "image/jp2":
            return
        name = one.pid.removeprefix("uuid:") + ".jp2"
        path = pathlib.Path(self.options.images) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stream.content)
        setting = self.converter({})
        one.streams["IMG_FULL"] = foxml.Stream("IMG_FULL", stream.version, "E", "image/jpeg", "url",
                                               f"{setting['full']}{path.resolve()}&WID=999999&CVT=jpeg")
        one.add_literal("tiles-url", f"{setting['tiles']}{path.resolve()}")

    # --- what a test asks ---------------------------------------------------------------------

    def counters(self, mark=None):
        with self.guard:
            starts, of_directory = {}, {}
            for p in self.manager.by_uuid.values():
                if p is p.batch.processes[0]:
                    starts[p.defid] = starts.get(p.defid, 0) + 1
                    where = p.params.get("inputDataDir")
                    if where:
                        of_directory[where] = of_directory.get(where, 0) + 1
        return {**super().counters(mark), "process_starts": starts, "starts_of_directory": of_directory}

    def documents_told(self):
        """What a reader would find, and everything that is there twice."""
        with self.guard:
            repository = self.repository
            own, _ = repository.parents()
            tops = [o for o in repository.objects.values() if o.pid not in own]
            told = [{"pid": o.pid, "model": o.model, "label": o.properties.get(foxml.MODEL + "label"),
                     "objects": len([p for p in repository.tree(o.pid) if p in repository.objects]),
                     "pages": sum(repository.objects[p].model == "page" for p in repository.tree(o.pid) if p in repository.objects),
                     "indexed": sum(p in self.documents for p in repository.tree(o.pid))} for o in tops]
            twice = list(doubles.found(repository))
            seen = [{"uuid": p.uuid, "defid": p.defid, "state": p.state, "params": p.params, "batch": p.batch.state}
                    for p in self.manager.by_uuid.values()]
        return {"documents": told, "objects": len(repository.objects), "indexed": len(self.documents),
                "doubles": twice, "processes": seen}

    def save(self):
        if not self.options.state:
            return
        with self.saving, self.guard:
            data = {"objects": [o.packed() for o in self.repository.objects.values()], "documents": self.documents,
                    "batches": [{"id": b.id, "token": b.token, "owner": b.owner, "processes": [p.packed() for p in b.processes]}
                                for b in self.manager.batches]}
            new = self.options.state + ".new"
            pathlib.Path(new).write_text(json.dumps(data))
            os.replace(new, self.options.state)

    def load(self):
        """Batches that had not ended when the server was stopped begin again once it serves."""
        if not self.options.state or not os.path.exists(self.options.state):
            return
        data = json.loads(pathlib.Path(self.options.state).read_text())
        self.repository.objects = {o["pid"]: foxml.Object.unpacked(o) for o in data["objects"]}
        self.documents.update(data["documents"])
        for kept in data["batches"]:
            batch = processes.Batch(kept["id"], kept["owner"])
            batch.token = kept["token"]
            for fields in kept["processes"]:
                process = processes.Process(0, "", {}, "", batch)
                vars(process).update(fields)
                batch.processes.append(process)
                self.manager.by_uuid[process.uuid] = process
            self.manager.batches.append(batch)

    def start(self, port=0):
        server = super().start(port)
        for batch in self.manager.batches:
            if batch.state not in processes.FINAL:
                self.manager.begin(batch)
        return server


def options_from(arguments):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--import-dir", required=True, help="import.directory of the server")
    p.add_argument("--convert-dir", help="convert.directory; the import directory when not given")
    p.add_argument("--convert-target", help="where converted packages go; a temporary folder when not given")
    p.add_argument("--images", help="directory of the image server; a temporary folder when not given")
    p.add_argument("--state", help="file that keeps objects, index and processes over a restart")
    p.add_argument("--version", default="7.2.1", help="7.2.1, 7.1.0 or 7.0.0: manners differ")
    p.add_argument("--fault", action="append", default=[], help="name[:times][@after][=argument]")
    p.add_argument("--polls", type=int, default=1, help="how often each state is seen before the next")
    p.add_argument("--hold", type=float, default=0.3, help="seconds a state lasts when nobody asks")
    p.add_argument("--realm", default="kramerius")
    p.add_argument("--client", default="krameriusClient")
    p.add_argument("--secret", default="client-secret", help="\"\": a public client")
    p.add_argument("--user", default="krameriusAdmin")
    p.add_argument("--password", default="admin-password")
    p.add_argument("--token-seconds", type=float, default=300)
    p.add_argument("--refresh-seconds", type=float, default=1800)
    p.add_argument("--expired", type=int, choices=(401, 403), default=403, help="what nobody's token is told")
    p.add_argument("--licences", default="public,onsite,onsite-sheetmusic,orphan,dnnto,dnntt,special-needs,cover-and-content")
    p.add_argument("--update-existing", action="store_true", help="ingest.updateExisting")
    p.add_argument("--use-image-server", action="store_true", help="convert.useImageServer")
    p.add_argument("--master-copy", action="store_true", help="convert.userCopy=false")
    p.add_argument("--ignore-missing", action="store_true", help="convert.ignoreMissingFiles")
    p.add_argument("--faults", action="store_true", help="list the faults and end")
    if "--faults" in arguments:
        for name, (times, argument, what) in FAULTS.items():
            print(f"{name:24} {times!s:>2}  {argument:7} {what}")
        sys.exit(0)
    o = p.parse_args(arguments)
    o.convert_dir = o.convert_dir or o.import_dir
    o.convert_target = o.convert_target or tempfile.mkdtemp(prefix="kramerius-converted-")
    o.images = o.images or tempfile.mkdtemp(prefix="kramerius-images-")
    return o


if __name__ == "__main__":
    options = options_from(sys.argv[1:])
    sys.exit(Kramerius(options).serve(options.port))
