// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/models.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace linka {
namespace fs = std::filesystem;
namespace {

bool is_model_name(std::string_view name) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && std::all_of(name.begin(), name.end(), ok);
}

std::string debian_package(const std::string& model) {
  constexpr std::array<std::array<std::string_view, 2>, 4> scripts = {
      {{"Fraktur", "frak"}, {"Latin", "latn"}, {"Cyrillic", "cyrl"}, {"Greek", "grek"}}};
  const std::string base = fs::path(model).filename();
  for (const auto& [name, code] : scripts)
    if (base == name) return fmt::format("tesseract-ocr-script-{}", code);
  std::string package = "tesseract-ocr-" + lower_ascii(base);
  std::replace(package.begin(), package.end(), '_', '-');
  return package;
}

std::vector<fs::path> folders_to_search(const std::string& given) {
  if (!given.empty()) return {given};
  std::vector<fs::path> folders;
  if (const char* prefix = std::getenv("TESSDATA_PREFIX"); prefix != nullptr && *prefix != '\0')
    folders = {prefix, fs::path(prefix) / "tessdata"};
  folders.insert(folders.end(), {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata",
                                 "/usr/local/share/tessdata"});
  return folders;
}

bool has_model(const fs::path& folder, const std::string& model) {
  std::error_code ignored;
  return fs::is_regular_file(model_file(folder, model), ignored);
}

tl::unexpected<Error> missing_model(const std::vector<fs::path>& folders,
                                    const std::vector<std::string>& models) {
  std::error_code ignored;
  fs::path shown = folders.front();
  for (const fs::path& folder : folders)
    if (fs::is_directory(folder, ignored)) {
      shown = folder;
      break;
    }
  for (const std::string& model : models)
    if (!has_model(shown, model))
      return fail(ErrorKind::missing,
                  "the Tesseract model '{}' is not in {}; on Debian it comes with the package {}",
                  model, shown.string(), debian_package(model));
  return fail(ErrorKind::missing, "the Tesseract models are in no folder together");
}

}  // namespace

Result<std::vector<std::string>> model_names(std::string_view models) {
  std::vector<std::string> names;
  for (const std::string& part : split_text(models, '+')) {
    const std::string name = trimmed(part);
    if (!is_model_name(name))
      return fail(ErrorKind::configuration,
                  "'{}' is not a list of Tesseract models such as ces+deu", models);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string joined_models(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : "+") + name;
  return joined;
}

Result<Models> models_named(const std::vector<std::string>& names, const std::string& given) {
  const std::vector<fs::path> folders = folders_to_search(given);
  for (const fs::path& folder : folders)
    if (std::all_of(names.begin(), names.end(),
                    [&](const std::string& model) { return has_model(folder, model); }))
      return Models{folder, names};
  return missing_model(folders, names);
}

Result<Models> models_installed(const std::vector<std::string>& wanted, const std::string& given) {
  const std::vector<fs::path> folders = folders_to_search(given);
  for (const fs::path& folder : folders) {
    Models found{folder, {}};
    for (const std::string& model : wanted)
      if (has_model(folder, model)) found.names.push_back(model);
    if (!found.names.empty()) return found;
  }
  return missing_model(folders, wanted);
}

tl::unexpected<Error> unusable_models(const fs::path& folder, const std::string& models) {
  return fail(ErrorKind::missing, "Tesseract cannot use the models '{}' in {}", models,
              folder.string());
}

// How many parts, and where each begins (-1: there is none), in the order of Tesseract's list of
// them (ccutil/tessdatamanager.h); in the bytes' order of the machine.
Result<void> check_model(const fs::path& folder, const std::string& model) {
  constexpr std::int32_t most_parts = 1000;
  constexpr std::size_t lines = 17;  // the part that the LSTM reader is made of
  std::ifstream file(model_file(folder, model), std::ios::binary | std::ios::ate);
  const std::int64_t size = file.tellg();
  std::int32_t parts = 0;
  file.seekg(0);
  file.read(reinterpret_cast<char*>(&parts), sizeof parts);
  if (!file || parts <= static_cast<std::int32_t>(lines) || parts > most_parts)
    return unusable_models(folder, model);
  std::vector<std::int64_t> begins(static_cast<std::size_t>(parts));
  const std::size_t bytes = begins.size() * sizeof begins[0];
  file.read(reinterpret_cast<char*>(begins.data()), static_cast<std::streamsize>(bytes));
  std::int64_t last = static_cast<std::int64_t>(sizeof parts + bytes) - 1;
  for (const std::int64_t begin : begins) {
    if (begin == -1) continue;
    if (begin <= last || begin >= size) return unusable_models(folder, model);
    last = begin;
  }
  if (!file || begins[lines] < 0) return unusable_models(folder, model);
  return {};
}

fs::path model_file(const fs::path& folder, const std::string& model) {
  return folder / (model + ".traineddata");
}

// ISO 639-2/B of what a model reads; most models are called by ISO 639-2/T. Empty when unknown.
std::string language_of_model(std::string_view model) {
  constexpr std::array<std::array<std::string_view, 2>, 26> special = {
      {{"ces", "cze"},      {"deu", "ger"}, {"frk", "ger"},      {"Fraktur", "ger"},
       {"deu_frak", "ger"}, {"slk", "slo"}, {"slk_frak", "slo"}, {"deu_latf", "ger"},
       {"fra", "fre"},      {"nld", "dut"}, {"ron", "rum"},      {"ell", "gre"},
       {"mkd", "mac"},      {"sqi", "alb"}, {"eus", "baq"},      {"hye", "arm"},
       {"isl", "ice"},      {"kat", "geo"}, {"msa", "may"},      {"fas", "per"},
       {"cym", "wel"},      {"zho", "chi"}, {"chi_sim", "chi"},  {"chi_tra", "chi"},
       {"osd", ""},         {"equ", ""}}};
  if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos)
    model.remove_prefix(slash + 1);
  for (const auto& [name, code] : special)
    if (model == name) return std::string(code);
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return model.size() == 3 && std::all_of(model.begin(), model.end(), small) ? std::string(model)
                                                                             : std::string();
}

bool reads_fraktur(std::string_view model) {
  return model == "frk" || model.find("frak") != std::string_view::npos ||
         model.find("Frak") != std::string_view::npos ||
         model.find("latf") != std::string_view::npos;
}

}  // namespace linka
