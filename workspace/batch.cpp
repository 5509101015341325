// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/batch.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "workspace/known_facts.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint batch_made{"batch-made", "after batch.json was written"};
FailPoint inventory_kept{"inventory-kept", "after the list of the scans' folder was written"};
FailPoint record_kept{"record-kept",
                      "after the record was copied, before one of another kind goes"};

fs::path batch_file(const fs::path& folder) {
  return folder / "batch.json";
}

// Why a file is not a scan; empty when it may be one.
std::string reason_to_ignore(const fs::path& relative) {
  const std::string name = relative.filename().string();
  const std::string lower = lower_ascii(name);
  for (const char* system : {"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r"})
    if (lower == system) return tr("made by the operating system");
  for (const fs::path& part : relative)
    if (part.string().starts_with('.')) return tr("a hidden file");
  if (lower.ends_with('~') || lower.ends_with(".tmp") || lower.ends_with(".part") ||
      lower.ends_with(".crdownload"))
    return tr("an unfinished or backup copy");
  // What lies beside scans on purpose: records, checksums, notes.
  for (const char* ending :
       {".xml", ".toml", ".txt", ".md5", ".sha256", ".sha512", ".json", ".csv", ".log", ".md",
        ".pdf", ".xlsx", ".xls", ".docx", ".doc", ".html", ".ini"})
    if (lower.ends_with(ending)) return tr("a document, not a scan");
  return {};
}

// The last run of digits in a name's stem: what people number scans by. -1 when there is none.
long long number_in(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  std::size_t end = stem.size();
  while (end > 0 && (stem[end - 1] < '0' || stem[end - 1] > '9')) --end;
  std::size_t begin = end;
  while (begin > 0 && stem[begin - 1] >= '0' && stem[begin - 1] <= '9') --begin;
  if (begin == end || end - begin > 9) return -1;
  return std::stoll(stem.substr(begin, end - begin));
}

// The name without that number: scans of one series share it.
std::string series_of(const std::string& name) {
  const fs::path path(name);
  std::string stem = path.stem().string();
  std::size_t end = stem.size();
  while (end > 0 && (stem[end - 1] < '0' || stem[end - 1] > '9')) --end;
  std::size_t begin = end;
  while (begin > 0 && stem[begin - 1] >= '0' && stem[begin - 1] <= '9') --begin;
  stem.erase(begin, end - begin);
  return (path.parent_path() / stem).string();
}

std::vector<std::string> observe(const std::vector<InventoryFile>& files) {
  std::vector<std::string> out;
  std::map<std::string, std::map<long long, std::vector<std::string>>> series;
  for (const InventoryFile& file : files) {
    if (!file.ignored.empty()) continue;
    if (const long long n = number_in(file.name); n >= 0)
      series[series_of(file.name)][n].push_back(file.name);
  }
  for (const auto& [name, numbers] : series) {
    long long previous = -1;
    std::string previous_name;
    for (const auto& [n, names] : numbers) {
      if (names.size() > 1)
        out.push_back(say(tr("number {} stands on more than one file: {}"), n,
                          fmt::format("{}", fmt::join(names, ", "))));
      if (previous >= 0 && n > previous + 1 && numbers.size() > 2) {
        out.push_back(n == previous + 2 ? say(tr("number {} is missing between {} and {}"),
                                              previous + 1, previous_name, names.front())
                                        : say(tr("numbers {} to {} are missing between {} and {}"),
                                              previous + 1, n - 1, previous_name, names.front()));
      }
      previous = n;
      previous_name = names.front();
    }
  }
  return out;
}

// A place that may not be written to stays so: unlike a passing fault of the disk it is told as
// something the command named wrongly.
tl::unexpected<Error> not_written(Error error, fs::path place) {
  std::error_code code;
  place = fs::absolute(place, code);
  while (!fs::exists(place, code) && place.has_relative_path()) place = place.parent_path();
  if (error.kind == ErrorKind::io && ::access(place.c_str(), W_OK) != 0)
    error.kind = ErrorKind::bad_input;
  return tl::unexpected(std::move(error));
}

