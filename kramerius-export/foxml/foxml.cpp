// SPDX-License-Identifier: GPL-3.0-or-later
// From the package to the folder of objects. The package's structure is read once and stays in
// memory in a few words a page; images, texts and layouts go through one page at a time.
#include "kramerius-export/foxml/foxml.h"

#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/jp2.h"
#include "kramerius-export/foxml/foxml_images.h"
#include "kramerius-export/foxml/foxml_plan.h"
#include "kramerius-export/foxml/foxml_text.h"
#include "kramerius-export/foxml/foxml_writer.h"
#include "kramerius-export/foxml/mods_copy.h"
#include "kramerius-export/placed_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint object_written{"foxml-object", "before an object of a FOXML folder is complete"};
FailPoint folder_flushed{"foxml-flushed", "when a FOXML folder is on the disk and has no name yet"};

constexpr std::string_view dc_uri = "http://www.openarchives.org/OAI/2.0/oai_dc/";
constexpr std::string_view mods_uri = "http://www.loc.gov/mods/v3";
constexpr std::string_view rels_uri = "info:fedora/fedora-system:FedoraRELSExt-1.0";
constexpr std::uint64_t text_limit = 256u << 20;  // bytes of one page's text or layout

std::string uuid_in(const std::string& pid) {
  return pid.substr(5);  // behind "uuid:"
}

// `writes`: pictures will be made.
Result<void> check_options(const FoxmlOptions& options, bool writes) {
  if (!options.policy.empty() && options.policy != "public" && options.policy != "private")
    return fail(ErrorKind::configuration,
                "the policy \"{}\" is not known; known are public and private", options.policy);
  for (const std::string& licence : options.licences)
    if (licence.empty() || safe_name(licence) != licence)
      return fail(ErrorKind::configuration, "the licence \"{}\" is no name of a licence", licence);
  if (auto fine = check_images(options.images); !fine) return fine;
  if (writes && options.images.kind != FoxmlImages::Kind::image_server && !options.make_jpegs)
    return fail(ErrorKind::configuration, "pictures inside the objects need a maker of JPEG");
  return {};
}

// A file of the package, which must be there and below the package's folder.
Result<fs::path> path_of(const Psp& psp, const PspFile& file) {
  const fs::path relative = fs::path(file.href).lexically_normal();
  if (file.href.empty() || relative.is_absolute() || *relative.begin() == "..")
    return fail(ErrorKind::bad_input, "line {}: the file \"{}\" is not below the package",
                file.line, file.href);
  std::error_code code;
  const fs::path path = psp.root / relative;
  if (!fs::is_regular_file(path, code))
    return fail(ErrorKind::bad_input, "{}: {} is not there", psp.root.string(), file.href);
  return path;
}

// Dublin Core of an object: the package's own, with the identifiers, the type and the rights that
// Kramerius and its OAI-PMH expect.
class DublinCore {
 public:
  DublinCore(const FoxmlNode& node, std::string rights) : node_(node), rights_(std::move(rights)) {}

  void write(XmlWriter& xml) const {
    xml.open("oai_dc:dc")
        .attribute("xmlns:oai_dc", dc_uri)
        .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/");
    xml.leaf("dc:title", node_.object.label);
    const XmlElement record = node_.dublin_core ? node_.dublin_core->mods.root() : XmlElement();
    for (const char* name : {"creator", "contributor", "publisher", "date", "language", "subject",
                             "description", "coverage", "format", "source", "relation"})
      for (const XmlElement& e : record.children(name))
        xml.leaf(std::string("dc:") + name, e.text());
    xml.leaf("dc:identifier", node_.object.pid);
    if (node_.mods) write_identifiers(xml, mods_of(node_.mods->mods.root()));
    xml.leaf("dc:type", "model:" + node_.object.model);
    xml.leaf("dc:rights", rights_);
    xml.close();
  }

 private:
  static void write_identifiers(XmlWriter& xml, const XmlElement& mods) {
    for (const XmlElement& id : mods.children("identifier")) {
      const std::string type = id.attribute("type"), value = id.text();
      if (type == "uuid" || type.empty() || value.empty() || id.has("invalid")) continue;
      xml.leaf("dc:identifier", value.starts_with("urn:") ? value : type + ":" + value);
    }
  }

  const FoxmlNode& node_;
  std::string rights_;
};

