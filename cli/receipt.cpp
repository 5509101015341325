// SPDX-License-Identifier: GPL-3.0-or-later
// linka receipt: what was delivered, by the receipts; whether a receipt is genuine.
#include "delivery/receipt.h"

#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/delivery_view.h"
#include "cli/verb.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

struct Options {
  std::vector<fs::path> given;
  fs::path file, key_file, package;
  std::string key;
  bool csv = false, json = false;
};

// The line of a receipt's file that a person reads.
void print_receipt(const json& receipt, const PublicKey& key) {
  const auto at = [&](const char* pointer) {
    const json::json_pointer p(pointer);
    if (!receipt.contains(p)) return std::string("-");
    return receipt[p].is_string() ? receipt[p].get<std::string>() : receipt[p].dump();
  };
  for (const auto& [name, pointer] : {std::pair{tr("title"), "/document/title"},
                                      {tr("document"), "/document/pid"},
                                      {tr("address"), "/document/url"},
                                      {tr("package"), "/package/id"},
                                      {tr("root of its digests"), "/package/root"},
                                      {tr("server"), "/target/server"},
                                      {tr("its version"), "/server/version"},
                                      {tr("objects"), "/sent/objects"},
                                      {tr("pages"), "/sent/pages"},
                                      {tr("started"), "/times/started"},
                                      {tr("proven"), "/times/proven"},
                                      {tr("what was checked"), "/proof/counts"},
                                      {tr("linka"), "/linka"}})
    print(say("{}: {}", name, at(pointer)));
  print(say(tr("signed by: {}"), key));
}

// A key, or the first word of a file that holds one.
Result<PublicKey> key_named(const std::string& given) {
  const auto is_key = [](const std::string& text) {
    const auto bytes = base64_decoded(text);
    return bytes && bytes->size() == 32;
  };
  if (is_key(given)) return given;
  const auto text = read_text(given, 1 << 16);
  if (!text)
    return fail(ErrorKind::configuration, "\"{}\" is neither a key nor a file with one", given);
  const std::string first = trimmed(text->substr(0, text->find('\n')));
  if (is_key(first)) return first;
  return fail(ErrorKind::configuration, "{}: its first line is no key", given);
}

ExitCode not_genuine(const std::string& why, bool as_json) {
  if (as_json) return print_json({{"genuine", false}, {"why", why}}, ExitCode::not_genuine);
  print(say(tr("NOT GENUINE: {}"), why));
  return ExitCode::not_genuine;
}

ExitCode verify(const Options& options) {
  const auto text = read_text(options.file, 64u << 20);
  if (!text) return explain_failure(text.error(), options.json);
  PublicKey expected;
  std::string doubt;
  if (!options.key.empty()) {
    const auto key = key_named(options.key);
    if (!key) return explain_failure(key.error(), options.json);
    expected = *key;
  } else if (const auto usual = usual_receipt_key(); usual) {
    std::error_code code;
    if (fs::exists(*usual, code)) {
      const auto own = signing_key(*usual);
      if (!own) return explain_failure(own.error(), options.json);
      expected = own->shown;
    }
  }
  const auto read = verified_receipt(*text);
  if (!read) return not_genuine(read.error().message, options.json);
  if (!expected.empty() && read->key != expected)
    return not_genuine(say(tr("it is signed by another key: {}"), read->key), options.json);
  if (expected.empty())
    doubt = tr("whose key signed it is not known here; --key says whose it must be");
  std::vector<std::string> changed;
  if (!options.package.empty()) {
    const auto root = package_root(options.package);
    if (!root) return explain_failure(root.error(), options.json);
    const json::json_pointer where("/package/root");
    if (!read->receipt.contains(where) || read->receipt[where] != *root)
      return not_genuine(
          say(tr("{}: is not the package that was delivered"), options.package.string()),
          options.json);
    const auto wrong = changed_files(options.package);
    if (!wrong) return explain_failure(wrong.error(), options.json);
    if (!wrong->empty()) return not_genuine(wrong->front(), options.json);
  }
  if (options.json)
    return print_json({{"genuine", true},
                       {"key", read->key},
                       {"key_known", !expected.empty()},
                       {"package_checked", !options.package.empty()},
                       {"receipt", read->receipt}},
                      ExitCode::done);
  print(say(tr("genuine, signed by {}"), read->key));
  if (!options.package.empty()) print(tr("the package is the one that was delivered"));
  if (!doubt.empty()) print(say(tr("note: {}"), doubt));
  return ExitCode::done;
}

