// SPDX-License-Identifier: GPL-3.0-or-later
// The technical METS of each page: how its files came to be, and whether all that is said of them
// there is true of the files.
#include "base/text.h"
#include "kramerius-export/rules_technical.h"

#include <algorithm>

namespace linka::rules {
namespace {

constexpr std::string_view premis_space = "info:lc/xmlns/premis-v2";
constexpr std::string_view mix_space = "http://www.loc.gov/mix/v20";

using Pair = std::pair<std::string, std::string>;  // type and value of a PREMIS identifier

Pair pair_of(const XmlElement& e, const std::string& start) {
  return {e.child(start + "Type").text(), e.child(start + "Value").text()};
}

struct TechnicalRecord {
  std::string id;
  XmlElement content;
};

// Shapes are the same on every page and are made once.
struct Profiles {
  explicit Profiles(const Standard& s)
      : scan(premis_object_shape(s, ObjectKind::original_scan)),
        master(premis_object_shape(s, ObjectKind::master_copy)),
        text(premis_object_shape(s, ObjectKind::alto)),
        event(premis_event_shape()),
        agent(premis_agent_shape()),
        mix_scan(mix_shape(true)),
        mix_master(mix_shape(false)) {}
  Shape scan, master, text, event, agent, mix_scan, mix_master;
};

class PageCheck {
 public:
  PageCheck(Check& check, const Profiles& profiles, const std::string& number,
            const std::string& path)
      : check_(check), f_(check.findings), profiles_(profiles), number_(number), path_(path) {}

  void run(const XmlDocument& mets) {
    const XmlElement root = mets.root();
    check_header(check_, path_, root);
    check_prefixes(check_, path_, root);
    check_unique_ids(check_, path_, root, "LINKA_METS_IDS_UNIQUE");
    collect(root);
    objects();
    images();
    for (const TechnicalRecord& r : events_)
      record("PREMIS_EVENT_MATCHES_PROFILE", r, profiles_.event, premis_space);
    for (const TechnicalRecord& r : agents_)
      record("PREMIS_AGENT_MATCHES_PROFILE", r, profiles_.agent, premis_space);
    f_.applied("PREMIS_EVENT_MATCHES_PROFILE", "PREMIS_AGENT_MATCHES_PROFILE",
               "PREMIS_VALID_BY_XSD");
    if (events_.empty()) f_.error("PREMIS_EVENT_MATCHES_PROFILE", path_, "there is no event");
    if (agents_.empty()) f_.error("PREMIS_AGENT_MATCHES_PROFILE", path_, "there is no agent");
    links();
    truths();
    schemas();
    file_section(root);
    physical_map(root);
    check_rights(check_, path_, root, "COPYRIGHTMD_IN_SECONDARY_METS_MATCH_PROFILE");
    check_mets_schema(check_, path_, mets, refused_);
    check_empty(check_, path_, root);
  }

 private:
  static XmlElement wrapped(const XmlElement& section) {
    const auto content = section.child("mdWrap").child("xmlData").children();
    return content.empty() ? XmlElement() : content.front();
  }

  // Puts the records of the amdSec where their ids say they belong.
  void collect(const XmlElement& root) {
    const auto sections = root.children("amdSec");
    f_.applied("LINKA_TECHNICAL_SECTION");
    if (sections.size() != 1)
      f_.error("LINKA_TECHNICAL_SECTION", path_,
               fmt::format("there are {} amdSec, expected one", sections.size()));
    for (const XmlElement& amd : sections)
      for (const XmlElement& section : amd.children()) {
        const std::string id = section.attribute("ID"), name = section.name();
        if (name == "rightsMD") continue;
        const XmlElement content = wrapped(section);
        const std::size_t bar = id.find('_');
        const std::string start = id.substr(0, bar == std::string::npos ? 0 : bar);
        const std::string wanted = start == "OBJ" || start == "MIX" ? "techMD" : "digiprovMD";
        if (!is_one_of(start, {"OBJ", "MIX", "EVT", "AGENT"}) || id.size() != bar + 4 ||
            !is_number(id.substr(bar + 1)) || name != wanted || !content) {
          f_.warning("LINKA_TECHNICAL_SECTION", path_,
                     fmt::format("{}: {} {} is not one of techMD OBJ_001, MIX_001 and digiprovMD "
                                 "EVT_001, AGENT_001 with a record",
                                 at(section), name, in_quotes(id)));
          continue;
        }
        const TechnicalRecord record{id, content};
        if (start == "OBJ") objects_.push_back(record);
        if (start == "MIX") mixes_.push_back(record);
        if (start == "EVT") events_.push_back(record);
        if (start == "AGENT") agents_.push_back(record);
        wrapper(section, id, start == "MIX" ? "NISOIMG" : "PREMIS", rule_for(id));
      }
  }

