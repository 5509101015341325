// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_plan.h"

#include "base/digest.h"
#include "base/text.h"
#include "kramerius-export/foxml/mods_copy.h"
#include "model/record.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace linka {
namespace {

struct ModelRow {
  std::string_view div, model, relation;
};
constexpr auto models =
    std::to_array<ModelRow>({{"periodical_title", "periodical", ""},
                             {"periodical_volume", "periodicalvolume", "hasVolume"},
                             {"issue", "periodicalitem", "hasItem"},
                             {"monograph", "monograph", ""},
                             {"volume", "monographunit", "hasUnit"},
                             {"chapter", "internalpart", "hasIntCompPart"},
                             {"article", "article", "hasIntCompPart"},
                             {"picture", "picture", "hasIntCompPart"},
                             {"supplement", "supplement", "hasItem"},
                             {"suppl", "supplement", "hasItem"},
                             {"page", "page", "hasPage"},
                             {"soundcollection", "soundrecording", ""},
                             {"soundrecording", "soundunit", "hasSoundUnit"},
                             {"soundpart", "track", "hasTrack"}});
constexpr auto other_models = std::to_array<std::string_view>(
    {"map", "graphic", "sheetmusic", "manuscript", "archive", "convolute", "collection"});

// The last that is one, as Kramerius takes it; empty ones are passed over.
std::string uuid_of(const XmlElement& mods) {
  std::string out;
  for (const XmlElement& id : mods.children("identifier"))
    if (id.attribute("type") == "uuid" && !id.has("invalid"))
      if (std::string plain = plain_uuid(id.text()); !plain.empty()) out = std::move(plain);
  return out;
}

std::string uuid_of(const PspPageRecord& record) {
  std::string out;
  for (const std::string& text : record.uuids)
    if (std::string plain = plain_uuid(text); !plain.empty()) out = std::move(plain);
  return out;
}

class Planner {
 public:
  explicit Planner(const Psp& psp) : psp_(psp) {}

  Result<FoxmlPlan> run() {
    if (!psp_.mets_problem.empty())
      return fail(ErrorKind::bad_input, "{}: {}", psp_.root.string(), psp_.mets_problem);
    if (psp_.logical.empty())
      return fail(ErrorKind::bad_input, "{}: the main METS has no logical structure",
                  psp_.root.string());
    if (auto r = add_root(psp_.logical.front()); !r) return pass(r);
    if (plan_.nodes.empty())
      return fail(ErrorKind::bad_input, "{}: no part of the logical structure has a record",
                  psp_.root.string());
    choose_unit();
    if (auto r = number_pages(); !r) return pass(r);
    share_pages();
    if (auto r = weave(); !r) return pass(r);
    return std::move(plan_);
  }

 private:
  struct OwnedPage {
    std::size_t page;
    std::string owner;
  };

  void note(std::string text) { plan_.notes.push_back(std::move(text)); }

  // A MONOGRAPH without a record is a frame around a single volume; what else it holds are the
  // volume's supplements.
  Result<void> add_root(const PspDiv& root) {
    const bool frame = lower_ascii(root.type) == "monograph" && root.records.empty();
    if (!frame) return add(root, std::string(), false);
    frame_ = root.id;
    if (root.below.empty()) return {};
    if (auto r = add(root.below.front(), {}, true); !r) return r;
    if (plan_.nodes.empty()) return {};
    const std::string volume = plan_.nodes.front().object.pid;
    for (std::size_t i = 1; i < root.below.size(); ++i)
      if (auto r = add(root.below[i], volume, false); !r) return r;
    return {};
  }

  Result<void> add(const PspDiv& div, const std::string& parent, bool single) {
    if (div.records.empty()) return {};  // no object of its own
    std::string_view model = model_of_div(div.type);
    if (model == "page") return {};
    if (model.empty() || model.starts_with("sound") || model == "track")
      return fail(model.empty() ? ErrorKind::bad_input : ErrorKind::unsupported,
                  "line {}: a part of the kind \"{}\" cannot be exported", div.line, div.type);
    const auto record = psp_.records.find(div.records.front());
    if (record == psp_.records.end())
      return fail(ErrorKind::bad_input,
                  "line {}: the part {} names the record {}, which is not there", div.line, div.id,
                  div.records.front());
    const XmlElement mods = mods_of(record->second.mods.root());
    if (single && model == "monographunit") model = model_of_volume(mods);
    const std::string uuid = uuid_of(mods);
    if (uuid.empty())
      return fail(ErrorKind::bad_input, "the record {} has no uuid", div.records.front());
    FoxmlNode node;
    node.object.pid = "uuid:" + uuid;
    node.object.model = model;
    node.object.label = shown_title(mods);
    if (node.object.label.empty()) {
      node.fallback_title = trimmed(div.label).empty() ? div.id : trimmed(div.label);
      node.object.label = node.fallback_title;
      note(say(tr("{} has no title; \"{}\" is written"), div.id, node.fallback_title));
    }
    node.mods = &record->second;
    node.dublin_core = dublin_core_of(div.records.front());
    if (!pids_.insert(node.object.pid).second)
      return fail(ErrorKind::bad_input, "two parts of the package have the uuid {}", uuid);
    by_div_.emplace(div.id, plan_.nodes.size());
    if (!parent.empty()) parents_[parent].push_back(node.object.pid);
    types_.push_back(div.type);
    const std::string pid = node.object.pid;
    plan_.nodes.push_back(std::move(node));
    for (const PspDiv& inner : div.below)
      if (auto r = add(inner, pid, false); !r) return r;
    return {};
  }

