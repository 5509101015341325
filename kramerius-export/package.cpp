// SPDX-License-Identifier: GPL-3.0-or-later
// The order is the standard's: images, ALTO and text first, then the page's technical METS (which
// states their digests), the main METS (which states those of all), the checksum file, the info
// file.
#include "kramerius-export/package.h"

#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/alto.h"
#include "formats/info.h"
#include "kramerius-export/main_mets.h"
#include "kramerius-export/page_mets.h"
#include "kramerius-export/page_window.h"
#include "kramerius-export/text_areas.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint package_begun{"package-begun",
                        "when a package has its temporary folder and nothing else"};
FailPoint package_page_placed{"package-page-placed", "after all files of one page in a package"};
FailPoint package_flushed{"package-flushed", "when a package is on the disk and has no name yet"};
FailPoint package_named{"package-named", "when a package has its name and the journal is not told"};

constexpr std::size_t most_pages = 9999;     // ids count with four digits
constexpr std::size_t pages_at_a_time = 16;  // that are read and placed before the next ones are

// The page whose picture stands for the whole: the title page, else a cover, else the first page;
// not one of a supplement.
std::size_t representing(const std::vector<PlannedPage>& pages,
                         const std::vector<std::size_t>& own) {
  for (const std::string_view wanted :
       {"titlePage", "frontCover", "cover", "jacket", "frontJacket"})
    for (const std::size_t i : own)
      if (pages[i].type == wanted) return i;
  return own.empty() ? 0 : own.front();
}

std::string position_of(const PlannedPage& page) {
  if (!page.position.empty()) return page.position;
  switch (page.id.side) {
    case Side::left:
      return "left";
    case Side::right:
      return "right";
    case Side::single:
      break;
  }
  return "singlePage";
}

Result<void> check_plan(const PackagePlan& plan, const PackageOptions& options) {
  const bool periodical = plan.kind == DocumentKind::periodical;
  const auto lacks = [](const std::vector<std::string>& missing, const char* sentence) {
    return tl::unexpected(Error{
        ErrorKind::bad_input, say(sentence, fmt::format("{}", fmt::join(missing, ", "))), {}});
  };
  if (const auto missing =
          missing_parts(plan.unit, periodical ? RecordLevel::issue : RecordLevel::volume);
      !missing.empty())
    return lacks(missing, tr("the record lacks {}"));
  if (periodical && (!plan.title || !plan.year))
    return fail(ErrorKind::bad_input, "an issue without its periodical and its year");
  if (plan.title)
    if (const auto missing =
            missing_parts(*plan.title, periodical ? RecordLevel::periodical : RecordLevel::title);
        !missing.empty())
      return lacks(missing, tr("the record of the title lacks {}"));
  if (plan.year)
    if (const auto missing = missing_parts(*plan.year, RecordLevel::year); !missing.empty())
      return lacks(missing, tr("the record of the year lacks {}"));
  if (plan.pages.empty()) return fail(ErrorKind::bad_input, "the package would have no page");
  if (plan.pages.size() > most_pages)
    return fail(ErrorKind::bad_input, "{} pages, more than the {} a package can count",
                plan.pages.size(), most_pages);
  if (options.program.empty() || options.program_version.empty())
    return fail(ErrorKind::configuration, "the package must name the program and its version");
  std::set<PageId> ids;
  for (const PlannedPage& page : plan.pages) {
    const std::string name = text_of(page.id);
    if (!ids.insert(page.id).second)
      return fail(ErrorKind::bad_input, "page {} is given twice", name);
    if (trimmed(page.label).empty())
      return fail(ErrorKind::bad_input, "page {} has no label", name);
    if (!is_page_type(page.type))
      return fail(ErrorKind::bad_input, "\"{}\" (page {}) is no type of page", page.type, name);
  }
  return {};
}

