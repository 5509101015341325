// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in a batch's folder, where a fault of the disk or a curious hand may have been.
#include "base/event_log.h"
#include "fuzz/targets.h"
#include "model/ids.h"
#include "workspace/batch.h"
#include "workspace/correction_json.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace linka::fuzz {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// Readers of JSON are given what a parser let through.
template <class Read>
void with_json(ByteView bytes, Read&& read) {
  const json parsed = json::parse(text_of(bytes), nullptr, false);
  if (!parsed.is_discarded()) (void)read(parsed);
}

}  // namespace

// Once as the bytes are, once as events whose checksums fit: one a line.
void journal(ByteView bytes) {
  const fs::path folder = folder_of_this_process() / "journal";
  fs::create_directories(folder);
  std::ofstream(folder / "main.jsonl", std::ios::binary) << text_of(bytes);
  (void)replay(folder);
  std::ofstream good(folder / "main.jsonl", std::ios::binary);
  std::string_view rest = text_of(bytes);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const json event = json::parse(rest.substr(0, end), nullptr, false);
    if (event.is_object()) good << event_line(event);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  good.close();
  (void)replay(folder);
}

void inventory(ByteView bytes) {
  static const Batch batch = [] {
    const fs::path scans = folder_of_this_process() / "scans";
    fs::create_directories(scans);
    auto made = Batch::open_or_create(folder_of_this_process() / "batch", scans);
    if (!made) std::abort();
    return std::move(*made);
  }();
  std::ofstream(batch.inventory(), std::ios::binary) << text_of(bytes);
  (void)load_inventory(batch);
}

void page_text(ByteView bytes) {
  with_json(bytes, [](const json& j) { return page_text_from_json(j); });
}
void page_facts(ByteView bytes) {
  with_json(bytes, [](const json& j) { return page_facts_from_json(j); });
}
void correction(ByteView bytes) {
  with_json(bytes, [](const json& j) {
    (void)scan_correction_from_json(j);
    return page_correction_from_json(j);
  });
}

// A name that can be read is written the same way again.
void names(ByteView bytes) {
  const std::string text(text_of(bytes));
  ScanId scan;
  if (parse(text, scan)) {
    ScanId again;
    if (!parse(linka::text_of(scan), again) || again != scan) std::abort();
  }
  PageId page;
  if (parse(text, page)) {
    PageId again;
    if (!parse(linka::text_of(page), again) || again != page) std::abort();
  }
  const ScanId any{text, 0};
  ScanId back;
  if (!text.empty() && (!parse(linka::text_of(any), back) || back != any)) std::abort();
}

}  // namespace linka::fuzz
