// SPDX-License-Identifier: GPL-3.0-or-later
// linka foxml: packages as Kramerius's own objects, checked before anybody imports them.
#include "kramerius-export/foxml/foxml.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/findings.h"
#include "cli/jpegs_of_jp2.h"
#include "cli/verb.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

struct Options {
  std::vector<fs::path> packages;
  fs::path out;
  std::string images = "jpeg", url, root;
  FoxmlImages patterns;
  std::vector<std::string> licences, known;
  std::string policy;
  bool technical = false, check = false, check_import = false, rules = false;
  bool json = false, dry_run = false, quiet = false;
};

Result<FoxmlImages> images_meant(const Options& options) {
  FoxmlImages images = options.patterns;
  if (options.images == "jpeg" || options.images == "kramerius") {
    images.kind = options.images == "jpeg" ? FoxmlImages::Kind::embedded_jpeg
                                           : FoxmlImages::Kind::moved_by_kramerius;
    return images;
  }
  images.kind = FoxmlImages::Kind::image_server;
  if (options.images != "patterns") {
    if (options.url.empty())
      return fail(ErrorKind::configuration, "--images {} needs --image-url", options.images);
    auto preset = images_preset(options.images, options.url, options.root);
    if (!preset) return preset;
    if (!images.place.empty()) preset->place = images.place;
    images = std::move(*preset);
  }
  if (auto fine = check_images(images); !fine) return pass(fine);
  return images;
}

Result<FoxmlOptions> export_options(const Options& options) {
  auto images = images_meant(options);
  if (!images) return pass(images);
  FoxmlOptions out;
  out.images = std::move(*images);
  out.make_jpegs = jpegs_of_jp2;
  out.licences = options.licences;
  out.policy = options.policy;
  out.page_technical = options.technical;
  for (const std::string& pid : options.known)
    out.known.insert(pid.starts_with("uuid:") ? pid : "uuid:" + pid);
  if (!options.quiet && ::isatty(STDERR_FILENO) != 0)
    out.progress = [](std::size_t done, std::size_t of) {
      if (done == of || done % 50 == 0)
        std::fputs((fmt::format("\r{}/{}", done, of) + (done == of ? "\r\x1b[K" : "")).c_str(),
                   stderr);
    };
  return out;
}

json to_json(const PlacedImage& image) {
  return {{"source", image.source.string()},
          {"target", image.target},
          {"md5", image.md5},
          {"bytes", image.bytes},
          {"page", image.page}};
}

json findings_json(const FoxmlReport& report) {
  json findings = json::array();
  for (const Finding& f : report.findings)
    findings.push_back({{"severity", name_of(f.severity)},
                        {"rule", f.rule},
                        {"file", f.file},
                        {"line", f.line},
                        {"message", f.message}});
  return findings;
}

std::map<Severity, std::size_t> counts_of(const FoxmlReport& report) {
  std::map<Severity, std::size_t> counts;
  for (const Finding& f : report.findings) ++counts[f.severity];
  return counts;
}

void add_report(json& document, const FoxmlReport& report) {
  auto counts = counts_of(report);
  document["objects_seen"] = report.objects;
  document["pages_seen"] = report.pages;
  document["findings"] = findings_json(report);
  document["counts"] = {{"error", counts[Severity::error]},
                        {"warning", counts[Severity::warning]},
                        {"info", counts[Severity::info]}};
  document["not_checked"] = report.not_checked;
}

void print_report(const FoxmlReport& report) {
  for (const Finding& f : report.findings) print(finding_line(f));
  auto counts = counts_of(report);
  const std::size_t errors = counts[Severity::error], warnings = counts[Severity::warning];
  print(say(trn("{} object", "{} objects", report.objects), report.objects) + ", " +
        say(trn("{} page", "{} pages", report.pages), report.pages) + ": " +
        say(trn("{} error", "{} errors", errors), errors) + ", " +
        say(trn("{} warning", "{} warnings", warnings), warnings));
  for (const std::string& gap : report.not_checked) print(say(tr("not checked: {}"), gap));
}

// The answers about all packages.
struct Answers {
  ExitCode code = ExitCode::done;
  json documents = json::array();

