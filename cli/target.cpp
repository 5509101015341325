// SPDX-License-Identifier: GPL-3.0-or-later
// linka target: what a scan of a colour target says about its scanner, kept and compared.
#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/child.h"
#include "cli/console.h"
#include "cli/target_history.h"
#include "cli/target_report.h"
#include "cli/verb.h"
#include "stages/decode/decode.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr double timeout_s = 300;

struct Options {
  fs::path scan, history;
  std::string reference, device, least, corners;
  std::vector<std::string> edges;
  DriftLimits drift;
  int frame = 1;
  bool json = false, dry_run = false;
};

// "1.5,2,3": so many numbers, all finite.
bool numbers_of(const std::string& text, std::size_t count, std::vector<double>& values) {
  values.clear();
  for (const std::string& part : split_text(text, ',')) {
    const std::string word = trimmed(part);
    double value = 0;
    const auto [stop, code] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (code != std::errc{} || stop != word.data() + word.size() || !std::isfinite(value))
      return false;
    values.push_back(value);
  }
  return values.size() == count;
}

CLI::Validator numbers(std::size_t count) {
  return CLI::Validator(
      [count](std::string& text) -> std::string {
        std::vector<double> values;
        if (numbers_of(text, count, values)) return {};
        return say(tr("'{}' is not a list of {} numbers, as 10,20.5,..."), text, count);
      },
      {});
}

CLI::Validator not_negative() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        std::vector<double> value;
        if (numbers_of(text, 1, value) && value[0] >= 0) return {};
        return say(tr("'{}' is not a number of at least 0"), text);
      },
      {});
}

CLI::Validator level() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (is_level(text)) return {};
        return say(tr("'{}' is not a level: 1 to 4 (FADGI stars) or A to C (ISO 19264-1)"), text);
      },
      {});
}

// A file, or the name of one that came with the program.
fs::path reference_file(const std::string& name_or_path) {
  std::error_code code;
  if (fs::is_regular_file(name_or_path, code) || name_or_path.find('/') != std::string::npos)
    return name_or_path;
  std::vector<fs::path> folders;
  if (const fs::path program = fs::read_symlink("/proc/self/exe", code); !code)
    folders.push_back(program.parent_path().parent_path() / "share/linka/targets");
  folders.emplace_back(LINKA_TARGETS_SOURCE);
  folders.emplace_back(LINKA_TARGETS_INSTALLED);
  for (const fs::path& folder : folders)
    for (const char* ending : {"", ".toml"})
      if (const fs::path file = folder / (name_or_path + ending); fs::is_regular_file(file, code))
        return file;
  return name_or_path;
}

Result<TargetReference> read_reference(const std::string& name_or_path) {
  const fs::path file = reference_file(name_or_path);
  const Result<std::string> text = read_text(file, 1 << 22);
  if (!text) return tl::unexpected(Error{ErrorKind::configuration, text.error().message, {}});
  return parse_reference(*text, file.filename().string());
}

TargetParams params_of(const Options& options) {
  TargetParams params;
  std::vector<double> v;
  if (numbers_of(options.corners, 8, v))
    params.corner_patches = Quad{Point{v[0], v[1]}, {v[2], v[3]}, {v[4], v[5]}, {v[6], v[7]}};
  for (const std::string& edge : options.edges)
    if (numbers_of(edge, 4, v)) params.edges.push_back({v[0], v[1], v[2], v[3]});
  return params;
}

// "Fujitsu SV600 0042": what the scan's tags say, or nothing.
std::string device_of(const CaptureDevice& device) {
  std::string name;
  const bool named_twice = lower_ascii(device.model).starts_with(lower_ascii(device.make));
  for (const std::string& part : {named_twice ? std::string() : device.make, device.model,
                                  device.model.empty() ? std::string() : device.serial})
    if (!part.empty()) name += (name.empty() ? "" : " ") + part;
  return name;
}

