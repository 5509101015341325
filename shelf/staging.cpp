// SPDX-License-Identifier: GPL-3.0-or-later
#include "shelf/staging.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/machine.h"
#include "base/owner_lock.h"
#include "base/translate.h"
#include "base/write_all.h"
#include "shelf/layout.h"
#include "shelf/storage.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <iterator>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint opening{"shelf-file-open", "before a file is made on the shelf"};
FailPoint writing{"shelf-file-write", "in the middle of a file on the shelf"};
FailPoint flushing{"shelf-file-flush", "before a file on the shelf is flushed"};
FailPoint flushed{"shelf-file-flushed", "after a file on the shelf was flushed"};
FailPoint linking{"shelf-link", "before a stored file is named in a new version, too"};
FailPoint placing{"shelf-place", "before a new object gets its place"};
FailPoint placed{"shelf-placed", "after a new object got its place"};
FailPoint exchanging{"shelf-exchange", "before a new version takes the place of the older one"};
FailPoint moved{"shelf-moved", "after the older version was moved aside"};
FailPoint replacing{"shelf-replace", "before a new version gets the place that is free"};
FailPoint replaced{"shelf-replaced", "after a new version took its place"};
FailPoint settled{"shelf-settled", "after a place on the shelf was flushed"};

tl::unexpected<Error> failed(const fs::path& path, const char* what, int error_number) {
  auto error = fail(kind_of_errno(error_number), "{}: {}: {}", path.string(), what,
                    std::strerror(error_number));
  if (error.value().kind == ErrorKind::resource) error.value().where = where_machine;
  return error;
}

// The folders that hold `path`, from the nearest up to and without `top`.
Result<void> flush_folders_above(const fs::path& path, const fs::path& top) {
  for (fs::path at = path.parent_path(); at != top; at = at.parent_path())
    if (auto r = flush_path(at); !r) return r;
  return {};
}

Result<CopiedFile> digested(const fs::path& from,
                            const std::function<Result<void>(ByteView)>& also) {
  RunningDigests digests({DigestKind::sha512, DigestKind::md5});
  CopiedFile out;
  const FolderStorage storage(from.parent_path());
  const auto read = storage.read(from.filename().string(), [&](ByteView piece) -> Result<void> {
    digests.add(piece);
    out.size_bytes += piece.size();
    return also ? also(piece) : Result<void>{};
  });
  if (!read) return pass(read);
  const std::vector<std::string> hex = digests.hex();
  out.sha512 = hex[0];
  out.md5 = hex[1];
  return out;
}

int exchange(const fs::path& a, const fs::path& b) {
  if (const int e = exchanging.reached()) return e;
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0 ? 0 : errno;
}

// Renames where nothing lies: 0, EEXIST, or what went wrong.
int rename_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that does not know the flag. A folder never takes the place of one that is not
  // empty, and no object is.
  if (::rename(from.c_str(), to.c_str()) == 0) return 0;
  return errno == ENOTEMPTY ? EEXIST : errno;
}

Result<void> flush_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return failed(path, tr("cannot be flushed to the disk"), errno);
  int e = flushing.reached();
  if (e == 0 && ::fsync(fd) != 0) e = errno;
  ::close(fd);
  if (e != 0) return failed(path, tr("cannot be flushed to the disk"), e);
  flushed.reached();
  return {};
}

using Write = std::function<Result<void>(ByteView)>;

// Makes a file and lets `fill` write it. Nothing is there after an error.
Result<void> new_file(const fs::path& path, const std::function<Result<void>(const Write&)>& fill) {
  if (const int e = opening.reached()) return failed(path, tr("cannot be written"), e);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, tr("cannot be written"), errno);
  auto filled = fill([&](ByteView piece) -> Result<void> {
    int e = writing.reached();
    if (e == 0) e = write_all(fd, piece);
    return e == 0 ? Result<void>{} : failed(path, tr("cannot be written"), e);
  });
  if (filled) ::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  if (::close(fd) != 0 && filled) filled = failed(path, tr("cannot be closed"), errno);
  if (!filled) ::unlink(path.c_str());
  return filled;
}

}  // namespace

Result<CopiedFile> copy_digested(const fs::path& from, const fs::path& to) {
  CopiedFile copied;
  const auto made = new_file(to, [&](const Write& write) -> Result<void> {
    auto read = digested(from, write);
    if (!read) return pass(read);
    copied = *std::move(read);
    return {};
  });
  if (!made) return pass(made);
  return copied;
}

Result<void> write_new(const fs::path& path, std::string_view text) {
  return new_file(path, [&](const Write& write) {
    return write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  });
}

Result<CopiedFile> copy_flushed(const fs::path& from, const fs::path& to) {
  auto copied = copy_digested(from, to);
  if (!copied) return copied;
  if (auto r = flush_file(to); !r) {
    ::unlink(to.c_str());
    return pass(r);
  }
  return copied;
}

Result<CopiedFile> digest_of(const fs::path& file) {
  return digested(file, {});
}

NewFolder new_folder(const fs::path& given) {
  std::error_code code;
  const fs::path whole = fs::absolute(given, code).lexically_normal();
  const fs::path path = whole.filename().empty() ? whole.parent_path() : whole;
  return {path, path.parent_path() / ("." + path.filename().string() + ".building")};
}

