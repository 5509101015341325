// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/known_facts.h"

#include "workspace/facts_json.h"

#include <utility>

namespace linka {

Result<std::shared_ptr<const PageFacts>> KnownFacts::of(const Batch& batch, const PageId& id) {
  const auto stamp = stamp_of(facts_file(batch, id));
  if (stamp) {
    const std::lock_guard lock(mutex_);
    const auto it = pages_.find(id);
    if (it != pages_.end() && it->second.stamp == *stamp) return it->second.facts;
  }
  auto read = load_facts(batch, id);
  if (!read) return pass(read);
  shorten(*read);
  auto facts = std::make_shared<const PageFacts>(*std::move(read));
  if (stamp && !is_within_tick(stamp->latest_ns())) {
    const std::lock_guard lock(mutex_);
    pages_[id] = {*stamp, facts};
  }
  return facts;
}

Result<std::shared_ptr<const PageFacts>> short_facts(const Batch& batch, const PageId& id) {
  return batch.known_facts().of(batch, id);
}

}  // namespace linka
