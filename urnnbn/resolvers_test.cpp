// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/resolvers.h"

#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const std::string good =
    "[[resolver]]\nid = \"nkp\"\nkind = \"production\"\nurl = \"https://resolver.nkp.cz/api/v4/\"\n"
    "registrar = \"aba001\"\nuser = \"linka\"\npassword_file = \"nkp.secret\"\n";

std::string mistakes_in(const std::string& text) {
  const auto r = resolvers_from(text, "/etc/linka/resolvers.toml");
  if (r) return {};
  EXPECT_EQ(r.error().kind, ErrorKind::configuration);
  return r.error().message;
}
std::string with(const std::string& line, const std::string& instead) {
  std::string text = good;
  text.replace(text.find(line), line.size(), instead);
  return text;
}

TEST(Resolvers, TheSampleIsInOrder) {
  const auto all = load_resolvers(LINKA_SAMPLE_RESOLVERS);
  ASSERT_TRUE(all) << all.error().message;
  const auto real = resolver_named(*all, "nkp");
  ASSERT_TRUE(real);
  EXPECT_FALSE(real->test);
  EXPECT_EQ(real->address, "https://resolver.nkp.cz/api/v4");
  EXPECT_EQ(real->password.file, fs::path(LINKA_SAMPLE_RESOLVERS).parent_path() / "nkp.secret");
  EXPECT_THAT(words_for(*real), HasSubstr("production"));
  const auto test = resolver_named(*all, "zkouska");
  ASSERT_TRUE(test);
  EXPECT_TRUE(test->test);
  EXPECT_EQ(test->parts, (std::set<std::string>{"article", "supplement"}));
  EXPECT_THAT(words_for(*test), HasSubstr("TEST"));
  const auto none = resolver_named(*all, "x");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, AllOf(HasSubstr("nkp"), HasSubstr("zkouska")));
}

TEST(Resolvers, EveryMistakeIsTold) {
  EXPECT_EQ(mistakes_in(good), "");
  EXPECT_THAT(mistakes_in(with("kind = \"production\"\n", "")), HasSubstr("kind = \"test\""));
  EXPECT_THAT(mistakes_in(with("\"production\"", "\"test\"")), HasSubstr("national resolver"));
  EXPECT_THAT(mistakes_in(with("https://resolver.nkp.cz", "http://resolver.nkp.cz")),
              HasSubstr("https"));
  EXPECT_EQ(mistakes_in(with("https://resolver.nkp.cz", "http://127.0.0.1:8080")), "");
  EXPECT_THAT(mistakes_in(with("aba001", "ABA-1")), HasSubstr("registrar"));
  EXPECT_THAT(mistakes_in(with("password_file = \"nkp.secret\"\n", "")), HasSubstr("together"));
  EXPECT_THAT(mistakes_in(with("password_file = \"nkp.secret\"", "password = \"x\"")),
              HasSubstr("secret"));
  EXPECT_THAT(mistakes_in(good + "mode = \"mine\"\n"), HasSubstr("reservation"));
  EXPECT_THAT(mistakes_in(good + "parts = [\"chapter\"]\n"), HasSubstr("chapter"));
  EXPECT_THAT(mistakes_in(good + "colour = \"red\"\n"), HasSubstr("colour"));
  EXPECT_THAT(mistakes_in(good + "digital_library = \"ours\"\n"), HasSubstr("digital_library"));
  EXPECT_THAT(mistakes_in(good + good), HasSubstr("twice"));
  EXPECT_THAT(mistakes_in("[resolver]\n"), HasSubstr("[[resolver]]"));
  EXPECT_THAT(mistakes_in("nothing ="), HasSubstr("line 1"));
}

TEST(Resolvers, ATestMustNotLookLikeTheRealThing) {
  const std::string test =
      "[[resolver]]\nid = \"t\"\nkind = \"test\"\nurl = \"https://test.example.org/api\"\n"
      "registrar = \"tsta01\"\n";
  EXPECT_EQ(mistakes_in(good + test), "");
  std::string same = test;
  same.replace(same.find("tsta01"), 6, "aba001");
  EXPECT_THAT(mistakes_in(good + same), HasSubstr("told apart"));
  EXPECT_THAT(mistakes_in(same + good), HasSubstr("told apart"));
  std::string real = good;
  real.replace(real.find("resolver.nkp.cz"), 15, "test.example.org");
  EXPECT_THAT(mistakes_in(real + test), HasSubstr("share the host"));
}

TEST(Resolvers, ATestsUrnIsRefusedForProduction) {
  const auto all = load_resolvers(LINKA_SAMPLE_RESOLVERS);
  ASSERT_TRUE(all);
  EXPECT_TRUE(refuse_test_urns({"urn:nbn:cz:aba001-00000a", "urn:nbn:cz:nk-00000a"}, *all, {}));
  const auto by_code = refuse_test_urns({"urn:nbn:cz:tsta01-00000a"}, *all, {});
  ASSERT_FALSE(by_code);
  EXPECT_EQ(by_code.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(by_code.error().message,
              AllOf(HasSubstr("urn:nbn:cz:tsta01-00000a"), HasSubstr("zkouska")));
  KnownUrn known;
  known.urn = "urn:nbn:cz:abc-00000a";
  known.test = true;
  EXPECT_FALSE(refuse_test_urns({known.urn}, {}, {known}));
  EXPECT_EQ(registrar_of("urn:nbn:cz:abc-00000a"), "abc");
  EXPECT_EQ(registrar_of("urn:nbn:de:abc-00000a"), "");
}

TEST(Resolvers, ASecretIsReadFromItsFileOnly) {
  const fs::path file = fs::temp_directory_path() / fmt::format("linka-urn-{}", ::getpid());
  ASSERT_TRUE(write_atomically(file, "heslo\nmore\n"));
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  const auto open = read_secret({file, ""});
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().message, HasSubstr("others may read"));
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_EQ(read_secret({file, ""}).value(), "heslo");
  ::setenv("CREDENTIALS_DIRECTORY", file.parent_path().c_str(), 1);
  EXPECT_EQ(read_secret({"", file.filename().string()}).value(), "heslo");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_FALSE(read_secret({"", file.filename().string()}));
  fs::remove(file);
}

}  // namespace
}  // namespace linka
