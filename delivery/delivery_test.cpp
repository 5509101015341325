// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "base/files.h"
#include "delivery/check_target.h"
#include "delivery/command.h"
#include "delivery/log.h"
#include "delivery/placing.h"
#include "delivery/processes.h"
#include "delivery/receipt.h"
#include "delivery/targets.h"
#include "http/http_test_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

fs::path fresh_folder(const std::string& name) {
  const fs::path p = fs::path(testing::TempDir()) / (name + std::to_string(::getpid()));
  fs::remove_all(p);
  fs::create_directories(p);
  return p;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

// --- programs ---

TEST(Program, SaysWhatItSaidAndHowItEnded) {
  const auto ran = run_program({"sh", "-c", "echo out; echo one >&2; echo two >&2; exit 3"}, {});
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->status, 3);
  EXPECT_EQ(ran->output, "out\n");
  EXPECT_EQ(ran->said, "two");
  EXPECT_EQ(run_program({"linka-no-such-program"}, {}).error().kind, ErrorKind::missing);
}

TEST(Program, OneThatDoesNotHearItsEndIsKilled) {
  for (const char* script : {"sleep 600", "trap '' TERM; sleep 600"}) {
    const auto ran = run_program({"sh", "-c", script}, [] { return true; });
    ASSERT_FALSE(ran) << script;
    EXPECT_EQ(ran.error().kind, ErrorKind::cancelled) << script;
  }
}

// --- targets ---

constexpr const char* whole_target = R"(
[[target]]
id = "k7"
server = "https://k7.example.org/search/api/"
view = "https://k7.example.org/view/{pid}"
licences = "public"
[target.login]
token_url = "https://keycloak.example.org/token"
user = "linka"
password_file = "password"
[target.import]
folder = "import"
on_server = "linka/in"
[target.images]
kind = "iiif3"
url = "https://images.example.org/iiif/3/"
folder = "/mnt/images"
)";

TEST(Targets, AreReadWithWhatIsUsual) {
  const auto targets = targets_from(whole_target, "/etc/linka/targets.toml");
  ASSERT_TRUE(targets) << targets.error().message;
  const Target& t = targets->front();
  EXPECT_EQ(t.api(), "https://k7.example.org/search/api");
  EXPECT_EQ(t.login.grant, Grant::password);
  EXPECT_EQ(t.login.password.file, "/etc/linka/password");
  EXPECT_EQ(t.import.folder, "/etc/linka/import");
  EXPECT_EQ(t.images.kind, FoxmlImages::Kind::image_server);
  EXPECT_EQ(t.address_of("uuid:1"), "https://k7.example.org/view/uuid:1");
  EXPECT_THAT(t.licences, ElementsAre("public"));
  EXPECT_TRUE(t.warnings.empty());
  EXPECT_EQ(target_named(*targets, "k8").error().kind, ErrorKind::configuration);
}

TEST(Targets, SayEveryMistakeWithItsLine) {
  const auto targets = targets_from(R"([[target]]
id = "a b"
server = "ftp://x"
proof = "some"
wrong = 1
[target.login]
password = "secret-word"
[target.import]
folder = "x"
rsync = "u@h:/x"
on_server = "a b"
[other]
)",
                                    "targets.toml");
  ASSERT_FALSE(targets);
  EXPECT_EQ(targets.error().kind, ErrorKind::configuration);
  for (const char* part :
       {"id of letters", "server is an address", "line 4: proof", "line 5",
        "a secret is not written here", "exclude each other", "on_server", "[[target]]"})
    EXPECT_THAT(targets.error().message, HasSubstr(part));
  EXPECT_THAT(targets.error().message, testing::Not(HasSubstr("secret-word")));
}

TEST(Targets, OfTheSampleAreWhole) {
  const auto targets = load_targets(LINKA_SAMPLE_TARGETS);
  ASSERT_TRUE(targets) << targets.error().message;
  EXPECT_EQ(targets->size(), 2u);
}

// --- the journal ---

json starting(std::vector<std::string> known, bool was_there = false) {
  return {{"type", "starting"}, {"what", "import"},    {"defid", "import"},
          {"known", known},     {"known_asked", true}, {"was_there", was_there}};
}

