# SPDX-License-Identifier: GPL-3.0-or-later
"""The client API: what readers and their programs ask of Kramerius."""

import re
import urllib.error
import urllib.parse
import urllib.request

import foxml
import index
from web import Drop, Request, answer, html

CLIENT = "/search/api/client/v7.0"
PID = re.compile(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(@.+)?")


class ClientApi:
    def __init__(self, server):
        self.server = server

    def routes(self):
        item = CLIENT + r"/items/([^/]+)"
        return [
            ("GET", item, self.whole),
            ("GET", item + "/info", self.info),
            ("GET", item + r"/info/(structure|data|image|providedByLicenses)", self.info_part),
            ("GET", item + r"/metadata/(mods|dc)", self.metadata),
            ("GET", item + r"/ocr/(text|alto)", self.ocr),
            ("GET", item + r"/image", lambda r, p: self.image(r, p, "IMG_FULL")),
            ("GET", item + r"/image/(thumb|preview)", lambda r, p, w: self.image(r, p, "IMG_" + w.upper())),
            ("GET", item + r"/image/iiif/(.+)", self.iiif),
            ("GET", r"/search/iiif/([^/]+)/(.+)", self.iiif),
            ("GET", item + "/foxml", self.foxml),
            ("GET", CLIENT + "/search", self.search),
            ("GET", CLIENT + "/info", self.about),
        ]

    # --- which object -------------------------------------------------------------------------

    def pages(self):
        """All pages in the order of their parents' relations."""
        objects = self.server.repository.objects
        found = dict.fromkeys(t for o in objects.values() for _, t in foxml_children(o))
        return [p for p in found if p in objects and objects[p].model == "page"]

    def picked(self, fault, pid):
        """Whether the fault is meant for this object: a page's number from 1, -1 for the last, a pid, *."""
        argument = self.server.faults.on(fault)
        if argument is None:
            return False
        if argument.startswith("uuid:") or argument == "*":
            return (argument in (pid, "*")) and self.server.faults.take(fault) is not None
        pages, number = self.pages(), int(argument)
        at = number - 1 if number > 0 else number
        hit = -len(pages) <= at < len(pages) and pages[at] == pid
        return hit and self.server.faults.take(fault) is not None

    def item(self, request, pid):
        """(object, None) or (None, what to answer)."""
        faults = self.server.faults
        if not PID.fullmatch(pid):
            return None, answer(400, {"message": f"'{pid}' is not in supported PID format for this operation"})
        if faults.take("client-reset") is not None:
            raise Drop("reset")
        if faults.take("client-500") is not None:
            return None, html(500)
        one = self.server.repository.objects.get(pid)
        if one is None or self.picked("page-gone", pid) or faults.take("client-404-first") is not None:
            return None, answer(404, {"message": f"object {pid} not found in repository"})
        return one, None

    def readable(self, one):
        """By licences of it and of all above; without any licence by policy."""
        if self.picked("iiif-403", one.pid):
            return False
        own, _ = self.server.repository.parents()
        licences, at, seen = [], one, set()
        while at is not None and at.pid not in seen:
            seen.add(at.pid)
            licences += at.literals("license")
            at = self.server.repository.objects.get(own[at.pid][0][0]) if at.pid in own else None
        return "public" in licences or (not licences and "policy:public" in one.literals("policy"))

    def forbidden(self, one):
        return answer(403, {"message": f"user 'not_logged' is not allowed to read {one.pid}"})

    # --- answers ------------------------------------------------------------------------------

    def whole(self, request, pid):
        one, refused = self.item(request, pid)
        return refused or answer(200, {"pid": pid, "model": one.model})

    def data_of(self, one):
        has = lambda name: one.stream(name) is not None
        return {"metadata": {"mods": has("BIBLIO_MODS"), "dc": has("DC")},
                "ocr": {"text": has("TEXT_OCR"), "alto": has("ALTO")},
                "image": {"full": has("IMG_FULL"), "thumb": has("IMG_THUMB"), "preview": has("IMG_PREVIEW")},
                "audio": {"mp3": has("MP3"), "ogg": has("OGG"), "wav": has("WAV")}}

    def image_of(self, one):
        full = one.stream("IMG_FULL")
        return {"type": "tiles" if one.literals("tiles-url") else "none" if full is None else full.mimetype}

    def licences_of(self, one):
        return ["public"] if self.readable(one) else []

    def info(self, request, pid):
        one, refused = self.item(request, pid)
        return refused or answer(200, {"data": self.data_of(one), "image": self.image_of(one),
                                       "providedByLicenses": self.licences_of(one), "accessibleLocks": []})

    def info_part(self, request, pid, part):
        one, refused = self.item(request, pid)
        if refused:
            return refused
        if part == "structure":
            return answer(200, self.structure(one))
        if part == "data":
            return answer(200, self.data_of(one))
        return answer(200, self.image_of(one) if part == "image" else {"licenses": self.licences_of(one)})

    def structure(self, one):
        own, foster = self.server.repository.parents()
        edge = lambda pid, name: {"pid": pid, "relation": name}
        children = {"own": [edge(t, n) for n, t in one.resources(foxml.OWN) if not self.picked("child-missing", t)],
                    "foster": [edge(t, n) for n, t in one.resources(foxml.FOSTER)]}
        if len(children["own"]) > 1 and self.server.faults.take("children-reordered") is not None:
            children["own"].reverse()
        parents = {"own": edge(*own[one.pid][0])} if one.pid in own else {}
        parents["foster"] = [edge(p, n) for p, n in foster.get(one.pid, [])]
        return {"parents": parents, "children": children, "model": one.model}

    def metadata(self, request, pid, which):
        one, refused = self.item(request, pid)
        stream = one and one.stream("BIBLIO_MODS" if which == "mods" else "DC")
        return refused or self.missing(one, which, stream) or answer(200, index.content_of(stream), "application/xml")

    def missing(self, one, what, stream):
        return None if stream is not None else answer(404, {"message": f"object {one.pid} has no {what}"})

    def ocr(self, request, pid, which):
        one, refused = self.item(request, pid)
        if refused:
            return refused
        stream = one.stream({"text": "TEXT_OCR", "alto": "ALTO"}[which])
        if self.picked(f"{which}-404", pid):
            stream = None
        lacks = self.missing(one, which, stream)
        if lacks or not self.readable(one):
            return lacks or self.forbidden(one)
        try:
            content = index.content_of(stream)
        except OSError as e:
            return answer(500, {"message": str(e)})
        if which == "text" and self.picked("text-empty", pid):
            content = b""
        if which == "text" and self.picked("text-changed", pid):
            content = b"another text\n"
        return answer(200, content, "text/plain;charset=utf-8" if which == "text" else "application/xml")

    def image(self, request, pid, name):
        one, refused = self.item(request, pid)
        if refused:
            return refused
        stream = one.stream(name)
        lacks = self.missing(one, name, stream)
        if lacks or not self.readable(one):
            return lacks or self.forbidden(one)
        if name == "IMG_THUMB" and self.picked("thumb-500", pid):
            return html(500)
        if name == "IMG_FULL" and self.picked("image-404", pid):
            return answer(404, {"message": f"image of {pid} not found"})
        if stream.kind != "url":
            content = index.content_of(stream)
            # JPEG 2000 is reported as JPEG.
            type_ = "image/jpeg" if stream.mimetype == "image/jp2" else stream.mimetype
        else:
            got = self.fetched(stream.content)
            if got.status != 200:
                return got
            content, type_ = got.body, got.type
        if name == "IMG_FULL" and self.picked("image-zero", pid):
            content = b""
        return answer(200, content, type_)

    def iiif(self, request, pid, rest):
        one, refused = self.item(request, pid)
        if refused:
            return refused
        tiles = one.literals("tiles-url")
        if not tiles:
            return answer(404, {"message": f"object {pid} has no tiles"})
        if not self.readable(one):
            return self.forbidden(one)
        if self.picked("image-404", pid):
            return answer(404, {"message": f"image of {pid} not found"})
        got = self.fetched(re.sub("zoomify|Zoomify|deepZoom", "iiif", tiles[0]) + "/" + rest)
        if got.status != 200 or rest != "info.json":
            return got
        told = Request("GET", "/", {}, got.body).json()
        told["id" if "id" in told else "@id"] = self.server.url(request.raw_path[:-len("/info.json")])
        if self.picked("image-size", pid):
            told["width"], told["height"] = told["height"] + 1, told["width"]
        return answer(200, told)

    def fetched(self, url):
        """From the image server: our own within the process, any other over the network."""
        own = self.server.url("/")
        if url.startswith(own):
            target = urllib.parse.quote(url[len(own) - 1:], safe="/?&=%,:;!^@+~")
            return self.ask_own(Request("GET", target, {}, b""))
        try:
            with urllib.request.urlopen(url, timeout=10) as got:
                return answer(200, got.read(), got.headers.get("Content-Type", ""))
        except urllib.error.HTTPError as e:
            return answer(e.code, {"message": f"the image server answered {e.code}"})
        except (OSError, ValueError) as e:
            return answer(500, {"message": f"the image server is not reached: {e}"})

    def ask_own(self, request):
        for method, pattern, run in self.server.image_server.routes():
            match = re.fullmatch(pattern, request.raw_path)
            if match:
                return run(request, *(urllib.parse.unquote(g) for g in match.groups()))
        return answer(404, {"message": "no such image"})

    def foxml(self, request, pid):
        one, refused = self.item(request, pid)
        return refused or answer(200, foxml.written(one), "application/xml")

    def search(self, request):
        if self.server.faults.take("search-500") is not None:
            return answer(500, {"message": "org.apache.solr.client.solrj.SolrServerException"})
        if self.server.faults.take("search-html") is not None:
            return html(200)
        try:
            with self.server.guard:
                return answer(200, index.search(self.server.documents, request.query))
        except (index.BadQuery, ValueError, TypeError) as e:
            return answer(400, {"message": str(e)})

    def about(self, request):
        told = {"pdfMaxRange": "100", "version": self.server.options.version, "hash": "0000000", "indexerVersion": "17",
                "instance": "test"}
        if self.server.faults.take("version-missing") is not None:
            del told["version"]
        return answer(200, told)


def foxml_children(one):
    return one.resources(("hasPage",))
