// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/log.h"

#include "workspace/batch.h"

#include <algorithm>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// The process that an event speaks of: the last one begun of its kind.
StartedProcess* meant(DeliveryState& state, const json& event) {
  auto& list = event.value("what", "") == "index" ? state.indexings : state.imports;
  return list.empty() ? nullptr : &list.back();
}

void note_process(DeliveryState& state, const std::string& type, const json& event) {
  if (type == "starting") {
    StartedProcess process;
    process.defid = event.value("defid", "");
    process.known_asked = event.value("known_asked", false);
    for (const std::string& uuid : event.value("known", std::vector<std::string>{}))
      process.known.insert(uuid);
    const bool index = event.value("what", "") == "index";
    if (!index) state.was_there = event.value("was_there", false);
    (index ? state.indexings : state.imports).push_back(std::move(process));
    return;
  }
  StartedProcess* process = meant(state, event);
  if (process == nullptr) return;
  if (type == "started") process->uuid = event.value("uuid", "");
  if (type == "not-started") process->refused = process->over = true;
  if (type == "state") {
    process->state = event.value("state", "");
    process->batch = event.value("batch", "");
  }
  if (type == "ended") {
    process->over = true;
    process->well = event.value("well", false);
  }
}

}  // namespace

DeliveryFiles files_of(const fs::path& package, const std::string& target) {
  std::error_code code;
  fs::path whole = fs::absolute(package, code).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const fs::path above = whole.parent_path();
  if (above.filename() == "packages" && Batch::open(above.parent_path()))
    return {above.parent_path() / "deliveries" / whole.filename(), target};
  return {fs::path(whole.string() + ".deliveries"), target};
}

StartedProcess* DeliveryState::open_import() {
  return imports.empty() || (imports.back().over && !imports.back().well) ? nullptr
                                                                          : &imports.back();
}

DeliveryState replay_delivery(const std::vector<json>& events) {
  DeliveryState state;
  for (const json& event : events) {
    const std::string type = event.value("type", "");
    if (type == "begun") {
      state = DeliveryState{};
      state.begun = true;
      state.package_digest = event.value("package", "");
      state.created = event.value("created", "");
      state.begun_at = event.value("time", "");
      state.way = event.value("way", "");
    }
    if (type == "validated") state.validated = true;
    if (type == "exported") {
      state.exported = true;
      state.exported_digest = event.value("digest", "");
    }
    if (type == "images-placed") {
      state.images_placed = true;
      state.placed_images = event.value("files", std::size_t{0});
    }
    if (type == "folder-placed") {
      state.folder_placed = true;
      state.name = event.value("name", "");
    }
    if (type == "seen") state.seen = true;
    if (type == "cleared") state.cleared = true;
    note_process(state, type, event);
    if (type == "proven") state.proven_at = event.value("time", "");
    if (type == "receipt") state.receipt = event.value("document", json());
    if (type == "attempt-ended") {
      state.ending = event.value("ending", "");
      state.last_trouble = event.value("message", "");
    }
  }
  return state;
}

Result<DeliveryState> read_delivery(const fs::path& journal) {
  const auto read = read_events(journal);
  if (!read) return pass(read);
  DeliveryState state = replay_delivery(read->events);
  state.damaged_lines = read->damaged_lines;
  return state;
}

std::vector<KeptDelivery> deliveries_below(const fs::path& batch) {
  std::vector<KeptDelivery> all;
  std::error_code code;
  for (fs::recursive_directory_iterator it(batch / "deliveries", code), end; !code && it != end;
       it.increment(code)) {
    if (it->path().extension() != ".jsonl") continue;
    KeptDelivery kept{
        it->path().parent_path().filename().string(), it->path().stem().string(), {}, {}, {}};
    const auto state =
        guarded<DeliveryState>("delivery", [&] { return read_delivery(it->path()); });
    if (!state) {
      kept.ending = state.error().message;
    } else if (state->receipt.is_object() && state->receipt.contains("receipt")) {
      kept.ending = "delivered";
      kept.url = state->receipt["receipt"].value(json::json_pointer("/document/url"), "");
      kept.when = state->receipt["receipt"].value(json::json_pointer("/times/proven"), "");
    } else {
      kept.ending = state->ending.empty() ? "open" : state->ending;
    }
    all.push_back(std::move(kept));
  }
  std::sort(all.begin(), all.end(), [](const KeptDelivery& a, const KeptDelivery& b) {
    return std::pair(a.package, a.target) < std::pair(b.package, b.target);
  });
  return all;
}

}  // namespace linka
