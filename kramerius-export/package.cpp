// SPDX-License-Identifier: GPL-3.0-or-later
// The order is the standard's: images, ALTO and text first, then the page's technical METS (which
// states their digests), the main METS (which states those of all), the checksum file, the info
// file.
#include "kramerius-export/package.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/alto.h"
#include "formats/info.h"
#include "kramerius-export/main_mets.h"
#include "kramerius-export/page_mets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_pages = 9999;  // ids count with four digits
constexpr std::array<const char*, 5> folders{"mastercopy", "usercopy", "alto", "txt", "amdsec"};

struct Standard {
  std::string metadata_version, mods_type_version;
  ModsStyle mods;
  bool old_page_types = false;
};

std::optional<Standard> standard_of(const std::string& name) {
  // Published builds of the validator check monograph 2.2 with the MODS schema of 3.6, which knows
  // neither version="3.8" nor originInfo/agent. Without the version attribute and with
  // mods:publisher the record passes them and the corrected ones alike, at the price of one warning
  // for each publisher; Kramerius also finds publishers only there.
  if (name == "2.2") return Standard{"2.2", "3.8", {"", true, true}, false};
  if (name == "2.2-strict") return Standard{"2.2", "3.8", {"3.8", false, true}, false};
  // 2.1 wants another code than the SIGLA one in recordContentSource, and we have only that.
  if (name == "2.1") return Standard{"2.1", "3.6", {"3.6", true, false}, true};
  return {};
}

// Monograph 2.1 lacks five of the words for pages.
std::string type_in(const Standard& standard, const std::string& type) {
  static const std::set<std::string_view> later{"preface", "introduction", "colophon", "afterword",
                                                "conclusion"};
  return standard.old_page_types && later.contains(type) ? "normalPage" : type;
}

// The page whose picture stands for the book: the title page, else a cover, else the first page.
std::size_t representing(const std::vector<PackagePage>& pages) {
  for (const std::string_view wanted :
       {"titlePage", "frontCover", "cover", "jacket", "frontJacket"})
    for (std::size_t i = 0; i < pages.size(); ++i)
      if (pages[i].type == wanted) return i;
  return 0;
}

std::string position_of(Side side) {
  switch (side) {
    case Side::left:
      return "left";
    case Side::right:
      return "right";
    case Side::single:
      break;
  }
  return "singlePage";
}

Result<void> check_input(const Record& record, const std::vector<PackagePage>& pages,
                         const PackageOptions& options) {
  if (const auto missing = missing_parts(record); !missing.empty())
    return fail(ErrorKind::bad_input, "the record lacks {}", fmt::join(missing, ", "));
  if (pages.empty()) return fail(ErrorKind::bad_input, "the package would have no page");
  if (pages.size() > most_pages)
    return fail(ErrorKind::bad_input, "{} pages, more than the {} a package can count",
                pages.size(), most_pages);
  if (options.program.empty() || options.program_version.empty())
    return fail(ErrorKind::configuration, "the package must name the program and its version");
  std::set<PageId> ids;
  for (const PackagePage& page : pages) {
    const PageFacts& facts = page.facts;
    const std::string name = text_of(facts.id);
    if (!ids.insert(facts.id).second)
      return fail(ErrorKind::bad_input, "page {} is given twice", name);
    if (trimmed(page.label).empty())
      return fail(ErrorKind::bad_input, "page {} has no label", name);
    if (!is_page_type(page.type))
      return fail(ErrorKind::bad_input, "\"{}\" (page {}) is no type of page", page.type, name);
    if (facts.source.md5.size() != 32 || facts.source.width_px <= 0 || facts.source.height_px <= 0)
      return fail(ErrorKind::bad_input,
                  "the digest or the size of the scan of page {} is not known", name);
    if (facts.width_px <= 0 || facts.height_px <= 0)
      return fail(ErrorKind::bad_input, "the size of page {} is not known", name);
    if (page.text.width_px > 0 &&
        (page.text.width_px != facts.width_px || page.text.height_px != facts.height_px))
      return fail(ErrorKind::bad_input,
                  "page {}: the text is of a page of {} x {} px, but the page is {} x {}", name,
                  page.text.width_px, page.text.height_px, facts.width_px, facts.height_px);
  }
  return {};
}

