// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues asked over HTTP: a small server of our own speaks SRU, OAI-PMH and the X-server's XML
// with Czech records, well or badly. Z39.50 is in z3950_test.cpp.
#include "catalogue/lookup.h"

#include "base/files.h"
#include "catalogue/catalogue_test_records.h"
#include "catalogue/fetched.h"
#include "http/http_test_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string element_of(std::string_view text) {
  std::string xml = marcxml_of(made::marc_of(text));
  return xml.substr(xml.find("<record"));
}

std::string sru_answer(std::size_t total, const std::vector<std::string>& records) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\"?><zs:searchRetrieveResponse "
      "xmlns:zs=\"http://www.loc.gov/zing/srw/\"><zs:version>1.1</zs:version>"
      "<zs:numberOfRecords>{}</zs:numberOfRecords><zs:records>",
      total);
  for (const std::string& r : records)
    out +=
        "<zs:record><zs:recordSchema>marcxml</zs:recordSchema><zs:recordPacking>xml"
        "</zs:recordPacking><zs:recordData>" +
        r + "</zs:recordData></zs:record>";
  return out + "</zs:records></zs:searchRetrieveResponse>";
}

class Web : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("no_proxy", "*", 1);
    c_.id = c_.name = "made";
    c_.type = CatalogueType::sru;
    c_.address = server_.url("/sru?x=1");
    c_.schema = "marcxml";
    c_.timeout_s = 10;
    c_.queries = usual_queries(CatalogueType::alma);
  }
  Result<Found> from(const std::optional<std::string>& answer) {
    server_.start([answer](const std::string&) { return answer; });
    return look_up(c_, SearchKey::barcode, "2610000001");
  }
  made::Server server_;
  Catalogue c_;
};

TEST_F(Web, SruAsksWhatThePatternSaysAndReadsCzech) {
  const auto found = from(made::answered(sru_answer(1, {element_of(made::monograph)})));
  ASSERT_TRUE(found) << found.error().message;
  const std::string request = server_.last_request();
  EXPECT_EQ(made::parameter_of(request, "query"), "alma.barcode=\"2610000001\"");
  EXPECT_EQ(made::parameter_of(request, "operation"), "searchRetrieve");
  EXPECT_EQ(made::parameter_of(request, "x"), "1");
  ASSERT_THAT(found->hits, SizeIs(1));
  EXPECT_EQ(found->hits[0].marc, made::marc_of(made::monograph));
  const HitLine line = line_of(found->hits[0].marc);
  EXPECT_EQ(line.title, "The měsíční mlýn");
  EXPECT_EQ(line.author, "Nováková, Anna, 1880-1951");
  EXPECT_EQ(line.year, "[1927?]");
  EXPECT_EQ(line.publisher, "Vrba a spol.");
}

TEST_F(Web, ValuesCannotLeaveTheirQuotes) {
  server_.start([](const std::string&) { return made::answered(sru_answer(0, {})); });
  ASSERT_TRUE(look_up(c_, SearchKey::title, "a\" or \\ dc.title=\"ž\n"));
  EXPECT_EQ(made::parameter_of(server_.last_request(), "query"),
            "alma.title=\"a\\\" or \\\\ dc.title=\\\"ž\"");
  EXPECT_FALSE(look_up(c_, SearchKey::title, " \n "));
}

TEST_F(Web, RecordsPackedAsTextAreRead) {
  std::string packed = element_of(made::map);
  std::string escaped;
  for (const char ch : packed)
    escaped += ch == '<' ? "&lt;" : ch == '&' ? "&amp;" : std::string(1, ch);
  const auto found = from(made::answered(sru_answer(1, {escaped})));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_THAT(found->hits, SizeIs(1));
  EXPECT_EQ(found->hits[0].marc, made::marc_of(made::map));
}

