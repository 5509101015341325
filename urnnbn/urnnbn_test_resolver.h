// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a small resolver on the loopback, and a batch of four pages to register.
#pragma once

#include "base/digest.h"
#include "base/files.h"
#include "http/http_test_server.h"
#include "kramerius-export/rules_test_package.h"
#include "urnnbn/assign.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace linka::made {

inline std::string response(const std::string& inside) {
  return "<?xml version=\"1.0\"?><response xmlns=\"http://resolver.nkp.cz/v4/\">" + inside +
         "</response>";
}
inline std::string refusal(const std::string& status, const std::string& code) {
  return answered(response("<error><code>" + code + "</code><message>so it is</message></error>"),
                  "application/xml", status);
}
inline std::string urn_xml(const std::string& urn, const std::string& status = "ACTIVE") {
  return "<urnNbn><status>" + status + "</status><value>" + urn +
         "</value><countryCode>cz</countryCode></urnNbn>";
}

// Registers what it is sent under its uuid. `before` may answer in its stead.
class FakeResolver {
 public:
  using Before = std::function<std::optional<std::string>(const std::string& request)>;

  FakeResolver() {
    server_.start([this](const std::string& request) -> std::optional<std::string> {
      const std::lock_guard lock(guard_);
      asked_.push_back(request.substr(0, request.find(" HTTP")));
      if (before)
        if (auto other = before(request)) return other;
      return answer(request);
    });
  }

  Resolver resolver(bool test = false) const {
    Resolver r;
    r.id = test ? "zkouska" : "nkp";
    r.test = test;
    r.address = server_.url("/api/v4");
    r.registrar = registrar;
    r.timeout_s = 2;
    return r;
  }
  // Registers by what the request holds; what is given back is not sent by itself.
  std::string register_from(const std::string& request) {
    const std::string uuid = between(request, "<id type=\"uuid\">", "</id>");
    if (documents.contains(uuid))
      return refusal("409 Conflict", "REGISTRAR_SCOPE_IDENTIFIER_COLLISION");
    std::string urn = between(request, "<value>", "</value>");
    if (urn.empty()) urn = "urn:nbn:cz:" + registrar + fmt::format("-{:06}", ++last_);
    documents[uuid] = urn;
    messages[urn] = request.substr(request.find("\r\n\r\n") + 4);
    return answered(response(urn_xml(urn)), "application/xml", "201 Created");
  }
  std::size_t count(const std::string& beginning) {
    const std::lock_guard lock(guard_);
    return static_cast<std::size_t>(
        std::count_if(asked_.begin(), asked_.end(),
                      [&](const std::string& line) { return line.starts_with(beginning); }));
  }
  static std::string between(const std::string& text, const std::string& a, const std::string& b) {
    const std::size_t at = text.find(a);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + a.size();
    return text.substr(begin, text.find(b, begin) - begin);
  }

  Before before;
  std::string registrar = "tst001";
  std::map<std::string, std::string> documents;  // uuid -> URN:NBN
  std::map<std::string, std::string> messages;   // URN:NBN -> what was sent
  std::map<std::string, std::string> states;     // URN:NBN -> status, when not ACTIVE
  int url_port() const { return server_.port(); }

 private:
  std::string answer(const std::string& request) {
    const std::string line = request.substr(0, request.find(" HTTP"));
    const auto has = [&](const char* text) { return line.find(text) != std::string::npos; };
    if (line.starts_with("POST") && has("/urnNbnReservations")) {
      std::string urns;
      const int size = std::stoi("0" + parameter_of(request, "size").value_or(""));
      for (int i = 0; i < size; ++i)
        urns +=
            "<urnNbn>urn:nbn:cz:" + registrar + fmt::format("-r{:05}", ++reserved_) + "</urnNbn>";
      return answered(response("<urnNbnReservation>" + urns + "</urnNbnReservation>"),
                      "application/xml", "201 Created");
    }
    if (has("/urnNbnReservations"))
      return answered(
          response("<urnNbnReservations><maxReservationSize>9</maxReservationSize>"
                   "<reserved totalSize=\"0\"/></urnNbnReservations>"));
    if (line.starts_with("POST") && has("/digitalInstances"))
      return answered(response("<digitalInstance id=\"1\"/>"), "application/xml", "201 Created");
    if (line.starts_with("POST")) return register_from(request);
    if (line.starts_with("PUT")) return answered(response(""));
    if (line.starts_with("DELETE")) {
      std::erase_if(documents, [&](const auto& d) { return has(d.second.c_str()); });
      return answered(response(""));
    }
    if (has("/registrarScopeIdentifier/uuid/")) {
      const auto found = documents.find(between(line + "?", "/uuid/", "?"));
      if (found == documents.end()) return refusal("404 Not Found", "UNKNOWN_DIGITAL_DOCUMENT");
      return answered(response("<digitalDocument id=\"1\">" + urn_xml(found->second) +
                               "<registrarScopeIdentifiers><id type=\"uuid\">" + found->first +
                               "</id></registrarScopeIdentifiers></digitalDocument>"));
    }
    if (has("/urnnbn/")) {
      const std::string urn = between(line + "?", "/urnnbn/", "?");
      const auto state = states.find(urn);
      return answered(response(urn_xml(urn, state == states.end() ? "FREE" : state->second)));
    }
    return refusal("404 Not Found", "NOT_DEFINED");
  }
  std::mutex guard_;
  std::vector<std::string> asked_;
  int last_ = 0, reserved_ = 0;
  Server server_;  // the last: its threads end before all they use
};

