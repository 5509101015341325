// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/expected.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/signature.h"
#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_parts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// Line breaks in base64 are allowed there, and no others take them.
Result<std::string> digest_of_content(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
  if (text.empty()) return std::string{};
  const auto bytes = base64_decoded(text);
  if (!bytes) return pass(bytes);
  return digest_bytes(*bytes).sha256;
}

std::string first_text(const XmlElement& mods, std::string_view name) {
  const auto all = mods.descendants(name);
  return all.empty() ? std::string() : all.front().text();
}

// One datastream. `content`: the text of its binaryContent.
Result<void> read_stream(const XmlElement& stream, const std::string& content, ExpectedObject& o) {
  const std::string id = stream.attribute("ID");
  for (const auto& [name, digest] : {std::pair{"TEXT_OCR", &o.text_sha256},
                                     {"ALTO", &o.alto_sha256},
                                     {"IMG_FULL", &o.image_sha256}})
    if (id == name) {
      auto read = digest_of_content(content);
      if (!read) return fail(ErrorKind::bad_input, "{}: {}", id, read.error().message);
      *digest = *std::move(read);
    }
  if (id == "RELS-EXT")
    for (const XmlElement& literal : stream.descendants("tiles-url"))
      o.tiles = o.tiles || !literal.text().empty();
  if (id == "BIBLIO_MODS") {
    const auto roots = stream.descendants("mods");
    if (!roots.empty()) o.record = record_in(roots.front());
  }
  return {};
}

Result<void> read_object(const fs::path& file, ExpectedObject& o) {
  std::string content;
  XmlParts parts;
  parts.is_part = [](const XmlElement& e) { return e.name() == "datastream"; };
  parts.flows = [](const XmlElement& e) { return e.name() == "binaryContent"; };
  parts.flow = [&](const XmlElement&, std::string_view piece) -> Result<void> {
    content += piece;
    return {};
  };
  parts.take = [&](const XmlElement& stream) -> Result<void> {
    auto read = read_stream(stream, content, o);
    content.clear();
    return read;
  };
  const auto read = read_xml_parts(file, parts);
  if (!read) return pass(read, file.string());
  return {};
}

template <class Texts>
json list_of(const Texts& texts) {
  return json(std::vector<std::string>(texts.begin(), texts.end()));
}

}  // namespace

ObjectRecord record_in(const XmlElement& mods) {
  ObjectRecord r;
  for (const XmlElement& title : mods.children("titleInfo"))
    if (r.title.empty() && !title.has("type")) r.title = title.child("title").text();
  for (const XmlElement& origin : mods.children("originInfo"))
    if (r.date.empty()) r.date = origin.child("dateIssued").text();
  for (const XmlElement& name : mods.children("name")) {
    std::string whole;
    for (const XmlElement& part : name.children("namePart")) {
      if (part.attribute("type") == "family") whole = part.text();
      if (!part.has("type") && whole.empty()) whole = part.text();
    }
    if (!whole.empty()) r.authors.push_back(whole);
  }
  for (const XmlElement& id : mods.children("identifier"))
    if (id.attribute("invalid") != "yes" && !id.text().empty())
      r.identifiers.emplace(id.attribute("type"), id.text());
  const XmlElement part = mods.child("part");
  r.page_type = part.attribute("type");
  for (const XmlElement& detail : part.children("detail"))
    if (detail.attribute("type") == "pageNumber") r.page_number = first_text(detail, "number");
  return r;
}

const ExpectedObject* Expected::find(std::string_view pid) const {
  if (places_.size() != objects.size())
    for (std::size_t i = 0; i < objects.size(); ++i) places_.emplace(objects[i].pid, i);
  const auto at = places_.find(pid);
  return at == places_.end() ? nullptr : &objects[at->second];
}

std::size_t Expected::pages() const {
  return static_cast<std::size_t>(std::count_if(
      objects.begin(), objects.end(), [](const ExpectedObject& o) { return o.model == "page"; }));
}

std::string Expected::words_for(std::string_view pid) const {
  const ExpectedObject* o = find(pid);
  if (o == nullptr) return std::string(pid);
  if (o->model != "page")
    return o->model + " " + (o->record.title.empty() ? o->label : o->record.title);
  std::string words =
      say(tr("page {}"), o->record.page_number.empty() ? o->label : o->record.page_number);
  if (!o->user_copy.empty()) words += " (" + o->user_copy + ")";
  return words;
}