  const PspRecord* dublin_core_of(std::string id) const {
    if (const std::size_t at = id.find("MODS"); at != std::string::npos) id.replace(at, 4, "DC");
    const auto found = psp_.dublin_cores.find(id);
    return found == psp_.dublin_cores.end() ? nullptr : &found->second;
  }

  // The volume or issue that the package is of; a year when it has no issue.
  void choose_unit() {
    for (const std::string_view wanted : {"issue", "volume", "periodical_volume"})
      for (std::size_t i = 0; i < plan_.nodes.size(); ++i)
        if (lower_ascii(types_[i]) == wanted) {
          unit_ = i;
          plan_.unit = plan_.nodes[i].object.pid;
          return;
        }
    plan_.unit = plan_.nodes.front().object.pid;
  }

  const PspPageRecord* record_of(const PspDiv& div) const {
    for (const std::string_view start : {"DIV_P_PAGE", "DIV_PAGE"}) {
      if (!div.id.starts_with(start)) continue;
      const auto found = psp_.page_records.find("MODSMD_PAGE" + div.id.substr(start.size()));
      if (found != psp_.page_records.end()) return &found->second;
    }
    for (const std::string& id : div.records)
      if (const auto found = psp_.page_records.find(id); found != psp_.page_records.end())
        return &found->second;
    return nullptr;
  }

  Result<void> number_pages() {
    for (std::size_t i = 0; i < psp_.pages.size(); ++i) {
      const PspDiv& div = psp_.pages[i];
      const PspPageRecord* record = record_of(div);
      FoxmlNode node;
      std::string uuid = record != nullptr ? uuid_of(*record) : std::string();
      if (uuid.empty()) {
        uuid = uuid_v5(plan_.unit.substr(5), "page " + div.id);
        note(say(tr("page {} has no uuid; one is made from the uuid of {} and stays the same"),
                 div.id, plan_.nodes[unit_].object.label));
      }
      node.object.pid = "uuid:" + uuid;
      node.object.model = "page";
      const auto either = [](const std::string* a, const std::string& b) {
        return a != nullptr && !a->empty() ? *a : b;
      };
      node.number = either(record ? &record->number : nullptr, div.order_label);
      if (node.number.empty()) node.number = std::to_string(i + 1);
      node.type = either(record ? &record->type : nullptr, div.type);
      if (node.type.empty()) node.type = "normalPage";
      node.index = either(record ? &record->index : nullptr, div.order);
      if (whole_number(node.index) == 0) node.index = std::to_string(i + 1);
      node.placement = record ? record->placement : std::string();
      node.object.label = node.number;
      represents_.push_back(record != nullptr && record->represents);
      if (!pids_.insert(node.object.pid).second)
        return fail(ErrorKind::bad_input, "two parts of the package have the uuid {}", uuid);
      if (auto r = find_files(div, node); !r) return r;
      page_of_div_.emplace(div.id, pages_.size());
      pages_.push_back(std::move(node));
    }
    return {};
  }

  Result<void> find_files(const PspDiv& div, FoxmlNode& node) const {
    const std::pair<std::string_view, const PspFile**> wanted[] = {{"UC_IMGGRP", &node.image},
                                                                   {"TXTGRP", &node.text},
                                                                   {"ALTOGRP", &node.alto},
                                                                   {"TECHMDGRP", &node.technical}};
    for (const std::string& id : div.files) {
      const auto file = psp_.files.find(id);
      if (file == psp_.files.end())
        return fail(ErrorKind::bad_input,
                    "line {}: the page {} names the file {}, which is not there", div.line, div.id,
                    id);
      for (const auto& [group, place] : wanted)
        if (file->second.group == group) *place = &file->second;
    }
    if (node.image == nullptr)
      return fail(ErrorKind::bad_input, "line {}: the page {} has no user copy", div.line, div.id);
    return {};
  }

