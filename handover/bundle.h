// SPDX-License-Identifier: GPL-3.0-or-later
// A package's text as plain files for whoever works with it: texts, ALTO and tables, as a folder, a
// tar or a zip.
//   text.txt    all pages, each after a form feed     txt/0001.txt ...  alto/0001.xml ...
//   pages.csv   number, label, type, uuid, words      parts.csv  level, kind, title, uuid, pages
//   words.csv   page, line, word, x, y, width, height, confidence; pixels of the user copy
//   record.csv  Dublin Core of the volume or issue
// Tables are RFC 4180 in UTF-8, with a row of names.
#pragma once

#include "base/result.h"
#include "handover/bag.h"
#include "handover/lent.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace linka {

struct BundleOptions {
  BagForm form = BagForm::folder;
  bool text = true, alto = true, tables = true;
  WorkGoesOn progress = {};  // pages
};

struct MadeBundle {
  std::filesystem::path path;
  std::size_t pages = 0, files = 0, words = 0;
  std::uint64_t bytes = 0;
};

// Writes `out`, which is not there yet. Errors: bad_input, io, no_space; after an error nothing is
// left.
Result<MadeBundle> write_bundle(const std::filesystem::path& package,
                                const std::filesystem::path& out, const BundleOptions& options);

}  // namespace linka