Result<void> write_root(const fs::path& folder) {
  const fs::path config = folder / "extensions" / shelf_layout_name;
  if (auto r = make_folders(config); !r) return r;
  const std::vector<std::pair<fs::path, std::string>> files{
      {folder / root_declaration, declaration_text(root_declaration)},
      {folder / "ocfl_layout.json", layout_json()},
      {config / "config.json", layout_config_json()}};
  for (const auto& [file, text] : files)
    if (auto r = write_atomically(file, std::string_view(text)); !r) return r;
  return {};
}

Result<std::string> write_inventories(const fs::path& object, const ObjectInventory& inventory) {
  const std::string text = text_of(inventory), sidecar = sidecar_text(text);
  for (const fs::path& folder : {object / inventory.head(), object}) {
    if (auto r = write_new(folder / inventory_name, text); !r) return pass(r);
    if (auto r = write_new(folder / sidecar_name, sidecar); !r) return pass(r);
  }
  if (auto r = write_new(object / object_declaration, declaration_text(object_declaration)); !r)
    return pass(r);
  return text;
}

ObjectVersion version_now(const std::string& message, const std::string& user_name,
                          const std::string& user_address) {
  const LockOwner here = lock_owner_here();
  return {iso8601(now()),
          message,
          user_name.empty() ? here.user : user_name,
          user_address.empty() ? fmt::format("mailto:{}@{}", here.user, here.host) : user_address,
          {}};
}

Result<void> link_or_copy(const fs::path& from, const fs::path& to) {
  if (linking.reached() == 0 && ::link(from.c_str(), to.c_str()) == 0) return {};
  const auto copied = copy_flushed(from, to);
  if (!copied) return pass(copied);
  return {};
}

Result<void> make_unflushed_folders(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) return failed(path, tr("the folder cannot be made"), code.value());
  return {};
}

Result<void> flush_tree(const fs::path& folder, FlushFiles files) {
  const auto entries = FolderStorage(folder).entries("");
  if (!entries) return pass(entries);
  for (const StoredEntry& entry : *entries) {
    const fs::path path = folder / entry.name;
    if (entry.kind == EntryKind::folder) {
      if (auto r = flush_tree(path, files); !r) return r;
    } else if (entry.kind == EntryKind::file && files == FlushFiles::yes) {
      if (auto r = flush_file(path); !r) return r;
    }
  }
  return flush_path(folder);
}

Result<bool> place_new(const fs::path& built, const fs::path& objects, const std::string& path,
                       const fs::path& scratch) {
  std::error_code code;
  for (int attempt = 0; attempt < 100; ++attempt) {
    // The topmost folder that is not there yet, and what of the path lies in it.
    fs::path there, missing;
    for (const fs::path& part : fs::path(path)) {
      if (missing.empty() && fs::is_directory(objects / there / part, code))
        there /= part;
      else
        missing /= part;
    }
    if (missing.empty()) return false;
    const fs::path top = *missing.begin();
    fs::path from = built;
    const bool alone = std::next(missing.begin()) == missing.end();
    const fs::path shell = scratch / "place";
    if (!alone) {
      fs::remove_all(shell, code);
      if (auto r = make_unflushed_folders((shell / missing).parent_path()); !r) return pass(r);
      if (::rename(built.c_str(), (shell / missing).c_str()) != 0)
        return failed(built, tr("cannot be moved"), errno);
      if (auto r = flush_folders_above(shell / missing, scratch.parent_path()); !r) return pass(r);
      from = shell / top;
    }
    int e = placing.reached();
    if (e == 0) e = rename_new(from, objects / there / top);
    if (e == 0) {
      placed.reached();
      // A rename is settled when both folders are.
      if (auto r = flush_path(objects / there); !r) return pass(r);
      if (auto r = flush_path(from.parent_path()); !r) return pass(r);
      settled.reached();
      return true;
    }
    if (!alone && ::rename((shell / missing).c_str(), built.c_str()) != 0)
      return failed(built, tr("cannot be moved"), errno);
    if (e != EEXIST) return failed(objects / path, tr("cannot be given its final name"), e);
  }
  return fail(ErrorKind::busy, "{}: others are writing here all the time",
              (objects / path).string());
}

Result<void> place_over(const fs::path& built, const fs::path& place, const fs::path& old) {
  const fs::path parent = place.parent_path();
  if (exchange(built, place) == 0) {
    replaced.reached();
    if (auto r = flush_path(parent); !r) return r;
    if (auto r = flush_path(built.parent_path()); !r) return r;
    if (::rename(built.c_str(), old.c_str()) != 0)
      return failed(built, tr("cannot be moved aside"), errno);
  } else {
    if (::rename(place.c_str(), old.c_str()) != 0)
      return failed(place, tr("cannot be moved aside"), errno);
    moved.reached();
    if (auto r = flush_path(old.parent_path()); !r) return r;
    if (auto r = flush_path(parent); !r) return r;
    int e = replacing.reached();
    if (e == 0) e = rename_new(built, place);
    if (e != 0) {
      ::rename(old.c_str(), place.c_str());
      return failed(place, tr("cannot be given its final name"), e);
    }
    replaced.reached();
    if (auto r = flush_path(parent); !r) return r;
    if (auto r = flush_path(built.parent_path()); !r) return r;
  }
  settled.reached();
  return {};
}

Result<void> put_back(const fs::path& old, const fs::path& place) {
  std::error_code code;
  if (!fs::exists(fs::symlink_status(old, code))) return {};
  const int e = rename_new(old, place);
  if (e == 0) {
    if (auto r = flush_path(place.parent_path()); !r) return r;
    return flush_path(old.parent_path());
  }
  return e == EEXIST ? Result<void>{} : failed(place, tr("cannot be given its final name"), e);
}

}  // namespace linka
