// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_finding.h"

#include "base/translate.h"

namespace linka {
namespace {

// A check's sentence: {0} what was measured, {1} the limit, {2} the detail.
struct CheckWords {
  const char* check;
  const char* english;
};
constexpr const char* marked(const char* english) {
  return english;  // a sentence to translate; tr() at run time finds it
}

constexpr CheckWords words[] = {
    {"cut-text", marked("text is cut by the edge of the page or touches it: look at the crop")},
};

}  // namespace

const char* name_of(Urgency urgency) {
  switch (urgency) {
    case Urgency::note:
      return "note";
    case Urgency::look:
      return "look";
    case Urgency::hold:
      return "hold";
  }
  return "";
}

std::string in_words(const PageFinding& finding) {
  for (const CheckWords& w : words)
    if (finding.check == w.check)
      return say(tr(w.english), finding.value, finding.limit, finding.detail);
  return finding.check;
}

}  // namespace linka
