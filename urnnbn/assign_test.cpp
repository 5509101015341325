// SPDX-License-Identifier: GPL-3.0-or-later
// One registration for one thing, whatever happens on the way.
#include "urnnbn/assign.h"

#include "base/fail_point.h"
#include "kramerius-export/make_package.h"
#include "urnnbn/urnnbn_test_resolver.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>

namespace linka {
namespace {

namespace fs = std::filesystem;
using made::FakeResolver;
using made::one_book;
using made::refusal;
using made::two_volumes;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Assign : public made::UrnBatch {};

bool is_registration(const std::string& request) {
  return request.starts_with("POST") && request.find("/digitalDocuments ") != std::string::npos;
}

TEST_F(Assign, ABookIsRegisteredOnceAndItsPackageBearsIt) {
  FakeResolver there;
  record(one_book);
  const UrnReport first = assigned(there.resolver());
  EXPECT_THAT(outcomes(first), ElementsAre("registered urn:nbn:cz:tst001-000001"));
  EXPECT_TRUE(is_uuid(first.objects[0].uuid));
  const UrnReport again = assigned(there.resolver());
  EXPECT_THAT(outcomes(again), ElementsAre("had-one urn:nbn:cz:tst001-000001"));
  EXPECT_EQ(there.count("POST"), 1u);
  EXPECT_EQ(there.count("GET"), 1u);

  const auto made = make_packages(*batch_, {});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_THAT(made->packages, SizeIs(1));
  EXPECT_EQ(made->packages[0].state, PackageState::built) << made->packages[0].error.message;
  EXPECT_EQ(made->packages[0].id, "tst001-000001");
  for (const char* file : {"mets_tst001-000001.xml", "info_tst001-000001.xml"}) {
    const auto text = read_text(made->packages[0].path / file);
    ASSERT_TRUE(text);
    EXPECT_THAT(*text,
                AllOf(HasSubstr("urn:nbn:cz:tst001-000001"), HasSubstr(first.objects[0].uuid)))
        << file;
  }
  const auto mets = read_text(made->packages[0].path / "mets_tst001-000001.xml");
  EXPECT_THAT(*mets, HasSubstr("<mods:identifier type=\"urnnbn\">urn:nbn:cz:tst001-000001<"));
  EXPECT_THAT(*mets, HasSubstr("<dc:identifier>urnnbn:urn:nbn:cz:tst001-000001<"));
}

TEST_F(Assign, ATitleThatHasOneIsLeftAlone) {
  FakeResolver there;
  record(std::string(one_book) + "urnnbn = \"urn:nbn:cz:nk-000abc\"\n");
  const UrnReport report = assigned(there.resolver());
  EXPECT_THAT(outcomes(report), ElementsAre("had-one urn:nbn:cz:nk-000abc"));
  EXPECT_THAT(report.objects[0].notes, ElementsAre(HasSubstr("taken over")));
  EXPECT_EQ(there.count("GET") + there.count("POST"), 0u);
}

TEST_F(Assign, EachVolumeGetsItsOwnAndTheSameScansTheSameUuid) {
  FakeResolver there;
  record(two_volumes);
  const UrnReport first = assigned(there.resolver());
  EXPECT_THAT(outcomes(first), ElementsAre("registered urn:nbn:cz:tst001-000001",
                                           "registered urn:nbn:cz:tst001-000002"));
  EXPECT_NE(first.objects[0].uuid, first.objects[1].uuid);
  // The batch's folder is lost and made again from the same scans: nothing is registered twice.
  make_batch("again", "scan");
  record(two_volumes);
  EXPECT_THAT(outcomes(assigned(there.resolver())),
              ElementsAre("found urn:nbn:cz:tst001-000001", "found urn:nbn:cz:tst001-000002"));
  // Other scans are another thing.
  make_batch("other", "other scan");
  record(two_volumes);
  EXPECT_THAT(outcomes(assigned(there.resolver())),
              Contains("registered urn:nbn:cz:tst001-000003"));
}

TEST_F(Assign, TheUuidStaysWhenTheScansOrTheTitleChange) {
  FakeResolver there;
  record(one_book);
  const std::string uuid = assigned(there.resolver()).objects.at(0).uuid;
  ASSERT_TRUE(write_atomically(batch_->scans() / page_name(2), "scanned anew"));
  finish(2, false);
  std::string mended = one_book;
  mended.replace(mended.find("Měsíční mlýn"), std::string("Měsíční mlýn").size(), "Mlýn");
  record(mended);
  const UrnReport again = assigned(there.resolver());
  EXPECT_EQ(again.objects.at(0).uuid, uuid);
  EXPECT_EQ(again.objects.at(0).outcome, UrnOutcome::had_one);
  EXPECT_EQ(there.documents.size(), 1u);
}

TEST_F(Assign, AVolumeThatIsCalledOtherwiseNowStopsEverythingUntilItsUuidIsSaid) {
  FakeResolver there;
  record(two_volumes);
  const UrnReport first = assigned(there.resolver());
  std::string renamed = two_volumes;
  renamed.replace(renamed.find("number = \"1\""), 12, "number = \"3\"");
  record(renamed);
  const auto refused = assign_urns(*batch_, there.resolver(), quick());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("urn:nbn:cz:tst001-000001"), HasSubstr(first.objects[0].uuid)));
  renamed.replace(renamed.find("number = \"3\""), 12,
                  "number = \"3\"\nuuid = \"" + first.objects[0].uuid + "\"");
  record(renamed);
  EXPECT_THAT(outcomes(assigned(there.resolver())),
              ElementsAre("had-one urn:nbn:cz:tst001-000001", "had-one urn:nbn:cz:tst001-000002"));
  EXPECT_EQ(there.documents.size(), 2u);
}

