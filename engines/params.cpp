// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/params.h"

#include "base/files.h"
#include "base/text.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace linka {
namespace fs = std::filesystem;
namespace {

bool is_program(const fs::path& path) {
  std::error_code code;
  return fs::is_regular_file(path, code) && ::access(path.c_str(), X_OK) == 0;
}

// As execvp looks for it.
bool is_found(const std::string& program) {
  if (program.find('/') != std::string::npos) return is_program(program);
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split_text(path != nullptr ? path : "/usr/bin:/bin", ':'))
    if (is_program(fs::path(folder.empty() ? "." : folder) / program)) return true;
  return false;
}

Result<void> check_command(const EngineParams& params) {
  const auto arguments = arguments_of(params.command);
  if (!arguments) return pass(arguments);
  if (arguments->empty())
    return fail(ErrorKind::configuration, "engine.kind is command, but engine.command is empty");
  if (params.command.find("{image}") == std::string::npos)
    return fail(ErrorKind::configuration,
                "engine.command does not say where the image goes: {{image}} is missing");
  if (!is_found(arguments->front()))
    return fail(ErrorKind::missing, "the engine {} is not installed or may not be run",
                arguments->front());
  return {};
}

Result<void> check_http(const EngineParams& params) {
  if (!params.url.starts_with("http://") && !params.url.starts_with("https://"))
    return fail(ErrorKind::configuration, "engine.url is “{}”, but must begin with http",
                params.url);
  const std::size_t host = params.url.find("//") + 2;
  const std::size_t path = std::min(params.url.find('/', host), params.url.size());
  if (params.url.substr(host, path - host).find('@') != std::string::npos)
    return fail(ErrorKind::configuration,
                "engine.url holds a password, which a profile must not; use engine.token_file");
  if (params.token_file.empty()) return {};
  if (const auto token = read_text(params.token_file, 1 << 16); !token)
    return fail(ErrorKind::missing, "the engine's token cannot be read: {}", token.error().message);
  return {};
}

}  // namespace

bool is_external(const EngineParams& params) {
  return params.kind != "tesseract";
}

bool needs_tesseract(const EngineParams& params) {
  return !is_external(params) || params.fallback == "tesseract";
}

Result<std::vector<std::string>> arguments_of(const std::string& command) {
  std::vector<std::string> arguments;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inside) arguments.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (quote != 0)
    return fail(ErrorKind::configuration, "engine.command has a quote that is not closed: {}",
                command);
  if (inside) arguments.push_back(std::move(word));
  return arguments;
}

Result<void> check_engine(const EngineParams& params, double page_timeout_s) {
  if (!is_external(params)) return {};
  if (params.deadline_s >= page_timeout_s)
    return fail(ErrorKind::configuration,
                "engine.deadline_s is {}, but a page is taken off the line after {} s "
                "(run.page_timeout_s): nobody could read it instead",
                params.deadline_s, page_timeout_s);
  return params.kind == "command" ? check_command(params) : check_http(params);
}

double deadline_of(const EngineParams& params, double page_timeout_s) {
  return params.deadline_s > 0 ? params.deadline_s : page_timeout_s / 2;
}

std::string engine_text_settings(const EngineParams& params) {
  if (!is_external(params)) return {};
  return fmt::format("engine {} {} {} {}\n", params.kind,
                     params.kind == "command" ? params.command : params.url, params.answer,
                     params.version);
}

}  // namespace linka
