// SPDX-License-Identifier: GPL-3.0-or-later
// The package as a folder: what lies where under which name, and the list of digests. Nothing that
// is a link, a device or a socket is ever opened, so that a package cannot make us read elsewhere.
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
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
    check.findings.error("LINKA_FILES_READABLE", below,
                         "the folder cannot be read: " + error.message());
  std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return all;
}

std::string what_is(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::symlink:
      return "a link";
    case fs::file_type::regular:
      return "a file";
    default:
      return "neither a file nor a folder";
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
    f.error(single, "", fmt::format("there is no {}", wanted.names.front()));
    return {};
  }
  if (found.size() > 1)
    f.error(single, "",
            fmt::format("there are {} files like {}", found.size(), wanted.names.front()));
  const Entry* chosen = found.front();
  for (const Entry* e : found)
    if (e->name == wanted.names.front()) chosen = e;
  if (std::find(wanted.names.begin(), wanted.names.end(), chosen->name) == wanted.names.end())
    f.error(named, chosen->name, fmt::format("the name is not {}", wanted.names.front()));
  if (chosen->type == fs::file_type::regular) return chosen->name;
  if (chosen->type == fs::file_type::directory)
    f.error(not_dir, chosen->name, "this is a folder, not a file");
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
      f.error(not_dirs, path, "this is a folder, only files are expected here");
      continue;
    }
    if (!note_file(check, path, e.type)) {
      f.error("LINKA_REGULAR_FILES_ONLY", path, "this is " + what_is(e.type) + ", it is not read");
      continue;
    }
    if (!lower_ascii(e.name).ends_with(end)) {
      f.error(extra, path,
              fmt::format("only files named {}<number>{} are expected here", start, end));
      continue;
    }
    const bool framed = e.name.starts_with(start) && e.name.ends_with(end) &&
                        e.name.size() > start.size() + end.size();
    const std::string digits =
        framed ? e.name.substr(start.size(), e.name.size() - start.size() - end.size()) : "";
    if (!is_number(digits)) {
      f.error(valid, path, fmt::format("the name is not of the form {}<number>{}", start, end));
      continue;
    }
    sizes.insert(e.name.size());
    std::string number = digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (!p.pages[which].emplace(number, path).second)
      f.error("LINKA_PAGE_FILES_COMPLETE", path, "another file has the same page number " + number);
  }
  if (sizes.size() > 1)
    f.error(lengths, std::string(kind.folder),
            fmt::format("the names are {} to {} signs long, all must be of one length",
                        *sizes.begin(), *sizes.rbegin()));
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
    f.error("NUMBER_OF_FILES_IN_DIRS_MATCH", "",
            fmt::format("mastercopy holds {} files, usercopy {}, alto {}, txt {}, amdsec {}",
                        counts[0], counts[1], counts[2], counts[3], counts[4]));
  if (all.empty()) f.error("LINKA_PAGES_PRESENT", "", "the package holds no page");
  std::size_t expected = 1;
  for (auto& [number, lacking] : all) {
    if (number != std::to_string(expected)) {
      f.warning("LINKA_PAGE_NUMBERS_WITHOUT_GAPS", "",
                fmt::format("page number {} stands where {} is expected", number, expected));
      expected = number.size() < 10 ? std::stoul(number) : expected;
    }
    ++expected;
    for (std::size_t k = 0; k < 5; ++k)
      if (!p.pages[k].count(number)) lacking += fmt::format(" {}", folder_kinds[k].folder);
    if (!lacking.empty())
      f.error("LINKA_PAGE_FILES_COMPLETE", "",
              fmt::format("page {} has no file in:{}", number, lacking));
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
    f.error("LINKA_PACKAGE_ID", "",
            fmt::format("the package id {} holds signs other than a-z 0-9 _ . -", in_quotes(p.id)));
  const std::vector<Entry> entries = entries_of(check, "");
  p.info =
      find_single(check, entries, {"INFO", "info", ".xml", {"info_" + p.id + ".xml", "info.xml"}});
  p.mets = find_single(check, entries, {"PRIMARY-METS", "mets", ".xml", {"mets_" + p.id + ".xml"}});
  p.md5 = find_single(check, entries, {"CHECKSUM", "md5", ".md5", {"md5_" + p.id + ".md5"}});

  std::set<std::string> folders_found;
  for (const Entry& e : entries) {
    const std::string lower = lower_ascii(e.name);
    if (e.type != fs::file_type::regular && e.type != fs::file_type::directory)
      f.error("LINKA_REGULAR_FILES_ONLY", e.name,
              "this is " + what_is(e.type) + ", it is not read");
    note_file(check, e.name, e.type);
    const auto kind = std::find_if(folder_kinds.begin(), folder_kinds.end(),
                                   [&](const FolderKind& k) { return k.folder == lower; });
    if (kind != folder_kinds.end()) {
      const std::string word = fmt::format("{}-DIR", kind->rule_word);
      if (!folders_found.insert(lower).second)
        f.error("SINGLE_" + word + "_FILE_FOUND", e.name, "there is more than one such folder");
      if (e.name != kind->folder)
        f.error(word + "_FILENAME_VALID", e.name, fmt::format("the name is not {}", kind->folder));
      if (e.type == fs::file_type::regular)
        f.error(word + "_IS_DIR", e.name, "this is a file, not a folder");
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
        f.error("TOLERATED_TL_FILES_ARE_NOT_DIRS", e.name, "this is a folder, not a file");
      else
        f.warning("NO_TOLERATED_TL_FILES_FOUND", e.name,
                  "this file is tolerated, but not expected");
      continue;
    }
    f.error("NO_OTHER_TL_FILES_FOUND", e.name, what_is(e.type) + " that does not belong here");
  }
  for (const FolderKind& kind : folder_kinds) {
    const std::string word = fmt::format("{}-DIR", kind.rule_word);
    f.applied("SINGLE_" + word + "_FILE_FOUND", word + "_FILENAME_VALID", word + "_IS_DIR");
    if (!folders_found.count(std::string(kind.folder)))
      f.error("SINGLE_" + word + "_FILE_FOUND", "",
              fmt::format("the folder {} is missing", kind.folder));
  }
  check_numbers(check);
}

