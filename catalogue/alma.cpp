// SPDX-License-Identifier: GPL-3.0-or-later
// Alma's REST interface: JSON in which each record is MARCXML packed as text.
#include "base/text.h"
#include "catalogue/web.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace {

using nlohmann::json;

std::string text_in(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto at = object.find(key);
  if (at == object.end()) return {};
  if (at->is_string()) return at->get<std::string>();
  return at->is_number_integer() ? at->dump() : std::string{};
}

// What the server says is wrong: {"errorList": {"error": [{"errorCode", "errorMessage"}]}}
std::string error_in(const json& answer) {
  const json list = answer.is_object() ? answer.value("errorList", json::object()) : json();
  const json errors = list.is_object() ? list.value("error", json::array()) : json();
  if (!errors.is_array() || errors.empty()) return {};
  return web::said(text_in(errors.front(), "errorCode") + " " +
                   text_in(errors.front(), "errorMessage"));
}

// Whether an error says only that there is no such record.
bool is_no_hit(const std::string& error) {
  const std::string words = lower_ascii(error);
  return words.find("no items found") != std::string::npos ||
         words.find("not found") != std::string::npos ||
         words.find("does not exist") != std::string::npos || words.starts_with("402203") ||
         words.starts_with("401689");
}

Result<void> take_bib(const json& bib, const std::string& host, Found& found) {
  const std::string format = lower_ascii(text_in(bib, "record_format"));
  const std::string id = text_in(bib, "mms_id");
  if (!format.empty() && format != "marc21") {
    found.notes.push_back(
        say(tr("The record {} is {} and no MARC 21; it is not read."), id, web::said(format)));
    return {};
  }
  const json anies = bib.value("anies", json::array());
  if (!anies.is_array() || anies.empty() || !anies.front().is_string())
    return fail(ErrorKind::bad_input, "{} gives a record without MARCXML", host);
  for (const json& packed : anies) {
    if (!packed.is_string()) continue;
    const auto records = web::records_in_text(packed.get<std::string>());
    if (!records) return pass(records);
    for (const MarcRecord& marc : *records)
      found.hits.push_back({marc, !id.empty() ? id : trimmed(marc.control("001"))});
  }
  return {};
}

}  // namespace

Result<Found> look_up_alma_rest(const Catalogue& c, const std::string& query,
                                const std::string& secret, const HttpStop& stop) {
  const std::string host = host_of(c.address);
  const std::size_t equals = query.find('=');
  if (equals == std::string::npos)
    return fail(ErrorKind::configuration, "the query \"{}\" is not written field=%s", query);
  const auto answer =
      web::fetch(c, {{"format", "json"}, {query.substr(0, equals), query.substr(equals + 1)}},
                 secret, "application/json", stop, true);
  if (!answer) return pass(answer);
  if (auto page = web::no_page(*answer, host); !page) return pass(page);
  const json j = json::parse(answer->body, nullptr, false);
  if (!j.is_object())
    return fail(ErrorKind::bad_input, "the answer of {} is no JSON of Alma", host);
  if (const std::string error = error_in(j); !error.empty()) {
    if (is_no_hit(error)) return Found{};
    return fail(ErrorKind::configuration, "{} answers with the error: {}", host, error);
  }
  if (answer->status != 200)
    return fail(ErrorKind::unsupported, "{} answers with status {}", host, answer->status);
  Found found;
  const json bibs = j.contains("bib") ? j["bib"] : json::array();
  // One record asked for by its own address stands alone.
  if (j.contains("anies")) {
    if (auto taken = take_bib(j, host, found); !taken) return pass(taken);
  } else if (!bibs.is_array()) {
    return fail(ErrorKind::bad_input, "the answer of {} is no JSON of Alma", host);
  }
  for (const json& bib : bibs)
    if (bib.is_object() && found.hits.size() < c.most)
      if (auto taken = take_bib(bib, host, found); !taken) return pass(taken);
  const std::string total = text_in(j, "total_record_count");
  found.total = std::max(found.hits.size(), web::count_in(total));
  if (found.total > 0 && found.hits.empty() && found.notes.empty())
    return fail(ErrorKind::unsupported, "{} counts {} records and gives none", host, found.total);
  return found;
}

}  // namespace linka
