// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/steps.h"

#include "base/clock.h"
#include "base/fail_point.h"
#include "base/translate.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "image/turn.h"
#include "pipeline/review.h"
#include "stages/blank/blank.h"
#include "stages/check/check.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Raised when a step here changes what it makes of the same input and settings.
FailPoint page_begun{"page-begun", "after a page's folder was made under its temporary name"};
FailPoint page_file_written{"page-file-written", "after one file of a page"};
FailPoint page_flushed{"page-flushed", "when a page is on the disk and has no name yet"};
FailPoint page_stored{"page-stored",
                      "when a page has its name and the journal does not know it yet"};
FailPoint page_refreshed{"page-refreshed",
                         "after the facts of a page that stays were written anew"};

constexpr const char* steps_version = "2";
constexpr int preview_edge_px = 640;
constexpr int preview_quality = 80;
constexpr int outside_scan = 255;  // what a turned page shows where the scan has no pixels

// A file of the page as an earlier run stored it, when it is still that.
Result<Bytes> stored_file(const Page& page, const std::string& name, const Tools& tools) {
  auto bytes = read_file(tools.batch.page(page.facts.id) / name);
  if (!bytes) return bytes;
  for (const WrittenFile& f : page.stored->files)
    if (f.name == name && f.sha256 == digest_bytes(*bytes).sha256) return bytes;
  return fail(ErrorKind::bad_input, "{}: is no longer what was written", name);
}

Result<ReadPage> stored_text(const Page& page, const Tools& tools) {
  const auto bytes = stored_file(page, "text.json", tools);
  if (!bytes) return pass(bytes);
  auto text =
      page_text_from_json(nlohmann::json::parse(bytes->begin(), bytes->end(), nullptr, false));
  if (!text) return pass(text);
  const PageFacts& f = *page.stored;
  return ReadPage{std::move(*text), f.is_blank, f.blank_confidence, f.ink_share, true, {}};
}

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

