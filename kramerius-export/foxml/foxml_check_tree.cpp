// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/translate.h"
#include "kramerius-export/foxml/foxml_check.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace linka {
namespace {

// Which relation may lead from which model to which; "*" is any that may own such a child.
struct Fit {
  std::string_view parent, relation, child;
};
constexpr auto fits = std::to_array<Fit>({{"periodical", "hasVolume", "periodicalvolume"},
                                          {"periodicalvolume", "hasItem", "periodicalitem"},
                                          {"monograph", "hasUnit", "monographunit"},
                                          {"convolute", "hasUnit", "*"},
                                          {"*", "hasItem", "supplement"},
                                          {"*", "hasIntCompPart", "supplement"},
                                          {"*", "hasIntCompPart", "internalpart"},
                                          {"*", "hasIntCompPart", "article"},
                                          {"*", "hasIntCompPart", "picture"},
                                          {"*", "hasPage", "page"},
                                          {"soundrecording", "hasSoundUnit", "soundunit"},
                                          {"soundrecording", "hasTrack", "track"},
                                          {"soundunit", "hasTrack", "track"},
                                          {"soundrecording", "containsTrack", "track"},
                                          {"soundunit", "containsTrack", "track"}});
constexpr auto tops = std::to_array<std::string_view>(
    {"monograph", "periodical", "map", "graphic", "sheetmusic", "manuscript", "archive",
     "convolute", "soundrecording", "collection"});

bool is_top(std::string_view model) {
  return std::find(tops.begin(), tops.end(), model) != tops.end();
}

bool may_own(std::string_view parent, std::string_view relation, std::string_view child) {
  if (parent == "page" || parent == "track") return false;
  return std::any_of(fits.begin(), fits.end(), [&](const Fit& f) {
    return (f.parent == "*" || f.parent == parent) && f.relation == relation &&
           (f.child == child || (f.child == "*" && is_top(child)));
  });
}

class Tree {
 public:
  Tree(const std::vector<CheckedObject>& objects, const FoxmlCheckOptions& options,
       FoxmlFindings& findings)
      : objects_(objects), options_(options), findings_(findings) {
    for (const CheckedObject& o : objects_)
      if (!by_pid_.emplace(o.pid, &o).second)
        findings_.add("FOXML_PID_TWICE", o.file, 0,
                      say(tr("{} stands in {}, too"), o.pid, by_pid_[o.pid]->file));
  }

  void check() {
    for (const CheckedObject& o : objects_) check_relations(o);
    for (const auto& [pid, parents] : parents_)
      if (parents.size() > 1)
        findings_.add("FOXML_TWO_PARENTS", by_pid_.contains(pid) ? by_pid_.at(pid)->file : "", 0,
                      say(tr("{} is a child of {} and of {}"), pid, parents[0], parents[1]));
    check_cycles();
    check_tops();
    check_indexes();
    check_licences();
  }

 private:
  std::string_view model_of(const std::string& pid) const {
    const auto found = by_pid_.find(pid);
    return found == by_pid_.end() ? std::string_view() : std::string_view(found->second->model);
  }

  bool is_there(const std::string& pid) const {
    return by_pid_.contains(pid) || options_.known.contains(pid);
  }

  void check_relations(const CheckedObject& o) {
    std::map<std::string, const CheckedRelation*> seen;
    std::map<std::string, std::set<std::string_view>> names;  // by which a target is named
    for (const CheckedRelation& r : o.children) names[r.target].insert(r.name);
    for (const CheckedRelation& r : o.children) {
      if (!is_there(r.target)) {
        findings_.add("FOXML_DANGLING", o.file, r.line,
                      say(tr("{} leads to {}, which is not there"), r.name, r.target));
        continue;
      }
      const auto [before, fresh] = seen.emplace(r.target, &r);
      if (!fresh) {
        findings_.add(
            before->second->name == r.name ? "FOXML_CHILD_TWICE" : "FOXML_TWO_PARENTS", o.file,
            r.line,
            say(tr("{} is named twice, by {} and {}"), r.target, before->second->name, r.name));
        continue;
      }
      parents_[r.target].push_back(o.pid);
      const std::string_view child = model_of(r.target);
      // A model that is wrong in itself has a finding of its own, and so has a child named twice.
      if (!child.empty() && !o.model.empty() && names[r.target].size() == 1 &&
          !may_own(o.model, r.name, child))
        findings_.add("FOXML_CHILD_KIND", o.file, r.line,
                      say(tr("{} leads from {} to {}"), r.name, o.model, child));
    }
    std::set<std::string> stood_on;
    for (const CheckedRelation& r : o.pages) {
      if (!is_there(r.target))
        findings_.add("FOXML_DANGLING", o.file, r.line,
                      say(tr("{} leads to {}, which is not there"), r.name, r.target));
      else if (const auto model = model_of(r.target); !model.empty() && model != "page")
        findings_.add("FOXML_ON_PAGE", o.file, r.line,
                      say(tr("{} is no page but {}"), r.target, model));
      if (!stood_on.insert(r.target).second)
        findings_.add("FOXML_CHILD_TWICE", o.file, r.line,
                      say(tr("{} is named twice, by {} and {}"), r.target, r.name, r.name));
    }
  }

