// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/find.h"

#include "base/text.h"
#include "base/translate.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace linka {
namespace fs = std::filesystem;
namespace {

bool number(std::string_view text, std::size_t& value) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc{} && end == text.data() + text.size() && !text.empty();
}

struct Range {
  std::size_t from = 0, to = 0;
};

// "7", "3..10", "3.." or "..10"; from 0 when it is none of these.
Range range_of(std::string_view text) {
  Range range{1, std::numeric_limits<std::size_t>::max()};
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos)
    return number(text, range.from) ? Range{range.from, range.from} : Range{};
  const std::string_view first = text.substr(0, dots), final = text.substr(dots + 2);
  if (first.empty() && final.empty()) return {};
  if (!first.empty() && !number(first, range.from)) return {};
  if (!final.empty() && !number(final, range.to)) return {};
  return range.from <= range.to ? range : Range{};
}

}  // namespace

Result<std::vector<ScanId>> find_scans(const BatchStatus& status,
                                       const std::vector<std::string>& names) {
  std::vector<ScanId> found;
  for (const std::string& name : names) {
    ScanId parsed;
    const bool is_id = parse(name, parsed);
    std::vector<ScanId> exact, loose;
    for (const ScanStatus& scan : status.scans) {
      if (scan.id.name == name || (is_id && scan.id == parsed)) exact.push_back(scan.id);
      const fs::path file(scan.id.name);
      if (file.filename() == fs::path(name).filename() || file.stem() == name)
        loose.push_back(scan.id);
    }
    const std::vector<ScanId>& hits = exact.empty() ? loose : exact;
    if (hits.empty())
      return fail(ErrorKind::bad_input, "{}", say(tr("{}: the batch has no such scan"), name));
    const bool one_file = std::all_of(
        hits.begin(), hits.end(), [&](const ScanId& id) { return id.name == hits.front().name; });
    if (!one_file)
      return fail(
          ErrorKind::bad_input, "{}",
          say(tr("{}: could be {} or {}; give the whole name"), name, hits[0].name, hits[1].name));
    found.insert(found.end(), hits.begin(), hits.end());
  }
  return found;
}

Result<std::set<std::size_t>> positions_of(const std::string& selection, std::size_t last) {
  std::set<std::size_t> positions;
  for (const std::string& part : split_text(selection, ',')) {
    const auto [from, to] = range_of(trimmed(part));
    if (from == 0)
      return fail(
          ErrorKind::configuration, "{}",
          say(tr("'{}' is no selection of scans; it looks like 3..10,15 or 20.."), selection));
    for (std::size_t at = from; at <= std::min(to, last); ++at) positions.insert(at);
  }
  if (positions.empty())
    return fail(ErrorKind::configuration, "{}",
                say(trn("'{}' selects nothing; there is {} scan",
                        "'{}' selects nothing; there are {} scans", last),
                    selection, last));
  return positions;
}

Result<Batch> find_batch(const fs::path& start) {
  std::error_code code;
  fs::path folder = fs::weakly_canonical(fs::absolute(start, code), code);
  for (;; folder = folder.parent_path()) {
    Result<Batch> batch = Batch::open(folder);
    if (batch) return batch;
    if (folder == folder.parent_path()) break;
  }
  return fail(ErrorKind::bad_input, "{}",
              say(tr("{}: neither a batch nor inside one; name it with --batch"), start.string()));
}

Result<Asked> find_page(const std::string& page_or_scan, const fs::path& batch_folder) {
  std::error_code code;
  fs::path given(page_or_scan);
  if (given.filename().empty()) given = given.parent_path();
  const bool is_folder = fs::is_directory(given, code);
  fs::path start = batch_folder;
  if (start.empty()) start = is_folder ? given : fs::path(".");
  Result<Batch> batch = batch_folder.empty() ? find_batch(start) : Batch::open(batch_folder);
  if (!batch) return pass(batch);
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return pass(status);
  const auto scan_of = [&](const ScanId& id) {
    return std::find_if(status->scans.begin(), status->scans.end(),
                        [&](const ScanStatus& s) { return s.id == id; });
  };
  for (const ScanStatus& scan : status->scans)
    for (const PageOutcome& page : scan.pages)
      if (batch->page(page.id).filename() == given.filename() ||
          text_of(page.id) == given.filename().string()) {
        ScanStatus only = scan;
        only.pages = {page};
        return Asked{*std::move(batch), std::move(only), 1};
      }
  // A page that never came to be is told by what became of its scan.
  PageId wanted;
  if (parse(given.filename().string(), wanted))
    if (const auto it = scan_of(wanted.scan);
        it != status->scans.end() && it->state != ScanState::done) {
      ScanStatus only = *it;
      only.pages.clear();
      return Asked{*std::move(batch), std::move(only), 1};
    }
  const Result<std::vector<ScanId>> scans = find_scans(*status, {given.string()});
  if (!scans) return pass(scans);
  return Asked{*std::move(batch), *scan_of(scans->front()), scans->size()};
}

Result<MeantPackages> packages_meant(const std::vector<fs::path>& given) {
  MeantPackages all;
  for (const fs::path& path : given) {
    std::error_code code;
    if (!fs::exists(path, code))
      return fail(ErrorKind::bad_input, "{}",
                  say(tr("{}: there is no such package"), path.string()));
    const Result<Batch> batch = Batch::open(path);
    if (!batch) {
      all.packages.push_back(path);
      continue;
    }
    std::vector<fs::path> found;
    for (fs::directory_iterator it(batch->packages(), code), end; !code && it != end;
         it.increment(code))
      if (it->is_directory(code) && !it->path().filename().string().starts_with('.'))
        found.push_back(it->path());
    std::sort(found.begin(), found.end());
    for (const fs::path& package : found) all.batch[package] = path;
    all.packages.insert(all.packages.end(), found.begin(), found.end());
    if (found.empty()) all.without.push_back(path);
  }
  return all;
}

}  // namespace linka
