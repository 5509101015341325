// SPDX-License-Identifier: GPL-3.0-or-later
// An XML file of any size, read part by part: what a caller does not ask for is forgotten as it
// goes by, so that a file of gigabytes needs the memory of its largest part. As in xml_reader: no
// network, no external file, a document that declares entities is refused.
#pragma once

#include "base/result.h"
#include "formats/xml_reader.h"

#include <filesystem>
#include <functional>
#include <string_view>

namespace linka {

struct XmlParts {
  // Asked at each start tag that is not inside a part: true when the element is to be handed over
  // whole. Its attributes and the open elements above it can be seen, nothing else.
  std::function<bool(const XmlElement&)> is_part;
  // A part, when it has ended. Its views die with the call.
  std::function<Result<void>(const XmlElement&)> take;
  // Asked at each start tag inside a part: true when the text standing directly in the element is
  // not to be kept but handed on in pieces. Both may be empty.
  std::function<bool(const XmlElement&)> flows = {};
  std::function<Result<void>(const XmlElement&, std::string_view)> flow = {};
};

// Errors: bad_input (no such file, not well-formed: the parser's sentence with its line), io, and
// whatever `take` or `flow` say, which end the reading.
Result<void> read_xml_parts(const std::filesystem::path& file, const XmlParts& parts);

// Whether text, if only white space, stands before an element's first child.
bool begins_with_text(const XmlElement& element);

}  // namespace linka
