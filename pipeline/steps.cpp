// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/steps.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/translate.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "stages/blank/blank.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Raised when a step here changes what it makes of the same input and settings.
constexpr const char* steps_version = "1";
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
  const auto jp2 = encode(page.image, copy, tools.profile.encode, boxes->size());
  if (!jp2) return pass(jp2);
  return with_metadata_boxes(*jp2, *boxes);
}

std::vector<std::string> doubts(const PageFacts& f, const Profile& profile) {
  std::vector<std::string> out;
  const double least = profile.run.unsure_below;
  if (f.split_confidence < least)
    out.push_back(say(tr("not sure whether the scan holds one page or two ({:.0f} %)"),
                      100 * f.split_confidence));
  if (!f.is_blank && f.skew_confidence < least)
    out.push_back(
        say(tr("not sure how far the page is turned ({:.0f} %)"), 100 * f.skew_confidence));
  if (profile.crop.mode != "none" && f.crop_confidence < least)
    out.push_back(say(tr("not sure where the page ends ({:.0f} %)"), 100 * f.crop_confidence));
  if (!f.source.dpi_from_file)
    out.push_back(say(tr("the scan does not say its resolution; {:.0f} dpi was assumed"), f.dpi.x));
  if (std::min(f.dpi.x, f.dpi.y) < profile.package.min_dpi)
    out.push_back(say(tr("{:.0f} dpi is less than the standard asks for"), f.dpi.x));
  if (f.words > 5 && f.text_confidence < profile.run.unsure_text_below)
    out.push_back(say(tr("the text was hard to read ({:.0f} %)"), 100 * f.text_confidence));
  return out;
}

}  // namespace

Result<Tools> make_tools(const Batch& batch, const Profile& profile, const OcrEngines* ocr) {
  Tools tools{batch, profile, ocr, {}, {}, {}};
  tools.versions = image_library_versions();
  tools.versions["linka"] = LINKA_VERSION;
  tools.versions["OpenJPEG"] = openjpeg_version();
  tools.versions["Exiv2"] = exiv2_version();
  if (ocr != nullptr) tools.versions["Tesseract"] = ocr->version();
  std::string text = page_fingerprint(profile);
  for (const Setting& s : settings_of(profile))
    if (s.section != "package" && s.section != "run")
      tools.params[s.section + "." + s.name] = s.value;
  for (const auto& [name, version] : tools.versions) text += name + " " + version + "\n";
  text += std::string("steps ") + steps_version + "\n";
  if (ocr != nullptr) text += ocr->models_digest();
  tools.fingerprint = sha256_hex(text);
  return tools;
}

