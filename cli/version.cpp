// SPDX-License-Identifier: GPL-3.0-or-later
// linka version: the program and the libraries whose work ends up in a package.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/verb.h"
#include "stages/encode/encode.h"
#include "stages/metadata/metadata.h"
#include "stages/ocr/ocr.h"

#include <memory>

namespace linka {
namespace {

ExitCode say_versions(bool json) {
  // Without models Tesseract is of no use: say so and go on.
  const Result<OcrEngines> ocr = OcrEngines::find({});
  const std::string tesseract = ocr ? ocr->build() : std::string();
  const std::vector<std::pair<std::string, std::string>> libraries{
      {"OpenJPEG", openjpeg_build()}, {"Tesseract", tesseract},
      {"Exiv2", exiv2_version()},       {"Leptonica", LINKA_WITH_LEPTONICA},
      {"libtiff", LINKA_WITH_TIFF},     {"libxml2", LINKA_WITH_XML}};
  if (json) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, version] : libraries) all[name] = version;
    return print_json({{"linka", LINKA_VERSION}, {"libraries", all}}, ExitCode::done);
  }
  print("linka " LINKA_VERSION);
  for (const auto& [name, version] : libraries)
    print("  " + name + " " + (version.empty() && !ocr ? ocr.error().message : version));
  print(tr("Free software under the GNU General Public License, version 3 or later."));
  return ExitCode::done;
}

}  // namespace

void declare_version(CLI::App& app, Chosen& chosen) {
  CLI::App* verb =
      app.add_subcommand("version", tr("say the versions of linka and of its libraries"));
  const auto json = std::make_shared<bool>(false);
  add_json(verb, *json);
  verb->footer("linka version");
  verb->callback([json, &chosen] { chosen.action = [json] { return say_versions(*json); }; });
}

}  // namespace linka
