// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of a resolver beside the registration itself.
#include "base/fail_point.h"
#include "base/translate.h"
#include "urnnbn/assign.h"
#include "urnnbn/objects.h"

#include <algorithm>
#include <cstring>

namespace linka {
namespace {

FailPoint reserving{"urnnbn-reserve",
                    "after a reservation was answered, before it is written down"};
FailPoint instancing{"urnnbn-instance",
                     "after a digital instance was answered, before it is written down"};

constexpr std::size_t longest_url = 200;  // the schema takes some 200 characters

Result<void> heard(FailPoint& point) {
  if (const int e = point.reached())
    return fail(kind_of_errno(e), "{}: {}", point.where(), std::strerror(e));
  return {};
}

bool among(const std::map<std::string, std::vector<std::string>>& all, const std::string& urn,
           const std::string& url) {
  const auto at = all.find(urn);
  return at != all.end() &&
         std::find(at->second.begin(), at->second.end(), url) != at->second.end();
}

std::string filled(std::string pattern, const std::string& place, const std::string& value) {
  for (std::size_t at = pattern.find(place); at != std::string::npos;
       at = pattern.find(place, at + value.size()))
    pattern.replace(at, place.size(), value);
  return pattern;
}

// Everything that this resolver registered, one after another, by `one`, until it says stop.
template <class One>
Result<UrnReport> for_each_assigned(UrnTask task, const Batch& batch, const Resolver& resolver,
                                    const AssignOptions& options, const One& one) {
  return guarded<UrnReport>("urnnbn", [&]() -> Result<UrnReport> {
    auto password = read_secret(resolver.password);
    if (!password) return pass(password);
    auto objects = objects_of(batch, resolver, options);
    if (!objects) return pass(objects);
    const UrnClient client(resolver, std::move(*password), options.stop);
    UrnReport report;
    report.task = task;
    report.notes = objects->notes;
    for (std::size_t i = 0; i < objects->all.size(); ++i) {
      if (options.progress) options.progress(i, objects->all.size());
      const UrnObject& object = objects->all[i];
      UrnResult result;
      result.label = object.known.label;
      result.uuid = object.known.uuid;
      result.urn = object.known.urn;
      result.test = object.known.test;
      result.part = object.part;
      if (result.urn.empty() || registrar_of(result.urn) != resolver.registrar) {
        result.outcome = UrnOutcome::waits;
        result.error = {ErrorKind::bad_input,
                        result.urn.empty() ? std::string(tr("it has no URN:NBN yet"))
                                           : say(tr("{} is not of the registrar {}"), result.urn,
                                                 resolver.registrar),
                        {}};
      } else if (!report.stopped) {
        if (auto done = one(client, object, *objects, result); !done) return pass(done);
        if (result.outcome == UrnOutcome::refused || result.outcome == UrnOutcome::unknown) {
          report.stopped = result.error.kind != ErrorKind::bad_input;
          report.why = result.error;
        }
      }
      report.objects.push_back(std::move(result));
    }
    return report;
  });
}

void tell(const Error& error, UrnResult& result) {
  result.outcome = error.kind == ErrorKind::io ? UrnOutcome::unknown : UrnOutcome::refused;
  result.error = error;
}

}  // namespace

Result<UrnReport> complete_urns(const Batch& batch, const Resolver& resolver,
                                const AssignOptions& options) {
  return for_each_assigned(UrnTask::complete, batch, resolver, options,
                           [&](const UrnClient& client, const UrnObject& object, const UrnObjects&,
                               UrnResult& result) -> Result<void> {
                             if (!object.registration) {
                               result.outcome = UrnOutcome::waits;
                               result.error = object.registration.error();
                               return {};
                             }
                             result.message = message_of(*object.registration);
                             result.outcome = UrnOutcome::would_be;
                             if (options.dry_run) return {};
                             const auto reply = client.complete(result.urn, result.message);
                             result.outcome = UrnOutcome::registered;
                             if (reply.end != UrnEnd::done) tell(reply.error(), result);
                             return {};
                           });
}

Result<UrnReport> add_instances(const Batch& batch, const Resolver& resolver,
                                const std::string& url, const AssignOptions& options) {
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return fail(ErrorKind::configuration, "\"{}\" is no address of http or https", url);
  if (resolver.library.empty())
    return fail(ErrorKind::configuration,
                "the resolver {} needs digital_library, the number of the library that shows the "
                "document",
                resolver.id);
  return for_each_assigned(
      UrnTask::instance, batch, resolver, options,
      [&](const UrnClient& client, const UrnObject& object, const UrnObjects& objects,
          UrnResult& result) -> Result<void> {
        const std::string address =
            filled(filled(url, "{uuid}", object.known.uuid), "{urnnbn}", result.urn);
        if (address.size() > longest_url)
          return fail(ErrorKind::bad_input, "the address {} is longer than {} characters", address,
                      longest_url);
        result.message = message_of_instance(address, resolver.library, resolver.instance_format,
                                             resolver.accessibility);
        result.outcome = UrnOutcome::had_one;
        if (among(objects.known.instances, result.urn, address)) return {};
        result.outcome = UrnOutcome::would_be;
        if (options.dry_run) return {};
        auto writer = UrnWriter::open(batch.folder());
        if (!writer) return pass(writer);
        if (auto r = writer->about_instance(result.urn, resolver.source(), address); !r) return r;
        const auto reply = client.add_instance(result.urn, result.message);
        if (auto r = heard(instancing); !r) return r;
        result.outcome = UrnOutcome::registered;
        if (reply.end == UrnEnd::done)
          return writer->instance(result.urn, resolver.source(), address);
        tell(reply.error(), result);
        if (reply.refusal.code != "DIGITAL_INSTANCE_ALREADY_PRESENT") return {};
        // One of this library is there: ours, if the resolver shows it, or if an earlier start sent
        // it and no other address was added.
        const auto there = client.document(result.urn);
        const bool shown =
            there.end == UrnEnd::done &&
            std::find(there.value.instance_urls.begin(), there.value.instance_urls.end(),
                      address) != there.value.instance_urls.end();
        const bool silent = there.end != UrnEnd::done || there.value.instance_urls.empty();
        const bool another = objects.known.instances.contains(result.urn);
        if (!shown &&
            (!silent || another || !among(objects.known.instances_begun, result.urn, address)))
          return {};
        result.outcome = UrnOutcome::found;
        result.error = {};
        return writer->instance(result.urn, resolver.source(), address);
      });
}

Result<std::vector<std::string>> reserve_urns(const Batch& batch, const Resolver& resolver,
                                              std::size_t count, const HttpStop& stop) {
  using Urns = std::vector<std::string>;
  return guarded<Urns>("urnnbn", [&]() -> Result<Urns> {
    auto password = read_secret(resolver.password);
    if (!password) return pass(password);
    const UrnClient client(resolver, std::move(*password), stop);
    const auto limits = client.reservations();
    if (limits.end != UrnEnd::done) return tl::unexpected(limits.error());
    if (limits.value.most > 0) count = std::min(count, limits.value.most);
    auto writer = UrnWriter::open(batch.folder());
    if (!writer) return pass(writer);
    if (auto r = writer->about_reserving(resolver.source(), count); !r) return pass(r);
    const auto reply = client.reserve(count);
    if (auto r = heard(reserving); !r) return pass(r);
    if (reply.end != UrnEnd::done) return tl::unexpected(reply.error());
    if (auto r = writer->reserved(resolver.source(), reply.value); !r) return pass(r);
    return reply.value;
  });
}

}  // namespace linka
