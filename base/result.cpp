// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

#include <array>
#include <cerrno>

namespace linka {
namespace {
struct Name {
  ErrorKind kind;
  const char* name;
};
constexpr std::array names{Name{ErrorKind::bad_input, "bad_input"},
                           Name{ErrorKind::unsupported, "unsupported"},
                           Name{ErrorKind::configuration, "configuration"},
                           Name{ErrorKind::missing, "missing"},
                           Name{ErrorKind::io, "io"},
                           Name{ErrorKind::no_space, "no_space"},
                           Name{ErrorKind::resource, "resource"},
                           Name{ErrorKind::busy, "busy"},
                           Name{ErrorKind::cancelled, "cancelled"},
                           Name{ErrorKind::internal, "internal"}};
}  // namespace

const char* name_of(ErrorKind kind) {
  for (const Name& n : names)
    if (n.kind == kind) return n.name;
  return "internal";
}

ErrorKind error_kind_of(const std::string& name) {
  for (const Name& n : names)
    if (name == n.name) return n.kind;
  return ErrorKind::internal;
}

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorKind::no_space;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG:
      return ErrorKind::bad_input;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ErrorKind::resource;
    default:
      return ErrorKind::io;
  }
}

}  // namespace linka
