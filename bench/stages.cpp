// SPDX-License-Identifier: GPL-3.0-or-later
// CPU time of each stage on one drawn page: RGB, 300 dpi, on one thread. With --large the page is
// of 185 x 265 mm at 400 dpi.
//
//   build/release/bench/linka-bench-stages [--large] [--benchmark_filter=deskew]
#include "base/files.h"
#include "image/convert.h"
#include "samples/book.h"
#include "stages/blank/blank.h"
#include "stages/check/check.h"
#include "stages/crop/crop.h"
#include "stages/decode/decode.h"
#include "stages/deskew/deskew.h"
#include "stages/dewarp/dewarp.h"
#include "stages/encode/encode.h"
#include "stages/light/light.h"
#include "stages/metadata/metadata.h"
#include "stages/ocr/ocr.h"
#include "stages/split/split.h"

#include <benchmark/benchmark.h>
#include <omp.h>
#include <opencv2/core.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace linka {
namespace {

namespace fs = std::filesystem;

// A scan of each kind as bytes and as pixels, and the finished page of the single one.
struct Material {
  Bytes single_file, spread_file;
  Image single, spread, page;
  double angle_deg = 0;
  Box box;
};

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "linka-bench-stages: %s\n", result.error().message.c_str());
  std::exit(1);
}

bool large = false;  // set before the material is made

Material make_material() {
  const fs::path folder = fs::temp_directory_path() / "linka-bench-stages";
  BookOrder order;
  order.dpi = large ? 400 : 300;
  if (large) order.paper = {185, 265};
  order.pixels = ScanColours::rgb;
  order.pages = 8;
  must(make_book(folder, order));
  Material m;
  m.single_file = must(read_file(folder / "0005.tif"));
  m.spread_file = must(read_file(folder / "0006.tif"));
  fs::remove_all(folder);
  m.single = must(decode(m.single_file, 0, {})).image;
  m.spread = must(decode(m.spread_file, 0, {})).image;
  const Quad all = quad_of(m.single.box());
  m.angle_deg = must(deskew(m.single, all, {})).angle_deg;
  const Box box = must(crop(m.single, all, m.angle_deg, {})).box;
  m.box = box;
  m.page = resampled(m.single, page_from_scan(m.single.size(), m.single.dpi(), m.angle_deg, box),
                     {static_cast<int>(box.width()), static_cast<int>(box.height())},
                     m.single.dpi(), 255);
  return m;
}

const Material& material() {
  static const Material m = make_material();
  return m;
}

void report_pixels(benchmark::State& state, const Image& image) {
  state.counters["megapixels"] = static_cast<double>(image.width()) * image.height() / 1e6;
}

void decode_single(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(decode(material().single_file, 0, {})));
  report_pixels(state, material().single);
}
void split_spread(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(split(material().spread, {})));
  report_pixels(state, material().spread);
}
void split_single(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(split(material().single, {})));
  report_pixels(state, material().single);
}
void deskew_single(benchmark::State& state) {
  const Quad all = quad_of(material().single.box());
  for (auto _ : state) benchmark::DoNotOptimize(must(deskew(material().single, all, {})));
  report_pixels(state, material().single);
}
void crop_single(benchmark::State& state) {
  const Quad all = quad_of(material().single.box());
  for (auto _ : state)
    benchmark::DoNotOptimize(must(crop(material().single, all, material().angle_deg, {})));
  report_pixels(state, material().single);
}
void dewarp_single(benchmark::State& state) {
  const Material& m = material();
  const Quad all = quad_of(m.single.box());
  for (auto _ : state)
    benchmark::DoNotOptimize(must(dewarp(m.single, all, m.angle_deg, m.box, {})));
  report_pixels(state, m.single);
}
void resample_bent(benchmark::State& state) {
  const Material& m = material();
  Bend bend{m.box, 2, 2, {{0, 12}, {0, 0}, {0, 0}, {0, -12}}};
  const Affine to_page = page_from_scan(m.single.size(), m.single.dpi(), m.angle_deg, m.box);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        resampled(m.single, to_page, bend, m.box, m.page.size(), m.single.dpi(), 255));
  report_pixels(state, m.page);
}
void check_page(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(measure(material().page, {})));
  report_pixels(state, material().page);
}
void user_light_page(benchmark::State& state) {
  LightParams params;
  params.user = "gentle";
  for (auto _ : state) benchmark::DoNotOptimize(must(even_background(material().page, params)));
  report_pixels(state, material().page);
}
void resample_page(benchmark::State& state) {
  const Image& scan = material().single;
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), material().angle_deg);
  for (auto _ : state)
    benchmark::DoNotOptimize(resampled(scan, turned, scan.size(), scan.dpi(), 255));
  report_pixels(state, scan);
}
void blank_page(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(find_blank(material().page, {})));
  report_pixels(state, material().page);
}
void light_page(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(even_light(material().page, {})));
  report_pixels(state, material().page);
}
void ocr_page(benchmark::State& state) {
  const OcrEngines engines = must(OcrEngines::make({}));
  const Image page = must(even_light(material().page, {}));
  for (auto _ : state) benchmark::DoNotOptimize(must(engines.read(page)));
  report_pixels(state, page);
}
void encode_master(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(encode(material().page, Copy::master, {})));
  report_pixels(state, material().page);
}
void encode_user(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(encode(material().page, Copy::user, {})));
  report_pixels(state, material().page);
}
void verify_master(benchmark::State& state) {
  const Bytes jp2 = must(encode(material().page, Copy::master, {}));
  for (auto _ : state) benchmark::DoNotOptimize(must(decode_jp2(jp2)));
  report_pixels(state, material().page);
}
void metadata_page(benchmark::State& state) {
  const Bytes jp2 = must(encode(material().page, Copy::user, {}));
  ImageMetadata facts;
  facts.title = "Měsíční mlýn";
  facts.page_id = "0005.tif";
  for (auto _ : state) benchmark::DoNotOptimize(must(embed_metadata(jp2, facts, {})));
  report_pixels(state, material().page);
}

BENCHMARK(decode_single)->Unit(benchmark::kMillisecond);
BENCHMARK(split_spread)->Unit(benchmark::kMillisecond);
BENCHMARK(split_single)->Unit(benchmark::kMillisecond);
BENCHMARK(deskew_single)->Unit(benchmark::kMillisecond);
BENCHMARK(crop_single)->Unit(benchmark::kMillisecond);
BENCHMARK(dewarp_single)->Unit(benchmark::kMillisecond);
BENCHMARK(resample_bent)->Unit(benchmark::kMillisecond);
BENCHMARK(check_page)->Unit(benchmark::kMillisecond);
BENCHMARK(user_light_page)->Unit(benchmark::kMillisecond);
BENCHMARK(resample_page)->Unit(benchmark::kMillisecond);
BENCHMARK(blank_page)->Unit(benchmark::kMillisecond);
BENCHMARK(light_page)->Unit(benchmark::kMillisecond);
BENCHMARK(ocr_page)->Unit(benchmark::kMillisecond);
BENCHMARK(encode_master)->Unit(benchmark::kMillisecond);
BENCHMARK(encode_user)->Unit(benchmark::kMillisecond);
BENCHMARK(verify_master)->Unit(benchmark::kMillisecond);
BENCHMARK(metadata_page)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  omp_set_num_threads(1);
  const auto last = std::remove_if(argv + 1, argv + argc, [](const char* argument) {
    return std::strcmp(argument, "--large") == 0;
  });
  linka::large = last != argv + argc;
  argc = static_cast<int>(last - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  linka::material();  // drawn before the first clock starts
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
