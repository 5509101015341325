// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/iiif.h"

#include "base/files.h"
#include "base/text.h"
#include "handover/document.h"
#include "handover/iiif_image.h"
#include "handover/iiif_text.h"
#include "handover/search_index.h"
#include "handover/sink.h"
#include "handover/web_address.h"

#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

// Dublin Core as readers see it, in both languages.
struct Row {
  const char *name, *czech, *english;
};
constexpr auto rows = std::to_array<Row>({{"title", "Název", "Title"},
                                          {"creator", "Autor", "Author"},
                                          {"contributor", "Přispěvatel", "Contributor"},
                                          {"publisher", "Vydavatel", "Publisher"},
                                          {"date", "Datum vydání", "Date"},
                                          {"coverage", "Místo", "Place"},
                                          {"language", "Jazyk", "Language"},
                                          {"subject", "Předmět", "Subject"},
                                          {"description", "Popis", "Description"},
                                          {"identifier", "Identifikátor", "Identifier"},
                                          {"source", "Zdroj", "Source"}});

json both(const char* czech, const char* english) {
  return {{"cs", {czech}}, {"en", {english}}};
}

json in_language(const std::string& language, const std::vector<std::string>& values) {
  json out = json::object();
  out[language.empty() ? "none" : language] = values;
  return out;
}

// Files of one page until its turn comes.
class HeldFiles : public Sink {
 public:
  Result<void> begin(const std::string& name, std::uint64_t bytes) override {
    files_.emplace_back(name, Bytes());
    files_.back().second.reserve(bytes);
    return {};
  }
  Result<void> write(ByteView piece) override {
    Bytes& bytes = files_.back().second;
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  }
  Result<void> end() override { return {}; }
  Result<void> finish() override { return {}; }
  Result<void> put_into(Sink& sink) const {
    for (const auto& [name, bytes] : files_)
      if (auto r = sink.put(name, bytes); !r) return r;
    return {};
  }

 private:
  std::vector<std::pair<std::string, Bytes>> files_;
};

struct PageMade {
  HeldFiles files;
  PageText text;
  json canvas;
};

class Counting : public Sink {
 public:
  Counting(Sink& sink, MadeIiif& made) : sink_(sink), made_(made) {}
  Result<void> begin(const std::string& name, std::uint64_t bytes) override {
    ++made_.files;
    made_.bytes += bytes;
    return sink_.begin(name, bytes);
  }
  Result<void> write(ByteView piece) override { return sink_.write(piece); }
  Result<void> end() override { return sink_.end(); }
  Result<void> finish() override { return sink_.finish(); }

 private:
  Sink& sink_;
  MadeIiif& made_;
};

class Writer {
 public:
  Writer(const HandedDocument& document, const IiifOptions& options, Sink& sink, MadeIiif& made)
      : document_(document),
        options_(options),
        base_(web_folder(options.base)),
        language_(language_of(document)),
        sink_(sink, made),
        made_(made) {}

  Result<void> run() {
    const auto largest = largest_page_px(document_);
    if (!largest) return pass(largest);
    const auto make = [this](std::size_t at) { return page(at); };
    if (auto r = options_.make_pages({document_.pages.size(), *largest, make}); !r) return r;
    if (auto r = index_.write(sink_); !r) return r;
    for (const fs::path& file : options_.page_files) {
      const auto bytes = read_file(file);
      if (!bytes) return pass(bytes);
      if (auto r = sink_.put(file.filename().string(), *bytes); !r) return r;
    }
    made_.manifest = base_ + "manifest.json";
    made_.pages = document_.pages.size();
    if (auto r = sink_.put("manifest.json", manifest().dump(1)); !r) return r;
    return sink_.finish();
  }

 private:
  std::string canvas_id(std::size_t page) const {
    return base_ + "canvas/" + std::to_string(page + 1);
  }

  // Everything of a page but its place among the others; on any thread, so nothing of this object
  // changes here.
  Result<TakePage> page(std::size_t at) {
    const HandedPage& page = document_.pages[at];
    const auto image = options_.decode(document_.root / page.image);
    if (!image) return pass(image);
    const auto made = std::make_shared<PageMade>();
    const std::string place = "images/" + page.uuid, service = base_ + place;
    const auto sizes = write_iiif_image(made->files, place, service, *image, {options_.quality});
    if (!sizes) return of_file(sizes.error(), document_.root / page.image);
    auto text = read_page_text(document_, page, {image->size(), image->dpi()});
    if (!text) return pass(text);
    made->text = *std::move(text);
    made->canvas = canvas_of(at, *image, service, *sizes);
    if (auto r = add_text(at, *made); !r) return pass(r);
    return [this, at, made] { return take(at, *made); };
  }

  Result<void> take(std::size_t at, PageMade& made) {
    if (auto r = made.files.put_into(sink_); !r) return r;
    made_.words += word_count(made.text);
    index_.add(at, made.text);
    canvases_.push_back(std::move(made.canvas));
    return options_.progress ? options_.progress(at + 1, document_.pages.size()) : Result<void>{};
  }

