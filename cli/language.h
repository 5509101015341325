// SPDX-License-Identifier: GPL-3.0-or-later
// The operator's language, from LC_ALL, LC_MESSAGES or LANG.
#pragma once

#include <filesystem>

namespace linka {

// The folder of the running program, links resolved.
std::filesystem::path program_folder();

// Finds the catalogue ($LINKA_LOCALEDIR, the build tree, the installed share/locale) and turns it
// on. A language whose locale the system never generated still works. Numbers stay as in C.
void choose_language();

// The operator's language is Czech: for data that carries its own translations.
bool speaks_czech();

}  // namespace linka
