// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/page_window.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace linka {
namespace {

// A word does not go on beyond so many plates and blank pages in a row.
constexpr std::size_t most_ahead = 8;

}  // namespace

Result<void> PageWindow::read() {
  std::vector<Result<PackagePage>> pages(std::min(at_a_time_, plan_.pages.size() - loaded_));
  auto done = do_many_(pages.size(), [&](std::size_t i) -> Result<void> {
    pages[i] = source_(plan_.pages[loaded_ + i]);
    return {};
  });
  if (!done) return done;
  for (auto& page : pages) read_.push_back(std::move(page));
  return {};
}

Result<void> PageWindow::load() {
  if (read_.empty())
    if (auto r = read(); !r) return r;
  auto page = std::move(read_.front());
  read_.pop_front();
  if (!page) return pass(page);
  ++loaded_;
  const PageEdge edge = edge_of(page->text);
  ahead_.push_back({std::move(*page), edge});
  return {};
}

Result<PageWindow::Page> PageWindow::next() {
  if (ahead_.empty())
    if (auto r = load(); !r) return pass(r);
  while (loaded_ < plan_.pages.size() && ahead_.size() <= most_ahead &&
         (ahead_.size() == 1 || ahead_.back().edge.passed_over))
    if (auto r = load(); !r) return pass(r);

  std::vector<std::optional<PageEdge>> edges;
  if (before_) edges.emplace_back(before_);
  const std::size_t own = edges.size();
  for (const Loaded& page : ahead_) edges.emplace_back(page.edge);
  Page out{std::move(ahead_.front().page), seams_of(edges)[own]};
  if (!ahead_.front().edge.passed_over) before_ = std::move(ahead_.front().edge);
  ahead_.pop_front();
  return out;
}

}  // namespace linka