TEST_F(Assign, ADryRunLooksAndWritesNothing) {
  FakeResolver there;
  record(one_book);
  AssignOptions options = quick();
  options.dry_run = true;
  const UrnReport report = assigned(there.resolver(), options);
  EXPECT_THAT(outcomes(report), ElementsAre("would-be"));
  EXPECT_THAT(report.objects[0].message, HasSubstr("<title>Měsíční mlýn</title>"));
  EXPECT_FALSE(fs::exists(urn_register_of(batch_->folder())));
  EXPECT_EQ(there.count("POST"), 0u);
}

TEST_F(Assign, WhatIsNotCompleteWaitsAndTheNextIsRegistered) {
  FakeResolver there;
  record(two_volumes);
  finish(1, true);
  const UrnReport report = assigned(there.resolver());
  EXPECT_THAT(outcomes(report), ElementsAre("waits", "registered urn:nbn:cz:tst001-000001"));
  EXPECT_THAT(report.objects[0].error.message, HasSubstr("blurred"));
  AssignOptions held = quick();
  held.held = {{PageId{{page_name(3), 0}, Side::single}, "somebody should look"}};
  make_batch("held", "held scan");
  record(two_volumes);
  EXPECT_THAT(outcomes(assigned(there.resolver(), held)),
              ElementsAre("registered urn:nbn:cz:tst001-000002", "waits"));
}

// ---- answers that are lost ----------------------------------------------------------------------

struct LostAnswer {
  const char* name;
  bool registers;      // before the answer is lost
  const char* answer;  // "" closes the connection
};

class Lost : public made::UrnBatch, public testing::WithParamInterface<LostAnswer> {};

TEST_P(Lost, IsLookedForAndNothingIsRegisteredTwice) {
  FakeResolver there;
  bool lost = false;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    if (!is_registration(request) || lost) return std::nullopt;
    lost = true;
    if (GetParam().registers) there.register_from(request);
    return std::string(GetParam().answer);
  };
  record(one_book);
  const UrnReport report = assigned(there.resolver());
  ASSERT_THAT(report.objects, SizeIs(1));
  EXPECT_EQ(report.objects[0].outcome,
            GetParam().registers ? UrnOutcome::found : UrnOutcome::registered)
      << report.objects[0].error.message;
  EXPECT_EQ(report.objects[0].urn, "urn:nbn:cz:tst001-000001");
  EXPECT_EQ(there.documents.size(), 1u);
  EXPECT_EQ(there.count("POST"), GetParam().registers ? 1u : 2u);
}

