// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"

#include "base/fail_point.h"
#include "base/machine.h"
#include "base/write_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint reading{"file-read", "before a file is opened for reading"};
FailPoint mapping{"file-map", "before a file is looked at in memory, as scans are"};
FailPoint opening{"file-open", "before a new file is opened"};
FailPoint writing{"file-write", "before the first byte of a new file"};
FailPoint half_written{"file-half-written", "in the middle of a new file"};
FailPoint flushing{"file-flush", "before a new file is flushed"};
FailPoint flushed{"file-flushed", "after a new file was flushed"};
FailPoint renaming{"file-rename", "before a file gets its final name"};
FailPoint renamed{"file-renamed", "after a file got its final name"};
FailPoint flushing_folder{"folder-flush", "before a folder is flushed"};
FailPoint making_folder{"folder-make", "before a folder is made"};
FailPoint made_folder{"folder-made", "after a folder was made"};
FailPoint exchanging{"folder-exchange", "before a new folder and an older one change places"};
FailPoint moved_aside{"folder-aside", "after an older folder was moved aside for a new one"};
FailPoint naming_folder{"folder-rename", "before a finished folder gets its final name"};
FailPoint named_folder{"folder-renamed", "after a finished folder got its final name"};
FailPoint settled_folder{"folder-settled",
                         "after that name is on the disk, before what is old goes"};
FailPoint asking_space{"space-ask", "before the disk is asked how much is free"};

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int close() {
    const int r = ::close(fd_);
    fd_ = -1;
    return r;
  }

 private:
  int fd_;
};

tl::unexpected<Error> failed(const fs::path& path, const char* what, int error_number) {
  auto error = fail(kind_of_errno(error_number), "{}: {}: {}", path.string(), what,
                    std::strerror(error_number));
  // Too many open files, or no memory for one more: the machine's want, not this file's.
  if (error.value().kind == ErrorKind::resource) error.value().where = where_machine;
  return error;
}