TEST(DeliveryState, AStartWithoutAnAnswerIsOpen) {
  const json begun{{"type", "begun"}, {"package", "abc"}, {"way", "foxml"}};
  DeliveryState s = replay_delivery({begun});
  EXPECT_EQ(s.open_import(), nullptr);
  s = replay_delivery({begun, starting({"1", "2"})});
  ASSERT_NE(s.open_import(), nullptr);
  EXPECT_TRUE(s.open_import()->uuid.empty());
  EXPECT_THAT(s.open_import()->known, ElementsAre("1", "2"));
}

TEST(DeliveryState, AFailedImportIsOverAndAGoodOneCounts) {
  const json begun{{"type", "begun"}}, started{{"type", "started"}, {"uuid", "u1"}};
  const json state{{"type", "state"}, {"state", "FAILED"}, {"batch", "FAILED"}};
  DeliveryState s =
      replay_delivery({begun, starting({}), started, state, {{"type", "ended"}, {"well", false}}});
  EXPECT_EQ(s.open_import(), nullptr);
  EXPECT_EQ(s.imports.front().state, "FAILED");
  s = replay_delivery({begun, starting({}), started, {{"type", "ended"}, {"well", true}}});
  ASSERT_NE(s.open_import(), nullptr);
  EXPECT_TRUE(s.open_import()->well);
  s = replay_delivery({begun, starting({}), {{"type", "not-started"}}});
  EXPECT_EQ(s.open_import(), nullptr);
}

TEST(DeliveryState, ANewBeginForgetsTheLastDelivery) {
  const DeliveryState s = replay_delivery({{{"type", "begun"}, {"package", "a"}},
                                           {{"type", "exported"}, {"digest", "d"}},
                                           starting({}),
                                           {{"type", "receipt"}, {"document", {{"x", 1}}}},
                                           {{"type", "begun"}, {"package", "b"}}});
  EXPECT_EQ(s.package_digest, "b");
  EXPECT_FALSE(s.exported);
  EXPECT_TRUE(s.imports.empty());
  EXPECT_TRUE(s.receipt.is_null());
}

TEST(DeliveryFilesOf, ABatchAndALonePackage) {
  EXPECT_EQ(files_of("/x/abc/", "k7").journal(), "/x/abc.deliveries/k7.jsonl");
}

// --- processes ---

TEST(Processes, StatesOfBothVersionsAreRead) {
  const auto state = state_in(
      json::parse(R"({"process":{"uuid":"5","state":"FINISHED"},"batch":{"state":"RUNNING"}})"));
  ASSERT_TRUE(state);
  EXPECT_TRUE(is_final(state->process));
  EXPECT_FALSE(is_final(state->batch));
  EXPECT_FALSE(is_final("NOT_RUNNING"));
  EXPECT_FALSE(state_in(json::parse(R"({"message":"x"})")));
  EXPECT_FALSE(state_in(json::parse("[]")));
  EXPECT_EQ(uuid_in(json::parse(R"({"uuid":"7","pid":""})")), "7");
  EXPECT_EQ(uuid_in(json::parse("[1]")), "");
}

TEST(Processes, OrdersHoldWhatEachVersionWants) {
  Target t;
  t.on_server = "linka";
  ImportOrder order = import_order(t, true, "name", true);
  EXPECT_EQ(order.defid, "import");
  EXPECT_EQ(order.params, json::parse(R"({"inputDataDir":"linka/name","startIndexer":true,
    "indexationType":"indexNewImported"})"));
  t.way = Way::psp;
  t.on_server = "/data/x";
  t.licences = {"public"};
  t.collections = {"uuid:1", "uuid:2"};
  t.policy = "public";
  order = import_order(t, true, "name", false);
  EXPECT_EQ(order.defid, "convert_and_import");
  // 7.2 turns the meaning round.
  EXPECT_EQ(order.params, json::parse(R"({"inputDataDir":"/data/x/name","startIndexer":true,
    "pathtype":"absolute","policy":"PRIVATE","useIIPServer":false,"license":"public",
    "collections":"uuid:1;uuid:2"})"));
  EXPECT_EQ(import_order(t, false, "name", false).params["policy"], "PUBLIC");
  t.policy.clear();
  EXPECT_EQ(import_order(t, true, "name", false).params["policy"], "PRIVATE");
}

