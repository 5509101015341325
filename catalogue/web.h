// SPDX-License-Identifier: GPL-3.0-or-later
// What catalogues that are asked over HTTP share; used by web.cpp, alma.cpp and aleph_items.cpp
// only. What comes back is untrusted: bounded in size, without DTD or entities, and never shown as
// it is.
#pragma once

#include "catalogue/lookup.h"
#include "formats/xml_reader.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka::web {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// What a server says of itself, short enough for a message.
std::string said(std::string text);
// A whole number; 0 when it is none.
std::size_t count_in(const std::string& text);
XmlElement first_below(const XmlElement& e, std::string_view name);
// A record inside an answer's envelope, as elements or packed as text.
Result<std::vector<MarcRecord>> records_below(const XmlElement& envelope);
// MARCXML that came as text. Errors: bad_input.
Result<std::vector<MarcRecord>> records_in_text(const std::string& packed);

// An answer of status 200, or of a client's fault (400) when that is wanted. Errors as look_up().
Result<HttpAnswer> fetch(const Catalogue& catalogue, const Parameters& parameters,
                         const std::string& secret, const std::string& accept, const HttpStop& stop,
                         bool also_refused = false);
Result<XmlDocument> fetch_xml(const Catalogue& catalogue, const Parameters& parameters,
                              const std::string& secret, const HttpStop& stop);
// Error bad_input when the answer is a page for people.
Result<void> no_page(const HttpAnswer& answer, const std::string& host);

}  // namespace linka::web
