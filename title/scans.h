// SPDX-License-Identifier: GPL-3.0-or-later
// Which pages of a batch a text such as "1927/05" or "0001-0016" names.
#pragma once

#include "base/result.h"
#include "title/plan.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

class ScanNames {
 public:
  // `pages` in reading order; must live as long as this.
  explicit ScanNames(const std::vector<PageForPlan>& pages);

  // Indices into the pages in the order written, each once. Items are parted by commas: a folder
  // ("1927/05"), a scan ("a.tif", "a", "book.tif+3"), one page of a scan ("a.tif-left"), a range of
  // scans in reading order ("0001-0016", "1927/05/0001-0016"; an end that is not there counts by
  // its place in the natural order), or names with * for any text. Errors: bad_input, naming the
  // item that names no page or the name that several folders know.
  Result<std::vector<std::size_t>> pages_in(std::string_view text) const;

 private:
  using Pages = std::vector<std::size_t>;
  Result<Pages> named(const std::string& name) const;
  Result<Pages> item(const std::string& text) const;
  Result<Pages> range(const std::string& text) const;
  Pages between(const std::string& from, const std::string& to, const Pages& known_end,
                bool from_is_known) const;
  Pages matching(const std::string& pattern) const;

  const std::vector<PageForPlan>& pages_;
  std::map<std::string, Pages> exact_, stems_, last_names_;
};

}  // namespace linka