// What the stages were not sure of, as findings.
std::vector<PageFinding> doubts(const PageFacts& f, const Profile& profile) {
  std::vector<PageFinding> out;
  const auto doubt = [&](const char* check, double value, double limit) {
    if (value < limit) out.push_back({check, Urgency::look, value, limit, 2 - value / limit, {}});
  };
  const double least = profile.run.unsure_below;
  doubt("unsure-split", f.split_confidence, least);
  if (!f.is_blank) doubt("unsure-skew", f.skew_confidence, least);
  if (profile.crop.mode != "none") doubt("unsure-crop", f.crop_confidence, least);
  // An engine that says nothing of its doubts gives 0.
  if (f.words > 5 && f.text_confidence > 0)
    doubt("hard-to-read", f.text_confidence, profile.run.unsure_text_below);
  return out;
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

// Where a page's pixels come from, to the last bit.
std::string geometry_text(const PageFacts& f) {
  nlohmann::json j = to_json(f);
  return nlohmann::json::array({j["source"]["sha256"], j["source"]["frame"], j["source"]["dpi"],
                                j["turn_deg"], j["region"], j["angle_deg"], j["crop"],
                                j.value("bend", nlohmann::json())})
      .dump();
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

// The measured values of a finding list without those that `fresh` decides anew.
void replace_doubts(std::vector<PageFinding>& findings, const std::vector<PageFinding>& fresh) {
  static const std::set<std::string, std::less<>> of_stages{
      "unsure-split", "unsure-skew", "unsure-crop", "hard-to-read", "cut-text"};
  std::erase_if(findings, [](const PageFinding& f) { return of_stages.contains(f.check); });
  findings.insert(findings.end(), fresh.begin(), fresh.end());
}

// Whether Tesseract read this page only because the engine that should have did not.
bool was_fallen_back(const PageFacts& f) {
  return std::any_of(f.findings.begin(), f.findings.end(),
                     [](const PageFinding& x) { return x.check == "engine-fallback"; });
}

Result<PageText> read_by_engine(const Page& page, const Image& even, const Tools& tools) {
  const std::string& models =
      page.correction.models.empty() ? tools.profile.ocr.models : page.correction.models;
  return tools.engine->read(even, models);
}

// What the book says where the page itself does not; a person's word leaves no question.
const std::string& told_models(const Page& page) {
  static const std::string nothing;
  return page.correction.models.empty() ? page.hint.models : nothing;
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

Result<Page> compare_page(const Page& page, const Tools& tools) {
  Page out = page;
  if (!page.correction.models.empty())
    out.facts.decided["models"] = "person";
  else if (!page.hint.models.empty())
    out.facts.decided["models"] = "book";
  const std::string geometry = geometry_text(page.facts);
  out.facts.image_key = sha256_hex(geometry + tools.image_settings);
  out.facts.text_key =
      sha256_hex(geometry + tools.text_settings + page.correction.models +
                 (tools.ocr != nullptr ? tools.ocr->models_digest(page.correction.models) : "") +
                 told_models(page));
  std::error_code code;
  if (!fs::exists(tools.batch.page(page.facts.id) / "facts.json", code)) return out;
  auto stored = load_facts(tools.batch, page.facts.id);
  if (!stored || !lost_of_page(tools.batch, page.facts.id).empty()) return out;
  out.keep_images = stored->image_key == out.facts.image_key;
  out.keep_text = stored->text_key == out.facts.text_key &&
                  !tools.read_again.contains(text_of(page.facts.id)) &&
                  !(tools.engine != nullptr && was_fallen_back(*stored));
  if (out.keep_images || out.keep_text)
    out.stored = std::make_shared<const PageFacts>(std::move(*stored));
  return out;
}

Result<std::string> refresh_page(const Page& page, const Tools& tools) {
  PageFacts facts = *page.stored;
  const PageFacts& now_found = page.facts;
  facts.split_confidence = now_found.split_confidence;
  facts.spread_confidence = now_found.spread_confidence;
  facts.measured_angle_deg = now_found.measured_angle_deg;
  facts.skew_confidence = now_found.skew_confidence;
  facts.crop_confidence = now_found.crop_confidence;
  facts.crop_sides = now_found.crop_sides;
  facts.bend_confidence = now_found.bend_confidence;
  facts.decided = now_found.decided;
  facts.params = tools.params;
  facts.findings.clear();
  if (tools.profile.check.enabled) {
    facts.findings = judge(facts.measures, tools.profile.check);
    for (PageFinding& f : judge_source(facts.source, facts.channels, tools.profile.check))
      facts.findings.push_back(std::move(f));
  }
  std::vector<PageFinding> fresh = now_found.findings;
  for (PageFinding& doubt : doubts(facts, tools.profile)) fresh.push_back(std::move(doubt));
  replace_doubts(facts.findings, fresh);
  std::erase_if(facts.findings, [&](const PageFinding& f) { return is_contradicted(f, facts); });
  const std::string before = to_json(*page.stored).dump(1), after = to_json(facts).dump(1);
  const std::string digest = sha256_hex(after + "\n");
  if (before == after) return digest;
  auto written = write_atomically(tools.batch.page(facts.id) / "facts.json", after + "\n");
  page_refreshed.reached();
  if (!written) return pass(written);
  return digest;
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

Result<std::string> store_page(const Page& page, const ReadPage& read, const CheckedPage& checked,
                               const MasterFile& master, const UserFile& user,
                               const std::map<std::string, double>& stage_ms, const Tools& tools) {
  PageFacts facts = page.facts;
  facts.is_blank = read.is_blank;
  facts.blank_confidence = read.blank_confidence;
  facts.ink_share = read.ink_share;
  facts.words = word_count(read.text);
  facts.text_confidence = read.text.mean_confidence;
  facts.ocr_models = read.text.models;
  facts.ocr_engine = read.text.engine;
  if (!facts.ocr_engine.empty() && !read.text.engine_version.empty())
    facts.ocr_engine += " " + read.text.engine_version;
  facts.models_confidence = read.text.models_confidence;
  facts.estimated_word_error = read.text.estimated_word_error;
  facts.read_at = read.kept ? page.stored->read_at : facts.made_at;
  facts.hints = hints_of(read.text);
  facts.master_check = master.check;
  facts.user_psnr_db = user.psnr_db;
  facts.stage_ms = stage_ms;
  facts.measures = checked.measures;
  for (const PageFinding& f : checked.findings)
    if (!is_contradicted(f, facts)) facts.findings.push_back(f);
  for (const PageFinding& f : read.findings) facts.findings.push_back(f);
  for (const PageFinding& f : doubts(facts, tools.profile)) facts.findings.push_back(f);

  const fs::path final_folder = tools.batch.page(facts.id);
  const std::string page_name = final_folder.filename().string();
  const fs::path folder = tools.batch.pages() / ("." + page_name + ".new");
  std::error_code code;
  fs::remove_all(folder, code);
  if (auto r = make_folders(folder); !r) return pass(r);
  page_begun.reached();
  const auto put = [&](const char* name, ByteView bytes) -> Result<void> {
    if (auto r = write_flushed(folder / name, bytes); !r) return r;
    page_file_written.reached();
    const Digests d = digest_bytes(bytes);
    facts.files.push_back({name, d.size_bytes, d.md5, d.sha256});
    return {};
  };
  const auto put_text = [&](const char* name, const std::string& text) {
    return put(name, ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  const std::string text_json = to_json(read.text).dump() + "\n";
  if (auto r = put("master.jp2", master.jp2); !r) return pass(r);
  if (auto r = put("user.jp2", user.jp2); !r) return pass(r);
  if (auto r = put_text("text.json", text_json); !r) return pass(r);
  if (auto r = put_text("text.txt", plain_text(read.text)); !r) return pass(r);
  if (auto r = put("preview.jpg", user.preview); !r) return pass(r);
  for (const auto& [name, picture] : page.beside)
    if (auto r = put(name.c_str(), picture); !r) return pass(r);
  const std::string facts_json = to_json(facts).dump(1) + "\n";
  if (auto r = put_text("facts.json", facts_json); !r) return pass(r);
  if (auto r = flush_path(folder); !r) return pass(r);
  page_flushed.reached();
  if (auto r = unveil_folder(folder, final_folder); !r) return pass(r);
  page_stored.reached();
  return sha256_hex(facts_json);
}

}  // namespace linka