Result<LoadedScan> decode_scan(const ScanJob& scan, const Tools& tools) {
  const fs::path path = tools.batch.scan_file(scan.id);
  const auto file = MappedFile::open(path);
  if (!file) return pass(file);
  const Digests digests = digest_bytes(file->bytes());
  auto decoded = decode(file->bytes(), scan.id.frame, tools.profile.decode);
  if (!decoded) return pass(decoded);
  LoadedScan out{scan.id, std::move(decoded->image), std::move(decoded->source)};
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
  const auto found = split(scan.image, tools.profile.split);
  if (!found) return pass(found);
  std::vector<Page> pages;
  for (const PagePart& part : found->parts) {
    Page page;
    page.facts.id = {scan.id, part.side};
    page.facts.source = scan.source;
    page.facts.region = part.region;
    page.facts.split_confidence = found->confidence;
    page.image = scan.image;
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<Page> deskew_page(const Page& page, const Tools& tools) {
  const auto skew = deskew(page.image, page.facts.region, tools.profile.deskew);
  if (!skew) return pass(skew);
  Page out = page;
  out.facts.angle_deg = skew->angle_deg;
  out.facts.skew_confidence = skew->confidence;
  return out;
}

Result<Page> crop_page(const Page& page, const Tools& tools) {
  const auto found = crop(page.image, page.facts.region, page.facts.angle_deg, tools.profile.crop);
  if (!found) return pass(found);
  Page out = page;
  out.facts.crop = found->box;
  out.facts.crop_confidence = found->confidence;
  if (found->touches_content)
    out.facts.unsure.emplace_back(tr("something printed touches the edge of the crop"));
  return out;
}

Result<Page> cut_page(const Page& page, const Tools& tools) {
  const PageFacts& f = page.facts;
  const Affine transform = page_from_scan(page.image.size(), page.image.dpi(), f.angle_deg, f.crop);
  const Size size{static_cast<int>(f.crop.width() + 0.5), static_cast<int>(f.crop.height() + 0.5)};
  if (size.width < 1 || size.height < 1) return fail(ErrorKind::internal, "the crop box is empty");
  const double dpi = std::max(page.image.dpi().x, page.image.dpi().y);
  Page out = page;
  out.image = resampled(page.image, transform, size, {dpi, dpi}, outside_scan);
  out.facts.resampled = !is_exact_copy(transform);
  out.facts.width_px = size.width;
  out.facts.height_px = size.height;
  out.facts.channels = out.image.channels();
  out.facts.dpi = out.image.dpi();
  out.facts.made_at = iso8601(now());
  out.facts.versions = tools.versions;
  out.facts.params = tools.params;
  return out;
}

Result<ReadPage> read_page(const Page& page, const Tools& tools) {
  ReadPage out;
  const auto blankness = find_blank(page.image, tools.profile.blank);
  if (!blankness) return pass(blankness);
  out.is_blank = blankness->is_blank;
  out.blank_confidence = blankness->confidence;
  out.ink_share = blankness->ink_share;
  out.text.width_px = page.image.width();
  out.text.height_px = page.image.height();
  if (out.is_blank || tools.ocr == nullptr) {
    if (tools.ocr != nullptr) {
      out.text.engine = "Tesseract";
      out.text.engine_version = tools.ocr->version();
    }
    return out;
  }
  const auto even = even_light(page.image, tools.profile.light);
  if (!even) return pass(even);
  auto text = tools.ocr->read(*even);
  if (!text) return pass(text);
  out.text = std::move(*text);
  return out;
}

Result<MasterFile> encode_master(const Page& page, const Tools& tools) {
  MasterFile out;
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
  auto whole = encoded(page, Copy::user, tools);
  if (!whole) return pass(whole);
  auto preview = to_jpeg(page.image, preview_quality, preview_edge_px);
  if (!preview) return pass(preview);
  return UserFile{std::move(*whole), std::move(*preview), 0};
}

Result<void> store_page(const Page& page, const ReadPage& read, const MasterFile& master,
                        const UserFile& user, const std::map<std::string, double>& stage_ms,
                        const Tools& tools) {
  PageFacts facts = page.facts;
  facts.is_blank = read.is_blank;
  facts.blank_confidence = read.blank_confidence;
  facts.ink_share = read.ink_share;
  facts.words = word_count(read.text);
  facts.text_confidence = read.text.mean_confidence;
  facts.ocr_models = read.text.models;
  facts.master_check = master.check;
  facts.user_psnr_db = user.psnr_db;
  facts.stage_ms = stage_ms;
  for (const std::string& doubt : doubts(facts, tools.profile)) facts.unsure.push_back(doubt);

  const fs::path final_folder = tools.batch.page(facts.id);
  const std::string page_name = final_folder.filename().string();
  const fs::path folder = tools.batch.pages() / ("." + page_name + ".new");
  std::error_code code;
  fs::remove_all(folder, code);
  if (auto r = make_folders(folder); !r) return r;
  const auto put = [&](const char* name, ByteView bytes) -> Result<void> {
    if (auto r = write_flushed(folder / name, bytes); !r) return r;
    const Digests d = digest_bytes(bytes);
    facts.files.push_back({name, d.size_bytes, d.md5, d.sha256});
    return {};
  };
  const auto put_text = [&](const char* name, const std::string& text) {
    return put(name, ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  const std::string text_json = to_json(read.text).dump() + "\n";
  if (auto r = put("master.jp2", master.jp2); !r) return r;
  if (auto r = put("user.jp2", user.jp2); !r) return r;
  if (auto r = put_text("text.json", text_json); !r) return r;
  if (auto r = put_text("text.txt", plain_text(read.text)); !r) return r;
  if (auto r = put("preview.jpg", user.preview); !r) return r;
  const std::string facts_json = to_json(facts).dump(1) + "\n";
  if (auto r = put_text("facts.json", facts_json); !r) return r;
  if (auto r = flush_path(folder); !r) return r;
  if (fs::exists(final_folder, code)) {
    const fs::path old = tools.batch.pages() / ("." + page_name + ".old");
    fs::remove_all(old, code);
    fs::rename(final_folder, old, code);
  }
  fs::rename(folder, final_folder, code);
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be given its final name: {}",
                final_folder.string(), code.message());
  if (auto r = flush_path(tools.batch.pages()); !r) return r;
  fs::remove_all(tools.batch.pages() / ("." + page_name + ".old"), code);
  return {};
}

}  // namespace linka
