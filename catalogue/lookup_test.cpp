// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues asked for real: yaz-ztest for Z39.50 and SRU, and a small server of our own that
// speaks SRU, OAI-PMH and the X-server's XML with Czech records, well or badly.
#include "catalogue/lookup.h"

#include "catalogue/catalogue_test_records.h"
#include "catalogue/fetched.h"
#include "http/http_test_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

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

// ---------------------------------------------------------------------- Z39.50 and SRU of
// yaz-ztest

int free_port() {
  const made::Server for_a_moment;
  return for_a_moment.port();
}

bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool yes = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return yes;
}

class Ztest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("no_proxy", "*", 1);
    if (!fs::exists("/usr/bin/yaz-ztest")) return;
    port_ = free_port();
    pid_ = ::fork();
    if (pid_ == 0) {
      const int nothing = ::open("/dev/null", O_RDWR);
      for (const int fd : {0, 1, 2}) ::dup2(nothing, fd);
      const std::string at = "tcp:127.0.0.1:" + std::to_string(port_);
      ::execl("/usr/bin/yaz-ztest", "yaz-ztest", at.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500 && !answers(port_); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  static void TearDownTestSuite() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  void SetUp() override {
    if (pid_ <= 0) GTEST_SKIP() << "yaz-ztest is not installed";
    z3950_.id = z3950_.name = "made";
    z3950_.address = "127.0.0.1:" + std::to_string(port_);
    z3950_.database = "Default";
    z3950_.queries = usual_queries(CatalogueType::z3950);
    sru_ = z3950_;
    sru_.type = CatalogueType::sru;
    sru_.address = "http://127.0.0.1:" + std::to_string(port_) + "/Default";
    sru_.schema = "marcxml";
    sru_.queries = usual_queries(CatalogueType::sru);
  }
  static inline pid_t pid_ = -1;
  static inline int port_ = 0;
  Catalogue z3950_, sru_;
};

TEST_F(Ztest, OneNoneMany) {
  const auto one = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->total, 1u);
  ASSERT_THAT(one->hits, SizeIs(1));
  const auto fetched = fetched_from(z3950_, one->hits[0], SearchKey::title, "1");
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_FALSE(display_title(fetched->record).empty());

  const auto none = look_up(z3950_, SearchKey::isbn, "0");
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_EQ(none->total, 0u);
  EXPECT_THAT(none->hits, SizeIs(0));

  const auto many = look_up(z3950_, SearchKey::isbn, "25");
  ASSERT_TRUE(many) << many.error().message;
  EXPECT_EQ(many->total, 25u);
  EXPECT_THAT(many->hits, SizeIs(10));
}

// The same server counts as it likes when it is asked in CQL.
TEST_F(Ztest, SruGivesRecords) {
  const auto found = look_up(sru_, SearchKey::isbn, "1");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_GE(found->total, 1u);
  ASSERT_FALSE(found->hits.empty());
  EXPECT_FALSE(line_of(found->hits[0].marc).title.empty());
  sru_.schema = "nonsense";
  EXPECT_FALSE(look_up(sru_, SearchKey::isbn, "1"));
}

TEST_F(Ztest, RecordsInXmlAreReadToo) {
  z3950_.syntax = "xml";
  const auto one = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_THAT(one->hits, SizeIs(1));
  EXPECT_NE(one->hits[0].marc.first("245"), nullptr);
}

TEST_F(Ztest, AWrongDatabaseIsNamed) {
  z3950_.database = "Nikde";
  const auto found = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
  EXPECT_THAT(found.error().message, HasSubstr("Nikde"));
}

TEST_F(Ztest, APatternThatIsNoQueryIsNamed) {
  z3950_.queries[SearchKey::isbn] = "@attr 1=7 @and \"%s\"";
  const auto found = look_up(z3950_, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::configuration);
}

