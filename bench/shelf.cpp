// SPDX-License-Identifier: GPL-3.0-or-later
// Many small objects on one shelf: does storing the last cost what storing the first did, and what
// do listing and auditing cost for each? Prints a line for every tenth.
//
//   linka-bench-shelf [--objects 100000] [--dir FOLDER]
#include "base/clock.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "bench/cpu_time.h"
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

// CPU and wall time since it was made, in ms for each of n.
class Watch {
 public:
  std::string each(std::size_t n) const {
    const double times = 1000 / static_cast<double>(n);
    return fmt::format("{:.2f} ms CPU, {:.2f} ms", (cpu_seconds() - cpu_) * times,
                       (steady_s() - wall_) * times);
  }

 private:
  double cpu_ = cpu_seconds(), wall_ = steady_s();
};

int failed(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

int run(std::size_t objects, const fs::path& folder) {
  const auto shelf = Shelf::create(folder / "shelf", {});
  if (!shelf) return failed(shelf.error());
  const std::size_t part = std::max<std::size_t>(1, objects / 10);
  for (std::size_t done = 0; done < objects;) {
    const Watch adding;
    const std::size_t begin = done;
    for (; done < begin + part && done < objects; ++done) {
      const std::string text = fmt::format("object {}", done);
      for (const char* name : {"page.xml", "info.xml"})
        if (auto r = write_atomically(folder / "package" / name, std::string_view(text)); !r)
          return failed(r.error());
      PutOptions options;
      options.id = fmt::format("linka:object-{}", done);
      options.message = "measured";
      if (auto put = put_object(*shelf, folder / "package", options); !put)
        return failed(put.error());
    }
    const std::string added = adding.each(done - begin);
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
    fmt::print("{:>7} objects: add {}; list {}; quota {}\n", done, added, list_each,
               asking.each(1));
    std::fflush(stdout);
  }
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
