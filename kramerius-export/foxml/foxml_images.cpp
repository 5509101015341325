// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_images.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace linka {
namespace {

constexpr auto place_names = std::to_array<std::string_view>(
    {"package", "id", "file", "stem", "uuid", "digest", "year", "month", "day", "place", "place_id",
     "place_stem", "preview_height", "thumb_height"});

// Words that Kramerius exchanges in tiles-url wherever they stand; "?Zoomify=" is meant so.
bool holds_exchanged_word(std::string text) {
  text = lower_ascii(text);
  if (const std::size_t at = text.find("?zoomify="); at != std::string::npos) text.erase(at, 9);
  return text.find("zoomify") != std::string::npos || text.find("deepzoom") != std::string::npos;
}

bool is_web_address(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

// Calls `each` with every name in braces. Error: configuration, for a brace without its partner.
template <class Each>
Result<void> each_place(const std::string& pattern, const Each& each) {
  for (std::size_t at = pattern.find_first_of("{}"); at != std::string::npos;
       at = pattern.find_first_of("{}", at)) {
    const std::size_t end = pattern.find('}', at);
    if (pattern[at] == '}' || end == std::string::npos)
      return fail(ErrorKind::configuration, "the pattern \"{}\" has a brace without its partner",
                  pattern);
    if (auto r = each(pattern.substr(at + 1, end - at - 1)); !r) return r;
    at = end + 1;
  }
  return {};
}

Result<void> check_pattern(const std::string& pattern, bool for_place) {
  return each_place(pattern, [&](const std::string& name) -> Result<void> {
    const bool known = std::find(place_names.begin(), place_names.end(), name) != place_names.end();
    if (!known || (for_place && name.starts_with("place")))
      return fail(ErrorKind::configuration, "the pattern \"{}\" has the unknown place {{{}}}",
                  pattern, name);
    return {};
  });
}

Result<void> check_place(const std::string& place) {
  const bool unique =
      place.find("{file}") != std::string::npos || place.find("{stem}") != std::string::npos ||
      place.find("{uuid}") != std::string::npos || place.find("{digest}") != std::string::npos;
  if (!unique)
    return fail(
        ErrorKind::configuration,
        "the place \"{}\" is the same for every page; it needs {{file}}, {{stem}}, {{uuid}} "
        "or {{digest}}",
        place);
  if (place.starts_with("/") || place.ends_with("/") ||
      ("/" + place + "/").find("/../") != std::string::npos)
    return fail(ErrorKind::configuration,
                "the place \"{}\" has to be a file below the image server's folder", place);
  if (holds_exchanged_word(place))
    return fail(ErrorKind::configuration,
                "the place \"{}\" holds a word that Kramerius exchanges (zoomify, deepZoom)",
                place);
  return check_pattern(place, true);
}

std::string without_end(std::string text, std::string_view end) {
  if (text.ends_with(end)) text.erase(text.size() - end.size());
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

const std::vector<std::string_view>& image_presets() {
  static const std::vector<std::string_view> names{"iipimage", "iiif2", "iiif3", "mzk"};
  return names;
}

Result<FoxmlImages> images_preset(std::string_view name, const std::string& base,
                                  const std::string& root) {
  FoxmlImages out;
  out.kind = FoxmlImages::Kind::image_server;
  out.place = "{package}/{file}";
  const std::string server = without_end(base, "/");
  if (name == "iipimage") {
    const std::string file = without_end(root, "/") + "/{place}";
    out.tiles = server + "?IIIF=" + file;
    out.full = server + "?FIF=" + file + "&WID=999999&CVT=jpeg";
    out.preview = server + "?FIF=" + file + "&HEI=700&CVT=jpeg";
    out.thumb = server + "?FIF=" + file + "&HEI=128&CVT=jpeg";
  } else if (name == "iiif2" || name == "iiif3") {
    out.tiles = server + "/{place_id}";
    out.full =
        out.tiles + (name == "iiif2" ? "/full/full/0/default.jpg" : "/full/max/0/default.jpg");
    out.preview = out.tiles + "/full/,{preview_height}/0/default.jpg";
    out.thumb = out.tiles + "/full/,{thumb_height}/0/default.jpg";
  } else if (name == "mzk") {
    out.tiles = server + "/{place_stem}";
    out.full = out.tiles + "/big.jpg";
    out.preview = out.tiles + "/preview.jpg";
    out.thumb = out.tiles + "/thumb.jpg";
  } else {
    return fail(ErrorKind::configuration,
                "the image server \"{}\" is not known; known are iipimage, iiif2, iiif3 and mzk",
                name);
  }
  if (auto fine = check_images(out); !fine) return pass(fine);
  return out;
}

Result<void> check_images(const FoxmlImages& images) {
  if (images.kind != FoxmlImages::Kind::image_server) return {};
  if (auto fine = check_place(images.place); !fine) return fine;
  for (const std::string* pattern : {&images.tiles, &images.full, &images.preview, &images.thumb}) {
    if (!is_web_address(*pattern))
      return fail(ErrorKind::configuration,
                  "the pattern \"{}\" is no address that begins with http:// or https://",
                  *pattern);
    if (auto fine = check_pattern(*pattern, false); !fine) return fine;
    if (holds_exchanged_word(*pattern))
      return fail(ErrorKind::configuration,
                  "the pattern \"{}\" holds a word that Kramerius exchanges (zoomify, deepZoom)",
                  *pattern);
  }
  if (images.tiles.ends_with("/") || images.tiles.ends_with("/info.json"))
    return fail(ErrorKind::configuration,
                "the pattern \"{}\" has to end with the image's name: Kramerius adds /info.json",
                images.tiles);
  return {};
}

std::string safe_name(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.';
    if (!plain) c = '_';
  }
  return out;
}

std::string filled(const std::string& pattern, const FoxmlPlaces& places) {
  std::string out = pattern;
  for (const auto& [name, value] : places) out = replaced(out, "{" + name + "}", value);
  return out;
}

PageImages images_of(const FoxmlImages& images, const ImageFacts& facts, Time created) {
  const std::string file = safe_name(std::filesystem::path(facts.href).filename().string());
  const std::string day = iso_date(created);
  FoxmlPlaces places{{"package", facts.unit},
                     {"id", safe_name(facts.package_id)},
                     {"file", file},
                     {"stem", without_end(file, ".jp2")},
                     {"uuid", facts.uuid},
                     {"digest", facts.md5.substr(0, 12)},
                     {"year", day.substr(0, 4)},
                     {"month", day.substr(5, 2)},
                     {"day", day.substr(8, 2)}};
  PageImages out;
  out.place = filled(images.place, places);
  const auto lower = [&](int limit) {
    return std::to_string(facts.height_px > 0 ? std::min(limit, facts.height_px) : limit);
  };
  places.insert({{"place", out.place},
                 {"place_id", replaced(out.place, "/", "%2F")},
                 {"place_stem", without_end(out.place, ".jp2")},
                 {"preview_height", lower(foxml_preview_height)},
                 {"thumb_height", lower(foxml_thumb_height)}});
  out.tiles = filled(images.tiles, places);
  out.full = filled(images.full, places);
  out.preview = filled(images.preview, places);
  out.thumb = filled(images.thumb, places);
  return out;
}

}  // namespace linka
