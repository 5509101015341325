// SPDX-License-Identifier: GPL-3.0-or-later
// linka decode: one scan, upright, as the line sees it.
#include "stages/decode/decode.h"

#include "base/files.h"
#include "base/translate.h"
#include "cli/child.h"
#include "cli/console.h"
#include "cli/verb.h"
#include "image/image_io.h"
#include "pipeline/budget.h"
#include "pipeline/sandbox.h"
#include "profiles/profile.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path scan, out;
  std::string profile;
  int frame = 1;
  bool json = false;
};

ExitCode decode_scan(const Options& options) {
  Profile profile;
  if (!options.profile.empty()) {
    Result<Profile> loaded = load_profile(options.profile);
    if (!loaded) return explain_failure(loaded.error(), options.json);
    profile = *std::move(loaded);
  }
  const std::string name = options.scan.string();
  const Result<void> done = in_child(name, profile.run.page_timeout_s, [&]() -> Result<void> {
    const std::filesystem::path folder = options.out.parent_path();
    enter_sandbox({{options.scan}, {folder.empty() ? "." : folder}, default_memory_budget()});
    const Result<MappedFile> file = MappedFile::open(options.scan);
    if (!file) return pass(file);
    if (file->bytes().empty()) return fail(ErrorKind::bad_input, "{}: the file is empty", name);
    Result<ScanImage> scan = guarded<ScanImage>(
        "decode", [&] { return decode(file->bytes(), options.frame - 1, profile.decode); });
    if (!scan) return fail(scan.error().kind, "{}: {}", name, scan.error().message);
    for (const std::string& oddity : scan->source.notes) remark(name + ": " + oddity);
    const Result<Bytes> png = to_png(scan->image);
    if (!png) return pass(png);
    return write_atomically(options.out, *png);
  });
  if (!done) return explain_failure(done.error(), options.json);
  if (options.json)
    print_json({{"scan", name}, {"frame", options.frame}, {"written", options.out.string()}},
               ExitCode::done);
  return ExitCode::done;
}

}  // namespace

void declare_decode(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "decode",
      tr("look at one scan as the line sees it\n"
         "Reads a TIFF, JPEG, PNG or JPEG 2000 file, turns it upright and writes it as PNG. "
         "A file that cannot be used leaves nothing behind and says why."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SCAN"), o->scan, tr("the scan's file"))->required();
  verb->add_option(tr("OUT"), o->out, tr("the PNG file to write"))->required();
  takes(
      verb->add_option("--frame", o->frame, tr("which image of a file that holds several, from 1"))
          ->check(whole_number(1, 100000)),
      Value::number);
  takes(
      verb->add_option("--profile", o->profile, tr("settings of decoding, if not the usual ones")),
      Value::profile);
  add_json(verb, o->json);
  verb->footer(
      "linka decode scans/0001.tif 0001.png\n"
      "linka decode --frame 3 book.tif page3.png");
  verb->callback([o, &chosen] { chosen.action = [o] { return decode_scan(*o); }; });
}

}  // namespace linka
