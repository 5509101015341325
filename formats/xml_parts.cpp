// SPDX-License-Identifier: GPL-3.0-or-later
// libxml2's push parser fills a tree that forgets what has ended and keeps long texts out of it.
#include "formats/xml_parts.h"

#include "formats/crowded_elements.h"
#include "formats/xml_tree.h"

#include <libxml/parserInternals.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace linka {
namespace {

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const noexcept {
    if (parser->myDoc) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

}  // namespace

Result<void> read_xml_parts(const std::filesystem::path& file, const XmlParts& parts) {
  start_xml_library();
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(kind_of_errno(errno), "{}: cannot be read: {}", file.string(),
                std::strerror(errno));
  XmlFiller filler(&parts);
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      xmlCreatePushParserCtxt(nullptr, nullptr, nullptr, 0, nullptr));
  if (!parser) return fail(ErrorKind::resource, "not enough memory for an XML parser");
  xmlCtxtUseOptions(parser.get(), xml_options);
  filler.listen_to(*parser);
  CrowdedElements crowded;
  std::array<char, 64 * 1024> piece;
  bool any = false;
  while (in && !filler.problem) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<int>(in.gcount());
    any = any || got > 0;
    if (crowded.found_in(
            {reinterpret_cast<const std::uint8_t*>(piece.data()), static_cast<std::size_t>(got)}))
      return fail(ErrorKind::bad_input,
                  "{}: the XML file has an element with more than {} attributes", file.string(),
                  CrowdedElements::most_attributes);
    if (got > 0 && xmlParseChunk(parser.get(), piece.data(), got, 0) != 0) break;
  }
  if (filler.problem) return tl::unexpected(*filler.problem);
  if (in.bad()) return fail(ErrorKind::io, "{}: cannot be read", file.string());
  if (!any) return fail(ErrorKind::bad_input, "the XML file is empty");
  xmlParseChunk(parser.get(), nullptr, 0, 1);
  if (filler.problem) return tl::unexpected(*filler.problem);
  if (!parser->wellFormed)
    return fail(ErrorKind::bad_input, "not well-formed XML: {}",
                complaint_of(xmlCtxtGetLastError(parser.get())));
  return {};
}

bool begins_with_text(const XmlElement& element) {
  if (!element) return false;
  const XmlTree& tree = *XmlTree::tree_of(element);
  const std::uint32_t first = XmlTree::place_of(element) + 1;
  return first < tree.end_of(first - 1) && tree.node(first).name == 0;
}

}  // namespace linka
