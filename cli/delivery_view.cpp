// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/delivery_view.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"
#include "delivery/receipt.h"
#include "pipeline/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr std::size_t most_gaps = 20;  // that are shown to a person
constexpr double show_every_s = 0.2;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (it->is_directory(code) && !it->path().filename().string().starts_with('.'))
      found.push_back(it->path());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_package(const fs::path& folder) {
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with("info") && name.ends_with(".xml")) return true;
  }
  return false;
}

void add_receipts_below(const fs::path& folder, std::vector<fs::path>& files) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code))
    if (it->path().filename().string().ends_with(".receipt.json")) found.push_back(it->path());
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

std::string headline(const Delivery& d) {
  const std::string what = d.title.empty() ? d.id : say("{} ({})", d.title, d.id);
  switch (d.ending) {
    case Ending::delivered:
      return say(tr("{}: delivered and proven"), what);
    case Ending::already:
      return say(tr("{}: is there already and proven"), what);
    case Ending::planned:
      return say(tr("{}: would be delivered"), what);
    case Ending::broken:
      return say(tr("{}: not delivered: {}"), what, d.trouble.message);
    case Ending::refused:
      return say(tr("{}: refused: {}"), what, d.trouble.message);
    case Ending::failed:
      return say(tr("{}: failed: {}"), what, d.trouble.message);
    case Ending::unknown:
      return say(tr("{}: UNKNOWN: {}"), what, d.trouble.message);
    case Ending::not_proven:
      return say(tr("{}: NOT PROVEN: {}"), what, d.trouble.message);
    case Ending::nothing:
    case Ending::stopped:
      break;
  }
  return say("{}: {}", what, d.trouble.message);
}

std::string counts_in_words(const json& counts) {
  const auto n = [&](const char* key) { return counts.value(key, std::size_t{0}); };
  return say(tr("proven: {} objects, {} orders, {} texts, {} ALTO, {} pictures, {} image sizes, {} "
                "pages in the index"),
             n("objects"), n("orders"), n("texts"), n("altos"), n("images"), n("sizes"),
             n("indexed_pages"));
}

}  // namespace

Result<std::vector<fs::path>> packages_in(const std::vector<fs::path>& given) {
  std::vector<fs::path> packages;
  for (const fs::path& path : given) {
    std::error_code code;
    if (!fs::is_directory(path, code))
      return fail(ErrorKind::bad_input, "{}",
                  say(tr("{}: there is no such package"), path.string()));
    if (const auto batch = Batch::open(path)) {
      const auto found = folders_in(batch->packages());
      packages.insert(packages.end(), found.begin(), found.end());
    } else {
      packages.push_back(path);
    }
  }
  return packages;
}

ExitCode code_of(const Delivery& delivery) {
  switch (delivery.ending) {
    case Ending::delivered:
    case Ending::already:
    case Ending::planned:
      return ExitCode::done;
    case Ending::broken:
      return ExitCode::rules_broken;
    case Ending::refused:
      return ExitCode::refused;
    case Ending::failed:
      return ExitCode::delivery_failed;
    case Ending::unknown:
      return ExitCode::delivery_unknown;
    case Ending::not_proven:
      return ExitCode::not_proven;
    case Ending::nothing:
      return ExitCode::nothing_checked;
    case Ending::stopped:
      break;
  }
  return exit_code_of(delivery.trouble.kind);
}

ExitCode worse_delivery(ExitCode a, ExitCode b) {
  const auto weight = [](ExitCode code) {
    switch (code) {
      case ExitCode::done:
        return 0;
      case ExitCode::interrupted:
      case ExitCode::terminated:
        return 9;
      case ExitCode::delivery_unknown:
        return 8;
      case ExitCode::delivery_failed:
        return 7;
      case ExitCode::not_proven:
        return 6;
      default:
        return 5;
    }
  };
  return weight(b) > weight(a) ? b : a;
}