class Exporter {
 public:
  Exporter(const Psp& psp, const FoxmlPlan& plan, const FoxmlOptions& options)
      : psp_(psp), plan_(plan), options_(options), created_(iso8601(options.created)) {
    created_.insert(created_.size() - 1, ".000");  // "2026-05-04T08:15:30.000Z"
    out_.notes = plan.notes;
    out_.top = plan.nodes.front().object.pid;
    out_.unit = plan.unit;
    for (const FoxmlNode& node : plan_.nodes) by_pid_[node.object.pid] = &node;
    choose_licensed();
  }

  // What would be written; nothing is read.
  Result<FoxmlExport> plan() {
    for (const FoxmlNode& node : plan_.nodes) {
      FoxmlObject object = node.object;
      object.has_text = node.text != nullptr && node.text->bytes > 0;
      object.has_alto = node.alto != nullptr && node.alto->bytes > 0;
      if (auto placed = place(node, 0); !placed) return pass(placed);
      out_.objects.push_back(std::move(object));
    }
    return std::move(out_);
  }

  Result<FoxmlExport> write(const fs::path& folder, const fs::path& final_folder) {
    std::size_t done = 0;
    for (const FoxmlNode& node : plan_.nodes) {
      if (options_.cancelled && options_.cancelled())
        return fail(ErrorKind::cancelled, "stopped on request");
      if (auto written = write_object(folder, node); !written) return pass(written);
      if (options_.progress) options_.progress(++done, plan_.nodes.size());
    }
    out_.folder = final_folder;
    return std::move(out_);
  }

 private:
  // The topmost object that the target does not have yet.
  void choose_licensed() {
    for (const FoxmlNode& node : plan_.nodes)
      if (!options_.known.contains(node.object.pid)) {
        licensed_ = node.object.pid;
        return;
      }
    if (!options_.licences.empty())
      out_.notes.push_back(tr("every object is known to the target: no licence is stated"));
  }

  std::string policy() const {
    if (!options_.policy.empty()) return "policy:" + options_.policy;
    const bool open = std::find(options_.licences.begin(), options_.licences.end(), "public") !=
                      options_.licences.end();
    return open ? "policy:public" : "policy:private";
  }
  std::string rights() const { return options_.licences.empty() ? policy() : std::string(); }

  Result<void> write_object(const fs::path& folder, const FoxmlNode& node) {
    NewFile file(folder, uuid_in(node.object.pid) + ".xml");
    FoxmlWriter foxml([&](std::string_view piece) { file.write(piece); }, node.object.pid,
                      node.object.label, created_);
    FoxmlObject object = node.object;
    FoxmlRelations relations = relations_of(node);
    foxml.inline_xml("DC", dc_uri, [&](XmlWriter& xml) { DublinCore(node, rights()).write(xml); });
    foxml.inline_xml("BIBLIO_MODS", mods_uri, [&](XmlWriter& xml) { write_mods(xml, node); });
    if (node.image != nullptr) {
      if (auto r = write_page(foxml, node, object, relations); !r) return r;
    } else if (!node.cover.empty() && !options_.known.contains(node.object.pid)) {
      if (auto r = write_cover(foxml, *by_pid_.at(node.cover)); !r) return r;
    }
    foxml.inline_xml("RELS-EXT", rels_uri,
                     [&](XmlWriter& xml) { write_relations(xml, relations); });
    foxml.done();
    const int refused = object_written.reached();
    auto written = file.close();
    if (refused != 0) return fail(kind_of_errno(refused), "{}: cannot be written", node.object.pid);
    if (!written) return pass(written);
    out_.bytes += written->size_bytes;
    out_.objects.push_back(std::move(object));
    return {};
  }

  void write_mods(XmlWriter& xml, const FoxmlNode& node) {
    const std::string uuid = uuid_in(node.object.pid);
    if (node.mods == nullptr) {
      write_mods_page(xml, {uuid, node.type, node.number, node.index, node.placement});
      return;
    }
    std::vector<std::string> notes;
    write_mods_copy(xml, mods_of(node.mods->mods.root()), {uuid, node.fallback_title}, notes);
    for (const std::string& note : notes) out_.notes.push_back(node.object.label + ": " + note);
  }

  FoxmlRelations relations_of(const FoxmlNode& node) const {
    FoxmlRelations out;
    out.pid = node.object.pid;
    out.model = node.object.model;
    for (std::size_t i = 0; i < node.object.children.size(); ++i)
      out.children.emplace_back(node.relations[i], node.object.children[i]);
    out.pages = node.object.fosters;
    if (!options_.known.contains(node.object.pid)) out.policy = policy();
    if (node.object.pid == licensed_) out.licences = options_.licences;
    return out;
  }

