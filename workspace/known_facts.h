// SPDX-License-Identifier: GPL-3.0-or-later
// The facts of a batch's pages as they were read, for as long as the batch is open: a run asks for
// those of every page several times over, and reading them is most of what a run with nothing to do
// would take.
#pragma once

#include "base/file_stamp.h"
#include "base/result.h"
#include "model/page_facts.h"
#include "workspace/batch.h"

#include <map>
#include <memory>
#include <mutex>

namespace linka {

// About 3 KB a page. May be asked by several threads.
class KnownFacts {
 public:
  // Facts of a page, shortened. Read when they were not yet, or the file is another one now.
  Result<std::shared_ptr<const PageFacts>> of(const Batch& batch, const PageId& id);

 private:
  struct Known {
    FileStamp stamp;
    std::shared_ptr<const PageFacts> facts;
  };
  std::mutex mutex_;
  std::map<PageId, Known> pages_;
};

// The same by the batch's own.
Result<std::shared_ptr<const PageFacts>> short_facts(const Batch& batch, const PageId& id);

}  // namespace linka
