// SPDX-License-Identifier: GPL-3.0-or-later
// What the verbs that hand packages on have in common: what they are asked for, which packages that
// is and where each goes, and how they say what they do.
#pragma once

#include "base/result.h"
#include "cli/clean_stop.h"
#include "cli/find.h"
#include "cli/progress.h"
#include "cli/verb.h"
#include "handover/bag.h"
#include "handover/lent.h"
#include "image/image.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct HandOptions {
  std::filesystem::path given, out;
  bool dry_run = false, json = false, quiet = false;
  int jobs = 0;        // threads; 0: the machine's processors
  std::string memory;  // "4G"; empty: three quarters of what is free
};
// PACKAGE and OUT; `out` says what that is.
void add_package_and_out(CLI::App* verb, HandOptions& options, const char* out);
// --dry-run with its words, --quiet, --json.
void add_hand_flags(CLI::App* verb, HandOptions& options, const char* dry_run);
// --form
void add_form(CLI::App* verb, std::string& form);
// The form of that name; without one, as the ending of `out` says.
BagForm form_of(const std::string& name, const std::filesystem::path& out);

// packages_meant(); a batch without packages is an error, too (bad_input).
Result<MeantPackages> packages_to_hand(const std::vector<std::filesystem::path>& given);

struct Handing {
  std::filesystem::path package, out;
};
// A package goes to `out` itself; those of a batch go into the folder `out`, each under its name
// with `ending`. Errors: bad_input: nothing there, a batch without packages.
Result<std::vector<Handing>> handings_of(const HandOptions& options,
                                         const std::string& ending = {});

// Does `hand` for each, which gives what JSON says of it; failures are told and the others go on.
// SIGINT and SIGTERM stop it cleanly.
ExitCode hand_all(const std::vector<Handing>& handings, bool json,
                  const std::function<Result<nlohmann::json>(const Handing&)>& hand);

// --dry-run of a verb that makes something of pages: `sentence` gives the one for so many, with
// places for OUT and their number; in JSON OUT is called `what`. Errors: as read_document.
Result<nlohmann::json> would_make(const char* what, const Handing& one, const HandOptions& options,
                                  const std::function<const char*(std::size_t)>& sentence);

// guarded<Made>(verb, ...) of `make`, which tells how far it is to what it is given; meanwhile
// `sentence` is shown (CountDisplay). Whoever asks for a stop (CleanStop) gets the error cancelled.
template <class Made, class Make>
Result<Made> counted(const char* verb, const char* sentence, const HandOptions& options,
                     Make&& make) {
  CountDisplay display(sentence, options.json || options.quiet);
  return guarded<Made>(verb, [&] {
    return make([&display](std::size_t done, std::size_t of) {
      display.show(done, of);
      return CleanStop::go_on();
    });
  });
}

// Pages made on as many threads as `options` says and memory allows. Error: configuration.
Result<MakePages> pages_on_threads(const HandOptions& options);

// The pixels of a package's image. Errors name the file.
Result<Image> decoded_jp2(const std::filesystem::path& jp2);

}  // namespace linka
