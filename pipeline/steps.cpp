// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/steps.h"

#include "base/clock.h"
#include "base/translate.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "image/turn.h"
#include "pipeline/stored_page.h"
#include "stages/blank/blank.h"
#include "stages/check/check.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Raised when a step here changes what it makes of the same input and settings.
constexpr const char* steps_version = "2";
constexpr int preview_edge_px = 640;
constexpr int preview_quality = 80;
constexpr int outside_scan = 255;  // what a turned page shows where the scan has no pixels

MasterCheck check_master(const Page& page, ByteView jp2, const EncodeParams& params,
                         Result<void>& verdict) {
  MasterCheck check;
  check.mode = params.verify;
  bool wanted = params.verify == "full";
  if (params.verify == "sample") {
    // Chosen by the page's name, so that a re-run checks the same pages.
    const std::string digest = sha256_hex(text_of(page.facts.id));
    wanted = std::stoul(digest.substr(0, 7), nullptr, 16) %
                 static_cast<unsigned long>(params.sample_every) ==
             0;
  }
  if (!wanted) return check;
  const auto back = decode_jp2(jp2);
  if (!back) {
    verdict = pass(back);
    return check;
  }
  const Difference d = difference(page.image, *back);
  check.compared = true;
  check.identical = d.identical;
  check.max_difference = d.max_difference;
  if (!d.identical)
    verdict =
        fail(ErrorKind::internal,
             "the archival copy does not give back the page's pixels (they differ by up to {})",
             d.max_difference);
  return check;
}

ImageMetadata metadata_of(const Page& page, const Tools& tools) {
  ImageMetadata m;
  m.page_id = text_of(page.facts.id);
  m.source = page.facts.source.file_name;
  m.source_sha256 = page.facts.source.sha256;
  m.software = "linka " + tools.versions.at("linka");
  m.made_at = page.facts.made_at;
  m.dpi = page.facts.dpi;
  m.device = page.facts.source.device;
  return m;
}

// One of the two copies, with its metadata inside.
Result<Bytes> encoded(const Page& page, Copy copy, const Tools& tools) {
  const auto boxes = metadata_boxes(metadata_of(page, tools), tools.profile.metadata);
  if (!boxes) return pass(boxes);
  auto jp2 = encode(page.image, copy, tools.profile.encode, boxes->size());
  if (!jp2) return pass(jp2);
  return with_metadata_boxes(std::move(*jp2), *boxes);
}

// What of `settings` lies in these sections, a line each.
std::string settings_in(const std::vector<Setting>& settings,
                        std::initializer_list<std::string_view> sections) {
  std::string text;
  for (const Setting& s : settings)
    if (std::find(sections.begin(), sections.end(), s.section) != sections.end())
      text += s.section + "." + s.name + " " + s.value + "\n";
  return text;
}

// A box given in pixels of the scan, in the turned frame: its centre is turned, its size is kept.
Box box_given(const Page& page, const Box& given) {
  const Image& scan = page.image;
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), page.facts.angle_deg);
  const Affine square = turned_from_scan(scan.size(), scan.dpi(), 0);
  const Point centre = turned({(given.x0 + given.x1) / 2, (given.y0 + given.y1) / 2});
  const double w = std::round(given.width() * square.a), h = std::round(given.height() * square.e);
  const double x0 = std::round(centre.x - w / 2), y0 = std::round(centre.y - h / 2);
  return {x0, y0, x0 + w, y0 + h};
}