  // Each page belongs to one object and stands on any number of others. Where several claim it, a
  // supplement comes before an issue, an issue before a volume: the deeper one.
  void share_pages() {
    owner_.assign(pages_.size(), nobody);
    std::set<std::size_t> claimed_twice;
    for (const PspLink& link : psp_.links) {
      const auto page = page_of_div_.find(link.to);
      if (page == page_of_div_.end()) continue;
      auto from = by_div_.find(link.from);
      const bool of_frame = from == by_div_.end() && !frame_.empty() && link.from == frame_;
      if (from == by_div_.end() && !of_frame) continue;
      const std::size_t node = of_frame ? unit_ : from->second;
      if (!of_frame && !owns_pages(link.from) && plan_.nodes[node].object.model != "supplement") {
        auto& fosters = plan_.nodes[node].object.fosters;
        const std::string& pid = pages_[page->second].object.pid;
        if (std::find(fosters.begin(), fosters.end(), pid) == fosters.end()) fosters.push_back(pid);
        continue;
      }
      std::size_t& owner = owner_[page->second];
      if (owner != nobody && owner != node) claimed_twice.insert(page->second);
      if (owner == nobody || node > owner) owner = node;
    }
    for (const std::size_t page : claimed_twice)
      note(say(tr("page {} is linked from several parts; it belongs to {}"), psp_.pages[page].id,
               plan_.nodes[owner_[page]].object.label));
    for (std::size_t page = 0; page < pages_.size(); ++page)
      if (owner_[page] == nobody) {
        owner_[page] = unit_;
        note(say(tr("page {} is linked from nowhere; it belongs to {}"), psp_.pages[page].id,
                 plan_.nodes[unit_].object.label));
      }
  }

  // Pages first, in the order of the physical map, then the other children in the order of the
  // divs; the pages' nodes right behind their owner's.
  Result<void> weave() {
    std::vector<FoxmlNode> out;
    std::map<std::string, std::string_view> model_of;
    for (const FoxmlNode& node : plan_.nodes) model_of[node.object.pid] = node.object.model;
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      FoxmlNode& node = plan_.nodes[i];
      std::vector<std::size_t> own;
      for (std::size_t page = 0; page < pages_.size(); ++page)
        if (owner_[page] == i) own.push_back(page);
      for (const std::size_t page : own) {
        node.object.children.push_back(pages_[page].object.pid);
        node.relations.emplace_back("hasPage");
        if (node.cover.empty() && represents_[page]) node.cover = pages_[page].object.pid;
      }
      for (const std::string& child : parents_[node.object.pid]) {
        const std::string_view relation = relation_to(model_of[child]);
        if (relation.empty())
          return fail(ErrorKind::bad_input, "{} cannot stand below another part", child);
        node.object.children.push_back(child);
        node.relations.emplace_back(relation);
      }
      out.push_back(std::move(node));
      for (const std::size_t page : own) out.push_back(std::move(pages_[page]));
    }
    plan_.nodes = std::move(out);
    return {};
  }

  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  const Psp& psp_;
  FoxmlPlan plan_;
  std::string frame_;  // ID of the div around a single volume
  std::size_t unit_ = 0;
  std::vector<std::string> types_;                           // div type of each node
  std::map<std::string, std::size_t> by_div_;                // div id -> node
  std::map<std::string, std::vector<std::string>> parents_;  // pid -> pids of parts below
  std::set<std::string> pids_;
  std::vector<FoxmlNode> pages_;
  std::vector<bool> represents_;
  std::map<std::string, std::size_t> page_of_div_;
  std::vector<std::size_t> owner_;  // of each page, a node
};

}  // namespace

std::string_view model_of_div(std::string_view type) {
  const std::string word = lower_ascii(type);
  for (const ModelRow& row : models)
    if (row.div == word) return row.model;
  return {};
}

std::string_view relation_to(std::string_view model) {
  for (const ModelRow& row : models)
    if (row.model == model) return row.relation;
  return {};
}

bool owns_pages(std::string_view div_id) {
  return div_id.starts_with("ISSUE") || div_id.starts_with("VOLUME") ||
         div_id.starts_with("SUPPLEMENT");
}

bool is_known_model(std::string_view model) {
  if (std::find(other_models.begin(), other_models.end(), model) != other_models.end()) return true;
  return std::any_of(models.begin(), models.end(),
                     [&](const ModelRow& row) { return row.model == model; });
}

std::string_view model_of_volume(const XmlElement& mods) {
  for (const XmlElement& genre : mods.children("genre")) {
    const std::string word = lower_ascii(genre.text());
    if (word == "cartographic") return "map";
    if (word == "graphic") return "graphic";
    if (word == "sheetmusic") return "sheetmusic";
    if (word == "manuscript") return "manuscript";
  }
  for (const XmlElement& description : mods.children("physicalDescription"))
    for (const XmlElement& form : description.children("form"))
      if (lower_ascii(form.text()) == "manuscript") return "manuscript";
  return "monograph";
}

Result<FoxmlPlan> plan_objects(const Psp& psp) {
  return Planner(psp).run();
}

}  // namespace linka