ErrorKind kind_of_reading(int error_number) {
  return error_number == EACCES || error_number == EPERM ? ErrorKind::bad_input
                                                         : kind_of_errno(error_number);
}

// A run that was killed leaves its worker a moment to die, so one short wait is no rival's.
Result<OwnerLock> patiently_locked(const fs::path& folder) {
  for (int attempt = 0;; ++attempt) {
    auto lock = OwnerLock::take(folder);
    if (lock || lock.error().kind != ErrorKind::busy || attempt == 40) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// Names that a killed run gave and did not flush are on the disk before anybody relies on them.
Result<void> flush_names(const Batch& batch) {
  std::error_code code;
  for (const fs::path& place : {batch.folder(), batch.pages(), batch.packages()})
    if (fs::exists(place, code))
      if (auto r = flush_path(place); !r) return r;
  return {};
}

// Nothing is there, or what the beginning of a batch left that was cut short.
bool is_free_for_a_batch(const fs::path& folder) {
  std::error_code code;
  if (!fs::exists(folder, code)) return true;
  bool free = fs::is_directory(folder, code);
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    const bool temporary = name.starts_with('.') && name.ends_with(".tmp");
    free = free && (name == "lock.owner" || temporary);
  }
  return free && !code;
}

Result<InventoryFile> look_at(const fs::path& path, const std::string& name) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0)
    return fail(kind_of_errno(errno), "{}: {}", path.string(), std::strerror(errno));
  InventoryFile file;
  file.name = name;
  file.size_bytes = static_cast<std::uint64_t>(st.st_size);
  file.modified_ns =
      static_cast<std::int64_t>(st.st_mtim.tv_sec) * 1'000'000'000 + st.st_mtim.tv_nsec;
  if (!S_ISREG(st.st_mode)) {
    file.ignored = tr("not a regular file");
  }
  return file;
}

}  // namespace

Batch::Batch() : known_facts_(std::make_shared<KnownFacts>()) {}

Result<Batch> Batch::open(const fs::path& folder) {
  std::error_code code;
  // `none`: it could not be asked, which reading it puts into words.
  if (const fs::file_type type = fs::status(batch_file(folder), code).type();
      type != fs::file_type::regular && type != fs::file_type::none)
    return fail(ErrorKind::bad_input, "{}: {}", folder.string(),
                tr("this is not a batch (it has no batch.json)"));
  const auto text = read_text(batch_file(folder), 1 << 20);
  // What may be read and cannot be is a fault of the disk, which may pass.
  if (!text && ::access(batch_file(folder).c_str(), R_OK) == 0) return pass(text);
  if (!text) return fail(ErrorKind::bad_input, "{}", text.error().message);
  const json j = json::parse(*text, nullptr, false);
  if (!j.is_object() || !j.contains("scans") || !j["scans"].is_string() ||
      j["scans"].get<std::string>().empty())
    return fail(ErrorKind::bad_input, "{}: {}", batch_file(folder).string(),
                tr("is damaged; remove it and give linka run the scans and this folder (--out) "
                   "again"));
  Batch batch;
  batch.folder_ = fs::absolute(folder, code).lexically_normal();
  if (batch.folder_.filename().empty()) batch.folder_ = batch.folder_.parent_path();
  batch.scans_ = j["scans"].get<std::string>();
  return batch;
}

