// SPDX-License-Identifier: GPL-3.0-or-later
// linka verify: is what lies on the disk what was written?
#include "kramerius-export/verify.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/verb.h"
#include "stages/decode/decode.h"
#include "workspace/journal.h"
#include "workspace/status.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<fs::path> paths;
  bool no_decode = false, mend = false, dry_run = false, json = false;
};

// What a path stands for.
struct Meant {
  std::optional<Batch> batch;  // the batch itself, or the one that a package lies in
  std::vector<fs::path> packages;
  bool pages = false;
};

Meant meant(const fs::path& path) {
  Meant out;
  std::error_code code;
  if (Result<Batch> batch = Batch::open(path)) {
    for (fs::directory_iterator it(batch->packages(), code), end; !code && it != end;
         it.increment(code))
      if (!it->path().filename().string().starts_with('.')) out.packages.push_back(it->path());
    std::sort(out.packages.begin(), out.packages.end());
    out.batch = *std::move(batch);
    out.pages = true;
    return out;
  }
  out.packages = {path};
  const fs::path whole = fs::absolute(path, code).lexically_normal();
  const fs::path folder = whole.filename().empty() ? whole.parent_path() : whole;
  if (Result<Batch> batch = Batch::open(folder.parent_path().parent_path());
      batch && folder.parent_path() == batch->packages())
    out.batch = *std::move(batch);
  return out;
}

struct Sum {
  std::size_t files = 0, statements = 0, images = 0, faults = 0;
  std::uint64_t bytes = 0;
  nlohmann::json documents = nlohmann::json::array();
  std::vector<std::string> not_checked, mended;
  ExitCode code = ExitCode::done;
};

void take(const VerifyReport& report, bool json, Sum& sum) {
  sum.files += report.files;
  sum.statements += report.statements;
  sum.images += report.images;
  sum.bytes += report.bytes;
  sum.faults += report.faults.size();
  for (const std::string& text : report.not_checked) sum.not_checked.push_back(text);
  nlohmann::json faults = nlohmann::json::array();
  for (const VerifyFault& fault : report.faults) {
    if (!json)
      print((fault.file.empty() ? report.path : report.path / fault.file).string() + ": " +
            fault.message);
    faults.push_back({{"file", fault.file}, {"message", fault.message}});
  }
  sum.documents.push_back({{"path", report.path.string()},
                           {"files", report.files},
                           {"statements", report.statements},
                           {"images", report.images},
                           {"bytes", report.bytes},
                           {"faults", faults},
                           {"not_checked", report.not_checked}});
}

// Takes away what is damaged, so that the next run makes it anew: only what the scans that are
// there can make again.
Result<void> mend(Batch& batch, const std::set<std::string>& pages,
                  const std::vector<fs::path>& packages, bool dry_run, Sum& sum) {
  if (!dry_run)
    if (auto r = batch.lock(); !r) return r;
  const Result<BatchStatus> status = status_of(batch, true);
  if (!status) return pass(status);
  std::set<std::string> can_be_made;
  bool all = true;
  for (const ScanStatus& scan : status->scans) {
    const bool there = scan.state != ScanState::missing;
    all = all && there;
    for (const PageOutcome& page : scan.pages)
      if (there) can_be_made.insert(batch.page(page.id).filename().string());
  }
  std::error_code code;
  const auto remove = [&](const fs::path& path) {
    if (!dry_run) fs::remove_all(path, code);
    sum.mended.push_back(path.string());
  };
  for (const std::string& page : pages) {
    if (can_be_made.contains(page))
      remove(batch.pages() / page);
    else
      remark(say(tr("{}: its scan is missing, so it is left as it is"), page));
  }
  for (const fs::path& package : packages) {
    if (all)
      remove(package);
    else
      remark(say(tr("{}: scans are missing, so it is left as it is"), package.string()));
  }
  return {};
}