// A batch of four pages, all made, in a folder of its own.
class UrnBatch : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    std::replace(name.begin(), name.end(), '/', '-');
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("linka-urnnbn-{}-{}", ::getpid(), name);
    std::filesystem::remove_all(folder_);
    make_batch("batch", "scan");
  }
  void TearDown() override {
    batch_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The batch lies in that folder; `content` decides what the scans are.
  void make_batch(const std::string& where, const std::string& content) {
    const auto scans = folder_ / (where + "-scans");
    std::filesystem::create_directories(scans);
    for (int i = 1; i <= 4; ++i)
      ASSERT_TRUE(write_atomically(scans / page_name(i), fmt::format("{} {}", content, i)));
    auto batch = Batch::open_or_create(folder_ / where, scans);
    ASSERT_TRUE(batch) << batch.error().message;
    batch_.emplace(std::move(*batch));
    for (int i = 1; i <= 4; ++i) finish(i, false);
  }
  static std::string page_name(int i) { return fmt::format("{:04}.tif", i); }

  void record(const std::string& toml) {
    ASSERT_TRUE(write_atomically(folder_ / "title.toml", toml));
    ASSERT_TRUE(batch_->keep_record(folder_ / "title.toml"));
  }

  void finish(int i, bool parked) {
    ScanOutcome outcome;
    outcome.id = {page_name(i), 0};
    const auto file = batch_->scans() / page_name(i);
    const auto digests = digest_file(file);
    ASSERT_TRUE(digests);
    outcome.sha256 = digests->sha256;
    const auto inventory = take_inventory(batch_->scans());
    ASSERT_TRUE(inventory);
    for (const InventoryFile& known : inventory->files)
      if (known.name == page_name(i)) {
        outcome.size_bytes = known.size_bytes;
        outcome.modified_ns = known.modified_ns;
      }
    const PageId page{outcome.id, Side::single};
    outcome.pages = {{page,
                      parked ? PageState::parked : PageState::done,
                      {ErrorKind::bad_input, "the page is blurred", {}}}};
    if (!parked) write_page(page, digests->sha256);
    auto journal = Journal::open(batch_->journal(), "main");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->ended(outcome));
  }

  void write_page(const PageId& page, const std::string& scan_sha256) {
    PageFacts facts;
    facts.id = page;
    facts.source.file_name = page.scan.name;
    facts.source.size_bytes = 6;
    facts.source.md5 = "0123456789abcdef0123456789abcdef";
    facts.source.sha256 = scan_sha256;
    facts.source.format = "image/tiff";
    facts.source.width_px = 700;
    facts.source.height_px = 900;
    facts.source.samples_per_pixel = 3;
    facts.width_px = test::master_header().width;
    facts.height_px = test::master_header().height;
    facts.channels = 3;
    facts.dpi = {300, 300};
    facts.made_at = "2025-01-20T11:00:00Z";
    facts.versions = {{"linka", "1"}, {"OpenJPEG", "2.5.0"}};
    PageText text;
    text.width_px = facts.width_px;
    text.height_px = facts.height_px;
    const auto folder = batch_->page(facts.id);
    std::filesystem::create_directories(folder);
    for (const auto& [file, bytes] :
         {std::pair{"master.jp2", test::master_header().bytes()},
          std::pair{"user.jp2", test::user_header().bytes()},
          std::pair{"text.json", to_json(text).dump()}, std::pair{"text.txt", std::string()}}) {
      ASSERT_TRUE(write_atomically(folder / file, bytes));
      const auto digests = digest_file(folder / file);
      facts.files.push_back({file, digests->size_bytes, digests->md5, digests->sha256});
    }
    ASSERT_TRUE(write_atomically(folder / "facts.json", to_json(facts).dump()));
  }

  static AssignOptions quick() {
    AssignOptions options;
    options.first_wait_ms = 1;
    return options;
  }
  UrnReport assigned(const Resolver& resolver, AssignOptions options = quick()) {
    const auto report = assign_urns(*batch_, resolver, options);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : UrnReport{};
  }
  static std::vector<std::string> outcomes(const UrnReport& report) {
    std::vector<std::string> out;
    for (const UrnResult& one : report.objects)
      out.push_back(name_of(one.outcome) + (one.urn.empty() ? "" : " " + one.urn));
    return out;
  }

  std::filesystem::path folder_;
  std::optional<Batch> batch_;
};

constexpr const char* one_book =
    "title = \"Měsíční mlýn\"\nsubtitle = \"vyprávění\"\nauthors = [\"Nováková, Anna\"]\n"
    "publisher = \"Vrba\"\nplace = \"Praha\"\nyear = \"[1927]\"\nlanguage = \"cze\"\n"
    "ccnb = \"cnb000000017\"\nisbn = \"80-200-0001-1\"\nbarcode = \"2610000001\"\n"
    "sigla = \"ABA001\"\n";

constexpr const char* two_volumes =
    "sigla = \"ABA001\"\n[title]\ntitle = \"Mlýny\"\npublisher = \"N\"\nyear = 1927\n"
    "language = \"cze\"\n"
    "[[volumes]]\nnumber = \"1\"\nyear = 1927\npage_count = 2\n"
    "[[volumes]]\nnumber = \"2\"\nname = \"Vodní\"\nyear = 1928\n";

}  // namespace linka::made
