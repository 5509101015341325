// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Mets, TheFrameClosesItself) {
  XmlWriter xml;
  begin_mets(xml, {"Kniha \"1\", 1927", "Monograph", "2025-03-14T10:20:00Z", "ABA001", "ABA007"});
  begin_section(xml, "mets:dmdSec", "DCMD_VOLUME_0001", "DC");
  end_section(xml);
  write_file_section(
      xml, {{"TXTGRP", "Text", {{"TXT_0001", "text/plain", 0, "t", 3, "m", "", "txt/a"}}}});
  const std::string text = xml.done();
  EXPECT_THAT(text, HasSubstr("LABEL=\"Kniha &quot;1&quot;, 1927\""));
  EXPECT_THAT(text, HasSubstr("<mets:name>ABA007</mets:name>"));
  EXPECT_THAT(text, HasSubstr("SIZE=\"3\""));
  EXPECT_THAT(text, Not(HasSubstr("ADMID")));
  EXPECT_THAT(text, Not(HasSubstr("MDTYPEVERSION")));
  EXPECT_TRUE(text.ends_with("</mets:mets>\n"));
}

}  // namespace
}  // namespace linka
