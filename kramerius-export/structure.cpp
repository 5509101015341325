// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/structure.h"

#include "title/genres.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace linka {
namespace {

std::string whole_title(const TitleInfo& t) {
  return t.non_sort + (t.non_sort.empty() || t.non_sort.ends_with('\'') ? "" : " ") + t.title;
}

std::string label_of_volume(const Record& unit) {
  const TitleInfo* t = main_title(unit);
  std::string out = t == nullptr ? "" : whole_title(*t);
  if (t != nullptr)
    for (const std::string* part : {&t->part_number, &t->part_name})
      if (!part->empty()) out += (out.empty() || out.ends_with('.') ? " " : ". ") + *part;
  const std::string date = issue_date(unit);
  return date.empty() ? out : out + ", " + date;
}

std::string label_of_year(const Record& year) {
  const TitleInfo* t = main_title(year);
  const std::string date = issue_date(year);
  if (t == nullptr || t->part_number.empty()) return date;
  return "ročník " + t->part_number + (date.empty() ? "" : " (" + date + ")");
}

std::string label_of_issue(const PackagePlan& plan) {
  const TitleInfo* t = main_title(plan.unit);
  const TitleInfo* above = plan.title ? main_title(*plan.title) : nullptr;
  std::string out = t != nullptr && !t->title.empty() ? whole_title(*t)
                    : above != nullptr                ? whole_title(*above)
                                                      : "";
  if (plan.year) out += ", " + label_of_year(*plan.year);
  if (t != nullptr && !t->part_number.empty()) return out + ", číslo " + t->part_number;
  const std::string date = issue_date(plan.unit);
  return date.empty() ? out : out + ", " + date;
}

std::string label_of_part(const PlannedPart& part) {
  const TitleInfo* t = main_title(part.record);
  if (t == nullptr) return std::string(level_word(level_of(part.kind, DocumentKind::monograph)));
  if (part.kind == PartKind::supplement && !t->part_name.empty()) return t->part_name;
  return whole_title(*t);
}

class Builder {
 public:
  explicit Builder(const PackagePlan& plan)
      : plan_(plan), periodical_(plan.kind == DocumentKind::periodical) {}

  Result<Structure> run() {
    Structure out;
    out.periodical = periodical_;
    out.label = periodical_ ? label_of_issue(plan_) : label_of_volume(plan_.unit);
    Entity unit = entity(plan_.unit, periodical_ ? RecordLevel::issue : RecordLevel::volume,
                         out.label, plan_.genre_type);
    std::vector<Entity> of_year;
    for (const PlannedPart& part : plan_.parts) {
      const bool year_s = periodical_ && part.kind == PartKind::supplement &&
                          part.genre_type == "volume_supplement";
      add(part, year_s ? of_year : unit.below, true);
    }
    unit.pages = pages_nobody_owns();
    out.unit_dmd = "MODSMD_" + record_id(unit.place);
    out.top = std::move(unit);
    if (periodical_) {
      of_year.insert(of_year.begin(), std::move(out.top));
      Entity year = entity(plan_.year.value_or(Record{}), RecordLevel::year,
                           label_of_year(plan_.year.value_or(Record{})), {});
      year.below = std::move(of_year);
      out.top = above(RecordLevel::periodical, std::move(year));
    } else if (plan_.title) {
      out.top = above(RecordLevel::title, std::move(out.top));
    }
    if (auto fine = check_records(out); !fine) return pass(fine);
    if (problem_) return tl::unexpected(*problem_);
    return out;
  }

 private:
  void refuse(std::string message) {
    if (!problem_) problem_ = Error{ErrorKind::bad_input, std::move(message), {}};
  }

  Entity entity(const Record& record, RecordLevel level, std::string label,
                std::string genre_type) {
    Entity e;
    e.place.level = level;
    e.place.number = ++counts_[level_word(level)];
    e.place.several_volumes = level == RecordLevel::volume && plan_.title.has_value();
    e.place.genre_type = std::move(genre_type);
    e.record = record;
    e.held = held_at(record, e.place);
    e.label = std::move(label);
    const std::string word(level_word(level));
    e.div_id = (word == "SUPPL" ? "SUPPLEMENT" : word) + "_" + ordinal_text(e.place.number);
    e.div_type = div_type(level);
    if (e.label.empty()) e.label = e.div_id;
    return e;
  }