TEST(Processes, TellingLinesAndPidsAreFound) {
  EXPECT_THAT(telling_lines_in({"INFO a", "SEVERE: b", "java.io.IOException: c", "WARNING d"}),
              ElementsAre("SEVERE: b", "java.io.IOException: c", "WARNING d"));
  EXPECT_THAT(pids_in("x uuid:6a1b0c1e-0000-4000-8000-000000000001, uuid:zz "
                      "uuid:6a1b0c1e-0000-4000-8000-000000000001"),
              ElementsAre("uuid:6a1b0c1e-0000-4000-8000-000000000001"));
}

// --- placing ---

PlacedImage image(const fs::path& source, const std::string& target) {
  return {source, target, digest_file(source)->md5, fs::file_size(source), "uuid:1"};
}

TEST(Placing, ImagesAreCopiedOnceAndNeverOverwritten) {
  const fs::path folder = fresh_folder("linka_place");
  write(folder / "a.jp2", "one");
  Place place;
  place.folder = folder / "there";
  fs::create_directories(place.folder);
  auto placed = place_images(place, {image(folder / "a.jp2", "p/a.jp2")}, {}, {});
  ASSERT_TRUE(placed) << placed.error().message;
  EXPECT_EQ(placed->copied, 1u);
  EXPECT_EQ(*read_text(place.folder / "p/a.jp2"), "one");
  placed = place_images(place, {image(folder / "a.jp2", "p/a.jp2")}, {}, {});
  EXPECT_EQ(placed->copied, 0u);
  EXPECT_EQ(placed->files, 1u);
  write(folder / "a.jp2", "two");
  placed = place_images(place, {image(folder / "a.jp2", "p/a.jp2")}, {}, {});
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(*read_text(place.folder / "p/a.jp2"), "one");
  EXPECT_FALSE(place_images(place, {image(folder / "a.jp2", "../a.jp2")}, {}, {}));
}

