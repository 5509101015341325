// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/info.h"

#include "formats/xml_writer.h"

namespace linka {
namespace {

std::string written(const PackageInfo& info, std::uint64_t kilobytes) {
  XmlWriter xml;
  xml.open("info");
  xml.leaf("created", info.created);
  xml.leaf("metadataversion", info.metadata_version);
  xml.leaf("packageid", info.package_id);
  xml.leaf("mainmets", info.main_mets);
  xml.leaf("validation", {{"version", info.validator_version}}, info.validator);
  for (const auto& [type, value] : info.titles) xml.leaf("titleid", {{"type", type}}, value);
  xml.leaf("collection", info.collection);
  xml.leaf("institution", info.institution);
  xml.leaf("creator", info.creator);
  xml.leaf("size", std::to_string(kilobytes));
  xml.open("itemlist").attribute("itemtotal", std::to_string(info.items.size()));
  for (const std::string& item : info.items) xml.leaf("item", item);
  xml.close();
  xml.leaf("checksum", {{"type", "md5"}, {"checksum", info.checksum}}, info.checksum_file);
  xml.leaf("note", info.note);
  return xml.done();
}

}  // namespace

std::string to_info(const PackageInfo& info) {
  // The size stands inside what it counts: a second round settles its own digits.
  std::uint64_t kilobytes = 0;
  std::string text = written(info, kilobytes);
  for (int round = 0; round < 3; ++round) {
    const std::uint64_t now = (info.other_bytes + text.size() + 1023) / 1024;
    if (now == kilobytes) break;
    kilobytes = now;
    text = written(info, kilobytes);
  }
  return text;
}

}  // namespace linka
