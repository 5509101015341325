// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing is said here that the page's facts do not say: a scanner is an agent only when the scan's
// tags or the record name it, a program only with the version that ran. Where the standard demands
// a value and nobody knows it, "unknown" stands.
#include "kramerius-export/page_mets.h"

#include "base/text.h"
#include "formats/mix.h"
#include "formats/premis.h"
#include "formats/xml_writer.h"

#include <fmt/format.h>

#include <filesystem>

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

// The scanner of this scan: what the file says first, then what the record says of the workplace.
Scanner scanner_of(const CaptureDevice& tags, const Scanner& configured) {
  Scanner s = configured;
  // Tags of another machine than the configured one say that the configuration is not about it.
  if (!tags.model.empty() && !s.model.empty() && tags.model != s.model) s = {};
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

std::string editing_note(const PageFacts& facts) {
  std::string out = facts.angle_deg == 0 ? std::string("not turned")
                                         : fmt::format("turned by {:.2f} degrees", facts.angle_deg);
  if (!facts.crop.empty())
    out += fmt::format(", cropped to {:.0f} x {:.0f} px", facts.crop.width(), facts.crop.height());
  for (const char* library : {"libtiff", "Leptonica", "OpenCV", "Exiv2"})
    if (const std::string v = version_of(facts, library); !v.empty())
      out += fmt::format("; {} {}", library, v);
  return out;
}

// Everything one page's history speaks of, by name.
struct History {
  std::string scan, master, alto;              // objects
  std::string scanner, encoder, ocr, program;  // agents
  Scanner device;
  std::string captured;  // date-time
  std::string engine, engine_version;
  std::string scan_name, stem;  // "0007.tif", "0007-left"
};

constexpr const char* digitization = "digitization_001";
constexpr const char* mc_creation = "MC_creation_001";
constexpr const char* xml_creation = "XML_creation_001";
constexpr const char* ps_deletion = "PS_deletion_001";
constexpr const char* editing = "postprocessing_001";

History history_of(const PlacedPage& page, const Record& record, const PackageNames& names) {
  const PageFacts& facts = page.source->facts;
  const std::string number = ordinal_text(page.record.ordinal);
  History h;
  h.scan = fmt::format("PS_{}_{}", names.id, number);
  h.master = fmt::format("MC_{}_{}", names.id, number);
  h.alto = fmt::format("ALTO_{}_{}", names.id, number);
  h.device = scanner_of(facts.source.device, record.scanner);
  const bool named = !h.device.manufacturer.empty() || !h.device.model.empty();
  h.scanner = named ? "scanner_001" : "workplace_001";
  h.encoder = "encoder_001";
  h.program = "pipeline_001";
  h.engine = page.source->text.engine;
  h.engine_version = page.source->text.engine_version;
  if (h.engine.empty() && !version_of(facts, "Tesseract").empty()) h.engine = "Tesseract";
  if (h.engine_version.empty() && h.engine == "Tesseract")
    h.engine_version = version_of(facts, "Tesseract");
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
  master.md5 = page.master.md5;
  master.md5_by = names.program;
  master.size_bytes = page.master.size_bytes;
  master.format = "image/jp2";
  master.format_version = "1.0";
  master.pronom = "x-fmt/392";
  master.application = "OpenJPEG";
  master.application_version = or_unknown(version_of(facts, "OpenJPEG"));
  master.application_date = page.made_at;
  master.original_name = h.stem + ".jp2";
  master.created_from = h.scan;
  master.created_by = mc_creation;
  master.events = {mc_creation, editing};
  write("OBJ_002", master);

  PremisObject alto = master;
  alto.id = h.alto;
  alto.md5 = page.alto.md5;
  alto.size_bytes = page.alto.size_bytes;
  alto.format = "text/xml";
  alto.pronom = "fmt/101";
  alto.application = h.engine.empty() ? names.program : h.engine;
  alto.application_version =
      or_unknown(h.engine.empty() ? names.program_version : h.engine_version);
  alto.original_name = h.stem + ".xml";
  alto.created_from = h.master;
  alto.created_by = xml_creation;
  alto.events.clear();
  write("OBJ_003", alto);
}

void write_images(XmlWriter& xml, const PlacedPage& page, const Record& record, const History& h) {
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
  if (!record.locations.empty()) capture.shelf_mark = record.locations.front().shelf_mark;
  capture.time = h.captured;
  capture.producer = record.sigla;
  capture.scanner = h.device;
  scan.capture = std::move(capture);
  write("MIX_001", scan);

  MixImage master;
  master.object_id = h.master;
  master.size_bytes = page.master.size_bytes;
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
  master.processing = MixProcessing{page.made_at, h.scan_name, record.sigla};
  write("MIX_002", master);
}

void write_events(XmlWriter& xml, const PlacedPage& page, const History& h,
                  const PackageNames& names) {
  const char* by_scanner = h.scanner == "scanner_001" ? "machine" : "implementer";
  const PremisEvent events[] = {
      {digitization, "capture", "capture/digitization", h.captured, h.scanner, by_scanner, h.scan},
      {mc_creation, "migration", "migration/MC_creation", page.made_at, h.encoder, "software",
       h.master},
      {xml_creation, "capture", "capture/XML_creation", page.made_at, h.ocr, "software", h.alto},
      {ps_deletion, "deletion", "deletion/PS_deletion", names.created, h.program, "software",
       h.scan},
      {editing, "derivation", "derivation/POSTPROCESSING_creation", page.made_at, h.program,
       "software", h.master},
  };
  int number = 1;
  for (const PremisEvent& event : events) {
    begin_section(xml, "mets:digiprovMD", fmt::format("EVT_{:03}", number++), "PREMIS");
    write_premis(xml, event);
    end_section(xml);
  }
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
       "software", editing_note(facts)});
  int number = 1;
  for (const PremisAgent& agent : agents) {
    begin_section(xml, "mets:digiprovMD", fmt::format("AGENT_{:03}", number++), "PREMIS");
    write_premis(xml, agent);
    end_section(xml);
  }
}

}  // namespace

