// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/text_book.h"

#include "base/files.h"
#include "formats/page_parts.h"
#include "kramerius-export/batch_plan.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
namespace {

Result<PageText> load_text(const Batch& batch, const PageId& id) {
  const fs::path path = batch.page(id) / "text.json";
  const auto bytes = read_text(path);
  if (!bytes) return pass(bytes);
  auto text = page_text_from_json(nlohmann::json::parse(*bytes, nullptr, false));
  if (!text) return fail(ErrorKind::bad_input, "{}: is damaged", path.string());
  return text;
}

bool is_left_out(const Replay& replayed, const PageId& page) {
  const auto it = replayed.page_corrections.find(page);
  return it != replayed.page_corrections.end() && !it->second.left_out.empty();
}

// A scan's pages as they stand in the book; one gap when it, or one of them, is not there.
std::vector<std::optional<PageId>> pages_of(const ScanStatus& scan, const Replay& replayed) {
  if (scan.state == ScanState::excluded) return {};
  if (scan.state == ScanState::missing && scan.pages.empty()) return {};
  std::vector<std::optional<PageId>> pages;
  for (const PageOutcome& page : scan.pages) {
    if (is_left_out(replayed, page.id)) continue;
    if (page.state == PageState::done)
      pages.emplace_back(page.id);
    else
      pages.emplace_back();
  }
  if (scan.pages.empty()) pages.emplace_back();
  std::stable_sort(pages.begin(), pages.end(),
                   [](const auto& a, const auto& b) { return a && b && reading_order(*a, *b); });
  return pages;
}

std::string title_of(const Record& record) {
  const TitleInfo* t = main_title(record);
  if (t == nullptr) return {};
  return t->non_sort + (t->non_sort.empty() ? "" : " ") + t->title +
         (t->sub_title.empty() ? "" : ": " + t->sub_title);
}

}  // namespace

Result<FinishedPage> load_finished(const Batch& batch, const PageId& id) {
  auto facts = load_facts(batch, id);
  if (!facts) return pass(facts);
  auto text = load_text(batch, id);
  if (!text) return pass(text);
  return FinishedPage{*std::move(facts), *std::move(text)};
}

Result<TextBook> TextBook::of(const Batch& batch) {
  const Result<BatchStatus> status = status_of(batch, true);
  if (!status) return pass(status);
  const Result<Replay> replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  TextBook book(batch);
  for (const ScanStatus& scan : status->scans)
    for (const std::optional<PageId>& page : pages_of(scan, *replayed)) {
      if (page) book.places_[*page] = book.order_.size();
      book.order_.push_back(page);
    }
  book.read_record();
  return book;
}

void TextBook::read_record() {
  if (batch_->record().empty()) return;
  const auto loaded = guarded<LoadedDocument>("record", [&] { return document_of(*batch_); });
  if (!loaded || loaded->document.units.empty()) return;
  const Document& document = loaded->document;
  const Record& record = document.title ? *document.title : document.units.front().record;
  title = title_of(record);
  for (const Name& name : record.names)
    if (name.primary && author.empty())
      for (const NamePart& part : name.parts)
        if (part.type != "date") author += (author.empty() ? "" : ", ") + part.text;
  if (!record.languages.empty()) language = short_language(record.languages.front().code);
  if (document.units.size() == 1) labels_ = document.units.front().record.labels;
  plan(document);
}

// Pages are given to parts as for the package. Where that cannot be done there are no parts.
void TextBook::plan(const Document& document) {
  std::vector<PageForPlan> pages;
  for (const std::optional<PageId>& page : order_) {
    if (!page) return;
    pages.push_back({*page, false});
  }
  const auto units = guarded<std::vector<PlannedUnit>>(
      "plan", [&] { return plan_packages(document, pages, {}, {.use_proposals = false}); });
  if (!units) return;
  const bool several = units->size() > 1;
  for (const PlannedUnit& unit : *units) {
    const PackagePlan* plan = unit.plan ? &*unit.plan : unit.draft ? &*unit.draft : nullptr;
    if (plan == nullptr || plan->pages.empty()) continue;
    if (several && !unit.label.empty()) parts.push_back({unit.label, plan->pages.front().id, 0});
    add_parts(*plan, plan->parts, several ? 1 : 0);
    if (!plan->unit.labels.empty())
      for (const PlannedPage& page : plan->pages) planned_[page.id] = page.label;
  }
}

void TextBook::add_parts(const PackagePlan& plan, const std::vector<PlannedPart>& list, int level) {
  for (const PlannedPart& part : list) {
    const std::string name = title_of(part.record);
    if (!name.empty() && !part.pages.empty() && part.pages.front() < plan.pages.size())
      parts.push_back({name, plan.pages[part.pages.front()].id, level});
    add_parts(plan, part.parts, level + 1);
  }
}

std::string TextBook::label_of(const PageId& page) const {
  if (const auto planned = planned_.find(page); planned != planned_.end()) return planned->second;
  const auto it = places_.find(page);
  if (it == places_.end() || it->second >= labels_.size()) return {};
  const auto from = order_.begin();
  const auto here = from + static_cast<std::ptrdiff_t>(it->second);
  return std::find(from, here, std::nullopt) == here ? labels_[it->second] : std::string();
}

const std::optional<PageEdge>& TextBook::edge(std::size_t place) {
  const auto [it, is_new] = edges_.try_emplace(place);
  if (!is_new || !order_[place]) return it->second;
  if (const auto text = load_text(*batch_, *order_[place])) it->second = edge_of(*text);
  return it->second;
}

std::optional<std::size_t> TextBook::neighbour(std::size_t place, int step) {
  for (std::size_t at = place + static_cast<std::size_t>(step); at < order_.size();
       at += static_cast<std::size_t>(step)) {  // below the first one wraps beyond the last
    if (!edge(at)) return {};
    if (!edge(at)->passed_over) return at;
  }
  return {};
}

PageSeams TextBook::seams_of(const PageId& page) {
  const auto it = places_.find(page);
  if (it == places_.end()) return {};
  const std::optional<PageEdge>& own = edge(it->second);
  if (!own || own->passed_over) return {};
  PageSeams seams;
  if (const auto before = neighbour(it->second, -1))
    if (auto word = join_across(*edge(*before), *own)) seams.previous_end = std::move(word->begin);
  if (const auto after = neighbour(it->second, 1))
    if (auto word = join_across(*own, *edge(*after))) seams.next_begin = std::move(word->end);
  return seams;
}

}  // namespace linka
