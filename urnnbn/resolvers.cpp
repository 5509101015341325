// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/resolvers.h"

#include "base/files.h"
#include "base/settings.h"
#include "base/translate.h"
#include "http/client.h"
#include "model/record.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<UrnMode, std::string_view>, 3> modes = {{
    {UrnMode::resolver, "resolver"},
    {UrnMode::reservation, "reservation"},
    {UrnMode::registrar, "registrar"},
}};

// The national resolver itself is never one for tests.
constexpr std::string_view national_host = "resolver.nkp.cz";

bool is_registrar(std::string_view code) {
  return code.size() >= 2 && code.size() <= 6 && std::all_of(code.begin(), code.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

// "[::1]:8080" -> "::1", "host:80" -> "host"
std::string name_of_host(const std::string& host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_this_machine(const std::string& host) {
  const std::string name = name_of_host(host);
  return name == "localhost" || name == "::1" || name.starts_with("127.");
}

void read_mode(Resolver& r, SettingsTable& t) {
  std::vector<std::string_view> names;
  for (const auto& [mode, name] : modes) names.push_back(name);
  const std::string word = t.choice("mode", names);
  for (const auto& [mode, name] : modes)
    if (name == word) r.mode = mode;
}

void check_address(const Resolver& r, SettingsTable& t) {
  const std::string host = host_of(r.address);
  const bool plain = r.address.starts_with("http://");
  if (host.empty() || (!plain && !r.address.starts_with("https://")))
    t.wrong(tr("a resolver needs its url (https://resolver.nkp.cz/api/v4)"));
  else if (plain && !is_this_machine(host))
    t.wrong(tr("the url must begin with https: a password would be sent for everybody to read"));
  else if (r.test && name_of_host(host) == national_host)
    t.wrong(say(tr("{} is the national resolver and none for tests"), host));
}

void read_parts(Resolver& r, SettingsTable& t) {
  for (const std::string& part : t.texts("parts"))
    if (part == "supplement" || part == "article")
      r.parts.insert(part);
    else
      t.wrong(say(tr("\"{}\" has no URN:NBN of its own; parts are supplement and article"), part));
}

Resolver read_one(const toml::table& table, const fs::path& folder,
                  std::vector<std::string>& mistakes) {
  SettingsTable t(table, mistakes);
  Resolver r;
  r.id = t.text("id");
  r.name = t.text("name", r.id);
  r.address = t.text("url");
  while (r.address.ends_with('/')) r.address.pop_back();
  r.registrar = t.text("registrar");
  const std::string kind = t.text("kind");
  r.test = kind == "test";
  if (kind != "test" && kind != "production")
    t.wrong(tr("a resolver says whether it is one: kind = \"test\" or kind = \"production\""));
  read_mode(r, t);
  r.user = t.text("user");
  r.password = t.secret("password", folder);
  if (r.user.empty() == r.password.named()) t.wrong(tr("user and password_file stand together"));
  read_parts(r, t);
  r.financed = t.text("financed");
  r.contract = t.text("contract_number");
  r.library = t.text("digital_library");
  r.instance_format = t.text("instance_format");
  r.accessibility = t.text("accessibility");
  r.timeout_s = t.number("timeout_s", r.timeout_s, 0.1, 600);
  r.connect_s = t.number("connect_s", r.connect_s, 0.1, 600);
  t.refuse_unknown();
  if (r.id.empty()) t.wrong(tr("a resolver needs an id"));
  check_address(r, t);
  if (!is_registrar(r.registrar))
    t.wrong(
        say(tr("\"{}\" is no code of a registrar (2 to 6 small letters and digits)"), r.registrar));
  if (!std::all_of(r.library.begin(), r.library.end(), [](char c) { return c >= '0' && c <= '9'; }))
    t.wrong(tr("digital_library is the number of the library at the resolver, in quotes"));
  return r;
}

// Tests that could be taken for the real thing have been a real mishap.
void keep_apart(const Resolver& test, const Resolver& real, std::vector<std::string>& mistakes) {
  if (test.registrar == real.registrar)
    mistakes.push_back(
        say(tr("the test resolver {} and the production resolver {} share the registrar {}: their "
               "URN:NBN could not be told apart"),
            test.id, real.id, real.registrar));
  // On this machine there is nothing but what a test has started.
  const std::string host = host_of(test.address);
  if (host == host_of(real.address) && !is_this_machine(host))
    mistakes.push_back(
        say(tr("the test resolver {} and the production resolver {} share the host {}"), test.id,
            real.id, host));
}

void compare(const std::vector<Resolver>& all, std::vector<std::string>& mistakes) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (all[i].id == all[j].id)
        mistakes.push_back(say(tr("the id \"{}\" is used twice"), all[i].id));
      if (all[i].test != all[j].test)
        keep_apart(all[i].test ? all[i] : all[j], all[i].test ? all[j] : all[i], mistakes);
    }
}

}  // namespace

