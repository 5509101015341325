// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/client.h"

#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_reader.h"
#include "model/record.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;
constexpr std::size_t longest_said = 300;
constexpr const char* scope_id = "/registrarScopeIdentifiers/uuid";

std::string said(std::string text) {
  text = clean_utf8(trimmed(text));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (text.size() > longest_said) text = clean_utf8(text.substr(0, longest_said)) + "...";
  return text;
}

// The resolver's own answer, when the body is one.
std::optional<XmlDocument> response_in(const HttpAnswer& answer) {
  const std::string_view text(reinterpret_cast<const char*>(answer.body.data()),
                              answer.body.size());
  if (text.find("<!DOCTYPE") != std::string_view::npos) return std::nullopt;
  auto document = XmlDocument::parse(answer.body);
  if (!document || document->root().name() != "response") return std::nullopt;
  return std::optional<XmlDocument>(std::move(*document));
}

std::string urn_in(const XmlElement& element) {
  return lower_ascii(element.child("urnNbn").child("value").text());
}

std::size_t count_in(const std::string& text) {
  std::size_t out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    out = std::min<std::size_t>(out * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
  }
  return out;
}

// In an address the colons of a URN:NBN stay.
std::string in_path(const std::string& urn) {
  std::string out;
  for (const char c : urn) out += c == ':' ? std::string(1, c) : url_escaped({&c, 1});
  return out;
}

// A look-up answers with the document; our own uuid stands among its identifiers.
UrnDocument document_in(const XmlElement& element) {
  UrnDocument out;
  out.urn = urn_in(element);
  for (const XmlElement& id : element.descendants("id"))
    if (id.parent().name() == "registrarScopeIdentifiers" && id.attribute("type") == "uuid")
      out.uuid = id.text();
  for (const XmlElement& instance : element.descendants("digitalInstance"))
    if (const std::string url = instance.child("url").text(); !url.empty())
      out.instance_urls.push_back(url);
  return out;
}

std::vector<std::string> urns_below(const XmlElement& element) {
  std::vector<std::string> out;
  for (const XmlElement& one : element.children("urnNbn")) {
    const XmlElement value = one.child("value");
    const std::string urn = lower_ascii(value ? value.text() : one.text());
    if (is_urnnbn(urn)) out.push_back(urn);
  }
  return out;
}

std::vector<std::string> neighbours(const XmlElement& urn, const char* name) {
  std::vector<std::string> out;
  for (const XmlElement& one : urn.descendants(name)) {
    const std::string value = lower_ascii(trimmed(one.attribute("value")));
    out.push_back(!value.empty() ? value : lower_ascii(one.text()));
  }
  return out;
}

}  // namespace

struct UrnClient::Answer {
  UrnEnd end = UrnEnd::unknown;
  int status = 0;
  std::optional<XmlDocument> document;
  UrnRefusal refusal;
  std::string reason;
};

UrnClient::UrnClient(Resolver resolver, std::string password, HttpStop stop)
    : resolver_(std::move(resolver)), password_(std::move(password)), stop_(std::move(stop)) {}

UrnClient::Answer UrnClient::ask(HttpMethod method, const std::string& path,
                                 const std::string& body) const {
  HttpRequest request;
  request.method = method;
  request.url = resolver_.address + path;
  request.headers = {{"Accept", "application/xml"}};
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/xml; charset=UTF-8");
  request.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
  request.user = resolver_.user;
  request.password = password_;
  HttpLimits limits;
  limits.deadline_ms = static_cast<std::int64_t>(resolver_.timeout_s * 1000);
  limits.connect_ms = static_cast<std::int64_t>(resolver_.connect_s * 1000);
  limits.most_bytes = most_bytes;
  limits.repeats = method == HttpMethod::get ? 2 : 0;
  const HttpOutcome outcome = http_try(request, limits, stop_);
  const std::string host = host_of(resolver_.address);

  Answer out;
  switch (outcome.fault) {
    case HttpFault::none:
      break;
    case HttpFault::bad_address:
    case HttpFault::not_reached:
    case HttpFault::not_trusted:
      out.end = UrnEnd::unsent;
      out.reason = say(tr("{} is not reached: {}"), host, said(outcome.reason));
      return out;
    default:
      out.reason = say(tr("{} gave no whole answer: {}"), host, said(outcome.reason));
      return out;
  }
  out.status = outcome.answer.status;
  out.document = response_in(outcome.answer);
  if (out.status >= 200 && out.status < 300) {
    // To change or remove something may be answered without words.
    const bool wordless =
        outcome.answer.body.empty() && (method == HttpMethod::put || method == HttpMethod::remove);
    out.end = out.document || wordless ? UrnEnd::done : UrnEnd::unknown;
    if (out.end != UrnEnd::done)
      out.reason = say(tr("{} answers with something that is none of its messages (status {})"),
                       host, out.status);
    return out;
  }
  out.refusal.status = out.status;
  if (out.document) {
    const XmlElement error = out.document->root().child("error");
    out.refusal.code = said(error.child("code").text());
    out.refusal.message = said(error.child("message").text());
  }
  // A gateway's answer or a failure says nothing about what the resolver did.
  if (out.status >= 500 || is_busy_status(out.status)) {
    out.end = UrnEnd::unknown;
    out.reason = out.refusal.words();
    return out;
  }
  out.end = UrnEnd::refused;
  return out;
}

template <class T>
UrnReply<T> UrnClient::reply_of(const Answer& answer) const {
  UrnReply<T> out;
  out.end = answer.end;
  out.refusal = answer.refusal;
  out.reason = answer.reason;
  return out;
}

