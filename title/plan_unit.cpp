// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/plan_unit.h"

#include "base/translate.h"
#include "title/genres.h"
#include "title/notes.h"
#include "title/plan_parts.h"

#include <algorithm>
#include <set>

namespace linka {
namespace {

// Below this what was read on a page is not believed against "nothing in particular".
constexpr double sure_of_type = 0.5;

struct Work {
  const Document& document;
  const Unit& unit;
  const UnitPages& taken;
  const std::vector<PageForPlan>& pages;
  const std::map<PageId, PageProposal>& proposals;
  const PlanOptions& options;
  PackagePlan plan{};
  std::vector<std::string> problems{};
  std::vector<std::string> notes{};

  const PageProposal* proposal(std::size_t place) const {
    if (!options.use_proposals) return nullptr;
    const auto found = proposals.find(plan.pages[place].id);
    return found == proposals.end() ? nullptr : &found->second;
  }
};

void identify(Record& record, const std::string& uuid) {
  if (!uuid.empty() && identifier_of(record, "uuid").empty())
    record.identifiers.insert(record.identifiers.begin(), Identifier{"uuid", uuid, false});
}

void lacks(Work& w, const Record& record, RecordLevel level, const char* sentence) {
  const auto missing = missing_parts(record, level, w.options.urn_to_come);
  if (!missing.empty())
    w.problems.push_back(say(sentence, fmt::format("{}", fmt::join(missing, ", "))));
}

void plan_levels(Work& w) {
  const bool periodical = w.document.kind == DocumentKind::periodical;
  w.plan.kind = w.document.kind;
  w.plan.title = w.document.title;
  w.plan.unit = w.unit.record;
  lacks(w, w.plan.unit, periodical ? RecordLevel::issue : RecordLevel::volume,
        periodical ? tr("the issue lacks {}") : tr("the record lacks {}"));
  identify(w.plan.unit, volume_uuid(w.plan.unit));
  std::string above;
  if (w.plan.title) {
    lacks(w, *w.plan.title, periodical ? RecordLevel::periodical : RecordLevel::title,
          tr("the record of the title lacks {}"));
    above = title_uuid(*w.plan.title);
    if (above.empty())
      w.problems.emplace_back(
          tr("the title needs a uuid, a ccnb, an issn, or sigla and title, "
             "from which its uuid follows"));
    identify(*w.plan.title, above);
  } else if (periodical) {
    w.problems.emplace_back(tr("the periodical itself is not described"));
  }
  if (!periodical) return;
  w.plan.year = w.unit.year;
  if (!w.plan.year) {
    w.problems.emplace_back(tr("the issue does not say its year (volume or year)"));
  } else {
    lacks(w, *w.plan.year, RecordLevel::year, tr("the record of the year lacks {}"));
    identify(*w.plan.year, year_uuid(*w.plan.year, above));
  }
  w.plan.genre_type = w.unit.genre_type.empty() ? "normal" : issue_genre(w.unit.genre_type);
  if (w.plan.genre_type.empty())
    w.problems.push_back(say(tr("\"{}\" is no kind of issue"), w.unit.genre_type));
}

void plan_pages(Work& w) {
  for (const std::size_t page : w.taken.pages)
    w.plan.pages.push_back({w.pages[page].id, "", w.pages[page].is_blank ? "blank" : "normalPage"});
  if (w.plan.pages.empty() && w.taken.problems.empty())
    w.problems.push_back(w.unit.scans.empty()
                             ? std::string(tr("no page of the batch is left for it"))
                             : say(tr("no page of the batch is in {}"), w.unit.scans));
  const auto count = static_cast<std::size_t>(std::max(0, w.unit.page_count));
  if (count != 0 && !w.plan.pages.empty() && w.plan.pages.size() != count)
    w.problems.push_back(
        say(tr("{} pages are said (page_count), but there are {}"), count, w.plan.pages.size()));
}

// Where each supplement's own scans stand in the package.
std::map<std::size_t, std::vector<std::size_t>> supplement_places(const Work& w) {
  std::map<std::size_t, std::vector<std::size_t>> out;
  for (const auto& [part, pages] : w.taken.supplements)
    for (const std::size_t page : pages) {
      const auto at = std::find(w.taken.pages.begin(), w.taken.pages.end(), page);
      if (at != w.taken.pages.end())
        out[part].push_back(static_cast<std::size_t>(at - w.taken.pages.begin()));
    }
  return out;
}

// Labels as given, for the pages at these places.
void label(Work& w, const Record& record, const std::vector<std::size_t>& places) {
  if (record.labels.size() > places.size())
    w.problems.push_back(say(tr("{} labels are given for {} pages: those from \"{}\" on are left "
                                "over"),
                             record.labels.size(), places.size(), record.labels[places.size()]));
  for (std::size_t i = 0; i < std::min(places.size(), record.labels.size()); ++i)
    w.plan.pages[places[i]].label = record.labels[i];
}

void label_pages(Work& w, const std::map<std::size_t, std::vector<std::size_t>>& supplements) {
  std::set<std::size_t> labelled_apart;
  for (const auto& [part, places] : supplements)
    if (const Record& record = w.unit.parts[part].record; !record.labels.empty()) {
      label(w, record, places);
      labelled_apart.insert(places.begin(), places.end());
    }
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < w.plan.pages.size(); ++i)
    if (!labelled_apart.contains(i)) own.push_back(i);
  label(w, w.unit.record, own);
  std::size_t read = 0, counted = 0;
  for (std::size_t i = 0; i < w.plan.pages.size(); ++i) {
    PlannedPage& page = w.plan.pages[i];
    if (!page.label.empty()) continue;
    const PageProposal* proposed = w.proposal(i);
    const bool there = proposed != nullptr && !proposed->label.empty();
    page.label = there ? proposed->label : fmt::format("[{}]", i + 1);
    ++(there ? read : counted);
  }
  if (read > 0) note(w.notes, "The labels of {} pages are as read on the scans.", read);
  if (counted > 0 && counted < w.plan.pages.size())
    note(w.notes, "{} pages have no label and are called by their ordinals.", counted);
}

std::vector<std::string> labels_of(const Work& w, const std::vector<std::size_t>& places) {
  std::vector<std::string> out;
  for (const std::size_t place : places) out.push_back(w.plan.pages[place].label);
  return out;
}

void set_type(Work& w, std::size_t place, const std::string& word) {
  const std::string type = page_type(word);
  if (type.empty())
    w.problems.push_back(say(tr("\"{}\" (page #{}) is no type of page"), word, place + 1));
  else
    w.plan.pages[place].type = type;
}

// The types that a record says of the pages at these places.
void type_pages(Work& w, const Record& record, const std::vector<std::size_t>& places) {
  for (const auto& [ordinal, type] : record.types)
    if (ordinal < 1 || static_cast<std::size_t>(ordinal) > places.size())
      w.problems.push_back(say(tr("page {} is called \"{}\", but there are {} pages"), ordinal,
                               type, places.size()));
    else
      set_type(w, places[static_cast<std::size_t>(ordinal) - 1], type);
  if (record.type_rules.empty()) return;
  const auto labels = labels_of(w, places);
  for (const auto& [which, type] : record.type_rules) {
    const auto named = pages_of(which, labels);
    if (!named) {
      w.problems.push_back(say(tr("type \"{}\": {}"), type, named.error().message));
      continue;
    }
    for (const std::size_t page : *named) set_type(w, places[page], type);
  }
}

void type_all(Work& w, const std::map<std::size_t, std::vector<std::size_t>>& supplements) {
  const bool periodical = w.document.kind == DocumentKind::periodical;
  std::vector<std::size_t> every;
  for (std::size_t i = 0; i < w.plan.pages.size(); ++i) {
    every.push_back(i);
    const PageProposal* proposed = w.proposal(i);
    if (proposed != nullptr && is_page_type(proposed->type) &&
        proposed->type_confidence >= sure_of_type &&
        (!periodical || suits_periodical(proposed->type)))
      w.plan.pages[i].type = proposed->type;
  }
  if (w.plan.pages.empty()) return;
  type_pages(w, w.unit.record, every);
  for (const auto& [part, places] : supplements) type_pages(w, w.unit.parts[part].record, places);
  if (!periodical) return;
  for (std::size_t i = 0; i < every.size(); ++i)
    if (const std::string& type = w.plan.pages[i].type; !suits_periodical(type))
      note(w.notes, "The page type {} is not known for periodicals and will cause a warning.",
           type);
}

void place_pages(Work& w) {
  const std::string& first = w.unit.record.first_side;
  if (first.empty()) return;
  bool left = first == "left";
  for (PlannedPage& page : w.plan.pages) {
    page.position = left ? "left" : "right";
    left = !left;
  }
}

void plan_parts(Work& w, const std::map<std::size_t, std::vector<std::size_t>>& supplements) {
  PartPlanner planner(w.document, w.plan, supplements, w.problems, w.notes);
  w.plan.parts = planner.planned(w.unit.parts);
  if (planner.without_subject() > 0)
    note(w.notes,
         "{} articles or pictures have no subject, which their Dublin Core must have: the word for "
         "their kind is written.",
         planner.without_subject());
}

std::string joined(const std::vector<std::string>& sentences) {
  return fmt::format("{}", fmt::join(sentences, "; "));
}

}  // namespace

