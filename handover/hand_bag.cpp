// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/hand_bag.h"

#include "base/text.h"
#include "handover/document.h"

#include <algorithm>

namespace linka {

BagInfo info_of_package(const std::filesystem::path& folder) {
  BagInfo info;
  const auto document = guarded<HandedDocument>("bag", [&] { return read_document(folder); });
  if (!document) return info;
  const auto add = [&](const char* label, const std::string& value) {
    std::string line = trimmed(clean_utf8(value));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (!line.empty()) info.emplace_back(label, std::move(line));
  };
  add("Source-Organization", document->institution);
  add("External-Identifier", document->urnnbn);
  add("External-Identifier", "uuid:" + document->uuid);
  add("External-Description", document->title);
  add("Internal-Sender-Identifier", document->id);
  return info;
}

}  // namespace linka
