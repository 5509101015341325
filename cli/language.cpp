// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/language.h"

#include <libintl.h>

#include <clocale>
#include <cstdlib>
#include <string>
#include <system_error>

namespace linka {
namespace fs = std::filesystem;
namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// "cs" of "cs_CZ.UTF-8"; empty for C, POSIX and nothing.
std::string wanted_language() {
  std::string locale = setting("LC_ALL");
  if (locale.empty()) locale = setting("LC_MESSAGES");
  if (locale.empty()) locale = setting("LANG");
  const std::string language = locale.substr(0, locale.find_first_of("_.@"));
  return language == "C" || language == "POSIX" ? std::string() : language;
}

fs::path catalogue_folder() {
  if (const std::string given = setting("LINKA_LOCALEDIR"); !given.empty()) return given;
  std::error_code code;
  const fs::path here = program_folder();
  for (const fs::path& folder : {here / "locale", here.parent_path() / "share" / "locale"})
    if (fs::is_directory(folder, code)) return folder;
  return {};
}

}  // namespace

fs::path program_folder() {
  std::error_code code;
  return fs::read_symlink("/proc/self/exe", code).parent_path();
}

bool speaks_czech() {
  return wanted_language() == "cs";
}

void choose_language() {
  std::setlocale(LC_CTYPE, "");
  const std::string language = wanted_language();
  const char* chosen = std::setlocale(LC_MESSAGES, "");
  if (!language.empty() && (chosen == nullptr || std::string(chosen) == "C")) {
    // The locale was never generated here. gettext translates under any locale but plain C when
    // LANGUAGE names the language, and C.UTF-8 is always there.
    if (std::setlocale(LC_MESSAGES, "C.UTF-8") != nullptr)
      ::setenv("LANGUAGE", language.c_str(), 0);
    std::setlocale(LC_CTYPE, "C.UTF-8");
  }
  std::setlocale(LC_NUMERIC, "C");
  if (const fs::path folder = catalogue_folder(); !folder.empty()) {
    ::bindtextdomain("linka", folder.c_str());
    ::bind_textdomain_codeset("linka", "UTF-8");
  }
}

}  // namespace linka
