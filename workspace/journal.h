// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, one line an event, appended and flushed to the disk before anybody is told. Each
// line carries its own checksum; a line torn by a power cut is not an event. One file a writer, so
// that several tasks of a cluster can work on one batch without shared writes.
#pragma once

#include "base/result.h"
#include "model/book_hint.h"
#include "model/correction.h"
#include "model/ids.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace linka {

enum class PageState { done, parked };

struct PageOutcome {
  PageId id;
  PageState state = PageState::done;
  Error reason;  // when parked
  std::string facts_sha256 =
      {};  // of its facts.json, which has the digests of the page's other files
};

// How a scan ended: the last such event about a scan is what counts.
struct ScanOutcome {
  ScanId id;
  std::string sha256;  // of the file as it was read; empty when it could not be read
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::string fingerprint;         // sha256 of profile settings, versions and models
  BookHint hint;                   // what the book said when it was made
  std::vector<PageOutcome> pages;  // done and parked ones; empty when the scan itself was parked
  bool parked = false;             // no page came of it
  Error reason;                    // when parked
  std::string ended_at;            // ISO 8601
};

// A file of several images, once somebody has looked inside.
struct OpenedFile {
  int frames = 1;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
};

struct Replay {
  std::map<std::string, OpenedFile> frames;  // by file name
  std::map<ScanId, ScanOutcome> outcomes;
  std::map<ScanId, int> unfinished;          // started and never ended since: how many times
  std::map<ScanId, std::string> exclusions;  // left out by the operator, with the reason
  std::map<ScanId, ScanCorrection> scan_corrections;  // what a person decided; the last word counts
  std::map<PageId, PageCorrection> page_corrections;
  std::map<std::string, std::string> packages;  // id -> fingerprint of the last one built
  // id -> MD5 of its info file, which has that of the list of checksums, which has those of the
  // rest. Two when a run ended between announcing a package and telling that it stands.
  std::map<std::string, std::set<std::string>> package_infos;
  std::size_t damaged_lines = 0;  // not counting one torn line at a file's end
  std::size_t runs = 0;
};

class Journal {
 public:
  // Opens <folder>/<writer>.jsonl for appending; a torn last line is closed off first.
  static Result<Journal> open(const std::filesystem::path& folder, const std::string& writer);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;
  ~Journal();

  // Each returns when the line is on the disk. Safe to call from many threads. Error io or
  // no_space.
  // `sandbox`: what the worker gives up, in words.
  Result<void> run_started(const std::string& version, const std::string& command,
                           const std::vector<std::string>& sandbox);
  Result<void> opened(const std::string& file_name, const OpenedFile& file);
  Result<void> started(const ScanId& scan);
  Result<void> ended(const ScanOutcome& outcome);
  Result<void> excluded(const ScanId& scan, const std::string& reason);
  Result<void> included(const ScanId& scan);  // takes an exclusion back
  // The whole of what a person decided about a scan or page; an empty one takes all back.
  Result<void> corrected(const ScanId& scan, const ScanCorrection& correction);
  Result<void> corrected(const PageId& page, const PageCorrection& correction);
  // A package is about to get its final name.
  Result<void> packaging(const std::string& package_id, const std::string& info_md5);
  // A package stands complete under its final name; `fingerprint` is of all that went into it,
  // `info_md5` of its info file.
  Result<void> packaged(const std::string& package_id, const std::string& fingerprint,
                        const std::string& info_md5 = {});

 private:
  struct Inner;
  explicit Journal(Inner* inner) : inner_(inner) {}
  Inner* inner_ = nullptr;
};

Result<Replay> replay(const std::filesystem::path& journal_folder);

}  // namespace linka
