// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/title.h"

#include "base/files.h"
#include "title/mods_record.h"
#include "title/normalise.h"
#include "title/toml_record.h"

namespace linka {
namespace {

// Far more than any catalogue's answer; a scan given by mistake is refused before it is read.
constexpr std::uint64_t most_bytes = 4u << 20;

bool looks_like_xml(ByteView bytes) {
  // The byte order marks of UTF-16, in which XML may come and TOML may not.
  if (bytes.size() >= 2 &&
      ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
    return true;
  if (bytes.size() >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf)
    bytes = bytes.subspan(3);
  for (const std::uint8_t b : bytes)
    if (b != ' ' && b != '\t' && b != '\n' && b != '\r') return b == '<';
  return false;
}

}  // namespace

Result<LoadedDocument> load_document(const std::filesystem::path& path) {
  auto loaded = load_record(path);
  if (!loaded) return pass(loaded);
  LoadedDocument out;
  out.document.units.emplace_back();
  out.document.units.back().record = std::move(loaded->record);
  out.document.units.back().where = path.filename().string();
  out.notes = std::move(loaded->notes);
  out.files = {path};
  return out;
}

Result<LoadedRecord> load_record(const std::filesystem::path& path) {
  return guarded<LoadedRecord>("record", [&]() -> Result<LoadedRecord> {
    const auto bytes = read_file(path, most_bytes);
    if (!bytes) return pass(bytes);
    LoadedRecord out;
    const std::string file = path.string();
    if (looks_like_xml(*bytes)) {
      auto record = record_from_mods(*bytes, file, out.notes);
      if (!record) return pass(record);
      out.record = std::move(*record);
      find_digitizing_library(out.record, out.notes);
    } else {
      auto record = record_from_toml({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                                     file, out.notes);
      if (!record) return pass(record);
      out.record = std::move(*record);
    }
    normalise(out.record, out.notes);
    const std::vector<std::string> missing = missing_parts(out.record);
    if (!missing.empty())
      return fail(ErrorKind::bad_input, "{}: the record lacks {}", file, fmt::join(missing, ", "));
    return out;
  });
}

}  // namespace linka
