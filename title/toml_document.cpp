// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/toml_document.h"

#include "base/files.h"
#include "base/text.h"
#include "title/csv_document.h"
#include "title/record_keys.h"
#include "title/words.h"

#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t most_bytes = 16u << 20;

std::size_t line_of_bad_byte(std::string_view text) {
  std::size_t line = 1, start = 0;
  for (std::size_t end; start < text.size(); start = end + 1, ++line) {
    end = std::min(text.find('\n', start), text.size());
    if (!is_utf8(text.substr(start, end - start))) break;
  }
  return line;
}

Rights read_rights(Table& root) {
  Rights rights;
  for (Table& t : root.table("rights", "[rights]")) {
    rights.status = t.text("status");
    rights.publication = t.text("publication");
    rights.creation_year = t.text("creation_year");
    rights.publication_year = t.text("publication_year");
    rights.holder = t.text("holder");
    rights.notice = t.text("notice");
    rights.note = t.text("note");
    const std::set<std::string_view> states{"copyrighted", "pd",      "pd_expired",
                                            "pd_holder",   "unknown", ""};
    const std::set<std::string_view> published{"published", "unpublished", "unknown", ""};
    if (!states.contains(rights.status))
      t.problems().mistake(t.at("status"),
                           "the status is copyrighted, pd, pd_expired, pd_holder or unknown");
    if (!published.contains(rights.publication))
      t.problems().mistake(t.at("publication"), "publication is published, unpublished or unknown");
    t.refuse_unknown();
  }
  return rights;
}

// ---- devices
// -------------------------------------------------------------------------------------

void read_device_tables(Table& t, std::vector<Scanner>& devices) {
  for (Table& inner : t.tables("devices", "[[devices]]", "[[devices]]")) {
    Scanner device = read_scanner(inner);
    if (device.model.empty() && device.serial.empty())
      t.problems().mistake(inner.here(),
                           "a device needs the model or the serial number that scans name it by");
    devices.push_back(std::move(device));
  }
}

void read_device_file(const fs::path& path, Reading& reading, std::vector<Scanner>& devices) {
  const FilePlace file{path.string(), 0, path.string()};
  const auto text = read_text(path, most_bytes);
  if (!text) {
    reading.problems.add(file, text.error().message);
    return;
  }
  reading.files.push_back(path);
  try {
    const toml::table table = toml::parse(*text, path.string());
    Table t(table, "", {path.string(), path.parent_path(), "", 0, {}}, reading);
    read_device_tables(t, devices);
    t.refuse_unknown();
  } catch (const toml::parse_error& e) {
    reading.problems.add({path.string(), e.source().begin.line,
                          fmt::format("{}:{}", path.string(), e.source().begin.line)},
                         std::string(e.description()));
  }
}

std::vector<Scanner> read_devices(Table& root) {
  std::vector<Scanner> devices;
  const fs::path folder = root.whence().folder;
  if (const toml::node* node = root.get("devices")) {
    if (node->is_string())
      read_device_file(folder / root.text_of("devices", *node), root.reading(), devices);
    else
      read_device_tables(root, devices);
    return devices;
  }
  std::error_code code;
  if (fs::is_regular_file(folder / "devices.toml", code))
    read_device_file(folder / "devices.toml", root.reading(), devices);
  return devices;
}

// ---- volumes and issues
// --------------------------------------------------------------------------

bool says_periodical(Table& root) {
  const toml::node* node = root.raw().get("kind");
  const std::string kind = node != nullptr && node->is_string() ? plain(**node->as_string()) : "";
  const std::set<std::string_view> words{"periodical", "periodikum", "noviny",   "casopis",
                                         "newspaper",  "journal",    "magazine", "serial"};
  return words.contains(kind);
}

