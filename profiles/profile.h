// SPDX-License-Identifier: GPL-3.0-or-later
// A profile: every setting of every stage for one kind of material, read from TOML. A stage
// declares its settings (describe() in its header); this folder only walks them.
#pragma once

#include "base/result.h"
#include "engines/params.h"
#include "stages/blank/blank.h"
#include "stages/book/book.h"
#include "stages/check/check.h"
#include "stages/crop/crop.h"
#include "stages/decode/decode.h"
#include "stages/deskew/deskew.h"
#include "stages/dewarp/dewarp.h"
#include "stages/encode/encode.h"
#include "stages/light/light.h"
#include "stages/metadata/metadata.h"
#include "stages/ocr/ocr.h"
#include "stages/pagination/pagination.h"
#include "stages/split/split.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// How texts are written: by linka text, and plain text in the package. Pages are not read again.
struct TextParams {
  bool join_words = false;
  bool fold_letters = false;
  bool nested_blocks = true;
  double good_from = 0.8;
};

template <class Field>
void describe(TextParams& p, Field&& field) {
  field("join_words", p.join_words,
        "plain text: words broken at the end of a line or page stand whole where they begin");
  field("fold_letters", p.fold_letters,
        "plain text and PDF: long s, ligatures and other old letters as today's");
  field(
      "nested_blocks", p.nested_blocks,
      "ALTO of linka text: columns, tables, pictures with captions and notes are composed blocks");
  field("good_from", p.good_from, 0.0, 1.0,
        "a page with a smaller share of right words is worth another reading: linka review --ocr");
}

struct PackageParams {
  std::string standard = "2.2";
  std::string periodical_standard = "2.1";
  bool rights = false;
  bool nested_blocks = false;
};

template <class Field>
void describe(PackageParams& p, Field&& field) {
  field("standard", p.standard, Choices{"2.2", "2.2-strict", "2.1"},
        "NDK monograph standard: 2.2 in the portable form, 2.2 to the letter, or 2.1");
  field("periodical_standard", p.periodical_standard, Choices{"2.1", "2.0"},
        "NDK periodical standard: 2.1, or the older 2.0");
  field("rights", p.rights,
        "the copyright that the record states is written beside the technical data of each page");
  field("nested_blocks", p.nested_blocks,
        "the package's ALTO: columns, tables and the like are composed blocks; some readers see "
        "only the blocks that stand in the print space itself");
}

struct RunParams {
  double page_timeout_s = 300;
  double cpu_s_per_megapixel = 12;
  double unsure_below = 0.5;
  double unsure_text_below = 0.6;
};

template <class Field>
void describe(RunParams& p, Field&& field) {
  field("page_timeout_s", p.page_timeout_s, 1.0, 86400.0,
        "a page that stays longer in one stage is taken off the line; pages over 40 megapixels may "
        "stay longer in proportion");
  field("cpu_s_per_megapixel", p.cpu_s_per_megapixel, 0.1, 10000.0,
        "processor seconds a megapixel, beside 30 for any page, that one stage may use");
  field("unsure_below", p.unsure_below, 0.0, 1.0,
        "a page whose split, skew or crop is less sure is shown in the report");
  field("unsure_text_below", p.unsure_text_below, 0.0, 1.0,
        "a page whose words are less sure on average is shown in the report");
}

struct Profile {
  std::string name;         // "monograph": the file's name without .toml
  std::string description;  // one line
  DecodeParams decode;
  SplitParams split;
  DeskewParams deskew;
  DewarpParams dewarp;
  CropParams crop;
  LightParams light;
  BlankParams blank;
  OcrParams ocr;
  EngineParams engine;
  EncodeParams encode;
  MetadataParams metadata;
  CheckParams check;
  BookParams book;
  PaginationParams pagination;
  TextParams text;
  PackageParams package;
  RunParams run;
};

// Calls section("decode", profile.decode), ... for every table of a profile, in order.
template <class P, class Section>
void for_each_section(P& profile, Section&& section) {
  section("decode", profile.decode);
  section("split", profile.split);
  section("deskew", profile.deskew);
  section("dewarp", profile.dewarp);
  section("crop", profile.crop);
  section("light", profile.light);
  section("blank", profile.blank);
  section("ocr", profile.ocr);
  section("engine", profile.engine);
  section("encode", profile.encode);
  section("metadata", profile.metadata);
  section("check", profile.check);
  section("book", profile.book);
  section("pagination", profile.pagination);
  section("text", profile.text);
  section("package", profile.package);
  section("run", profile.run);
}

// One setting, for showing: profile show, explain, documentation.
struct Setting {
  std::string section, name, value, preset, range, help;
};
std::vector<Setting> settings_of(const Profile& profile);

// By name ("monograph"), looked up in the profile folders, or by path ("my/book.toml"). Unknown
// keys, values out of range and wrong types are errors (configuration) that name file, line and
// key.
Result<Profile> load_profile(const std::string& name_or_path);
// The profile as TOML, every setting with its help as a comment; load_profile reads it back.
std::string to_toml(const Profile& profile);

struct ProfileEntry {
  std::string name, description;
  std::filesystem::path path;
};
// Every profile that load_profile finds by name, sorted.
std::vector<ProfileEntry> list_profiles();

// The settings that decide a page's bytes, as text: equal texts, equal pages. Leaves out [book],
// which speaks by hints, and [pagination], [package] and [run], which change no page.
std::string page_fingerprint(const Profile& profile);

}  // namespace linka
