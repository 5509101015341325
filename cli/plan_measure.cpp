// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/plan_measure.h"

#include "base/files.h"
#include "base/translate.h"
#include "image/compare.h"
#include "image/convert.h"
#include "kramerius-export/make_package.h"
#include "stages/encode/encode.h"
#include "workspace/facts_json.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>

namespace linka {
namespace fs = std::filesystem;
namespace {

// A record of the fewest words that the standard allows; its package is measured and thrown away.
constexpr const char* record_text = R"(title = "Vzorek"
urnnbn = "urn:nbn:cz:tst001-00000b"
language = "cze"
year = 1927
place = "Praha"
publisher = "Vzorek"
sigla = "ABA001"
institution = "Vzorek"
)";

constexpr std::size_t most_pages_for_choices = 6;
// A page is colourless when no more than this share of its pixels has samples further apart.
constexpr double coloured_share = 0.0005;
constexpr int coloured_difference = 12;

double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return sum;
}

Result<void> copy_scan(const fs::path& from, const fs::path& to) {
  std::error_code code;
  if (!fs::is_regular_file(from, code))
    return fail(ErrorKind::bad_input, "{}: not a regular file", from.string());
  if (auto r = make_folders(to.parent_path()); !r) return r;
  if (!fs::copy_file(from, to, fs::copy_options::overwrite_existing, code))
    return fail(kind_of_errno(code.value()), "{}: cannot be copied: {}", from.string(),
                code.message());
  return {};
}

std::string kind_of(const PageFacts& facts) {
  std::string pixels = facts.channels == 1 ? "grey" : "colour";
  if (facts.source.bits_per_sample == std::vector<int>{1}) pixels = "bitonal";
  return facts.source.format + ", " + pixels;
}

std::uint64_t size_of_file(const PageFacts& facts, const std::string& name) {
  for (const WrittenFile& file : facts.files)
    if (file.name == name) return file.size_bytes;
  return 0;
}

// Bytes of the package's files that are no images, a number a page: text (ALTO and TXT) and
// metadata. What belongs to all pages is shared among them.
struct PackageBytes {
  std::vector<double> text, metadata;
};

PackageBytes bytes_of_package(const fs::path& package, std::size_t pages) {
  PackageBytes out{std::vector<double>(pages), std::vector<double>(pages)};
  if (pages == 0) return out;
  std::map<std::string, std::vector<std::pair<std::string, double>>> folders;
  std::error_code code;
  for (fs::recursive_directory_iterator it(package, code), end; !code && it != end;
       it.increment(code))
    if (it->is_regular_file(code))
      folders[it->path().parent_path().filename().string()].emplace_back(
          it->path().filename().string(), static_cast<double>(it->file_size(code)));
  for (auto& [folder, files] : folders) {
    if (folder == "mastercopy" || folder == "usercopy") continue;
    const bool text = folder == "alto" || folder == "txt";
    std::vector<double>& sums = text ? out.text : out.metadata;
    std::sort(files.begin(), files.end());
    for (std::size_t i = 0; i < files.size(); ++i)
      if (files.size() == pages)
        sums[i] += files[i].second;
      else
        for (double& sum : sums) sum += files[i].second / static_cast<double>(pages);
  }
  return out;
}

Result<fs::path> package_of(const Batch& batch) {
  MakePackageOptions options;
  options.allow_parked = true;
  const auto made = make_packages(batch, options);
  if (!made) return pass(made);
  for (const MadePackage& one : made->packages)
    if (one.state != PackageState::refused)
      return one.path;
    else
      return tl::unexpected(one.error);
  return fail(ErrorKind::internal, "no package came of the sample");
}

// What became of the batch's scans.
Result<void> take_pages(PlanMeasures& out) {
  const auto status = status_of(out.batch, true);
  if (!status) return pass(status);
  out.parked = status->scans_parked;
  for (const ScanStatus& scan : status->scans)
    for (const PageOutcome& page : scan.pages)
      if (page.state == PageState::done) {
        auto facts = load_facts(out.batch, page.id);
        if (!facts) return pass(facts);
        out.pages.push_back(*std::move(facts));
      }
  std::sort(out.pages.begin(), out.pages.end(),
            [](const auto& a, const auto& b) { return reading_order(a.id, b.id); });
  return {};
}

double stage_seconds(const PageFacts& facts) {
  return std::accumulate(facts.stage_ms.begin(), facts.stage_ms.end(), 0.0,
                         [](double sum, const auto& stage) { return sum + stage.second / 1000; });
}

}  // namespace

