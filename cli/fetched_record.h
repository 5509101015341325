// SPDX-License-Identifier: GPL-3.0-or-later
// A batch's record taken straight from a catalogue (linka run --record-from), and what the batch
// keeps of it: the MODS it goes by, the MARC as it came, and where from.
#pragma once

#include "base/scratch_folder.h"
#include "cli/catalogue_answer.h"
#include "workspace/batch.h"

#include <filesystem>
#include <memory>
#include <string>

namespace linka {

// The record of one question. While an object lives, so does the file with its MODS.
class FetchedRecord {
 public:
  // The batch's own record when the same question was answered before; nobody is asked then.
  // Otherwise the catalogue is asked; `code` says done, or what was told instead: several hits,
  // none, an error.
  static FetchedRecord of(const CatalogueQuestion& question, const Result<Batch>& there, bool json,
                          ExitCode& code);

  const std::filesystem::path& record() const { return record_; }
  // Keeps all of it in the batch. Nothing happens when it came from there.
  Result<void> keep_in(Batch& batch) const;

 private:
  std::filesystem::path record_;
  std::string marc_, source_;
  std::shared_ptr<ScratchFolder> folder_;
};

}  // namespace linka
