// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/placed_files.h"

#include "base/fail_point.h"
#include "base/files.h"
#include "formats/record_level.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint linking{"package-image", "before an image is linked or copied into a package"};
FailPoint alto{"package-alto", "before a page's ALTO in a package is complete"};
FailPoint plain{"package-txt", "before a page's plain text in a package is complete"};
FailPoint page_mets{"package-amdsec", "before a page's METS in a package is complete"};
FailPoint main_mets{"package-mets", "before the main METS of a package is complete"};
FailPoint sums{"package-md5", "before the list of checksums of a package is complete"};
FailPoint info{"package-info", "before the info file of a package is complete"};
FailPoint flushing{"package-flush", "before the files of a package are flushed"};

FailPoint* point_of(std::string_view href) {
  const auto known =
      std::to_array<std::pair<std::string_view, FailPoint*>>({{"alto/", &alto},
                                                              {"txt/", &plain},
                                                              {"amdsec/", &page_mets},
                                                              {"mets_", &main_mets},
                                                              {"md5_", &sums},
                                                              {"info_", &info}});
  for (const auto& [start, point] : known)
    if (href.starts_with(start)) return point;
  return nullptr;
}

constexpr std::size_t piece_bytes = 1 << 20;  // read at once

// Size and digest of what lies on the disk; a large image is never held whole.
Result<PlacedFile> read_back(const fs::path& path, std::string href) {
  PlacedFile out;
  out.href = std::move(href);
  RunningMd5 md5;
  std::ifstream in(path, std::ios::binary);
  std::vector<char> piece(piece_bytes);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    md5.add({piece.data(), got});
    out.size_bytes += got;
  }
  if (!in.eof())
    return fail(ErrorKind::io, "{}: cannot be read: {}", path.string(), std::strerror(errno));
  out.md5 = md5.hex();
  return out;
}

}  // namespace

std::string href_of(std::size_t folder, const std::string& package_id, int ordinal) {
  const PackageFolder& f = package_folders[folder];
  return fmt::format("{}/{}_{}_{}.{}", f.folder, f.prefix, package_id, ordinal_text(ordinal),
                     f.extension);
}

NewFile::NewFile(const fs::path& root, std::string href) : path_(root / href) {
  errno = 0;
  file_.href = std::move(href);
  out_.open(path_, std::ios::binary | std::ios::trunc);
}

void NewFile::write(std::string_view piece) {
  out_.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  md5_.add(piece);
  file_.size_bytes += piece.size();
}

Result<PlacedFile> NewFile::close() {
  FailPoint* const point = point_of(file_.href);
  const int refused = point != nullptr ? point->reached() : 0;
  out_.close();
  if (!out_ || refused != 0) {
    const int e = refused != 0 ? refused : errno == 0 ? EIO : errno;
    return fail(kind_of_errno(e), "{}: cannot be written: {}", path_.string(), std::strerror(e));
  }
  file_.md5 = md5_.hex();
  return std::move(file_);
}

Result<PlacedFile> write_new(const fs::path& root, std::string href, std::string_view text) {
  NewFile file(root, std::move(href));
  file.write(text);
  return file.close();
}

Result<PlacedFile> link_or_copy(const fs::path& from, const fs::path& root, std::string href) {
  std::error_code code;
  const fs::path real = fs::canonical(from, code);
  if (code || !fs::is_regular_file(real, code))
    return fail(ErrorKind::bad_input, "{} is not there", from.string());
  const fs::path to = root / href;
  if (const int e = linking.reached())
    return fail(kind_of_errno(e), "{}: cannot be copied to {}: {}", real.string(), to.string(),
                std::strerror(e));
  fs::create_hard_link(real, to, code);
  if (code) {
    fs::copy_file(real, to, fs::copy_options::overwrite_existing, code);
    if (code)
      return fail(kind_of_errno(code.value()), "{}: cannot be copied to {}: {}", real.string(),
                  to.string(), code.message());
  }
  return read_back(to, std::move(href));
}

Result<void> flush_package(const fs::path& root) {
  // The first file takes the journal of the file system with it; the others cost little then.
  if (const int e = flushing.reached())
    return fail(kind_of_errno(e), "{}: cannot be flushed to the disk: {}", root.string(),
                std::strerror(e));
  std::error_code code;
  std::vector<fs::path> folders{root};
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end;
       it.increment(code)) {
    if (it->is_directory(code)) {
      folders.push_back(it->path());
      continue;
    }
    // What is linked from the page's folder was flushed when the page was stored.
    if (it->hard_link_count(code) > 1) continue;
    if (auto flushed = flush_path(it->path()); !flushed) return flushed;
  }
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", root.string(),
                code.message());
  for (const fs::path& folder : folders)
    if (auto flushed = flush_path(folder); !flushed) return flushed;
  return {};
}

}  // namespace linka
