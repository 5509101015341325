// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/status_words.h"

#include "base/translate.h"
#include "cli/console.h"

namespace linka {

std::string name_for_people(const ScanId& id) {
  return id.frame == 0 ? id.name : say(tr("{} (image {})"), id.name, id.frame + 1);
}

std::string line_about(const ScanStatus& scan) {
  std::string line = name_for_people(scan.id) + "  " + in_words(scan.state);
  if (scan.state == ScanState::parked) {
    line += ": " + scan.reason.message;
    for (const PageOutcome& page : scan.pages)
      if (page.state == PageState::parked && page.id.side != Side::single)
        line += say(page.id.side == Side::left ? tr(" (left page)") : tr(" (right page)"));
  } else if (!scan.remark.empty()) {
    line += ": " + scan.remark;
  }
  if (scan.state == ScanState::done)
    line += say(trn(", {} page", ", {} pages", scan.pages.size()), scan.pages.size());
  return line;
}

std::vector<std::string> notes_in_words(const BatchStatus& status) {
  std::vector<std::string> lines;
  for (const std::string& observation : status.observations)
    lines.push_back(say(tr("note: {}"), observation));
  if (status.damaged_journal_lines > 0)
    lines.push_back(say(trn("note: {} line of the journal is damaged and was passed over",
                            "note: {} lines of the journal are damaged and were passed over",
                            status.damaged_journal_lines),
                        status.damaged_journal_lines));
  return lines;
}

std::vector<std::string> sums_in_words(const BatchStatus& status) {
  const std::size_t total = status.scans.size();
  std::vector<std::string> lines;
  lines.push_back(
      say(trn("{} scan = {} done + {} parked + {} left out + {} to do + {} missing",
              "{} scans = {} done + {} parked + {} left out + {} to do + {} missing", total),
          total, status.scans_done, status.scans_parked, status.scans_excluded,
          status.scans_pending, status.scans_missing));
  std::string pages = say(trn("{} page", "{} pages", status.pages_done), status.pages_done);
  if (!status.ignored.empty())
    pages += say(trn("; {} file in the folder is no scan", "; {} files in the folder are no scans",
                     status.ignored.size()),
                 status.ignored.size());
  if (!status.packages.empty())
    pages +=
        say(trn("; {} package", "; {} packages", status.packages.size()), status.packages.size());
  lines.push_back(pages);
  if (status.green())
    lines.push_back(tr("complete: every scan is accounted for"));
  else if (status.scans.empty())
    lines.push_back(tr("NOT complete: there is no scan"));
  else
    lines.push_back(tr("NOT complete: see the scans above"));
  return lines;
}

}  // namespace linka
