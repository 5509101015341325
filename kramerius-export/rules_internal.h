// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the package check share. Included by rules*.cpp only.
#pragma once

#include "base/result.h"
#include "formats/jp2.h"
#include "formats/xml_reader.h"
#include "kramerius-export/rules.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace linka::rules {

// Where in a file something is wrong: an element, or one of its attributes, which need not be
// there.
struct Place {
  Place() = default;
  Place(XmlElement e) : element(e) {}
  Place(XmlElement e, std::string_view name) : element(e), attribute(name) {}
  XmlElement element;
  std::string attribute;
};
// The absolute XPath of a place, with the customary prefixes; "" for none. Elements are told apart
// from their sisters by @ID where that is enough, else by their number.
std::string xpath_of(const Place& place);
// The prefixes of xpath_of and their namespaces.
const std::vector<std::pair<std::string, std::string>>& customary_prefixes();

// Collects what is wrong. Of one rule in one file only the first hundred breaches are kept, so that
// a hostile file cannot fill the memory with complaints; the rest is counted.
class Findings {
 public:
  template <class... Names>
  void applied(const Names&... rules) {
    (applied_.emplace(rules), ...);
  }
  void error(std::string_view rule, std::string_view file, const Place& place, std::string message);
  void warning(std::string_view rule, std::string_view file, const Place& place,
               std::string message);
  void info(std::string_view rule, std::string_view file, const Place& place, std::string message);
  void add(Severity severity, std::string_view rule, std::string_view file, const Place& place,
           std::string message);
  // A warning of ours under a rule of the national validator, which lets this pass.
  void beside(std::string_view rule, std::string_view file, const Place& place,
              std::string message);
  // Remembers that this element was already reported as empty, so that it is reported once.
  void mark_empty(std::string_view file, const XmlElement& element);
  bool marked_empty(std::string_view file, const XmlElement& element) const;
  // The findings of a part that looked at files of its own.
  void add(Findings part);
  std::size_t rules_applied() const { return applied_.size(); }
  std::vector<Finding> taken();  // sorted

 private:
  void keep(Severity severity, std::string_view rule, std::string_view file, const Place& place,
            std::string message, bool national);
  std::vector<Finding> findings_;
  std::map<std::pair<std::string, std::string>, std::size_t> counts_;
  std::set<std::string, std::less<>> applied_;
  std::set<std::string> empty_;
};

// Which standard, and what differs between its versions.
struct Standard {
  bool periodical = false;
  std::string version;  // "2.2"
  bool known = false;
  bool mods38 = true;  // MODS 3.8 with originInfo/agent; else 3.6 with publisher
  std::string name() const { return (periodical ? "periodical " : "monograph ") + version; }
};

// One of the five folders. All facts about it that the standard spells out, in one row.
struct FolderKind {
  std::string_view folder, prefix, extension;
  std::string_view rule_word;  // as the rule names say it: "MASTER-COPY"
  std::string_view file_word;  // as the file section's rule names say it: "MASTER_COPY"
  std::string_view group, use, mime_type, id_prefix;
};
inline constexpr std::size_t master_copies = 0, user_copies = 1, alto_files = 2, plain_texts = 3,
                             page_mets = 4;
extern const std::array<FolderKind, 5> folder_kinds;

struct PackageFile {
  std::uint64_t size_bytes = 0;
  std::string md5;  // empty when the file could not be read
};

