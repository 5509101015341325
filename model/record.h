// SPDX-License-Identifier: GPL-3.0-or-later
// What the thing is: the bibliographic record of one printed volume, who digitized it, and what its
// pages are called. Everything that the national standard's record of a volume knows has a place
// here; formats/ writes it, title/ reads it. Text is UTF-8; an empty member means "not known".
#pragma once

#include "base/result.h"
#include "model/page_facts.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

struct TitleInfo {
  std::string type;  // "" the title proper; "abbreviated" "alternative" "translated" "uniform"
  std::string non_sort, title, sub_title, part_number, part_name;
  bool operator==(const TitleInfo&) const = default;
};

struct NamePart {
  std::string type;  // "" undivided; "family" "given" "date" "termsOfAddress"
  std::string text;
  bool operator==(const NamePart&) const = default;
};

struct Name {
  std::string type = "personal";   // "personal" "corporate" "conference" "family"
  bool primary = false;            // main entry
  std::vector<NamePart> parts;     // never empty, unless et_al
  std::string identifier;          // of the national authority file
  std::vector<std::string> roles;  // MARC relator codes: "aut"
  std::string et_al;               // "a další": stands alone, without parts and roles
  std::vector<std::string> alternative_names = {};  // other forms of the name
  bool operator==(const Name&) const = default;
};

// Names of a date as MODS calls them.
enum class DateKind { issued, created, copyright, other };

struct OriginDate {
  DateKind kind = DateKind::issued;
  std::string text;       // "1927" "[1927]" "1927-1930" "19--"
  std::string point;      // "" or "start" "end" of a span written as two dates (marc encoding)
  std::string qualifier;  // "" or "approximate" "inferred" "questionable"
  bool operator==(const OriginDate&) const = default;
};

// One event in the life of the volume: it was published, printed, ...
struct Origin {
  std::string event = "publication";       // production distribution manufacture copyright
  std::vector<std::string> country_codes;  // MARC country codes: "xr"
  std::vector<std::string> places;         // as printed: "Praha"
  std::vector<std::string> agents;         // publishers, printers ...: what the event makes them
  std::vector<OriginDate> dates;
  std::string edition;
  bool operator==(const Origin&) const = default;
};

struct Language {
  std::string code;    // ISO 639-2/B: "cze"
  std::string object;  // "" the text; "summary" "table of contents" "accompanying material"
                       // "translation"
  bool operator==(const Language&) const = default;
};

struct Form {
  std::string authority;  // "marcform" "rdamedia" "rdacarrier" "marccategory" "marcsmd" "gmd" or ""
  std::string text;       // "print"
  std::string type = {};  // "" or "media" "carrier"
  bool operator==(const Form&) const = default;
};

struct Subject {
  std::string
      authority;  // "czenas" "eczenas" "Konspekt" "czmesh" "mednas" "msvkth" "agrovoc" or ""
  std::vector<std::string> topics, geographic, temporal, names;
  bool operator==(const Subject&) const = default;
};

struct Classification {
  std::string authority;  // "udc" or "Konspekt"
  std::string edition;    // "" or "Konspekt"
  std::string text;
  bool operator==(const Classification&) const = default;
};

struct Location {
  std::string sigla, shelf_mark;  // both, or the location is not written
  std::string url = {};
  bool operator==(const Location&) const = default;
};

struct Identifier {
  std::string type, value;  // "isbn"; no white space in either
  bool invalid = false;     // cancelled or wrongly printed
  bool operator==(const Identifier&) const = default;
};

struct RelatedItem {
  std::string type;  // "series" "host" "original" "preceding" "succeeding" ...
  std::vector<TitleInfo> titles;
  std::vector<std::string> notes;
  bool operator==(const RelatedItem&) const = default;
};

struct RecordInfo {
  std::string standard = "rda";  // or "aacr"
  std::string source;            // sigla of the library that made the record
  std::string created, changed;  // date-times; created empty: the package's own time is written
  std::string identifier, identifier_source;
  std::string origin;    // "machine generated" or "human prepared"
  std::string language;  // of cataloguing, "cze"
  bool operator==(const RecordInfo&) const = default;
};

// What is known of the scanner beside the tags in the files. MIX describes a scanner completely or
// not at all, so single values are of use only together.
struct Scanner {
  std::string kind;  // "reflection print scanner" "transmission scanner" "digital still camera"
                     // "still from video"
  std::string manufacturer, model, model_number, serial, sensor, software, software_version;
  int optical_dpi = 0;
  bool operator==(const Scanner&) const = default;
};

// The device of a list that the scan's tags name: the same serial number or, where either side has
// none, the same model (and maker, where both name one). Null when none does, or several do alike.
const Scanner* device_for(const std::vector<Scanner>& devices, const CaptureDevice& tags);

