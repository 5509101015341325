// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of objects made from a package that is valid, for tests that break one thing in it.
#pragma once

#include "kramerius-export/foxml/foxml.h"
#include "kramerius-export/rules_test_package.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace linka::test {

// Where `n` pictures are wanted, so many are given: the smallest bytes that are a JPEG by their
// ends.
Result<std::vector<Bytes>> no_pictures(const std::filesystem::path& jp2,
                                       const std::vector<int>& heights);
FoxmlImages image_server();

class FoxmlFolder {
 public:
  explicit FoxmlFolder(PackageForm form = PackageForm::compatible_22,
                       FoxmlImages images = image_server());
  ~FoxmlFolder();
  FoxmlFolder(const FoxmlFolder&) = delete;
  FoxmlFolder& operator=(const FoxmlFolder&) = delete;

  std::filesystem::path folder() const { return root_ / "foxml"; }
  const FoxmlExport& made() const { return made_; }
  // "<uuid>.xml" of the n-th object of a model, from 0.
  std::string file_of(const std::string& model, std::size_t n = 0) const;
  std::string pid_of(const std::string& model, std::size_t n = 0) const;
  std::string text_of(const std::string& file) const;
  void write(const std::string& file, const std::string& text) const;
  // Replaces the first `from`, or all; false when there is none.
  bool replace(const std::string& file, const std::string& from, const std::string& to,
               bool all = false) const;
  // Replaces what stands between `begin` and the next `end` with them.
  bool replace_between(const std::string& file, const std::string& begin, const std::string& end,
                       const std::string& to) const;
  // Names of the rules that fire.
  std::set<std::string> rules(const FoxmlCheckOptions& options = {}) const;

  TestPackage package;

 private:
  std::filesystem::path root_;
  FoxmlExport made_;
};

}  // namespace linka::test
