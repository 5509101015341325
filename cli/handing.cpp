// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/handing.h"

#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/limits.h"
#include "handover/document.h"
#include "pipeline/budget.h"
#include "pipeline/in_order.h"
#include "stages/decode/decode.h"

#include <algorithm>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;

void add_package_and_out(CLI::App* verb, HandOptions& options, const char* out) {
  verb->add_option(tr("PACKAGE"), options.given, tr("a package's or a batch's folder"))->required();
  verb->add_option(tr("OUT"), options.out, out)->required();
}

void add_hand_flags(CLI::App* verb, HandOptions& options, const char* dry_run) {
  verb->add_flag("-n,--dry-run", options.dry_run, dry_run);
  verb->add_flag("-q,--quiet", options.quiet, tr("no progress"));
  add_json(verb, options.json);
}

void add_form(CLI::App* verb, std::string& form) {
  takes(verb->add_option("-f,--form", form,
                         tr("folder, tar or zip; by the ending of OUT if not given"))
            ->check(CLI::IsMember({"folder", "tar", "zip"})),
        Value::text);
}

BagForm form_of(const std::string& name, const fs::path& out) {
  const std::string ending = lower_ascii(out.extension().string());
  const std::string form = name.empty() && !ending.empty() ? ending.substr(1) : name;
  return form == "tar" ? BagForm::tar : form == "zip" ? BagForm::zip : BagForm::folder;
}

Result<MeantPackages> packages_to_hand(const std::vector<fs::path>& given) {
  auto meant = packages_meant(given);
  if (meant && !meant->without.empty())
    return fail(ErrorKind::bad_input, "{}: the batch has no package yet; linka package makes it",
                meant->without.front().string());
  return meant;
}

Result<std::vector<Handing>> handings_of(const HandOptions& options, const std::string& ending) {
  const auto meant = packages_to_hand({options.given});
  if (!meant) return pass(meant);
  std::vector<Handing> all;
  for (const fs::path& package : meant->packages)
    all.push_back({package, meant->batch.contains(package)
                                ? options.out / (package.filename().string() + ending)
                                : options.out});
  return all;
}

ExitCode hand_all(const std::vector<Handing>& handings, bool as_json,
                  const std::function<Result<json>(const Handing&)>& hand) {
  const CleanStop stop;
  ExitCode code = ExitCode::done;
  json documents = json::array();
  for (const Handing& one : handings) {
    auto done = CleanStop::go_on().and_then([&] { return hand(one); });
    if (done) {
      (*done)["package"] = one.package.string();
      documents.push_back(*std::move(done));
      continue;
    }
    code = worse(code, exit_code_of(done.error().kind));
    if (!as_json) remark("linka: " + done.error().message);
    documents.push_back(
        {{"package", one.package.string()},
         {"error", {{"kind", name_of(done.error().kind)}, {"message", done.error().message}}}});
    // What says nothing about this package would meet the next one, too.
    if (done.error().kind == ErrorKind::cancelled) code = exit_code_of_signal(CleanStop::signal());
    if (done.error().kind == ErrorKind::no_space || done.error().kind == ErrorKind::cancelled)
      break;
  }
  return as_json ? print_json({{"packages", documents}}, code) : code;
}

Result<json> would_make(const char* what, const Handing& one, const HandOptions& options,
                        const std::function<const char*(std::size_t)>& sentence) {
  const auto document =
      guarded<HandedDocument>("package", [&] { return read_document(one.package); });
  if (!document) return pass(document);
  const std::size_t pages = document->pages.size();
  if (!options.json) print(say(sentence(pages), one.out.string(), pages));
  return json{{what, one.out.string()}, {"pages", pages}};
}

Result<MakePages> pages_on_threads(const HandOptions& options) {
  // Decoding holds a pixel as three numbers of 4 bytes beside its samples and its share of the
  // file; JPEG files are made from a copy.
  constexpr std::uint64_t bytes_a_pixel = 24;
  std::uint64_t memory = default_memory_budget();
  if (!options.memory.empty()) {
    const auto bytes = memory_of(options.memory);
    if (!bytes) return pass(bytes);
    memory = *bytes;
  }
  return [memory, jobs = options.jobs](const PageWork& work) {
    const std::uint64_t fit = memory / std::max<std::uint64_t>(1, work.largest_px * bytes_a_pixel);
    return in_order(work.pages, std::min<std::uint64_t>(fit, threads_for(jobs)), work.make);
  };
}

Result<Image> decoded_jp2(const fs::path& jp2) {
  const auto mapped = MappedFile::open(jp2);
  if (!mapped) return pass(mapped);
  const auto scan = guarded<ScanImage>("decode", [&] {
    return decode(mapped->bytes(), 0, DecodeParams{300, 4000});
  });
  if (!scan) return of_file(scan.error(), jp2);
  return scan->image;
}

}  // namespace linka
