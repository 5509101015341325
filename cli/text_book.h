// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of a batch as one book for whoever writes their texts: what follows what, which words
// run over from page to page, what the record calls the book and its pages.
#pragma once

#include "base/result.h"
#include "model/document.h"
#include "model/page_facts.h"
#include "model/page_flow.h"
#include "workspace/status.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct FinishedPage {
  PageFacts facts;
  PageText text;
};
// Errors: io; bad_input when a file of the page is damaged.
Result<FinishedPage> load_finished(const Batch& batch, const PageId& id);

// A volume, an issue, a chapter, an article ... and the page it begins on.
struct BookPart {
  std::string title;  // never empty
  PageId page;
  int level = 0;  // 0 outermost
};

class TextBook {
 public:
  // The batch must outlive it. A record that cannot be read leaves title, parts and labels empty.
  static Result<TextBook> of(const Batch& batch);

  std::string title, author, language;  // empty: not known
  std::vector<BookPart> parts;          // by the record, in its order; only of a finished batch

  // By the record; empty when it has none for the page, or when pages before it are not finished.
  std::string label_of(const PageId& page) const;
  // Reads the texts around the page, each page's once. What cannot be read joins nothing.
  PageSeams seams_of(const PageId& page);

 private:
  explicit TextBook(const Batch& batch) : batch_(&batch) {}
  void read_record();
  void plan(const Document& document);
  void add_parts(const PackagePlan& plan, const std::vector<PlannedPart>& parts, int level);
  // Of the page at that place; nothing when it is not finished or cannot be read.
  const std::optional<PageEdge>& edge(std::size_t place);
  // The next place that way with running text; nothing where the book ends or has a gap.
  std::optional<std::size_t> neighbour(std::size_t place, int step);

  const Batch* batch_;
  std::vector<std::optional<PageId>> order_;  // of the book; nullopt: a scan that is not finished
  std::map<PageId, std::size_t> places_;      // in it
  std::vector<std::string> labels_;           // of finished pages, in reading order
  std::map<PageId, std::string> planned_;     // labels as the package has them
  std::map<std::size_t, std::optional<PageEdge>> edges_;
};

}  // namespace linka
