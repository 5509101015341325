// SPDX-License-Identifier: GPL-3.0-or-later
// The package as a folder: what lies where under which name, and the list of digests. Nothing that
// is a link, a device or a socket is ever opened, so that a package cannot make us read elsewhere.
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_internal.h"

#include <algorithm>

namespace linka::rules {

namespace fs = std::filesystem;

const std::array<FolderKind, 5> folder_kinds = {{
    {"mastercopy", "mc", "jp2", "MASTER-COPY", "MASTER_COPY", "MC_IMGGRP", "Images", "image/jp2",
     "MC"},
    {"usercopy", "uc", "jp2", "USER-COPY", "USER_COPY", "UC_IMGGRP", "Images", "image/jp2", "UC"},
    {"alto", "alto", "xml", "OCR-ALTO", "OCR_ALTO", "ALTOGRP", "Layout", "text/xml", "ALTO"},
    {"txt", "txt", "txt", "OCR-TEXT", "OCR_TEXT", "TXTGRP", "Text", "text/plain", "TXT"},
    {"amdsec", "amd_mets", "xml", "SECONDARY-METS", "SECONDARY_METS", "TECHMDGRP",
     "Technical Metadata", "text/xml", "AMD"},
}};

namespace {

struct Entry {
  std::string name;
  fs::file_type type = fs::file_type::unknown;
};

// The entries of a folder in a fixed order, links as links.
std::vector<Entry> entries_of(Check& check, const std::string& below) {
  std::vector<Entry> all;
  std::error_code error;
  const fs::path folder = below.empty() ? check.package.root : check.package.root / below;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    all.push_back({it->path().filename().string(), it->symlink_status(error).type()});
  if (error)
    check.findings.error("LINKA_FILES_READABLE", below, {},
                         say(tr("the folder cannot be read: {}"), error.message()));
  std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return all;
}

const char* what_is(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return tr("a folder");
    case fs::file_type::symlink:
      return tr("a link");
    case fs::file_type::regular:
      return tr("a file");
    default:
      return tr("neither a file nor a folder");
  }
}

bool note_file(Check& check, const std::string& path, fs::file_type type) {
  if (type != fs::file_type::regular) return false;
  std::error_code error;
  const auto size = fs::file_size(check.package.root / path, error);
  check.package.files[path] = {error ? 0 : static_cast<std::uint64_t>(size), {}};
  return true;
}

// A file of the top level that must be there exactly once under exactly one name.
struct Single {
  std::string_view word, start, extension;
  std::vector<std::string> names;  // accepted
};

std::string find_single(Check& check, const std::vector<Entry>& entries, const Single& wanted) {
  const std::string single = fmt::format("SINGLE_{}_FILE_FOUND", wanted.word);
  const std::string named = fmt::format("{}_FILENAME_VALID", wanted.word);
  const std::string not_dir = fmt::format("{}_IS_NOT_DIR", wanted.word);
  Findings& f = check.findings;
  f.applied(single, named, not_dir);
  std::vector<const Entry*> found;
  for (const Entry& e : entries) {
    const std::string lower = lower_ascii(e.name);
    if (lower.starts_with(wanted.start) && lower.ends_with(wanted.extension)) found.push_back(&e);
  }
  if (found.empty()) {
    f.error(single, "", {}, say(tr("there is no {}"), wanted.names.front()));
    return {};
  }
  if (found.size() > 1)
    f.error(single, "", {},
            say(tr("there are {} files like {}"), found.size(), wanted.names.front()));
  const Entry* chosen = found.front();
  for (const Entry* e : found)
    if (e->name == wanted.names.front()) chosen = e;
  if (std::find(wanted.names.begin(), wanted.names.end(), chosen->name) == wanted.names.end())
    f.error(named, chosen->name, {}, say(tr("the name is not {}"), wanted.names.front()));
  if (chosen->type == fs::file_type::regular) return chosen->name;
  if (chosen->type == fs::file_type::directory)
    f.error(not_dir, chosen->name, {}, tr("this is a folder, not a file"));
  return {};
}

void check_folder(Check& check, const FolderKind& kind, std::size_t which) {
  Package& p = check.package;
  Findings& f = check.findings;
  const std::string extra = fmt::format("NO_EXTRA_FILES_IN_{}-DIR", kind.rule_word);
  const std::string valid = fmt::format("{}_FILENAMES_VALID", kind.rule_word);
  const std::string lengths = fmt::format("{}_FILENAMES_LENGTHS_SAME", kind.rule_word);
  const std::string not_dirs = fmt::format("{}_FILES_ARE_NOT_DIRS", kind.rule_word);
  f.applied(extra, valid, lengths, not_dirs);
  const std::string start = fmt::format("{}_{}_", kind.prefix, p.id);
  const std::string end = fmt::format(".{}", kind.extension);
  std::set<std::size_t> sizes;
  for (const Entry& e : entries_of(check, std::string(kind.folder))) {
    const std::string path = fmt::format("{}/{}", kind.folder, e.name);
    if (e.type == fs::file_type::directory) {
      f.error(not_dirs, path, {}, tr("this is a folder, only files are expected here"));
      continue;
    }
    if (!note_file(check, path, e.type)) {
      f.error("LINKA_REGULAR_FILES_ONLY", path, {},
              say(tr("this is {}, it is not read"), what_is(e.type)));
      continue;
    }
    if (!lower_ascii(e.name).ends_with(end)) {
      f.error(extra, path, {},
              say(tr("only files named {}<number>{} are expected here"), start, end));
      continue;
    }
    const bool framed = e.name.starts_with(start) && e.name.ends_with(end) &&
                        e.name.size() > start.size() + end.size();
    const std::string digits =
        framed ? e.name.substr(start.size(), e.name.size() - start.size() - end.size()) : "";
    if (!is_number(digits)) {
      f.error(valid, path, {}, say(tr("the name is not of the form {}<number>{}"), start, end));
      continue;
    }
    sizes.insert(e.name.size());
    std::string number = digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (!p.pages[which].emplace(number, path).second)
      f.warning("LINKA_PAGE_FILES_COMPLETE", path, {},
                say(tr("another file has the page number {}, too"), number));
  }
  if (sizes.size() > 1)
    f.error(lengths, std::string(kind.folder), {},
            say(tr("the names are {} to {} signs long, all must be of one length"), *sizes.begin(),
                *sizes.rbegin()));
}

// Numbers run from 1, and each is there five times.
void check_numbers(Check& check) {
  const Package& p = check.package;
  Findings& f = check.findings;
  f.applied("NUMBER_OF_FILES_IN_DIRS_MATCH", "LINKA_PAGES_PRESENT", "LINKA_PAGE_FILES_COMPLETE",
            "LINKA_PAGE_NUMBERS_WITHOUT_GAPS");
  std::array<std::size_t, 5> counts{};
  std::map<std::string, std::string, ByValue> all;  // number -> folders that lack it
  for (const auto& [path, file] : p.files)
    for (std::size_t k = 0; k < 5; ++k)
      if (path.starts_with(std::string(folder_kinds[k].folder) + "/")) ++counts[k];
  for (std::size_t k = 0; k < 5; ++k)
    for (const auto& [number, path] : p.pages[k]) all[number];
  if (std::any_of(counts.begin(), counts.end(), [&](std::size_t n) { return n != counts[0]; }))
    f.error("NUMBER_OF_FILES_IN_DIRS_MATCH", "", {},
            say(tr("mastercopy holds {} files, usercopy {}, alto {}, txt {}, amdsec {}"), counts[0],
                counts[1], counts[2], counts[3], counts[4]));
  if (all.empty()) f.error("LINKA_PAGES_PRESENT", "", {}, tr("the package holds no page"));
  std::size_t expected = 1;
  for (auto& [number, lacking] : all) {
    if (number != std::to_string(expected)) {
      f.warning("LINKA_PAGE_NUMBERS_WITHOUT_GAPS", "", {},
                say(tr("page number {} stands where {} is expected"), number, expected));
      expected = number.size() < 10 ? std::stoul(number) : expected;
    }
    ++expected;
    for (std::size_t k = 0; k < 5; ++k)
      if (!p.pages[k].count(number)) lacking += fmt::format(" {}", folder_kinds[k].folder);
    if (!lacking.empty())
      f.warning("LINKA_PAGE_FILES_COMPLETE", "", {},
                say(tr("page {} has no file in:{}"), number, lacking));
  }
}

}  // namespace

