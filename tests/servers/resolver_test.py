#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resolver for tests behaves as it says: what it registers, what it refuses, each of its faults."""

import http.client
import pathlib
import re
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ET

import registration
from asking import Running, Within
from resolver import Resolver, options_from

US = ("linka", "resolver-password")
XML = [("Content-Type", "application/xml; charset=UTF-8")]
TEST, PRODUCTION = "/test/api/v4", "/api/v4"
UUID = "6a1b0c1e-0000-4000-8000-{:012}"


def body(number=1, entity="monograph", inner=None, urn="", technical=""):
    inner = inner or f"<titleInfo><title>Kniha {number}</title></titleInfo><digitalBorn>false</digitalBorn>"
    return (f'<import xmlns="http://resolver.nkp.cz/v4/"><{entity}>{inner}</{entity}><digitalDocument>{urn}'
            f'<registrarScopeIdentifiers><id type="uuid">{UUID.format(number)}</id></registrarScopeIdentifiers>{technical}'
            "</digitalDocument></import>")


def value_of(said):
    return re.search(r"<value>([^<]+)</value>", said.text)[1]


class Case(unittest.TestCase):
    def setUp(self):
        self.server = self.started()

    def started(self, *arguments):
        server = Within(Resolver(options_from(list(arguments))))
        self.addCleanup(server.close)
        return server

    def post(self, text, registrar="tsta01", base=TEST, user=US, headers=XML):
        return self.server.ask("POST", f"{base}/registrars/{registrar}/digitalDocuments", text, headers, user=user)

    def look(self, number=1, registrar="tsta01", base=TEST, format_="?format=xml"):
        return self.server.get(f"{base}/registrars/{registrar}/digitalDocuments/registrarScopeIdentifier/uuid/"
                               + UUID.format(number) + format_)

    def put(self, target, text, method="PUT"):
        return self.server.ask(method, TEST + target, text, XML, user=US)

    def refused(self, said, status, code):
        self.assertEqual((said.status, re.search("<code>(.*?)</code>", said.text)[1]), (status, code), said.text)

    def registered(self, number=1, **more):
        said = self.post(body(number, **more))
        self.assertEqual(said.status, 201, said.text)
        return value_of(said)


