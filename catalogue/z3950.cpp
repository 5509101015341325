// SPDX-License-Identifier: GPL-3.0-or-later
// Z39.50 through YAZ's ZOOM interface. A connection is made for one question and closed.
#include "base/handle.h"
#include "base/text.h"
#include "catalogue/iso2709.h"
#include "catalogue/lookup.h"

#include <yaz/zoom.h>

#include <cmath>
#include <memory>

namespace linka {
namespace {

using Connection = std::unique_ptr<ZOOM_connection_p, FreeWith<ZOOM_connection_destroy>>;
using Options = std::unique_ptr<ZOOM_options_p, FreeWith<ZOOM_options_destroy>>;
using Query = std::unique_ptr<ZOOM_query_p, FreeWith<ZOOM_query_destroy>>;
using ResultSet = std::unique_ptr<ZOOM_resultset_p, FreeWith<ZOOM_resultset_destroy>>;

Options options_for(const Catalogue& c, const std::string& secret) {
  Options options(ZOOM_options_create());
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) ZOOM_options_set(options.get(), name, value.c_str());
  };
  set("databaseName", c.database.empty() ? "Default" : c.database);
  set("preferredRecordSyntax", c.syntax);
  set("elementSetName", c.syntax == "xml" ? "marcxml" : "F");
  set("user", c.user);
  set("password", c.user.empty() ? "" : secret);
  // Whole seconds, for each answer that is waited for.
  set("timeout", std::to_string(static_cast<int>(std::ceil(c.timeout_s))));
  set("implementationName", "linka");
  if (c.query_charset != "utf-8") set("rpnCharset", c.query_charset);
  return options;
}

// What ZOOM says went wrong; nothing when all is well. Codes of ZOOM itself are 10000 and above,
// those below are diagnostics of the server (bib-1).
Result<void> judged(ZOOM_connection connection, const Catalogue& c) {
  const char *words = nullptr, *more = nullptr;
  const int code = ZOOM_connection_error(connection, &words, &more);
  const std::string detail = clean_utf8(more == nullptr ? "" : more);
  switch (code) {
    case ZOOM_ERROR_NONE:
      return {};
    case ZOOM_ERROR_CONNECT:
      return fail(ErrorKind::io, "{} is not reached", c.address);
    case ZOOM_ERROR_TIMEOUT:
      return fail(ErrorKind::io, "{} did not answer within {} s", c.address, c.timeout_s);
    case ZOOM_ERROR_CONNECTION_LOST:
      return fail(ErrorKind::io, "{} ended the connection without an answer", c.address);
    case ZOOM_ERROR_INIT:
      return fail(ErrorKind::configuration, "{} refuses the connection (user or secret)",
                  c.address);
    case 109:
    case 235:
      return fail(ErrorKind::configuration, "{} has no database \"{}\" for us", c.address,
                  c.database);
    case 114:
    case 121:
      return fail(ErrorKind::configuration, "{} does not search by that attribute ({} {})",
                  c.address, code, detail);
    default:
      break;
  }
  const std::string sentence = clean_utf8(words == nullptr ? "" : words);
  return fail(code >= ZOOM_ERROR_CONNECT ? ErrorKind::io : ErrorKind::unsupported,
              "{} answers with the diagnostic {}: {} {}", c.address, code, sentence, detail);
}

std::string number_of(const MarcRecord& marc) {
  return trimmed(marc.control("001"));
}

Result<Hit> hit_from(ZOOM_record record, const Catalogue& c, std::vector<std::string>& notes) {
  const char *words = nullptr, *more = nullptr, *set = nullptr;
  if (const int code = ZOOM_record_error(record, &words, &more, &set); code != 0)
    return fail(ErrorKind::unsupported, "{} gives no record but the diagnostic {}: {}", c.address,
                code, clean_utf8(words == nullptr ? "" : words));
  int length = 0;
  const char* raw = ZOOM_record_get(record, "raw", &length);
  if (raw == nullptr)
    return fail(ErrorKind::unsupported, "{} gives a record that is not of MARC 21", c.address);
  const std::string_view bytes(
      raw, length < 0 ? std::string_view(raw).size() : static_cast<std::size_t>(length));
  if (bytes.starts_with('<')) {
    auto records = marc_in_xml({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (!records) return pass(records);
    if (records->empty())
      return fail(ErrorKind::bad_input, "{} gives XML without a MARC record", c.address);
    return Hit{records->front(), number_of(records->front())};
  }
  auto marc = marc_from_iso2709(bytes, c.charset, notes);
  if (!marc) return pass(marc);
  return Hit{*marc, number_of(*marc)};
}

}  // namespace

Result<Found> look_up_z3950(const Catalogue& c, const std::string& query,
                            const std::string& secret) {
  const Query parsed(ZOOM_query_create());
  if (ZOOM_query_prefix(parsed.get(), query.c_str()) != 0)
    return fail(ErrorKind::configuration, "the query of {} is no PQF: {}", c.id, query);
  const Options options = options_for(c, secret);
  const Connection connection(ZOOM_connection_create(options.get()));
  ZOOM_connection_connect(connection.get(), c.address.c_str(), 0);
  if (const auto connected = judged(connection.get(), c); !connected) return pass(connected);
  const ResultSet set(ZOOM_connection_search(connection.get(), parsed.get()));
  if (const auto searched = judged(connection.get(), c); !searched) return pass(searched);

  Found found;
  found.total = ZOOM_resultset_size(set.get());
  const std::size_t wanted = std::min(found.total, c.most);
  std::vector<ZOOM_record> records(wanted, nullptr);
  if (wanted > 0) ZOOM_resultset_records(set.get(), records.data(), 0, wanted);
  if (const auto presented = judged(connection.get(), c); !presented) return pass(presented);
  for (ZOOM_record record : records) {
    if (record == nullptr) break;
    auto hit = hit_from(record, c, found.notes);
    if (!hit) return pass(hit);
    found.hits.push_back(*std::move(hit));
  }
  if (wanted > 0 && found.hits.empty())
    return fail(ErrorKind::unsupported, "{} counts {} records and gives none", c.address,
                found.total);
  return found;
}

}  // namespace linka