  // From each object upwards: who meets itself stands on a circle.
  void check_cycles() {
    for (const CheckedObject& o : objects_) {
      std::set<std::string> path;
      const std::string* at = &o.pid;
      while (at != nullptr && path.insert(*at).second) {
        const auto above = parents_.find(*at);
        at = above == parents_.end() || above->second.empty() ? nullptr : &above->second.front();
        if (at == nullptr || *at != o.pid) continue;
        findings_.add("FOXML_CYCLE", o.file, 0, say(tr("{} stands below itself"), o.pid));
        circle_ = true;
        break;
      }
    }
  }

  void check_tops() {
    std::vector<const CheckedObject*> found;
    for (const CheckedObject& o : objects_) {
      if (parents_.contains(o.pid) || options_.known.contains(o.pid)) {
        if (!parents_.contains(o.pid) && is_top(o.model)) found.push_back(&o);
        continue;
      }
      if (is_top(o.model) || o.model.empty())
        found.push_back(&o);
      else
        findings_.add("FOXML_ORPHAN", o.file, 0, say(tr("{} has no parent: {}"), o.model, o.pid));
    }
    if (found.size() == options_.top_objects || circle_ || objects_.empty()) return;
    findings_.add("FOXML_TOP", found.empty() ? "" : found.back()->file, 0,
                  say(tr("objects on top: {}, expected: {}"), found.size(), options_.top_objects));
  }

  // Either the pages of each parent count 1..n, or those of the whole folder do, a supplement
  // standing among the others.
  void check_indexes() {
    std::multiset<int> all;
    std::set<std::string> seen;
    bool each = true, unknown = false;
    std::string first_gap;
    for (const CheckedObject& o : objects_) {
      int before = 0, expected = 0;
      for (const CheckedRelation& r : o.children) {
        const auto page = by_pid_.find(r.target);
        if (r.name != "hasPage" || page == by_pid_.end() || !seen.insert(r.target).second) continue;
        if (page->second->index == 0) {
          unknown = true;
          continue;
        }
        const int index = page->second->index;
        if (index <= before)
          findings_.add("FOXML_PAGE_INDEX", page->second->file, 0,
                        say(tr("index {} comes after {}"), index, before));
        else if (index != ++expected)
          each = false;
        if (index != expected && first_gap.empty()) first_gap = page->second->file;
        before = index;
        all.insert(index);
      }
    }
    const bool together =
        all.empty() || (static_cast<int>(all.size()) == *all.rbegin() &&
                        std::set<int>(all.begin(), all.end()).size() == all.size());
    if (!each && !together && !unknown)
      findings_.add("FOXML_PAGE_INDEX", first_gap, 0, tr("the count of the pages has a gap"));
  }

  void check_licences() {
    for (const CheckedObject& o : objects_)
      for (const CheckedRelation& licence : o.licences)
        if (!options_.licences.empty() && !options_.licences.contains(licence.target))
          findings_.add("FOXML_LICENCE", o.file, licence.line,
                        say(tr("the server does not know the licence \"{}\""), licence.target));
    if (!options_.urnnbn) return;
    for (const CheckedObject& o : objects_) {
      const bool unit = std::any_of(o.children.begin(), o.children.end(),
                                    [](const auto& r) { return r.name == "hasPage"; });
      if (unit && o.model != "supplement" && o.urnnbn.empty())
        findings_.add("FOXML_URNNBN", o.file, 0, say(tr("{} has no URN:NBN"), o.pid));
    }
  }

  const std::vector<CheckedObject>& objects_;
  const FoxmlCheckOptions& options_;
  FoxmlFindings& findings_;
  std::map<std::string, const CheckedObject*> by_pid_;
  std::map<std::string, std::vector<std::string>> parents_;
  bool circle_ = false;
};

}  // namespace

void check_tree(const std::vector<CheckedObject>& objects, const FoxmlCheckOptions& options,
                FoxmlFindings& findings) {
  Tree(objects, options, findings).check();
}

}  // namespace linka
