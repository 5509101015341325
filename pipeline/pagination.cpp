// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/pagination.h"

#include "base/files.h"
#include "workspace/journal.h"
#include "workspace/known_facts.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace {

PageHints hints_from_text(const Batch& batch, const PageId& id) {
  const auto bytes = read_text(batch.page(id) / "text.json");
  if (!bytes) return {};
  const auto text = page_text_from_json(nlohmann::json::parse(*bytes, nullptr, false));
  return text ? hints_of(*text) : PageHints{};
}

}  // namespace

NumberedPage numbered(const Batch& batch, const PageInOrder& page) {
  const PageFacts& facts = *page.facts;
  NumberedPage out;
  out.id = facts.id;
  out.is_blank = facts.is_blank;
  if (facts.dpi.known()) {
    out.width_mm = mm_from_px(facts.width_px, facts.dpi.x);
    out.height_mm = mm_from_px(facts.height_px, facts.dpi.y);
  }
  out.paper_level = facts.measures.paper_level;
  out.absent_before = page.absent_before;
  out.hints = facts.hints.version == hints_version ? facts.hints : hints_from_text(batch, facts.id);
  return out;
}

int absent_pages(const ScanStatus& scan) {
  if (scan.state == ScanState::excluded) return 0;
  const auto parked = std::count_if(scan.pages.begin(), scan.pages.end(), [](const PageOutcome& p) {
    return p.state == PageState::parked;
  });
  if (parked > 0) return static_cast<int>(parked);
  return scan.pages.empty() && scan.state != ScanState::done ? 2 : 0;
}

Result<Pagination> pagination_of(const Batch& batch, const BatchStatus& status,
                                 const Profile& profile) {
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  std::vector<NumberedPage> pages;
  int absent = 0;
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::done) continue;
      const auto corrected = replayed->page_corrections.find(page.id);
      if (corrected != replayed->page_corrections.end() && !corrected->second.left_out.empty())
        continue;
      const auto facts = short_facts(batch, page.id);
      if (!facts) return pass(facts);
      pages.push_back(numbered(batch, {facts->get(), absent}));
      absent = 0;
    }
    absent += absent_pages(scan);
  }
  return paginate(pages, profile.pagination);
}

}  // namespace linka
