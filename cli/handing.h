// SPDX-License-Identifier: GPL-3.0-or-later
// What the verbs that hand packages on have in common: which packages, and where each goes.
#pragma once

#include "base/result.h"
#include "cli/verb.h"
#include "image/image.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

void declare_pdf(CLI::App& app, Chosen& chosen);
void declare_bundle(CLI::App& app, Chosen& chosen);
void declare_publish(CLI::App& app, Chosen& chosen);

struct Handing {
  std::filesystem::path package, out;
};
// A package goes to `out` itself; those of a batch go into the folder `out`, each under its name
// with `ending`. Errors: bad_input: nothing there, a batch without packages.
Result<std::vector<Handing>> handings_of(const std::filesystem::path& given,
                                         const std::filesystem::path& out,
                                         const std::string& ending = {});

// Does `hand` for each, which gives what JSON says of it; failures are told and the others go on.
ExitCode hand_all(const std::vector<Handing>& handings, bool json,
                  const std::function<Result<nlohmann::json>(const Handing&)>& hand);

// The pixels of a package's image. Errors name the file.
Result<Image> decoded_jp2(const std::filesystem::path& jp2);

}  // namespace linka