  static std::string rule_for(const std::string& id) {
    if (id == "OBJ_001") return "PREMIS_OBJECT_FOR_ORIGINAL_SCAN_MATCHES_PROFILE";
    if (id == "OBJ_002") return "PREMIS_OBJECT_FOR_MASTER_COPY_MATCHES_PROFILE";
    if (id == "OBJ_003") return "PREMIS_OBJECT_FOR_ALTO_OCR_MATCHES_PROFILE";
    if (id == "MIX_001") return "MIX_FOR_ORIGINAL_SCAN_MATCHES_PROFILE";
    if (id == "MIX_002") return "MIX_FOR_FIRST_MASTER_COPY_MATCHES_PROFILE";
    if (id.starts_with("MIX")) return "MIX_FOR_OTHER_MASTER_COPIES_MATCHES_PROFILE";
    if (id.starts_with("EVT")) return "PREMIS_EVENT_MATCHES_PROFILE";
    if (id.starts_with("AGENT")) return "PREMIS_AGENT_MATCHES_PROFILE";
    return "LINKA_TECHNICAL_SECTION";
  }

  void wrapper(const XmlElement& section, const std::string& id, std::string_view type,
               const std::string& rule) {
    const XmlElement wrap = section.child("mdWrap");
    for (const auto& [name, value] : wrap.attributes()) {
      if (name == "MDTYPE" ? value == type : name == "MIMETYPE" && value == "text/xml") continue;
      f_.warning(
          rule, path_,
          fmt::format("{}, {}: mdWrap/@{} is {}, expected only MDTYPE {} and MIMETYPE text/xml", id,
                      at(wrap), name, in_quotes(value), type));
    }
    if (!wrap.has("MDTYPE") || !wrap.has("MIMETYPE"))
      f_.warning(rule, path_,
                 fmt::format("{}, {}: mdWrap has no MDTYPE or no MIMETYPE", id, at(wrap)));
  }

  XmlElement find(const std::vector<TechnicalRecord>& records, const char* id) const {
    for (const TechnicalRecord& r : records)
      if (r.id == id) return r.content;
    return {};
  }

  void record(const std::string& rule, const TechnicalRecord& r, const Shape& shape,
              std::string_view space) {
    if (r.content.name_space() != space)
      f_.error(rule, path_,
               fmt::format("{}, {}: the namespace of {} is {}, expected {}", r.id, at(r.content),
                           r.content.name(), in_quotes(r.content.name_space()), space));
    else
      compare(check_, rule, path_, r.id, shape, r.content);
  }

  void objects() {
    const std::pair<const char*, const Shape*> wanted[] = {
        {"OBJ_001", &profiles_.scan}, {"OBJ_002", &profiles_.master}, {"OBJ_003", &profiles_.text}};
    for (const auto& [id, shape] : wanted) {
      const std::string rule = rule_for(id);
      f_.applied(rule);
      const XmlElement object = find(objects_, id);
      if (object)
        record(rule, {id, object}, *shape, premis_space);
      else
        f_.error(rule, path_, fmt::format("there is no object {}", id));
    }
    // Cut out of the file, as the national validator does before it looks at the schema, a record
    // knows only the prefixes it declares itself, and xsi:type="premis:file" needs one in its
    // value.
    for (const TechnicalRecord& r : objects_)
      for (const char* prefix : {"premis", "xsi"})
        if (!r.content.declares(prefix))
          f_.error("PREMIS_VALID_BY_XSD", path_,
                   fmt::format("{}, {}: the object itself does not declare xmlns:{}", r.id,
                               at(r.content), prefix));
  }

