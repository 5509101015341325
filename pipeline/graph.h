// SPDX-License-Identifier: GPL-3.0-or-later
// The line itself: nodes and edges. See graph.cpp; it is meant to be read.
#pragma once

#include "pipeline/board.h"
#include "pipeline/node.h"
#include "pipeline/steps.h"

#include <functional>
#include <memory>

namespace linka {

// Called when the last page of a scan has ended, or the scan itself failed (pages empty, error
// set). From any thread.
using ScanEnded = std::function<void(const TicketPtr& ticket, const Error* scan_error)>;

class PageLine {
 public:
  // Runs on `threads` threads of its own. Everything must outlive the line.
  PageLine(int threads, Board& board, const Tools& tools, ScanEnded scan_ended);
  ~PageLine();
  PageLine(const PageLine&) = delete;
  PageLine& operator=(const PageLine&) = delete;

  // Puts a scan on the line; returns at once.
  void put(const TicketPtr& ticket);
  // Returns when everything that was put has ended.
  void wait();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace linka