void check_structure(Check& check) {
  Package& p = check.package;
  Findings& f = check.findings;
  f.applied("PSP_DIR_MATCHES_PSP_ID", "NO_OTHER_TL_FILES_FOUND", "NO_TOLERATED_TL_FILES_FOUND",
            "TOLERATED_TL_FILES_ARE_NOT_DIRS", "LINKA_REGULAR_FILES_ONLY", "LINKA_PACKAGE_ID");
  const bool plain = !p.id.empty() && std::all_of(p.id.begin(), p.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
  if (!plain)
    f.error("LINKA_PACKAGE_ID", "", {},
            say(tr("the package id {} holds signs other than a-z 0-9 _ . -"), in_quotes(p.id)));
  const std::vector<Entry> entries = entries_of(check, "");
  p.info =
      find_single(check, entries, {"INFO", "info", ".xml", {"info_" + p.id + ".xml", "info.xml"}});
  p.mets = find_single(check, entries, {"PRIMARY-METS", "mets", ".xml", {"mets_" + p.id + ".xml"}});
  p.md5 = find_single(check, entries, {"CHECKSUM", "md5", ".md5", {"md5_" + p.id + ".md5"}});

  std::set<std::string> folders_found;
  for (const Entry& e : entries) {
    const std::string lower = lower_ascii(e.name);
    if (e.type != fs::file_type::regular && e.type != fs::file_type::directory)
      f.error("LINKA_REGULAR_FILES_ONLY", e.name, {},
              say(tr("this is {}, it is not read"), what_is(e.type)));
    note_file(check, e.name, e.type);
    const auto kind = std::find_if(folder_kinds.begin(), folder_kinds.end(),
                                   [&](const FolderKind& k) { return k.folder == lower; });
    if (kind != folder_kinds.end()) {
      const std::string word = fmt::format("{}-DIR", kind->rule_word);
      if (!folders_found.insert(lower).second)
        f.error("SINGLE_" + word + "_FILE_FOUND", e.name, {},
                tr("there is more than one such folder"));
      if (e.name != kind->folder)
        f.error(word + "_FILENAME_VALID", e.name, {}, say(tr("the name is not {}"), kind->folder));
      if (e.type == fs::file_type::regular)
        f.error(word + "_IS_DIR", e.name, {}, tr("this is a file, not a folder"));
      else if (e.type == fs::file_type::directory && e.name == kind->folder)
        check_folder(check, *kind, static_cast<std::size_t>(kind - folder_kinds.begin()));
      continue;
    }
    const bool single = (lower.starts_with("info") && lower.ends_with(".xml")) ||
                        (lower.starts_with("mets") && lower.ends_with(".xml")) ||
                        (lower.starts_with("md5") && lower.ends_with(".md5"));
    if (single) continue;
    if (e.name == "LTP_MD.xml" || e.name == ".DS_Store") {
      if (e.type == fs::file_type::directory)
        f.error("TOLERATED_TL_FILES_ARE_NOT_DIRS", e.name, {}, tr("this is a folder, not a file"));
      else
        f.warning("NO_TOLERATED_TL_FILES_FOUND", e.name, {},
                  tr("this file is tolerated, but not expected"));
      p.tolerated.insert(e.name);
      continue;
    }
    f.error("NO_OTHER_TL_FILES_FOUND", e.name, {},
            say(tr("{} that does not belong here"), what_is(e.type)));
  }
  for (const FolderKind& kind : folder_kinds) {
    const std::string word = fmt::format("{}-DIR", kind.rule_word);
    f.applied("SINGLE_" + word + "_FILE_FOUND", word + "_FILENAME_VALID", word + "_IS_DIR");
    if (!folders_found.count(std::string(kind.folder)))
      f.error("SINGLE_" + word + "_FILE_FOUND", "", {},
              say(tr("the folder {} is missing"), kind.folder));
  }
  check_numbers(check);
}

namespace {

constexpr std::size_t files_at_a_time = 64;

// What is found in a file while its bytes are at hand.
struct FileRead {
  PackageFile file;
  std::optional<Error> problem;
  std::optional<ImageRead> image;
};

FileRead read_file_of(const Package& p, const std::string& path, const PackageFile& file,
                      const ImageDecoder& decode) {
  FileRead read{file, {}, {}};
  if (file.size_bytes > largest_image) {
    read.problem =
        Error{ErrorKind::bad_input, say(tr("a file of {} bytes is not read"), file.size_bytes), {}};
    return read;
  }
  const Result<MappedFile> mapped = MappedFile::open(p.root / path);
  if (!mapped) {
    read.problem = mapped.error();
    return read;
  }
  read.file = {mapped->bytes().size(), md5_hex(mapped->bytes())};
  const bool image = path.starts_with("mastercopy/") || path.starts_with("usercopy/");
  if (image && path.ends_with(".jp2")) read.image = read_image(mapped->bytes(), decode);
  return read;
}

}  // namespace

Result<void> read_all_files(Check& check, const CheckOptions& options) {
  Package& p = check.package;
  check.findings.applied("LINKA_FILES_READABLE");
  const std::set<std::string> decoded =
      options.decode ? images_to_decode(p, options.decode_pages) : std::set<std::string>();
  for (auto next = p.files.begin(); next != p.files.end();) {
    std::vector<decltype(next)> files;
    for (; files.size() < files_at_a_time && next != p.files.end(); ++next) files.push_back(next);
    std::vector<FileRead> read(files.size());
    const auto done = options.do_many(files.size(), [&](std::size_t i) -> Result<void> {
      const auto& [path, file] = *files[i];
      read[i] = read_file_of(p, path, file, decoded.count(path) ? options.decode : ImageDecoder());
      return {};
    });
    if (!done) return done;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string& path = files[i]->first;
      if (read[i].problem) check.unreadable("LINKA_FILES_READABLE", path, *read[i].problem);
      files[i]->second = std::move(read[i].file);
      if (read[i].image) note_image(check, path, *std::move(read[i].image));
    }
  }
  const std::size_t pages = p.pages[master_copies].size();
  if (decoded.size() < pages + p.pages[user_copies].size())
    check.not_checked.push_back(
        say(tr("images decoded whole: {} of {}; of the others the headers were read"),
            decoded.size(), pages + p.pages[user_copies].size()));
  return {};
}