  void images() {
    for (const char* id : {"MIX_001", "MIX_002"}) {
      f_.applied(rule_for(id));
      if (!find(mixes_, id))
        f_.error(rule_for(id), path_, fmt::format("there is no record {}", id));
    }
    for (const TechnicalRecord& r : mixes_) {
      record(rule_for(r.id), r, r.id == "MIX_001" ? profiles_.mix_scan : profiles_.mix_master,
             mix_space);
      if (r.id == "MIX_001" && r.content.child("ImageCaptureMetadata") &&
          !r.content.child("ImageCaptureMetadata").child("ScannerCapture") &&
          !r.content.child("ImageCaptureMetadata").child("DigitalCameraCapture"))
        ++check_.repeated_notes[{rule_for(r.id), "", "MIX_001 has no ScannerCapture"}];
    }
  }

  std::set<Pair> unique(const std::vector<TechnicalRecord>& records, const char* holder,
                        const char* start) {
    std::set<Pair> all;
    for (const TechnicalRecord& r : records)
      for (const XmlElement& e : r.content.children(holder))
        if (!all.insert(pair_of(e, start)).second)
          f_.error("PREMIS_LINKING_CORRECT", path_,
                   fmt::format("{}, {}: the identifier {} is there twice", r.id, at(e),
                               in_quotes(pair_of(e, start).second)));
    return all;
  }

  void resolve(const TechnicalRecord& r, const XmlElement& from, const char* start,
               const std::set<Pair>& known, const char* what) {
    const Pair wanted = pair_of(from, start);
    if (!known.count(wanted))
      f_.error("PREMIS_LINKING_CORRECT", path_,
               fmt::format("{}, {}: there is no {} {} {}", r.id, at(from), what,
                           in_quotes(wanted.first), in_quotes(wanted.second)));
  }

  void links() {
    f_.applied("PREMIS_LINKING_CORRECT");
    const std::set<Pair> objects = unique(objects_, "objectIdentifier", "objectIdentifier");
    const std::set<Pair> events = unique(events_, "eventIdentifier", "eventIdentifier");
    const std::set<Pair> agents = unique(agents_, "agentIdentifier", "agentIdentifier");
    for (const TechnicalRecord& r : objects_) {
      for (const XmlElement& e : r.content.children("linkingEventIdentifier"))
        resolve(r, e, "linkingEventIdentifier", events, "event");
      for (const XmlElement& relationship : r.content.children("relationship")) {
        for (const XmlElement& e : relationship.children("relatedObjectIdentification"))
          resolve(r, e, "relatedObjectIdentifier", objects, "object");
        for (const XmlElement& e : relationship.children("relatedEventIdentification"))
          resolve(r, e, "relatedEventIdentifier", events, "event");
      }
    }
    for (const TechnicalRecord& r : events_) {
      for (const XmlElement& e : r.content.children("linkingAgentIdentifier"))
        resolve(r, e, "linkingAgentIdentifier", agents, "agent");
      for (const XmlElement& e : r.content.children("linkingObjectIdentifier"))
        resolve(r, e, "linkingObjectIdentifier", objects, "object");
    }
    derived_from("OBJ_002", "OBJ_001");
    derived_from("OBJ_003", "OBJ_002");
  }

  void derived_from(const char* id, const char* source_id) {
    const XmlElement object = find(objects_, id), source = find(objects_, source_id);
    if (!object || !source) return;
    const Pair wanted = pair_of(source.child("objectIdentifier"), "objectIdentifier");
    for (const XmlElement& relationship : object.children("relationship"))
      for (const XmlElement& e : relationship.children("relatedObjectIdentification")) {
        const Pair found = pair_of(e, "relatedObjectIdentifier");
        if (!found.second.empty() && found != wanted)
          f_.warning(rule_for(id), path_,
                     fmt::format("{}, {}: it is created from {}, expected {} ({})", id, at(e),
                                 in_quotes(found.second), in_quotes(wanted.second), source_id));
      }
  }

  const PackageFile* page_file(std::size_t kind) const {
    const auto& paths = check_.package.pages[kind];
    const auto path = paths.find(number_);
    if (path == paths.end()) return nullptr;
    const auto file = check_.package.files.find(path->second);
    return file == check_.package.files.end() ? nullptr : &file->second;
  }

