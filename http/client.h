// SPDX-License-Identifier: GPL-3.0-or-later
// Asking a server over HTTP, for whoever needs it: engines, catalogues, repositories, resolvers.
// Certificates are always verified. Nothing secret (user, password, token, what stands after the ?
// of an address) ever reaches a message.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

enum class HttpMethod { get, head, post, put, remove };

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;  // http or https
  HttpHeaders headers = {};
  ByteView body = {};  // of a post or put; lives as long as the call
  // Who asks: Basic with user and password, or Bearer with a token; all empty: nobody in
  // particular.
  std::string user = {}, password = {}, token = {};
};

struct HttpLimits {
  std::int64_t deadline_ms = 30'000;  // from the call to its return, repeats and waits included
  std::int64_t connect_ms = 10'000;   // one attempt to connect
  std::size_t most_bytes = std::size_t{16} << 20;  // of an answer's body
  int redirects = 0;                               // how many are followed
  // A request is repeated when the server is busy (429, 502, 503, 504), is not reached, or drops
  // the connection before it answers; after growing waits, or what Retry-After says. A post is
  // repeated only when the caller knows that doing it twice does no harm.
  int repeats = 2;
  bool repeat_posts = false;
  std::int64_t first_wait_ms = 250;  // doubles from try to try
};

struct HttpAnswer {
  int status = 0;
  std::string type;     // Content-Type in lower case, without parameters
  HttpHeaders headers;  // of the last answer, names in lower case
  Bytes body;
  std::int64_t retry_after_ms = 0;
  int tries = 0;
};
// The first header of that name (lower case); "".
std::string header_of(const HttpAnswer& answer, std::string_view name);

// Why there is no answer.
enum class HttpFault {
  none,
  bad_address,
  not_reached,  // no such host, nobody listens, no route
  not_trusted,  // the certificate is not good
  late,
  dropped,  // the connection ended before anything was answered
  partial,  // ... or in the middle
  too_large,
  stopped,  // by the caller
  other
};

struct HttpOutcome {
  HttpFault fault = HttpFault::none;
  std::string reason;  // the library's words for a fault
  HttpAnswer answer;
};

// `stop` is asked a few times a second; true ends the call.
using HttpStop = std::function<bool()>;
HttpOutcome http_try(const HttpRequest& request, const HttpLimits& limits,
                     const HttpStop& stop = {});

// The same for callers who need an answer of any status. Errors, each naming the host: io (not
// reached, too late, broken off), unsupported (too large, no HTTP, certificate not good),
// configuration (the address), cancelled.
Result<HttpAnswer> http_ask(const HttpRequest& request, const HttpLimits& limits,
                            const HttpStop& stop = {});

// Whether a status means that the same request may succeed later.
bool is_busy_status(int status);

// "aleph.example.org" or, with a port that is not the usual one, "aleph.example.org:8443"; what a
// message may show of an address. "" when it is none.
std::string host_of(const std::string& url);
// For the part of an address after the ?: everything but letters, digits and -_.~ as %XX.
std::string url_escaped(std::string_view text);

}  // namespace linka
