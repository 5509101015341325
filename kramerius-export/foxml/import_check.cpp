// SPDX-License-Identifier: GPL-3.0-or-later
// What Kramerius's conversion of an NDK package reads, and only that: it looks at no checksum, no
// size and no list. Each rule is a place where it stops, or where it makes something else of the
// package than was meant.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/foxml/foxml_findings.h"
#include "kramerius-export/foxml/foxml_plan.h"
#include "kramerius-export/foxml/foxml_text.h"
#include "kramerius-export/foxml/mods_copy.h"
#include "kramerius-export/foxml/psp.h"
#include "model/record.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t text_limit = 256u << 20;  // bytes of one text or layout

bool is_known_group(std::string_view id) {
  static const std::set<std::string_view> known{"MC_IMGGRP",   "UC_IMGGRP",   "ALTOGRP",
                                                "TXTGRP",      "TECHMDGRP",   "OC_EBGRP",
                                                "MC_AUDIOGRP", "UC_AUDIOGRP", "SA_AUDIOGRP"};
  return known.contains(id);
}

// A uuid as the conversion reads it: braces off, in lower case, nothing else mended.
std::string read_uuid(std::string_view text) {
  std::string plain = lower_ascii(text);
  std::erase_if(plain, [](char c) { return c == '{' || c == '}'; });
  return is_uuid(plain) ? plain : std::string();
}

class ImportChecker {
 public:
  ImportChecker(const Psp& psp, FoxmlFindings& findings, FoxmlReport& report)
      : psp_(psp), findings_(findings), report_(report) {}

  void check() {
    check_info();
    if (!psp_.mets_problem.empty()) {
      findings_.add("IMPORT_METS", psp_.mets_file, 0, psp_.mets_problem);
      return;
    }
    check_groups();
    check_maps();
    for (const auto& [id, record] : psp_.records) check_record(id, record);
    check_pages();
    check_links();
    report_.pages = psp_.pages.size();
    report_.objects = psp_.pages.size() + parts_.size();
  }

 private:
  void say_it(std::string_view rule, int line, std::string message) {
    findings_.add(rule, psp_.mets_file, line, std::move(message));
  }

  void check_info() {
    if (!psp_.info_problem.empty()) {
      findings_.add("IMPORT_INFO", psp_.info_files.empty() ? "" : psp_.info_files.front(), 0,
                    psp_.info_problem);
      return;
    }
    const std::string& file = psp_.info_files.front();
    if (psp_.package_id.empty())
      findings_.add("IMPORT_PACKAGE_ID", file, 0, tr("there is no packageid"));
    if (psp_.package_id.find_first_of("\\/:\"*?<>|") != std::string::npos)
      findings_.add("IMPORT_PACKAGE_ID_SIGNS", file, 0,
                    say(tr("the packageid is \"{}\""), psp_.package_id));
  }

  void check_groups() {
    for (const PspFileGroup& group : psp_.groups)
      if (!is_known_group(group.id))
        say_it("IMPORT_FILE_GROUP", group.line,
               say(tr("Kramerius does not know the group of files \"{}\""), group.id));
    for (const auto& [id, file] : psp_.files) check_file(file);
  }

  void check_file(const PspFile& file) {
    const fs::path relative = fs::path(file.href).lexically_normal();
    if (file.href.find('/') == std::string::npos || relative.is_absolute() ||
        *relative.begin() == ".." || !relative.has_parent_path()) {
      say_it("IMPORT_FILE_HREF", file.line,
             say(tr("the file \"{}\" lies in no folder of the package"), file.href));
      return;
    }
    const fs::path path = psp_.root / relative;
    std::error_code code;
    const auto size = fs::file_size(path, code);
    if (code) {
      say_it(file.group == "MC_IMGGRP" ? "IMPORT_MASTER_MISSING" : "IMPORT_FILE_MISSING", file.line,
             say(tr("{} is not there"), file.href));
      return;
    }
    if (size == 0) {
      findings_.add(file.group == "TXTGRP" ? "IMPORT_TEXT_EMPTY" : "IMPORT_FILE_EMPTY", file.href,
                    0, tr("the file is empty"));
      return;
    }
    if (file.group == "TXTGRP" || file.group == "ALTOGRP") check_text(file, path);
  }

