// SPDX-License-Identifier: GPL-3.0-or-later
// FOXML: what Kramerius's plain import reads. A finished NDK package (PSP) becomes one flat folder
// with a file for each object, "<uuid>.xml": the title, the volume or issue, its chapters and
// pages. The objects keep the uuids of the package. A folder of this form is checked before it is
// offered, because Kramerius stores many a fault without a word and then cannot show the document.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "kramerius-export/rules.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Where the pages' images come from. Patterns hold places in braces:
//   {package} uuid of the volume or issue    {id} name of the NDK package
//   {file} "uc_tst001-00000a_0001.jp2"       {stem} the same without ".jp2"
//   {uuid} of the page                       {digest} 12 hex digits of the file's MD5
//   {year} {month} {day} of FoxmlOptions::created, "2026" "05" "04"
//   {place} the filled-in `place`            {place_id} the same, each "/" as "%2F"
//   {place_stem} the same without ".jp2"
//   {preview_height} {thumb_height} 700 and 128, or the picture's own height when it is lower
// Values are made of ASCII letters, digits, "-", "_" and "." alone.
struct FoxmlImages {
  enum class Kind {
    image_server,        // JP2 files are placed by us; objects hold URLs
    moved_by_kramerius,  // the JP2 is inside the object; Kramerius moves it to its image server
    embedded_jpeg        // JPEG pictures are inside the object: always works, no deep zoom
  };
  Kind kind = Kind::embedded_jpeg;
  std::string place;  // of the file below the image server's root: "{package}/{file}"
  std::string tiles;  // IIIF base of one image, without /info.json
  std::string full, preview, thumb;  // URLs of the whole picture, 700 px and 128 px high
};

// Known image servers: "iipimage", "iiif2", "iiif3", "mzk". `base` is the URL the patterns begin
// with, as Kramerius reaches it ("http://images/fcgi-bin/iipsrv.fcgi", "https://images/iiif/3"),
// `root` the image server's own name of the folder under which files are placed ("/data"; IIPImage
// alone wants it). Error: configuration.
Result<FoxmlImages> images_preset(std::string_view name, const std::string& base,
                                  const std::string& root = {});
const std::vector<std::string_view>& image_presets();
// Errors: configuration: an unknown place in braces, a pattern missing, a word that Kramerius would
// exchange ("zoomify", "deepZoom") where it may not stand.
Result<void> check_images(const FoxmlImages& images);

// JPEG pictures of a JP2 file, one for each wanted height in pixels; 0 is full size. Smaller files
// are never enlarged. The decoder lives elsewhere; the caller lends it.
using MakeJpegs = std::function<Result<std::vector<Bytes>>(const std::filesystem::path& jp2,
                                                           const std::vector<int>& heights)>;

inline constexpr int foxml_preview_height = 700, foxml_thumb_height = 128;  // px
inline constexpr std::size_t foxml_label_limit = 255;                       // characters

struct FoxmlOptions {
  FoxmlImages images;
  MakeJpegs make_jpegs = {};          // needed where pictures are inside the objects
  std::vector<std::string> licences;  // kramerius:license of the top object
  // PIDs that the target has already (the periodical of a new issue): nothing but their children is
  // stated of them, because Kramerius would add the rest to what stands there. Licences then stand
  // on the topmost new object.
  std::set<std::string> known;
  std::string policy;  // "public", "private"; empty: public with the licence "public", else private
  bool page_technical = false;  // IMG_FULL_AMD: the page's administrative METS
  Time created = now();
  std::function<void(std::size_t done, std::size_t of)> progress = {};  // after each object
  std::function<bool()> cancelled = {};
};

// A file that is to lie on the image server before the import.
struct PlacedImage {
  std::filesystem::path source;  // in the NDK package
  std::string target;            // relative to the image server's root: "6a1b.../uc_..._0001.jp2"
  std::string md5;               // as the package states it, lower case
  std::uint64_t bytes = 0;
  std::string page;  // pid
};

struct FoxmlObject {
  std::string pid;                    // "uuid:..."
  std::string model;                  // "monograph", "page", ...
  std::string label;                  // the title, or the page's number
  std::vector<std::string> children;  // pids of its own children, in order
  std::vector<std::string> fosters;   // pids of the pages it stands on
  bool has_text = false, has_alto = false;
  int width_px = 0, height_px = 0;  // of a page's image
};

struct FoxmlExport {
  std::filesystem::path folder;
  std::string top;                   // pid of the object without a parent
  std::string unit;                  // pid of the volume, issue or single document
  std::vector<FoxmlObject> objects;  // from the top down, each parent before its children
  std::vector<PlacedImage> images;   // image_server alone; in the order of the pages
  std::uint64_t bytes = 0;           // of all files
  std::vector<std::string> notes;    // what was mended or left out, in words
};

// What would be written, without writing: no picture is made, no text read (has_text and the sizes
// of images are as the package's list of files says). Errors as export_foxml.
Result<FoxmlExport> plan_foxml(const std::filesystem::path& package, const FoxmlOptions& options);

// Writes out/ (its parent exists or is made), under a temporary name beside it until it is whole
// and flushed. `out` must not be there yet; its name is of ASCII letters, digits, "-", "_", ".".
// Pages are read and written one by one. Same package, options and created: same bytes.
// Errors: bad_input (no package, a record without a uuid, a file missing, a div that Kramerius does
// not know, `out` is there), configuration, io, no_space, cancelled. After an error nothing is
// left.
Result<FoxmlExport> export_foxml(const std::filesystem::path& package,
                                 const std::filesystem::path& out, const FoxmlOptions& options);
// "foxml_<uuid of the unit>": a name for the folder. Errors as plan_foxml.
Result<std::string> foxml_folder_name(const std::filesystem::path& package);

struct FoxmlCheckOptions {
  std::set<std::string> known;       // pids that the target system has already
  std::set<std::string> licences;    // that the target system knows; empty: not compared
  std::filesystem::path image_root;  // where `images` are placed; empty: not looked at
  std::vector<PlacedImage> images;   // what has to lie there
  // Asks for a URL (IMG_FULL of a few pages, each tiles-url + "/info.json"); none: not asked.
  std::function<Result<void>(const std::string& url)> reach = {};
  std::size_t top_objects = 1;  // how many objects without a parent are right
  bool urnnbn = false;          // the unit's record has to have one
};

struct FoxmlReport {
  std::size_t objects = 0, pages = 0;
  std::vector<Finding> findings;         // sorted by file, line, rule; rules are named FOXML_...
  std::vector<std::string> not_checked;  // and why
  bool has_errors() const;
};

// Error only when the folder cannot be read at all; everything else is a finding.
Result<FoxmlReport> check_foxml(const std::filesystem::path& folder,
                                const FoxmlCheckOptions& options);

// What Kramerius's own conversion (its NDK import) would stumble over in a PSP, or take otherwise
// than meant. Rules are named IMPORT_... Error only when the folder cannot be read at all.
Result<FoxmlReport> check_converting_import(const std::filesystem::path& package);

// The rules of both checks: name, severity at worst and one sentence, in the operator's language.
struct FoxmlRule {
  std::string_view name;
  Severity severity = Severity::error;
  std::string_view meaning;  // English; a key of the catalogue
};
const std::vector<FoxmlRule>& foxml_rules();

}  // namespace linka
