#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kramerius for tests behaves as it says: what it stores, where it fails, each of its faults."""

import http.client
import pathlib
import re
import shutil
import tempfile
import unittest
import urllib.parse

import made
from asking import ADMIN, CLIENT, Running, Within
from kramerius import Kramerius, options_from

ENDED = "FINISHED", "FINISHED"
FAILED = "FAILED", "FAILED"
INDEX_FAILED = "FINISHED", "FAILED"


class Case(unittest.TestCase):
    arguments = ("--polls", "0", "--hold", "0")

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kramerius-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.server = self.started()

    def started(self, *more):
        options = options_from(["--import-dir", str(self.folder), "--images", str(self.folder / "images"), "--convert-target",
                                str(self.folder / "converted"), *self.arguments, *more])
        server = Within(Kramerius(options))
        self.addCleanup(server.close)
        server.login()
        return server

    def book(self, name="k1", **more):
        return made.a_book(self.folder / name, **more)

    def change(self, path, old, new, count=1):
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, count))

    def imported(self, name="k1", ends=ENDED, **params):
        """(states at the end as expected) -> error log of the process and of those it planned."""
        uuid, states = self.server.imported(name, **params)
        logs = "".join(self.server.logs(p["uuid"]) for p in self.server.documents()["processes"])
        self.assertEqual(states[-1], ends, logs)
        return logs

    def client(self, target):
        return self.server.get(CLIENT + target)

    def found(self, query):
        said = self.client("/search?rows=100&q=" + urllib.parse.quote(query))
        self.assertEqual(said.status, 200, said.text)
        return said.json["response"]["docs"]

    def page(self, number):
        return next(d for d in self.found(f'pid:"{made.pid(number)}"'))


