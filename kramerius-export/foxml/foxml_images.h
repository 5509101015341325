// SPDX-License-Identifier: GPL-3.0-or-later
// The patterns of an image server, filled in for one page.
#pragma once

#include "base/clock.h"
#include "kramerius-export/foxml/foxml.h"

#include <map>
#include <string>
#include <string_view>

namespace linka {

using FoxmlPlaces = std::map<std::string, std::string>;  // "file" -> "uc_..._0001.jp2"
std::string filled(const std::string& pattern, const FoxmlPlaces& places);

// What of a page goes into the patterns.
struct ImageFacts {
  std::string unit;        // uuid of the volume or issue
  std::string package_id;  // of the NDK package
  std::string uuid;        // of the page
  std::string href;        // "usercopy/uc_tst001-00000a_0001.jp2"
  std::string md5;
  int height_px = 0;
};
struct PageImages {
  std::string place, tiles, full, preview, thumb;
};
PageImages images_of(const FoxmlImages& images, const ImageFacts& facts, Time created);

// ASCII letters, digits, "-", "_" and "." as they are, everything else as "_".
std::string safe_name(std::string_view name);

}  // namespace linka
