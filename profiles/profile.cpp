// SPDX-License-Identifier: GPL-3.0-or-later
#include "profiles/profile.h"

#include "base/digest.h"
#include "base/files.h"
#include "profiles/bind.h"

#include <algorithm>
#include <cstdlib>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Where profiles are looked for by name, the first that has it wins.
std::vector<fs::path> profile_folders() {
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("LINKA_PROFILES")) folders.emplace_back(given);
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  if (!code) {
    const fs::path folder = program.parent_path();
    folders.push_back(folder.parent_path() / "share/linka/profiles");
    // In the build tree: <source>/build/<preset>/cli/linka.
    folders.push_back(folder.parent_path().parent_path().parent_path() / "profiles");
  }
  folders.emplace_back(LINKA_PROFILES_SOURCE);
  folders.emplace_back(LINKA_PROFILES_INSTALLED);
  return folders;
}

Result<fs::path> find_profile(const std::string& name_or_path) {
  std::error_code code;
  if (name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".toml")) {
    if (fs::is_regular_file(name_or_path, code)) return fs::path(name_or_path);
    return fail(ErrorKind::configuration, "{}: there is no such profile file", name_or_path);
  }
  for (const fs::path& folder : profile_folders())
    if (const fs::path path = folder / (name_or_path + ".toml"); fs::is_regular_file(path, code))
      return path;
  std::vector<std::string> known;
  for (const ProfileEntry& entry : list_profiles()) known.push_back(entry.name);
  return fail(ErrorKind::configuration, "there is no profile \"{}\"; known are {}", name_or_path,
              fmt::join(known, ", "));
}

Result<Profile> read_profile(const fs::path& path) {
  const auto text = read_text(path, 1 << 20);
  if (!text && text.error().kind != ErrorKind::bad_input) return pass(text);
  if (!text) return tl::unexpected(Error{ErrorKind::configuration, text.error().message, {}});
  toml::table root;
  try {
    root = toml::parse(*text, path.string());
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::configuration, "{}:{}: {}", path.string(), e.source().begin.line,
                e.description());
  }
  Profile profile;
  profile.name = path.stem().string();
  std::vector<std::string> problems;
  std::set<std::string> sections{"description", "name"};
  profile.description = root["description"].value_or(std::string{});
  profile.name = root["name"].value_or(profile.name);
  for_each_section(profile, [&](const char* section, auto& params) {
    sections.insert(section);
    const toml::node* node = root.get(section);
    if (node == nullptr) return;
    if (!node->is_table()) {
      problems.push_back(fmt::format("{}:{}: {} must be a table, written [{}]", path.string(),
                                     node->source().begin.line, section, section));
      return;
    }
    TableReader reader(*node->as_table(), section, problems, path.string());
    describe(params, reader);
    reader.refuse_unknown();
  });
  for (const auto& [key, node] : root)
    if (!sections.contains(std::string(key.str())))
      problems.push_back(fmt::format("{}:{}: \"{}\" is no part of a profile; known are {}",
                                     path.string(), node.source().begin.line, key.str(),
                                     fmt::join(sections, ", ")));
  if (!problems.empty()) return fail(ErrorKind::configuration, "{}", fmt::join(problems, "; "));
  return profile;
}

// A TOML basic string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      out += c;
  }
  return out + '"';
}

}  // namespace

std::vector<Setting> settings_of(const Profile& profile) {
  std::vector<Setting> settings, presets;
  Profile copy = profile;
  for_each_section(copy, [&](const char* section, auto& params) {
    describe(params, Lister(section, settings));
  });
  Profile fresh;
  for_each_section(fresh, [&](const char* section, auto& params) {
    describe(params, Lister(section, presets));
  });
  for (std::size_t i = 0; i < settings.size(); ++i) settings[i].preset = presets[i].value;
  return settings;
}

Result<Profile> load_profile(const std::string& name_or_path) {
  return guarded<Profile>("profile", [&]() -> Result<Profile> {
    const auto path = find_profile(name_or_path);
    if (!path) return pass(path);
    return read_profile(*path);
  });
}

std::string to_toml(const Profile& profile) {
  std::string out = "name = " + quoted(profile.name) + "\n";
  out += "description = " + quoted(profile.description) + "\n";
  std::string section;
  for (const Setting& s : settings_of(profile)) {
    if (s.section != section) out += "\n[" + s.section + "]\n";
    section = s.section;
    const bool bare = s.range == "true, false" || s.range.find("...") != std::string::npos;
    out += fmt::format("# {} ({})\n{} = {}\n", s.help, s.range, s.name,
                       bare ? s.value : quoted(s.value));
  }
  return out;
}

std::vector<ProfileEntry> list_profiles() {
  std::vector<ProfileEntry> entries;
  for (const fs::path& folder : profile_folders()) {
    std::error_code code;
    for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
      const fs::path& path = it->path();
      if (path.extension() != ".toml") continue;
      const std::string name = path.stem().string();
      if (std::any_of(entries.begin(), entries.end(),
                      [&](const auto& e) { return e.name == name; }))
        continue;
      const auto profile = read_profile(path);
      entries.push_back({name, profile ? profile->description : profile.error().message, path});
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

std::string page_fingerprint(const Profile& profile) {
  std::string text;
  for (const Setting& s : settings_of(profile))
    if (s.section != "package" && s.section != "run" && s.section != "book" &&
        s.section != "pagination" && s.section != "engine" && s.section != "text")
      text += fmt::format("{}.{}={}\n", s.section, s.name, s.value);
  // How patient the line is with an engine changes no page.
  return text + engine_text_settings(profile.engine);
}

}  // namespace linka