class Import(Case):
    def test_states_in_order(self):
        self.book()
        server = self.started("--polls", "1", "--hold", "60")
        _, states = server.imported("k1")
        self.assertEqual(states, [("PLANNED", "PLANNED"), ("NOT_RUNNING", "NOT_RUNNING"), ("RUNNING", "RUNNING"),
                                  ("FINISHED", "PLANNED"), ("FINISHED", "NOT_RUNNING"), ("FINISHED", "RUNNING"), ENDED])

    def test_everything_is_indexed(self):
        self.book()
        self.imported()
        self.assertEqual(len(self.found(f'root.pid:"{made.pid(0)}" AND model:page')), 3)
        top, page = self.page(0), self.page(2)
        self.assertEqual((top["title.search"], top["count_page"], top["licenses"], top["authors"], top["date.str"]),
                         ("Kniha o mlýnech", 3, ["public"], ["Nováková, Anna"], "1927"))
        self.assertEqual((page["page.type"], page["page.number"], page["page.index"], page["page.placement"],
                          page["rels_ext_index.sort"], page["licenses_of_ancestors"], page["date.str"], page["title.search"]),
                         ("normalPage", "2", 2, "right", 1, ["public"], "1927", "2"))
        self.assertEqual(len(self.found("text_ocr:stránky")), 3)
        self.assertEqual(self.server.documents()["doubles"], [])

    def test_not_foxml_is_skipped(self):
        self.book()
        (self.folder / "k1" / "other.xml").write_text("<other/>")
        (self.folder / "k1" / "broken.XML").write_text("<broken")
        (self.folder / "k1" / "words.txt").write_text("words")
        self.imported()
        self.assertEqual(self.server.documents()["objects"], 4)

    def test_illegal_pid_aborts(self):
        path = self.book()[made.pid(1)]
        self.change(path, f'PID="{made.pid(1)}"', 'PID="uuid:not legal"')
        self.assertIn("invalid PID", self.imported(ends=FAILED))

    def test_without_object_properties_it_aborts(self):
        path = self.book()[made.pid(1)]
        path.write_text(re.sub(r"<foxml:objectProperties>.*</foxml:objectProperties>", "", path.read_text(), flags=re.S))
        self.imported(ends=FAILED)

    def test_relations_not_inline(self):
        path = self.book()[made.pid(1)]
        path.write_text(re.sub(r"(<foxml:datastreamVersion ID=.RELS-EXT.*?>)<foxml:xmlContent>.*?</foxml:xmlContent>",
                               r"\1<foxml:binaryContent>QQ==</foxml:binaryContent>", path.read_text(), flags=re.S))
        self.imported(ends=FAILED)

    def broken_page(self, old, new, ends=INDEX_FAILED):
        path = self.book()[made.pid(2)]
        self.change(path, old, new)
        return self.imported(ends=ends)

    def not_indexed(self, *numbers):
        there = {d["pid"] for d in self.found("*:*")}
        self.assertEqual({n for n in range(4) if made.pid(n) not in there}, set(numbers))

    def test_version_id_without_dot(self):
        self.broken_page('ID="DC.1"', 'ID="DC"')
        self.not_indexed(2)

    def test_version_id_without_number(self):
        self.broken_page('ID="DC.1"', 'ID="DC.a"')
        self.not_indexed(2)

    def test_without_mods_an_object_is_not_indexed(self):
        self.broken_page('ID="BIBLIO_MODS"', 'ID="OTHER_MODS"')
        self.not_indexed(2)

    def test_without_relations_an_object_is_not_indexed(self):
        self.broken_page('ID="RELS-EXT"', 'ID="OTHER"')
        self.not_indexed(2)

    def test_text_at_an_address_that_is_not_there(self):
        path = self.book()[made.pid(2)]
        path.write_text(re.sub(r'(ID="TEXT_OCR.1".*?>)<foxml:binaryContent>.*?</foxml:binaryContent>',
                               r'\1<foxml:contentLocation TYPE="URL" REF="file:///no/such/file"/>', path.read_text(), flags=re.S))
        self.imported(ends=INDEX_FAILED)
        self.not_indexed(2)

    def test_bare_mods_has_no_title_and_no_failure(self):
        path = self.book()[made.pid(0)]
        self.change(path, "<mods:modsCollection xmlns:mods=\"http://www.loc.gov/mods/v3\"><mods:mods>",
                    "<mods:mods xmlns:mods=\"http://www.loc.gov/mods/v3\">")
        self.change(path, "</mods:modsCollection>", "")
        self.imported()
        self.assertNotIn("title.search", self.page(0))

    def test_unknown_relation_stops_the_tree(self):
        path = self.book()[made.pid(0)]
        self.change(path, "kramerius:hasPage", "kramerius:hasLeaf")
        self.assertIn("unknown relation", self.imported(ends=INDEX_FAILED))
        self.not_indexed(0, 2, 3)  # the page that nobody has any more stands alone

    def test_two_parents_stop_the_tree(self):
        path = self.book()[made.pid(0)]
        self.change(path, "<kramerius:policy>", made.resource("hasIntCompPart", made.pid(1)) + "<kramerius:policy>")
        self.assertIn("multiple own parents", self.imported(ends=INDEX_FAILED))
        self.not_indexed(0, 1, 2, 3)

    def test_a_page_may_be_on_a_page_too(self):
        path = self.book()[made.pid(0)]
        self.change(path, "<kramerius:policy>", made.resource("isOnPage", made.pid(1)) + "<kramerius:policy>")
        self.imported()

    def test_dangling_child_fails_the_indexing_only(self):
        self.book()[made.pid(3)].unlink()
        self.assertIn("finished with errors", self.imported(ends=INDEX_FAILED))
        self.not_indexed(3)

    def test_child_listed_twice_spoils_the_count(self):
        path = self.book()[made.pid(0)]
        self.change(path, "<kramerius:policy>", made.resource("hasPage", made.pid(1)) + "<kramerius:policy>")
        self.imported()
        self.assertEqual(self.page(0)["count_page"], 4)
        self.assertEqual([d["kind"] for d in self.server.documents()["doubles"]], ["child listed twice"])

    def test_a_cycle_never_ends(self):
        path = self.book()[made.pid(1)]
        self.change(path, "<kramerius:policy>", made.resource("hasIntCompPart", made.pid(0)) + "<kramerius:policy>")
        server = self.server
        uuid = server.start("import", inputDataDir="k1", startIndexer=True).json["uuid"]
        with self.assertRaises(AssertionError):
            server.wait(uuid, most=30)
        self.assertEqual(server.ask("DELETE", f"{ADMIN}/processes/batches/by_first_process_id/{uuid}/execution").status, 200)
        self.assertEqual(server.wait(uuid)[-1], ("KILLED", "KILLED"))
        self.assertEqual(server.documents()["objects"], 0)

    def test_model_in_capitals_is_not_noticed(self):
        self.broken_page("model:page", "model:Page", ends=ENDED)
        self.assertEqual(self.page(2)["model"], "Page")
        self.assertNotIn("page.type", self.page(2))

    def test_page_index_that_is_no_number(self):
        self.assertIn("page index", self.broken_page("<mods:number>2</mods:number></mods:detail></mods:part>",
                                                     "<mods:number>two</mods:number></mods:detail></mods:part>", ends=ENDED))
        self.assertNotIn("page.index", self.page(2))

    def test_control_character_hides_the_text_of_that_page(self):
        self.book()
        path = self.folder / "k1" / (made.pid(2).removeprefix("uuid:") + ".xml")
        path.write_text(made.a_page(2, 1, text="Slova stránky \x06 {}\n"))
        self.imported()
        self.assertEqual(len(self.found("text_ocr:stránky")), 2)
        self.assertEqual(self.client(f"/items/{made.pid(2)}/ocr/text").status, 200)

    def test_hyphen_at_the_end_of_a_line_is_joined(self):
        self.book()
        (self.folder / "k1" / (made.pid(2).removeprefix("uuid:") + ".xml")).write_text(made.a_page(2, 1, text="mly-\nnář {}"))
        self.imported()
        self.assertEqual(len(self.found("text_ocr:mlynář")), 1)

    def test_damaged_base64_is_taken(self):
        self.broken_page("<foxml:binaryContent>", "<foxml:binaryContent>?!", ends=ENDED)

    def test_update_list_changes_the_meaning_of_a_directory(self):
        self.book()
        self.imported()
        self.book("k2", title="Jiný název")
        (self.folder / "k2" / "update.list").write_text(f"# only this\n{made.pid(0)} BIBLIO_MODS\n")
        self.imported("k2")
        self.assertIn("Jiný název", self.client(f"/items/{made.pid(0)}/metadata/mods").text)

    def test_existing_objects_keep_everything_but_get_new_relations(self):
        self.book(pages=3)
        self.imported()
        self.book("k2", pages=4, title="Jiný název")
        self.imported("k2")
        self.assertIn("Kniha o mlýnech", self.client(f"/items/{made.pid(0)}/metadata/mods").text)
        children = self.client(f"/items/{made.pid(0)}/info/structure").json["children"]["own"]
        self.assertEqual([c["pid"] for c in children], [made.pid(n) for n in (1, 2, 3, 4)])
        self.assertEqual(self.page(0)["title.search"], "Kniha o mlýnech")

    def test_existing_objects_are_replaced_when_the_operator_wants(self):
        self.server = self.started("--update-existing")
        self.book(pages=3)
        self.imported()
        self.book("k2", pages=2, title="Jiný název")
        self.imported("k2")
        self.assertEqual(self.page(0)["title.search"], "Jiný název")
        self.assertNotIn("own", self.client(f"/items/{made.pid(3)}/info/structure").json["parents"])

    def test_licence_is_added_by_way_of_a_copy(self):
        self.book(licence=None)
        self.imported(license="dnnto")
        self.assertEqual(self.page(0)["licenses"], ["dnnto"])
        self.assertEqual(self.page(1)["licenses_of_ancestors"], ["dnnto"])
        self.assertFalse((self.folder / "k1-dnnto").exists())
        self.assertEqual(self.client(f"/items/{made.pid(1)}/ocr/text").status, 403)
        self.assertEqual(self.client(f"/items/{made.pid(1)}").status, 200)

    def test_collections(self):
        self.book()
        (self.folder / "c").mkdir()
        (self.folder / "c" / "c.xml").write_text(made.an_object(made.pid(0, 9), "collection", "Sbírka", "", []))
        self.imported("c")
        self.imported(collections=made.pid(0, 9))
        foster = self.client(f"/items/{made.pid(0)}/info/structure").json["parents"]["foster"]
        self.assertEqual(foster, [{"pid": made.pid(0, 9), "relation": "contains"}])
        self.imported(collections=made.pid(0, 8), ends=("WARNING", "WARNING"))

    def test_only_new_objects_are_indexed(self):
        self.book(pages=2)
        self.imported(indexationType="indexNewImported")
        self.book("k2", pages=3)
        self.imported("k2", indexationType="indexNewImported")
        self.assertEqual(len(self.found("model:page")), 3)

    def test_without_indexer_nothing_is_found(self):
        self.book()
        uuid, states = self.server.imported("k1", startIndexer=False)
        self.assertEqual((states[-1], self.found("*:*")), (ENDED, []))
        said = self.server.start("new_indexer_index_object", type="tree", pid=made.pid(0))
        self.server.wait(said.json["uuid"])
        self.assertEqual(len(self.found("*:*")), 4)

    def test_a_file_that_lists_directories(self):
        self.book("k1")
        self.book("k2", book=2)
        (self.folder / "list").write_text(f"{self.folder}/k1\n{self.folder}/k2\n")
        self.imported("list")
        self.assertEqual(len(self.server.documents()["documents"]), 2)

    def test_the_same_book_under_other_ids_is_a_double(self):
        self.book("k1")
        for path in self.book("k2", book=2).values():
            path.write_text(path.read_text().replace("tst001-000002", "tst001-000001"))
        self.imported("k1")
        self.imported("k2")
        self.assertEqual([d["kind"] for d in self.server.documents()["doubles"]], ["two objects for one identifier"])

    def test_delete_tree(self):
        self.book()
        self.imported()
        self.server.wait(self.server.start("delete_tree", pid=made.pid(0)).json["uuid"])
        self.assertEqual((self.server.documents()["objects"], self.found("*:*")), (0, []))

    def test_licence_of_a_document_that_is_there(self):
        self.book(licence=None)
        self.imported()
        self.server.wait(self.server.start("add_license", pid=made.pid(0), license="onsite").json["uuid"])
        self.assertEqual((self.page(0)["licenses"], self.page(1)["licenses_of_ancestors"]), (["onsite"], ["onsite"]))
        self.server.wait(self.server.start("remove_license", pid=made.pid(0), license="onsite").json["uuid"])
        self.assertNotIn("licenses", self.page(0))