  // What the records say of the master copy and the ALTO is what lies in the package.
  void truths() {
    f_.applied("LINKA_PREMIS_DESCRIBES_THE_FILE", "LINKA_MIX_DESCRIBES_THE_IMAGE");
    const std::pair<const char*, std::size_t> files[] = {{"OBJ_002", master_copies},
                                                         {"OBJ_003", alto_files}};
    for (const auto& [id, kind] : files) {
      const XmlElement facts = find(objects_, id).child("objectCharacteristics");
      const PackageFile* file = page_file(kind);
      if (!facts || !file || file->md5.empty()) continue;
      for (const XmlElement& fixity : facts.children("fixity"))
        if (lower_ascii(fixity.child("messageDigestAlgorithm").text()) == "md5" &&
            lower_ascii(fixity.child("messageDigest").text()) != file->md5)
          f_.error("LINKA_PREMIS_DESCRIBES_THE_FILE", path_,
                   fmt::format("{}, {}: messageDigest is {}, the file's is {}", id, at(fixity),
                               in_quotes(fixity.child("messageDigest").text()), file->md5));
      const std::string size = facts.child("size").text();
      if (is_number(size) && size != std::to_string(file->size_bytes))
        f_.error("LINKA_PREMIS_DESCRIBES_THE_FILE", path_,
                 fmt::format("{}: size is {}, the file has {} bytes", id, size, file->size_bytes));
    }
    const auto& paths = check_.package.pages[master_copies];
    const auto path = paths.find(number_);
    const auto image = path == paths.end() ? check_.package.images.end()
                                           : check_.package.images.find(path->second);
    const XmlElement mix = find(mixes_, "MIX_002");
    if (image == check_.package.images.end() || !mix) return;
    const XmlElement basic = mix.child("BasicImageInformation").child("BasicImageCharacteristics");
    const auto same = [&](const std::string& said, int real, const char* what) {
      if (is_number(said) && said != std::to_string(real))
        f_.error("LINKA_MIX_DESCRIBES_THE_IMAGE", path_,
                 fmt::format("MIX_002: {} is {}, the master copy has {}", what, said, real));
    };
    same(basic.child("imageWidth").text(), image->second.width_px, "imageWidth");
    same(basic.child("imageHeight").text(), image->second.height_px, "imageHeight");
    same(mix.child("ImageAssessmentMetadata")
             .child("ImageColorEncoding")
             .child("samplesPerPixel")
             .text(),
         image->second.components, "samplesPerPixel");
  }

  void schemas() {
    if (!check_.schemas.mets) return;
    f_.applied("PREMIS_VALID_BY_XSD", "MIX_VALID_BY_XSD");
    for (const auto* list : {&objects_, &events_, &agents_})
      for (const TechnicalRecord& r : *list)
        refused_ |= check_record_schema(check_, "PREMIS_VALID_BY_XSD", path_, r.id, r.content);
    for (const TechnicalRecord& r : mixes_)
      refused_ |= check_record_schema(check_, "MIX_VALID_BY_XSD", path_, r.id, r.content);
  }

  void file_section(const XmlElement& root) {
    constexpr std::string_view groups_rule = "SECONDARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT";
    f_.applied(groups_rule, "LINKA_PAGE_FILE_FACTS", "LINKA_ADMID_RESOLVES");
    std::set<std::string> known;
    for (const auto* list : {&objects_, &mixes_, &events_, &agents_})
      for (const TechnicalRecord& r : *list) known.insert(r.id);
    std::array<bool, 4> seen{};
    for (const XmlElement& group : root.child("fileSec").children("fileGrp")) {
      const std::string id = group.attribute("ID");
      std::size_t k = 0;
      while (k < 4 && folder_kinds[k].group != id) ++k;
      if (k == 4) {
        f_.error(groups_rule, path_,
                 fmt::format("{}: the group {} is not expected", at(group), in_quotes(id)));
        continue;
      }
      const FolderKind& kind = folder_kinds[k];
      if (seen[k])
        f_.error(groups_rule, path_, fmt::format("{}: the group {} is there twice", at(group), id));
      seen[k] = true;
      if (group.attribute("USE") != kind.use)
        f_.error(groups_rule, path_,
                 fmt::format("{}: USE of {} is {}, expected {}", at(group), id,
                             in_quotes(group.attribute("USE")), kind.use));
      const std::string rule = fmt::format("SECONDARY-METS_FILESEC_{}_FILE_REFERENCED",
                                           k < 2 ? kind.file_word : kind.rule_word);
      f_.applied(rule);
      const auto files = group.children("file");
      if (files.size() != 1)
        f_.error(rule, path_,
                 fmt::format("{}: {} holds {} files, expected one", at(group), id, files.size()));
      for (const XmlElement& file : files) one_file(file, k, rule, known);
    }
    for (std::size_t k = 0; k < 4; ++k)
      if (!seen[k])
        f_.error(groups_rule, path_, fmt::format("the group {} is missing", folder_kinds[k].group));
  }