Result<Batch> Batch::open_or_create(const fs::path& folder, const fs::path& scans) {
  std::error_code code;
  if (!fs::exists(scans, code))
    return fail(ErrorKind::bad_input, "{}: {}", scans.string(),
                tr("there is no such folder of scans"));
  const fs::path absolute_scans = fs::canonical(scans, code);
  if (!fs::exists(batch_file(folder), code)) {
    if (!fs::exists(folder / "lock", code) && !is_free_for_a_batch(folder))
      return fail(ErrorKind::configuration, "{}: {}", folder.string(),
                  tr("is neither empty nor a batch; give another folder with --out"));
    if (auto r = make_folders(folder); !r) return not_written(r.error(), folder);
  }
  auto lock = patiently_locked(folder);
  if (!lock) return not_written(lock.error(), folder);
  if (!fs::exists(batch_file(folder), code)) {
    const json j{{"format", 1}, {"scans", absolute_scans.string()}, {"created", iso8601(now())}};
    if (auto r = write_atomically(batch_file(folder), j.dump(1) + "\n"); !r) return pass(r);
    batch_made.reached();
  }
  auto batch = open(folder);
  if (!batch) return batch;
  if (batch->scans_ != absolute_scans)
    return fail(ErrorKind::configuration,
                "{}: this batch was made from other scans: {}; give another folder with --out, or, "
                "if they have only moved, write their new place into its batch.json",
                folder.string(), batch->scans_.string());
  for (const fs::path& sub : {batch->pages(), batch->journal(), batch->packages()})
    if (auto r = make_folders(sub); !r) return pass(r);
  if (auto r = flush_names(*batch); !r) return pass(r);
  batch->locks_.push_back(std::move(*lock));
  return batch;
}

Result<void> Batch::lock() {
  if (!locks_.empty()) return {};
  auto taken = patiently_locked(folder_);
  if (!taken) return not_written(taken.error(), folder_);
  locks_.push_back(std::move(*taken));
  return flush_names(*this);
}

std::string Batch::id() const {
  return uuid_v5("", scans_.string());
}

fs::path Batch::scan_file(const ScanId& id) const {
  // A batch of one file has that file for its scans. When both have gone, the name tells.
  std::error_code code;
  const bool one_file = fs::is_regular_file(scans_, code) ||
                        (!fs::exists(scans_, code) && scans_.filename() == id.name);
  return one_file ? scans_ : scans_ / id.name;
}
fs::path Batch::pages() const {
  return folder_ / "pages";
}
fs::path Batch::page(const PageId& id) const {
  // A folder's name holds 255 bytes, and whoever writes it adds a few for a temporary name. Long
  // Czech names and sub-folders come to more, escaped; "~" is in no other name.
  constexpr std::size_t longest = 230, kept = 190, digits = 16;
  std::string name = text_of(id);
  if (name.size() > longest)
    name = fmt::format("{}~{}-{}", name.substr(0, kept), sha256_hex(name).substr(0, digits),
                       name_of(id.side));
  return pages() / name;
}
fs::path Batch::journal() const {
  return folder_ / "journal";
}
fs::path Batch::packages() const {
  return folder_ / "packages";
}
fs::path Batch::profile() const {
  return folder_ / "profile.toml";
}
fs::path Batch::inventory() const {
  return folder_ / "inventory.json";
}
fs::path Batch::report_html() const {
  return folder_ / "report.html";
}
fs::path Batch::report_json() const {
  return folder_ / "report.json";
}

fs::path Batch::record() const {
  // Both are there only when the copying of one was cut short before the other went.
  const fs::path toml = folder_ / "record.toml", xml = folder_ / "record.xml";
  std::error_code none, no_toml;
  const auto xml_since = fs::last_write_time(xml, none);
  const auto toml_since = fs::last_write_time(toml, no_toml);
  if (none) return no_toml ? fs::path() : toml;
  return no_toml || xml_since > toml_since ? xml : toml;
}

fs::path Batch::record_marc() const {
  return folder_ / "record.marc.xml";
}
fs::path Batch::record_source() const {
  return folder_ / "record-source.json";
}

Result<void> Batch::keep_record(const fs::path& given) {
  const auto text = read_text(given);
  if (!text) return pass(text);
  const bool xml = trimmed(*text).starts_with("<") || text->starts_with("\xef\xbb\xbf<");
  const fs::path target = folder_ / (xml ? "record.xml" : "record.toml");
  const fs::path other = folder_ / (xml ? "record.toml" : "record.xml");
  if (auto r = write_atomically(target, *text); !r) return r;
  record_kept.reached();
  std::error_code code;
  fs::remove(other, code);
  return {};
}