Result<void> check_page(const PackagePage& page, const PlannedPage& planned) {
  const PageFacts& facts = page.facts;
  const std::string name = text_of(planned.id);
  if (facts.id != planned.id)
    return fail(ErrorKind::internal, "page {} was loaded in place of page {}", text_of(facts.id),
                name);
  if (facts.source.md5.size() != 32 || facts.source.width_px <= 0 || facts.source.height_px <= 0)
    return fail(ErrorKind::bad_input, "the digest or the size of the scan of page {} is not known",
                name);
  if (facts.width_px <= 0 || facts.height_px <= 0)
    return fail(ErrorKind::bad_input, "the size of page {} is not known", name);
  if (page.text.width_px > 0 &&
      (page.text.width_px != facts.width_px || page.text.height_px != facts.height_px))
    return fail(ErrorKind::bad_input,
                "page {}: the text is of a page of {} x {} px, but the page is {} x {}", name,
                page.text.width_px, page.text.height_px, facts.width_px, facts.height_px);
  return {};
}

// A copy of the page under its name in the package, the very bytes that its facts state.
Result<PlacedFile> place(const fs::path& from, const fs::path& root, std::string href,
                         const PackagePage& page) {
  const std::string name = text_of(page.facts.id);
  auto placed = link_or_copy(from, root, std::move(href));
  if (!placed && placed.error().kind == ErrorKind::bad_input)
    return fail(ErrorKind::bad_input, "page {}: {}", name, placed.error().message);
  if (!placed) return placed;
  for (const WrittenFile& stated : page.facts.files)
    if (stated.name == from.filename().string() && !stated.md5.empty() &&
        (stated.md5 != placed->md5 || stated.size_bytes != placed->size_bytes))
      return fail(
          ErrorKind::bad_input,
          "page {}: {} is no longer what was written ({} bytes, MD5 {}; it was {} bytes, {})", name,
          from.string(), placed->size_bytes, placed->md5, stated.size_bytes, stated.md5);
  return placed;
}

// What the master copy says of itself; nothing when it is no JPEG 2000.
Result<std::optional<Jp2Properties>> master_of(const fs::path& file, const PackagePage& page) {
  const auto mapped = MappedFile::open(file);
  if (!mapped) return pass(mapped);
  auto jp2 = read_jp2(mapped->bytes());
  if (!jp2 || !jp2->is_jp2) return std::optional<Jp2Properties>{};
  if (jp2->width_px != page.facts.width_px || jp2->height_px != page.facts.height_px)
    return fail(ErrorKind::bad_input, "page {}: {} is {} x {} px, but the page is {} x {}",
                text_of(page.facts.id), page.master.string(), jp2->width_px, jp2->height_px,
                page.facts.width_px, page.facts.height_px);
  return std::optional<Jp2Properties>(std::move(*jp2));
}

class Builder {
 public:
  Builder(const PackagePlan& plan, const PackageOptions& options)
      : plan_(plan), options_(options) {}

  // Everything that can be known before a page is loaded.
  Result<void> prepare() {
    auto standard = standard_of(plan_.kind, options_.standard, options_.periodical_standard);
    if (!standard) return pass(standard);
    standard_ = std::move(*standard);
    if (auto fine = check_plan(plan_, options_); !fine) return fine;
    auto structure = structure_of(plan_);
    if (!structure) return pass(structure);
    structure_ = std::move(*structure);
    parts_ = parts_by_first_page(structure_);
    const Record& unit = plan_.unit;
    names_.id = package_id(unit);
    names_.created = iso8601(options_.created);
    names_.created_on = iso_date(options_.created);
    names_.program = options_.program;
    names_.program_version = options_.program_version;
    names_.header = {structure_.label, standard_.mets_type, names_.created, unit.sigla,
                     unit.archivist.empty() ? unit.sigla : unit.archivist};
    number_pages();
    return {};
  }

