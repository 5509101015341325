// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/progress.h"

#include "base/translate.h"
#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace linka {
namespace {

constexpr double line_every_s = 10;       // where nobody watches a terminal
constexpr std::size_t steps_of_run = 20;  // or each 5 %, whichever comes first
constexpr double shortest_gap_s = 1;      // but never a flood

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string seconds_left_in_words(double s) {
  if (s < 90) return say(tr("about {} s left"), std::max(10L, std::lround(s / 10) * 10));
  const long minutes = std::lround(s / 60);
  if (minutes < 90) return say(tr("about {} min left"), minutes);
  return say(tr("about {} h {} min left"), minutes / 60, minutes % 60 / 10 * 10);
}

}  // namespace

std::string left_in_words(const Progress& progress) {
  if (progress.scans_ended >= progress.scans_total) return tr("all pages done");
  return progress.left_s ? seconds_left_in_words(*progress.left_s) : tr("time left not known yet");
}

std::string progress_line(const Progress& progress, std::size_t columns) {
  std::vector<std::string> parts{
      say(trn("{}/{} scan", "{}/{} scans", progress.scans_total), progress.scans_ended,
          progress.scans_total),
      say(trn("{} page", "{} pages", progress.pages_done), progress.pages_done)};
  if (progress.scans_parked > 0) parts.push_back(say(tr("{} parked"), progress.scans_parked));
  parts.push_back(left_in_words(progress));
  if (progress.pages_per_minute > 0)
    parts.push_back(say(tr("{} pages a minute"), fmt::format("{:.1f}", progress.pages_per_minute)));
  if (!progress.in_flight.empty()) parts.push_back(progress.in_flight.front());
  std::string line;
  for (const std::string& part : parts) {
    const std::string longer = line.empty() ? part : line + ", " + part;
    if (!line.empty() && width_of(longer) > columns) break;
    line = longer;
  }
  return line;
}

ProgressDisplay::ProgressDisplay(bool quiet)
    : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressDisplay::~ProgressDisplay() {
  clear();
}

void ProgressDisplay::show(const Progress& progress) {
  if (quiet_) return;
  for (const std::string& news : progress.news) {
    clear();
    remark(news);
  }
  if (terminal_) {
    const std::string text = progress_line(progress, terminal_columns() - 1);
    // To the line's beginning, the text, and erase what an older, longer text left behind.
    const std::string bytes = "\r" + text + "\x1b[K";
    std::fwrite(bytes.data(), 1, bytes.size(), stderr);
    std::fflush(stderr);
    line_shown_ = true;
    return;
  }
  const std::size_t step =
      progress.scans_total == 0 ? 0 : progress.scans_ended * steps_of_run / progress.scans_total;
  const double gap = progress.elapsed_s - last_shown_s_;
  const bool due =
      last_shown_s_ < 0 || gap >= line_every_s || (step != last_step_ && gap >= shortest_gap_s);
  if (!due) return;
  last_shown_s_ = progress.elapsed_s;
  last_step_ = step;
  Progress plain = progress;
  plain.in_flight.clear();
  remark(progress_line(plain, 200));
}

void ProgressDisplay::clear() {
  if (!line_shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  line_shown_ = false;
}

CountDisplay::CountDisplay(const char* sentence, bool quiet)
    : sentence_(sentence),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      begun_(std::chrono::steady_clock::now()),
      next_(begun_ + std::chrono::seconds(1)) {
  pace_.note({});
}

CountDisplay::~CountDisplay() {
  if (!line_shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

void CountDisplay::show(std::size_t done, std::size_t all) {
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || now < next_) return;
  next_ = now + (terminal_ ? std::chrono::milliseconds(200)
                           : std::chrono::milliseconds(static_cast<long>(line_every_s * 1000)));
  // Things are taken to be alike: each counts as one scan and as one byte.
  pace_.note({std::chrono::duration<double>(now - begun_).count(), done, done, done});
  std::string text = say(sentence_, done, all);
  if (done < all)
    if (const auto left = pace_.left_s(all - done, all))
      text += ", " + seconds_left_in_words(*left);
  if (!terminal_) return remark(text);
  const std::string bytes = "\r" + text + "\x1b[K";
  std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  std::fflush(stderr);
  line_shown_ = true;
}

}  // namespace linka