  Result<void> write_page(FoxmlWriter& foxml, const FoxmlNode& node, FoxmlObject& object,
                          FoxmlRelations& relations) {
    if (auto r = write_images(foxml, node, object, relations); !r) return r;
    if (auto r = write_text(foxml, node, object); !r) return r;
    if (auto r = write_layout(foxml, node, object); !r) return r;
    if (!options_.page_technical || node.technical == nullptr) return {};
    auto technical = bytes_of(*node.technical);
    if (!technical) return pass(technical);
    foxml.embedded("IMG_FULL_AMD", "text/xml", *technical);
    return {};
  }

  Result<Bytes> bytes_of(const PspFile& file) const {
    auto path = path_of(psp_, file);
    if (!path) return pass(path);
    return read_file(*path, text_limit);
  }

  Result<void> write_images(FoxmlWriter& foxml, const FoxmlNode& node, FoxmlObject& object,
                            FoxmlRelations& relations) {
    auto path = path_of(psp_, *node.image);
    if (!path) return pass(path);
    auto mapped = MappedFile::open(*path);
    if (!mapped) return pass(mapped);
    const auto jp2 = read_jp2(mapped->bytes());
    if (!jp2 || jp2->width_px <= 0)
      return fail(ErrorKind::bad_input, "{}: {} is no JPEG 2000 image{}", psp_.root.string(),
                  node.image->href, jp2 ? "" : ": " + jp2.error().message);
    object.width_px = jp2->width_px;
    object.height_px = jp2->height_px;
    if (options_.images.kind == FoxmlImages::Kind::image_server) {
      auto images = place(node, jp2->height_px);
      if (!images) return pass(images);
      foxml.located("IMG_FULL", "image/jpeg", images->full);
      foxml.located("IMG_PREVIEW", "image/jpeg", images->preview);
      foxml.located("IMG_THUMB", "image/jpeg", images->thumb);
      relations.tiles = images->tiles;
      return {};
    }
    const bool moved = options_.images.kind == FoxmlImages::Kind::moved_by_kramerius;
    std::vector<int> heights{foxml_preview_height, foxml_thumb_height};
    if (!moved) heights.insert(heights.begin(), 0);
    auto pictures = options_.make_jpegs(*path, heights);
    if (!pictures) return pass(pictures, node.image->href);
    if (pictures->size() != heights.size())
      return fail(ErrorKind::internal, "{}: {} pictures instead of {}", node.image->href,
                  pictures->size(), heights.size());
    if (moved)
      foxml.embedded("IMG_FULL", "image/jp2", mapped->bytes());
    else
      foxml.embedded("IMG_FULL", "image/jpeg", pictures->front());
    foxml.embedded("IMG_PREVIEW", "image/jpeg", (*pictures)[pictures->size() - 2]);
    foxml.embedded("IMG_THUMB", "image/jpeg", pictures->back());
    return {};
  }

  // A picture for the volume or issue as a whole, small.
  Result<void> write_cover(FoxmlWriter& foxml, const FoxmlNode& page) {
    auto path = path_of(psp_, *page.image);
    if (!path) return pass(path);
    if (options_.images.kind != FoxmlImages::Kind::image_server) {
      auto pictures = options_.make_jpegs(*path, {foxml_thumb_height});
      if (!pictures) return pass(pictures, page.image->href);
      if (!pictures->empty()) foxml.embedded("IMG_THUMB", "image/jpeg", pictures->front());
      return {};
    }
    auto mapped = MappedFile::open(*path);
    if (!mapped) return pass(mapped);
    const auto jp2 = read_jp2(mapped->bytes());
    foxml.located("IMG_THUMB", "image/jpeg", images_of_page(page, jp2 ? jp2->height_px : 0).thumb);
    return {};
  }

  PageImages images_of_page(const FoxmlNode& node, int height_px) const {
    return images_of(options_.images,
                     {uuid_in(plan_.unit), package_name(), uuid_in(node.object.pid),
                      node.image->href, node.image->md5, height_px},
                     options_.created);
  }

  std::string package_name() const {
    return psp_.package_id.empty() ? psp_.root.filename().string() : psp_.package_id;
  }

  // The image's place on the server, remembered once.
  Result<PageImages> place(const FoxmlNode& node, int height_px) {
    if (node.image == nullptr || options_.images.kind != FoxmlImages::Kind::image_server)
      return PageImages{};
    PageImages images = images_of_page(node, height_px);
    if (!targets_.insert(images.place).second)
      return fail(ErrorKind::configuration, "two pages would have the same place {}", images.place);
    out_.images.push_back({psp_.root / fs::path(node.image->href).lexically_normal(), images.place,
                           node.image->md5, node.image->bytes, node.object.pid});
    return images;
  }

