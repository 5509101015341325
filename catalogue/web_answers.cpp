// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "catalogue/web.h"

#include <fmt/format.h>

#include <algorithm>

namespace linka::web {
namespace {

constexpr std::size_t most_bytes = std::size_t{8} << 20;  // ten records take some 100 kB
constexpr std::size_t longest_said = 200;

std::string address_of(const Catalogue& c, const Parameters& parameters) {
  std::string url = c.address;
  char between = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : parameters) {
    if (!url.ends_with('?') && !url.ends_with('&')) url += between;
    url += name + "=" + url_escaped(value);
    between = '&';
  }
  return url;
}

}  // namespace

std::string said(std::string text) {
  text = clean_utf8(trimmed(text));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  if (text.size() > longest_said) text = clean_utf8(text.substr(0, longest_said)) + "...";
  return text;
}

Result<void> no_page(const HttpAnswer& answer, const std::string& host) {
  const std::string_view text(reinterpret_cast<const char*>(answer.body.data()),
                              answer.body.size());
  const std::string head = lower_ascii(text.substr(0, 2000));
  if (answer.type != "text/html" && head.find("<html") == std::string::npos &&
      head.find("<!doctype html") == std::string::npos)
    return {};
  return fail(ErrorKind::bad_input, "{} answers with a page for people instead of a record", host);
}

Result<HttpAnswer> fetch(const Catalogue& c, const Parameters& parameters,
                         const std::string& secret, const std::string& accept, const HttpStop& stop,
                         bool also_refused) {
  HttpRequest request;
  request.url = address_of(c, parameters);
  request.headers = {{"Accept", accept}};
  request.user = c.user;
  request.password = c.user.empty() ? std::string{} : secret;
  // A secret without a user is a key (Alma's): in a header, because addresses are logged; in the
  // address only where a server knows no other way.
  if (c.user.empty() && !secret.empty() && !c.key_parameter.empty())
    request.url += (request.url.find('?') == std::string::npos ? '?' : '&') + c.key_parameter +
                   "=" + url_escaped(secret);
  else if (c.user.empty() && !secret.empty())
    request.headers.emplace_back("Authorization", "apikey " + secret);
  HttpLimits limits;
  limits.deadline_ms = static_cast<std::int64_t>(c.timeout_s * 1000);
  limits.connect_ms = static_cast<std::int64_t>(c.connect_s * 1000);
  limits.most_bytes = most_bytes;
  auto answer = http_ask(request, limits, stop);
  if (!answer) return pass(answer);
  const std::string host = host_of(c.address);
  if (answer->status == 401 || answer->status == 403)
    return fail(ErrorKind::configuration, "{} refuses us (status {}): user and secret file?", host,
                answer->status);
  if (answer->status >= 300 && answer->status < 400)
    return fail(ErrorKind::configuration,
                "{} answers with a redirect to {}; the url in the file of catalogues should say it",
                host, host_of(header_of(*answer, "location")));
  if (answer->status != 200 && !(also_refused && answer->status == 400))
    return fail(is_busy_status(answer->status) ? ErrorKind::io : ErrorKind::unsupported,
                "{} answers with status {}", host, answer->status);
  return answer;
}

Result<XmlDocument> fetch_xml(const Catalogue& c, const Parameters& parameters,
                              const std::string& secret, const HttpStop& stop) {
  const auto answer = fetch(c, parameters, secret, "application/xml, text/xml", stop);
  if (!answer) return pass(answer);
  const std::string host = host_of(c.address);
  if (auto fine = no_page(*answer, host); !fine) return pass(fine);
  const std::string_view text(reinterpret_cast<const char*>(answer->body.data()),
                              answer->body.size());
  if (text.find("<!DOCTYPE") != std::string_view::npos)
    return fail(ErrorKind::bad_input, "{} answers with XML that has a DTD; that is not read", host);
  auto document = XmlDocument::parse(answer->body);
  if (!document)
    return fail(ErrorKind::bad_input, "the answer of {} is no XML: {}", host,
                document.error().message);
  return document;
}

std::size_t count_in(const std::string& text) {
  std::size_t value = 0;
  for (const char c : trimmed(text)) {
    if (c < '0' || c > '9') return 0;
    value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(c - '0'), 1'000'000'000);
  }
  return value;
}

XmlElement first_below(const XmlElement& e, std::string_view name) {
  const auto all = e.descendants(name);
  return all.empty() ? XmlElement{} : all.front();
}

Result<std::vector<MarcRecord>> records_in_text(const std::string& packed) {
  if (packed.find("<!DOCTYPE") != std::string::npos)
    return fail(ErrorKind::bad_input, "a packed record has a DTD; that is not read");
  return marc_in_xml({reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size()});
}

Result<std::vector<MarcRecord>> records_below(const XmlElement& envelope) {
  std::vector<MarcRecord> out;
  for (const char* name : {"record", "oai_marc"})
    for (const XmlElement& e : envelope.descendants(name)) {
      if (!e.child("datafield") && !e.child("varfield")) continue;
      auto marc = marc_from_xml(e);
      if (!marc) return pass(marc);
      out.push_back(*std::move(marc));
    }
  if (!out.empty()) return out;
  const std::string packed = envelope.text();
  if (!packed.starts_with('<')) return out;
  return records_in_text(packed);
}

}  // namespace linka::web
