// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/describe.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "cnb" and nine digits.
bool is_ccnb(std::string_view text) {
  return text.size() == 12 && text.starts_with("cnb") &&
         std::all_of(text.begin() + 3, text.end(), is_digit);
}

std::string valid_ccnb(const Record* record) {
  const std::string value = record == nullptr ? "" : identifier_of(*record, "ccnb");
  return is_ccnb(value) ? value : std::string{};
}
std::string valid_isbn(const Record* record) {
  const std::string value = record == nullptr ? "" : identifier_of(*record, "isbn");
  return is_isbn(value) ? value : std::string{};
}
std::string valid_issn(const Record* record) {
  const std::string value = record == nullptr ? "" : identifier_of(*record, "issn");
  return is_issn(value) ? value : std::string{};
}

std::string first_of(std::string a, std::string b) {
  return a.empty() ? std::move(b) : std::move(a);
}

std::string full_title(const TitleInfo* t) {
  if (t == nullptr) return {};
  if (t->non_sort.empty()) return t->title;
  return t->non_sort + (t->non_sort.ends_with('\'') ? "" : " ") + t->title;
}

// "2. Papír ruční"
std::string numbered(const TitleInfo* t) {
  if (t == nullptr) return {};
  if (t->part_number.empty() || t->part_name.empty()) return t->part_number + t->part_name;
  return t->part_number + (t->part_number.ends_with('.') ? " " : ". ") + t->part_name;
}

// "Čapek, Karel"
std::string name_of(const Name& name) {
  std::string out, terms;
  for (const NamePart& part : name.parts) {
    if (part.type == "date") continue;
    std::string& into = part.type == "termsOfAddress" ? terms : out;
    if (!into.empty()) into += ", ";
    into += part.text;
  }
  return terms.empty() || out.empty() ? out : out + ", " + terms;
}

std::string originator_type(const Name& name) {
  if (name.type == "corporate") return "CORPORATION";
  return name.type == "conference" ? "EVENT" : "AUTHOR";
}

// The main entry and the next name, authors before others.
void name_originators(const std::vector<Name>& names, UrnEntity& out) {
  std::vector<const Name*> order;
  for (const Name& name : names)
    if (!name_of(name).empty()) order.push_back(&name);
  const auto rank = [](const Name* n) {
    const bool author = std::find(n->roles.begin(), n->roles.end(), "aut") != n->roles.end();
    return n->primary ? 0 : author ? 1 : 2;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Name* a, const Name* b) { return rank(a) < rank(b); });
  if (order.empty()) return;
  out.originator = name_of(*order[0]);
  out.originator_type = originator_type(*order[0]);
  if (order.size() > 1) out.other_originator = name_of(*order[1]);
}

const Origin* published(const Record* record) {
  if (record == nullptr) return nullptr;
  for (const char* event : {"publication", "production", "manufacture"})
    for (const Origin& origin : record->origins)
      if (origin.event == event) return &origin;
  return nullptr;
}

// What each says of the publication, the nearer one first.
UrnPublication publication_of(const Record* own, const Record* whole, bool year_of_whole) {
  UrnPublication out;
  for (const Record* record : {own, whole}) {
    const Origin* origin = published(record);
    if (origin == nullptr) continue;
    if (out.publisher.empty() && !origin->agents.empty()) out.publisher = origin->agents.front();
    if (out.place.empty() && !origin->places.empty()) out.place = origin->places.front();
  }
  if (own != nullptr) out.year = one_year(issue_date(*own));
  if (out.year.empty() && whole != nullptr && year_of_whole)
    out.year = one_year(issue_date(*whole));
  return out;
}

// The Czech word for what the volume is.
std::string document_type(const Record& record) {
  if (record.genre == "cartographic") return "mapa";
  if (record.genre == "graphic") return "grafika";
  if (record.genre == "sheetmusic") return "hudebnina";
  const bool manuscript = std::any_of(
      record.forms.begin(), record.forms.end(),
      [](const Form& form) { return form.text == "manuscript" || form.text == "rukopis"; });
  return manuscript ? "rukopis" : "monografie";
}

void describe_volume(const PackagePlan& plan, UrnEntity& e) {
  const Record& unit = plan.unit;
  const Record* whole = plan.title ? &*plan.title : nullptr;
  const TitleInfo* own = main_title(unit);
  e.document_type = document_type(unit);
  e.ccnb = first_of(valid_ccnb(&unit), valid_ccnb(whole));
  e.isbn = first_of(valid_isbn(&unit), valid_isbn(whole));
  name_originators(unit.names.empty() && whole != nullptr ? whole->names : unit.names, e);
  e.publication = publication_of(&unit, whole, true);
  const std::string volume = numbered(own);
  if (unit.genre != "volume") {
    e.kind = EntityKind::other_entity;
    e.title = full_title(own);
    if (!volume.empty()) e.title += ". " + volume;
    e.sub_title = own == nullptr ? "" : own->sub_title;
  } else if (whole != nullptr) {
    e.kind = EntityKind::monograph_volume;
    e.title = full_title(main_title(*whole));
    e.volume_title = volume;
    // A volume with a title of its own and no number is called by that.
    if (volume.empty() && full_title(own) != e.title) e.volume_title = full_title(own);
    if (e.volume_title.empty()) e.volume_title = issue_date(unit);
  } else {
    e.kind = EntityKind::monograph;
    e.title = full_title(own);
    if (!volume.empty()) e.title += ". " + volume;
    e.sub_title = own == nullptr ? "" : own->sub_title;
  }
}

