// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff carries on after some damage with no more than a message. Any error it reports while
// reading pixels, and those warnings that mean invented pixels, make the image damaged.
#include "stages/decode/tiff_file.h"

#include "stages/decode/reader.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>

namespace linka {
namespace {

// One allocation inside libtiff: a strip's or tile's data, a profile, an array of offsets.
constexpr tmsize_t max_single_alloc = 512ll << 20;

tmsize_t read_some(thandle_t handle, void* to, tmsize_t n) {
  auto* s = static_cast<TiffSource*>(handle);
  const std::uint64_t left = s->at < s->bytes.size() ? s->bytes.size() - s->at : 0;
  const std::uint64_t got =
      std::min<std::uint64_t>(left, static_cast<std::uint64_t>(std::max<tmsize_t>(n, 0)));
  if (got > 0) std::memcpy(to, s->bytes.data() + s->at, static_cast<std::size_t>(got));
  s->at += got;
  return static_cast<tmsize_t>(got);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
  return 0;
}
toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  auto* s = static_cast<TiffSource*>(handle);
  const std::uint64_t base = whence == SEEK_CUR ? s->at : whence == SEEK_END ? s->bytes.size() : 0;
  s->at = base + offset;
  return s->at;
}
int close_nothing(thandle_t) {
  return 0;
}
toff_t size_of(thandle_t handle) {
  return static_cast<TiffSource*>(handle)->bytes.size();
}

bool means_damage(const char* text) {
  for (const char* sign : {"remature", "ength mismatch", "bad Huffman", "lack of data",
                           "orrupt JPEG", "nvalid JPEG", "Not enough data", "unsupported marker"})
    if (std::strstr(text, sign) && !std::strstr(text, "extraneous")) return true;
  return false;
}

int on_error(TIFF*, void* user, const char*, const char* format, va_list args) {
  auto* s = static_cast<TiffSource*>(user);
  if (s->error[0] == 0) std::vsnprintf(s->error.data(), s->error.size(), format, args);
  return 1;  // nothing more to be printed
}
int on_warning(TIFF*, void* user, const char*, const char* format, va_list args) {
  auto* s = static_cast<TiffSource*>(user);
  std::array<char, 240> text{};
  std::vsnprintf(text.data(), text.size(), format, args);
  if (std::strncmp(text.data(), "Unknown field", 13) == 0) return 1;  // private tags are common
  if (s->damage[0] == 0 && means_damage(text.data())) s->damage = text;
  if (s->warned < s->warnings.size()) s->warnings[s->warned++] = text;
  return 1;
}

using OptionsPtr = std::unique_ptr<TIFFOpenOptions, FreeWith<TIFFOpenOptionsFree>>;

}  // namespace

std::string said(const std::array<char, 240>& text) {
  std::string t = tag_text(text.data());
  while (!t.empty() && t.back() == '.') t.pop_back();
  return t.empty() ? "libtiff does not say why" : t;
}

Result<std::unique_ptr<TiffFile>> TiffFile::open(ByteView bytes, std::uint64_t directory) {
  std::unique_ptr<TiffFile> file(new TiffFile);
  file->source_.bytes = bytes;
  const OptionsPtr options(TIFFOpenOptionsAlloc());
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), max_single_alloc);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &file->source_);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &file->source_);
  // h: the header only, the directory we choose; m: no memory map, we have the bytes.
  file->tiff_.reset(TIFFClientOpenExt("scan", "rhm", &file->source_, read_some, write_nothing,
                                      seek_to, close_nothing, size_of, nullptr, nullptr,
                                      options.get()));
  if (!file->tiff_ || !TIFFSetSubDirectory(file->tiff_.get(), directory))
    return fail(ErrorKind::bad_input, "the TIFF cannot be opened: {}", said(file->source_.error));
  return file;
}

Result<void> TiffFile::check(bool ok, std::uint64_t y) const {
  if (ok && source_.error[0] == 0 && source_.damage[0] == 0) return {};
  const bool failed = !ok || source_.error[0] != 0;
  if (failed && reaches_beyond_file())
    return fail(
        ErrorKind::bad_input,
        "the image's data reach beyond the end of the file ({} bytes): it is cut off or damaged",
        source_.bytes.size());
  return fail(ErrorKind::bad_input, "the image is damaged at row {}: {}", y,
              said(failed ? source_.error : source_.damage));
}

bool TiffFile::reaches_beyond_file() const {
  TIFF* t = tiff_.get();
  const std::uint32_t n = TIFFIsTiled(t) ? TIFFNumberOfTiles(t) : TIFFNumberOfStrips(t);
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t at = TIFFGetStrileOffset(t, i), size = TIFFGetStrileByteCount(t, i);
    if (at > source_.bytes.size() || size > source_.bytes.size() - at) return true;
  }
  return false;
}

}  // namespace linka