Result<Inventory> take_inventory(const fs::path& scans) {
  Inventory inventory;
  std::error_code code;
  if (fs::is_regular_file(scans, code)) {
    auto file = look_at(scans, scans.filename().string());
    if (!file) return pass(file);
    inventory.files.push_back(std::move(*file));
    return inventory;
  }
  fs::recursive_directory_iterator it(scans, code), end;
  if (code)
    return fail(kind_of_reading(code.value()), "{}: {}: {}", scans.string(),
                tr("the folder of scans cannot be read"), code.message());
  std::vector<std::string> links;
  while (it != end) {
    const fs::path path = it->path();
    const fs::path relative = path.lexically_relative(scans);
    const bool folder = it->is_directory(code);
    // A batch kept inside the folder of scans is not made of scans.
    if (folder && fs::exists(batch_file(path), code)) {
      it.disable_recursion_pending();
    } else if (folder && it->is_symlink(code)) {
      // Not followed, for it may lead in a circle; what may be scans is not passed over in silence.
      InventoryFile link;
      link.name = relative.generic_string();
      link.ignored = tr("a link to a folder");
      links.push_back(
          say(tr("{} is a link to a folder: what is in it is not looked at"), link.name));
      inventory.files.push_back(std::move(link));
    } else if (!folder) {
      auto file = look_at(path, relative.generic_string());
      if (!file) {
        // A dangling link or a file that vanished: still said, never dropped.
        InventoryFile lost;
        lost.name = relative.generic_string();
        inventory.files.push_back(lost);
      } else {
        if (file->ignored.empty()) file->ignored = reason_to_ignore(relative);
        inventory.files.push_back(std::move(*file));
      }
    }
    it.increment(code);
    if (code)
      return fail(kind_of_reading(code.value()), "{}: {}: {}", path.string(),
                  tr("the folder of scans cannot be read"), code.message());
  }
  std::sort(inventory.files.begin(), inventory.files.end(),
            [](const auto& a, const auto& b) { return natural_less(a.name, b.name); });
  inventory.observations = observe(inventory.files);
  std::sort(links.begin(), links.end(), natural_less);
  inventory.observations.insert(inventory.observations.end(), links.begin(), links.end());
  return inventory;
}

Result<void> save_inventory(const Batch& batch, const Inventory& inventory) {
  // File names are bytes; JSON is UTF-8. The id's escaping carries any byte.
  json files = json::array();
  for (const InventoryFile& f : inventory.files) {
    json j{{"name", text_of(ScanId{f.name, 0})}, {"size", f.size_bytes}, {"mtime", f.modified_ns}};
    if (!f.ignored.empty()) j["ignored"] = clean_utf8(f.ignored);
    files.push_back(std::move(j));
  }
  json observations = json::array();
  for (const std::string& o : inventory.observations) observations.push_back(clean_utf8(o));
  auto written = write_atomically(
      batch.inventory(), json{{"files", files}, {"observations", observations}}.dump(1) + "\n");
  inventory_kept.reached();
  return written;
}

Result<Inventory> load_inventory(const Batch& batch) {
  const auto text = read_text(batch.inventory());
  if (!text) return pass(text);
  auto read = guarded<Inventory>("inventory", [&]() -> Result<Inventory> {
    const json j = json::parse(*text);
    Inventory inventory;
    for (const json& f : j.at("files")) {
      InventoryFile file;
      ScanId id;
      if (!parse(f.at("name").get<std::string>(), id))
        return fail(ErrorKind::internal, "no name of a scan");
      file.name = id.name;
      file.size_bytes = f.value("size", std::uint64_t{0});
      file.modified_ns = f.value("mtime", std::int64_t{0});
      file.ignored = f.value("ignored", std::string{});
      inventory.files.push_back(std::move(file));
    }
    inventory.observations = j.value("observations", std::vector<std::string>{});
    return inventory;
  });
  if (!read && read.error().kind == ErrorKind::internal)
    return fail(ErrorKind::bad_input, "{}: {}", batch.inventory().string(), tr("is damaged"));
  return read;
}

}  // namespace linka
