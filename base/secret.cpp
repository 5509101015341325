// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include "base/files.h"
#include "base/text.h"

#include <sys/stat.h>

#include <cstdlib>

namespace linka {
namespace fs = std::filesystem;

Result<std::string> secret_in(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    return fail(ErrorKind::configuration,
                "others may read the secret file {}; chmod 600 closes it to them", file.string());
  const auto text = read_text(file, 1 << 16);
  if (!text)
    return fail(ErrorKind::configuration, "the secret file cannot be read: {}",
                text.error().message);
  std::string secret = trimmed(text->substr(0, text->find('\n')));
  if (secret.empty())
    return fail(ErrorKind::configuration, "the first line of the secret file {} is empty",
                file.string());
  return secret;
}

Result<std::string> credential_named(std::string_view name) {
  if (name.empty() || name.find('/') != std::string_view::npos || name.starts_with('.'))
    return fail(ErrorKind::configuration, "\"{}\" is no name of a credential", name);
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder != '/')
    return fail(ErrorKind::configuration,
                "the credential {} is handed over by systemd only (LoadCredential=); there is no "
                "CREDENTIALS_DIRECTORY",
                name);
  return secret_in(fs::path(folder) / name);
}

}  // namespace linka
