// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: pages and the answers that an engine might give about them.
#pragma once

#include "engines/broker.h"
#include "engines/external.h"
#include "image/convert.h"

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace linka::made {

// White, with a text in large plain letters.
inline Image page(const std::string& text = "HELLO", int width = 900, int height = 400) {
  cv::Mat mat(height, width, CV_8UC1, cv::Scalar(255));
  cv::putText(mat, text, cv::Point(60, height / 2), cv::FONT_HERSHEY_DUPLEX, 2.5, cv::Scalar(0), 5);
  return image_of(mat, {300, 300});
}

inline std::string alto(const std::string& word, int x = 60, int y = 40) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\"><Description>"
      "<MeasurementUnit>pixel</MeasurementUnit><Processing ID=\"o\"><processingCategory>"
      "contentGeneration</processingCategory><processingSoftware><softwareName>Made</softwareName>"
      "<softwareVersion>1.2</softwareVersion></processingSoftware></Processing></Description>"
      "<Layout><Page ID=\"p\"><PrintSpace><TextBlock ID=\"b\"><TextLine><String CONTENT=\"{}\" "
      "HPOS=\"{}\" VPOS=\"{}\" WIDTH=\"100\" HEIGHT=\"30\" WC=\"0.9\"/></TextLine></TextBlock>"
      "</PrintSpace></Page></Layout></alto>\n",
      word, x, y);
}

inline std::string page_xml(const std::string& word) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15\"><Metadata>"
      "<Creator>Made 2.0</Creator></Metadata><Page><TextRegion id=\"r\"><TextLine><Word><Coords "
      "points=\"60,40 160,40 160,70 60,70\"/><TextEquiv conf=\"0.8\"><Unicode>{}</Unicode>"
      "</TextEquiv></Word></TextLine></TextRegion></Page></PcGts>\n",
      word);
}

// A folder of the running test alone, empty.
inline std::filesystem::path folder(const std::string& test) {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("linka-engines-{}-{}", ::getpid(), test);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

// An executable shell script.
inline std::filesystem::path script(const std::filesystem::path& path, const std::string& lines) {
  std::ofstream(path) << "#!/bin/sh\n" << lines;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

}  // namespace linka::made
