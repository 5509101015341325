// SPDX-License-Identifier: GPL-3.0-or-later
// linka text: the text of finished pages in the formats of others.
#include "base/text.h"

#include "base/clock.h"
#include "base/scratch_folder.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/text_book.h"
#include "cli/verb.h"
#include "formats/alto.h"
#include "formats/hocr.h"
#include "formats/page_xml.h"
#include "formats/pdf.h"
#include "formats/plain.h"
#include "image/image_io.h"
#include "pipeline/report.h"
#include "profiles/profile.h"
#include "stages/decode/decode.h"
#include "workspace/facts_json.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<std::string> names;
  fs::path batch, out;
  std::string format = "txt", pages, image = "user";
  bool fold = false, join = false, flat = false, dry_run = false, json = false;
};

// ---- what is asked for -------------------------------------------------------------------------

enum class Kind { alto, hocr, page, txt, pdf };
struct Format {
  Kind kind = Kind::txt;
  AltoVersion version = AltoVersion::v2_0;
  std::string ending;  // of a file's name
};

std::optional<Format> format_of(const std::string& name) {
  if (name == "hocr") return Format{Kind::hocr, {}, ".hocr"};
  if (name == "page") return Format{Kind::page, {}, ".page.xml"};
  if (name == "txt") return Format{Kind::txt, {}, ".txt"};
  if (name == "pdf") return Format{Kind::pdf, {}, ".pdf"};
  if (name == "alto") return Format{Kind::alto, AltoVersion::v2_0, ".alto.xml"};
  if (!name.starts_with("alto-")) return std::nullopt;
  const auto version = alto_version_of(std::string_view(name).substr(5));
  if (!version) return std::nullopt;
  return Format{Kind::alto, *version, ".alto.xml"};
}

// "alto-4.4,pdf" -> two. Several versions of ALTO at once carry theirs in the file's name.
Result<std::vector<Format>> formats_of(const std::string& list) {
  std::vector<Format> all;
  std::set<std::string> given;
  for (const std::string& part : split_text(list, ',')) {
    const std::string name = trimmed(part);
    const auto format = format_of(name);
    if (!format)
      return fail(ErrorKind::configuration, "{}",
                  say(tr("'{}' is no format; there are txt, hocr, page, pdf and alto-2.0, 2.1, "
                         "3.0, 3.1, 4.0 to 4.4"),
                      name));
    if (given.insert(name == "alto" ? "alto-2.0" : name).second) all.push_back(*format);
  }
  const auto altos =
      std::count_if(all.begin(), all.end(), [](const Format& f) { return f.kind == Kind::alto; });
  for (Format& f : all)
    if (f.kind == Kind::alto && altos > 1)
      f.ending = std::string(".alto-") + name_of(f.version) + ".xml";
  return all;
}

struct Selection {
  std::optional<Batch> batch;
  std::vector<PageId> pages;  // finished, in reading order
  std::size_t open = 0;       // scans or pages asked for that are not finished
  bool of_batch = false;      // asked for by its folder
  bool whole = false;         // all of it
};

void take(const ScanStatus& scan, Selection& chosen) {
  bool whole = scan.state == ScanState::done;
  for (const PageOutcome& page : scan.pages) {
    const bool made =
        page.state != PageState::parked && scan.state != ScanState::excluded &&
        (scan.state != ScanState::pending || lost_of_page(*chosen.batch, page.id).empty());
    if (made) chosen.pages.push_back(page.id);
    whole = whole && made;
  }
  if (!whole && scan.state != ScanState::excluded) ++chosen.open;
}

Result<void> take_batch(const Options& options, Selection& chosen) {
  const Result<BatchStatus> status = status_of(*chosen.batch, true);
  if (!status) return pass(status);
  std::set<std::size_t> positions;
  if (!options.pages.empty()) {
    auto given = positions_of(options.pages, status->scans.size());
    if (!given) return pass(given);
    positions = *std::move(given);
  }
  for (std::size_t i = 0; i < status->scans.size(); ++i)
    if (positions.empty() || positions.contains(i + 1)) take(status->scans[i], chosen);
  return {};
}

