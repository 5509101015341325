// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing is said here that the page's facts do not say: a scanner is an agent only when the scan's
// tags or the record name it, a program only with the version that ran. Where the standard demands
// a value and nobody knows it, "unknown" stands. An event stands only when it took place: the page
// was turned, flattened or cut.
#include "kramerius-export/page_mets.h"

#include "base/text.h"
#include "formats/copyright.h"
#include "formats/mix.h"
#include "formats/premis.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace linka {
namespace {

constexpr const char* unknown = "unknown";

std::string or_unknown(const std::string& text) {
  return trimmed(clean_utf8(text)).empty() ? unknown : text;
}

// A date-time with seconds, as XML Schema wants it; fallback when the text is none.
std::string whole_time(const std::string& text, const std::string& fallback) {
  if (!is_date_time(text)) return fallback;
  constexpr std::size_t to_minutes = 16;  // 2025-03-14T10:15
  if (text.size() > to_minutes && text[to_minutes] == ':') return text;
  return text.substr(0, to_minutes) + ":00" + text.substr(to_minutes);
}

std::string version_of(const PageFacts& facts, const char* program) {
  const auto at = facts.versions.find(program);
  return at == facts.versions.end() ? std::string{} : at->second;
}

// PRONOM's key of a scan's format.
std::string pronom_of(const SourceFacts& s) {
  if (s.format == "image/png")
    return s.format_version == "1.0" ? "fmt/11" : s.format_version == "1.2" ? "fmt/13" : "fmt/12";
  if (s.format == "image/jpeg")
    return s.format_version == "1.00" ? "fmt/42" : s.format_version == "1.02" ? "fmt/44" : "fmt/43";
  if (s.format == "image/jp2") return "x-fmt/392";
  return "fmt/353";  // TIFF
}

std::string format_version_of(const SourceFacts& s) {
  if (!s.format_version.empty()) return s.format_version;
  if (s.format == "image/png") return "1.2";
  if (s.format == "image/jpeg") return "1.01";
  if (s.format == "image/jp2") return "1.0";
  return "6.0";
}

// The scanner of this scan: what the file says first, then the device of the workplace's list that
// the tags name, then what the record says of the workplace.
Scanner scanner_of(const CaptureDevice& tags, const PackagePlan& plan) {
  const Scanner* listed = device_for(plan.devices, tags);
  Scanner s = listed != nullptr ? *listed : plan.unit.scanner;
  // Tags of another machine than the configured one say that the configuration is not about it.
  if (listed == nullptr && !tags.model.empty() && !s.model.empty() && tags.model != s.model) s = {};
  if (!tags.make.empty()) s.manufacturer = tags.make;
  if (!tags.model.empty()) s.model = tags.model;
  if (!tags.serial.empty()) s.serial = tags.serial;
  if (!tags.software.empty()) {
    if (tags.software != s.software) s.software_version.clear();
    s.software = tags.software;
  }
  if (!tags.software_version.empty()) s.software_version = tags.software_version;
  return s;
}

std::string display_name(const Scanner& s) {
  // Many makers repeat their name in the model.
  if (s.model.starts_with(s.manufacturer)) return s.model;
  if (s.model.empty()) return s.manufacturer;
  return s.manufacturer + " " + s.model;
}

std::string encoder_note(const Jp2Properties& j) {
  return fmt::format("{}, {}, {} levels, tiles {}x{}, {}",
                     j.reversible ? "lossless, 5-3 reversible" : "lossy, 9-7 irreversible",
                     j.progression, j.levels, j.tile_width, j.tile_height,
                     j.layers == 1 ? "1 layer" : fmt::format("{} layers", j.layers));
}

// What was done to the page between scan and master copy, in words; empty: nothing.
std::string editing_of(const PageFacts& facts) {
  std::vector<std::string> done;
  if (facts.id.side != Side::single) done.emplace_back("split from a spread");
  if (facts.turn_deg != 0) done.push_back(fmt::format("turned by {} degrees", facts.turn_deg));
  if (facts.angle_deg != 0)
    done.push_back(fmt::format("deskewed by {:.2f} degrees", facts.angle_deg));
  if (!facts.bend.empty()) done.emplace_back("flattened");
  const bool lies = facts.turn_deg % 180 != 0;
  const int width = lies ? facts.source.height_px : facts.source.width_px;
  const int height = lies ? facts.source.width_px : facts.source.height_px;
  if (facts.width_px != width || facts.height_px != height)
    done.push_back(fmt::format("cropped to {} x {} px", facts.width_px, facts.height_px));
  return fmt::format("{}", fmt::join(done, ", "));
}

std::string libraries_of(const PageFacts& facts) {
  std::vector<std::string> out;
  for (const char* library : {"libtiff", "libjpeg", "libpng", "Leptonica", "OpenCV", "Exiv2"})
    if (const std::string v = version_of(facts, library); !v.empty())
      out.push_back(fmt::format("{} {}", library, v));
  return fmt::format("{}", fmt::join(out, ", "));
}

// Everything one page's history speaks of, by name.
struct History {
  std::string scan, master, alto;              // objects
  std::string scanner, encoder, ocr, program;  // agents
  Scanner device;
  std::string captured, read_at;  // date-times
  std::string engine, engine_version;
  std::string editing;          // what was done to the page; empty: nothing
  std::string scan_name, stem;  // "0007.tif", "0007-left"
};

constexpr const char* digitization = "digitization_001";
constexpr const char* mc_creation = "MC_creation_001";
constexpr const char* xml_creation = "XML_creation_001";
constexpr const char* ps_deletion = "PS_deletion_001";
constexpr const char* editing = "postprocessing_001";

// "Tesseract 5.3.0" of the facts, where the text itself does not say who read it.
void name_engine(History& h, const PlacedPage& page) {
  const PageFacts& facts = page.source->facts;
  h.engine = page.source->text.engine;
  h.engine_version = page.source->text.engine_version;
  if (h.engine.empty() && !facts.ocr_engine.empty()) {
    const auto space = facts.ocr_engine.rfind(' ');
    h.engine = facts.ocr_engine.substr(0, space);
    if (space != std::string::npos) h.engine_version = facts.ocr_engine.substr(space + 1);
  }
  if (h.engine.empty() && !version_of(facts, "Tesseract").empty()) h.engine = "Tesseract";
  if (h.engine_version.empty() && h.engine == "Tesseract")
    h.engine_version = version_of(facts, "Tesseract");
}

History history_of(const PlacedPage& page, const PackagePlan& plan, const PackageNames& names) {
  const PageFacts& facts = page.source->facts;
  const std::string number = ordinal_text(page.record.ordinal);
  History h;
  h.scan = fmt::format("PS_{}_{}", names.id, number);
  h.master = fmt::format("MC_{}_{}", names.id, number);
  h.alto = fmt::format("ALTO_{}_{}", names.id, number);
  h.device = scanner_of(facts.source.device, plan);
  const bool named = !h.device.manufacturer.empty() || !h.device.model.empty();
  h.scanner = named ? "scanner_001" : "workplace_001";
  h.encoder = "encoder_001";
  h.program = "pipeline_001";
  name_engine(h, page);
  h.editing = editing_of(facts);
  h.read_at = whole_time(facts.read_at, page.made_at);
  // A page that nothing read (it is blank, or reading is off) got its empty ALTO from us.
  h.ocr = h.engine.empty() ? h.program : "ocr_001";
  h.captured = whole_time(facts.source.device.captured_at,
                          whole_time(facts.source.modified_at, page.made_at));
  const std::filesystem::path name(facts.source.file_name);
  h.scan_name = name.filename().string();
  if (h.scan_name.empty()) h.scan_name = text_of(facts.id.scan);
  h.stem = std::filesystem::path(h.scan_name).stem().string();
  if (facts.id.scan.frame > 0) h.stem += fmt::format("+{}", facts.id.scan.frame + 1);
  if (facts.id.side != Side::single) h.stem += fmt::format("-{}", name_of(facts.id.side));
  return h;
}

void write_objects(XmlWriter& xml, const PlacedPage& page, const History& h,
                   const PackageNames& names) {
  const PageFacts& facts = page.source->facts;
  const SourceFacts& source = facts.source;
  const auto write = [&](const char* id, const PremisObject& object) {
    begin_section(xml, "mets:techMD", id, "PREMIS");
    write_premis(xml, object);
    end_section(xml);
  };
  PremisObject scan;
  scan.id = h.scan;
  // The scan is not part of the package, and the workplace does not keep it.
  scan.preservation = "deleted";
  scan.assigned = names.created_on;
  scan.md5 = source.md5;
  scan.md5_by = names.program;
  scan.size_bytes = source.size_bytes;
  scan.format = source.format.empty() ? "image/tiff" : source.format;
  scan.format_version = format_version_of(source);
  scan.pronom = pronom_of(source);
  scan.application =
      or_unknown(h.device.software.empty() ? display_name(h.device) : h.device.software);
  scan.application_version = or_unknown(h.device.software_version);
  scan.application_date = h.captured;
  scan.original_name = h.scan_name;
  scan.events = {digitization, ps_deletion};
  write("OBJ_001", scan);

  PremisObject master;
  master.id = h.master;
  master.preservation = "preservation";
  master.assigned = names.created_on;
  master.md5 = page.files[in_mastercopy].md5;
  master.md5_by = names.program;
  master.size_bytes = page.files[in_mastercopy].size_bytes;
  master.format = "image/jp2";
  master.format_version = "1.0";
  master.pronom = "x-fmt/392";
  master.application = "OpenJPEG";
  master.application_version = or_unknown(version_of(facts, "OpenJPEG"));
  master.application_date = page.made_at;
  master.original_name = h.stem + ".jp2";
  master.created_from = h.scan;
  master.created_by = mc_creation;
  master.events = {mc_creation};
  if (!h.editing.empty()) master.events.emplace_back(editing);
  write("OBJ_002", master);

  PremisObject alto = master;
  alto.id = h.alto;
  alto.md5 = page.files[in_alto].md5;
  alto.size_bytes = page.files[in_alto].size_bytes;
  alto.format = "text/xml";
  alto.pronom = "fmt/101";
  alto.application = h.engine.empty() ? names.program : h.engine;
  alto.application_version =
      or_unknown(h.engine.empty() ? names.program_version : h.engine_version);
  alto.application_date = h.read_at;
  alto.original_name = h.stem + ".xml";
  alto.created_from = h.master;
  alto.created_by = xml_creation;
  alto.events.clear();
  write("OBJ_003", alto);
}

// What lay on the scanner's glass.
const char* source_type(const PackagePlan& plan) {
  if (plan.kind == DocumentKind::periodical) return "printed periodical";
  if (plan.unit.genre == "cartographic") return "map";
  if (plan.unit.genre == "graphic") return "picture";
  return plan.unit.genre == "sheetmusic" ? "printed music" : "printed book";
}

void write_images(XmlWriter& xml, const PlacedPage& page, const PackagePlan& plan,
                  const History& h) {
  const PageFacts& facts = page.source->facts;
  const SourceFacts& source = facts.source;
  const auto write = [&](const char* id, const MixImage& image) {
    begin_section(xml, "mets:techMD", id, "NISOIMG");
    write_mix(xml, image);
    end_section(xml);
  };
  MixImage scan;
  scan.object_id = h.scan;
  scan.size_bytes = source.size_bytes;
  scan.format = source.format.empty() ? "image/tiff" : source.format;
  scan.format_version = format_version_of(source);
  // PNG, JPEG and JPEG 2000 know one order only.
  scan.byte_order = source.byte_order == "little endian" ? "little endian" : "big endian";
  scan.compression = source.compression.empty() ? "Uncompressed" : source.compression;
  scan.width_px = source.width_px;
  scan.height_px = source.height_px;
  scan.bits_per_sample = source.bits_per_sample;
  if (scan.bits_per_sample.empty())
    scan.bits_per_sample.assign(static_cast<std::size_t>(std::max(1, source.samples_per_pixel)), 8);
  scan.color_space = !source.color_space.empty()        ? source.color_space
                     : scan.bits_per_sample.size() >= 3 ? "RGB"
                                                        : "BlackIsZero";
  // A resolution that was only assumed is none of the scan's.
  if (source.dpi_from_file) scan.dpi = source.dpi;
  MixCapture capture;
  capture.source_type = source_type(plan);
  if (!plan.unit.locations.empty())
    capture.shelf_mark = plan.unit.locations.front().shelf_mark;
  else if (plan.title && !plan.title->locations.empty())
    capture.shelf_mark = plan.title->locations.front().shelf_mark;
  capture.time = h.captured;
  capture.producer = plan.unit.sigla;
  capture.scanner = h.device;
  scan.capture = std::move(capture);
  write("MIX_001", scan);

  MixImage master;
  master.object_id = h.master;
  master.size_bytes = page.files[in_mastercopy].size_bytes;
  master.format = "image/jp2";
  master.format_version = "1.0";
  master.byte_order = "big endian";
  master.compression = "JPEG2000";
  master.width_px = facts.width_px;
  master.height_px = facts.height_px;
  master.bits_per_sample.assign(static_cast<std::size_t>(std::max(1, facts.channels)), 8);
  master.color_space = master.bits_per_sample.size() >= 3 ? "sRGB" : "BlackIsZero";
  master.dpi = facts.dpi;
  if (page.master_jp2) {
    const Jp2Properties& j = *page.master_jp2;
    if (j.icc_bytes > 0 && j.components >= 3 && j.enumerated_color_space == 0)
      master.color_space = "RGB";
    master.jpeg2000 = MixJpeg2000{"OpenJPEG",   or_unknown(version_of(facts, "OpenJPEG")),
                                  "P2",         "C2",
                                  j.tile_width, j.tile_height,
                                  j.layers,     j.levels};
  }
  master.processing = MixProcessing{page.made_at, h.scan_name, plan.unit.sigla};
  write("MIX_002", master);
}

void write_events(XmlWriter& xml, const PlacedPage& page, const History& h,
                  const PackageNames& names) {
  const char* by_scanner = h.scanner == "scanner_001" ? "machine" : "implementer";
  std::vector<PremisEvent> events = {
      {digitization, "capture", "capture/digitization", h.captured, h.scanner, by_scanner, h.scan},
      {mc_creation, "migration", "migration/MC_creation", page.made_at, h.encoder, "software",
       h.master},
      {xml_creation, "capture", "capture/XML_creation", h.read_at, h.ocr, "software", h.alto},
      {ps_deletion, "deletion", "deletion/PS_deletion", names.created, h.program, "software",
       h.scan}};
  if (!h.editing.empty())
    events.push_back({editing, "derivation", "derivation/POSTPROCESSING_creation", page.made_at,
                      h.program, "software", h.master});
  int number = 1;
  for (const PremisEvent& event : events) {
    begin_section(xml, "mets:digiprovMD", fmt::format("EVT_{:03}", number++), "PREMIS");
    write_premis(xml, event);
    end_section(xml);
  }
}

std::string note_on_program(const PageFacts& facts, const History& h) {
  const std::string libraries = libraries_of(facts);
  if (h.editing.empty() || libraries.empty()) return h.editing + libraries;
  return h.editing + "; " + libraries;
}

void write_agents(XmlWriter& xml, const PlacedPage& page, const Record& record, const History& h,
                  const PackageNames& names) {
  const PageFacts& facts = page.source->facts;
  std::vector<PremisAgent> agents;
  if (h.scanner == "scanner_001") {
    std::string note = h.device.kind.empty() ? "scanner" : h.device.kind;
    if (!h.device.serial.empty()) note += ", serial number " + h.device.serial;
    if (!h.device.software.empty())
      note += ", " + h.device.software +
              (h.device.software_version.empty() ? "" : " " + h.device.software_version);
    agents.push_back({h.scanner, display_name(h.device), "software", note});
  } else {
    agents.push_back({h.scanner, record.institution.empty() ? record.sigla : record.institution,
                      "organization", "digitization workplace"});
  }
  const std::string openjpeg = version_of(facts, "OpenJPEG");
  agents.push_back({h.encoder, openjpeg.empty() ? "OpenJPEG" : "OpenJPEG " + openjpeg, "software",
                    page.master_jp2 ? encoder_note(*page.master_jp2) : ""});
  if (h.ocr != h.program)
    agents.push_back(
        {h.ocr, h.engine + (h.engine_version.empty() ? "" : " " + h.engine_version), "software",
         page.source->text.models.empty() ? "" : "models " + page.source->text.models});
  agents.push_back(
      {h.program,
       names.program + (names.program_version.empty() ? "" : " " + names.program_version),
       "software", note_on_program(facts, h)});
  int number = 1;
  for (const PremisAgent& agent : agents) {
    begin_section(xml, "mets:digiprovMD", fmt::format("AGENT_{:03}", number++), "PREMIS");
    write_premis(xml, agent);
    end_section(xml);
  }
}

}  // namespace

