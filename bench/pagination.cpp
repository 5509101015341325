// SPDX-License-Identifier: GPL-3.0-or-later
// How well page numbers, gaps and doubled pages of a finished batch are told: the batch's texts
// against the truth.json that linka-samples wrote beside the scans; types of pages, chapters and
// articles, too.
//
//   linka-bench-pagination BATCH SCANS [--all]
#include "stages/pagination/pagination.h"

#include "base/files.h"
#include "workspace/facts_json.h"
#include "workspace/page_text_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace linka;  // NOLINT: a program of one file
namespace fs = std::filesystem;

struct TruePage {
  std::string label;   // "-": does not count
  std::string number;  // as printed; empty when there is none
  bool is_blank = false;
  std::string type;   // empty: not told
  std::string opens;  // heading of a chapter or article that begins there
};

std::map<std::string, TruePage> truth_of(const fs::path& scans) {
  std::map<std::string, TruePage> out;
  const auto text = read_text(scans / "truth.json");
  if (!text) return out;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (json.is_discarded()) return out;
  for (const auto& scan : json.at("scans"))
    for (const auto& page : scan.at("pages")) {
      PageId id{{scan.at("file"), 0}, Side::single};
      const std::string side = page.at("side");
      if (side == "left") id.side = Side::left;
      if (side == "right") id.side = Side::right;
      if (scan.at("pages").size() == 1) id.side = Side::single;
      out[text_of(id)] = {page.at("label"), page.at("number"), page.at("is_blank"),
                          page.value("type", ""), page.value("opens", "")};
    }
  return out;
}

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::vector<NumberedPage> read_pages(const Batch& batch) {
  std::vector<PageId> ids;
  for (const auto& entry : fs::directory_iterator(batch.pages())) {
    PageId id;
    if (parse(entry.path().filename().string(), id)) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end(),
            [](const PageId& a, const PageId& b) { return reading_order(a, b); });
  std::vector<NumberedPage> pages;
  double facts_ms = 0, text_ms = 0, hints_ms = 0;
  for (const PageId& id : ids) {
    auto start = std::chrono::steady_clock::now();
    const auto facts = load_facts(batch, id);
    facts_ms += ms_since(start);
    if (!facts) continue;
    start = std::chrono::steady_clock::now();
    const auto bytes = read_text(batch.page(id) / "text.json");
    const auto text =
        page_text_from_json(nlohmann::json::parse(bytes ? *bytes : std::string{}, nullptr, false));
    text_ms += ms_since(start);
    start = std::chrono::steady_clock::now();
    NumberedPage page;
    page.id = id;
    page.is_blank = facts->is_blank;
    page.width_mm = facts->dpi.known() ? mm_from_px(facts->width_px, facts->dpi.x) : 0;
    page.height_mm = facts->dpi.known() ? mm_from_px(facts->height_px, facts->dpi.y) : 0;
    page.paper_level = facts->measures.paper_level;
    if (text) page.hints = hints_of(*text);
    hints_ms += ms_since(start);
    pages.push_back(std::move(page));
  }
  const double n = static_cast<double>(std::max<std::size_t>(1, pages.size()));
  fmt::print("a page: facts {:.2f} ms, text {:.2f} ms, hints {:.2f} ms\n", facts_ms / n,
             text_ms / n, hints_ms / n);
  return pages;
}

std::string bare(const std::string& label) {
  return label.starts_with('[') ? label.substr(1, label.size() - 2) : label;
}

struct Counts {
  int carrying = 0, right = 0, read = 0, counted = 0, counted_right = 0;
};

Counts compare(const Pagination& p, const std::map<std::string, TruePage>& truth, bool all) {
  Counts c;
  for (const ProposedPage& page : p.pages) {
    const auto it = truth.find(text_of(page.id));
    if (it == truth.end()) continue;
    const TruePage& t = it->second;
    const bool wrong =
        t.number.empty() ? bare(page.label) != t.label && t.label != "-" : page.label != t.number;
    if (all || wrong)
      fmt::print("{}{:16} true {:5} printed '{}' proposed {:6} {:.2f} read '{}' {} {:.2f}\n",
                 wrong ? "! " : "  ", text_of(page.id), t.label, t.number, page.label,
                 page.label_confidence, page.read, page.type, page.type_confidence);
    if (!t.number.empty()) {
      ++c.carrying;
      c.right += page.label == t.number;
      c.read += !page.read.empty();
    }
    if (t.label != "-") {
      ++c.counted;
      c.counted_right += bare(page.label) == t.label;
    }
  }
  return c;
}

