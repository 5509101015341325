// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract's models by name: where they are, what each reads.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct Models {
  std::filesystem::path folder;
  std::vector<std::string> names;
};

// "ces+deu" -> each name once. Error configuration when it is no such list.
Result<std::vector<std::string>> model_names(std::string_view models);
std::string joined_models(const std::vector<std::string>& names);

// The first folder that has them all (`given` alone, when it is not empty). Error missing, naming
// the model and its Debian package.
Result<Models> models_named(const std::vector<std::string>& names, const std::string& given);
// Those of `wanted` that are installed, in the first folder that has any. Error missing when none
// is.
Result<Models> models_installed(const std::vector<std::string>& wanted, const std::string& given);

// That its file is a whole one of Tesseract's with a model for lines in it: the list of its parts
// at its beginning is read, and that they lie within it. Error missing, naming it.
Result<void> check_model(const std::filesystem::path& folder, const std::string& model);
tl::unexpected<Error> unusable_models(const std::filesystem::path& folder,
                                      const std::string& models);

std::filesystem::path model_file(const std::filesystem::path& folder, const std::string& model);
// ISO 639-2/B of what a model reads; most models are called by ISO 639-2/T. Empty when unknown.
std::string language_of_model(std::string_view model);
bool reads_fraktur(std::string_view model);

}  // namespace linka
