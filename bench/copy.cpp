// SPDX-License-Identifier: GPL-3.0-or-later
// The two ends of a copy, each by itself, for bench/batch:
//
//   linka-bench-copy encode SCAN OUT.jp2 [--copy master|user] [--rate 8]
//   linka-bench-copy cut SCAN FACTS.json OUT.ppm
//
// `encode` reads a picture and makes one copy of it, as the line does but without metadata. `cut`
// takes the page out of its scan as the facts of a finished page say, which is what the encoder was
// given, so that another program can hold the master copy against it.
#include "base/files.h"
#include "image/convert.h"
#include "image/turn.h"
#include "model/geometry.h"
#include "stages/decode/decode.h"
#include "stages/encode/encode.h"
#include "workspace/facts_json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include <iostream>

namespace linka {
namespace {
namespace fs = std::filesystem;

constexpr int outside_scan = 255;  // as the line fills what the scan does not show

Result<Image> picture_in(const fs::path& file, int frame) {
  const auto bytes = read_file(file);
  if (!bytes) return pass(bytes);
  auto scan = decode(*bytes, frame, {});
  if (!scan) return pass(scan);
  return std::move(scan->image);
}

Result<void> encode_picture(const fs::path& scan, Copy copy, const EncodeParams& params,
                            const fs::path& out) {
  const auto picture = picture_in(scan, 0);
  if (!picture) return pass(picture);
  const auto jp2 = encode(*picture, copy, params);
  if (!jp2) return pass(jp2);
  return write_atomically(out, *jp2);
}

Bytes portable_map(const Image& image) {
  const std::string head = fmt::format("P{}\n{} {}\n255\n", image.channels() == 1 ? 5 : 6,
                                       image.width(), image.height());
  Bytes out(head.begin(), head.end());
  const auto line = static_cast<std::ptrdiff_t>(image.width()) * image.channels();
  for (int y = 0; y < image.height(); ++y) out.insert(out.end(), image.row(y), image.row(y) + line);
  return out;
}

Result<void> cut_page(const fs::path& scan_file, const fs::path& facts_file, const fs::path& out) {
  const auto bytes = read_file(facts_file);
  if (!bytes) return pass(bytes);
  const auto facts =
      page_facts_from_json(nlohmann::json::parse(bytes->begin(), bytes->end(), nullptr, false));
  if (!facts) return pass(facts);
  const auto upright = picture_in(scan_file, facts->source.frame);
  if (!upright) return pass(upright);
  const Image scan = quarter_turned(*upright, facts->turn_deg);
  const Affine transform = page_from_scan(scan.size(), scan.dpi(), facts->angle_deg, facts->crop);
  const Image page = resampled(scan, transform, facts->bend, facts->crop,
                               {facts->width_px, facts->height_px}, facts->dpi, outside_scan);
  return write_atomically(out, portable_map(page));
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;
  cv::setNumThreads(1);
  CLI::App app("One copy of a picture, or the picture that a copy was made of");
  app.require_subcommand(1);
  fs::path scan, facts, out;
  std::string copy = "user";
  EncodeParams params;
  CLI::App* encodes = app.add_subcommand("encode", "makes one copy of a picture");
  encodes->add_option("SCAN", scan)->required();
  encodes->add_option("OUT", out)->required();
  encodes->add_option("--copy", copy)->check(CLI::IsMember({"master", "user"}));
  encodes->add_option("--rate", params.user_rate)->check(CLI::Range(6.5, 50.0));
  CLI::App* cuts = app.add_subcommand("cut", "the page as the encoder was given it");
  cuts->add_option("SCAN", scan)->required();
  cuts->add_option("FACTS", facts)->required();
  cuts->add_option("OUT", out)->required();
  CLI11_PARSE(app, argc, argv);
  const auto done = guarded<void>("linka-bench-copy", [&] {
    return encodes->parsed()
               ? encode_picture(scan, copy == "user" ? Copy::user : Copy::master, params, out)
               : linka::cut_page(scan, facts, out);
  });
  if (done) return 0;
  std::cerr << done.error().message << "\n";
  return 1;
}
