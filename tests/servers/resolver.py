#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A URN:NBN resolver (API version 4) for tests: production below /api/v4, a test resolver that
knows nothing of it below /test/api/v4.

  resolver.py [--state FILE] [--fault NAME]...
The port is the first line of the output. Faults and what a test can ask it: README.md beside this file."""

import argparse
import base64
import json
import os
import pathlib
import re
import sys
import time
import xml.etree.ElementTree as ET

import registration
from registration import Q, Invalid
from resolver_answers import document_told, error, escaped, now, tag, urn_told, xml
from resolver_faults import FAULTS
from web import Drop, Service, answer, html

MODES = ("BY_RESOLVER", "BY_RESERVATION", "BY_REGISTRAR")


class Register:
    """One resolver's knowledge: registrars, documents by URN, reservations."""

    def __init__(self, kind, registrars):
        self.kind, self.registrars = kind, registrars
        self.documents, self.reserved, self.next_number, self.next_id = {}, {}, {}, 1

    def fresh(self, registrar):
        """A URN that nobody has and nobody reserved."""
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"
        while True:
            number = self.next_number[registrar] = self.next_number.get(registrar, 0) + 1
            code = ""
            for _ in range(6):
                number, rest = divmod(number, 36)
                code = digits[rest] + code
            urn = f"urn:nbn:cz:{registrar}-{code}"
            if urn not in self.documents and urn not in self.reserved:
                return urn

    def by_id(self, registrar, kind, value):
        return next((d for d in self.documents.values() if d["registrar"] == registrar and d["ids"].get(kind) == value), None)

    def status(self, urn):
        if urn in self.documents:
            return "ACTIVE" if self.documents[urn]["active"] else "DEACTIVATED"
        return "RESERVED" if urn in self.reserved else "FREE"