  void failed(const fs::path& path, const Error& error, bool as_json) {
    code = worse(code, exit_code_of(error.kind));
    if (as_json)
      documents.push_back({{"path", path.string()},
                           {"error", {{"kind", name_of(error.kind)}, {"message", error.message}}}});
    else
      remark("linka: " + error.message);
  }
};

void judge(const fs::path& path, const Result<FoxmlReport>& report, json document,
           const Options& options, Answers& answers) {
  if (!report) return answers.failed(path, report.error(), options.json);
  if (report->has_errors()) answers.code = worse(answers.code, ExitCode::rules_broken);
  if (!options.json) return print_report(*report);
  add_report(document, *report);
  answers.documents.push_back(std::move(document));
}

json to_json(const FoxmlExport& made) {
  std::map<std::string, std::size_t> models;
  json images = json::array();
  for (const FoxmlObject& o : made.objects) ++models[o.model];
  for (const PlacedImage& image : made.images) images.push_back(to_json(image));
  return {{"folder", made.folder.string()},
          {"top", made.top},
          {"unit", made.unit},
          {"objects", made.objects.size()},
          {"models", models},
          {"bytes", made.bytes},
          {"images", images},
          {"notes", made.notes}};
}

void print_export(const fs::path& package, const FoxmlExport& made, bool dry_run) {
  std::map<std::string, std::size_t> models;
  for (const FoxmlObject& o : made.objects) ++models[o.model];
  std::string counted;
  for (const auto& [model, count] : models)
    counted += (counted.empty() ? "" : ", ") + fmt::format("{} {}", count, model);
  if (dry_run)
    print(say(tr("{}: would become {} ({})"), package.string(), made.folder.string(), counted));
  else
    print(say(tr("{}: {} ({}, {})"), package.string(), made.folder.string(), counted,
              size_in_words(made.bytes)));
  for (const std::string& note : made.notes) print("  " + note);
  if (!made.images.empty())
    print("  " + say(trn("{} image has to lie on the image server before the import",
                         "{} images have to lie on the image server before the import",
                         made.images.size()),
                     made.images.size()));
}

void export_one(const fs::path& package, const FoxmlOptions& wanted, const Options& options,
                Answers& answers) {
  const auto name = foxml_folder_name(package);
  if (!name) return answers.failed(package, name.error(), options.json);
  const fs::path folder = options.out / *name;
  auto made = options.dry_run ? plan_foxml(package, wanted) : export_foxml(package, folder, wanted);
  if (!made) return answers.failed(package, made.error(), options.json);
  made->folder = folder;
  json document = to_json(*made);
  document["path"] = package.string();
  if (!options.json) print_export(package, *made, options.dry_run);
  if (options.dry_run) {
    if (options.json) answers.documents.push_back(std::move(document));
    return;
  }
  FoxmlCheckOptions check;
  check.known = wanted.known;
  judge(folder, check_foxml(folder, check), std::move(document), options, answers);
}

ExitCode print_foxml_rules(const Options& options) {
  json rules = json::array();
  for (const FoxmlRule& rule : foxml_rules()) {
    const std::string meaning = tr(std::string(rule.meaning).c_str());
    rules.push_back(
        {{"rule", rule.name}, {"severity", name_of(rule.severity)}, {"meaning", meaning}});
    if (!options.json)
      print(fmt::format("{} ({}): {}", rule.name, in_words(rule.severity), meaning));
  }
  return options.json ? print_json({{"rules", rules}}, ExitCode::done) : ExitCode::done;
}