namespace {

constexpr std::string_view grammar = "CHECKSUM_FILE_GENERATED_BY_GRAMMAR";
constexpr std::string_view paths_match = "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES";

struct DigestLine {
  std::string digest, path;  // the path without its leading slash, with '/'
};

// As the national validator reads a line: up to the first space or TAB, then up to the next. What
// is wrong with the form is said here; nothing comes back when the line cannot be read.
std::optional<DigestLine> read_digest_line(Check& check, std::string line, std::size_t number) {
  Findings& f = check.findings;
  const std::string& list = check.package.md5;
  const auto sentence = [&](const char* why) {
    return say(tr("line {}: {}: {}"), number, why, in_quotes(line));
  };
  if (line.ends_with('\r')) {
    f.beside(grammar, list, {}, sentence(tr("it ends with CR LF, expected LF")));
    line.pop_back();
  }
  const std::size_t at = line.find_first_of(" \t");
  if (at == std::string::npos || at + 1 == line.size()) {
    f.error(grammar, list, {}, sentence(tr("not 32 hexadecimal digits, one separator and a path")));
    return std::nullopt;
  }
  DigestLine read{lower_ascii(line.substr(0, at)), line.substr(at + 1)};
  if (read.digest.size() != 32 ||
      read.digest.find_first_not_of("0123456789abcdef") != std::string::npos)
    f.info(grammar, list, {}, sentence(tr("the digest is not of 32 hexadecimal digits")));
  if (const std::size_t end = read.path.find_first_of(" \t"); end == 0) {
    f.error(grammar, list, {}, sentence(tr("more than one separator")));
    read.path.erase(0, std::min(read.path.find_first_not_of(" \t"), read.path.size()));
  } else if (end != std::string::npos) {
    f.beside(grammar, list, {}, sentence(tr("something follows the path")));
    read.path.resize(end);
  }
  std::replace(read.path.begin(), read.path.end(), '\\', '/');
  if (read.path.starts_with('*')) {  // md5sum's sign of a binary file
    f.error(grammar, list, {}, sentence(tr("the path does not begin with a slash")));
    read.path.erase(0, 1);
  } else if (!read.path.starts_with('/')) {
    f.warning(grammar, list, {}, sentence(tr("the path does not begin with a slash")));
    if (read.path.starts_with("./")) read.path.erase(0, 1);
  }
  if (read.path.starts_with('/')) read.path.erase(0, 1);
  return read;
}

void check_digest_line(Check& check, const DigestLine& line, std::size_t number,
                       std::set<std::string>& listed) {
  const Package& p = check.package;
  Findings& f = check.findings;
  const auto file = p.files.find(line.path);
  if (file == p.files.end()) {
    f.error(paths_match, p.md5, {},
            say(tr("line {}: there is no file {}"), number, in_quotes(line.path)));
    return;
  }
  if (!listed.insert(line.path).second)
    f.beside(paths_match, p.md5, {}, say(tr("line {}: {} is listed twice"), number, line.path));
  if (line.path == p.md5 || line.path == p.info || p.tolerated.count(line.path))
    f.error(paths_match, p.md5, {}, say(tr("line {}: {} must not be listed"), number, line.path));
  else if (file->second.md5 != line.digest)
    f.error("CHECKSUM_FILE_ALL_CHECKSUMS_MATCH", line.path, {},
            say(tr("the digest is {}, {} says {}"),
                file->second.md5.empty() ? "?" : file->second.md5, p.md5, line.digest));
}

}  // namespace

void check_checksums(Check& check) {
  const Package& p = check.package;
  if (p.md5.empty()) return;
  Findings& f = check.findings;
  f.applied(grammar, paths_match, "CHECKSUM_FILE_ALL_CHECKSUMS_MATCH");
  const Result<std::string> content = read_of_package(p, p.md5, largest_xml);
  if (!content) {
    check.unreadable(grammar, p.md5, content.error());
    return;
  }
  std::vector<std::string> lines = split_text(*content, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::set<std::string> listed;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (const auto line = read_digest_line(check, lines[i], i + 1))
      check_digest_line(check, *line, i + 1, listed);
  for (const auto& [path, file] : p.files)
    if (path != p.md5 && path != p.info && !p.tolerated.count(path) && !listed.count(path))
      f.error(paths_match, p.md5, {}, say(tr("{} is not listed"), path));
}

}  // namespace linka::rules
