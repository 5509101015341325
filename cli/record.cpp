// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/record.h"

#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "title/title.h"
#include "title/write_document.h"

#include <algorithm>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

Result<LoadedDocument> loaded_from(const fs::path& record) {
  return guarded<LoadedDocument>("record", [&] { return load_document(record); });
}

// What keeps a unit from being packaged, as far as the record alone shows.
std::vector<std::string> lacking(const Document& document, const Unit& unit, bool urn_to_come) {
  const bool periodical = document.kind == DocumentKind::periodical;
  std::vector<std::string> out = missing_parts(
      unit.record, periodical ? RecordLevel::issue : RecordLevel::volume, urn_to_come);
  if (document.title)
    for (const std::string& part :
         missing_parts(*document.title, periodical ? RecordLevel::periodical : RecordLevel::title))
      if (std::find(out.begin(), out.end(), part) == out.end()) out.push_back(part);
  if (periodical && !unit.year) out.emplace_back(tr("the year it belongs to"));
  return out;
}

bool stands_alone(const LoadedDocument& loaded) {
  return loaded.files.size() == 1 && lower_ascii(loaded.files[0].extension().string()) != ".csv";
}

}  // namespace

fs::path record_beside(const fs::path& scans) {
  std::error_code code;
  const fs::path folder = fs::is_directory(scans, code) ? scans : scans.parent_path();
  for (const char* name : {"title.toml", "record.toml", "record.xml", "mods.xml", "title.csv",
                           "issues.csv", "volumes.csv"})
    if (fs::is_regular_file(folder / name, code)) return folder / name;
  std::vector<fs::path> documents;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, code), end; !code && it != end;
       it.increment(code))
    if (const std::string file = lower_ascii(it->path().filename().string());
        file.ends_with(".xml") && !file.ends_with(".marc.xml") && it->is_regular_file(code))
      documents.push_back(it->path());
  return documents.size() == 1 ? documents.front() : fs::path();
}

Result<void> check_record(const fs::path& record, bool quiet, bool urn_to_come) {
  const Result<LoadedDocument> loaded = loaded_from(record);
  if (!loaded) return pass(loaded);
  if (!quiet)
    for (const std::string& note : loaded->notes) remark(say(tr("record: {}"), note));
  std::vector<std::string> told;
  for (const Unit& unit : loaded->document.units)
    if (const auto missing = lacking(loaded->document, unit, urn_to_come); !missing.empty())
      told.push_back(say(tr("{}: the record lacks {}"),
                         loaded->document.units.size() == 1 ? record.string() : unit.where,
                         fmt::format("{}", fmt::join(missing, ", "))));
  if (told.size() == loaded->document.units.size())
    return tl::unexpected(
        Error{ErrorKind::bad_input, fmt::format("{}", fmt::join(told, "; ")), {}});
  for (const std::string& sentence : told) remark(sentence);
  return {};
}

Result<void> keep_record(Batch& batch, const fs::path& record) {
  const Result<LoadedDocument> loaded = loaded_from(record);
  if (!loaded) return pass(loaded);
  if (stands_alone(*loaded)) return batch.keep_record(record);
  const fs::path whole = batch.folder() / ".record.toml";
  if (auto r = write_atomically(whole, document_text(loaded->document)); !r) return r;
  auto kept = batch.keep_record(whole);
  std::error_code code;
  fs::remove(whole, code);
  return kept;
}

bool same_record(const fs::path& a, const fs::path& b) {
  const Result<std::string> here = read_text(a), there = read_text(b);
  if (here && there && *here == *there) return true;
  const Result<LoadedDocument> one = loaded_from(a), other = loaded_from(b);
  return one && other && document_text(one->document) == document_text(other->document);
}

fs::file_time_type last_change(const fs::path& record) {
  std::error_code code;
  fs::file_time_type last = fs::last_write_time(record, code);
  const Result<LoadedDocument> loaded = loaded_from(record);
  if (!loaded) return last;
  for (const fs::path& file : loaded->files) last = std::max(last, fs::last_write_time(file, code));
  return last;
}

}  // namespace linka
