// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/labels.h"

#include "title/title.h"

namespace linka {

std::vector<std::string> stated_labels(const Batch& batch) {
  if (batch.record().empty()) return {};
  const auto loaded = guarded<LoadedRecord>("record", [&] { return load_record(batch.record()); });
  return loaded ? loaded->record.labels : std::vector<std::string>{};
}

}  // namespace linka
