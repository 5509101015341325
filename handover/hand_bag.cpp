// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/hand_bag.h"

#include "base/text.h"
#include "formats/premis3.h"
#include "handover/document.h"

#include <algorithm>
#include <utility>

namespace linka {
namespace {

BagInfo info_of(const HandedDocument& document) {
  BagInfo info;
  const auto add = [&](const char* label, const std::string& value) {
    std::string line = trimmed(clean_utf8(value));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (!line.empty()) info.emplace_back(label, std::move(line));
  };
  add("Source-Organization", document.institution);
  add("External-Identifier", document.urnnbn);
  add("External-Identifier", "uuid:" + document.uuid);
  add("External-Description", document.title);
  add("Internal-Sender-Identifier", document.id);
  return info;
}

std::string premis_of(const HandedDocument& document, const std::string& name,
                      const std::string& program, const std::string& version, Time made_at) {
  const std::string agent = program + "-" + version, at = iso8601(made_at);
  HandedEntity entity;
  entity.identifiers = {{"uuid", "uuid:" + document.uuid}};
  if (!document.urnnbn.empty()) entity.identifiers.emplace_back("urnnbn", document.urnnbn);
  entity.identifiers.emplace_back("NDK package", document.id);
  entity.original_name = name;
  entity.events = {
      {"digests", "message digest calculation", "SHA-256 and SHA-512 of every file", at, agent},
      {"bag", "information package creation", "BagIt 1.0 (RFC 8493)", at, agent}};
  entity.agents = {{agent, program, version, "software"}};
  return premis3_text(entity);
}

}  // namespace

PackageWords words_of_package(const std::filesystem::path& folder, const std::string& program,
                              const std::string& version, Time made_at) {
  const auto document = guarded<HandedDocument>("package", [&] { return read_document(folder); });
  if (!document) return {};
  const std::string premis =
      premis_of(*document, folder.filename().string(), program, version, made_at);
  return {info_of(*document), {{"metadata/premis.xml", premis}}};
}

}  // namespace linka