TEST_F(Web, ADiagnosticIsTold) {
  const auto found = from(made::answered(
      "<searchRetrieveResponse><diagnostics><diagnostic><uri>info:srw/diagnostic/1/16</uri>"
      "<details>alma.barcode</details><message>Unsupported index</message></diagnostic>"
      "</diagnostics></searchRetrieveResponse>"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
  EXPECT_THAT(found.error().message, HasSubstr("Unsupported index alma.barcode"));
}

TEST_F(Web, APageForPeopleIsNoAnswer) {
  const auto found = from(made::answered("<!DOCTYPE html><html><body>Údržba</body></html>",
                                         "text/html; charset=utf-8"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(found.error().message, HasSubstr("page for people"));
  EXPECT_THAT(found.error().message, HasSubstr("127.0.0.1"));
}

TEST_F(Web, BrokenXmlIsTold) {
  const auto found = from(made::answered(sru_answer(1, {"<record><datafield"})));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::bad_input);
}

TEST_F(Web, DtdsAndEntitiesAreRefused) {
  const auto found = from(made::answered(
      "<!DOCTYPE a [<!ENTITY e \"boo\">]><searchRetrieveResponse><numberOfRecords>&e;"
      "</numberOfRecords></searchRetrieveResponse>"));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("DTD"));
}

TEST_F(Web, AHugeAnswerIsRefused) {
  const auto found = from(made::answered(sru_answer(1, {std::string(9u << 20, ' ')})));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("larger than"));
}

TEST_F(Web, ASlowServerIsLeftAtTheDeadline) {
  c_.timeout_s = 0.4;
  const auto found = from(std::nullopt);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
}

TEST_F(Web, AFaultThatPassesIsAskedAgain) {
  std::atomic<int> asked{0};
  server_.start([&asked](const std::string&) {
    return ++asked == 1 ? made::answered("", "text/plain", "503 Busy")
                        : made::answered(sru_answer(0, {}));
  });
  EXPECT_TRUE(look_up(c_, SearchKey::barcode, "1"));
  EXPECT_EQ(asked, 2);
}

TEST_F(Web, TheSecretIsSentAndNeverSaid) {
  const fs::path file = fs::temp_directory_path() / fmt::format("linka-secret-{}", ::getpid());
  std::ofstream(file) << "h3slo\n";
  ::chmod(file.c_str(), 0600);
  c_.secret_file = file;
  c_.user = "ctenar";
  const auto found = from(made::answered("", "text/plain", "401 No"));
  ASSERT_FALSE(found);
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"),
            "Basic Y3RlbmFyOmgzc2xv");
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
  EXPECT_THAT(found.error().message, Not(HasSubstr("h3slo")));
  c_.user.clear();
  EXPECT_FALSE(look_up(c_, SearchKey::barcode, "1"));
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"), "apikey h3slo");
  ::chmod(file.c_str(), 0644);
  EXPECT_THAT(look_up(c_, SearchKey::barcode, "1").error().message, HasSubstr("chmod 600"));
  fs::remove(file);
}

TEST_F(Web, OaiGivesOneRecordByItsNumber) {
  c_.type = CatalogueType::oai_pmh;
  c_.schema = "marc21";
  c_.id_prefix = "oai:made:TST01-";
  c_.queries = usual_queries(c_.type);
  server_.start([](const std::string& request) {
    const std::string id = made::parameter_of(request, "identifier").value_or("");
    if (id == "oai:made:TST01-000000001")
      return made::answered("<OAI-PMH><GetRecord><record><header><identifier>" + id +
                            "</identifier></header><metadata>" + element_of(made::old_print) +
                            "</metadata></record></GetRecord></OAI-PMH>");
    if (id == "oai:made:TST01-000000002")
      return made::answered(
          "<OAI-PMH><GetRecord><record><header status=\"deleted\"/></record></GetRecord>"
          "</OAI-PMH>");
    return made::answered("<OAI-PMH><error code=\"idDoesNotExist\">no</error></OAI-PMH>");
  });
  const auto one = look_up(c_, SearchKey::sysno, "000000001");
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_THAT(one->hits, SizeIs(1));
  EXPECT_EQ(one->hits[0].id, "000000001");
  EXPECT_EQ(one->hits[0].marc, made::marc_of(made::old_print));
  EXPECT_EQ(made::parameter_of(server_.last_request(), "metadataPrefix"), "marc21");
  const auto gone = look_up(c_, SearchKey::sysno, "000000002");
  ASSERT_TRUE(gone);
  EXPECT_THAT(gone->notes, Contains(HasSubstr("deleted")));
  EXPECT_EQ(look_up(c_, SearchKey::sysno, "3")->total, 0u);
  const auto other = look_up(c_, SearchKey::isbn, "3");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("not searched by isbn"));
}

