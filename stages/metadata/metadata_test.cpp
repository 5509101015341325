// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/metadata/metadata.h"

#include <exiv2/exiv2.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

namespace linka {
namespace {

Bytes box(const std::string& type, const Bytes& body) {
  const std::size_t length = body.size() + 8;
  Bytes out(8);
  out[2] = static_cast<std::uint8_t>(length >> 8);
  out[3] = static_cast<std::uint8_t>(length & 0xff);
  std::copy(type.begin(), type.end(), out.begin() + 4);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}
Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes before_metadata() {
  const Bytes ihdr = box("ihdr", {0, 0, 0, 9, 0, 0, 0, 8, 0, 3, 7, 7, 0, 0});
  const Bytes icc = Bytes{0, 0, 1, 44} + Bytes(296, 0x11);
  const Bytes colr = box("colr", Bytes{2, 0, 0} + icc);
  const Bytes res = box("res ", box("resc", {0x2e, 0x23, 0, 1, 0x2e, 0x23, 0, 1, 0, 0}));
  return box("jP  ", {0x0d, 0x0a, 0x87, 0x0a}) +
         box("ftyp", {'j', 'p', '2', ' ', 0, 0, 0, 0, 'j', 'p', '2', ' '}) +
         box("jp2h", ihdr + colr + res);
}
Bytes codestream_box() {
  return box("jp2c", Bytes{0xff, 0x4f} + Bytes(900, 0x5a) + Bytes{0xff, 0xd9});
}
Bytes small_jp2() {
  return before_metadata() + codestream_box();
}

ImageMetadata some_metadata() {
  ImageMetadata m;
  m.title = "Příliš žluťoučký kůň & <osel>";
  m.page_id = "0007.tif-left";
  m.source = "kniha/0007.tif";
  m.source_sha256 = std::string(64, 'a');
  m.software = "linka 0.1.0";
  m.made_at = "2025-03-14T09:15:00Z";
  m.dpi = {300, 299.72};
  m.device.make = "Zeutschel";
  m.device.model = "OS 12000";
  m.device.captured_at = "2025-03-01T08:00:00";
  return m;
}

Bytes embedded(const ImageMetadata& m) {
  auto file = embed_metadata(small_jp2(), m, {});
  EXPECT_TRUE(file) << file.error().message;
  return file ? *file : Bytes{};
}

struct ReadBack {
  std::string title, identifier, source, derived_from, tool, created;  // XMP
  std::string description, make, original_time, time, x_dpi, y_dpi;    // Exif
};
ReadBack read_back(const Bytes& file) {
  const std::unique_ptr<Exiv2::Image> image(
      Exiv2::ImageFactory::open(file.data(), static_cast<long>(file.size())).release());
  image->readMetadata();
  auto& exif = image->exifData();
  auto& xmp = image->xmpData();
  return {xmp["Xmp.dc.title"].toString(),
          xmp["Xmp.dc.identifier"].toString(),
          xmp["Xmp.dc.source"].toString(),
          xmp["Xmp.xmpMM.DerivedFrom/stRef:documentID"].toString(),
          xmp["Xmp.xmp.CreatorTool"].toString(),
          xmp["Xmp.xmp.CreateDate"].toString(),
          exif["Exif.Image.ImageDescription"].toString(),
          exif["Exif.Image.Make"].toString(),
          exif["Exif.Photo.DateTimeOriginal"].toString(),
          exif["Exif.Image.DateTime"].toString(),
          exif["Exif.Image.XResolution"].toString(),
          exif["Exif.Image.YResolution"].toString()};
}

TEST(Metadata, CanBeReadBackFromTheFile) {
  const ReadBack r = read_back(embedded(some_metadata()));
  EXPECT_EQ(r.title, "lang=\"x-default\" Příliš žluťoučký kůň & <osel>");
  EXPECT_EQ(r.identifier, "0007.tif-left");
  EXPECT_EQ(r.source, "kniha/0007.tif");
  EXPECT_EQ(r.derived_from, "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(r.tool, "linka 0.1.0");
  EXPECT_EQ(r.created, "2025-03-14T09:15:00Z");
  EXPECT_EQ(r.make, "Zeutschel");
  EXPECT_EQ(r.original_time, "2025:03:01 08:00:00");
  EXPECT_EQ(r.time, "2025:03:14 09:15:00");
  EXPECT_EQ(r.x_dpi, "300/1");
  EXPECT_EQ(r.y_dpi, "299720/1000");
}

TEST(Metadata, AnExifTextIsAsciiOrNotThere) {
  EXPECT_EQ(read_back(embedded(some_metadata())).description, "");
  ImageMetadata m = some_metadata();
  m.title = "Babicka";
  EXPECT_EQ(read_back(embedded(m)).description, "Babicka");
}

TEST(Metadata, EveryOtherByteOfTheFileStays) {
  const Bytes file = embedded(some_metadata());
  const Bytes before = before_metadata(), after = codestream_box();
  ASSERT_GT(file.size(), before.size() + after.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), file.begin()));
  EXPECT_TRUE(std::equal(after.rbegin(), after.rend(), file.rbegin()));
}

TEST(Metadata, GivesTheSameBytesAgain) {
  const Bytes file = embedded(some_metadata());
  EXPECT_EQ(embedded(some_metadata()), file);
}

TEST(Metadata, ReplacesWhatWasThereBefore) {
  ImageMetadata other = some_metadata();
  other.title = "another";
  const auto again = embed_metadata(embedded(other), some_metadata(), {});
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, embedded(some_metadata()));
}

