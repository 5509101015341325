// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stored_page.h"

#include "base/fail_point.h"
#include "pipeline/review.h"
#include "stages/check/check.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint page_begun{"page-begun", "after a page's folder was made under its temporary name"};
FailPoint page_file_written{"page-file-written", "after one file of a page"};
FailPoint page_flushed{"page-flushed", "when a page is on the disk and has no name yet"};
FailPoint page_stored{"page-stored",
                      "when a page has its name and the journal does not know it yet"};
FailPoint page_refreshed{"page-refreshed",
                         "after the facts of a page that stays were written anew"};

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

// Where a page's pixels come from, to the last bit.
std::string geometry_text(const PageFacts& f) {
  nlohmann::json j = to_json(f);
  return nlohmann::json::array({j["source"]["sha256"], j["source"]["frame"], j["source"]["dpi"],
                                j["turn_deg"], j["region"], j["angle_deg"], j["crop"],
                                j.value("bend", nlohmann::json())})
      .dump();
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

}  // namespace

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