  Result<BuiltPackage> build(const PageSource& source) {
    const fs::path final_path = options_.folder / names_.id;
    std::error_code code;
    if (!options_.replace && fs::exists(fs::symlink_status(final_path, code)))
      return fail(ErrorKind::bad_input, "{}: the package is there already", final_path.string());
    root_ = options_.folder / ("." + names_.id + ".building");
    if (auto made = make_folders(options_.folder); !made) return pass(made);
    fs::remove_all(root_, code);  // of a run that was cut short
    Scaffold scaffold(root_);
    package_begun.reached();
    for (const PackageFolder& f : package_folders)
      if (auto made = make_folders(root_ / f.folder); !made) return pass(made);
    PageWindow window(plan_, source, options_.do_many, pages_at_a_time);
    for (std::size_t first = 0; first < pages_.size(); first += pages_at_a_time)
      if (auto placed = place_pages(window, first); !placed) return pass(placed);
    auto bytes = write_frame();
    if (!bytes) return pass(bytes);
    if (auto flushed = flush_package(root_); !flushed) return pass(flushed);
    if (!options_.replace && fs::exists(fs::symlink_status(final_path, code)))
      return fail(ErrorKind::bad_input, "{}: the package is there already", final_path.string());
    package_flushed.reached();
    if (options_.announce)
      if (auto told = options_.announce(info_md5_); !told) return pass(told);
    if (auto shown = unveil_folder(root_, final_path); !shown) return pass(shown);
    scaffold.keep();
    package_named.reached();
    return BuiltPackage{final_path, names_.id, pages_.size(), *bytes, info_md5_};
  }

  // The main METS as it would be without its files, and what is said elsewhere.
  std::string digest() {
    RunningMd5 md5;
    const auto add = [&](std::string_view text) {
      md5.add(text);
      md5.add("\n");
    };
    XmlWriter xml([&](std::string_view piece) { md5.add(piece); });
    write_main_mets(xml, structure_, pages_, names_, standard_);
    for (const std::string& text :
         {standard_.metadata_version, plan_.unit.institution, plan_.unit.collection,
          plan_.unit.owner, options_.program_version})
      add(text);
    add(fmt::format("{} {} {}", options_.plain.join_words, options_.plain.fold,
                    options_.nested_blocks));
    add_device(add, plan_.unit.scanner);
    for (const Scanner& device : plan_.devices) add_device(add, device);
    const Rights& r = plan_.rights;
    if (options_.rights)
      for (const std::string* text : {&r.status, &r.publication, &r.creation_year,
                                      &r.publication_year, &r.holder, &r.notice, &r.note})
        add(*text);
    return md5.hex();
  }

 private:
  template <class Add>
  static void add_device(const Add& add, const Scanner& s) {
    for (const std::string* text : {&s.kind, &s.manufacturer, &s.model, &s.model_number, &s.serial,
                                    &s.sensor, &s.software, &s.software_version})
      add(*text);
    add(std::to_string(s.optical_dpi));
  }

  const Entity& unit_entity() const {
    const Entity* e = &structure_.top;
    while (e->place.level != RecordLevel::volume && e->place.level != RecordLevel::issue)
      e = &e->below.front();
    return *e;
  }

