// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/plan_parts.h"

#include "base/digest.h"
#include "base/translate.h"
#include "title/genres.h"
#include "title/notes.h"

#include <algorithm>

namespace linka {
namespace {

std::string title_of(const Record& record) {
  const TitleInfo* t = main_title(record);
  if (t == nullptr) return {};
  return !t->part_name.empty() ? t->part_name : t->title;
}

bool fits(PartKind kind, DocumentKind document) {
  if (kind == PartKind::chapter) return document == DocumentKind::monograph;
  if (kind == PartKind::article) return document == DocumentKind::periodical;
  return true;
}

bool is_one_of_two(RecordLevel level, RecordLevel a, RecordLevel b) {
  return level == a || level == b;
}

}  // namespace

std::string name_of(const Part& part) {
  const std::string title = title_of(part.record);
  switch (part.kind) {
    case PartKind::supplement:
      return say(tr("the supplement \"{}\""), title);
    case PartKind::chapter:
      return say(tr("the chapter \"{}\""), title);
    case PartKind::article:
      return say(tr("the article \"{}\""), title);
    case PartKind::picture:
      break;
  }
  return say(tr("the picture \"{}\""), title);
}

void PartPlanner::find_pages(const Part& part, std::size_t place, const PlannedPart* above,
                             PlannedPart& out) {
  const auto scans = supplements_.find(place);
  if (above == nullptr && scans != supplements_.end()) {
    out.pages = scans->second;
    std::sort(out.pages.begin(), out.pages.end());
    return;
  }
  auto found = pages_of(part.pages, labels_);
  if (!found) {
    problems_.push_back(name_of(part) + ": " + found.error().message);
    return;
  }
  out.pages = std::move(*found);
  const bool outside =
      above != nullptr && !above->pages.empty() &&
      !std::includes(above->pages.begin(), above->pages.end(), out.pages.begin(), out.pages.end());
  if (outside && above->kind == PartKind::supplement)
    problems_.push_back(say(tr("{} stands on pages outside of its supplement"), name_of(part)));
  else if (outside)
    note(notes_, "{} stands on pages outside of the part it belongs to.", name_of(part));
}

void PartPlanner::complete(const Part& part, const PlannedPart* above, PlannedPart& out) {
  const RecordLevel level = level_of(part.kind, document_.kind);
  const bool nested = above != nullptr && above->kind == PartKind::chapter;
  if (!part.genre_type.empty()) out.genre_type = part_genre(level, part.genre_type);
  if (!part.genre_type.empty() && out.genre_type.empty())
    problems_.push_back(
        say(tr("{}: \"{}\" is no kind of such a part"), name_of(part), part.genre_type));
  if (out.genre_type.empty()) out.genre_type = usual_genre(level, nested);
  Record& record = out.record;
  if (level == RecordLevel::issue_picture) record.languages.clear();
  const bool asks_subject = is_one_of_two(level, RecordLevel::article, RecordLevel::issue_picture);
  if (asks_subject && record.subjects.empty() && record.classifications.empty()) {
    Subject subject;
    subject.topics = {subject_of_genre(level, out.genre_type)};
    record.subjects.push_back(std::move(subject));
    ++without_subject_;
  }
  for (const std::string& missing : missing_parts(record, level))
    problems_.push_back(say(tr("{} lacks {}"), name_of(part), missing));
}

void PartPlanner::give_uuid(const std::string& position, PlannedPart& out) {
  if (!identifier_of(out.record, "uuid").empty()) return;
  const std::string name =
      fmt::format("{} {} {}", name_of(out.kind), position, title_of(out.record));
  out.record.identifiers.insert(out.record.identifiers.begin(),
                                Identifier{"uuid", uuid_v5(volume_uuid(plan_.unit), name), false});
}

PlannedPart PartPlanner::one(const Part& part, std::size_t place, const std::string& position,
                             const PlannedPart* above) {
  PlannedPart out;
  out.kind = part.kind;
  out.record = part.record;
  if (!fits(part.kind, document_.kind))
    problems_.push_back(say(part.kind == PartKind::article
                                ? tr("{} stands in a book; there it is called a chapter")
                                : tr("{} stands in a periodical; there it is called an article"),
                            name_of(part)));
  find_pages(part, place, above, out);
  complete(part, above, out);
  give_uuid(position, out);
  out.parts = all(part.parts, position + ".", &out);
  if (out.pages.empty()) {
    for (const PlannedPart& inner : out.parts)
      out.pages.insert(out.pages.end(), inner.pages.begin(), inner.pages.end());
    std::sort(out.pages.begin(), out.pages.end());
    out.pages.erase(std::unique(out.pages.begin(), out.pages.end()), out.pages.end());
  }
  if (out.pages.empty() && part.pages.empty() && part.kind == PartKind::supplement)
    problems_.push_back(say(tr("{} has no pages: say pages or scans"), name_of(part)));
  else if (out.pages.empty() && part.pages.empty())
    note(notes_, "{} stands on no page: its pages are not said.", name_of(part));
  return out;
}

std::vector<PlannedPart> PartPlanner::all(const std::vector<Part>& parts,
                                          const std::string& position, const PlannedPart* above) {
  std::vector<PlannedPart> out;
  std::map<PartKind, int> count;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int number = ++count[parts[i].kind];
    out.push_back(one(parts[i], i, position + std::to_string(number), above));
  }
  // Those without pages come last.
  std::stable_sort(out.begin(), out.end(), [](const PlannedPart& a, const PlannedPart& b) {
    if (a.pages.empty() || b.pages.empty()) return !a.pages.empty();
    return a.pages.front() < b.pages.front();
  });
  return out;
}

// A page is owned once: by the unit or by one supplement.
void PartPlanner::check_supplements(const std::vector<PlannedPart>& parts) {
  for (const PlannedPart& part : parts) {
    if (part.kind != PartKind::supplement) continue;
    for (const std::size_t page : part.pages)
      if (!owned_.insert(page).second) {
        problems_.push_back(say(tr("the page {} (#{}) belongs to two supplements"),
                                plan_.pages[page].label, page + 1));
        break;
      }
  }
}

std::vector<PlannedPart> PartPlanner::planned(const std::vector<Part>& parts) {
  labels_.clear();
  owned_.clear();
  for (const PlannedPage& page : plan_.pages) labels_.push_back(page.label);
  std::vector<PlannedPart> out = all(parts, "", nullptr);
  check_supplements(out);
  return out;
}

}  // namespace linka