const std::string html =
    made::answered("<html><body>Bad gateway</body></html>", "text/html", "502 Bad Gateway");
const std::string html_200 = made::answered("<html><body>Welcome</body></html>", "text/html");
const std::string internal = refusal("500 Internal Server Error", "INTERNAL_ERROR");
const std::string half = "HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n<response";
const std::string no_urn =
    made::answered(made::response("<urnNbn/>"), "application/xml", "201 Created");

INSTANTIATE_TEST_SUITE_P(Answers, Lost,
                         testing::Values(LostAnswer{"DroppedAfter", true, ""},
                                         LostAnswer{"DroppedBefore", false, ""},
                                         LostAnswer{"GatewayAfter", true, html.c_str()},
                                         LostAnswer{"GatewayBefore", false, html.c_str()},
                                         LostAnswer{"PageAfter", true, html_200.c_str()},
                                         LostAnswer{"FailedAfter", true, internal.c_str()},
                                         LostAnswer{"FailedBefore", false, internal.c_str()},
                                         LostAnswer{"HalfAfter", true, half.c_str()},
                                         LostAnswer{"WithoutUrnAfter", true, no_urn.c_str()}),
                         [](const auto& param) { return std::string(param.param.name); });

TEST_F(Assign, ATimeOutAfterRegistrationIsFoundByTheNextStart) {
  FakeResolver there;
  bool lost = false;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    if (is_registration(request) && !lost) {
      there.register_from(request);
      lost = true;
      return "";
    }
    return lost ? std::optional<std::string>("") : std::nullopt;  // and then it is gone
  };
  record(one_book);
  const UrnReport report = assigned(there.resolver());
  EXPECT_THAT(outcomes(report), ElementsAre("unknown"));
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.why.kind, ErrorKind::io);
  there.before = nullptr;
  EXPECT_THAT(outcomes(assigned(there.resolver())), ElementsAre("found urn:nbn:cz:tst001-000001"));
  EXPECT_EQ(there.documents.size(), 1u);
}

TEST_F(Assign, AResolverThatIsNotThereIsAskedNothing) {
  Resolver nobody = FakeResolver().resolver();  // it has ended
  record(two_volumes);
  const UrnReport report = assigned(nobody);
  EXPECT_THAT(outcomes(report), ElementsAre("not-asked", "not-asked"));
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.why.kind, ErrorKind::io);
  const auto known = read_urns(batch_->folder());
  ASSERT_TRUE(known);
  EXPECT_THAT(known->begun, IsEmpty());
}

TEST_F(Assign, ACollisionIsLookedUp) {
  FakeResolver there;
  bool first = true;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    // Between our look-up and our registration somebody else registers it.
    if (!is_registration(request) || !std::exchange(first, false)) return std::nullopt;
    there.register_from(request);
    return there.register_from(request);
  };
  record(one_book);
  EXPECT_THAT(outcomes(assigned(there.resolver())), ElementsAre("found urn:nbn:cz:tst001-000001"));
  EXPECT_EQ(there.count("POST"), 1u);
}

TEST_F(Assign, ACollisionThatCannotBeFoundIsNoSuccess) {
  FakeResolver there;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    if (!is_registration(request)) return std::nullopt;
    return refusal("409 Conflict", "REGISTRAR_SCOPE_IDENTIFIER_COLLISION");
  };
  record(one_book);
  const UrnReport report = assigned(there.resolver());
  EXPECT_THAT(outcomes(report), ElementsAre("unknown"));
  EXPECT_EQ(there.count("POST"), 1u);
}