std::optional<std::string> aleph(const std::string& request) {
  const auto parameter = [&](const char* name) {
    return made::parameter_of(request, name).value_or("");
  };
  if (parameter("op") == "find") {
    if (parameter("base") != "tst01")
      return made::answered("<find><error>Base not set</error></find>");
    const std::string wanted = parameter("request");
    if (wanted == "bar=2610000001" || wanted == "wtl=mlýn a papír")
      return made::answered(
          fmt::format("<find><set_number>000123</set_number><no_records>{}</no_records>"
                      "<no_entries>{}</no_entries><session-id>X</session-id></find>",
                      wanted[0] == 'b' ? "000000001" : "000000002", "000000001"));
    return made::answered("<find><error>empty set</error><session-id>X</session-id></find>");
  }
  if (parameter("op") == "item-data") {
    if (parameter("doc_num") != "00077" || parameter("base") != "tst01")
      return made::answered("<item-data><error>Document does not exist</error></item-data>");
    return made::answered(
        "<item-data><item><barcode>2610000009</barcode><call-no-1>54 F 9</call-no-1></item>"
        "<item><rec-key>000770001</rec-key><barcode>2610000001</barcode>"
        "<sub-library>TST50</sub-library><call-no-1>54 F 1/2</call-no-1>"
        "<enumeration-a>sv. 2</enumeration-a><chronological-i>1912</chronological-i>"
        "</item></item-data>");
  }
  if (parameter("op") != "present" || parameter("set_number") != "000123")
    return made::answered("<present><error>There is no such set</error></present>");
  std::string out = "<present>";
  const bool two = parameter("set_entry") == "1-2";
  for (const std::string_view text : {made::monograph, made::manuscript}) {
    out += "<record><record_header><set_entry>1</set_entry></record_header><metadata>" +
           made::oai_marc_of(made::marc_of(text)) + "</metadata><doc_number>00077</doc_number>" +
           "</record>";
    if (!two) break;
  }
  return made::answered(out + "<session-id>X</session-id></present>");
}

TEST_F(Web, AlephFindsASetAndShowsIt) {
  c_.type = CatalogueType::aleph_x;
  c_.address = server_.url("/X");
  c_.database = "tst01";
  c_.queries = usual_queries(c_.type);
  c_.sysno = true;
  server_.start(aleph);
  const auto one = look_up(c_, SearchKey::barcode, "2610000001");
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_THAT(one->hits, SizeIs(1));
  EXPECT_EQ(one->hits[0].id, "00077");
  EXPECT_EQ(one->hits[0].marc, made::marc_of(made::monograph));
  const auto fetched = fetched_from(c_, one->hits[0], SearchKey::barcode, "2610000001");
  ASSERT_TRUE(fetched);
  EXPECT_EQ(identifier_of(fetched->record, "barCode"), "2610000001");
  EXPECT_EQ(identifier_of(fetched->record, "sysno"), "00077");
  EXPECT_THAT(fetched->mods, HasSubstr("<mods:shelfLocator>54 F 1</mods:shelfLocator>"));

  const auto two = look_up(c_, SearchKey::title, "mlýn a papír");
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->total, 2u);
  EXPECT_THAT(two->hits, SizeIs(2));
  EXPECT_EQ(look_up(c_, SearchKey::isbn, "7")->total, 0u);
  c_.database = "jinde";
  EXPECT_THAT(look_up(c_, SearchKey::isbn, "7").error().message, HasSubstr("Base not set"));
}