// What the true labels themselves say: Arabic numbers left out, and pages there twice.
void say_true_faults(const Pagination& p, const std::map<std::string, TruePage>& truth) {
  int last = 0;
  std::set<std::string> seen;
  for (const ProposedPage& page : p.pages) {
    const auto it = truth.find(text_of(page.id));
    if (it == truth.end() || it->second.label == "-") continue;
    const std::string& label = it->second.label;
    if (!seen.insert(label).second) fmt::print("true: {} again on {}\n", label, text_of(page.id));
    const int value = std::atoi(label.c_str());
    if (value > last + 1)
      fmt::print("true: {} to {} missing before {}\n", last + 1, value - 1, text_of(page.id));
    last = value;
  }
}

struct Found {
  int truly = 0, proposed = 0, both = 0;
};

// Of each type but the normal page.
void say_types(const Pagination& p, const std::map<std::string, TruePage>& truth) {
  std::map<std::string, Found> types;
  for (const ProposedPage& page : p.pages) {
    const auto it = truth.find(text_of(page.id));
    if (it == truth.end() || it->second.type.empty()) continue;
    ++types[it->second.type].truly;
    ++types[page.type].proposed;
    types[page.type].both += page.type == it->second.type;
    if (page.type != it->second.type)
      fmt::print("type: {} is {}, not {}\n", text_of(page.id), it->second.type, page.type);
  }
  for (const auto& [type, n] : types)
    if (type != "normalPage")
      fmt::print("type {}: true {} proposed {} right {}\n", type, n.truly, n.proposed, n.both);
}

// By the pages on which they begin.
void say_divisions(const Pagination& p, const std::map<std::string, TruePage>& truth) {
  std::set<std::size_t> proposed;
  for (const ProposedDivision& d : p.divisions) proposed.insert(d.first_page);
  Found found;
  found.proposed = static_cast<int>(proposed.size());
  for (std::size_t i = 0; i < p.pages.size(); ++i) {
    const auto it = truth.find(text_of(p.pages[i].id));
    if (it == truth.end() || it->second.opens.empty()) continue;
    ++found.truly;
    found.both += proposed.contains(i);
    if (!proposed.contains(i)) fmt::print("not proposed: {}\n", it->second.opens);
  }
  fmt::print("divisions: true {} proposed {} right {}\n", found.truly, found.proposed, found.both);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print("linka-bench-pagination BATCH SCANS [--all]\n");
    return 2;
  }
  const auto batch = Batch::open(argv[1]);
  if (!batch) {
    fmt::print("{}\n", batch.error().message);
    return 1;
  }
  const auto truth = truth_of(argv[2]);
  const std::vector<NumberedPage> pages = read_pages(*batch);
  const auto start = std::chrono::steady_clock::now();
  const Pagination p = paginate(pages, {});
  const double ms = ms_since(start);
  const Counts c = compare(p, truth, argc > 3);
  say_true_faults(p, truth);
  for (const auto& [id, findings] : p.findings)
    for (const PageFinding& f : findings)
      fmt::print("found: {}: {} {}\n", text_of(id), in_words(f), f.check);
  for (const ProposedDivision& d : p.divisions)
    fmt::print("division: {} {} '{}' {}-{} {:.2f}{}\n", d.level, d.label_of_first, d.title,
               d.first_page + 1, d.last_page + 1, d.confidence, d.from_contents ? " contents" : "");
  say_types(p, truth);
  say_divisions(p, truth);
  fmt::print("{}\n{} pages, {:.0f} ms\n", p.pattern, pages.size(), ms);
  fmt::print("labels right: {} of {} pages with a number ({} read), {} of {} counted\n", c.right,
             c.carrying, c.read, c.counted_right, c.counted);
  return 0;
}
