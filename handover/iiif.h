// SPDX-License-Identifier: GPL-3.0-or-later
// A package as a folder that any web server shows: IIIF Presentation 3 with the images of Image API
// 3 (level 0) as files, the text as annotations, and an index of its words.
//   manifest.json  images/<uuid>/...  text/<n>-lines.json  text/<n>-words.json  alto/<n>.xml
//   search/...     and, when given, the files of a page that shows it (index.html)
#pragma once

#include "base/result.h"
#include "handover/lent.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct IiifOptions {
  std::string base;       // address of the folder: "https://library.example.org/iiif/tst001-00000a"
  std::string rights;     // address of a licence (Creative Commons, RightsStatements.org), or ""
  std::string statement;  // what has to be shown beside it; empty: the institution
  int quality = 85;       // of the JPEG files, 1...100
  std::vector<std::filesystem::path> page_files;  // put beside the manifest under their names
  DecodeImage decode;
  MakePages make_pages = one_by_one;
  WorkGoesOn progress = {};  // pages
};

struct MadeIiif {
  std::filesystem::path folder;
  std::string manifest;  // its address
  std::size_t pages = 0, files = 0, words = 0;
  std::uint64_t bytes = 0;
};

// Writes the folder `out`, which is not there yet, under a temporary name until it is whole. Its
// bytes are the same for any number of threads. Errors: bad_input, configuration (an address that
// is none), io, no_space; after an error nothing is left.
Result<MadeIiif> write_iiif(const std::filesystem::path& package, const std::filesystem::path& out,
                            const IiifOptions& options);
// Errors: configuration, in words.
Result<void> check_iiif(const IiifOptions& options);

}  // namespace linka