struct Record {
  std::vector<TitleInfo> titles;  // the first one without a type is the title proper
  std::vector<Name> names;
  std::vector<Origin> origins;
  std::string issuance = "monographic";  // "multipart monograph" "single unit"; "serial"
                                         // "continuing" "integrating resource"
  std::string frequency;                 // of a periodical: "Monthly"
  // What a volume is: "volume" (a book, a manuscript), "cartographic", "graphic", "sheetmusic".
  std::string genre = "volume";
  std::string resource;  // MODS typeOfResource; empty: what goes with the genre
  std::vector<Language> languages;
  std::vector<Form> forms;
  std::vector<std::string> extents, physical_notes;
  std::vector<std::string> abstracts, notes;
  std::vector<Subject> subjects;
  std::vector<Classification> classifications;
  std::vector<RelatedItem> related;
  std::vector<Location> locations;
  std::vector<Identifier> identifiers;
  RecordInfo info;

  // Digitization.
  std::string sigla;        // creator of the package
  std::string archivist;    // sigla of who keeps it; empty: the creator
  std::string institution;  // name
  std::string collection;   // name
  std::string owner;        // sigla of the library that owns the volume; empty: the creator
  Scanner scanner;

  // Pages, in reading order.
  std::vector<std::string> labels;   // may be fewer than there are pages
  std::map<int, std::string> types;  // by the page's ordinal, from 1
  // Types of pages named otherwise (pages_of): "[3]", "xii-xv", "#5-#8" -> type. Applied in order,
  // after `types`.
  std::vector<std::pair<std::string, std::string>> type_rules;
  // "" the scans say it; "left" or "right": where the first page lies, the others in turn.
  std::string first_side;

  bool operator==(const Record&) const = default;
};

// Where in a package a record stands; what it must and may hold follows from that (levels of the
// standard). `title` is a work of several volumes, `year` a periodical's year.
enum class RecordLevel {
  volume,
  title,
  periodical,
  year,
  issue,
  volume_supplement,
  issue_supplement,
  chapter,
  article,
  volume_picture,
  issue_picture
};

// The title proper ("" when there is none) and what is said of it.
const TitleInfo* main_title(const Record& record);
// "Ukázková kniha, 1927"
std::string display_title(const Record& record);
// The first date of issue or, failing that, of anything; "" when there is none.
std::string issue_date(const Record& record);
// The first valid identifier of that type; "".
std::string identifier_of(const Record& record, std::string_view type);
// The volume's uuid: the record's own, else derived from its URN:NBN, so that it is the same for
// ever.
std::string volume_uuid(const Record& record);
// "tst001-00000a" from "urn:nbn:cz:tst001-00000a"; "" when there is no valid URN:NBN.
std::string package_id(const Record& record);
// What the standard demands and the record lacks, a few plain words each; empty: all there. Who
// digitizes is asked of volumes and issues only. `urn_to_come`: a URN:NBN is not missed, because it
// will be asked for.
std::vector<std::string> missing_parts(const Record& record,
                                       RecordLevel level = RecordLevel::volume,
                                       bool urn_to_come = false);

// The uuid for ever of what has no URN:NBN of its own. A title's comes from its own uuid, else its
// ccnb, its issn, else from the sigla and the title; "" when it has none of them.
std::string title_uuid(const Record& title);
// A year's, from its own uuid, else its title's and its number or, failing that, its date.
std::string year_uuid(const Record& year, const std::string& title_uuid);

// Forms of identifiers and codes.
bool is_uuid(std::string_view text);       // 8-4-4-4-12 hex digits, lower case
bool is_urnnbn(std::string_view text);     // urn:nbn:cz:xxxxxx-xxxxxx, lower case
bool is_isbn(std::string_view text);       // 10 or 13 digits and hyphens, check digit right
bool is_issn(std::string_view text);       // NNNN-NNNX, check digit right
bool is_sigla(std::string_view text);      // three capitals, three digits
bool is_date_time(std::string_view text);  // as 2025-03-14T10:15:00+01:00

// The words the standard knows for a page (monograph 2.2).
const std::vector<std::string_view>& page_type_words();
bool is_page_type(std::string_view word);

// The labels of a pattern: "[1]-[4], i-xii, 1-312, [1a]". A range counts Arabic or Roman numbers
// between the same signs; all else is a label as it stands. Errors: bad_input, naming the part.
Result<std::vector<std::string>> labels_of_pattern(std::string_view pattern);

// Which pages a text names, as indices into `labels`, rising: labels and ranges of them ("3-17,
// [20]", from the first page to the last, whatever lies between) or, with #, ordinals ("#5-#8").
// Errors: bad_input naming the label that no page or more than one page has, or the ordinal that is
// too high.
Result<std::vector<std::size_t>> pages_of(std::string_view text,
                                          const std::vector<std::string>& labels);

// One label and one type for every page. Pages after the last label are called by their ordinal in
// brackets. A page without a stated type is "blank" when it is, else "normalPage".
// Errors: bad_input when there are more labels than pages, or a type for a page that is not there.
Result<std::vector<std::string>> page_labels(const Record& record, std::size_t pages);
Result<std::vector<std::string>> page_types(const Record& record,
                                            const std::vector<PageFacts>& pages);

}  // namespace linka
