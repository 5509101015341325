// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/structure_view.h"

#include "base/translate.h"
#include "cli/console.h"
#include "title/write_document.h"

#include <algorithm>
#include <map>

namespace linka {
namespace {

using nlohmann::json;

const PackagePlan* plan_or_draft(const PlannedUnit& unit) {
  if (unit.plan) return &*unit.plan;
  return unit.draft ? &*unit.draft : nullptr;
}

const char* in_words(PartKind kind) {
  switch (kind) {
    case PartKind::supplement:
      return tr("supplement");
    case PartKind::chapter:
      return tr("chapter");
    case PartKind::article:
      return tr("article");
    case PartKind::picture:
      break;
  }
  return tr("picture");
}

std::string title_of(const Record& record) {
  const TitleInfo* t = main_title(record);
  if (t == nullptr) return {};
  std::string out = t->title;
  for (const std::string* more : {&t->part_number, &t->part_name})
    if (!more->empty()) out += (out.empty() ? "" : ". ") + *more;
  return out;
}

std::string labels_of(const PackagePlan& plan, const std::vector<std::size_t>& places) {
  std::vector<std::string> labels;
  for (const std::size_t place : places) labels.push_back(plan.pages[place].label);
  return pattern_of_labels(labels);
}

std::string labels_of(const PackagePlan& plan) {
  std::vector<std::string> labels;
  for (const PlannedPage& page : plan.pages) labels.push_back(page.label);
  return pattern_of_labels(labels);
}

// "3 map, 1 titlePage"; usual pages are not counted.
std::string types_of(const PackagePlan& plan) {
  std::map<std::string, int> counts;
  for (const PlannedPage& page : plan.pages)
    if (page.type != "normalPage") ++counts[page.type];
  std::string out;
  for (const auto& [type, count] : counts)
    out += (out.empty() ? "" : ", ") + fmt::format("{} {}", count, type);
  return out;
}

// ---- the tree
// --------------------------------------------------------------------------------------

void print_parts(const PackagePlan& plan, const std::vector<PlannedPart>& parts,
                 std::size_t indent) {
  for (const PlannedPart& part : parts) {
    const std::string pages =
        part.pages.empty() ? std::string(tr("no pages")) : labels_of(plan, part.pages);
    print(fmt::format("{}{} ({}): {}  {}", std::string(indent, ' '), in_words(part.kind),
                      part.genre_type, title_of(part.record), pages));
    print_parts(plan, part.parts, indent + 2);
  }
}

void print_unit(const PlannedUnit& unit, const DocumentKind kind) {
  const PackagePlan* plan = plan_or_draft(unit);
  const std::string id = unit.id.empty() ? std::string(tr("no URN:NBN")) : unit.id;
  print(fmt::format("  {}  [{}]", unit.label, id));
  if (plan != nullptr && !plan->pages.empty()) {
    print("    " + say(trn("{} page: {}", "{} pages: {}", plan->pages.size()), plan->pages.size(),
                       labels_of(*plan)));
    print("    " + say(tr("scans: {} to {}"), plan->pages.front().id.scan.name,
                       plan->pages.back().id.scan.name));
    if (const std::string types = types_of(*plan); !types.empty())
      print("    " + say(tr("kinds of pages: {}"), types));
    if (kind == DocumentKind::periodical)
      if (const std::string date = issue_date(plan->unit); !date.empty())
        print("    " + say(tr("date: {}"), date));
    print_parts(*plan, plan->parts, 4);
  }
  for (const std::string& note : unit.notes) print("    " + say(tr("note: {}"), note));
  if (!unit.plan) print("    " + say(tr("cannot be packaged: {}"), unit.plan.error().message));
}

std::string year_of(const PackagePlan& plan) {
  if (!plan.year) return {};
  const std::string date = issue_date(*plan.year), number = title_of(*plan.year);
  if (number.empty()) return date;
  return date.empty() ? number : fmt::format("{} ({})", number, date);
}

void print_head(const RecordView& s) {
  if (s.record.empty())
    print(tr("there is no record; this is a draft"));
  else
    print(say(tr("record: {}"), s.record.string()));
  for (const std::string& note : s.notes) print(say(tr("note: {}"), note));
  print(say(trn("{} page in the batch", "{} pages in the batch", s.pages.size()), s.pages.size()));
  if (s.not_made > 0)
    print(say(trn("{} scan is not digitized yet and counts as one page",
                  "{} scans are not digitized yet and count as one page each", s.not_made),
              s.not_made));
}

void print_tail(const RecordView& s) {
  constexpr std::size_t most_told = 20;
  for (std::size_t i = 0; i < std::min(most_told, s.differences.size()); ++i) {
    const LabelDifference& d = s.differences[i];
    print(say(tr("{}: the record says page {}, the page itself {}"), text_of(d.page), d.given,
              d.read));
  }
  if (s.differences.size() > most_told)
    print(say(trn("and {} more page reads otherwise than the record says",
                  "and {} more pages read otherwise than the record says",
                  s.differences.size() - most_told),
              s.differences.size() - most_told));
  if (!s.problem.empty()) print(say(tr("the pages cannot be given out: {}"), s.problem));
  const auto bad = std::count_if(s.units.begin(), s.units.end(),
                                 [](const PlannedUnit& unit) { return !unit.plan; });
  if (s.units.empty()) return;
  print(say(trn("{} package", "{} packages", s.units.size()), s.units.size()) +
        (bad == 0 ? "" : ", " + say(tr("{} of them cannot be made yet"), bad)));
}

// ---- JSON
// ------------------------------------------------------------------------------------------

json json_of(const PackagePlan& plan, const PlannedPart& part) {
  json out{{"kind", name_of(part.kind)},
           {"type", part.genre_type},
           {"title", title_of(part.record)},
           {"uuid", identifier_of(part.record, "uuid")},
           {"labels", labels_of(plan, part.pages)},
           {"pages", json::array()},
           {"parts", json::array()}};
  for (const std::size_t place : part.pages) out["pages"].push_back(place + 1);
  for (const PlannedPart& inner : part.parts) out["parts"].push_back(json_of(plan, inner));
  return out;
}

json json_of(const PlannedUnit& unit) {
  json out{{"id", unit.id},         {"label", unit.label}, {"where", unit.where},
           {"notes", unit.notes},   {"error", nullptr},    {"pages", json::array()},
           {"parts", json::array()}};
  if (!unit.plan) out["error"] = unit.plan.error().message;
  const PackagePlan* plan = plan_or_draft(unit);
  if (plan == nullptr) return out;
  out["uuid"] = identifier_of(plan->unit, "uuid");
  out["year"] = year_of(*plan);
  out["year_uuid"] = plan->year ? identifier_of(*plan->year, "uuid") : "";
  out["date"] = issue_date(plan->unit);
  out["type"] = plan->genre_type;
  out["labels"] = labels_of(*plan);
  for (const PlannedPage& page : plan->pages)
    out["pages"].push_back(
        {{"page", text_of(page.id)}, {"label", page.label}, {"type", page.type}});
  for (const PlannedPart& part : plan->parts) out["parts"].push_back(json_of(*plan, part));
  return out;
}

// ---- what was read -----------------------------------------------------------------------------

// Divisions that lie in the unit, as parts; an inner level hangs below the part before it.
void add_divisions(const std::vector<ProposedDivision>& divisions,
                   const std::map<std::size_t, std::size_t>& place_of, DocumentKind kind,
                   std::vector<Part>& parts) {
  for (const ProposedDivision& d : divisions) {
    const auto first = place_of.find(d.first_page), last = place_of.find(d.last_page);
    if (d.title.empty() || first == place_of.end()) continue;
    Part part;
    part.kind = kind == DocumentKind::monograph ? PartKind::chapter : PartKind::article;
    part.record.titles.push_back({"", "", d.title, "", "", ""});
    const std::size_t to = last == place_of.end() ? first->second : last->second;
    part.pages = first->second == to ? fmt::format("#{}", first->second + 1)
                                     : fmt::format("#{}-#{}", first->second + 1, to + 1);
    std::vector<Part>* below = &parts;
    for (int level = 1; level < d.level && !below->empty(); ++level) below = &below->back().parts;
    below->push_back(std::move(part));
  }
}

}  // namespace

bool RecordView::in_order() const {
  return problem.empty() && !units.empty() &&
         std::all_of(units.begin(), units.end(),
                     [](const PlannedUnit& unit) { return unit.plan.has_value(); });
}

void plan_structure(RecordView& s, double least_confidence) {
  std::map<PageId, PageProposal> proposals;
  std::map<PageId, const ProposedPage*> read;
  if (s.read)
    for (const ProposedPage& p : s.read->pages) {
      proposals[p.id] = {p.id, p.label, p.label_confidence, p.type, p.type_confidence};
      read[p.id] = &p;
    }
  s.units.clear();
  s.differences.clear();
  s.problem.clear();
  auto planned = plan_packages(s.document, s.pages, proposals, {});
  if (!planned) {
    s.problem = planned.error().message;
    return;
  }
  s.units = std::move(*planned);
  for (const PlannedUnit& unit : s.units) {
    const PackagePlan* plan = plan_or_draft(unit);
    if (plan == nullptr) continue;
    for (const PlannedPage& page : plan->pages) {
      const auto found = read.find(page.id);
      if (found == read.end() || !found->second->printed || found->second->read.empty() ||
          found->second->label_confidence < least_confidence || found->second->label == page.label)
        continue;
      s.differences.push_back({page.id, page.label, found->second->label});
    }
  }
}

void propose(RecordView& s) {
  if (!s.read) return;
  std::map<PageId, std::size_t> index;
  for (std::size_t i = 0; i < s.read->pages.size(); ++i) index[s.read->pages[i].id] = i;
  for (std::size_t u = 0; u < std::min(s.units.size(), s.document.units.size()); ++u) {
    const PackagePlan* plan = plan_or_draft(s.units[u]);
    if (plan == nullptr) continue;
    Unit& unit = s.document.units[u];
    std::map<std::size_t, std::size_t> place_of;
    const bool label = unit.record.labels.empty();
    const bool type = unit.record.types.empty() && unit.record.type_rules.empty();
    for (std::size_t i = 0; i < plan->pages.size(); ++i) {
      const PlannedPage& page = plan->pages[i];
      if (label) unit.record.labels.push_back(page.label);
      if (type && page.type != "normalPage" && page.type != "blank")
        unit.record.types[static_cast<int>(i) + 1] = page.type;
      if (const auto at = index.find(page.id); at != index.end()) place_of[at->second] = i;
    }
    if (unit.parts.empty()) add_divisions(s.read->divisions, place_of, s.document.kind, unit.parts);
  }
}

void print_structure(const RecordView& s) {
  print_head(s);
  std::string year_told;
  if (s.document.title) print(title_of(*s.document.title));
  for (const PlannedUnit& unit : s.units) {
    const PackagePlan* plan = plan_or_draft(unit);
    if (plan != nullptr)
      if (const std::string year = year_of(*plan); year != year_told) {
        print(" " + say(tr("year {}"), year));
        year_told = year;
      }
    print_unit(unit, s.document.kind);
  }
  print_tail(s);
}

json to_json(const RecordView& s) {
  json out{{"record", s.record.string()},
           {"kind", s.document.kind == DocumentKind::periodical ? "periodical" : "monograph"},
           {"title", nullptr},
           {"pages", s.pages.size()},
           {"not_made", s.not_made},
           {"units", json::array()},
           {"problem", s.problem.empty() ? json() : json(s.problem)},
           {"notes", s.notes},
           {"differences", json::array()}};
  if (s.document.title)
    out["title"] = {{"title", title_of(*s.document.title)},
                    {"uuid", title_uuid(*s.document.title)}};
  for (const PlannedUnit& unit : s.units) out["units"].push_back(json_of(unit));
  for (const LabelDifference& d : s.differences)
    out["differences"].push_back({{"page", text_of(d.page)}, {"given", d.given}, {"read", d.read}});
  return out;
}

}  // namespace linka