// One batch, or pages of one.
Result<Selection> choose(const Options& options) {
  Selection chosen;
  if (options.names.size() == 1 && options.batch.empty())
    if (auto batch = Batch::open(options.names.front())) chosen.batch = *std::move(batch);
  if (chosen.batch) {
    chosen.of_batch = true;
    chosen.whole = options.pages.empty();
    if (auto r = take_batch(options, chosen); !r) return pass(r);
  } else {
    if (!options.pages.empty())
      return fail(
          ErrorKind::configuration, "{}",
          tr("--pages chooses among a batch's scans; pages given by name are chosen already"));
    for (const std::string& name : options.names) {
      auto asked = find_page(name, options.batch);
      if (!asked) return pass(asked);
      if (chosen.batch && chosen.batch->folder() != asked->batch.folder())
        return fail(ErrorKind::configuration, "{}",
                    tr("the pages are of different batches; take one at a time"));
      if (!chosen.batch) chosen.batch = std::move(asked->batch);
      take(asked->scan, chosen);
    }
  }
  std::stable_sort(chosen.pages.begin(), chosen.pages.end(),
                   [](const PageId& a, const PageId& b) { return reading_order(a, b); });
  chosen.pages.erase(std::unique(chosen.pages.begin(), chosen.pages.end()), chosen.pages.end());
  if (chosen.pages.empty())
    return fail(ErrorKind::bad_input, "{}",
                tr("none of these pages is finished; run the batch first"));
  return chosen;
}

// ---- where it goes -----------------------------------------------------------------------------

struct Places {
  fs::path folder;
  fs::path file;  // the one file there will be, when --out names it
  fs::path pdf;
};

// --out names a file when there will be one and the name has an ending; else a folder.
Places places_of(const Options& options, const std::vector<Format>& formats,
                 const Selection& chosen) {
  std::string name = chosen.batch->folder().filename().string();
  if (name.empty()) name = chosen.batch->folder().parent_path().filename().string();
  if (name.ends_with(".batch")) name.resize(name.size() - 6);
  Places places;
  const bool one =
      formats.size() == 1 && (formats[0].kind == Kind::pdf || chosen.pages.size() == 1);
  std::error_code code;
  if (one && options.out.has_extension() && !fs::is_directory(options.out, code)) {
    places.file = places.pdf = options.out;
    places.folder = options.out.has_parent_path() ? options.out.parent_path() : fs::path(".");
    return places;
  }
  places.folder = options.out.empty() ? fs::path(name + "-text") : options.out;
  const std::string of_pdf =
      !chosen.of_batch && chosen.pages.size() == 1 ? text_of(chosen.pages.front()) : name;
  places.pdf = places.folder / (of_pdf + ".pdf");
  return places;
}

// ---- the formats -------------------------------------------------------------------------------

// What one page is written with.
struct PageOptions {
  int number = 1;  // from 1
  std::string label;
  PageSeams seams;
};

std::string written(const FinishedPage& page, const Format& format, const PageOptions& of_page,
                    const TextParams& params, bool folded_alternatives) {
  const std::string image = text_of(page.facts.id) + "/user.jp2";
  switch (format.kind) {
    case Kind::alto: {
      AltoOptions o;
      o.file_name = image;
      o.page_number = of_page.number;
      if (!of_page.label.starts_with('[')) o.printed_number = of_page.label;
      o.processing_date = page.facts.made_at;
      o.version = format.version;
      o.folded_alternatives = folded_alternatives;
      o.nested = params.nested_blocks;
      o.seams = of_page.seams;
      return to_alto(page.text, o);
    }
    case Kind::hocr:
      return to_hocr(page.text,
                     {image, of_page.number, of_page.label, page.facts.dpi, of_page.seams});
    case Kind::page:
      return to_page_xml(page.text,
                         {image, "linka " LINKA_VERSION, page.facts.made_at, page.facts.dpi});
    case Kind::txt:
    case Kind::pdf:
      break;
  }
  return to_plain(page.text, {params.join_words, params.fold_letters, of_page.seams});
}

// JPEGs for the PDF lie in a folder of their own until it is written.
constexpr int pdf_jpeg_quality = 75;

// The picture that stands in the PDF: the user copy as it is, or a JPEG made from it.
Result<fs::path> picture_of(const fs::path& page, const std::string& kind, const fs::path& scratch,
                            std::size_t number) {
  if (kind == "preview") return page / "preview.jpg";
  if (kind == "user") return page / "user.jp2";
  const auto bytes = read_file(page / "user.jp2");
  if (!bytes) return pass(bytes);
  const auto image = guarded<ScanImage>("text", [&] { return decode(*bytes, 0, {}); });
  if (!image) return pass(image);
  const auto jpeg = to_jpeg(image->image, pdf_jpeg_quality);
  if (!jpeg) return pass(jpeg);
  if (auto r = make_folders(scratch); !r) return pass(r);
  const fs::path path = scratch / fmt::format("{}.jpg", number);
  if (auto r = write_flushed(path, *jpeg); !r) return pass(r);
  return path;
}

