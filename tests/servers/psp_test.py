#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The converting import of the Kramerius for tests: what it makes of an NDK package, what it fails at
and what it lets pass in silence."""

import re
import unittest

import made
from kramerius_test import ENDED, FAILED, Case

NAMES = ('xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" '
         'xmlns:xlink="http://www.w3.org/1999/xlink"')
VOLUME, ISSUE, TITLE = made.pid(100), made.pid(101), made.pid(102)


def dmd(id_, inner):
    return (f'<mets:dmdSec ID="MODSMD_{id_}"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods>{inner}</mods:mods></mets:xmlData>'
            "</mets:mdWrap></mets:dmdSec>")


def identifier(pid):
    return f'<mods:identifier type="uuid">{pid.removeprefix("uuid:")}</mods:identifier>'


def group(id_, files):
    return f'<mets:fileGrp ID="{id_}">' + "".join(
        f'<mets:file ID="{i}"><mets:FLocat xlink:href="{h}"/></mets:file>' for i, h in files) + "</mets:fileGrp>"


def link(source, target):
    return f'<mets:smLink xlink:from="{source}" xlink:to="{target}"/>'


def make(folder, pages=2, logical=None, records="", links=None, page_uuids=True, mains=1):
    """A book of one volume. The files of the master copy are missing on purpose."""
    for name in ("usercopy", "alto", "txt", "amdsec"):
        (folder / name).mkdir(parents=True)
    numbers = range(1, pages + 1)
    parts = [dmd("VOLUME_0001", "<mods:titleInfo><mods:title>Kniha</mods:title></mods:titleInfo>" + identifier(VOLUME)), records]
    for n in numbers:
        (folder / f"usercopy/uc_{n}.jp2").write_bytes(made.jp2_of(60, 90, bytes([n])))
        (folder / f"alto/alto_{n}.xml").write_text("<alto/>")
        (folder / f"txt/txt_{n}.txt").write_text(f"Slova {n}\n")
        (folder / f"amdsec/amd_{n}.xml").write_text("<mets/>")
        if page_uuids:
            parts.append(dmd(f"PAGE_{n:04}", made.PAGE.format(type="normalPage", number=n, index=n) + identifier(made.pid(n))))
    files = "".join(group(g, [(f"{p}_{n}", href.format(n)) for n in numbers]) for g, p, href in (
        ("MC_IMGGRP", "mc", "mastercopy/mc_{}.jp2"), ("UC_IMGGRP", "uc", "usercopy/uc_{}.jp2"), ("ALTOGRP", "alto", "alto/alto_{}.xml"),
        ("TXTGRP", "txt", "txt/txt_{}.txt"), ("TECHMDGRP", "amd", "amdsec\\amd_{}.xml")))
    logical = logical or ('<mets:div TYPE="MONOGRAPH" ID="MONOGRAPH_0001"><mets:div TYPE="VOLUME" ID="VOLUME_0001" '
                          'DMDID="MODSMD_VOLUME_0001 DCMD_VOLUME_0001"/></mets:div>')
    physical = "".join(f'<mets:div ID="DIV_P_PAGE_{n:04}" TYPE="normalPage" ORDER="{n}" ORDERLABEL="{n}">' + "".join(
        f'<mets:fptr FILEID="{p}_{n}"/>' for p in ("mc", "uc", "alto", "txt", "amd")) + "</mets:div>" for n in numbers)
    links = [link("VOLUME_0001", f"DIV_P_PAGE_{n:04}") for n in numbers] if links is None else links
    mets = (f'<mets:mets {NAMES}>{"".join(parts)}<mets:fileSec>{files}</mets:fileSec><mets:structMap TYPE="LOGICAL">{logical}'
            f'</mets:structMap><mets:structMap TYPE="PHYSICAL"><mets:div TYPE="MONOGRAPH">{physical}</mets:div></mets:structMap>'
            f'<mets:structLink>{"".join(links)}</mets:structLink></mets:mets>')
    for n in range(mains):
        (folder / f"mets_{n}.xml").write_text(mets)
    (folder / "info_1.xml").write_text("<info><packageid>tst001-000001</packageid><mainmets>mets_0.xml</mainmets></info>")
    return folder


class Converting(Case):
    def psp(self, name="psp", **more):
        return make(self.folder / name, **more)

    def converted(self, name="psp", ends=ENDED, **params):
        said = self.server.start("convert_and_import", **{"inputDataDir": name, "startIndexer": True, "policy": "PRIVATE", **params})
        self.assertEqual(said.status, 200, said.text)
        states = self.server.wait(said.json["uuid"])
        log = self.server.logs(said.json["uuid"]) + self.server.logs(said.json["uuid"], "out")
        self.assertEqual(states[-1], ends, log)
        return log

    def children(self, pid):
        told = self.client(f"/items/{pid}/info/structure").json
        return [(c["relation"], c["pid"]) for c in told["children"]["own"]]

    def edit(self, name, old, new):
        path = self.folder / "psp" / name
        self.change(path, old, new)

    def test_a_book_of_one_volume(self):
        self.psp()
        self.converted()
        self.assertEqual(self.children(VOLUME), [("hasPage", made.pid(1)), ("hasPage", made.pid(2))])
        self.assertEqual(self.found(f'pid:"{VOLUME}"')[0]["model"], "monograph")
        self.assertEqual(self.client(f"/items/{made.pid(1)}/ocr/text").text, "Slova 1\n")
        self.assertEqual(self.client(f"/items/{made.pid(1)}/info/image").json["type"], "image/jp2")
        said = self.client(f"/items/{made.pid(1)}/image")
        self.assertEqual((said.headers["Content-Type"], said.body), ("image/jpeg", (self.folder / "psp/usercopy/uc_1.jp2").read_bytes()))
        self.converted()
        self.assertEqual((self.server.documents()["objects"], self.server.documents()["doubles"]), (3, []))

    def test_images_go_to_the_image_server_when_wanted(self):
        self.psp()
        self.converted(useIIPServer=True)
        self.assertTrue((self.folder / "images/tst001-000001/uc_1.jp2").is_file())
        self.assertEqual(self.client(f"/items/{made.pid(1)}/image/iiif/info.json").json["height"], 90)

    def test_policy_is_the_wrong_way_round(self):
        self.psp()
        self.converted(policy="PUBLIC")
        self.assertEqual(self.client(f"/items/{made.pid(1)}/ocr/text").status, 403)

    def test_pages_without_a_uuid_become_others_each_time(self):
        self.psp(page_uuids=False)
        self.converted()
        self.converted()
        told = self.server.documents()
        self.assertEqual((told["objects"], {d["kind"] for d in told["doubles"]}), (5, {"two children for one"}))

    def test_periodical(self):
        records = (dmd("TITLE_0001", "<mods:titleInfo><mods:title>Věstník</mods:title></mods:titleInfo>" + identifier(TITLE))
                   + dmd("ISSUE_0001", "<mods:titleInfo><mods:partNumber>3</mods:partNumber></mods:titleInfo>" + identifier(ISSUE)))
        logical = ('<mets:div TYPE="PERIODICAL_TITLE" ID="TITLE_0001" DMDID="MODSMD_TITLE_0001"><mets:div TYPE="PERIODICAL_VOLUME" '
                   'ID="VOLUME_0001" DMDID="MODSMD_VOLUME_0001"><mets:div TYPE="ISSUE" ID="ISSUE_0001" DMDID="MODSMD_ISSUE_0001"/>'
                   "</mets:div></mets:div>")
        links = [link("ISSUE_0001", f"DIV_P_PAGE_{n:04}") for n in (2, 1)]
        self.psp(records=records, logical=logical, links=links)
        self.converted()
        self.assertEqual((self.children(TITLE), self.children(VOLUME)), ([("hasVolume", VOLUME)], [("hasItem", ISSUE)]))
        self.assertEqual(self.children(ISSUE), [("hasPage", made.pid(2)), ("hasPage", made.pid(1))])

    def test_pages_linked_from_volume_and_from_the_book(self):
        self.psp(links=[link("VOLUME_0001", "DIV_P_PAGE_0001"), link("none", "DIV_P_PAGE_0002")])
        self.assertIn("no such part", self.converted())
        self.assertEqual(self.children(VOLUME), [("hasPage", made.pid(1))])

    def test_genre_makes_a_map(self):
        self.psp()
        self.edit("mets_0.xml", "</mods:titleInfo>", "</mods:titleInfo><mods:genre>cartographic</mods:genre>")
        self.converted()
        self.assertEqual(self.found(f'pid:"{VOLUME}"')[0]["model"], "map")

    def test_what_passes_in_silence(self):
        self.psp(mains=2)
        (self.folder / "psp/usercopy/uc_1.jp2").write_bytes(b"")
        (self.folder / "psp/txt/txt_2.txt").write_bytes(b"")
        self.edit("mets_0.xml", identifier(VOLUME), identifier(VOLUME.upper().replace("UUID:", "{") + "}"))
        info = self.folder / "psp/info_1.xml"
        info.write_bytes(b"\xef\xbb\xbf" + info.read_bytes())
        self.converted()
        self.assertEqual(self.client(f"/items/{made.pid(1)}/info/image").json["type"], "none")
        self.assertEqual(self.client(f"/items/{made.pid(2)}/ocr/text").status, 404)
        self.assertEqual(len(self.children(VOLUME)), 2)

    def test_what_fails(self):
        for name, words, spoil in (
                ("packageid", "NullPointerException", lambda: self.edit("info_1.xml", "<packageid>tst001-000001</packageid>", "")),
                ("info", "Invalid import descriptor", lambda: self.edit("info_1.xml", "</info>", "")),
                ("no info", "No valid PSP found", lambda: (self.folder / "psp/info_1.xml").unlink()),
                ("group", "Unknown fileGrp", lambda: self.edit("mets_0.xml", '"TXTGRP"', '"TEXTGRP"')),
                ("user copy", "Referenced file not found", lambda: (self.folder / "psp/usercopy/uc_1.jp2").unlink()),
                ("ALTO", "Referenced file not found", lambda: (self.folder / "psp/alto/alto_1.xml").unlink()),
                ("AMD", "Referenced file not found", lambda: (self.folder / "psp/amdsec/amd_1.xml").unlink()),
                ("division", "Unsupported div type", lambda: self.edit("mets_0.xml", 'TYPE="VOLUME"', 'TYPE="TOME"')),
                ("empty uuid", "Invalid PID format", lambda: self.edit("mets_0.xml", identifier(VOLUME), identifier(VOLUME)
                                                                       + '<mods:identifier type="uuid" invalid="yes"/>')),
                ("twice", "Duplicate file type", lambda: self.edit("mets_0.xml", '<mets:fptr FILEID="uc_1"/>', '<mets:fptr FILEID="uc_1"/>'
                                                                   '<mets:fptr FILEID="uc_1"/>')),
                ("links", "no structLink", lambda: self.edit_links())):
            with self.subTest(name):
                self.psp()
                spoil()
                self.assertIn(words, self.converted(ends=FAILED))
            self.doCleanups()
            super().setUp()

    def edit_links(self):
        path = self.folder / "psp/mets_0.xml"
        path.write_text(re.sub("<mets:structLink>.*</mets:structLink>", "", path.read_text()))

    def test_main_mets_that_nobody_names(self):
        self.psp(mains=2)
        self.edit("info_1.xml", "<mainmets>mets_0.xml</mainmets>", "")
        self.assertIn("Cannot find single main METS", self.converted(ends=FAILED))
        (self.folder / "psp/mets_1.xml").unlink()
        self.converted()

    def test_two_conversions_at_once_spoil_each_other(self):
        self.psp()
        server = self.started("--polls", "3", "--hold", "60")
        both = [server.start("convert_and_import", inputDataDir="psp", startIndexer=True, policy="PRIVATE").json["uuid"]
                for _ in range(2)]
        for _ in range(1000):  # both are asked by turns, so that they go on side by side
            states = [server.state(u).json["process"]["state"] for u in both]
            if all(s in ("FINISHED", "FAILED") for s in states):
                break
        self.assertIn("FAILED", states)


if __name__ == "__main__":
    unittest.main(argv=[__file__], defaultTest="Converting")