  void check_text(const PspFile& file, const fs::path& path) {
    const auto bytes = read_file(path, text_limit);
    if (!bytes) {
      findings_.add("IMPORT_FILE_MISSING", file.href, 0, bytes.error().message);
      return;
    }
    if (file.group == "ALTOGRP") {
      if (const auto doc = XmlDocument::parse(*bytes); !doc)
        findings_.add("IMPORT_ALTO", file.href, 0, doc.error().message);
      return;
    }
    const TextFaults faults = faults_in(*bytes);
    if (faults.byte_order_mark)
      findings_.add("IMPORT_TEXT_BOM", file.href, 0, tr("the text begins with a byte-order mark"));
    if (faults.not_utf8)
      findings_.add("IMPORT_TEXT_ENCODING", file.href, 0, tr("the text is not UTF-8"));
    else if (faults.control)
      findings_.add("IMPORT_TEXT_CONTROL", file.href, 0,
                    say(tr("the text holds the control character U+{:04X}"), faults.code));
  }

  void check_maps() {
    if (psp_.has_untyped) return;  // born digital: another conversion
    if (!psp_.has_physical || !psp_.has_logical)
      say_it("IMPORT_MAPS", 0,
             psp_.has_physical ? tr("there is no logical structure")
                               : tr("there is no physical structure"));
    for (const PspDiv& root : psp_.logical) {
      const bool frame = lower_ascii(root.type) == "monograph" && root.records.empty();
      if (frame) frames_.insert(root.id);
      several_ = several_ || (lower_ascii(root.type) == "monograph" && !frame);
      if (!frame) {
        check_part(root);
        continue;
      }
      for (const PspDiv& inner : root.below) check_part(inner);
    }
  }

  void check_part(const PspDiv& div) {
    const std::string_view model = model_of_div(div.type);
    if (div.records.empty() || model == "page") return;
    if (model.empty())
      say_it("IMPORT_DIV_TYPE", div.line,
             say(tr("the part {} is of the unknown kind \"{}\""), div.id, div.type));
    if (div.id.empty()) say_it("IMPORT_DIV_ID", div.line, tr("a part has no ID"));
    const std::string& record = div.records.front();
    if (!psp_.records.contains(record) && !psp_.page_records.contains(record))
      say_it("IMPORT_RECORD", div.line,
             say(tr("the record {} of the part {} is not there"), record, div.id));
    std::string dublin_core = record;
    if (const std::size_t at = dublin_core.find("MODS"); at != std::string::npos)
      dublin_core.replace(at, 4, "DC");
    if (psp_.records.contains(record) && !psp_.dublin_cores.contains(dublin_core))
      say_it("IMPORT_DC", div.line, say(tr("there is no record {}"), dublin_core));
    parts_.emplace(div.id, record);
    for (const PspDiv& inner : div.below) check_part(inner);
  }

  void check_uuids(const std::string& id, int line, const std::vector<std::string>& uuids) {
    if (uuids.empty()) {
      say_it("IMPORT_UUID", line, say(tr("the record {} has no uuid"), id));
      return;
    }
    const std::string last = read_uuid(uuids.back());
    if (last.empty()) {
      say_it("IMPORT_UUID_LAST", line,
             say(tr("the last uuid of the record {} is \"{}\""), id, uuids.back()));
      return;
    }
    for (const std::string& other : uuids)
      if (read_uuid(other) != last)
        say_it("IMPORT_UUID_SEVERAL", line, say(tr("the record {} has several uuids"), id));
    if (const auto [before, fresh] = uuids_.emplace(last, id); !fresh)
      say_it("IMPORT_UUID_TWICE", line,
             say(tr("the records {} and {} have one uuid"), before->second, id));
  }

