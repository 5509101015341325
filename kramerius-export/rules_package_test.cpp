// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "kramerius-export/rules_test_package.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace linka::test {

namespace fs = std::filesystem;

namespace {

std::string digest(const std::string& content) {
  return md5_hex({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

// ---- images

std::string be(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string be(int value, int bytes) {
  return be(static_cast<std::uint64_t>(value), bytes);
}
std::string box(const std::string& type, const std::string& body) {
  return be(body.size() + 8, 4) + type + body;
}
std::string segment(int marker, const std::string& body) {
  return be(marker, 2) + be(body.size() + 2, 2) + body;
}

int log2_of(int size) {
  int n = 0;
  while (1 << n < size) ++n;
  return n;
}

// ---- XML by short words: <name attributes>content</name>

std::string el(const std::string& name, const std::string& content) {
  const std::string tag = name.substr(0, name.find(' '));
  return "<" + name + ">" + content + "</" + tag + ">\n";
}
std::string none(const std::string& name) {
  return "<" + name + "/>\n";
}

std::string uuid(int n) {
  return fmt::format("7d3a0c52-19be-4f60-8a77-{:012x}", n);
}

std::string record(const std::string& level, int number, const std::string& version,
                   const std::string& mods, const std::string& dc) {
  const std::string key = fmt::format("{}_{:04}", level, number);
  const std::string attribute = version.empty() ? "" : " version=\"" + version + "\"";
  const std::string type = version.empty() ? "3.8" : version;
  return el("mets:dmdSec ID=\"MODSMD_" + key + "\"",
            el("mets:mdWrap MDTYPE=\"MODS\" MDTYPEVERSION=\"" + type + "\" MIMETYPE=\"text/xml\"",
               el("mets:xmlData", el("mods:mods ID=\"MODS_" + key + "\"" + attribute, mods)))) +
         el("mets:dmdSec ID=\"DCMD_" + key + "\"",
            el("mets:mdWrap MDTYPE=\"DC\" MIMETYPE=\"text/xml\"",
               el("mets:xmlData", el("oai_dc:dc", dc))));
}

std::string mods_id(const std::string& type, const std::string& value) {
  return el("mods:identifier type=\"" + type + "\"", value);
}
std::string dc_id(const std::string& type, const std::string& value) {
  return el("dc:identifier", type + ":" + value);
}
std::string language() {
  return el("mods:language", el("mods:languageTerm type=\"code\" authority=\"iso639-2b\"", "cze"));
}
std::string title(const std::string& text) {
  return el("mods:titleInfo", el("mods:title", text));
}
std::string dates() {
  return el("mods:recordCreationDate encoding=\"iso8601\"", "2024-11-05T07:15:00Z") +
         el("mods:recordChangeDate encoding=\"iso8601\"", "20241106T081500Z") +
         el("mods:recordOrigin", "human prepared");
}

struct Words {
  PackageForm form;
  bool mods38, periodical;
  std::string version;  // of MODS; empty: left out
};

std::string record_info(const Words& w, bool full = true) {
  const std::string authority = w.mods38 ? "siglaADR" : "marcorg";
  std::string rest;
  if (full)
    rest = el("mods:recordIdentifier source=\"CZ-XyZ\"", "xyz0042") +
           el("mods:languageOfCataloging", el("mods:languageTerm authority=\"iso639-2b\"", "cze"));
  return el("mods:recordInfo",
            el("mods:descriptionStandard", "rda") +
                el("mods:recordContentSource authority=\"" + authority + "\"", "BOA001") + dates() +
                rest);
}
std::string part_info() {
  return el("mods:recordInfo", el("mods:recordContentSource", "BOA001") + dates());
}

std::string publisher(const Words& w) {
  if (w.version == "3.8")
    return el("mods:agent", el("mods:namePart", "Tiskárna U Sovy") +
                                el("mods:role", el("mods:roleTerm", "publisher")));
  return el("mods:publisher", "Tiskárna U Sovy");
}

std::string origin(const Words& w, const std::string& issuance) {
  return el("mods:originInfo eventType=\"publication\"",
            el("mods:place", el("mods:placeTerm type=\"text\"", "Brno")) + publisher(w) +
                el("mods:dateIssued", "1911") +
                (issuance.empty() ? "" : el("mods:issuance", issuance)));
}

std::string name() {
  return el(
      "mods:name type=\"personal\" usage=\"primary\"",
      el("mods:namePart type=\"family\"", "Sýkora") + el("mods:namePart type=\"given\"", "Vít") +
          el("mods:namePart type=\"date\"", "1871-1930") +
          el("mods:role", el("mods:roleTerm type=\"code\" authority=\"marcrelator\"", "aut")));
}
std::string location() {
  return el("mods:location", el("mods:physicalLocation authority=\"siglaADR\"", "BOA001") +
                                 el("mods:shelfLocator", "II 77.123"));
}
std::string printed() {
  return el("mods:physicalDescription",
            el("mods:form authority=\"marcform\"", "print") + el("mods:extent", "2 listy"));
}

std::string volume(const Words& w) {
  const bool several = w.form == PackageForm::volume_of_several;
  return record(
      "VOLUME", 1, w.version,
      title("Sto mostů") + name() + el("mods:typeOfResource", "text") + el("mods:genre", "volume") +
          origin(w, several ? "multipart monograph" : "monographic") + language() + printed() +
          el("mods:note", "Vít Sýkora") +
          el("mods:subject authority=\"czenas\"", el("mods:topic", "mosty")) +
          el("mods:classification authority=\"udc\" edition=\"Konspekt\"", "624") + location() +
          mods_id("uuid", uuid(1)) + mods_id("urnnbn", "urn:nbn:cz:xyz007-00b00k") +
          mods_id("isbn", "80-85892-15-4") + record_info(w),
      el("dc:title", "Sto mostů") + el("dc:creator", "Sýkora, Vít") +
          el("dc:type", several ? "model:monographunit" : "model:monograph") +
          el("dc:date", "1911") + el("dc:language", "cze") + el("dc:format", "print") +
          dc_id("uuid", uuid(1)) + dc_id("urnnbn", "urn:nbn:cz:xyz007-00b00k") +
          dc_id("isbn", "80-85892-15-4") + el("dc:source", "BOA001"));
}

std::string whole_work(const Words& w) {
  return record("TITLE", 1, w.version,
                title("Mosty země") + el("mods:genre", "title") + origin(w, "") + printed() +
                    mods_id("uuid", uuid(2)) + record_info(w),
                el("dc:title", "Mosty země") + el("dc:type", "model:monograph") +
                    el("dc:format", "print") + dc_id("uuid", uuid(2)));
}

std::string inner_parts(const Words& w) {
  const std::string picture =
      w.periodical ? el("mods:subject authority=\"czenas\"", el("mods:topic", "lávky")) : "";
  return record("PICT", 1, w.version,
                title("Lávka") + el("mods:genre type=\"photograph\"", "picture") + picture +
                    mods_id("uuid", uuid(4)) + part_info(),
                el("dc:title", "Lávka") + el("dc:type", "model:internalpart") +
                    (w.periodical ? el("dc:subject", "lávky") : "") + dc_id("uuid", uuid(4)));
}

std::string chapter(const Words& w) {
  return record("CHAP", 1, w.version,
                title("Dřevo") + el("mods:genre type=\"chapter\"", "chapter") + language() +
                    mods_id("uuid", uuid(3)) + part_info(),
                el("dc:title", "Dřevo") + el("dc:type", "model:internalpart") +
                    el("dc:language", "cze") + dc_id("uuid", uuid(3)));
}

std::string supplement(const Words& w) {
  const std::string type = w.periodical ? " type=\"issue_supplement\"" : "";
  const std::string form = w.periodical ? "mods:form authority=\"marcform\""
                                        : "mods:form authority=\"rdacarrier\" type=\"carrier\"";
  return record("SUPPL", 1, w.version,
                title("Plán mostu") + el("mods:typeOfResource", "cartographic") +
                    el("mods:genre" + type, "supplement") + language() +
                    el("mods:physicalDescription", el(form, "list")) + mods_id("uuid", uuid(5)) +
                    record_info(w, false),
                el("dc:title", "Plán mostu") + el("dc:type", "model:supplement") +
                    el("dc:language", "cze") + el("dc:format", "list") + dc_id("uuid", uuid(5)));
}

std::string periodical_levels(const Words& w) {
  return record("TITLE", 1, w.version,
                title("Mostařské noviny") + el("mods:typeOfResource", "text") +
                    el("mods:genre", "title") + origin(w, "serial") + language() + printed() +
                    location() + mods_id("uuid", uuid(6)) + mods_id("issn", "2049-3630") +
                    record_info(w),
                el("dc:title", "Mostařské noviny") + el("dc:type", "model:periodical") +
                    el("dc:date", "1911") + el("dc:language", "cze") + el("dc:format", "print") +
                    dc_id("uuid", uuid(6)) + dc_id("issn", "2049-3630")) +
         record("VOLUME", 1, w.version,
                el("mods:titleInfo", el("mods:partNumber", "12")) + el("mods:genre", "volume") +
                    el("mods:originInfo", el("mods:dateIssued", "1911")) + mods_id("uuid", uuid(7)),
                el("dc:title", "12") + el("dc:type", "model:periodicalvolume") +
                    el("dc:date", "1911") + dc_id("uuid", uuid(7))) +
         record("ISSUE", 1, w.version,
                title("Mostařské noviny") + el("mods:genre type=\"evening\"", "issue") +
                    el("mods:originInfo", el("mods:dateIssued", "07.04.1911")) + language() +
                    mods_id("uuid", uuid(1)) + mods_id("urnnbn", "urn:nbn:cz:xyz007-00b00k"),
                el("dc:title", "Mostařské noviny") + el("dc:type", "model:periodicalitem") +
                    el("dc:language", "cze") + dc_id("uuid", uuid(1)) +
                    dc_id("urnnbn", "urn:nbn:cz:xyz007-00b00k")) +
         record("ART", 1, w.version,
                title("O pilířích") + el("mods:genre type=\"study\"", "article") +
                    el("mods:subject authority=\"czenas\"", el("mods:topic", "pilíře")) +
                    mods_id("uuid", uuid(8)) + part_info(),
                el("dc:title", "O pilířích") + el("dc:type", "model:internalpart") +
                    el("dc:subject", "pilíře") + dc_id("uuid", uuid(8)));
}

std::string page_record(const Words& w, int n) {
  const std::string number = n == 1 ? "[i]" : "ii", type = n == 1 ? "titlePage" : "normalPage";
  return record("PAGE", n, w.version,
                mods_id("uuid", uuid(100 + n)) +
                    el("mods:part type=\"" + type + "\"",
                       el("mods:detail type=\"pageNumber\"", el("mods:number", number)) +
                           el("mods:extent unit=\"pages\"", el("mods:start", number))) +
                    el("mods:part",
                       el("mods:detail type=\"pageIndex\"", el("mods:number", std::to_string(n)))) +
                    el("mods:note", n == 1 ? "right" : "left") +
                    el("mods:genre type=\"" + type + "\"", n == 1 ? "reprePage" : "page") +
                    el("mods:typeOfResource", "text"),
                el("dc:title", number) + el("dc:type", "model:page") + el("dc:coverage", number) +
                    dc_id("uuid", uuid(100 + n)));
}

struct Group {
  const char *id, *use, *file, *mime, *folder;
};
const Group groups[] = {{"MC_IMGGRP", "Images", "MC", "image/jp2", "mastercopy"},
                        {"UC_IMGGRP", "Images", "UC", "image/jp2", "usercopy"},
                        {"ALTOGRP", "Layout", "ALTO", "text/xml", "alto"},
                        {"TXTGRP", "Text", "TXT", "text/plain", "txt"},
                        {"TECHMDGRP", "Technical Metadata", "AMD", "text/xml", "amdsec"}};

std::string file_entry(const Group& g, int n, const std::string& more = "") {
  const std::string path = page_path(g.folder, n);
  return el(fmt::format("mets:file ID=\"{}_{:04}\" MIMETYPE=\"{}\" SEQ=\"{}\" "
                        "CREATED=\"2025-01-20T12:00:00Z\" SIZE=\"((size {}))\" "
                        "CHECKSUM=\"((md5 {}))\" CHECKSUMTYPE=\"MD5\"{}",
                        g.file, n, g.mime, n - 1, path, path, more),
            none("mets:FLocat LOCTYPE=\"URL\" xlink:href=\"" + path + "\""));
}

const char* const name_spaces =
    "xmlns:mets=\"http://www.loc.gov/METS/\" xmlns:mods=\"http://www.loc.gov/mods/v3\" "
    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
    "xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" "
    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

std::string mets_frame(const Words& w, const std::string& content) {
  const std::string agents =
      el("mets:agent ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\"", el("mets:name", "BOA001")) +
      el("mets:agent ROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"", el("mets:name", "BOA001"));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         el(fmt::format("mets:mets {} LABEL=\"Sto mostů, 1911\" TYPE=\"{}\" "
                        "xsi:schemaLocation=\"http://www.loc.gov/METS/ mets.xsd\"",
                        name_spaces, w.periodical ? "Periodical" : "Monograph"),
            el("mets:metsHdr CREATEDATE=\"2025-01-20T12:30:00+01:00\" "
               "LASTMODDATE=\"2025-01-20T12:30:00+01:00\"",
               agents) +
                content);
}

std::string div(const std::string& attributes, const std::string& content) {
  return content.empty() ? none("mets:div " + attributes) : el("mets:div " + attributes, content);
}

std::string main_mets(const Words& w) {
  std::string records, inner;
  const bool several = w.form == PackageForm::volume_of_several;
  if (w.periodical) records = periodical_levels(w) + inner_parts(w) + supplement(w);
  if (several) records = whole_work(w) + volume(w) + chapter(w) + inner_parts(w) + supplement(w);
  if (records.empty()) records = volume(w);
  for (int n = 1; n <= 2; ++n) records += page_record(w, n);
  std::string listed, pages;
  for (const Group& g : groups) {
    std::string entries;
    for (int n = 1; n <= 2; ++n) entries += file_entry(g, n);
    listed += el(fmt::format("mets:fileGrp ID=\"{}\" USE=\"{}\"", g.id, g.use), entries);
  }
  for (int n = 1; n <= 2; ++n) {
    std::string pointers;
    for (const Group& g : groups)
      pointers += none(fmt::format("mets:fptr FILEID=\"{}_{:04}\"", g.file, n));
    pages += div(fmt::format("ID=\"DIV_P_PAGE_{:04}\" ORDER=\"{}\" ORDERLABEL=\"{}\" TYPE=\"{}\"",
                             n, n, n == 1 ? "[i]" : "ii", n == 1 ? "titlePage" : "normalPage"),
                 pointers);
  }
  const std::string parts =
      div("ID=\"PICT_0001\" TYPE=\"PICTURE\" LABEL=\"Lávka\" DMDID=\"MODSMD_PICT_0001\"", "") +
      div("ID=\"SUPPLEMENT_0001\" TYPE=\"SUPPLEMENT\" LABEL=\"Plán\" DMDID=\"MODSMD_SUPPL_0001\"",
          "");
  const std::string area =
      div("ID=\"PART_1\" TYPE=\"NORMAL_TEXT\"",
          el("mets:fptr", none("mets:area FILEID=\"ALTO_0001\" BEGIN=\"B1\" BETYPE=\"IDREF\"")));
  std::string logical, owner = "VOLUME_0001", second = owner;
  if (w.periodical) {
    owner = "ISSUE_0001";
    second = "SUPPLEMENT_0001";
    logical = div(
        "ID=\"TITLE_0001\" TYPE=\"PERIODICAL_TITLE\" LABEL=\"Noviny\" DMDID=\"MODSMD_TITLE_0001\"",
        div("ID=\"VOLUME_0001\" TYPE=\"PERIODICAL_VOLUME\" LABEL=\"12\" "
            "DMDID=\"MODSMD_VOLUME_0001\"",
            div("ID=\"ISSUE_0001\" TYPE=\"ISSUE\" LABEL=\"Noviny\" DMDID=\"MODSMD_ISSUE_0001\"",
                div("ID=\"ART_0001\" TYPE=\"ARTICLE\" LABEL=\"O pilířích\" "
                    "DMDID=\"MODSMD_ART_0001\"",
                    area) +
                    parts)));
  } else if (several) {
    logical = div(
        "ID=\"MONOGRAPH_0001\" TYPE=\"MONOGRAPH\" LABEL=\"Mosty země\" DMDID=\"MODSMD_TITLE_0001\"",
        div("ID=\"VOLUME_0001\" TYPE=\"VOLUME\" LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0001\"",
            div("ID=\"CHAP_0001\" TYPE=\"CHAPTER\" LABEL=\"Dřevo\" DMDID=\"MODSMD_CHAP_0001\"",
                area) +
                parts));
    second = "SUPPLEMENT_0001";
  } else {
    logical = div(
        "ID=\"MONOGRAPH_0001\" TYPE=\"MONOGRAPH\" LABEL=\"Sto mostů\"",
        div("ID=\"VOLUME_0001\" TYPE=\"VOLUME\" LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0001\"",
            ""));
  }
  return mets_frame(
      w,
      records + el("mets:fileSec", listed) +
          el("mets:structMap TYPE=\"PHYSICAL\" LABEL=\"Physical_Structure\"",
             div(fmt::format(
                     "ID=\"DIV_P_0000\" LABEL=\"Sto mostů\" TYPE=\"{}\" DMDID=\"MODSMD_{}_0001\"",
                     w.periodical ? "ISSUE" : "MONOGRAPH", w.periodical ? "ISSUE" : "VOLUME"),
                 pages)) +
          el("mets:structMap TYPE=\"LOGICAL\" LABEL=\"Logical_Structure\"", logical) +
          el("mets:structLink",
             none("mets:smLink xlink:from=\"" + owner + "\" xlink:to=\"DIV_P_PAGE_0001\"") +
                 none("mets:smLink xlink:from=\"" + second + "\" xlink:to=\"DIV_P_PAGE_0002\"")));
}

// ---- technical METS

std::string wrapped(const std::string& section, const std::string& id, const std::string& type,
                    const std::string& record) {
  return el(
      "mets:" + section + " ID=\"" + id + "\"",
      el("mets:mdWrap MDTYPE=\"" + type + "\" MIMETYPE=\"text/xml\"", el("mets:xmlData", record)));
}
std::string pair(const std::string& holder, const std::string& start, const std::string& type,
                 const std::string& value, const std::string& more = "") {
  return el("premis:" + holder,
            el("premis:" + start + "Type", type) + el("premis:" + start + "Value", value) + more);
}

std::string object(int n, const std::string& key, const std::string& level,
                   const std::string& facts, const std::string& format, const std::string& program,
                   const std::string& rest) {
  return wrapped(
      "techMD", fmt::format("OBJ_{:03}", n), "PREMIS",
      el("premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
         "xsi:type=\"premis:file\"",
         pair("objectIdentifier", "objectIdentifier", "file", key) +
             el("premis:preservationLevel",
                el("premis:preservationLevelValue", level) +
                    el("premis:preservationLevelDateAssigned", "2025-01-20")) +
             el("premis:objectCharacteristics",
                el("premis:compositionLevel", "0") + facts + format +
                    el("premis:creatingApplication",
                       el("premis:creatingApplicationName", program) +
                           el("premis:creatingApplicationVersion", "3") +
                           el("premis:dateCreatedByApplication", "2025-01-20T11:00:00+01:00"))) +
             el("premis:originalName", key + ".bin") + rest));
}
std::string facts(const std::string& digest_value, const std::string& size) {
  return el("premis:fixity", el("premis:messageDigestAlgorithm", "MD5") +
                                 el("premis:messageDigest", digest_value) +
                                 el("premis:messageDigestOriginator", "test")) +
         el("premis:size", size);
}
std::string format_of(const std::string& name, const std::string& version, const std::string& key) {
  return el("premis:format",
            el("premis:formatDesignation",
               el("premis:formatName", name) + el("premis:formatVersion", version)) +
                el("premis:formatRegistry", el("premis:formatRegistryName", "PRONOM") +
                                                el("premis:formatRegistryKey", key)));
}
std::string made_from(const std::string& source, const std::string& event) {
  return el("premis:relationship",
            el("premis:relationshipType", "derivation") +
                el("premis:relationshipSubType", "created from") +
                pair("relatedObjectIdentification", "relatedObjectIdentifier", "file", source) +
                pair("relatedEventIdentification", "relatedEventIdentifier", "EventId", event));
}
std::string event(int n, const std::string& id, const std::string& type, const std::string& detail,
                  const std::string& agent, const std::string& object_key) {
  return wrapped(
      "digiprovMD", fmt::format("EVT_{:03}", n), "PREMIS",
      el("premis:event xmlns:premis=\"info:lc/xmlns/premis-v2\"",
         pair("eventIdentifier", "eventIdentifier", "EventId", id) + el("premis:eventType", type) +
             el("premis:eventDateTime", "2025-01-20T11:30:00+01:00") +
             el("premis:eventDetail", detail) +
             el("premis:eventOutcomeInformation", el("premis:eventOutcome", "successful")) +
             pair("linkingAgentIdentifier", "linkingAgentIdentifier", "AgentId", agent,
                  el("premis:linkingAgentRole", "software")) +
             pair("linkingObjectIdentifier", "linkingObjectIdentifier", "file", object_key)));
}
std::string agent(int n, const std::string& id) {
  return wrapped("digiprovMD", fmt::format("AGENT_{:03}", n), "PREMIS",
                 el("premis:agent xmlns:premis=\"info:lc/xmlns/premis-v2\"",
                    pair("agentIdentifier", "agentIdentifier", "AgentId", id) +
                        el("premis:agentName", id + " 3") + el("premis:agentType", "software")));
}

std::string sampling() {
  const std::string ratio = el("mix:numerator", "300") + el("mix:denominator", "1");
  return el(
      "mix:ImageAssessmentMetadata",
      el("mix:SpatialMetrics",
         el("mix:samplingFrequencyPlane", "object plane") + el("mix:samplingFrequencyUnit", "in.") +
             el("mix:xSamplingFrequency", ratio) + el("mix:ySamplingFrequency", ratio)) +
          el("mix:ImageColorEncoding",
             el("mix:BitsPerSample",
                el("mix:bitsPerSampleValue", "8") + el("mix:bitsPerSampleValue", "8") +
                    el("mix:bitsPerSampleValue", "8") + el("mix:bitsPerSampleUnit", "integer")) +
                 el("mix:samplesPerPixel", "3")));
}
std::string mix(int n, const std::string& format, const std::string& version,
                const std::string& order, const std::string& compression, int width, int height,
                const std::string& middle, const std::string& end) {
  return wrapped(
      "techMD", fmt::format("MIX_{:03}", n), "NISOIMG",
      el("mix:mix xmlns:mix=\"http://www.loc.gov/mix/v20\"",
         el("mix:BasicDigitalObjectInformation",
            el("mix:FormatDesignation",
               el("mix:formatName", format) + el("mix:formatVersion", version)) +
                el("mix:byteOrder", order) +
                el("mix:Compression", el("mix:compressionScheme", compression))) +
             el("mix:BasicImageInformation",
                el("mix:BasicImageCharacteristics",
                   el("mix:imageWidth", std::to_string(width)) +
                       el("mix:imageHeight", std::to_string(height)) +
                       el("mix:PhotometricInterpretation", el("mix:colorSpace", "sRGB")))) +
             middle + sampling() + end));
}
std::string capture() {
  return el(
      "mix:ImageCaptureMetadata",
      el("mix:GeneralCaptureInformation", el("mix:dateTimeCreated", "2025-01-20T10:00:00+01:00") +
                                              el("mix:imageProducer", "BOA001") +
                                              el("mix:captureDevice", "reflection print scanner")) +
          el("mix:ScannerCapture",
             el("mix:scannerManufacturer", "Sova") +
                 el("mix:ScannerModel", el("mix:scannerModelName", "S1") +
                                            el("mix:scannerModelNumber", "1") +
                                            el("mix:scannerModelSerialNo", "77")) +
                 el("mix:MaximumOpticalResolution", el("mix:xOpticalResolution", "600") +
                                                        el("mix:yOpticalResolution", "600") +
                                                        el("mix:opticalResolutionUnit", "in.")) +
                 el("mix:scannerSensor", "OneChipColourArea") +
                 el("mix:ScanningSystemSoftware", el("mix:scanningSoftwareName", "SovaScan") +
                                                      el("mix:scanningSoftwareVersionNo", "3"))) +
          el("mix:orientation", "normal*"));
}

std::string page_mets(const Words& w, int n) {
  const std::string mc = page_path("mastercopy", n), text = page_path("alto", n);
  const std::string scan_key = "scan", master_key = "master", alto_key = "layout";
  const std::string changed =
      el("mix:ChangeHistory",
         el("mix:ImageProcessing", el("mix:dateTimeProcessed", "2025-01-20T11:00:00+01:00") +
                                       el("mix:sourceData", "scan.tif") +
                                       el("mix:processingAgency", "BOA001")));
  const std::string linked =
      pair("linkingEventIdentifier", "linkingEventIdentifier", "EventId", "scanned");
  const std::string records =
      object(1, scan_key, "deleted", facts("0123456789abcdef0123456789abcdef", "4711"),
             format_of("image/tiff", "6.0", "fmt/353"), "SovaScan", linked) +
      object(2, master_key, "preservation", facts("((md5 " + mc + "))", "((size " + mc + "))"),
             format_of("image/jp2", "1.0", "x-fmt/392"), "encoder",
             made_from(scan_key, "encoded")) +
      object(3, alto_key, "preservation", facts("((md5 " + text + "))", "((size " + text + "))"),
             format_of("text/xml", "1.0", "fmt/101"), "reader",
             made_from(master_key, "recognized")) +
      mix(1, "image/tiff", "6.0", "little endian", "Uncompressed", 700, 900, capture(), "") +
      mix(2, "image/jp2", "1.0", "big endian", "JPEG2000", 620, 877, "", changed) +
      event(1, "scanned", "capture", "capture/digitization", "SovaScan", scan_key) +
      event(2, "encoded", "migration", "migration/MC_creation", "encoder", master_key) +
      event(3, "recognized", "capture", "capture/XML_creation", "reader", alto_key) +
      agent(1, "SovaScan") + agent(2, "encoder") + agent(3, "reader");
  std::string listed, pointers;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::string admid = k == 0   ? " ADMID=\"OBJ_002 MIX_002 EVT_002\""
                              : k == 2 ? " ADMID=\"OBJ_003 EVT_003\""
                                       : "";
    listed += el(fmt::format("mets:fileGrp ID=\"{}\" USE=\"{}\"", groups[k].id, groups[k].use),
                 file_entry(groups[k], n, admid));
    pointers += none(fmt::format("mets:fptr FILEID=\"{}_{:04}\"", groups[k].file, n));
  }
  return mets_frame(
      w, el(fmt::format("mets:amdSec ID=\"PAGE_{:04}\"", n), records) + el("mets:fileSec", listed) +
             el("mets:structMap TYPE=\"PHYSICAL\"",
                div(fmt::format("TYPE=\"{}_PAGE\"", w.periodical ? "PERIODICAL" : "MONOGRAPH"),
                    pointers)));
}

std::string alto(int n) {
  const std::string line =
      el("TextLine ID=\"L1\" HPOS=\"50\" VPOS=\"60\" WIDTH=\"300\" HEIGHT=\"40\"",
         none("String ID=\"S1\" CONTENT=\"Most\" HPOS=\"50\" VPOS=\"60\" WIDTH=\"120\" "
              "HEIGHT=\"40\" WC=\"0.9\"") +
             none("SP WIDTH=\"10\" HPOS=\"170\" VPOS=\"60\"") +
             none(fmt::format("String ID=\"S2\" CONTENT=\"{}\" HPOS=\"180\" VPOS=\"60\" "
                              "WIDTH=\"30\" HEIGHT=\"40\" WC=\"0.8\"",
                              n)));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         el("alto xmlns=\"http://www.loc.gov/standards/alto/ns-v2#\"",
            el("Description", el("MeasurementUnit", "pixel") +
                                  el("OCRProcessing ID=\"OCR1\"",
                                     el("ocrProcessingStep",
                                        el("processingSoftware", el("softwareName", "reader"))))) +
                el("Styles", none("TextStyle ID=\"T1\" FONTSIZE=\"10\"") +
                                 none("ParagraphStyle ID=\"P1\" ALIGN=\"Left\"")) +
                el("Layout",
                   el(fmt::format(
                          "Page ID=\"PG{}\" PHYSICAL_IMG_NR=\"{}\" HEIGHT=\"877\" WIDTH=\"620\"", n,
                          n),
                      el("PrintSpace ID=\"SP1\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"620\" HEIGHT=\"877\"",
                         el("TextBlock ID=\"B1\" HPOS=\"50\" VPOS=\"60\" WIDTH=\"300\" "
                            "HEIGHT=\"40\" STYLEREFS=\"T1 P1\"",
                            line)))));
}

std::string info(const Words& w, const std::string& version) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         el("info",
            el("created", "2025-01-20T13:00:00+01:00") + el("metadataversion", version) +
                el("packageid", TestPackage::id) + el("mainmets", mets_path()) +
                el("validation version=\"1\"", "test") + el("titleid type=\"uuid\"", uuid(1)) +
                (w.periodical ? "" : el("titleid type=\"urnnbn\"", "urn:nbn:cz:xyz007-00b00k")) +
                el("creator", "BOA001") + el("size", "99") + "((items))" +
                el("checksum type=\"md5\" checksum=\"((md5 " + md5_path() + "))\"",
                   "/" + md5_path()));
}

Words words_of(PackageForm form) {
  switch (form) {
    case PackageForm::compatible_22:
      return {form, true, false, ""};
    case PackageForm::monograph_21:
      return {form, false, false, "3.6"};
    case PackageForm::periodical_21:
      return {form, true, true, "3.8"};
    case PackageForm::periodical_20:
      return {form, false, true, "3.6"};
    default:
      return {form, true, false, "3.8"};
  }
}

std::string filled(std::string content, const std::map<std::string, std::string>& done) {
  for (std::size_t start; (start = content.find("((")) != std::string::npos;) {
    const std::size_t end = content.find("))", start);
    if (end == std::string::npos) break;
    const std::string marker = content.substr(start + 2, end - start - 2);
    const std::string path = marker.substr(marker.find(' ') + 1);
    const auto file = done.find(path);
    const std::string bytes = file == done.end() ? "" : file->second;
    content.replace(start, end + 2 - start,
                    marker.starts_with("md5") ? digest(bytes) : std::to_string(bytes.size()));
  }
  return content;
}

}  // namespace

std::string ImageHeader::bytes() const {
  std::string siz = be(0, 2) + be(width, 4) + be(height, 4) + be(0, 8) + be(tile, 4) + be(tile, 4) +
                    be(0, 8) + be(components, 2);
  for (int i = 0; i < components; ++i) siz += be(bits - 1, 1) + be(1, 1) + be(1, 1);
  std::string exponents = precincts;
  if (exponents.empty())
    for (int i = 0; i <= levels; ++i) exponents += i + 2 > levels ? '\x88' : '\x77';
  if (precincts == "-") exponents.clear();
  const int style = (exponents.empty() ? 0 : 1) | (sop ? 2 : 0) | (eph ? 4 : 0);
  const int b = log2_of(block) - 2;
  const std::string cod = be(style, 1) + be(progression, 1) + be(layers, 2) +
                          be(components == 3 ? 1 : 0, 1) + be(levels, 1) + be(b, 1) + be(b, 1) +
                          be(bypass ? 1 : 0, 1) + be(reversible ? 1 : 0, 1) + exponents;
  std::string stream =
      be(0xff4f, 2) + segment(0xff51, siz) + segment(0xff52, cod) +
      segment(0xff5c,
              be(reversible ? 0 : 2, 1) +
                  std::string(static_cast<std::size_t>((3 * levels + 1) * (reversible ? 1 : 2)),
                              '\x40'));
  if (comment) stream += segment(0xff64, be(1, 2) + "made by hand");
  if (roi) stream += segment(0xff5e, be(0, 1) + be(0, 1) + be(1, 1));
  stream += segment(0xff90, be(0, 2) + be(14 + padding, 4) + be(0, 1) + be(1, 1)) + be(0xff93, 2) +
            std::string(static_cast<std::size_t>(padding), '\x55');
  if (complete) stream += be(0xffd9, 2);
  std::string header = box("ihdr", be(height, 4) + be(width, 4) + be(components, 2) +
                                       be(bits - 1, 1) + be(7, 1) + be(0, 1) + be(0, 1)) +
                       box("colr", be(1, 1) + be(0, 2) + be(components >= 3 ? 16 : 17, 4));
  if (alpha) {
    std::string channels = be(components, 2);
    for (int i = 0; i < components; ++i)
      channels +=
          be(i, 2) + be(i + 1 == components ? 1 : 0, 2) + be(i + 1 == components ? 0 : i + 1, 2);
    header += box("cdef", channels);
  }
  if (pixels_per_metre > 0)
    header += box("res ", box("resc", be(pixels_per_metre, 2) + be(1, 2) + be(pixels_per_metre, 2) +
                                          be(1, 2) + be(0, 1) + be(0, 1)));
  return box("jP  ", "\r\n\x87\n") + box("ftyp", "jp2 " + be(0, 4) + "jp2 ") + box("jp2h", header) +
         box("jp2c", stream);
}

ImageHeader master_header() {
  return {};
}
ImageHeader user_header() {
  ImageHeader h;
  h.reversible = h.sop = h.eph = false;
  h.layers = 12;
  h.tile = 1024;
  return h;
}

std::string page_path(const std::string& folder, int number) {
  const std::string prefix = folder == "mastercopy" ? "mc"
                             : folder == "usercopy" ? "uc"
                             : folder == "amdsec"   ? "amd_mets"
                                                    : folder;
  const std::string end = folder == "txt"                          ? "txt"
                          : folder == "alto" || folder == "amdsec" ? "xml"
                                                                   : "jp2";
  return fmt::format("{}/{}_{}_{:04}.{}", folder, prefix, TestPackage::id, number, end);
}

TestPackage::TestPackage(PackageForm form) {
  const Words w = words_of(form);
  for (int n = 1; n <= 2; ++n) {
    files[page_path("mastercopy", n)] = master_header().bytes();
    files[page_path("usercopy", n)] = user_header().bytes();
    files[page_path("alto", n)] = alto(n);
    files[page_path("txt", n)] = fmt::format("Most {}\n", n);
    files[page_path("amdsec", n)] = page_mets(w, n);
  }
  files[mets_path()] = main_mets(w);
  const bool older = form == PackageForm::monograph_21 || form == PackageForm::periodical_20;
  files[info_path()] = info(w, w.periodical ? (older ? "2.0" : "2.1") : (older ? "2.1" : "2.2"));
  files[md5_path()] = "((digests))";
  std::string pattern = (fs::temp_directory_path() / "linka_rules_XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

TestPackage::~TestPackage() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool TestPackage::replace(const std::string& path, const std::string& from, const std::string& to) {
  const auto file = files.find(path);
  const std::size_t place = file == files.end() ? std::string::npos : file->second.find(from);
  if (place == std::string::npos) return false;
  file->second.replace(place, from.size(), to);
  return true;
}

fs::path TestPackage::write() {
  std::map<std::string, std::string> done;
  const auto is_in = [](const std::string& path, const char* start) {
    return path.starts_with(start);
  };
  for (const auto& [path, content] : files)
    if (!is_in(path, "amdsec/") && path != mets_path() && path != info_path() && path != md5_path())
      done[path] = content;
  for (const auto& [path, content] : files)
    if (is_in(path, "amdsec/")) done[path] = filled(content, done);
  if (files.count(mets_path())) done[mets_path()] = filled(files[mets_path()], done);
  if (files.count(md5_path())) {
    std::string lines;
    for (const auto& [path, content] : done) lines += digest(content) + " /" + path + "\n";
    std::string list = files[md5_path()];
    if (const std::size_t place = list.find("((digests))"); place != std::string::npos)
      list.replace(place, 11, lines);
    done[md5_path()] = list;
  }
  if (files.count(info_path())) {
    std::string items, text = files[info_path()];
    std::size_t count = 1;
    for (const auto& [path, content] : done) {
      items += el("item", "/" + path);
      ++count;
    }
    items =
        el(fmt::format("itemlist itemtotal=\"{}\"", count), items + el("item", "/" + info_path()));
    if (const std::size_t place = text.find("((items))"); place != std::string::npos)
      text.replace(place, 9, items);
    done[info_path()] = filled(text, done);
  }
  fs::create_directories(folder());
  for (const auto& [path, content] : done) {
    fs::create_directories((folder() / path).parent_path());
    std::ofstream(folder() / path, std::ios::binary) << content;
  }
  return folder();
}

}  // namespace linka::test
