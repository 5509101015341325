// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/handing.h"

#include "base/files.h"
#include "cli/console.h"
#include "cli/find.h"
#include "stages/decode/decode.h"

#include <utility>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;

Result<std::vector<Handing>> handings_of(const fs::path& given, const fs::path& out,
                                         const std::string& ending) {
  const auto meant = packages_meant({given});
  if (!meant) return pass(meant);
  if (!meant->without.empty())
    return fail(ErrorKind::bad_input, "{}: the batch has no package yet; linka package makes it",
                given.string());
  std::vector<Handing> all;
  for (const fs::path& package : meant->packages)
    all.push_back({package, meant->batch.contains(package)
                                ? out / (package.filename().string() + ending)
                                : out});
  return all;
}

ExitCode hand_all(const std::vector<Handing>& handings, bool as_json,
                  const std::function<Result<json>(const Handing&)>& hand) {
  ExitCode code = ExitCode::done;
  json documents = json::array();
  for (const Handing& one : handings) {
    auto done = hand(one);
    if (done) {
      (*done)["package"] = one.package.string();
      documents.push_back(*std::move(done));
      continue;
    }
    code = worse(code, exit_code_of(done.error().kind));
    if (!as_json) remark("linka: " + done.error().message);
    documents.push_back(
        {{"package", one.package.string()},
         {"error", {{"kind", name_of(done.error().kind)}, {"message", done.error().message}}}});
    if (done.error().kind == ErrorKind::no_space) break;
  }
  return as_json ? print_json({{"packages", documents}}, code) : code;
}

Result<Image> decoded_jp2(const fs::path& jp2) {
  const auto mapped = MappedFile::open(jp2);
  if (!mapped) return pass(mapped);
  const auto scan = guarded<ScanImage>("decode", [&] {
    return decode(mapped->bytes(), 0, DecodeParams{300, 4000});
  });
  if (!scan) return pass(scan, jp2.string());
  return scan->image;
}

}  // namespace linka
