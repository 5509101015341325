// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/jp2.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace linka {
namespace {

// ---- a JP2 file by hand

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Bytes u8(unsigned v) {
  return {static_cast<std::uint8_t>(v)};
}
Bytes u16(unsigned v) {
  return u8(v >> 8 & 0xff) + u8(v & 0xff);
}
Bytes u32(std::uint32_t v) {
  return u16(v >> 16) + u16(v & 0xffff);
}
Bytes text(std::string_view s) {
  return {s.begin(), s.end()};
}

Bytes box(std::string_view type, const Bytes& body) {
  return u32(static_cast<std::uint32_t>(body.size() + 8)) + text(type) + body;
}
Bytes long_box(std::string_view type, const Bytes& body) {
  return u32(1) + text(type) + u32(0) + u32(static_cast<std::uint32_t>(body.size() + 16)) + body;
}
Bytes endless_box(std::string_view type, const Bytes& body) {
  return u32(0) + text(type) + body;
}
Bytes segment(unsigned marker, const Bytes& body) {
  return u16(marker) + u16(static_cast<unsigned>(body.size() + 2)) + body;
}

Bytes siz() {
  Bytes body = u16(0) + u32(300) + u32(200) + u32(0) + u32(0) + u32(4096) + u32(4096) + u32(0) +
               u32(0) + u16(3);
  for (int i = 0; i < 3; ++i) body = body + u8(7) + u8(1) + u8(1);
  return segment(0xff51, body);
}
Bytes cod() {
  return segment(0xff52, u8(7) + u8(2) + u16(12) + u8(1) + u8(5) + u8(4) + u8(4) + u8(1) + u8(0) +
                             Bytes{0x77, 0x77, 0x77, 0x77, 0x88, 0x89});
}
Bytes qcd() {
  return segment(0xff5c, Bytes(20, 0));
}
Bytes com() {
  return segment(0xff64, u16(1) + text("made by hand"));
}
Bytes main_header() {
  return u16(0xff4f) + siz() + cod() + qcd() + com();
}
Bytes tile_part(const Bytes& header, const Bytes& data, bool open_end = false) {
  const std::size_t length = 12 + header.size() + 2 + data.size();
  return segment(0xff90,
                 u16(0) + u32(open_end ? 0 : static_cast<std::uint32_t>(length)) + u8(0) + u8(1)) +
         header + u16(0xff93) + data;
}
Bytes codestream() {
  return main_header() + tile_part({}, Bytes(40, 0x55)) + u16(0xffd9);
}

Bytes signature() {
  return box("jP  ", Bytes{0x0d, 0x0a, 0x87, 0x0a});
}
Bytes file_type() {
  return box("ftyp", text("jp2 ") + u32(0) + text("jp2 "));
}
Bytes ihdr() {
  return box("ihdr", u32(200) + u32(300) + u16(3) + u8(7) + u8(7) + u8(0) + u8(0));
}
Bytes srgb() {
  return box("colr", u8(1) + u8(0) + u8(0) + u32(16));
}
Bytes resolution(std::string_view type) {
  return box(type, u16(11811) + u16(1) + u16(23622) + u16(2) + u8(0) + u8(1));
}
Bytes jp2h(const Bytes& more = {}) {
  return box("jp2h", ihdr() + srgb() + more);
}
Bytes jp2(const Bytes& header = jp2h(), const Bytes& coded = box("jp2c", codestream())) {
  return signature() + file_type() + header + coded;
}

Jp2Properties must_read(const Bytes& file) {
  const auto p = read_jp2(file);
  EXPECT_TRUE(p) << p.error().message;
  return p ? *p : Jp2Properties{};
}
std::string complaint(const Bytes& file) {
  const auto p = read_jp2(file);
  if (p) return "no complaint";
  EXPECT_EQ(p.error().kind, ErrorKind::bad_input);
  return p.error().message;
}

TEST(Jp2, TellsTheProperties) {
  const Bytes file = jp2(jp2h(box("res ", resolution("resc"))));
  const Jp2Properties p = must_read(file);
  EXPECT_TRUE(p.is_jp2);
  EXPECT_EQ(p.width_px, 300);
  EXPECT_EQ(p.height_px, 200);
  EXPECT_EQ(p.components, 3);
  EXPECT_EQ(p.bit_depth, (std::vector<int>{8, 8, 8}));
  EXPECT_FALSE(p.reversible);
  EXPECT_EQ(p.layers, 12);
  EXPECT_EQ(p.progression, "RPCL");
  EXPECT_EQ(p.levels, 5);
  EXPECT_EQ(p.tile_width, 4096);
  EXPECT_EQ(p.tile_height, 4096);
  EXPECT_EQ(p.code_block_width, 64);
  EXPECT_EQ(p.code_block_height, 64);
  EXPECT_TRUE(p.user_precincts);
  ASSERT_EQ(p.precincts.size(), 6u);
  EXPECT_EQ(p.precincts[0], std::pair(128, 128));
  EXPECT_EQ(p.precincts[5], std::pair(512, 256));
  EXPECT_TRUE(p.bypass);
  EXPECT_TRUE(p.sop);
  EXPECT_TRUE(p.eph);
  EXPECT_TRUE(p.color_transform);
  EXPECT_TRUE(p.has_comment);
  EXPECT_FALSE(p.has_roi);
  EXPECT_FALSE(p.has_alpha);
  EXPECT_TRUE(p.ends_with_eoc);
  EXPECT_EQ(p.capture_y_ppm, 11811);
  EXPECT_EQ(p.capture_x_ppm, 118110);
  EXPECT_EQ(p.display_x_ppm, 0);
  EXPECT_EQ(p.enumerated_color_space, 16);
  EXPECT_EQ(p.icc_bytes, 0u);
  EXPECT_EQ(p.file_bytes, file.size());
}

TEST(Jp2, ReadsLongBoxesAndAnOpenEnd) {
  EXPECT_TRUE(must_read(jp2(jp2h(), long_box("jp2c", codestream()))).ends_with_eoc);
  EXPECT_TRUE(must_read(jp2(jp2h(), endless_box("jp2c", codestream()))).is_jp2);
  const Bytes open_tile = main_header() + tile_part({}, Bytes(40, 0x55), true) + u16(0xffd9);
  EXPECT_TRUE(must_read(jp2(jp2h(), box("jp2c", open_tile))).ends_with_eoc);
}

TEST(Jp2, ReadsDisplayResolutionAndProfile) {
  const Bytes icc = box("colr", u8(2) + u8(0) + u8(0) + Bytes(132, 1));
  const Jp2Properties p =
      must_read(jp2(box("jp2h", ihdr() + icc + box("res ", resolution("resd")))));
  EXPECT_EQ(p.display_y_ppm, 11811);
  EXPECT_EQ(p.capture_y_ppm, 0);
  EXPECT_EQ(p.icc_bytes, 132u);
  EXPECT_EQ(p.enumerated_color_space, 0);
}

TEST(Jp2, AResolutionOverZeroSaysNothing) {
  const Bytes res = box("resc", u16(1) + u16(0) + u16(1) + u16(0) + u8(0) + u8(0));
  EXPECT_EQ(must_read(jp2(jp2h(box("res ", res)))).capture_x_ppm, 0);
}

TEST(Jp2, FindsAnOpacityChannel) {
  const auto cdef = [](unsigned kind) {
    return box("cdef", u16(2) + u16(0) + u16(0) + u16(1) + u16(3) + u16(kind) + u16(0));
  };
  EXPECT_TRUE(must_read(jp2(jp2h(cdef(1)))).has_alpha);
  EXPECT_FALSE(must_read(jp2(jp2h(cdef(0)))).has_alpha);
}

TEST(Jp2, FindsARegionOfInterestInEveryHeader) {
  const Bytes rgn = segment(0xff5e, u8(0) + u8(0) + u8(3));
  const Bytes in_main = main_header() + rgn + tile_part({}, {}) + u16(0xffd9);
  const Bytes in_second_tile =
      main_header() + tile_part({}, Bytes(9, 0)) + tile_part(com() + rgn, {}) + u16(0xffd9);
  EXPECT_TRUE(must_read(jp2(jp2h(), box("jp2c", in_main))).has_roi);
  EXPECT_TRUE(must_read(jp2(jp2h(), box("jp2c", in_second_tile))).has_roi);
}

TEST(Jp2, SeesAMissingEnd) {
  const Bytes coded = main_header() + tile_part({}, Bytes(40, 0x55));
  EXPECT_FALSE(must_read(jp2(jp2h(), box("jp2c", coded))).ends_with_eoc);
  EXPECT_FALSE(must_read(jp2(jp2h(), box("jp2c", codestream() + u8(0)))).ends_with_eoc);
}

TEST(Jp2, AFileOutOfOrderIsNoJp2) {
  EXPECT_FALSE(must_read(signature() + jp2h() + box("jp2c", codestream())).is_jp2);
  EXPECT_FALSE(must_read(signature() + file_type() + box("jp2c", codestream()) + jp2h()).is_jp2);
  const Bytes other = box("ftyp", text("jpx ") + u32(0) + text("jpx "));
  EXPECT_FALSE(must_read(signature() + other + jp2h() + box("jp2c", codestream())).is_jp2);
}

TEST(Jp2, SaysWhatIsWrongWhere) {
  using testing::HasSubstr;
  EXPECT_THAT(complaint({}), HasSubstr("does not begin"));
  EXPECT_THAT(complaint(text("II*")), HasSubstr("does not begin"));
  EXPECT_THAT(complaint(signature() + file_type()), HasSubstr("no codestream"));
  EXPECT_THAT(complaint(signature() + file_type() + u32(500) + text("jp2h")),
              HasSubstr("box 'jp2h' at byte 32 ends after the file"));
  EXPECT_THAT(complaint(signature() + u32(7) + text("free")), HasSubstr("impossible length 7"));
  EXPECT_THAT(complaint(jp2(jp2h(u32(900) + text("xml ")))),
              HasSubstr("ends after the box that holds it"));
  EXPECT_THAT(complaint(jp2(box("jp2h", srgb()))), HasSubstr("no image header"));
  EXPECT_THAT(complaint(jp2(jp2h(), box("jp2c", u16(0xff4f) + siz() + tile_part({}, {})))),
              HasSubstr("no COD"));
  EXPECT_THAT(complaint(jp2(jp2h(), box("jp2c", u16(0xff4f) + cod()))), HasSubstr("SIZ"));
  EXPECT_THAT(complaint(jp2(jp2h(), box("jp2c", main_header() + u16(0xffd9) + u16(2)))),
              HasSubstr("no tile"));
  const Bytes other_size = box("jp2h", box("ihdr", u32(9) + u32(9) + u16(3) + u32(0)));
  EXPECT_THAT(complaint(jp2(other_size)), HasSubstr("9 x 9 pixels"));
  Bytes cut = main_header() + tile_part({}, Bytes(40, 0x55));
  cut.resize(cut.size() - 10);
  EXPECT_THAT(complaint(jp2(jp2h(), endless_box("jp2c", cut))), HasSubstr("tile part at byte"));
}

TEST(Jp2, ComesBackFromEveryCutAndDamage) {
  const Bytes file = jp2(jp2h(box("res ", resolution("resc"))), long_box("jp2c", codestream()));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(read_jp2(ByteView(file).first(size))) << size;
  for (std::size_t at = 0; at < file.size(); ++at)
    for (int value = 0; value < 256; ++value) {
      Bytes damaged = file;
      damaged[at] = static_cast<std::uint8_t>(value);
      (void)read_jp2(damaged);
    }
  std::uint32_t state = 7;
  const auto random = [&](std::size_t n) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
  };
  for (int i = 0; i < 20000; ++i) {
    Bytes damaged = file;
    for (std::size_t hits = 1 + random(8); hits > 0; --hits)
      damaged[random(damaged.size())] = static_cast<std::uint8_t>(random(2) ? 0xff : random(256));
    damaged.resize(random(damaged.size() + 1));
    (void)read_jp2(damaged);
  }
}

}  // namespace
}  // namespace linka
