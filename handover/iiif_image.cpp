// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/iiif_image.h"

#include "image/image_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace linka {
namespace {

using nlohmann::json;

constexpr int tile_px = 512;
constexpr int thumb_px = 90;           // what Universal Viewer asks for, whatever info.json offers
constexpr int widest_whole_px = 1600;  // larger ones are tiles, or "max"

class Writer {
 public:
  Writer(Sink& sink, const std::string& place, const Image& image, const IiifImageOptions& options)
      : sink_(sink), place_(place), whole_(image), options_(options) {}

  Result<void> run() {
    if (auto r = picture("full/max", whole_); !r) return r;
    Image level = whole_;
    for (int scale = 1;; scale *= 2, level = halved(level)) {
      if (level.width() >= thumb_px) thumb_ = level;
      factors.push_back(scale);
      if (auto r = tiles(level, scale); !r) return r;
      const int longest = std::max(level.width(), level.height());
      if (scale > 1 && longest <= widest_whole_px)
        if (auto r = whole(level); !r) return r;
      if (longest <= tile_px / 2) break;
    }
    std::reverse(sizes.begin(), sizes.end());
    return thumb();
  }

  std::vector<int> factors;
  std::vector<Size> sizes;

 private:
  Result<void> picture(const std::string& name, const Image& image) {
    const auto jpeg = to_jpeg(image, options_.quality);
    if (!jpeg) return pass(jpeg);
    return sink_.put(place_ + "/" + name + "/0/default.jpg", *jpeg);
  }

  Result<void> thumb() {
    const int longest = std::max(thumb_.width(), thumb_.height());
    const auto jpeg = to_jpeg(thumb_, options_.quality, longest * thumb_px / thumb_.width());
    if (!jpeg) return pass(jpeg);
    return sink_.put(place_ + fmt::format("/full/{},/0/default.jpg", thumb_px), *jpeg);
  }

  Result<void> whole(const Image& level) {
    sizes.push_back(level.size());
    return picture(fmt::format("full/{},{}", level.width(), level.height()), level);
  }

  // Regions are of the whole picture, sizes of this level.
  Result<void> tiles(const Image& level, int scale) {
    const int step = tile_px * scale;
    if (step >= whole_.width() && step >= whole_.height()) return {};  // that is the whole picture
    for (int y = 0; y < whole_.height(); y += step)
      for (int x = 0; x < whole_.width(); x += step) {
        const int width = std::min(tile_px, level.width() - x / scale);
        const int height = std::min(tile_px, level.height() - y / scale);
        const std::string name =
            fmt::format("{},{},{},{}/{},{}", x, y, std::min(step, whole_.width() - x),
                        std::min(step, whole_.height() - y), width, height);
        if (auto r = picture(name, cut_out(level, x / scale, y / scale, width, height)); !r)
          return r;
      }
    return {};
  }

  Sink& sink_;
  const std::string& place_;
  const Image& whole_;
  Image thumb_ = whole_;  // the smallest level that is wide enough
  const IiifImageOptions& options_;
};

}  // namespace

Image halved(const Image& image) {
  const int width = (image.width() + 1) / 2, height = (image.height() + 1) / 2;
  const int channels = image.channels();
  return Image::make(width, height, channels, {image.dpi().x / 2, image.dpi().y / 2}, image.icc(),
                     [&](std::uint8_t* out) {
                       for (int y = 0; y < height; ++y) {
                         const std::uint8_t* a = image.row(2 * y);
                         const std::uint8_t* b = image.row(std::min(2 * y + 1, image.height() - 1));
                         for (int x = 0; x < width; ++x) {
                           const int left = 2 * x * channels;
                           const int right = std::min(2 * x + 1, image.width() - 1) * channels;
                           for (int c = 0; c < channels; ++c)
                             *out++ = static_cast<std::uint8_t>(
                                 (a[left + c] + a[right + c] + b[left + c] + b[right + c] + 2) / 4);
                         }
                       }
                     });
}

Image cut_out(const Image& image, int x, int y, int width, int height) {
  return Image::make(width, height, image.channels(), image.dpi(), image.icc(),
                     [&](std::uint8_t* out) {
                       const auto bytes = static_cast<std::size_t>(width * image.channels());
                       for (int row = 0; row < height; ++row, out += bytes)
                         std::memcpy(out, image.row(y + row) + x * image.channels(), bytes);
                     });
}

Result<std::vector<Size>> write_iiif_image(Sink& sink, const std::string& place,
                                           const std::string& id, const Image& image,
                                           const IiifImageOptions& options) {
  Writer writer(sink, place, image, options);
  if (auto r = writer.run(); !r) return pass(r);
  json sizes = json::array();
  for (const Size& size : writer.sizes)
    sizes.push_back({{"width", size.width}, {"height", size.height}});
  const json info{
      {"@context", "http://iiif.io/api/image/3/context.json"},
      {"id", id},
      {"type", "ImageService3"},
      {"protocol", "http://iiif.io/api/image"},
      {"profile", "level0"},
      {"width", image.width()},
      {"height", image.height()},
      {"sizes", sizes},
      {"tiles", {{{"width", tile_px}, {"height", tile_px}, {"scaleFactors", writer.factors}}}}};
  if (auto r = sink.put(place + "/info.json", info.dump(1)); !r) return pass(r);
  return writer.sizes;
}

}  // namespace linka
