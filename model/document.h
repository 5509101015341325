// SPDX-License-Identifier: GPL-3.0-or-later
// What a batch holds: a book, a work of several volumes, issues of a periodical, and how each is
// built up: supplements, chapters, articles, pictures. A Document is what a person or a catalogue
// said; a PackagePlan is that for one package with its pages found. title/ reads and plans,
// kramerius-export/ writes.
#pragma once

#include "model/ids.h"
#include "model/record.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace linka {

enum class DocumentKind { monograph, periodical };
enum class PartKind { supplement, chapter, article, picture };
constexpr const char* name_of(PartKind kind) {
  constexpr const char* names[] = {"supplement", "chapter", "article", "picture"};
  return names[static_cast<int>(kind)];
}

// Copyright as the standard's rights record knows it. Written only when asked for.
struct Rights {
  std::string status;       // "copyrighted" "pd" "pd_expired" "pd_holder" "unknown"; "" = not said
  std::string publication;  // "published" "unpublished" "unknown"
  std::string creation_year, publication_year, holder, notice, note;
  bool operator==(const Rights&) const = default;
};

// A part of a volume or an issue that has a record of its own.
struct Part {
  PartKind kind = PartKind::chapter;
  Record record;  // its titles, names, languages, subjects, identifiers; for a supplement also the
                  // rest
  std::string genre_type;  // "preface" (chapter), "news" (article), "photograph" (picture),
                           // "issue_supplement" "volume_supplement" (supplement); "" = the usual
  // The pages it stands on, as written: labels ("3-17", "[1]-[4], 20") or, with #, ordinals within
  // the unit ("#5-#8"). Empty: unknown, or for a supplement said by `scans`.
  std::string pages;
  std::string scans;        // a supplement's own scans, as Unit::scans
  std::vector<Part> parts;  // chapters of a chapter, pictures of an article ...
  bool operator==(const Part&) const = default;
};

// One physical thing that becomes one package: a volume of a book, or an issue.
struct Unit {
  Record record;  // of the volume; of the issue. With URN:NBN, labels, types, who digitizes
  std::optional<Record> year;  // periodical only: its year ("ročník"): number, dates, uuid
  std::string genre_type;      // of an issue: "normal" "morning" ... "sequence_2"; "" = "normal"
  // Which scans of the batch are its pages: a folder ("1927/05"), names or ranges of names
  // ("0001-0016", "a.tif, b.tif"). Empty: the next `page_count`, or all that no other unit names.
  std::string scans;
  int page_count = 0;  // 0 = not said
  std::vector<Part> parts;
  std::string where;  // "title.toml line 12", "issues.csv row 3": for messages
};

struct Document {
  DocumentKind kind = DocumentKind::monograph;
  std::optional<Record> title;  // work of several volumes, or the periodical
  std::vector<Unit> units;      // at least one
  Rights rights;
  std::vector<Scanner> devices;  // the device file: one is chosen by what the scan's tags say
};

// What was read on the scans themselves (page numbers, kinds of pages), for what nobody wrote down.
struct PageProposal {
  PageId id;
  std::string label;            // "[1]", "xii", "17"; never empty
  double label_confidence = 0;  // 0...1
  std::string type;             // "titlePage"; empty: nothing in particular
  double type_confidence = 0;   // 0...1
};

struct PlannedPage {
  PageId id;
  std::string label, type;
  // "left" "right" "singlePage": where a person said so; empty: as the scan's side says.
  std::string position = {};
};

struct PlannedPart {
  PartKind kind = PartKind::chapter;
  Record record;                   // has a uuid among its identifiers
  std::string genre_type;          // from the standard's list, never empty
  std::vector<std::size_t> pages;  // indices into PackagePlan::pages, rising
  std::vector<PlannedPart> parts;
};

// One package, ready to be built.
struct PackagePlan {
  DocumentKind kind = DocumentKind::monograph;
  std::optional<Record> title;     // every record has a uuid among its identifiers
  std::optional<Record> year;      // periodical only, and then always
  Record unit;                     // volume or issue; its package_id() names the package
  std::string genre_type;          // of an issue, never empty; empty for a volume
  std::vector<PlannedPage> pages;  // reading order, never empty
  std::vector<PlannedPart> parts;  // in the order of their first pages
  Rights rights;
  std::vector<Scanner> devices;
};

}  // namespace linka