// The page for the eyes of OCR: where a turned page shows nothing of the scan there is paper of the
// page's usual brightness, and no white corner whose edge could be taken for strokes.
Image with_paper_outside(const Page& page) {
  const PageFacts& f = page.facts;
  const bool turned_scan = f.turn_deg % 180 != 0;
  const SourceFacts& s = f.source;
  const Size scan = turned_scan ? Size{s.height_px, s.width_px} : Size{s.width_px, s.height_px};
  const Dpi dpi = turned_scan ? Dpi{s.dpi.y, s.dpi.x} : s.dpi;
  const Affine to_page = page_from_scan(scan, dpi, f.angle_deg, f.crop);
  std::vector<cv::Point> corners;
  bool whole = true;
  for (const Point& p : quad_of(page.image.box())) {
    const Point on_scan = inverse(to_page)(p);
    whole = whole && on_scan.x >= -1 && on_scan.y >= -1 && on_scan.x <= scan.width + 1 &&
            on_scan.y <= scan.height + 1;
  }
  if (whole) return page.image;
  for (const Point& p :
       quad_of({0, 0, static_cast<double>(scan.width), static_cast<double>(scan.height)})) {
    const Point on_page = to_page(p);
    corners.emplace_back(static_cast<int>(std::lround(on_page.x)),
                         static_cast<int>(std::lround(on_page.y)));
  }
  const Image grey = grey_of(page.image);
  cv::Mat out = view(grey).clone();
  cv::Mat inside(out.size(), CV_8UC1, cv::Scalar(0));
  cv::fillConvexPoly(inside, corners, cv::Scalar(255));
  constexpr int rim = 3;  // resampling has mixed white into it
  cv::erode(inside, inside, cv::Mat::ones(2 * rim + 1, 2 * rim + 1, CV_8UC1));
  std::vector<std::uint8_t> shades;
  for (int y = 0; y < out.rows; y += 7)
    for (int x = 0; x < out.cols; x += 7)
      if (inside.at<std::uint8_t>(y, x) != 0) shades.push_back(out.at<std::uint8_t>(y, x));
  if (shades.empty()) return page.image;
  const auto middle = shades.begin() + static_cast<std::ptrdiff_t>(shades.size() / 2);
  std::nth_element(shades.begin(), middle, shades.end());
  out.setTo(cv::Scalar(*middle), inside == 0);
  return image_of(out, page.image.dpi());
}

// The targets and rulers beside the page, cut straight from the scan.
std::map<std::string, Bytes> pictures_beside(const Page& page) {
  std::map<std::string, Bytes> out;
  for (const Neighbour& n : page.facts.neighbours) {
    if (n.kind != "target" && n.kind != "ruler") continue;
    const Box box = intersection(box_of(n.outline), page.image.box());
    const Size size{static_cast<int>(box.width()), static_cast<int>(box.height())};
    if (size.width < 1 || size.height < 1) continue;
    const Affine cut = translation(-std::floor(box.x0), -std::floor(box.y0));
    const Image picture = resampled(page.image, cut, size, page.image.dpi(), outside_scan);
    auto png = to_png(picture);
    if (png) out[fmt::format("beside-{}-{}.png", n.kind, out.size() + 1)] = std::move(*png);
  }
  return out;
}

// How much of the page the thing beside it may cover, 0...1.
double share_of(const Neighbour& neighbour, const Box& page) {
  return std::min(1.0, box_of(neighbour.outline).area() / std::max(1.0, page.area()));
}

// left, top, right, bottom in millimetres, outwards; never beyond the scan.
Box grown(const Page& page, const Box& box, const std::array<double, 4>& mm) {
  const Image& scan = page.image;
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), page.facts.angle_deg);
  Quad corners = quad_of(scan.box());
  for (Point& p : corners) p = turned(p);
  const double dpi = std::max(scan.dpi().x, scan.dpi().y);
  const auto px = [&](std::size_t side) { return std::round(px_from_mm(mm[side], dpi)); };
  const Box limits = box_of(corners);
  return intersection(
      {box.x0 - px(0), box.y0 - px(1), box.x1 + px(2), box.y1 + px(3)},
      {std::floor(limits.x0), std::floor(limits.y0), std::ceil(limits.x1), std::ceil(limits.y1)});
}

Result<PageText> read_by_engine(const Page& page, const Image& even, const Tools& tools) {
  const std::string& models =
      page.correction.models.empty() ? tools.profile.ocr.models : page.correction.models;
  return tools.engine->read(even, models);
}

}  // namespace

