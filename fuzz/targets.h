// SPDX-License-Identifier: GPL-3.0-or-later
// Every reader of bytes that are not ours, as a function that must come back whatever it is given:
// no crash, no exception, no endless loop, no memory beyond reason. docs/security.md says how to
// let libFuzzer loose on them; the findings of that are in regressions/ and tested with the rest.
#pragma once

#include "base/bytes.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linka::fuzz {

struct Target {
  const char* name;
  void (*run)(ByteView bytes);
};
const std::vector<Target>& targets();

std::string_view text_of(ByteView bytes);
// The bytes as a file of that ending, in a folder of this process's own; one file at a time.
std::filesystem::path as_file(ByteView bytes, std::string_view ending);
// That folder.
const std::filesystem::path& folder_of_this_process();

// decoders.cpp
void header(ByteView bytes);
void tiff(ByteView bytes);
void jpeg(ByteView bytes);
void png(ByteView bytes);
void jp2(ByteView bytes);
void jp2_boxes(ByteView bytes);
// texts.cpp
void xml(ByteView bytes);
void answer(ByteView bytes);
void toml_record(ByteView bytes);
void csv_record(ByteView bytes);
void mods_record(ByteView bytes);
void iso2709(ByteView bytes);
void marcxml(ByteView bytes);
// batches.cpp
void journal(ByteView bytes);
void inventory(ByteView bytes);
void page_text(ByteView bytes);
void page_facts(ByteView bytes);
void correction(ByteView bytes);
void names(ByteView bytes);
// packages.cpp
void package(ByteView bytes);
void waivers(ByteView bytes);
// archives.cpp
void bag_tar(ByteView bytes);
void bag_zip(ByteView bytes);
void bag_folder(ByteView bytes);
void ocfl_inventory(ByteView bytes);
void ocfl_object(ByteView bytes);

}  // namespace linka::fuzz
