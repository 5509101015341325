// SPDX-License-Identifier: GPL-3.0-or-later
// A verb declares its options to the parser once; help, man page and completion walk the same
// declarations. What the operator asked for is left in `Chosen` and done after parsing.
#pragma once

#include "cli/exit_codes.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace linka {

struct Chosen {
  std::function<ExitCode()> action;
};

// What a value is, for help ("FOLDER") and completion.
enum class Value { folder, file, profile, number, text };
const char* placeholder(Value value);

CLI::Option* takes(CLI::Option* option, Value value);
// Refuses what is no whole number or lies outside, in the operator's language.
CLI::Validator whole_number(int least, int most);
// "--json" with the same words everywhere.
void add_json(CLI::App* verb, bool& json);

void declare_plan(CLI::App& app, Chosen& chosen);
void declare_run(CLI::App& app, Chosen& chosen);
void declare_status(CLI::App& app, Chosen& chosen);
void declare_structure(CLI::App& app, Chosen& chosen);
void declare_retry(CLI::App& app, Chosen& chosen);
void declare_review(CLI::App& app, Chosen& chosen);
void declare_correct(CLI::App& app, Chosen& chosen);
void declare_exclude(CLI::App& app, Chosen& chosen);
void declare_package(CLI::App& app, Chosen& chosen);
void declare_urnnbn(CLI::App& app, Chosen& chosen);
void declare_validate(CLI::App& app, Chosen& chosen);
void declare_verify(CLI::App& app, Chosen& chosen);
void declare_deliver(CLI::App& app, Chosen& chosen);
void declare_receipt(CLI::App& app, Chosen& chosen);
void declare_foxml(CLI::App& app, Chosen& chosen);
void declare_shelf(CLI::App& app, Chosen& chosen);
void declare_bag(CLI::App& app, Chosen& chosen);
void declare_unbag(CLI::App& app, Chosen& chosen);
void declare_iiif(CLI::App& app, Chosen& chosen);
void declare_pdf(CLI::App& app, Chosen& chosen);
void declare_bundle(CLI::App& app, Chosen& chosen);
void declare_publish(CLI::App& app, Chosen& chosen);
void declare_explain(CLI::App& app, Chosen& chosen);
void declare_profile(CLI::App& app, Chosen& chosen);
void declare_decode(CLI::App& app, Chosen& chosen);
void declare_target(CLI::App& app, Chosen& chosen);
void declare_text(CLI::App& app, Chosen& chosen);
void declare_record(CLI::App& app, Chosen& chosen);
void declare_selftest(CLI::App& app, Chosen& chosen);
void declare_doctor(CLI::App& app, Chosen& chosen);
void declare_version(CLI::App& app, Chosen& chosen);
void declare_help(CLI::App& app, Chosen& chosen);

// All of them.
void declare_verbs(CLI::App& app, Chosen& chosen);

}  // namespace linka
