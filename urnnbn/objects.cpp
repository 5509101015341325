// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/objects.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/translate.h"
#include "kramerius-export/batch_plan.h"
#include "title/urns.h"
#include "urnnbn/describe.h"
#include "workspace/facts_json.h"

#include <algorithm>
#include <set>

namespace linka {
namespace {

// Names of objects without a uuid of their own are made in the name space of their scans.
constexpr const char* scans_name_space = "2d1f0a52-6c0b-5b0e-9a52-6f3a8d3f1c11";
// Carries a part's key through planning, which knows parts by their pages only. Never written.
constexpr const char* key_mark = "linka-urn-key";

std::string uuid_of_pages(const BatchPages& pages, const std::vector<PlannedPage>& planned) {
  std::string all;
  for (const PlannedPage& page : planned) {
    const auto known = pages.known.find(page.id);
    if (known == pages.known.end() || known->second.scan_sha256.empty()) return {};
    all += fmt::format("{} {} {}\n", known->second.scan_sha256, page.id.scan.frame,
                       name_of(page.id.side));
  }
  return all.empty() ? std::string{} : uuid_v5(scans_name_space, sha256_hex(all));
}

void set_uuid(Record& record, const std::string& uuid) {
  std::erase_if(record.identifiers,
                [](const Identifier& id) { return id.type == "uuid" && !id.invalid; });
  record.identifiers.insert(record.identifiers.begin(), Identifier{"uuid", uuid, false});
}

const PlannedPart* part_with(const std::vector<PlannedPart>& parts, const std::string& key) {
  for (const PlannedPart& part : parts) {
    if (identifier_of(part.record, key_mark) == key) return &part;
    if (const PlannedPart* inner = part_with(part.parts, key)) return inner;
  }
  return nullptr;
}

// What a test resolver gave counts for tests only: for production it is a uuid without URN:NBN.
std::vector<KnownUrn> counting_for(const std::vector<KnownUrn>& known, bool test) {
  std::vector<KnownUrn> out = known;
  if (!test)
    for (KnownUrn& k : out)
      if (k.test) {
        k.urn.clear();
        k.test = false;
      }
  return out;
}

class Collector {
 public:
  Collector(const Batch& batch, const Resolver& resolver, const AssignOptions& options)
      : batch_(batch), resolver_(resolver), options_(options) {}

  Result<UrnObjects> collect() {
    if (auto done = read(); !done) return pass(done);
    if (auto done = plan(); !done) return pass(done);
    const auto bearers = urn_bearers(document_);
    for (std::size_t i = 0; i < bearers.size(); ++i) {
      const UrnBearer& bearer = bearers[i];
      if (bearer.part != nullptr && !resolver_.parts.contains(name_of(bearer.part->kind))) continue;
      out_.all.push_back(object(bearer, in_record_[i]));
    }
    return std::move(out_);
  }

 private:
  Result<void> read() {
    if (batch_.record().empty())
      return fail(ErrorKind::bad_input, "{}: {}", batch_.folder().string(),
                  tr("this batch has no record of its title; give one with --record"));
    auto loaded = load_document(batch_.record());
    if (!loaded) return pass(loaded);
    document_ = std::move(loaded->document);
    out_.notes = std::move(loaded->notes);
    for (const UrnBearer& bearer : urn_bearers(document_))
      in_record_.push_back(identifier_of(record_of(bearer), "urnnbn"));
    auto known = read_urns(batch_.folder());
    if (!known) return pass(known);
    out_.known = std::move(*known);
    if (out_.known.damaged_lines > 0)
      return fail(ErrorKind::bad_input,
                  "{}: a line is damaged; what was registered cannot be told for certain",
                  urn_register_of(batch_.folder()).string());
    const AppliedUrns applied =
        apply_urns(document_, counting_for(out_.known.known, resolver_.test));
    for (const KnownUrn& lost : applied.without_home)
      if (lost.test == resolver_.test)
        return fail(ErrorKind::bad_input,
                    "{} was assigned to {}, which the record describes no more; if it is called "
                    "otherwise now, give it uuid = \"{}\" in the record",
                    lost.urn, lost.label, lost.uuid);
    out_.notes.insert(out_.notes.end(), applied.notes.begin(), applied.notes.end());
    return {};
  }

  const Record& record_of(const UrnBearer& bearer) const {
    return bearer.part != nullptr ? bearer.part->record : document_.units[bearer.unit].record;
  }

