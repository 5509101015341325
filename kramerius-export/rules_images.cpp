// SPDX-License-Identifier: GPL-3.0-or-later
// The images: what the standard asks of a master copy and of a user copy, read from the files'
// own headers.
#include "base/translate.h"
#include "kramerius-export/rules_internal.h"

#include <algorithm>

namespace linka::rules {
namespace {

constexpr double least_ppm = 11732;       // about 298 dpi
constexpr double least_user_ratio = 6.0;  // uncompressed size to file size

struct Wanted {
  bool reversible;
  int layers, tile;
  bool markers;  // SOP and EPH
};

// 256 x 256 for the two highest resolutions and 128 x 128 below; 128 throughout passes too.
bool precincts_fit(const Jp2Properties& image) {
  const auto& list = image.precincts;
  if (list.size() != static_cast<std::size_t>(image.levels) + 1) return false;
  const auto all = [](auto from, auto to, int size) {
    return std::all_of(from, to,
                       [size](const auto& p) { return p.first == size && p.second == size; });
  };
  if (all(list.begin(), list.end(), 128)) return true;
  const auto top = list.size() < 2 ? list.begin() : list.end() - 2;
  return all(list.begin(), top, 128) && all(top, list.end(), 256);
}

class ImageCheck {
 public:
  ImageCheck(Check& check, std::string_view rule, const std::string& path)
      : findings_(check.findings), rule_(rule), path_(path) {}

  void run(const Jp2Properties& image, const Wanted& wanted) {
    coding(image, wanted);
    pixels(image);
    resolution(image);
    if (!wanted.reversible) compression(image);
  }

 private:
  void expect(bool fits, const std::string& complaint) {
    if (!fits) findings_.error(rule_, path_, {}, complaint);
  }

  void coding(const Jp2Properties& image, const Wanted& wanted) {
    expect(image.is_jp2, tr("it is not a complete JP2 file"));
    expect(image.ends_with_eoc,
           tr("the codestream does not end with an EOC marker, the file is cut off"));
    expect(image.reversible == wanted.reversible,
           image.reversible ? tr("the wavelet is 5-3 reversible, expected 9-7 irreversible")
                            : tr("the wavelet is 9-7 irreversible, expected 5-3 reversible"));
    expect(image.layers == wanted.layers,
           say(tr("it has {} quality layers, expected {}"), image.layers, wanted.layers));
    expect(image.tile_width == wanted.tile && image.tile_height == wanted.tile,
           say(tr("tiles are {} x {}, expected {} x {}"), image.tile_width, image.tile_height,
               wanted.tile, wanted.tile));
    expect(image.progression == "RPCL",
           say(tr("the progression is {}, expected RPCL"), in_quotes(image.progression)));
    expect(image.levels == 5 || image.levels == 6,
           say(tr("it has {} decomposition levels, expected 5 or 6"), image.levels));
    expect(image.code_block_width == 64 && image.code_block_height == 64,
           say(tr("code blocks are {} x {}, expected 64 x 64"), image.code_block_width,
               image.code_block_height));
    expect(image.user_precincts, tr("it has no precincts of its own"));
    if (image.user_precincts)
      expect(precincts_fit(image), tr("precincts are not 256 x 256 for the two highest resolutions "
                                      "and 128 x 128 for the rest"));
    expect(image.bypass, tr("the coding style BYPASS is off"));
    if (wanted.markers) {
      expect(image.sop, tr("it has no SOP markers"));
      expect(image.eph, tr("it has no EPH markers"));
    }
    expect(image.has_comment, tr("it has no comment marker"));
    expect(!image.has_roi, tr("it has a region of interest"));
  }

  void pixels(const Jp2Properties& image) {
    expect(image.components == 1 || image.components == 3,
           say(tr("it has {} components, expected 1 or 3"), image.components));
    expect(!image.has_alpha, tr("it has an alpha channel"));
    const auto odd = std::find_if(image.bit_depth.begin(), image.bit_depth.end(),
                                  [](int depth) { return depth != 8; });
    if (odd != image.bit_depth.end())
      expect(false, say(tr("it has {} bits a sample, expected 8"), *odd));
  }

  // Of each axis the capture resolution counts, and the one for display where there is none.
  void resolution(const Jp2Properties& image) {
    const double x = image.capture_x_ppm > 0 ? image.capture_x_ppm : image.display_x_ppm;
    const double y = image.capture_y_ppm > 0 ? image.capture_y_ppm : image.display_y_ppm;
    expect(x >= least_ppm && y >= least_ppm,
           say(tr("the resolution is {:.0f} x {:.0f} px/m, expected at least {:.0f}"), x, y,
               least_ppm));
  }

