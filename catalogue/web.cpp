// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues that answer over HTTP with XML: SRU (and Alma's), OAI-PMH, the X-server of Aleph. What
// comes back is untrusted: bounded in size, without DTD or entities, and never shown as it is.
#include "catalogue/web.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace linka {
namespace {

using web::count_in;
using web::fetch_xml;
using web::first_below;
using web::Parameters;
using web::records_below;
using web::said;

Result<void> sru_diagnostic(const XmlElement& root, const std::string& host) {
  const XmlElement d = first_below(root, "diagnostic");
  if (!d) return {};
  const std::string uri = d.child("uri").text();
  // info:srw/diagnostic/1/16: the query asks for an index that is not there; 3: authentication.
  const bool ours = uri.ends_with("/16") || uri.ends_with("/3") || uri.ends_with("/66") ||
                    uri.ends_with("/10") || uri.ends_with("/235");
  return fail(ours ? ErrorKind::configuration : ErrorKind::unsupported,
              "{} answers with a diagnostic: {} {}", host, said(d.child("message").text()),
              said(d.child("details").text()));
}

}  // namespace

Result<Found> look_up_sru(const Catalogue& c, const std::string& query, const std::string& secret,
                          const HttpStop& stop) {
  const std::string host = host_of(c.address);
  const auto answer = fetch_xml(c,
                                {{"version", c.version},
                                 {"operation", "searchRetrieve"},
                                 {"recordSchema", c.schema},
                                 {"startRecord", "1"},
                                 {"maximumRecords", std::to_string(c.most)},
                                 {"query", query}},
                                secret, stop);
  if (!answer) return pass(answer);
  const XmlElement root = answer->root();
  const XmlElement number = first_below(root, "numberOfRecords");
  if (const auto fine = sru_diagnostic(root, host); !fine && count_in(number.text()) == 0)
    return pass(fine);
  if (!number)
    return fail(ErrorKind::bad_input, "{} answers with <{}>, which is none of SRU", host,
                said(root.name()));
  Found found;
  found.total = count_in(number.text());
  for (const XmlElement& data : root.descendants("recordData")) {
    const auto records = records_below(data);
    if (!records) return pass(records);
    for (const MarcRecord& marc : *records)
      if (found.hits.size() < c.most) found.hits.push_back({marc, trimmed(marc.control("001"))});
  }
  if (found.total > 0 && found.hits.empty())
    return fail(ErrorKind::unsupported, "{} counts {} records and gives none as {}", host,
                found.total, c.schema);
  return found;
}

Result<Found> look_up_oai(const Catalogue& c, const std::string& id, const std::string& secret,
                          const HttpStop& stop) {
  const std::string host = host_of(c.address);
  const std::string identifier = id.starts_with(c.id_prefix) ? id : c.id_prefix + id;
  const auto answer = fetch_xml(
      c, {{"verb", "GetRecord"}, {"identifier", identifier}, {"metadataPrefix", c.schema}}, secret,
      stop);
  if (!answer) return pass(answer);
  const XmlElement root = answer->root();
  if (const XmlElement error = first_below(root, "error")) {
    const std::string code = error.attribute("code");
    if (code == "idDoesNotExist" || code == "noRecordsMatch") return Found{};
    return fail(code == "cannotDisseminateFormat" || code == "badArgument"
                    ? ErrorKind::configuration
                    : ErrorKind::unsupported,
                "{} answers with the error {}: {}", host, said(code), said(error.text()));
  }
  const XmlElement record = first_below(root, "GetRecord");
  if (!record)
    return fail(ErrorKind::bad_input, "{} answers with <{}>, which is none of OAI-PMH", host,
                said(root.name()));
  if (first_below(record, "header").attribute("status") == "deleted") {
    Found none;
    none.notes.push_back(say(tr("The record {} was deleted from the catalogue."), identifier));
    return none;
  }
  const XmlElement metadata = first_below(record, "metadata");
  if (!metadata) return fail(ErrorKind::bad_input, "{} gives a record without metadata", host);
  const auto records = records_below(metadata);
  if (!records) return pass(records);
  if (records->size() != 1)
    return fail(ErrorKind::bad_input, "{} gives {} MARC records where one was asked for", host,
                records->size());
  Found found;
  found.total = 1;
  found.hits.push_back({records->front(), identifier.substr(c.id_prefix.size())});
  return found;
}

// Two requests: "find" makes a set in the session, "present" shows its entries. They are made one
// after the other, because the number of sessions is limited.
Result<Found> look_up_aleph(const Catalogue& c, const std::string& request,
                            const std::string& secret, const HttpStop& stop) {
  const std::string host = host_of(c.address);
  Parameters find = {{"op", "find"}};
  if (!c.database.empty()) find.emplace_back("base", c.database);
  find.emplace_back("request", request);
  const auto set = fetch_xml(c, find, secret, stop);
  if (!set) return pass(set);
  const XmlElement answer = set->root();
  if (const XmlElement error = first_below(answer, "error")) {
    const std::string words = lower_ascii(error.text());
    if (words.find("empty set") != std::string::npos ||
        words.find("not found") != std::string::npos)
      return Found{};
    return fail(ErrorKind::unsupported, "{} answers with the error: {}", host, said(error.text()));
  }
  if (answer.name() != "find")
    return fail(ErrorKind::bad_input, "{} answers with <{}>, which is none of the X-server", host,
                said(answer.name()));
  Found found;
  found.total = count_in(first_below(answer, "no_records").text());
  const std::string number = first_below(answer, "set_number").text();
  if (found.total == 0 || number.empty()) return Found{};

  const auto shown = fetch_xml(c,
                               {{"op", "present"},
                                {"set_number", number},
                                {"set_entry", fmt::format("1-{}", std::min(found.total, c.most))}},
                               secret, stop);
  if (!shown) return pass(shown);
  if (const XmlElement error = first_below(shown->root(), "error"))
    return fail(ErrorKind::unsupported, "{} answers with the error: {}", host, said(error.text()));
  for (const XmlElement& record : shown->root().children("record")) {
    const auto records = records_below(record);
    if (!records) return pass(records);
    if (records->empty()) continue;
    std::string id = first_below(record, "doc_number").text();
    if (id.empty()) id = trimmed(records->front().control("001"));
    found.hits.push_back({records->front(), id});
  }
  if (found.hits.empty())
    return fail(ErrorKind::unsupported, "{} counts {} records and gives none", host, found.total);
  return found;
}

}  // namespace linka
