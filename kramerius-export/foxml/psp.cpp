// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/psp.h"

#include "base/files.h"
#include "base/text.h"
#include "formats/xml_parts.h"
#include "model/record.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t info_limit = 64u << 20;  // bytes of an info file; large ones list files

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::string& word : split_text(text, ' '))
    if (std::string plain = trimmed(word); !plain.empty()) out.push_back(std::move(plain));
  return out;
}

std::uint64_t number_of(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

PspPageRecord page_record_of(const XmlElement& mods) {
  PspPageRecord out;
  out.line = mods.line();
  for (const XmlElement& id : mods.children("identifier"))
    if (id.attribute("type") == "uuid") out.uuids.push_back(id.own_text());
  for (const XmlElement& part : mods.children("part")) {
    if (out.type.empty()) out.type = part.attribute("type");
    for (const XmlElement& detail : part.children("detail")) {
      const std::string kind = detail.attribute("type"), value = detail.child("number").text();
      if (kind == "pageIndex" && out.index.empty()) out.index = value;
      if ((kind == "pageNumber" || kind == "page number") && out.number.empty()) out.number = value;
    }
  }
  for (const XmlElement& note : mods.children("note")) {
    const std::string text = note.text();
    if (out.placement.empty() && (text == "left" || text == "right" || text == "singlePage"))
      out.placement = text;
  }
  for (const XmlElement& genre : mods.children("genre"))
    out.represents = out.represents || lower_ascii(genre.text()) == "reprepage";
  return out;
}

bool is_page_record(const std::string& id, const XmlElement& mods) {
  if (id.starts_with("MODSMD_PAGE")) return true;
  for (const XmlElement& genre : mods.children("genre"))
    if (const std::string word = lower_ascii(genre.text()); word == "page" || word == "reprepage")
      return true;
  return false;
}

PspDiv div_of(const XmlElement& e) {
  PspDiv out;
  out.id = e.attribute("ID");
  out.type = e.attribute("TYPE");
  out.label = e.attribute("LABEL");
  out.order = e.attribute("ORDER");
  out.order_label = e.attribute("ORDERLABEL");
  out.records = words_of(e.attribute("DMDID"));
  out.line = e.line();
  for (const XmlElement& pointer : e.children("fptr"))
    if (pointer.has("FILEID")) out.files.push_back(pointer.attribute("FILEID"));
  for (const XmlElement& inner : e.children("div")) out.below.push_back(div_of(inner));
  return out;
}

class MetsReader {
 public:
  explicit MetsReader(Psp& psp) : psp_(psp) {}

  Result<void> read(const fs::path& file) {
    XmlParts parts;
    parts.is_part = [&](const XmlElement& e) { return is_part(e); };
    parts.take = [&](const XmlElement& e) { return take(e); };
    return read_xml_parts(file, parts);
  }

 private:
  static bool is_physical(const XmlElement& map) {
    return map.name() == "structMap" && lower_ascii(map.attribute("TYPE")) == "physical";
  }

  bool is_part(const XmlElement& e) {
    const std::string name = e.name();
    if (name == "fileGrp") psp_.groups.push_back({e.attribute("ID"), e.line()});
    if (name == "structLink") psp_.has_links = true;
    if (is_physical(e)) psp_.has_physical = true;
    if (name == "structMap") return !is_physical(e);
    if (name == "div") return is_physical(e.parent().parent());
    return name == "dmdSec" || name == "file" || name == "smLink";
  }

  Result<void> take(const XmlElement& e) {
    const std::string name = e.name();
    if (name == "dmdSec") return take_record(e);
    if (name == "file") take_file(e);
    if (name == "div") psp_.pages.push_back(div_of(e));
    if (name == "smLink")
      psp_.links.push_back({e.attribute("xlink:from"), e.attribute("xlink:to"), e.line()});
    if (name == "structMap") take_map(e);
    return {};
  }

  Result<void> take_record(const XmlElement& e) {
    const std::string id = e.attribute("ID"),
                      type = lower_ascii(e.child("mdWrap").attribute("MDTYPE"));
    const std::vector<XmlElement> inside = e.child("mdWrap").child("xmlData").children();
    if (inside.empty()) return {};
    const XmlElement mods = mods_of(inside.front());
    if (type == "mods" && mods && is_page_record(id, mods)) {
      psp_.page_records.insert_or_assign(id, page_record_of(mods));
      return {};
    }
    if (type != "mods" && (type != "dc" || id.starts_with("DCMD_PAGE"))) return {};
    auto copy = XmlDocument::copy_of(inside.front());
    if (!copy) return pass(copy);
    auto& list = type == "mods" ? psp_.records : psp_.dublin_cores;
    list.insert_or_assign(id, PspRecord{std::move(*copy), e.line()});
    return {};
  }

  void take_file(const XmlElement& e) {
    PspFile file;
    file.href = e.child("FLocat").attribute("xlink:href");
    std::replace(file.href.begin(), file.href.end(), '\\', '/');
    file.group = e.parent().attribute("ID");
    file.mime = e.attribute("MIMETYPE");
    if (lower_ascii(e.attribute("CHECKSUMTYPE")) == "md5")
      file.md5 = lower_ascii(e.attribute("CHECKSUM"));
    file.bytes = number_of(e.attribute("SIZE"));
    file.line = e.line();
    psp_.files.insert_or_assign(e.attribute("ID"), std::move(file));
  }

  void take_map(const XmlElement& e) {
    if (lower_ascii(e.attribute("TYPE")) == "logical") {
      psp_.has_logical = true;
      for (const XmlElement& div : e.children("div")) psp_.logical.push_back(div_of(div));
    } else if (!e.has("TYPE")) {
      psp_.has_untyped = true;
    }
  }

  Psp& psp_;
};

void read_info(Psp& psp) {
  if (psp.info_files.empty()) {
    psp.info_problem = tr("there is no info file");
    return;
  }
  auto bytes = read_file(psp.root / psp.info_files.front(), info_limit);
  if (!bytes) {
    psp.info_problem = bytes.error().message;
    return;
  }
  const auto doc = XmlDocument::parse(*bytes);
  if (!doc) {
    psp.info_problem = doc.error().message;
    return;
  }
  psp.has_package_id = static_cast<bool>(doc->root().child("packageid"));
  psp.package_id = doc->root().child("packageid").text();
  psp.main_mets = doc->root().child("mainmets").text();
}

// The main METS: the one that the info file names, else the only one there.
void choose_mets(Psp& psp) {
  if (!psp.main_mets.empty())
    psp.mets_file = psp.main_mets.starts_with("/") ? psp.main_mets.substr(1) : psp.main_mets;
  else if (psp.mets_files.size() == 1)
    psp.mets_file = psp.mets_files.front();
  else
    psp.mets_problem = psp.mets_files.empty()
                           ? tr("there is no METS file")
                           : tr("there are several METS files and the info file names none");
}

}  // namespace