// ---- refusals -----------------------------------------------------------------------------------

TEST_F(Assign, ABadMessageIsRefusedAndTheOthersGoOn) {
  FakeResolver there;
  bool first = true;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    if (!is_registration(request) || !std::exchange(first, false)) return std::nullopt;
    return refusal("400 Bad Request", "INVALID_DATA");
  };
  record(two_volumes);
  const UrnReport report = assigned(there.resolver());
  EXPECT_THAT(outcomes(report), ElementsAre("refused", "registered urn:nbn:cz:tst001-000001"));
  EXPECT_THAT(report.objects[0].error.message,
              AllOf(HasSubstr("schema"), HasSubstr("INVALID_DATA"), HasSubstr("so it is")));
  EXPECT_FALSE(report.stopped);
  EXPECT_THAT(
      outcomes(assigned(there.resolver())),
      ElementsAre("registered urn:nbn:cz:tst001-000002", "had-one urn:nbn:cz:tst001-000001"));
}

TEST_F(Assign, ARefusalOfWhoAsksStopsTheBatch) {
  for (const auto& [status, code, kind] :
       {std::tuple{"401 Unauthorized", "", ErrorKind::configuration},
        std::tuple{"403 Forbidden", "NO_ACCESS_RIGHTS", ErrorKind::unsupported},
        std::tuple{"403 Forbidden", "ILLEGAL_REGISTRATION_MODE", ErrorKind::unsupported},
        std::tuple{"404 Not Found", "UNKNOWN_REGISTRAR", ErrorKind::configuration}}) {
    FakeResolver there;
    there.before = [&](const std::string& request) -> std::optional<std::string> {
      if (!is_registration(request)) return std::nullopt;
      if (*code == '\0') return made::answered("<html>no</html>", "text/html", status);
      return refusal(status, code);
    };
    make_batch(*code == '\0' ? "401" : code, status);
    record(two_volumes);
    const UrnReport report = assigned(there.resolver());
    EXPECT_THAT(outcomes(report), ElementsAre("refused", "not-asked")) << status;
    EXPECT_TRUE(report.stopped);
    EXPECT_EQ(report.why.kind, kind) << status << code;
    EXPECT_EQ(there.count("POST"), 1u);
  }
}

TEST_F(Assign, AUrnOfAnotherRegistrarIsNotTaken) {
  FakeResolver there;
  there.registrar = "nk";
  Resolver asked = there.resolver();
  asked.registrar = "tst001";
  record(two_volumes);
  const UrnReport report = assigned(asked);
  EXPECT_THAT(outcomes(report), ElementsAre("refused", "not-asked"));
  EXPECT_THAT(report.why.message, HasSubstr("urn:nbn:cz:nk-000001"));
  const auto known = read_urns(batch_->folder());
  ASSERT_TRUE(known);
  for (const KnownUrn& k : known->known) EXPECT_EQ(k.urn, "");
}

// ---- other modes, successors, instances ---------------------------------------------------------

TEST_F(Assign, ReservedOnesAreUsedInTheirOrder) {
  FakeResolver there;
  Resolver resolver = there.resolver();
  resolver.mode = UrnMode::reservation;
  record(two_volumes);
  const auto reserved = reserve_urns(*batch_, resolver, 1);
  ASSERT_TRUE(reserved) << reserved.error().message;
  EXPECT_THAT(*reserved, ElementsAre("urn:nbn:cz:tst001-r00001"));
  // One is there, one more is reserved on the way.
  EXPECT_THAT(outcomes(assigned(resolver)), ElementsAre("registered urn:nbn:cz:tst001-r00001",
                                                        "registered urn:nbn:cz:tst001-r00002"));
  const auto known = read_urns(batch_->folder());
  ASSERT_TRUE(known);
  EXPECT_THAT(known->reserved.at("nkp"), IsEmpty());
}