UrnReply<std::optional<UrnDocument>> UrnClient::find(const std::string& uuid) const {
  const Answer answer =
      ask(HttpMethod::get, "/registrars/" + url_escaped(resolver_.registrar) +
                               "/digitalDocuments/registrarScopeIdentifier/uuid/" +
                               url_escaped(uuid) + "?format=xml");
  auto out = reply_of<std::optional<UrnDocument>>(answer);
  if (answer.end == UrnEnd::refused && answer.status == 404 &&
      answer.refusal.code == "UNKNOWN_DIGITAL_DOCUMENT") {
    out.end = UrnEnd::done;
    return out;
  }
  if (out.end != UrnEnd::done) return out;
  UrnDocument document = document_in(answer.document->root().child("digitalDocument"));
  if (!is_urnnbn(document.urn)) {
    out.end = UrnEnd::unknown;
    out.reason = say(tr("{} tells of a document without a URN:NBN"), host_of(resolver_.address));
    return out;
  }
  out.value = std::move(document);
  return out;
}

UrnReply<UrnDocument> UrnClient::document(const std::string& urn) const {
  const Answer answer = ask(HttpMethod::get, "/resolver/" + in_path(urn) + "?format=xml");
  auto out = reply_of<UrnDocument>(answer);
  if (out.end == UrnEnd::done)
    out.value = document_in(answer.document->root().child("digitalDocument"));
  return out;
}

UrnReply<UrnState> UrnClient::state(const std::string& urn) const {
  const Answer answer = ask(HttpMethod::get, "/urnnbn/" + in_path(urn) + "?format=xml");
  auto out = reply_of<UrnState>(answer);
  if (out.end != UrnEnd::done) return out;
  const XmlElement element = answer.document->root().child("urnNbn");
  out.value.urn = lower_ascii(element.child("value").text());
  out.value.status = said(element.child("status").text());
  out.value.predecessors = neighbours(element, "predecessor");
  out.value.successors = neighbours(element, "successor");
  if (!out.value.status.empty()) return out;
  out.end = UrnEnd::unknown;
  out.reason = say(tr("{} does not tell the state of {}"), host_of(resolver_.address), urn);
  return out;
}

UrnReply<UrnRegistrar> UrnClient::registrar() const {
  const Answer answer =
      ask(HttpMethod::get, "/registrars/" + url_escaped(resolver_.registrar) + "?format=xml");
  auto out = reply_of<UrnRegistrar>(answer);
  if (out.end != UrnEnd::done) return out;
  const XmlElement element = answer.document->root().child("registrar");
  out.value.code = lower_ascii(element.attribute("code"));
  if (out.value.code.empty()) out.value.code = lower_ascii(element.child("code").text());
  out.value.name = said(element.child("name").text());
  for (const XmlElement& library : element.descendants("digitalLibrary"))
    out.value.libraries.emplace_back(library.attribute("id"), said(library.child("name").text()));
  return out;
}

UrnReply<UrnReservations> UrnClient::reservations() const {
  const Answer answer = ask(HttpMethod::get, "/registrars/" + url_escaped(resolver_.registrar) +
                                                 "/urnNbnReservations?format=xml");
  auto out = reply_of<UrnReservations>(answer);
  if (out.end != UrnEnd::done) return out;
  const XmlElement element = answer.document->root().child("urnNbnReservations");
  out.value.most = count_in(element.child("maxReservationSize").text());
  out.value.usual = count_in(element.child("defaultReservationSize").text());
  out.value.reserved = urns_below(element.child("reserved"));
  return out;
}

UrnReply<std::string> UrnClient::register_document(const std::string& message) const {
  const Answer answer =
      ask(HttpMethod::post, "/registrars/" + url_escaped(resolver_.registrar) + "/digitalDocuments",
          message);
  auto out = reply_of<std::string>(answer);
  if (out.end != UrnEnd::done) return out;
  out.value = urn_in(answer.document->root());
  if (is_urnnbn(out.value)) return out;
  out.end = UrnEnd::unknown;
  out.reason = say(tr("{} answers without a URN:NBN"), host_of(resolver_.address));
  return out;
}

UrnReply<std::vector<std::string>> UrnClient::reserve(std::size_t count) const {
  const Answer answer =
      ask(HttpMethod::post, "/registrars/" + url_escaped(resolver_.registrar) +
                                "/urnNbnReservations?size=" + std::to_string(count));
  auto out = reply_of<std::vector<std::string>>(answer);
  if (out.end != UrnEnd::done) return out;
  out.value = urns_below(answer.document->root().child("urnNbnReservation"));
  std::erase_if(out.value,
                [&](const std::string& urn) { return registrar_of(urn) != resolver_.registrar; });
  if (!out.value.empty()) return out;
  out.end = UrnEnd::unknown;
  out.reason = say(tr("{} reserved no URN:NBN of the registrar {}"), host_of(resolver_.address),
                   resolver_.registrar);
  return out;
}

UrnReply<bool> UrnClient::complete(const std::string& urn, const std::string& message) const {
  return reply_of<bool>(ask(HttpMethod::put, "/resolver/" + in_path(urn), message));
}

UrnReply<bool> UrnClient::add_instance(const std::string& urn, const std::string& message) const {
  return reply_of<bool>(
      ask(HttpMethod::post, "/resolver/" + in_path(urn) + "/digitalInstances", message));
}

UrnReply<bool> UrnClient::release_uuid(const std::string& urn) const {
  return reply_of<bool>(ask(HttpMethod::remove, "/resolver/" + in_path(urn) + scope_id));
}

}  // namespace linka