Result<Expected> expected_of(const FoxmlExport& made) {
  Expected expected;
  expected.top = made.top;
  expected.unit = made.unit;
  expected.images = made.images;
  expected.notes = made.notes;
  std::map<std::string, std::string> files;
  for (const PlacedImage& image : made.images) files[image.page] = image.source.filename().string();
  for (const FoxmlObject& object : made.objects) {
    ExpectedObject o;
    o.pid = object.pid;
    o.model = object.model;
    o.label = object.label;
    o.children = object.children;
    o.width_px = object.width_px;
    o.height_px = object.height_px;
    o.user_copy = files[object.pid];
    const std::string name = object.pid.substr(object.pid.find(':') + 1) + ".xml";
    if (auto r = read_object(made.folder / name, o); !r) return pass(r);
    expected.objects.push_back(std::move(o));
  }
  return expected;
}

json to_json(const Expected& expected) {
  json objects = json::array(), images = json::array();
  for (const ExpectedObject& o : expected.objects) {
    json j{{"pid", o.pid}, {"model", o.model}, {"label", o.label}};
    const auto put = [&j](const char* key, const std::string& value) {
      if (!value.empty()) j[key] = value;
    };
    if (!o.children.empty()) j["children"] = list_of(o.children);
    put("text", o.text_sha256);
    put("alto", o.alto_sha256);
    put("image", o.image_sha256);
    if (o.tiles) j["tiles"] = true;
    if (o.width_px > 0) j["size"] = {o.width_px, o.height_px};
    put("page_type", o.record.page_type);
    put("page_number", o.record.page_number);
    put("title", o.record.title);
    put("date", o.record.date);
    put("user_copy", o.user_copy);
    if (!o.record.authors.empty()) j["authors"] = list_of(o.record.authors);
    if (!o.record.identifiers.empty()) j["identifiers"] = o.record.identifiers;
    objects.push_back(std::move(j));
  }
  for (const PlacedImage& image : expected.images)
    images.push_back({{"source", image.source.string()},
                      {"target", image.target},
                      {"md5", image.md5},
                      {"bytes", image.bytes},
                      {"page", image.page}});
  return {{"top", expected.top}, {"unit", expected.unit},   {"objects", objects},
          {"images", images},    {"notes", expected.notes}, {"known", expected.known}};
}

Result<Expected> expected_from(const json& document) {
  try {
    Expected expected;
    expected.top = document.at("top").get<std::string>();
    expected.unit = document.at("unit").get<std::string>();
    expected.notes = document.value("notes", std::vector<std::string>{});
    expected.known = document.value("known", std::set<std::string>{});
    for (const json& j : document.at("objects")) {
      ExpectedObject o;
      o.pid = j.at("pid").get<std::string>();
      o.model = j.value("model", "");
      o.label = j.value("label", "");
      o.children = j.value("children", std::vector<std::string>{});
      o.text_sha256 = j.value("text", "");
      o.alto_sha256 = j.value("alto", "");
      o.image_sha256 = j.value("image", "");
      o.tiles = j.value("tiles", false);
      if (j.contains("size")) {
        o.width_px = j["size"].at(0).get<int>();
        o.height_px = j["size"].at(1).get<int>();
      }
      o.record.page_type = j.value("page_type", "");
      o.record.page_number = j.value("page_number", "");
      o.record.title = j.value("title", "");
      o.record.date = j.value("date", "");
      o.user_copy = j.value("user_copy", "");
      o.record.authors = j.value("authors", std::vector<std::string>{});
      o.record.identifiers = j.value("identifiers", std::map<std::string, std::string>{});
      expected.objects.push_back(std::move(o));
    }
    for (const json& j : document.at("images"))
      expected.images.push_back({j.at("source").get<std::string>(),
                                 j.at("target").get<std::string>(), j.value("md5", ""),
                                 j.value("bytes", std::uint64_t{0}), j.value("page", "")});
    return expected;
  } catch (const json::exception& e) {
    return fail(ErrorKind::bad_input, "what was to be delivered cannot be read: {}", e.what());
  }
}

}  // namespace linka
