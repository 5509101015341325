// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/sink.h"

#include "base/files.h"
#include "base/handle.h"
#include "base/write_all.h"
#include "handover/half_made.h"
#include "handover/utf8_locale.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

using ArchivePtr = std::unique_ptr<archive, FreeWith<archive_write_free>>;
using EntryPtr = std::unique_ptr<archive_entry, FreeWith<archive_entry_free>>;

class FolderSink : public Sink {
 public:
  explicit FolderSink(fs::path out, fs::path temporary)
      : out_(std::move(out)), temporary_(std::move(temporary)) {}
  ~FolderSink() override {
    if (fd_ >= 0) ::close(fd_);
    std::error_code ignored;
    if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
  }

  Result<void> begin(const std::string& name, std::uint64_t) override {
    path_ = temporary_ / name;
    if (folders_.insert(path_.parent_path()).second) {
      std::error_code code;
      fs::create_directories(path_.parent_path(), code);
      if (code) return not_written(path_.parent_path(), code.value());
      for (fs::path up = path_.parent_path(); up != temporary_; up = up.parent_path())
        folders_.insert(up);
    }
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd_ < 0) return not_written(out_ / name, errno);
    return {};
  }
  Result<void> write(ByteView piece) override {
    if (const int e = write_all(fd_, piece)) return not_written(path_, e);
    return {};
  }
  Result<void> end() override {
    if (::close(std::exchange(fd_, -1)) != 0) return not_written(path_, errno);
    return part_went_in(path_);
  }
  Result<void> finish() override {
    // All files at once: one wait for the disk instead of thousands.
    const int folder = ::open(temporary_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return not_written(out_, errno);
    const int e = ::syncfs(folder) != 0 ? errno : 0;
    ::close(folder);
    if (e != 0) return not_written(out_, e);
    if (auto r = give_name(temporary_, out_); !r) return r;
    temporary_.clear();
    return {};
  }

 private:
  fs::path out_, temporary_, path_;
  std::set<fs::path> folders_;
  int fd_ = -1;
};

// libarchive in front of one file.
class ArchiveSink : public Sink {
 public:
  ArchiveSink(fs::path out, fs::path temporary, std::string top, Time made_at)
      : out_(std::move(out)),
        temporary_(std::move(temporary)),
        top_(std::move(top)),
        made_at_(made_at) {}
  ~ArchiveSink() override {
    archive_.reset();
    if (fd_ >= 0) ::close(fd_);
    std::error_code ignored;
    if (!temporary_.empty()) fs::remove(temporary_, ignored);
  }

  Result<void> open(BagForm form) {
    fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd_ < 0) return not_written(out_, errno);
    archive_.reset(archive_write_new());
    if (!archive_) return fail(ErrorKind::resource, "not enough memory");
    archive* a = archive_.get();
    // Pictures are packed already; stored files are found by a reader at once.
    const bool fine =
        form == BagForm::zip
            ? archive_write_set_format_zip(a) == ARCHIVE_OK &&
                  archive_write_set_options(a, "compression=store,hdrcharset=UTF-8") == ARCHIVE_OK
            : archive_write_set_format_pax_restricted(a) == ARCHIVE_OK;
    if (!fine || archive_write_open_fd(a, fd_) != ARCHIVE_OK) return broken();
    return {};
  }

  Result<void> begin(const std::string& name, std::uint64_t bytes) override {
    const EntryPtr entry(archive_entry_new());
    archive_entry_set_pathname_utf8(entry.get(), (top_ + "/" + name).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_mtime(entry.get(), made_at_.time_since_epoch().count(), 0);
    left_ = bytes;
    if (archive_write_header(archive_.get(), entry.get()) < ARCHIVE_WARN) return broken();
    return {};
  }
  Result<void> write(ByteView piece) override {
    if (piece.size() > left_) return fail(ErrorKind::internal, "more bytes than announced");
    left_ -= piece.size();
    while (!piece.empty()) {
      const la_ssize_t n = archive_write_data(archive_.get(), piece.data(), piece.size());
      if (n <= 0) return broken();
      piece = piece.subspan(static_cast<std::size_t>(n));
    }
    return {};
  }
  Result<void> end() override {
    if (archive_write_finish_entry(archive_.get()) != ARCHIVE_OK) return broken();
    return part_went_in(out_);
  }
  Result<void> finish() override {
    if (archive_write_close(archive_.get()) != ARCHIVE_OK) return broken();
    if (::fsync(fd_) != 0) return not_written(out_, errno);
    if (::close(std::exchange(fd_, -1)) != 0) return not_written(out_, errno);
    if (auto r = give_name(temporary_, out_); !r) return r;
    temporary_.clear();
    return {};
  }

 private:
  tl::unexpected<Error> broken() {
    const int e = archive_ ? archive_errno(archive_.get()) : 0;
    const char* why = archive_ ? archive_error_string(archive_.get()) : nullptr;
    const ErrorKind kind = e > 0 ? kind_of_errno(e) : ErrorKind::io;
    return fail(kind, "{}: cannot be written: {}", out_.string(), why != nullptr ? why : "?");
  }

  const Utf8Locale names_;
  fs::path out_, temporary_;
  std::string top_;
  Time made_at_;
  ArchivePtr archive_;
  std::uint64_t left_ = 0;
  int fd_ = -1;
};

}  // namespace

Result<void> Sink::put(const std::string& name, ByteView bytes) {
  if (auto r = begin(name, bytes.size()); !r) return r;
  if (auto r = write(bytes); !r) return r;
  return end();
}

Result<void> Sink::put(const std::string& name, std::string_view text) {
  return put(name, ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Result<std::unique_ptr<Sink>> Sink::open(const fs::path& out, BagForm form, const std::string& top,
                                         Time made_at) {
  const bool folder = form == BagForm::folder;
  const auto name = folder ? half_made_folder(out) : half_made_name(out);
  if (!name) return pass(name);
  if (folder) return std::make_unique<FolderSink>(out, *name);
  auto sink = std::make_unique<ArchiveSink>(out, *name, top, made_at);
  if (auto r = sink->open(form); !r) return pass(r);
  return sink;
}

}  // namespace linka
