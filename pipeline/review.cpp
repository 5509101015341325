// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/review.h"

#include "workspace/facts_json.h"

#include <algorithm>

namespace linka {
namespace {

// The worst finding counts, every further one a little.
double score_of(const std::vector<PageFinding>& findings) {
  double worst = 0, sum = 0;
  for (const PageFinding& f : findings) {
    worst = std::max(worst, f.score);
    sum += f.score;
  }
  return worst + 0.1 * (sum - worst);
}

bool is_worse(const PageFinding& a, const PageFinding& b) {
  if (a.urgency != b.urgency) return a.urgency > b.urgency;
  return a.score > b.score;
}

}  // namespace

const ReviewedPage* Review::of(const PageId& id) const {
  const auto it = places.find(id);
  return it == places.end() ? nullptr : &pages[it->second];
}

Result<Review> review_of(const Batch& batch, const BatchStatus& status, const BookParams& params) {
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  Review out;
  std::vector<PageFacts> book;
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::done) continue;
      const auto corrected = replayed->page_corrections.find(page.id);
      if (corrected != replayed->page_corrections.end() && !corrected->second.left_out.empty()) {
        out.left_out[page.id] = corrected->second.left_out;
        continue;
      }
      auto facts = load_facts(batch, page.id);
      if (!facts) {
        out.unreadable.push_back(facts.error().message);
        continue;
      }
      book.push_back(*facts);
      out.facts.emplace(page.id, std::move(*facts));
    }
  }
  out.pages_seen = book.size();
  auto of_book = judge_book(book, params);
  for (const PageFacts& facts : book) {
    ReviewedPage page{facts.id, facts.findings, 0, false, false};
    for (PageFinding& f : of_book[facts.id]) page.findings.push_back(std::move(f));
    if (page.findings.empty()) continue;
    std::stable_sort(page.findings.begin(), page.findings.end(), is_worse);
    page.score = score_of(page.findings);
    const auto corrected = replayed->page_corrections.find(facts.id);
    page.accepted = corrected != replayed->page_corrections.end() && corrected->second.accepted;
    page.held = !page.accepted && page.findings.front().urgency == Urgency::hold;
    if (page.held) ++out.held;
    if (!page.accepted && page.findings.front().urgency != Urgency::note) ++out.to_look;
    out.pages.push_back(std::move(page));
  }
  std::stable_sort(out.pages.begin(), out.pages.end(),
                   [](const ReviewedPage& a, const ReviewedPage& b) {
                     if (a.accepted != b.accepted) return b.accepted;
                     if (a.held != b.held) return a.held;
                     return a.score > b.score;
                   });
  for (std::size_t i = 0; i < out.pages.size(); ++i) out.places[out.pages[i].id] = i;
  return out;
}

}  // namespace linka