Result<void> verify_one(const fs::path& path, const Options& options, VerifyOptions look,
                        Sum& sum) {
  std::set<std::string> decoded;
  look.decoded = &decoded;
  Meant what = meant(path);
  std::map<std::string, std::set<std::string>> infos;
  if (what.batch) {
    const Result<Replay> replayed = replay(what.batch->journal());
    if (!replayed) return pass(replayed);
    infos = replayed->package_infos;
  }
  std::set<std::string> damaged_pages;
  if (what.pages) {
    const Result<VerifyReport> report = verify_pages(*what.batch, look);
    if (!report) return pass(report);
    damaged_pages = report->damaged_pages;
    take(*report, options.json, sum);
  }
  std::vector<fs::path> damaged;
  for (const fs::path& package : what.packages) {
    const auto info = infos.find(package.filename().string());
    const Result<VerifyReport> report =
        verify_package(package, info == infos.end() ? std::set<std::string>() : info->second, look);
    if (!report) return pass(report);
    if (!report->faults.empty()) damaged.push_back(package);
    take(*report, options.json, sum);
  }
  if (!options.mend || (damaged_pages.empty() && damaged.empty())) return {};
  if (!what.batch)
    return fail(ErrorKind::bad_input, "{}: a package outside a batch cannot be made again",
                path.string());
  return mend(*what.batch, damaged_pages, damaged, options.dry_run, sum);
}

ExitCode say_sum(const Options& options, Sum& sum) {
  if (sum.faults > 0)
    sum.code = worse(sum.code, ExitCode::rules_broken);
  else if (sum.files == 0)
    sum.code = worse(sum.code, ExitCode::nothing_checked);
  if (options.json)
    return print_json({{"files", sum.files},
                       {"statements", sum.statements},
                       {"images", sum.images},
                       {"bytes", sum.bytes},
                       {"faults", sum.faults},
                       {"not_checked", sum.not_checked},
                       {"mended", sum.mended},
                       {"checked", sum.documents}},
                      sum.code);
  for (const std::string& path : sum.mended)
    print(say(options.dry_run ? tr("would be taken away: {}") : tr("taken away: {}"), path));
  for (const std::string& text : sum.not_checked) print(say(tr("not checked: {}"), text));
  print(say(trn("{} file read ({}), {} digests compared, {} images decoded",
                "{} files read ({}), {} digests compared, {} images decoded", sum.files),
            sum.files, size_in_words(sum.bytes), sum.statements, sum.images));
  if (sum.faults > 0) {
    print(say(trn("{} thing is wrong", "{} things are wrong", sum.faults), sum.faults));
    if (!sum.mended.empty() && !options.dry_run)
      print(tr("linka run with the same scans and this batch makes them again"));
  } else if (sum.files == 0) {
    print(tr("NOT checked: there was nothing to read"));
  } else {
    print(tr("every byte is as it was written"));
  }
  return sum.code;
}

ExitCode verify(const Options& options) {
  VerifyOptions look;
  if (!options.no_decode)
    look.decode = [](ByteView jp2) -> Result<void> {
      const Result<ScanImage> image = decode(jp2, 0, DecodeParams{300, 4000});
      if (!image) return pass(image);
      return {};
    };
  Sum sum;
  {
    CountDisplay display(tr("{} files read"), options.json);
    std::size_t files = 0;
    look.progress = [&] { display.show(++files, 0); };
    for (const fs::path& path : options.paths)
      if (const Result<void> done = verify_one(path, options, look, sum); !done)
        return explain_failure(done.error(), options.json);
  }
  return say_sum(options, sum);
}

}  // namespace

void declare_verify(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "verify",
      tr("read every byte of batches and packages again: is it what was written?\n"
         "Makes all digests anew, decodes every image, and holds them against the lists of "
         "checksums, the METS files and the journal. Names every file that is damaged, missing or "
         "unknown (exit code 5). A check that saw no file fails, too (exit code 10)."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->paths, tr("folders of batches or packages"))->required();
  verb->add_flag("--no-decode", o->no_decode, tr("compare digests only, decode no image"));
  verb->add_flag("--mend", o->mend,
                 tr("take away what is damaged in a batch, so that the next run makes it again"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("with --mend: say what would be taken away"));
  add_json(verb, o->json);
  verb->footer(
      "linka verify scans.batch\n"
      "linka verify scans.batch/packages/tst001-00000a --json\n"
      "linka verify scans.batch --mend && linka run scans/");
  verb->callback([o, &chosen] { chosen.action = [o] { return verify(*o); }; });
}

}  // namespace linka