TEST_F(Assign, OurOwnNumberingIsUsedInItsOrderAndAskedForAgainAfterALoss) {
  FakeResolver there;
  Resolver resolver = there.resolver();
  resolver.mode = UrnMode::registrar;
  AssignOptions options = quick();
  options.urns = {"urn:nbn:cz:tst001-k00001", "urn:nbn:cz:tst001-k00002"};
  record(two_volumes);
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    return is_registration(request) ? std::optional<std::string>("") : std::nullopt;
  };
  EXPECT_THAT(outcomes(assigned(resolver, options)), ElementsAre("unknown", "not-asked"));
  there.before = nullptr;
  EXPECT_THAT(
      outcomes(assigned(resolver, options)),
      ElementsAre("registered urn:nbn:cz:tst001-k00001", "registered urn:nbn:cz:tst001-k00002"));
  options.urns.clear();
  make_batch("none", "none");
  record(one_book);
  EXPECT_THAT(assigned(resolver, options).why.message, HasSubstr("--urns"));
}

TEST_F(Assign, ASuccessorReplacesTheRetiredOne) {
  FakeResolver there;
  record(one_book);
  const UrnReport first = assigned(there.resolver());
  const std::string old = first.objects[0].urn;
  AssignOptions options = quick();
  options.successor_of = old;
  options.predecessor_note = "wrongly described";
  there.states[old] = "ACTIVE";
  const UrnReport active = assigned(there.resolver(), options);
  EXPECT_THAT(outcomes(active), ElementsAre("refused " + old));
  EXPECT_THAT(active.objects[0].error.message, HasSubstr("not deactivated"));
  there.states[old] = "DEACTIVATED";
  const UrnReport report = assigned(there.resolver(), options);
  EXPECT_THAT(outcomes(report), ElementsAre("registered urn:nbn:cz:tst001-000002"));
  EXPECT_EQ(report.objects[0].uuid, first.objects[0].uuid);
  EXPECT_THAT(there.messages["urn:nbn:cz:tst001-000002"],
              HasSubstr("<predecessor value=\"" + old + "\" note=\"wrongly described\"/>"));
  EXPECT_THAT(outcomes(assigned(there.resolver())),
              ElementsAre("had-one urn:nbn:cz:tst001-000002"));
  // Also where the record itself names the retired one.
  record(std::string(one_book) + "urnnbn = \"" + old + "\"\nuuid = \"" + first.objects[0].uuid +
         "\"\n");
  EXPECT_THAT(outcomes(assigned(there.resolver())),
              ElementsAre("had-one urn:nbn:cz:tst001-000002"));
}

TEST_F(Assign, ADigitalInstanceIsAddedOnce) {
  FakeResolver there;
  Resolver resolver = there.resolver();
  resolver.library = "12";
  record(one_book);
  const UrnReport first = assigned(resolver);
  const std::string pattern = "https://k.example.org/view/uuid:{uuid}?u={urnnbn}";
  bool lost = true;
  there.before = [&](const std::string& request) -> std::optional<std::string> {
    if (request.find("/digitalInstances") == std::string::npos) return std::nullopt;
    if (std::exchange(lost, false)) return "";
    return refusal("403 Forbidden", "DIGITAL_INSTANCE_ALREADY_PRESENT");
  };
  EXPECT_EQ(add_instances(*batch_, resolver, pattern, quick())->objects[0].outcome,
            UrnOutcome::unknown);
  const auto second = add_instances(*batch_, resolver, pattern, quick());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->objects[0].outcome, UrnOutcome::found);
  EXPECT_THAT(second->objects[0].message,
              HasSubstr("<url>https://k.example.org/view/uuid:" + first.objects[0].uuid +
                        "?u=" + first.objects[0].urn + "</url>"));
  EXPECT_EQ(add_instances(*batch_, resolver, pattern, quick())->objects[0].outcome,
            UrnOutcome::had_one);
  // Another address, and one of this library is there already: that is no success.
  EXPECT_EQ(
      add_instances(*batch_, resolver, "https://k.example.org/other", quick())->objects[0].outcome,
      UrnOutcome::refused);
}