TEST_F(Web, AlephTellsTheCopiesAndTheOneAskedForIsTaken) {
  c_.type = CatalogueType::aleph_x;
  c_.address = server_.url("/X");
  c_.database = "tst01";
  c_.queries = usual_queries(c_.type);
  bool gone = false;
  server_.start([&](const std::string& request) -> std::optional<std::string> {
    if (gone && made::parameter_of(request, "op") == "item-data")
      return made::answered("<html>Sorry</html>", "text/html");
    auto answer = aleph(request);
    // A record that knows nothing of its copies.
    for (const char* tag : {"910", "996"})
      while (answer && answer->find(fmt::format("id=\"{}\"", tag)) != std::string::npos)
        answer->replace(answer->find(fmt::format("id=\"{}\"", tag)), 8, "id=\"990\"");
    return answer;
  });
  const auto found = look_up(c_, SearchKey::barcode, "2610000001");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_THAT(found->hits, SizeIs(1));
  ASSERT_THAT(found->hits[0].items, SizeIs(2));
  EXPECT_EQ(found->hits[0].items[1].volume, "sv. 2 (1912)");
  EXPECT_EQ(found->hits[0].items[1].place, "TST50");
  const auto fetched = fetched_from(c_, found->hits[0], SearchKey::barcode, "2610000001");
  ASSERT_TRUE(fetched);
  ASSERT_FALSE(fetched->record.locations.empty());
  EXPECT_EQ(fetched->record.locations[0].shelf_mark, "54 F 1/2");
  EXPECT_EQ(identifier_of(fetched->record, "barCode"), "2610000001");
  EXPECT_THAT(fetched->notes, Contains(HasSubstr("sv. 2 (1912)")));
  // Nobody's copies are asked for when the search was for a title.
  const int before = server_.requests();
  EXPECT_TRUE(look_up(c_, SearchKey::title, "mlýn a papír"));
  EXPECT_EQ(server_.requests(), before + 2);
  // What is not told of the copies hinders nothing.
  gone = true;
  const auto without = look_up(c_, SearchKey::barcode, "2610000001");
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_THAT(without->hits, SizeIs(1));
  EXPECT_THAT(without->notes, Contains(HasSubstr("copies")));
}

std::string bib_of(std::string_view text, const std::string& id) {
  const nlohmann::json bib = {
      {"mms_id", id}, {"record_format", "marc21"}, {"anies", {element_of(text)}}};
  return bib.dump();
}

