// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client.h"

#include "base/clock.h"
#include "base/handle.h"
#include "base/text.h"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace linka {
namespace {

using Curl = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using CurlUrl = std::unique_ptr<CURLU, FreeWith<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeWith<curl_free>>;
using HeaderList = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;

constexpr std::int64_t longest_wait_ms = 10'000;
constexpr std::size_t most_header_bytes = 256 << 10;

// What the library's callbacks fill.
struct Call {
  const HttpStop* stop = nullptr;
  std::size_t most = 0;
  std::size_t header_bytes = 0;
  bool too_much = false;
  HttpHeaders headers;
  Bytes body;
};

std::size_t on_body(const char* data, std::size_t size, std::size_t n, void* call_) {
  auto& call = *static_cast<Call*>(call_);
  const std::size_t bytes = size * n;
  if (call.body.size() + bytes > call.most) {
    call.too_much = true;
    return 0;
  }
  call.body.insert(call.body.end(), data, data + bytes);
  return bytes;
}

std::size_t on_header(const char* data, std::size_t size, std::size_t n, void* call_) {
  auto& call = *static_cast<Call*>(call_);
  const std::string_view line(data, size * n);
  call.header_bytes += line.size();
  if (call.header_bytes > most_header_bytes) {
    call.too_much = true;
    return 0;
  }
  // The first line of every answer, also of one that only redirects.
  if (line.starts_with("HTTP/")) call.headers.clear();
  if (const std::size_t colon = line.find(':'); colon != std::string_view::npos)
    call.headers.emplace_back(lower_ascii(trimmed(line.substr(0, colon))),
                              trimmed(line.substr(colon + 1)));
  return line.size();
}

int on_progress(void* call_, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& call = *static_cast<Call*>(call_);
  return *call.stop && (*call.stop)() ? 1 : 0;
}

HeaderList header_list(const HttpRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no pause before the body
  for (const auto& [name, value] : request.headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  return HeaderList(list);
}

void set_method(CURL* c, const HttpRequest& request) {
  const bool has_body = request.method == HttpMethod::post || request.method == HttpMethod::put;
  if (has_body) {
    static const char nothing[] = "";
    curl_easy_setopt(c, CURLOPT_POST, 1L);
    curl_easy_setopt(
        c, CURLOPT_POSTFIELDS,
        request.body.empty() ? nothing : reinterpret_cast<const char*>(request.body.data()));
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == HttpMethod::head) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  if (request.method == HttpMethod::put) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
  if (request.method == HttpMethod::remove) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "DELETE");
}

void set_credentials(CURL* c, const HttpRequest& request) {
  if (!request.token.empty()) {
    curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, request.token.c_str());
  } else if (!request.user.empty()) {
    curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(c, CURLOPT_USERNAME, request.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, request.password.c_str());
  }
}

void set_limits(CURL* c, const HttpLimits& limits, std::int64_t left_ms) {
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, limits.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(c, CURLOPT_MAXREDIRS, static_cast<long>(limits.redirects));
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(left_ms));
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::clamp<std::int64_t>(limits.connect_ms, 1, left_ms)));
}

HttpFault fault_of(CURLcode code, const Call& call) {
  if (call.too_much) return HttpFault::too_large;
  switch (code) {
    case CURLE_OK:
      return HttpFault::none;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return HttpFault::bad_address;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpFault::not_reached;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return HttpFault::not_trusted;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFault::late;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
      return HttpFault::dropped;
    case CURLE_RECV_ERROR:
      return call.body.empty() ? HttpFault::dropped : HttpFault::partial;
    case CURLE_PARTIAL_FILE:
      return HttpFault::partial;
    case CURLE_ABORTED_BY_CALLBACK:
      return HttpFault::stopped;
    default:
      return HttpFault::other;
  }
}

