// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/title.h"

#include "base/files.h"
#include "base/text.h"
#include "title/complete.h"
#include "title/csv_columns.h"
#include "title/csv_document.h"
#include "title/mods_record.h"
#include "title/toml_document.h"

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

// TOML is what parses as TOML; a first line that names columns makes it a table. A file that is
// neither is taken for TOML, whose parser names the line.
bool looks_like_table(ByteView bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return true;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (lower_ascii(text.substr(0, 4)) == "sep=") return true;
  const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
  if (first.find_first_of(",;\t") == std::string_view::npos || first.starts_with('#')) return false;
  const auto table = parse_csv({bytes.data(), first.size() + (bytes.size() - text.size())});
  if (!table || table->rows.empty()) return false;
  std::size_t known = 0;
  for (const std::string& heading : table->rows[0])
    if (!column_key(heading).empty()) ++known;
  return known >= 2;
}

// XML in UTF-16 begins with its byte order mark and "<"; a table in UTF-16 does not.
bool is_xml(ByteView bytes) {
  if (!looks_like_xml(bytes)) return false;
  const bool wide = bytes.size() >= 4 && (bytes[0] == 0xff || bytes[0] == 0xfe);
  return !wide || bytes[2] == '<' || bytes[3] == '<';
}

Result<ReadDocument> read_any(ByteView bytes, const std::filesystem::path& path, Reading& reading) {
  if (is_xml(bytes)) return document_from_mods(bytes, path.string(), reading.notes);
  if (looks_like_table(bytes)) {
    const auto rows = csv_rows(bytes, path, reading);
    if (!rows) return pass(rows);
    return document_from_csv(*rows, reading);
  }
  return document_from_toml({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path,
                            reading);
}

}  // namespace

Result<LoadedDocument> load_document(const std::filesystem::path& path) {
  return guarded<LoadedDocument>("record", [&]() -> Result<LoadedDocument> {
    const auto bytes = read_file(path, most_bytes);
    if (!bytes) return pass(bytes);
    LoadedDocument out;
    out.files = {path};
    Problems problems;
    Reading reading{problems, out.notes, out.files};
    auto read = read_any(*bytes, path, reading);
    if (!read) return pass(read);
    if (problems.none()) out.document = completed(std::move(*read), problems, out.notes);
    if (!problems.none()) return tl::unexpected(Error{ErrorKind::bad_input, problems.all(), {}});
    return out;
  });
}

Result<LoadedRecord> load_record(const std::filesystem::path& path) {
  auto loaded = load_document(path);
  if (!loaded) return pass(loaded);
  const Document& document = loaded->document;
  if (document.kind == DocumentKind::periodical || document.units.size() != 1)
    return fail(ErrorKind::unsupported, "{}: the record describes {} packages, not one book",
                path.string(), document.units.size());
  const std::vector<std::string> missing = missing_parts(document.units[0].record);
  if (!missing.empty())
    return fail(ErrorKind::bad_input, "{}: the record lacks {}", path.string(),
                fmt::format("{}", fmt::join(missing, ", ")));
  return LoadedRecord{std::move(loaded->document.units[0].record), std::move(loaded->notes)};
}

}  // namespace linka
