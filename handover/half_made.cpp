// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/half_made.h"

#include "base/fail_point.h"
#include "base/files.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

// What a killed writer of the same name left. One that still lives is left alone.
void sweep_dead(const fs::path& parent, const std::string& name) {
  const std::string start = "." + name + ".";
  constexpr std::string_view ending = ".building";
  std::error_code code;
  std::vector<fs::path> dead;
  for (fs::directory_iterator it(parent, code), end; !code && it != end; it.increment(code)) {
    const std::string file = it->path().filename().string();
    std::string_view rest = file;
    if (rest.size() <= start.size() + ending.size() || !rest.starts_with(start) ||
        !rest.ends_with(ending))
      continue;
    rest = rest.substr(start.size(), rest.size() - start.size() - ending.size());
    int pid = 0;
    const auto [last, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), pid);
    if (wrong == std::errc() && last == rest.data() + rest.size() && pid > 0 &&
        ::kill(pid, 0) != 0 && errno == ESRCH)
      dead.push_back(it->path());
  }
  for (const fs::path& path : dead) fs::remove_all(path, code);
}

FailPoint part{"handed-part", "a file or page went into what is handed on"};
FailPoint whole{"handed-whole", "what is handed on is whole and flushed, and has no name yet"};
FailPoint named{"handed-named", "what is handed on got its name"};

}  // namespace

tl::unexpected<Error> not_written(const fs::path& path, int error_number) {
  return fail(kind_of_errno(error_number), "{}: cannot be written: {}", path.string(),
              std::strerror(error_number));
}

Result<void> part_went_in(const fs::path& path) {
  if (const int e = part.reached()) return not_written(path, e);
  return {};
}

Result<fs::path> half_made_name(const fs::path& out) {
  std::error_code code;
  if (fs::exists(fs::symlink_status(out, code)))
    return fail(ErrorKind::bad_input, "{}: is there already", out.string());
  const fs::path parent = out.has_parent_path() ? out.parent_path() : fs::path(".");
  if (auto r = make_folders(parent); !r) return pass(r);
  sweep_dead(parent, out.filename().string());
  return parent / fmt::format(".{}.{}.building", out.filename().string(), ::getpid());
}

Result<fs::path> half_made_folder(const fs::path& out) {
  auto name = half_made_name(out);
  if (!name) return name;
  std::error_code code;
  fs::remove_all(*name, code);
  if (!fs::create_directory(*name, code)) return not_written(out, code.value());
  return name;
}

Result<void> give_name(const fs::path& from, const fs::path& to) {
  if (const int e = whole.reached()) return not_written(to, e);
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    const int e = errno;
    std::error_code code;
    if (e == EEXIST || fs::exists(fs::symlink_status(to, code)))
      return fail(ErrorKind::bad_input, "{}: is there already", to.string());
    if (::rename(from.c_str(), to.c_str()) != 0) return not_written(to, errno);
  }
  named.reached();
  return flush_path(to.has_parent_path() ? to.parent_path() : fs::path("."));
}

}  // namespace linka
