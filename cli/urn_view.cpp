// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/urn_view.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/labels.h"
#include "pipeline/review.h"

namespace linka {
namespace {

// What went well with the address or the record of one that is registered; "" when it did not.
std::string words_of_more(const UrnResult& one, UrnTask task) {
  const bool sent = one.outcome == UrnOutcome::registered;
  if (!sent && one.outcome != UrnOutcome::found && one.outcome != UrnOutcome::had_one) return {};
  if (task == UrnTask::complete)
    return say(tr("{} ({}): what was empty in the resolver's record is filled"), one.label,
               one.urn);
  return say(sent ? tr("{} ({}): the address is told") : tr("{} ({}): the address was told before"),
             one.label, one.urn);
}

std::string words_of(const UrnResult& one, UrnTask task) {
  if (task != UrnTask::assign)
    if (std::string words = words_of_more(one, task); !words.empty()) return words;
  switch (one.outcome) {
    case UrnOutcome::had_one:
      return one.test ? say(tr("{} has {} of a test resolver already"), one.label, one.urn)
                      : say(tr("{} has {} already"), one.label, one.urn);
    case UrnOutcome::registered:
      return say(tr("{} is registered as {}"), one.label, one.urn);
    case UrnOutcome::found:
      return say(tr("{} was registered before as {}"), one.label, one.urn);
    case UrnOutcome::would_be:
      return say(tr("{} would be sent"), one.label);
    case UrnOutcome::waits:
      return say(tr("{} waits: {}"), one.label, one.error.message);
    case UrnOutcome::refused:
      return say(tr("{} is refused: {}"), one.label, one.error.message);
    case UrnOutcome::unknown:
      return say(tr("{}: {}"), one.label, one.error.message);
    case UrnOutcome::not_asked:
      break;
  }
  return say(tr("{} was not asked for"), one.label);
}

ExitCode code_of(const UrnResult& one) {
  switch (one.outcome) {
    case UrnOutcome::waits:
      return ExitCode::parked;
    case UrnOutcome::refused:
      return one.error.kind == ErrorKind::configuration ? ExitCode::configuration
                                                        : ExitCode::refused;
    case UrnOutcome::unknown:
      return ExitCode::try_again;
    default:
      break;
  }
  return ExitCode::done;
}

}  // namespace

Result<DescribedResolvers> resolver_at(const std::string& id, const std::filesystem::path& file) {
  const std::filesystem::path described = file.empty() ? usual_resolvers() : file;
  if (described.empty())
    return fail(ErrorKind::configuration,
                "no file says which resolvers there are: --resolvers FILE, or "
                "~/.config/linka/resolvers.toml");
  DescribedResolvers out;
  auto all = load_resolvers(described);
  if (!all) return pass(all);
  auto one = resolver_named(*all, id);
  if (!one) return pass(one);
  return DescribedResolvers{std::move(*all), std::move(*one)};
}

Result<AssignOptions> assign_options(const Batch& batch, const FinishOptions& ending,
                                     const DescribedResolvers& resolvers) {
  const auto status = status_of(batch, true);
  if (!status) return pass(status);
  const auto review = review_of(batch, *status, ending.profile.book, ending.profile.pagination,
                                stated_labels(batch));
  if (!review) return pass(review);
  const MakePackageOptions making = package_options(batch, *status, *review, ending);
  AssignOptions out;
  out.resolvers = resolvers.all;
  out.allow_parked = making.allow_parked;
  out.proposals = making.proposals;
  out.held = making.held;
  return out;
}

ExitCode code_of(const UrnReport& report) {
  ExitCode code = ExitCode::done;
  for (const UrnResult& one : report.objects) code = worse(code, code_of(one));
  // A refusal says more than that everything after it was not asked for.
  if (report.stopped && code != ExitCode::refused && code != ExitCode::configuration)
    code = worse(code, exit_code_of(report.why.kind));
  return code;
}

void print_urns(const UrnReport& report, const Resolver& resolver) {
  for (const std::string& note : report.notes) remark(say(tr("record: {}"), note));
  for (const UrnResult& one : report.objects) {
    const std::string words = words_of(one, report.task);
    print(resolver.test ? say(tr("TEST: {}"), words) : words);
    for (const std::string& note : one.notes) remark(say(tr("record: {}"), note));
  }
  if (report.stopped)
    remark(say(tr("stopped, nothing more was asked of {}: {}"), words_for(resolver),
               report.why.message));
  print(say(tr("asked: {}"), words_for(resolver)));
}

nlohmann::json to_json(const UrnReport& report, const Resolver& resolver) {
  nlohmann::json objects = nlohmann::json::array();
  for (const UrnResult& one : report.objects) {
    nlohmann::json o = {{"outcome", name_of(one.outcome)},
                        {"label", one.label},
                        {"uuid", one.uuid},
                        {"urnnbn", one.urn},
                        {"test", one.test},
                        {"part", one.part}};
    if (!one.error.message.empty())
      o["error"] = {{"kind", name_of(one.error.kind)}, {"message", one.error.message}};
    if (!one.message.empty()) o["message"] = one.message;
    if (!one.notes.empty()) o["notes"] = one.notes;
    objects.push_back(std::move(o));
  }
  nlohmann::json out = {
      {"resolver", resolver.id},         {"kind", resolver.test ? "test" : "production"},
      {"registrar", resolver.registrar}, {"objects", std::move(objects)},
      {"notes", report.notes},           {"stopped", report.stopped}};
  if (report.stopped)
    out["why"] = {{"kind", name_of(report.why.kind)}, {"message", report.why.message}};
  return out;
}

}  // namespace linka