Result<Tools> make_tools(const Batch& batch, const Profile& profile, const OcrEngines* ocr) {
  Tools tools{batch, profile, ocr, {}, {}, {}, {}, {}, {}, {}};
  tools.versions = image_library_versions();
  tools.versions["linka"] = LINKA_VERSION;
  tools.versions["OpenJPEG"] = openjpeg_version();
  tools.versions["Exiv2"] = exiv2_version();
  if (ocr != nullptr) tools.versions["Tesseract"] = ocr->version();
  std::string text = page_fingerprint(profile);
  for (const Setting& s : settings_of(profile))
    if (s.section != "pagination" && s.section != "package" && s.section != "run" &&
        s.section != "text")
      tools.params[s.section + "." + s.name] = s.value;
  for (const auto& [name, version] : tools.versions) text += name + " " + version + "\n";
  text += std::string("steps ") + steps_version + "\n";
  if (ocr != nullptr) text += ocr->models_digest();
  tools.fingerprint = sha256_hex(text);

  const std::vector<Setting> settings = settings_of(profile);
  std::string common = settings_in(settings, {"decode"}) + "steps " + steps_version + "\n";
  for (const char* library : {"linka", "OpenCV", "Leptonica"})
    common += tools.versions[library] + "\n";
  tools.image_settings =
      sha256_hex(common + settings_in(settings, {"encode", "metadata"}) + profile.light.user +
                 fmt::format(" {} {}\n", profile.light.user_strength, profile.crop.beside) +
                 tools.versions["OpenJPEG"] + "\n" + tools.versions["Exiv2"]);
  tools.text_settings = sha256_hex(common + settings_in(settings, {"light", "blank", "ocr"}) +
                                   (ocr != nullptr ? ocr->version() + ocr->models_digest() : "") +
                                   engine_text_settings(profile.engine));

  // Libraries built for a machine give the same pages: they are named, and redo nothing.
  tools.versions["OpenJPEG"] = openjpeg_build();
  if (ocr != nullptr) tools.versions["Tesseract"] = ocr->build();
  return tools;
}

std::string Tools::fingerprint_of(const ScanId& scan) const {
  std::string decided = decisions.text_for(scan);
  for (const auto& [page, correction] : decisions.pages)
    if (ocr != nullptr && page.scan == scan) decided += ocr->models_digest(correction.models);
  return decided.empty() ? fingerprint : sha256_hex(fingerprint + decided);
}

Result<ScanFile> open_scan(const ScanJob& scan, const Tools& tools) {
  auto file = MappedFile::open(tools.batch.scan_file(scan.id));
  if (!file) return pass(file);
  Digests digests = tools.digests->of(scan.id.name, scan.modified_ns, file->bytes());
  return ScanFile{std::move(*file), std::move(digests)};
}

Result<LoadedScan> decode_scan(const ScanJob& scan, const ScanFile& file, const Tools& tools) {
  const Digests& digests = file.digests;
  auto decoded = decode(file.file.bytes(), scan.id.frame, tools.profile.decode);
  if (!decoded) return pass(decoded);
  LoadedScan out{scan.id, std::move(decoded->image), std::move(decoded->source)};
  if (const int turn = tools.decisions.of(scan.id).turn_deg; turn != 0)
    out.image = quarter_turned(out.image, turn);
  out.source.file_name = scan.id.name;
  out.source.frame = scan.id.frame;
  out.source.size_bytes = digests.size_bytes;
  out.source.md5 = digests.md5;
  out.source.sha256 = digests.sha256;
  out.source.modified_at = iso8601(
      Time{std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(scan.modified_ns))});
  return out;
}

