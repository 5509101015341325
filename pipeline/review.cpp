// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/review.h"

#include "pipeline/pagination.h"
#include "workspace/facts_json.h"
#include "workspace/known_facts.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace linka {

const ReviewedPage* Review::of(const PageId& id) const {
  const auto it = places.find(id);
  return it == places.end() ? nullptr : &pages[it->second];
}

bool is_contradicted(const PageFinding& finding, const PageFacts& facts) {
  constexpr std::size_t many_words = 20;
  constexpr double read_well = 0.7;
  const auto is = [&](std::initializer_list<std::string_view> checks) {
    return std::find(checks.begin(), checks.end(), finding.check) != checks.end();
  };
  if (facts.is_blank) return is({"sideways", "upside-down", "skew", "blur", "near-blank"});
  return facts.words >= many_words && facts.text_confidence >= read_well &&
         is({"sideways", "upside-down"});
}

namespace {

using FindingsOfPages = std::map<PageId, std::vector<PageFinding>>;

void add(FindingsOfPages& all, FindingsOfPages more) {
  for (auto& [id, findings] : more)
    for (PageFinding& finding : findings) all[id].push_back(std::move(finding));
}

// What the page numbers say of the order and completeness of the batch; the rest of it stays in
// `review`.
FindingsOfPages by_numbers(const std::vector<NumberedPage>& pages, const PaginationParams& params,
                           const std::vector<std::string>& labels, Review& review) {
  if (!params.enabled) return {};
  Pagination pagination = paginate(pages, params);
  FindingsOfPages out = std::move(pagination.findings);
  pagination.findings = {};
  add(out, compare_labels(pagination, labels, params));
  review.numbers = std::move(pagination);
  return out;
}

// Takes out what the rest of what is known of a page speaks against.
void drop_contradicted(const std::vector<PageFacts>& book, FindingsOfPages& found) {
  for (const PageFacts& facts : book)
    if (const auto it = found.find(facts.id); it != found.end())
      std::erase_if(it->second, [&](const PageFinding& f) { return is_contradicted(f, facts); });
}

}  // namespace

Result<Review> review_of(const Batch& batch, const BatchStatus& status, const BookParams& params,
                         const PaginationParams& pagination,
                         const std::vector<std::string>& labels) {
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  Review out;
  std::vector<PageFacts> book;  // shortened: a title may have tens of thousands of pages
  std::optional<PageId> first;
  std::vector<NumberedPage> numbers;
  int absent = 0;
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::done) continue;
      const auto corrected = replayed->page_corrections.find(page.id);
      if (corrected != replayed->page_corrections.end() && !corrected->second.left_out.empty()) {
        out.left_out[page.id] = corrected->second.left_out;
        continue;
      }
      const auto known = short_facts(batch, page.id);
      if (!known) {
        out.unreadable.push_back(known.error().message);
        continue;
      }
      if (pagination.enabled) numbers.push_back(numbered(batch, {known->get(), absent}));
      absent = 0;
      if (!first || page.id < *first) first = page.id;
      book.push_back(**known);
      book.back().hints = {};
    }
    absent += absent_pages(scan);
  }
  out.pages_seen = book.size();
  auto of_book = judge_book(book, params);
  drop_contradicted(book, of_book);
  add(of_book, by_numbers(numbers, pagination, labels, out));
  for (RankedPage& ranked_page : ranked(book, of_book)) {
    ReviewedPage page{ranked_page.id, std::move(ranked_page.findings), ranked_page.score,
                      ranked_page.held, false};
    const auto corrected = replayed->page_corrections.find(page.id);
    page.accepted = corrected != replayed->page_corrections.end() && corrected->second.accepted;
    page.held = page.held && !page.accepted;
    if (page.held) ++out.held;
    if (!page.accepted && page.findings.front().urgency != Urgency::note) ++out.to_look;
    out.pages.push_back(std::move(page));
  }
  for (PageFacts& facts : book) {
    const PageId id = facts.id;
    out.facts.emplace(id, std::move(facts));
  }
  // With settings and versions for the report.
  if (first)
    if (auto whole = load_facts(batch, *first)) out.facts[*first] = *std::move(whole);
  // What a person has seen already comes last; else the order stays.
  std::stable_sort(
      out.pages.begin(), out.pages.end(),
      [](const ReviewedPage& a, const ReviewedPage& b) { return !a.accepted && b.accepted; });
  for (std::size_t i = 0; i < out.pages.size(); ++i) out.places[out.pages[i].id] = i;
  return out;
}

}  // namespace linka
