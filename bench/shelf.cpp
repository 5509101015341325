// SPDX-License-Identifier: GPL-3.0-or-later
// Many small objects on one shelf: does storing the last cost what storing the first did, and a new
// version, and what do listing and auditing cost for each? Prints a line for every tenth.
//
//   linka-bench-shelf [--objects 100000] [--dir FOLDER]
#include "base/clock.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "bench/cpu_time.h"
#include "bench/instructions.h"
#include "shelf/audit.h"
#include "shelf/books.h"
#include "shelf/put.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace linka {
namespace {
namespace fs = std::filesystem;

// CPU time, wall time and instructions since it was made, for each of n.
class Watch {
 public:
  std::string each(std::size_t n) const {
    const double times = 1000 / static_cast<double>(n);
    const auto count = instructions_.so_far();
    return fmt::format(
        "{:.3f} ms CPU, {:.2f} ms, {} kinstr", (cpu_seconds() - cpu_) * times,
        (steady_s() - wall_) * times,
        count ? fmt::format("{:.1f}", static_cast<double>(*count) / static_cast<double>(n) / 1000)
              : "?");
  }

 private:
  Instructions instructions_;
  double cpu_ = cpu_seconds(), wall_ = steady_s();
};

int failed(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

int run(std::size_t objects, const fs::path& folder) {
  const auto shelf = Shelf::create(folder / "shelf", {});
  if (!shelf) return failed(shelf.error());
  const auto store = [&](std::size_t number, std::string_view info) -> Result<PutReport> {
    const std::string page = fmt::format("object {}", number);
    for (const auto& [name, text] :
         {std::pair{"page.xml", std::string_view(page)}, {"info.xml", info}})
      if (auto r = write_unflushed(folder / "package" / name, text); !r) return pass(r);
    PutOptions options;
    options.id = fmt::format("linka:object-{}", number);
    options.message = "measured";
    return put_object(*shelf, folder / "package", options);
  };
  const std::size_t part = std::max<std::size_t>(1, objects / 10);
  for (std::size_t done = 0; done < objects;) {
    const Watch adding;
    const std::size_t begin = done;
    for (; done < begin + part && done < objects; ++done)
      if (auto put = store(done, "first"); !put) return failed(put.error());
    const std::string added = adding.each(done - begin);
    // A hundredth of them once more, otherwise.
    const Watch again;
    const std::size_t some = std::max<std::size_t>(1, part / 100);
    for (std::size_t i = 0; i < some; ++i)
      if (auto put = store(begin + i, "second"); !put) return failed(put.error());
    const std::string versioned = again.each(some);
    const Watch listing;
    std::size_t listed = 0;
    const FolderStorage storage(shelf->objects());
    const auto walked = for_each_object(storage, [&](const std::string& path) -> Result<void> {
      if (const auto inventory = inventory_at(storage, path); !inventory) return pass(inventory);
      ++listed;
      return {};
    });
    if (!walked) return failed(walked.error());
    const std::string list_each = listing.each(listed);
    const Watch asking;
    const auto sums = shelf_sums(*shelf);
    if (!sums || sums->objects != done || listed != done) return 1;
    const std::string asked = asking.each(1);
    const Watch reading;
    const auto history = shelf_history(*shelf);
    if (!history || !shelf_pace(*history, iso8601(now())).value_or(1)) return 1;
    fmt::print("{:>7} objects: add {}; version {}; list {}; sums {}; history {} a line\n", done,
               added, versioned, list_each, asked, reading.each(history->size()));
    std::fflush(stdout);
  }
  const Watch counting;
  if (const auto wrong = recount_shelf(*shelf); !wrong) return failed(wrong.error());
  fmt::print("recount of {} objects: {} each\n", objects, counting.each(objects));
  std::fflush(stdout);
  const Watch auditing;
  const auto report = audit_shelf(*shelf, {});
  if (!report) return failed(report.error());
  if (report->checked != objects || report->errors != 0) return 1;
  fmt::print("audit of {} objects: {} each\n", objects, auditing.each(objects));
  return 0;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  std::size_t objects = 100'000;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--objects") objects = std::strtoul(argv[i + 1], nullptr, 10);
    if (std::string(argv[i]) == "--dir") folder = argv[i + 1];
  }
  const auto scratch = linka::ScratchFolder::in(folder, "linka-bench-shelf");
  if (!scratch) return linka::failed(scratch.error());
  if (auto r = linka::make_folders(scratch->path() / "package"); !r)
    return linka::failed(r.error());
  return linka::run(objects, scratch->path());
}
