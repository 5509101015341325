// SPDX-License-Identifier: GPL-3.0-or-later
// One Kramerius server: its administration and its client API, asked with a token that is renewed
// when it is refused. What the answers mean is the callers' business.
#pragma once

#include "delivery/targets.h"
#include "http/client.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What became of one question.
enum class Heard {
  answered,     // 2xx
  not_there,    // 404
  no_rights,    // 401 or 403, also with a new token
  refused,      // another 4xx: the same question fails again
  passing,      // busy, broken off, late, 5xx, a page for people where data was due: may have
                // reached the server
  not_reached,  // the question never arrived
  stopped       // by the caller
};

struct Reply {
  Heard heard = Heard::passing;
  int status = 0;       // 0: no answer at all
  std::string message;  // what the server or the library says against it, a line
  std::string type;     // Content-Type
  Bytes body;
  nlohmann::json document;  // discarded when the answer is no JSON
  Error login;              // why there is no token, with its message; else empty
  bool good() const { return heard == Heard::answered; }
};
// "404 object not found", "not reached: ...": a line for a person.
std::string words_for(const Reply& reply);
// The error that says it. `what`: the subject of the sentence, "the process".
Error error_of(const Reply& reply, const std::string& what);

class KrameriusServer {
 public:
  // Secrets are read here, once. Error configuration.
  static Result<KrameriusServer> open(const Target& target, HttpStop stop = {});

  const Target& target() const { return target_; }
  // `path` below <server>/search/api: "/admin/v7.0/processes". With a token when the target has a
  // login.
  Reply get(const std::string& path);
  // Answers to be JSON; a page of HTML with status 200 counts as passing.
  Reply get_json(const std::string& path);
  Reply head(const std::string& path);
  Reply post_json(const std::string& path, const nlohmann::json& body);
  // An address outside the API, without a token.
  Reply get_outside(const std::string& url);

  // What /info says; asked once. Errors: io, unsupported.
  struct Info {
    std::string version, instance;
    bool v72 = true;  // else the manners of 7.0 and 7.1
  };
  Result<Info> info();
  // A new token for sure. Errors: configuration (user, password or secret are wrong), io.
  Result<void> log_in();

  bool stopped() const { return stop_ && stop_(); }
  // Waits; false when stopped meanwhile.
  bool pause(double seconds) const;

 private:
  KrameriusServer(Target target, HttpStop stop)
      : target_(std::move(target)), stop_(std::move(stop)) {}
  Reply ask(HttpMethod method, const std::string& path, const nlohmann::json* body);
  Reply once(HttpMethod method, const std::string& url, const nlohmann::json* body,
             const std::string& token);
  HttpRequest token_request(std::string& form) const;
  bool token_is_old() const;

  Target target_;
  HttpStop stop_;
  std::string password_, client_secret_, token_;
  double token_until_s_ = 0;
  std::vector<Info> info_;  // none or one
};

}  // namespace linka
