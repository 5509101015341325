// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_test_folder.h"

#include "base/files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace linka::test {
namespace fs = std::filesystem;

Result<std::vector<Bytes>> no_pictures(const fs::path&, const std::vector<int>& heights) {
  return std::vector<Bytes>(heights.size(), Bytes{0xff, 0xd8, 0xff, 0xd9});
}

FoxmlImages image_server() {
  return *images_preset("iiif3", "https://images.example.org/iiif/3");
}

FoxmlFolder::FoxmlFolder(PackageForm form, FoxmlImages images) : package(form) {
  std::string name = (fs::temp_directory_path() / "linka-foxml-XXXXXX").string();
  root_ = ::mkdtemp(name.data());
  FoxmlOptions options;
  options.images = std::move(images);
  options.make_jpegs = no_pictures;
  options.licences = {"public"};
  options.created = parse_iso8601("2026-05-04T08:15:30Z");
  auto made = export_foxml(package.write(), folder(), options);
  EXPECT_TRUE(made) << made.error().message;
  if (made) made_ = std::move(*made);
}

FoxmlFolder::~FoxmlFolder() {
  std::error_code code;
  fs::remove_all(root_, code);
}

std::string FoxmlFolder::pid_of(const std::string& model, std::size_t n) const {
  for (const FoxmlObject& o : made_.objects)
    if (o.model == model && n-- == 0) return o.pid;
  ADD_FAILURE() << "there is no such " << model;
  return "uuid:";
}

std::string FoxmlFolder::file_of(const std::string& model, std::size_t n) const {
  return pid_of(model, n).substr(5) + ".xml";
}

std::string FoxmlFolder::text_of(const std::string& file) const {
  return read_text(folder() / file).value_or("");
}

void FoxmlFolder::write(const std::string& file, const std::string& text) const {
  std::ofstream(folder() / file, std::ios::binary | std::ios::trunc) << text;
}

bool FoxmlFolder::replace(const std::string& file, const std::string& from, const std::string& to,
                          bool all) const {
  std::string text = text_of(file);
  std::size_t at = text.find(from);
  if (at == std::string::npos) return false;
  for (; at != std::string::npos; at = all ? text.find(from, at + to.size()) : std::string::npos)
    text.replace(at, from.size(), to);
  write(file, text);
  return true;
}

bool FoxmlFolder::replace_between(const std::string& file, const std::string& begin,
                                  const std::string& end, const std::string& to) const {
  std::string text = text_of(file);
  const std::size_t at = text.find(begin);
  const std::size_t stop = at == std::string::npos ? at : text.find(end, at + begin.size());
  if (stop == std::string::npos) return false;
  text.replace(at, stop + end.size() - at, to);
  write(file, text);
  return true;
}

std::set<std::string> FoxmlFolder::rules(const FoxmlCheckOptions& options) const {
  std::set<std::string> out;
  const auto report = check_foxml(folder(), options);
  EXPECT_TRUE(report) << report.error().message;
  if (report)
    for (const Finding& f : report->findings) out.insert(f.rule);
  return out;
}

}  // namespace linka::test
