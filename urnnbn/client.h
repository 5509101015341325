// SPDX-License-Identifier: GPL-3.0-or-later
// Talking to one resolver of URN:NBN (CZIDLO, API v4). Every request is sent once; only questions
// are repeated when the connection fails. What comes back is untrusted: bounded in size, without
// DTD, never shown as it is. The password never reaches a message.
#pragma once

#include "http/client.h"
#include "urnnbn/answers.h"
#include "urnnbn/resolvers.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace linka {

// How a request ended.
enum class UrnEnd {
  done,
  refused,  // the resolver said no, and did nothing
  unsent,   // it was not reached: nothing was done
  unknown   // no answer that can be understood: it may have been done or not
};

template <class T>
struct UrnReply {
  UrnEnd end = UrnEnd::unknown;
  T value{};
  UrnRefusal refusal;  // of a refused one
  std::string reason;  // of an unsent or unknown one, for people
  // The error of what is not done.
  Error error() const {
    if (end == UrnEnd::refused) return refusal.error();
    return {ErrorKind::io, reason, {}};
  }
};

// A URN:NBN as the resolver tells of it.
struct UrnState {
  std::string urn, status;  // "FREE" "RESERVED" "ACTIVE" "DEACTIVATED"
  std::vector<std::string> predecessors, successors;
};
// A registered document.
struct UrnDocument {
  std::string urn;
  std::string uuid;  // of the registrar-scope identifier
  std::vector<std::string> instance_urls;
};
struct UrnReservations {
  std::size_t most = 0, usual = 0;
  std::vector<std::string> reserved;
};
struct UrnRegistrar {
  std::string code, name;
  std::vector<std::pair<std::string, std::string>> libraries;  // number, name
};

class UrnClient {
 public:
  UrnClient(Resolver resolver, std::string password, HttpStop stop = {});

  const Resolver& resolver() const { return resolver_; }

  // The document that bears our uuid; nothing when none does.
  UrnReply<std::optional<UrnDocument>> find(const std::string& uuid) const;
  UrnReply<UrnDocument> document(const std::string& urn) const;
  UrnReply<UrnState> state(const std::string& urn) const;
  UrnReply<UrnRegistrar> registrar() const;
  UrnReply<UrnReservations> reservations() const;

  // The URN:NBN of the new document. Refused with our own words when the resolver gives one of
  // another registrar.
  UrnReply<std::string> register_document(const std::string& message) const;
  UrnReply<std::vector<std::string>> reserve(std::size_t count) const;
  // Fills what is empty in the resolver's record.
  UrnReply<bool> complete(const std::string& urn, const std::string& message) const;
  UrnReply<bool> add_instance(const std::string& urn, const std::string& message) const;
  // Takes our uuid from a document, so that its successor may bear it.
  UrnReply<bool> release_uuid(const std::string& urn) const;

 private:
  struct Answer;
  Answer ask(HttpMethod method, const std::string& path, const std::string& body = {}) const;
  template <class T>
  UrnReply<T> reply_of(const Answer& answer) const;

  Resolver resolver_;
  std::string password_;
  HttpStop stop_;
};

}  // namespace linka
