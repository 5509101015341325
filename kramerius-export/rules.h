// SPDX-License-Identifier: GPL-3.0-or-later
// What a finished package must satisfy: the rules of the national standard for monographs
// (2.1, 2.2) and periodicals (2.0, 2.1), by the names the national validator gives them, and our
// own, named LINKA_..., for what the standard asks in words and the validator does not look at.
// Nothing outside the package's folder and the folder of schemas is read, and no network is used.
#pragma once

#include "base/bytes.h"
#include "base/do_many.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class Severity { error, warning, info };
const char* name_of(Severity severity);  // "error", "warning", "info"

struct Finding {
  Severity severity = Severity::error;
  std::string rule;
  std::string file;     // path within the package; empty: the package as a whole
  int line = 0;         // in the file; 0: the file as a whole
  std::string xpath;    // the element or attribute, or for what is missing the element it is missed
                        // in; customary prefixes; empty where the finding is about a file
  std::string message;  // plain words with the offending value
  bool national = true;  // the national validator says the same
};

// Decodes an image whole, from any thread; an error is what the decoder has against it.
using ImageDecoder = std::function<Result<void>(ByteView jp2)>;

struct CheckOptions {
  std::filesystem::path schemas;  // XML schemas and dictionaries/; may be empty
  ImageDecoder decode = {};       // images are decoded with it; none: their headers alone are read
  std::size_t decode_pages =
      static_cast<std::size_t>(-1);    // of so many pages at most, spread evenly
  DoMany do_many = one_after_another;  // how the files are read
};

// What the national validator would say: any error, else any warning, else nothing.
enum class NationalVerdict { refused, warned, passed };
const char* name_of(NationalVerdict verdict);  // "refused", "warned", "passed"

// A finding that a library has decided to live with.
struct WaivedFinding {
  Finding finding;
  std::string reason, until;  // until: "2027-03-31"; empty: without end
};

struct CheckReport {
  std::string package_id;
  std::string standard;           // "monograph 2.2"; empty when it cannot be told
  std::size_t pages_seen = 0;     // pages whose master copy was read; 0 means nothing was proven
  std::size_t files_seen = 0;     // files whose bytes were read
  std::size_t rules_applied = 0;  // rules that had something to look at
  std::vector<Finding> findings;  // sorted by file, rule, line, message
  std::vector<WaivedFinding> waived;     // taken out of the findings by waive()
  std::vector<std::string> not_checked;  // what could not be checked, and why
  bool has_errors() const;
  // Of all findings, waived or not: the national validator knows no waivers.
  NationalVerdict verdict() const;
};

// Error when the folder cannot be read at all, and io, no_space or resource when the machine could
// not read on what it had begun to read, which says nothing about the package. Everything else is a
// finding.
Result<CheckReport> check_package(const std::filesystem::path& package,
                                  const CheckOptions& options);

// Whose a rule is. Rules of our own never break a package: they are warnings at worst.
enum class RuleOwner {
  national,   // a rule of the national validator
  stands_in,  // ours, for what stops the national validator, too, without a rule of its own
  own         // ours, for what the national validator does not look at
};
const char* name_of(RuleOwner owner);  // "national", "stands-in", "own"

// A line of rules.tsv, which is built in.
struct RuleInfo {
  std::string_view name;
  std::string_view section;  // "files", "checksums", "info", ...
  Severity severity;         // the worst that a breach is reported as
  RuleOwner owner;
  std::string_view how;                  // "checked", "by-own-reader", "by-openjpeg", "not-checked"
  std::string_view versions;             // "m2.1,m2.2,p2.0,p2.1": monograph and periodical
  std::string_view meaning, meaning_cs;  // one sentence
  std::string_view advice, advice_cs;    // what to do when it is broken
};
// Every rule that check_package can report, in alphabetical order of their names.
const std::vector<RuleInfo>& all_rules();
// Nothing when there is no such rule.
const RuleInfo* find_rule(std::string_view name);

}  // namespace linka