TEST_F(Web, AlmaGivesItsRecordsPackedInJson) {
  c_.type = CatalogueType::alma_rest;
  c_.address = server_.url("/almaws/v1/bibs");
  c_.queries = usual_queries(c_.type);
  c_.queries[SearchKey::barcode] = "item_barcode=%s";
  const auto json = [](const std::string& body, const std::string& status = "200 OK") {
    return made::answered(body, "application/json", status);
  };
  server_.start([&](const std::string& request) -> std::optional<std::string> {
    if (made::parameter_of(request, "format") != "json") return json("{}");
    const std::string id = made::parameter_of(request, "mms_id").value_or("");
    if (made::parameter_of(request, "item_barcode") == "2610000001")
      return json("{\"bib\":[" + bib_of(made::monograph, "991") + "],\"total_record_count\":1}");
    if (id == "992")
      return json("{\"bib\":[" + bib_of(made::map, "992") + "," + bib_of(made::manuscript, "993") +
                  "],\"total_record_count\":2}");
    if (id == "994") return json(bib_of(made::old_print, "994"));
    if (id == "995")
      return json(
          "{\"bib\":[{\"mms_id\":\"995\",\"record_format\":\"unimarc\"}],"
          "\"total_record_count\":1}");
    if (id == "dtd") return json("{\"bib\":[{\"anies\":[\"<!DOCTYPE a><record/>\"]}]}");
    if (id == "empty") return json("{\"bib\":[{\"anies\":[]}]}");
    if (id == "broken") return json("{\"bib\":");
    if (id == "key")
      return json(
          "{\"errorList\":{\"error\":[{\"errorCode\":\"UNAUTHORIZED\","
          "\"errorMessage\":\"API-key not defined\"}]}}",
          "400 Bad Request");
    if (id == "page") return made::answered("<html></html>", "text/html");
    return json(
        "{\"errorList\":{\"error\":[{\"errorCode\":\"402203\","
        "\"errorMessage\":\"Input parameters mmsId is not valid.\"}]}}",
        "400 Bad Request");
  });
  const auto one = look_up(c_, SearchKey::barcode, "2610000001");
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_THAT(one->hits, SizeIs(1));
  EXPECT_EQ(one->hits[0].id, "991");
  EXPECT_EQ(one->hits[0].marc, made::marc_of(made::monograph));
  const auto two = look_up(c_, SearchKey::sysno, "992");
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->total, 2u);
  EXPECT_THAT(two->hits, SizeIs(2));
  EXPECT_THAT(look_up(c_, SearchKey::sysno, "994")->hits, SizeIs(1));
  EXPECT_EQ(look_up(c_, SearchKey::sysno, "1")->total, 0u);
  EXPECT_THAT(look_up(c_, SearchKey::sysno, "995")->notes, Contains(HasSubstr("unimarc")));
  for (const char* bad : {"dtd", "empty", "broken", "page"}) {
    const auto r = look_up(c_, SearchKey::sysno, bad);
    ASSERT_FALSE(r) << bad;
    EXPECT_EQ(r.error().kind, ErrorKind::bad_input) << bad;
  }
  const auto key = look_up(c_, SearchKey::sysno, "key");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().kind, ErrorKind::configuration);
  EXPECT_THAT(key.error().message, HasSubstr("API-key not defined"));
}

TEST_F(Web, AKeyGoesIntoTheAddressOnlyWhereThatIsSaid) {
  const fs::path file = fs::temp_directory_path() / fmt::format("linka-key-{}", ::getpid());
  ASSERT_TRUE(write_atomically(file, "k3y&\n"));
  fs::permissions(file, fs::perms::owner_read);
  c_.type = CatalogueType::alma_rest;
  c_.queries = usual_queries(c_.type);
  c_.secret_file = file;
  server_.start([](const std::string&) { return made::answered("{}", "application/json"); });
  ASSERT_TRUE(look_up(c_, SearchKey::sysno, "1"));
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"), "apikey k3y&");
  EXPECT_FALSE(made::parameter_of(server_.last_request(), "apikey"));
  c_.key_parameter = "apikey";
  ASSERT_TRUE(look_up(c_, SearchKey::sysno, "1"));
  EXPECT_EQ(made::parameter_of(server_.last_request(), "apikey"), "k3y&");
  EXPECT_EQ(made::request_header(server_.last_request(), "Authorization"), "");
  fs::remove(file);
}

TEST_F(Web, AnAnswerAboutAnotherBookIsDoubted) {
  const auto found = from(made::answered(sru_answer(1, {element_of(made::monograph)})));
  ASSERT_TRUE(found);
  const auto other = fetched_from(c_, found->hits[0], SearchKey::isbn, "80-000-0000-0");
  ASSERT_TRUE(other);
  EXPECT_THAT(other->notes, Contains(HasSubstr("another isbn")));
  const auto same = fetched_from(c_, found->hits[0], SearchKey::isbn, "8020000011");
  EXPECT_THAT(same->notes, Not(Contains(HasSubstr("another isbn"))));
}

}  // namespace
}  // namespace linka
