// SPDX-License-Identifier: GPL-3.0-or-later
// One batch on disk. The only place that builds a path inside a batch's folder.
//
//   <batch>/batch.json          scans' folder, profile's name, when it was made
//           profile.toml        the profile of the last run, whole
//           record.toml|.xml    the book's record, as given
//           record.marc.xml record-source.json  when a catalogue gave it: as it came, and where
//           from inventory.json      what lay in the scans' folder at the last run
//           pages/0001.tif-left/  master.jp2 user.jp2 text.json text.txt preview.jpg facts.json
//           journal/<writer>.jsonl
//           packages/<id>/      complete under its final name or not there
//           report.html report.json
//
// Scans stay where they are and are only read. A page's folder appears whole, by one rename.
#pragma once

#include "base/files.h"
#include "base/owner_lock.h"
#include "base/result.h"
#include "model/ids.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace linka {

class KnownFacts;

// A file in the scans' folder and what we make of it.
struct InventoryFile {
  std::string name;  // below the folder, '/' between folders
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::string ignored;  // why it is not a scan ("Thumbs.db: made by the system"); empty for scans
};

struct Inventory {
  std::vector<InventoryFile> files;  // natural order
  std::vector<std::string>
      observations;  // gaps in the numbering, same numbers twice: a sentence each
};

class Batch {
 public:
  // Opens the batch in `folder`, making it when there is none (a folder with other things in it and
  // no batch.json is refused). Takes the lock: Error busy when another run holds it.
  static Result<Batch> open_or_create(const std::filesystem::path& folder,
                                      const std::filesystem::path& scans);
  // Opens an existing batch for looking: no lock. Error bad_input when there is none.
  static Result<Batch> open(const std::filesystem::path& folder);

  // Takes the lock of an opened batch, for verbs that write. Error busy.
  Result<void> lock();

  const std::filesystem::path& folder() const { return folder_; }
  const std::filesystem::path& scans() const { return scans_; }
  std::string id() const;  // stable: derived from the first creation's folder of scans

  std::filesystem::path scan_file(const ScanId& id) const;
  std::filesystem::path pages() const;
  // Named by the id; a very long name is cut and ends in a digest.
  std::filesystem::path page(const PageId& id) const;
  std::filesystem::path journal() const;
  std::filesystem::path packages() const;
  std::filesystem::path profile() const;
  std::filesystem::path inventory() const;
  std::filesystem::path report_html() const;
  std::filesystem::path report_json() const;
  // record.toml or record.xml, whichever is there; empty when neither.
  std::filesystem::path record() const;
  // Of a record that a catalogue gave: its MARC as it came, and which question it answers.
  std::filesystem::path record_marc() const;
  std::filesystem::path record_source() const;
  // Copies the record into the batch (by content: .toml or .xml).
  Result<void> keep_record(const std::filesystem::path& given);

  // What was read of its pages since it was opened; may be asked by several threads.
  KnownFacts& known_facts() const { return *known_facts_; }

 private:
  Batch();
  std::filesystem::path folder_, scans_;
  std::vector<OwnerLock> locks_;
  std::shared_ptr<KnownFacts> known_facts_;
};

// Walks the scans' folder (sub-folders too; a single file is a folder of one). Hidden files,
// Thumbs.db and the like are listed as ignored; everything else is a scan until proven otherwise,
// so nothing is lost by its name.
Result<Inventory> take_inventory(const std::filesystem::path& scans);
Result<void> save_inventory(const Batch& batch, const Inventory& inventory);
Result<Inventory> load_inventory(const Batch& batch);

}  // namespace linka
