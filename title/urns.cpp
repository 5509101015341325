// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/urns.h"

#include "base/text.h"
#include "base/translate.h"
#include "title/notes.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace {

std::string words(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : " ") + part;
  return out;
}

std::string number_of(const Record& record) {
  const TitleInfo* t = main_title(record);
  if (t == nullptr) return {};
  return !t->part_number.empty() ? t->part_number : t->part_name;
}

std::string key_of(const Document& document, const Unit& unit) {
  if (document.kind == DocumentKind::periodical) {
    std::string year;
    if (unit.year) {
      year = number_of(*unit.year);
      if (const std::string date = issue_date(*unit.year); !date.empty())
        year = words({year, "(" + date + ")"});
    }
    const std::string number = number_of(unit.record);
    const std::string kind = unit.genre_type == "normal" ? "" : unit.genre_type;
    return words({"issue", year, number, number.empty() ? issue_date(unit.record) : "", kind});
  }
  const std::string number = number_of(unit.record);
  const TitleInfo* t = main_title(unit.record);
  return words({"volume", !number.empty() || t == nullptr ? number : t->title});
}

std::string key_of(const Part& part) {
  const TitleInfo* t = main_title(part.record);
  if (t == nullptr) return name_of(part.kind);
  return words({name_of(part.kind), t->title, t->part_number, t->part_name});
}

bool bears_urn(PartKind kind) {
  return kind == PartKind::supplement || kind == PartKind::article;
}

class Collector {
 public:
  explicit Collector(const Document& document) : document_(document) {}
  std::vector<UrnBearer> all() {
    for (std::size_t u = 0; u < document_.units.size(); ++u) {
      const std::string key = unique(key_of(document_, document_.units[u]));
      out_.push_back({key, u, nullptr});
      below(u, key, document_.units[u].parts);
    }
    return std::move(out_);
  }

 private:
  void below(std::size_t unit, const std::string& key, const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      if (bears_urn(part.kind)) out_.push_back({unique(key + " / " + key_of(part)), unit, &part});
      below(unit, key, part.parts);
    }
  }
  std::string unique(const std::string& key) {
    const int count = ++counts_[key];
    return count == 1 ? key : fmt::format("{} [{}]", key, count);
  }
  const Document& document_;
  std::vector<UrnBearer> out_;
  std::map<std::string, int> counts_;
};

// The one that counts for an object: a URN:NBN of production, one of a test, the uuid alone.
const KnownUrn* best_of(const std::vector<const KnownUrn*>& candidates) {
  const KnownUrn* best = nullptr;
  const auto rank = [](const KnownUrn& k) { return k.urn.empty() ? 0 : k.test ? 1 : 2; };
  for (const KnownUrn* k : candidates)
    if (best == nullptr || rank(*k) >= rank(*best)) best = k;
  return best;
}

std::vector<const KnownUrn*> known_of(const std::vector<KnownUrn>& known, const std::string& uuid,
                                      const std::string& key) {
  std::vector<const KnownUrn*> by_uuid, by_key;
  for (const KnownUrn& k : known) {
    if (!uuid.empty() && k.uuid == uuid) by_uuid.push_back(&k);
    if (k.key == key) by_key.push_back(&k);
  }
  return by_uuid.empty() ? by_key : by_uuid;
}

void set_identifier(Record& record, const std::string& type, const std::string& value, bool first) {
  std::erase_if(record.identifiers,
                [&](const Identifier& id) { return id.type == type && !id.invalid; });
  record.identifiers.insert(first ? record.identifiers.begin() : record.identifiers.end(),
                            Identifier{type, value, false});
}

void apply_one(Record& record, const KnownUrn& k, Notes& notes) {
  const std::string own = identifier_of(record, "urnnbn"), uuid = identifier_of(record, "uuid");
  const bool replaces = !k.urn.empty() && !own.empty() && own == k.predecessor;
  if (!own.empty() && own != k.urn && !replaces) {
    if (!k.urn.empty() && !k.test)
      note(notes, "{}: the record names {}, but {} was assigned; the record's is taken.", k.label,
           own, k.urn);
    return;
  }
  if (uuid.empty())
    set_identifier(record, "uuid", k.uuid, true);
  else if (uuid != k.uuid && !k.urn.empty())
    note(notes, "{}: {} was registered under the uuid {}, the record now names {}.", k.label, k.urn,
         k.uuid, uuid);
  if (k.urn.empty()) return;
  if (own != k.urn) set_identifier(record, "urnnbn", k.urn, false);
  if (k.test)
    note(notes, "{}: {} is of the test resolver {}: such a package is not for production.", k.label,
         k.urn, k.resolver);
}

}  // namespace

std::vector<UrnBearer> urn_bearers(const Document& document) {
  return Collector(document).all();
}

AppliedUrns apply_urns(Document& document, const std::vector<KnownUrn>& known) {
  AppliedUrns out;
  std::set<std::string> at_home;
  const std::vector<UrnBearer> bearers = urn_bearers(document);
  std::vector<std::pair<const UrnBearer*, std::vector<const KnownUrn*>>> matched;
  for (const UrnBearer& bearer : bearers) {
    Unit& unit = document.units[bearer.unit];
    const Record& record = bearer.part != nullptr ? bearer.part->record : unit.record;
    auto candidates = known_of(known, identifier_of(record, "uuid"), bearer.key);
    for (const KnownUrn* k : candidates) at_home.insert(k->uuid);
    matched.emplace_back(&bearer, std::move(candidates));
  }
  // A book alone is the one thing there is, however its record names it now.
  if (document.units.size() == 1 && matched.front().second.empty()) {
    std::set<std::string> units;
    for (const KnownUrn& k : known)
      if (k.key.find(" / ") == std::string::npos) units.insert(k.uuid);
    if (units.size() == 1)
      for (const KnownUrn& k : known)
        if (k.uuid == *units.begin()) {
          matched.front().second.push_back(&k);
          at_home.insert(k.uuid);
        }
  }
  for (const auto& [bearer, candidates] : matched) {
    const KnownUrn* best = best_of(candidates);
    if (best == nullptr) continue;
    // The bearers point into this very document, which is ours to change.
    Record& record = bearer->part != nullptr ? const_cast<Part*>(bearer->part)->record
                                             : document.units[bearer->unit].record;
    apply_one(record, *best, out.notes);
  }
  for (const KnownUrn& k : known)
    if (!k.urn.empty() && !at_home.contains(k.uuid)) out.without_home.push_back(k);
  for (const KnownUrn& k : out.without_home)
    note(out.notes,
         "{} was assigned to {}, which the record describes no more; if it is called otherwise "
         "now, give it uuid = \"{}\".",
         k.urn, k.label, k.uuid);
  return out;
}

}  // namespace linka
