// SPDX-License-Identifier: GPL-3.0-or-later
// The process that may do what the worker may not: reach the network, run programs. The worker
// reads hostile scans behind a sandbox that leaves it neither; it hands a page through an inherited
// socket and gets the engine's bytes back, which it then parses inside its sandbox.
//
// One page is one connection and one process of its own, forked by the broker: pages cannot mix,
// and whatever happens to one is told by its connection ending.
#pragma once

#include "engines/message.h"
#include "engines/params.h"

#include <sys/types.h>

#include <filesystem>

namespace linka {

// The parent's handle. Its socket outlives the process behind it, so that a broker that died is
// replaced without the worker's help.
class Broker {
 public:
  // Forks it. `folder` is made anew for the pages' files and removed in the end. To be called
  // before there are threads.
  static Result<Broker> start(const EngineParams& params, const std::filesystem::path& folder);
  Broker(Broker&& other) noexcept;
  Broker& operator=(Broker&&) = delete;
  ~Broker();  // ends it and all that it runs

  // Starts it again when it has died; true when it had. Costs next to nothing.
  bool look_after();
  int door() const { return doors_.first.get(); }  // for ExternalEngine
  pid_t pid() const { return pid_; }

 private:
  Broker(EngineParams params, std::filesystem::path folder, FdPair doors)
      : params_(std::move(params)), folder_(std::move(folder)), doors_(std::move(doors)) {}
  bool fork_it();
  EngineParams params_;
  std::filesystem::path folder_;
  FdPair doors_;
  pid_t pid_ = -1;
  std::int64_t started_ms_ = 0;
};

}  // namespace linka