// Removes the half-built folder unless it was kept.
class Scaffold {
 public:
  explicit Scaffold(fs::path path) : path_(std::move(path)) {}
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  ~Scaffold() {
    std::error_code code;
    if (!kept_) fs::remove_all(path_, code);
  }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

Result<PlacedFile> write_new(const fs::path& root, const std::string& href,
                             const std::string& text) {
  const fs::path path = root / href;
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) {
    const int e = errno == 0 ? EIO : errno;
    return fail(kind_of_errno(e), "{}: cannot be written: {}", path.string(), std::strerror(e));
  }
  if (auto flushed = flush_path(path); !flushed) return pass(flushed);
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  return PlacedFile{href, text.size(), md5_hex({data, text.size()})};
}

// Links or copies a page's file into the package, then reads what lies there.
struct PlacedImage {
  PlacedFile file;
  Bytes bytes;
};
Result<PlacedImage> place(const fs::path& from, const fs::path& root, const std::string& href,
                          const PackagePage& page) {
  const std::string name = text_of(page.facts.id);
  std::error_code code;
  const fs::path real = fs::canonical(from, code);
  if (code || !fs::is_regular_file(real, code))
    return fail(ErrorKind::bad_input, "page {}: {} is not there", name, from.string());
  const fs::path to = root / href;
  fs::create_hard_link(real, to, code);
  if (code) {
    fs::copy_file(real, to, fs::copy_options::overwrite_existing, code);
    if (code)
      return fail(kind_of_errno(code.value()), "{}: cannot be copied to {}: {}", real.string(),
                  to.string(), code.message());
    if (auto flushed = flush_path(to); !flushed) return pass(flushed);
  }
  auto bytes = read_file(to);
  if (!bytes) return pass(bytes);
  PlacedImage out{{href, bytes->size(), md5_hex(*bytes)}, std::move(*bytes)};
  for (const WrittenFile& stated : page.facts.files)
    if (stated.name == from.filename().string() && !stated.md5.empty() &&
        (stated.md5 != out.file.md5 || stated.size_bytes != out.file.size_bytes))
      return fail(
          ErrorKind::bad_input,
          "page {}: {} is no longer what was written ({} bytes, MD5 {}; it was {} bytes, {})", name,
          from.string(), out.file.size_bytes, out.file.md5, stated.size_bytes, stated.md5);
  return out;
}

std::string href_of(const char* folder, const char* prefix, const std::string& id,
                    const std::string& number, const char* extension) {
  return fmt::format("{}/{}_{}_{}.{}", folder, prefix, id, number, extension);
}