  void compression(const Jp2Properties& image) {
    if (image.file_bytes == 0) return;
    double bits = 0;
    for (const int depth : image.bit_depth) bits += depth;
    const double ratio =
        bits / 8 * image.width_px * image.height_px / static_cast<double>(image.file_bytes);
    expect(ratio >= least_user_ratio,
           say(tr("it is compressed {:.2f} : 1, expected at least {:.0f} : 1"), ratio,
               least_user_ratio));
  }

  Findings& findings_;
  std::string_view rule_;
  const std::string& path_;
};

// "MASTER-COPY_FILES_VALID_BY_JHOVE"
std::string rule_by(const std::string& path, const char* tool) {
  return fmt::format("{}_FILES_VALID_BY_{}",
                     path.starts_with("mastercopy/") ? "MASTER-COPY" : "USER-COPY", tool);
}

// What no decoder should be asked to make room for.
constexpr double most_samples = 4e9;

}  // namespace

std::set<std::string> images_to_decode(const Package& package, std::size_t pages) {
  std::set<std::string> paths;
  for (const std::size_t kind : {master_copies, user_copies}) {
    const auto& all = package.pages[kind];
    const std::size_t wanted = std::min(pages, all.size());
    std::size_t at = 0, taken = 0;
    for (const auto& [number, path] : all) {
      // The first and the last are always among them.
      if (taken < wanted && at * (wanted > 1 ? wanted - 1 : 1) >= taken * (all.size() - 1)) {
        paths.insert(path);
        ++taken;
      }
      ++at;
    }
  }
  return paths;
}

ImageRead read_image(ByteView bytes, const ImageDecoder& decode) {
  ImageRead read{read_jp2(bytes), {}};
  if (!decode) return read;
  const Result<Jp2Properties>& image = read.headers;
  const bool sane =
      !image ||
      static_cast<double>(image->width_px) * image->height_px * image->components <= most_samples;
  read.decoded = sane ? guarded<void>("decode", [&] { return decode(bytes); })
                      : Result<void>(fail(ErrorKind::bad_input, "it is too large to be decoded"));
  return read;
}

void note_image(Check& check, const std::string& path, ImageRead read) {
  Findings& f = check.findings;
  const std::string by_properties = rule_by(path, "JPYLYZER"), by_form = rule_by(path, "JHOVE");
  f.applied(by_properties, by_form);
  Result<Jp2Properties>& image = read.headers;
  if (!image) {
    f.error(by_properties, path, {}, image.error().message);
    f.error(by_form, path, {}, image.error().message);
  } else if (!image->is_jp2 || !image->ends_with_eoc) {
    f.error(by_form, path, {}, tr("it is no well-formed JP2 file to its end"));
  } else if (image->enumerated_color_space == 0 && image->icc_bytes == 0) {
    f.error(by_properties, path, {}, tr("it names no colour space"));
    f.error(by_form, path, {}, tr("it names no colour space"));
  }
  if (read.decoded) {
    const std::string by_core = rule_by(path, "KAKADU"), by_magick = rule_by(path, "IMAGE_MAGICK");
    f.applied(by_core, by_magick);
    if (!*read.decoded) {
      f.error(by_core, path, {}, read.decoded->error().message);
      f.error(by_magick, path, {}, read.decoded->error().message);
    }
  }
  if (image) check.package.images[path] = std::move(*image);
}

void check_images(Check& check) {
  const Package& p = check.package;
  Findings& f = check.findings;
  for (const auto& [path, image] : p.images) {
    const bool master = path.starts_with("mastercopy/");
    const std::string_view rule =
        master ? "MASTER-COPY_FILES_VALID_BY_JPYLYZER" : "USER-COPY_FILES_VALID_BY_JPYLYZER";
    ImageCheck(check, rule, path)
        .run(image, master ? Wanted{true, 1, 4096, true} : Wanted{false, 12, 1024, false});
  }
  f.applied("LINKA_IMAGES_OF_EQUAL_SIZE");
  for (const auto& [number, master] : p.pages[master_copies]) {
    const auto user = p.pages[user_copies].find(number);
    const auto a = p.images.find(master);
    const auto b =
        user == p.pages[user_copies].end() ? p.images.end() : p.images.find(user->second);
    if (a == p.images.end() || b == p.images.end()) continue;
    if (a->second.width_px != b->second.width_px || a->second.height_px != b->second.height_px)
      f.warning("LINKA_IMAGES_OF_EQUAL_SIZE", b->first, {},
                say(tr("the user copy is {} x {}, the master copy {} x {}"), b->second.width_px,
                    b->second.height_px, a->second.width_px, a->second.height_px));
  }
}

}  // namespace linka::rules