// ---- the work ----------------------------------------------------------------------------------

class Work {
 public:
  // `chosen` must outlive it, and `book` be of the same batch.
  Work(const Options& options, std::vector<Format> formats, const Selection& chosen, TextBook book,
       const TextParams& params)
      : options_(options),
        formats_(std::move(formats)),
        chosen_(chosen),
        params_(params),
        places_(places_of(options_, formats_, chosen_)),
        book_(std::move(book)),
        scratch_(places_.folder / ".linka-text") {}

  ExitCode run() {
    const bool with_pdf = has([](const Format& f) { return f.kind == Kind::pdf; });
    if (!options_.dry_run)
      if (auto r = make_folders(places_.folder); !r)
        return explain_failure(r.error(), options_.json);
    std::optional<PdfWriter> pdf;
    if (with_pdf && !options_.dry_run) pdf.emplace(pdf_options());
    for (std::size_t i = 0; i < chosen_.pages.size(); ++i) {
      const auto done = page(i, pdf);
      if (!done) failed(text_of(chosen_.pages[i]), done.error());
      if (!done && stops(done.error().kind)) return answer();
    }
    if (pdf)
      for (const BookPart& part : book_.parts)
        if (const auto it = pdf_places_.find(part.page); it != pdf_places_.end())
          pdf->bookmark({part.title, it->second, part.level});
    if (with_pdf && (options_.dry_run || pdf->pages() > 0)) {
      const auto done = options_.dry_run ? Result<void>{} : pdf->write(places_.pdf);
      if (done) {
        document_["pdf"] = places_.pdf.string();
        if (!options_.json) print(places_.pdf.string());
      } else {
        failed(places_.pdf.string(), done.error());
      }
    }
    if (chosen_.open > 0) {
      code_ = worse(code_, ExitCode::parked);
      document_["not_finished"] = chosen_.open;
      if (!options_.json)
        remark(say(trn("linka: {} scan is not finished; linka status says why",
                       "linka: {} scans are not finished; linka status says why", chosen_.open),
                   chosen_.open));
    }
    return answer();
  }

 private:
  // The next page would meet the same.
  static bool stops(ErrorKind kind) {
    return kind == ErrorKind::no_space || kind == ErrorKind::io || kind == ErrorKind::resource;
  }

  template <class Is>
  bool has(Is&& is) const {
    return std::any_of(formats_.begin(), formats_.end(), is);
  }

  ExitCode answer() {
    if (options_.dry_run) document_["dry_run"] = true;
    return options_.json ? print_json(document_, code_) : code_;
  }

  void failed(const std::string& what, const Error& error) {
    code_ = worse(code_, exit_code_of(error.kind));
    if (!options_.json) remark("linka: " + what + ": " + error.message);
    document_["failed"].push_back({{"name", what}, {"error", to_json(error)}});
  }

  PdfOptions pdf_options() const {
    PdfOptions o;
    o.title = book_.title;
    o.author = book_.author;
    o.language = book_.language;
    o.creator = "linka " LINKA_VERSION;
    o.made_at = iso8601(now());
    o.fold = params_.fold_letters;
    return o;
  }

  Result<void> page(std::size_t at, std::optional<PdfWriter>& pdf) {
    const PageId& id = chosen_.pages[at];
    const Batch& batch = *chosen_.batch;
    const Result<FinishedPage> made = load_finished(batch, id);
    if (!made) return pass(made);
    const bool joins = params_.join_words || has([](const Format& f) {
                         return f.kind == Kind::alto || f.kind == Kind::hocr;
                       });
    const PageOptions of_page{static_cast<int>(at) + 1, book_.label_of(id),
                              joins ? book_.seams_of(id) : PageSeams{}};
    nlohmann::json files = nlohmann::json::array();
    for (const Format& format : formats_) {
      if (format.kind == Kind::pdf) continue;
      const fs::path path =
          places_.file.empty()
              ? places_.folder / (batch.page(id).filename().string() + format.ending)
              : places_.file;
      if (!options_.dry_run) {
        const std::string text = written(*made, format, of_page, params_, options_.fold);
        if (auto r = write_atomically(path, std::string_view(text)); !r) return r;
      }
      files.push_back(path.string());
      if (!options_.json) print(path.string());
    }
    document_["pages"].push_back({{"page", text_of(id)}, {"files", files}});
    if (!pdf) return {};
    const auto picture = picture_of(batch.page(id), options_.image, scratch_.path(), at);
    if (!picture) return pass(picture);
    const std::size_t place = pdf->pages();
    if (auto r = pdf->add({*picture, made->facts.dpi, made->text, of_page.label}); !r) return r;
    pdf_places_[id] = place;
    if (book_.parts.empty())
      for (PdfBookmark& mark : heading_bookmarks(made->text, place, params_.fold_letters))
        pdf->bookmark(std::move(mark));
    return {};
  }