Result<PlacedPage> place_page(const PackagePage& page, PageRecord page_record, const fs::path& root,
                              const Record& record, const PackageNames& names) {
  PlacedPage out;
  out.source = &page;
  out.record = std::move(page_record);
  out.made_at = is_date_time(page.facts.made_at) ? page.facts.made_at : names.created;
  const std::string number = ordinal_text(out.record.ordinal);

  auto master =
      place(page.master, root, href_of("mastercopy", "mc", names.id, number, "jp2"), page);
  if (!master) return pass(master);
  out.master = std::move(master->file);
  if (auto jp2 = read_jp2(master->bytes); jp2 && jp2->is_jp2) {
    if (jp2->width_px != page.facts.width_px || jp2->height_px != page.facts.height_px)
      return fail(ErrorKind::bad_input, "page {}: {} is {} x {} px, but the page is {} x {}",
                  text_of(page.facts.id), page.master.string(), jp2->width_px, jp2->height_px,
                  page.facts.width_px, page.facts.height_px);
    out.master_jp2 = std::move(*jp2);
  }
  master->bytes = {};
  auto user = place(page.user, root, href_of("usercopy", "uc", names.id, number, "jp2"), page);
  if (!user) return pass(user);
  out.user = std::move(user->file);
  user->bytes = {};

  AltoOptions alto;
  alto.file_name = fs::path(out.master.href).filename().string();
  alto.page_number = out.record.ordinal;
  alto.processing_date = out.made_at.substr(0, 10);
  alto.agency = record.sigla;
  std::string alto_text;
  if (page.text.width_px > 0 && page.text.height_px > 0) {
    alto_text = to_alto(page.text, alto);
  } else {
    PageText sized = page.text;
    sized.width_px = page.facts.width_px;
    sized.height_px = page.facts.height_px;
    alto_text = to_alto(sized, alto);
  }
  auto written = write_new(root, href_of("alto", "alto", names.id, number, "xml"), alto_text);
  if (!written) return pass(written);
  out.alto = std::move(*written);
  written = write_new(root, href_of("txt", "txt", names.id, number, "txt"), plain_text(page.text));
  if (!written) return pass(written);
  out.txt = std::move(*written);
  written = write_new(root, href_of("amdsec", "amd_mets", names.id, number, "xml"),
                      to_page_mets(out, record, names));
  if (!written) return pass(written);
  out.amd = std::move(*written);
  return out;
}

// One line a file, one space, the path with a leading slash: md5sum's own form is not understood.
std::string checksum_lines(const std::vector<PlacedFile>& files) {
  std::string out;
  for (const PlacedFile& f : files) out += f.md5 + " /" + f.href + "\n";
  return out;
}

PackageInfo info_of(const Record& record, const PackageNames& names, const Standard& standard,
                    const std::vector<PlacedFile>& files, const PlacedFile& checksums) {
  PackageInfo info;
  info.created = names.created;
  info.metadata_version = standard.metadata_version;
  info.package_id = names.id;
  info.validator = names.program;
  info.validator_version = names.program_version;
  info.titles.emplace_back("uuid", volume_uuid(record));
  for (const std::string_view type : {"urnnbn", "ccnb", "isbn", "ismn"}) {
    const std::string value = identifier_of(record, type);
    const bool known = type != "ismn" || standard.metadata_version != "2.1";
    if (known && !value.empty()) info.titles.emplace_back(type, value);
  }
  info.collection = record.collection;
  info.institution = record.institution;
  info.creator = record.sigla;
  for (const PlacedFile& f : files) {
    info.items.push_back("/" + f.href);
    info.other_bytes += f.size_bytes;
  }
  info.items.push_back("/" + checksums.href);
  info.items.push_back(fmt::format("/info_{}.xml", names.id));
  std::sort(info.items.begin(), info.items.end());
  info.other_bytes += checksums.size_bytes;
  info.main_mets = fmt::format("mets_{}.xml", names.id);
  info.checksum_file = "/" + checksums.href;
  info.checksum = checksums.md5;
  return info;
}

// Gives the finished folder its name. An older package changes places with it in one step where the
// file system can do that.
Result<void> unveil(const fs::path& built, const fs::path& final_path, bool replace) {
  std::error_code code;
  const bool there = fs::exists(fs::symlink_status(final_path, code));
  if (there && !replace)
    return fail(ErrorKind::bad_input, "{}: the package is there already", final_path.string());
  if (there &&
      ::renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, final_path.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(built, code);
    return flush_path(final_path.parent_path());
  }
  fs::path aside = built;
  aside += ".old";
  if (there) {
    fs::remove_all(aside, code);
    fs::rename(final_path, aside, code);
    if (code)
      return fail(kind_of_errno(code.value()), "{}: cannot be moved aside: {}", final_path.string(),
                  code.message());
  }
  fs::rename(built, final_path, code);
  if (code) {
    std::error_code ignored;
    if (there) fs::rename(aside, final_path, ignored);
    return fail(kind_of_errno(code.value()), "{}: cannot be given its name: {}",
                final_path.string(), code.message());
  }
  if (there) fs::remove_all(aside, code);
  return flush_path(final_path.parent_path());
}

