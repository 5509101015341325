// SPDX-License-Identifier: GPL-3.0-or-later
// Packages brought to a shelf, for linka shelf add and linka run --shelf.
#pragma once

#include "base/result.h"
#include "cli/exit_codes.h"
#include "pipeline/run_batch.h"
#include "shelf/books.h"
#include "shelf/put.h"
#include "shelf/shelf.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace linka {

// Room on a shelf for what a run will make, kept until it has ended.
struct ShelfRoom {
  Shelf shelf;
  Claim claim;
};
// Nothing when no shelf is named. Error no_space, with the numbers, before any work.
Result<std::unique_ptr<ShelfRoom>> room_on_shelf(const std::filesystem::path& shelf,
                                                 const Batch& batch, const Profile& profile);

struct ShelfStored {
  std::vector<PutReport> stored;
  std::vector<Error> errors;
  ExitCode code = ExitCode::done;  // the gravest
};
// Puts packages on a shelf, each by `put`. One that fails never stops the next, unless there is no
// room.
ShelfStored store_each(const std::vector<std::filesystem::path>& packages,
                       const std::function<Result<PutReport>(const std::filesystem::path&)>& put);
// Id and message by the package's folder.
PutOptions put_options_of(const std::filesystem::path& package);
ShelfStored store_on_shelf(ShelfRoom& room, const std::vector<std::filesystem::path>& packages);

// "stored: urn:nbn:cz:tst001-00000a v2 (12 files, 3 of them new, 1.2 MB)"
std::string line_about(const PutReport& report);
nlohmann::json to_json(const PutReport& report);
nlohmann::json to_json(const ShelfStored& stored);
nlohmann::json to_json(const ShelfSums& sums);

}  // namespace linka
