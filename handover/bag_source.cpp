// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/bag_source.h"

#include "base/files.h"
#include "base/handle.h"
#include "base/translate.h"
#include "handover/bag_names.h"
#include "handover/utf8_locale.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

using ArchivePtr = std::unique_ptr<archive, FreeWith<archive_read_free>>;

constexpr std::size_t piece_bytes = 1u << 20;
constexpr std::size_t most_files = 5'000'000;
// What JPEG 2000, ALTO and METS come to when packed stays far below; a bomb begins at a thousand.
constexpr std::uint64_t widest_ratio = 200, free_of_ratio = 16u << 20;

tl::unexpected<Error> broken(archive* a, const fs::path& path) {
  const char* why = archive_error_string(a);
  return fail(ErrorKind::bad_input, "{}: cannot be read as an archive: {}", path.string(),
              why != nullptr ? why : "?");
}

Result<ArchivePtr> opened(const fs::path& path) {
  ArchivePtr a(archive_read_new());
  if (!a) return fail(ErrorKind::resource, "not enough memory");
  archive_read_support_filter_gzip(a.get());
  archive_read_support_format_tar(a.get());
  archive_read_support_format_zip(a.get());
  if (archive_read_open_filename(a.get(), path.c_str(), 64 * 1024) != ARCHIVE_OK)
    return broken(a.get(), path);
  return a;
}

// An entry's name as bytes; without the "./" that some tars begin every name with.
std::string name_of_entry(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  std::string out = name != nullptr ? name : "";
  if (out.starts_with("./")) out.erase(0, 2);
  return out;
}

// ---- lists -------------------------------------------------------------------------------------

class Lister {
 public:
  BagListing listing;

  void fault(const std::string& name, std::string message) {
    listing.faults.push_back({name, std::move(message)});
  }

  // A file under its name in the bag.
  void add(const std::string& name, std::uint64_t bytes) {
    if (const auto harm = harm_of_name(name)) return fault(name, *harm);
    if (!names_.insert(name).second) return fault(name, tr("is there twice"));
    if (const auto other = collisions_.add(name))
      return fault(name, say(tr("cannot be told from {} on every disk"), *other));
    listing.files.push_back({name, bytes});
  }

 private:
  std::set<std::string> names_;
  NameCollisions collisions_;
};

Result<BagListing> list_folder(const fs::path& root) {
  Lister lister;
  std::error_code code;
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end;
       it.increment(code)) {
    const std::string name = it->path().lexically_relative(root).generic_string();
    const fs::file_status status = it->symlink_status(code);
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status)) {
      lister.fault(name, fs::is_symlink(status) ? tr("is a link") : tr("is no plain file"));
      continue;
    }
    lister.add(name, it->file_size(code));
  }
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", root.string(),
                code.message());
  return std::move(lister.listing);
}

class ArchiveLister {
 public:
  explicit ArchiveLister(const fs::path& path) : path_(path) {}

  Result<BagListing> run() {
    const Utf8Locale names;
    std::error_code code;
    packed_ = fs::file_size(path_, code);
    auto a = opened(path_);
    if (!a) return pass(a);
    archive_entry* entry = nullptr;
    int got = ARCHIVE_OK;
    while ((got = archive_read_next_header(a->get(), &entry)) == ARCHIVE_OK ||
           got == ARCHIVE_WARN) {
      if (!take(entry)) break;
      if (entries_ > most_files) {
        lister_.fault("", say(tr("holds more than {} files"), most_files));
        break;
      }
    }
    if (got != ARCHIVE_EOF && got != ARCHIVE_OK && got != ARCHIVE_WARN)
      lister_.fault("", broken(a->get(), path_).value().message);
    if (entries_ == 0)
      return fail(ErrorKind::bad_input, "{}: holds nothing that a bag would", path_.string());
    lister_.listing.top = top_;
    return std::move(lister_.listing);
  }