  void check_record(const std::string& id, const PspRecord& record) {
    const XmlElement mods = mods_of(record.mods.root());
    std::vector<std::string> uuids;
    for (const XmlElement& e : mods.children("identifier")) {
      const std::string type = e.attribute("type");
      if (lower_ascii(type) == "uuid") uuids.push_back(e.own_text());
      if (type != "barCode" && lower_ascii(type) == "barcode")
        say_it("IMPORT_BARCODE", record.line,
               say(tr("{}: the identifier is of the type \"{}\""), id, type));
    }
    check_uuids(id, record.line, uuids);
    if (shown_title(mods).empty())
      say_it("IMPORT_TITLE", record.line, say(tr("the record {} has no title"), id));
    for (const XmlElement& title : mods.children("titleInfo"))
      if (const XmlElement words = title.child("nonSort"))
        if (const std::string text = words.own_text(); non_sort_text(text) != text)
          say_it("IMPORT_NON_SORT", record.line,
                 say(tr("{}: the non-sorting words are \"{}\""), id, text));
    check_origins(id, record, mods);
    if (several_ && model_of_volume(mods) != "monograph" && model_of_volume(mods) != "manuscript")
      say_it("IMPORT_GENRE", record.line,
             say(tr("the record {} makes the whole work a {}"), id, model_of_volume(mods)));
  }

  static bool has_other_date(const std::vector<XmlElement>& origins) {
    return std::any_of(origins.begin(), origins.end(), [](const XmlElement& o) {
      return o.child("dateOther") || o.child("dateCreated") || o.child("copyrightDate");
    });
  }

  void check_origins(const std::string& id, const PspRecord& record, const XmlElement& mods) {
    const auto origins = mods.children("originInfo");
    for (const XmlElement& origin : origins)
      if (origin.child("agent") && !origin.child("publisher"))
        say_it("IMPORT_PUBLISHER", record.line,
               say(tr("{}: the publisher \"{}\" will not be found"), id,
                   origin.child("agent").child("namePart").text()));
    if (origins.empty()) return;
    const auto issued = origins.front().children("dateIssued");
    std::string printed;
    for (const XmlElement& date : issued) {
      if (date.has("point")) return;
      if (printed.empty()) printed = date.text();
    }
    const bool elsewhere = std::any_of(origins.begin() + 1, origins.end(), [](const XmlElement& o) {
      return static_cast<bool>(o.child("dateIssued"));
    });
    if (printed.empty() && elsewhere)
      say_it("IMPORT_DATE", record.line,
             say(tr("{}: the date of issue does not stand in the first origin"), id));
    if (printed.empty() && !elsewhere && has_other_date(origins))
      say_it("IMPORT_DATE", record.line,
             say(tr("{}: there is no date of issue, but another one"), id));
    if (!printed.empty() && !is_known_date(printed))
      say_it("IMPORT_DATE", record.line, say(tr("{}: the date of issue is \"{}\""), id, printed));
  }

  // The name under which Kramerius looks for a page's record.
  static std::string record_name(const std::string& div_id) {
    if (div_id.starts_with("DIV_PAGE")) return "MODSMD" + div_id.substr(3);
    if (div_id.starts_with("DIV_P")) return "MODSMD" + div_id.substr(5);
    return div_id;
  }

