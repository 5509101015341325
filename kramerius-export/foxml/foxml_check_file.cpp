// SPDX-License-Identifier: GPL-3.0-or-later
// One object, read part by part: embedded files go by and only what has to be looked at is kept.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_parts.h"
#include "kramerius-export/foxml/base64.h"
#include "kramerius-export/foxml/foxml_check.h"
#include "kramerius-export/foxml/foxml_check_streams.h"
#include "kramerius-export/foxml/psp.h"
#include "model/record.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view foxml_space = "info:fedora/fedora-system:def/foxml#";
constexpr std::size_t kept_limit = 64u << 20;  // bytes of a text or a layout that are looked at
constexpr std::size_t head_bytes = 16;         // of other embedded files

std::size_t characters(std::string_view text) {  // as Java counts
  std::size_t n = 0;
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    n += b >= 0xf0 ? 2u : (b & 0xc0) == 0x80 ? 0u : 1u;
  }
  return n;
}

class FileChecker {
 public:
  FileChecker(const fs::path& folder, std::string file, FoxmlFindings& findings)
      : folder_(folder), file_(std::move(file)), all_(findings), findings_(here_) {}

  std::optional<CheckedObject> run() {
    XmlParts parts;
    parts.is_part = [&](const XmlElement& e) { return is_part(e); };
    parts.take = [&](const XmlElement& e) { return take(e); };
    parts.flows = [](const XmlElement& e) { return e.name() == "binaryContent"; };
    parts.flow = [&](const XmlElement& e, std::string_view piece) { return flow(e, piece); };
    const auto read = read_xml_parts(folder_ / file_, parts);
    if (foreign_) {
      all_.add("FOXML_NOT_FOXML", file_, 0, tr("it is no FOXML object"));
      return std::nullopt;
    }
    if (!read) {
      all_.add("FOXML_NOT_XML", file_, 0, read.error().message);
      return std::nullopt;
    }
    object_.file = file_;
    check_whole();
    for (Finding& finding : here_.findings) all_.add(std::move(finding));
    return std::move(object_);
  }

 private:
  void say_it(std::string_view rule, int line, std::string message) {
    findings_.add(rule, file_, line, std::move(message));
  }

  bool is_part(const XmlElement& e) {
    if (!e.parent()) {
      if (e.name() != "digitalObject" || e.name_space() != foxml_space) {
        foreign_ = true;
        return false;
      }
      check_root(e);
      return false;
    }
    if (foreign_ || e.parent().parent()) return false;
    ++parts_seen_;
    return e.name() == "objectProperties" || e.name() == "datastream";
  }

  void check_root(const XmlElement& e) {
    if (e.attribute("VERSION") != "1.1")
      say_it("FOXML_VERSION", e.line(), say(tr("the version is \"{}\""), e.attribute("VERSION")));
    object_.pid = e.attribute("PID");
    const bool good = object_.pid.starts_with("uuid:") && is_uuid(object_.pid.substr(5));
    if (!good) say_it("FOXML_PID", e.line(), say(tr("the PID is \"{}\""), object_.pid));
    if (good && fs::path(file_).filename().string() != object_.pid.substr(5) + ".xml")
      say_it("FOXML_FILE_NAME", 0, say(tr("the object is {}"), object_.pid));
  }

  Result<void> take(const XmlElement& e) {
    if (e.name() == "objectProperties")
      take_properties(e);
    else
      take_stream(e);
    stream_ = {};
    return {};
  }

  void take_properties(const XmlElement& e) {
    properties_first_ = parts_seen_ == 1;
    for (const XmlElement& property : e.children("property")) {
      const std::string name = property.attribute("NAME"), value = property.attribute("VALUE");
      if (name.ends_with("model#state") && value != "Active")
        say_it("FOXML_STATE", property.line(), say(tr("the state is \"{}\""), value));
      if (name.ends_with("model#label") && characters(value) > foxml_label_limit)
        say_it("FOXML_LABEL", property.line(),
               say(tr("the label has {} characters"), characters(value)));
    }
  }

  // Embedded bytes as they go by.
  Result<void> flow(const XmlElement& content, std::string_view piece) {
    if (!stream_.started) {
      stream_.started = true;
      const std::string id = content.parent().parent().attribute("ID");
      stream_.keeps = id == "TEXT_OCR" || id == "ALTO" || id == "IMG_FULL_AMD";
    }
    Bytes bytes;
    stream_.good = stream_.reader.add(piece, bytes) && stream_.good;
    stream_.size += bytes.size();
    const std::size_t limit = stream_.keeps ? kept_limit : head_bytes;
    const std::size_t room = limit - std::min(limit, stream_.kept.size());
    stream_.kept.insert(stream_.kept.end(), bytes.begin(),
                        bytes.begin() + static_cast<std::ptrdiff_t>(std::min(room, bytes.size())));
    return {};
  }