XmlElement mods_of(const XmlElement& root) {
  return root.name() == "modsCollection" ? root.child("mods") : root;
}

std::string plain_uuid(std::string_view text) {
  std::string plain = lower_ascii(trimmed(text));
  if (plain.starts_with("uuid:")) plain = plain.substr(5);
  std::erase_if(plain, [](char c) { return c == '{' || c == '}'; });
  return is_uuid(plain) ? plain : std::string();
}

int whole_number(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

bool is_shown_page_type(std::string_view type) {
  static const std::set<std::string_view> shown{"abstract",
                                                "advertisement",
                                                "anotation",
                                                "appendix",
                                                "backcover",
                                                "backendpaper",
                                                "backendsheet",
                                                "bibliographicalportrait",
                                                "bibliography",
                                                "blank",
                                                "booklet",
                                                "calibrationtable",
                                                "case",
                                                "colophon",
                                                "cover",
                                                "dedication",
                                                "edge",
                                                "editorial",
                                                "errata",
                                                "flyleaf",
                                                "frontcover",
                                                "frontendpaper",
                                                "frontendsheet",
                                                "frontispiece",
                                                "frontjacket",
                                                "illustration",
                                                "imgdisc",
                                                "impressum",
                                                "imprimatur",
                                                "index",
                                                "interview",
                                                "introduction",
                                                "jacket",
                                                "listofillustrations",
                                                "listofmaps",
                                                "listofsupplements",
                                                "listoftables",
                                                "mainarticle",
                                                "manuscriptnotes",
                                                "map",
                                                "news",
                                                "normalpage",
                                                "obituary",
                                                "other",
                                                "preface",
                                                "review",
                                                "sheetmusic",
                                                "spine",
                                                "table",
                                                "tableofcontents",
                                                "titlepage",
                                                "unknown"};
  // Used by others too and shown as they are: nothing is wrong with the page.
  static const std::set<std::string_view> untranslated{"afterword", "audio", "conclusion",
                                                       "fragmentsofbookbinding", "scalereference"};
  const std::string word = lower_ascii(type);
  return shown.contains(word) || untranslated.contains(word);
}

Result<Psp> read_psp(const fs::path& folder) {
  Psp psp;
  psp.root = folder;
  std::error_code code;
  if (!fs::is_directory(folder, code))
    return fail(ErrorKind::bad_input, "{}: there is no such package", folder.string());
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string(), lower = lower_ascii(name);
    if (!lower.ends_with(".xml")) continue;
    if (lower.starts_with("info")) psp.info_files.push_back(name);
    if (lower.starts_with("mets")) psp.mets_files.push_back(name);
  }
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  std::sort(psp.info_files.begin(), psp.info_files.end());
  std::sort(psp.mets_files.begin(), psp.mets_files.end());
  read_info(psp);
  choose_mets(psp);
  if (!psp.mets_problem.empty()) return psp;
  if (const auto read = MetsReader(psp).read(folder / psp.mets_file); !read)
    psp.mets_problem = read.error().message;
  return psp;
}

}  // namespace linka