std::string to_page_mets(const PlacedPage& page, const PackagePlan& plan, const PackageNames& names,
                         const WrittenStandard& standard, bool rights) {
  const History h = history_of(page, plan, names);
  const std::string number = ordinal_text(page.record.ordinal);
  XmlWriter xml;
  begin_mets(xml, names.header);
  xml.open("mets:amdSec").attribute("ID", "PAGE_" + number);
  write_objects(xml, page, h, names);
  write_images(xml, page, plan, h);
  if (rights && !plan.rights.status.empty()) write_rights_section(xml, "RIGHTS_001", plan.rights);
  write_events(xml, page, h, names);
  write_agents(xml, page, plan.unit, h, names);
  xml.close();

  std::vector<MetsFileGroup> groups;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < in_amdsec; ++i) {
    const PackageFolder& f = package_folders[i];
    const char* adm = i == in_mastercopy ? "OBJ_002 MIX_002 EVT_002"
                      : i == in_alto     ? "OBJ_003 EVT_003"
                                         : "";
    ids.push_back(f.id_prefix + number);
    groups.push_back({f.group,
                      f.use,
                      {{ids.back(), f.mime_type, page.record.ordinal - 1, page.made_at,
                        page.files[i].size_bytes, page.files[i].md5, adm, page.files[i].href}}});
  }
  write_file_section(xml, groups);
  xml.open("mets:structMap").attribute("TYPE", "PHYSICAL");
  xml.open("mets:div").attribute("TYPE", standard.page_div);
  write_file_pointers(xml, ids);
  return xml.done();
}

}  // namespace linka
