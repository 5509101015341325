// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/labels.h"

#include "kramerius-export/batch_plan.h"

namespace linka {

std::vector<std::string> stated_labels(const Batch& batch) {
  if (batch.record().empty()) return {};
  const auto loaded = guarded<LoadedDocument>("record", [&] { return document_of(batch); });
  if (!loaded || loaded->document.kind != DocumentKind::monograph ||
      loaded->document.units.size() != 1)
    return {};
  return loaded->document.units.front().record.labels;
}

}  // namespace linka
