// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory each step of the line works with, held against what the line reckons with
// (pipeline/step_memory.h).
//
//   build/release/bench/linka-bench-memory [SCAN...]
//
// Without scans it draws some. Every step runs in a process of its own, which has the page and
// nothing else; what counts is by how much its resident memory rises, answer included. The program
// ends with 1 when a step takes more than is reckoned with.
#include "image/image_io.h"
#include "pipeline/step_memory.h"
#include "pipeline/steps.h"
#include "samples/book.h"
#include "stages/decode/decode.h"

#include <omp.h>
#include <opencv2/core.hpp>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {
namespace {
namespace fs = std::filesystem;

constexpr double mib = 1024.0 * 1024;

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "linka-bench-memory: %s\n", result.error().message.c_str());
  std::exit(2);
}

// The most that this process ever had in memory, since that was last reset.
std::uint64_t peak_bytes() {
  constexpr std::string_view name = "VmHWM:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::stoull(line.substr(name.size())) << 10;
  return 0;
}

// The peak of `work` above what there was before; `warm_up` brings in code and tables first.
std::uint64_t peak_of(const std::function<void()>& warm_up, const std::function<void()>& work) {
  void* shared = ::mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& answer = *static_cast<std::uint64_t*>(shared);
  const pid_t child = ::fork();
  if (child == 0) {
    omp_set_num_threads(1);
    warm_up();
    std::ofstream("/proc/self/clear_refs") << "5";
    const std::uint64_t before = resident_bytes();
    work();
    answer = peak_bytes() - before;
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  const std::uint64_t peak = answer;
  ::munmap(shared, sizeof(std::uint64_t));
  return peak;
}

struct Line {
  Tools tools;
  int over = 0;  // steps that took more than is reckoned with

  void say(const std::string& scan, StageName step, Size size, int channels, std::uint64_t reading,
           std::uint64_t found) {
    const StepMemory reckoned = step_memory(size, channels, reading);
    const std::uint64_t claim = step <= StageName::cut ? reckoned.early : reckoned.of(step);
    const double pixels = static_cast<double>(size.width) * size.height;
    std::printf("%-14s %-7s %8.1f %8.1f %9.1f %9.1f%s\n", scan.c_str(), name_of(step),
                static_cast<double>(found) / mib, static_cast<double>(found) / pixels,
                static_cast<double>(claim) / mib, static_cast<double>(claim) / pixels,
                found > claim ? "  MORE" : "");
    std::fflush(stdout);
    if (found > claim) ++over;
  }

  Page cut(const ScanJob& job) {
    const ScanFile file = must(open_scan(job, tools));
    const LoadedScan scan = must(decode_scan(job, file, tools));
    Page page = must(split_scan(scan, tools)).front();
    page = must(deskew_page(page, tools));
    page = must(crop_page(page, tools));
    page = must(dewarp_page(page, tools));
    page = must(cut_page(page, tools));
    return page;
  }

  void measure(const ScanJob& job, const Page& warm) {
    const ScanFile file = must(open_scan(job, tools));
    const ScanHeader header = must(probe(file.file.bytes(), tools.profile.decode));
    const std::uint64_t reading =
        file.file.bytes().size() + (header.decode_bytes.empty() ? 0 : header.decode_bytes.front());
    const auto nothing = [] {};
    const LoadedScan scan = must(decode_scan(job, file, tools));
    const Size size = scan.image.size();
    const int channels = scan.image.channels();
    const auto put = [&](StageName step, const std::function<void()>& before,
                         const std::function<void()>& work) {
      say(job.id.name, step, size, channels, reading, peak_of(before, work));
    };
    put(StageName::decode, nothing, [&] {
      const ScanFile again = must(open_scan(job, tools));
      must(decode_scan(job, again, tools));
    });
    std::vector<Page> pages;
    put(StageName::split, nothing, [&] { must(split_scan(scan, tools)); });
    Page page = must(split_scan(scan, tools)).front();
    put(StageName::deskew, nothing, [&] { must(deskew_page(page, tools)); });
    page = must(deskew_page(page, tools));
    put(StageName::crop, nothing, [&] { must(crop_page(page, tools)); });
    page = must(crop_page(page, tools));
    put(StageName::dewarp, nothing, [&] { must(dewarp_page(page, tools)); });
    page = must(dewarp_page(page, tools));
    put(StageName::cut, nothing, [&] { must(cut_page(page, tools)); });
    page = must(cut_page(page, tools));
    put(
        StageName::read, [&] { must(read_page(warm, tools)); },
        [&] { must(read_page(page, tools)); });
    put(
        StageName::check, [&] { must(check_page(warm, tools)); },
        [&] { must(check_page(page, tools)); });
    put(
        StageName::master, [&] { must(encode_master(warm, tools)); },
        [&] { must(encode_master(page, tools)); });
    put(
        StageName::user, [&] { must(encode_user(warm, tools)); },
        [&] { must(encode_user(page, tools)); });
  }
};

ScanJob job_of(const fs::path& file) {
  return {{file.filename().string(), 0}, fs::file_size(file), 0};
}

int run(int argc, char** argv) {
  keep_memory_small();  // so that no step finds room that an earlier one left
  cv::setNumThreads(1);
  omp_set_num_threads(1);
  const fs::path work = fs::temp_directory_path() / ("linka-memory-" + std::to_string(::getpid()));
  const fs::path scans = work / "scans";
  fs::create_directories(scans);
  BookOrder small;
  small.pages = 4;
  small.kind = BatchKind::singles;
  small.dpi = 100;
  small.paper = {60, 90};
  must(make_book(scans, small));
  fs::rename(scans / "0003.tif", scans / "warm.tif");
  std::vector<fs::path> files;
  if (argc < 2) {
    BookOrder order = small;
    order.paper = {125, 195};
    order.dpi = 400;
    order.pixels = ScanColours::rgb;
    must(make_book(scans, order));
    fs::rename(scans / "0003.tif", scans / "rgb.tif");
    order.pixels = ScanColours::grey;
    must(make_book(scans, order));
    fs::rename(scans / "0003.tif", scans / "grey.tif");
    files = {scans / "rgb.tif", scans / "grey.tif"};
  }
  for (int i = 1; i < argc; ++i) {
    fs::create_symlink(fs::absolute(argv[i]), scans / fs::path(argv[i]).filename());
    files.push_back(scans / fs::path(argv[i]).filename());
  }
  const Batch batch = must(Batch::open_or_create(work / "batch", scans));
  const Profile profile;
  const std::uint64_t before = resident_bytes();
  const OcrEngines ocr = must(OcrEngines::make(profile.ocr));
  std::printf("engines: %.1f MiB\n", static_cast<double>(resident_bytes() - before) / mib);
  Line line{must(make_tools(batch, profile, &ocr))};
  const Page warm = line.cut(job_of(scans / "warm.tif"));
  std::printf("%-14s %-7s %8s %8s %9s %9s\n", "scan", "step", "MiB", "a pixel", "reckoned",
              "a pixel");
  for (const fs::path& file : files) line.measure(job_of(file), warm);
  fs::remove_all(work);
  return line.over > 0 ? 1 : 0;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  return linka::run(argc, argv);
}