void describe_issue(const PackagePlan& plan, UrnEntity& e) {
  const Record* whole = plan.title ? &*plan.title : nullptr;
  e.kind = EntityKind::periodical_issue;
  e.document_type = "číslo periodika";
  e.title = whole == nullptr ? full_title(main_title(plan.unit)) : full_title(main_title(*whole));
  if (plan.year) {
    e.volume_title = numbered(main_title(*plan.year));
    if (e.volume_title.empty()) e.volume_title = issue_date(*plan.year);
  }
  e.issue_title = first_of(numbered(main_title(plan.unit)), issue_date(plan.unit));
  e.ccnb = valid_ccnb(whole);
  e.issn = first_of(valid_issn(&plan.unit), valid_issn(whole));
  name_originators(plan.unit.names, e);
  e.publication = publication_of(&plan.unit, whole, false);
  if (e.publication.year.empty() && plan.year)
    e.publication.year = one_year(issue_date(*plan.year));
}

void describe_supplement(const PackagePlan& plan, const PlannedPart& part, UrnEntity& e) {
  const TitleInfo* own = main_title(part.record);
  e.kind = EntityKind::other_entity;
  e.document_type = "příloha";
  e.title = full_title(own);
  if (const std::string name = numbered(own); !name.empty()) e.title += ". " + name;
  e.sub_title = own == nullptr ? "" : own->sub_title;
  e.isbn = valid_isbn(&part.record);
  name_originators(part.record.names, e);
  e.publication = publication_of(&part.record, &plan.unit, true);
}

void describe_article(const PlannedPart& part, UrnEntity& e) {
  const TitleInfo* own = main_title(part.record);
  e.kind = EntityKind::analytical;
  e.document_type = "článek";
  e.title = full_title(own);
  e.sub_title = own == nullptr ? "" : own->sub_title;
  e.other_id = {};
  name_originators(part.record.names, e);
}

}  // namespace

std::string one_year(const std::string& date) {
  std::string found;
  for (std::size_t i = 0; i < date.size();) {
    if (!is_digit(date[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < date.size() && is_digit(date[end])) ++end;
    const std::string digits = date.substr(i, end - i);
    // "19--", "192-" and the like are no year, nor are two of them one.
    const bool open =
        end < date.size() && (date[end] == '-' || date[end] == 'u') && digits.size() < 4;
    if (open) return {};
    if (digits.size() == 4) {
      if (!found.empty() && found != digits) return {};
      found = digits;
    }
    i = end;
  }
  return date.ends_with('-') ? std::string{} : found;
}

UrnRegistration registration_of(const PackagePlan& plan, const PlannedPart* part) {
  UrnRegistration out;
  UrnEntity whole;
  if (plan.kind == DocumentKind::periodical)
    describe_issue(plan, whole);
  else
    describe_volume(plan, whole);
  whole.other_id = identifier_of(plan.unit, "barCode");
  if (part == nullptr) {
    out.entity = std::move(whole);
  } else if (part->kind == PartKind::supplement) {
    describe_supplement(plan, *part, out.entity);
  } else {
    describe_article(*part, out.entity);
    out.source = std::move(whole);
  }
  out.uuid = identifier_of(part == nullptr ? plan.unit : part->record, "uuid");
  return out;
}

UrnTechnical technical_of(const PageFacts& page, const std::optional<Jp2Properties>& master,
                          std::size_t pages) {
  UrnTechnical t;
  t.format = "image/jp2";
  t.format_version = "1.0";
  t.extent = static_cast<int>(pages);
  t.dpi_x = static_cast<int>(std::lround(page.dpi.x));
  t.dpi_y = static_cast<int>(std::lround(page.dpi.y));
  t.width_px = page.width_px;
  t.height_px = page.height_px;
  const int channels = std::max(1, page.channels);
  t.depth = 8 * channels;
  t.color_model = channels >= 3 ? "sRGB" : "BlackIsZero";
  if (!master) return t;
  t.compression = master->reversible ? "JPEG 2000 Lossless" : "JPEG 2000 Lossy";
  t.depth = 0;
  for (const int bits : master->bit_depth) t.depth += bits;
  if (master->file_bytes > 0) {
    const double raw = static_cast<double>(master->width_px) * master->height_px * t.depth / 8;
    t.compression_ratio =
        fmt::format("{:.1f}", std::max(1.0, raw / static_cast<double>(master->file_bytes)));
  }
  if (master->icc_bytes > 0) {
    if (master->enumerated_color_space == 0 && channels >= 3) t.color_model = "RGB";
    t.icc_profile = page.source.icc_name;
  }
  return t;
}

}  // namespace linka
