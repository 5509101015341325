// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_finding.h"

#include "base/text.h"
#include "base/translate.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace linka {
namespace {

// A check's sentence: {0} what was measured, {1} the limit, both times `times` (shares are told in
// percent), {2} the detail; of sentences with a {3} the parts of the detail,
// which | parts, are {2} {3} {4}.
struct CheckWords {
  const char* check;
  double times;
  const char* english;
};
constexpr const char* marked(const char* english) {
  return english;  // a sentence to translate; tr() at run time finds it
}

constexpr CheckWords words[] = {
    {"blur", 1,
     marked(
         "the page looks blurred (sharpness {0:.2f}, at least {1:.2f} is expected here): scan it "
         "again")},
    {"cut-text", 1, marked("text is cut by the edge of the page or touches it: look at the crop")},
    {"skew", 1, marked("the lines still run {0:.1f} degrees askew: set the turn by hand")},
    {"dark", 1,
     marked("the page is too dark (paper at {0:.0f} of 255, at least {1:.0f} is expected): check "
            "the exposure and scan it again")},
    {"bright", 1,
     marked("the print is pale (ink at {0:.0f} of 255, at most {1:.0f} is expected): check the "
            "exposure and scan it again")},
    {"clipped", 100,
     marked("{0:.0f} % of the page is pure white or pure black, all shades are lost there: check "
            "the exposure and scan it again")},
    {"uneven", 100,
     marked("the light is uneven (it falls by {0:.0f} % across the page): check the lamps and how "
            "the book lies")},
    {"resolution", 1,
     marked("small letters would be {0:.1f} mm high: the resolution that the scan's file gives is "
            "probably wrong")},
    {"no-icc", 1,
     marked("the scan is in colour and has no colour profile: its colours are taken for sRGB")},
    {"doubled", 1, marked("this looks like the same page as {2}: leave one of them out")},
    {"swapped", 1,
     marked("left and right pages seem to be swapped here: check the order of the scans")},
    {"upside-down", 1, marked("the text stands on its head: turn the scan by 180 degrees")},
    {"sideways", 1,
     marked("the lines run up or down the page: turn the scan by {2} degrees clockwise")},
    {"covered", 100,
     marked("something lies over the text (a finger, a bookmark; {0:.1f} % of the page): take it "
            "away and scan the page again")},
    {"flat-band", 100,
     marked("a strip across the page is empty or repeated ({0:.1f} % of its height): the file was "
            "damaged on its way, copy or scan it again")},
    {"near-blank", 1,
     marked("there is hardly any text on the page: look whether something is missing")},
    {"odd-size", 1,
     marked("the page is {0:.0f} mm {2}, others of this book are {1:.0f} mm: look at the crop")},
    {"odd-margins", 1,
     marked("the {2} margin is {0:.0f} mm, others of this book have {1:.0f} mm: look at the crop")},
    {"unsure-split", 1,
     marked("it is not sure whether the scan holds one page or two: look at the pages")},
    {"unsure-skew", 1, marked("it is not sure that the page lies straight: look at it")},
    {"unsure-crop", 1, marked("it is not sure where the page ends: look at the crop")},
    {"low-dpi", 1,
     marked("the scan has only {0:.0f} dots an inch, at least {1:.0f} are wanted: scan it again")},
    {"no-dpi", 1,
     marked("the scan's file does not give a resolution: {0:.0f} dots an inch were taken")},
    {"hard-to-read", 100,
     marked("the text was hard to read (confidence {0:.0f} %, {1:.0f} % is expected): look whether "
            "the scan is good")},
    {"engine-fallback", 1,
     marked("the profile's text engine did not read this page ({2}), Tesseract did: look at the "
            "engine, then read the page again")},
    {"missing-pages", 1,
     marked("by the page numbers pages are missing here ({0:.0f} of {2}, between {3} and {4}): look "
            "whether leaves were passed over")},
    {"repeated-page", 1,
     marked("the page has the number {2}, as {3} has: leave one of them out if it is the same "
            "page")},
    {"swapped-pages", 1,
     marked("by the page numbers {2} comes after {3} here: check the order of the scans")},
    {"parity-break", 1,
     marked("from here on the page numbers stand on the wrong side ({2}, {0:.0f} pages): check left "
            "and right")},
    {"label-differs", 1,
     marked("the record calls the page {2}, but {3} is printed on it ({0:.0f} pages from here on): "
            "check the labels")},
};

// Details that are words; names of files and numbers stay as they are.
constexpr const char* details[] = {marked("left"),   marked("right"), marked("top"),
                                   marked("bottom"), marked("wide"),  marked("high")};

std::string detail_in_words(const std::string& detail) {
  for (const char* word : details)
    if (detail == word) return tr(word);
  return detail;
}

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
  for (const CheckWords& w : words) {
    if (finding.check != w.check) continue;
    const bool in_parts = std::string_view(w.english).find("{3}") != std::string_view::npos;
    std::vector<std::string> details =
        in_parts ? split_text(finding.detail, '|') : std::vector{finding.detail};
    for (std::string& detail : details) detail = detail_in_words(detail);
    details.resize(std::max<std::size_t>(3, details.size()));
    return say(tr(w.english), finding.value * w.times, finding.limit * w.times, details[0],
               details[1], details[2]);
  }
  return finding.check;
}

}  // namespace linka