 private:
  // False: no more is looked at.
  bool take(archive_entry* entry) {
    ++entries_;
    std::string name = name_of_entry(entry);
    const auto type = archive_entry_filetype(entry);
    const bool folder = type == AE_IFDIR;
    while (folder && name.ends_with('/')) name.pop_back();
    if (folder && (name.empty() || name == ".")) return true;
    if (const auto harm = harm_of_name(name)) {
      lister_.fault(name, *harm);
      return true;
    }
    const std::size_t slash = name.find('/');
    const std::string top = name.substr(0, slash);
    if (top_.empty()) top_ = top;
    if (top != top_) {
      lister_.fault(name, say(tr("lies beside the bag's folder {}"), top_));
      return true;
    }
    if (archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr) {
      lister_.fault(name, tr("is a link"));
      return true;
    }
    if (archive_entry_is_encrypted(entry) != 0) {
      lister_.fault(name, tr("is encrypted"));
      return true;
    }
    if (folder) return true;
    if (type != AE_IFREG || slash == name.npos) {
      lister_.fault(
          name, slash == name.npos ? tr("lies beside the bag's folder") : tr("is no plain file"));
      return true;
    }
    if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0) {
      lister_.fault(name, tr("does not say how large it is"));
      return true;
    }
    const auto bytes = static_cast<std::uint64_t>(archive_entry_size(entry));
    total_ += std::min(bytes, UINT64_MAX - total_);
    if (total_ > free_of_ratio && total_ / widest_ratio > packed_) {
      lister_.fault(name, say(tr("the archive says it holds {} bytes in {}: more than {} to one"),
                              total_, packed_, widest_ratio));
      return false;
    }
    lister_.add(name.substr(slash + 1), bytes);
    return true;
  }

  const fs::path& path_;
  Lister lister_;
  std::string top_;
  std::uint64_t packed_ = 0, total_ = 0;
  std::size_t entries_ = 0;
};

// ---- bytes -------------------------------------------------------------------------------------

// One file's bytes from `next`, which gives how many it put into the buffer; 0 at the end, below 0
// after an error that `why` tells.
template <class Next, class Why>
Result<void> read_one(const BagEntry& entry, const BagSource::Reader& reader, Bytes& buffer,
                      Next&& next, Why&& why) {
  if (auto r = reader.begin(entry); !r) return r;
  std::uint64_t have = 0;
  Result<void> read;
  for (;;) {
    const auto n = next(buffer);
    if (n < 0) {
      read = fail(ErrorKind::io, "cannot be read: {}", why());
      break;
    }
    if (n == 0) break;
    have += static_cast<std::uint64_t>(n);
    if (have > entry.bytes) break;
    if (auto r = reader.take({buffer.data(), static_cast<std::size_t>(n)}); !r) return r;
  }
  if (read && have != entry.bytes)
    read = fail(ErrorKind::bad_input, "holds {} than the {} bytes that are announced",
                have > entry.bytes ? tr("more") : tr("less"), entry.bytes);
  return reader.ended(entry.name, read);
}

Result<void> read_folder(const fs::path& root, const BagListing& listing,
                         const BagSource::Reader& reader) {
  Bytes buffer(piece_bytes);
  for (const BagEntry& entry : listing.files) {
    if (!reader.wants(entry.name)) continue;
    const int fd = ::open((root / entry.name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const int opened_with = errno;
    auto done = read_one(
        entry, reader, buffer,
        [&](Bytes& b) -> ssize_t {
          if (fd < 0) {
            errno = opened_with;
            return -1;
          }
          ssize_t n = 0;
          do n = ::read(fd, b.data(), b.size());
          while (n < 0 && errno == EINTR);
          return n;
        },
        [] { return std::string(std::strerror(errno)); });
    if (fd >= 0) ::close(fd);
    if (!done) return done;
  }
  return {};
}

Result<void> read_archive(const fs::path& path, const BagListing& listing,
                          const BagSource::Reader& reader) {
  const Utf8Locale names;
  std::map<std::string, const BagEntry*> known;
  for (const BagEntry& entry : listing.files) known[listing.top + "/" + entry.name] = &entry;
  auto a = opened(path);
  if (!a) return pass(a);
  Bytes buffer(piece_bytes);
  archive_entry* entry = nullptr;
  int got = ARCHIVE_OK;
  while ((got = archive_read_next_header(a->get(), &entry)) == ARCHIVE_OK || got == ARCHIVE_WARN) {
    const auto found = known.find(name_of_entry(entry));
    if (found == known.end() || archive_entry_filetype(entry) != AE_IFREG) continue;
    const BagEntry& file = *found->second;
    known.erase(found);  // a second of that name is a fault already
    if (!reader.wants(file.name)) continue;
    auto done = read_one(
        file, reader, buffer,
        [&](Bytes& b) { return archive_read_data(a->get(), b.data(), b.size()); },
        [&] {
          const char* why = archive_error_string(a->get());
          return std::string(why != nullptr ? why : "?");
        });
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<BagSource> BagSource::open(const fs::path& path) {
  BagSource source;
  source.path_ = path;
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (fs::is_directory(status)) {
    source.folder_ = true;
    return source;
  }
  if (!fs::is_regular_file(status))
    return fail(ErrorKind::bad_input, "{}: there is no such bag", path.string());
  if (const auto a = opened(path); !a) return pass(a);
  return source;
}

Result<BagListing> BagSource::list() const {
  return folder_ ? list_folder(path_) : ArchiveLister(path_).run();
}

Result<void> BagSource::read(const BagListing& listing, const Reader& reader) const {
  return folder_ ? read_folder(path_, listing, reader) : read_archive(path_, listing, reader);
}

}  // namespace linka