class Resolver(Service):
    fault_names = FAULTS
    templates = ((r"registrarScopeIdentifier/uuid/[^/]+", "registrarScopeIdentifier/uuid/{uuid}"),
                 (r"urn:nbn:cz:[^/]+", "{urn}"))

    def __init__(self, options):
        self.options = options
        super().__init__()
        registrars = {}
        for text in options.registrar or DEFAULT_REGISTRARS:
            words = text.split(":")
            kind, code, modes = words[0], words[1], (words[2:] or [""])[0] or "+".join(MODES)
            library = int(words[3]) if len(words) > 3 else 12
            registrars.setdefault(kind, {})[code] = {"modes": modes.split("+"), "libraries": [library],
                                                     "ours": "foreign" not in words}
        self.registers = {k: Register(k, registrars.get(k, {})) for k in ("production", "test")}
        for fault in options.fault:
            self.faults.set(fault)
        self.load()

    def routes(self):
        base = r"(/test)?/api/v4/"
        urn = r"(urn(?::|%3[Aa])nbn(?::|%3[Aa])[^/]+)"
        return [
            ("POST", base + r"registrars/([^/]+)/digitalDocuments", self.register),
            ("GET", base + r"registrars/([^/]+)/digitalDocuments/registrarScopeIdentifier/([^/]+)/([^/]+)", self.look_up),
            ("POST", base + r"registrars/([^/]+)/urnNbnReservations", self.reserve),
            ("GET", base + r"registrars/([^/]+)/urnNbnReservations", self.reservations),
            ("GET", base + r"registrars/([^/]+)", self.registrar),
            ("GET", base + "resolver/" + urn, self.resolve),
            ("PUT", base + "resolver/" + urn, self.complete),
            ("PUT", base + "resolver/" + urn + r"/registrarScopeIdentifiers/([^/]+)", self.set_id),
            ("DELETE", base + "resolver/" + urn + r"/registrarScopeIdentifiers/([^/]+)", self.remove_id),
            ("POST", base + "resolver/" + urn + "/digitalInstances", self.add_instance),
            ("GET", base + "resolver/" + urn + "/digitalInstances", self.instances),
            ("GET", base + r"urnnbn/([^/]+)", self.state),
            ("DELETE", base + r"urnnbn/([^/]+)", self.deactivate),
            ("GET", r"/__test__/documents", lambda r: answer(200, self.documents_told())),
        ]

    def unknown(self, request):
        if re.match(r"(/test)?/api/v3/", request.path):
            return html(410, "version 3 is not served any more")
        return error("NOT_DEFINED", f"no such path: {request.path}")

    # --- who and where --------------------------------------------------------------------------

    def book(self, test):
        return self.registers["test" if test else "production"]

    def unauthorized(self, request):
        """Writing needs Basic authentication; an answer when it is not there or wrong."""
        words = (request.headers.get("Authorization") or "").split(" ", 1)
        try:
            given = base64.b64decode(words[1]).decode() if words[0].lower() == "basic" else ""
        except (ValueError, IndexError):
            given = ""
        if given == f"{self.options.user}:{self.options.password}" and self.faults.take("unauthorized") is None:
            return None
        page = html(401, "Unauthorized")
        return page._replace(headers=(("WWW-Authenticate", 'Basic realm="resolver"'),))

    def of_registrar(self, register, code, request=None):
        """An answer when there is no such registrar, or the caller may not write for it."""
        if not registration.REGISTRAR.fullmatch(code):
            return error("INVALID_REGISTRAR_CODE", f"'{code}' is no code of a registrar")
        if code not in register.registrars:
            return error("UNKNOWN_REGISTRAR", f"no registrar {code}")
        if request is not None:
            if not register.registrars[code]["ours"] or self.faults.take("no-rights") is not None:
                return error("NO_ACCESS_RIGHTS", f"user {self.options.user} has no rights for registrar {code}")
        return None

    def of_urn(self, register, urn, writing=None):
        """(document, None) or (None, what to answer)."""
        shape = registration.URN.fullmatch(urn)
        if not shape:
            return None, error("INVALID_URN_NBN", f"'{urn}' is no URN:NBN")
        urn = urn.lower()
        document = register.documents.get(urn)
        if document is None:
            code = "UNKNOWN_DIGITAL_DOCUMENT" if register.status(urn) == "RESERVED" else "UNKNOWN_URN_NBN"
            return None, error(code, f"{urn} is not registered")
        if writing is not None:
            refused = self.of_registrar(register, document["registrar"], writing)
            if refused:
                return None, refused
            if not document["active"]:
                return None, error("URN_NBN_DEACTIVATED", f"{urn} is deactivated")
        return document, None

    # --- registration ---------------------------------------------------------------------------

    def register(self, request, test, code):
        faults = self.faults
        if faults.take("post-drop-before") is not None:
            raise Drop()
        if faults.take("post-html-500") is not None:
            return html(500)
        if faults.take("post-html-200") is not None:
            return html(200)
        if faults.take("post-503") is not None:
            return html(503)._replace(headers=(("Retry-After", "1"),))
        register = self.book(test)
        refused = self.unauthorized(request) or self.of_registrar(register, code, request)
        if refused:
            return refused
        if "xml" not in (request.headers.get("Content-Type") or ""):
            return html(415, "application/xml is expected")
        if faults.take("internal-error") is not None:
            return error("INTERNAL_ERROR", "java.sql.SQLException: the connection is closed")
        if faults.take("invalid-data") is not None:
            return error("INVALID_DATA", "cvc-complex-type.2.4.a: invalid content was found")
        try:
            body = registration.Registration(request.body)
        except Invalid as e:
            return error(e.code, str(e))
        with self.guard:
            given = self.registered(register, code, body)
        self.save()
        return self.after_post(register, given)

    def registered(self, register, code, body):
        faults = self.faults
        asked = body.urn and body.urn.lower()
        mode = "BY_RESOLVER" if asked is None else "BY_RESERVATION" if register.reserved.get(asked) == code else "BY_REGISTRAR"
        if mode not in register.registrars[code]["modes"] or faults.take("mode-forbidden") is not None:
            return error("ILLEGAL_REGISTRATION_MODE", f"registrar {code} may not register {mode}")
        if asked and registration.URN.fullmatch(asked)[1] != code:
            return error("INVALID_URN_NBN", f"{asked} is not of registrar {code}")
        if asked and asked in register.documents:
            active = register.documents[asked]["active"]
            return error("INCORRECT_URN_NBN_STATE" if active else "URN_NBN_DEACTIVATED", f"{asked} is registered already")
        if asked and register.reserved.get(asked, code) != code:
            return error("INCORRECT_URN_NBN_STATE", f"{asked} is reserved by another registrar")
        for predecessor, _ in body.predecessors:
            if register.status(predecessor.lower()) in ("FREE", "RESERVED"):
                return error("INCORRECT_PREDECESSOR_STATUS", f"{predecessor} is {register.status(predecessor.lower())}")
        taken = [f"{k} {v}" for k, v in body.ids.items() if register.by_id(code, k, v)]
        if faults.take("collision-unfound") is not None:
            taken = ["uuid (another's)"]
        elif not taken and faults.take("collision") is not None:
            self.put(register, code, body, register.fresh(code))
            taken = ["uuid, registered in this moment"]
        if taken:
            return error("REGISTRAR_SCOPE_IDENTIFIER_COLLISION", f"registrar {code} has a document with {taken[0]}")
        return xml(201, urn_told(self.put(register, code, body, asked or register.fresh(code))))

    def put(self, register, code, body, urn):
        register.reserved.pop(urn, None)
        document = {"urn": urn, "registrar": code, "id": register.next_id, "active": True, "created": now(), "kind": body.kind,
                    "ids": body.ids, "entity": ET.tostring(body.entity, encoding="unicode"),
                    "document": ET.tostring(body.document, encoding="unicode"), "instances": [], "untidy": body.untidy,
                    "predecessors": body.predecessors, "successors": []}
        register.next_id += 1
        register.documents[urn] = document
        for predecessor, note in body.predecessors:
            register.documents[predecessor.lower()]["successors"].append((urn, note))
        return document

    def after_post(self, register, given):
        faults = self.faults
        if given.status != 201:
            return given
        if faults.take("lost-answer") is not None:
            raise Drop()
        if faults.take("lost-answer-500") is not None:
            return html(500)
        if faults.take("lost-answer-half") is not None:
            raise Drop("half", given)
        if faults.take("lost-answer-garbage") is not None:
            return given._replace(body=given.body[:len(given.body) // 2])
        late = faults.take("post-slow")
        if late is not None:
            time.sleep(float(late))
        other = faults.take("wrong-registrar")
        if other is not None:
            return given._replace(body=re.sub(rb"urn:nbn:cz:\w+-", b"urn:nbn:cz:" + other.encode() + b"-", given.body))
        if faults.take("wrong-urn") is not None:
            return given._replace(body=re.sub(rb"urn:nbn:cz:", b"urn:nbn:cz:x:", given.body))
        return given

    # --- looking up -----------------------------------------------------------------------------

    def shown(self, request, register, document):
        """XML or JSON when asked for; else the way to the document."""
        format_ = request.one("format", "html")
        if format_ == "json":
            return answer(200, {"digitalDocument": {"id": document["id"], "urnNbn": {"value": document["urn"], "status":
                                register.status(document["urn"])}, "registrarScopeIdentifiers": document["ids"],
                                "registrar": {"code": document["registrar"]}}})
        if format_ == "xml":
            return xml(200, document_told(document))
        live = [i["url"] for i in document["instances"]]
        return answer(303, headers=[("Location", live[0] if live else self.url(f"/documents/{document['id']}"))])

    def look_up(self, request, test, code, kind, value):
        faults, register = self.faults, self.book(test)
        if faults.take("look-up-reset") is not None:
            raise Drop("reset")
        if faults.take("look-up-500") is not None:
            return error("INTERNAL_ERROR", "java.sql.SQLException: the connection is closed")
        if faults.take("look-up-html") is not None:
            return html(200)
        refused = self.of_registrar(register, code)
        if refused:
            return refused
        try:
            registration.check_id(kind, value)
        except Invalid as e:
            return error(e.code, str(e))
        with self.guard:
            document = register.by_id(code, kind, value)
        if document is None or faults.take("look-up-late") is not None:
            return error("UNKNOWN_DIGITAL_DOCUMENT", f"registrar {code} has no document with {kind} {value}")
        if faults.take("look-up-redirect") is not None:
            return answer(303, headers=[("Location", self.url(f"/documents/{document['id']}"))])
        return self.shown(request, register, document)

    def resolve(self, request, test, urn):
        document, refused = self.of_urn(self.book(test), urn)
        return refused or self.shown(request, self.book(test), document)

    def state(self, request, test, urn):
        register = self.book(test)
        if not registration.URN.fullmatch(urn):
            return error("INVALID_URN_NBN", f"'{urn}' is no URN:NBN")
        urn = urn.lower()
        if urn in register.documents:
            return xml(200, urn_told(register.documents[urn]))
        code, number = registration.URN.fullmatch(urn).groups()
        return xml(200, "<urnNbn>" + tag("status", register.status(urn)) + tag("value", urn) + tag("countryCode", "cz")
                   + tag("registrarCode", code) + tag("documentCode", number) + "</urnNbn>")

    def registrar(self, request, test, code):
        register = self.book(test)
        refused = self.of_registrar(register, code)
        if refused:
            return refused
        told = register.registrars[code]
        libraries = "".join(f'<digitalLibrary id="{i}"><name>Library {i}</name></digitalLibrary>' for i in told["libraries"])
        modes = "".join(f'<mode name="{m}" enabled="{str(m in told["modes"]).lower()}"/>' for m in MODES)
        return xml(200, f'<registrar code="{code}" id="1"><name>Registrar {code} ({register.kind})</name>'
                        f"<registrationModes>{modes}</registrationModes><digitalLibraries>{libraries}</digitalLibraries></registrar>")

    # --- reservations -----------------------------------------------------------------------------

    def reserve(self, request, test, code):
        register = self.book(test)
        refused = self.unauthorized(request) or self.of_registrar(register, code, request)
        if refused:
            return refused
        size = request.one("size", str(self.options.default_reservation))
        if not re.fullmatch(r"\d+", size) or not 0 < int(size) <= self.options.max_reservation:
            return error("INVALID_QUERY_PARAM_VALUE", f"size '{size}' is not from 1 to {self.options.max_reservation}")
        with self.guard:
            urns = []
            for _ in range(int(size)):
                urns.append(register.fresh(code))
                register.reserved[urns[-1]] = code
        self.save()
        return xml(201, "<urnNbnReservation>" + "".join(tag("urnNbn", u) for u in urns) + "</urnNbnReservation>")

    def reservations(self, request, test, code):
        register = self.book(test)
        refused = self.of_registrar(register, code)
        if refused:
            return refused
        urns = [u for u, c in register.reserved.items() if c == code]
        return xml(200, "<urnNbnReservations>" + tag("maxReservationSize", self.options.max_reservation)
                   + tag("defaultReservationSize", self.options.default_reservation)
                   + f'<reserved totalSize="{len(urns)}">' + "".join(f'<urnNbn reserved="{now()}">{u}</urnNbn>' for u in urns)
                   + "</reserved></urnNbnReservations>")

    # --- changes ----------------------------------------------------------------------------------

    def complete(self, request, test, urn):
        refused = self.unauthorized(request)
        document, refused_urn = self.of_urn(self.book(test), urn, request)
        if refused or refused_urn:
            return refused or refused_urn
        try:
            body = registration.Registration(request.body)
        except Invalid as e:
            return error(e.code, str(e))
        if body.kind != document["kind"]:
            return error("INVALID_DATA", f"the document is a {document['kind']}, not a {body.kind}")
        with self.guard:
            for key, new, table in (("entity", body.entity, registration.ENTITIES[body.kind]),
                                    ("document", body.document, registration.DOCUMENT)):
                whole = registration.filled(ET.fromstring(document[key]), new, table)
                document[key] = ET.tostring(whole, encoding="unicode")
            document["ids"] = {**body.ids, **document["ids"]}
        self.save()
        return xml(200, document_told(document))

    def set_id(self, request, test, urn, kind):
        register = self.book(test)
        refused = self.unauthorized(request)
        document, refused_urn = self.of_urn(register, urn, request)
        if refused or refused_urn:
            return refused or refused_urn
        value = request.body.decode(errors="replace").strip()
        if value.startswith("<"):
            try:
                value = "".join(ET.fromstring(value).itertext()).strip()
            except ET.ParseError as e:
                return error("INVALID_DATA", str(e))
        try:
            registration.check_id(kind, value)
        except Invalid as e:
            return error(e.code, str(e))
        with self.guard:
            other = register.by_id(document["registrar"], kind, value)
            if other is not None and other is not document:
                return error("REGISTRAR_SCOPE_IDENTIFIER_COLLISION", f"{other['urn']} has {kind} {value}")
            status = 200 if kind in document["ids"] else 201
            document["ids"][kind] = value
        self.save()
        return xml(status, f'<id type="{escaped(kind)}">{escaped(value)}</id>')

    def remove_id(self, request, test, urn, kind):
        register = self.book(test)
        refused = self.unauthorized(request)
        shape = registration.URN.fullmatch(urn)
        document = register.documents.get(urn.lower()) if shape else None
        if refused:
            return refused
        if document is None:
            return self.of_urn(register, urn)[1]
        if kind not in document["ids"]:
            return error("UNKNOWN_REGISTRAR_SCOPE_IDENTIFIER", f"{urn} has no {kind}")
        value = document["ids"].pop(kind)
        self.save()
        return xml(200, f'<id type="{escaped(kind)}">{escaped(value)}</id>')

    def deactivate(self, request, test, urn):
        register = self.book(test)
        refused = self.unauthorized(request)
        if refused:
            return refused
        status = register.status(urn.lower()) if registration.URN.fullmatch(urn) else None
        if status is None:
            return error("INVALID_URN_NBN", f"'{urn}' is no URN:NBN")
        if status == "FREE":
            return error("UNKNOWN_URN_NBN", f"{urn} is not registered")
        if status != "ACTIVE":
            return error("ALREADY_DEACTIVATED" if status == "DEACTIVATED" else "INCORRECT_URN_NBN_STATE", f"{urn} is {status}")
        document = register.documents[urn.lower()]
        refused = self.of_registrar(register, document["registrar"], request)
        if not refused:
            document["active"] = False
            self.save()
        return refused or xml(200, urn_told(document))

    def add_instance(self, request, test, urn):
        register = self.book(test)
        refused = self.unauthorized(request)
        document, refused_urn = self.of_urn(register, urn, request)
        if refused or refused_urn:
            return refused or refused_urn
        if self.faults.take("instance-500") is not None:
            return error("INTERNAL_ERROR", "java.sql.SQLException: the connection is closed")
        try:
            root = ET.fromstring(request.body)
            if root.tag != Q + "digitalInstance":
                raise Invalid(f"root element {root.tag}")
            registration.check(root, registration.INSTANCE, "digitalInstance", [])
            one = {registration.local(e): (e.text or "").strip() for e in root}
            if not re.fullmatch(r"https?://\S+", one["url"]) or len(one["url"]) > 200:
                raise Invalid(f"'{one['url']}' is no address of 200 characters at most")
        except ET.ParseError as e:
            return error("INVALID_DATA", str(e))
        except Invalid as e:
            return error(e.code, str(e))
        library = int(one["digitalLibraryId"])
        with self.guard:
            known = {i for r in register.registrars.values() for i in r["libraries"]}
            if library not in known:
                return error("UNKNOWN_DIGITAL_LIBRARY", f"no digital library {library}")
            if library not in register.registrars[document["registrar"]]["libraries"]:
                return error("INCORRECT_DIGITAL_LIBRARY", f"library {library} is not of registrar {document['registrar']}")
            if any(i["digitalLibraryId"] == one["digitalLibraryId"] for i in document["instances"]):
                return error("DIGITAL_INSTANCE_ALREADY_PRESENT", f"{urn} has an instance in library {library}")
            one["id"] = register.next_id
            register.next_id += 1
            document["instances"].append(one)
        self.save()
        if self.faults.take("instance-drop-after") is not None:
            raise Drop()
        return xml(201, self.instance_told(one))

    def instance_told(self, one):
        return (f'<digitalInstance id="{one["id"]}" active="true">' + tag("url", one["url"])
                + tag("digitalLibraryId", one["digitalLibraryId"]) + "</digitalInstance>")

    def instances(self, request, test, urn):
        document, refused = self.of_urn(self.book(test), urn)
        return refused or xml(200, f'<digitalInstances count="{len(document["instances"])}">'
                              + "".join(map(self.instance_told, document["instances"])) + "</digitalInstances>")

    # --- what a test asks ---------------------------------------------------------------------------

    def documents_told(self):
        with self.guard:
            documents = [{"at": k, **d} for k, r in self.registers.items() for d in r.documents.values()]
            reserved = {k: r.reserved for k, r in self.registers.items()}
        seen, doubles = {}, []
        for one in documents:
            for key in ((one["at"], one["registrar"], "record", one["entity"]),
                        (one["at"], one["registrar"], "uuid", one["ids"].get("uuid"))):
                # A successor is the same record again, wanted.
                if key[3] and seen.setdefault(key, one["urn"]) != one["urn"] and not one["predecessors"]:
                    doubles.append({"kind": f"one {key[2]} registered twice", "urns": [seen[key], one["urn"]]})
        return {"documents": documents, "reserved": reserved, "doubles": doubles}

    def counters(self, mark=None):
        told = self.documents_told()
        return {**super().counters(mark), "registered": {k: sum(d["at"] == k for d in told["documents"]) for k in self.registers},
                "doubles": len(told["doubles"])}

    def save(self):
        if not self.options.state:
            return
        with self.guard:
            data = {k: {"documents": r.documents, "reserved": r.reserved, "next_number": r.next_number, "next_id": r.next_id}
                    for k, r in self.registers.items()}
            pathlib.Path(self.options.state + ".new").write_text(json.dumps(data))
            os.replace(self.options.state + ".new", self.options.state)

    def load(self):
        if self.options.state and os.path.exists(self.options.state):
            for kind, fields in json.loads(pathlib.Path(self.options.state).read_text()).items():
                vars(self.registers[kind]).update(fields)


DEFAULT_REGISTRARS = ("production:aba001", "production:boa001:BY_RESOLVER", "production:nk::99:foreign",
                      "test:tsta01", "test:tsta02:BY_RESOLVER:13", "test:tsta03::99:foreign")


def options_from(arguments):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--state", help="file that keeps everything over a restart")
    p.add_argument("--fault", action="append", default=[], help="name[:times][@after][=argument]")
    p.add_argument("--user", default="linka")
    p.add_argument("--password", default="resolver-password")
    p.add_argument("--registrar", action="append", help="production|test:CODE[:MODE+MODE[:LIBRARY[:foreign]]]; instead of "
                   + ", ".join(DEFAULT_REGISTRARS))
    p.add_argument("--max-reservation", type=int, default=50)
    p.add_argument("--default-reservation", type=int, default=5)
    p.add_argument("--faults", action="store_true", help="list the faults and end")
    if "--faults" in arguments:
        for name, (times, argument, what) in FAULTS.items():
            print(f"{name:22} {times!s:>2}  {argument:5} {what}")
        sys.exit(0)
    return p.parse_args(arguments)


if __name__ == "__main__":
    options = options_from(sys.argv[1:])
    sys.exit(Resolver(options).serve(options.port))