Result<json> measured(const Options& options, const TargetReference& target) {
  const std::string name = options.scan.string();
  const Result<MappedFile> file = MappedFile::open(options.scan);
  if (!file) return pass(file);
  if (file->bytes().empty()) return fail(ErrorKind::bad_input, "{}: the file is empty", name);
  const Result<ScanImage> scan = guarded<ScanImage>(
      "decode", [&] { return decode(file->bytes(), options.frame - 1, DecodeParams{}); });
  if (!scan) return fail(scan.error().kind, "{}: {}", name, scan.error().message);
  const Result<TargetMeasures> measures = measure_target(scan->image, target, params_of(options));
  if (!measures) return fail(measures.error().kind, "{}: {}", name, measures.error().message);
  json document = to_json(target, *measures);
  document["scan"] = name;
  document["frame"] = options.frame;
  document["device"] = options.device.empty() ? device_of(scan->source.device) : options.device;
  document["stated_ppi"] =
      scan->source.dpi_from_file ? json::array({scan->source.dpi.x, scan->source.dpi.y}) : json();
  for (const std::string& oddity : scan->source.notes) document["notes"].push_back(oddity);
  return document;
}

// The same in a process of its own, for the libraries that read scans; the answer comes back in a
// file without a name.
Result<json> measured_apart(const Options& options, const TargetReference& target) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> answer(std::tmpfile(), std::fclose);
  if (!answer) return fail(kind_of_errno(errno), "no temporary file can be made");
  const Result<void> done = in_child(options.scan.string(), timeout_s, [&]() -> Result<void> {
    const Result<json> document = measured(options, target);
    if (!document) return pass(document);
    const std::string text = document->dump(-1, ' ', false, json::error_handler_t::replace);
    if (std::fwrite(text.data(), 1, text.size(), answer.get()) != text.size() ||
        std::fflush(answer.get()) != 0)
      return fail(kind_of_errno(errno), "a temporary file cannot be written");
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  std::rewind(answer.get());
  std::string text;
  std::array<char, 65536> part;
  while (const std::size_t n = std::fread(part.data(), 1, part.size(), answer.get()))
    text.append(part.data(), n);
  json document = json::parse(text, nullptr, false);
  if (!document.is_object())
    return fail(ErrorKind::internal, "{}: its reader ended without an answer",
                options.scan.string());
  return document;
}

json line_of(const json& document) {
  json line{{"at", iso8601(now())}, {"linka", LINKA_VERSION}};
  for (const char* key : {"device", "target", "scan", "frame", "profile", "level", "figures"})
    line[key] = document[key];
  return line;
}

// Compares with what was measured before, keeps the new line, and says both in the document.
Result<void> remember(const Options& options, json& document) {
  document["history"] = json();
  const std::string device = document["device"];
  if (device.empty()) {
    document["notes"].push_back(
        tr("not kept: the scan does not name its device; give it with --device"));
    return {};
  }
  const fs::path folder = options.history.empty() ? usual_history_folder() : options.history;
  if (folder.empty())
    return fail(ErrorKind::configuration, "there is no home folder; give one with --history");
  const Result<fs::path> file = history_file(folder, device);
  if (!file) return pass(file);
  const Result<History> history = read_history(*file, document["target"]);
  if (!history) return pass(history);
  if (history->damaged > 0)
    document["notes"].push_back(
        say(trn("{} damaged line in {} was passed over", "{} damaged lines in {} were passed over",
                static_cast<unsigned long>(history->damaged)),
            history->damaged, file->string()));
  json drift = json::array();
  for (const Drift& d : drift_of(document["figures"], history->lines, options.drift))
    drift.push_back(
        {{"figure", d.figure}, {"value", d.value}, {"median", d.median}, {"limit", d.limit}});
  if (!options.dry_run)
    if (const Result<void> kept = append_history(*file, line_of(document)); !kept) return kept;
  document["history"] = {{"file", file->string()},
                         {"earlier", history->lines.size()},
                         {"kept", !options.dry_run},
                         {"drift", drift}};
  return {};
}

void print_history(const json& history) {
  if (history.is_null()) return;
  const auto earlier = history["earlier"].get<std::size_t>();
  if (earlier == 0)
    print(tr("history: the first measurement of this device"));
  else if (history["drift"].empty())
    print(say(trn("history: no drift against {} earlier measurement",
                  "history: no drift against {} earlier measurements", earlier),
              earlier));
  for (const json& d : history["drift"]) {
    const std::string figure = d["figure"];
    const char* sentence =
        figure == "colour_mean" ? tr("DRIFT: colour, mean dE2000 is {}, was {}; the limit is {}")
        : figure == "mtf10"
            ? tr("DRIFT: sharpness, MTF10 is {} cycles a pixel, was {}; the limit is {}")
            : tr("DRIFT: noise, greatest L* is {}, was {}; the limit is {}");
    const int decimals = figure == "mtf10" ? 3 : 2;
    const auto number = [&](const char* key) {
      return fmt::format("{:.{}f}", d[key].get<double>(), decimals);
    };
    print(say(sentence, number("value"), number("median"), number("limit")));
  }
  if (history["kept"].get<bool>())
    print(say(tr("kept in {}"), history["file"].get<std::string>()));
  else
    print(tr("not kept: --dry-run"));
}

bool reaches_least(const json& level, const std::string& least) {
  Levels levels;
  if (level["fadgi"].is_number_integer()) levels.fadgi = level["fadgi"].get<int>();
  if (level["iso"].is_string()) levels.iso = level["iso"].get<std::string>()[0];
  return reaches(levels, least);
}

ExitCode target(const Options& options) {
  const Result<TargetReference> reference = read_reference(options.reference);
  if (!reference) return explain_failure(reference.error(), options.json);
  Result<json> document = measured_apart(options, *reference);
  if (!document) return explain_failure(document.error(), options.json);
  if (const Result<void> kept = remember(options, *document); !kept)
    return explain_failure(kept.error(), options.json);
  const json& history = (*document)["history"];
  ExitCode code = ExitCode::done;
  if (history.is_object() && !history["drift"].empty()) code = ExitCode::parked;
  const bool below = !options.least.empty() && !reaches_least((*document)["level"], options.least);
  if (below) code = ExitCode::parked;
  (*document)["least"] = options.least;
  (*document)["below_least"] = below;
  if (options.json) return print_json(*std::move(document), code);
  print_target(*document);
  print_history(history);
  if (below) print(say(tr("BELOW the level wanted, {}"), options.least));
  return code;
}

}  // namespace