// Page numbers as text without leading zeros, ordered by value; a name may hold any number of
// digits.
struct ByValue {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

struct Package {
  std::filesystem::path root;
  std::string id;
  Standard standard;
  std::map<std::string, PackageFile> files;  // every regular file, by its path with '/'
  std::array<std::map<std::string, std::string, ByValue>, 5> pages;  // number -> path
  std::string info, mets, md5;                                       // paths; empty when not there
  std::set<std::string> tolerated;              // files that may lie there, but belong into no list
  std::map<std::string, Jp2Properties> images;  // path -> what the image says
};

// Code lists; an empty one is not there and not applied.
struct Dictionaries {
  std::set<std::string, std::less<>> sigla, relators, languages;
};

struct Schemas {
  std::optional<XmlSchema> info, mets, alto;
};

// An area of a text that the logical map points at.
struct TextArea {
  std::string block;
  std::string from;  // the logical div
  Place place;       // in the main METS
};

// What is looked at and held against.
struct Subject {
  Package package;
  Dictionaries dictionaries;
  Schemas schemas;
  std::map<std::string, std::vector<TextArea>> areas;  // ALTO path -> areas
};

// A subject, and what was found. While several parts of a check run at once nobody changes their
// subject, and each has findings of its own.
struct Check {
  explicit Check(Subject& s)
      : subject(s),
        package(s.package),
        dictionaries(s.dictionaries),
        schemas(s.schemas),
        areas(s.areas) {}
  Subject& subject;
  Package& package;
  Dictionaries& dictionaries;
  Schemas& schemas;
  std::map<std::string, std::vector<TextArea>>& areas;
  Findings findings;
  std::vector<std::string> not_checked;
  // What would be said of every page alike is counted and said once: rule, file and words -> times.
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> repeated_notes;
  // A disk or a machine that refused what it had given a moment before, or was short of something:
  // then nothing is judged.
  std::optional<Error> refused;
  // Says under a rule that a file of the package cannot be read or understood. The machine's
  // troubles are no breach of a rule; they become `refused`.
  void unreadable(std::string_view rule, const std::string& path, const Error& error);
  // What a part found, as if it had been found here.
  void add(Check part);
};

// Looks at each of a folder's pages by itself; `do_many` may do several at once. What is found
// comes in the order of the pages.
using LookAtPage = std::function<void(Check& part, std::size_t place, const std::string& number,
                                      const std::string& path)>;
Result<void> each_page(Check& check, std::size_t folder, const DoMany& do_many,
                       const LookAtPage& look);

// --- the parts, in the order they run ---
void check_structure(Check& check);  // rules_files.cpp
// Digests and images; rules_files.cpp.
Result<void> read_all_files(Check& check, const CheckOptions& options);
void check_checksums(Check& check);                                               // rules_files.cpp
void check_info(Check& check, const XmlDocument* info, const XmlDocument* mets);  // rules_info.cpp
void check_primary_mets(Check& check, const XmlDocument& mets);                   // rules_mets.cpp
void check_records(Check& check, const XmlDocument& mets);      // rules_records.cpp
Result<void> check_pages(Check& check, const DoMany& do_many);  // rules_pages.cpp
Result<void> check_texts(Check& check, const DoMany& do_many);  // rules_texts.cpp
void check_images(Check& check);                                // rules_images.cpp
// What was found while an image's bytes were at hand: its headers, and whether it could be decoded
// whole; none when that was not tried.
struct ImageRead {
  Result<Jp2Properties> headers;
  std::optional<Result<void>> decoded;
};
ImageRead read_image(ByteView bytes, const ImageDecoder& decode);
void note_image(Check& check, const std::string& path, ImageRead image);
// The files of the pages whose images are to be decoded, evenly spread over the package.
std::set<std::string> images_to_decode(const Package& package, std::size_t pages);

// --- what several parts ask ---
// The bytes of a file of the package, at most so many.
Result<std::string> read_of_package(const Package& package, const std::string& path,
                                    std::uint64_t max_bytes);
Result<XmlDocument> parse_text(std::string_view text);
inline constexpr std::uint64_t largest_xml = 256ull << 20;
inline constexpr std::uint64_t largest_text = 64ull << 20;
inline constexpr std::uint64_t largest_image = 8ull << 30;

// The level in a dmdSec id: "MODSMD_PAGE_0001" -> "PAGE" and "0001". False for any other id.
bool parse_record_id(const std::string& id, std::string_view start, std::string& level,
                     std::string& number);
// The word that rule names use for a level: SUPPL -> SUPPLEMENT. Empty for no known level.
std::string rule_word_of(const std::string& level);

// Root's and header's rules; also of the per-page files.
void check_header(Check& check, const std::string& file, const XmlElement& root);
// Elements and attributes without a value, anywhere below.
void check_empty(Check& check, const std::string& file, const XmlElement& root);
// Prefixes are the customary ones and no default namespace is used.
void check_prefixes(Check& check, const std::string& file, const XmlElement& root);
// Every ID attribute below is there once.
void check_unique_ids(Check& check, const std::string& file, const XmlElement& root,
                      std::string_view rule);
// Against the METS schema with all records; complaints about records are left out when the records
// themselves, cut out, were already refused.
void check_mets_schema(Check& check, const std::string& file, const XmlDocument& mets,
                       bool records_refused);
// One record cut out, against the schema. True when it was refused.
bool check_record_schema(Check& check, std::string_view rule, const std::string& file,
                         const std::string& where, const XmlElement& record);
// Whether a link stays inside the package and has the plain form "folder/name"; reports when not.
bool check_href(Check& check, const std::string& file, const Place& place, const std::string& href);
// Optional rights record in an amdSec.
void check_rights(Check& check, const std::string& file, const XmlElement& mets,
                  std::string_view rule);

std::string in_quotes(std::string_view value);  // 'value', shortened when long

// --- forms of values (rules_values.cpp) ---
bool is_uuid(std::string_view text);
bool is_isbn(std::string_view text);
bool is_issn(std::string_view text);
bool is_urnnbn(std::string_view text);
bool is_date_time(std::string_view text);
bool is_date(std::string_view text);        // YYYY-MM-DD
bool is_edtf(std::string_view text);        // date-time, or a date of any precision
bool is_issue_date(std::string_view text);  // DD.MM.YYYY and its kin
bool is_number(std::string_view text);      // digits only
const std::vector<std::string_view>& page_types(const Standard& standard);
// The list for genre/@type of a page, which in periodicals is another one.
const std::vector<std::string_view>& page_genre_types(const Standard& standard);
bool is_one_of(std::string_view value, const std::vector<std::string_view>& list);
Dictionaries load_dictionaries(const std::filesystem::path& schemas,
                               std::vector<std::string>& not_checked);
Schemas load_schemas(const std::filesystem::path& folder, const Standard& standard,
                     std::vector<std::string>& not_checked);

}  // namespace linka::rules
