// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shelf_store.h"

#include "base/translate.h"
#include "cli/console.h"
#include "pipeline/report.h"
#include "pipeline/space.h"
#include "pipeline/steps.h"
#include "shelf/layout.h"

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// What all scans of a batch will be on the shelf, by their headers.
Result<std::uint64_t> bytes_of_batch(const Batch& batch, const Profile& profile) {
  const auto inventory = take_inventory(batch.scans());
  if (!inventory) return pass(inventory);
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  const auto tools = make_tools(batch, profile, nullptr);
  if (!tools) return pass(tools);
  Work work;
  work.tools = &*tools;
  for (const InventoryFile& file : inventory->files)
    if (file.ignored.empty()) {
      WorkItem item;
      item.file = file;
      work.items.push_back(std::move(item));
    }
  return space_needed(work, *replayed).bytes;
}

}  // namespace

Result<std::unique_ptr<ShelfRoom>> room_on_shelf(const fs::path& path, const Batch& batch,
                                                 const Profile& profile) {
  if (path.empty()) return std::unique_ptr<ShelfRoom>();
  auto shelf = Shelf::open(path);
  if (!shelf) return pass(shelf);
  const auto bytes = bytes_of_batch(batch, profile);
  if (!bytes) return pass(bytes);
  auto claim = Claim::take(*shelf, *bytes, batch.folder().string());
  if (!claim) return pass(claim);
  return std::make_unique<ShelfRoom>(ShelfRoom{*std::move(shelf), *std::move(claim)});
}

ShelfStored store_each(const std::vector<fs::path>& packages,
                       const std::function<Result<PutReport>(const fs::path&)>& put) {
  ShelfStored out;
  for (const fs::path& package : packages) {
    auto stored = guarded<PutReport>("shelf", [&] { return put(package); });
    if (stored) {
      out.stored.push_back(*std::move(stored));
      continue;
    }
    out.code = worse(out.code, exit_code_of(stored.error().kind));
    out.errors.push_back(stored.error());
    if (stored.error().kind == ErrorKind::no_space) break;
  }
  return out;
}

PutOptions put_options_of(const fs::path& package) {
  std::error_code code;
  const fs::path whole = fs::absolute(package, code).lexically_normal();
  const std::string name =
      (whole.filename().empty() ? whole.parent_path() : whole).filename().string();
  PutOptions options;
  options.id = object_id_of(name);
  options.message = say(tr("package {} by linka {}"), name, LINKA_VERSION);
  return options;
}

ShelfStored store_on_shelf(ShelfRoom& room, const std::vector<fs::path>& packages) {
  return store_each(packages, [&](const fs::path& package) {
    return put_object(room.shelf, package, put_options_of(package), &room.claim);
  });
}

std::string line_about(const PutReport& report) {
  if (report.unchanged) return say(tr("on the shelf already: {} {}"), report.id, report.version);
  return say(trn("on the shelf: {} {} ({} file, {} of them new, {})",
                 "on the shelf: {} {} ({} files, {} of them new, {})", report.files),
             report.id, report.version, report.files, report.new_files,
             size_in_words(report.new_bytes));
}

json to_json(const PutReport& report) {
  return {{"id", report.id},       {"version", report.version},
          {"path", report.path},   {"unchanged", report.unchanged},
          {"files", report.files}, {"new_files", report.new_files},
          {"bytes", report.bytes}, {"new_bytes", report.new_bytes}};
}

json to_json(const ShelfStored& stored) {
  json out = {{"stored", json::array()}, {"errors", json::array()}};
  for (const PutReport& report : stored.stored) out["stored"].push_back(to_json(report));
  for (const Error& error : stored.errors) out["errors"].push_back(to_json(error));
  return out;
}

json to_json(const ShelfSums& sums) {
  json claims = json::array();
  for (const ShelfClaim& claim : sums.claims)
    claims.push_back({{"what", claim.what}, {"bytes", claim.bytes}, {"since", claim.since}});
  return {{"quota_bytes", sums.quota_bytes},
          {"used_bytes", sums.used_bytes},
          {"reserved_bytes", sums.reserved_bytes},
          {"free_bytes", sums.free_bytes()},
          {"disk_free_bytes", sums.disk_free_bytes},
          {"objects", sums.objects},
          {"versions", sums.versions},
          {"reservations", claims}};
}

}  // namespace linka