  Result<void> write_text(FoxmlWriter& foxml, const FoxmlNode& node, FoxmlObject& object) {
    if (node.text == nullptr) return {};
    auto bytes = bytes_of(*node.text);
    if (!bytes) return pass(bytes);
    const CleanText clean = clean_text(*bytes);
    for (const std::string& mended : clean.notes)
      out_.notes.push_back(node.text->href + ": " + mended);
    object.has_text = !clean.text.empty();
    if (object.has_text)
      foxml.embedded("TEXT_OCR", "text/plain",
                     {reinterpret_cast<const std::uint8_t*>(clean.text.data()), clean.text.size()});
    return {};
  }

  Result<void> write_layout(FoxmlWriter& foxml, const FoxmlNode& node, FoxmlObject& object) {
    if (node.alto == nullptr) return {};
    auto bytes = bytes_of(*node.alto);
    if (!bytes) return pass(bytes);
    if (bytes->empty()) {
      out_.notes.push_back(say(tr("{}: empty, left out"), node.alto->href));
      return {};
    }
    if (const auto doc = XmlDocument::parse(*bytes); !doc)
      return fail(ErrorKind::bad_input, "{}: {}", node.alto->href, doc.error().message);
    object.has_alto = true;
    foxml.embedded("ALTO", "text/xml", *bytes);
    return {};
  }

  const Psp& psp_;
  const FoxmlPlan& plan_;
  const FoxmlOptions& options_;
  std::string created_;
  FoxmlExport out_;
  std::map<std::string, const FoxmlNode*> by_pid_;
  std::set<std::string> targets_;
  std::string licensed_;
};

struct Ready {
  Psp psp;
  FoxmlPlan plan;
};

Result<Ready> prepare(const fs::path& package) {
  auto psp = read_psp(package);
  if (!psp) return pass(psp);
  Ready ready{std::move(*psp), {}};
  auto plan = plan_objects(ready.psp);
  if (!plan) return pass(plan);
  ready.plan = std::move(*plan);
  return ready;
}

}  // namespace

Result<FoxmlExport> plan_foxml(const fs::path& package, const FoxmlOptions& options) {
  return guarded<FoxmlExport>("foxml", [&]() -> Result<FoxmlExport> {
    if (auto fine = check_options(options, false); !fine) return pass(fine);
    auto ready = prepare(package);
    if (!ready) return pass(ready);
    return Exporter(ready->psp, ready->plan, options).plan();
  });
}

Result<std::string> foxml_folder_name(const fs::path& package) {
  return guarded<std::string>("foxml", [&]() -> Result<std::string> {
    auto ready = prepare(package);
    if (!ready) return pass(ready);
    return "foxml_" + uuid_in(ready->plan.unit);
  });
}

Result<FoxmlExport> export_foxml(const fs::path& package, const fs::path& out,
                                 const FoxmlOptions& options) {
  return guarded<FoxmlExport>("foxml", [&]() -> Result<FoxmlExport> {
    if (auto fine = check_options(options, true); !fine) return pass(fine);
    std::error_code code;
    fs::path target = fs::absolute(out, code).lexically_normal();
    if (!target.has_filename()) target = target.parent_path();
    const std::string name = target.filename().string();
    if (name.empty() || name.front() == '.' || safe_name(name) != name)
      return fail(
          ErrorKind::configuration,
          "the folder's name \"{}\" may hold ASCII letters, digits, \"-\", \"_\" and \".\" alone",
          name);
    if (fs::exists(fs::symlink_status(target, code)))
      return fail(ErrorKind::bad_input, "{} is there already", target.string());
    auto ready = prepare(package);
    if (!ready) return pass(ready);
    const fs::path building = target.parent_path() / ("." + name + ".building");
    fs::remove_all(building, code);  // of an export that was cut short
    Scaffold scaffold(building);
    if (auto made = make_folders(building); !made) return pass(made);
    auto written = Exporter(ready->psp, ready->plan, options).write(building, target);
    if (!written) return written;
    if (auto flushed = flush_package(building); !flushed) return pass(flushed);
    if (const int e = folder_flushed.reached())
      return fail(kind_of_errno(e), "{}: cannot be given its name", target.string());
    if (auto shown = unveil_folder(building, target); !shown) return pass(shown);
    scaffold.keep();
    return written;
  });
}

}  // namespace linka
