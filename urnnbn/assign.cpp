// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that sends a registration. Before each: the resolver is asked by our uuid, and a
// line says what is about to be sent. An answer that is lost is looked for; only when the resolver
// does not know the uuid is it sent once more, and a resolver that has it after all answers 409.
#include "urnnbn/assign.h"

#include "base/digest.h"
#include "base/fail_point.h"
#include "base/translate.h"
#include "urnnbn/objects.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>

namespace linka {
namespace {

FailPoint beginning{"urnnbn-about", "before a registration of a URN:NBN is written down"};
FailPoint begun{"urnnbn-about-written", "a registration is written down and not sent yet"};
FailPoint answered{"urnnbn-answered", "after the resolver's answer, before it is written down"};
FailPoint assigning{"urnnbn-assign", "before an assigned URN:NBN is written down"};
FailPoint assigned{"urnnbn-assigned", "after an assigned URN:NBN was written down"};

constexpr int most_tries = 2;  // sending one registration in one run

Result<void> heard(FailPoint& point) {
  if (const int e = point.reached())
    return fail(kind_of_errno(e), "{}: {}", point.where(), std::strerror(e));
  return {};
}

class Assigner {
 public:
  Assigner(const Batch& batch, const UrnClient& client, const AssignOptions& options,
           UrnObjects objects)
      : batch_(batch),
        client_(client),
        resolver_(client.resolver()),
        options_(options),
        objects_(std::move(objects)) {}

  Result<UrnReport> run() {
    if (auto fits = check_successor(); !fits) return pass(fits);
    if (!options_.dry_run) {
      auto writer = UrnWriter::open(batch_.folder());
      if (!writer) return pass(writer);
      writer_ = std::move(*writer);
    }
    report_.notes = objects_.notes;
    for (std::size_t i = 0; i < objects_.all.size(); ++i) {
      if (options_.progress) options_.progress(i, objects_.all.size());
      UrnResult result = start_of(objects_.all[i]);
      if (auto done = settle(objects_.all[i], result); !done) return pass(done);
      report_.objects.push_back(std::move(result));
    }
    return std::move(report_);
  }

 private:
  Result<void> check_successor() const {
    const std::string& old = options_.successor_of;
    if (old.empty()) return {};
    if (!is_urnnbn(old)) return fail(ErrorKind::configuration, "\"{}\" is no URN:NBN", old);
    const auto units = std::count_if(objects_.all.begin(), objects_.all.end(),
                                     [](const UrnObject& o) { return !o.part; });
    if (units != 1)
      return fail(ErrorKind::bad_input,
                  "a successor is registered for a batch of one package; this one has {}", units);
    return {};
  }

  UrnResult start_of(const UrnObject& object) const {
    UrnResult out;
    out.label = object.known.label;
    out.uuid = object.known.uuid;
    out.urn = object.known.urn;
    out.test = object.known.test;
    out.part = object.part;
    return out;
  }

  bool succeeds(const UrnObject& object) const {
    return !options_.successor_of.empty() && !object.part;
  }
  BegunUrn unsettled(const UrnObject& object) const {
    const auto at = objects_.known.begun.find({resolver_.id, object.known.uuid});
    return at == objects_.known.begun.end() ? BegunUrn{} : at->second;
  }

  // The whole batch ends here: the next object would fare alike.
  void stop(const Error& why) {
    report_.stopped = true;
    report_.why = why;
  }

  Result<void> settle(UrnObject& object, UrnResult& result) {
    if (has_one(object, result)) return {};
    if (!object.registration) {
      result.outcome = UrnOutcome::waits;
      result.error = object.registration.error();
      return {};
    }
    if (report_.stopped) return {};
    if (options_.stop && options_.stop()) {
      stop({ErrorKind::cancelled, tr("stopped on request"), {}});
      return {};
    }
    UrnRegistration& r = *object.registration;
    if (succeeds(object)) {
      r.predecessor = options_.successor_of;
      r.predecessor_note = options_.predecessor_note;
      object.known.predecessor = options_.successor_of;
    }
    object.known.urn.clear();
    return look_first(object, result);
  }

  // Whether the object is left alone; what was said by whom.
  bool has_one(const UrnObject& object, UrnResult& result) const {
    const std::string& urn = object.known.urn;
    if (urn.empty() || (succeeds(object) && urn == options_.successor_of)) return false;
    if (unsettled(object).tries > 0 && object.in_record != urn) return false;
    result.outcome = UrnOutcome::had_one;
    if (!resolver_.test)
      if (auto fine = refuse_test_urns({urn}, options_.resolvers, objects_.known.known); !fine) {
        result.outcome = UrnOutcome::refused;
        result.error = fine.error();
        return true;
      }
    if (registrar_of(urn) != resolver_.registrar)
      result.notes.push_back(
          say(tr("{} is of the registrar {}; a document that was taken over keeps its URN:NBN"),
              urn, registrar_of(urn)));
    return true;
  }