void declare_target(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "target",
      tr("measure a scanner by a scan of its colour target\n"
         "Finds the target in the scan and says how far colours, greys, white balance, noise, "
         "light and sharpness are from what the reference file tells, with an indicative level "
         "of FADGI and ISO 19264-1. Every measurement is kept by device and compared with the "
         "earlier ones."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SCAN"), o->scan, tr("the scan of the target"))->required();
  takes(verb->add_option("--reference", o->reference,
                         tr("the target's values: TOML or CGATS text, or the name of a target that "
                            "came with the program"))
            ->required(),
        Value::file);
  takes(verb->add_option("--device", o->device,
                         tr("the scanner's name; else what the scan's tags say")),
        Value::text);
  takes(verb->add_option("--least", o->least,
                         tr("the level wanted: 1 to 4 (FADGI) or A to C (ISO 19264-1)"))
            ->check(level()),
        Value::text);
  takes(verb->add_option("--corners", o->corners,
                         tr("centres of the corner patches, x,y four times: the first patch, the "
                            "last of its row, and on around"))
            ->check(numbers(8)),
        Value::text);
  takes(verb->add_option("--edge", o->edges,
                         tr("x0,y0,x1,y1 of a slanted edge in the scan, instead of the "
                            "reference's; may be repeated"))
            ->check(numbers(4))
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll),
        Value::text);
  takes(verb->add_option("--history", o->history,
                         tr("where measurements are kept; else in the home folder, "
                            ".local/share/linka/targets")),
        Value::folder);
  verb->add_flag("--dry-run", o->dry_run, tr("compare, but keep nothing"));
  takes(verb->add_option("--drift-colour", o->drift.colour,
                         tr("how much mean dE2000 may rise above the earlier median; usually 1"))
            ->check(not_negative()),
        Value::number);
  takes(verb->add_option("--drift-sharpness", o->drift.sharpness,
                         tr("how many percent MTF10 may fall; usually 10"))
            ->check(not_negative()),
        Value::number);
  takes(verb->add_option("--drift-noise", o->drift.noise,
                         tr("how many percent noise may rise; usually 30"))
            ->check(not_negative()),
        Value::number);
  takes(
      verb->add_option("--frame", o->frame, tr("which image of a file that holds several, from 1"))
          ->check(whole_number(1, 100000)),
      Value::number);
  add_json(verb, o->json);
  verb->footer(
      "linka target target.tif --reference linka-target\n"
      "linka target target.tif --reference chart.txt --device SV600 --least B --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return target(*o); }; });
}

}  // namespace linka