void print_delivery(const Delivery& d) {
  print(headline(d));
  for (const std::string& line : d.plan) print("  " + line);
  for (const std::string& line : d.findings) print("  " + line);
  for (std::size_t i = 0; i < d.gaps.size() && i < most_gaps; ++i) print("  " + d.gaps[i].message);
  if (d.gaps.size() > most_gaps)
    print(say(tr("  ... and {} more (--json names all)"), d.gaps.size() - most_gaps));
  if (d.ending == Ending::delivered || d.ending == Ending::already) {
    if (d.counts.is_object()) print("  " + counts_in_words(d.counts));
    if (!d.address.empty()) print("  " + d.address);
    print("  " + say(tr("receipt: {}"), d.receipt.string()));
  }
  for (const std::string& line : d.remarks) print("  " + say(tr("note: {}"), line));
}

json to_json(const Delivery& d, ExitCode code) {
  json gaps = json::array(), processes = json::array();
  for (const ProofGap& gap : d.gaps)
    gaps.push_back({{"what", name_of(gap.what)}, {"pid", gap.pid}, {"message", gap.message}});
  for (const StartedProcess& p : d.processes)
    processes.push_back(
        {{"uuid", p.uuid}, {"kind", p.defid}, {"state", p.state}, {"batch", p.batch}});
  json document{{"package", d.package.string()},
                {"id", d.id},
                {"ending", name_of(d.ending)},
                {"exit_code", static_cast<int>(code)},
                {"pid", d.pid},
                {"title", d.title},
                {"url", d.address},
                {"objects", d.objects},
                {"pages", d.pages},
                {"proof", d.counts},
                {"gaps", gaps},
                {"findings", d.findings},
                {"log", d.log_lines},
                {"remarks", d.remarks},
                {"processes", processes},
                {"journal", d.journal.string()},
                {"receipt", d.receipt.string()}};
  if (!d.plan.empty()) document["plan"] = d.plan;
  if (code != ExitCode::done) document["error"] = to_json(d.trouble);
  return document;
}

std::vector<std::string> delivery_lines(const Batch& batch) {
  std::vector<std::string> lines;
  for (const KeptDelivery& d : deliveries_below(batch.folder()))
    lines.push_back(
        d.ending == "delivered"
            ? say(tr("{}: delivered to {} and proven, {} {}"), d.package, d.target,
                  d.when.substr(0, 10), d.url)
            : say(tr("{}: its delivery to {} is not done ({}); the same command goes on"),
                  d.package, d.target, d.ending));
  return lines;
}

json deliveries_json(const Batch& batch) {
  json list = json::array();
  for (const KeptDelivery& d : deliveries_below(batch.folder()))
    list.push_back({{"package", d.package},
                    {"target", d.target},
                    {"ending", d.ending},
                    {"url", d.url},
                    {"when", d.when}});
  return list;
}

Result<std::vector<KeptReceipt>> receipts_in(const std::vector<fs::path>& given) {
  std::vector<fs::path> files;
  for (const fs::path& path : given) {
    std::error_code code;
    if (fs::is_regular_file(path, code)) {
      files.push_back(path);
    } else if (const auto batch = Batch::open(path)) {
      add_receipts_below(batch->folder() / "deliveries", files);
    } else if (fs::is_directory(path, code) && is_package(path)) {
      add_receipts_below(files_of(path, "").folder, files);
    } else if (fs::is_directory(path, code)) {
      add_receipts_below(path, files);
    } else {
      return fail(ErrorKind::bad_input, "{}",
                  say(tr("{}: there is no such file or folder"), path.string()));
    }
  }
  std::vector<KeptReceipt> receipts;
  for (const fs::path& file : files) {
    KeptReceipt kept{file, nullptr, {}};
    const auto text = read_text(file, 64u << 20);
    const auto read =
        text ? verified_receipt(*text) : Result<ReadReceipt>(tl::unexpected(text.error()));
    if (read)
      kept.receipt = read->receipt;
    else
      kept.trouble = {read.error().kind, file.string() + ": " + read.error().message, "receipt"};
    receipts.push_back(std::move(kept));
  }
  return receipts;
}

StepDisplay::StepDisplay(bool quiet) : off_(quiet || ::isatty(STDERR_FILENO) == 0) {}

void StepDisplay::show(const std::string& step, std::size_t done, std::size_t of) {
  const double now_s = steady_s();
  if (off_ || (done < of && now_s - last_s_ < show_every_s)) return;
  last_s_ = now_s;
  shown_ = true;
  std::fprintf(stderr, "\r\x1b[K%s", say("{}: {}/{}", step, done, of).c_str());
  std::fflush(stderr);
}

void StepDisplay::clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace linka