TEST(Metadata, FitsInTheRoomTheUserCopyKeepsForIt) {
  ImageMetadata m;
  // Escaped in XML, "&" takes five bytes; ASCII stands in Exif, too.
  m.title = m.page_id = m.source = m.software = m.source_sha256 = std::string(5000, '&');
  m.device.make = m.device.model = m.device.serial = std::string(5000, 'x');
  m.made_at = m.device.captured_at = "2025-03-14T09:15:00Z";
  m.dpi = {300, 300};
  EXPECT_LE(embedded(m).size() - small_jp2().size(), 8192u);
}

TEST(Metadata, HostileTextsDoNoHarm) {
  ImageMetadata m = some_metadata();
  m.title = std::string("\xff\xfe\0\x01 ]]> <?xml", 14);
  m.page_id = std::string(499, 'a') + "ž";
  m.made_at = "yesterday";
  m.dpi = {1e300, -1};
  m.device.make = "\x1b[31m";
  const ReadBack r = read_back(embedded(m));
  EXPECT_EQ(r.identifier, std::string(499, 'a'));
  EXPECT_EQ(r.time, "");
  EXPECT_EQ(r.make, "[31m");
}

TEST(Metadata, NothingKnownAddsNothing) {
  const auto file = embed_metadata(small_jp2(), {}, {});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*file, small_jp2());
}

TEST(Metadata, SwitchedOffLeavesTheFileAlone) {
  MetadataParams off;
  off.enabled = false;
  const auto file = embed_metadata(small_jp2(), some_metadata(), off);
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, small_jp2());
}

TEST(Metadata, RefusesADamagedFile) {
  const Bytes file = small_jp2();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto result = embed_metadata(ByteView(file).first(size), some_metadata(), {});
    // Cut between two boxes behind the header it is whole boxes still.
    EXPECT_EQ(result.has_value(), size == before_metadata().size()) << size;
  }
}

TEST(Metadata, ManyThreadsGetTheSameBytes) {
  const Bytes expected = embedded(some_metadata());
  std::vector<Bytes> results(4);
  std::vector<std::thread> threads;
  for (Bytes& result : results)
    threads.emplace_back([&result] {
      for (int i = 0; i < 20; ++i) result = embedded(some_metadata());
    });
  for (std::thread& thread : threads) thread.join();
  for (const Bytes& result : results) EXPECT_EQ(result, expected);
}

}  // namespace
}  // namespace linka
