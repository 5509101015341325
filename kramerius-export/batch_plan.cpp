// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/batch_plan.h"

#include "base/digest.h"
#include "base/translate.h"
#include "title/urns.h"
#include "workspace/known_facts.h"
#include "workspace/status.h"

namespace linka {
namespace {

// The pages chosen so far; what is known of them comes after.
using Chosen = BatchPages;

void choose_pages(const ScanStatus& scan, const Replay& replayed, bool allow_parked,
                  Chosen& chosen) {
  for (const PageOutcome& page : scan.pages) {
    const auto corrected = replayed.page_corrections.find(page.id);
    if (corrected != replayed.page_corrections.end() && !corrected->second.left_out.empty())
      continue;  // a person left it out, with a reason
    if (page.state == PageState::parked) {
      const std::string why = text_of(page.id) + ": " + page.reason.message;
      if (allow_parked) {
        chosen.left_out.push_back(why);
        continue;
      }
      chosen.stops[page.id] = say(tr("{} is parked"), why);
    } else if (scan.state == ScanState::missing) {
      chosen.stops[page.id] =
          say(tr("the scan {} is missing; put it back, or leave it out with linka exclude"),
              text_of(scan.id));
    }
    chosen.pages.push_back({page.id});
  }
}

Chosen choose(const BatchStatus& status, const Replay& replayed, bool allow_parked) {
  Chosen chosen;
  const auto stands_for_itself = [&](const ScanStatus& scan, std::string why) {
    const PageId id{scan.id, Side::single};
    chosen.pages.push_back({id});
    chosen.stops[id] = std::move(why);
  };
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    if (scan.state == ScanState::pending || scan.state == ScanState::changed) {
      const std::string name = text_of(scan.id);
      stands_for_itself(scan, scan.remark.empty()
                                  ? say(tr("{} is not digitized yet; run the batch first"), name)
                                  : say(tr("{}: {}; run the batch first"), name, scan.remark));
      continue;
    }
    if (scan.state == ScanState::parked && scan.pages.empty()) {
      const std::string why = text_of(scan.id) + ": " + scan.reason.message;
      if (allow_parked)
        chosen.left_out.push_back(why);
      else
        stands_for_itself(scan, say(tr("{} is parked"), why));
      continue;
    }
    choose_pages(scan, replayed, allow_parked, chosen);
  }
  return chosen;
}

void note(const PageFacts& facts, KnownPage& known) {
  known.is_blank = facts.is_blank;
  known.scan_sha256 = facts.source.sha256;
  std::string all = text_of(facts.id) + " " + facts.made_at + " " + facts.read_at;
  for (const WrittenFile& file : facts.files) {
    all += " " + file.sha256;
    known.bytes += file.size_bytes;
  }
  known.fingerprint = sha256_hex(all);
}

void look_at(const Batch& batch, const std::map<PageId, PageFacts>* facts_read, BatchPages& out) {
  for (PageForPlan& page : out.pages) {
    if (out.stops.contains(page.id)) continue;
    KnownPage& known = out.known[page.id];
    if (facts_read != nullptr && facts_read->contains(page.id)) {
      note(facts_read->at(page.id), known);
    } else if (const auto facts = short_facts(batch, page.id)) {
      note(**facts, known);
    } else {
      known.problem = facts.error().message;
      continue;
    }
    page.is_blank = known.is_blank;
  }
}

}  // namespace

Result<BatchPages> pages_of_batch(const Batch& batch, const Replay& replayed, bool allow_parked,
                                  const BatchStatus* status,
                                  const std::map<PageId, PageFacts>* facts) {
  Result<BatchStatus> own;
  if (status == nullptr) {
    own = status_of(batch, true);
    if (!own) return pass(own);
    status = &*own;
  }
  BatchPages out = choose(*status, replayed, allow_parked);
  if (out.pages.empty()) return fail(ErrorKind::bad_input, "{}", tr("there is no page to package"));
  look_at(batch, facts, out);
  return out;
}

std::string stopped_by(const BatchPages& pages, const std::map<PageId, std::string>& held,
                       const PackagePlan& plan) {
  std::size_t count = 0;
  std::string first;
  for (const PlannedPage& page : plan.pages) {
    const auto stop = pages.stops.find(page.id);
    const auto hold = held.find(page.id);
    if (stop == pages.stops.end() && hold == held.end()) continue;
    if (++count == 1) first = stop != pages.stops.end() ? stop->second : hold->second;
  }
  if (count == 0) return {};
  return say(
      trn("{} page stops this package: {}", "{} pages stop this package, the first: {}", count),
      count, first);
}

Result<LoadedDocument> document_of(const Batch& batch) {
  const std::filesystem::path record = batch.record();
  if (record.empty())
    return fail(ErrorKind::bad_input, "{}: {}", batch.folder().string(),
                tr("this batch has no record of its title; give one with --record"));
  auto loaded = load_document(record);
  if (!loaded) return loaded;
  const auto urns = read_urns(batch.folder());
  if (!urns) return pass(urns);
  const AppliedUrns applied = apply_urns(loaded->document, urns->known);
  loaded->notes.insert(loaded->notes.end(), applied.notes.begin(), applied.notes.end());
  return loaded;
}

}  // namespace linka
