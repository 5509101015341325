// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/lookup.h"

#include "base/text.h"
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"

#include <algorithm>

namespace linka {
namespace {

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// A value goes into one line of a request.
std::string one_line(std::string_view value) {
  std::string out = clean_utf8(value);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return trimmed(out);
}

}  // namespace

HitLine line_of(const MarcRecord& marc) {
  HitLine line;
  if (const MarcField* title = marc.first("245")) {
    line.title = without_isbd(title->first('a'), FinalPeriod::drop);
    for (const char code : {'n', 'p'})
      if (const std::string part = without_isbd(title->first(code)); !part.empty())
        line.title += ". " + part;
  }
  for (const char* tag : {"100", "110", "111", "700", "710"})
    if (const MarcField* name = marc.first(tag); name != nullptr && line.author.empty())
      line.author = mapping::name_text(*name);
  for (const MarcField& f : marc.fields) {
    if (f.tag != "260" && f.tag != "264") continue;
    if (line.publisher.empty()) line.publisher = without_isbd(f.first('b'), FinalPeriod::drop);
    if (line.year.empty()) line.year = without_isbd(f.first('c'), FinalPeriod::drop);
  }
  if (line.year.empty())
    for (const OriginDate& d : coded_dates(marc.control("008")))
      if (line.year.empty()) line.year = d.text;
  return line;
}

std::string query_for(CatalogueType type, std::string_view pattern, std::string_view value) {
  std::string safe = one_line(value);
  const bool plain = type == CatalogueType::oai_pmh || type == CatalogueType::aleph_x ||
                     type == CatalogueType::alma_rest;
  if (!plain) safe = escaped(safe);
  const std::size_t at = pattern.find("%s");
  return std::string(pattern.substr(0, at)) + safe +
         (at == std::string_view::npos ? std::string{} : std::string(pattern.substr(at + 2)));
}

Result<Found> look_up(const Catalogue& catalogue, SearchKey key, std::string_view value,
                      const HttpStop& stop) {
  if (one_line(value).empty())
    return fail(ErrorKind::bad_input, "nothing is said to look for by {}", name_of(key));
  const auto pattern = catalogue.queries.find(key);
  if (pattern == catalogue.queries.end())
    return fail(ErrorKind::configuration, "the catalogue {} is not searched by {}", catalogue.id,
                name_of(key));
  const auto secret = secret_of(catalogue);
  if (!secret) return pass(secret);
  const std::string query = query_for(catalogue.type, pattern->second, value);
  return guarded<Found>("catalogue", [&]() -> Result<Found> {
    switch (catalogue.type) {
      case CatalogueType::z3950:
        return look_up_z3950(catalogue, query, *secret);
      case CatalogueType::sru:
      case CatalogueType::alma:
        return look_up_sru(catalogue, query, *secret, stop);
      case CatalogueType::alma_rest:
        return look_up_alma_rest(catalogue, query, *secret, stop);
      case CatalogueType::oai_pmh:
        return look_up_oai(catalogue, query, *secret, stop);
      case CatalogueType::aleph_x:
        break;
    }
    auto found = look_up_aleph(catalogue, query, *secret, stop);
    if (found && key == SearchKey::barcode) add_aleph_items(catalogue, *secret, stop, *found);
    return found;
  });
}

}  // namespace linka
