// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/deliver.h"

#include "base/clock.h"
#include "base/fail_point.h"
#include "base/signature.h"
#include "base/text.h"
#include "delivery/course.h"
#include "delivery/placing.h"
#include "delivery/receipt.h"

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint proven{"deliver-proven", "after the document was proven, before that is noted"};
FailPoint signed_it{"deliver-signed", "after the receipt was noted, before its file is written"};
FailPoint receipt_written{"deliver-receipt-written", "after the receipt's file was written"};
FailPoint cleared{"deliver-cleared", "after the import folder was taken back"};

constexpr int tries_of_indexing = 1;  // that we start ourselves

// The first event of that kind tells when it was.
std::string time_of(const std::vector<json>& events, const std::string& type) {
  std::string time;
  for (const json& event : events) {
    if (event.value("type", "") == "begun") time.clear();
    if (event.value("type", "") == type && time.empty()) time = event.value("time", "");
  }
  return time;
}

}  // namespace

DeliveryCourse::DeliveryCourse(KrameriusServer& server, const fs::path& package,
                               const DeliverOptions& options)
    : server_(server), package_(package), options_(options) {
  out.package = package;
  std::error_code code;
  fs::path whole = fs::absolute(package, code).lexically_normal();
  out.id =
      whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

tl::unexpected<Error> DeliveryCourse::end(Ending ending, Error error) {
  out.ending = ending;
  return tl::unexpected(std::move(error));
}

Result<void> DeliveryCourse::note(json event) {
  event["time"] = wall_clock_text();
  if (auto r = log_->append(event); !r) return r;
  events_.push_back(std::move(event));
  state_ = replay_delivery(events_);
  return {};
}

void DeliveryCourse::news(const std::string& line) const {
  if (options_.news) options_.news(out.id + ": " + line);
}

void DeliveryCourse::progress(const std::string& step, std::size_t done, std::size_t of) const {
  if (options_.progress) options_.progress(step, done, of);
}

Error DeliveryCourse::stopped() const {
  return {ErrorKind::cancelled, tr("stopped on request; the same command goes on"), "delivery"};
}

Proof DeliveryCourse::proof() {
  ProofOptions how;
  how.depth = target().proof;
  how.every = options_.every > 0 ? options_.every : target().every;
  how.progress = [this](std::size_t done, std::size_t of) {
    progress(tr("asked of the server"), done, of);
  };
  return prove(server_, expected_, how);
}

// Is the document there already, and is it this one? An import leaves what is there as it is, but
// for relations: other metadata would be ignored without a word.
Result<void> DeliveryCourse::look_first() {
  if (!state_.imports.empty() && state_.open_import() != nullptr) return {};
  const auto there = is_there(server_, expected_.unit);
  if (!there) return pass(there);
  was_there_ = *there;
  if (!was_there_) return {};
  news(tr("the document is on the server already; it is compared"));
  Proof found = proof();
  if (found.interrupted) return tl::unexpected(found.why_interrupted);
  if (found.holds()) {
    proof_ = std::move(found);
    proven_before_ = true;
    return {};
  }
  const bool something_missing =
      std::any_of(found.gaps.begin(), found.gaps.end(), [](const ProofGap& gap) {
        return gap.what == ProofGap::What::object || gap.what == ProofGap::What::order ||
               gap.what == ProofGap::What::index;
      });
  if (something_missing || options_.again) {
    news(say(tr("{} things are missing or different; the import adds what is missing"),
             found.gaps.size()));
    return {};
  }
  out.gaps = found.gaps;
  return end(Ending::not_proven,
             {ErrorKind::unsupported,
              say(tr("the document is on the server with other content ({}). An import would leave "
                     "it as it is: have the server's ingest.updateExisting set, or the document "
                     "removed there, then say --again"),
                  found.gaps.front().message),
              "delivery"});
}

Result<void> DeliveryCourse::prove_it() {
  if (!proof_) {
    news(tr("the server is asked for every page"));
    proof_ = proof();
    for (int started = 0; started < tries_of_indexing && proof_->lacks_index_only(); ++started) {
      const bool waited = !state_.indexings.empty() && !state_.indexings.back().over;
      if (waited && !state_.indexings.back().uuid.empty()) {
        if (auto r = wait_for(state_.indexings.back().uuid, "index"); !r) return r;
      } else if (auto r = start_indexing(); !r) {
        return r;
      }
      const StartedProcess last = state_.indexings.back();
      if (!went_well(last.state)) tell_log(last.uuid);
      if (auto r = note({{"type", "ended"}, {"what", "index"}, {"well", went_well(last.state)}});
          !r)
        return r;
      proof_ = proof();
    }
  }
  out.counts = counts_of(*proof_);
  out.remarks.insert(out.remarks.end(), proof_->remarks.begin(), proof_->remarks.end());
  if (proof_->interrupted)
    return end(
        proof_->why_interrupted.kind == ErrorKind::cancelled ? Ending::stopped : Ending::unknown,
        proof_->why_interrupted);
  if (proof_->checked() == 0 && proof_->gaps.empty())
    return end(Ending::nothing,
               {ErrorKind::unsupported, tr("the proof found nothing to check: nothing is proven"),
                "delivery"});
  if (!proof_->holds()) {
    out.gaps = proof_->gaps;
    if (auto r = note({{"type", "not-proven"},
                       {"gaps", proof_->gaps.size()},
                       {"first", proof_->gaps.front().message},
                       {"counts", out.counts}});
        !r)
      return r;
    const bool index_failed = proof_->lacks_index_only() && !proof_->indexed;
    return end(
        index_failed ? Ending::failed : Ending::not_proven,
        {ErrorKind::unsupported,
         say(index_failed ? tr("the document is in the repository, but the server did not index it "
                               "({}, {} more)")
                          : tr("the server is done, but not everything has arrived ({}, {} more)"),
             proof_->gaps.front().message, proof_->gaps.size() - 1),
         "delivery"});
  }
  proven.reached();
  return note({{"type", "proven"}, {"counts", out.counts}});
}

Result<void> DeliveryCourse::write_receipt() {
  const auto key = signing_key(options_.key_file);
  if (!key) return pass(key);
  const auto info = server_.info();
  if (!info) return pass(info);
  const ExpectedObject* unit = expected_.find(expected_.unit);
  json processes = json::array();
  for (const auto* list : {&state_.imports, &state_.indexings})
    for (const StartedProcess& p : *list)
      if (!p.uuid.empty())
        processes.push_back(
            {{"uuid", p.uuid}, {"kind", p.defid}, {"state", p.state}, {"batch", p.batch}});
  json document{{"pid", expected_.unit}, {"top", expected_.top}, {"url", out.address}};
  if (unit != nullptr) {
    document["model"] = unit->model;
    document["title"] = unit->record.title.empty() ? unit->label : unit->record.title;
    document["identifiers"] = unit->record.identifiers;
  }
  const ExpectedObject* top = expected_.find(expected_.top);
  if (top != nullptr && top != unit) document["title_identifiers"] = top->record.identifiers;
  const json receipt{{"version", 1},
                     {"package", {{"id", out.id}, {"root", root_}}},
                     {"target", {{"id", target().id}, {"server", target().server}}},
                     {"server", {{"version", info->version}, {"instance", info->instance}}},
                     {"document", document},
                     {"sent",
                      {{"objects", expected_.objects.size()},
                       {"pages", expected_.pages()},
                       {"images_placed", state_.placed_images},
                       {"way", state_.way}}},
                     {"proof",
                      {{"depth", target().proof == ProofDepth::full     ? "full"
                                 : target().proof == ProofDepth::sample ? "sample"
                                                                        : "existence"},
                       {"images_every", options_.every > 0 ? options_.every : target().every},
                       {"counts", out.counts}}},
                     {"was_there_already", proven_before_},
                     {"processes", processes},
                     {"times",
                      {{"begun", state_.begun_at},
                       {"started", time_of(events_, "started")},
                       {"ended", time_of(events_, "ended")},
                       {"proven", state_.proven_at}}},
                     {"linka", options_.version}};
  const auto text = signed_receipt(receipt, *key);
  if (!text) return pass(text);
  if (auto r = note({{"type", "receipt"}, {"document", json::parse(*text)}}); !r) return r;
  signed_it.reached();
  if (auto r = write_atomically(files_.receipt(), std::string_view(*text)); !r) return r;
  receipt_written.reached();
  out.receipt = files_.receipt();
  news(say(tr("the receipt is {}"), files_.receipt().string()));
  return {};
}

// The document is proven: what is left of the way there goes. A copy that stays is a matter of
// tidiness.
void DeliveryCourse::tidy() {
  std::error_code code;
  fs::remove_all(files_.foxml(), code);
  if (!target().clears_import || !state_.folder_placed || state_.cleared) return;
  if (const auto gone = take_back_folder(target().import, state_.name); !gone)
    out.remarks.push_back(gone.error().message);
  else if (const auto noted = note({{"type", "cleared"}}); !noted)
    out.remarks.push_back(noted.error().message);
  cleared.reached();
}

// The receipt is in the journal; its file may be lost.
Result<void> DeliveryCourse::already_delivered() {
  std::error_code code;
  if (!fs::exists(files_.receipt(), code)) {
    const std::string text = state_.receipt.dump() + "\n";
    if (auto r = write_atomically(files_.receipt(), std::string_view(text)); !r) return r;
  }
  tidy();
  out.receipt = files_.receipt();
  out.ending = Ending::already;
  const json& receipt = state_.receipt["receipt"];
  out.pid = receipt["document"].value("pid", "");
  out.title = receipt["document"].value("title", "");
  out.address = receipt["document"].value("url", "");
  out.pages = receipt["sent"].value("pages", std::size_t{0});
  out.objects = receipt["sent"].value("objects", std::size_t{0});
  out.counts = receipt["proof"].value("counts", json());
  return {};
}

Result<void> DeliveryCourse::import_it() {
  if (auto r = look_first(); !r) return r;
  if (proven_before_) return {};
  if (auto r = ask_for_licences(); !r) return r;
  if (auto r = place_everything(); !r) return r;
  if (auto r = ask_whether_seen(); !r) return r;
  if (auto r = start_import(); !r) return r;
  return import_is_over();
}

Result<void> DeliveryCourse::run() {
  if (auto r = open(); !r) return r;
  if (options_.dry_run) {
    if (auto r = validate(); !r) return r;
    return say_plan();
  }
  if (!state_.receipt.is_null()) return already_delivered();
  if (auto r = validate(); !r) return r;
  if (auto r = export_package(); !r) return r;
  out.pid = expected_.unit;
  out.address = target().address_of(out.pid);
  out.objects = expected_.objects.size();
  out.pages = expected_.pages();
  out.remarks = expected_.notes;
  if (const ExpectedObject* unit = expected_.find(expected_.unit))
    out.title = unit->record.title.empty() ? unit->label : unit->record.title;
  const bool resumed = state_.open_import() != nullptr && !state_.open_import()->over;
  Result<void> imported = import_it();
  if (!imported && resumed && out.ending == Ending::failed) {
    // It failed while nobody was looking; the same command is the word to try again.
    news(say(tr("{}; it is tried once more"), imported.error().message));
    out.ending = Ending::stopped;
    imported = import_it();
  }
  if (!imported) return imported;
  if (auto r = prove_it(); !r) return r;
  if (auto r = write_receipt(); !r) return r;
  tidy();
  out.processes = state_.imports;
  out.ending = proven_before_ ? Ending::already : Ending::delivered;
  return {};
}

// How an attempt ended that did not end well is the journal's last line about it.
void DeliveryCourse::finish(const Error& error) {
  out.trouble = error;
  const bool well = out.ending == Ending::delivered || out.ending == Ending::already ||
                    out.ending == Ending::planned;
  if (well) out.ending = Ending::stopped;
  out.processes = state_.imports;
  if (log_ && !options_.dry_run)
    (void)note({{"type", "attempt-ended"},
                {"ending", name_of(out.ending)},
                {"message", clean_utf8(error.message)}});
}

const char* name_of(Ending ending) {
  switch (ending) {
    case Ending::delivered:
      return "delivered";
    case Ending::already:
      return "already";
    case Ending::planned:
      return "planned";
    case Ending::broken:
      return "broken";
    case Ending::refused:
      return "refused";
    case Ending::failed:
      return "failed";
    case Ending::unknown:
      return "unknown";
    case Ending::not_proven:
      return "not_proven";
    case Ending::nothing:
      return "nothing_checked";
    case Ending::stopped:
      break;
  }
  return "stopped";
}

Delivery deliver(KrameriusServer& server, const fs::path& package, const DeliverOptions& options) {
  DeliveryCourse course(server, package, options);
  const Result<void> done = guarded<void>("delivery", [&] { return course.run(); });
  if (!done) course.finish(done.error());
  return std::move(course.out);
}

}  // namespace linka
