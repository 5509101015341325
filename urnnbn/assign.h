// SPDX-License-Identifier: GPL-3.0-or-later
// The volumes, issues and parts of a batch get their URN:NBN from a resolver, one after another. A
// registration is written down before it is sent and after it was answered (the batch's
// urnnbn.jsonl); whatever happens between, the resolver is asked by our uuid before it is sent
// again, so that nothing is registered twice.
#pragma once

#include "base/result.h"
#include "http/client.h"
#include "model/document.h"
#include "urnnbn/client.h"
#include "workspace/batch.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace linka {

enum class UrnOutcome {
  had_one,     // the record names one, or it was assigned before: nothing was asked
  registered,  // now; of other tasks: sent and taken
  found,       // the resolver had it already
  would_be,    // a dry run
  waits,       // its pages are not all there, or its record lacks something: nothing was asked
  refused,     // the resolver said no
  unknown,     // no answer: it may be registered; the next start finds out
  not_asked    // the batch was stopped before
};
const char* name_of(UrnOutcome outcome);  // "had-one" "registered" ...

struct UrnResult {
  UrnOutcome outcome = UrnOutcome::not_asked;
  std::string label, uuid, urn;
  bool test = false;    // the URN:NBN is one of a test resolver
  bool part = false;    // a supplement or an article
  Error error;          // of waits, refused, unknown
  std::string message;  // what was or would be sent; empty when nothing
  std::vector<std::string> notes;
};

enum class UrnTask { assign, complete, instance };

struct UrnReport {
  UrnTask task = UrnTask::assign;
  std::vector<UrnResult> objects;  // in the record's order
  std::vector<std::string> notes;
  bool stopped = false;  // the resolver would refuse everything else, too, or is not reached
  Error why;             // ... in its words
};

struct AssignOptions {
  bool dry_run = false;      // look-ups only; what would be sent is told
  std::string successor_of;  // a retired URN:NBN that the batch's one volume or issue replaces
  std::string predecessor_note;
  std::vector<std::string> urns;  // of the registrar's own numbering, used in their order
  std::vector<Resolver>
      resolvers;              // all that are described: tell a test's URN:NBN by its registrar
  bool allow_parked = false;  // as MakePackageOptions
  std::map<PageId, PageProposal> proposals = {};
  std::map<PageId, std::string> held = {};
  // After an answer that was lost: how often the resolver is asked what became of it, and the first
  // wait before, which doubles.
  int look_ups = 3;
  std::int64_t first_wait_ms = 500;
  std::function<void(std::size_t done, std::size_t all)> progress = {};
  HttpStop stop = {};
};

// The batch must be locked. What happens to one object is in its result; errors are of the whole:
// bad_input (no record, no pages, a URN:NBN was assigned to something the record describes no more,
// a successor of a batch with several packages), configuration (password, mode), io, no_space.
Result<UrnReport> assign_urns(const Batch& batch, const Resolver& resolver,
                              const AssignOptions& options);

// More for objects that have one: their records at the resolver are completed with what is empty
// there, or get a digital instance at `url`, in which {uuid} and {urnnbn} stand for the object's.
// Only volumes, issues and parts that this resolver registered are meant. An instance is not sent
// twice.
Result<UrnReport> complete_urns(const Batch& batch, const Resolver& resolver,
                                const AssignOptions& options);
Result<UrnReport> add_instances(const Batch& batch, const Resolver& resolver,
                                const std::string& url, const AssignOptions& options);

// Reserves `count` for this batch and writes them down. Errors: as the resolver's answer.
Result<std::vector<std::string>> reserve_urns(const Batch& batch, const Resolver& resolver,
                                              std::size_t count, const HttpStop& stop = {});

}  // namespace linka