Result<std::vector<Page>> split_scan(const LoadedScan& scan, const Tools& tools) {
  const ScanCorrection& correction = tools.decisions.of(scan.id);
  const BookHint& hint = tools.decisions.hint(scan.id);
  SplitParams params = tools.profile.split;
  if (correction.pages) params.mode = *correction.pages == 1 ? "never" : "always";
  auto found = correction.fold_x
                   ? Result<SplitResult>(split_at(
                         scan.image.size(), {(*correction.fold_x)[0], 0},
                         {(*correction.fold_x)[1], static_cast<double>(scan.image.height())}))
                   : split(scan.image, params, hint);
  if (!found) return pass(found);
  if (correction.pages) found->confidence = 1;
  std::vector<Page> pages;
  for (const PagePart& part : found->parts) {
    Page page;
    page.facts.id = {scan.id, part.side};
    page.facts.source = scan.source;
    page.facts.region = part.region;
    page.facts.split_confidence = found->confidence;
    page.facts.spread_confidence = found->spread_confidence;
    page.facts.turn_deg = correction.turn_deg;
    if (correction.turn_deg != 0) page.facts.decided["turn"] = "person";
    if (correction.pages) page.facts.decided["pages"] = "person";
    if (correction.fold_x) page.facts.decided["fold"] = "person";
    if (hint.pages != 0 && !correction.pages && !correction.fold_x)
      page.facts.decided["pages"] = "book";
    page.image = scan.image;
    page.hint = hint;
    page.correction = tools.decisions.of(page.facts.id);
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<Page> deskew_page(const Page& page, const Tools& tools) {
  Page out = page;
  if (page.correction.angle_deg) {
    out.facts.angle_deg = *page.correction.angle_deg;
    out.facts.skew_confidence = 1;
    out.facts.decided["angle"] = "person";
    return out;
  }
  const auto skew = deskew(page.image, page.facts.region, tools.profile.deskew);
  if (!skew) return pass(skew);
  out.facts.angle_deg = skew->angle_deg;
  out.facts.measured_angle_deg = skew->measured_deg;
  out.facts.skew_confidence = skew->confidence;
  return out;
}

Result<Page> crop_page(const Page& page, const Tools& tools) {
  Page out = page;
  PageFacts& f = out.facts;
  if (page.correction.box) {
    f.crop = box_given(page, *page.correction.box);
    f.crop_confidence = 1;
    f.crop_sides = {1, 1, 1, 1};
    f.decided["box"] = "person";
  } else {
    const auto found =
        crop(page.image, page.facts.region, page.facts.angle_deg, tools.profile.crop, page.hint);
    if (!found) return pass(found);
    f.crop = found->box;
    f.crop_confidence = found->confidence;
    f.crop_sides = found->sides;
    f.neighbours = found->neighbours;
    if (found->touches_content)
      f.findings.push_back({"cut-text", Urgency::hold, static_cast<double>(found->words_outside), 0,
                            3, found->cut_by_scan ? "scan" : ""});
    for (const Neighbour& n : found->neighbours)
      if (n.on_page && (n.kind == "finger" || n.kind == "holder"))
        f.findings.push_back({"covered", Urgency::look, share_of(n, found->box), 0, 1.5, n.kind});
    if (page.hint.page_width_mm > 0) f.decided["size"] = "book";
  }
  if (page.correction.grow_mm) {
    f.crop = grown(page, f.crop, *page.correction.grow_mm);
    f.crop_confidence = 1;
    f.decided["box"] = "person";
    std::erase_if(f.findings, [](const PageFinding& x) { return x.check == "cut-text"; });
  }
  if (f.crop.width() < 1 || f.crop.height() < 1)
    return fail(
        ErrorKind::bad_input,
        "the box given for this page holds nothing of the scan; linka correct --reset takes "
        "it back");
  return out;
}

Result<Page> dewarp_page(const Page& page, const Tools& tools) {
  Page out = page;
  DewarpParams params = tools.profile.dewarp;
  if (page.correction.flatten) {
    params.mode = *page.correction.flatten ? "auto" : "off";
    params.min_confidence = 0;
    out.facts.decided["flatten"] = "person";
  }
  if (params.mode == "off") return out;
  auto found = dewarp(page.image, page.facts.region, page.facts.angle_deg, page.facts.crop, params);
  if (!found) return pass(found);
  out.facts.bend = std::move(found->bend);
  out.facts.bend_confidence = found->confidence;
  return out;
}

Result<Page> cut_page(const Page& page, const Tools& tools) {
  const PageFacts& f = page.facts;
  const Affine transform = page_from_scan(page.image.size(), page.image.dpi(), f.angle_deg, f.crop);
  const Size size{static_cast<int>(f.crop.width() + 0.5), static_cast<int>(f.crop.height() + 0.5)};
  if (size.width < 1 || size.height < 1) return fail(ErrorKind::internal, "the crop box is empty");
  const double dpi = std::max(page.image.dpi().x, page.image.dpi().y);
  Page out = page;
  out.image = resampled(page.image, transform, f.bend, f.crop, size, {dpi, dpi}, outside_scan);
  if (tools.profile.crop.beside == "keep") out.beside = pictures_beside(page);
  out.facts.resampled = !f.bend.empty() || !is_exact_copy(transform);
  out.facts.width_px = size.width;
  out.facts.height_px = size.height;
  out.facts.channels = out.image.channels();
  out.facts.dpi = out.image.dpi();
  out.facts.made_at = iso8601(now());
  out.facts.versions = tools.versions;
  out.facts.params = tools.params;
  return out;
}

Result<CheckedPage> check_page(const Page& page, const Tools& tools) {
  CheckedPage out;
  if (!tools.profile.check.enabled) return out;
  auto measures = measure(page.image, tools.profile.check);
  if (!measures) return pass(measures);
  out.measures = std::move(*measures);
  out.findings = judge(out.measures, tools.profile.check);
  for (PageFinding& f : judge_source(page.facts.source, page.image.channels(), tools.profile.check))
    out.findings.push_back(std::move(f));
  return out;
}

const std::string& told_models(const Page& page) {
  static const std::string nothing;
  return page.correction.models.empty() ? page.hint.models : nothing;
}

Result<ReadPage> read_page(const Page& page, const Tools& tools) {
  ReadPage out;
  if (page.keep_text) {
    auto kept = stored_text(page, tools);
    if (kept) return kept;  // what cannot be read back is made anew
  }
  const auto blankness = find_blank(page.image, tools.profile.blank);
  if (!blankness) return pass(blankness);
  out.is_blank = blankness->is_blank;
  out.blank_confidence = blankness->confidence;
  out.ink_share = blankness->ink_share;
  out.text.width_px = page.image.width();
  out.text.height_px = page.image.height();
  if (out.is_blank || (tools.ocr == nullptr && tools.engine == nullptr)) {
    if (tools.ocr != nullptr && tools.engine == nullptr) {
      out.text.engine = "Tesseract";
      out.text.engine_version = tools.ocr->version();
    }
    return out;
  }
  const auto even = even_light(with_paper_outside(page), tools.profile.light);
  if (!even) return pass(even);
  if (tools.engine != nullptr) {
    auto read = read_by_engine(page, *even, tools);
    if (read) {
      out.text = std::move(*read);
      return out;
    }
    if (tools.ocr == nullptr) return pass(read);
    out.findings.push_back(
        {"engine-fallback", Urgency::look, 0, 0, 1, std::move(read.error().message)});
  }
  auto text = tools.ocr->read(*even, told_models(page), page.correction.models);
  if (!text) return pass(text);
  out.text = std::move(*text);
  return out;
}

Result<MasterFile> encode_master(const Page& page, const Tools& tools) {
  MasterFile out;
  if (page.keep_images)
    if (auto kept = stored_file(page, "master.jp2", tools))
      return MasterFile{std::move(*kept), page.stored->master_check};
  auto whole = encoded(page, Copy::master, tools);
  if (!whole) return pass(whole);
  // The file as it will lie on the disk is what is decoded and compared.
  Result<void> verdict;
  out.check = check_master(page, *whole, tools.profile.encode, verdict);
  if (!verdict) return pass(verdict);
  out.jp2 = std::move(*whole);
  return out;
}

Result<UserFile> encode_user(const Page& page, const Tools& tools) {
  if (page.keep_images)
    if (auto kept = stored_file(page, "user.jp2", tools))
      if (auto preview = stored_file(page, "preview.jpg", tools))
        return UserFile{std::move(*kept), std::move(*preview), page.stored->user_psnr_db};
  Page even = page;
  if (tools.profile.light.user != "off") {
    auto image = even_background(page.image, tools.profile.light);
    if (!image) return pass(image);
    even.image = std::move(*image);
  }
  auto whole = encoded(even, Copy::user, tools);
  if (!whole) return pass(whole);
  auto preview = to_jpeg(even.image, preview_quality, preview_edge_px);
  if (!preview) return pass(preview);
  return UserFile{std::move(*whole), std::move(*preview), 0};
}

}  // namespace linka