// ---- tests and production -----------------------------------------------------------------------

TEST_F(Assign, ATestsUrnIsToldAndGivesWayToProduction) {
  FakeResolver test, real;
  test.registrar = "tsta01";
  real.registrar = "aba001";
  record(one_book);
  const UrnReport tried = assigned(test.resolver(true));
  EXPECT_THAT(outcomes(tried), ElementsAre("registered urn:nbn:cz:tsta01-000001"));
  EXPECT_TRUE(tried.objects[0].test);
  MakePackageOptions dry;
  dry.dry_run = true;
  auto made = make_packages(*batch_, dry);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->packages[0].id, "tsta01-000001");
  EXPECT_THAT(made->notes, Contains(HasSubstr("not for production")));
  const auto known = read_urns(batch_->folder());
  ASSERT_TRUE(known);
  const auto refused = refuse_test_urns({tried.objects[0].urn}, {}, known->known);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("zkouska"));

  const UrnReport meant = assigned(real.resolver());
  EXPECT_THAT(outcomes(meant), ElementsAre("registered urn:nbn:cz:aba001-000001"));
  EXPECT_EQ(meant.objects[0].uuid, tried.objects[0].uuid);
  made = make_packages(*batch_, dry);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->packages[0].id, "aba001-000001");
  EXPECT_THAT(made->notes, Not(Contains(HasSubstr("not for production"))));
  // And a later test changes nothing.
  EXPECT_THAT(outcomes(assigned(test.resolver(true))),
              ElementsAre("had-one urn:nbn:cz:aba001-000001"));
}

TEST_F(Assign, ATestsUrnInTheRecordIsRefusedByProduction) {
  FakeResolver real;
  Resolver test = real.resolver(true);
  test.registrar = "tsta01";
  record(std::string(one_book) + "urnnbn = \"urn:nbn:cz:tsta01-00000a\"\n");
  AssignOptions options = quick();
  options.resolvers = {test, real.resolver()};
  const UrnReport report = assigned(real.resolver(), options);
  EXPECT_THAT(outcomes(report), ElementsAre("refused urn:nbn:cz:tsta01-00000a"));
  EXPECT_THAT(report.objects[0].error.message, HasSubstr("production"));
}

// ---- parts --------------------------------------------------------------------------------------

TEST_F(Assign, SupplementsAndArticlesAreRegisteredWhereAskedForAndKeepTheirUuid) {
  FakeResolver there;
  const std::string text =
      "kind = \"periodical\"\n[title]\ntitle = \"Věstník\"\nyear = \"1925-1938\"\n"
      "issn = \"0231-5904\"\nlanguage = \"cze\"\nsigla = \"ABA001\"\n"
      "[[issues]]\nnumber = \"5\"\ndate = \"1.5.1927\"\nvolume = \"3\"\nyear = 1927\n"
      "[[issues.articles]]\ntitle = \"O vodě\"\nauthors = [\"Vrba, Josef\"]\npages = \"#1-#2\"\n"
      "[[issues.supplements]]\ntitle = \"Příloha\"\npages = \"#4\"\n";
  record(text);
  EXPECT_THAT(outcomes(assigned(there.resolver())), SizeIs(1));
  Resolver resolver = there.resolver();
  resolver.parts = {"supplement", "article"};
  const UrnReport report = assigned(resolver);
  EXPECT_THAT(outcomes(report),
              ElementsAre("had-one urn:nbn:cz:tst001-000001", "registered urn:nbn:cz:tst001-000002",
                          "registered urn:nbn:cz:tst001-000003"));
  // Another article before them: theirs stay theirs.
  std::string more = text;
  more.insert(more.find("[[issues.articles]]"),
              "[[issues.articles]]\ntitle = \"Nový\"\npages = \"#3\"\n");
  record(more);
  const UrnReport again = assigned(resolver);
  EXPECT_THAT(outcomes(again),
              ElementsAre("had-one urn:nbn:cz:tst001-000001", "registered urn:nbn:cz:tst001-000004",
                          "had-one urn:nbn:cz:tst001-000002", "had-one urn:nbn:cz:tst001-000003"));
  EXPECT_EQ(again.objects[2].uuid, report.objects[1].uuid);
  const auto made = make_packages(*batch_, {});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->packages.at(0).state, PackageState::built) << made->packages[0].error.message;
  const auto mets = read_text(made->packages[0].path / "mets_tst001-000001.xml");
  ASSERT_TRUE(mets);
  EXPECT_THAT(*mets, AllOf(HasSubstr("urn:nbn:cz:tst001-000002"), HasSubstr(again.objects[2].uuid),
                           HasSubstr("urn:nbn:cz:tst001-000004")));
}