  const Options& options_;
  const std::vector<Format> formats_;
  const Selection& chosen_;
  const TextParams params_;
  const Places places_;
  TextBook book_;
  std::map<PageId, std::size_t> pdf_places_;  // of pages in the PDF
  const ScratchFolder scratch_;
  nlohmann::json document_{{"pages", nlohmann::json::array()}};
  ExitCode code_ = ExitCode::done;
};

// The profile's settings; what is asked for here goes beyond them.
Result<TextParams> params_of(const Options& options, const Batch& batch) {
  TextParams params;
  std::error_code code;
  if (fs::exists(batch.profile(), code)) {
    const Result<Profile> profile = load_profile(batch.profile().string());
    if (!profile) return pass(profile);
    params = profile->text;
  }
  params.fold_letters = params.fold_letters || options.fold;
  params.join_words = params.join_words || options.join;
  params.nested_blocks = params.nested_blocks && !options.flat;
  return params;
}

ExitCode text(const Options& options) {
  Result<std::vector<Format>> formats = formats_of(options.format);
  if (!formats) return explain_misuse(formats.error().message, tr("linka help text"), options.json);
  Result<Selection> chosen = choose(options);
  if (!chosen && chosen.error().kind == ErrorKind::configuration)
    return explain_misuse(chosen.error().message, tr("linka help text"), options.json);
  if (!chosen) return explain_failure(chosen.error(), options.json);
  Result<TextBook> book = TextBook::of(*chosen->batch);
  if (!book) return explain_failure(book.error(), options.json);
  const Result<TextParams> params = params_of(options, *chosen->batch);
  if (!params) return explain_failure(params.error(), options.json);
  return Work(options, *std::move(formats), *chosen, *std::move(book), *params).run();
}

}  // namespace

void declare_text(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "text",
      tr("write the text of finished pages as ALTO, hOCR, PAGE XML, plain text or PDF\n"
         "One file a page and format, named by the page; the PDF holds all pages with their text "
         "under the pictures (PDF/A-2u). Several formats are written in one go."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH|PAGE"), o->names, tr("a batch's folder, or pages by folder or name"))
      ->required();
  takes(verb->add_option("-f,--format", o->format,
                         tr("txt, hocr, page, pdf, alto-2.0 to alto-4.4; several with commas")),
        Value::text);
  takes(
      verb->add_option("-o,--out", o->out,
                       tr("folder for the files, or the file when there is one; NAME-text here if "
                          "not given")),
      Value::folder);
  takes(verb->add_option("--pages", o->pages,
                         tr("only these scans, counted from 1 in reading order: 3..10,15 or 20..")),
        Value::text);
  takes(verb->add_option("--batch", o->batch,
                         tr("the batch's folder; the one this folder belongs to if not given")),
        Value::folder);
  takes(verb->add_option("--image", o->image,
                         tr("the PDF's pictures: user (the user copies), jpeg (made from them) or "
                            "preview"))
            ->check(CLI::IsMember({"user", "jpeg", "preview"})),
        Value::text);
  verb->add_flag("--fold", o->fold,
                 tr("old letters as today's: long s, ligatures (ALTO: as ALTERNATIVE)"));
  verb->add_flag("--join", o->join,
                 tr("plain text: words broken at the end of a line or page made whole"));
  verb->add_flag(
      "--flat", o->flat,
      tr("ALTO: blocks side by side, without blocks around columns, tables and pictures"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be written and write nothing"));
  add_json(verb, o->json);
  verb->footer(
      "linka text scans.batch --format alto-4.4,pdf --out texts/\n"
      "linka text scans.batch --format pdf --out kniha.pdf\n"
      "linka text scans.batch/pages/0007.tif-left --format txt --fold --join");
  verb->callback([o, &chosen] { chosen.action = [o] { return text(*o); }; });
}

}  // namespace linka