std::string_view name_of(UrnMode mode) {
  for (const auto& [value, name] : modes)
    if (value == mode) return name;
  return {};
}

std::string words_for(const Resolver& r) {
  return r.test ? say(tr("TEST resolver {} (registrar {})"), r.id, r.registrar)
                : say(tr("resolver {} (production, registrar {})"), r.id, r.registrar);
}

Result<std::vector<Resolver>> load_resolvers(const fs::path& file) {
  const auto text = read_text(file, 1 << 20);
  if (!text) return pass(text);
  return resolvers_from(*text, file);
}

Result<std::vector<Resolver>> resolvers_from(std::string_view text, const fs::path& file) {
  std::vector<Resolver> all;
  std::vector<std::string> mistakes;
  try {
    const toml::table root = toml::parse(text, file.string());
    for (const auto& [key, node] : root)
      if (key.str() != "resolver" || !node.is_array_of_tables())
        mistakes.push_back(
            say(tr("line {}: a resolver is written under [[resolver]]"), node.source().begin.line));
    if (const toml::array* list = root["resolver"].as_array())
      for (const toml::node& node : *list)
        if (const toml::table* table = node.as_table())
          all.push_back(read_one(*table, file.parent_path(), mistakes));
    compare(all, mistakes);
  } catch (const toml::parse_error& error) {
    mistakes.push_back(
        say(tr("line {}: {}"), error.source().begin.line, std::string(error.description())));
  }
  if (mistakes.empty()) return all;
  return fail(ErrorKind::configuration, "{}: {}", file.string(), fmt::join(mistakes, "; "));
}

fs::path usual_resolvers() {
  return usual_settings("resolvers.toml");
}

Result<Resolver> resolver_named(const std::vector<Resolver>& all, std::string_view id) {
  std::string list;
  for (const Resolver& r : all) {
    if (r.id == id) return r;
    list += (list.empty() ? "" : ", ") + r.id;
  }
  return fail(ErrorKind::configuration, "there is no resolver \"{}\"; described are: {}", id,
              list.empty() ? "-" : list);
}

std::string registrar_of(std::string_view urn) {
  if (!is_urnnbn(urn)) return {};
  const std::size_t begin = urn.rfind(':') + 1;
  return std::string(urn.substr(begin, urn.find('-', begin) - begin));
}

Result<void> refuse_test_urns(const std::vector<std::string>& urns,
                              const std::vector<Resolver>& resolvers,
                              const std::vector<KnownUrn>& known) {
  for (const std::string& urn : urns) {
    for (const KnownUrn& k : known)
      if (k.test && k.urn == urn)
        return fail(ErrorKind::bad_input,
                    "{} was given by the test resolver {}: it must not go into production", urn,
                    k.resolver);
    for (const Resolver& r : resolvers)
      if (r.test && r.registrar == registrar_of(urn))
        return fail(ErrorKind::bad_input,
                    "{} is of the registrar {} of the test resolver {}: it must not go into "
                    "production",
                    urn, r.registrar, r.id);
  }
  return {};
}

}  // namespace linka