ExitCode show(const Options& options) {
  const auto receipts = receipts_in(options.given);
  if (!receipts) return explain_failure(receipts.error(), options.json);
  ExitCode code = receipts->empty() ? ExitCode::nothing_checked : ExitCode::done;
  std::vector<CatalogueLine> lines;
  json list = json::array();
  bool first = true;
  for (const KeptReceipt& kept : *receipts) {
    if (kept.receipt.is_null()) {
      code = ExitCode::not_genuine;
      remark("linka: " + kept.trouble.message);
      continue;
    }
    lines.push_back(catalogue_line(kept.receipt));
    list.push_back({{"file", kept.file.string()}, {"receipt", kept.receipt}});
    if (options.csv || options.json) continue;
    if (!first) print("");
    first = false;
    const auto text = read_text(kept.file);
    const auto read = text ? verified_receipt(*text) : Result<ReadReceipt>(ReadReceipt{});
    print_receipt(kept.receipt, read ? read->key : "");
  }
  if (options.csv) {
    std::fputs(csv_of(lines).c_str(), stdout);
    return code;
  }
  if (options.json) return print_json({{"receipts", list}}, code);
  if (receipts->empty()) remark(tr("there is no receipt"));
  return code;
}

ExitCode say_key(const Options& options) {
  fs::path file = options.key_file;
  if (file.empty()) {
    const auto usual = usual_receipt_key();
    if (!usual) return explain_failure(usual.error(), options.json);
    file = *usual;
  }
  const auto key = signing_key(file);
  if (!key) return explain_failure(key.error(), options.json);
  if (options.json)
    return print_json({{"algorithm", "Ed25519"}, {"key", key->shown}, {"file", file.string()}},
                      ExitCode::done);
  print(key->shown);
  return ExitCode::done;
}

}  // namespace

void declare_receipt(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "receipt", tr("look at the receipts of deliveries, and tell whether they are genuine"));
  verb->require_subcommand(1);
  verb->footer(
      "linka receipt show scans.batch\n"
      "linka receipt verify k7.receipt.json --package scans.batch/packages/tst001-00000a\n"
      "linka receipt key > our-key.txt");
  const auto o = std::make_shared<Options>();
  const auto does = [&chosen, o](CLI::App* inner, ExitCode (*act)(const Options&)) {
    add_json(inner, o->json);
    inner->callback([o, act, &chosen] { chosen.action = [o, act] { return act(*o); }; });
  };

  CLI::App* shows = verb->add_subcommand(
      "show", tr("say what receipts state\n"
                 "With --csv: a table of record numbers and addresses, for the catalogue's field "
                 "856."));
  shows->add_option(tr("RECEIPT"), o->given, tr("a receipt's file, a batch or a package"))
      ->required();
  shows->add_flag("--csv", o->csv, tr("a table: record id, address, document, package"));
  shows->footer("linka receipt show scans.batch\nlinka receipt show *.batch --csv > addresses.csv");
  does(shows, show);

  CLI::App* verifies = verb->add_subcommand(
      "verify", tr("tell whether a receipt is what was signed, to the byte\n"
                   "Ends with 16 when it is not. With --package: whether the package is still the "
                   "one that was delivered."));
  verifies->add_option(tr("RECEIPT"), o->file, tr("a receipt's file"))->required();
  takes(verifies->add_option("--key", o->key,
                             tr("the key that must have signed it, or a file with it; else one's "
                                "own")),
        Value::text);
  takes(verifies->add_option("--package", o->package, tr("the package's folder")), Value::folder);
  verifies->footer(
      "linka receipt verify scans.batch/deliveries/tst001-00000a/k7.receipt.json --package "
      "scans.batch/packages/tst001-00000a");
  does(verifies, verify);

  CLI::App* keys = verb->add_subcommand(
      "key", tr("say the public key that receipts are signed with\n"
                "Made when there is none yet. Give it to whoever is to verify receipts."));
  takes(keys->add_option("--key-file", o->key_file,
                         tr("file of the key; else ~/.config/linka/receipt.key")),
        Value::file);
  keys->footer("linka receipt key > our-key.txt");
  does(keys, say_key);
}

}  // namespace linka
