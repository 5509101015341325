// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/targets.h"

#include "base/files.h"
#include "base/text.h"

#include <algorithm>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Whence {
  fs::path folder;  // relative names lie below it
  std::vector<std::string>& mistakes;
};

fs::path below(const fs::path& folder, const std::string& name) {
  return name.empty() || fs::path(name).is_absolute() ? fs::path(name) : folder / name;
}

bool is_web_address(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// What a name on the server may hold (an import refuses much else).
bool is_plain_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

Login read_login(const toml::table* table, const Whence& whence) {
  Login login;
  if (table == nullptr) return login;
  SettingsTable t(*table, whence.mistakes, "login");
  const std::string grant =
      t.choice("grant", {"password", "client_credentials", "through_kramerius", "none"});
  login.grant = grant == "password"             ? Grant::password
                : grant == "client_credentials" ? Grant::client_credentials
                : grant == "through_kramerius"  ? Grant::through_kramerius
                                                : Grant::none;
  login.token_url = t.text("token_url");
  login.client_id = t.text("client_id", "krameriusClient");
  login.user = t.text("user");
  login.password = t.secret("password", whence.folder);
  login.client_secret = t.secret("client_secret", whence.folder);
  t.refuse_unknown();
  const bool keycloak = login.grant == Grant::password || login.grant == Grant::client_credentials;
  if (keycloak && !is_web_address(login.token_url)) t.wrong(tr("the token_url is missing"));
  if (login.grant == Grant::password && (login.user.empty() || !login.password.named()))
    t.wrong(tr("this grant needs user and password_file or password_credential"));
  if ((login.grant == Grant::client_credentials || login.grant == Grant::through_kramerius) &&
      !login.client_secret.named())
    t.wrong(tr("this grant needs client_secret_file or client_secret_credential"));
  return login;
}

Place read_place(SettingsTable& t, const Whence& whence) {
  Place place;
  place.folder = below(whence.folder, t.text("folder"));
  place.rsync = without_slash(t.text("rsync"));
  place.options = t.texts("rsync_options");
  if (!place.folder.empty() && !place.rsync.empty())
    t.wrong(say(tr("{} and {} exclude each other"), "folder", "rsync"));
  if (!place.rsync.empty() &&
      (place.rsync.starts_with('-') || place.rsync.find(':') == std::string::npos))
    t.wrong(tr("rsync is user@host:/path"));
  return place;
}

void read_import(Target& target, const toml::table* table, const Whence& whence) {
  if (table == nullptr) {
    whence.mistakes.push_back(
        say(tr("target {}: [target.import] says where the import directory is"), target.id));
    return;
  }
  SettingsTable t(*table, whence.mistakes, "import");
  target.import = read_place(t, whence);
  target.on_server = without_slash(t.text("on_server"));
  target.clears_import = t.flag("clear", true);
  t.refuse_unknown();
  if (!target.import.given()) t.wrong(tr("folder or rsync says how we reach it"));
  if (!is_plain_path(target.on_server) || target.on_server.find("..") != std::string::npos)
    t.wrong(tr("on_server is a path of letters, digits and -_./ only"));
}

void read_images(Target& target, const toml::table* table, const Whence& whence) {
  if (table == nullptr) return;
  SettingsTable t(*table, whence.mistakes, "images");
  FoxmlImages& images = target.images;
  const std::string kind =
      t.choice("kind", {"embedded", "moved", "iipimage", "iiif2", "iiif3", "mzk", "own"});
  const std::string url = without_slash(t.text("url")), root = t.text("root");
  if (kind == "moved") images.kind = FoxmlImages::Kind::moved_by_kramerius;
  if (kind == "own") images.kind = FoxmlImages::Kind::image_server;
  if (kind == "iipimage" || kind == "iiif2" || kind == "iiif3" || kind == "mzk") {
    const auto preset = images_preset(kind, url, root);
    if (!preset)
      t.wrong(preset.error().message);
    else
      images = *preset;
  }
  for (const auto& [key, pattern] : {std::pair{"place", &images.place},
                                     {"tiles", &images.tiles},
                                     {"full", &images.full},
                                     {"preview", &images.preview},
                                     {"thumb", &images.thumb}})
    *pattern = t.text(key, *pattern);
  target.image_place = read_place(t, whence);
  t.refuse_unknown();
  if (const auto checked = check_images(images); !checked) t.wrong(checked.error().message);
  if (images.kind != FoxmlImages::Kind::image_server && target.image_place.given())
    t.wrong(tr("images of this kind are not placed anywhere: folder and rsync are too many"));
}

void read_rest(Target& target, SettingsTable& t) {
  target.licences = t.texts("licences");
  target.collections = t.texts("collections");
  target.policy = t.choice("policy", {"", "public", "private"});
  target.index_type = t.choice("index", {"", "indexRoots", "indexNewImported"});
  target.test = t.choice("kind", {"production", "test"}) == "test";
  target.view = t.text("view");
  if (!target.view.empty() && target.view.find("{pid}") == std::string::npos)
    t.wrong(tr("view holds {pid} where the document's pid is to stand"));
  const std::string proof = t.choice("proof", {"full", "sample", "existence"});
  target.proof = proof == "full"     ? ProofDepth::full
                 : proof == "sample" ? ProofDepth::sample
                                     : ProofDepth::existence;
  target.every = static_cast<int>(t.number("every", 1, 1, 100000));
  target.poll_s = t.number("poll_s", target.poll_s, 0.01, 3600);
  target.patience_s = t.number("patience_s", target.patience_s, 0.1, 86400);
  target.longest_h = t.number("longest_h", target.longest_h, 0.001, 10000);
  target.timeout_s = t.number("timeout_s", target.timeout_s, 0.1, 3600);
  target.rest_s = t.number("rest_s", target.rest_s, 0, 60);
}

Target read_one(const toml::table& table, const Whence& whence) {
  SettingsTable t(table, whence.mistakes);
  Target target;
  target.id = t.text("id");
  target.name = t.text("name", target.id);
  target.server = without_slash(t.text("server"));
  const std::string manners = t.choice("manners", {"auto", "7.2", "7.1"});
  target.manners = manners == "7.2" ? Manners::v72 : manners == "7.1" ? Manners::v71 : Manners::ask;
  target.way = t.choice("way", {"foxml", "psp"}) == "psp" ? Way::psp : Way::foxml;
  read_rest(target, t);
  target.login = read_login(t.table("login"), whence);
  read_import(target, t.table("import"), whence);
  read_images(target, t.table("images"), whence);
  t.refuse_unknown();
  if (target.id.empty() || !is_plain_path(target.id) || target.id.find('/') != std::string::npos ||
      target.id.starts_with('.'))
    t.wrong(tr("a target needs an id of letters, digits and -_. only"));
  if (target.server.ends_with("/search/api"))
    target.server.resize(target.server.size() - std::string_view("/search/api").size());
  if (target.server.ends_with("/search"))
    target.server.resize(target.server.size() - std::string_view("/search").size());
  if (!is_web_address(target.server))
    t.wrong(tr("server is an address of http or https: https://k7.example.org"));
  for (const std::string& url : {target.server, target.login.token_url})
    if (url.find('@') != std::string::npos) t.wrong(tr("an address holds no user and no password"));
  if (target.server.starts_with("http://") && target.server.find("://127.") == std::string::npos &&
      target.server.find("://localhost") == std::string::npos)
    target.warnings.push_back(
        say(tr("{}: the address is not encrypted; others on the network can read the token"),
            target.id));
  return target;
}

}  // namespace