class Manners(Case):
    def test_72_answers_200_and_71_answers_201(self):
        self.book()
        said = self.server.start("import", inputDataDir="k1", startIndexer=False)
        self.assertEqual((said.status, said.json["state"]), (200, "PLANNED"))
        old = self.started("--version", "7.1.0")
        said = old.start("import", inputDataDir="k1", startIndexer=False)
        self.assertEqual((said.status, said.json["userid"]), (201, "krameriusAdmin"))
        self.assertTrue(said.headers["Location"].endswith(said.json["uuid"]))
        self.assertNotIn("NOT_RUNNING", {s for pair in old.wait(said.json["uuid"]) for s in pair})
        self.assertEqual(old.get(CLIENT + "/info").json["version"], "7.1.0")

    def test_missing_and_wrong_fields(self):
        said = self.server.start("import", startIndexer=True)
        self.assertEqual((said.status, said.json["message"]), (400, "Payload field 'inputDataDir' is missing"))
        self.assertEqual(self.server.start("import", inputDataDir="k1", startIndexer="true").status, 400)
        self.assertEqual(self.server.start("imports").status, 500)
        self.assertEqual(self.server.start("import", inputDataDir="k1", startIndexer=True, pathtype="near").status, 400)

    def test_71_refuses_characters_in_names(self):
        old = self.started("--version", "7.1.0")
        said = old.start("import", inputDataDir="k 1", startIndexer=True)
        self.assertEqual(said.status, 400)
        self.assertIn("contains forbidden character ' '", said.json["message"])
        self.assertEqual(old.start("convert_and_import", inputDataDir="k1", startIndexer=True, policy="PUBLIC").status, 400)

    def test_nobody_is_told_403_and_an_unknown_process_404(self):
        self.assertEqual(self.server.state("none").status, 404)
        self.server.token = None
        said = self.server.start("import", inputDataDir="k1", startIndexer=True)
        self.assertEqual((said.status, said.json["message"]), (403, "user 'not_logged' is not allowed to operate processes"))

    def test_login(self):
        self.assertEqual(self.server.login(password="wrong").json["error"], "invalid_grant")
        self.assertEqual(self.server.login(client_secret="wrong").json["error"], "unauthorized_client")
        self.assertEqual(self.server.login(grant_type="client_credentials").status, 200)
        refresh = self.server.login().json["refresh_token"]
        self.assertEqual(self.server.login(grant_type="refresh_token", refresh_token=refresh).status, 200)
        self.assertEqual(self.server.login(grant_type="refresh_token", refresh_token=refresh).status, 400)
        proxy = "/search/api/exts/v7.0/tokens/krameriusClient?secrets="
        self.assertEqual(self.server.get(proxy + "client-secret").json["token_type"], "Bearer")
        self.assertEqual(self.server.get(proxy + "wrong").status, 401)

    def test_tokens_really_end(self):
        server = self.started("--token-seconds", "0")
        self.assertEqual(server.state("none").status, 403)
        self.assertEqual(self.started("--token-seconds", "0", "--expired", "401").state("none").status, 401)

    def test_listing(self):
        self.book()
        said = self.server.get(ADMIN + "/files/input-data-dir-for_import-foxml/k1")
        self.assertEqual((said.status, len(said.json["files"]), said.json["files"][0]["isDir"]), (200, 4, False))
        self.assertEqual(self.server.get(ADMIN + "/files/input-data-dir-for_import-foxml/none").status, 400)
        self.assertEqual(self.server.get(ADMIN + "/files/input-data-dir-for_import-foxml/../..").status, 400)
        self.assertIn("k1", [f["name"] for f in self.server.get(ADMIN + "/files/input-data-dir-for_convert-and-import-ndk/").json["files"]])

    def test_log_lines(self):
        self.book()
        uuid, _ = self.server.imported("k1")
        lines = f"{ADMIN}/processes/by_process_uuid/{uuid}/logs/out/lines"
        whole = self.server.logs(uuid, "out")
        said = self.server.get(lines + "?offset=1&limit=2").json
        self.assertEqual((said["total_size"], said["lines"]), (len(whole.encode()), whole.splitlines()[1:3]))
        self.assertEqual(self.server.get(lines + "?offset=x").status, 400)

    def test_batches_owners_and_deleting(self):
        self.book()
        uuid, _ = self.server.imported("k1")
        said = self.server.get(ADMIN + "/processes/batches").json
        self.assertEqual((said["total_size"], [p["defid"] for p in said["batches"][0]["processes"]]),
                         (1, ["import", "new_indexer_index_object"]))
        self.assertNotIn("inputDataDir", str(said))
        self.assertEqual(self.server.get(ADMIN + "/processes/owners").json["owners"][0]["id"], "krameriusAdmin")
        gone = self.server.ask("DELETE", f"{ADMIN}/processes/batches/by_first_process_id/{uuid}").json
        self.assertEqual(gone["processes_deleted"], 2)
        self.assertEqual(self.server.state(uuid).status, 404)

    def test_client_api(self):
        self.book(images_url=self.server.base, images=self.folder / "images")
        self.imported()
        page = made.pid(2)
        self.assertEqual(self.server.ask("HEAD", f"{CLIENT}/items/{page}").status, 200)
        self.assertEqual(self.server.ask("HEAD", f"{CLIENT}/items/{made.pid(7)}").status, 404)
        self.assertEqual(self.client("/items/none").status, 400)
        info = self.client(f"/items/{page}/info").json
        self.assertEqual((info["image"]["type"], info["data"]["ocr"]["alto"], info["providedByLicenses"]), ("tiles", True, ["public"]))
        self.assertEqual(self.client(f"/items/{page}/info/image").json, {"type": "tiles"})
        self.assertEqual(self.client(f"/items/{page}/info/structure").json["parents"]["own"],
                         {"pid": made.pid(0), "relation": "hasPage"})
        self.assertEqual(self.client(f"/items/{page}/ocr/text").text, "Slova stránky 2\n")
        self.assertEqual(self.client(f"/items/{page}/ocr/alto").text, "<alto/>")
        described = self.client(f"/items/{page}/image/iiif/info.json").json
        self.assertEqual((described["width"], described["height"]), (602, 900))
        self.assertIn(page, described["id"])
        thumb = self.client(f"/items/{page}/image/thumb")
        self.assertEqual((thumb.status, thumb.headers["Content-Type"], thumb.body[:2]), (200, "image/jpeg", b"\xff\xd8"))
        self.assertEqual(self.client(f"/items/{made.pid(0)}/image").status, 404)
        self.assertEqual(self.client("/search?q=*:*&fl=text_ocr").status, 400)
        self.assertEqual(self.client("/search?q=((").status, 400)
        again = self.server.ask("POST", ADMIN + "/repository/ingest", self.client(f"/items/{page}/foxml").body)
        self.assertEqual(again.status, 500)  # it exists

    def test_image_server(self):
        self.book(images_url=self.server.base, images=self.folder / "images")
        base, old = "/iiif/3/0001%2Fuc_0001.jp2", "/iiif/2/0001%2Fuc_0001.jp2"
        self.assertEqual(self.server.get(base + "/full/max/0/default.jp2").body,
                         (self.folder / "images/0001/uc_0001.jp2").read_bytes())
        self.assertEqual(self.server.get(base + "/full/,1800/0/default.jpg").status, 400)  # would enlarge
        self.assertEqual(self.server.get(base + "/full/^,1800/0/default.jpg").status, 200)
        self.assertEqual(self.server.get(old + "/full/,1800/0/default.jpg").status, 200)
        self.assertEqual(self.server.get(base + "/0,0,256,256/128,/0/default.jpg").status, 200)
        self.assertEqual(self.server.get(base + "/2000,0,256,256/128,/0/default.jpg").status, 400)
        self.assertEqual(self.server.get("/iiif/3/0001%2Fnone.jp2/info.json").status, 404)
        self.assertEqual(self.server.get("/iiif/3/..%2F..%2Fetc%2Fpasswd/info.json").status, 404)
        self.assertEqual(self.server.get("/mzk/0001/uc_0001/big.jpg").status, 200)
        self.assertEqual(self.server.get("/iipsrv.fcgi?FIF=/0001/uc_0001.jp2&HEI=128&CVT=jpeg").status, 200)
        self.assertEqual(self.server.get("/iipsrv.fcgi?IIIF=/0001/uc_0001.jp2/info.json").json["height"], 900)

    def test_embedded_image_goes_to_the_image_server_when_configured(self):
        self.server = self.started("--use-image-server")
        path = self.book()[made.pid(1)]
        text = re.sub(r'  <foxml:datastream ID="IMG_FULL".*?</foxml:datastream>\n?', "", path.read_text(), flags=re.S)
        jp2 = made.managed("IMG_FULL", "image/jp2", made.jp2_of(40, 50))
        path.write_text(text.replace("</foxml:digitalObject>", jp2 + "</foxml:digitalObject>"))
        self.imported()
        self.assertEqual(self.client(f"/items/{made.pid(1)}/info/image").json["type"], "tiles")
        self.assertEqual(self.client(f"/items/{made.pid(1)}/image/iiif/info.json").json["height"], 50)

    def test_a_program_that_stops_when_told_and_keeps_its_state(self):
        self.book()
        state = self.folder / "state.json"
        more = ("kramerius.py", "--import-dir", self.folder, "--state", state, *self.arguments)
        with Running(*more) as server:
            server.login()
            uuid, _ = server.imported("k1")
        self.assertEqual(server.process.returncode, 0)
        with Running(*more) as server:
            server.login()
            self.assertEqual(server.state(uuid).json["process"]["state"], "FINISHED")
            self.assertEqual((server.documents()["objects"], server.documents()["indexed"]), (4, 4))


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.book(images_url=self.server.base, images=self.folder / "images")
        self.server.mark("begin")

    def fault(self, text):
        self.server.fault(text)

    def dropped(self, run):
        with self.assertRaises((OSError, http.client.HTTPException)):
            run()

    def test_unknown_fault_is_refused(self):
        self.assertEqual(self.server.ask("POST", "/__test__/faults", "no-such").status, 400)

    def test_times_and_after(self):
        self.fault("client-404-first:2@1")
        self.imported()
        statuses = [self.client(f"/items/{made.pid(0)}").status for _ in range(5)]
        self.assertEqual(statuses, [200, 404, 404, 200, 200])
        self.assertEqual(self.server.counters()["faults"], {"client-404-first": 2})

    def test_keycloak(self):
        self.fault("keycloak-502 keycloak-html:1")
        self.assertEqual(self.server.login().status, 502)
        with self.assertRaises(ValueError):
            self.server.login()
        self.fault("keycloak-drop")
        self.dropped(self.server.login)
        self.fault("keycloak-401")
        self.assertEqual((self.server.login().status, self.server.login().status), (401, 401))

    def test_token_expires_in_the_middle(self):
        self.fault("token-expires@2")
        self.assertEqual([self.server.state("none").status for _ in range(4)], [404, 404, 403, 403])
        self.server.login()
        self.assertEqual(self.server.state("none").status, 404)
        self.fault("token-expires-401")
        self.assertEqual([self.server.state("none").status for _ in range(2)], [401, 403])

    def test_rights(self):
        self.fault("no-role")
        said = self.server.start("import", inputDataDir="k1", startIndexer=True)
        self.assertEqual((said.status, said.json["message"]), (403, "user 'krameriusAdmin' is not allowed to operate processes"))
        self.assertEqual(self.server.state("none").status, 404)
        self.fault("token-refused:1")
        self.assertIn("not_logged", self.server.state("none").json["message"])

    def start(self):
        return self.server.start("import", inputDataDir="k1", startIndexer=True)

    def test_answers_to_the_start(self):
        starts = lambda: self.server.counters()["process_starts"].get("import", 0)
        for fault, planned in (("post-drop-before", 0), ("post-drop-after", 1)):
            before = starts()
            self.fault(fault)
            self.dropped(self.start)
            self.assertEqual(starts() - before, planned, fault)
        for fault, planned, status in (("post-html-500", 0, 500), ("post-html-500-after", 1, 500), ("post-garbage", 1, 200)):
            before = starts()
            self.fault(fault)
            said = self.start()
            self.assertEqual((said.status, starts() - before), (status, planned), fault)
            with self.assertRaises(ValueError):
                said.json
        self.fault("post-slow=0.01 slow:1=0.01")
        self.assertEqual(self.start().status, 200)
        happened = self.server.counters()["faults"]
        self.assertEqual((happened["post-slow"], happened["slow"]), (1, 1))
        self.assertEqual(self.server.counters()["starts_of_directory"], {"k1": 4})

    def test_faults_while_asking_for_the_state(self):
        uuid, _ = self.server.imported("k1")
        ask = lambda: self.server.state(uuid)
        for fault in ("poll-reset:1", "poll-half"):
            self.fault(fault)
            self.dropped(ask)
        for fault, status in (("poll-502:1", 502), ("poll-html", 200), ("poll-garbage", 200), ("poll-404:1", 404), ("poll-403:1", 403)):
            self.fault(fault)
            self.assertEqual(ask().status, status, fault)
        self.assertEqual(ask().json["process"]["state"], "FINISHED")
        again = self.server.counters("begin")["asked_again"]
        self.assertIn(f"GET {ADMIN}/processes/by_process_uuid/{uuid}", again)

    def test_logs_listing_licences_version(self):
        uuid, _ = self.server.imported("k1")
        self.fault("logs-403:1 listing-403:1 listing-reset:1@1 licence-unknown=dnnto version-missing directory-hidden:1@1")
        self.assertEqual(self.server.get(f"{ADMIN}/processes/by_process_uuid/{uuid}/logs/err").status, 403)
        listing = lambda: self.server.get(ADMIN + "/files/input-data-dir-for_import-foxml/k1")
        self.assertEqual(listing().status, 403)
        self.dropped(listing)
        self.assertEqual((listing().status, listing().status, listing().status), (200, 400, 200))
        names = [l["name"] for l in self.server.get(ADMIN + "/licenses").json]
        self.assertEqual(("dnnto" in names, "public" in names), (False, True))
        self.assertNotIn("version", self.client("/info").json)
        self.assertIn("unknown license", self.imported(license="dnnto", ends=FAILED))

    def test_the_log_names_the_directory_or_not(self):
        self.assertIn(str(self.folder / "k1"), self.server.logs(self.server.imported("k1")[0], "out"))
        self.fault("log-without-directory")
        self.assertNotIn(str(self.folder / "k1"), self.server.logs(self.server.imported("k1")[0], "out"))

    def test_directory_hidden(self):
        self.fault("directory-hidden")
        self.assertEqual(self.server.get(ADMIN + "/files/input-data-dir-for_import-foxml/k1").status, 400)
        self.assertIn("FileNotFoundException", self.imported(ends=FAILED))

    def test_broken_off_imports_are_mended_by_the_next(self):
        for fault, ends, there, words in (("process-fails", FAILED, 1, "\tat org.kramerius.Import"),
                                          ("half-imported", FAILED, 2, "Read timed out"),
                                          ("disk-full", FAILED, 2, "No space left on device"),
                                          ("killed", ("KILLED", "KILLED"), 2, "")):
            with self.subTest(fault):
                server = self.started()
                server.fault(fault)
                uuid, states = server.imported("k1")
                self.assertEqual((states[-1], server.documents()["objects"]), (ends, there))
                self.assertIn(words, server.logs(uuid))
                self.assertEqual(server.imported("k1")[1][-1], ENDED)
                told = server.documents()
                self.assertEqual((told["objects"], told["indexed"], told["doubles"]), (4, 4, []))

    def test_warning_and_stuck(self):
        self.fault("warning")
        self.assertIn("WARNING", self.imported(ends=("WARNING", "WARNING")))
        self.fault("stuck")
        uuid = self.start().json["uuid"]
        with self.assertRaises(AssertionError):
            self.server.wait(uuid, most=10)
        self.server.ask("DELETE", f"{ADMIN}/processes/batches/by_first_process_id/{uuid}/execution")
        self.assertEqual(self.server.wait(uuid)[-1][0], "KILLED")

    def test_indexing(self):
        self.fault("indexing-fails")
        self.imported(ends=INDEX_FAILED)
        self.assertEqual((self.found("*:*"), self.client(f"/items/{made.pid(0)}").status), ([], 200))
        self.fault("indexing-forgotten")
        self.imported()
        self.assertEqual(self.found("*:*"), [])
        self.fault("page-missing-in-index=2")
        self.imported()
        self.assertEqual(sorted(d["pid"] for d in self.found("model:page")), [made.pid(1), made.pid(3)])
        self.server.wait(self.server.start("new_indexer_index_object", type="TREE", pid=made.pid(0)).json["uuid"])
        self.assertEqual(len(self.found("model:page")), 3)

    def test_faults_of_one_page(self):
        self.imported()
        at = lambda n, what: f"/items/{made.pid(n)}{what}"
        for fault, what, status in (("page-gone", "", 404), ("text-404", "/ocr/text", 404), ("alto-404", "/ocr/alto", 404),
                                    ("image-404", "/image", 404), ("image-404", "/image/iiif/info.json", 404),
                                    ("thumb-500", "/image/thumb", 500), ("iiif-403", "/image/iiif/info.json", 403),
                                    ("iiif-403", "/image", 403)):
            with self.subTest(fault + what):
                self.server.clear()
                self.fault(f"{fault}=2")
                self.assertEqual((self.client(at(1, what)).status, self.client(at(2, what)).status), (200, status))
                self.server.clear()
                self.fault(f"{fault}=-1")
                self.assertEqual((self.client(at(2, what)).status, self.client(at(3, what)).status), (200, status))
        self.server.clear()
        self.fault(f"text-empty=1 text-changed={made.pid(2)} image-zero=3 image-size=3 child-missing=2")
        self.assertEqual([self.client(at(n, "/ocr/text")).text for n in (1, 2, 3)], ["", "another text\n", "Slova stránky 3\n"])
        self.assertEqual(self.client(at(3, "/image")).body, b"")
        self.assertEqual(self.client(at(3, "/image/iiif/info.json")).json["width"], 901)
        self.assertEqual(len(self.client(at(0, "/info/structure")).json["children"]["own"]), 2)

    def test_children_in_another_order(self):
        self.imported()
        self.fault("children-reordered")
        children = self.client(f"/items/{made.pid(0)}/info/structure").json["children"]["own"]
        self.assertEqual([c["pid"] for c in children], [made.pid(n) for n in (3, 2, 1)])

    def test_client_api_in_trouble(self):
        self.imported()
        self.fault("client-500:1 search-500 search-html")
        self.assertEqual((self.client(f"/items/{made.pid(0)}").status, self.client(f"/items/{made.pid(0)}").status), (500, 200))
        self.fault("client-reset")
        self.dropped(lambda: self.client(f"/items/{made.pid(0)}"))
        self.assertEqual(self.client("/search?q=*:*").status, 500)
        self.assertTrue(self.client("/search?q=*:*").text.startswith("<!DOCTYPE html>"))
        self.assertEqual(self.client("/search?q=*:*").status, 200)

    def test_every_fault_is_tested_here(self):
        text = pathlib.Path(__file__).read_text()
        self.assertEqual([n for n in self.server.service.faults.known if not re.search(rf"[\"' ]{n}[\"' :@=]", text)], [])


if __name__ == "__main__":
    unittest.main()