  void number_pages() {
    const std::string uuid = volume_uuid(plan_.unit);
    const std::size_t representative = representing(plan_.pages, unit_entity().pages);
    pages_.resize(plan_.pages.size());
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      const PlannedPage& planned = plan_.pages[i];
      PageRecord& record = pages_[i].record;
      record.ordinal = static_cast<int>(i) + 1;
      record.uuid = uuid_v5(uuid, text_of(planned.id));
      record.label = trimmed(planned.label);
      record.type = page_type_in(standard_, planned.type);
      record.position = position_of(planned);
      record.represents = i == representative;
      record.resource = page_resource(planned.type, plan_.unit.genre);
    }
  }

  // What is wrong with the first of several pages is what is said.
  Result<void> place_pages(PageWindow& window, std::size_t first) {
    std::vector<PageWindow::Page> pages;
    Result<void> loaded;
    while (loaded && pages.size() < std::min(pages_at_a_time, pages_.size() - first)) {
      auto page = window.next();
      if (page)
        pages.push_back(*std::move(page));
      else
        loaded = pass(page);
    }
    std::vector<Result<void>> placed(pages.size());
    auto done = options_.do_many(pages.size(), [&](std::size_t i) -> Result<void> {
      placed[i] = place_page(pages[i], pages_[first + i]);
      if (placed[i]) package_page_placed.reached();
      return {};
    });
    if (!done) return done;
    for (Result<void>& one : placed)
      if (!one) return one;
    return loaded;
  }

  Result<void> place_page(const PageWindow::Page& loaded, MainPage& main) {
    const PackagePage& page = loaded.page;
    const auto ordinal = static_cast<std::size_t>(main.record.ordinal);
    if (auto fine = check_page(page, plan_.pages[ordinal - 1]); !fine) return fine;
    PlacedPage out;
    out.source = &page;
    out.record = main.record;
    out.made_at = is_date_time(page.facts.made_at) ? page.facts.made_at : names_.created;
    const auto href = [&](std::size_t folder) {
      return href_of(folder, names_.id, main.record.ordinal);
    };
    const auto keep = [&](std::size_t folder, Result<PlacedFile> file) -> Result<void> {
      if (!file) return pass(file);
      out.files[folder] = std::move(*file);
      return {};
    };
    if (auto r = keep(in_mastercopy, place(page.master, root_, href(in_mastercopy), page)); !r)
      return r;
    auto jp2 = master_of(root_ / href(in_mastercopy), page);
    if (!jp2) return pass(jp2);
    out.master_jp2 = std::move(*jp2);
    if (auto r = keep(in_usercopy, place(page.user, root_, href(in_usercopy), page)); !r) return r;
    const std::string alto = alto_of(page, out, loaded.seams);
    if (parts_.contains(ordinal - 1))
      find_text_areas(parts_, ordinal - 1, page.text, alto_block_ids(page.text, {}));
    if (auto r = keep(in_alto, write_new(root_, href(in_alto), alto)); !r) return r;
    PlainOptions plain = options_.plain;
    plain.seams = loaded.seams;
    if (auto r = keep(in_txt, write_new(root_, href(in_txt), to_plain(page.text, plain))); !r)
      return r;
    const std::string amd = to_page_mets(out, plan_, names_, standard_, options_.rights);
    if (auto r = keep(in_amdsec, write_new(root_, href(in_amdsec), amd)); !r) return r;
    main.made_at = std::move(out.made_at);
    for (std::size_t i = 0; i < main.files.size(); ++i)
      main.files[i] = {"", out.files[i].size_bytes, std::move(out.files[i].md5)};
    return {};
  }

  std::string alto_of(const PackagePage& page, const PlacedPage& placed, const PageSeams& seams) {
    AltoOptions alto;
    alto.file_name = fs::path(placed.files[in_mastercopy].href).filename().string();
    alto.page_number = placed.record.ordinal;
    const std::string& read_at = page.facts.read_at;
    alto.processing_date = (is_date_time(read_at) ? read_at : placed.made_at).substr(0, 10);
    alto.agency = plan_.unit.sigla;
    alto.seams = seams;
    alto.nested = options_.nested_blocks;
    if (page.text.width_px > 0 && page.text.height_px > 0) return to_alto(page.text, alto);
    PageText sized = page.text;
    sized.width_px = page.facts.width_px;
    sized.height_px = page.facts.height_px;
    return to_alto(sized, alto);
  }

  // Every file of the package but the checksum and the info file, by path. The main METS stands
  // between two folders.
  template <class Take>
  void each_file(const PlacedFile& mets, const Take& take) const {
    for (const std::size_t folder : {in_alto, in_amdsec, in_mastercopy, in_txt, in_usercopy}) {
      if (folder == in_txt) take(mets.href, mets);
      for (const MainPage& page : pages_)
        take(href_of(folder, names_.id, page.record.ordinal), page.files[folder]);
    }
  }

  // Main METS, checksums, info; the size of all files.
  Result<std::uint64_t> write_frame() {
    NewFile mets_file(root_, fmt::format("mets_{}.xml", names_.id));
    XmlWriter xml([&](std::string_view piece) { mets_file.write(piece); });
    write_main_mets(xml, structure_, pages_, names_, standard_);
    const auto mets = mets_file.close();
    if (!mets) return pass(mets);
    // One line a file, one space, the path with a leading slash: md5sum's own form is not
    // understood.
    NewFile sums(root_, fmt::format("md5_{}.md5", names_.id));
    std::uint64_t bytes = 0;
    each_file(*mets, [&](const std::string& href, const PlacedFile& file) {
      sums.write(file.md5 + " /" + href + "\n");
      bytes += file.size_bytes;
    });
    const auto checksums = sums.close();
    if (!checksums) return pass(checksums);
    const std::string info_name = fmt::format("info_{}.xml", names_.id);
    PackageInfo info = info_of(*checksums);
    info.main_mets = mets->href;
    info.other_bytes = bytes + checksums->size_bytes;
    info.item_count = pages_.size() * package_folders.size() + 3;
    info.each_item = [&](const std::function<void(std::string_view)>& item) {
      each_file(*mets, [&](const std::string& href, const PlacedFile& file) {
        const bool first_image = href == href_of(in_mastercopy, names_.id, 1);
        if (first_image) item("/" + info_name);
        if (&file == &*mets) item("/" + checksums->href);
        item("/" + href);
      });
    };
    NewFile info_file(root_, info_name);
    write_info(info, [&](std::string_view piece) { info_file.write(piece); });
    const auto written = info_file.close();
    if (!written) return pass(written);
    info_md5_ = written->md5;
    return info.other_bytes + written->size_bytes;
  }

  PackageInfo info_of(const PlacedFile& checksums) const {
    PackageInfo info;
    info.created = names_.created;
    info.metadata_version = standard_.metadata_version;
    info.package_id = names_.id;
    info.validator = names_.program;
    info.validator_version = names_.program_version;
    const Entity& unit = unit_entity();
    info.titles.emplace_back("uuid", volume_uuid(plan_.unit));
    for (const std::string_view type : {"urnnbn", "issn", "ccnb", "isbn", "ismn"}) {
      if (type == (standard_.periodical ? "urnnbn" : "issn")) continue;
      if (type == "ismn" && (standard_.periodical || standard_.mods.old_words)) continue;
      // The work as a whole has the number where the volume has none of its own.
      for (const Entity* e : {&unit, &structure_.top})
        if (const std::string value = identifier_of(e->held, type); !value.empty()) {
          info.titles.emplace_back(type, value);
          break;
        }
    }
    info.collection = plan_.unit.collection;
    info.institution = plan_.unit.institution;
    info.creator = plan_.unit.sigla;
    info.checksum_file = "/" + checksums.href;
    info.checksum = checksums.md5;
    return info;
  }

  const PackagePlan& plan_;
  const PackageOptions& options_;
  WrittenStandard standard_;
  Structure structure_;
  PartsByPage parts_;
  PackageNames names_;
  fs::path root_;
  std::string info_md5_;
  std::vector<MainPage> pages_;
};

}  // namespace

Result<BuiltPackage> build_package(const PackagePlan& plan, const PageSource& source,
                                   const PackageOptions& options) {
  return guarded<BuiltPackage>("package", [&]() -> Result<BuiltPackage> {
    Builder builder(plan, options);
    if (auto ready = builder.prepare(); !ready) return pass(ready);
    return builder.build(source);
  });
}

Result<BuiltPackage> build_package(const Record& record, const std::vector<PackagePage>& pages,
                                   const PackageOptions& options) {
  PackagePlan plan;
  plan.unit = record;
  for (const PackagePage& page : pages)
    plan.pages.push_back({page.facts.id, page.label, page.type});
  const PageSource source = [&](const PlannedPage& planned) -> Result<PackagePage> {
    return pages[static_cast<std::size_t>(&planned - plan.pages.data())];
  };
  return build_package(plan, source, options);
}

Result<std::string> digest_of(const PackagePlan& plan, const PackageOptions& options) {
  return guarded<std::string>("package", [&]() -> Result<std::string> {
    PackageOptions timeless = options;
    timeless.created = {};
    Builder builder(plan, timeless);
    if (auto ready = builder.prepare(); !ready) return pass(ready);
    return builder.digest();
  });
}

}  // namespace linka
