// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chaos_judge.h"

#include "base/digest.h"
#include "base/text.h"
#include "kramerius-export/verify.h"
#include "workspace/ledger.h"
#include "workspace/status.h"

#include <sys/stat.h>

#include <optional>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

class Judge {
 public:
  Judge(const fs::path& folder, const SampleBook& book, const Quiet& quiet)
      : folder_(folder), book_(book), quiet_(quiet) {}

  Judgement wreck(const MadePages& before) {
    std::error_code code;
    if (!fs::exists(folder_ / "batch.json", code)) return std::move(out_);  // it had not begun
    open();
    if (!batch_) return std::move(out_);
    accounted();
    whole_pages();
    whole_packages(false);
    kept(before);
    untouched();
    return std::move(out_);
  }

  Judgement whole(const MadePages& before) {
    open();
    if (!batch_) return std::move(out_);
    accounted();
    if (status_.scans_pending + status_.scans_missing > 0)
      broken("P1", say("{} scans are not done", status_.scans_pending + status_.scans_missing));
    if (status_.scans_parked != book_.broken.size())
      broken("P5", say("{} scans are parked", status_.scans_parked));
    else if (!book_.broken.empty())
      ++out_.proven["P5"];
    whole_pages();
    whole_packages(true);
    kept(before);
    untouched();
    swept();
    return std::move(out_);
  }

 private:
  void broken(const char* promise, const std::string& text) {
    out_.broken.push_back(std::string(promise) + ": " + text);
  }

  // Counts a proof of the promise unless something was said against it meanwhile.
  template <class Proof>
  void prove(const char* promise, const Proof& proof) {
    const std::size_t before = out_.broken.size();
    proof();
    if (out_.broken.size() == before) ++out_.proven[promise];
  }

  void open() {
    auto batch = Batch::open(folder_);
    if (!batch) return broken("P1", batch.error().message);
    auto status = status_of(*batch, true);
    if (!status) return broken("P1", status.error().message);
    status_ = std::move(*status);
    batch_ = std::move(*batch);
  }

  void accounted() {
    prove("P1", [&] {
      std::set<std::string> names;
      for (const ScanStatus& scan : status_.scans) {
        if (!names.insert(scan.id.name).second) broken("P1", scan.id.name + " is counted twice");
        if (scan.state == ScanState::parked && !book_.broken.contains(scan.id.name))
          broken("P10", scan.id.name + " is parked: " + scan.reason.message);
      }
      if (names != book_.names)
        broken("P1", say("{} scans are counted of {}", names.size(), book_.names.size()));
      const auto ledger = ledger_of(*batch_, status_, false);
      if (!ledger)
        broken("P1", ledger.error().message);
      else
        for (const LedgerFault& fault : ledger->faults) broken("P1", fault.message);
    });
  }

  void whole_pages() {
    prove("P2", [&] {
      const auto report = verify_pages(*batch_, {});
      if (!report) return broken("P2", report.error().message);
      for (const VerifyFault& fault : report->faults)
        broken("P2", fault.file + " " + fault.message);
    });
    for (const ScanStatus& scan : status_.scans)
      for (const PageOutcome& page : scan.pages) {
        struct stat st {};
        const fs::path folder = batch_->page(page.id);
        if (scan.state == ScanState::done && page.state == PageState::done &&
            ::stat((folder / "master.jp2").c_str(), &st) == 0)
          out_.pages[folder.filename().string()] = st.st_ino;
      }
  }

  void whole_packages(bool expected) {
    prove(expected ? "P7" : "P4", [&] {
      std::error_code code;
      bool any = false;
      for (fs::directory_iterator it(batch_->packages(), code), end; !code && it != end;
           it.increment(code)) {
        if (it->path().filename().string().starts_with('.')) continue;
        any = true;
      }
      if (!any && !expected) return;
      const Tree now = shown(tree_of(batch_->packages()));
      if (now == quiet_.packages) return;
      for (const auto& [file, sha256] : quiet_.packages) {
        const auto it = now.find(file);
        if (it == now.end() || it->second != sha256)
          return broken(expected ? "P7" : "P4",
                        file + (it == now.end() ? " is not there" : " has other bytes"));
      }
      broken(expected ? "P7" : "P4", "files that the quiet run did not make");
    });
  }

  // Without what stands under temporary names.
  static Tree shown(Tree tree) {
    std::erase_if(tree, [](const auto& file) { return file.first.starts_with('.'); });
    return tree;
  }

  // A page that was done is not made again.
  void kept(const MadePages& before) {
    if (before.empty()) return;
    prove("P3", [&] {
      for (const auto& [page, inode] : before) {
        const auto it = out_.pages.find(page);
        if (it == out_.pages.end())
          broken("P3", page + " was done and is not");
        else if (it->second != inode)
          broken("P3", page + " was done and was made again");
      }
    });
  }

  void untouched() {
    prove("P6", [&] {
      if (tree_of(book_.scans) != quiet_.scans) broken("P6", "a scan has changed");
    });
  }

  void swept() {
    prove("P4", [&] {
      std::error_code code;
      for (fs::recursive_directory_iterator it(folder_, code), end; !code && it != end;
           it.increment(code))
        if (const std::string name = it->path().filename().string(); name.starts_with('.'))
          broken("P4", it->path().string() + " was left behind");
    });
  }

  fs::path folder_;
  const SampleBook& book_;
  const Quiet& quiet_;
  std::optional<Batch> batch_;
  BatchStatus status_;
  Judgement out_;
};

}  // namespace

Tree tree_of(const fs::path& folder) {
  Tree out;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code))
    if (it->is_regular_file(code)) {
      const auto digests = digest_file(it->path());
      out[it->path().lexically_relative(folder).generic_string()] =
          digests ? digests->sha256 : digests.error().message;
    }
  return out;
}

Judgement judge_wreck(const fs::path& batch, const SampleBook& book, const Quiet& quiet,
                      const MadePages& before) {
  return Judge(batch, book, quiet).wreck(before);
}

Judgement judge_whole(const fs::path& batch, const SampleBook& book, const Quiet& quiet,
                      const MadePages& before) {
  return Judge(batch, book, quiet).whole(before);
}

}  // namespace linka