  static std::string div_type(RecordLevel level) {
    switch (level) {
      case RecordLevel::title:
        return "MONOGRAPH";
      case RecordLevel::periodical:
        return "PERIODICAL_TITLE";
      case RecordLevel::year:
        return "PERIODICAL_VOLUME";
      case RecordLevel::volume:
        return "VOLUME";
      case RecordLevel::issue:
        return "ISSUE";
      case RecordLevel::volume_supplement:
      case RecordLevel::issue_supplement:
        return "SUPPLEMENT";
      case RecordLevel::chapter:
        return "CHAPTER";
      case RecordLevel::article:
        return "ARTICLE";
      case RecordLevel::volume_picture:
      case RecordLevel::issue_picture:
        break;
    }
    return "PICTURE";
  }

  Entity above(RecordLevel level, Entity lower) {
    const Record& record = plan_.title ? *plan_.title : plan_.unit;
    const TitleInfo* t = main_title(record);
    Entity e = entity(record, level, t == nullptr ? "" : whole_title(*t), {});
    // Readers know a work of several volumes by the id of the frame around them.
    if (level == RecordLevel::title) e.div_id = "MONOGRAPH_0001";
    e.below.push_back(std::move(lower));
    return e;
  }

  void add(const PlannedPart& part, std::vector<Entity>& below, bool outermost) {
    if ((part.kind == PartKind::article && !periodical_) ||
        (part.kind == PartKind::chapter && periodical_))
      return refuse(periodical_ ? say(tr("a chapter (\"{}\") does not belong in an issue; it holds "
                                         "articles"),
                                      label_of_part(part))
                                : say(tr("an article (\"{}\") does not belong in a volume; it "
                                         "holds chapters"),
                                      label_of_part(part)));
    if (part.kind == PartKind::supplement && !outermost)
      return refuse(
          say(tr("the supplement \"{}\" stands within another part"), label_of_part(part)));
    Entity e = entity(
        part.record,
        level_of(part.kind, periodical_ ? DocumentKind::periodical : DocumentKind::monograph),
        label_of_part(part), part.genre_type);
    take_pages(part, e);
    for (const PlannedPart& inner : part.parts) add(inner, e.below, false);
    below.push_back(std::move(e));
  }

  void take_pages(const PlannedPart& part, Entity& e) {
    e.pages = part.pages;
    for (const std::size_t page : part.pages) {
      if (page >= plan_.pages.size()) {
        refuse(say(tr("\"{}\" stands on page {}, but there are {}"), e.label, page + 1,
                   plan_.pages.size()));
        return;
      }
      if (part.kind == PartKind::supplement && !owned_.insert(page).second)
        refuse(say(tr("page {} is of two supplements"), plan_.pages[page].label));
    }
    if (part.pages.empty() || part.kind == PartKind::supplement) return;
    e.place.first_index = static_cast<int>(part.pages.front()) + 1;
    e.place.last_index = static_cast<int>(part.pages.back()) + 1;
    e.place.first_label = plan_.pages[part.pages.front()].label;
    e.place.last_label = plan_.pages[part.pages.back()].label;
  }

  std::vector<std::size_t> pages_nobody_owns() const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < plan_.pages.size(); ++i)
      if (!owned_.contains(i)) out.push_back(i);
    return out;
  }

  // Every record has a uuid of its own; another number that a record above has already is not
  // written again, because the standard wants each number once in a file.
  Result<void> check_records(Structure& structure) {
    std::set<std::pair<std::string, std::string>> seen;
    std::optional<Error> wrong;
    const std::function<void(Entity&)> walk = [&](Entity& e) {
      std::erase_if(e.held.identifiers, [&](const Identifier& id) {
        if (id.type == "uuid" && !is_uuid(id.value))
          wrong = Error{ErrorKind::bad_input,
                        say(tr("the record of \"{}\" has no uuid of the right form"), e.label),
                        {}};
        if (id.invalid || seen.emplace(id.type, id.value).second) return false;
        if (id.type == "uuid")
          wrong = Error{ErrorKind::bad_input,
                        say(tr("the record of \"{}\" has the uuid {}, which another record of the "
                               "package has"),
                            e.label, id.value),
                        {}};
        return true;
      });
      for (Entity& inner : e.below) walk(inner);
    };
    walk(structure.top);
    if (wrong) return tl::unexpected(*wrong);
    return {};
  }

  const PackagePlan& plan_;
  bool periodical_;
  std::map<std::string_view, int> counts_;
  std::set<std::size_t> owned_;
  std::optional<Error> problem_;
};

}  // namespace

Result<Structure> structure_of(const PackagePlan& plan) {
  return Builder(plan).run();
}

std::vector<const Entity*> entities_of(const Structure& structure) {
  std::vector<const Entity*> out;
  const std::function<void(const Entity&)> walk = [&](const Entity& e) {
    out.push_back(&e);
    for (const Entity& inner : e.below) walk(inner);
  };
  walk(structure.top);
  return out;
}

}  // namespace linka