  // Twice, when a unit's uuid follows from its pages: they are known after the first time.
  Result<void> plan() {
    const auto replayed = replay(batch_.journal());
    if (!replayed) return pass(replayed);
    auto pages = pages_of_batch(batch_, *replayed, options_.allow_parked);
    if (!pages) return pass(pages);
    pages_ = std::move(*pages);
    std::set<std::size_t> nameless;
    for (std::size_t u = 0; u < document_.units.size(); ++u) {
      Record& record = document_.units[u].record;
      if (!identifier_of(record, "uuid").empty() || !identifier_of(record, "urnnbn").empty())
        continue;
      set_uuid(record, uuid_v5(scans_name_space, fmt::format("unit {}", u)));
      nameless.insert(u);
    }
    if (auto done = plan_once(); !done || nameless.empty()) return done;
    for (const std::size_t u : nameless) {
      const PlannedUnit& unit = units_[u];
      const PackagePlan* plan = unit.plan ? &*unit.plan : unit.draft ? &*unit.draft : nullptr;
      const std::string uuid = plan == nullptr ? "" : uuid_of_pages(pages_, plan->pages);
      if (uuid.empty())
        unnamed_.insert(u);
      else
        set_uuid(document_.units[u].record, uuid);
    }
    return plan_once();
  }

  Result<void> plan_once() {
    Document marked = document_;
    for (const UrnBearer& bearer : urn_bearers(marked))
      if (bearer.part != nullptr)
        const_cast<Part*>(bearer.part)->record.identifiers.push_back({key_mark, bearer.key, false});
    auto units = plan_packages(marked, pages_.pages, options_.proposals, {.urn_to_come = true});
    if (!units) return pass(units);
    units_ = std::move(*units);
    return {};
  }

  UrnObject object(const UrnBearer& bearer, const std::string& in_record) {
    const PlannedUnit& unit = units_[bearer.unit];
    UrnObject out;
    out.part = bearer.part != nullptr;
    out.in_record = in_record;
    const Record& record = record_of(bearer);
    out.known.key = bearer.key;
    out.known.label = unit.label;
    if (const TitleInfo* t = main_title(record); out.part && t != nullptr)
      out.known.label += " / " + (t->part_name.empty() ? t->title : t->part_name);
    out.known.urn = identifier_of(record, "urnnbn");
    out.known.uuid = volume_uuid_of(record, bearer);
    for (const KnownUrn& k : out_.known.known)
      if (k.urn == out.known.urn && k.uuid == out.known.uuid) {
        out.known.test = k.test;
        out.known.resolver = k.resolver;
        out.known.predecessor = k.predecessor;
      }
    out.registration = described(unit, bearer, out);
    return out;
  }

  std::string volume_uuid_of(const Record& record, const UrnBearer& bearer) const {
    if (bearer.part == nullptr)
      return unnamed_.contains(bearer.unit) ? std::string{} : volume_uuid(record);
    const PlannedUnit& unit = units_[bearer.unit];
    if (!unit.plan) return identifier_of(record, "uuid");
    const PlannedPart* part = part_with(unit.plan->parts, bearer.key);
    return part == nullptr ? std::string{} : identifier_of(part->record, "uuid");
  }

  Result<UrnRegistration> described(const PlannedUnit& unit, const UrnBearer& bearer,
                                    const UrnObject& object) const {
    if (!unit.plan) return pass(unit.plan);
    const PackagePlan& plan = *unit.plan;
    if (const std::string why = stopped_by(pages_, options_.held, plan); !why.empty())
      return tl::unexpected(Error{ErrorKind::bad_input, why, {}});
    const PlannedPart* part = bearer.part == nullptr ? nullptr : part_with(plan.parts, bearer.key);
    UrnRegistration r = registration_of(plan, part);
    r.uuid = object.known.uuid;
    r.financed = resolver_.financed;
    r.contract = resolver_.contract;
    const std::size_t first = part == nullptr || part->pages.empty() ? 0 : part->pages.front();
    const std::size_t pages = part == nullptr ? plan.pages.size() : part->pages.size();
    if (part == nullptr || !part->pages.empty())
      if (auto measured = measure(plan.pages.at(first).id, pages, r); !measured)
        return pass(measured);
    const auto problems = problems_of(r);
    if (problems.empty()) return r;
    return fail(ErrorKind::bad_input, "{}", fmt::join(problems, "; "));
  }

  Result<void> measure(const PageId& page, std::size_t pages, UrnRegistration& r) const {
    const auto facts = load_facts(batch_, page);
    if (!facts) return pass(facts);
    std::optional<Jp2Properties> master;
    if (const auto file = MappedFile::open(batch_.page(page) / "master.jp2"))
      if (auto jp2 = read_jp2(file->bytes())) master = std::move(*jp2);
    r.technical = technical_of(*facts, master, pages);
    return {};
  }

  const Batch& batch_;
  const Resolver& resolver_;
  const AssignOptions& options_;
  Document document_;
  std::vector<std::string> in_record_;  // by bearer, before anything was applied
  BatchPages pages_;
  std::vector<PlannedUnit> units_;
  std::set<std::size_t> unnamed_;
  UrnObjects out_;
};

}  // namespace

Result<UrnObjects> objects_of(const Batch& batch, const Resolver& resolver,
                              const AssignOptions& options) {
  return Collector(batch, resolver, options).collect();
}

}  // namespace linka