Result<BuiltPackage> build(const Record& record, const std::vector<PackagePage>& pages,
                           const PackageOptions& options) {
  const auto standard = standard_of(options.standard);
  if (!standard)
    return fail(ErrorKind::configuration,
                "the standard \"{}\" is not known; known are 2.2, 2.2-strict and 2.1",
                options.standard);
  if (auto good = check_input(record, pages, options); !good) return pass(good);

  PackageNames names;
  names.id = package_id(record);
  names.created = iso8601(options.created);
  names.created_on = iso_date(options.created);
  names.program = options.program;
  names.program_version = options.program_version;
  names.header = {display_title(record), "Monograph", names.created, record.sigla,
                  record.archivist.empty() ? record.sigla : record.archivist};

  const fs::path final_path = options.folder / names.id;
  std::error_code code;
  if (!options.replace && fs::exists(fs::symlink_status(final_path, code)))
    return fail(ErrorKind::bad_input, "{}: the package is there already", final_path.string());
  const fs::path root = options.folder / ("." + names.id + ".building");
  if (auto made = make_folders(options.folder); !made) return pass(made);
  fs::remove_all(root, code);  // of a run that was cut short
  Scaffold scaffold(root);
  for (const char* folder : folders)
    if (auto made = make_folders(root / folder); !made) return pass(made);

  const std::string volume = volume_uuid(record);
  const std::size_t representative = representing(pages);
  std::vector<PlacedPage> placed;
  placed.reserve(pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const PackagePage& page = pages[i];
    PageRecord page_record;
    page_record.ordinal = static_cast<int>(i) + 1;
    page_record.uuid = uuid_v5(volume, text_of(page.facts.id));
    page_record.label = trimmed(page.label);
    page_record.type = type_in(*standard, page.type);
    page_record.position = position_of(page.facts.id.side);
    page_record.represents = i == representative;
    auto one = place_page(page, std::move(page_record), root, record, names);
    if (!one) return pass(one);
    placed.push_back(std::move(*one));
  }

  std::vector<PlacedFile> files;
  auto written =
      write_new(root, fmt::format("mets_{}.xml", names.id),
                to_main_mets(placed, record, names, standard->mods, standard->mods_type_version));
  if (!written) return pass(written);
  files.push_back(*written);
  for (const PlacedPage& p : placed)
    for (const PlacedFile* f : {&p.master, &p.user, &p.alto, &p.txt, &p.amd}) files.push_back(*f);
  std::sort(files.begin(), files.end(),
            [](const PlacedFile& a, const PlacedFile& b) { return a.href < b.href; });
  auto checksums = write_new(root, fmt::format("md5_{}.md5", names.id), checksum_lines(files));
  if (!checksums) return pass(checksums);
  const PackageInfo info = info_of(record, names, *standard, files, *checksums);
  written = write_new(root, fmt::format("info_{}.xml", names.id), to_info(info));
  if (!written) return pass(written);

  for (const char* folder : folders)
    if (auto flushed = flush_path(root / folder); !flushed) return pass(flushed);
  if (auto flushed = flush_path(root); !flushed) return pass(flushed);
  if (auto shown = unveil(root, final_path, options.replace); !shown) return pass(shown);
  scaffold.keep();
  return BuiltPackage{final_path, names.id, pages.size(), info.other_bytes + written->size_bytes};
}

}  // namespace

Result<BuiltPackage> build_package(const Record& record, const std::vector<PackagePage>& pages,
                                   const PackageOptions& options) {
  return guarded<BuiltPackage>("package", [&] { return build(record, pages, options); });
}

}  // namespace linka
