// SPDX-License-Identifier: GPL-3.0-or-later
// There is no uniform sign that a token is over: 401, and 403 that speaks of "not_logged" or "not
// allowed", count as "perhaps". Then a new one is fetched once and the question asked again; a
// second refusal is a lack of rights.
#include "delivery/server.h"

#include "base/clock.h"
#include "base/text.h"

#include <poll.h>

#include <algorithm>

namespace linka {
namespace {

using nlohmann::json;

constexpr double token_margin_s = 10;   // a token is not used in its last seconds
constexpr std::size_t most_said = 300;  // signs of a server's sentence that are shown

std::string one_line(std::string_view text) {
  std::string out = clean_utf8(text.substr(0, most_said));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return trimmed(out);
}

// {"message": "..."} of Kramerius, {"error_description": "..."} of Keycloak.
std::string message_in(const json& document) {
  if (!document.is_object()) return {};
  for (const char* key : {"message", "error_description", "error"})
    if (const auto it = document.find(key); it != document.end() && it->is_string())
      return one_line(it->get<std::string>());
  return {};
}

Reply reply_of(HttpOutcome outcome) {
  Reply reply;
  reply.status = outcome.answer.status;
  reply.type = outcome.answer.type;
  reply.document = json(json::value_t::discarded);
  switch (outcome.fault) {
    case HttpFault::none:
      break;
    case HttpFault::stopped:
      reply.heard = Heard::stopped;
      return reply;
    case HttpFault::not_reached:
    case HttpFault::not_trusted:
    case HttpFault::bad_address:
      reply.heard = Heard::not_reached;
      reply.status = 0;
      reply.message = one_line(outcome.reason);
      return reply;
    default:
      reply.heard = Heard::passing;
      reply.status = 0;
      reply.message = one_line(outcome.reason);
      return reply;
  }
  reply.body = std::move(outcome.answer.body);
  const bool html = reply.type == "text/html";
  if (!html && reply.type.find("json") != std::string::npos)
    reply.document = json::parse(reply.body.begin(), reply.body.end(), nullptr, false);
  reply.message = message_in(reply.document);
  const int s = reply.status;
  if (s >= 200 && s < 300)
    reply.heard = Heard::answered;
  else if (s == 401 || s == 403)
    reply.heard = Heard::no_rights;
  else if (s == 404)
    reply.heard = Heard::not_there;
  else if (s >= 400 && s < 500 && s != 408 && s != 425 && s != 429)
    reply.heard = Heard::refused;
  else
    reply.heard = Heard::passing;
  return reply;
}

bool token_may_be_over(const Reply& reply) {
  return reply.status == 401 ||
         (reply.status == 403 &&
          (reply.message.empty() || reply.message.find("not_logged") != std::string::npos ||
           reply.message.find("not allowed") != std::string::npos));
}

}  // namespace

std::string words_for(const Reply& reply) {
  if (!reply.login.message.empty()) return reply.login.message;
  if (reply.status == 0)
    return reply.message.empty() ? std::string(tr("no answer"))
                                 : say(tr("no answer: {}"), reply.message);
  if (!reply.message.empty()) return say(tr("answer {}: {}"), reply.status, reply.message);
  return say(tr("answer {}"), reply.status);
}

Error error_of(const Reply& reply, const std::string& what) {
  if (!reply.login.message.empty()) return reply.login;
  const std::string sentence = what + ": " + words_for(reply);
  switch (reply.heard) {
    case Heard::stopped:
      return {ErrorKind::cancelled, tr("stopped on request"), "delivery"};
    case Heard::passing:
    case Heard::not_reached:
      return {ErrorKind::io, sentence, "delivery"};
    default:
      return {ErrorKind::unsupported, sentence, "delivery"};
  }
}

Result<KrameriusServer> KrameriusServer::open(const Target& target, HttpStop stop) {
  KrameriusServer server(target, std::move(stop));
  const auto password = read_secret(target.login.password);
  if (!password) return pass(password);
  const auto secret = read_secret(target.login.client_secret);
  if (!secret) return pass(secret);
  server.password_ = *password;
  server.client_secret_ = *secret;
  return server;
}

Reply KrameriusServer::once(HttpMethod method, const std::string& url, const json* body,
                            const std::string& token) {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.token = token;
  std::string text;
  if (body != nullptr) {
    text = body->dump(-1, ' ', false, json::error_handler_t::replace);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
  HttpLimits limits;
  limits.deadline_ms = static_cast<std::int64_t>(target_.timeout_s * 1e3);
  limits.most_bytes = std::size_t{512} << 20;
  limits.repeats = 1;
  return reply_of(http_try(request, limits, stop_));
}

bool KrameriusServer::token_is_old() const {
  return target_.login.grant != Grant::none && (token_.empty() || steady_s() >= token_until_s_);
}

HttpRequest KrameriusServer::token_request(std::string& form) const {
  const Login& login = target_.login;
  HttpRequest request;
  if (login.grant == Grant::through_kramerius) {
    request.url = target_.api() + "/exts/v7.0/tokens/" + url_escaped(login.client_id) +
                  "?secrets=" + url_escaped(client_secret_);
    return request;
  }
  const bool password = login.grant == Grant::password;
  form = std::string("grant_type=") + (password ? "password" : "client_credentials") +
         "&client_id=" + url_escaped(login.client_id);
  if (!client_secret_.empty()) form += "&client_secret=" + url_escaped(client_secret_);
  if (password)
    form += "&username=" + url_escaped(login.user) + "&password=" + url_escaped(password_);
  request.method = HttpMethod::post;
  request.url = login.token_url;
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = {reinterpret_cast<const std::uint8_t*>(form.data()), form.size()};
  return request;
}

Result<void> KrameriusServer::log_in() {
  if (target_.login.grant == Grant::none) return {};
  std::string form;
  HttpLimits limits;
  limits.deadline_ms = static_cast<std::int64_t>(target_.timeout_s * 1e3);
  limits.repeat_posts = true;  // two tokens do no harm
  const Reply reply = reply_of(http_try(token_request(form), limits, stop_));
  const std::string host = host_of(
      target_.login.grant == Grant::through_kramerius ? target_.server : target_.login.token_url);
  if (reply.heard == Heard::stopped) return tl::unexpected(error_of(reply, host));
  if (reply.heard == Heard::passing || reply.heard == Heard::not_reached)
    return fail(ErrorKind::io, "{}: there is no token to be had now: {}", host, words_for(reply));
  const bool has = reply.good() && reply.document.is_object() &&
                   reply.document.contains("access_token") &&
                   reply.document["access_token"].is_string();
  if (reply.good() && !has) return fail(ErrorKind::io, "{}: the answer holds no token", host);
  if (!has)
    return fail(ErrorKind::configuration, "{}: user, password or client are not accepted: {}", host,
                words_for(reply));
  token_ = reply.document["access_token"].get<std::string>();
  double life_s = 60;
  if (const auto it = reply.document.find("expires_in");
      it != reply.document.end() && it->is_number())
    life_s = it->get<double>();
  token_until_s_ = steady_s() + std::max(life_s - token_margin_s, life_s / 2);
  return {};
}

Reply KrameriusServer::ask(HttpMethod method, const std::string& path, const json* body) {
  const auto no_token = [](const Error& error) {
    Reply reply;
    reply.heard = error.kind == ErrorKind::configuration ? Heard::no_rights
                  : error.kind == ErrorKind::cancelled   ? Heard::stopped
                                                         : Heard::not_reached;
    reply.message = error.message;
    reply.login = error;
    reply.document = json(json::value_t::discarded);
    return reply;
  };
  if (token_is_old())
    if (const auto in = log_in(); !in) return no_token(in.error());
  const std::string url = target_.api() + path;
  Reply reply = once(method, url, body, token_);
  if (!token_may_be_over(reply) || target_.login.grant == Grant::none) return reply;
  if (const auto in = log_in(); !in) return no_token(in.error());
  return once(method, url, body, token_);
}

Reply KrameriusServer::get(const std::string& path) {
  return ask(HttpMethod::get, path, nullptr);
}

Reply KrameriusServer::get_json(const std::string& path) {
  Reply reply = get(path);
  if (reply.good() && reply.document.is_discarded()) {
    // Some servers forget the type of what they send.
    if (reply.type != "text/html")
      reply.document = json::parse(reply.body.begin(), reply.body.end(), nullptr, false);
    if (reply.document.is_discarded()) {
      reply.heard = Heard::passing;
      reply.message = tr("a page for people where data was due");
    }
  }
  return reply;
}

Reply KrameriusServer::head(const std::string& path) {
  return ask(HttpMethod::head, path, nullptr);
}

Reply KrameriusServer::post_json(const std::string& path, const json& body) {
  return ask(HttpMethod::post, path, &body);
}

Reply KrameriusServer::get_outside(const std::string& url) {
  return once(HttpMethod::get, url, nullptr, {});
}

Result<KrameriusServer::Info> KrameriusServer::info() {
  if (!info_.empty()) return info_.front();
  const Reply reply = get_json("/client/v7.0/info");
  if (!reply.good()) return tl::unexpected(error_of(reply, host_of(target_.server)));
  Info info;
  const auto text = [&](const char* key) {
    const auto it = reply.document.find(key);
    return reply.document.is_object() && it != reply.document.end() && it->is_string()
               ? one_line(it->get<std::string>())
               : std::string();
  };
  info.version = text("version");
  info.instance = text("instance");
  info.v72 = target_.manners == Manners::v72 ||
             (target_.manners == Manners::ask && !info.version.starts_with("7.0") &&
              !info.version.starts_with("7.1"));
  info_.push_back(info);
  return info;
}

bool KrameriusServer::pause(double seconds) const {
  const double until = steady_s() + seconds;
  for (double left = seconds; left > 0; left = until - steady_s()) {
    if (stopped()) return false;
    ::poll(nullptr, 0, static_cast<int>(std::clamp(left * 1e3, 1.0, 50.0)));
  }
  return !stopped();
}

}  // namespace linka
