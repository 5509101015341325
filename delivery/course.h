// SPDX-License-Identifier: GPL-3.0-or-later
// Inside deliver(): what its steps share. Each step asks the state whether it is done, does it,
// and writes down that it did.
#pragma once

#include "delivery/deliver.h"
#include "delivery/expected.h"
#include "delivery/processes.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace linka {

class DeliveryCourse {
 public:
  DeliveryCourse(KrameriusServer& server, const std::filesystem::path& package,
                 const DeliverOptions& options);
  // All of it; what came out is in `out`.
  Result<void> run();
  // Writes down how it ended otherwise.
  void finish(const Error& error);
  Delivery out;

  // How the course ends when the step that runs now fails; the error says why.
  tl::unexpected<Error> end(Ending ending, Error error);

 private:
  // course_prepare.cpp: what needs no start
  Result<void> open();
  Result<void> validate();
  Result<std::set<std::string>> known_above(const FoxmlOptions& options);
  Result<void> export_package();
  Result<void> load_expected();
  Result<void> check_export();
  FoxmlOptions foxml_options() const;
  Result<void> place_everything();
  Result<void> ask_for_licences();
  Result<void> ask_whether_seen();
  Result<void> say_plan();
  // course_start.cpp: the one thing that must not happen twice
  Result<void> start_import();
  Result<void> settle_start();
  Result<void> adopt(const std::string& uuid);
  Result<void> not_started(const std::string& why);
  Result<void> take_turn();
  Result<void> start_indexing();
  // course_wait.cpp
  Result<void> wait_for(const std::string& uuid, const char* what);
  Result<void> import_is_over();
  void tell_log(const std::string& uuid);
  // course.cpp
  Result<void> look_first();
  Result<void> import_it();
  Result<void> prove_it();
  Result<void> write_receipt();
  Result<void> already_delivered();
  void tidy();
  Proof proof();

  const Target& target() const { return server_.target(); }
  Result<void> note(nlohmann::json event);
  void news(const std::string& line) const;
  void progress(const std::string& step, std::size_t done, std::size_t of) const;
  bool stop() const { return server_.stopped(); }
  Error stopped() const;
  bool psp() const { return target().way == Way::psp; }

  KrameriusServer& server_;
  std::filesystem::path package_;
  const DeliverOptions& options_;
  DeliveryFiles files_;
  std::string root_;  // of the package's digests
  std::optional<EventLog> log_;
  std::vector<nlohmann::json> events_;  // the journal's
  std::vector<std::shared_ptr<void>> locks_;
  DeliveryState state_;
  Expected expected_;
  bool was_there_ = false;
  bool proven_before_ = false;  // it was there already, and whole
  std::optional<Proof> proof_;
};

}  // namespace linka
