// SPDX-License-Identifier: GPL-3.0-or-later
#include "urnnbn/answers.h"

#include "base/text.h"
#include "base/translate.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::string_view marked(std::string_view english) {
  return english;
}

constexpr int bad_request = 400, unauthorized = 401, forbidden = 403, not_found = 404,
              conflict = 409;

const RefusalCode* row_of(int status, const std::string& code) {
  if (code.empty()) return nullptr;
  const RefusalCode* other_status = nullptr;
  for (const RefusalCode& row : refusal_codes()) {
    const bool same = row.code.ends_with('_') ? code.starts_with(row.code) : code == row.code;
    if (same && row.status == status) return &row;
    if (same) other_status = &row;
  }
  return other_status;
}

std::string_view words_for_status(int status) {
  switch (status) {
    case bad_request:
      return marked("the resolver cannot use what was sent");
    case unauthorized:
      return marked("the resolver does not know this user and password");
    case forbidden:
      return marked("the resolver does not let this user do that");
    case not_found:
      return marked("the resolver does not know what was asked for");
    case conflict:
      return marked("the resolver has it already");
    default:
      break;
  }
  if (status >= 500) return marked("the resolver itself has failed");
  if (status >= 300 && status < 400)
    return marked(
        "the resolver sends us elsewhere; the url in the file of resolvers should say "
        "where it is");
  return marked("the resolver answers in a way that is not described");
}

}  // namespace

const std::vector<RefusalCode>& refusal_codes() {
  static const std::vector<RefusalCode> rows = {
      {400, "INVALID_DATA", marked("the message does not follow the resolver's schema")},
      {400, "INVALID_URN_NBN", marked("the URN:NBN has not the right form")},
      {400, "INVALID_ARCHIVER_ID", marked("the number of the archiver is none")},
      {400, "INVALID_REGISTRAR_CODE", marked("the code of the registrar has not the right form")},
      {400, "INVALID_REGISTRAR_SCOPE_ID_TYPE",
       marked("the kind of our own identifier has not the right form")},
      {400, "INVALID_REGISTRAR_SCOPE_ID_VALUE",
       marked("our own identifier (the uuid) has not the right form")},
      {400, "INVALID_QUERY_PARAM_VALUE", marked("a value in the address is not allowed")},
      {400, "INVALID_DIGITAL_INSTANCE_ID", marked("the number of the digital instance is none")},
      {400, "INCORRECT_PREDECESSOR_",
       marked("the URN:NBN that should be replaced cannot be: it must be deactivated and of this "
              "registrar")},
      {400, "INCORRECT_DIGITAL_LIBRARY",
       marked("the digital library belongs to another registrar: look at digital_library")},
      {403, "NO_ACCESS_RIGHTS", marked("this user may not register for this registrar")},
      {403, "ILLEGAL_REGISTRATION_MODE",
       marked("this registrar may not register in this mode: look at mode")},
      {403, "URN_NBN_DEACTIVATED", marked("the URN:NBN was deactivated")},
      {403, "INCORRECT_URN_NBN_STATE",
       marked("the URN:NBN is not in the state for that: it is used already or was not reserved")},
      {403, "DIGITAL_INSTANCE_ALREADY_PRESENT",
       marked("an address in this digital library is there already")},
      {403, "ALREADY_DEACTIVATED", marked("it was deactivated before")},
      {403, "FORBIDDEN", marked("the resolver does not let this user do that")},
      {404, "UNKNOWN_REGISTRAR", marked("the resolver does not know this registrar")},
      {404, "UNKNOWN_URN_NBN", marked("the resolver does not know this URN:NBN")},
      {404, "UNKNOWN_DIGITAL_DOCUMENT", marked("no document is registered so")},
      {404, "UNKNOWN_DIGITAL_INSTANCE", marked("the resolver does not know this digital instance")},
      {404, "UNKNOWN_DIGITAL_LIBRARY",
       marked("the resolver does not know this digital library: look at digital_library")},
      {404, "UNKNOWN_REGISTRAR_SCOPE_IDENTIFIER",
       marked("the document has no identifier of ours of that kind")},
      {404, "NOT_DEFINED", marked("that is not defined for this document")},
      {409, "REGISTRAR_SCOPE_IDENTIFIER_COLLISION", marked("our uuid is registered already")},
      {500, "INTERNAL_ERROR", marked("the resolver itself has failed")},
  };
  return rows;
}

AfterRefusal UrnRefusal::after() const {
  if (status == bad_request) return AfterRefusal::go_on;
  if (status == conflict) return AfterRefusal::look_up;
  return status >= 500 || status == 429 ? AfterRefusal::later : AfterRefusal::stop;
}

std::string UrnRefusal::words() const {
  const RefusalCode* row = row_of(status, code);
  const std::string_view english = row != nullptr ? row->sentence : words_for_status(status);
  std::string detail = code.empty() ? say(tr("status {}"), status) : code;
  if (!message.empty()) detail += ": " + message;
  return fmt::format("{} ({})", tr(std::string(english).c_str()), detail);
}

Error UrnRefusal::error() const {
  ErrorKind kind = ErrorKind::configuration;
  if (status == bad_request) kind = ErrorKind::bad_input;
  if (status == not_found && !code.starts_with("UNKNOWN_REGISTRAR")) kind = ErrorKind::bad_input;
  if (status == conflict) kind = ErrorKind::bad_input;
  if (status == forbidden) kind = ErrorKind::unsupported;
  if (status >= 500 || status == 429) kind = ErrorKind::io;
  return {kind, words(), {}};
}

}  // namespace linka
