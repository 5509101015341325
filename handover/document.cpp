// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/document.h"

#include "base/files.h"
#include "base/text.h"
#include "formats/alto_reader.h"
#include "formats/jp2.h"
#include "formats/page_parts.h"
#include "formats/xml_reader.h"
#include "handover/bag_names.h"
#include "kramerius-export/foxml/foxml_plan.h"
#include "kramerius-export/foxml/psp.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t info_limit = 64u << 20, alto_limit = 256u << 20;  // bytes

std::string without_prefix(const std::string& pid) {
  return pid.starts_with("uuid:") ? pid.substr(5) : pid;
}

// The wordings of the logical map: a record's name -> the label of its div.
void collect_labels(const PspDiv& div, std::map<std::string, std::string>& labels) {
  if (!div.records.empty() && !trimmed(div.label).empty())
    labels.try_emplace(div.records.front(), trimmed(div.label));
  for (const PspDiv& inner : div.below) collect_labels(inner, labels);
}

class Reader {
 public:
  explicit Reader(const Psp& psp, const FoxmlPlan& plan) : psp_(psp), plan_(plan) {
    for (const PspDiv& div : psp.logical) collect_labels(div, labels_);
    for (const FoxmlNode& node : plan.nodes) nodes_[node.object.pid] = &node;
  }

  Result<HandedDocument> run() {
    document_.root = psp_.root;
    document_.id = psp_.package_id;  // names files: one that could harm there is not taken
    if (harm_of_name(document_.id) || document_.id.find('/') != document_.id.npos)
      document_.id = fs::absolute(psp_.root).lexically_normal().filename().string();
    read_institution();
    take_pages();
    const FoxmlNode& unit = *nodes_.at(plan_.unit);
    document_.uuid = without_prefix(plan_.unit);
    document_.title = title_of(unit);
    document_.model = unit.object.model;
    document_.parts = parts_of(unit);
    take_dublin_core(unit);
    for (const std::string& id : document_.values("identifier"))
      if (const std::size_t at = id.find("urn:nbn:"); at != id.npos && document_.urnnbn.empty())
        document_.urnnbn = id.substr(at);
    return std::move(document_);
  }

 private:
  void read_institution() {
    if (psp_.info_files.empty()) return;
    const auto bytes = read_file(psp_.root / psp_.info_files.front(), info_limit);
    if (!bytes) return;
    if (const auto info = XmlDocument::parse(*bytes))
      document_.institution = info->root().child("institution").text();
  }

  std::string title_of(const FoxmlNode& node) const {
    for (const auto& [id, record] : psp_.records)
      if (&record == node.mods)
        if (const auto it = labels_.find(id); it != labels_.end()) return it->second;
    return node.object.label;
  }

  // In the order of the physical map, whoever they belong to.
  void take_pages() {
    std::map<const PspFile*, const FoxmlNode*> by_image;
    for (const FoxmlNode& node : plan_.nodes)
      if (node.object.model == "page") by_image[node.image] = &node;
    const auto href = [](const PspFile* file) { return file ? file->href : std::string(); };
    for (const PspDiv& div : psp_.pages) {
      const FoxmlNode* node = nullptr;
      for (const std::string& id : div.files) {
        const auto file = psp_.files.find(id);
        if (file == psp_.files.end()) continue;
        if (const auto it = by_image.find(&file->second); it != by_image.end()) node = it->second;
      }
      if (node == nullptr) continue;
      places_[node->object.pid] = document_.pages.size();
      document_.pages.push_back({without_prefix(node->object.pid), node->number, node->type,
                                 href(node->image), href(node->text), href(node->alto)});
    }
  }

  std::vector<HandedPart> parts_of(const FoxmlNode& parent) const {
    std::vector<HandedPart> out;
    for (const std::string& pid : parent.object.children) {
      const FoxmlNode& node = *nodes_.at(pid);
      if (node.object.model == "page") continue;
      HandedPart part{without_prefix(pid), node.object.model, title_of(node), {}, parts_of(node)};
      std::set<std::size_t> pages;
      for (const auto* list : {&node.object.children, &node.object.fosters})
        for (const std::string& page : *list)
          if (const auto it = places_.find(page); it != places_.end()) pages.insert(it->second);
      part.pages.assign(pages.begin(), pages.end());
      out.push_back(std::move(part));
    }
    return out;
  }

