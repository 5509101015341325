// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/receipt.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/settings.h"
#include "base/text.h"

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

std::string canonical(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string text_in(const json& document, const char* key) {
  const auto it = document.is_object() ? document.find(key) : document.end();
  return document.is_object() && it != document.end() && it->is_string() ? it->get<std::string>()
                                                                         : std::string();
}

// The package's file of that form ("md5_" ... ".md5"); bad_input unless there is exactly one.
Result<fs::path> file_of_form(const fs::path& package, std::string_view head,
                              std::string_view tail) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator it(package, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(head) && name.ends_with(tail)) found.push_back(it->path());
  }
  if (found.size() == 1) return found.front();
  return fail(ErrorKind::bad_input, "{}: is no package: there is not one {}*{}", package.string(),
              head, tail);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

Result<fs::path> usual_receipt_key() {
  const fs::path folder = own_settings_folder();
  if (folder.empty())
    return fail(ErrorKind::configuration,
                "there is no home for the key of receipts; --key-file names it");
  return folder / "receipt.key";
}

Result<std::string> package_root(const fs::path& package) {
  std::string lines;
  for (const auto& [head, tail] : {std::pair{"info", ".xml"}, {"md5", ".md5"}}) {
    const auto file = file_of_form(package, head, tail);
    if (!file) return pass(file);
    const auto digests = digest_file(*file);
    if (!digests) return pass(digests);
    lines += digests->sha256 + "  " + file->filename().string() + "\n";
  }
  return sha256_hex(lines);
}

Result<std::vector<std::string>> changed_files(const fs::path& package) {
  const auto list = file_of_form(package, "md5", ".md5");
  if (!list) return pass(list);
  const auto text = read_text(*list);
  if (!text) return pass(text);
  std::vector<std::string> wrong;
  std::size_t seen = 0;
  for (const std::string& line : split_text(*text, '\n')) {
    const std::string whole = trimmed(line);
    if (whole.empty()) continue;
    const std::size_t gap = whole.find_first_of(" \t");
    std::string name = gap == std::string::npos ? "" : trimmed(whole.substr(gap));
    if (name.starts_with('*')) name.erase(0, 1);
    std::replace(name.begin(), name.end(), '\\', '/');
    while (name.starts_with('/')) name.erase(0, 1);
    ++seen;
    const auto digests = digest_file(package / name);
    if (!digests)
      wrong.push_back(digests.error().message);
    else if (digests->md5 != lower_ascii(whole.substr(0, gap)))
      wrong.push_back(say(tr("{}: is not what was delivered"), name));
  }
  if (seen == 0) return fail(ErrorKind::bad_input, "{}: lists no files", list->string());
  return wrong;
}

Result<std::string> signed_receipt(const json& receipt, const SigningKey& key) {
  const std::string said = canonical(receipt);
  const auto signature = sign(key, said);
  if (!signature) return pass(signature);
  return canonical({{"receipt", receipt},
                    {"signature",
                     {{"algorithm", "Ed25519"}, {"key", key.shown}, {"value", *signature}}}}) +
         "\n";
}

Result<ReadReceipt> verified_receipt(std::string_view bytes) {
  const json document = json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!document.is_object() || document.size() != 2 || !document.contains("receipt") ||
      !document.contains("signature") || !document["receipt"].is_object() ||
      document["signature"].size() != 3 || text_in(document["signature"], "algorithm") != "Ed25519")
    return fail(ErrorKind::bad_input, "this is no receipt");
  if (canonical(document) + "\n" != bytes)
    return fail(ErrorKind::bad_input, "the receipt's file was changed");
  const json& signature = document["signature"];
  ReadReceipt read{document["receipt"], text_in(signature, "key")};
  if (!is_signed_by(read.key, canonical(read.receipt), text_in(signature, "value")))
    return fail(ErrorKind::bad_input, "the receipt is not what was signed");
  return read;
}

CatalogueLine catalogue_line(const json& receipt) {
  const json none = json::object();
  const auto part = [&](const char* key) -> const json& {
    return receipt.is_object() && receipt.contains(key) && receipt[key].is_object() ? receipt[key]
                                                                                    : none;
  };
  CatalogueLine line;
  const json& document = part("document");
  line.url = text_in(document, "url");
  line.pid = text_in(document, "pid");
  line.title = text_in(document, "title");
  line.package = text_in(part("package"), "id");
  line.delivered_at = text_in(part("times"), "proven");
  const json ids =
      document.is_object() && document.contains("identifiers") ? document["identifiers"] : none;
  for (const char* type : {"sysno", "ccnb", "barCode", "isbn", "issn", "urnnbn", "uuid"})
    if (line.record_id.empty() && !text_in(ids, type).empty()) {
      line.record_id = text_in(ids, type);
      line.id_type = type;
    }
  return line;
}

std::string csv_of(const std::vector<CatalogueLine>& lines) {
  std::string out = "record_id,id_type,url,pid,package,title,delivered_at\r\n";
  for (const CatalogueLine& l : lines) {
    bool first = true;
    for (const std::string& cell :
         {l.record_id, l.id_type, l.url, l.pid, l.package, l.title, l.delivered_at}) {
      out += (first ? "" : ",") + csv_cell(cell);
      first = false;
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace linka