  Result<void> look_first(UrnObject& object, UrnResult& result) {
    const auto found = client_.find(object.known.uuid);
    if (found.end != UrnEnd::done) {
      failed(found.error(),
             found.end == UrnEnd::refused ? found.refusal.after() : AfterRefusal::stop, object,
             result);
      return {};
    }
    if (found.value) {
      if (found.value->urn != options_.successor_of || !succeeds(object))
        return take(object, found.value->urn, "found", result);
      if (!options_.dry_run)
        if (!release(object, result)) return {};
    }
    if (options_.dry_run) {
      result.outcome = UrnOutcome::would_be;
      object.registration->urn = planned_urn();
      result.message = message_of(*object.registration);
      return {};
    }
    return register_it(object, result);
  }

  // The retired document gives up our uuid for its successor. False when it does not.
  bool release(const UrnObject& object, UrnResult& result) {
    const std::string& old = options_.successor_of;
    const auto state = client_.state(old);
    if (state.end == UrnEnd::done && state.value.status != "DEACTIVATED") {
      failed({ErrorKind::bad_input,
              say(tr("{} is not deactivated (its state is {}): a successor follows a retired "
                     "document only"),
                  old, state.value.status),
              {}},
             AfterRefusal::go_on, object, result);
      return false;
    }
    if (state.end == UrnEnd::done) {
      const auto released = client_.release_uuid(old);
      if (released.end == UrnEnd::done) return true;
      failed(released.error(), AfterRefusal::stop, object, result);
      return false;
    }
    failed(state.error(), AfterRefusal::stop, object, result);
    return false;
  }

  void failed(const Error& error, AfterRefusal after, const UrnObject& object, UrnResult& result) {
    result.error = error;
    result.outcome = UrnOutcome::refused;
    if (error.kind == ErrorKind::io)
      result.outcome = unsettled(object).tries > 0 ? UrnOutcome::unknown : UrnOutcome::not_asked;
    if (after == AfterRefusal::stop) stop(error);
  }

  // ---- sending ----------------------------------------------------------------------------------

  Result<void> register_it(UrnObject& object, UrnResult& result) {
    auto urn = chosen_urn(object);
    if (!urn) {
      failed(urn.error(), AfterRefusal::stop, object, result);
      return {};
    }
    object.registration->urn = *urn;
    result.message = message_of(*object.registration);
    for (int i = 1; i <= most_tries; ++i) {
      if (auto r = heard(beginning); !r) return r;
      if (auto r =
              writer_->about(object.known, resolver_.source(), *urn, sha256_hex(result.message));
          !r)
        return r;
      if (auto r = heard(begun); !r) return r;
      const auto reply = client_.register_document(result.message);
      if (auto r = heard(answered); !r) return r;
      if (reply.end == UrnEnd::done) return take(object, reply.value, "registered", result);
      if (reply.end == UrnEnd::unsent) {
        failed(reply.error(), AfterRefusal::stop, object, result);
        return {};
      }
      if (reply.end == UrnEnd::refused && reply.refusal.after() != AfterRefusal::look_up)
        return refused(reply.refusal, object, result);
      auto settled = look_again(object, result, reply.error());
      if (!settled) return pass(settled);
      if (*settled || report_.stopped) return {};
      result.error = reply.error();
      if (reply.end == UrnEnd::refused) break;  // 409, and nothing is found under our uuid
    }
    result.outcome = UrnOutcome::unknown;
    result.error.message =
        say(tr("it is not known whether it is registered; the next start finds out: {}"),
            result.error.message);
    if (result.error.kind == ErrorKind::io) stop(result.error);
    return {};
  }

  Result<void> refused(const UrnRefusal& refusal, const UrnObject& object, UrnResult& result) {
    failed(refusal.error(), refusal.after(), object, result);
    return writer_->refused(object.known, resolver_.source(),
                            refusal.code.empty() ? std::to_string(refusal.status) : refusal.code,
                            refusal.message);
  }

  // What became of a registration without an answer. True when it was found and taken.
  Result<bool> look_again(UrnObject& object, UrnResult& result, const Error& lost) {
    std::int64_t wait_ms = options_.first_wait_ms;
    for (int i = 0; i < options_.look_ups; ++i, wait_ms *= 2) {
      if (!waited(wait_ms)) {
        result.outcome = UrnOutcome::unknown;
        result.error = lost;
        stop({ErrorKind::cancelled, tr("stopped on request"), {}});
        return false;
      }
      const auto found = client_.find(object.known.uuid);
      if (found.end != UrnEnd::done || !found.value) continue;
      if (found.value->urn == options_.successor_of && succeeds(object)) continue;
      if (auto taken = take(object, found.value->urn, "found", result); !taken) return pass(taken);
      return true;
    }
    return false;
  }

  bool waited(std::int64_t ms) const {
    constexpr std::int64_t step = 50;
    for (std::int64_t left = ms; left > 0; left -= step) {
      if (options_.stop && options_.stop()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left, step)));
    }
    return true;
  }

