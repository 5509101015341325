// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/http.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "engines/message.h"
#include "http/client.h"

#include <algorithm>

namespace linka {
namespace {

Result<HttpRequest> request_for(const EngineParams& params, const PageRequest& page) {
  HttpRequest request;
  request.method = HttpMethod::post;
  request.url = params.url;
  request.body = page.png;
  request.headers = {{"Content-Type", "image/png"},
                     {"Accept",
                      "application/alto+xml, application/vnd.prima.page+xml, application/xml, "
                      "text/xml"},
                     {"X-Linka-Dpi", std::to_string(page.dpi)},
                     {"X-Linka-Models", page.models}};
  if (!params.token_file.empty()) {
    const auto file = read_text(params.token_file, 1 << 16);
    if (!file)
      return fail(ErrorKind::resource, "the engine's token cannot be read: {}",
                  file.error().message);
    request.token = trimmed(file->substr(0, file->find('\n')));
  }
  return request;
}

// Reading a page twice does no harm, so that its post may be repeated.
HttpLimits limits_for(const EngineParams& params, std::int64_t deadline_ms) {
  HttpLimits limits;
  limits.deadline_ms = std::max<std::int64_t>(1, deadline_ms - steady_ms());
  limits.most_bytes = static_cast<std::size_t>(params.max_answer_mib) << 20;
  limits.repeats = params.retries;
  limits.repeat_posts = true;
  return limits;
}

// application/xml, text/xml, application/alto+xml ...; none at all is left to the XML parser.
bool may_be_xml(const std::string& type) {
  return type.empty() || type == "application/xml" || type == "text/xml" || type.ends_with("+xml");
}

Result<Bytes> judged(const EngineParams& params, HttpOutcome outcome) {
  switch (outcome.fault) {
    case HttpFault::none:
      break;
    case HttpFault::too_large:
      return fail(ErrorKind::unsupported, "the engine's answer is larger than the {} MiB allowed",
                  params.max_answer_mib);
    case HttpFault::late:
      return fail(ErrorKind::resource, "{} did not answer in time", params.url);
    case HttpFault::partial:
      return fail(ErrorKind::unsupported, "the answer of {} broke off", params.url);
    case HttpFault::stopped:
      return fail(ErrorKind::cancelled, "nobody waits for this page any more");
    default:
      return fail(ErrorKind::resource, "{} cannot be asked: {}", params.url, outcome.reason);
  }
  HttpAnswer& answer = outcome.answer;
  if (answer.status != 200)
    return fail(is_busy_status(answer.status) ? ErrorKind::resource : ErrorKind::unsupported,
                "{} answers with status {}", params.url, answer.status);
  if (!may_be_xml(answer.type))
    return fail(ErrorKind::unsupported, "{} answers with {} instead of XML", params.url,
                clean_utf8(answer.type));
  if (answer.body.empty())
    return fail(ErrorKind::unsupported, "the engine's answer is empty{}", "");
  return std::move(answer.body);
}

}  // namespace

Result<Bytes> ask_service(const EngineParams& params, const PageRequest& page,
                          std::int64_t deadline_ms, const std::function<bool()>& stop) {
  const auto request = request_for(params, page);
  if (!request) return pass(request);
  return judged(params, http_try(*request, limits_for(params, deadline_ms), stop));
}

}  // namespace linka
