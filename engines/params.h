// SPDX-License-Identifier: GPL-3.0-or-later
// [engine] of a profile: who reads the text of its pages. Tesseract inside the program, or somebody
// else's program or service that takes an image and gives ALTO or PAGE (docs/engines.md).
#pragma once

#include "base/describe.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace linka {

struct EngineParams {
  std::string kind = "tesseract";
  std::string command;
  std::string url;
  std::string answer = "auto";
  double deadline_s = 0;
  int retries = 3;
  std::string fallback = "tesseract";
  int max_answer_mib = 32;
  std::string token_file;
  std::string version;
};

template <class Field>
void describe(EngineParams& p, Field&& field) {
  field("kind", p.kind, Choices{"tesseract", "command", "http"},
        "who reads the text: Tesseract inside linka, a command, or a service over HTTP");
  field("command", p.command,
        "for command: the program and its arguments, without a shell; {image} {output} {models} "
        "{dpi} are filled in; without {output} the answer is its standard output");
  field("url", p.url, "for http: where a page's PNG is posted to");
  field("answer", p.answer, Choices{"auto", "alto", "page"},
        "what the engine gives; auto: ALTO or PAGE, as the answer itself says");
  field("deadline_s", p.deadline_s, 0.0, 86400.0,
        "seconds for one page, tries and waits included; 0: half of run.page_timeout_s");
  field("retries", p.retries, 0, 100,
        "how often a page is tried again when the service is busy or cannot be reached");
  field("fallback", p.fallback, Choices{"tesseract", "none"},
        "when the engine gives no usable answer: tesseract reads the page, or none and the page is "
        "parked with the reason");
  field("max_answer_mib", p.max_answer_mib, 1, 1024, "a larger answer is refused");
  field("token_file", p.token_file,
        "for http: a file whose first line is sent as bearer token; the token itself is kept "
        "nowhere");
  field("version", p.version,
        "the engine's version where its answers do not say; another one reads all pages again");
}

// Whether somebody other than the Tesseract inside reads.
bool is_external(const EngineParams& params);
// Whether Tesseract may have to read a page.
bool needs_tesseract(const EngineParams& params);

// The arguments of a command: words parted by spaces, '...' and "..." keep spaces, no other sign
// means anything. Error configuration for an open quote.
Result<std::vector<std::string>> arguments_of(const std::string& command);

// What cannot work is told before a batch begins. Errors: configuration (no command, a url that is
// no http, a deadline as long as the page's own), missing (the program, the token's file).
Result<void> check_engine(const EngineParams& params, double page_timeout_s);
// Seconds for one page.
double deadline_of(const EngineParams& params, double page_timeout_s);

// The settings that decide a page's text, as text; empty for the Tesseract inside. Leaves out what
// only says how patient we are, and every secret.
std::string engine_text_settings(const EngineParams& params);

}  // namespace linka
