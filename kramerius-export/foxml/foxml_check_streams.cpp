// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_check_streams.h"

#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/foxml/foxml_text.h"
#include "kramerius-export/foxml/mods_copy.h"
#include "kramerius-export/foxml/psp.h"

#include <algorithm>
#include <array>

namespace linka {
namespace {

constexpr std::string_view mods_space = "http://www.loc.gov/mods/v3";
constexpr std::string_view dc_space = "http://www.openarchives.org/OAI/2.0/oai_dc/";

struct StreamRow {
  std::string_view id, groups, mimes;  // groups: letters; mimes: each between blanks, "" = any
};
constexpr auto streams = std::to_array<StreamRow>(
    {{"DC", "X", " text/xml "},
     {"BIBLIO_MODS", "X", " text/xml "},
     {"RELS-EXT", "X", " application/rdf+xml text/xml "},
     {"IMG_FULL", "EM", " image/jpeg image/jp2 application/pdf application/epub+zip "},
     {"IMG_PREVIEW", "EM", " image/jpeg "},
     {"IMG_THUMB", "EM", " image/jpeg "},
     {"TEXT_OCR", "M", " text/plain "},
     {"ALTO", "M", " text/xml "},
     {"IMG_FULL_AMD", "M", " text/xml "},
     {"STRUCT_MAP", "M", " text/xml "},
     {"MP3", "EM", " audio/mpeg "},
     {"OGG", "EM", " audio/ogg "},
     {"WAV", "EM", " audio/wave audio/wav audio/x-wav "},
     {"POLICY", "E", ""},
     {"MIGRATION", "XEM", ""},
     {"AUDIT", "XEM", ""},
     {"IMG_FULL_ADM", "XEM", ""},
     {"TEXT_OCR_ADM", "XEM", ""}});

const StreamRow* row_of(std::string_view id) {
  for (const StreamRow& row : streams)
    if (row.id == id) return &row;
  return nullptr;
}

bool begins(ByteView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// Whether the first bytes are those of the type; types we do not know are taken on trust.
bool is_of_type(ByteView bytes, std::string_view mime) {
  using namespace std::string_view_literals;
  if (mime == "image/jpeg") return begins(bytes, "\xff\xd8\xff");
  if (mime == "image/jp2") return begins(bytes, "\0\0\0\x0cjP  \r\n\x87\n"sv);
  if (mime == "application/pdf") return begins(bytes, "%PDF");
  if (mime == "application/epub+zip") return begins(bytes, "PK");
  return true;
}

bool is_web_address(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

}  // namespace

bool is_known_stream(std::string_view id) {
  return row_of(id) != nullptr;
}

void StreamChecker::say_it(std::string_view rule, int line, std::string message) {
  findings_.add(rule, file_, line, std::move(message));
}

void StreamChecker::fault(std::string_view rule, int line, std::string message) {
  mods_.push_back({rule, line, std::move(message)});
}

void StreamChecker::check(const StreamSeen& seen) {
  if (!check_content(seen)) return;
  check_mime(seen);
  if (seen.group == "X") {
    const XmlElement root = seen.version.child("xmlContent").children().front();
    if (seen.id == "BIBLIO_MODS") check_mods(root);
    if (seen.id == "DC") check_dc(root);
    if (seen.id == "RELS-EXT") check_rels(root);
    return;
  }
  if (const XmlElement place = seen.version.child("contentLocation")) {
    check_url(seen, place.attribute("REF"));
    return;
  }
  check_bytes(seen);
}

// True when there is a content of the right kind to look into.
bool StreamChecker::check_content(const StreamSeen& seen) {
  const StreamRow* row = row_of(seen.id);
  const int line = seen.version.line();
  const bool group_fits = row == nullptr || row->groups.find(seen.group) != std::string_view::npos;
  if (seen.group.size() != 1 || !group_fits) {
    say_it(seen.id == "RELS-EXT" ? "FOXML_RELS" : "FOXML_CONTENT", line,
           say(tr("the stream {} is of the control group \"{}\""), seen.id, seen.group));
    return false;
  }
  const XmlElement xml = seen.version.child("xmlContent");
  const bool binary = static_cast<bool>(seen.version.child("binaryContent"));
  const XmlElement place = seen.version.child("contentLocation");
  const bool fits = seen.group == "X"   ? xml && xml.children().size() == 1
                    : seen.group == "E" ? place && place.attribute("TYPE") == "URL"
                                        : binary != static_cast<bool>(place);
  if (!fits || seen.version.children().size() != 1) {
    say_it("FOXML_CONTENT", line,
           say(tr("the content of the stream {} does not fit the control group {}"), seen.id,
               seen.group));
    return false;
  }
  return true;
}

void StreamChecker::check_mime(const StreamSeen& seen) {
  const StreamRow* row = row_of(seen.id);
  const std::string mime = seen.version.attribute("MIMETYPE");
  const bool known = row == nullptr || row->mimes.empty() ||
                     row->mimes.find(" " + mime + " ") != std::string_view::npos;
  // A URL of an image server delivers JPEG, whatever lies on its disk.
  const bool jp2_by_url = seen.group == "E" && mime == "image/jp2";
  if (mime.empty() || !known || jp2_by_url)
    say_it("FOXML_MIMETYPE", seen.version.line(),
           say(tr("the MIME type of the stream {} is \"{}\""), seen.id, mime));
}

void StreamChecker::check_url(const StreamSeen& seen, const std::string& url) {
  if (seen.id == "POLICY") return;
  const bool internal = url.starts_with("http://local.fedora.server");
  if (!is_web_address(url) || internal || url.find(' ') != std::string::npos)
    say_it("FOXML_URL", seen.version.line(),
           say(tr("the stream {} refers to \"{}\""), seen.id, url));
  if (seen.id == "IMG_FULL") object_.full_url = url;
}

void StreamChecker::check_bytes(const StreamSeen& seen) {
  const int line = seen.version.line();
  if (!seen.base64_good) {
    say_it("FOXML_BASE64", line, say(tr("the content of the stream {} is no base64"), seen.id));
    return;
  }
  if (seen.id == "TEXT_OCR") return check_text(seen);
  const std::string mime = seen.version.attribute("MIMETYPE");
  if (seen.size == 0 || !is_of_type(seen.kept, mime))
    say_it("FOXML_CONTENT_TYPE", line,
           say(tr("the content of the stream {} is not {}"), seen.id, mime));
  if (seen.id != "ALTO" || seen.size == 0 || seen.kept.size() < seen.size) return;
  const auto doc = XmlDocument::parse(seen.kept);
  if (!doc)
    say_it("FOXML_ALTO", line, doc.error().message);
  else if (lower_ascii(doc->root().name()) != "alto")
    say_it("FOXML_ALTO", line, say(tr("the layout is <{}>"), doc->root().name()));
}

void StreamChecker::check_text(const StreamSeen& seen) {
  const TextFaults faults = faults_in(seen.kept);
  const int line = seen.version.line();
  if (faults.byte_order_mark)
    say_it("FOXML_TEXT_BOM", line, tr("the text begins with a byte-order mark"));
  if (faults.not_utf8) say_it("FOXML_TEXT_ENCODING", line, tr("the text is not UTF-8"));
  if (faults.control && !faults.not_utf8)
    say_it("FOXML_TEXT_CONTROL", line,
           say(tr("the text holds the control character U+{:04X}"), faults.code));
  if (seen.size == 0) say_it("FOXML_TEXT_EMPTY", line, tr("the text is empty"));
}

void StreamChecker::check_mods(const XmlElement& root) {
  const auto records = root.children("mods");
  if (root.name() != "modsCollection" || root.name_space() != mods_space || records.size() != 1 ||
      records.front().name_space() != mods_space) {
    fault("FOXML_MODS_ROOT", root.line(),
          say(tr("the root is <{}> with {} records"), root.name(), records.size()));
    return;
  }
  const XmlElement& mods = records.front();
  if (shown_title(mods).empty()) fault("FOXML_TITLE", mods.line(), tr("the record has no title"));
  bool has_uuid = false;
  for (const XmlElement& id : mods.children("identifier")) {
    const std::string type = id.attribute("type"), value = id.text();
    has_uuid = has_uuid || type == "uuid";
    if (type == "uuid" && "uuid:" + plain_uuid(value) != object_.pid)
      fault("FOXML_MODS_UUID", id.line(), say(tr("the record's uuid is \"{}\""), value));
    if (type != "barCode" && lower_ascii(type) == "barcode")
      fault("FOXML_BARCODE", id.line(), say(tr("the identifier is of the type \"{}\""), type));
    if (type == "urnnbn" && !id.has("invalid")) object_.urnnbn = value;
  }
  if (!has_uuid) fault("FOXML_MODS_UUID", mods.line(), tr("the record has no uuid"));
  for (const XmlElement& title : mods.children("titleInfo"))
    if (const XmlElement words = title.child("nonSort"))
      if (const std::string text = words.own_text(); non_sort_text(text) != text)
        fault("FOXML_NON_SORT", words.line(), say(tr("the non-sorting words are \"{}\""), text));
  check_dates(mods);
  check_page_record(mods);
}

// Kramerius looks into the first origin; dates with a point come before a plain one.
void StreamChecker::check_dates(const XmlElement& mods) {
  const auto dates = mods.child("originInfo").children("dateIssued");
  if (std::any_of(dates.begin(), dates.end(), [](const XmlElement& d) { return d.has("point"); }))
    return;
  for (const XmlElement& date : dates)
    if (!is_known_date(date.text()))
      fault("FOXML_DATE", date.line(), say(tr("the date of issue is \"{}\""), date.text()));
}

void StreamChecker::check_page_record(const XmlElement& mods) {
  const auto parts = mods.children("part");
  if (parts.size() != 1)
    return fault("FOXML_PAGE_PART", mods.line(), say(tr("the record has {} parts"), parts.size()));
  const XmlElement& part = parts.front();
  const std::string type = part.attribute("type");
  if (type.empty()) fault("FOXML_PAGE_TYPE", part.line(), tr("the page has no type"));
  if (!type.empty() && !is_shown_page_type(type))
    fault("FOXML_PAGE_TYPE_WORD", part.line(), say(tr("the page's type is \"{}\""), type));
  std::string number, index;
  for (const XmlElement& detail : part.children("detail")) {
    const std::string kind = detail.attribute("type");
    if (kind == "pageNumber" || kind == "page number") number = detail.child("number").text();
    if (kind == "pageIndex") index = detail.child("number").text();
  }
  if (number.empty()) fault("FOXML_PAGE_NUMBER", part.line(), tr("the page has no number"));
  object_.index = whole_number(index);
  if (object_.index == 0)
    fault("FOXML_PAGE_INDEX", part.line(), say(tr("the page's index is \"{}\""), index));
}

void StreamChecker::check_dc(const XmlElement& root) {
  if (root.name() != "dc" || root.name_space() != dc_space)
    return say_it("FOXML_DC", root.line(), say(tr("the root is <{}>"), root.name()));
  bool title = false;
  for (const XmlElement& e : root.children("title")) title = title || !e.text().empty();
  if (!title) say_it("FOXML_DC", root.line(), tr("Dublin Core has no title"));
  for (const XmlElement& e : root.children("type")) dc_types_.insert(e.text());
}

}  // namespace linka