TEST(Placing, AFolderAppearsWholeAndIsNotMixed) {
  const fs::path folder = fresh_folder("linka_place_folder");
  write(folder / "from/a.xml", "one");
  write(folder / "from/b.xml", "two");
  Place place;
  place.folder = folder / "import";
  EXPECT_FALSE(place_folder(place, folder / "from", "x", {}));  // no such import directory
  fs::create_directories(place.folder);
  write(place.folder / ".x.linka-part/old.xml", "left by a crash");
  ASSERT_TRUE(place_folder(place, folder / "from", "x", {}));
  ASSERT_TRUE(place_folder(place, folder / "from", "x", {}));
  EXPECT_EQ(std::distance(fs::directory_iterator(place.folder), {}), 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(place.folder / "x"), {}), 2);
  struct stat status {};
  ASSERT_EQ(::stat((place.folder / "x/a.xml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
  write(place.folder / "x/a.xml", "other");
  EXPECT_EQ(place_folder(place, folder / "from", "x", {}).error().kind, ErrorKind::bad_input);
  ASSERT_TRUE(take_back_folder(place, "x"));
  EXPECT_FALSE(fs::exists(place.folder / "x"));
  EXPECT_FALSE(take_back_folder(place, "../from"));
}

// --- the token ---

Target served_by(const made::Server& server, const fs::path& folder) {
  write(folder / "password", "pass-word\n");
  fs::permissions(folder / "password", fs::perms::owner_read);
  Target t;
  t.id = "t";
  t.server = server.url("");
  t.login.grant = Grant::password;
  t.login.token_url = server.url("/token");
  t.login.user = "me";
  t.login.password.file = folder / "password";
  t.poll_s = 0.01;
  t.patience_s = 1;
  return t;
}

TEST(KrameriusServers, FetchANewTokenOnceWhenItIsOver) {
  made::Server server;
  std::atomic<int> tokens{0}, asked{0};
  server.start([&](const std::string& request) -> std::optional<std::string> {
    if (request.starts_with("POST /token"))
      return made::answered(
          R"({"access_token":"t)" + std::to_string(++tokens) + R"(","expires_in":300})",
          "application/json");
    ++asked;
    if (made::request_header(request, "Authorization") == "Bearer t2")
      return made::answered(R"({"x":1})", "application/json");
    return made::answered(R"({"message":"user 'not_logged' is not allowed"})", "application/json",
                          "403 Forbidden");
  });
  auto k = KrameriusServer::open(served_by(server, fresh_folder("linka_token")));
  ASSERT_TRUE(k) << k.error().message;
  EXPECT_TRUE(k->get_json("/admin/x").good());
  EXPECT_EQ(tokens, 2);
  EXPECT_EQ(asked, 2);
}

TEST(KrameriusServers, SayLackOfRightsAndPagesForPeopleApart) {
  made::Server server;
  server.start([&](const std::string& request) -> std::optional<std::string> {
    if (request.starts_with("POST /token"))
      return made::answered(R"({"access_token":"t"})", "application/json");
    if (request.find("/html ") != std::string::npos)
      return made::answered("<html>busy</html>", "text/html");
    return made::answered(R"({"message":"user 'me' is not allowed to manage processes"})",
                          "application/json", "403 Forbidden");
  });
  auto k = KrameriusServer::open(served_by(server, fresh_folder("linka_rights")));
  ASSERT_TRUE(k);
  EXPECT_EQ(k->get_json("/x").heard, Heard::no_rights);
  EXPECT_EQ(k->get_json("/html").heard, Heard::passing);
}

TEST(KrameriusServers, NeverSayThePassword) {
  made::Server server;
  server.start([&](const std::string&) -> std::optional<std::string> {
    return made::answered(
        R"({"error":"invalid_grant","error_description":"Invalid user credentials"})",
        "application/json", "401 Unauthorized");
  });
  auto k = KrameriusServer::open(served_by(server, fresh_folder("linka_secret")));
  ASSERT_TRUE(k);
  const auto in = k->log_in();
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().kind, ErrorKind::configuration);
  EXPECT_THAT(in.error().message, HasSubstr("Invalid user credentials"));
  EXPECT_THAT(in.error().message, testing::Not(HasSubstr("pass-word")));
}

// --- receipts ---

TEST(Receipts, AreRefusedWhenAnyByteIsAnother) {
  const auto key = signing_key(fresh_folder("linka_receipt") / "key");
  const auto text = signed_receipt({{"version", 1}, {"document", {{"pid", "uuid:1"}}}}, *key);
  ASSERT_TRUE(text);
  const auto read = verified_receipt(*text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->key, key->shown);
  EXPECT_EQ(read->receipt["document"]["pid"], "uuid:1");
  for (std::size_t i = 0; i < text->size(); ++i)
    for (const char other : {'0', ' ', 'A', '"'}) {
      std::string changed = *text;
      if (changed[i] == other) continue;
      changed[i] = other;
      EXPECT_FALSE(verified_receipt(changed)) << i << " " << other;
    }
  EXPECT_FALSE(verified_receipt(*text + "\n"));
  EXPECT_FALSE(verified_receipt(text->substr(0, text->size() - 1)));
  EXPECT_FALSE(verified_receipt(""));
  EXPECT_FALSE(verified_receipt("[]"));
}

TEST(Receipts, GiveLinesForTheCatalogue) {
  const CatalogueLine line =
      catalogue_line({{"document",
                       {{"pid", "uuid:1"},
                        {"url", "https://x/1"},
                        {"title", "A, \"b\""},
                        {"identifiers", {{"uuid", "1"}, {"ccnb", "cnb000000001"}}}}},
                      {"package", {{"id", "p"}}}});
  EXPECT_EQ(line.record_id, "cnb000000001");
  EXPECT_THAT(csv_of({line}),
              HasSubstr("cnb000000001,ccnb,https://x/1,uuid:1,p,\"A, \"\"b\"\"\","));
  EXPECT_EQ(catalogue_line(json::array()).record_id, "");
}

TEST(Receipts, KnowThePackageByItsLists) {
  const fs::path package = fresh_folder("linka_rooted");
  EXPECT_FALSE(package_root(package));
  write(package / "info_x.xml", "<info/>");
  write(package / "txt/a.txt", "abc");
  write(package / "md5_x.md5", "900150983cd24fb0d6963f7d28e17f72 /txt/a.txt\n");
  const auto root = package_root(package);
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_TRUE(changed_files(package)->empty());
  write(package / "txt/a.txt", "abd");
  EXPECT_EQ(changed_files(package)->size(), 1u);
  write(package / "md5_x.md5", "");
  EXPECT_NE(*package_root(package), *root);
}

}  // namespace
}  // namespace linka
