// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/doctor.h"
#include "cli/shelf_audit.h"
#include "cli/shelf_store.h"
#include "shelf/books.h"
#include "shelf/check.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr double day_s = 86400;
constexpr double full_soon_days = 60;    // time enough to buy a disk
constexpr double audit_late_days = 3;    // the timer comes every night
constexpr double check_late_days = 180;  // what waits longest
constexpr std::uint64_t little_room = 50'000'000'000;

Look layout(const Shelf& shelf) {
  const auto root = check_storage_root(FolderStorage(shelf.objects()));
  std::vector<std::string> wrong;
  if (!root)
    wrong.push_back(root.error().message);
  else
    for (const ShelfFinding& finding : root->findings)
      wrong.push_back(fmt::format("{} {}", finding.code, finding.message));
  if (wrong.empty() && root->known_layout)
    return {"shelf", LookState::good,
            say(tr("{}: a storage root of OCFL 1.1"), shelf.root().string()),
            shelf.root().string()};
  if (wrong.empty()) wrong.push_back(tr("its objects lie in an order that linka does not know"));
  return {"shelf", LookState::lacking, fmt::format("{}: {}", shelf.root().string(), wrong.front()),
          wrong};
}

Look writing(const Shelf& shelf) {
  WriteTrial trial = try_to_write(shelf.root());
  struct stat objects {
  }, work{};
  if (trial.works && ::stat(shelf.objects().c_str(), &objects) == 0 &&
      ::stat(shelf.work().c_str(), &work) == 0 && objects.st_dev != work.st_dev)
    trial = {false, tr("ocfl and work lie on different disks, and no object could get its place")};
  if (!trial.works)
    return {"shelf-writing", LookState::lacking,
            say(tr("the shelf cannot be written: {}"), trial.problem), nullptr};
  if (!trial.problem.empty())
    return {"shelf-writing", LookState::remark, say(tr("the shelf: {}"), trial.problem), nullptr};
  return {"shelf-writing", LookState::good, tr("the shelf can be written"), nullptr};
}

Look room(const Shelf& shelf) {
  const auto sums = shelf_sums(shelf);
  const auto history = shelf_history(shelf);
  if (!sums || !history)
    return {"shelf-room", LookState::lacking, sums ? history.error().message : sums.error().message,
            nullptr};
  const auto pace = shelf_pace(*history, iso8601(now()));
  json value = to_json(*sums);
  std::string words = say(tr("the shelf holds {} objects, {}; {} free"), sums->objects,
                          size_in_words(sums->used_bytes), size_in_words(sums->free_bytes()));
  bool soon = sums->free_bytes() < little_room;
  if (const auto days = days_until_full(*sums, pace)) {
    value["days_left"] = *days;
    soon = soon || *days < full_soon_days;
    words += say(tr(", at the pace of the last 30 days for {} days"), fmt::format("{:.0f}", *days));
  }
  return {"shelf-room", soon ? LookState::remark : LookState::good, words, value};
}

double days_since(const std::string& at) {
  return std::chrono::duration<double>(read_time(wall_clock_text()) - read_time(at)).count() /
         day_s;
}

Look audit(const Shelf& shelf) {
  const auto text = read_text(last_report_of(shelf));
  const json last = text ? json::parse(*text, nullptr, false) : json();
  if (!last.is_object())
    return {"shelf-audit", LookState::remark,
            tr("nothing on the shelf was ever read again: linka shelf audit does"), nullptr};
  const auto number = [&last](const char* key) {
    return last.contains(key) && last[key].is_number_unsigned() ? last[key].get<std::size_t>() : 0;
  };
  const auto time = [&last](const char* key) {
    return last.contains(key) && last[key].is_string() ? last[key].get<std::string>()
                                                       : std::string();
  };
  const std::string ended = time("ended"), oldest = time("oldest_check");
  const json value{{"ended", ended},
                   {"oldest_check", oldest},
                   {"never_checked", number("never_checked")},
                   {"damaged_objects", number("damaged_objects")}};
  if (number("damaged_objects") > 0)
    return {"shelf-audit", LookState::lacking,
            say(trn("{} object on the shelf is damaged, said the audit of {}",
                    "{} objects on the shelf are damaged, said the audit of {}",
                    number("damaged_objects")),
                number("damaged_objects"), ended),
            value};
  const bool late = days_since(ended) > audit_late_days ||
                    (!oldest.empty() && days_since(oldest) > check_late_days);
  return {"shelf-audit", late ? LookState::remark : LookState::good,
          say(tr("last audit of the shelf: {}; read longest ago: {}; never read: {}"), ended,
              oldest.empty() ? "-" : oldest, number("never_checked")),
          value};
}

// What systemd calls the timer that audits a shelf: "linka-shelf-audit@srv-shelf.timer".
std::string audit_timer_of(const fs::path& shelf) {
  // systemd.unit(5), "String escaping for inclusion in unit names".
  std::string out;
  for (const fs::path& part : shelf.lexically_normal()) {
    const std::string text = part.string();
    if (text.empty() || text == "/") continue;
    if (!out.empty()) out += '-';
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == ':' || c == '_' ||
                         (c == '.' && !out.empty());
      out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return "linka-shelf-audit@" + (out.empty() ? "-" : out) + ".timer";
}

Look timer(const Shelf& shelf) {
  const std::string name = audit_timer_of(shelf.root());
  std::error_code code;
  const bool planned = fs::exists(
      fs::symlink_status(fs::path("/etc/systemd/system/timers.target.wants") / name, code));
  if (planned)
    return {"shelf-timer", LookState::good, say(tr("systemd audits the shelf: {}"), name), name};
  return {"shelf-timer", LookState::remark,
          say(tr("systemd does not audit the shelf: systemctl enable --now \"{}\""), name), name};
}

Look mirror(const Shelf& shelf) {
  const fs::path path = shelf.settings().mirror;
  if (path.empty())
    return {"shelf-mirror", LookState::remark,
            tr("the shelf has no mirror that could give damaged files back"), nullptr};
  if (const auto other = Shelf::open(path); !other)
    return {"shelf-mirror", LookState::lacking,
            say(tr("the shelf's mirror cannot be reached: {}"), other.error().message),
            path.string()};
  return {"shelf-mirror", LookState::good, say(tr("the shelf's mirror is {}"), path.string()),
          path.string()};
}

}  // namespace

std::vector<Look> look_at_shelf(const fs::path& path) {
  const auto shelf = Shelf::open(path);
  if (!shelf) return {{"shelf", LookState::lacking, shelf.error().message, path.string()}};
  return {layout(*shelf), writing(*shelf), room(*shelf),
          audit(*shelf),  timer(*shelf),   mirror(*shelf)};
}

}  // namespace linka
