// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/info.h"

namespace linka {
namespace {

void write(const PackageInfo& info, std::uint64_t kilobytes, const XmlWriter::Sink& sink) {
  XmlWriter xml(sink);
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
  xml.open("itemlist").attribute("itemtotal", std::to_string(info.item_count));
  if (info.each_item) info.each_item([&](std::string_view item) { xml.leaf("item", item); });
  xml.close();
  xml.leaf("checksum", {{"type", "md5"}, {"checksum", info.checksum}}, info.checksum_file);
  xml.leaf("note", info.note);
  xml.done();
}

}  // namespace

void write_info(const PackageInfo& info, const XmlWriter::Sink& sink) {
  // The size stands inside what it counts: a second round settles its own digits.
  std::uint64_t kilobytes = 0;
  for (int round = 0; round < 3; ++round) {
    std::uint64_t own_bytes = 0;
    write(info, kilobytes, [&](std::string_view piece) { own_bytes += piece.size(); });
    const std::uint64_t now = (info.other_bytes + own_bytes + 1023) / 1024;
    if (now == kilobytes) break;
    kilobytes = now;
  }
  write(info, kilobytes, sink);
}

}  // namespace linka
