// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of a plan, one after the other, each with what a writer of its text needs of its
// neighbours: a word that the end of a page breaks is whole only together with the next page that
// has text, and between the two may lie plates and blank pages.
#pragma once

#include "kramerius-export/package.h"
#include "model/page_flow.h"

#include <cstddef>
#include <deque>
#include <optional>

namespace linka {

class PageWindow {
 public:
  // Pages are read as many at a time as stated, as `do_many` does them.
  PageWindow(const PackagePlan& plan, const PageSource& source, const DoMany& do_many,
             std::size_t at_a_time)
      : plan_(plan), source_(source), do_many_(do_many), at_a_time_(at_a_time) {}

  struct Page {
    PackagePage page;
    PageSeams seams;
  };
  // The next page of the plan; call it once for each. Errors are the source's.
  Result<Page> next();

 private:
  struct Loaded {
    PackagePage page;
    PageEdge edge;
  };
  Result<void> read();
  Result<void> load();
  const PackagePlan& plan_;
  const PageSource& source_;
  const DoMany& do_many_;
  std::size_t at_a_time_;
  std::deque<Result<PackagePage>> read_;  // what is wrong with a page is said when its turn comes
  std::deque<Loaded> ahead_;
  std::size_t loaded_ = 0;
  std::optional<PageEdge> before_;  // of the last page with running text
};

}  // namespace linka