std::string to_page_mets(const PlacedPage& page, const Record& record, const PackageNames& names) {
  const History h = history_of(page, record, names);
  const std::string number = ordinal_text(page.record.ordinal);
  XmlWriter xml;
  begin_mets(xml, names.header);
  xml.open("mets:amdSec").attribute("ID", "PAGE_" + number);
  write_objects(xml, page, h, names);
  write_images(xml, page, record, h);
  write_events(xml, page, h, names);
  write_agents(xml, page, record, h, names);
  xml.close();

  const int sequence = page.record.ordinal - 1;
  const auto file = [&](const char* id, const char* mime, const PlacedFile& f, const char* adm) {
    return MetsFile{id + number, mime, sequence, page.made_at, f.size_bytes, f.md5, adm, f.href};
  };
  write_file_section(
      xml,
      {{"MC_IMGGRP", "Images", {file("MC_", "image/jp2", page.master, "OBJ_002 MIX_002 EVT_002")}},
       {"UC_IMGGRP", "Images", {file("UC_", "image/jp2", page.user, "")}},
       {"ALTOGRP", "Layout", {file("ALTO_", "text/xml", page.alto, "OBJ_003 EVT_003")}},
       {"TXTGRP", "Text", {file("TXT_", "text/plain", page.txt, "")}}});
  xml.open("mets:structMap").attribute("TYPE", "PHYSICAL");
  xml.open("mets:div").attribute("TYPE", "MONOGRAPH_PAGE");
  write_file_pointers(xml, {"MC_" + number, "UC_" + number, "ALTO_" + number, "TXT_" + number});
  return xml.done();
}

}  // namespace linka