  const FoxmlNode* parent_of(const FoxmlNode& node) const {
    for (const FoxmlNode& other : plan_.nodes)
      if (std::find(other.object.children.begin(), other.object.children.end(), node.object.pid) !=
          other.object.children.end())
        return &other;
    return nullptr;
  }

  void take_dublin_core(const FoxmlNode& unit) {
    std::set<std::string> below;  // names that a nearer record has said
    for (const FoxmlNode* node = &unit; node != nullptr; node = parent_of(*node)) {
      if (node->dublin_core == nullptr) continue;
      std::set<std::string> here;
      for (const XmlElement& e : node->dublin_core->mods.root().children()) {
        const std::string name = e.name(), text = e.text();
        if (text.empty() || below.contains(name)) continue;
        here.insert(name);
        document_.dc.emplace_back(name, text);
      }
      below.merge(here);
    }
  }

  const Psp& psp_;
  const FoxmlPlan& plan_;
  std::map<std::string, std::string> labels_;
  std::map<std::string, const FoxmlNode*> nodes_;
  std::map<std::string, std::size_t> places_;  // pid of a page -> its place
  HandedDocument document_;
};

// A name from the package's own list may not lead out of it.
Result<fs::path> inside(const HandedDocument& document, const std::string& name) {
  const fs::path clean = fs::path(name).lexically_normal();
  if (name.empty() || clean.is_absolute() || clean.begin()->string() == "..")
    return fail(ErrorKind::bad_input, "{}: \"{}\" leads out of the package", document.root.string(),
                name);
  return document.root / clean;
}

}  // namespace

std::vector<std::string> HandedDocument::values(const std::string& name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : dc)
    if (key == name) out.push_back(value);
  return out;
}

Result<HandedDocument> read_document(const fs::path& package) {
  const auto psp = read_psp(package);
  if (!psp) return pass(psp);
  const auto plan = plan_objects(*psp);
  if (!plan) return pass(plan, package.string());
  auto document = Reader(*psp, *plan).run();
  if (!document) return document;
  for (const HandedPage& page : document->pages)
    for (const std::string* file : {&page.image, &page.text, &page.alto})
      if (!file->empty())
        if (const auto path = inside(*document, *file); !path) return pass(path);
  if (document->pages.empty())
    return fail(ErrorKind::bad_input, "{}: the package has no pages", package.string());
  return document;
}

tl::unexpected<Error> of_file(const Error& error, const fs::path& file) {
  return fail(error.kind, "{}: {}", file.string(), error.message);
}

Result<HandedImage> image_facts(const HandedDocument& document, const std::string& image) {
  const auto path = inside(document, image);
  if (!path) return pass(path);
  const auto mapped = MappedFile::open(*path);
  if (!mapped) return pass(mapped);
  const auto jp2 = read_jp2(mapped->bytes());
  if (!jp2) return of_file(jp2.error(), *path);
  constexpr double metres_per_inch = 0.0254;
  const bool captured = jp2->capture_x_ppm > 0 && jp2->capture_y_ppm > 0;
  const double x = captured ? jp2->capture_x_ppm : jp2->display_x_ppm;
  const double y = captured ? jp2->capture_y_ppm : jp2->display_y_ppm;
  return HandedImage{{jp2->width_px, jp2->height_px}, {x * metres_per_inch, y * metres_per_inch}};
}

Result<std::uint64_t> largest_page_px(const HandedDocument& document) {
  std::uint64_t most = 0;
  for (const HandedPage& page : document.pages) {
    if (page.image.empty())
      return fail(ErrorKind::bad_input, "{}: page {} has no user copy", document.root.string(),
                  page.label);
    const auto facts = image_facts(document, page.image);
    if (!facts) return pass(facts);
    most = std::max(most, static_cast<std::uint64_t>(facts->size.width) *
                              static_cast<std::uint64_t>(facts->size.height));
  }
  return most;
}

Result<PageText> read_page_text(const HandedDocument& document, const HandedPage& page,
                                const HandedImage& image) {
  if (page.alto.empty()) {
    PageText none;
    none.width_px = image.size.width;
    none.height_px = image.size.height;
    return none;
  }
  const auto path = inside(document, page.alto);
  if (!path) return pass(path);
  const auto bytes = read_file(*path, alto_limit);
  if (!bytes) return pass(bytes);
  auto text = text_from_alto(*bytes, image.size, image.dpi);
  if (!text) return of_file(text.error(), *path);
  return text;
}

std::string language_of(const HandedDocument& document) {
  const auto languages = document.values("language");
  return languages.empty() ? std::string() : short_language(languages.front());
}

}  // namespace linka
