// SPDX-License-Identifier: GPL-3.0-or-later
// The words of a document for a search that needs no server: files that a page in a browser reads.
//   search/index.json   {"pages": 4, "shards": {"ml": 12, ...}}: how many words each file holds
//   search/ml.json      {"mlyn": [[0, x, y, w, h], ...], ...}: page from 0, box in pixels
// Words are without case and accents, as search_word() makes them; a word that a line's end breaks
// stands there whole, with two boxes.
#pragma once

#include "base/result.h"
#include "handover/sink.h"
#include "model/page_text.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace linka {

// Letters and digits alone, small, without accents: "Mlýn," -> "mlyn"; long s is s, sharp s is ss.
std::string search_word(std::string_view text);
// The file that a word is in: its first two letters, others than a-z and 0-9 as their code.
std::string shard_of(std::string_view word);

class SearchIndex {
 public:
  void add(std::size_t page, const PageText& text);
  Result<void> write(Sink& sink) const;

 private:
  // Of one word, as they are written: "[3,10,10,90,30],[4,...". A thousand pages have millions.
  using Places = std::string;
  std::size_t pages_ = 0;
  std::map<std::string, std::map<std::string, Places>> shards_;
};

}  // namespace linka