void read_all_files(Check& check) {
  Package& p = check.package;
  check.findings.applied("LINKA_FILES_READABLE");
  for (auto& [path, file] : p.files) {
    if (file.size_bytes > largest_image) {
      check.findings.error("LINKA_FILES_READABLE", path,
                           fmt::format("a file of {} bytes is not read", file.size_bytes));
      continue;
    }
    const Result<MappedFile> mapped = MappedFile::open(p.root / path);
    if (!mapped) {
      check.findings.error("LINKA_FILES_READABLE", path, mapped.error().message);
      continue;
    }
    file.size_bytes = mapped->bytes().size();
    file.md5 = md5_hex(mapped->bytes());
    const bool master = path.starts_with("mastercopy/"), user = path.starts_with("usercopy/");
    if ((!master && !user) || !path.ends_with(".jp2")) continue;
    const std::string_view rule =
        master ? "MASTER-COPY_FILES_VALID_BY_JPYLYZER" : "USER-COPY_FILES_VALID_BY_JPYLYZER";
    check.findings.applied(rule);
    Result<Jp2Properties> image = read_jp2(mapped->bytes());
    if (image)
      p.images[path] = std::move(*image);
    else
      check.findings.error(rule, path, image.error().message);
  }
}

void check_checksums(Check& check) {
  const Package& p = check.package;
  if (p.md5.empty()) return;
  Findings& f = check.findings;
  f.applied("CHECKSUM_FILE_GENERATED_BY_GRAMMAR", "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES",
            "CHECKSUM_FILE_ALL_CHECKSUMS_MATCH");
  const Result<std::string> content = read_of_package(p, p.md5, largest_xml);
  if (!content) {
    f.error("CHECKSUM_FILE_GENERATED_BY_GRAMMAR", p.md5, content.error().message);
    return;
  }
  std::vector<std::string> lines = split_text(*content, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::set<std::string> listed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const auto wrong = [&](std::string_view why) {
      f.error("CHECKSUM_FILE_GENERATED_BY_GRAMMAR", p.md5,
              fmt::format("line {}: {}: {}", i + 1, why, in_quotes(line)));
    };
    const std::string digest = lower_ascii(line.substr(0, 32));
    if (line.size() < 34 || !std::all_of(digest.begin(), digest.end(), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        })) {
      wrong("not 32 hexadecimal digits, one separator and a path");
      continue;
    }
    std::string path = line.substr(33);
    if (line[32] != ' ' && line[32] != '\t') {
      wrong("no space or TAB follows the digest");
      continue;
    }
    if (path[0] != '/' && path[0] != '\\') {
      const bool separators = path[0] == ' ' || path[0] == '*' || path[0] == '\t';
      wrong(separators ? "more than one separator" : "the path does not begin with a slash");
      path = path.substr(std::min(path.find_first_not_of(" \t*./"), path.size()));
    } else {
      path.erase(0, 1);
    }
    if (path.ends_with('\r')) {
      wrong("the line ends with CR LF");
      path.pop_back();
    }
    std::replace(path.begin(), path.end(), '\\', '/');
    const auto file = p.files.find(path);
    if (file == p.files.end()) {
      f.error("CHECKSUM_FILE_ALL_PATHS_MATCH_FILES", p.md5,
              fmt::format("line {}: there is no file {}", i + 1, in_quotes(path)));
      continue;
    }
    if (!listed.insert(path).second)
      f.error("CHECKSUM_FILE_ALL_PATHS_MATCH_FILES", p.md5,
              fmt::format("line {}: {} is listed twice", i + 1, path));
    if (path == p.md5 || path == p.info)
      f.error("CHECKSUM_FILE_ALL_PATHS_MATCH_FILES", p.md5,
              fmt::format("line {}: {} must not be listed", i + 1, path));
    else if (file->second.md5 != digest)
      f.error("CHECKSUM_FILE_ALL_CHECKSUMS_MATCH", path,
              fmt::format("the digest is {}, {} says {}",
                          file->second.md5.empty() ? "unknown" : file->second.md5, p.md5, digest));
  }
  for (const auto& [path, file] : p.files)
    if (path != p.md5 && path != p.info && !listed.count(path))
      f.error("CHECKSUM_FILE_ALL_PATHS_MATCH_FILES", p.md5, path + " is not listed");
}

}  // namespace linka::rules
