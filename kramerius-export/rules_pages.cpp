// SPDX-License-Identifier: GPL-3.0-or-later
// The technical METS of each page: how its files came to be, and whether all that is said of them
// there is true of the files.
#include "base/text.h"
#include "base/translate.h"
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
    if (events_.empty())
      f_.error("PREMIS_EVENT_MATCHES_PROFILE", path_, section_, tr("there is no event"));
    if (agents_.empty())
      f_.error("PREMIS_AGENT_MATCHES_PROFILE", path_, section_, tr("there is no agent"));
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
    section_ = sections.empty() ? root : sections.front();
    f_.applied("LINKA_TECHNICAL_SECTION");
    if (sections.size() != 1)
      f_.warning("LINKA_TECHNICAL_SECTION", path_, root,
                 say(tr("there are {} amdSec, expected one"), sections.size()));
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
          f_.warning("LINKA_TECHNICAL_SECTION", path_, section,
                     say(tr("{} {} is not one of techMD OBJ_001, MIX_001 and digiprovMD "
                            "EVT_001, AGENT_001 with a record"),
                         name, in_quotes(id)));
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

  // The elements around a record belong to its profile.
  void wrapper(const XmlElement& section, const std::string& id, std::string_view type,
               const std::string& rule) {
    const auto unexpected = [&](const XmlElement& e, const char* known) {
      for (const auto& [name, value] : e.attributes())
        if (name != known && !(e.name() == "mdWrap" && is_one_of(name, {"MDTYPE", "MIMETYPE"})))
          f_.warning(rule, path_, {e, name},
                     say(tr("{}: {} is not expected here"), id, e.name() + "/@" + name));
    };
    const XmlElement wrap = section.child("mdWrap");
    const std::pair<const char*, std::string_view> wanted[] = {{"MDTYPE", type},
                                                               {"MIMETYPE", "text/xml"}};
    for (const auto& [name, value] : wanted)
      if (wrap.attribute(name) != value)
        f_.error(rule, path_, {wrap, name},
                 say(tr("{}: mdWrap/@{} is {}, expected {}"), id, name,
                     in_quotes(wrap.attribute(name)), value));
    unexpected(section, "ID");
    unexpected(wrap, "");
    const XmlElement data = wrap.child("xmlData");
    unexpected(data, "");
    const auto records = data.children();
    for (std::size_t i = 1; i < records.size(); ++i)
      f_.warning(rule, path_, records[i],
                 say(tr("{}: {} is not expected here"), id, "xmlData/" + records[i].name()));
  }

  XmlElement find(const std::vector<TechnicalRecord>& records, const char* id) const {
    for (const TechnicalRecord& r : records)
      if (r.id == id) return r.content;
    return {};
  }

  void record(const std::string& rule, const TechnicalRecord& r, const Shape& shape,
              std::string_view space) {
    if (r.content.name_space() != space)
      f_.error(rule, path_, r.content,
               say(tr("{}: the namespace of {} is {}, expected {}"), r.id, r.content.name(),
                   in_quotes(r.content.name_space()), space));
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
        f_.error(rule, path_, section_, say(tr("there is no object {}"), id));
    }
    // Cut out of the file, as the national validator does before it looks at the schema, a record
    // knows only the prefixes it declares itself, and xsi:type="premis:file" needs one in its
    // value.
    for (const TechnicalRecord& r : objects_)
      for (const char* prefix : {"premis", "xsi"})
        if (!r.content.declares(prefix))
          f_.error("PREMIS_VALID_BY_XSD", path_, r.content,
                   say(tr("{}: the object itself does not declare xmlns:{}"), r.id, prefix));
  }

  void images() {
    for (const char* id : {"MIX_001", "MIX_002"}) {
      f_.applied(rule_for(id));
      if (!find(mixes_, id))
        f_.error(rule_for(id), path_, section_, say(tr("there is no record {}"), id));
    }
    for (const TechnicalRecord& r : mixes_) {
      record(rule_for(r.id), r, r.id == "MIX_001" ? profiles_.mix_scan : profiles_.mix_master,
             mix_space);
      if (r.id == "MIX_001" && r.content.child("ImageCaptureMetadata") &&
          !r.content.child("ImageCaptureMetadata").child("ScannerCapture") &&
          !r.content.child("ImageCaptureMetadata").child("DigitalCameraCapture"))
        ++check_.repeated_notes[{rule_for(r.id), "", tr("MIX_001 has no ScannerCapture")}];
    }
  }

  std::set<Pair> unique(const std::vector<TechnicalRecord>& records, const char* holder,
                        const char* start) {
    std::set<Pair> all;
    for (const TechnicalRecord& r : records)
      for (const XmlElement& e : r.content.children(holder))
        if (!all.insert(pair_of(e, start)).second)
          f_.error("PREMIS_LINKING_CORRECT", path_, e,
                   say(tr("{}: the identifier {} is there twice"), r.id,
                       in_quotes(pair_of(e, start).second)));
    return all;
  }

  void resolve(const TechnicalRecord& r, const XmlElement& from, const char* start,
               const std::set<Pair>& known, const char* what) {
    const Pair wanted = pair_of(from, start);
    if (!known.count(wanted))
      f_.error("PREMIS_LINKING_CORRECT", path_, from,
               say(tr("{}: there is no {} {} {}"), r.id, what, in_quotes(wanted.first),
                   in_quotes(wanted.second)));
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
          f_.warning(rule_for(id), path_, e,
                     say(tr("{}: it is created from {}, expected {} ({})"), id,
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
          f_.warning("LINKA_PREMIS_DESCRIBES_THE_FILE", path_, fixity,
                     say(tr("{}: messageDigest is {}, the file's is {}"), id,
                         in_quotes(fixity.child("messageDigest").text()), file->md5));
      const XmlElement size = facts.child("size");
      if (is_number(size.text()) && size.text() != std::to_string(file->size_bytes))
        f_.warning(
            "LINKA_PREMIS_DESCRIBES_THE_FILE", path_, size,
            say(tr("{}: size is {}, the file has {} bytes"), id, size.text(), file->size_bytes));
    }
    const auto& paths = check_.package.pages[master_copies];
    const auto path = paths.find(number_);
    const auto image = path == paths.end() ? check_.package.images.end()
                                           : check_.package.images.find(path->second);
    const XmlElement mix = find(mixes_, "MIX_002");
    if (image == check_.package.images.end() || !mix) return;
    const XmlElement basic = mix.child("BasicImageInformation").child("BasicImageCharacteristics");
    const auto same = [&](const XmlElement& e, int real) {
      if (is_number(e.text()) && e.text() != std::to_string(real))
        f_.warning("LINKA_MIX_DESCRIBES_THE_IMAGE", path_, e,
                   say(tr("MIX_002: {} is {}, the master copy has {}"), e.name(), e.text(), real));
    };
    same(basic.child("imageWidth"), image->second.width_px);
    same(basic.child("imageHeight"), image->second.height_px);
    same(mix.child("ImageAssessmentMetadata").child("ImageColorEncoding").child("samplesPerPixel"),
         image->second.components);
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
    const XmlElement whole = root.child("fileSec");
    for (const XmlElement& group : whole.children("fileGrp")) {
      const std::string id = group.attribute("ID");
      std::size_t k = 0;
      while (k < 4 && folder_kinds[k].group != id) ++k;
      if (k == 4) {
        f_.error(groups_rule, path_, group, say(tr("the group {} is not expected"), in_quotes(id)));
        continue;
      }
      const FolderKind& kind = folder_kinds[k];
      if (seen[k]) f_.error(groups_rule, path_, group, say(tr("the group {} is there twice"), id));
      seen[k] = true;
      if (group.attribute("USE") != kind.use)
        f_.error(groups_rule, path_, {group, "USE"},
                 say(tr("USE of {} is {}, expected {}"), id, in_quotes(group.attribute("USE")),
                     kind.use));
      const std::string rule = fmt::format("SECONDARY-METS_FILESEC_{}_FILE_REFERENCED",
                                           k < 2 ? kind.file_word : kind.rule_word);
      f_.applied(rule);
      const auto files = group.children("file");
      if (files.size() != 1)
        f_.error(rule, path_, group, say(tr("{} holds {} files, expected one"), id, files.size()));
      for (const XmlElement& file : files) one_file(file, k, rule, known);
    }
    for (std::size_t k = 0; k < 4; ++k)
      if (!seen[k])
        f_.error(groups_rule, path_, whole ? whole : root,
                 say(tr("the group {} is missing"), folder_kinds[k].group));
  }

  void one_file(const XmlElement& file, std::size_t k, const std::string& rule,
                const std::set<std::string>& known) {
    const Package& p = check_.package;
    file_ids_.emplace(file.attribute("ID"), file);
    const XmlElement link = file.child("FLocat");
    const std::string href = link.attribute("xlink:href");
    const Place place = link ? Place(link, "xlink:href") : Place(file);
    for (const std::string& id : split_text(file.attribute("ADMID"), ' '))
      if (!id.empty() && !known.count(id))
        f_.warning("LINKA_ADMID_RESOLVES", path_, {file, "ADMID"},
                   say(tr("ADMID names {}, which is not there"), in_quotes(id)));
    check_href(check_, path_, place, href);
    const auto expected = p.pages[k].find(number_);
    if (expected == p.pages[k].end() || expected->second != href) {
      f_.error(rule, path_, place, say(tr("{} is not the file of this page"), in_quotes(href)));
      return;
    }
    if (link.attribute("LOCTYPE") != "URL")
      f_.error(
          rule, path_, {link, "LOCTYPE"},
          say(tr("LOCTYPE of {} is {}, expected URL"), href, in_quotes(link.attribute("LOCTYPE"))));
    const PackageFile& real = p.files.at(href);
    if (file.has("SIZE") && file.attribute("SIZE") != std::to_string(real.size_bytes))
      f_.warning("LINKA_PAGE_FILE_FACTS", path_, {file, "SIZE"},
                 say(tr("SIZE is {}, {} has {} bytes"), in_quotes(file.attribute("SIZE")), href,
                     real.size_bytes));
    if (file.attribute("CHECKSUMTYPE") == "MD5" && !real.md5.empty() &&
        lower_ascii(file.attribute("CHECKSUM")) != real.md5)
      f_.warning("LINKA_PAGE_FILE_FACTS", path_, {file, "CHECKSUM"},
                 say(tr("CHECKSUM is {}, the digest of {} is {}"),
                     in_quotes(file.attribute("CHECKSUM")), href, real.md5));
  }

  void physical_map(const XmlElement& root) {
    constexpr std::string_view rule = "SECONDARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
    f_.applied(rule);
    const std::string_view type =
        check_.package.standard.periodical ? "PERIODICAL_PAGE" : "MONOGRAPH_PAGE";
    XmlElement map;
    for (const XmlElement& one : root.children("structMap"))
      if (!map && one.attribute("TYPE") == "PHYSICAL") map = one;
    if (!map) {
      f_.error(rule, path_, root, tr("there is no physical map"));
      return;
    }
    const std::vector<XmlElement> divs = map.children("div");
    const auto page = std::find_if(divs.begin(), divs.end(), [&](const XmlElement& div) {
      return div.attribute("TYPE") == type;
    });
    if (page == divs.end()) {
      const XmlElement div = divs.empty() ? map : divs.front();
      f_.error(rule, path_, divs.empty() ? Place(map) : Place(div, "TYPE"),
               say(tr("TYPE is {}, expected {}"),
                   in_quotes(divs.empty() ? "" : div.attribute("TYPE")), type));
      return;
    }
    if (divs.size() > 1)
      f_.beside(rule, path_, map,
                say(tr("the physical map has {} divs, expected one"), divs.size()));
    std::map<std::string, int> pointed;
    for (const XmlElement& pointer : page->children("fptr")) {
      const std::string id = pointer.attribute("FILEID");
      if (!file_ids_.count(id))
        f_.error(rule, path_, {pointer, "FILEID"},
                 say(tr("there is no file with the id {}"), in_quotes(id)));
      else if (++pointed[id] == 2)
        f_.beside(rule, path_, pointer,
                  say(tr("the file {} is pointed at more than once"), in_quotes(id)));
    }
    for (const auto& [id, file] : file_ids_)
      if (!pointed.count(id))
        f_.error(rule, path_, *page, say(tr("the file {} is not pointed at"), in_quotes(id)));
  }

  Check& check_;
  Findings& f_;
  const Profiles& profiles_;
  const std::string& number_;
  const std::string& path_;
  std::vector<TechnicalRecord> objects_, mixes_, events_, agents_;
  std::map<std::string, XmlElement> file_ids_;
  XmlElement section_;  // the amdSec, or the root where there is none
  bool refused_ = false;
};

}  // namespace

Result<void> check_pages(Check& check, const DoMany& do_many) {
  const Profiles profiles(check.package.standard);
  check.findings.applied("LINKA_XML_WELL_FORMED");
  const LookAtPage look = [&profiles](Check& part, std::size_t, const std::string& number,
                                      const std::string& path) {
    const Result<std::string> content = read_of_package(part.package, path, largest_xml);
    const Result<XmlDocument> mets =
        content ? parse_text(*content) : Result<XmlDocument>(pass(content));
    if (!mets)
      part.unreadable("LINKA_XML_WELL_FORMED", path, mets.error());
    else
      PageCheck(part, profiles, number, path).run(*mets);
  };
  return each_page(check, page_mets, do_many, look);
}

}  // namespace linka::rules
