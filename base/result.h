// SPDX-License-Identifier: GPL-3.0-or-later
// How an error travels: as a value, with what a caller can do about it, a sentence for a person,
// and where it happened. Whoever detects the error writes the message, naming the offending value.
#pragma once

#include "base/translate.h"

#include <fmt/format.h>
#include <tl/expected.hpp>

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace linka {

enum class ErrorKind {
  bad_input,      // this scan, record or package is unusable; the same input fails again
  unsupported,    // well-formed, but a kind we do not handle
  configuration,  // a profile, option or setting is wrong
  missing,        // a program, model, schema or library we need is not installed
  io,             // disk or network failed; worth a retry
  no_space,       // the disk is full or a quota is reached
  resource,       // out of memory, too many open files; worth a retry
  busy,           // somebody else holds what we need
  cancelled,      // stopped on request
  internal        // our own mistake, or a library's
};

// "bad_input", "io", ...: stable names for journals and JSON.
const char* name_of(ErrorKind kind);
// The kind of that name; internal when unknown.
ErrorKind error_kind_of(const std::string& name);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  // one sentence for a person, with the offending value
  std::string where;    // stage or file, filled in as it travels
};

template <class T>
using Result = tl::expected<T, Error>;

// return fail(ErrorKind::bad_input, "the width is {} px", width);
// The sentence reaches a person in their language when the catalogue has it (base/translate.h).
template <class... Args>
tl::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Args...> text, Args&&... args) {
  const fmt::string_view english = text;  // a literal, so it ends in a zero
  return tl::unexpected(
      Error{kind, fmt::vformat(tr(english.data()), fmt::make_format_args(args...)), {}});
}

// Passes an error on unchanged: if (!r) return pass(r);
template <class T>
tl::unexpected<Error> pass(const Result<T>& failed) {
  return tl::unexpected(failed.error());
}
template <class T>
tl::unexpected<Error> pass(const Result<T>& failed, std::string where) {
  Error e = failed.error();
  if (e.where.empty()) e.where = std::move(where);
  return tl::unexpected(std::move(e));
}

// The kind for an errno value (ENOSPC and EDQUOT are no_space, ENOENT is bad_input, ...).
ErrorKind kind_of_errno(int error_number);

// Runs f, which returns Result<T>, and turns every exception into an Error. Fills in `where`.
template <class T, class F>
Result<T> guarded(const char* where, F&& f) {
  try {
    Result<T> r = f();
    if (!r && r.error().where.empty()) r.error().where = where;
    return r;
  } catch (const std::bad_alloc&) {
    return tl::unexpected(Error{ErrorKind::resource, "not enough memory", where});
  } catch (const std::exception& e) {
    return tl::unexpected(Error{ErrorKind::internal, e.what(), where});
  } catch (...) {
    return tl::unexpected(Error{ErrorKind::internal, "an unknown exception", where});
  }
}

}  // namespace linka
