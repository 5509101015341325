// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/batch_index.h"

#include "base/event_log.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "workspace/status.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <map>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr int index_version = 1;  // raised when the same files give other numbers

// A line of the index: what a batch's numbers were reckoned from, and the numbers.
struct Entry {
  std::string state;
  BatchSummary summary;
};

// The numbers under their names, once for writing, reading and adding.
template <class Summary, class Visit>
void each_number(Summary& s, Visit&& visit) {
  visit("scans", s.scans);
  visit("done", s.done);
  visit("parked", s.parked);
  visit("excluded", s.excluded);
  visit("pending", s.pending);
  visit("missing", s.missing);
  visit("pages", s.pages);
  visit("packages", s.packages);
  visit("damaged_journal_lines", s.damaged_journal_lines);
}

void add(BatchSummary& sums, const BatchSummary& one) {
  std::vector<std::size_t> numbers;
  each_number(one, [&](const char*, std::size_t number) { numbers.push_back(number); });
  auto next = numbers.begin();
  each_number(sums, [&](const char*, std::size_t& sum) { sum += *next++; });
}

std::string line_of(const Entry& entry) {
  json out{{"index", index_version}, {"batch", entry.summary.name}, {"state", entry.state}};
  each_number(entry.summary, [&](const char* name, std::size_t number) { out[name] = number; });
  out["complete"] = entry.summary.complete;
  return event_line(out);
}

std::map<std::string, Entry> read_index(const fs::path& folder) {
  std::map<std::string, Entry> out;
  const auto lines = read_events(batch_index_of(folder));
  if (!lines) return out;
  for (const json& line : lines->events) {
    try {
      if (line.at("index") != index_version) continue;
      Entry entry;
      entry.summary.name = line.at("batch").get<std::string>();
      entry.state = line.at("state").get<std::string>();
      each_number(entry.summary, [&](const char* name, std::size_t& number) {
        number = line.at(name).get<std::size_t>();
      });
      entry.summary.complete = line.at("complete").get<bool>();
      out[entry.summary.name] = std::move(entry);
    } catch (const json::exception&) {
      continue;  // made anew from its journal
    }
  }
  return out;
}

void add_state(std::string& state, const fs::path& file) {
  struct stat st {};
  if (::stat(file.c_str(), &st) != 0) return;
  state += fmt::format("{} {} {}.{:09} ", file.filename().string(), st.st_size, st.st_mtim.tv_sec,
                       st.st_mtim.tv_nsec);
}

// Names, sizes and times of the files that the numbers come from.
std::string state_of(const fs::path& batch) {
  std::vector<fs::path> journals;
  std::error_code code;
  for (fs::directory_iterator it(batch / "journal", code), end; !code && it != end;
       it.increment(code))
    if (it->path().extension() == ".jsonl") journals.push_back(it->path());
  std::sort(journals.begin(), journals.end());
  std::string state;
  for (const fs::path& journal : journals) add_state(state, journal);
  add_state(state, batch / "inventory.json");
  return state;
}

BatchSummary summary_of(const fs::path& folder) {
  BatchSummary out;
  out.name = folder.filename().string();
  const auto batch = Batch::open(folder);
  if (!batch) {
    out.problem = batch.error().message;
    return out;
  }
  const auto status = guarded<BatchStatus>("status", [&] { return journaled_status_of(*batch); });
  if (!status) {
    out.problem = status.error().message;
    return out;
  }
  out.scans = status->scans.size();
  out.done = status->scans_done;
  out.parked = status->scans_parked;
  out.excluded = status->scans_excluded;
  out.pending = status->scans_pending;
  out.missing = status->scans_missing;
  out.pages = status->pages_done;
  out.packages = status->packages.size();
  out.damaged_journal_lines = status->damaged_journal_lines;
  out.complete = status->green();
  return out;
}

bool is_batch(const fs::directory_entry& entry) {
  std::error_code code;
  return !entry.path().filename().string().starts_with('.') &&
         fs::is_regular_file(entry.path() / "batch.json", code);
}

Result<std::vector<fs::path>> batches_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (is_batch(*it)) out.push_back(it->path());
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  if (out.empty())
    return fail(ErrorKind::bad_input, "{}: {}", folder.string(),
                tr("there is no batch in this folder"));
  std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return out;
}

}  // namespace

fs::path batch_index_of(const fs::path& folder) {
  return folder / "batches.index";
}

bool holds_batches(const fs::path& folder) {
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (is_batch(*it)) return true;
  return false;
}

Result<BatchesSummary> summary_of_batches(
    const fs::path& folder, bool rebuild,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  const auto batches = batches_in(folder);
  if (!batches) return pass(batches);
  std::map<std::string, Entry> kept;
  if (!rebuild) kept = read_index(folder);
  BatchesSummary out;
  out.batches.reserve(batches->size());
  std::string lines;
  for (const fs::path& batch : *batches) {
    // The files' state is taken first: what is written while we read is seen the next time.
    Entry entry{state_of(batch), {}};
    const auto known = kept.find(batch.filename().string());
    if (known != kept.end() && known->second.state == entry.state) {
      entry = std::move(known->second);
    } else {
      entry.summary = summary_of(batch);
      ++out.journals_read;
    }
    if (entry.summary.problem.empty()) lines += line_of(entry);
    add(out.sums, entry.summary);
    if (entry.summary.complete) ++out.complete;
    out.batches.push_back(std::move(entry.summary));
    if (progress) progress(out.batches.size(), batches->size());
  }
  out.sums.complete = out.complete == out.batches.size();
  if (out.journals_read > 0 || kept.size() != batches->size())
    if (auto written = write_atomically(batch_index_of(folder), lines); !written)
      out.index_problem = written.error().message;
  return out;
}

}  // namespace linka