  json canvas_of(std::size_t at, const Image& image, const std::string& service,
                 const std::vector<Size>& sizes) const {
    const HandedPage& page = document_.pages[at];
    const std::string id = canvas_id(at);
    const json services{{{"id", service}, {"type", "ImageService3"}, {"profile", "level0"}}};
    const json body{{"id", service + "/full/max/0/default.jpg"},
                    {"type", "Image"},
                    {"format", "image/jpeg"},
                    {"width", image.width()},
                    {"height", image.height()},
                    {"service", services}};
    const json painting{{"id", id + "/painting"},
                        {"type", "Annotation"},
                        {"motivation", "painting"},
                        {"body", body},
                        {"target", id}};
    json canvas{
        {"id", id},
        {"type", "Canvas"},
        {"label", in_language({}, {page.label})},
        {"width", image.width()},
        {"height", image.height()},
        {"items", {{{"id", id + "/page"}, {"type", "AnnotationPage"}, {"items", {painting}}}}}};
    if (!sizes.empty()) {
      const std::string small =
          fmt::format("{}/full/{},{}/0/default.jpg", service, sizes[0].width, sizes[0].height);
      canvas["thumbnail"] = {{{"id", small},
                              {"type", "Image"},
                              {"format", "image/jpeg"},
                              {"width", sizes[0].width},
                              {"height", sizes[0].height},
                              {"service", services}}};
    }
    return canvas;
  }

  Result<void> add_text(std::size_t at, PageMade& made) const {
    const HandedPage& page = document_.pages[at];
    if (!page.alto.empty()) {
      const auto alto = read_file(document_.root / page.alto);
      if (!alto) return pass(alto);
      const std::string name = fmt::format("alto/{}.xml", at + 1);
      if (auto r = made.files.put(name, *alto); !r) return r;
      made.canvas["seeAlso"] = {{{"id", base_ + name},
                                 {"type", "Dataset"},
                                 {"format", "application/xml"},
                                 {"profile", "http://www.loc.gov/standards/alto/"},
                                 {"label", both("Text (ALTO)", "Text (ALTO)")}}};
    }
    if (word_count(made.text) == 0) return {};
    for (const TextGrain grain : {TextGrain::line, TextGrain::word}) {
      const std::string name =
          fmt::format("text/{}-{}.json", at + 1, grain == TextGrain::line ? "lines" : "words");
      const json label =
          grain == TextGrain::line ? both("Řádky textu", "Lines of text") : both("Slova", "Words");
      json list = annotations_of(made.text, grain, {base_ + name, canvas_id(at), language_});
      list["label"] = label;
      if (auto r = made.files.put(name, list.dump()); !r) return r;
      made.canvas["annotations"].push_back(
          {{"id", base_ + name}, {"type", "AnnotationPage"}, {"label", label}});
    }
    return {};
  }

  json range_of(const HandedPart& part) const {
    json items = json::array();
    for (const HandedPart& inner : part.parts) items.push_back(range_of(inner));
    for (const std::size_t page : part.pages)
      items.push_back({{"id", canvas_id(page)}, {"type", "Canvas"}});
    return {{"id", base_ + "range/" + part.uuid},
            {"type", "Range"},
            {"label", in_language(language_, {part.title})},
            {"items", items}};
  }

  json metadata() const {
    json out = json::array();
    for (const Row& row : rows)
      if (const auto values = document_.values(row.name); !values.empty())
        out.push_back(
            {{"label", both(row.czech, row.english)}, {"value", in_language({}, values)}});
    return out;
  }

  json manifest() {
    json out{{"@context", "http://iiif.io/api/presentation/3/context.json"},
             {"id", made_.manifest},
             {"type", "Manifest"},
             {"label", in_language(language_, {document_.title})}};
    if (json list = metadata(); !list.empty()) out["metadata"] = std::move(list);
    if (!options_.rights.empty()) out["rights"] = options_.rights;
    const std::string& statement =
        options_.statement.empty() ? document_.institution : options_.statement;
    if (!statement.empty())
      out["requiredStatement"] = {{"label", both("Poskytuje", "Provided by")},
                                  {"value", in_language({}, {statement})}};
    out["viewingDirection"] = "left-to-right";
    out["behavior"] = {document_.pages.size() > 2 ? "paged" : "individuals"};
    if (canvases_.front().contains("thumbnail")) out["thumbnail"] = canvases_.front()["thumbnail"];
    for (std::size_t i = 0; i < document_.pages.size(); ++i)
      if (document_.pages[i].type == "titlePage" && !out.contains("start"))
        out["start"] = {{"id", canvas_id(i)}, {"type", "Canvas"}};
    out["items"] = std::move(canvases_);
    json ranges = json::array();
    for (const HandedPart& part : document_.parts) ranges.push_back(range_of(part));
    if (!ranges.empty()) out["structures"] = std::move(ranges);
    return out;
  }

  const HandedDocument& document_;
  const IiifOptions& options_;
  const std::string base_, language_;
  Counting sink_;
  MadeIiif& made_;
  SearchIndex index_;
  json canvases_ = json::array();
};

}  // namespace

Result<void> check_iiif(const IiifOptions& options) {
  if (!is_web_folder(options.base))
    return fail(ErrorKind::configuration, "\"{}\" is no address of a folder (https://...)",
                options.base);
  if (!options.rights.empty() && !is_web_address(options.rights))
    return fail(ErrorKind::configuration, "\"{}\" is no address of a licence (https://...)",
                options.rights);
  return {};
}

Result<MadeIiif> write_iiif(const fs::path& package, const fs::path& out,
                            const IiifOptions& options) {
  if (auto r = check_iiif(options); !r) return pass(r);
  const auto document = read_document(package);
  if (!document) return pass(document);
  auto sink = Sink::open(out, BagForm::folder, {}, now());
  if (!sink) return pass(sink);
  MadeIiif made;
  made.folder = out;
  if (auto r = Writer(*document, options, **sink, made).run(); !r) return pass(r);
  return made;
}

}  // namespace linka