  void check_pages() {
    for (const auto& [id, record] : psp_.page_records) check_uuids(id, record.line, record.uuids);
    for (const PspDiv& page : psp_.pages) {
      if (page.id.empty()) say_it("IMPORT_DIV_ID", page.line, tr("a page has no ID"));
      const auto record = psp_.page_records.find(record_name(page.id));
      if (record == psp_.page_records.end())
        say_it("IMPORT_PAGE_RECORD", page.line,
               say(tr("the page {} has no record {}"), page.id, record_name(page.id)));
      else if (record->second.type.empty() || record->second.number.empty() ||
               whole_number(record->second.index) == 0)
        say_it("IMPORT_PAGE_NUMBER", record->second.line,
               say(tr("the page {} has the type \"{}\", the number \"{}\" and the index \"{}\""),
                   page.id, record->second.type, record->second.number, record->second.index));
      check_page_files(page);
    }
  }

  void check_page_files(const PspDiv& page) {
    std::map<std::string, int> of_group;
    for (const std::string& id : page.files) {
      const auto file = psp_.files.find(id);
      if (file == psp_.files.end())
        say_it("IMPORT_POINTER", page.line,
               say(tr("the page {} names the file {}, which is not there"), page.id, id));
      else if (++of_group[file->second.group] == 2)
        say_it("IMPORT_FILE_TWICE", page.line,
               say(tr("the page {} has two files of the group {}"), page.id, file->second.group));
    }
    const bool sound = lower_ascii(page.type).starts_with("sound");
    if (of_group["UC_IMGGRP"] == 0 && !sound)
      say_it("IMPORT_NO_IMAGE", page.line, say(tr("the page {} has no user copy"), page.id));
  }

  void check_links() {
    if (!psp_.has_links) {
      say_it("IMPORT_LINKS", 0, tr("there is no structLink"));
      return;
    }
    std::map<std::string, std::string> owner;
    std::set<std::string> pages, of_frame;
    for (const PspDiv& page : psp_.pages) pages.insert(page.id);
    for (const PspLink& link : psp_.links) {
      if (pages.contains(link.to) && frames_.contains(link.from)) {
        of_frame.insert(link.to);
        continue;
      }
      if (!psp_.has_physical || !psp_.has_logical) continue;
      if (!pages.contains(link.to) || !parts_.contains(link.from)) {
        say_it("IMPORT_LINK", link.line,
               say(tr("the link from {} to {} leads nowhere"), link.from, link.to));
        continue;
      }
      if (!owns_pages(link.from)) continue;
      const auto [before, fresh] = owner.emplace(link.to, link.from);
      if (!fresh)
        say_it("IMPORT_PAGE_PARENTS", link.line,
               say(tr("the page {} is linked from {} and from {}"), link.to, before->second,
                   link.from));
    }
    for (const PspDiv& page : psp_.pages) {
      if (owner.contains(page.id)) continue;
      const bool frame = of_frame.contains(page.id) || only_from_monograph(page.id);
      say_it(frame ? "IMPORT_PAGE_OF_FRAME" : "IMPORT_PAGE_UNLINKED", page.line,
             frame ? say(tr("the page {} is linked from the frame around the volume"), page.id)
                   : say(tr("the page {} belongs to nothing"), page.id));
    }
  }

  bool only_from_monograph(const std::string& page) const {
    return std::any_of(psp_.links.begin(), psp_.links.end(), [&](const PspLink& link) {
      return link.to == page && link.from.starts_with("MONOGRAPH");
    });
  }

  const Psp& psp_;
  FoxmlFindings& findings_;
  FoxmlReport& report_;
  std::map<std::string, std::string> uuids_;  // uuid -> record
  std::map<std::string, std::string> parts_;  // div -> record
  std::set<std::string> frames_;              // divs around a single volume
  bool several_ = false;                      // a work of several volumes
};

}  // namespace

Result<FoxmlReport> check_converting_import(const fs::path& package) {
  return guarded<FoxmlReport>("import check", [&]() -> Result<FoxmlReport> {
    const auto psp = read_psp(package);
    if (!psp) return pass(psp);
    FoxmlReport report;
    FoxmlFindings findings(report);
    ImportChecker(*psp, findings, report).check();
    sort_findings(report);
    return report;
  });
}

}  // namespace linka