  Result<void> take(UrnObject& object, const std::string& urn, const std::string& how,
                    UrnResult& result) {
    if (auto fits = check_given(object, urn); !fits) {
      failed(fits.error(), AfterRefusal::stop, object, result);
      return {};
    }
    object.known.urn = result.urn = urn;
    object.known.test = result.test = resolver_.test;
    object.known.resolver = resolver_.id;
    result.outcome = how == "found" ? UrnOutcome::found : UrnOutcome::registered;
    if (options_.dry_run) return {};
    if (auto r = heard(assigning); !r) return r;
    if (auto r = writer_->assigned(object.known, resolver_.source(), how); !r) return r;
    return heard(assigned);
  }

  // A resolver's word that cannot be right is not taken.
  Result<void> check_given(const UrnObject& object, const std::string& urn) const {
    if (registrar_of(urn) != resolver_.registrar)
      return fail(ErrorKind::configuration,
                  "{} gives {}, which is of the registrar {} and not of {}: it is not taken",
                  host_of(resolver_.address), urn, registrar_of(urn), resolver_.registrar);
    for (const UrnObject& other : objects_.all)
      if (&other != &object && other.known.urn == urn)
        return fail(ErrorKind::bad_input, "{} gives {}, which {} has already: it is not taken",
                    host_of(resolver_.address), urn, other.known.label);
    return {};
  }

  // ---- a URN:NBN of our own choice --------------------------------------------------------------

  std::vector<std::string>& reserved() { return objects_.known.reserved[resolver_.id]; }

  // The next free one of the registrar's own numbering; "" when there is none.
  std::string next_of_ours() const {
    const auto used = [&](const std::string& urn) {
      return std::any_of(objects_.known.known.begin(), objects_.known.known.end(),
                         [&](const KnownUrn& k) { return k.urn == urn; }) ||
             std::any_of(objects_.known.begun.begin(), objects_.known.begun.end(),
                         [&](const auto& b) { return b.second.urn == urn; }) ||
             std::any_of(objects_.all.begin(), objects_.all.end(),
                         [&](const UrnObject& o) { return o.known.urn == urn; });
    };
    for (const std::string& urn : options_.urns)
      if (!used(urn)) return urn;
    return {};
  }

  std::string planned_urn() {
    if (resolver_.mode == UrnMode::registrar) return next_of_ours();
    return resolver_.mode == UrnMode::reservation && !reserved().empty() ? reserved().front() : "";
  }

  // What the registration asks for; "" leaves the choice to the resolver.
  Result<std::string> chosen_urn(const UrnObject& object) {
    if (const std::string before = unsettled(object).urn; !before.empty()) {
      std::erase(reserved(), before);
      return before;
    }
    if (resolver_.mode == UrnMode::resolver) return std::string{};
    if (resolver_.mode == UrnMode::registrar) {
      const std::string urn = next_of_ours();
      if (urn.empty())
        return fail(ErrorKind::configuration,
                    "no URN:NBN of the registrar's own numbering is left: --urns FILE lists them");
      if (registrar_of(urn) != resolver_.registrar)
        return fail(ErrorKind::configuration, "{} is not of the registrar {}", urn,
                    resolver_.registrar);
      return urn;
    }
    if (reserved().empty())
      if (auto more = reserve_more(); !more) return pass(more);
    std::string urn = reserved().front();
    reserved().erase(reserved().begin());
    return urn;
  }

  Result<void> reserve_more() {
    const auto missing =
        std::count_if(objects_.all.begin(), objects_.all.end(),
                      [](const UrnObject& o) { return o.known.urn.empty() && o.registration; });
    const auto urns =
        reserve_urns(batch_, resolver_, static_cast<std::size_t>(missing), options_.stop);
    if (!urns) return pass(urns);
    reserved() = *urns;
    return {};
  }

  const Batch& batch_;
  const UrnClient& client_;
  const Resolver& resolver_;
  const AssignOptions& options_;
  UrnObjects objects_;
  std::optional<UrnWriter> writer_;
  UrnReport report_;
};

}  // namespace

const char* name_of(UrnOutcome outcome) {
  constexpr const char* names[] = {"had-one", "registered", "found",   "would-be",
                                   "waits",   "refused",    "unknown", "not-asked"};
  return names[static_cast<int>(outcome)];
}

Result<UrnReport> assign_urns(const Batch& batch, const Resolver& resolver,
                              const AssignOptions& options) {
  return guarded<UrnReport>("urnnbn", [&]() -> Result<UrnReport> {
    auto password = read_secret(resolver.password);
    if (!password) return pass(password);
    auto objects = objects_of(batch, resolver, options);
    if (!objects) return pass(objects);
    const UrnClient client(resolver, std::move(*password), options.stop);
    return Assigner(batch, client, options, std::move(*objects)).run();
  });
}

}  // namespace linka
