// SPDX-License-Identifier: GPL-3.0-or-later
// The geometry of a page alone, over a folder of scans with truth: decode, split, deskew, crop,
// dewarp and the one resampling, without OCR or encoding. Writes what was found as JSON, in pixels
// of the scan as it lies in its file, with the CPU seconds from decoded pixels to finished pages.
//
//   linka-bench-geometry --set DIR --out FILE [--only PREFIX] [--turn DEGREES] [--pages DIR]
//                        [--no-dewarp]
//
// DIR/cases.json lists the cases: {"cases": [{"id", "image"}, ...]}. --turn turns every scan first
// (about its centre, on a canvas that holds it whole) and tells it to nobody. --pages writes the
// finished pages as PNG. --no-dewarp leaves curved pages curved.
#include "base/digest.h"
#include "base/files.h"
#include "bench/cpu_time.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "stages/crop/crop.h"
#include "stages/decode/decode.h"
#include "stages/deskew/deskew.h"
#include "stages/dewarp/dewarp.h"
#include "stages/split/split.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <fstream>
#include <iostream>
#include <vector>

namespace linka {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Turned {
  Image image;
  Affine from_scan;
};
Turned turned(const Image& scan, double degrees) {
  if (degrees == 0) return {scan, {}};
  const double w = scan.width(), h = scan.height();
  const Affine about = turn(degrees, {w / 2, h / 2});
  Quad corners = quad_of(scan.box());
  for (Point& p : corners) p = about(p);
  const Box box = box_of(corners);
  const Affine shift = translation(-std::floor(box.x0), -std::floor(box.y0));
  const Affine all = composed(about, shift);
  const Size size{static_cast<int>(std::ceil(box.x1) - std::floor(box.x0)),
                  static_cast<int>(std::ceil(box.y1) - std::floor(box.y0))};
  return {resampled(scan, all, size, scan.dpi(), 255), all};
}

Json point(Point p) {
  return Json::array({p.x, p.y});
}

// Clockwise from the top left; of a flattened page the upper and lower edge in steps, since they
// are curved on the scan.
std::vector<Point> outline_of(const Box& page, bool bent) {
  if (!bent) {
    const Quad corners = quad_of(page);
    return {corners.begin(), corners.end()};
  }
  constexpr int steps = 32;
  std::vector<Point> outline;
  for (int i = 0; i <= steps; ++i) outline.push_back({page.x0 + page.width() * i / steps, page.y0});
  for (int i = steps; i >= 0; --i) outline.push_back({page.x0 + page.width() * i / steps, page.y1});
  return outline;
}

Result<Json> geometry_of(const fs::path& file, double degrees, const fs::path& pages,
                         const std::string& id, const DewarpParams& flatten) {
  const auto bytes = read_file(file);
  if (!bytes) return pass(bytes);
  const auto decoded = decode(*bytes, 0, {});
  if (!decoded) return pass(decoded);
  const Turned scan = turned(decoded->image, degrees);
  const Affine to_file = inverse(scan.from_scan);

  const double begun = cpu_seconds();
  Json out;
  out["pages"] = Json::array();
  const auto parts = split(scan.image, {});
  if (!parts) return pass(parts);
  for (const PagePart& part : parts->parts) {
    const auto skew = deskew(scan.image, part.region, {});
    if (!skew) return pass(skew);
    const auto cropped = crop(scan.image, part.region, skew->angle_deg, {});
    if (!cropped) return pass(cropped);
    const double begun_bend = cpu_seconds();
    const auto bent = dewarp(scan.image, part.region, skew->angle_deg, cropped->box, flatten);
    if (!bent) return pass(bent);
    const double ended_bend = cpu_seconds();
    const Affine to_page =
        page_from_scan(scan.image.size(), scan.image.dpi(), skew->angle_deg, cropped->box);
    const Size size{static_cast<int>(cropped->box.width() + 0.5),
                    static_cast<int>(cropped->box.height() + 0.5)};
    const Image page =
        resampled(scan.image, to_page, bent->bend, cropped->box, size, scan.image.dpi(), 255);
    const double ended_cut = cpu_seconds();
    const Affine back = composed(inverse(to_page), to_file);
    Json polygon = Json::array();
    for (const Point& p : quad_of(page.box())) polygon.push_back(point(back(p)));
    Json outline = Json::array();
    for (const Point& p : outline_of(page.box(), !bent->bend.empty()))
      outline.push_back(point(to_file(scan_point_of(p, to_page, bent->bend, cropped->box))));
    out["pages"].push_back({{"skew_deg", -skew->measured_deg - degrees},
                            {"skew_confidence", skew->confidence},
                            {"angle_deg", skew->angle_deg},
                            {"crop", polygon},
                            {"outline", outline},
                            {"crop_confidence", cropped->confidence},
                            {"touches", cropped->touches_content},
                            {"bend_mm", bent->bend_mm},
                            {"bend_confidence", bent->confidence},
                            {"bent", !bent->bend.empty()},
                            {"bend_cpu_s", ended_bend - begun_bend},
                            {"cut_cpu_s", ended_cut - ended_bend}});
    if (!pages.empty())
      if (const auto png = to_png(page))
        std::ofstream(pages / (id + "-" + name_of(part.side) + ".png"), std::ios::binary)
            .write(reinterpret_cast<const char*>(png->data()),
                   static_cast<std::streamsize>(png->size()));
  }
  out["cpu_s"] = cpu_seconds() - begun;
  out["split"] = nullptr;
  if (parts->parts.size() == 2)
    out["split"] = {{"x_top", to_file(parts->fold_top).x},
                    {"x_bottom", to_file(parts->fold_bottom).x}};
  out["split_confidence"] = parts->confidence;
  return out;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;
  CLI::App app("The geometry of pages over a folder of scans with truth");
  fs::path set, out, pages;
  std::string only;
  double degrees = 0;
  app.add_option("--set", set)->required();
  app.add_option("--out", out)->required();
  app.add_option("--only", only);
  app.add_option("--turn", degrees);
  app.add_option("--pages", pages);
  bool no_dewarp = false;
  app.add_flag("--no-dewarp", no_dewarp);
  CLI11_PARSE(app, argc, argv);
  cv::setNumThreads(1);
  std::ifstream in(set / "cases.json");
  const Json cases = Json::parse(in, nullptr, false);
  if (cases.is_discarded() || !cases.contains("cases")) {
    std::cerr << (set / "cases.json").string() << ": cannot be read\n";
    return 4;
  }
  if (!pages.empty()) fs::create_directories(pages);
  DewarpParams flatten;
  if (no_dewarp) flatten.mode = "off";
  Json all;
  int failed = 0;
  for (const Json& c : cases["cases"]) {
    const std::string id = c["id"];
    if (!id.starts_with(only)) continue;
    const auto found = geometry_of(set / std::string(c["image"]), degrees, pages, id, flatten);
    if (found) {
      all[id] = *found;
    } else {
      std::cerr << id << ": " << found.error().message << "\n";
      ++failed;
    }
  }
  std::ofstream(out) << all.dump(1) << "\n";
  return failed == 0 ? 0 : 1;
}