class Registering(Case):
    def test_register_and_find(self):
        urn = self.registered()
        self.assertRegex(urn, "^urn:nbn:cz:tsta01-[0-9a-z]{6}$")
        said = self.look()
        root = ET.fromstring(said.body)
        self.assertEqual((value_of(said), root.find(f".//{registration.Q}intelectualEntity").get("type"),
                          root.find(f".//{registration.Q}registrar").get("code")), (urn, "MONOGRAPH", "tsta01"))
        self.assertEqual(self.server.get(f"{TEST}/resolver/{urn}?format=json").json["digitalDocument"]["urnNbn"]["value"], urn)
        self.assertEqual(self.server.get(f"{TEST}/resolver/{urn}").status, 303)
        self.refused(self.look(2), 404, "UNKNOWN_DIGITAL_DOCUMENT")

    def test_the_same_uuid_collides_and_another_record_does_not(self):
        self.registered()
        self.refused(self.post(body()), 409, "REGISTRAR_SCOPE_IDENTIFIER_COLLISION")
        self.assertNotEqual(self.registered(2), value_of(self.look()))
        self.assertEqual(self.server.counters()["registered"], {"production": 0, "test": 2})

    def test_production_knows_nothing_of_test(self):
        self.registered()
        self.refused(self.look(base=PRODUCTION, registrar="aba001"), 404, "UNKNOWN_DIGITAL_DOCUMENT")
        self.refused(self.post(body(), base=PRODUCTION), 404, "UNKNOWN_REGISTRAR")
        self.assertEqual(self.post(body(), base=PRODUCTION, registrar="aba001").status, 201)

    def test_who_may(self):
        self.assertEqual(self.post(body(), user=None).status, 401)
        self.assertEqual(self.post(body(), user=("linka", "wrong")).status, 401)
        self.refused(self.post(body(), registrar="tsta03"), 403, "NO_ACCESS_RIGHTS")
        self.refused(self.post(body(), registrar="none"), 404, "UNKNOWN_REGISTRAR")
        self.refused(self.post(body(), registrar="no-code"), 400, "INVALID_REGISTRAR_CODE")
        self.assertEqual(self.post(body(), headers=[("Content-Type", "text/plain")]).status, 415)
        self.assertEqual(self.server.get("/api/v3/registrars/aba001").status, 410)

    def test_modes(self):
        chosen = "<urnNbn><value>urn:nbn:cz:{}</value></urnNbn>"
        self.refused(self.post(body(urn=chosen.format("tsta02-abc123")), registrar="tsta02"), 403, "ILLEGAL_REGISTRATION_MODE")
        self.assertEqual(self.registered(urn=chosen.format("tsta01-abc123")), "urn:nbn:cz:tsta01-abc123")
        self.refused(self.post(body(2, urn=chosen.format("tsta01-abc123"))), 403, "INCORRECT_URN_NBN_STATE")
        self.refused(self.post(body(2, urn=chosen.format("tsta02-abc123"))), 400, "INVALID_URN_NBN")
        self.refused(self.post(body(2, urn=chosen.format("tsta01-abc"))), 400, "INVALID_DATA")

    def test_reservations(self):
        said = self.server.ask("POST", TEST + "/registrars/tsta01/urnNbnReservations?size=2", user=US)
        urns = re.findall("<urnNbn>(.*?)</urnNbn>", said.text)
        self.assertEqual((said.status, len(urns)), (201, 2))
        self.assertIn("<status>RESERVED</status>", self.server.get(f"{TEST}/urnnbn/{urns[0]}").text)
        self.assertNotIn(self.registered(1), urns)
        self.assertEqual(self.registered(2, urn=f"<urnNbn><value>{urns[0]}</value></urnNbn>"), urns[0])
        left = self.server.get(TEST + "/registrars/tsta01/urnNbnReservations").text
        self.assertIn('totalSize="1"', left)
        self.assertNotIn(urns[0], left)
        self.refused(self.server.ask("POST", TEST + "/registrars/tsta01/urnNbnReservations?size=51", user=US),
                     400, "INVALID_QUERY_PARAM_VALUE")

    def test_state_deactivation_and_successor(self):
        urn = self.registered()
        state = lambda u: re.search("<status>(.*?)</status>", self.server.get(f"{TEST}/urnnbn/{u}").text)[1]
        self.assertEqual((state(urn), state("urn:nbn:cz:tsta01-zzzzzz")), ("ACTIVE", "FREE"))
        gone = lambda u: self.server.ask("DELETE", f"{TEST}/urnnbn/{u}", user=US)
        self.assertEqual((gone(urn).status, state(urn)), (200, "DEACTIVATED"))
        self.refused(gone(urn), 403, "ALREADY_DEACTIVATED")
        self.refused(gone("urn:nbn:cz:tsta01-zzzzzz"), 404, "UNKNOWN_URN_NBN")
        self.refused(self.put(f"/resolver/{urn}", body()), 403, "URN_NBN_DEACTIVATED")
        predecessor = f'<urnNbn><predecessor value="{urn}" note="wrong pages"/></urnNbn>'
        self.refused(self.post(body(urn=predecessor)), 409, "REGISTRAR_SCOPE_IDENTIFIER_COLLISION")
        self.assertEqual(self.server.ask("DELETE", f"{TEST}/resolver/{urn}/registrarScopeIdentifiers/uuid", user=US).status, 200)
        successor = self.registered(urn=predecessor)
        self.assertIn(f'<successor value="{successor}"', self.server.get(f"{TEST}/resolver/{urn}?format=xml").text)
        free = '<urnNbn><predecessor value="urn:nbn:cz:tsta01-zzzzzz"/></urnNbn>'
        self.refused(self.post(body(2, urn=free)), 400, "INCORRECT_PREDECESSOR_STATUS")
        self.assertEqual(self.server.documents()["doubles"], [])

    def test_completing_fills_only_what_is_empty(self):
        urn = self.registered()
        more = body(inner="<titleInfo><title>Jiný název</title><subTitle>díl</subTitle></titleInfo><isbn>80-85181-00-1</isbn>"
                    "<publication><year>1929</year></publication>")
        said = self.put(f"/resolver/{urn}", more)
        self.assertEqual(said.status, 200)
        self.assertIn("<title>Kniha 1</title><subTitle>díl</subTitle></titleInfo><isbn>80-85181-00-1</isbn><digitalBorn>", said.text)
        self.refused(self.put(f"/resolver/{urn}", body(entity="otherEntity")), 400, "INVALID_DATA")
        self.refused(self.put("/resolver/urn:nbn:cz:tsta01-zzzzzz", more), 404, "UNKNOWN_URN_NBN")

    def test_our_identifiers(self):
        urn, other = self.registered(1), self.registered(2)
        self.assertEqual(self.put(f"/resolver/{urn}/registrarScopeIdentifiers/signature", "A-1").status, 201)
        self.assertEqual(self.put(f"/resolver/{urn}/registrarScopeIdentifiers/signature", "A-2").status, 200)
        self.refused(self.put(f"/resolver/{other}/registrarScopeIdentifiers/signature", "A-2"), 409,
                     "REGISTRAR_SCOPE_IDENTIFIER_COLLISION")
        self.refused(self.put(f"/resolver/{urn}/registrarScopeIdentifiers/x", "A"), 400, "INVALID_REGISTRAR_SCOPE_ID_TYPE")
        self.refused(self.put(f"/resolver/{urn}/registrarScopeIdentifiers/signature", "A/2"), 400, "INVALID_REGISTRAR_SCOPE_ID_VALUE")
        self.refused(self.put(f"/resolver/{urn}/registrarScopeIdentifiers/none", "", "DELETE"), 404,
                     "UNKNOWN_REGISTRAR_SCOPE_IDENTIFIER")

    def instance(self, urn, url="https://k.example/uuid/1", library=12, more=""):
        text = (f'<digitalInstance xmlns="http://resolver.nkp.cz/v4/"><url>{url}</url><digitalLibraryId>{library}'
                f"</digitalLibraryId>{more}</digitalInstance>")
        return self.put(f"/resolver/{urn}/digitalInstances", text, "POST")

    def test_digital_instances(self):
        urn = self.registered()
        self.assertEqual(self.instance(urn).status, 201)
        self.refused(self.instance(urn), 403, "DIGITAL_INSTANCE_ALREADY_PRESENT")
        self.refused(self.instance(urn, library=77), 404, "UNKNOWN_DIGITAL_LIBRARY")
        self.refused(self.instance(urn, library=13), 400, "INCORRECT_DIGITAL_LIBRARY")
        self.refused(self.instance(urn, url="ftp://x"), 400, "INVALID_DATA")
        self.refused(self.instance(urn, more="<url>https://x</url>"), 400, "INVALID_DATA")
        self.assertIn("https://k.example/uuid/1", self.server.get(f"{TEST}/resolver/{urn}/digitalInstances").text)
        self.assertEqual(self.server.get(f"{TEST}/resolver/{urn}").headers["Location"], "https://k.example/uuid/1")

    def test_registrar(self):
        said = self.server.get(TEST + "/registrars/tsta02").text
        self.assertIn('<mode name="BY_RESOLVER" enabled="true"/><mode name="BY_RESERVATION" enabled="false"/>', said)
        self.assertIn('<digitalLibrary id="13">', said)

    def test_a_program_that_keeps_its_state(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        with Running("resolver.py", "--state", folder / "state") as self.server:
            urn = self.registered()
        with Running("resolver.py", "--state", folder / "state") as self.server:
            self.assertEqual(value_of(self.look()), urn)
            self.assertNotEqual(self.registered(2), urn)
        self.assertEqual(self.server.process.returncode, 0)


class Body(Case):
    """The order of elements of each kind, held against a whole example and each disorder of it."""

    TAIL = ("<otherId>1</otherId>", "<documentType>x</documentType>", "<digitalBorn>false</digitalBorn>",
            '<primaryOriginator type="AUTHOR">A</primaryOriginator>', "<otherOriginator>B</otherOriginator>",
            "<publication><publisher>P</publisher><place>L</place><year>1929</year></publication>")
    CCNB, ISBN, ISSN = "<ccnb>cnb000123456</ccnb>", "<isbn>80-85181-00-1</isbn>", "<issn>0231-5904</issn>"
    PLAIN = "<titleInfo><title>T</title><subTitle>S</subTitle></titleInfo>"
    KINDS = {
        "monograph": (PLAIN, CCNB, ISBN, *TAIL),
        "monographVolume": ("<titleInfo><monographTitle>T</monographTitle><volumeTitle>1</volumeTitle></titleInfo>", CCNB, ISBN, *TAIL),
        "periodical": (PLAIN, CCNB, ISSN, *TAIL),
        "periodicalVolume": ("<titleInfo><periodicalTitle>T</periodicalTitle><volumeTitle>1</volumeTitle></titleInfo>", CCNB, ISSN, *TAIL),
        "periodicalIssue": ("<titleInfo><periodicalTitle>T</periodicalTitle><volumeTitle>1</volumeTitle>"
                            "<issueTitle>2</issueTitle></titleInfo>", CCNB, ISSN, *TAIL),
        "otherEntity": (PLAIN, CCNB, ISBN, *TAIL),
        "soundCollection": (PLAIN, CCNB, *TAIL),
        "thesis": (PLAIN, CCNB, *TAIL, "<degreeAwardingInstitution>U</degreeAwardingInstitution>"),
        "analytical": (PLAIN, TAIL[0], TAIL[1], TAIL[3], TAIL[4], "<sourceDocument><titleInfo><title>T</title><issueTitle>1</issueTitle>"
                       f"</titleInfo>{CCNB}{ISSN}<publication><year>1929</year></publication></sourceDocument>"),
    }
    TECHNICAL = ('<technicalMetadata><format version="1.0">image/jp2</format><extent>4</extent><resolution><horizontal>300</horizontal>'
                 "<vertical>300</vertical></resolution><compression ratio=\"1.0\">JPEG 2000 Lossless</compression><color>"
                 "<model>YCbCr</model><depth>24</depth></color><iccProfile>sRGB</iccProfile><pictureSize><width>10</width>"
                 "<height>20</height></pictureSize></technicalMetadata>")

    def invalid(self, *arguments, **named):
        with self.assertRaises(registration.Invalid, msg=f"{arguments} {named}"):
            registration.Registration(body(*arguments, **named).encode())

    def test_every_kind_in_its_order_and_in_no_other(self):
        for kind, parts in self.KINDS.items():
            with self.subTest(kind):
                good = registration.Registration(body(entity=kind, inner="".join(parts), technical=self.TECHNICAL).encode())
                self.assertEqual(good.untidy, [])
                for at in range(len(parts) - 1):
                    other = [*parts[:at], parts[at + 1], parts[at], *parts[at + 2:]]
                    self.invalid(entity=kind, inner="".join(other))
                for at in range(len(parts)):
                    self.invalid(entity=kind, inner="".join([*parts[:at + 1], *parts[at:]]))
                self.invalid(entity=kind, inner="".join(parts[1:]))

    def test_titles_and_values(self):
        self.invalid(inner="<titleInfo><title> </title></titleInfo>")
        self.invalid(inner="<titleInfo><subTitle>x</subTitle></titleInfo>")
        self.invalid(inner=self.PLAIN + "<digitalBorn>no</digitalBorn>")
        self.invalid(inner=self.PLAIN + "<primaryOriginator>A</primaryOriginator>")
        self.invalid(inner=self.PLAIN + "<unknown/>")
        self.invalid(entity="book")
        self.invalid(inner=self.PLAIN, technical=self.TECHNICAL.replace("<horizontal>300<", "<horizontal>300.5<"))
        self.invalid(inner=self.PLAIN, technical=self.TECHNICAL.replace("<extent>4</extent>", "").replace("<iccProfile>",
                                                                                                       "<extent>4</extent><iccProfile>"))
        self.invalid(inner=self.PLAIN, technical="<financed>x</financed><financed>x</financed>")
        for text in ("<import/>", "<import", "", body().replace("http://resolver.nkp.cz/v4/", "http://resolver.nkp.cz/v3/")):
            with self.assertRaises(registration.Invalid):
                registration.Registration(text.encode())

    def test_what_the_schema_lets_pass_is_told(self):
        one = registration.Registration(body(inner=self.PLAIN + "<isbn/><publication><year>[1929]</year></publication>").encode())
        self.assertEqual(len(one.untidy), 2)
        self.assertIsNone(one.entity.find(f".//{registration.Q}year"))


class Faults(Case):
    def dropped(self, run):
        with self.assertRaises((OSError, http.client.HTTPException)):
            run()

    def there(self, number):
        return self.look(number).status == 200

    def test_answers_that_are_lost(self):
        number = 0
        for fault, registered in (("lost-answer", True), ("lost-answer-half", True), ("post-drop-before", False)):
            number += 1
            self.server.fault(fault)
            self.dropped(lambda: self.post(body(number)))
            self.assertEqual(self.there(number), registered, fault)
        for fault, registered, status in (("lost-answer-500", True, 500), ("lost-answer-garbage", True, 201), ("post-html-500", False, 500),
                                          ("post-html-200", False, 200), ("post-503:1", False, 503), ("internal-error", False, 500),
                                          ("invalid-data", False, 400), ("unauthorized:1", False, 401), ("no-rights:1", False, 403),
                                          ("mode-forbidden:1", False, 403), ("collision", True, 409), ("collision-unfound", False, 409),
                                          ("wrong-registrar=nk", True, 201), ("wrong-urn", True, 201), ("post-slow=0.01", True, 201)):
            number += 1
            self.server.fault(fault)
            said = self.post(body(number))
            self.assertEqual((said.status, self.there(number)), (status, registered), fault)
        self.assertEqual(self.server.documents()["doubles"], [])

    def test_false_urns(self):
        self.server.fault("wrong-registrar")
        self.assertTrue(self.registered(1).startswith("urn:nbn:cz:nk-"))
        self.server.fault("wrong-urn")
        self.assertIsNone(registration.URN.fullmatch(self.registered(2)))
        self.assertTrue(value_of(self.look(1)).startswith("urn:nbn:cz:tsta01-"))

    def test_looking_up_in_trouble(self):
        self.registered()
        for fault, status in (("look-up-500", 500), ("look-up-html", 200), ("look-up-late", 404), ("look-up-redirect", 303)):
            self.server.fault(fault)
            said = self.look()
            self.assertEqual((said.status, "digitalDocument id" in said.text), (status, False), fault)
        self.server.fault("look-up-reset")
        self.dropped(self.look)
        self.assertTrue(self.there(1))

    def test_instances_in_trouble(self):
        urn = self.registered()
        add = lambda: Registering.instance(self, urn)
        self.server.fault("instance-500 instance-drop-after")
        self.refused(add(), 500, "INTERNAL_ERROR")
        self.dropped(add)
        self.refused(add(), 403, "DIGITAL_INSTANCE_ALREADY_PRESENT")

    def test_every_fault_is_tested_here(self):
        text = pathlib.Path(__file__).read_text()
        names = [n for n in self.server.service.fault_names if not re.search(rf"[\" ]{n}[\" :@=]", text)]
        self.assertEqual(names, [])


if __name__ == "__main__":
    unittest.main()