// ---- killed anywhere ----------------------------------------------------------------------------

// What a killed child does; started by the test below with a place to die at.
TEST(UrnChild, DISABLED_Assigns) {
  const char *folder = std::getenv("LINKA_TEST_BATCH"), *address = std::getenv("LINKA_TEST_URL");
  ASSERT_TRUE(folder != nullptr && address != nullptr);
  auto batch = Batch::open(folder);
  ASSERT_TRUE(batch);
  Resolver resolver;
  resolver.id = "nkp";
  resolver.address = address;
  resolver.registrar = "tst001";
  resolver.timeout_s = 5;
  AssignOptions options;
  options.first_wait_ms = 1;
  const auto report = assign_urns(*batch, resolver, options);
  ASSERT_TRUE(report) << report.error().message;
  for (const UrnResult& one : report->objects) ASSERT_FALSE(one.urn.empty());
}

int child(const fs::path& batch, const std::string& url, const std::string& fail_at) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setenv("LINKA_TEST_BATCH", batch.c_str(), 1);
    ::setenv("LINKA_TEST_URL", url.c_str(), 1);
    ::setenv("LINKA_FAIL_AT", fail_at.c_str(), 1);
    const int quiet = ::open("/dev/null", O_WRONLY);
    ::dup2(quiet, 1);
    ::execl("/proc/self/exe", "test", "--gtest_also_run_disabled_tests",
            "--gtest_filter=UrnChild.*", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

TEST_F(Assign, KilledAnywhereAndStartedAgainThereIsOneUrnEach) {
  std::vector<std::string> places;
  for (const FailPoint* point : all_fail_points()) {
    const std::string name = point->name();
    if (name.starts_with("urnnbn-") && name != "urnnbn-reserve" && name != "urnnbn-instance")
      places.push_back(name);
    if (name == "journal-half-written" || name == "journal-flush" || name == "journal-flushed")
      places.push_back(name);
  }
  ASSERT_GE(places.size(), 7u);
  int round = 0;
  for (const std::string& place : places)
    for (const int visit : {1, 2}) {
      FakeResolver there;
      make_batch("killed" + std::to_string(++round), place + std::to_string(visit));
      record(two_volumes);
      const fs::path batch = batch_->folder();
      batch_.reset();  // its lock
      const std::string url = there.resolver().address;
      const std::string where = fmt::format("{}:die@{}", place, visit);
      const int status = child(batch, url, where);
      EXPECT_TRUE(WIFSIGNALED(status)) << where << " was not reached";
      EXPECT_EQ(child(batch, url, ""), 0) << where;
      EXPECT_EQ(there.documents.size(), 2u) << where;
      const auto known = read_urns(batch);
      ASSERT_TRUE(known) << where;
      std::vector<std::string> urns;
      for (const KnownUrn& k : known->known) {
        urns.push_back(k.urn);
        EXPECT_EQ(there.documents[k.uuid], k.urn) << where;
      }
      EXPECT_THAT(urns, SizeIs(2)) << where;
    }
}

}  // namespace
}  // namespace linka
