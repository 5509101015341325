# SPDX-License-Identifier: GPL-3.0-or-later
"""How the resolver words its answers."""

import datetime
import xml.etree.ElementTree as ET

import registration
from registration import NS, Q
from web import answer

STATUS = {"UNKNOWN": 404, "NOT_DEFINED": 404, "INVALID": 400, "INCORRECT_PREDECESSOR": 400, "INCORRECT_DIGITAL": 400,
          "REGISTRAR_SCOPE_IDENTIFIER_COLLISION": 409, "INTERNAL": 500}


def xml(status, inner):
    root = f'<?xml version="1.0" encoding="UTF-8"?>\n<response xmlns="{NS}">{inner}</response>'
    return answer(status, root, "application/xml;charset=UTF-8")


def escaped(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def tag(name, text):
    return f"<{name}>{escaped(text)}</{name}>"


def plain(element):
    """An element with our namespace as the default one, to stand inside a response."""
    name = element.tag.replace(Q, "")
    attributes = "".join(f' {k}="{escaped(v)}"' for k, v in element.attrib.items())
    return f"<{name}{attributes}>{escaped(element.text or '')}{''.join(map(plain, element))}</{name}>"


def error(code, message, status=None):
    found = [s for prefix, s in STATUS.items() if code.startswith(prefix)]
    return xml(status or (found[0] if found else 403), f"<error>{tag('code', code)}{tag('message', message)}</error>")


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+00:00"


def urn_told(document):
    code, number = registration.URN.fullmatch(document["urn"]).groups()
    return ("<urnNbn>" + tag("status", "ACTIVE" if document["active"] else "DEACTIVATED") + tag("value", document["urn"])
            + tag("countryCode", "cz") + tag("registrarCode", code) + tag("documentCode", number)
            + tag("digitalDocumentId", document["id"]) + tag("registered", document["created"])
            + "".join(f'<{w} value="{escaped(u)}" note="{escaped(n)}"/>' for w, key in
                      (("predecessor", "predecessors"), ("successor", "successors")) for u, n in document[key])
            + "</urnNbn>")


def document_told(document):
    entity, body = ET.fromstring(document["entity"]), ET.fromstring(document["document"])
    part = lambda name: "".join(plain(e) for e in body.findall(Q + name))
    inner = "".join(map(plain, entity))
    return (f'<digitalDocument id="{document["id"]}">' + urn_told(document) + part("financed")
            + part("contractNumber") + tag("created", document["created"])
            + f'<intelectualEntity type="{registration.TYPES[document["kind"]]}">{inner}</intelectualEntity>'
            + part("technicalMetadata") + "<registrarScopeIdentifiers>"
            + "".join(f'<id type="{escaped(k)}">{escaped(v)}</id>' for k, v in document["ids"].items())
            + f'</registrarScopeIdentifiers><registrar code="{document["registrar"]}"/></digitalDocument>')
