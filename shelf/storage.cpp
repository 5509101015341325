// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/storage.h"

#include "base/fail_point.h"
#include "base/files.h"
#include "base/machine.h"
#include "base/translate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint reading{"shelf-read", "before a stored file is read"};

constexpr std::size_t piece_bytes = 1 << 20;
constexpr int deepest = 100;  // folders in folders

tl::unexpected<Error> unreadable(const fs::path& path, int error_number) {
  auto error = fail(kind_of_errno(error_number), "{}: {}: {}", path.string(), tr("cannot be read"),
                    std::strerror(error_number));
  if (error.value().kind == ErrorKind::resource) error.value().where = where_machine;
  return error;
}

}  // namespace

Result<std::vector<StoredEntry>> FolderStorage::entries(const std::string& folder) const {
  std::vector<StoredEntry> out;
  std::error_code code;
  const fs::path path = folder.empty() ? root_ : root_ / folder;
  fs::directory_iterator it(path, code), end;
  if (code) return unreadable(path, code.value());
  for (; it != end; it.increment(code)) {
    struct stat st {};
    if (::lstat(it->path().c_str(), &st) != 0) {
      if (errno == ENOENT) continue;  // it went this moment
      return unreadable(it->path(), errno);
    }
    StoredEntry entry{it->path().filename().string(), EntryKind::other, 0, false};
    if (S_ISDIR(st.st_mode)) entry.kind = EntryKind::folder;
    if (S_ISREG(st.st_mode)) {
      entry.kind = EntryKind::file;
      entry.size_bytes = static_cast<std::uint64_t>(st.st_size);
      entry.linked = st.st_nlink > 1;
    }
    out.push_back(std::move(entry));
  }
  if (code) return unreadable(path, code.value());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Result<std::string> FolderStorage::text(const std::string& file, std::uint64_t max_bytes) const {
  return read_text(root_ / file, max_bytes);
}

Result<void> FolderStorage::read(const std::string& file,
                                 const std::function<Result<void>(ByteView)>& piece) const {
  const fs::path path = root_ / file;
  if (const int e = reading.reached()) return unreadable(path, e);
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return unreadable(path, errno);
  struct stat st {};
  Result<void> result;
  if (::fstat(fd, &st) != 0) result = unreadable(path, errno);
  if (result && !S_ISREG(st.st_mode))
    result = fail(ErrorKind::bad_input, "{}: not a regular file", path.string());
  Bytes buffer(piece_bytes);
  while (result) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) result = unreadable(path, errno);
    if (n <= 0) break;
    result = piece(ByteView(buffer).first(static_cast<std::size_t>(n)));
  }
  ::close(fd);
  return result;
}

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

namespace {

Result<void> walk(const Storage& storage, const std::string& top, const std::string& below,
                  int depth, StoredTree& out) {
  const std::string folder = below.empty() ? top : joined(top, below);
  if (depth > deepest)
    return fail(ErrorKind::bad_input, "{}: more than {} folders in each other", folder, deepest);
  const auto entries = storage.entries(folder);
  if (!entries) return pass(entries);
  if (entries->empty()) out.empty_folders.push_back(below);
  for (const StoredEntry& entry : *entries) {
    const std::string path = joined(below, entry.name);
    if (entry.kind == EntryKind::file) {
      out.files.push_back({path, entry.size_bytes, entry.linked});
    } else if (entry.kind == EntryKind::other) {
      out.others.push_back(path);
    } else if (auto r = walk(storage, top, path, depth + 1, out); !r) {
      return r;
    }
  }
  return {};
}

}  // namespace

Result<StoredTree> tree_of(const Storage& storage, const std::string& folder) {
  StoredTree out;
  if (auto r = walk(storage, folder, "", 0, out); !r) return pass(r);
  return out;
}

}  // namespace linka