  void one_file(const XmlElement& file, std::size_t k, const std::string& rule,
                const std::set<std::string>& known) {
    const Package& p = check_.package;
    file_ids_.insert(file.attribute("ID"));
    const std::string href = file.child("FLocat").attribute("xlink:href");
    for (const std::string& id : split_text(file.attribute("ADMID"), ' '))
      if (!id.empty() && !known.count(id))
        f_.warning("LINKA_ADMID_RESOLVES", path_,
                   fmt::format("{}: ADMID names {}, which is not there", at(file), in_quotes(id)));
    if (!check_href(check_, path_, href)) return;
    const auto expected = p.pages[k].find(number_);
    if (expected == p.pages[k].end() || expected->second != href) {
      f_.error(rule, path_,
               fmt::format("{}: {} is not the file of this page", at(file), in_quotes(href)));
      return;
    }
    const PackageFile& real = p.files.at(href);
    if (file.has("SIZE") && file.attribute("SIZE") != std::to_string(real.size_bytes))
      f_.warning("LINKA_PAGE_FILE_FACTS", path_,
                 fmt::format("{}: SIZE is {}, {} has {} bytes", at(file),
                             in_quotes(file.attribute("SIZE")), href, real.size_bytes));
    if (file.attribute("CHECKSUMTYPE") == "MD5" && !real.md5.empty() &&
        lower_ascii(file.attribute("CHECKSUM")) != real.md5)
      f_.warning("LINKA_PAGE_FILE_FACTS", path_,
                 fmt::format("{}: CHECKSUM is {}, the digest of {} is {}", at(file),
                             in_quotes(file.attribute("CHECKSUM")), href, real.md5));
  }

  void physical_map(const XmlElement& root) {
    constexpr std::string_view rule = "SECONDARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
    f_.applied(rule);
    std::vector<XmlElement> divs;
    for (const XmlElement& map : root.children("structMap"))
      if (map.attribute("TYPE") == "PHYSICAL")
        for (const XmlElement& div : map.children("div")) divs.push_back(div);
    if (divs.size() != 1) {
      f_.error(rule, path_, fmt::format("the physical map has {} divs, expected one", divs.size()));
      return;
    }
    const std::string_view type =
        check_.package.standard.periodical ? "PERIODICAL_PAGE" : "MONOGRAPH_PAGE";
    if (divs[0].attribute("TYPE") != type)
      f_.error(rule, path_,
               fmt::format("{}: TYPE is {}, expected {}", at(divs[0]),
                           in_quotes(divs[0].attribute("TYPE")), type));
    std::map<std::string, int> pointed;
    for (const XmlElement& pointer : divs[0].children("fptr")) {
      const std::string id = pointer.attribute("FILEID");
      ++pointed[id];
      if (!file_ids_.count(id))
        f_.error(rule, path_,
                 fmt::format("{}: there is no file with the id {}", at(pointer), in_quotes(id)));
    }
    for (const std::string& id : file_ids_)
      if (pointed[id] != 1)
        f_.error(rule, path_,
                 fmt::format("the file {} is pointed at {} times, expected once", in_quotes(id),
                             pointed[id]));
  }

  Check& check_;
  Findings& f_;
  const Profiles& profiles_;
  const std::string& number_;
  const std::string& path_;
  std::vector<TechnicalRecord> objects_, mixes_, events_, agents_;
  std::set<std::string> file_ids_;
  bool refused_ = false;
};

}  // namespace

void check_pages(Check& check) {
  const Profiles profiles(check.package.standard);
  check.findings.applied("LINKA_XML_WELL_FORMED");
  for (const auto& [number, path] : check.package.pages[page_mets]) {
    const Result<std::string> content = read_of_package(check.package, path, largest_xml);
    const Result<XmlDocument> mets =
        content ? parse_text(*content) : Result<XmlDocument>(pass(content));
    if (!mets)
      check.findings.error("LINKA_XML_WELL_FORMED", path, mets.error().message);
    else
      PageCheck(check, profiles, number, path).run(*mets);
  }
}

}  // namespace linka::rules