TEST(Z3950, NobodyThereIsTold) {
  Catalogue c;
  c.address = "127.0.0.1:" + std::to_string(free_port());
  c.queries = usual_queries(c.type);
  const auto found = look_up(c, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
  EXPECT_THAT(found.error().message, HasSubstr(c.address));
}

TEST(Z3950, AServerThatHangsIsLeft) {
  made::Server server;
  server.start([](const std::string&) { return std::nullopt; });
  Catalogue c;
  c.address = "127.0.0.1:" + std::to_string(server.port());
  c.timeout_s = 1;
  c.queries = usual_queries(c.type);
  const auto found = look_up(c, SearchKey::isbn, "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
  EXPECT_THAT(found.error().message, HasSubstr("within 1 s"));
}

// ---------------------------------------------------------------------------- our own small server

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

TEST_F(Web, AnAnswerAboutAnotherBookIsDoubted) {
  const auto found = from(made::answered(sru_answer(1, {element_of(made::monograph)})));
  ASSERT_TRUE(found);
  const auto other = fetched_from(c_, found->hits[0], SearchKey::isbn, "80-000-0000-0");
  ASSERT_TRUE(other);
  EXPECT_THAT(other->notes, Contains(HasSubstr("another isbn")));
  const auto same = fetched_from(c_, found->hits[0], SearchKey::isbn, "8020000011");
  EXPECT_THAT(same->notes, Not(Contains(HasSubstr("another isbn"))));
}

// --------------------------------------------------------------------------------- files and TOML

TEST(Files, RecordsAreToldApartByHowTheyBegin) {
  std::vector<std::string> notes;
  const MarcRecord one = made::marc_of(made::monograph), two = made::marc_of(made::map);
  const auto iso =
      hits_in_file(made::iso2709_of(one) + "\n" + made::iso2709_of(two), "auto", notes);
  ASSERT_TRUE(iso) << iso.error().message;
  ASSERT_THAT(*iso, SizeIs(2));
  EXPECT_EQ((*iso)[1].id, "tst20270000004");
  const auto xml = hits_in_file("\xEF\xBB\xBF" + marcxml_of(one), "auto", notes);
  ASSERT_TRUE(xml) << xml.error().message;
  EXPECT_THAT(*xml, SizeIs(1));
  EXPECT_THAT(*hits_in_file("", "auto", notes), SizeIs(0));
  EXPECT_FALSE(hits_in_file("Dobrý den", "auto", notes));
}

TEST(Catalogues, TheSampleOfTheProjectIsRead) {
  const auto all = load_catalogues(LINKA_SAMPLE_CATALOGUES);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_GE(all->size(), 5u);
  ASSERT_TRUE(catalogue_named(*all, "nkc"));
  const auto none = catalogue_named(*all, "nikde");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("nkc"));
}

TEST(Catalogues, EveryMistakeIsToldWithItsLine) {
  const auto all = catalogues_from(
      "[[catalogue]]\nid = \"a\"\ntype = \"gopher\"\nhost = 7\n\n"
      "[[catalogue]]\nid = \"a\"\nurl = \"ftp://x\"\ntype = \"sru\"\ncolour = 1\n"
      "charset = \"kamenický\"\ntimeout_s = -1\n"
      "[catalogue.queries]\nisbn = \"no place\"\nsmell = \"%s\"\n",
      "c.toml");
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::configuration);
  for (const char* word : {"gopher", "line 4", "http", "line 10: there is no key colour",
                           "kamenický", "line 12", "line 14", "smell", "used twice"})
    EXPECT_THAT(all.error().message, HasSubstr(word));
  EXPECT_FALSE(catalogues_from("[[catalogue]\n", "c.toml"));
  EXPECT_FALSE(load_catalogues("/nowhere/catalogues.toml"));
}

TEST(Catalogues, AnEmptyPatternTakesAKeyAway) {
  const auto all = catalogues_from(
      "[[catalogue]]\nid=\"a\"\nhost=\"h:1\"\n[catalogue.queries]\nbarcode=\"\"\n", "c.toml");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_FALSE((*all)[0].queries.contains(SearchKey::barcode));
  EXPECT_TRUE((*all)[0].queries.contains(SearchKey::isbn));
}

}  // namespace
}  // namespace linka
