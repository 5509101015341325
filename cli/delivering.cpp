// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/delivering.h"

#include "base/translate.h"
#include "cli/clean_stop.h"
#include "cli/console.h"
#include "cli/findings.h"
#include "cli/jpegs_of_jp2.h"
#include "delivery/receipt.h"
#include "stages/decode/decode.h"
#include "urnnbn/resolvers.h"
#include "workspace/urn_register.h"

namespace linka {
namespace fs = std::filesystem;
namespace {

DeliverOptions deliver_options(const DeliveryChoice& choice, const fs::path& key_file,
                               StepDisplay& display) {
  DeliverOptions how;
  how.dry_run = choice.dry_run;
  how.again = choice.again;
  how.every = choice.every;
  how.key_file = key_file;
  how.schemas = schemas_folder(choice.schemas);
  how.version = LINKA_VERSION;
  how.decode = [](ByteView jp2) -> Result<void> {
    const Result<ScanImage> image = decode(jp2, 0, DecodeParams{300, 4000});
    if (!image) return pass(image);
    return {};
  };
  how.make_jpegs = jpegs_of_jp2;
  how.progress = [&display](const std::string& step, std::size_t done, std::size_t of) {
    display.show(step, done, of);
  };
  if (!choice.quiet)
    how.news = [&display](const std::string& line) {
      display.clear();
      remark(line);
    };
  return how;
}

// What the batch of a package knows of its URN:NBN; nothing of a package that stands alone.
std::vector<KnownUrn> known_urns(const fs::path& package) {
  const fs::path batch = fs::absolute(package).lexically_normal().parent_path().parent_path();
  const Result<UrnRegister> urns = read_urns(batch);
  return urns ? urns->known : std::vector<KnownUrn>{};
}

// What is described for this user; nothing when that cannot be read.
std::vector<Resolver> described_resolvers() {
  const fs::path file = usual_resolvers();
  if (file.empty()) return {};
  auto described = load_resolvers(file);
  return described ? *std::move(described) : std::vector<Resolver>{};
}

Result<void> fits_target(const fs::path& package, const Target& target,
                         const std::vector<Resolver>& resolvers) {
  if (target.test) return {};
  fs::path name = package;
  if (!name.has_filename()) name = name.parent_path();
  return refuse_test_urns({"urn:nbn:cz:" + name.filename().string()}, resolvers,
                          known_urns(package));
}

Delivery one_delivery(const fs::path& package, const Target& target, KrameriusServer& server,
                      const DeliverOptions& how, const std::vector<Resolver>& resolvers) {
  if (const Result<void> fits = fits_target(package, target, resolvers); !fits) {
    Delivery refused;
    refused.package = package;
    refused.id = package.filename().string();
    refused.ending = Ending::refused;
    refused.trouble = fits.error();
    return refused;
  }
  return deliver(server, package, how);
}

}  // namespace

Result<std::vector<Target>> described_targets(const DeliveryChoice& choice) {
  const fs::path file = choice.targets.empty() ? usual_settings("targets.toml") : choice.targets;
  if (file.empty())
    return fail(ErrorKind::configuration,
                "no file says which servers there are: --targets FILE, or "
                "~/.config/linka/targets.toml");
  return load_targets(file);
}

Result<Target> chosen_target(const DeliveryChoice& choice) {
  const auto targets = described_targets(choice);
  if (!targets) return pass(targets);
  if (!choice.to.empty()) return target_named(*targets, choice.to);
  if (targets->size() == 1) return targets->front();
  return fail(ErrorKind::configuration, "no target is named: --to TARGET");
}

Result<Deliveries> deliver_packages(const Target& target, KrameriusServer& server,
                                    const std::vector<fs::path>& packages,
                                    const DeliveryChoice& choice) {
  fs::path key_file = choice.key_file;
  if (key_file.empty()) {
    const auto usual = usual_receipt_key();
    if (!usual) return pass(usual);
    key_file = *usual;
  }
  StepDisplay display(choice.quiet || choice.json);
  const DeliverOptions how = deliver_options(choice, key_file, display);
  const std::vector<Resolver> resolvers = described_resolvers();
  Deliveries out;
  for (const fs::path& package : packages) {
    EndedDelivery one{one_delivery(package, target, server, how, resolvers)};
    display.clear();
    one.code = code_of(one.delivery);
    if (one.code == ExitCode::interrupted && CleanStop::asked())
      one.code = exit_code_of_signal(CleanStop::signal());
    out.code = worse_delivery(out.code, one.code);
    if (!choice.json) print_delivery(one.delivery);
    const bool ends_all = CleanStop::asked() || one.code == ExitCode::no_space;
    out.each.push_back(std::move(one));
    // What says nothing about this package would meet the next one, too.
    if (ends_all) break;
  }
  return out;
}

nlohmann::json to_json(const Deliveries& deliveries, const Target& target) {
  nlohmann::json list = nlohmann::json::array();
  for (const EndedDelivery& one : deliveries.each) list.push_back(to_json(one.delivery, one.code));
  return {{"target", target.id}, {"server", target.server}, {"deliveries", list}};
}

}  // namespace linka