// [[issues]], or the CSV file that holds them.
void read_units(Table& root, const char* key, ReadDocument& out) {
  const DocumentKind kind = out.document.kind;
  const toml::node* node = root.raw().get(key);
  if (node != nullptr && node->is_string()) {
    root.get(key);
    const fs::path path = root.whence().folder / root.text_of(key, *node);
    root.reading().files.push_back(path);
    if (auto rows = read_csv(path, root.reading()))
      units_from_csv(*rows, kind, root.reading(), out);
    else
      root.problems().add(root.at(key), rows.error().message);
    return;
  }
  const std::string name = fmt::format("[[{}]]", key);
  for (Table& t : root.tables(key, name, name)) {
    YearWord year;
    out.document.units.push_back(read_unit(t, kind, year));
    out.words.push_back(std::move(year));
    t.refuse_unknown();
  }
}

void check_years(const Table& root, const std::vector<Record>& years) {
  std::set<std::string> seen;
  for (const Record& year : years) {
    const TitleInfo* t = main_title(year);
    const std::string name =
        fmt::format("{} ({})", t == nullptr ? "" : t->part_number, issue_date(year));
    if (!seen.insert(name).second)
      root.problems().mistake(root.at("years"), "the year {} is there twice in [[years]]", name);
  }
}

// A work of several volumes or a periodical: [title] or, without it, the keys of the file itself.
void read_several(Table& root, ReadDocument& out) {
  const bool periodical = out.document.kind == DocumentKind::periodical;
  const RecordLevel level = periodical ? RecordLevel::periodical : RecordLevel::title;
  const bool titled = root.raw()["title"].is_table();
  if (titled) {
    out.common = read_common(root);
    for (Table& t : root.table("title", "[title]")) {
      out.document.title = read_record(t, level);
      t.refuse_unknown();
    }
  } else if (periodical || root.raw().contains("title") || root.raw().contains("mods")) {
    out.document.title = read_record(root, level);
  } else {
    out.common = read_common(root);
  }
  root.get("kind");
  for (Table& t : root.tables("years", "[[years]]", "[[years]]")) out.years.push_back(read_year(t));
  if (!periodical && !out.years.empty())
    root.problems().mistake(root.at("years"), "only a periodical has [[years]]");
  check_years(root, out.years);
  read_units(root, periodical ? "issues" : "volumes", out);
  if (periodical && root.raw().contains("volumes"))
    root.problems().mistake(root.at("volumes"),
                            "a periodical has [[issues]]; its years are [[years]]");
  root.get("volumes");
  if (out.document.units.empty() && root.problems().none())
    root.problems().add(root.here(), periodical ? tr("the periodical has no issues")
                                                : tr("the work has no volumes"));
}

// One table answers for a file that holds nothing but a single volume.
void read_single(Table& root, ReadDocument& out) {
  YearWord none;
  out.document.units.push_back(read_unit(root, out.document.kind, none));
  out.document.units.back().where = root.whence().file;
}

}  // namespace

Result<ReadDocument> document_from_toml(std::string_view text, const fs::path& path,
                                        Reading& reading) {
  const std::string file = path.string();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_utf8(text))
    return fail(ErrorKind::bad_input,
                "{}:{}: the text is not UTF-8; save the file in that encoding", file,
                line_of_bad_byte(text));
  try {
    const toml::table table = toml::parse(text, file);
    Table root(table, "", {file, path.parent_path(), "", 0, {}}, reading);
    ReadDocument out;
    const bool periodical = says_periodical(root) || table.contains("issues");
    out.document.kind = periodical ? DocumentKind::periodical : DocumentKind::monograph;
    const bool several = periodical || table.contains("volumes") || table["title"].is_table();
    if (several)
      read_several(root, out);
    else
      read_single(root, out);
    out.document.rights = read_rights(root);
    out.document.devices = read_devices(root);
    root.refuse_unknown(!several && reading.from_mods ? tr("; beside mods it is not read") : "");
    out.from_mods = reading.from_mods;
    return out;
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::bad_input, "{}:{}: {}", file, e.source().begin.line,
                std::string(e.description()));
  }
}

}  // namespace linka
