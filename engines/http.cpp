// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/http.h"

#include "base/files.h"
#include "base/handle.h"
#include "base/text.h"
#include "engines/message.h"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace linka {
namespace {

using Curl = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using Headers = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;

constexpr std::int64_t first_wait_ms = 250;  // doubles from try to try
constexpr std::int64_t longest_wait_ms = 10'000;
constexpr std::int64_t connect_ms = 10'000;

struct Call {
  const std::function<bool()>* stop = nullptr;
  std::size_t most = 0;
  bool too_much = false;
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

int on_progress(void* call, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Call*>(call)->stop)() ? 1 : 0;
}

struct Answer {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string type;  // Content-Type, lower case, without parameters
  std::int64_t retry_after_ms = 0;
  bool too_much = false;
  Bytes body;
};

Result<Headers> headers_for(const EngineParams& params, const PageRequest& page) {
  std::vector<std::string> lines = {
      "Content-Type: image/png",
      "Accept: application/alto+xml, application/vnd.prima.page+xml, application/xml, text/xml",
      "Expect:",  // no pause before the body
      "X-Linka-Dpi: " + std::to_string(page.dpi), "X-Linka-Models: " + page.models};
  if (!params.token_file.empty()) {
    const auto file = read_text(params.token_file, 1 << 16);
    if (!file)
      return fail(ErrorKind::resource, "the engine's token cannot be read: {}",
                  file.error().message);
    lines.push_back("Authorization: Bearer " + trimmed(file->substr(0, file->find('\n'))));
  }
  curl_slist* list = nullptr;
  for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
  return Headers(list);
}

Answer call_once(const EngineParams& params, const PageRequest& page, const Headers& headers,
                 std::int64_t deadline_ms, const std::function<bool()>& stop) {
  Answer answer;
  const Curl curl(curl_easy_init());
  Call call{&stop, static_cast<std::size_t>(params.max_answer_mib) << 20, false, {}};
  const std::int64_t left = std::max<std::int64_t>(1, deadline_ms - now_ms());
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, params.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_POST, 1L);
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, page.png.data());
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(page.png.size()));
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_USERAGENT, "linka");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(left));
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(left, connect_ms)));
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &call);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &call);
  answer.code = curl_easy_perform(c);
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer.status);
  const char* type = nullptr;
  curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
  const std::string whole = type != nullptr ? type : "";
  answer.type = lower_ascii(trimmed(whole.substr(0, whole.find(';'))));
  curl_off_t seconds = 0;
  curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &seconds);
  answer.retry_after_ms = static_cast<std::int64_t>(seconds) * 1000;
  answer.too_much = call.too_much;
  answer.body = std::move(call.body);
  return answer;
}

bool is_busy(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

bool is_worth_a_try(const Answer& a) {
  switch (a.code) {
    case CURLE_OK:
      return is_busy(a.status);
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
      return true;
    case CURLE_RECV_ERROR:
      return a.body.empty() && !a.too_much;
    default:
      return false;
  }
}

// application/xml, text/xml, application/alto+xml ...; none at all is left to the XML parser.
bool may_be_xml(const std::string& type) {
  return type.empty() || type == "application/xml" || type == "text/xml" || type.ends_with("+xml");
}

Result<Bytes> judged(const EngineParams& params, Answer a) {
  if (a.too_much)
    return fail(ErrorKind::unsupported, "the engine's answer is larger than the {} MiB allowed",
                params.max_answer_mib);
  switch (a.code) {
    case CURLE_OK:
      break;
    case CURLE_OPERATION_TIMEDOUT:
      return fail(ErrorKind::resource, "{} did not answer in time", params.url);
    case CURLE_PARTIAL_FILE:
      return fail(ErrorKind::unsupported, "the answer of {} broke off", params.url);
    case CURLE_ABORTED_BY_CALLBACK:
      return fail(ErrorKind::cancelled, "nobody waits for this page any more");
    default:
      return fail(ErrorKind::resource, "{} cannot be asked: {}", params.url,
                  curl_easy_strerror(a.code));
  }
  if (a.status != 200)
    return fail(is_busy(a.status) ? ErrorKind::resource : ErrorKind::unsupported,
                "{} answers with status {}", params.url, a.status);
  if (!may_be_xml(a.type))
    return fail(ErrorKind::unsupported, "{} answers with {} instead of XML", params.url,
                clean_utf8(a.type));
  if (a.body.empty()) return fail(ErrorKind::unsupported, "the engine's answer is empty{}", "");
  return std::move(a.body);
}

// False when it was not waited to the end.
bool pause_for(std::int64_t ms, std::int64_t deadline_ms, const std::function<bool()>& stop) {
  const std::int64_t until = now_ms() + ms;
  if (until >= deadline_ms) return false;
  while (now_ms() < until) {
    if (stop()) return false;
    ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(until - now_ms(), 1, 50)));
  }
  return true;
}

}  // namespace

Result<Bytes> ask_service(const EngineParams& params, const PageRequest& page,
                          std::int64_t deadline_ms, const std::function<bool()>& stop) {
  const auto headers = headers_for(params, page);
  if (!headers) return pass(headers);
  std::int64_t pause = first_wait_ms;
  for (int tried = 0;; ++tried) {
    Answer answer = call_once(params, page, *headers, deadline_ms, stop);
    if (tried >= params.retries || !is_worth_a_try(answer))
      return judged(params, std::move(answer));
    if (!pause_for(std::max(pause, answer.retry_after_ms), deadline_ms, stop))
      return judged(params, std::move(answer));
    pause = std::min(2 * pause, longest_wait_ms);
  }
}

}  // namespace linka