ExitCode foxml(const Options& options) {
  if (options.rules) return print_foxml_rules(options);
  if (options.packages.empty())
    return explain_misuse(tr("no package is named"), tr("linka help foxml"), options.json);
  const bool exports = !options.check && !options.check_import;
  if (exports && options.out.empty())
    return explain_misuse(tr("no folder for the objects is named (-o)"), tr("linka help foxml"),
                          options.json);
  const auto wanted = export_options(options);
  if (!wanted) return explain_failure(wanted.error(), options.json);
  const auto meant = packages_meant(options.packages);
  if (!meant) return explain_failure(meant.error(), options.json);
  Answers answers;
  for (const fs::path& batch : meant->without)
    answers.failed(
        batch,
        {ErrorKind::bad_input,
         say(tr("{}: the batch has no package yet; linka package makes it"), batch.string()),
         "foxml"},
        options.json);
  for (const fs::path& package : meant->packages) {
    if (exports) {
      export_one(package, *wanted, options, answers);
      continue;
    }
    if (!options.json && meant->packages.size() > 1) print(package.string() + ":");
    FoxmlCheckOptions check;
    check.known = wanted->known;
    judge(package, options.check ? check_foxml(package, check) : check_converting_import(package),
          {{"path", package.string()}}, options, answers);
  }
  if (!options.json) return answers.code;
  return print_json({{"packages", answers.documents}}, answers.code);
}

void add_image_options(CLI::App* verb, Options& o) {
  takes(verb->add_option("--images", o.images,
                         tr("where pictures come from: jpeg (inside the objects), kramerius (JP2 "
                            "inside, moved by the server), iipimage, iiif2, iiif3, mzk, patterns")),
        Value::text)
      ->check(
          CLI::IsMember({"jpeg", "kramerius", "iipimage", "iiif2", "iiif3", "mzk", "patterns"}));
  takes(verb->add_option("--image-url", o.url,
                         tr("the image server's address, as Kramerius reaches it")),
        Value::text);
  takes(verb->add_option("--image-root", o.root,
                         tr("the image server's own name of its folder (iipimage)")),
        Value::text);
  const auto pattern = [&](const char* name, std::string& value, const char* help) {
    takes(verb->add_option(name, value, help), Value::text);
  };
  pattern("--image-place", o.patterns.place,
          tr("where a page's image lies below that folder: {package}/{file}"));
  pattern("--tiles", o.patterns.tiles, tr("pattern of tiles-url (--images patterns)"));
  pattern("--full", o.patterns.full, tr("pattern of the whole picture's address"));
  pattern("--preview", o.patterns.preview, tr("pattern of the preview's address, 700 px high"));
  pattern("--thumb", o.patterns.thumb, tr("pattern of the thumbnail's address, 128 px high"));
}

}  // namespace

void declare_foxml(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "foxml",
      tr("write packages as Kramerius's own objects (FOXML) and check them\n"
         "Each package becomes a folder with a file for each object, ready for Kramerius's import. "
         "A "
         "batch's folder stands for all its packages. With --check: only check such folders. With "
         "--check-import: check packages for Kramerius's own conversion."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->packages, tr("a package's or a batch's folder"));
  takes(verb->add_option("-o,--output", o->out, tr("folder for the folders of objects")),
        Value::folder);
  add_image_options(verb, *o);
  takes(verb->add_option("--licence", o->licences,
                         tr("licence of the document; several may be given")),
        Value::text)
      ->allow_extra_args(false);
  takes(verb->add_option(
            "--policy", o->policy,
            tr("public or private; else public with the licence public, and private without")),
        Value::text)
      ->check(CLI::IsMember({"public", "private"}));
  takes(verb->add_option(
            "--known", o->known,
            tr("uuid of an object that the server has already (a periodical, its year)")),
        Value::text)
      ->allow_extra_args(false);
  verb->add_flag("--page-mets", o->technical,
                 tr("put each page's own METS in, too (IMG_FULL_AMD)"));
  verb->add_flag("--check", o->check, tr("check folders of objects; write nothing"));
  verb->add_flag("--check-import", o->check_import,
                 tr("check packages for Kramerius's own conversion; write nothing"));
  verb->add_flag("--rules", o->rules, tr("say what is checked"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be written"));
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  add_json(verb, o->json);
  verb->footer(
      "linka foxml scans.batch -o import --licence public\n"
      "linka foxml scans.batch/packages/* -o import --images iiif3 --image-url "
      "https://images.example.org/iiif/3 --json\n"
      "linka foxml --check import/foxml_6a1b0c1e-0000-4000-8000-000000000001\n"
      "linka foxml --check-import scans.batch");
  verb->callback([o, &chosen] { chosen.action = [o] { return foxml(*o); }; });
}

}  // namespace linka
