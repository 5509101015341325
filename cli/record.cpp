// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/record.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "title/title.h"

#include <algorithm>
#include <vector>

namespace linka {
namespace fs = std::filesystem;

fs::path record_beside(const fs::path& scans) {
  std::error_code code;
  const fs::path folder = fs::is_directory(scans, code) ? scans : scans.parent_path();
  for (const char* name : {"title.toml", "record.toml", "record.xml", "mods.xml"})
    if (fs::is_regular_file(folder / name, code)) return folder / name;
  std::vector<fs::path> documents;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, code), end; !code && it != end;
       it.increment(code))
    if (lower_ascii(it->path().extension().string()) == ".xml" && it->is_regular_file(code))
      documents.push_back(it->path());
  return documents.size() == 1 ? documents.front() : fs::path();
}

Result<void> check_record(const fs::path& record, bool quiet) {
  const Result<LoadedRecord> loaded =
      guarded<LoadedRecord>("record", [&] { return load_record(record); });
  if (!loaded) return pass(loaded);
  if (!quiet)
    for (const std::string& note : loaded->notes) remark(say(tr("record: {}"), note));
  return {};
}

}  // namespace linka