Result<PlanMeasures> measure_sample(const fs::path& scans, const std::vector<InventoryFile>& sample,
                                    const Profile& profile, int jobs, const fs::path& work,
                                    const std::function<void(const Progress&)>& progress) {
  std::error_code code;
  const bool one_file = fs::is_regular_file(scans, code);
  for (const InventoryFile& file : sample)
    if (auto r = copy_scan(one_file ? scans : scans / file.name, work / "scans" / file.name); !r)
      return pass(r);
  auto batch = Batch::open_or_create(work / "batch", work / "scans");
  if (!batch) return pass(batch);
  PlanMeasures out{{}, 0, 0, {}, *std::move(batch), {}};

  RunOptions run;
  run.profile = profile;
  run.jobs = jobs;
  run.progress = progress;
  run.command = "linka plan";
  const double before = cpu_seconds();
  const auto summary = run_batch(out.batch, run);
  if (!summary) return pass(summary);
  if (summary->stopped) return tl::unexpected(*summary->stopped);
  out.stopped_by = summary->stopped_by;
  if (out.stopped_by != 0) return out;
  if (auto r = take_pages(out); !r) return pass(r);

  if (auto r = write_atomically(work / "title.toml", std::string_view(record_text)); !r)
    return pass(r);
  if (auto r = out.batch.keep_record(work / "title.toml"); !r) return pass(r);
  const auto package = out.pages.empty() ? Result<fs::path>(fs::path()) : package_of(out.batch);
  if (!package)
    out.notes.push_back(
        say(tr("the files of the package were not measured: {}"), package.error().message));
  const double cpu = cpu_seconds() - before;
  const PackageBytes rest = bytes_of_package(package ? *package : fs::path(), out.pages.size());

  std::map<std::string, SampledScan> by_name;
  for (const InventoryFile& file : sample) {
    SampledScan& scan = by_name[file.name];
    scan.name = file.name;
    scan.of(Amount::raw) = static_cast<double>(file.size_bytes);
  }
  double all_s = 0;
  for (const PageFacts& facts : out.pages) all_s += stage_seconds(facts);
  for (std::size_t i = 0; i < out.pages.size(); ++i) {
    const PageFacts& facts = out.pages[i];
    SampledScan& scan = by_name[facts.id.scan.name];
    ++scan.pages;
    scan.kind = kind_of(facts);
    scan.of(Amount::master) += static_cast<double>(size_of_file(facts, "master.jp2"));
    scan.of(Amount::user) += static_cast<double>(size_of_file(facts, "user.jp2"));
    scan.of(Amount::text) += rest.text[i];
    scan.of(Amount::metadata) += rest.metadata[i];
    scan.of(Amount::cpu) += all_s > 0 ? cpu * stage_seconds(facts) / all_s : 0;
  }
  for (auto& [name, scan] : by_name) out.scans.push_back(std::move(scan));
  return out;
}

namespace {

bool is_colourless(const Image& image) {
  std::size_t coloured = 0, all = 0;
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width(); ++x, ++all) {
      const auto [least, most] = std::minmax({row[3 * x], row[3 * x + 1], row[3 * x + 2]});
      coloured += most - least > coloured_difference;
    }
  }
  return static_cast<double>(coloured) <= coloured_share * static_cast<double>(all);
}

struct RateSums {
  double bytes = 0, psnr_db = 0;
};

Result<RateSums> user_copy(const Image& page, EncodeParams params, double rate) {
  params.user_rate = rate;
  const auto jp2 = encode(page, Copy::user, params);
  if (!jp2) return pass(jp2);
  const auto back = decode_jp2(*jp2);
  if (!back) return pass(back);
  return RateSums{static_cast<double>(jp2->size()), difference(page, *back).psnr_db};
}

}  // namespace

Result<PlanChoices> measure_choices(const PlanMeasures& measures, const Profile& profile,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
  PlanChoices out;
  const std::size_t all = measures.pages.size(), count = std::min(all, most_pages_for_choices);
  std::vector<double> rates{profile.encode.user_rate};
  for (const double rate : {10.0, 16.0, 24.0})
    if (rate > rates.front() * 1.05) rates.push_back(rate);
  std::vector<RateSums> sums(rates.size());
  double masters = 0, saved = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (progress) progress(i, count);
    const PageFacts& facts = measures.pages[all * i / count];
    const auto bytes = read_file(measures.batch.page(facts.id) / "master.jp2");
    if (!bytes) return pass(bytes);
    auto page = decode_jp2(*bytes);
    if (!page) return pass(page);
    *page = page->with_dpi(facts.dpi);
    masters += static_cast<double>(bytes->size());
    ++out.pages_looked_at;
    for (std::size_t k = 0; k < rates.size(); ++k) {
      const auto copy = user_copy(*page, profile.encode, rates[k]);
      if (!copy) return pass(copy);
      sums[k].bytes += copy->bytes;
      sums[k].psnr_db += copy->psnr_db;
    }
    if (page->channels() != 3) continue;
    ++out.colour_pages;
    if (!is_colourless(*page)) continue;
    ++out.colourless_pages;
    const auto grey = encode(grey_of(*page), Copy::master, profile.encode);
    if (!grey) return pass(grey);
    saved += static_cast<double>(bytes->size()) - static_cast<double>(grey->size());
  }
  if (progress) progress(count, count);
  if (count == 0) return out;
  for (std::size_t k = 0; k < rates.size(); ++k)
    out.user_rates.push_back({rates[k], sums[k].bytes / std::max(1.0, sums[0].bytes),
                              sums[k].psnr_db / static_cast<double>(count)});
  out.grey_saves_share = masters > 0 ? saved / masters : 0;
  return out;
}

}  // namespace linka