HttpOutcome try_once(const HttpRequest& request, const HeaderList& headers,
                     const HttpLimits& limits, std::int64_t deadline_ms, const HttpStop& stop) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)ready;
  HttpOutcome outcome;
  const Curl curl(curl_easy_init());
  Call call{&stop, limits.most_bytes, 0, false, {}, {}};
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_USERAGENT, "linka/" LINKA_VERSION);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  set_method(c, request);
  set_credentials(c, request);
  set_limits(c, limits, std::max<std::int64_t>(1, deadline_ms - steady_ms()));
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &call);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &call);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &call);
  const CURLcode code = curl_easy_perform(c);
  outcome.fault = fault_of(code, call);
  outcome.reason = code == CURLE_OK ? "" : curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  outcome.answer.status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
  const std::string whole = type != nullptr ? type : "";
  outcome.answer.type = lower_ascii(trimmed(whole.substr(0, whole.find(';'))));
  curl_off_t seconds = 0;
  curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &seconds);
  outcome.answer.retry_after_ms =
      static_cast<std::int64_t>(std::clamp<curl_off_t>(seconds, 0, 1'000'000)) * 1000;
  outcome.answer.headers = std::move(call.headers);
  outcome.answer.body = std::move(call.body);
  return outcome;
}

bool is_worth_a_try(const HttpOutcome& outcome) {
  return outcome.fault == HttpFault::not_reached || outcome.fault == HttpFault::dropped ||
         (outcome.fault == HttpFault::none && is_busy_status(outcome.answer.status));
}

// False when it was not waited to the end.
bool pause_for(std::int64_t ms, std::int64_t deadline_ms, const HttpStop& stop) {
  const std::int64_t until = steady_ms() + ms;
  if (until >= deadline_ms) return false;
  while (steady_ms() < until) {
    if (stop && stop()) return false;
    ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(until - steady_ms(), 1, 50)));
  }
  return true;
}

}  // namespace

std::string header_of(const HttpAnswer& answer, std::string_view name) {
  for (const auto& [known, value] : answer.headers)
    if (known == name) return value;
  return {};
}

bool is_busy_status(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

HttpOutcome http_try(const HttpRequest& request, const HttpLimits& limits, const HttpStop& stop) {
  const HeaderList headers = header_list(request);
  const std::int64_t deadline_ms = steady_ms() + std::max<std::int64_t>(1, limits.deadline_ms);
  const bool once = request.method == HttpMethod::post && !limits.repeat_posts;
  std::int64_t pause = limits.first_wait_ms;
  for (int tried = 1;; ++tried) {
    HttpOutcome outcome = try_once(request, headers, limits, deadline_ms, stop);
    outcome.answer.tries = tried;
    if (once || tried > limits.repeats || !is_worth_a_try(outcome)) return outcome;
    if (!pause_for(std::max(pause, outcome.answer.retry_after_ms), deadline_ms, stop))
      return outcome;
    pause = std::min(2 * pause, longest_wait_ms);
  }
}

Result<HttpAnswer> http_ask(const HttpRequest& request, const HttpLimits& limits,
                            const HttpStop& stop) {
  HttpOutcome outcome = http_try(request, limits, stop);
  const std::string host = host_of(request.url);
  switch (outcome.fault) {
    case HttpFault::none:
      return std::move(outcome.answer);
    case HttpFault::bad_address:
      return fail(ErrorKind::configuration, "the address of {} is not one of http or https",
                  host.empty() ? "?" : host);
    case HttpFault::not_reached:
      return fail(ErrorKind::io, "{} is not reached: {}", host, outcome.reason);
    case HttpFault::not_trusted:
      return fail(ErrorKind::unsupported, "the certificate of {} is not to be trusted: {}", host,
                  outcome.reason);
    case HttpFault::late:
      return fail(ErrorKind::io, "{} did not answer within {} s", host,
                  static_cast<double>(limits.deadline_ms) / 1000);
    case HttpFault::dropped:
      return fail(ErrorKind::io, "{} ended the connection without an answer", host);
    case HttpFault::partial:
      return fail(ErrorKind::io, "the answer of {} broke off", host);
    case HttpFault::too_large:
      return fail(ErrorKind::unsupported, "the answer of {} is larger than the {} MiB allowed",
                  host, static_cast<double>(limits.most_bytes) / (1 << 20));
    case HttpFault::stopped:
      return fail(ErrorKind::cancelled, "the call to {} was stopped", host);
    case HttpFault::other:
      break;
  }
  return fail(ErrorKind::unsupported, "{} cannot be asked: {}", host, outcome.reason);
}

std::string host_of(const std::string& url) {
  const CurlUrl parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return {};
  char *host = nullptr, *port = nullptr;
  curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0);
  curl_url_get(parsed.get(), CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT);
  const CurlText own_host(host), own_port(port);
  std::string out = host != nullptr ? host : "";
  if (port != nullptr) out += std::string(":") + port;
  return clean_utf8(out);
}

std::string url_escaped(std::string_view text) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

}  // namespace linka