std::string label_of(const Document& document, const Unit& unit) {
  const TitleInfo* own = main_title(unit.record);
  const TitleInfo* t = own;
  if (t == nullptr && document.title) t = main_title(*document.title);
  std::string out = t == nullptr ? "" : t->title;
  if (t != nullptr && !t->non_sort.empty())
    out = t->non_sort + (t->non_sort.ends_with('\'') ? "" : " ") + out;
  if (document.kind == DocumentKind::monograph) {
    for (const std::string* more :
         {own == nullptr ? nullptr : &own->part_number, own == nullptr ? nullptr : &own->part_name})
      if (more != nullptr && !more->empty()) out += ". " + *more;
    const std::string date = issue_date(unit.record);
    return date.empty() ? out : out + ", " + date;
  }
  if (unit.year) {
    const TitleInfo* y = main_title(*unit.year);
    const std::string date = issue_date(*unit.year);
    if (y != nullptr && !y->part_number.empty()) out += ", ročník " + y->part_number;
    if (!date.empty())
      out += y == nullptr || y->part_number.empty() ? ", " + date : " (" + date + ")";
  }
  const std::string number = own == nullptr ? "" : own->part_number;
  if (!number.empty()) return out + ", číslo " + number;
  const std::string date = issue_date(unit.record);
  return date.empty() ? out : out + ", " + date;
}

PlannedUnit plan_unit(const Document& document, const Unit& unit, const UnitPages& taken,
                      const std::vector<PageForPlan>& pages,
                      const std::map<PageId, PageProposal>& proposals, const PlanOptions& options) {
  Work w{document, unit, taken, pages, proposals, options};
  w.problems = taken.problems;
  plan_levels(w);
  plan_pages(w);
  const auto supplements = supplement_places(w);
  label_pages(w, supplements);
  type_all(w, supplements);
  place_pages(w);
  plan_parts(w, supplements);
  w.plan.rights = document.rights;
  w.plan.devices = document.devices;
  PlannedUnit out{package_id(unit.record), unit.where,         label_of(document, unit),
                  std::move(w.plan),       std::move(w.notes), {}};
  if (w.problems.empty()) return out;
  out.draft = std::move(*out.plan);
  out.plan = tl::unexpected(
      Error{ErrorKind::bad_input,
            fmt::format("{}: {}", unit.where.empty() ? out.label : unit.where, joined(w.problems)),
            {}});
  return out;
}

}  // namespace linka