  void take_stream(const XmlElement& e) {
    const std::string id = e.attribute("ID");
    if (!streams_.insert(id).second) {
      say_it("FOXML_STREAM_TWICE", e.line(), say(tr("the stream {} stands there twice"), id));
      return;
    }
    if (!is_known_stream(id))
      say_it("FOXML_STREAM_UNKNOWN", e.line(), say(tr("the stream \"{}\" is not used"), id));
    const auto versions = e.children("datastreamVersion");
    if (versions.size() != 1) {
      say_it("FOXML_STREAM_VERSIONS", e.line(),
             say(tr("the stream {} has {} versions"), id, versions.size()));
      if (versions.empty()) return;
    }
    const XmlElement& version = versions.back();
    check_version_id(id, version);
    StreamSeen seen{id,           e.attribute("CONTROL_GROUP"),          version, stream_.kept,
                    stream_.size, stream_.good && stream_.reader.whole()};
    check_stream(seen);
  }

  void check_version_id(const std::string& id, const XmlElement& version) {
    const std::string name = version.attribute("ID");
    int number = 0;
    const std::string_view tail = name.starts_with(id + ".")
                                      ? std::string_view(name).substr(id.size() + 1)
                                      : std::string_view();
    const auto [end, code] = std::from_chars(tail.data(), tail.data() + tail.size(), number);
    if (tail.empty() || code != std::errc() || end != tail.data() + tail.size() || number < 0)
      say_it("FOXML_VERSION_ID", version.line(),
             say(tr("the version of {} is named \"{}\""), id, name));
  }

  void check_stream(const StreamSeen& seen) {
    StreamChecker checker(object_, findings_, file_);
    checker.check(seen);
    if (seen.id == "RELS-EXT") rels_blank_line_ = checker.blank_before_description();
    if (seen.id == "BIBLIO_MODS") has_mods_ = true;
    if (seen.id == "DC") has_dc_ = true;
    if (seen.id == "RELS-EXT") has_rels_ = true;
    if (seen.id.starts_with("IMG_") && seen.id != "IMG_FULL_AMD") {
      const bool jp2 = seen.version.attribute("MIMETYPE") == "image/jp2";
      ++(seen.group == "E" ? located_ : jp2 ? moved_ : embedded_);
    }
    if (!checker.mods_seen().empty()) mods_ = checker.mods_seen();
    if (!checker.dc_types().empty()) dc_types_ = checker.dc_types();
  }

  // What the streams say of each other.
  void check_whole() {
    if (!properties_first_)
      say_it("FOXML_PROPERTIES", 0, tr("the object does not begin with its properties"));
    if (!has_mods_) say_it("FOXML_MODS", 0, tr("there is no MODS record"));
    if (!has_dc_) say_it("FOXML_DC", 0, tr("there is no Dublin Core record"));
    if (!has_rels_) say_it("FOXML_RELS", 0, tr("there are no relations"));
    if (has_dc_ && !object_.model.empty() && !dc_types_.contains("model:" + object_.model))
      say_it("FOXML_DC_TYPE", 0, say(tr("dc:type does not name the model {}"), object_.model));
    if (rels_blank_line_ > 0 && moved_ > 0)
      say_it("FOXML_RDF_BLANK", rels_blank_line_, tr("white space stands before rdf:Description"));
    for (const ModsFault& fault : mods_) {
      const bool of_page = fault.rule.starts_with("FOXML_PAGE");
      if (of_page && object_.model != "page") continue;
      const bool titled = !object_.model.empty() && object_.model != "page";
      if (fault.rule == "FOXML_TITLE" && !titled) continue;
      say_it(fault.rule, fault.line, fault.message);
    }
    if (object_.model == "page") check_page();
  }

  void check_page() {
    for (const char* id : {"IMG_FULL", "IMG_PREVIEW", "IMG_THUMB"})
      if (!streams_.contains(id))
        say_it("FOXML_PAGE_IMAGES", 0, say(tr("the stream {} is missing"), id));
    if (located_ > 0 && object_.tiles.empty())
      say_it("FOXML_TILES", 0, tr("the pictures are on an image server and tiles-url is missing"));
    if (located_ == 0 && !object_.tiles.empty())
      say_it("FOXML_TILES", 0, tr("the pictures are inside the object and there is a tiles-url"));
  }

  struct Stream {
    bool started = false, keeps = false, good = true;
    Base64Reader reader;
    Bytes kept;
    std::size_t size = 0;
  };

  const fs::path& folder_;
  std::string file_;
  FoxmlFindings& all_;
  FoxmlReport here_;  // of this file; of one that cannot be read whole nothing is said
  FoxmlFindings findings_;
  CheckedObject object_;
  Stream stream_;
  std::set<std::string> streams_, dc_types_;
  std::vector<ModsFault> mods_;
  bool foreign_ = false, properties_first_ = false, has_mods_ = false, has_dc_ = false,
       has_rels_ = false;
  int parts_seen_ = 0, rels_blank_line_ = 0;
  int located_ = 0, embedded_ = 0, moved_ = 0;  // pictures
};

}  // namespace

std::optional<CheckedObject> check_object(const fs::path& folder, const std::string& file,
                                          FoxmlFindings& findings) {
  return FileChecker(folder, file, findings).run();
}

}  // namespace linka