std::string words_for(const Place& place) {
  return place.rsync.empty() ? place.folder.string() : place.rsync;
}

std::string Target::address_of(std::string_view pid) const {
  std::string out = view;
  if (const std::size_t at = out.find("{pid}"); at != std::string::npos) out.replace(at, 5, pid);
  return out;
}

Result<std::vector<Target>> load_targets(const fs::path& file) {
  const auto text = read_text(file, 1 << 20);
  if (!text) return pass(text);
  return targets_from(*text, file);
}

Result<std::vector<Target>> targets_from(std::string_view text, const fs::path& file) {
  std::vector<Target> all;
  std::vector<std::string> mistakes;
  const Whence whence{file.parent_path(), mistakes};
  try {
    const toml::table root = toml::parse(text, file.string());
    for (const auto& [key, node] : root)
      if (key.str() != "target" || !node.is_array_of_tables())
        mistakes.push_back(
            say(tr("line {}: a target is written under [[target]]"), node.source().begin.line));
    if (const toml::array* list = root["target"].as_array())
      for (const toml::node& node : *list)
        if (const toml::table* table = node.as_table()) all.push_back(read_one(*table, whence));
  } catch (const toml::parse_error& error) {
    mistakes.push_back(
        say(tr("line {}: {}"), error.source().begin.line, std::string(error.description())));
  }
  std::set<std::string> ids;
  for (const Target& t : all)
    if (!ids.insert(t.id).second) mistakes.push_back(say(tr("the id \"{}\" is used twice"), t.id));
  if (mistakes.empty()) return all;
  return fail(ErrorKind::configuration, "{}: {}", file.string(),
              fmt::format("{}", fmt::join(mistakes, "; ")));
}

Result<Target> target_named(const std::vector<Target>& all, std::string_view id) {
  std::string list;
  for (const Target& t : all) {
    if (t.id == id) return t;
    list += (list.empty() ? "" : ", ") + t.id;
  }
  return fail(ErrorKind::configuration, "there is no target \"{}\"; described are: {}", id,
              list.empty() ? "-" : list);
}

}  // namespace linka
