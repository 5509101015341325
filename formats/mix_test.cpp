// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;

MixImage scan() {
  MixImage m;
  m.object_id = "PS_tst001-00000a_0001";
  m.format = "image/tiff";
  m.format_version = "6.0";
  m.byte_order = "little endian";
  m.compression = "Uncompressed";
  m.width_px = 100;
  m.height_px = 50;
  m.color_space = "RGB";
  m.dpi = {299.72, 600};
  m.bits_per_sample = {8, 8, 8};
  MixCapture c;
  c.time = "2025-03-14T10:20:00Z";
  c.producer = "ABA001";
  m.capture = c;
  return m;
}

std::string written(const MixImage& m) {
  XmlWriter xml;
  write_mix(xml, m);
  return xml.done();
}

TEST(Mix, ResolutionsAreRationals) {
  const std::string text = written(scan());
  EXPECT_THAT(text, HasSubstr("<mix:numerator>29972</mix:numerator>"));
  EXPECT_THAT(text, HasSubstr("<mix:numerator>600</mix:numerator>"));
  MixImage m = scan();
  m.dpi = {};
  EXPECT_THAT(written(m), HasSubstr("no absolute unit of measurement"));
  EXPECT_THAT(written(m), Not(HasSubstr("numerator")));
}

TEST(Mix, AScannerThatIsKnownInPartIsNotDescribed) {
  MixImage m = scan();
  m.capture->scanner = {"reflection print scanner", "Fiktiv", "A2",  "A2-300", "000123",
                        "ColorTriLinear",           "Scan",   "4.1", 600};
  EXPECT_THAT(written(m), HasSubstr("<mix:scannerModelSerialNo>000123<"));
  m.capture->scanner.serial.clear();
  EXPECT_THAT(written(m), Not(HasSubstr("ScannerCapture")));
  EXPECT_THAT(written(m), HasSubstr("<mix:captureDevice>reflection print scanner<"));
}

TEST(Mix, ACameraIsDescribedAsACameraOrNotAtAll) {
  MixImage m = scan();
  m.capture->scanner = {"digital still camera", "Fiktiv", "F5", "F5-100", "42",
                        "OneChipColourArea",    "",       "",   0};
  const std::string text = written(m);
  EXPECT_THAT(text, HasSubstr("<mix:captureDevice>digital still camera<"));
  EXPECT_THAT(text, HasSubstr("<mix:digitalCameraModelSerialNo>42<"));
  EXPECT_THAT(text, HasSubstr("<mix:cameraSensor>OneChipColorArea<"));
  EXPECT_THAT(text, HasSubstr("<mix:sensingMethod>One-chip color area sensor<"));
  EXPECT_THAT(text, Not(HasSubstr("ScannerCapture")));
  m.capture->scanner.model_number.clear();
  EXPECT_THAT(written(m), Not(HasSubstr("DigitalCameraCapture")));
  m.capture->scanner.model_number = "F5-100";
  m.capture->scanner.kind = "still from video";
  EXPECT_THAT(written(m), Not(HasSubstr("DigitalCameraCapture")));
}

TEST(Mix, OneDepthAChannel) {
  MixImage m = scan();
  m.bits_per_sample = {8};
  EXPECT_THAT(written(m), HasSubstr("<mix:samplesPerPixel>1<"));
  EXPECT_THAT(written(m), HasSubstr("<mix:orientation>normal*<"));
}

}  // namespace
}  // namespace linka