template <class Buffer>
Result<Buffer> read_all(const fs::path& path, std::uint64_t max_bytes) {
  if (const int e = reading.reached()) return failed(path, tr("cannot be opened"), e);
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return failed(path, tr("cannot be opened"), errno);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return failed(path, tr("cannot be read"), errno);
  if (S_ISDIR(st.st_mode)) return failed(path, tr("cannot be read"), EISDIR);
  if (static_cast<std::uint64_t>(st.st_size) > max_bytes)
    return fail(ErrorKind::bad_input, "{}: {} bytes, more than the {} allowed", path.string(),
                st.st_size, max_bytes);
  Buffer out;
  out.resize(static_cast<std::size_t>(st.st_size));
  std::size_t have = 0;
  for (;;) {
    if (have == out.size()) out.resize(out.size() + 4096);
    const ssize_t n = ::read(fd.get(), out.data() + have, out.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path, tr("cannot be read"), errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  out.resize(have);
  return out;
}

enum class Flush { yes, no };

// `shown` is the name that messages give: the final one, not a temporary one.
Result<void> write_whole(const fs::path& path, ByteView bytes, const fs::path& shown,
                         Flush flush = Flush::yes) {
  if (const int e = opening.reached()) return failed(shown, tr("cannot be written"), e);
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (fd.get() < 0) return failed(shown, tr("cannot be written"), errno);
  const auto give_up = [&](const char* what, int error_number) {
    ::unlink(path.c_str());
    return failed(shown, what, error_number);
  };
  if (const int e = writing.reached()) return give_up(tr("cannot be written"), e);
  // Two halves, so that a test can come between them.
  if (const int e = write_all(fd.get(), bytes.first(bytes.size() / 2)))
    return give_up(tr("cannot be written"), e);
  if (const int e = half_written.reached()) return give_up(tr("cannot be written"), e);
  if (const int e = write_all(fd.get(), bytes.subspan(bytes.size() / 2)))
    return give_up(tr("cannot be written"), e);
  if (flush == Flush::yes) {
    if (const int e = flushing.reached()) return give_up(tr("cannot be flushed to the disk"), e);
    if (::fsync(fd.get()) != 0) return give_up(tr("cannot be flushed to the disk"), errno);
  }
  if (fd.close() != 0) return give_up(tr("cannot be closed"), errno);
  if (flush == Flush::yes) flushed.reached();
  return {};
}

Result<void> replace(const fs::path& path, ByteView bytes, Flush flush) {
  static std::atomic<unsigned> counter{0};
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const fs::path temporary =
      folder / fmt::format(".{}.{}.{}.tmp", path.filename().string(), ::getpid(), counter++);
  if (auto r = write_whole(temporary, bytes, path, flush); !r) return r;
  int e = renaming.reached();
  if (e == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) e = errno;
  if (e != 0) {
    ::unlink(temporary.c_str());
    return failed(path, tr("cannot be given its final name"), e);
  }
  renamed.reached();
  return flush == Flush::yes ? flush_path(folder) : Result<void>{};
}

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<Bytes> read_file(const fs::path& path, std::uint64_t max_bytes) {
  return read_all<Bytes>(path, max_bytes);
}

Result<std::string> read_text(const fs::path& path, std::uint64_t max_bytes) {
  return read_all<std::string>(path, max_bytes);
}

Result<void> flush_path(const fs::path& path) {
  if (const int e = flushing_folder.reached())
    return failed(path, tr("cannot be flushed to the disk"), e);
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return failed(path, tr("cannot be opened"), errno);
  if (::fsync(fd.get()) != 0) return failed(path, tr("cannot be flushed to the disk"), errno);
  return {};
}

Result<void> write_flushed(const fs::path& path, ByteView bytes) {
  return write_whole(path, bytes, path);
}

Result<void> write_atomically(const fs::path& path, ByteView bytes) {
  return replace(path, bytes, Flush::yes);
}

Result<void> write_atomically(const fs::path& path, std::string_view text) {
  return replace(path, bytes_of(text), Flush::yes);
}

Result<void> write_unflushed(const fs::path& path, std::string_view text) {
  return replace(path, bytes_of(text), Flush::no);
}

fs::path aside_of(const fs::path& final_path) {
  return final_path.parent_path() / ("." + final_path.filename().string() + ".old");
}

Result<void> unveil_folder(const fs::path& built, const fs::path& final_path) {
  std::error_code code;
  const auto nameless = [&](int error_number) {
    return failed(final_path, tr("cannot be given its final name"), error_number);
  };
  fs::path old;
  if (fs::exists(fs::symlink_status(final_path, code))) {
    if (exchanging.reached() == 0 &&
        ::renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, final_path.c_str(), RENAME_EXCHANGE) == 0) {
      old = built;
    } else {
      old = aside_of(final_path);
      fs::remove_all(old, code);
      if (::rename(final_path.c_str(), old.c_str()) != 0)
        return failed(final_path, tr("cannot be moved aside"), errno);
      moved_aside.reached();
    }
  }
  if (old != built) {
    int e = naming_folder.reached();
    if (e == 0 && ::rename(built.c_str(), final_path.c_str()) != 0) e = errno;
    if (e != 0) {
      if (!old.empty()) ::rename(old.c_str(), final_path.c_str());
      return nameless(e);
    }
  }
  named_folder.reached();
  if (auto r = flush_path(final_path.parent_path()); !r) return r;
  settled_folder.reached();
  if (!old.empty()) fs::remove_all(old, code);
  return {};
}

void sweep_leftovers(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (it->path().filename().string().starts_with('.')) found.push_back(it->path());
  for (const fs::path& path : found) {
    const std::string name = path.filename().string();
    if (name.ends_with(".old")) {
      const fs::path home = folder / name.substr(1, name.size() - 5);
      if (!fs::exists(fs::symlink_status(home, code))) {
        fs::rename(path, home, code);
        if (!code) continue;
      }
    }
    for (const char* ending : {".tmp", ".new", ".building", ".old"})
      if (name.ends_with(ending)) fs::remove_all(path, code);
  }
}

Result<void> make_folders(const fs::path& path) {
  if (path.empty()) return {};
  std::error_code code;
  if (fs::is_directory(path, code)) return {};
  const fs::path parent = path.parent_path();
  if (!parent.empty() && parent != path) {
    if (auto r = make_folders(parent); !r) return r;
  }
  if (const int e = making_folder.reached())
    return failed(path, tr("the folder cannot be made"), e);
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    return failed(path, tr("the folder cannot be made"), errno);
  made_folder.reached();
  if (!fs::is_directory(path, code)) return failed(path, tr("is not a folder"), ENOTDIR);
  return flush_path(parent.empty() ? fs::path(".") : parent);
}

Result<std::uint64_t> free_space(const fs::path& path) {
  if (const int e = asking_space.reached()) return failed(path, tr("its disk cannot be asked"), e);
  struct statvfs st {};
  if (::statvfs(path.c_str(), &st) != 0) return failed(path, tr("its disk cannot be asked"), errno);
  return static_cast<std::uint64_t>(st.f_bavail) * st.f_frsize;
}

Result<MappedFile> MappedFile::open(const fs::path& path) {
  if (const int e = mapping.reached()) return failed(path, tr("cannot be opened"), e);
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return failed(path, tr("cannot be opened"), errno);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return failed(path, tr("cannot be read"), errno);
  if (!S_ISREG(st.st_mode))
    return fail(ErrorKind::bad_input, "{}: not a regular file", path.string());
  if (st.st_size == 0) return MappedFile(nullptr, 0);
  const auto size = static_cast<std::size_t>(st.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (data == MAP_FAILED) return failed(path, tr("cannot be mapped"), errno);
  return MappedFile(static_cast<const std::uint8_t*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

Result<FileLock> FileLock::take(const fs::path& path, bool wait) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, tr("cannot be opened"), errno);
  for (;;) {
    if (::flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) == 0) return FileLock(fd);
    if (errno == EINTR) continue;
    const int e = errno;
    ::close(fd);
    if (e == EWOULDBLOCK)
      return fail(ErrorKind::busy, "{}: another run holds it", path.parent_path().string());
    return failed(path, tr("cannot be locked"), e);
  }
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace linka
